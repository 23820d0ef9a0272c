//! 吹哨报到 by chat: asking for a whistle, letting it be blown, reporting in, coming, solving, rating; and what happens when
//! nobody comes. What a move does stands in `domain::whistle`; how residents whistle for their property company, in
//! `summoning`.

use super::{
    desk::{Case, Desk, Sight},
    handling::{held, taken_up, tell_reporters},
    summoning,
};
use crate::domain::{
    category::Party,
    clock::counts_work,
    command::{CommandKind, NoRef, leading_no, leading_word},
    dialogue::Dialogue,
    directory::DepartmentId,
    effect::{Arg, Args, Effect, Line, TimerKind, args},
    moment::Moment,
    person::{Actor, PersonId},
    reply_key::ReplyKey as Key,
    ticket::{Ticket, TicketEvent, TicketState},
    ticket_no::TicketNo,
    whistle::{Mark, Summoned, Whistle, WhistleCause, WhistleEvent, WhistleId, WhistleRating, WhistleState},
    words::Words,
    world::World,
};

/// The causes in the order in which they are offered: 1, 2, 3.
pub(super) const CAUSES: [WhistleCause; 3] =
    [WhistleCause::BeyondPower, WhistleCause::JointEnforcement, WhistleCause::Emergency];

/// A whistle being changed in this turn.
pub(super) struct Blow {
    pub(super) whistle: Whistle,
    events: Vec<(PersonId, WhistleEvent)>,
}

impl Blow {
    pub(super) fn take(whistle: Whistle) -> Self {
        Self { whistle, events: vec![] }
    }

    /// A whistle asked for by the speaker. `None` when the event is no request.
    pub(super) fn ask<W: World>(desk: &Desk<'_, W>, event: WhistleEvent) -> Result<Option<Self>, W::Error> {
        let whistle = Whistle::open(desk.world.next_whistle()?, desk.person.id, &event);
        Ok(whistle.map(|whistle| Self { whistle, events: vec![(desk.person.id, event)] }))
    }

    pub(super) fn record<W: World>(&mut self, desk: &Desk<'_, W>, event: WhistleEvent) -> bool {
        let done = self.whistle.apply(desk.now, desk.person.id, &event);
        if done {
            self.events.push((desk.person.id, event));
        }
        done
    }

    pub(super) fn keep<W: World>(self, desk: &mut Desk<'_, W>) {
        if !self.events.is_empty() {
            desk.effect(Effect::Whistle { after: Box::new(self.whistle), events: self.events });
        }
    }
}

/// 吹哨 住建局 240308004 南门口路面压坏，社区修不了
pub(super) fn whistle<W: World>(desk: &mut Desk<'_, W>, rest: &str) -> Result<(), W::Error> {
    let (name, after) = leading_word(rest);
    let directory = desk.world.directory();
    let Some(department) = directory.department_named(name).map(|d| d.id) else {
        let rows: Vec<Args> =
            directory.departments.iter().take(12).map(|d| args! {name: d.name.as_str()}).collect();
        desk.say(Key::WhistleWhom, args! {said: name, rows: rows});
        return Ok(());
    };
    let (nos, text) = match leading_no(after) {
        Some((no, text)) => (vec![no], text),
        None => (vec![], after),
    };
    let Some(ticket) = held(desk, &nos, CommandKind::Whistle, rest)? else { return Ok(()) };
    let no = ticket.no;
    let fits = matches!(ticket.state, TicketState::Dispatched | TicketState::InProgress);
    if ticket.private || !fits {
        let args = desk.ticket_args(&ticket, true);
        desk.say(Key::WhistleNotNow, args);
        return Ok(());
    }
    if text.is_empty() {
        desk.say(Key::WhistleWhy, args! {no: no, department: name});
        return Ok(());
    }
    let summoned = Summoned::Department(department);
    if let Some(last) = desk.world.last_whistle(no)?.filter(|w| w.is_open() && w.summoned == summoned) {
        let args = whistle_args(desk, &last);
        desk.say(Key::WhistleAlready, args);
        return Ok(());
    }
    desk.say(Key::WhistleCauseWhich, args! {no: no, department: name});
    desk.ask(Dialogue::WhistleCause { no, department, text: text.into() });
    Ok(())
}

