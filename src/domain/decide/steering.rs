//! How a ticket goes on when work alone does not help: 挂账 恢复 不予受理 申诉 拆单 上报 下放; and who stands above it.
//! Whether somebody may is decided here, at each command; what a move does stands in `ticket`.

use super::{
    clockwork,
    desk::{Case, Desk, Sight},
    handling::tell_reporters,
};
use crate::domain::{
    category::{Party, Urgency},
    command::{CommandKind, NoRef, leading_word},
    effect::{Args, TimerKind, args},
    ladder::Ladder,
    moment::{Date, Moment},
    person::{Actor, PersonId},
    reply_key::ReplyKey as Key,
    ticket::{DeclineReason, Level, Ticket, TicketEvent, TicketState},
    world::World,
};

/// A merged ticket can be parted for seven days.
const UNMERGE_MINUTES: i64 = 7 * 24 * 60;

impl<W: World> Desk<'_, W> {
    /// Whether the speaker stands above the handlers of a ticket: its community, the subdistrict, 兜底.
    pub(super) fn presides(&self, ticket: &Ticket) -> bool {
        let directory = self.world.directory();
        let own = match &self.actor {
            Actor::CommunityStaff(community) => directory.serves(self.person.id, *community, &ticket.place),
            Actor::Subdistrict => true,
            Actor::Resident | Actor::GridWorker(_) | Actor::Handler => false,
        };
        (own || directory.catch_all == Some(self.person.id)) && !ticket.private
    }

    /// Who answers for a level at a ticket's place; the next above where nobody does.
    pub(super) fn level_owner(&self, ticket: &Ticket, level: Level) -> Option<PersonId> {
        let directory = self.world.directory();
        let subdistrict = || directory.subdistrict.first().copied().or(directory.catch_all);
        match level {
            Level::Grid => ticket.owner.or(directory.catch_all),
            Level::Community => {
                let staff = directory.contacts(Party::Community, &ticket.place);
                staff.first().copied().or_else(subdistrict)
            }
            Level::Subdistrict => subdistrict(),
            Level::City => directory.catch_all.or_else(subdistrict),
        }
    }

    /// The ticket that a command means, if the speaker stands above it or, where `owner` may too, has it.
    pub(super) fn steered(
        &mut self,
        nos: &[NoRef],
        kind: CommandKind,
        rest: &str,
        owner: bool,
    ) -> Result<Option<Ticket>, W::Error> {
        let Some(no) = nos.first() else {
            let word = self.world.standing().commands.word(kind).to_owned();
            self.say(Key::WhichNo, args! {word: word});
            return Ok(None);
        };
        let Some(ticket) = self.find(*no, kind, rest)? else { return Ok(None) };
        if self.sight(&ticket) < Sight::Full {
            self.say(Key::NoSuchTicket, args! {});
            return Ok(None);
        }
        if self.presides(&ticket) || (owner && ticket.owner == Some(self.person.id)) {
            return Ok(Some(ticket));
        }
        let args = self.ticket_args(&ticket, false);
        self.say(if owner { Key::NotYourTicket } else { Key::CommunityDecides }, args);
        Ok(None)
    }

    /// Makes one move of a ticket and says what came of it; `told` is said to the speaker with the ticket as it is then.
    pub(super) fn step(
        &mut self,
        ticket: Ticket,
        event: TicketEvent,
        told: Key,
        extra: Args,
    ) -> Option<Case> {
        let no = ticket.no;
        let mut case = self.take(ticket);
        if let Err(illegal) = self.record(&mut case, event) {
            self.refuse(no, illegal);
            return None;
        }
        let mut args = self.ticket_args(&case.ticket, true);
        args.extend(extra);
        self.say(told, args);
        Some(case)
    }
}

