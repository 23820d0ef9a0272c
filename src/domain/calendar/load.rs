//! Reading the yearly notices (`dictionaries/calendar/YYYY.toml`). Every fault is reported, with file and line; the
//! files' texts are arguments, nothing here opens a file.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::{Spanned, value::Datetime};

use super::{Calendar, Period, Special, is_weekend};
use crate::domain::{
    moment::Date,
    problem::{Problem, line_of},
};

/// 8:00–12:00 and 14:00–18:00, the periods that municipal rules count by default.
const DEFAULT_PERIODS: [Period; 2] =
    [Period { start: 8 * 60, end: 12 * 60 }, Period { start: 14 * 60, end: 18 * 60 }];

const SHIPPED: [(&str, &str); 3] = [
    ("calendar/2024.toml", include_str!("../../../dictionaries/calendar/2024.toml")),
    ("calendar/2025.toml", include_str!("../../../dictionaries/calendar/2025.toml")),
    ("calendar/2026.toml", include_str!("../../../dictionaries/calendar/2026.toml")),
];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Notice {
    year: Spanned<i16>,
    source: String,
    #[serde(default)]
    holiday: Vec<Holiday>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Holiday {
    name: String,
    from: Spanned<Datetime>,
    to: Spanned<Datetime>,
    #[serde(default)]
    work: Vec<Spanned<Datetime>>,
    source: Option<String>,
}

/// An office's own days: holidays of a region, each with its notice.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LocalNotice {
    #[serde(default)]
    holiday: Vec<Spanned<LocalHoliday>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LocalHoliday {
    name: String,
    from: Spanned<Datetime>,
    to: Option<Spanned<Datetime>>,
    #[serde(default)]
    work: Vec<Spanned<Datetime>>,
    #[serde(default)]
    source: String,
}

impl Calendar {
    /// From data files, each a (name, text). One file holds one year.
    pub fn from_toml(files: &[(&str, &str)]) -> Result<Self, Vec<Problem>> {
        let mut loader = Loader::default();
        for (file, text) in files {
            loader.file = file;
            loader.text = text;
            match toml::from_str(text) {
                Ok(notice) => loader.notice(notice),
                Err(error) => {
                    let at = error.span().map_or(0, |span| span.start);
                    loader.problem(at, error.message().to_owned());
                }
            }
        }
        if loader.problems.is_empty() {
            let periods = DEFAULT_PERIODS.to_vec();
            Ok(Self { years: loader.years, special: loader.special, periods })
        } else {
            Err(loader.problems)
        }
    }

    /// The same calendar with an office's own days over it.
    ///
    /// # Errors
    /// Every row that cannot stand, with its line and what to do about it.
    pub fn with_local(self, file: &str, text: &str) -> Result<Self, Vec<Problem>> {
        let Self { years, special, periods } = self;
        let mut loader = Loader { file, text, years, special, problems: vec![] };
        match toml::from_str::<LocalNotice>(text) {
            Ok(notice) => notice.holiday.iter().for_each(|holiday| loader.local(holiday)),
            Err(error) => {
                let at = error.span().map_or(0, |span| span.start);
                loader.problem(at, error.message().to_owned());
            }
        }
        if loader.problems.is_empty() {
            Ok(Self { years: loader.years, special: loader.special, periods })
        } else {
            Err(loader.problems)
        }
    }

    /// The calendar shipped with the program.
    pub fn shipped() -> Self {
        Self::from_toml(&SHIPPED).expect("the shipped notices are tested")
    }
}

#[derive(Default)]
struct Loader<'a> {
    file: &'a str,
    text: &'a str,
    years: BTreeMap<i16, String>,
    special: BTreeMap<Date, Special>,
    problems: Vec<Problem>,
}

