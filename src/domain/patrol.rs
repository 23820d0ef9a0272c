//! 巡查: a dangerous place that somebody looks at every day or every week for as long as its ticket is open. Water knows no
//! weekend: every day counts, worked or not. Part of a ticket; who may do what, and who is told, is decided in `decide`.

use serde::{Deserialize, Serialize};

use super::{category::codes, moment::Moment, person::PersonId};

const DAY: i64 = 24 * 60;
/// 17:30: whoever has not been there yet is reminded while it is still light.
const REMINDER: i64 = 17 * 60 + 30;
/// 08:30 of the day after: whether somebody was there is a fact now.
const VERDICT: i64 = DAY + 8 * 60 + 30;

codes! {
    /// How often.
    Rhythm {
        /// 每天
        Daily = "patrol_daily",
        /// 每周
        Weekly = "patrol_weekly",
    }
}

impl Rhythm {
    const fn days(self) -> i64 {
        match self {
            Self::Daily => 1,
            Self::Weekly => 7,
        }
    }
}

/// Who looks at the place, how often, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Patrol {
    /// Who.
    pub by: PersonId,
    /// How often.
    pub rhythm: Rhythm,
    /// The first minute of the day by whose end somebody must have been there again.
    pub due: Moment,
    /// Whether somebody was, since it was last due.
    pub done: bool,
    /// Whether the patroller was reminded of this day.
    pub reminded: bool,
    /// The last time that somebody was there.
    pub last: Option<Moment>,
    /// How often somebody was there.
    pub visits: u32,
    /// How often nobody was.
    pub missed: u32,
}

impl Patrol {
    /// A patrol that begins.
    pub fn new(by: PersonId, rhythm: Rhythm, due: Moment) -> Self {
        Self { by, rhythm, due, done: false, reminded: false, last: None, visits: 0, missed: 0 }
    }

    /// When it is due first: today, or tomorrow where the day is nearly over; a weekly one within seven days.
    pub fn first_due(rhythm: Rhythm, now: Moment) -> Moment {
        let today = now.start_of_day();
        let begins = if now < today.plus_minutes(REMINDER) { today } else { today.plus_minutes(DAY) };
        begins.plus_minutes((rhythm.days() - 1) * DAY)
    }

    /// When it is due next.
    pub fn next_due(&self) -> Moment {
        self.due.plus_minutes(self.rhythm.days() * DAY)
    }

    /// When whoever has not been there is reminded.
    pub fn reminder_at(&self) -> Moment {
        self.due.plus_minutes(REMINDER)
    }

    /// When the day is over.
    pub fn verdict_at(&self) -> Moment {
        self.due.plus_minutes(VERDICT)
    }

    fn covers(&self, at: Moment) -> bool {
        let since = self.due.plus_minutes((1 - self.rhythm.days()) * DAY);
        since <= at && at < self.due.plus_minutes(DAY)
    }

    /// Somebody was there.
    pub(super) fn visited(&mut self, at: Moment) {
        self.last = Some(at);
        self.visits += 1;
        self.done |= self.covers(at);
    }

    /// The day is over; a visit of the morning after counts for the next one.
    pub(super) fn day_over(&mut self, missed: bool, due: Moment) {
        self.missed += u32::from(missed);
        self.due = due;
        self.reminded = false;
        self.done = self.last.is_some_and(|at| self.covers(at));
    }
}
