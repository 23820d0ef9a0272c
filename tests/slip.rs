//! 意见箱: box and day are found on a slip in any order, what is no day stays in the words, and no slip makes it panic.
#![allow(clippy::unwrap_used)]

mod support;

use lianxin::domain::slip::Typed;
use proptest::prelude::*;
use support::{SHIPPED, moment};

/// Box, day and words of a slip typed at nine on 13 March 2024.
fn read(line: &str) -> (Option<String>, Option<String>, String) {
    let lexicon = SHIPPED.lexicon();
    let typed = Typed::read(line, lexicon.commands());
    let slip = typed.slip(lexicon.commands(), moment("2024-03-13 09:00"));
    (typed.box_no.clone(), slip.map(|s| s.dated.date().to_string()), typed.text.to_owned())
}

#[test]
fn slips_are_read_as_people_type_them() {
    for (line, number, day, text) in [
        ("3号箱 3月12日 楼道灯坏了", Some("3"), "2024-03-12", "楼道灯坏了"),
        ("3月12日 3号箱 楼道灯坏了", Some("3"), "2024-03-12", "楼道灯坏了"),
        ("3号箱3月12日楼道灯坏了", Some("3"), "2024-03-12", "楼道灯坏了"),
        ("三号意见箱,3月12号,楼道灯坏了", Some("3"), "2024-03-12", "楼道灯坏了"),
        ("12号箱 昨天 楼道灯坏了", Some("12"), "2024-03-12", "楼道灯坏了"),
        ("2024-03-01 楼道灯坏了", None, "2024-03-01", "楼道灯坏了"),
        ("2023年3月20日 楼道灯坏了", None, "2023-03-20", "楼道灯坏了"),
        ("12月30日 1号箱 楼道灯坏了", Some("1"), "2023-12-30", "楼道灯坏了"),
        ("楼道灯坏了", None, "2024-03-13", "楼道灯坏了"),
        ("3号楼楼道灯坏了", None, "2024-03-13", "3号楼楼道灯坏了"),
        ("1号箱 昨天晚上灯灭了", Some("1"), "2024-03-13", "昨天晚上灯灭了"),
        ("1号箱 3月份的卫生费", Some("1"), "2024-03-13", "3月份的卫生费"),
        ("3号箱 3月12日", Some("3"), "2024-03-12", ""),
    ] {
        let expected = (number.map(str::to_owned), Some(day.to_owned()), text.to_owned());
        assert_eq!(read(line), expected, "{line}");
    }
    // To come, too long ago to be meant, no day at all.
    for line in
        ["3月14日 灯坏了", "2024-03-14 灯坏了", "8月1日 灯坏了", "3月32日 灯坏了", "2023-02-29 灯坏了"]
    {
        assert_eq!(read(line).1, None, "{line}");
    }
}

proptest! {
    #[test]
    fn no_slip_panics(line in any::<String>(), numbers in "[0-9一十月日号箱年 ,，-]{0,24}") {
        let _ = read(&line);
        let _ = read(&numbers);
        let _ = read(&format!("{numbers}{line}"));
    }
}
