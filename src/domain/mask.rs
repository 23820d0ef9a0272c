//! What must not be read by everybody who reads a ledger: phones, papers, rooms, plates, sums of money and names within
//! people's own words. Which words give them away is data (`dictionaries/masking.toml`); the kinds of them are here. It
//! rather hides too much than too little, and it cannot know a name that nothing announces.

use regex::{Captures, Regex};
use serde::Deserialize;

use super::{
    problem::{Problem, line_of},
    words::masked,
};

const SHIPPED: (&str, &str) = ("masking.toml", include_str!("../../dictionaries/masking.toml"));

/// Digits as people type them.
const D: &str = "[0-9０-９]";
/// What stands for a hidden piece.
const HIDDEN: &str = "***";

/// The words that give personal things away.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Words {
    /// Characters that spell digits.
    numerals: String,
    /// Characters that spell sums.
    amounts: String,
    /// Units of money after digits.
    money: Vec<String>,
    /// Those that also follow spelt sums.
    spelt_money: Vec<String>,
    /// Signs before a sum.
    signs: String,
    /// What follows a room's number.
    rooms: Vec<String>,
    /// What follows a room's number only when it has three digits or more: 501户, but 12户 are twelve households.
    long_rooms: Vec<String>,
    /// What follows a unit's number.
    units: Vec<String>,
    /// What stands between a building's number and a room's.
    buildings: Vec<String>,
    /// First characters of number plates.
    plates: String,
    /// What stands before a name.
    introductions: Vec<String>,
    /// What stands behind one, besides punctuation.
    after_names: Vec<String>,
    /// Names of two characters that families bear.
    long_surnames: Vec<String>,
    /// Names of one character that families bear.
    surnames: String,
}

/// What is left of a thing that was found.
type Left = fn(&Captures<'_>) -> String;

/// One kind of thing: where it stands, and what is left of it.
struct Rule {
    find: Regex,
    left: Left,
}

/// Hides personal things in a text.
pub struct Mask {
    rules: Vec<Rule>,
}

impl std::fmt::Debug for Mask {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Mask({} rules)", self.rules.len())
    }
}

impl Mask {
    /// The shipped one.
    pub fn shipped() -> Result<Self, Vec<Problem>> {
        Self::from_toml(SHIPPED.0, SHIPPED.1)
    }

    /// From a file's text.
    pub fn from_toml(file: &str, text: &str) -> Result<Self, Vec<Problem>> {
        let words: Words = toml::from_str(text).map_err(|error| {
            let line = error.span().map_or(0, |span| line_of(text, span.start));
            vec![Problem::new(file, line, error.message())]
        })?;
        let rules = rules(&words).map_err(|error| vec![Problem::new(file, 0, error.to_string())])?;
        Ok(Self { rules })
    }

    /// The text without what is personal in it.
    pub fn hide(&self, text: &str) -> String {
        self.rules.iter().fold(masked(text), |text, rule| match rule.find.is_match(&text) {
            true => rule.find.replace_all(&text, rule.left).into_owned(),
            false => text,
        })
    }
}

