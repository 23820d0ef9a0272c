//! 上门: when it suits a reporter that somebody comes, 约 by whoever has the ticket, and what becomes of an appointment that
//! nobody kept. How a time is read stands in `domain::meeting`.

use super::{
    desk::Desk,
    handling::{held, taken_up},
    intake,
};
use crate::domain::{
    category::Urgency,
    command::{CommandKind, NoRef},
    dialogue::Dialogue,
    effect::{Args, args},
    moment::Moment,
    reply_key::ReplyKey as Key,
    ticket::{Ticket, TicketEvent, Visit},
    understanding::Understanding,
    words::shorten,
    world::World,
};

/// A line that tells when, and little else.
const SHORT: usize = 20;
/// Nobody makes an appointment for later than that.
const LONGEST_DAYS: i64 = 30;
/// Whoever comes within that time of the appointment has kept it.
const GRACE_MINUTES: i64 = 60;
/// Who names an hour before that without saying 早上 means the afternoon.
const FIRST_HOUR: i64 = 7;

/// The day that is meant when only an hour is said: the next working day.
pub(super) fn usual_day<W: World>(desk: &Desk<'_, W>) -> Option<Moment> {
    let day = desk.world.standing().calendar.next_working_day(desk.now.date()).ok()?;
    Moment::at(day.at(0, 0, 0, 0))
}

/// A time told in words: the hour on the day told, else on the usual one. `None`: no hour was told.
fn told<W: World>(desk: &Desk<'_, W>, text: &str, usual: Option<Moment>) -> Option<Moment> {
    let told = desk.world.standing().meeting_words.time_in(text, desk.now)?;
    let afternoon = !told.part && told.at.minutes_since(told.at.start_of_day()) < FIRST_HOUR * 60;
    let at = if afternoon { told.at.plus_minutes(12 * 60) } else { told.at };
    match usual {
        Some(day) if !told.day => Some(day.plus_minutes(at.minutes_since(at.start_of_day()))),
        Some(_) | None => Some(at),
    }
}

/// Asks whoever said that it is not solved when somebody may come; the line that says so is the answer's.
pub(super) fn ask<W: World>(desk: &mut Desk<'_, W>, ticket: &Ticket, args: &mut Args) {
    let asks = !desk.in_group() && !ticket.on_behalf && ticket.owner.is_some();
    if let Some(day) = usual_day(desk).filter(|_| asks) {
        args.insert("visit_day", day.into());
        desk.ask(Dialogue::VisitTime { no: ticket.no, day });
    }
}

/// The answer to 几点方便; `false` when the line is about something else.
pub(super) fn answer<W: World>(
    desk: &mut Desk<'_, W>,
    ticket: Ticket,
    day: Moment,
    u: &Understanding,
) -> Result<bool, W::Error> {
    if !is_about_time(desk, u) {
        return Ok(false);
    }
    if let Some(at) = told(desk, &u.text, Some(day)) {
        wish(desk, ticket, at, &u.text);
        return Ok(true);
    }
    let day_only = desk.world.standing().meeting_words.names_day(&u.text, desk.now);
    if day_only {
        desk.say(Key::VisitHour, args! {no: ticket.no});
        desk.ask(Dialogue::VisitTime { no: ticket.no, day });
    }
    Ok(day_only)
}

/// A line that tells a time, or that it does not suit, said by somebody with whom a time is being found.
pub(super) fn unasked<W: World>(desk: &mut Desk<'_, W>, u: &Understanding) -> Result<bool, W::Error> {
    if desk.in_group() || u.command.is_some() || !is_about_time(desk, u) {
        return Ok(false);
    }
    let with = |t: &Ticket| t.road.visit.as_ref().is_some_and(|visit| visit.with == desk.person.id);
    let mut waiting = desk.my_open(20)?;
    waiting.extend(desk.joined_open(20)?);
    let Some(ticket) = waiting.into_iter().find(with) else { return Ok(false) };
    let usual = ticket.road.visit.as_ref().map(|visit| visit.at.start_of_day());
    if let Some(at) = told(desk, &u.text, usual) {
        wish(desk, ticket, at, &u.text);
        return Ok(true);
    }
    let refused = desk.world.standing().commands.after_code(&u.text, "visit_no").is_some();
    if refused {
        refuse(desk, ticket, &u.text);
    }
    Ok(refused)
}

