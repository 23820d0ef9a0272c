//! The clocks of a ticket: what becomes of it as time goes by, and the days' briefs. Nobody is speaking when a timer is
//! due; the acting person is the office itself. When a part of the time is over is reckoned in `domain::clock`.

use super::{
    desk::{Case, Desk},
    grading,
    handling::{LISTED, tell_reporters},
    liaison,
    steering::{level_name, tell_level, told_resumed},
    visiting,
};
use crate::domain::{
    calendar::CalendarError,
    category::{Limit, LimitUnit, Urgency},
    clock::{self, STAGES},
    directory::StaffName,
    effect::{Args, Effect, Line, TimerKind, args},
    limits::Rule,
    moment::Moment,
    person::PersonId,
    reply_key::ReplyKey as Key,
    ticket::{Level, Ticket, TicketEvent, TicketState},
    ticket_no::TicketNo,
    world::World,
};

/// What could not be reckoned for want of a calendar is tried again a day later.
const RETRY_MINUTES: i64 = 24 * 60;
/// Who does not answer 修好了吗 is reminded once, and after three working days the ticket closes without a rating.
const REMIND_AFTER: u32 = 2;
const CLOSE_AFTER: u32 = 3;
/// 08:30 and 17:30: half an hour after and before the usual working periods begin and end.
const MORNING: (i8, i8) = (8, 30);
const EVENING: (i8, i8) = (17, 30);
/// The next working day's briefs are set in the evening of the last.
const ROTA: (i8, i8) = (22, 0);

/// So many working days from now; `None`, and an alarm, when the calendar cannot say.
pub(super) fn working_days_from_now<W: World>(desk: &mut Desk<'_, W>, days: u32) -> Option<Moment> {
    let limit = Limit { amount: days, unit: LimitUnit::WorkingDays };
    let found = desk.world.standing().calendar.due(desk.now, limit);
    told(desk, found)
}

/// The due date of a ticket that goes on after a hold.
pub(super) fn due_after_hold<W: World>(desk: &mut Desk<'_, W>, ticket: &Ticket) -> Option<Moment> {
    let since = ticket.road.hold.as_ref().map_or(desk.now, |hold| hold.since);
    let limit = desk.limit_of(ticket);
    let found = clock::due_after_pause(ticket, limit, &desk.world.standing().calendar, since, desk.now);
    told(desk, found).flatten()
}

/// What the calendar says, or an alarm that it cannot.
fn told<W: World, T>(desk: &mut Desk<'_, W>, found: Result<T, CalendarError>) -> Option<T> {
    if let Err(error) = &found {
        desk.alarm(error.to_string());
    }
    found.ok()
}

/// Sets the timer for the next part of a ticket's time that somebody has to be told of.
pub(super) fn wind<W: World>(desk: &mut Desk<'_, W>, ticket: &Ticket) {
    if let Some((_, at)) = next_stage(desk, ticket) {
        desk.timer(at.unwrap_or_else(|| desk.now.plus_minutes(RETRY_MINUTES)), TimerKind::Clock(ticket.no));
    }
}

/// Sets the timer for what a ticket waits for: to be handed out, or to be signed for by whoever has it.
pub(super) fn wind_handing<W: World>(desk: &mut Desk<'_, W>, ticket: &Ticket) {
    let Some((rule, from)) = handing_rule(desk, ticket) else { return };
    let calendar = &desk.world.standing().calendar;
    let at = calendar.due(from, rule.limit).and_then(|at| {
        // Given back after that time, it has the time anew.
        if at > desk.now { Ok(at) } else { calendar.due(desk.now, rule.limit) }
    });
    if let Some(at) = told(desk, at) {
        desk.timer(at, TimerKind::Handing(ticket.no));
    }
}