/// The cause is chosen: to the subdistrict, or blown at once where it asks itself or life is in danger.
pub(super) fn request<W: World>(
    desk: &mut Desk<'_, W>,
    no: TicketNo,
    department: DepartmentId,
    text: Words,
    cause: WhistleCause,
) -> Result<(), W::Error> {
    desk.answered();
    let Some(ticket) = desk
        .world
        .ticket(no)?
        .filter(|t| matches!(t.state, TicketState::Dispatched | TicketState::InProgress))
    else {
        desk.say(Key::NoSuchTicket, args! {});
        return Ok(());
    };
    let summoned = Summoned::Department(department);
    let event = WhistleEvent::Requested { ticket: no, summoned, cause: Some(cause), text };
    let Some(mut blow) = Blow::ask(desk, event)? else { return Ok(()) };
    let mut case = taken_up(desk, ticket);
    let approvers = desk.world.directory().subdistrict.clone();
    let at_once =
        cause == WhistleCause::Emergency || desk.actor == Actor::Subdistrict || approvers.is_empty();
    if at_once {
        sound(desk, &mut blow, &mut case);
    } else {
        let mut args = desk.ticket_args(&case.ticket, true);
        args.extend(whistle_args(desk, &blow.whistle));
        for person in approvers {
            desk.tell(person, Key::TellWhistleRequest, args.clone());
        }
        let args = whistle_args(desk, &blow.whistle);
        desk.say(Key::WhistleRequested, args);
    }
    desk.keep(case);
    blow.keep(desk);
    Ok(())
}

/// Blows it: who is called in and everybody who waits read by when somebody has to report in.
pub(super) fn sound<W: World>(desk: &mut Desk<'_, W>, blow: &mut Blow, case: &mut Case) {
    let calendar = desk.world.standing().calendar.clone();
    let (report, done) = (
        calendar.due(desk.now, blow.whistle.report_limit()),
        calendar.due(desk.now, blow.whistle.done_limit()),
    );
    for error in [report.as_ref().err(), done.as_ref().err()].into_iter().flatten() {
        desk.alarm(error.to_string());
    }
    // Residents call in those whose matter it is anyway: no later than somebody has to look, and than it is due.
    let own = |at: &Moment| blow.whistle.is_by_residents() && *at > desk.now;
    let due = case.ticket.due_at.filter(own);
    let look = desk.first_look(&case.ticket).filter(own);
    let earliest = |limit: Option<Moment>, others: [Option<Moment>; 2]| {
        limit.map(|limit| others.into_iter().flatten().fold(limit, Moment::min))
    };
    let (report_due, done_due) = (earliest(report.ok(), [look, due]), earliest(done.ok(), [due, None]));
    if !blow.record(desk, WhistleEvent::Blown { report_due, done_due }) {
        return;
    }
    let id = blow.whistle.id;
    if let Some(at) = report_due {
        desk.timer(at, TimerKind::WhistleReport(id));
    }
    if let Some(at) = done_due {
        desk.timer(at, TimerKind::WhistleDone(id));
    }
    let summoned = blow.whistle.summoned;
    // Somebody has it, so it can be whistled for; see `request` and `summoning`.
    let _ = desk.record(case, TicketEvent::Whistled { whistle: id, summoned });
    let args = whistle_args(desk, &blow.whistle);
    let mut full = desk.ticket_args(&case.ticket, true);
    full.extend(args.clone());
    for person in desk.world.directory().summoned(summoned) {
        desk.tell(person, Key::TellWhistle, full.clone());
    }
    if blow.whistle.requested_by != desk.person.id && !blow.whistle.is_by_residents() {
        desk.tell(blow.whistle.requested_by, Key::TellWhistleBlown, args.clone());
    }
    tell_reporters(desk, &case.ticket, Key::TellWhistled, args.clone());
    match desk.actor.is_staff() {
        true => desk.say(Key::WhistleBlown, args),
        false => desk.say(Key::TellWhistled, full),
    }
}

