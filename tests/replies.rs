//! The wordings as residents read them: each renders with every shape of values that decisions give it, is short enough
//! for the platform, promises nothing that was not done, and is written in one script with one kind of punctuation.

use std::{collections::BTreeMap, fs, path::Path, sync::LazyLock};

use lianxin::{
    domain::{
        category::{Hazard, LimitUnit, Urgency},
        effect::{Arg, Args, Line},
        fund::ExpenseState,
        moment::Moment,
        patrol::Rhythm,
        person::Role,
        project::ProjectState,
        reply_key::ReplyKey,
        ticket::{Grade, HandlingMode, TicketState},
        whistle::{WhistleCause, WhistleState},
    },
    reply::Replies,
};

static REPLIES: LazyLock<Replies> = LazyLock::new(|| match Replies::shipped() {
    Ok(replies) => replies,
    Err(problems) => panic!("{}", problems.iter().map(|p| format!("{p}\n")).collect::<String>()),
});

/// The platform's limit on a reply is 2048 bytes.
const REPLY_BYTES: usize = 2047;

/// What nobody did: the bot phones no one, and does not know who has read what.
const PROMISES: &[&str] = &["电话通知", "已通知", "已打电话", "已联系", "马上就到", "一定修好", "保证"];

fn at(text: &str) -> Moment {
    Moment::parse(text).expect("a time")
}

fn now() -> Moment {
    at("2024-03-13 09:00")
}

fn text(text: &str) -> Arg {
    Arg::Text(text.to_owned())
}

fn place() -> Arg {
    let args =
        [("estate", "灵武新村"), ("building", "3"), ("unit", "2"), ("room", "501"), ("landmark", "楼道口")];
    Arg::Line(Box::new(Line::new(
        ReplyKey::Place,
        args.into_iter().map(|(name, value)| (name, text(value))).collect(),
    )))
}

