//! 单号: `LX` + yymmdd + daily serial of at least three digits, e.g. `LX240313007`.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Serials a day can hold before the number would run into the next day's.
const SERIALS_PER_DAY: i64 = 10_000_000;

/// A ticket's number. Ordered by day, then serial; also the ticket's row id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TicketNo(i64);

impl TicketNo {
    /// From a civil day as the number yymmdd and a serial from 1. Not checked: both are made by us.
    pub const fn new(yymmdd: u32, serial: u32) -> Self {
        Self(yymmdd as i64 * SERIALS_PER_DAY + serial as i64)
    }

    /// From its row id.
    pub const fn from_row(row: i64) -> Self {
        Self(row)
    }

    /// Its row id.
    pub const fn row(self) -> i64 {
        self.0
    }

    /// The civil day as the number yymmdd.
    pub const fn day(self) -> u32 {
        (self.0 / SERIALS_PER_DAY) as u32
    }

    /// The serial within the day.
    pub const fn serial(self) -> u32 {
        (self.0 % SERIALS_PER_DAY) as u32
    }

    /// The number after this one on `yymmdd`: 001 on a new day; when the clock went back, the last day goes on.
    pub const fn next(last: Option<Self>, yymmdd: u32) -> Self {
        match last {
            Some(last) if last.day() >= yymmdd => Self(last.0 + 1),
            Some(_) | None => Self::new(yymmdd, 1),
        }
    }

    /// From the digits alone: six of the day, three to seven of the serial, a possible date.
    pub fn from_digits(digits: &str) -> Option<Self> {
        if !(9..=13).contains(&digits.len()) || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        let (day, serial) = digits.split_at(6);
        let (day, serial): (u32, u32) = (day.parse().ok()?, serial.parse().ok()?);
        let (month, date) = (day / 100 % 100, day % 100);
        let possible = (1..=12).contains(&month) && (1..=31).contains(&date) && serial > 0;
        let no = Self::new(day, serial);
        // 240313007 and 2403130007 would be one ticket under two names: only the written form counts.
        (possible && no.to_string()[2..] == *digits).then_some(no)
    }
}

impl fmt::Display for TicketNo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "LX{:06}{:03}", self.day(), self.serial())
    }
}
