//! The profiles of limits: whatever is reported is under exactly one limit in each, with its source; no rule is dead; what is
//! wrong in an office's own profile is told with its line and its cure.
#![allow(clippy::unwrap_used)]

mod support;

use lianxin::{
    app::StartError,
    domain::{
        category::{LimitUnit, RequestKind, SubCode, Urgency},
        limits::Limits,
        problem::Problem,
    },
};
use support::{SHIPPED, World, moment, settings};

fn profile(code: &str) -> Limits {
    Limits::shipped(code, SHIPPED.lexicon().taxonomy()).unwrap().unwrap()
}

#[test]
fn whatever_is_reported_is_under_exactly_one_limit_in_every_profile() {
    let taxonomy = SHIPPED.lexicon().taxonomy();
    assert_eq!(Limits::codes().collect::<Vec<_>>(), ["default", "bj-draft", "nx", "ql"]);
    for limits in Limits::codes().map(profile) {
        let mut used = vec![false; limits.rows.len()];
        for sub in taxonomy.subs.values() {
            for (kind, urgency) in RequestKind::ALL
                .iter()
                .flat_map(|kind| Urgency::ALL.iter().map(move |urgency| (*kind, *urgency)))
            {
                let what = format!("{} {} {kind} {urgency}", limits.code, sub.code);
                let applied = limits.of(sub, kind, urgency);
                assert!(applied.limit.amount > 0 && !applied.name.is_empty(), "{what}");
                assert!(applied.source.chars().count() > 4, "{what}: {}", applied.source);
                let of_its_own = limits.rows.iter().position(|row| row.covers(&sub.code, kind, urgency));
                if let Some(row) = of_its_own {
                    used[row] = true;
                    assert_eq!(applied.source, limits.rows[row].rule.source, "{what}");
                }
                if urgency == Urgency::Emergency {
                    assert_eq!(
                        (applied.limit.amount, applied.limit.unit),
                        (30, LimitUnit::Minutes),
                        "{what}"
                    );
                    assert_eq!(of_its_own, None, "{what}: an emergency has its own");
                }
                let default = limits.code == "default";
                let of_default = of_its_own.is_none() && urgency != Urgency::Emergency;
                assert_eq!(applied.silent, of_default && !default, "{what}");
            }
        }
        assert!(used.iter().all(|used| *used), "{}: a rule that never counts: {used:?}", limits.code);
    }
}

#[test]
fn the_profiles_say_what_their_documents_say() {
    let limit = |code: &str, sub: &str, kind, urgency| {
        let limits = profile(code);
        let sub = &SHIPPED.lexicon().taxonomy().subs[&SubCode::new(sub)];
        let limit = limits.of(sub, kind, urgency).limit;
        (limit.amount, limit.unit)
    };
    use {LimitUnit::*, RequestKind::*, Urgency::*};
    for (code, sub, kind, urgency, wanted) in [
        ("bj-draft", "road.collapse", Help, Urgent, (2, Hours)),
        ("bj-draft", "water.outage", Help, Normal, (24, Hours)),
        ("bj-draft", "water.fee", Help, Normal, (7, Days)),
        ("bj-draft", "heating.leak", Complaint, Urgent, (24, Hours)),
        ("bj-draft", "facility.street_light", Help, Normal, (7, Days)),
        ("bj-draft", "building.roof", Help, Normal, (15, Days)),
        ("ql", "other", Consultation, Normal, (1, Days)),
        ("ql", "facility.street_light", Help, Normal, (5, Days)),
        ("ql", "facility.fitness", Suggestion, Normal, (5, Days)),
        ("ql", "property.fee", Complaint, Normal, (10, Days)),
        ("ql", "safety.theft", TipOff, Normal, (10, Days)),
        // What is silent there is the default's, an urgent matter never longer.
        ("ql", "property.fee", Complaint, Urgent, (24, Hours)),
        ("nx", "facility.street_light", Help, Normal, (3, WorkingDays)),
        ("default", "facility.street_light", Help, Normal, (3, WorkingDays)),
    ] {
        assert_eq!(limit(code, sub, kind, urgency), wanted, "{code} {sub} {kind} {urgency}");
    }
    assert_eq!(profile("nx").dispatch.unwrap().limit.unit, WorkingDays);
    assert_eq!(profile("ql").sign_for.unwrap().limit.amount, 2);
    for limits in Limits::codes().map(profile) {
        assert!(
            limits.note.contains("不是全国的规定") || limits.note.contains("更不是全国的规定"),
            "{}",
            limits.code
        );
    }
}