/// Every value that any wording takes, as a decision would give it.
fn everything() -> Args {
    let said = "麻烦你来看看，3号楼的自来水管架子掉落，导致自来水管在污水池中";
    let texts = [
        ("no", "LX240313001"),
        ("into", "LX240313002"),
        ("similar", "LX240311002"),
        ("serial", "001"),
        ("what", "供水管隐患"),
        ("category", "water"),
        ("state", "in_progress"),
        ("urgency", "urgent"),
        ("hazard", "gas"),
        ("gas_phone", "0951 4021234"),
        ("advice", "这段时间请先别用管里的水做饭。"),
        ("owner", "小马"),
        ("owner_role", "grid_worker"),
        ("role", "grid_worker"),
        ("name", "小马"),
        ("verifier", "小王"),
        ("text", said),
        ("added", "今天又漏了"),
        ("note", "正联系物业找人下井查看"),
        ("said", "幸福里"),
        ("estate", "灵武新村"),
        ("community", "育才街社区"),
        ("building", "3"),
        ("unit", "2"),
        ("room", "501"),
        ("landmark", "楼道口"),
        ("rating", "rather_satisfied"),
        ("lacks", "time"),
        ("office", "城区街道党群服务中心"),
        ("account", "党群连心"),
        ("phone", "0951 4020000"),
        ("kind", "板凳会"),
        ("where_", "村部院子"),
        ("topic", "移风易俗怎么宣传"),
        ("word", "路灯不亮"),
        ("term", "路灯不亮"),
        ("by", "灯不亮"),
        ("cut", "路/灯不亮/好/几天/了"),
        ("was", "楼道灯"),
        ("now", "路灯"),
        ("wanted", "楼道灯"),
        ("got", "路灯"),
        ("weight", "+6"),
        ("score", "7.5"),
        ("second", "楼道灯"),
        ("second_score", "3.2"),
        ("act", "report"),
        ("filed", "路灯"),
        ("reason", "春季路灯报修多"),
        ("draft_name", "老秦"),
        ("grade", "hard"),
        ("mode", "cadre_led"),
        ("goal", "量尺寸"),
        ("reached", "挖沟"),
        ("leader", "小王"),
        ("level", "level_community"),
        ("next", "level_subdistrict"),
        ("department", "住建局"),
        ("whistle", "012"),
        ("whistle_state", "whistle_blown"),
        ("cause", "beyond_power"),
        ("requested_by", "小马"),
        ("grid", "育才街第1网格"),
        ("worker", "小马"),
        ("property", "物业刘经理"),
        ("comment", "路补得平"),
        ("hold", "等维修资金批下来"),
        ("from", "小马"),
        ("reach", "community"),
        ("why", "供暖季归住建局"),
        ("since", "2024-11-01"),
        ("until", "2025-03-31"),
        ("next_role", "grid_worker"),
        ("next_owner", "小马"),
        ("rule", "水电气热的事"),
        ("source", "北京市地方标准草案：水电气热24小时（北京日报2021-12-28）"),
        ("silent", "宁夏的办法没定多久办完，照自带的数"),
        ("response", "66.7%"),
        ("solve", "50.0%"),
        ("satisfaction", "100.0%"),
        ("yearly", "3000.00"),
        ("spent", "2880.00"),
        ("balance", "120.00"),
        ("sum", "86.50"),
        ("purpose", "水泥两袋"),
        ("expense", "012"),
        ("expense_state", "expense_booked"),
        ("opposite", "011"),
        ("taken_back", "013"),
        ("box_no", "3"),
        ("patrol", "patrol_daily"),
        ("patroller", "老田"),
        ("project", "1"),
        ("project_state", "project_open"),
        ("listing", "1"),
        ("witness", "老高"),
        ("offer", "2个工作日"),
        ("counted", "个"),
        ("spot", "地下车库"),
        ("service", "公共照明维修"),
        ("provider", "物业"),
        ("promised_unit", "working_days"),
        ("rule_unit", "working_days"),
        ("matters", "楼道灯、路灯"),
        ("later", "楼道灯"),
        ("done", "listed"),
    ];
    let numbers = [
        ("households", 13),
        ("enough", 5),
        ("segments", 3),
        ("step", 1),
        ("n", 2),
        ("unconfirmed", 2),
        ("reopened", 1),
        ("minutes", 10),
        ("amount", 5),
        ("total", 3),
        ("fresh", 1),
        ("overdue", 1),
        ("options", 3),
        ("left", 4),
        ("count", 2),
        ("id", 12),
        ("going", 5),
        ("invited", 4),
        ("topic_count", 2),
        ("day", 4),
        ("to_month", 3),
        ("to_day", 10),
        ("version", 58),
        ("previous", 57),
        ("worsened", 2),
        ("edits", 2),
        ("days", 90),
        ("read", 2140),
        ("unread", 3),
        ("changed", 37),
        ("better", 31),
        ("unsure", 4),
        ("golden", 212),
        ("golden_all", 214),
        ("live", 57),
        ("back_to", 56),
        ("missed", 2),
        ("all", 214),
        ("soon", 1),
        ("most", 20),
        ("percent", 80),
        ("bounces", 2),
        ("hours", 7),
        ("month", 3),
        ("day", 9),
        ("speed", 4),
        ("presence", 4),
        ("result", 5),
        ("year", 2024),
        ("month", 3),
        ("came", 12),
        ("ended", 7),
        ("came_before", 9),
        ("ended_before", 8),
        ("overdue_open", 1),
        ("excluded", 2),
        ("response_of", 6),
        ("response_all", 9),
        ("solve_of", 3),
        ("solve_all", 6),
        ("satisfaction_of", 4),
        ("satisfaction_all", 4),
        ("waiting", 1),
        ("receipts", 2),
        ("slip_year", 2023),
        ("patrol_missed", 2),
        ("promised_amount", 2),
        ("told_count", 3),
        ("voices_on_site", 1),
        ("voices_online", 2),
        ("visits", 2),
        ("rule_amount", 3),
    ];
    let moments = [
        ("received", "2024-03-12 18:05"),
        ("due", "2024-03-20 15:20"),
        ("look", "2024-03-13 12:00"),
        ("arrived", "2024-03-13 10:42"),
        ("at", "2024-03-14 19:30"),
        ("draft_at", "2024-03-13 08:30"),
        ("review", "2024-04-01 09:00"),
        ("segment_due", "2024-03-15 18:00"),
        ("report_due", "2024-03-14 10:20"),
        ("done_due", "2024-03-27 10:20"),
        ("reported", "2024-03-13 10:05"),
        ("on_site", "2024-03-13 11:00"),
        ("promise", "2024-03-14 09:00"),
        ("close", "2024-03-18 09:00"),
        ("decide_by", "2024-03-14 09:00"),
        ("entered", "2024-03-11 10:00"),
        ("slip", "2024-03-11 00:00"),
        ("opened", "2024-03-10 10:00"),
        ("patrolled", "2024-03-13 08:20"),
        ("visit", "2024-03-14 15:00"),
        ("visit_day", "2024-03-14 00:00"),
        ("from_day", "2024-03-20 12:00"),
        ("until_day", "2024-12-31 12:00"),
        ("withdrawn", "2024-03-12 12:00"),
    ];
    let mut args: Args = texts.into_iter().map(|(name, value)| (name, text(value))).collect();
    args.extend(numbers.map(|(name, value)| (name, Arg::Num(value))));
    args.extend(moments.map(|(name, value)| (name, Arg::When(at(value)))));
    args.extend(FLAGS.iter().map(|name| (*name, Arg::Flag(true))));
    args.insert("place", place());
    args
}

