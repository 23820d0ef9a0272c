//! Tuning the dictionaries, from outside: edits as lines, lexicons made of them, and a store's drafts and versions.
//! The talk itself is in `fixtures/transcripts/model/t11-dictionary.chat`, the pages in `tests/console.rs`.

mod support;

use std::sync::{Arc, LazyLock};

use lianxin::{
    app::{Clock, Shipped, open_store},
    domain::{
        category::SubCode,
        dictionary::{
            Author, Edit, EditBook, Golden, MAX_EDITS, Tuning, Via, parse_edits, trial::Conflict, write_edits,
        },
        moment::Moment,
        world::Office,
    },
    store::Purpose,
    understand::{Lexicon, tuning, understand},
    workshop::{Scope, Workshop},
};
use proptest::prelude::*;
use support::{World, ZHANG};

static SHIPPED: LazyLock<Shipped> = LazyLock::new(|| Shipped::load().expect("the shipped files load"));

fn lexicon() -> &'static Lexicon {
    SHIPPED.lexicon()
}

fn phrase(term: &str, code: &str, weight: f32) -> Edit {
    Edit::Term { term: term.to_owned(), code: SubCode::new(code), weight, decides: false, word: false }
}

fn word(term: &str, code: &str) -> Edit {
    Edit::Term { term: term.to_owned(), code: SubCode::new(code), weight: 6.0, decides: true, word: true }
}

fn with(edits: &[Edit]) -> Lexicon {
    lexicon().with_edits(&edits.to_vec().into()).expect("good edits")
}

fn cut(lexicon: &Lexicon, text: &str) -> String {
    tuning::try_out(text, lexicon).cut.join("/")
}

#[test]
fn a_stopped_word_is_never_cut_and_never_speaks() {
    assert_eq!(cut(lexicon(), "消防通道"), "消防通道");
    let stopped = with(&[Edit::Stop { term: "消防通道".into() }]);
    assert_ne!(cut(&stopped, "消防通道"), "消防通道");
    assert!(stopped.weights_of("消防通道").is_empty());
    assert!(!lexicon().weights_of("消防通道").is_empty(), "the shipped lexicon is as it was");
}

#[test]
fn a_word_that_another_cuts_across_is_told_with_the_word_that_does_it() {
    let edit = word("位少", "parking");
    let draft = with(std::slice::from_ref(&edit));
    let told = tuning::conflicts(&[&edit], &[past("车多位少")], lexicon(), &draft);
    let in_its_way = |one: &Conflict| match one {
        Conflict::CutAcross { by, .. } => by == "多位",
        Conflict::Swallowed { by, .. } => by == "车多位少",
        _ => false,
    };
    assert_eq!(cut(&draft, "车多位少"), "车/多位/少");
    assert!(told.iter().any(in_its_way), "{told:?}");
}

fn past(text: &str) -> lianxin::domain::dictionary::trial::Past {
    lianxin::domain::dictionary::trial::Past { no: None, text: text.to_owned(), truth: None }
}

#[test]
fn stopping_the_word_in_the_way_lets_the_other_be_cut() {
    let street_lamp = word("路灯", "facility.street_light");
    let stop = Edit::Stop { term: "灯不亮".into() };
    let draft = with(&[street_lamp, stop]);
    assert!(cut(&draft, "路灯不亮").starts_with("路灯/"), "{}", cut(&draft, "路灯不亮"));
}

#[test]
fn a_word_that_jieba_never_cuts_is_found_as_a_phrase() {
    let draft = with(&[phrase("小区内", "greening", 20.0)]);
    assert_eq!(understand("小区内怎么了", &draft).category.code(), "greening");
}

#[test]
fn lines_round_trip_and_comments_are_none() {
    let book: EditBook = vec![
        phrase("楼道灯", "facility.stair_light", 5.5),
        word("路灯", "facility.street_light"),
        Edit::Stop { term: "灯不亮".into() },
        Edit::Place { name: "老供销社".into(), estate: "灵武新村".into() },
        Edit::Slip { slip: "亭车".into(), meant: "停车".into() },
    ]
    .into();
    let lines = write_edits(&book, lexicon().commands());
    let text = format!("\u{feff}# 春季\n\n{lines}");
    let read = parse_edits("f", &text, lexicon().taxonomy(), lexicon().commands(), |f| format!("{f:?}"));
    let read: EditBook =
        read.expect("lines of our own").into_iter().map(|(_, edit)| edit).collect::<Vec<_>>().into();
    assert_eq!(read, book);
    let wrong = "加短语 只有词\n胡说 八道\n加短语 词 没有这类\n加短语 词 路灯 +99";
    let problems = parse_edits("f", wrong, lexicon().taxonomy(), lexicon().commands(), |f| format!("{f:?}"));
    let lines: Vec<usize> = problems.expect_err("four faults").iter().map(|problem| problem.line).collect();
    assert_eq!(lines, [1, 2, 3, 4]);
}

