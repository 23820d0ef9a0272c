//! The organisation file as a whole: whoever leaves must have handed on what they hold.
#![allow(clippy::unwrap_used)]

use lianxin::store::organisation::Organisation;

const SEED: &str = include_str!("../fixtures/seed/lingwu.toml");

fn refused(text: &str) -> Vec<String> {
    Organisation::from_toml("own.toml", text).unwrap_err().iter().map(ToString::to_string).collect()
}

/// Somebody's block without their post, or not there at all.
fn leaves(key: &str, gone: bool) -> String {
    let at = SEED.find(&format!("[[person]]\nkey = {key:?}")).unwrap();
    let end = at + 1 + SEED[at + 1..].find("[[person]]").unwrap();
    let block = if gone { String::new() } else { SEED[at..end].replace("role = \"grid_worker\"\n", "") };
    format!("{}{block}{}", &SEED[..at], &SEED[end..])
}

/// A13: the only worker of a grid cannot leave before somebody takes it over.
#[test]
fn the_only_worker_of_a_grid_leaves_only_with_a_substitute() {
    let told = refused(&leaves("laotian", false));
    let wanted =
        "\"laotian\" is at work no more and still holds 沙滩村网格: name who takes it over as its worker";
    assert!(told.iter().any(|problem| problem.contains(wanted)), "{told:#?}");
    assert!(!refused(&leaves("laotian", true)).is_empty());
    let handed_on = leaves("laotian", false).replace("worker = \"laotian\"", "worker = \"xiaobai\"");
    Organisation::from_toml("own.toml", &handed_on).unwrap();
}

#[test]
fn a_ladder_begins_at_the_grid() {
    for wrong in ["{ community = \"社区\" }", "{ grid = \"\", community = \"社区\" }"] {
        let text =
            SEED.replace("ladder = { grid = \"村\", subdistrict = \"镇\" }", &format!("ladder = {wrong}"));
        assert!(refused(&text).iter().any(|problem| problem.contains("needs the rung where matters begin")));
    }
    let odd =
        SEED.replace("ladder = { grid = \"村\", subdistrict = \"镇\" }", "ladder = { street = \"街\" }");
    assert!(refused(&odd).iter().any(|problem| problem.contains("street")));
}