/// 挂账 007 到4月1日 原因
pub(super) fn hold<W: World>(desk: &mut Desk<'_, W>, nos: &[NoRef], rest: &str) -> Result<(), W::Error> {
    let Some(ticket) = desk.steered(nos, CommandKind::Hold, rest, true)? else { return Ok(()) };
    let no = ticket.no;
    if ticket.owner == Some(desk.person.id) || !desk.presides(&ticket) {
        desk.say(Key::HoldNotByHandler, args! {no: no});
        return Ok(());
    }
    let until = || desk.world.standing().commands.after_code(rest, "until");
    let day = read_day(rest, desk.now).or_else(|| read_day(until()?, desk.now));
    // On hold for so many days at most, then it is decided anew.
    let most = desk.world.standing().limits.hold.limit.amount;
    let Some((review, text)) = day else {
        desk.say(Key::HoldHow, args! {no: no, days: most});
        return Ok(());
    };
    let days = desk.now.start_of_day().days_until(review);
    if !(1..=i64::from(most)).contains(&days) || text.is_empty() {
        desk.say(Key::HoldHow, args! {no: no, days: most});
        return Ok(());
    }
    let event = TicketEvent::Held { review, text: text.as_str().into() };
    let Some(case) = desk.step(ticket, event, Key::HeldBack, args! {review: review}) else { return Ok(()) };
    desk.timer(review, TimerKind::Review(no));
    tell_reporters(desk, &case.ticket, Key::TellHeld, args! {review: review, note: text.as_str()});
    if let Some(owner) = case.ticket.owner {
        let mut args = desk.ticket_args(&case.ticket, true);
        args.extend(args! {review: review, note: text});
        desk.tell(owner, Key::TellHeldOwner, args);
    }
    desk.keep(case);
    Ok(())
}

/// 恢复 007 原因: a ticket on hold goes on with what was left of its time.
pub(super) fn resume<W: World>(desk: &mut Desk<'_, W>, nos: &[NoRef], text: &str) -> Result<(), W::Error> {
    let Some(ticket) = desk.steered(nos, CommandKind::Resume, text, false)? else { return Ok(()) };
    let due = clockwork::due_after_hold(desk, &ticket);
    let event = TicketEvent::Resumed { text: text.into(), due };
    if let Some(case) = desk.step(ticket, event, Key::ResumedWork, args! {}) {
        told_resumed(desk, case, text);
    }
    Ok(())
}

/// Tells owner and reporters that a ticket goes on, and winds its clock.
pub(super) fn told_resumed<W: World>(desk: &mut Desk<'_, W>, case: Case, text: &str) {
    clockwork::wind(desk, &case.ticket);
    if let Some(owner) = case.ticket.owner {
        let mut args = desk.ticket_args(&case.ticket, true);
        args.insert("note", text.into());
        desk.tell(owner, Key::TellResumedOwner, args);
    }
    tell_reporters(desk, &case.ticket, Key::TellResumed, args! {});
    desk.keep(case);
}

/// A day at the beginning of a text: 4月1日, 2026-04-01, 30天; and what follows. Its review begins at nine.
pub(super) fn read_day(text: &str, now: Moment) -> Option<(Moment, String)> {
    let text = text.trim();
    let digits = |t: &str| t.bytes().take_while(u8::is_ascii_digit).count();
    let n = digits(text);
    let number: i64 = text.get(..n).filter(|digits| digits.len() <= 4)?.parse().ok()?;
    let after = &text[n..];
    let today = now.date();
    let (date, rest) = if let Some(rest) = after.strip_prefix('天') {
        (now.plus_minutes(number * 24 * 60).date(), rest)
    } else if let Some(rest) = after.strip_prefix('月') {
        let n = digits(rest);
        let day: i8 = rest.get(..n)?.parse().ok()?;
        let this_year = Date::new(today.year(), i8::try_from(number).ok()?, day).ok()?;
        let date = if this_year < today {
            Date::new(today.year() + 1, this_year.month(), day).ok()?
        } else {
            this_year
        };
        (date, rest[n..].trim_start_matches(['日', '号']))
    } else {
        (text.get(..10)?.parse().ok()?, text.get(10..)?)
    };
    let at = Moment::at(date.at(9, 0, 0, 0))?;
    let rest = rest.trim_matches(|c: char| c.is_whitespace() || ",.;:，。；：、".contains(c));
    Some((at, rest.to_owned()))
}