/// The rule for the step of handing on that a ticket waits for, and since when it runs; `None` where the office has none.
fn handing_rule<'w, W: World>(desk: &Desk<'w, W>, ticket: &Ticket) -> Option<(&'w Rule, Moment)> {
    let limits = &desk.world.standing().limits;
    let pooled = ticket.was_pooled();
    match ticket.state {
        TicketState::Dispatched if waits_for_head(desk, ticket) => Some((&limits.micro_grid, desk.now)),
        TicketState::Accepted if !pooled => Some((limits.dispatch.as_ref()?, ticket.received_at)),
        TicketState::Dispatched => Some((limits.sign_for.as_ref()?, desk.now)),
        TicketState::Accepted
        | TicketState::Draft
        | TicketState::Submitted
        | TicketState::InProgress
        | TicketState::Deliberating
        | TicketState::OnHold
        | TicketState::PendingVerify
        | TicketState::PendingConfirm
        | TicketState::Closed
        | TicketState::Declined
        | TicketState::Merged
        | TicketState::Withdrawn => None,
    }
}

/// Whether it was given to the head of its micro-grid.
fn waits_for_head<W: World>(desk: &Desk<'_, W>, ticket: &Ticket) -> bool {
    let micro = desk.world.directory().micro_grid_at(&ticket.place);
    micro.is_some_and(|micro| micro.head.is_some() && micro.head == ticket.owner)
}

/// 微网格长 did not sign for it in time: it is the grid worker's now (seed case A8).
fn pass_to_grid<W: World>(desk: &mut Desk<'_, W>, ticket: Ticket) {
    let worker = ticket.grid.and_then(|grid| desk.world.directory().grid(grid)).map(|grid| grid.worker);
    let Some(worker) = worker.filter(|worker| Some(*worker) != ticket.owner) else { return };
    let (no, head) = (ticket.no, ticket.owner);
    let limit = desk.world.standing().limits.micro_grid.limit;
    let mut case = desk.take(ticket);
    if let Err(illegal) =
        desk.record(&mut case, TicketEvent::Handed { owner: worker, text: Default::default() })
    {
        return desk.refuse(no, illegal);
    }
    if let Some(head) = head {
        let mut args = desk.ticket_args(&case.ticket, true);
        args.extend(limit_args(limit));
        desk.tell(head, Key::TellPassedToGrid, args);
    }
    let args = desk.ticket_args(&case.ticket, true);
    desk.tell(worker, Key::TellNewTicket, args);
    tell_reporters(desk, &case.ticket, Key::TellNewOwner, args! {});
    desk.keep(case);
}

/// It was not handed out or signed for in time: whoever has it hears it again, and who answers for the level above.
pub(super) fn handing<W: World>(desk: &mut Desk<'_, W>, no: TicketNo) -> Result<(), W::Error> {
    let Some(ticket) = desk.world.ticket(no)? else { return Ok(()) };
    if ticket.state == TicketState::Dispatched && waits_for_head(desk, &ticket) {
        pass_to_grid(desk, ticket);
        return Ok(());
    }
    let Some((rule, _)) = handing_rule(desk, &ticket) else { return Ok(()) };
    let unsigned = ticket.state == TicketState::Dispatched;
    let (key, level) = if unsigned {
        (Key::TellUnsigned, Level::Community)
    } else {
        (Key::TellUndispatched, Level::Subdistrict)
    };
    let watcher = desk.level_owner(&ticket, level).filter(|p| Some(*p) != ticket.owner && !ticket.private);
    for person in ticket.owner.into_iter().chain(watcher) {
        let mut args = desk.ticket_args(&ticket, true);
        args.extend(limit_args(rule.limit));
        args.insert("mine", (Some(person) == ticket.owner).into());
        desk.tell(person, key, args);
    }
    Ok(())
}

/// A figure for wordings.
pub(super) fn limit_args(limit: Limit) -> Args {
    args! {amount: limit.amount, unit: limit.unit.code()}
}