/// Whether a line may be no more than a time to come: short, in no hurry, and naming no matter.
fn is_about_time<W: World>(desk: &Desk<'_, W>, u: &Understanding) -> bool {
    let words = &desk.world.standing().commands;
    // What was yesterday tells of something else.
    let past = ["day_before", "day_before_that"].iter().any(|code| words.after_code(&u.text, code).is_some());
    !past
        && u.text.chars().count() <= SHORT
        && u.urgency == Urgency::Normal
        && u.places.is_empty()
        && intake::names_nothing_clearly(u)
}

/// The reporter says when it suits.
fn wish<W: World>(desk: &mut Desk<'_, W>, ticket: Ticket, at: Moment, text: &str) {
    let no = ticket.no;
    if !is_to_come(desk, at) {
        desk.say(Key::VisitPast, args! {no: no});
        return;
    }
    let mut case = desk.take(ticket);
    if let Err(illegal) = desk.record(&mut case, TicketEvent::VisitWished { at, text: text.into() }) {
        desk.refuse(no, illegal);
        return;
    }
    desk.answered();
    let args = desk.ticket_args(&case.ticket, false);
    desk.say(Key::VisitWished, args);
    if let Some(owner) = case.ticket.owner {
        let args = desk.ticket_args(&case.ticket, true);
        desk.tell(owner, Key::TellVisitWished, args);
    }
    desk.keep(case);
}

/// The reporter says that the time does not suit.
fn refuse<W: World>(desk: &mut Desk<'_, W>, ticket: Ticket, text: &str) {
    let no = ticket.no;
    let mut args = desk.ticket_args(&ticket, true);
    args.insert("note", shorten(text, SHORT).into());
    let mut case = desk.take(ticket);
    if let Err(illegal) = desk.record(&mut case, TicketEvent::VisitRefused { text: text.into() }) {
        desk.refuse(no, illegal);
        return;
    }
    if let Some(owner) = case.ticket.owner {
        desk.tell(owner, Key::TellVisitRefused, args.clone());
    }
    desk.say(Key::VisitRefused, args);
    if let Some(day) = usual_day(desk) {
        desk.ask(Dialogue::VisitTime { no, day });
    }
    desk.keep(case);
}

/// 约 007 明天下午3点; without a time the one that suits the reporter.
pub(super) fn appoint<W: World>(desk: &mut Desk<'_, W>, nos: &[NoRef], rest: &str) -> Result<(), W::Error> {
    let Some(ticket) = held(desk, nos, CommandKind::Appoint, rest)? else { return Ok(()) };
    let no = ticket.no;
    let wished = ticket.road.visit.as_ref().filter(|visit| !visit.fixed).map(|visit| visit.at);
    let at = if rest.trim().is_empty() { wished } else { told(desk, rest, None) };
    let Some(at) = at.filter(|at| is_to_come(desk, *at)) else {
        desk.say(Key::VisitHow, args! {no: no});
        return Ok(());
    };
    let with = ticket.road.visit.as_ref().map_or(ticket.reporter, |visit| visit.with);
    let mut case = taken_up(desk, ticket);
    if let Err(illegal) = desk.record(&mut case, TicketEvent::VisitFixed { at, with }) {
        desk.refuse(no, illegal);
        return Ok(());
    }
    if with != desk.person.id {
        let args = desk.ticket_args(&case.ticket, false);
        desk.tell(with, Key::TellVisitFixed, args);
    }
    let args = desk.ticket_args(&case.ticket, true);
    desk.say(Key::VisitFixed, args);
    desk.keep(case);
    Ok(())
}

fn is_to_come<W: World>(desk: &Desk<'_, W>, at: Moment) -> bool {
    at > desk.now && desk.now.days_until(at) <= LONGEST_DAYS
}

/// Whether an appointment is for today.
pub(super) fn is_today<W: World>(desk: &Desk<'_, W>, ticket: &Ticket) -> bool {
    fixed(ticket).is_some_and(|visit| visit.at.date() == desk.now.date())
}

/// Whether nobody came to an appointment.
pub(super) fn is_missed<W: World>(desk: &Desk<'_, W>, ticket: &Ticket) -> bool {
    fixed(ticket).is_some_and(|visit| visit.at.plus_minutes(GRACE_MINUTES) <= desk.now)
}

fn fixed(ticket: &Ticket) -> Option<&Visit> {
    ticket.road.visit.as_ref().filter(|visit| visit.fixed)
}
