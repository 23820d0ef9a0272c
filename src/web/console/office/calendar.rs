//! 工作日历: the years that are known, their holidays and make-up days, and a warning while a year is missing.

use std::sync::Arc;

use axum::{Extension, extract::State, http::StatusCode, response::Response};
use minijinja::{Value, context};

use super::{
    super::{Console, guard::Signed},
    CALENDAR,
};
use crate::domain::{
    calendar::{Calendar, Exception},
    moment::{Date, Moment},
};

/// The notice for a year is out in November of the year before; then a missing one is the office's to see to.
const NOTICE_MONTH: i8 = 11;

pub(super) async fn show(
    State(console): State<Arc<Console>>,
    Extension(signed): Extension<Signed>,
) -> Response {
    let calendar = &console.app.store.standing().calendar;
    let now = console.app.clock.now();
    let mut years: Vec<Value> = calendar.years().map(|(no, source)| year(calendar, no, source)).collect();
    // The newest first.
    years.reverse();
    let known = |year: i16| calendar.years().any(|(no, _)| no == year);
    let periods: Vec<String> = calendar.periods().iter().map(ToString::to_string).collect();
    let today = today(calendar, now);
    let values = context! {
        years, periods, today, this_year => now.year(), next_year => now.year() + 1,
        missing_now => !known(now.year()),
        missing_next => !known(now.year() + 1), notice_out => now.month() >= NOTICE_MONTH,
    };
    console.page(StatusCode::OK, &signed, CALENDAR, "office/calendar.html", values)
}

/// Whether today is worked; nothing when the calendar cannot say.
fn today(calendar: &Calendar, now: Moment) -> Option<bool> {
    calendar.day_kind(now.date()).ok().map(|kind| kind.is_work())
}

/// A year's holidays, each with its days off together and the days that are worked for it.
fn year(calendar: &Calendar, no: i16, source: &str) -> Value {
    let mut holidays: Vec<Holiday> = vec![];
    for day in calendar.exceptions(no) {
        match holidays.iter_mut().find(|holiday| holiday.name == day.name && holiday.local == day.local) {
            Some(holiday) => holiday.add(&day),
            None => {
                let (name, source) = (day.name.to_owned(), day.source.to_owned());
                let mut holiday = Holiday { name, source, local: day.local, off: vec![], worked: vec![] };
                holiday.add(&day);
                holidays.push(holiday);
            }
        }
    }
    holidays.sort_by_key(|holiday| holiday.off.first().copied());
    let rows: Vec<Value> = holidays.iter().map(Holiday::value).collect();
    context! { no, source, rows }
}

/// One holiday of a year.
struct Holiday {
    name: String,
    source: String,
    local: bool,
    off: Vec<Date>,
    worked: Vec<Date>,
}

impl Holiday {
    fn add(&mut self, day: &Exception<'_>) {
        if day.work { self.worked.push(day.date) } else { self.off.push(day.date) }
    }

    fn value(&self) -> Value {
        let told = |date: &Date| {
            context! { month => date.month(), day => date.day(), weekday => date.weekday().to_monday_zero_offset() }
        };
        context! {
            name => self.name.as_str(), local => self.local, source => self.source.as_str(), from => self.off.first().map(told), to => self.off.last().map(told),
            days => self.off.len(), worked => self.worked.iter().map(told).collect::<Vec<_>>(),
        }
    }
}