impl Loader<'_> {
    fn notice(&mut self, notice: Notice) {
        let (at, year) = (notice.year.span().start, notice.year.into_inner());
        if !(1..=9998).contains(&year) {
            return self.problem(at, format!("{year} 不是年份"));
        }
        if self.years.insert(year, notice.source.clone()).is_some() {
            self.problem(at, format!("{year} 年已经有一份文件,一年只能有一份"));
        }
        for holiday in notice.holiday {
            let source = holiday.source.as_ref().unwrap_or(&notice.source);
            let row =
                |work| Special { work, name: holiday.name.clone(), source: source.clone(), local: false };
            let (from, to) = (self.date(year, &holiday.from), self.date(year, &holiday.to));
            if let (Some(from), Some(to)) = (from, to) {
                self.rest(holiday.from.span().start, from, to, &row(false));
            }
            for day in &holiday.work {
                if let Some(date) = self.date(year, day) {
                    self.work(day.span().start, date, row(true));
                }
            }
        }
    }

    /// One holiday of an office's own. Its weekends are off anyway; what the nation has settled stays so.
    fn local(&mut self, row: &Spanned<LocalHoliday>) {
        let at = row.span().start;
        let LocalHoliday { name, from, to, work, source } = row.get_ref();
        if name.trim().is_empty() || source.trim().is_empty() {
            return self.problem(at, "要写 name（叫什么节）和 source（哪份通知放的）".into());
        }
        let special = |work| Special { work, name: name.clone(), source: source.clone(), local: true };
        let to = to.as_ref().unwrap_or(from);
        if let (Some(first), Some(last)) = (self.known_date(from), self.known_date(to)) {
            if first > last {
                return self.problem(from.span().start, format!("{first} 在 {last} 之后，from 和 to 写反了"));
            }
            for date in first.series(jiff::Span::new().days(1)).take_while(|date| *date <= last) {
                if self.special.contains_key(&date) || !is_weekend(date) {
                    self.local_day(from.span().start, date, special(false));
                }
            }
        }
        for day in work {
            match self.known_date(day) {
                Some(date) if is_weekend(date) => self.local_day(day.span().start, date, special(true)),
                Some(date) => self.problem(day.span().start, format!("{date} 不是周六周日，不用写补班")),
                None => {}
            }
        }
    }

    fn local_day(&mut self, at: usize, date: Date, row: Special) {
        match self.special.get(&date) {
            Some(before) if before.local => {
                let text = format!("{date} 写了两次：{}和{}，删掉一个", before.name, row.name);
                self.problem(at, text);
            }
            Some(before) => {
                let what = if before.work { "全国调休上班" } else { "全国已经放假" };
                self.problem(at, format!("{date} {what}（{}），这一天不用写，也不能改", before.name));
            }
            None => drop(self.special.insert(date, row)),
        }
    }

    /// A date of a year whose national notice is loaded.
    fn known_date(&mut self, value: &Spanned<Datetime>) -> Option<Date> {
        let at = value.span().start;
        let Some(date) = civil(value.get_ref()) else {
            self.problem(at, format!("{} 要写成 2026-10-01 这样的日期", value.get_ref()));
            return None;
        };
        if !self.years.contains_key(&date.year()) {
            self.problem(at, format!("{date}：还没有 {} 年的全国放假安排，先补上那一年的", date.year()));
            return None;
        }
        Some(date)
    }

    fn rest(&mut self, at: usize, from: Date, to: Date, row: &Special) {
        if from > to {
            return self.problem(at, format!("{from} 在 {to} 之后,from 和 to 写反了"));
        }
        let mut date = from;
        while date <= to {
            self.day(at, date, row.clone());
            let Ok(next) = date.tomorrow() else { break };
            date = next;
        }
    }

    fn work(&mut self, at: usize, date: Date, row: Special) {
        if is_weekend(date) {
            self.day(at, date, row);
        } else {
            self.problem(at, format!("{date} 不是周六周日,不用写调休上班"));
        }
    }

    fn day(&mut self, at: usize, date: Date, row: Special) {
        let name = row.name.clone();
        if let Some(before) = self.special.insert(date, row) {
            self.problem(at, format!("{date} 写了两次:{}和{name}", before.name));
        }
    }

    /// A date of the file's year, or of the December before: New Year's days off may begin there.
    fn date(&mut self, year: i16, value: &Spanned<Datetime>) -> Option<Date> {
        let at = value.span().start;
        let value = value.get_ref();
        if value.date.is_none() || value.time.is_some() {
            self.problem(at, format!("{value} 要写成 {year}-10-01 这样的日期"));
            return None;
        }
        let read = civil(value);
        let fits = |d: &Date| d.year() == year || (d.year() == year - 1 && d.month() == 12);
        let found = read.filter(fits);
        if found.is_none() {
            self.problem(at, format!("{value} 不是 {year} 年的日期"));
        }
        found
    }

    fn problem(&mut self, at: usize, text: String) {
        self.problems.push(Problem::new(self.file, line_of(self.text, at), text));
    }
}

/// A plain date; `None` for one with a time, or that does not exist.
fn civil(value: &Datetime) -> Option<Date> {
    let date = value.date.filter(|_| value.time.is_none())?;
    let (month, day) = (i8::try_from(date.month).ok()?, i8::try_from(date.day).ok()?);
    Date::new(i16::try_from(date.year).ok()?, month, day).ok()
}
