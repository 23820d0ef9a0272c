//! 时限: how a ticket's clock runs between receipt and due date, where it stands still, and when somebody has to be
//! told. Pure arithmetic over the calendar; whom to tell is decided in `decide`.

use super::{
    calendar::{Calendar, CalendarError},
    category::{Limit, LimitUnit},
    moment::Moment,
    ticket::Ticket,
};

/// The parts of the time, in hundredths, at which somebody is told, in order.
pub const STAGES: [u8; 4] = [50, 80, 100, 150];

/// Whether a limit runs only while people are at work.
pub fn counts_work(limit: Limit) -> bool {
    match limit.unit {
        LimitUnit::Minutes | LimitUnit::Hours | LimitUnit::Days => false,
        LimitUnit::WorkingHours | LimitUnit::WorkingDays => true,
    }
}

/// When a part of a ticket's time is over; `None` without a due date. Up to 100 it lies between the clock's start and
/// the due date; beyond, the rest of the limit is counted on from the due date.
pub fn stage_at(
    ticket: &Ticket,
    limit: Limit,
    calendar: &Calendar,
    percent: u8,
) -> Result<Option<Moment>, CalendarError> {
    let Some(due) = ticket.due_at else { return Ok(None) };
    let start = ticket.road.clock_from.unwrap_or(ticket.received_at);
    let share =
        |whole: i64, percent: u8| whole / 100 * i64::from(percent) + whole % 100 * i64::from(percent) / 100;
    let over = percent.saturating_sub(100);
    if !counts_work(limit) {
        let at = match over {
            0 => start.millis() + share(due.millis() - start.millis(), percent),
            over => due.millis() + share(calendar.due(due, limit)?.millis() - due.millis(), over),
        };
        return Ok(Some(Moment::from_millis(at)));
    }
    match over {
        _ if percent == 100 => Ok(Some(due)),
        0 => {
            let work = calendar.work_between(start, due)?;
            calendar.plus_work(start, share(work, percent)).map(Some)
        }
        over => {
            let work = calendar.work_between(due, calendar.due(due, limit)?)?;
            calendar.plus_work(due, share(work, over)).map(Some)
        }
    }
}

/// The due date of a ticket that stood still from `since` to `now`: what was left then, counted from now.
pub fn due_after_pause(
    ticket: &Ticket,
    limit: Limit,
    calendar: &Calendar,
    since: Moment,
    now: Moment,
) -> Result<Option<Moment>, CalendarError> {
    let Some(due) = ticket.due_at else { return Ok(None) };
    if due <= since {
        // It was late before it stood still, and stays so.
        return Ok(Some(due));
    }
    if counts_work(limit) {
        let left = calendar.work_between(since, due)?;
        calendar.plus_work(now, left).map(Some)
    } else {
        Ok(Some(Moment::from_millis(due.millis() + now.millis() - since.millis())))
    }
}