const FLAGS: &[&str] = &[
    "private",
    "residents",
    "more",
    "mine",
    "suggestion",
    "staff",
    "confirmed",
    "passed",
    "before",
    "after",
    "announced",
    "carried",
    "sent",
    "by_hand",
    "solved",
    "reminds",
    "message",
    "co_signed",
    "brief",
    "draft",
    "same",
    "back",
    "slip",
    "learnt",
    "found",
    "worse",
    "explained",
    "up",
    "again",
    "appealed",
    "placeless",
    "told",
    "at_work",
    "paused",
    "earlier",
    "mine",
    "no_show",
    "late",
    "over",
    "keeps",
    "public",
    "unwritten",
    "patrol_done",
    "promised",
    "visit_fixed",
    "resource",
    "proposed",
];

/// Values that a decision may leave out; what reads them asks first whether they are there.
const OPTIONAL: &[&str] = &[
    "account",
    "due",
    "look",
    "arrived",
    "owner",
    "owner_role",
    "why",
    "since",
    "until",
    "note",
    "into",
    "added",
    "verifier",
    "similar",
    "message",
    "unconfirmed",
    "review",
    "hold",
    "report_due",
    "reported",
    "hours",
    "promise",
    "decide_by",
    "opens",
    "comment",
    "slip",
    "slip_year",
    "box_no",
    "patrolled",
    "witness",
    "visit",
    "visit_day",
    "service",
    "spot",
    "counted",
    "from_day",
    "until_day",
    "withdrawn",
];

const OWNED: &[&str] = &["owner", "owner_role"];