/// In this order: a long number first, so that its pieces are not taken for rooms.
fn rules(words: &Words) -> Result<Vec<Rule>, regex::Error> {
    let any = |words: &[String]| words.iter().map(|w| regex::escape(w)).collect::<Vec<_>>().join("|");
    let chars = |chars: &str| format!("[{}]", regex::escape(chars));
    let (spelt, sums) = (chars(&words.numerals), chars(&words.amounts));
    let number = format!("(?:{D}|{spelt})");
    let table: [(String, Left); 12] = [
        // 1 3 8-0013.8000: eleven digits or more, however they are set apart.
        (format!(r"{D}(?:[ \-—.·*]?[0-9０-９*]){{10,}}"), ends),
        (format!("{spelt}{{7,}}"), ends),
        // 0951-602123, 6021234; a date like 20240313 and a ticket's number are none.
        (format!(r"(LX)?(0{D}{{2,3}}[-— ]?)?{D}{{7,10}}"), landline),
        (r"[A-Za-z0-9_.+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+".into(), |_| HIDDEN.into()),
        (format!(r"({})([A-Za-zＡ-Ｚ])[ ·•.\-]?[A-Za-z0-9]{{5,6}}", chars(&words.plates)), |found| {
            format!("{}{}*****", &found[1], &found[2])
        }),
        (
            format!(
                r"{}\s*{D}+(?:[.,，．]{D}+)*|{D}+(?:[.,，．]{D}+)*\s*({})|{sums}{{2,}}({})",
                chars(&words.signs),
                any(&words.money),
                any(&words.spelt_money)
            ),
            |found| {
                let unit = found.get(1).or_else(|| found.get(2));
                format!("{HIDDEN}{}", unit.map_or("", |unit| unit.as_str()))
            },
        ),
        // 3-2-501 and 3-501: the building stays.
        (format!(r"({D}{{1,3}})[-—－]{D}{{1,2}}[-—－]{D}{{3,4}}"), |found| {
            format!("{}-*-{HIDDEN}", &found[1])
        }),
        (format!(r"({D}{{1,3}})[-—－]{D}{{3,4}}"), |found| format!("{}-{HIDDEN}", &found[1])),
        (format!(r"({}|{})\s*{number}{{3,4}}", any(&words.units), any(&words.buildings)), |found| {
            format!("{}{HIDDEN}", &found[1])
        }),
        (
            format!(r"{number}{{2,5}}\s*({})|{D}{{3,4}}\s*({})", any(&words.rooms), any(&words.long_rooms)),
            |found| {
                let ending = found.get(1).or_else(|| found.get(2));
                format!("{HIDDEN}{}", ending.map_or("", |ending| ending.as_str()))
            },
        ),
        (format!(r"{number}{{1,2}}\s*({})", any(&words.units)), |found| format!("*{}", &found[1])),
        (
            format!(
                r"((?:{})[:： ]*)({}|{})\p{{Han}}{{1,2}}?([\s\p{{P}}0-9*]|{}|$)",
                any(&words.introductions),
                any(&words.long_surnames),
                chars(&words.surnames),
                any(&words.after_names)
            ),
            |found| format!("{}{}*{}", &found[1], &found[2], &found[3]),
        ),
    ];
    table.into_iter().map(|(find, left)| Ok(Rule { find: Regex::new(&find)?, left })).collect()
}

/// The first three and the last two characters of a number, without what set its digits apart.
fn ends(found: &Captures<'_>) -> String {
    let all: Vec<char> = found[0].chars().filter(|c| !" -—.·".contains(*c)).collect();
    let (head, tail) = (&all[..3.min(all.len())], &all[all.len().saturating_sub(2)..]);
    let stars = "*".repeat(all.len().saturating_sub(head.len() + tail.len()));
    format!("{}{stars}{}", String::from_iter(head), String::from_iter(tail))
}

fn landline(found: &Captures<'_>) -> String {
    let whole = &found[0];
    let is_date = whole.len() == 8 && whole.starts_with("20");
    if found.get(1).is_some() || is_date {
        return whole.to_owned();
    }
    format!("{}*******", found.get(2).map_or("", |area| area.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_is_hidden_and_the_rest_stays() {
        let mask = Mask::shipped().unwrap();
        for (said, hidden) in [
            ("3号楼路灯不亮", "3号楼路灯不亮"),
            ("打我电话13800138000", "打我电话138******00"),
            ("电话 138 0013 8000，急", "电话 138******00，急"),
            ("电话1-3-8-0-0-1-3-8-0-0-0", "电话138******00"),
            ("电话幺三八零零幺三八零零零", "电话幺三八******零零"),
            ("座机0951-6021234或6021234", "座机095******34或*******"),
            ("从20240313开始停水，单号LX240313001", "从20240313开始停水，单号LX240313001"),
            ("3-2-501漏水", "3-*-***漏水"),
            ("3号楼2单元501漏水", "3号楼*单元***漏水"),
            ("三号楼二单元五零一室", "三号楼*单元***室"),
            ("502室渗水，楼里12户都这样", "***室渗水，楼里12户都这样"),
            ("宁A12345占了车位", "宁A*****占了车位"),
            ("收了我3000元，还要￥1,200.50元", "收了我***元，还要***元"),
            ("要三千块，大家一块去", "要***块，大家一块去"),
            ("我叫王建国，住3号楼", "我叫王*，住3号楼"),
            ("联系人：欧阳明 电话", "联系人：欧阳* 电话"),
            ("业主马上要来", "业主马上要来"),
            ("信箱a.b@example.com", "信箱***"),
            ("身份证640181199001011234", "身份证640*************34"),
        ] {
            assert_eq!(mask.hide(said), hidden, "{said}");
        }
    }
}
