//! What happens when a timer is due. Nobody is speaking; the acting person is the office itself.

use super::{clockwork, convening::meeting_args, desk::Desk, grading, moving, patrolling, whistling};
use crate::domain::{
    effect::{Decision, Effect, TimerKind},
    meeting::{Answer, Meeting, MeetingId, MeetingState},
    moment::Moment,
    person::{Person, PersonId},
    reply_key::ReplyKey as Key,
    ticket::{TicketEvent, TicketState},
    ticket_no::TicketNo,
    whistle::WhistleEvent,
    world::World,
};

/// The office, as the one who acts when a timer does.
pub(super) const OFFICE: PersonId = PersonId(0);

/// Decides one due timer. A timer whose subject has moved on changes nothing.
pub(super) fn due<W: World>(world: &W, timer: TimerKind, now: Moment) -> Result<Decision, W::Error> {
    let mut desk = Desk::new(world, now, Person::newcomer(OFFICE, "", None), None);
    match timer {
        TimerKind::DraftExpiry(no) => draft_expired(&mut desk, no)?,
        TimerKind::MeetingReminder(id) => remind(&mut desk, id)?,
        TimerKind::RsvpCount(id) => count(&mut desk, id)?,
        TimerKind::Clock(no) => clockwork::clock(&mut desk, no)?,
        TimerKind::Handing(no) => clockwork::handing(&mut desk, no)?,
        TimerKind::Silence(no) => clockwork::silence(&mut desk, no)?,
        TimerKind::Review(no) => clockwork::review(&mut desk, no)?,
        TimerKind::Patrol(no) => patrolling::due(&mut desk, no)?,
        TimerKind::WhistleReport(id) => {
            whistling::too_late(&mut desk, id, WhistleEvent::NoShow, Key::TellNoShow)?;
        }
        TimerKind::WhistleDone(id) => {
            whistling::too_late(&mut desk, id, WhistleEvent::Overdue, Key::TellWhistleOverdue)?;
        }
        TimerKind::Segment(no) => grading::segment_late(&mut desk, no)?,
        TimerKind::Account(no) => grading::account(&mut desk, no)?,
        TimerKind::Moved(no) => moving::follow(&mut desk, no, false)?,
        TimerKind::MovedWithWorker(no) => moving::follow(&mut desk, no, true)?,
        TimerKind::Rota => clockwork::rota(&mut desk)?,
        TimerKind::Morning => clockwork::morning(&mut desk)?,
        TimerKind::Evening => clockwork::evening(&mut desk)?,
    }
    Ok(desk.close())
}

fn draft_expired<W: World>(desk: &mut Desk<'_, W>, no: TicketNo) -> Result<(), W::Error> {
    let Some(ticket) = desk.world.ticket(no)?.filter(|t| t.state == TicketState::Draft) else {
        return Ok(());
    };
    let mut case = desk.take(ticket);
    let moved = desk.record(&mut case, TicketEvent::PlaceUnknown).and_then(|()| desk.dispatch(&mut case));
    if moved.is_ok() {
        if let Some(owner) = case.ticket.owner {
            let args = desk.ticket_args(&case.ticket, true);
            desk.tell(owner, Key::TellPlaceless, args);
        }
        let args = desk.ticket_args(&case.ticket, false);
        desk.tell(case.ticket.reporter, Key::TellDraftPassedOn, args);
    }
    desk.keep(case);
    Ok(())
}

fn remind<W: World>(desk: &mut Desk<'_, W>, id: MeetingId) -> Result<(), W::Error> {
    // A reminder that comes late, after a long stop, must not say that it soon begins.
    let announced = |m: &Meeting| m.state == MeetingState::Announced && desk.now < m.starts_at;
    let Some(meeting) = desk.world.meeting(id)?.filter(announced) else {
        return Ok(());
    };
    let groups: Vec<_> = desk.world.directory().groups_of(meeting.community).cloned().collect();
    let carried = groups.iter().any(|g| g.gateway.is_some());
    for group in groups.iter().filter(|g| g.gateway.is_some()) {
        desk.tell_group(group.id, Key::MeetingReminder, meeting_args(&meeting));
    }
    for rsvp in desk.world.rsvps(id)? {
        let Some(person) = desk.world.person(rsvp.person)? else { continue };
        // Members of a carried group have just read it there.
        if rsvp.answer == Some(Answer::Going) && !(carried && person.gateway.is_some()) {
            desk.tell(person.id, Key::MeetingReminder, meeting_args(&meeting));
        }
    }
    if !carried {
        desk.tell(meeting.called_by, Key::TellRemindByHand, meeting_args(&meeting));
    }
    Ok(())
}

fn count<W: World>(desk: &mut Desk<'_, W>, id: MeetingId) -> Result<(), W::Error> {
    let Some(mut meeting) = desk.world.meeting(id)?.filter(|m| m.state == MeetingState::Announced) else {
        return Ok(());
    };
    let rsvps = desk.world.rsvps(id)?;
    let going = rsvps.iter().filter(|r| r.answer == Some(Answer::Going)).count();
    if going == meeting.counted {
        return Ok(());
    }
    meeting.counted = going;
    meeting.counted_at = Some(desk.now);
    let mut args = meeting_args(&meeting);
    args.insert("going", going.into());
    let groups: Vec<_> =
        desk.world.directory().groups_of(meeting.community).map(|g| (g.id, g.gateway.clone())).collect();
    for (group, _) in groups.iter().filter(|(_, gateway)| gateway.is_some()) {
        desk.tell_group(*group, Key::GroupCount, args.clone());
    }
    desk.tell(meeting.called_by, Key::GroupCount, args);
    desk.timer(desk.now.plus_minutes(5), TimerKind::RsvpCount(id));
    desk.effect(Effect::Meeting { after: Box::new(meeting), what: "meeting_counted" });
    Ok(())
}
