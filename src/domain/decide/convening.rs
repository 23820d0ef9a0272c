//! 喊会: a meeting is called, shown, sent, answered and remembered. Minutes and resolutions come with deliberation.

use super::desk::Desk;
use crate::domain::{
    category::Act,
    command::CommandKind,
    dialogue::Dialogue,
    directory::CommunityId,
    effect::{Args, Effect, TimerKind, args},
    meeting::{Answer, CallLacks, Meeting, MeetingId, MeetingState, Rsvp},
    person::{Actor, PersonId},
    reply_key::ReplyKey as Key,
    ticket::{Ticket, TicketState},
    understanding::Understanding,
    words::Words,
    world::World,
};

/// The group hears the count at most every five minutes.
const COUNT_MINUTES: i64 = 5;
/// The group is reminded one hour before.
const REMINDER_MINUTES: i64 = 60;

/// What wordings may say of a meeting.
pub(super) fn meeting_args(meeting: &Meeting) -> Args {
    let topics: Vec<Args> = meeting.topics.iter().map(|t| args! {topic: t.as_str()}).collect();
    args! {
        kind: meeting.kind.as_str(), at: meeting.starts_at, where_: meeting.place.as_str(), topics: topics,
        topic_count: meeting.topics.len(),
    }
}

fn community<W: World>(desk: &Desk<'_, W>) -> Option<CommunityId> {
    match &desk.actor {
        Actor::CommunityStaff(community) => Some(*community),
        Actor::Resident | Actor::GridWorker(_) | Actor::Subdistrict | Actor::Handler => None,
    }
}

/// 喊会 今晚七点 村部院子 板凳会 移风易俗怎么宣传、环境卫生怎么管
pub(super) fn call<W: World>(desk: &mut Desk<'_, W>, rest: &str) -> Result<(), W::Error> {
    let Some(community) = community(desk) else {
        desk.say(Key::CallNotYours, args! {});
        return Ok(());
    };
    let call = match desk.world.standing().meeting_words.read(rest, desk.now) {
        Ok(call) => call,
        Err(lacks) => {
            let lacks = match lacks {
                CallLacks::Time => "time",
                CallLacks::PastTime => "past",
                CallLacks::Place => "place",
                CallLacks::Topic => "topic",
            };
            desk.say(Key::CallHow, args! {lacks: lacks});
            return Ok(());
        }
    };
    let mut tickets: Vec<Ticket> = vec![];
    for no in &call.tickets {
        let Some(ticket) = desk.find(*no, CommandKind::CallMeeting, rest)? else { return Ok(()) };
        if ticket.private {
            desk.say(Key::CallPrivate, args! {no: ticket.no});
            return Ok(());
        }
        tickets.push(ticket);
    }
    let mut topics = call.topics;
    for ticket in &tickets {
        if topics.is_empty() {
            topics.push(desk.sub(&ticket.filing.subcategory).name.clone());
        }
    }
    let meeting = Meeting {
        id: desk.world.next_meeting()?,
        community,
        called_by: desk.person.id,
        kind: call.kind,
        starts_at: call.starts_at,
        place: call.place,
        topics,
        tickets: tickets.iter().map(|t| t.no).collect(),
        state: MeetingState::Draft,
        broadcast: false,
        counted: 0,
        counted_at: None,
    };
    let args = meeting_args(&meeting);
    desk.say(Key::MeetingDraft, args.clone());
    desk.say(Key::MeetingNotice, args.clone());
    desk.say(Key::MeetingLoudspeaker, args);
    let carried = desk.world.directory().groups_of(community).any(|g| g.gateway.is_some());
    desk.say(Key::MeetingDraftHow, args! {carried: carried});
    desk.ask(Dialogue::Meeting { id: meeting.id });
    desk.effect(Effect::Meeting { after: Box::new(meeting), what: "meeting_called" });
    Ok(())
}

/// The meeting that this conversation is about: drafted, or handed over to paste.
fn at_hand<W: World>(desk: &Desk<'_, W>) -> Result<Option<Meeting>, W::Error> {
    match desk.question()? {
        Some(Dialogue::Meeting { id } | Dialogue::Paste { id }) => desk.world.meeting(id),
        Some(_) | None => Ok(None),
    }
}

