//! What staff write down for others. 现场诉说: who witnessed it, and its words. 意见箱: a paper slip that somebody typed in;
//! which box it lay in and which day it bears are read from the line, and both may be missing.

use serde::{Deserialize, Serialize};

use super::{
    command::{CommandWords, building_number, is_break, leading_word},
    ledger::day,
    moment::{Date, Moment},
};

/// What a slip bears besides its words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Slip {
    /// Number of the box; `None` where nobody wrote it.
    pub box_no: Option<String>,
    /// The day it bears, else the day it was typed.
    pub dated: Moment,
}

/// A slip as typed, before its day is known to be one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Typed<'t> {
    /// Number of the box.
    pub box_no: Option<String>,
    /// What looks like a day.
    pub day: Option<&'t str>,
    /// What somebody wrote.
    pub text: &'t str,
}

/// Days a slip without a year may lie in its box; an older one is dated in a month still to come.
const LIES_DAYS: i64 = 180;

impl<'t> Typed<'t> {
    /// Reads 3号箱 3月12日 楼道灯坏了: box and day in either order, close or set off, then the words.
    pub fn read(line: &'t str, words: &CommandWords) -> Self {
        let mut typed = Self { box_no: None, day: None, text: line.trim_matches(is_break) };
        loop {
            let rest = if typed.box_no.is_none()
                && let Some((number, rest)) = leading_box(typed.text, words)
            {
                typed.box_no = Some(number);
                rest
            } else if typed.day.is_none()
                && let Some((said, rest)) = leading_day(typed.text, words)
            {
                typed.day = Some(said);
                rest
            } else {
                return typed;
            };
            typed.text = rest.trim_matches(is_break);
        }
    }

    /// The slip; `None` when its day is none, or is still to come.
    pub fn slip(&self, words: &CommandWords, now: Moment) -> Option<Slip> {
        let today = now.start_of_day();
        let dated = match self.day {
            None => today,
            Some(said) => match days_back(said, words) {
                Some(back) => today.plus_minutes(-back * 24 * 60),
                None => midnight(day(said, now)?)?,
            },
        };
        let lay = dated.days_until(now);
        let with_year = self.day.is_some_and(|said| said.starts_with("20"));
        let plausible = lay >= 0 && (with_year || lay <= LIES_DAYS);
        plausible.then(|| Slip { box_no: self.box_no.clone(), dated })
    }
}

/// 现场 见证人老高 楼道灯坏了: the witness, empty where none is named, and what was said.
pub fn testimony<'t>(line: &'t str, words: &CommandWords) -> (&'t str, &'t str) {
    let (first, said) = leading_word(line);
    match words.after_leading_code(first, "witness").map(|name| name.trim_matches(is_break)) {
        None => ("", line.trim_matches(is_break)),
        Some("") => leading_word(said),
        Some(name) => (name, said),
    }
}

fn midnight(date: Date) -> Option<Moment> {
    Moment::at(date.at(0, 0, 0, 0))
}

/// 3号箱, 三号意见箱 and what follows.
fn leading_box<'t>(text: &'t str, words: &CommandWords) -> Option<(String, &'t str)> {
    let end = text.find(|c: char| !c.is_ascii_digit() && !"一二三四五六七八九十".contains(c))?;
    let rest = words.after_leading_code(&text[end..], "box")?;
    Some((building_number(&text[..end])?, rest))
}

/// 昨天, 3月12日, 2024-03-12 and what follows. 昨天晚上灯灭了 tells a time and bears no day.
fn leading_day<'t>(text: &'t str, words: &CommandWords) -> Option<(&'t str, &'t str)> {
    let (first, rest) = leading_word(text);
    if days_back(first, words).is_some() {
        return Some((first, rest));
    }
    let number = |at: usize| text[at..].bytes().take_while(u8::is_ascii_digit).count();
    let mark = |at: usize, marks: &[char]| {
        text[at..].chars().next().filter(|c| marks.contains(c)).map(char::len_utf8)
    };
    let mut at = 0;
    if number(0) == 4 {
        at = 4 + mark(4, &['年', '-'])?;
    }
    let month = number(at);
    let after_month = at + month + mark(at + month, if at == 0 { &['月'] } else { &['月', '-'] })?;
    let day = number(after_month);
    let end = after_month + day;
    let closed = mark(end, &['日', '号']);
    let ends = closed.is_some() || text[end..].chars().next().is_none_or(is_break);
    ((1..=2).contains(&month) && (1..=2).contains(&day) && ends)
        .then(|| text.split_at(end + closed.unwrap_or(0)))
}

/// 今天, 昨天, 前天: so many days ago.
fn days_back(said: &str, words: &CommandWords) -> Option<i64> {
    let mut days = ["day_today", "day_before", "day_before_that"].into_iter().zip(0..);
    days.find_map(|(code, back)| (words.after_leading_code(said, code)?.is_empty()).then_some(back))
}