/// What a decision always gives to a wording although others go without it.
const GIVEN: &[(ReplyKey, &[&str])] = &[
    (ReplyKey::Arrived, &["arrived"]),
    (ReplyKey::VisitWished, &["visit", "owner", "owner_role"]),
    (ReplyKey::VisitFixed, &["visit"]),
    (ReplyKey::VisitRefused, OWNED),
    (ReplyKey::TellVisitWished, &["visit"]),
    (ReplyKey::TellVisitFixed, &["visit", "owner", "owner_role"]),
    (ReplyKey::TellVisitRefused, &["visit", "note"]),
    (ReplyKey::EveningBrief, &["visit"]),
    (ReplyKey::ProjectPage, &["note"]),
    (ReplyKey::ProjectChanged, &["note"]),
    (ReplyKey::TellProjectDone, &["note"]),
    (ReplyKey::PatrolKept, &["patrolled"]),
    (ReplyKey::PatrolList, &["patrolled"]),
    (ReplyKey::TellPatrolled, &["patrolled", "note"]),
    (ReplyKey::ReceivedFromBox, &["slip", "box_no"]),
    (ReplyKey::BoxBoard, &["slip", "box_no"]),
    (ReplyKey::AlreadyTheirs, &["owner"]),
    (ReplyKey::HandedOut, OWNED),
    (ReplyKey::HeldBack, &["review"]),
    (ReplyKey::Merged, &["into"]),
    (ReplyKey::OverdueList, &["owner", "owner_role", "due"]),
    (ReplyKey::LiaisonWeek, &["community", "owner", "owner_role", "due"]),
    (ReplyKey::SegmentList, &["due"]),
    (ReplyKey::TellSegmentLate, OWNED),
    (ReplyKey::TellAccountOwed, OWNED),
    (ReplyKey::TellLedReporter, OWNED),
    (ReplyKey::SummonRequested, OWNED),
    (ReplyKey::TellAccount, &["note"]),
    (ReplyKey::TellSegmentDone, &["note"]),
    (ReplyKey::TellClock, &["due"]),
    (ReplyKey::TellHeld, &["review", "note"]),
    (ReplyKey::TellHeldOwner, &["review", "note"]),
    (ReplyKey::TellLevelled, OWNED),
    (ReplyKey::TellAppeal, &["note"]),
    (ReplyKey::TellCoordinate, &["note"]),
    (ReplyKey::TellDeclined, &["note"]),
    (ReplyKey::TellExplained, &["note"]),
    (ReplyKey::TellGivenBack, &["note"]),
    (ReplyKey::TellSign, &["note"]),
    (ReplyKey::TellNewOwner, OWNED),
    (ReplyKey::TellNoShow, &["report_due"]),
    (ReplyKey::TellOverdue, &["owner", "owner_role", "due"]),
    (ReplyKey::TellUnmerged, OWNED),
    (ReplyKey::TellUnsigned, OWNED),
    (ReplyKey::TellPassedToGrid, OWNED),
    (ReplyKey::TellWhistleNews, OWNED),
    (ReplyKey::Unmerged, OWNED),
    (ReplyKey::WhyDate, &["due"]),
    (ReplyKey::TellAdded, &["added"]),
    (ReplyKey::TellArrived, &["owner", "owner_role", "arrived"]),
    (ReplyKey::TellLikelySame, &["similar"]),
    (ReplyKey::TellMerged, &["into"]),
    (ReplyKey::TellNote, &["note"]),
    (ReplyKey::TellParty, &["owner", "owner_role"]),
    (ReplyKey::TellVerify, &["note"]),
    (ReplyKey::Urged, &["owner", "owner_role"]),
];

/// Rows for wordings that list: each row has everything.
fn with_rows(mut args: Args, rows: usize) -> Args {
    let row = args.clone();
    args.insert("rows", Arg::from(vec![row.clone(); rows]));
    args.insert("topics", Arg::from(vec![row.clone(); rows]));
    args.insert("proofs", Arg::from(vec![row.clone(); rows]));
    args.insert("notes", Arg::from(vec![row; rows]));
    args.insert("total", Arg::Num(rows as i64));
    args
}

/// The values of one name, all of which a wording must know a word for.
fn alternatives() -> BTreeMap<&'static str, Vec<String>> {
    fn codes<T: ToString>(all: &[T]) -> Vec<String> {
        all.iter().map(ToString::to_string).collect()
    }
    let mut hazards = codes(Hazard::ALL);
    hazards.push(String::new());
    let staff: Vec<String> = codes(Role::ALL).into_iter().filter(|role| role != "resident").collect();
    BTreeMap::from([
        ("state", codes(TicketState::ALL)),
        ("urgency", codes(Urgency::ALL)),
        ("hazard", hazards),
        ("owner_role", staff.clone()),
        ("next_role", staff.clone()),
        ("role", staff),
        ("unit", codes(LimitUnit::ALL)),
        ("level", ["grid", "community", "subdistrict", "city"].map(|l| format!("level_{l}")).to_vec()),
        ("next", ["grid", "community", "subdistrict", "city"].map(|l| format!("level_{l}")).to_vec()),
        ("grade", codes(Grade::ALL)),
        ("mode", codes(HandlingMode::ALL)),
        ("goal", vec![String::new()]),
        (
            "whistle_state",
            [codes(WhistleState::ALL), vec!["summon_requested".into(), "summon_rejected".into()]].concat(),
        ),
        ("cause", [codes(WhistleCause::ALL), vec![String::new()]].concat()),
        ("rating", ["satisfied", "rather_satisfied", "dissatisfied"].map(str::to_owned).to_vec()),
        (
            "lacks",
            [
                "past",
                "time",
                "place",
                "topics",
                "limit",
                "matter",
                "count",
                "thing",
                "days",
                "elsewhere",
                "change",
            ]
            .map(str::to_owned)
            .to_vec(),
        ),
        ("gas_phone", vec![String::new()]),
        ("whistle", vec![String::new()]),
        ("advice", vec![String::new()]),
        ("reach", ["all", "grids", "own"].map(str::to_owned).to_vec()),
        ("response", vec![String::new()]),
        ("solve", vec![String::new()]),
        ("satisfaction", vec![String::new()]),
        ("expense_state", codes(ExpenseState::ALL)),
        ("opposite", vec![String::new()]),
        ("yearly", vec![String::new()]),
        ("box_no", vec![String::new()]),
        ("patrol", codes(Rhythm::ALL)),
        ("project_state", codes(ProjectState::ALL)),
        ("taken_back", vec![String::new()]),
        ("silent", vec![String::new()]),
        ("later", vec![String::new()]),
        ("done", ["changed", "withdrawn"].map(str::to_owned).to_vec()),
    ])
}