/// 发: the notice goes to the groups, invitations to those concerned, the reminder is set.
pub(super) fn publish<W: World>(desk: &mut Desk<'_, W>) -> Result<(), W::Error> {
    let Some(mut meeting) = at_hand(desk)?.filter(|m| m.state == MeetingState::Draft) else {
        desk.say(Key::NothingToPublish, args! {});
        return Ok(());
    };
    if meeting.starts_at <= desk.now {
        desk.say(Key::CallHow, args! {lacks: "past"});
        return Ok(());
    }
    meeting.state = MeetingState::Announced;
    let args = meeting_args(&meeting);
    let groups: Vec<_> = desk.world.directory().groups_of(meeting.community).cloned().collect();
    let carried: Vec<Args> =
        groups.iter().filter(|g| g.gateway.is_some()).map(|g| args! {name: g.name.as_str()}).collect();
    for group in groups.iter().filter(|g| g.gateway.is_some()) {
        desk.tell_group(group.id, Key::MeetingNotice, args.clone());
    }
    let invited = invitees(desk, &meeting)?;
    for person in &invited {
        desk.tell(*person, Key::TellInvitation, args.clone());
    }
    let reminder = meeting.starts_at.plus_minutes(-REMINDER_MINUTES);
    if reminder > desk.now {
        desk.timer(reminder, TimerKind::MeetingReminder(meeting.id));
    }
    let by_hand = groups.iter().any(|g| g.gateway.is_none()) || groups.is_empty();
    let sent = carried.len();
    desk.say(Key::MeetingSent, args! {rows: carried, sent: sent, invited: invited.len(), by_hand: by_hand});
    if by_hand {
        desk.say(Key::MeetingNotice, args);
        desk.say(Key::PasteIt, args! {});
    }
    desk.ask(Dialogue::Paste { id: meeting.id });
    desk.effect(Effect::Meeting { after: Box::new(meeting), what: "meeting_announced" });
    Ok(())
}

/// Those whom a meeting about tickets concerns: who reported or co-signed, who works it, the property company.
fn invitees<W: World>(desk: &Desk<'_, W>, meeting: &Meeting) -> Result<Vec<PersonId>, W::Error> {
    let mut people = vec![];
    for no in &meeting.tickets {
        let Some(ticket) = desk.world.ticket(*no)? else { continue };
        let property =
            desk.world.directory().contacts(crate::domain::category::Party::Property, &ticket.place);
        let concerned = ticket.people().chain(ticket.owner).chain(property);
        for person in concerned {
            if person != desk.person.id && !people.contains(&person) {
                people.push(person);
            }
        }
    }
    Ok(people)
}

/// 已发: the notice was pasted by hand.
pub(super) fn posted<W: World>(desk: &mut Desk<'_, W>) -> Result<(), W::Error> {
    match at_hand(desk)?.filter(|m| m.state == MeetingState::Announced) {
        Some(meeting) => {
            desk.say(Key::PostedKept, args! {});
            desk.effect(Effect::Meeting { after: Box::new(meeting), what: "meeting_posted" });
        }
        None => desk.say(Key::NothingToPublish, args! {}),
    }
    Ok(())
}

/// 已播: the loudspeaker call was played.
pub(super) fn broadcast<W: World>(desk: &mut Desk<'_, W>) -> Result<(), W::Error> {
    match at_hand(desk)?.filter(|m| m.state == MeetingState::Announced) {
        Some(mut meeting) => {
            meeting.broadcast = true;
            let mut args = meeting_args(&meeting);
            let reminds = meeting.starts_at.plus_minutes(-REMINDER_MINUTES) > desk.now;
            args.insert("reminds", reminds.into());
            desk.say(Key::BroadcastKept, args);
            desk.effect(Effect::Meeting { after: Box::new(meeting), what: "meeting_broadcast" });
        }
        None => desk.say(Key::NothingToPublish, args! {}),
    }
    Ok(())
}