/// The next part of the time, and when it is over, as far as the calendar knows; `None` when all are.
fn next_stage<W: World>(desk: &mut Desk<'_, W>, ticket: &Ticket) -> Option<(u8, Option<Moment>)> {
    let limit = desk.limit_of(ticket);
    let percent = *STAGES.iter().find(|percent| **percent > ticket.road.passed)?;
    let found = clock::stage_at(ticket, limit, &desk.world.standing().calendar, percent);
    Some((percent, told(desk, found).flatten()))
}

/// A part of a ticket's time may be over.
pub(super) fn clock<W: World>(desk: &mut Desk<'_, W>, no: TicketNo) -> Result<(), W::Error> {
    let Some(ticket) = desk.world.ticket(no)? else { return Ok(()) };
    let running = match ticket.state {
        TicketState::Submitted
        | TicketState::Accepted
        | TicketState::Dispatched
        | TicketState::InProgress
        | TicketState::PendingVerify => true,
        // The clock stands still, or it is the reporter's turn; whoever sets it going again winds it.
        TicketState::Draft
        | TicketState::Deliberating
        | TicketState::OnHold
        | TicketState::PendingConfirm
        | TicketState::Closed
        | TicketState::Declined
        | TicketState::Merged
        | TicketState::Withdrawn => false,
    };
    if !running {
        return Ok(());
    }
    let mut case = desk.take(ticket);
    if case.ticket.due_at.is_none() {
        let received = case.ticket.received_at;
        if let Some(due) = desk.due_of(received, &case.ticket) {
            // Setting a date is a move of every open state.
            let _ = desk.record(&mut case, TicketEvent::DueSet { due });
        }
    }
    let (mut passed, mut unknown) = (0, false);
    while let Some((percent, at)) = next_stage(desk, &case.ticket) {
        unknown = at.is_none();
        let over = at.is_some_and(|at| at <= desk.now);
        if !over || desk.record(&mut case, TicketEvent::ClockPassed { percent }).is_err() {
            break;
        }
        passed = percent;
        match percent {
            // Of several reminders that are due at once only the last says something new.
            0..100 => {}
            100 => overdue(desk, &mut case, false),
            101.. => overdue(desk, &mut case, true),
        }
    }
    if (1..100).contains(&passed) {
        remind(desk, &case.ticket, passed);
    } else if passed >= 100 {
        tell_overdue(desk, &case.ticket);
    }
    if passed > 0 || unknown {
        wind(desk, &case.ticket);
    }
    desk.keep(case);
    Ok(())
}

/// 50 %: the handler; 80 %: the grid worker too.
fn remind<W: World>(desk: &mut Desk<'_, W>, ticket: &Ticket, percent: u8) {
    let grid_worker = ticket.grid.and_then(|g| desk.world.directory().grid(g)).map(|g| g.worker);
    let mut people: Vec<PersonId> = ticket.owner.into_iter().collect();
    people.extend(grid_worker.filter(|p| percent >= 80 && Some(*p) != ticket.owner && !ticket.private));
    for person in people {
        let mut args = desk.ticket_args(ticket, true);
        args.insert("percent", u32::from(percent).into());
        desk.tell(person, Key::TellClock, args);
    }
}

/// The time is over: the matter climbs one level, and whoever answers for that level is told. `again`: half as much time
/// again is over, and it is supervised from above.
fn overdue<W: World>(desk: &mut Desk<'_, W>, case: &mut Case, again: bool) {
    let ladder = desk.world.directory().ladder_at(&case.ticket.place);
    if let Some(level) = ladder.above(case.ticket.road.level) {
        // Climbing is a move of every open state.
        let _ = desk.record(case, TicketEvent::Levelled { level, text: Default::default() });
    }
    let watcher = desk.level_owner(&case.ticket, case.ticket.road.level);
    if again && let Some(by) = watcher {
        let first = case.ticket.road.supervisor.is_none();
        if desk.record(case, TicketEvent::Supervised { by }).is_ok() && first {
            grading::ask_for_report(desk, case.no());
        }
    }
    let ticket = &case.ticket;
    let mut extra = watched(desk, ticket);
    extra.insert("again", again.into());
    let owner = ticket.owner.filter(|owner| Some(*owner) != watcher);
    for person in watcher.into_iter().chain(owner) {
        let mut args = desk.ticket_args(ticket, true);
        args.extend(extra.clone());
        desk.tell(person, Key::TellOverdue, args);
    }
}