/// 不予受理 007 原因，该去哪里
pub(super) fn decline<W: World>(desk: &mut Desk<'_, W>, nos: &[NoRef], rest: &str) -> Result<(), W::Error> {
    let reason = desk.world.standing().commands.coded(rest, DeclineReason::from_code);
    let reason = reason.unwrap_or(DeclineReason::Other);
    let Some(ticket) = desk.steered(nos, CommandKind::Decline, rest, false)? else { return Ok(()) };
    // The reporter must read where to go instead: a bare reason is not enough.
    if rest.chars().count() < 6 {
        desk.say(Key::DeclineHow, args! {no: ticket.no});
        return Ok(());
    }
    let owner = ticket.owner.filter(|owner| *owner != desk.person.id);
    let event = TicketEvent::Declined { reason, text: rest.into() };
    let appealed = ticket.road.appealed;
    let Some(case) = desk.step(ticket, event, Key::DeclinedKept, args! {appealed: appealed}) else {
        return Ok(());
    };
    tell_reporters(desk, &case.ticket, Key::TellDeclined, args! {note: rest, appealed: appealed});
    if let Some(owner) = owner {
        let args = desk.ticket_args(&case.ticket, true);
        desk.tell(owner, Key::TellTakenAway, args);
    }
    desk.keep(case);
    Ok(())
}

/// 申诉 007 话: once, and somebody who did not decline it decides anew.
pub(super) fn appeal<W: World>(desk: &mut Desk<'_, W>, nos: &[NoRef], text: &str) -> Result<(), W::Error> {
    let ticket = match nos.first() {
        Some(no) => match desk.find(*no, CommandKind::Appeal, text)? {
            Some(ticket) => Some(ticket),
            None => return Ok(()),
        },
        None => desk.mine(10)?.into_iter().find(|t| t.state == TicketState::Declined),
    };
    let Some(ticket) = ticket.filter(|t| t.belongs_to(desk.person.id)) else {
        desk.say(Key::NothingToAppeal, args! {});
        return Ok(());
    };
    let no = ticket.no;
    let directory = desk.world.directory();
    let community = directory.contacts(Party::Community, &ticket.place);
    let mut others = directory.subdistrict.iter().copied().chain(directory.catch_all).chain(community);
    let Some(to) = others.find(|p| Some(*p) != ticket.road.declined_by) else {
        desk.say(Key::NothingToAppeal, args! {});
        return Ok(());
    };
    let mut case = desk.take(ticket);
    match desk.record(&mut case, TicketEvent::Appealed { text: text.into(), to }) {
        Ok(()) => {
            let args = desk.ticket_args(&case.ticket, false);
            desk.say(Key::AppealKept, args);
            let mut args = desk.ticket_args(&case.ticket, true);
            args.insert("note", text.into());
            desk.tell(to, Key::TellAppeal, args);
            desk.keep(case);
        }
        Err(illegal) => desk.say(Key::AppealNotNow, args! {no: no, state: illegal.state.code()}),
    }
    Ok(())
}