/// What wordings may say of a whistle.
pub(super) fn whistle_args<W: World>(desk: &Desk<'_, W>, whistle: &Whistle) -> Args {
    let directory = desk.world.directory();
    let mut args = args! {
        no: whistle.ticket,
        whistle: whistle.id.to_string(),
        department: summoned_name(desk, whistle.summoned),
        cause: whistle.cause.map_or("", |cause| cause.code()),
        reason: whistle.text.as_str(),
        whistle_state: state_word(whistle),
        said: whistle.said.as_str(),
        no_show: whistle.no_show_at.is_some(),
        requested_by: directory.staff_name(whistle.requested_by),
    };
    let times = [
        ("report_due", whistle.report_due),
        ("done_due", whistle.done_due),
        ("reported", whistle.reported_at),
        ("on_site", whistle.on_site_at),
        ("solved_at", whistle.solved_at),
    ];
    for (name, at) in times {
        if let Some(at) = at {
            args.insert(name, at.into());
        }
    }
    if let Some(minutes) = waited(desk, whistle) {
        args.insert("hours", ((minutes / 60) as u32).into());
        args.insert("minutes", ((minutes % 60) as u32).into());
        args.insert("at_work", counts_work(whistle.report_limit()).into());
    }
    args
}

/// Whose word a whistle waits for, or had, is part of its state's name.
fn state_word(whistle: &Whistle) -> &'static str {
    match whistle.state {
        WhistleState::Requested if whistle.is_by_residents() => "summon_requested",
        WhistleState::Rejected if whistle.is_by_residents() => "summon_rejected",
        WhistleState::Requested
        | WhistleState::Rejected
        | WhistleState::Blown
        | WhistleState::ReportedIn
        | WhistleState::OnSite
        | WhistleState::Solved
        | WhistleState::Returned
        | WhistleState::Rated => whistle.state.code(),
    }
}

fn summoned_name<W: World>(desk: &Desk<'_, W>, summoned: Summoned) -> Arg {
    match summoned {
        Summoned::Department(id) => {
            desk.world.directory().department(id).map_or("", |d| d.name.as_str()).into()
        }
        Summoned::Property { .. } => Arg::Line(Box::new(Line::new(Key::TheProperty, args! {}))),
    }
}

/// Minutes from blown to reported in, as its limit counts them.
fn waited<W: World>(desk: &Desk<'_, W>, whistle: &Whistle) -> Option<i64> {
    let (blown, reported): (Moment, Moment) = (whistle.blown_at?, whistle.reported_at?);
    if counts_work(whistle.report_limit()) {
        let work = desk.world.standing().calendar.work_between(blown, reported).ok()?;
        Some(work / 60_000)
    } else {
        Some(reported.minutes_since(blown))
    }
}

/// The whistle that a line begins with — 哨012, 012, or the number of its ticket — and what follows.
fn meant<'t, W: World>(
    desk: &mut Desk<'_, W>,
    rest: &'t str,
) -> Result<Option<(Whistle, &'t str)>, W::Error> {
    let words = &desk.world.standing().commands;
    let (first, after) = leading_word(rest);
    let marked = words.after_code(first, "whistle").filter(|tail| tail.len() < first.len());
    let digits = marked.unwrap_or(first);
    let found = match digits.parse::<i64>() {
        Ok(id) if digits.len() < 9 => desk.world.whistle(WhistleId(id))?,
        Ok(_) | Err(_) => match leading_no(first) {
            Some((NoRef::Full(no), _)) => desk.world.last_whistle(no)?,
            Some((NoRef::Serial(_), _)) | None => None,
        },
    };
    if found.is_none() {
        desk.say(Key::WhichWhistle, args! {});
    }
    Ok(found.map(|whistle| (whistle, after)))
}