/// Who looks after an overdue ticket, for wordings.
fn watched<W: World>(desk: &Desk<'_, W>, ticket: &Ticket) -> Args {
    let level = ticket.road.level;
    let watcher = desk.level_owner(ticket, level);
    let by = watcher.map_or("", |p| desk.world.directory().staff_name(p));
    let ladder = desk.world.directory().ladder_at(&ticket.place);
    args! {level: level_name(ladder, level), by: by}
}

/// Its people read that it is late, who looks after it now, and by when they hear more.
fn tell_overdue<W: World>(desk: &mut Desk<'_, W>, ticket: &Ticket) {
    let mut extra = watched(desk, ticket);
    if let Some(promise) = working_days_from_now(desk, 1) {
        extra.insert("promise", promise.into());
    }
    tell_reporters(desk, ticket, Key::TellOverdueReporter, extra);
}

/// Nobody has answered whether it is solved.
pub(super) fn silence<W: World>(desk: &mut Desk<'_, W>, no: TicketNo) -> Result<(), W::Error> {
    let found = desk.world.ticket(no)?.filter(|t| t.state == TicketState::PendingConfirm);
    let Some((ticket, asked)) = found.and_then(|t| t.road.asked_at.map(|at| (t, at))) else {
        return Ok(());
    };
    let after = |days| Limit { amount: days, unit: LimitUnit::WorkingDays };
    let calendar = &desk.world.standing().calendar;
    let (remind, close) = (calendar.due(asked, after(REMIND_AFTER)), calendar.due(asked, after(CLOSE_AFTER)));
    let (Some(remind), Some(close)) = (told(desk, remind), told(desk, close)) else {
        desk.timer(desk.now.plus_minutes(RETRY_MINUTES), TimerKind::Silence(no));
        return Ok(());
    };
    if desk.now < remind {
        // Asked anew since this timer was set: the new question has its own.
        return Ok(());
    }
    if desk.now < close {
        let mut args = desk.ticket_args(&ticket, false);
        args.insert("close", close.into());
        desk.tell(ticket.reporter, Key::RemindSolved, args);
        desk.timer(close, TimerKind::Silence(no));
        return Ok(());
    }
    let mut case = desk.take(ticket);
    if desk.record(&mut case, TicketEvent::ClosedUnanswered).is_ok() {
        tell_reporters(desk, &case.ticket, Key::TellClosedUnanswered, args! {});
        if let Some(owner) = case.ticket.owner {
            let args = desk.ticket_args(&case.ticket, true);
            desk.tell(owner, Key::TellClosedUnansweredOwner, args);
        }
        desk.keep(case);
    }
    Ok(())
}

/// Waits for the reporter's answer.
pub(super) fn await_answer<W: World>(desk: &mut Desk<'_, W>, no: TicketNo) {
    let at = working_days_from_now(desk, REMIND_AFTER);
    desk.timer(at.unwrap_or_else(|| desk.now.plus_minutes(RETRY_MINUTES)), TimerKind::Silence(no));
}

/// The day has come on which a ticket on hold goes on, or is put on hold anew.
pub(super) fn review<W: World>(desk: &mut Desk<'_, W>, no: TicketNo) -> Result<(), W::Error> {
    let Some(ticket) = desk.world.ticket(no)? else { return Ok(()) };
    let Some(hold) = ticket.road.hold.clone().filter(|hold| hold.review <= desk.now) else {
        return Ok(());
    };
    let due = due_after_hold(desk, &ticket);
    let mut case = desk.take(ticket);
    if desk.record(&mut case, TicketEvent::Resumed { text: Default::default(), due }).is_ok() {
        let args = desk.ticket_args(&case.ticket, true);
        desk.tell(hold.by, Key::TellReview, args);
        told_resumed(desk, case, "");
    }
    Ok(())
}

