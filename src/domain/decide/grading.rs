//! 三级四法: 定级 分段 段完成 领办 联办 督办. An ordinary matter is settled on the spot; a hard one is cut into parts, each with
//! its goal and its day; a major one is worked by several departments together. Whoever takes the lead has it, and whoever
//! supervises hears of it every week. What a move does stands in `ticket`.

use super::{
    desk::{Case, Desk},
    handling::{held, taken_up, tell_reporters},
    steering::{level_name, read_day, tell_level},
};
use crate::domain::{
    command::{CommandKind, NoRef, list_items},
    effect::{Args, TimerKind, args},
    moment::Moment,
    person::{PersonId, Role},
    reply_key::ReplyKey as Key,
    ticket::{Grade, HandlingMode, Level, Segment, Ticket, TicketEvent, TicketState},
    ticket_no::TicketNo,
    world::World,
};

/// A hard matter is cut into two parts at least: with one it would not be hard.
const PARTS: usize = 2;
/// And into so many at most, that a phone shows them.
const MOST_PARTS: usize = 9;
/// Departments that have to be called in for a major matter.
const DEPARTMENTS: usize = 2;
/// 督办: its owner tells every seven days how it stands.
const REPORT_DAYS: i64 = 7;
/// When on that day, in minutes from midnight.
const REPORT_MINUTE: i64 = 9 * 60;

/// 定级 007 难点
pub(super) fn grade<W: World>(desk: &mut Desk<'_, W>, nos: &[NoRef], rest: &str) -> Result<(), W::Error> {
    let Some(ticket) = desk.steered(nos, CommandKind::Grade, rest, false)? else { return Ok(()) };
    let Some(grade) = desk.world.standing().commands.coded(rest, Grade::from_code) else {
        desk.say(Key::GradeHow, args! {no: ticket.no});
        return Ok(());
    };
    let extra = args! {grade: grade.code()};
    let Some(case) = desk.step(ticket, TicketEvent::Graded { grade }, Key::Graded, extra.clone()) else {
        return Ok(());
    };
    if let Some(owner) = case.ticket.owner.filter(|owner| *owner != desk.person.id) {
        let mut args = desk.ticket_args(&case.ticket, true);
        args.extend(extra);
        desk.tell(owner, Key::TellGraded, args);
    }
    desk.keep(case);
    Ok(())
}

/// What its grade still asks for before a ticket can be taken up (`begun`: before it can be done); said, when something
/// is lacking.
pub(super) fn lacks<W: World>(
    desk: &mut Desk<'_, W>,
    ticket: &Ticket,
    begun: bool,
) -> Result<bool, W::Error> {
    let key = match ticket.road.grade {
        Grade::Hard if ticket.road.segments.len() < PARTS => Key::SegmentsFirst,
        Grade::Major if begun && departments(desk, ticket)? < DEPARTMENTS => Key::JointFirst,
        // Whatever was cut into parts is done when they are.
        Grade::Ordinary | Grade::Hard | Grade::Major if begun && ticket.current_segment().is_some() => {
            Key::SegmentOpen
        }
        Grade::Ordinary | Grade::Hard | Grade::Major => return Ok(false),
    };
    let args = desk.ticket_args(ticket, true);
    desk.say(key, args);
    Ok(true)
}

/// Departments that were called in for a ticket and have not given it back.
fn departments<W: World>(desk: &Desk<'_, W>, ticket: &Ticket) -> Result<usize, W::Error> {
    let mut called = vec![];
    for (id, summoned) in &ticket.road.whistles {
        let whistle = desk.world.whistle(*id)?;
        if whistle.is_some_and(|w| !w.is_by_residents() && !w.is_returned()) && !called.contains(summoned) {
            called.push(*summoned);
        }
    }
    Ok(called.len())
}