/// 取消 of a meeting: a draft is dropped; of one already announced those who answered are told.
pub(super) fn cancel<W: World>(desk: &mut Desk<'_, W>) -> Result<(), W::Error> {
    let Some(mut meeting) = at_hand(desk)? else { return nothing_at_hand(desk) };
    let announced = meeting.state == MeetingState::Announced;
    meeting.state = MeetingState::Cancelled;
    let args = meeting_args(&meeting);
    if announced {
        let groups: Vec<_> = desk.world.directory().groups_of(meeting.community).cloned().collect();
        for group in groups.iter().filter(|g| g.gateway.is_some()) {
            desk.tell_group(group.id, Key::MeetingCalledOff, args.clone());
        }
        let mut people = invitees(desk, &meeting)?;
        for rsvp in desk.world.rsvps(meeting.id)? {
            if rsvp.answer == Some(Answer::Going) && !people.contains(&rsvp.person) {
                people.push(rsvp.person);
            }
        }
        for person in people {
            desk.tell(person, Key::MeetingCalledOff, args.clone());
        }
    }
    let by_hand =
        announced && desk.world.directory().groups_of(meeting.community).any(|g| g.gateway.is_none());
    desk.answered();
    desk.say(Key::MeetingCancelled, args! {announced: announced, by_hand: by_hand});
    if by_hand {
        desk.say(Key::MeetingCalledOff, args);
    }
    desk.effect(Effect::Meeting { after: Box::new(meeting), what: "meeting_cancelled" });
    Ok(())
}

/// 取消 with nothing open: an announced meeting of the speaker's own is asked about, a draft report is kept.
fn nothing_at_hand<W: World>(desk: &mut Desk<'_, W>) -> Result<(), W::Error> {
    desk.answered();
    if let Some(community) = community(desk) {
        let own = desk.world.open_meetings(community, desk.now)?;
        if let Some(meeting) = own.into_iter().find(|m| m.called_by == desk.person.id) {
            desk.say(Key::CancelWhich, meeting_args(&meeting));
            desk.ask(Dialogue::Paste { id: meeting.id });
            return Ok(());
        }
    }
    match desk.my_open(5)?.into_iter().find(|t| t.state == TicketState::Draft) {
        Some(draft) => desk.say(Key::DraftKept, args! {no: draft.no}),
        None => desk.say(Key::Cancelled, args! {}),
    }
    Ok(())
}

/// 参加, 去不了, 带话 as typed.
pub(super) fn rsvp<W: World>(desk: &mut Desk<'_, W>, kind: CommandKind, rest: &str) -> Result<(), W::Error> {
    let word = desk.world.standing().commands.word(CommandKind::Message).to_owned();
    let passed_on = rest.strip_prefix(&word).unwrap_or_default();
    // Only the three words of RSVP come here; a word left says nothing of coming.
    let (answer, message) = if kind == CommandKind::Going {
        (Some(Answer::Going), passed_on)
    } else if kind == CommandKind::NotGoing {
        (Some(Answer::NotGoing), passed_on)
    } else {
        (None, rest)
    };
    reply_to_invitation(desk, answer, message.trim().into())
}

/// An RSVP in free words is asked back with its two words; a guess would fill a hall.
pub(super) fn rsvp_by_words<W: World>(desk: &mut Desk<'_, W>, u: &Understanding) -> Result<(), W::Error> {
    debug_assert_eq!(u.act, Act::Rsvp);
    if candidates(desk)?.is_empty() {
        desk.say(Key::NoMeeting, args! {});
    } else {
        desk.say(Key::RsvpHow, args! {});
    }
    Ok(())
}

