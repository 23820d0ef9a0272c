//! How wordings tell time: the filters `when` (今天17:00, 3月19日（周二）16:20), `written` and `date` (the same for paper,
//! without 今天), and `spoken` (今天晚上七点半, for a loudspeaker). The words are data.

use std::sync::Arc;

use minijinja::{Environment, Error, ErrorKind, State};
use serde::Deserialize;

use crate::domain::moment::Moment;

/// Words for days and hours.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TimeWords {
    today: String,
    tomorrow: String,
    yesterday: String,
    /// With `{{ month }}`, `{{ day }}` and `{{ weekday }}`.
    date: String,
    /// The same for a loudspeaker.
    spoken_date: String,
    weekdays: [String; 7],
    morning: String,
    afternoon: String,
    evening: String,
    digits: Vec<String>,
    ten: String,
    two: String,
    hour: String,
    half: String,
    minute: String,
}

impl TimeWords {
    /// Adds the filters to an environment.
    pub(super) fn install(&self, environment: &mut Environment<'static>) {
        let words = Arc::new(self.clone());
        let (spoken, days, written) = (words.clone(), words.clone(), words.clone());
        environment.add_filter("when", move |state: &State<'_, '_>, millis: i64| {
            let at = Moment::from_millis(millis);
            let day = words.day(at, now(state)?, false);
            Ok::<_, Error>(format!("{day}{}:{:02}", at.hour(), at.minute()))
        });
        environment.add_filter("date", move |millis: i64| days.date(Moment::from_millis(millis)));
        environment.add_filter("written", move |millis: i64| {
            let at = Moment::from_millis(millis);
            format!("{}{}:{:02}", written.date(at), at.hour(), at.minute())
        });
        environment.add_filter("spoken", move |state: &State<'_, '_>, millis: i64| {
            let at = Moment::from_millis(millis);
            Ok::<_, Error>(format!("{}{}", spoken.day(at, now(state)?, true), spoken.clock(at)))
        });
    }

    fn day(&self, at: Moment, now: Moment, spoken: bool) -> String {
        match now.days_until(at) {
            0 => self.today.clone(),
            1 => self.tomorrow.clone(),
            -1 => self.yesterday.clone(),
            _another_day if spoken => self
                .spoken_date
                .replace("{{ month }}", &self.number(at.month()))
                .replace("{{ day }}", &self.number(at.day()))
                .replace("{{ weekday }}", &self.weekdays[at.weekday().to_monday_zero_offset() as usize]),
            _another_day => self.date(at),
        }
    }

    /// 3月19日（周二）
    fn date(&self, at: Moment) -> String {
        self.date
            .replace("{{ month }}", &at.month().to_string())
            .replace("{{ day }}", &at.day().to_string())
            .replace("{{ weekday }}", &self.weekdays[at.weekday().to_monday_zero_offset() as usize])
    }

    /// 晚上七点半
    fn clock(&self, at: Moment) -> String {
        let part = match at.hour() {
            0..=11 => &self.morning,
            12..=17 => &self.afternoon,
            _later => &self.evening,
        };
        let hour = if at.hour() > 12 { at.hour() - 12 } else { at.hour() };
        let hour = if hour == 2 { self.two.clone() } else { self.number(hour) };
        let minute = match at.minute() {
            0 => String::new(),
            30 => self.half.clone(),
            minute => format!("{}{}", self.number(minute), self.minute),
        };
        format!("{part}{hour}{}{minute}", self.hour)
    }

    /// 0–59 in Chinese numerals.
    fn number(&self, n: i8) -> String {
        let digit = |d: i8| self.digits.get(d as usize).cloned().unwrap_or_else(|| d.to_string());
        match (n / 10, n % 10) {
            (0, ones) => digit(ones),
            (tens, ones) => {
                let tens = if tens == 1 { String::new() } else { digit(tens) };
                let ones = if ones == 0 { String::new() } else { digit(ones) };
                format!("{tens}{}{ones}", self.ten)
            }
        }
    }
}

fn now(state: &State<'_, '_>) -> Result<Moment, Error> {
    state
        .lookup("now")
        .and_then(|value| i64::try_from(value).ok())
        .map(Moment::from_millis)
        .ok_or_else(|| Error::new(ErrorKind::InvalidOperation, "no present time in this rendering"))
}