fn problems(error: StartError) -> Vec<Problem> {
    match error {
        StartError::Data(problems) => problems,
        StartError::Store(error) => panic!("{error}"),
    }
}

#[test]
fn a_wrong_profile_is_refused_with_file_key_and_cure() {
    let chosen = |profile: &str| {
        let config = settings(&[("LIANXIN_CLOCKS__PROFILE", profile)]);
        SHIPPED.chosen(&config, "lianxin.toml").map(drop)
    };
    let unknown = problems(chosen("ningxia").unwrap_err());
    assert_eq!(unknown[0].file, "lianxin.toml");
    for told in ["[clocks] profile", "“ningxia”", "default、bj-draft、nx、ql"] {
        assert!(unknown[0].text.contains(told), "{told}: {}", unknown[0]);
    }
    let missing = problems(chosen("/nowhere/own.toml").unwrap_err());
    assert!(missing[0].text.contains("[clocks] profile: 读不了 /nowhere/own.toml"), "{}", missing[0]);

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("own.toml");
    let write = |text: &str| std::fs::write(&path, text).unwrap();
    let head = "name = \"本街道办法\"\nsource = \"城区街道〔2024〕3号\"\nnote = \"只在本街道说得上\"\nsilent = \"本街道没说到\"\n";
    write(&format!(
        "{head}[[limit]]\nname = \"路灯\"\nof = [\"facility.lamp\"]\nlimit = {{ amount = 2, unit = \"days\" }}\n\
         [[limit]]\nname = \"都管\"\nurgency = [\"emergency\"]\nlimit = {{ amount = 0, unit = \"days\", source = \"x\" }}\n"
    ));
    let found = problems(chosen(path.to_str().unwrap()).unwrap_err());
    let lines: Vec<String> = found.iter().map(ToString::to_string).collect();
    for (line, told) in [
        (7, "没有 facility.lamp"),
        (5, "“路灯”的 limit 没有出处 source"),
        (9, "删掉 emergency"),
        (9, "amount 要是 1 以上"),
    ] {
        assert!(
            found.iter().any(|p| p.line == line && p.text.contains(told) && p.file.ends_with("own.toml")),
            "{line} {told}: {lines:#?}"
        );
    }
    write(&format!(
        "{head}[[limit]]\nname = \"路灯的事\"\nof = [\"facility.street_light\"]\n\
         limit = {{ amount = 2, unit = \"days\", source = \"城区街道〔2024〕3号第五条\" }}\n"
    ));
    chosen(path.to_str().unwrap()).unwrap();
}

/// A ticket keeps the date that it was given; who asks is not told a sum that does not add up.
#[tokio::test]
async fn another_profile_does_not_move_what_was_promised() {
    let world = World::new().await;
    world.say(support::ZHANG, support::LAMP).await;
    let before = world.ticket("LX240313001").await.unwrap().due_at;
    let mut world = world;
    world.config = settings(&[("LIANXIN_CLOCKS__PROFILE", "bj-draft")]);
    world.clock.set(moment("2024-03-13 10:00"));
    let world = world.reopen().await;
    let why = world.say(support::ZHANG, "为啥是18号").await;
    assert!(why.contains("是收到时按那时候的期限定的。现在新报的改按7天算，您这件不变。"), "{why}");
    assert_eq!(world.ticket("LX240313001").await.unwrap().due_at, before);
    world.assert_sound().await;
}