#[test]
fn a_dictionary_bomb_is_refused() {
    let many: Vec<Edit> = (0..=MAX_EDITS).map(|n| phrase(&format!("词{n}"), "road", 1.0)).collect();
    assert!(lexicon().with_edits(&many.into()).is_err());
    assert!(lexicon().check_edit(&phrase(&"长".repeat(65), "road", 1.0)).is_err());
    assert!(lexicon().check_edit(&phrase("词", "road", f32::NAN)).is_err());
    assert!(lexicon().check_edit(&phrase("词", "nowhere.at_all", 1.0)).is_err());
    assert!(lexicon().check_edit(&phrase("a+b&c", "road", 1.0)).is_err());
}

#[test]
fn suggestions_come_from_corrections_and_say_their_evidence() {
    let lesson = |text: &str| tuning::Lesson { text: text.to_owned(), code: SubCode::new("facility") };
    let lessons = [lesson("村口大喇叭没声了"), lesson("广场上的大喇叭哑了"), lesson("大喇叭又哑巴了")];
    let found = tuning::suggest(&lessons, &[], lexicon());
    let one = found.iter().find(|one| one.edit.words().contains("喇叭")).expect("the word they share");
    assert!(one.mends >= 2 && one.right >= 2 && one.wrong == 0, "{one:?}");
}

fn edits() -> impl Strategy<Value = Edit> {
    let term =
        proptest::string::string_regex("[\u{4e00}-\u{4e40}路灯水电|+&=]{0,6}").expect("a pattern").boxed();
    let codes: Vec<SubCode> =
        lexicon().taxonomy().subs.keys().cloned().chain([SubCode::new("nowhere.x")]).collect();
    prop_oneof![
        (term.clone(), proptest::sample::select(codes), -25.0f32..25.0, any::<bool>(), any::<bool>())
            .prop_map(|(term, code, weight, decides, word)| Edit::Term { term, code, weight, decides, word }),
        term.clone().prop_map(|term| Edit::Stop { term }),
        (term.clone(), term.clone()).prop_map(|(name, estate)| Edit::Place { name, estate }),
        (term.clone(), term).prop_map(|(slip, meant)| Edit::Slip { slip, meant }),
    ]
}

/// Sentences of which some hold what the edits are about, and some not.
const READ: [&str; 8] = [
    "3号楼路灯不亮",
    "家里停水了",
    "楼道里有人抽烟",
    "婆婆和媳妇又吵起来",
    "车位少 天天堵",
    "XYZ牌子的电表走得快",
    "树倒了压着线",
    "大喇叭太吵",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 50, ..ProptestConfig::default() })]

    /// 50 books of 20 edits are 1,000: what is checked loads, what is refused does not, and taking all of it back
    /// gives the same hash and the same readings.
    #[test]
    fn what_is_checked_loads(edits in proptest::collection::vec(edits(), 20)) {
        // Words for the segmenter cost 200 ms each time; their own tests are above.
        let edits: Vec<Edit> = edits.into_iter().map(|edit| match edit {
            Edit::Term { term, code, weight, decides, .. } => Edit::Term { term, code, weight, decides, word: false },
            Edit::Stop { term } if lexicon().segmenter().knows(&term) => phrase(&term, "road", 1.0),
            other => other,
        }).collect();
        let (good, bad): (Vec<Edit>, Vec<Edit>) =
            edits.into_iter().partition(|edit| lexicon().check_edit(edit).is_ok());
        for edit in bad {
            prop_assert!(lexicon().with_edits(&vec![edit].into()).is_err());
        }
        let book: EditBook = good.into();
        let edited = lexicon().with_edits(&book).expect("checked edits load");
        let again = lexicon().with_edits(&book).expect("again");
        prop_assert_eq!(edited.hash(), again.hash());
        // What terms do not touch is read as before: a dry run may leave it out.
        let terms = book.iter().filter(|edit| matches!(edit, Edit::Term { .. } | Edit::Stop { .. }));
        let terms: EditBook = terms.cloned().collect::<Vec<_>>().into();
        let (touch, edited) = (tuning::Touch::of(terms.iter()), lexicon().with_edits(&terms).expect("checked"));
        for text in READ.iter().filter(|text| !touch.may_be(text, &edited)) {
            prop_assert_eq!(tuning::compare(&past(text), lexicon(), &edited), None, "{}", text);
        }
        let back = edited.with_edits(&EditBook::default()).expect("none");
        prop_assert_eq!(back.hash(), lexicon().hash());
        for text in ["3号楼路灯不亮", "家里停水了", "楼道里有人抽烟"] {
            prop_assert_eq!(understand(text, &back), understand(text, lexicon()));
        }
    }
}

fn author() -> Author {
    Author { name: "老秦".into(), person: None, via: Via::CommandLine }
}

