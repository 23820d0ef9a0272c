//! jieba's traps, each met once, and the laws of segmentation and normal forms for any text.

use std::sync::LazyLock;

use lianxin::understand::{Lexicon, segment::Segmenter, understand};
use proptest::prelude::*;

static LEXICON: LazyLock<Lexicon> =
    LazyLock::new(|| Lexicon::shipped().unwrap_or_else(|problems| panic!("{problems:?}")));

fn cut(text: &str) -> String {
    LEXICON.segmenter().cut(text).join("/")
}

#[test]
fn street_lamps_stay_whole() {
    assert_eq!(cut("这路灯咋又不亮了"), "这/路灯/咋/又/不/亮/了");
    assert_eq!(cut("三单元楼道灯坏了"), "三/单元/楼道灯/坏/了");
}

#[test]
fn a_word_of_frequency_zero_is_never_chosen() {
    let without = Segmenter::new([].into_iter());
    let added = Segmenter::new([("红色物业", Some(0))].into_iter());
    assert_eq!(added.cut("红色物业"), without.cut("红色物业"));
    let loud = Segmenter::new([("红色物业", Some(5_000))].into_iter());
    assert_eq!(loud.cut("红色物业"), ["红色物业"]);
}

#[test]
fn a_disabled_word_falls_apart() {
    let plain = Segmenter::new([].into_iter());
    assert!(plain.cut("灯不亮").contains(&"灯不亮"));
    assert_eq!(cut("灯不亮"), "灯/不/亮");
}

#[test]
fn a_dictionary_edit_that_does_not_take_is_refused_with_its_line() {
    let mut files = lianxin::understand::lexicon::files::SHIPPED.to_vec();
    let words = "neutral = \"\"\n[[word]]\nword = \"红色物业\"\nfrequency = 0\nproof = \"红色物业/来/了\"\n";
    for file in &mut files {
        if file.0 == "words.toml" {
            file.1 = words;
        }
    }
    let problems = Lexicon::from_files(&files).expect_err("the word does not take");
    assert_eq!((problems[0].file.as_str(), problems[0].line), ("words.toml", 3), "{problems:?}");
}

#[test]
fn all_problems_are_reported_at_once() {
    let mut files = lianxin::understand::lexicon::files::SHIPPED.to_vec();
    files.retain(|(name, _)| *name != "kinds.toml" && *name != "categories/gas.toml");
    let problems = Lexicon::from_files(&files).expect_err("two files are missing");
    let named: Vec<_> = problems.iter().map(|problem| problem.file.as_str()).collect();
    assert!(named.contains(&"kinds.toml") && named.contains(&"categories/gas.toml"), "{named:?}");
}

#[test]
fn spans_point_at_the_users_own_characters() {
    let got = understand("@连心 　５號樓的路登壞了", &LEXICON);
    let place = &got.places[0];
    assert_eq!(place.text, "５號樓");
    assert_eq!(place.building.as_deref(), Some("5"));
    let typed: String = got.text.chars().skip(place.span.0).take(place.span.1 - place.span.0).collect();
    assert_eq!(typed, place.text);
    assert_eq!(got.category.code(), "facility");
}

/// Texts with what normal forms change: wide digits, traditional characters, slips, calls, emoji.
fn texts() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("路登".to_owned()),
        Just("電梯壞了".to_owned()),
        Just("@连心\u{2005}".to_owned()),
        Just("３号楼".to_owned()),
        Just("消防通道堵了".to_owned()),
        Just("LX240313007".to_owned()),
        Just("\u{fe0f}🙃\n".to_owned()),
        "\\PC{0,6}",
        "[一-龥]{0,8}",
    ];
    proptest::collection::vec(piece, 0..8).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn tokens_together_are_the_text(text in texts()) {
        let normal = LEXICON.normalizer().normalize(&text);
        prop_assert_eq!(LEXICON.segmenter().cut(normal.text()).concat(), normal.text());
    }

    #[test]
    fn every_span_lies_in_the_text(text in texts()) {
        let got = understand(&text, &LEXICON);
        let length = got.text.chars().count();
        let spans = got.evidence.iter().map(|e| e.span).chain(got.places.iter().map(|p| p.span));
        for (start, end) in spans.chain(got.problems.iter().map(|p| p.span)) {
            prop_assert!(start <= end && end <= length, "{start}..{end} of {length}");
        }
        prop_assert_eq!(got.hazard.is_some(), got.urgency.code() == "emergency");
        prop_assert!((0.0..=1.0).contains(&got.confidence));
    }
}

#[test]
fn only_the_first_two_thousand_characters_are_understood() {
    let within = format!("{}煤气泄漏了", "路".repeat(1_900));
    assert!(!understand(&within, &LEXICON).evidence.is_empty());
    let beyond = format!("{}煤气泄漏了", "路".repeat(2_000));
    let got = understand(&beyond, &LEXICON);
    assert_eq!(got.evidence, []);
    assert_eq!(got.text, beyond, "but kept whole");
    assert_eq!(understand("", &LEXICON).act.code(), "smalltalk");
}
