//! The shipped dictionaries on sentences of our own: acts, categories, urgency, problems and places. Every miss is
//! printed before the test fails.

use std::sync::LazyLock;

use lianxin::{
    domain::place::{EstateId, EstateName},
    understand::{Lexicon, places_only, understand},
};
use serde::Deserialize;

static LEXICON: LazyLock<Lexicon> = LazyLock::new(|| match Lexicon::shipped() {
    Ok(lexicon) => lexicon.with_places(&[estate(1, "灵武新村"), estate(2, "物华兴洲苑")]),
    Err(problems) => panic!("{}", problems.iter().map(|p| format!("{p}\n")).collect::<String>()),
});

fn estate(id: i64, name: &str) -> EstateName {
    EstateName { id: EstateId(id), name: name.to_owned(), aliases: vec![] }
}

/// What a sentence should be understood as; absent fields are not asserted.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    text: String,
    act: String,
    urgency: String,
    sub: Option<String>,
    category: Option<String>,
    hazard: Option<String>,
    kind: Option<String>,
    sphere: Option<String>,
    places: Option<Vec<String>>,
    problems: Option<Vec<String>>,
}

fn misses(row: &Row) -> Vec<String> {
    let got = understand(&row.text, &LEXICON);
    let mut misses = vec![];
    let mut check = |what: &str, want: Option<&str>, got: &str| {
        if want.is_some_and(|want| want != got) {
            misses.push(format!("{what}: want {}, got {got}", want.unwrap_or_default()));
        }
    };
    check("act", Some(&row.act), got.act.code());
    check("urgency", Some(&row.urgency), got.urgency.code());
    let bare = row.sub.as_deref().is_some_and(|sub| !sub.contains('.'));
    check("sub", row.sub.as_deref(), if bare { got.category.code() } else { got.subcategory.as_str() });
    check("hazard", row.hazard.as_deref(), got.hazard.map_or("", |h| h.code()));
    check("category", row.category.as_deref(), got.category.code());
    check("kind", row.kind.as_deref(), got.kind.code());
    check("sphere", row.sphere.as_deref(), got.sphere.code());
    let places: Vec<_> = got.places.iter().map(|place| place.text.as_str()).collect();
    check("places", row.places.as_ref().map(|p| p.join("|")).as_deref(), &places.join("|"));
    let problems: Vec<_> = got.problems.iter().map(|problem| problem.subcategory.as_str()).collect();
    check("problems", row.problems.as_ref().map(|p| p.join("|")).as_deref(), &problems.join("|"));
    misses
}

fn run(rows: &str) {
    let rows: Vec<Row> =
        rows.lines().map(|line| serde_json::from_str(line).expect("a row of the fixture")).collect();
    let mut failed = 0;
    for row in &rows {
        let misses = misses(row);
        if !misses.is_empty() {
            failed += 1;
            println!("「{}」 {}", row.text.replace('\n', "/"), misses.join("; "));
        }
    }
    assert_eq!(failed, 0, "{failed} of {} sentences misunderstood, listed above", rows.len());
}

#[test]
fn seed_sentences_are_understood() {
    run(include_str!("../dictionaries/golden/seed.jsonl"));
}

#[test]
fn sentences_of_our_own_are_understood() {
    run(include_str!("../dictionaries/golden/own.jsonl"));
}

#[test]
fn sentences_without_keywords_are_understood() {
    run(include_str!("../fixtures/classify/plain.jsonl"));
}

#[test]
fn answers_to_where_are_places_and_nothing_else() {
    for text in
        ["物华兴洲苑5号楼东边", "就是灵武新村3号楼那边吧", "在村部院子", "三号楼", "3-2-501", "南门口"]
    {
        assert!(places_only(text, &LEXICON).is_some(), "{text}");
    }
    for text in ["灵武新村的路灯坏了", "我家", "不知道", "5号楼东边的井盖丢了", ""] {
        assert_eq!(places_only(text, &LEXICON), None, "{text}");
    }
}

#[test]
fn a_mention_holds_the_parts_of_an_address() {
    let places = places_only("灵武新村9号楼3单元402", &LEXICON).unwrap();
    let [place] = &places[..] else { panic!("{places:?}") };
    assert_eq!(place.candidates, [EstateId(1)]);
    assert_eq!(place.estate.as_deref(), Some("灵武新村"));
    assert_eq!((place.building.as_deref(), place.unit.as_deref()), (Some("9"), Some("3")));
    assert_eq!(place.room.as_deref(), Some("402"));
    for text in ["三号楼", "3栋", "3号楼", "3幢"] {
        let places = places_only(text, &LEXICON).unwrap();
        assert_eq!(places[0].building.as_deref(), Some("3"), "{text}");
    }
    let unknown = places_only("幸福里小区8号楼", &LEXICON).unwrap();
    assert!(unknown[0].candidates.is_empty());
    assert_eq!(unknown[0].estate.as_deref(), Some("幸福里小区"));
}

#[test]
fn places_in_formal_texts_are_the_names_and_no_more() {
    for (text, wanted) in [
        ("关于滨江路与和平街交汇处红绿灯失灵的投诉", "滨江路与和平街交汇处"),
        ("来电人反映青云区柳河路16号门前污水外溢", "青云区柳河路16号门前"),
        ("占用竹园路摆摊", "竹园路"),
        ("建设路一直在挖", "建设路"),
        ("严重影响道路通行", ""),
        ("石桥村第八组的路一直没硬化", "石桥村第八组"),
        ("梅园小区二期没有充电桩,梅园小区二期什么时候装", "梅园小区二期"),
    ] {
        let places: Vec<_> = understand(text, &LEXICON).places.into_iter().map(|place| place.text).collect();
        assert_eq!(places.join("|"), wanted, "{text}");
    }
}

#[test]
fn names_of_two_estates_give_two_candidates() {
    let lexicon = LEXICON.with_places(&[estate(1, "阳光花园"), estate(2, "阳光花园")]);
    let got = understand("阳光花园路灯不亮", &lexicon);
    assert_eq!(got.places[0].candidates, [EstateId(1), EstateId(2)]);
    assert_eq!(got.category.code(), "facility");
}

#[test]
fn living_somewhere_is_a_command_only_with_a_place() {
    assert!(understand("我住灵武新村 3-2-501", &LEXICON).command.is_some());
    assert!(understand("我住的楼暖气不热", &LEXICON).command.is_none());
}

#[test]
fn every_code_has_what_residents_and_desks_need() {
    for (code, sub) in &LEXICON.taxonomy().subs {
        assert!(sub.advice.chars().count() <= 30, "{code}: advice is one short sentence");
    }
    for code in ["fire_lane.blocked", "water.hazard", "gas.rust", "dispute.family", "other.custom", "heating"]
    {
        assert!(LEXICON.taxonomy().subs.contains_key(code), "{code}");
    }
}
