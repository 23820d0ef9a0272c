//! 工作日历: which days are worked and when a time limit ends. Working days follow the State Council's yearly notice both
//! ways: holidays are rest, 调休 weekends are work. A year without a notice is an error, never a guess. No wording and no
//! clock here.

mod load;

use std::{collections::BTreeMap, fmt};

use super::{
    category::{Limit, LimitUnit},
    moment::{Date, Moment, Weekday},
};

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;
/// 1 工作日 = 8 工作时, whatever the day's periods add up to.
const WORKING_DAY: i64 = 8 * HOUR;

/// Why a working time cannot be computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CalendarError {
    /// No notice is loaded for this year; the operator must add its file.
    #[error("the working calendar of {0} is missing: add dictionaries/calendar/{0}.toml")]
    YearMissing(i16),
    /// The result lies beyond the year 9999.
    #[error("the limit ends beyond the calendar")]
    OutOfRange,
}

/// What kind of day it is, and why where a notice says so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DayKind {
    /// An ordinary Monday to Friday.
    Work,
    /// An ordinary Saturday or Sunday.
    Weekend,
    /// A day off by notice; the holiday's name.
    Holiday(String),
    /// 调休: a weekend day that is worked; the holiday it makes up for.
    MakeUpWork(String),
}

impl DayKind {
    /// Whether people work on such a day.
    pub const fn is_work(&self) -> bool {
        match self {
            Self::Work | Self::MakeUpWork(_) => true,
            Self::Weekend | Self::Holiday(_) => false,
        }
    }
}

/// A working period of the day in minutes from midnight, end excluded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    start: u16,
    end: u16,
}

impl Period {
    /// From minutes after midnight; `None` unless start < end ≤ 24:00.
    pub const fn new(start: u16, end: u16) -> Option<Self> {
        if start < end && end <= 24 * 60 { Some(Self { start, end }) } else { None }
    }
}

/// `08:00–12:00`
impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (s, e) = (self.start, self.end);
        write!(f, "{:02}:{:02}–{:02}:{:02}", s / 60, s % 60, e / 60, e % 60)
    }
}

/// The loaded years and the working periods of a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Calendar {
    /// Each year with the notice that it comes from.
    years: BTreeMap<i16, String>,
    /// The days that differ from Monday-to-Friday.
    special: BTreeMap<Date, Special>,
    /// In order, not overlapping, at least one.
    periods: Vec<Period>,
}

/// One row of a notice.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Special {
    work: bool,
    name: String,
    source: String,
    /// The office's own, beside the State Council's notice.
    local: bool,
}

impl Special {
    fn told(&self, date: Date) -> Exception<'_> {
        Exception { date, work: self.work, name: &self.name, source: &self.source, local: self.local }
    }
}

/// A day that differs from Monday-to-Friday.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Exception<'c> {
    /// Which.
    pub date: Date,
    /// Whether it is worked.
    pub work: bool,
    /// The holiday that it is off for, or made up for.
    pub name: &'c str,
    /// The notice that says so.
    pub source: &'c str,
    /// Whether it is the office's own, beside the State Council's notice.
    pub local: bool,
}

impl Calendar {
    /// The years that are known, in order, each with its notice.
    pub fn years(&self) -> impl Iterator<Item = (i16, &str)> {
        self.years.iter().map(|(year, source)| (*year, source.as_str()))
    }