/// 分段 007 1.量尺寸 3月15日 2.铺路面 3月19日: by whoever has it, or stands above.
pub(super) fn segment<W: World>(desk: &mut Desk<'_, W>, nos: &[NoRef], rest: &str) -> Result<(), W::Error> {
    let Some(ticket) = desk.steered(nos, CommandKind::Segment, rest, true)? else { return Ok(()) };
    let no = ticket.no;
    let (_, items) = list_items(rest);
    let segments: Option<Vec<Segment>> = items.iter().map(|item| read_segment(item, desk.now)).collect();
    let planned = ticket.road.segments.iter().filter(|segment| segment.done_at.is_some()).count();
    let Some(segments) =
        segments.filter(|s| (PARTS..=MOST_PARTS).contains(&(planned + s.len())) && !s.is_empty())
    else {
        desk.say(Key::SegmentHow, args! {no: no});
        return Ok(());
    };
    let ascending = segments.is_sorted_by_key(|segment| segment.due);
    let last = segments.last().map(|segment| segment.due);
    // The parts of a matter end with the matter: nobody gives themselves more time by cutting it.
    let in_time = ticket.due_at.is_none_or(|due| last.is_none_or(|last| last <= end_of_day(due)));
    if !ascending || segments.first().is_some_and(|first| first.due <= desk.now) || !in_time {
        let args = desk.ticket_args(&ticket, true);
        desk.say(Key::SegmentDays, args);
        return Ok(());
    }
    let dues: Vec<Moment> = segments.iter().map(|segment| segment.due).collect();
    let own = ticket.owner == Some(desk.person.id);
    let Some(case) = desk.step(ticket, TicketEvent::Segmented { segments }, Key::Segmented, args! {}) else {
        return Ok(());
    };
    let rows = rows(&case.ticket);
    for due in dues {
        desk.timer(due, TimerKind::Segment(no));
    }
    desk.say(Key::SegmentList, args! {rows: rows});
    tell_reporters(desk, &case.ticket, Key::TellSegmented, args! {});
    if !own && let Some(owner) = case.ticket.owner {
        let args = desk.ticket_args(&case.ticket, true);
        desk.tell(owner, Key::TellSegmentedOwner, args);
    }
    desk.keep(case);
    Ok(())
}

/// 量尺寸 3月15日, or 3月15日 量尺寸.
fn read_segment(item: &str, now: Moment) -> Option<Segment> {
    let part = |(due, goal): (Moment, String)| {
        (!goal.is_empty()).then(|| Segment {
            goal: goal.as_str().into(),
            due: end_of_day(due),
            done_at: None,
            late: false,
        })
    };
    if let Some(found) = read_day(item, now) {
        return part(found);
    }
    let (at, _) = item.char_indices().find(|(at, c)| {
        let begins = c.is_ascii_digit() && !item[..*at].ends_with(|b: char| b.is_ascii_digit());
        begins && read_day(&item[*at..], now).is_some_and(|(_, rest)| rest.is_empty())
    })?;
    let (due, _) = read_day(&item[at..], now)?;
    let goal = item[..at].trim_matches(|c: char| c.is_whitespace() || ",，、:：;；".contains(c));
    part((due, goal.to_owned()))
}

/// A day is over at six in the evening, when the offices close.
fn end_of_day(at: Moment) -> Moment {
    at.start_of_day().plus_minutes(18 * 60)
}

/// The parts as wordings list them.
fn rows(ticket: &Ticket) -> Vec<Args> {
    let row = |segment: &Segment| {
        let mut row = args! {goal: segment.goal.as_str(), due: segment.due};
        row.insert("done", segment.done_at.is_some().into());
        row
    };
    ticket.road.segments.iter().map(row).collect()
}

/// What wordings may say of the part in hand; nothing for a matter that is not cut.
pub(super) fn segment_args(ticket: &Ticket) -> Args {
    let all = ticket.road.segments.len();
    let mut args = args! {segments: all, mode: ticket.road.mode.code()};
    if let Some((n, segment)) = ticket.current_segment() {
        args.extend(args! {n: n, goal: segment.goal.as_str(), segment_due: segment.due});
    }
    args
}

/// 段完成 007 话
pub(super) fn segment_done<W: World>(
    desk: &mut Desk<'_, W>,
    nos: &[NoRef],
    rest: &str,
) -> Result<(), W::Error> {
    let Some(ticket) = held(desk, nos, CommandKind::SegmentDone, rest)? else { return Ok(()) };
    let no = ticket.no;
    let Some((n, goal)) = ticket.current_segment().map(|(n, s)| (n, s.goal.clone())) else {
        desk.say(Key::NoSegment, args! {no: no});
        return Ok(());
    };
    if rest.trim().is_empty() {
        desk.say(Key::SegmentDoneWhat, args! {no: no, n: n, goal: goal.as_str()});
        return Ok(());
    }
    let mut case = taken_up(desk, ticket);
    if let Err(illegal) = desk.record(&mut case, TicketEvent::SegmentDone { text: rest.into() }) {
        desk.refuse(no, illegal);
        return Ok(());
    }
    let mut extra = segment_args(&case.ticket);
    extra.extend(args! {reached: goal.as_str(), step: n, note: rest});
    let mut args = desk.ticket_args(&case.ticket, true);
    args.extend(extra.clone());
    desk.say(Key::SegmentDone, args);
    tell_reporters(desk, &case.ticket, Key::TellSegmentDone, extra);
    desk.keep(case);
    Ok(())
}

