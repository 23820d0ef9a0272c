//! The organisation file as a whole: whoever leaves must have handed on what they hold; and the tables it is imported from.
#![allow(clippy::unwrap_used)]

use lianxin::{
    sheet::read::{self, NoTable},
    store::organisation::Organisation,
};

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

#[test]
fn text_is_read_in_whatever_way_a_spreadsheet_saves_it() {
    let wanted = vec![vec!["姓名".to_owned(), "岗位".into()], vec!["马志强".into(), "网格员".into()]];
    let gbk = b"\xd0\xd5\xc3\xfb,\xb8\xda\xce\xbb\r\n\xc2\xed\xd6\xbe\xc7\xbf,\xcd\xf8\xb8\xf1\xd4\xb1\r\n"
        .to_vec();
    let utf16 =
        "\u{feff}姓名\t岗位\r\n马志强\t网格员\r\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let marked = "\u{feff}姓名,岗位\n马志强,网格员".as_bytes().to_vec();
    for saved in [gbk, utf16, marked] {
        assert_eq!(read::rows(&saved), Ok(wanted.clone()));
    }
    let picture = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR";
    assert_eq!(read::rows(picture), Err(NoTable::Unreadable));
}
