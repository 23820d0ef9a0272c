//! 巡查 by chat: setting a patrol, being there, ending it; and what its timer says. How its days are counted stands in
//! `domain::patrol`.

use super::{
    desk::{Desk, Sight},
    handling::{self, LISTED, tell_reporters},
};
use crate::domain::{
    category::Party,
    command::{CommandKind, NoRef},
    dialogue::Dialogue,
    effect::{Args, TimerKind, args},
    message::Media,
    patrol::{Patrol, Rhythm},
    reply_key::ReplyKey as Key,
    ticket::{PhotoStage, Ticket, TicketEvent},
    ticket_no::TicketNo,
    world::World,
};

/// A photo sent this soon after a visit is of what was seen.
const PHOTO_MINUTES: i64 = 10;

/// 巡查 · 巡查 007 每天 \[谁\] · 巡查 007 情况 · 巡查 007 停 原因
pub(super) fn patrol<W: World>(desk: &mut Desk<'_, W>, nos: &[NoRef], rest: &str) -> Result<(), W::Error> {
    if nos.is_empty() && rest.is_empty() {
        return list(desk);
    }
    let words = &desk.world.standing().commands;
    let begins = |code: &str| words.after_leading_code(rest, code).map(|after| after.trim().to_owned());
    let rhythm = Rhythm::ALL.iter().find_map(|rhythm| Some((*rhythm, begins(rhythm.code())?)));
    if let Some((rhythm, name)) = rhythm {
        return match handling::held(desk, nos, CommandKind::Patrol, rest)? {
            Some(ticket) => set(desk, ticket, rhythm, &name),
            None => Ok(()),
        };
    }
    if let Some(why) = begins("patrol_stop") {
        return match handling::held(desk, nos, CommandKind::Patrol, rest)? {
            Some(ticket) => end(desk, ticket, &why),
            None => Ok(()),
        };
    }
    match meant(desk, nos, rest)? {
        Some(ticket) => visit(desk, ticket, rest),
        None => Ok(()),
    }
}

/// Sets it, or changes who goes and how often; the day that is due stays due.
fn set<W: World>(desk: &mut Desk<'_, W>, ticket: Ticket, rhythm: Rhythm, name: &str) -> Result<(), W::Error> {
    let before = ticket.road.patrol.clone();
    let by = if !name.is_empty() {
        let Some(named) = desk.colleague(Some(&ticket), name) else { return Ok(()) };
        named
    } else {
        before.as_ref().map(|patrol| patrol.by).or(ticket.owner).unwrap_or(desk.person.id)
    };
    if ticket.private && Some(by) != ticket.owner {
        desk.say(Key::PatrolPrivate, args! {no: ticket.no});
        return Ok(());
    }
    let due = before.as_ref().map_or_else(|| Patrol::first_due(rhythm, desk.now), |patrol| patrol.due);
    let event = TicketEvent::PatrolSet { by, rhythm, due };
    let Some(case) = desk.step(ticket, event, Key::PatrolSet, args! {}) else { return Ok(()) };
    if before.is_none()
        && let Some(patrol) = &case.ticket.road.patrol
    {
        desk.timer(patrol.reminder_at(), TimerKind::Patrol(case.ticket.no));
    }
    if by != desk.person.id {
        let args = desk.ticket_args(&case.ticket, true);
        desk.tell(by, Key::TellPatrol, args);
    }
    let relieved = before.as_ref().map(|patrol| patrol.by).filter(|p| *p != by && *p != desk.person.id);
    if let Some(relieved) = relieved {
        let args = desk.ticket_args(&case.ticket, false);
        desk.tell(relieved, Key::TellPatrolPassed, args);
    }
    if before.as_ref().is_none_or(|patrol| patrol.rhythm != rhythm) {
        tell_reporters(desk, &case.ticket, Key::TellPatrolSet, args! {});
    }
    desk.keep(case);
    Ok(())
}

fn end<W: World>(desk: &mut Desk<'_, W>, ticket: Ticket, why: &str) -> Result<(), W::Error> {
    let Some(patrol) = ticket.road.patrol.clone() else {
        desk.say(Key::PatrolNone, args! {no: ticket.no});
        return Ok(());
    };
    if why.is_empty() {
        desk.say(Key::PatrolStopWhy, args! {no: ticket.no});
        return Ok(());
    }
    let event = TicketEvent::PatrolEnded { text: why.into() };
    let Some(case) = desk.step(ticket, event, Key::PatrolEnded, args! {}) else { return Ok(()) };
    if patrol.by != desk.person.id {
        let mut args = desk.ticket_args(&case.ticket, true);
        args.insert("note", why.into());
        desk.tell(patrol.by, Key::TellPatrolEnded, args);
    }
    tell_reporters(desk, &case.ticket, Key::TellPatrolEnded, args! {note: why});
    desk.keep(case);
    Ok(())
}