/// The day of a part is over: whoever has it, and the community, read that it is not done.
pub(super) fn segment_late<W: World>(desk: &mut Desk<'_, W>, no: TicketNo) -> Result<(), W::Error> {
    let Some(ticket) = desk.world.ticket(no)?.filter(|t| t.state.is_open()) else { return Ok(()) };
    if ticket.current_segment().is_none_or(|(_, segment)| segment.due > desk.now) {
        return Ok(());
    }
    let mut case = desk.take(ticket);
    if desk.record(&mut case, TicketEvent::SegmentLate).is_err() {
        // It was told already.
        return Ok(());
    }
    let ticket = case.ticket.clone();
    desk.keep(case);
    // What is private stays with whoever has it.
    let above =
        desk.level_owner(&ticket, ticket.road.level.max(Level::Community)).filter(|_| !ticket.private);
    for person in ticket.owner.into_iter().chain(above.filter(|above| Some(*above) != ticket.owner)) {
        let mut args = desk.ticket_args(&ticket, true);
        args.extend(segment_args(&ticket));
        desk.tell(person, Key::TellSegmentLate, args);
    }
    Ok(())
}

/// 领办 007 [小孙]: somebody of the community, or above, has it from now on, with their name.
pub(super) fn lead<W: World>(desk: &mut Desk<'_, W>, nos: &[NoRef], rest: &str) -> Result<(), W::Error> {
    let Some(ticket) = desk.steered(nos, CommandKind::Lead, rest, false)? else { return Ok(()) };
    let Some(by) = cadre(desk, &ticket, rest) else {
        desk.say(Key::LeadWho, args! {no: ticket.no, said: rest.trim()});
        return Ok(());
    };
    led(desk, ticket, HandlingMode::CadreLed, by, Level::Community, "")
}

/// The cadre that a line names: the speaker, or a colleague who may see the matter.
fn cadre<W: World>(desk: &Desk<'_, W>, ticket: &Ticket, said: &str) -> Option<PersonId> {
    let said = said.trim();
    if said.is_empty() {
        return Some(desk.person.id);
    }
    let directory = desk.world.directory();
    let colleague = directory.staff.iter().find(|staff| staff.name == said)?;
    let serves = match colleague.role {
        Role::CommunityStaff => {
            let community = directory.community_at(&ticket.place);
            community.is_some_and(|c| c.staff.contains(&colleague.id))
        }
        Role::SubdistrictStaff => true,
        Role::Resident
        | Role::GridWorker
        | Role::PartyMember
        | Role::MicroGridHead
        | Role::BranchSecretary
        | Role::GroupLeader
        | Role::LiaisonLeader
        | Role::Mediator
        | Role::PropertyStaff
        | Role::SafetyOfficer
        | Role::HousingOffice
        | Role::DictionaryEditor
        | Role::DeptHandler => false,
    };
    serves.then_some(colleague.id)
}

/// 联办 007 原因: after 领办; the subdistrict works it together with whoever leads.
pub(super) fn join_forces<W: World>(
    desk: &mut Desk<'_, W>,
    nos: &[NoRef],
    rest: &str,
) -> Result<(), W::Error> {
    let Some(ticket) = desk.steered(nos, CommandKind::JoinForces, rest, true)? else { return Ok(()) };
    let no = ticket.no;
    let Some(leader) = ticket.owner.filter(|_| ticket.road.mode == HandlingMode::CadreLed) else {
        desk.say(Key::LeadFirst, args! {no: no, mode: ticket.road.mode.code()});
        return Ok(());
    };
    if rest.trim().is_empty() {
        desk.say(Key::JoinForcesWhy, args! {no: no});
        return Ok(());
    }
    led(desk, ticket, HandlingMode::Joint, leader, Level::Subdistrict, rest)
}