/// 拆单 007, within seven days of its merging.
pub(super) fn unmerge<W: World>(desk: &mut Desk<'_, W>, nos: &[NoRef]) -> Result<(), W::Error> {
    let Some(ticket) = desk.steered(nos, CommandKind::Unmerge, "", true)? else { return Ok(()) };
    let no = ticket.no;
    let target = ticket.merged_into;
    let fresh = ticket.road.merged_at.is_some_and(|at| desk.now.minutes_since(at) < UNMERGE_MINUTES);
    if ticket.state == TicketState::Merged && !fresh {
        desk.say(Key::UnmergeTooLate, args! {no: no});
        return Ok(());
    }
    let mut case = desk.take(ticket);
    if let Err(illegal) = desk.record(&mut case, TicketEvent::Unmerged) {
        desk.refuse(no, illegal);
        return Ok(());
    }
    let owner = case.ticket.owner.or_else(|| desk.owner(&case.ticket)).unwrap_or(desk.person.id);
    // What is accepted can always be handed out.
    let _ = desk.record(&mut case, TicketEvent::Dispatched { owner });
    if let Some(into) = target.map(|no| desk.world.ticket(no)).transpose()?.flatten() {
        let people: Vec<PersonId> = case.ticket.people().collect();
        let mut target = desk.take(into);
        // Refused only where it is closed; then nobody needs to be told of it any more.
        let _ = desk.record(&mut target, TicketEvent::Parted { people });
        let _ = desk.record(&mut target, TicketEvent::VoicesLeft { from: no });
        desk.keep(target);
    }
    tell_reporters(desk, &case.ticket, Key::TellUnmerged, args! {});
    let args = desk.ticket_args(&case.ticket, true);
    desk.say(Key::Unmerged, args.clone());
    if owner != desk.person.id {
        desk.tell(owner, Key::TellHanded, args);
    }
    clockwork::wind(desk, &case.ticket);
    desk.keep(case);
    Ok(())
}

/// 上报 007 [街道] 原因 | 下放 007 原因: one level at a time; only an emergency may skip one.
pub(super) fn level<W: World>(
    desk: &mut Desk<'_, W>,
    kind: CommandKind,
    nos: &[NoRef],
    rest: &str,
) -> Result<(), W::Error> {
    let up = kind == CommandKind::Raise;
    let Some(ticket) = desk.steered(nos, kind, rest, up)? else { return Ok(()) };
    let no = ticket.no;
    let now = ticket.road.level;
    let ladder = desk.world.directory().ladder_at(&ticket.place);
    let name = |level| level_name(ladder, level);
    let Some(next) = (if up { ladder.above(now) } else { ladder.below(now) }) else {
        desk.say(Key::LevelEnds, args! {no: no, level: name(now), up: up});
        return Ok(());
    };
    // A level's name stands alone: 社区没有钱 is a reason.
    let (first, after) = leading_word(rest);
    let usual = || desk.world.standing().commands.code_of(first, Level::from_code).filter(|l| ladder.has(*l));
    let named = ladder.called(first).or_else(usual).filter(|_| up);
    let rest = if named.is_some() { after } else { rest };
    let wanted = named.filter(|level| *level > next).unwrap_or(next);
    if wanted != next && ticket.filing.urgency != Urgency::Emergency {
        desk.say(Key::LevelSkips, args! {no: no, level: name(now), next: name(next)});
        return Ok(());
    }
    if rest.trim().is_empty() {
        desk.say(Key::LevelWhy, args! {no: no, up: up});
        return Ok(());
    }
    let event = TicketEvent::Levelled { level: wanted, text: rest.into() };
    let extra = args! {level: name(wanted), up: up};
    let Some(case) = desk.step(ticket, event, Key::Levelled, extra) else { return Ok(()) };
    tell_level(desk, &case.ticket, wanted, rest);
    desk.keep(case);
    Ok(())
}

/// Tells whoever answers for a level that a ticket is theirs to look after now.
pub(super) fn tell_level<W: World>(desk: &mut Desk<'_, W>, ticket: &Ticket, level: Level, note: &str) {
    // What is private stays between reporter and owner, however late it is.
    let person = desk.level_owner(ticket, level).filter(|p| *p != desk.person.id && !ticket.private);
    if let Some(person) = person {
        let mut args = desk.ticket_args(ticket, true);
        let ladder = desk.world.directory().ladder_at(&ticket.place);
        args.extend(args! {level: level_name(ladder, level), note: note});
        desk.tell(person, Key::TellLevelled, args);
    }
}

/// What a level is called there, or the name of its usual word.
pub(super) fn level_name(ladder: &Ladder, level: Level) -> &str {
    if let Some(label) = ladder.label(level) {
        return label;
    }
    match level {
        Level::Grid => "level_grid",
        Level::Community => "level_community",
        Level::Subdistrict => "level_subdistrict",
        Level::City => "level_city",
    }
}