/// Every shape of values: all there, flags off, what may be absent absent, each code of each list, one row and none.
fn shapes(key: ReplyKey) -> Vec<Args> {
    let given = GIVEN.iter().find(|(with, _)| *with == key).map_or(&[][..], |(_, names)| names);
    let mut full = everything();
    if matches!(
        key,
        ReplyKey::Why
            | ReplyKey::WhyDate
            | ReplyKey::TellUnsigned
            | ReplyKey::TellUndispatched
            | ReplyKey::TellPassedToGrid
            | ReplyKey::Offer
    ) {
        full.insert("unit", text("working_days"));
    }
    let mut shapes = vec![with_rows(full.clone(), 2), with_rows(full.clone(), 1), with_rows(full.clone(), 0)];
    for flag in FLAGS {
        let mut args = full.clone();
        args.insert(flag, Arg::Flag(false));
        shapes.push(with_rows(args, 1));
    }
    let mut bare = full.clone();
    bare.extend(FLAGS.iter().map(|name| (*name, Arg::Flag(false))));
    bare = bare.into_iter().filter(|(name, _)| !OPTIONAL.contains(name) || given.contains(name)).collect();
    shapes.push(with_rows(bare, 2));
    for (name, values) in alternatives() {
        // In a place a unit is a number, not a unit of time.
        if key == ReplyKey::Place && name == "unit" {
            continue;
        }
        for value in values {
            let mut args = full.clone();
            args.insert(name, text(&value));
            shapes.push(with_rows(args, 2));
        }
    }
    for minutes in [30, 90, 3000] {
        let mut args = full.clone();
        args.insert("minutes", Arg::Num(minutes));
        shapes.push(with_rows(args, 1));
    }
    shapes
}

/// Every wording in every shape, with its name; rendered once for all tests.
static RENDERED: LazyLock<Vec<(ReplyKey, String)>> = LazyLock::new(rendered);

fn rendered() -> Vec<(ReplyKey, String)> {
    let mut texts = vec![];
    let mut failed = vec![];
    for key in ReplyKey::ALL {
        for args in &shapes(*key) {
            match REPLIES.render(&Line::new(*key, args.clone()), now()) {
                Ok(text) => texts.push((*key, text)),
                Err(error) => failed.push(format!(
                    "{error}: {}",
                    std::error::Error::source(&error).map_or(String::new(), |e| e.to_string())
                )),
            }
        }
    }
    failed.dedup();
    assert!(failed.is_empty(), "{}", failed.join("\n"));
    texts.sort();
    texts.dedup();
    texts
}

fn none_with(what: &str, fault: impl Fn(&str) -> bool) {
    let found: Vec<String> =
        RENDERED.iter().filter(|(_, text)| fault(text)).map(|(key, text)| format!("{key}: {text}")).collect();
    assert!(found.is_empty(), "{} wordings with {what}:\n{}", found.len(), found.join("\n"));
}

#[test]
fn every_wording_renders_and_says_something() {
    none_with("nothing in them", |text| text.is_empty());
}