/// The announced meetings that the speaker may mean.
fn candidates<W: World>(desk: &Desk<'_, W>) -> Result<Vec<Meeting>, W::Error> {
    let directory = desk.world.directory();
    let communities: Vec<CommunityId> = match desk.group() {
        Some(group) => vec![group.community],
        None => {
            let home =
                desk.person.home.as_ref().and_then(|h| directory.estate(h.estate)).map(|e| e.community);
            match home.or(desk.person.community) {
                Some(community) => vec![community],
                None => directory.communities.iter().map(|c| c.id).collect(),
            }
        }
    };
    let mut meetings = vec![];
    for community in communities {
        meetings.extend(desk.world.open_meetings(community, desk.now)?);
    }
    Ok(meetings)
}

fn reply_to_invitation<W: World>(
    desk: &mut Desk<'_, W>,
    answer: Option<Answer>,
    message: Words,
) -> Result<(), W::Error> {
    let meetings = candidates(desk)?;
    match meetings.as_slice() {
        [] => {
            // In a group nobody asked the bot: 参加 may be about a wedding.
            if !desk.in_group() {
                desk.say(Key::NoMeeting, args! {});
            }
        }
        [meeting] => record_rsvp(desk, meeting.clone(), answer, message)?,
        [..] => {
            let rows: Vec<Args> = meetings.iter().take(5).map(meeting_args).collect();
            desk.say(Key::WhichMeeting, args! {rows: rows});
            let options = meetings.iter().take(5).map(|m| m.id).collect();
            desk.ask(Dialogue::WhichMeeting { answer, message, options });
        }
    }
    Ok(())
}

/// The chosen one of several meetings.
pub(super) fn answer_meeting<W: World>(
    desk: &mut Desk<'_, W>,
    id: MeetingId,
    answer: Option<Answer>,
    message: Words,
) -> Result<(), W::Error> {
    desk.answered();
    match desk.world.meeting(id)?.filter(|m| m.state == MeetingState::Announced && m.starts_at > desk.now) {
        Some(meeting) => record_rsvp(desk, meeting, answer, message),
        None => {
            desk.say(Key::NoMeeting, args! {});
            Ok(())
        }
    }
}

fn record_rsvp<W: World>(
    desk: &mut Desk<'_, W>,
    mut meeting: Meeting,
    answer: Option<Answer>,
    message: Words,
) -> Result<(), W::Error> {
    let before = desk.world.rsvps(meeting.id)?;
    let mine = before.iter().find(|r| r.person == desk.person.id);
    let answer = answer.or(mine.and_then(|r| r.answer));
    let going =
        before.iter().filter(|r| r.person != desk.person.id && r.answer == Some(Answer::Going)).count()
            + usize::from(answer == Some(Answer::Going));
    let has_message = !message.is_empty();
    let kept = match mine {
        Some(r) if !has_message => r.message.clone(),
        Some(_) | None => message,
    };
    if has_message && meeting.called_by != desk.person.id {
        let mut args = meeting_args(&meeting);
        args.insert("said", kept.short(200).into());
        desk.tell(meeting.called_by, Key::TellMessage, args);
    }
    let rsvp = Rsvp { person: desk.person.id, answer, message: kept };
    desk.effect(Effect::Rsvp(meeting.id, rsvp));
    let mut args = meeting_args(&meeting);
    args.insert("going", going.into());
    let attends = answer == Some(Answer::Going);
    // One count every five minutes; what comes in between is told by the timer.
    let due = meeting.counted_at.is_none_or(|at| desk.now.minutes_since(at) >= COUNT_MINUTES);
    if attends && due {
        if desk.in_group() {
            meeting.counted = going;
        }
        meeting.counted_at = Some(desk.now);
        desk.timer(desk.now.plus_minutes(COUNT_MINUTES), TimerKind::RsvpCount(meeting.id));
        desk.effect(Effect::Meeting { after: Box::new(meeting), what: "meeting_counted" });
    }
    if !desk.in_group() {
        args.insert("message", has_message.into());
        desk.say(if attends { Key::RsvpGoing } else { Key::RsvpNotGoing }, args);
        return Ok(());
    }
    if has_message {
        desk.say(Key::GroupMessageKept, args! {});
    }
    if attends {
        if due {
            desk.say(Key::GroupCount, args);
        }
    } else if !has_message {
        desk.say(Key::GroupNotGoing, args! {});
    }
    Ok(())
}