/// Whether the speaker decides on a whistle that is asked for: the subdistrict on an office's; on the residents' the ticket's
/// own worker, and whoever presides there.
pub(super) fn may_approve<W: World>(desk: &Desk<'_, W>, whistle: &Whistle, ticket: &Ticket) -> bool {
    match whistle.is_by_residents() {
        true => ticket.owner == Some(desk.person.id) || desk.presides(ticket),
        false => {
            desk.actor == Actor::Subdistrict || desk.world.directory().subdistrict.contains(&desk.person.id)
        }
    }
}

/// 同意 哨012 | 不同意 哨012 原因
pub(super) fn approve<W: World>(desk: &mut Desk<'_, W>, rest: &str, yes: bool) -> Result<(), W::Error> {
    let Some((whistle, text)) = meant(desk, rest)? else { return Ok(()) };
    let Some(ticket) = desk.world.ticket(whistle.ticket)? else { return Ok(()) };
    if !may_approve(desk, &whistle, &ticket) {
        let args = args! {residents: whistle.is_by_residents()};
        desk.say(Key::WhistleDecidedElsewhere, args);
        return Ok(());
    }
    if whistle.state != WhistleState::Requested {
        let args = whistle_args(desk, &whistle);
        desk.say(Key::WhistleNotThere, args);
        return Ok(());
    }
    if !yes && text.is_empty() {
        let args = whistle_args(desk, &whistle);
        desk.say(Key::RefuseWhy, args);
        return Ok(());
    }
    let mut blow = Blow::take(whistle);
    if yes {
        if matches!(ticket.state, TicketState::Dispatched | TicketState::InProgress) {
            let mut case = desk.take(ticket);
            sound(desk, &mut blow, &mut case);
            desk.keep(case);
        } else {
            let args = whistle_args(desk, &blow.whistle);
            desk.say(Key::WhistleTooLate, args);
        }
    } else if blow.record(desk, WhistleEvent::Rejected { text: text.into() }) {
        let args = whistle_args(desk, &blow.whistle);
        let told = match blow.whistle.is_by_residents() {
            true => Key::TellPropertyWhistleRejected,
            false => Key::TellWhistleRejected,
        };
        desk.tell(blow.whistle.requested_by, told, args.clone());
        desk.say(Key::WhistleRejected, args);
    }
    blow.keep(desk);
    Ok(())
}

/// The whistle a department's contact speaks of; says so when it is not theirs.
fn theirs<'t, W: World>(
    desk: &mut Desk<'_, W>,
    rest: &'t str,
) -> Result<Option<(Whistle, &'t str)>, W::Error> {
    let Some((whistle, text)) = meant(desk, rest)? else { return Ok(None) };
    if desk.world.directory().speaks_for(desk.person.id, whistle.summoned) {
        return Ok(Some((whistle, text)));
    }
    // Whether there is such a whistle is nobody else's business.
    desk.say(Key::WhichWhistle, args! {});
    Ok(None)
}

/// 报到 哨012 周四上午去现场
pub(super) fn report_in<W: World>(desk: &mut Desk<'_, W>, rest: &str) -> Result<(), W::Error> {
    let Some((whistle, text)) = theirs(desk, rest)? else { return Ok(()) };
    moved(desk, whistle, WhistleEvent::ReportedIn { text: text.into() }, Key::ReportedIn, Key::TellReportedIn)
}