#[test]
fn no_wording_is_longer_than_a_reply() {
    none_with("too many bytes", |text| text.len() > REPLY_BYTES);
}

#[test]
fn nothing_is_promised_that_was_not_done() {
    none_with("a promise", |text| PROMISES.iter().any(|promise| text.contains(promise)));
}

#[test]
fn no_wording_speaks_english_or_code() {
    none_with("letters", |text| {
        let numbers: Vec<&str> = text.match_indices("LX").map(|(at, _)| &text[at..]).collect();
        let known =
            numbers.iter().filter(|n| n[2..].chars().take_while(char::is_ascii_digit).count() == 9).count();
        let letters = text.chars().filter(char::is_ascii_alphabetic).count();
        letters != 2 * known || text.contains("{{") || text.contains("{%")
    });
}

/// A half-width mark beside a Chinese character. Between digits and letters (9:00, 1) it is right.
fn mixes_punctuation(text: &str) -> bool {
    let chars: Vec<char> = text.chars().collect();
    let chinese = |c: Option<&char>| {
        c.is_some_and(|c| ('\u{4e00}'..='\u{9fff}').contains(c) || "“”（）【】，。：；？！、".contains(*c))
    };
    chars.iter().enumerate().any(|(i, c)| {
        ",.;:?!()'\"".contains(*c)
            && (chinese(i.checked_sub(1).and_then(|i| chars.get(i))) || chinese(chars.get(i + 1)))
    })
}

#[test]
fn punctuation_is_full_width() {
    assert!(mixes_punctuation("在哪里?") && mixes_punctuation("好,收到") && mixes_punctuation("(加急)"));
    assert!(!mixes_punctuation("今天9:00，回 1) 好") && !mixes_punctuation("在哪里？"));
    none_with("half-width punctuation", mixes_punctuation);
}

/// Names and advice of categories go into the wordings and keep to the same rules.
#[test]
fn what_categories_say_is_written_alike() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("dictionaries/categories");
    let mut faults = vec![];
    for entry in fs::read_dir(folder).expect("dictionaries/categories") {
        let path = entry.expect("an entry").path();
        let file: toml::Table = toml::from_str(&fs::read_to_string(&path).expect("a file")).expect("TOML");
        let subs = file.get("sub").and_then(|sub| sub.as_array()).into_iter().flatten();
        for row in std::iter::once(&file["category"]).chain(subs) {
            for key in ["name", "advice"] {
                let said = row.get(key).and_then(|value| value.as_str()).unwrap_or_default();
                let letters = said.chars().any(|c| c.is_ascii_alphabetic());
                let promise = PROMISES.iter().any(|promise| said.contains(promise));
                let unfinished = key == "advice" && !said.is_empty() && !said.ends_with(['。', '！']);
                if mixes_punctuation(said) || letters || promise || unfinished {
                    faults.push(format!("{} {key}: {said}", row["code"]));
                }
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn the_welcome_is_short() {
    let args = Args::from([("office", text("城区街道党群服务中心"))]);
    let text = REPLIES.render(&Line::new(ReplyKey::Welcome, args), now()).expect("the welcome");
    let length = text.chars().count();
    assert!(length <= 120, "{length} characters: {text}");
}

/// Whatever a wording may look up in `words` is there.
#[test]
fn states_and_roles_have_their_words() {
    let texts = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("dictionaries/replies.toml"));
    let file: toml::Table = toml::from_str(&texts.expect("replies.toml")).expect("TOML");
    let words = file["words"].as_table().expect("[words]");
    let mut missing: Vec<String> = vec![];
    for state in TicketState::ALL {
        missing.extend(
            [state.to_string(), format!("staff_{state}")].into_iter().filter(|w| !words.contains_key(w)),
        );
    }
    missing.extend(Role::ALL.iter().map(ToString::to_string).filter(|w| !words.contains_key(w)));
    missing.extend(Urgency::ALL.iter().map(ToString::to_string).filter(|w| !words.contains_key(w)));
    missing.extend(LimitUnit::ALL.iter().map(ToString::to_string).filter(|w| !words.contains_key(w)));
    assert!(missing.is_empty(), "no word for {missing:?}");
}
