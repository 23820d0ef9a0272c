//! Who has a ticket, and how it goes on when work alone does not help: 派单 退单 挂账 恢复 不予受理 申诉 拆单 上报 下放 定级 督办
//! 销号 说明结案 直办 交接. Whether somebody may is decided here, at each command; what a move does stands in `ticket`.

use super::{
    clockwork,
    desk::{Case, Desk, Sight},
    handling::{self, tell_reporters},
    locating::{Whereabouts, whereabouts},
};
use crate::domain::{
    category::{Party, Urgency},
    command::{CommandKind, NoRef, leading_word},
    effect::{Args, TimerKind, args},
    moment::{Date, Moment},
    person::{Actor, PersonId, Role},
    reply_key::ReplyKey as Key,
    ticket::{DeclineReason, Grade, Level, ReturnReason, Ticket, TicketEvent, TicketState},
    ticket_no::TicketNo,
    understanding::Understanding,
    world::World,
};

/// A ticket is on hold for ninety days at most, then it is decided anew.
const HOLD_DAYS: i64 = 90;
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

    /// Somebody at work by name, by department or by party; says whom one can name when nobody is called so.
    fn colleague(&mut self, ticket: Option<&Ticket>, said: &str) -> Option<PersonId> {
        let directory = self.world.directory();
        if let Some(person) = directory.staff.iter().find(|s| s.name == said) {
            return Some(person.id);
        }
        if let Some(contact) = directory.department_named(said).and_then(|d| d.contacts.first()) {
            return Some(*contact);
        }
        let party =
            self.world.standing().commands.coded(said, |code| Party::from_code(code.strip_prefix("party_")?));
        if let (Some(party), Some(ticket)) = (party, ticket)
            && let Some(person) = directory.contacts(party, &ticket.place).first()
        {
            return Some(*person);
        }
        let near = |role: Role| {
            matches!(
                role,
                Role::GridWorker | Role::CommunityStaff | Role::PropertyStaff | Role::SubdistrictStaff
            )
        };
        let names: Vec<Args> = (directory.staff.iter().filter(|s| near(s.role)).map(|s| &s.name))
            .chain(directory.departments.iter().map(|d| &d.name))
            .take(12)
            .map(|name| args! {name: name.as_str()})
            .collect();
        self.say(Key::NobodyCalledSo, args! {said: said, rows: names});
        None
    }

    /// The ticket that a command means, if the speaker stands above it or, where `owner` may too, has it.
    fn steered(
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
    fn step(&mut self, ticket: Ticket, event: TicketEvent, told: Key, extra: Args) -> Option<Case> {
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

/// 派单 007 小李 | 转派 007 物业 话
pub(super) fn hand_out<W: World>(desk: &mut Desk<'_, W>, nos: &[NoRef], rest: &str) -> Result<(), W::Error> {
    let Some(ticket) = desk.steered(nos, CommandKind::HandOut, rest, true)? else { return Ok(()) };
    let (name, text) = leading_word(rest);
    if name.is_empty() {
        let args = desk.ticket_args(&ticket, false);
        desk.say(Key::HandOutWhom, args);
        return Ok(());
    }
    let Some(to) = desk.colleague(Some(&ticket), name) else { return Ok(()) };
    if ticket.owner == Some(to) && ticket.state != TicketState::Accepted {
        let args = desk.ticket_args(&ticket, false);
        desk.say(Key::AlreadyTheirs, args);
        return Ok(());
    }
    let before = ticket.owner.filter(|owner| *owner != desk.person.id && *owner != to);
    let event = TicketEvent::Handed { owner: to, text: text.into() };
    let Some(case) = desk.step(ticket, event, Key::HandedOut, args! {}) else { return Ok(()) };
    let mut args = desk.ticket_args(&case.ticket, true);
    args.insert("note", text.into());
    desk.tell(to, Key::TellHanded, args);
    if let Some(before) = before {
        let args = desk.ticket_args(&case.ticket, false);
        desk.tell(before, Key::TellTakenAway, args);
    }
    tell_reporters(desk, &case.ticket, Key::TellNewOwner, args! {});
    desk.keep(case);
    Ok(())
}

/// 退单 007 原因
pub(super) fn give_back<W: World>(desk: &mut Desk<'_, W>, nos: &[NoRef], rest: &str) -> Result<(), W::Error> {
    let reason = desk.world.standing().commands.coded(rest, ReturnReason::from_code);
    let reason = reason.unwrap_or(ReturnReason::Other);
    let Some(ticket) = handling::held(desk, nos, CommandKind::Return, rest)? else { return Ok(()) };
    let no = ticket.no;
    if ticket.owner != Some(desk.person.id) {
        let args = desk.ticket_args(&ticket, false);
        desk.say(Key::NotYourTicket, args);
        return Ok(());
    }
    if desk.world.directory().catch_all == Some(desk.person.id) {
        desk.say(Key::CatchAllKeeps, args! {no: no});
        return Ok(());
    }
    if rest.trim().is_empty() {
        desk.say(Key::ReturnWhy, args! {no: no});
        return Ok(());
    }
    let Some(to) = coordinator(desk, &ticket) else {
        desk.say(Key::CatchAllKeeps, args! {no: no});
        return Ok(());
    };
    let event = TicketEvent::Returned { reason, text: rest.into(), to };
    let Some(case) = desk.step(ticket, event, Key::GivenBack, args! {}) else { return Ok(()) };
    // 退回两次, and it is on the coordination list: to be decided within one working day.
    let again = case.ticket.road.bounces >= 2;
    let decide_by = clockwork::working_days_from_now(desk, 1);
    // What is private is told to nobody but who gets it.
    let told = if again && !case.ticket.private {
        desk.world.directory().contacts(Party::Community, &case.ticket.place)
    } else {
        vec![]
    };
    for person in std::iter::once(to).chain(told.into_iter().filter(|p| *p != to)) {
        let mut args = desk.ticket_args(&case.ticket, true);
        args.extend(args! {note: rest, bounces: case.ticket.road.bounces, reason: reason.code()});
        if let Some(by) = decide_by {
            args.insert("decide_by", by.into());
        }
        desk.tell(person, if again { Key::TellCoordinate } else { Key::TellGivenBack }, args);
    }
    desk.keep(case);
    Ok(())
}

/// Who gets a ticket that its owner gives back: the community, then the subdistrict, then 兜底; never the owner.
fn coordinator<W: World>(desk: &Desk<'_, W>, ticket: &Ticket) -> Option<PersonId> {
    let directory = desk.world.directory();
    let community = directory.contacts(Party::Community, &ticket.place).into_iter();
    let mut chain = community.chain(directory.subdistrict.iter().copied()).chain(directory.catch_all);
    chain.find(|person| Some(*person) != ticket.owner)
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
    let Some((review, text)) = day else {
        desk.say(Key::HoldHow, args! {no: no});
        return Ok(());
    };
    let days = desk.now.start_of_day().days_until(review);
    if !(1..=HOLD_DAYS).contains(&days) || text.is_empty() {
        desk.say(Key::HoldHow, args! {no: no});
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
fn read_day(text: &str, now: Moment) -> Option<(Moment, String)> {
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
    let Some(next) = (if up { now.above() } else { now.below() }) else {
        desk.say(Key::LevelEnds, args! {no: no, level: level_name(now)});
        return Ok(());
    };
    let (first, after) = leading_word(rest);
    let named = desk.world.standing().commands.coded(first, Level::from_code).filter(|_| up);
    let rest = if named.is_some() { after } else { rest };
    let wanted = named.filter(|level| *level > next).unwrap_or(next);
    if wanted != next && ticket.filing.urgency != Urgency::Emergency {
        desk.say(Key::LevelSkips, args! {no: no, level: level_name(now), next: level_name(next)});
        return Ok(());
    }
    if rest.trim().is_empty() {
        desk.say(Key::LevelWhy, args! {no: no, up: up});
        return Ok(());
    }
    let event = TicketEvent::Levelled { level: wanted, text: rest.into() };
    let extra = args! {level: level_name(wanted), up: up};
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
        args.extend(args! {level: level_name(level), note: note});
        desk.tell(person, Key::TellLevelled, args);
    }
}

pub(super) fn level_name(level: Level) -> &'static str {
    match level {
        Level::Grid => "level_grid",
        Level::Community => "level_community",
        Level::Subdistrict => "level_subdistrict",
        Level::City => "level_city",
    }
}

/// 定级 007 难点
pub(super) fn grade<W: World>(desk: &mut Desk<'_, W>, nos: &[NoRef], rest: &str) -> Result<(), W::Error> {
    let Some(ticket) = desk.steered(nos, CommandKind::Grade, rest, false)? else { return Ok(()) };
    let Some(grade) = desk.world.standing().commands.coded(rest, Grade::from_code) else {
        desk.say(Key::GradeHow, args! {no: ticket.no});
        return Ok(());
    };
    let extra = args! {grade: grade.code()};
    if let Some(case) = desk.step(ticket, TicketEvent::Graded { grade }, Key::Graded, extra) {
        desk.keep(case);
    }
    Ok(())
}

/// 督办 007
pub(super) fn supervise<W: World>(desk: &mut Desk<'_, W>, nos: &[NoRef]) -> Result<(), W::Error> {
    let Some(ticket) = desk.steered(nos, CommandKind::Supervise, "", false)? else { return Ok(()) };
    let event = TicketEvent::Supervised { by: desk.person.id };
    let Some(case) = desk.step(ticket, event, Key::SupervisedNow, args! {}) else { return Ok(()) };
    if let Some(owner) = case.ticket.owner.filter(|p| *p != desk.person.id) {
        let mut args = desk.ticket_args(&case.ticket, true);
        let directory = desk.world.directory();
        args.insert("by", directory.staff_name(desk.person.id).into());
        desk.tell(owner, Key::TellSupervised, args);
    }
    desk.keep(case);
    Ok(())
}

/// 销号 007: nobody strikes a ticket off by hand; says what it still takes.
pub(super) fn write_off<W: World>(desk: &mut Desk<'_, W>, nos: &[NoRef]) -> Result<(), W::Error> {
    let Some(ticket) = desk.steered(nos, CommandKind::WriteOff, "", true)? else { return Ok(()) };
    let args = desk.ticket_args(&ticket, true);
    desk.say(Key::WriteOffNeeds, args);
    Ok(())
}

/// 说明结案 007 话: the reporter says no, and the office explains; a second person has to sign.
pub(super) fn explain<W: World>(desk: &mut Desk<'_, W>, nos: &[NoRef], rest: &str) -> Result<(), W::Error> {
    let Some(ticket) = desk.steered(nos, CommandKind::Explain, rest, false)? else { return Ok(()) };
    if rest.chars().count() < 10 {
        desk.say(Key::ExplainHow, args! {no: ticket.no});
        return Ok(());
    }
    let event = TicketEvent::Explained { text: rest.into() };
    let Some(case) = desk.step(ticket, event, Key::ExplainedKept, args! {}) else { return Ok(()) };
    for person in signers(desk, &case.ticket) {
        let mut args = desk.ticket_args(&case.ticket, true);
        args.insert("note", rest.into());
        desk.tell(person, Key::TellSign, args);
    }
    desk.keep(case);
    Ok(())
}

/// Who may sign what somebody else explained: the community, the subdistrict, 兜底.
fn signers<W: World>(desk: &Desk<'_, W>, ticket: &Ticket) -> Vec<PersonId> {
    let directory = desk.world.directory();
    let community = directory.contacts(Party::Community, &ticket.place).into_iter();
    let mut people = vec![];
    for person in community.chain(directory.subdistrict.iter().copied()).chain(directory.catch_all) {
        if person != desk.person.id && Some(person) != ticket.handler && !people.contains(&person) {
            people.push(person);
        }
    }
    people
}

/// 同意说明 007
pub(super) fn countersign<W: World>(desk: &mut Desk<'_, W>, nos: &[NoRef]) -> Result<(), W::Error> {
    let Some(ticket) = desk.steered(nos, CommandKind::Countersign, "", false)? else { return Ok(()) };
    let no = ticket.no;
    let Some(statement) = ticket.road.statement.clone() else {
        desk.say(Key::NothingToSignFor, args! {no: no});
        return Ok(());
    };
    if statement.by == desk.person.id || ticket.handler == Some(desk.person.id) {
        desk.say(Key::SignNotOwn, args! {no: no});
        return Ok(());
    }
    let Some(case) = desk.step(ticket, TicketEvent::Countersigned, Key::ClosedByStatement, args! {}) else {
        return Ok(());
    };
    tell_reporters(desk, &case.ticket, Key::TellExplained, args! {note: statement.text.as_str()});
    desk.keep(case);
    Ok(())
}

/// 直办 007 话: an ordinary matter settled on the spot, to be confirmed by its reporter alone.
pub(super) fn on_spot<W: World>(desk: &mut Desk<'_, W>, nos: &[NoRef], rest: &str) -> Result<(), W::Error> {
    let Some(ticket) = handling::held(desk, nos, CommandKind::OnSpot, rest)? else { return Ok(()) };
    let no = ticket.no;
    if rest.trim().is_empty() {
        desk.say(Key::DoneWhat, args! {no: no});
        return Ok(());
    }
    if ticket.road.grade != Grade::Ordinary {
        desk.say(Key::OnSpotOrdinaryOnly, args! {no: no});
        return Ok(());
    }
    if handling::lacks_photos(desk, &ticket) {
        let args = handling::photo_args(desk, &ticket);
        desk.say(Key::OnSpotPhotos, args);
        return Ok(());
    }
    let mut case = handling::taken_up(desk, ticket);
    match desk.record(&mut case, TicketEvent::SettledOnSpot { note: rest.into() }) {
        Ok(()) => {
            handling::ask_reporter(desk, &case.ticket);
            desk.say(Key::SettledOnSpot, args! {no: no});
        }
        Err(illegal) => desk.refuse(no, illegal),
    }
    desk.keep(case);
    Ok(())
}

/// 交接 小李: everything open goes to a colleague.
pub(super) fn hand_over<W: World>(desk: &mut Desk<'_, W>, rest: &str) -> Result<(), W::Error> {
    let (name, _) = leading_word(rest);
    if name.is_empty() {
        desk.say(Key::HandOverWhom, args! {});
        return Ok(());
    }
    let Some(to) = desk.colleague(None, name) else { return Ok(()) };
    if to == desk.person.id {
        desk.say(Key::HandOverWhom, args! {});
        return Ok(());
    }
    let open = desk.world.open_owned_by(desk.person.id, 500)?;
    let mut handed = 0u32;
    let mut left = 0u32;
    for ticket in open {
        let movable = matches!(
            ticket.state,
            TicketState::Submitted
                | TicketState::Accepted
                | TicketState::Dispatched
                | TicketState::InProgress
        );
        if !movable || ticket.private {
            left += 1;
            continue;
        }
        let mut case = desk.take(ticket);
        let event = TicketEvent::Handed { owner: to, text: Default::default() };
        // Exactly these four states can be handed on.
        if desk.record(&mut case, event).is_ok() {
            handed += 1;
            tell_reporters(desk, &case.ticket, Key::TellNewOwner, args! {});
            desk.keep(case);
        }
    }
    let directory = desk.world.directory();
    let (from, name) = (directory.staff_name(desk.person.id).to_owned(), directory.staff_name(to).to_owned());
    if handed > 0 {
        desk.tell(to, Key::TellHandedOver, args! {count: handed, from: from});
    }
    desk.say(Key::HandedOver, args! {count: handed, left: left, name: name});
    Ok(())
}

/// 谁来办 3号楼路灯不亮: who would get it and by when; nothing is registered.
pub(super) fn who_would<W: World>(
    desk: &mut Desk<'_, W>,
    rest: &str,
    u: &Understanding,
) -> Result<(), W::Error> {
    if rest.trim().is_empty() {
        desk.say(Key::WhoWouldWhat, args! {});
        return Ok(());
    }
    desk.for_others = true;
    let (Whereabouts::Known(place) | Whereabouts::SeveralEstates(_, place) | Whereabouts::Unknown(place)) =
        whereabouts(desk, &u.places, false);
    let imagined = TicketEvent::Reported {
        reporter: desk.person.id,
        on_behalf: true,
        group: None,
        text: rest.into(),
        filing: desk.filing(u, &u.subcategory),
        place,
        private: desk.is_private_matter(u),
    };
    let no = TicketNo::next(None, desk.now.yymmdd());
    let Some(mut ticket) = Ticket::open(no, desk.now, &imagined) else { return Ok(()) };
    ticket.due_at = desk.due(desk.now, &ticket.filing);
    ticket.owner = desk.owner(&ticket);
    let mut args = desk.ticket_args(&ticket, false);
    let directory = desk.world.directory();
    let rows: Vec<Args> =
        desk.parties(&ticket).into_iter().map(|p| args! {name: directory.staff_name(p)}).collect();
    args.insert("rows", rows.into());
    desk.say(Key::WhoWould, args);
    Ok(())
}

/// 谁负责 3号楼: the names of those who answer for a place.
pub(super) fn who_owns<W: World>(desk: &mut Desk<'_, W>, u: &Understanding) -> Result<(), W::Error> {
    let Whereabouts::Known(place) = whereabouts(desk, &u.places, false) else {
        desk.say(Key::WhoOwnsWhere, args! {});
        return Ok(());
    };
    let directory = desk.world.directory();
    let grid = place.estate.and_then(|e| directory.grid_at(e, place.building.as_deref()));
    let name = |person: Option<PersonId>| person.map_or("", |p| directory.staff_name(p)).to_owned();
    let args = args! {
        place: desk.place_line(&place, false),
        grid: grid.map_or("", |g| g.name.as_str()),
        worker: name(grid.map(|g| g.worker)),
        community: directory.community_at(&place).map_or("", |c| c.name.as_str()),
        property: name(directory.contacts(Party::Property, &place).first().copied()),
    };
    desk.say(Key::WhoOwns, args);
    Ok(())
}