/// 退哨 哨012 原因: once for a ticket.
pub(super) fn give_back<W: World>(desk: &mut Desk<'_, W>, rest: &str) -> Result<(), W::Error> {
    let Some((whistle, text)) = theirs(desk, rest)? else { return Ok(()) };
    let args = whistle_args(desk, &whistle);
    if text.is_empty() {
        desk.say(Key::ReturnWhistleWhy, args);
        return Ok(());
    }
    if let Some(ticket) = desk.world.ticket(whistle.ticket)? {
        let earlier =
            ticket.road.whistles.iter().filter(|(id, s)| *id != whistle.id && *s == whistle.summoned);
        for (id, _) in earlier {
            if desk.world.whistle(*id)?.is_some_and(|w| w.state == WhistleState::Returned) {
                desk.say(Key::ReturnedOnce, args);
                return Ok(());
            }
        }
    }
    for person in above(desk, &whistle)? {
        let mut args = args.clone();
        args.insert("said", text.into());
        desk.tell(person, Key::TellWhistleReturned, args);
    }
    let event = WhistleEvent::Returned { text: text.into() };
    moved(desk, whistle, event, Key::WhistleGivenBack, Key::TellWhistleReturned)
}

/// Who looks after a whistle that goes wrong: the subdistrict, or the community where residents blew it.
fn above<W: World>(desk: &Desk<'_, W>, whistle: &Whistle) -> Result<Vec<PersonId>, W::Error> {
    let directory = desk.world.directory();
    if !whistle.is_by_residents() {
        return Ok(directory.subdistrict.clone());
    }
    let ticket = desk.world.ticket(whistle.ticket)?;
    Ok(ticket.map(|ticket| directory.contacts(Party::Community, &ticket.place)).unwrap_or_default())
}

/// Whether 到场 or 办结 is said by a department called in for that ticket; then it is the whistle that goes on.
pub(super) fn called_in<W: World>(desk: &Desk<'_, W>, nos: &[NoRef]) -> Result<Option<Whistle>, W::Error> {
    let tickets: Vec<Ticket> = match nos {
        [NoRef::Full(no)] => desk.world.ticket(*no)?.into_iter().collect(),
        [NoRef::Serial(serial)] => desk.world.with_serial(*serial, 8)?,
        [] | [_, _, ..] => vec![],
    };
    for ticket in tickets {
        if ticket.owner == Some(desk.person.id) || desk.sight(&ticket) < Sight::Full {
            continue;
        }
        let mine = |w: &Whistle| w.is_open() && desk.world.directory().speaks_for(desk.person.id, w.summoned);
        if let Some(whistle) = desk.world.last_whistle(ticket.no)?.filter(mine) {
            return Ok(Some(whistle));
        }
    }
    Ok(None)
}

/// 到场 by a department.
pub(super) fn on_site<W: World>(desk: &mut Desk<'_, W>, whistle: Whistle) -> Result<(), W::Error> {
    moved(desk, whistle, WhistleEvent::OnSite, Key::WhistleOnSite, Key::TellOnSite)
}

/// 办结 by a department: the ticket's own worker looks and goes on.
pub(super) fn solved<W: World>(desk: &mut Desk<'_, W>, whistle: Whistle, text: &str) -> Result<(), W::Error> {
    if text.trim().is_empty() {
        desk.say(Key::DoneWhat, args! {no: whistle.ticket});
        return Ok(());
    }
    let event = WhistleEvent::Solved { text: text.into() };
    moved(desk, whistle, event, Key::WhistleSolved, Key::TellWhistleSolved)
}

/// Makes a department's move: answered, and told to the side that blew and to those who wait.
fn moved<W: World>(
    desk: &mut Desk<'_, W>,
    whistle: Whistle,
    event: WhistleEvent,
    said: Key,
    told: Key,
) -> Result<(), W::Error> {
    let mut blow = Blow::take(whistle);
    // An office that was called in wrongly is the offices' own affair; residents hear what came of their whistle.
    let public = blow.whistle.is_by_residents() || !matches!(event, WhistleEvent::Returned { .. });
    if !blow.record(desk, event) {
        let args = whistle_args(desk, &blow.whistle);
        desk.say(Key::WhistleNotThere, args);
        return Ok(());
    }
    let args = whistle_args(desk, &blow.whistle);
    desk.say(said, args.clone());
    let Some(ticket) = desk.world.ticket(blow.whistle.ticket)? else { return Ok(()) };
    let asked = Some(blow.whistle.requested_by).filter(|_| !blow.whistle.is_by_residents());
    let owner = ticket.owner.filter(|owner| Some(*owner) != asked);
    for person in asked.into_iter().chain(owner) {
        desk.tell(person, told, args.clone());
    }
    if public {
        tell_reporters(desk, &ticket, Key::TellWhistleNews, args);
    }
    blow.keep(desk);
    Ok(())
}