fn publish() -> Tuning {
    Tuning::Publish { reason: "试试".into(), despite_golden: false }
}

fn workshop(folder: &tempfile::TempDir) -> Workshop {
    let clock = Clock::manual(Moment::parse("2024-03-13 09:00").expect("a time"));
    let path = folder.path().join("lianxin.db");
    let store = open_store(&SHIPPED, path, Purpose::Serve, &Office::default(), &clock).expect("a store");
    Workshop::new(store, Arc::new(lexicon().clone()), clock)
}

#[tokio::test]
async fn publishing_and_rolling_back_gives_the_same_dictionaries_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let workshop = workshop(&folder);
    let change =
        async |tuning| workshop.change(author(), tuning, Scope::CHAT, None).await.expect("a store").1.reply;
    change(Tuning::Put(vec![phrase("大喇叭", "facility", 20.0)])).await;
    change(publish()).await;
    let first = workshop.desk().await.expect("a store");
    assert_eq!((first.standing.live, first.draft.is_none()), (1, true));
    assert_eq!(understand("大喇叭坏了", &first.live).category.code(), "facility");
    change(Tuning::Put(vec![Edit::Stop { term: "大喇叭".into() }])).await;
    change(publish()).await;
    assert_ne!(workshop.desk().await.expect("a store").live.hash(), first.live.hash());
    change(Tuning::Rollback { to: 1, reason: "误伤".into() }).await;
    let back = workshop.desk().await.expect("a store");
    assert_eq!((back.standing.live, back.live.hash()), (3, first.live.hash()));
    change(Tuning::Rollback { to: 0, reason: "出厂".into() }).await;
    assert_eq!(workshop.desk().await.expect("a store").live.hash(), lexicon().hash());
    assert!(workshop.store().verify().await.expect("a store").faults.is_empty());
}

#[tokio::test]
async fn a_trial_of_what_moved_meanwhile_is_not_kept() {
    let folder = tempfile::tempdir().expect("a folder");
    let workshop = workshop(&folder);
    let tuning = Tuning::Put(vec![phrase("大喇叭", "facility", 20.0)]);
    let trial = workshop.trial(&tuning, Scope::CHAT, None).await.expect("a store");
    let other = Tuning::Put(vec![phrase("小喇叭", "noise", 5.0)]);
    workshop.change(author(), other, Scope::CHAT, None).await.expect("a store");
    let tuned = lianxin::domain::dictionary::Tuned { author: author(), tuning, trial };
    let turn = lianxin::domain::decide::Turn::Tuned(Box::new(tuned));
    workshop.store().commit(turn).await.expect("a store");
    assert_eq!(workshop.desk().await.expect("a store").book().len(), 1, "only the other's edit");
}

#[tokio::test]
async fn a_golden_sentence_of_the_office_blocks_publishing_unless_overridden() {
    let folder = tempfile::tempdir().expect("a folder");
    let workshop = workshop(&folder);
    let change = async |tuning| workshop.change(author(), tuning, Scope::CHAT, None).await.expect("a store");
    let golden =
        Golden {
            text: "广场大喇叭太吵".into(), act: None, code: Some(SubCode::new("noise")), urgency: None
        };
    change(Tuning::AddGolden(golden)).await;
    let mut edit = phrase("大喇叭", "facility", 20.0);
    if let Edit::Term { decides, .. } = &mut edit {
        *decides = true;
    }
    change(Tuning::Put(vec![edit])).await;
    let (trial, _) = change(publish()).await;
    assert_eq!(trial.golden_missed.len(), 1);
    assert_eq!(workshop.desk().await.expect("a store").standing.live, 0, "blocked");
    change(Tuning::Publish { reason: "就要".into(), despite_golden: true }).await;
    let versions = workshop.store().versions(1).await.expect("a store");
    assert_eq!(versions.first().map(|version| version.golden_missed), Some(1), "and recorded");
}

/// A name that nobody knows waits in the queue; once it is an estate's other name, it is a place.
#[tokio::test]
async fn unknown_names_wait_and_become_places() {
    let world = World::new().await;
    let app = &world.play.app;
    world.say("oStranger0000000000000000099", "幸福里小区的路灯不亮了").await;
    let waiting = app.store.unknown_places(9).await.expect("a store");
    assert_eq!(waiting.iter().map(|place| place.name.as_str()).collect::<Vec<_>>(), ["幸福里小区"]);
    let place = Edit::Place { name: "幸福里小区".into(), estate: "灵武新村".into() };
    for tuning in [Tuning::DismissPlace("幸福里小区".into()), Tuning::Put(vec![place]), publish()] {
        app.tune(author(), tuning, Scope::CHAT, None).await.expect("a store");
    }
    assert!(app.store.unknown_places(9).await.expect("a store").is_empty());
    let shown = world.say(ZHANG, "幸福里小区的垃圾堆成山了").await;
    assert!(shown.contains("灵武新村"), "{shown}");
}