/// A second 未解决 is the next level's to look after.
pub(super) fn climb<W: World>(desk: &mut Desk<'_, W>, case: &mut Case) {
    let ladder = desk.world.directory().ladder_at(&case.ticket.place);
    if let Some(level) = ladder.above(case.ticket.road.level)
        && desk.record(case, TicketEvent::Levelled { level, text: Default::default() }).is_ok()
    {
        tell_level(desk, &case.ticket, level, "");
    }
}

/// Sets the briefs of the next working day, and the next rota; and sees that every ticket has an owner.
pub(super) fn rota<W: World>(desk: &mut Desk<'_, W>) -> Result<(), W::Error> {
    for ticket in desk.world.ownerless(LISTED)? {
        // A draft waits a day for its place; whatever is older has fallen through.
        if desk.now.minutes_since(ticket.received_at) > RETRY_MINUTES {
            desk.alarm(format!("{} has no owner", ticket.no));
        }
    }
    let calendar = desk.world.standing().calendar.clone();
    let today = desk.now.date();
    let at = |date: crate::domain::moment::Date, (hour, minute)| Moment::at(date.at(hour, minute, 0, 0));
    let before_morning = at(today, MORNING).is_some_and(|morning| desk.now < morning);
    let day = match calendar.day_kind(today) {
        Ok(kind) if kind.is_work() && before_morning => Ok(today),
        Ok(_) => calendar.next_working_day(today),
        Err(error) => Err(error),
    };
    let Some(day) = told(desk, day) else {
        desk.timer(desk.now.plus_minutes(RETRY_MINUTES), TimerKind::Rota);
        return Ok(());
    };
    for (time, kind) in
        [(MORNING, TimerKind::Morning), (EVENING, TimerKind::Evening), (ROTA, TimerKind::Rota)]
    {
        if let Some(at) = at(day, time) {
            desk.timer(at, kind);
        }
    }
    Ok(())
}

/// Tickets of one worker that are looked at and counted, those due first.
pub(super) const IN_HAND: usize = 200;

/// What one worker has in hand, by how much it presses.
pub(super) struct InHand {
    pub(super) tickets: Vec<Ticket>,
    /// Whether there are more than were looked at.
    more: bool,
    fresh: u32,
    soon: u32,
    overdue: u32,
    /// 上门: appointments of today.
    visits: u32,
    /// Those that nobody came to.
    missed: u32,
}

pub(super) fn in_hand<W: World>(desk: &Desk<'_, W>, person: PersonId) -> Result<InHand, W::Error> {
    let mut tickets = desk.world.open_owned_by(person, IN_HAND + 1)?;
    let more = tickets.len() > IN_HAND;
    tickets.truncate(IN_HAND);
    tickets.retain(|t| t.state != TicketState::PendingConfirm && t.state != TicketState::OnHold);
    let late = |t: &Ticket| t.due_at.is_some_and(|due| due < desk.now);
    let end = desk.now.start_of_day().plus_minutes(24 * 60);
    let soon = |t: &Ticket| !late(t) && t.due_at.is_some_and(|due| due < end);
    let count = |fits: &dyn Fn(&Ticket) -> bool| tickets.iter().filter(|t| fits(t)).count() as u32;
    let fresh = count(&|t| t.state == TicketState::Dispatched);
    let (soon, overdue) = (count(&soon), count(&late));
    let visits = count(&|t| visiting::is_today(desk, t));
    let missed = count(&|t| visiting::is_missed(desk, t));
    tickets.sort_by_key(|t| (t.filing.urgency != Urgency::Emergency, !late(t), t.due_at, t.no));
    Ok(InHand { tickets, more, fresh, soon, overdue, visits, missed })
}