    /// A year's days that differ, in order.
    pub fn exceptions(&self, year: i16) -> impl Iterator<Item = Exception<'_>> {
        let within = self.special.iter().filter(move |(date, _)| date.year() == year);
        within.map(|(date, day)| day.told(*date))
    }

    /// The office's own days, of all years, in order.
    pub fn local_days(&self) -> impl Iterator<Item = Exception<'_>> {
        self.special.iter().filter(|(_, day)| day.local).map(|(date, day)| day.told(*date))
    }

    /// The same years with other periods (seasonal hours); `None` unless they are in order, apart and at least one.
    pub fn with_periods(mut self, periods: Vec<Period>) -> Option<Self> {
        let in_order = periods.is_sorted_by(|a, b| a.end <= b.start);
        self.periods = periods;
        (in_order && !self.periods.is_empty()).then_some(self)
    }

    /// The working periods of a day.
    pub fn periods(&self) -> &[Period] {
        &self.periods
    }

    /// The last year with a notice; the operator is warned in time before it ends.
    pub fn last_year(&self) -> Option<i16> {
        self.years.keys().next_back().copied()
    }

    /// What kind of day a date is.
    pub fn day_kind(&self, date: Date) -> Result<DayKind, CalendarError> {
        if !self.years.contains_key(&date.year()) {
            return Err(CalendarError::YearMissing(date.year()));
        }
        Ok(match self.special.get(&date) {
            Some(Special { work: true, name, .. }) => DayKind::MakeUpWork(name.clone()),
            Some(Special { work: false, name, .. }) => DayKind::Holiday(name.clone()),
            None if is_weekend(date) => DayKind::Weekend,
            None => DayKind::Work,
        })
    }

    /// The notice that a date's kind comes from; `None` outside the loaded years.
    pub fn source(&self, date: Date) -> Option<&str> {
        let special = self.special.get(&date).map(|s| s.source.as_str());
        special.or_else(|| self.years.get(&date.year()).map(String::as_str))
    }

    /// Whether somebody is at work: a working day, within a period (its end excluded).
    pub fn is_working_time(&self, moment: Moment) -> Result<bool, CalendarError> {
        let civil = moment.civil();
        let minute = civil.hour() as u16 * 60 + civil.minute() as u16;
        Ok(self.is_work(civil.date())? && self.periods.iter().any(|p| (p.start..p.end).contains(&minute)))
    }

    /// When work begins again, for a moment before, after or between working days; `None` while the day is worked, its break
    /// at noon included.
    pub fn opens_again(&self, moment: Moment) -> Result<Option<Moment>, CalendarError> {
        if self.is_work(moment.date())? {
            let first = self.periods_of(moment.date())?.next().map(|(open, _)| open);
            let last = self.periods_of(moment.date())?.last().map(|(_, close)| close);
            let at = moment.millis();
            if first.is_some_and(|open| open <= at) && last.is_some_and(|close| at < close) {
                return Ok(None);
            }
        }
        self.at_work(moment, 0).map(Some)
    }

    /// When a limit that starts now ends. Minutes and hours run on the wall, nights and holidays included; working
    /// units run within periods only, and a start outside them counts from the next one. A limit of zero working
    /// units gives the next working moment.
    pub fn due(&self, start: Moment, limit: Limit) -> Result<Moment, CalendarError> {
        let amount = i64::from(limit.amount);
        match limit.unit {
            LimitUnit::Minutes => on_the_wall(start, amount * MINUTE),
            LimitUnit::Hours => on_the_wall(start, amount * HOUR),
            LimitUnit::Days => on_the_wall(start, amount * 24 * HOUR),
            LimitUnit::WorkingHours => self.at_work(start, amount * HOUR),
            LimitUnit::WorkingDays => self.at_work(start, amount * WORKING_DAY),
        }
    }

    /// When that much working time (milliseconds) after a start has passed.
    pub fn plus_work(&self, start: Moment, work: i64) -> Result<Moment, CalendarError> {
        self.at_work(start, work)
    }

    /// The working time between two moments, in milliseconds; 0 when the second is not the later.
    pub fn work_between(&self, start: Moment, end: Moment) -> Result<i64, CalendarError> {
        let mut work = 0;
        let (mut date, last) = (start.date(), end.date());
        while date <= last {
            if self.is_work(date)? {
                for (open, close) in self.periods_of(date)? {
                    work += (close.min(end.millis()) - open.max(start.millis())).max(0);
                }
            }
            let Ok(next) = date.tomorrow() else { break };
            date = next;
        }
        Ok(work)
    }

    /// The first working day after a date.
    pub fn next_working_day(&self, date: Date) -> Result<Date, CalendarError> {
        let mut next = date;
        loop {
            next = next.tomorrow().map_err(|_| CalendarError::OutOfRange)?;
            if self.is_work(next)? {
                return Ok(next);
            }
        }
    }

    /// The dates from the day of `start` to the day of `end` on which nobody works: 「9、10、16、17日不算」.
    pub fn skipped(&self, start: Moment, end: Moment) -> Result<Vec<Date>, CalendarError> {
        let mut skipped = vec![];
        let (mut date, last) = (start.date(), end.date());
        while date <= last {
            if !self.is_work(date)? {
                skipped.push(date);
            }
            let Ok(next) = date.tomorrow() else { break };
            date = next;
        }
        Ok(skipped)
    }

    /// Walks forward day by day; ends at the latest where the loaded years end, so it is short for any amount.
    fn at_work(&self, start: Moment, amount: i64) -> Result<Moment, CalendarError> {
        let mut left = amount;
        let mut date = start.date();
        loop {
            if self.is_work(date)? {
                for (open, close) in self.periods_of(date)? {
                    let from = open.max(start.millis());
                    if from >= close {
                        continue;
                    }
                    if left <= close - from {
                        return Ok(Moment::from_millis(from + left));
                    }
                    left -= close - from;
                }
            }
            date = date.tomorrow().map_err(|_| CalendarError::OutOfRange)?;
        }
    }

    /// The periods of a date in UTC milliseconds.
    fn periods_of(&self, date: Date) -> Result<impl Iterator<Item = (i64, i64)>, CalendarError> {
        let midnight = Moment::at(date.at(0, 0, 0, 0)).ok_or(CalendarError::OutOfRange)?.millis();
        let at = move |minute: u16| midnight + i64::from(minute) * MINUTE;
        Ok(self.periods.iter().map(move |p| (at(p.start), at(p.end))))
    }

    fn is_work(&self, date: Date) -> Result<bool, CalendarError> {
        self.day_kind(date).map(|kind| kind.is_work())
    }
}

fn is_weekend(date: Date) -> bool {
    matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday)
}

fn on_the_wall(start: Moment, amount: i64) -> Result<Moment, CalendarError> {
    let end = start.millis().checked_add(amount).ok_or(CalendarError::OutOfRange)?;
    jiff::Timestamp::from_millisecond(end).map_err(|_| CalendarError::OutOfRange)?;
    Ok(Moment::from_millis(end))
}