/// Takes the lead in one of the ways, at its level: whoever had it, who answers for the level and who waits read so.
fn led<W: World>(
    desk: &mut Desk<'_, W>,
    ticket: Ticket,
    mode: HandlingMode,
    by: PersonId,
    level: Level,
    why: &str,
) -> Result<(), W::Error> {
    let before = ticket.owner.filter(|owner| *owner != by && *owner != desk.person.id);
    if ticket.road.mode >= mode {
        desk.say(Key::LedAlready, args! {no: ticket.no, mode: ticket.road.mode.code()});
        return Ok(());
    }
    let ladder = desk.world.directory().ladder_at(&ticket.place);
    let lower = ladder.below(Level::Subdistrict).unwrap_or(Level::Grid);
    let extra = args! {
        mode: mode.code(), leader: desk.name_of(by), mine: by == desk.person.id,
        level: level_name(ladder, lower), next: level_name(ladder, Level::Subdistrict),
    };
    let event = TicketEvent::Led { mode, by };
    let Some(mut case) = desk.step(ticket, event, Key::Led, extra.clone()) else { return Ok(()) };
    if case.ticket.road.level < level && desk.world.directory().ladder_at(&case.ticket.place).has(level) {
        // Climbing is a move of every open state.
        let _ = desk.record(&mut case, TicketEvent::Levelled { level, text: why.into() });
        tell_level(desk, &case.ticket, level, why);
    }
    for person in before.into_iter().chain(Some(by).filter(|by| *by != desk.person.id)) {
        let mut args = desk.ticket_args(&case.ticket, true);
        args.extend(extra.clone());
        args.insert("mine", (person == by).into());
        desk.tell(person, Key::TellLed, args);
    }
    tell_reporters(desk, &case.ticket, Key::TellLedReporter, extra);
    desk.keep(case);
    Ok(())
}

/// 督办 007: its owner tells every week how it stands.
pub(super) fn supervise<W: World>(desk: &mut Desk<'_, W>, nos: &[NoRef]) -> Result<(), W::Error> {
    let Some(ticket) = desk.steered(nos, CommandKind::Supervise, "", false)? else { return Ok(()) };
    let first = ticket.road.supervisor.is_none();
    let event = TicketEvent::Supervised { by: desk.person.id };
    let Some(case) = desk.step(ticket, event, Key::SupervisedNow, args! {}) else { return Ok(()) };
    if let Some(owner) = case.ticket.owner.filter(|p| *p != desk.person.id) {
        let mut args = desk.ticket_args(&case.ticket, true);
        let directory = desk.world.directory();
        args.insert("by", directory.staff_name(desk.person.id).into());
        desk.tell(owner, Key::TellSupervised, args);
    }
    if first {
        ask_for_report(desk, case.no());
    }
    desk.keep(case);
    Ok(())
}

/// Sets the day on which a supervised ticket's owner has to have told how it stands.
pub(super) fn ask_for_report<W: World>(desk: &mut Desk<'_, W>, no: TicketNo) {
    let day = desk.now.start_of_day().plus_minutes(REPORT_DAYS * 24 * 60 + REPORT_MINUTE);
    desk.timer(day, TimerKind::Account(no));
}

/// The week of a supervised ticket is over: whoever owes a word is asked for it, and the supervisor reads that none came.
pub(super) fn account<W: World>(desk: &mut Desk<'_, W>, no: TicketNo) -> Result<(), W::Error> {
    let Some(ticket) = desk.world.ticket(no)?.filter(|t| t.state.is_open()) else { return Ok(()) };
    let Some(supervisor) = ticket.road.supervisor else { return Ok(()) };
    let since = desk.now.plus_minutes(-REPORT_DAYS * 24 * 60);
    let told = ticket.road.accounted_at.is_some_and(|at| at > since);
    // What is done waits for others, what is on hold for its day.
    let works =
        matches!(ticket.state, TicketState::Accepted | TicketState::Dispatched | TicketState::InProgress);
    if works && !told && !ticket.private {
        for person in ticket.owner.into_iter().chain(Some(supervisor).filter(|s| Some(*s) != ticket.owner)) {
            let mut args = desk.ticket_args(&ticket, true);
            args.insert("mine", (Some(person) == ticket.owner).into());
            desk.tell(person, Key::TellAccountOwed, args);
        }
    }
    ask_for_report(desk, no);
    Ok(())
}

/// 情况 of a supervised ticket is its owner's report: the supervisor reads it.
pub(super) fn accounted<W: World>(desk: &mut Desk<'_, W>, case: &mut Case, text: &str) {
    let supervisor = case.ticket.road.supervisor.filter(|s| *s != desk.person.id && !case.ticket.private);
    if let Some(supervisor) = supervisor
        && desk.record(case, TicketEvent::Accounted).is_ok()
    {
        let mut args = desk.ticket_args(&case.ticket, true);
        args.extend(args! {note: text, by: desk.name_of(desk.person.id)});
        desk.tell(supervisor, Key::TellAccount, args);
    }
}