fn brief_args<W: World>(desk: &Desk<'_, W>, name: &str, hand: &InHand) -> Args {
    let rows: Vec<Args> = hand
        .tickets
        .iter()
        .take(LISTED)
        .map(|t| {
            let mut row = desk.ticket_args(t, true);
            row.insert("late", t.due_at.is_some_and(|due| due < desk.now).into());
            row
        })
        .collect();
    let missed = hand.tickets.iter().filter(|t| visiting::is_missed(desk, t)).take(LISTED);
    let missed: Vec<Args> = missed.map(|t| desk.ticket_args(t, true)).collect();
    args! {
        name: name, rows: rows, total: hand.tickets.len(), more: hand.more,
        fresh: hand.fresh, soon: hand.soon, overdue: hand.overdue, visits: hand.visits, topics: missed,
    }
}

/// A working day begins: everybody who has something in hand reads what.
pub(super) fn morning<W: World>(desk: &mut Desk<'_, W>) -> Result<(), W::Error> {
    liaison::week(desk)?;
    each_worker(desk, Key::MorningBrief, |hand| !hand.tickets.is_empty())
}

/// A working day ends: what is not signed for yet, what is late, and to whom nobody came who was told a time.
pub(super) fn evening<W: World>(desk: &mut Desk<'_, W>) -> Result<(), W::Error> {
    each_worker(desk, Key::EveningBrief, |hand| hand.fresh + hand.overdue + hand.missed > 0)
}

fn each_worker<W: World>(
    desk: &mut Desk<'_, W>,
    key: Key,
    worth: impl Fn(&InHand) -> bool,
) -> Result<(), W::Error> {
    let staff: Vec<StaffName> = desk.world.directory().staff.clone();
    for worker in staff {
        let hand = in_hand(desk, worker.id)?;
        if worth(&hand) {
            let args = brief_args(desk, &worker.name, &hand);
            desk.effect(Effect::Brief(worker.id, Line::new(key, args)));
        }
    }
    Ok(())
}

/// 今天: the brief, asked for.
pub(super) fn today<W: World>(desk: &mut Desk<'_, W>) -> Result<(), W::Error> {
    let hand = in_hand(desk, desk.person.id)?;
    let name = desk.world.directory().staff_name(desk.person.id).to_owned();
    let args = brief_args(desk, &name, &hand);
    desk.say(Key::MorningBrief, args);
    Ok(())
}

/// What is late and fits, whoever has it, the longest overdue first.
pub(super) fn all_late<W: World>(
    desk: &Desk<'_, W>,
    fits: impl Fn(&Ticket) -> bool,
) -> Result<Vec<Ticket>, W::Error> {
    let mut found = vec![];
    for staff in &desk.world.directory().staff {
        let mut open = desk.world.open_owned_by(staff.id, IN_HAND)?;
        open.retain(|t| {
            t.due_at.is_some_and(|due| due < desk.now)
                && !matches!(t.state, TicketState::OnHold | TicketState::PendingConfirm)
                && fits(t)
        });
        found.extend(open);
    }
    found.sort_by_key(|t| t.due_at);
    Ok(found)
}

/// 超期: what is late, one's own or of everybody one stands above.
pub(super) fn late<W: World>(desk: &mut Desk<'_, W>) -> Result<(), W::Error> {
    if liaison::asks(desk)? {
        return Ok(());
    }
    let found = all_late(desk, |t| t.owner == Some(desk.person.id) || desk.presides(t))?;
    let total = found.len();
    let rows: Vec<Args> = found.iter().take(LISTED).map(|t| desk.ticket_args(t, true)).collect();
    desk.say(Key::OverdueList, args! {rows: rows, total: total});
    Ok(())
}