/// The patrolled ticket that a visit is of; without a number the only one of the speaker's.
fn meant<W: World>(desk: &mut Desk<'_, W>, nos: &[NoRef], rest: &str) -> Result<Option<Ticket>, W::Error> {
    let found = match nos.first() {
        Some(no) => desk.find(*no, CommandKind::Patrol, rest)?,
        None => {
            let mut mine = desk.world.patrolled_by(desk.person.id, LISTED)?;
            if mine.len() > 1 {
                desk.ask_which(CommandKind::Patrol, rest, mine);
                return Ok(None);
            }
            let only = mine.pop();
            if only.is_none() {
                desk.say(Key::PatrolHow, args! {});
            }
            only
        }
    };
    let Some(ticket) = found else { return Ok(None) };
    if desk.sight(&ticket) < Sight::Full {
        desk.say(Key::NoSuchTicket, args! {});
        return Ok(None);
    }
    let Some(patrol) = &ticket.road.patrol else {
        desk.say(Key::PatrolNone, args! {no: ticket.no});
        return Ok(None);
    };
    let goes = patrol.by == desk.person.id || ticket.owner == Some(desk.person.id) || desk.presides(&ticket);
    if !goes {
        let args = desk.ticket_args(&ticket, false);
        desk.say(Key::NotYourTicket, args);
        return Ok(None);
    }
    Ok(Some(ticket))
}

/// 巡查 007 情况: somebody was there.
fn visit<W: World>(desk: &mut Desk<'_, W>, ticket: Ticket, rest: &str) -> Result<(), W::Error> {
    let no = ticket.no;
    if rest.is_empty() {
        desk.say(Key::PatrolWhat, args! {no: no});
        return Ok(());
    }
    let event = TicketEvent::Patrolled { text: rest.into() };
    let Some(case) = desk.step(ticket, event, Key::PatrolKept, args! {}) else { return Ok(()) };
    if let Some(owner) = case.ticket.owner.filter(|owner| *owner != desk.person.id) {
        let mut args = desk.ticket_args(&case.ticket, true);
        args.extend(args! {note: rest, by: desk.name_of(desk.person.id)});
        desk.tell(owner, Key::TellPatrolled, args);
    }
    desk.ask(Dialogue::PatrolPhoto { no, until: desk.now.plus_minutes(PHOTO_MINUTES) });
    desk.keep(case);
    Ok(())
}

/// A photo sent right after a visit.
pub(super) fn photo<W: World>(desk: &mut Desk<'_, W>, no: TicketNo, media: &Media) -> Result<bool, W::Error> {
    let Some(ticket) = desk.world.ticket(no)?.filter(|t| t.state.is_open()) else { return Ok(false) };
    let mut case = desk.take(ticket);
    // A photo is a move of every open state.
    let _ = desk.record(&mut case, TicketEvent::Photo { media: media.clone(), stage: PhotoStage::Before });
    desk.keep(case);
    desk.say(Key::PhotoKept, args! {no: no});
    Ok(true)
}

/// 巡查: where the speaker goes, and where they have not been yet.
fn list<W: World>(desk: &mut Desk<'_, W>) -> Result<(), W::Error> {
    let mine = desk.world.patrolled_by(desk.person.id, LISTED)?;
    let rows: Vec<Args> = mine.iter().map(|ticket| desk.ticket_args(ticket, true)).collect();
    let total = rows.len();
    desk.say(Key::PatrolList, args! {rows: rows, total: total});
    Ok(())
}

/// The patrol's timer: in the evening whoever has not been there is reminded, in the morning after it is said to them and
/// to the community that nobody was.
pub(super) fn due<W: World>(desk: &mut Desk<'_, W>, no: TicketNo) -> Result<(), W::Error> {
    let Some(ticket) = desk.world.ticket(no)? else { return Ok(()) };
    let mut case = desk.take(ticket);
    let (mut missed, mut over) = (0_u32, false);
    while let Some(patrol) = case.ticket.road.patrol.clone().filter(|p| p.verdict_at() <= desk.now) {
        let event = TicketEvent::PatrolDayOver { missed: !patrol.done, due: patrol.next_due() };
        if desk.record(&mut case, event).is_err() {
            break;
        }
        missed += u32::from(!patrol.done);
        over = true;
    }
    let Some(patrol) = case.ticket.road.patrol.clone() else { return Ok(()) };
    if missed > 0 {
        let mut args = desk.ticket_args(&case.ticket, true);
        args.extend(args! {days: missed, by: desk.name_of(patrol.by)});
        let mut people = vec![patrol.by];
        if !case.ticket.private {
            people.extend(desk.world.directory().contacts(Party::Community, &case.ticket.place));
        }
        people.dedup();
        for person in people {
            desk.tell(person, Key::TellPatrolMissed, args.clone());
        }
    }
    let evening = patrol.reminder_at() <= desk.now;
    if !evening && !over {
        // Of a patrol that was ended and set anew: the new one has a timer of its own.
        return Ok(());
    }
    if evening
        && !patrol.done
        && !patrol.reminded
        && desk.record(&mut case, TicketEvent::PatrolReminded).is_ok()
    {
        let args = desk.ticket_args(&case.ticket, true);
        desk.tell(patrol.by, Key::TellPatrolDue, args);
    }
    desk.timer(if evening { patrol.verdict_at() } else { patrol.reminder_at() }, TimerKind::Patrol(no));
    desk.keep(case);
    Ok(())
}
