//! A point in time and its civil reading in China. Stored as UTC milliseconds, read as Asia/Shanghai: a fixed
//! +08:00, because China keeps one offset all year. Nothing here asks a clock.

use std::{fmt, time::Duration};

pub use jiff::civil::{Date, DateTime, Weekday};
use jiff::{Timestamp, tz::Offset};
use serde::{Deserialize, Serialize};

const SHANGHAI: Offset = Offset::constant(8);

/// A point in time, in milliseconds since 1970-01-01T00:00:00Z.
///
/// Any number is accepted; readings outside the years −9999 to 9999 are those of the nearest end, so that no stored
/// value can make a reading panic.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Moment(i64);

/// A text or a set of numbers that is no moment.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no moment; write it like 2024-03-13 09:00")]
pub struct NotAMoment(String);

impl Moment {
    /// From UTC milliseconds.
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    /// UTC milliseconds.
    pub const fn millis(self) -> i64 {
        self.0
    }

    /// From UTC seconds, as the platforms send them.
    pub const fn from_seconds(seconds: i64) -> Self {
        Self(seconds.saturating_mul(1000))
    }

    /// UTC seconds, rounded down.
    pub const fn seconds(self) -> i64 {
        self.0.div_euclid(1000)
    }

    /// From a civil reading; `None` when there is no such day or minute.
    pub fn from_civil(year: i16, month: i8, day: i8, hour: i8, minute: i8) -> Option<Self> {
        DateTime::new(year, month, day, hour, minute, 0, 0).ok().and_then(Self::at)
    }

    /// The moment of a civil date and time; `None` in the last hours of the year 9999 or the first of −9999.
    pub fn at(civil: DateTime) -> Option<Self> {
        SHANGHAI.to_timestamp(civil).ok().map(|t| Self(t.as_millisecond()))
    }

    /// Reads `2024-03-13 09:00`, also with seconds or a `T`.
    pub fn parse(text: &str) -> Result<Self, NotAMoment> {
        let civil: Option<DateTime> = text.contains(':').then(|| text.trim().parse().ok()).flatten();
        civil.and_then(Self::at).ok_or_else(|| NotAMoment(text.to_owned()))
    }

    /// The civil date and time.
    pub fn civil(self) -> DateTime {
        let nearest = if self.0 < 0 { Timestamp::MIN } else { Timestamp::MAX };
        SHANGHAI.to_datetime(Timestamp::from_millisecond(self.0).unwrap_or(nearest))
    }

    /// The civil date.
    pub fn date(self) -> Date {
        self.civil().date()
    }

    /// The year.
    pub fn year(self) -> i16 {
        self.civil().year()
    }

    /// The month, 1 to 12.
    pub fn month(self) -> i8 {
        self.civil().month()
    }

    /// The day of the month, 1 to 31.
    pub fn day(self) -> i8 {
        self.civil().day()
    }

    /// The hour, 0 to 23.
    pub fn hour(self) -> i8 {
        self.civil().hour()
    }

    /// The minute, 0 to 59.
    pub fn minute(self) -> i8 {
        self.civil().minute()
    }

    /// The day of the week.
    pub fn weekday(self) -> Weekday {
        self.civil().weekday()
    }

    /// The day of the week as replies write it: 周一 to 周日.
    pub fn weekday_name(self) -> &'static str {
        match self.weekday() {
            Weekday::Monday => "周一",
            Weekday::Tuesday => "周二",
            Weekday::Wednesday => "周三",
            Weekday::Thursday => "周四",
            Weekday::Friday => "周五",
            Weekday::Saturday => "周六",
            Weekday::Sunday => "周日",
        }
    }

    /// The civil day as the number yymmdd, as ticket numbers carry it.
    pub fn yymmdd(self) -> u32 {
        let date = self.date();
        // All three are positive and small: rem_euclid gives 0 to 99, jiff gives 1 to 12 and 1 to 31.
        date.year().rem_euclid(100) as u32 * 10_000 + date.month() as u32 * 100 + date.day() as u32
    }

    /// The first moment of the same civil day.
    pub fn start_of_day(self) -> Self {
        Self::at(self.civil().start_of_day()).unwrap_or(self)
    }

    /// Whole civil days from this moment's date to another's: 0 for the same day, 1 for tomorrow, −1 for yesterday.
    pub fn days_until(self, other: Self) -> i64 {
        self.date().duration_until(other.date()).as_hours() / 24
    }

    /// This much later; stops at the end of time.
    pub fn plus(self, duration: Duration) -> Self {
        Self(self.0.saturating_add(i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)))
    }

    /// This much earlier; stops at the beginning of time.
    pub fn minus(self, duration: Duration) -> Self {
        Self(self.0.saturating_sub(i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)))
    }

    /// This many minutes later, or earlier when negative.
    pub const fn plus_minutes(self, minutes: i64) -> Self {
        Self(self.0.saturating_add(minutes.saturating_mul(60_000)))
    }

    /// Whole minutes since `earlier`; negative when it is later.
    pub const fn minutes_since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0) / 60_000
    }

    /// How long ago `earlier` was; zero when it is not earlier.
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }
}

/// `2024-03-13 09:00`, the form that [`Moment::parse`] reads.
impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let civil = self.civil();
        write!(f, "{} {:02}:{:02}", civil.date(), civil.hour(), civil.minute())
    }
}