/// 评哨 012 快4 到4 办5 评“路补得平”: by the side that blew, once it is solved.
pub(super) fn rate<W: World>(desk: &mut Desk<'_, W>, rest: &str) -> Result<(), W::Error> {
    let Some((whistle, text)) = meant(desk, rest)? else { return Ok(()) };
    let ticket = desk.world.ticket(whistle.ticket)?;
    let side = ticket.as_ref().is_some_and(|t| t.owner == Some(desk.person.id) || desk.presides(t));
    if whistle.requested_by != desk.person.id && !side {
        desk.say(Key::RateNotYours, args! {});
        return Ok(());
    }
    let words = &desk.world.standing().commands;
    let (marks, comment) = match words.after_code(text, Mark::Text.code()) {
        Some(comment) => (&text[..text.len() - comment.len()], comment),
        None => (text, ""),
    };
    let mark = |mark: Mark| -> Option<u8> {
        let digit = words.after_code(marks, mark.code())?.trim_start().chars().next()?.to_digit(10)?;
        u8::try_from(digit).ok().filter(|n| (1..=5).contains(n))
    };
    let (Some(speed), Some(presence), Some(result)) =
        (mark(Mark::Speed), mark(Mark::Presence), mark(Mark::Result))
    else {
        let args = whistle_args(desk, &whistle);
        desk.say(Key::RateHow, args);
        return Ok(());
    };
    let comment = comment.trim_matches(|c: char| c.is_whitespace() || "“”\"'「」:：".contains(c));
    let rating = WhistleRating { speed, presence, result, text: comment.into() };
    let mut blow = Blow::take(whistle);
    let mut args = whistle_args(desk, &blow.whistle);
    if !blow.record(desk, WhistleEvent::Rated { rating }) {
        desk.say(Key::WhistleNotThere, args);
        return Ok(());
    }
    args.extend(args! {
        speed: u32::from(speed), presence: u32::from(presence), result: u32::from(result), comment: comment,
    });
    for person in desk.world.directory().summoned(blow.whistle.summoned) {
        desk.tell(person, Key::TellWhistleRated, args.clone());
    }
    desk.say(Key::WhistleRated, args);
    blow.keep(desk);
    Ok(())
}

/// The time to report in, or to solve, is over: a fact that stays, and those above are told.
pub(super) fn too_late<W: World>(
    desk: &mut Desk<'_, W>,
    id: WhistleId,
    event: WhistleEvent,
    told: Key,
) -> Result<(), W::Error> {
    let Some(whistle) = desk.world.whistle(id)? else { return Ok(()) };
    let no_show = event == WhistleEvent::NoShow;
    let mut blow = Blow::take(whistle);
    if blow.record(desk, event) {
        let args = whistle_args(desk, &blow.whistle);
        let owner = desk.world.ticket(blow.whistle.ticket)?.and_then(|ticket| ticket.owner);
        let residents = blow.whistle.is_by_residents();
        let mut people: Vec<PersonId> =
            if residents { owner.into_iter().collect() } else { vec![blow.whistle.requested_by] };
        people.extend(above(desk, &blow.whistle)?);
        people.extend(desk.world.directory().summoned(blow.whistle.summoned));
        people.dedup();
        for person in people {
            desk.tell(person, told, args.clone());
        }
        if residents && no_show {
            summoning::nobody_came(desk, &blow.whistle)?;
        }
        blow.keep(desk);
    }
    Ok(())
}
