//! 项目 by chat: 立项 from tickets, what everybody of the community may read of it, and how the works go on. What an event
//! does to a project stands in `domain::project`.

use std::collections::BTreeSet;

use super::{
    convening::meeting_args,
    desk::{Case, Desk, Sight},
    handling::{LISTED, tell_reporters},
};
use crate::domain::{
    command::{NoRef, leading_no, leading_word},
    directory::{Community, CommunityId},
    effect::{Args, Effect, args},
    meeting::Meeting,
    person::{Actor, PersonId},
    project::{Project, ProjectEvent, ProjectId, ProjectState, Step},
    reply_key::ReplyKey as Key,
    ticket::{Ticket, TicketEvent},
    words::{masked, shorten},
    world::World,
};

/// A name fits a line.
const NAME: usize = 20;
/// Steps of the works that are told.
const STEPS: usize = 5;
/// Projects looked through for a list.
const PROJECTS: usize = 50;

/// A project being changed in this turn.
struct Plan {
    project: Project,
    events: Vec<(PersonId, ProjectEvent)>,
}

impl Plan {
    fn record<W: World>(&mut self, desk: &Desk<'_, W>, event: ProjectEvent) -> bool {
        let done = self.project.apply(desk.now, &event);
        if done {
            self.events.push((desk.person.id, event));
        }
        done
    }

    /// Takes tickets in, those that belong to none; their people are told.
    fn join<W: World>(&mut self, desk: &mut Desk<'_, W>, tickets: Vec<Ticket>) {
        let (id, name) = (self.project.id, self.project.name.as_str().to_owned());
        for ticket in tickets {
            let mut case: Case = desk.take(ticket);
            let no = case.ticket.no;
            if let Err(illegal) = desk.record(&mut case, TicketEvent::PutInProject { project: id }) {
                desk.refuse(no, illegal);
            } else if self.record(desk, ProjectEvent::Joined { ticket: no }) {
                let extra = args! {project: id.to_string(), name: name.as_str()};
                tell_reporters(desk, &case.ticket, Key::TellInProject, extra);
                desk.keep(case);
            }
        }
    }

    fn keep<W: World>(self, desk: &mut Desk<'_, W>) {
        if !self.events.is_empty() {
            desk.effect(Effect::Project { after: Box::new(self.project), events: self.events });
        }
    }
}

/// The communities whose projects the speaker reads: those they work for, of the group they ask in, of their home.
pub(super) fn communities<W: World>(desk: &Desk<'_, W>) -> Vec<CommunityId> {
    let directory = desk.world.directory();
    if let Some(group) = desk.group() {
        return vec![group.community];
    }
    let all = || directory.communities.iter().map(|c| c.id);
    match &desk.actor {
        Actor::Subdistrict => all().collect(),
        _anybody if directory.catch_all == Some(desk.person.id) => all().collect(),
        Actor::CommunityStaff(own) => {
            let serves = |c: &&Community| c.id == *own || c.staff.contains(&desk.person.id);
            directory.communities.iter().filter(serves).map(|c| c.id).collect()
        }
        Actor::GridWorker(grids) => {
            let mut found: Vec<CommunityId> =
                grids.iter().filter_map(|id| directory.grid(*id)).map(|g| g.community).collect();
            found.sort_unstable();
            found.dedup();
            found
        }
        Actor::Resident | Actor::Handler => {
            let home = desk.person.home.as_ref().and_then(|home| directory.estate(home.estate));
            home.map(|estate| estate.community).into_iter().collect()
        }
    }
}

/// Whether the speaker leads projects of a community.
fn leads<W: World>(desk: &Desk<'_, W>, community: CommunityId) -> bool {
    let above = match &desk.actor {
        Actor::CommunityStaff(_) | Actor::Subdistrict => true,
        Actor::Resident | Actor::GridWorker(_) | Actor::Handler => {
            desk.world.directory().catch_all == Some(desk.person.id)
        }
    };
    above && !desk.in_group() && communities(desk).contains(&community)
}

/// The tickets named in a text, and its other words. `None`, and it is said, where a ticket cannot be taken in.
fn named<W: World>(desk: &mut Desk<'_, W>, text: &str) -> Result<Option<(Vec<Ticket>, String)>, W::Error> {
    let (mut tickets, mut words): (Vec<Ticket>, Vec<&str>) = (vec![], vec![]);
    for piece in text.split([' ', '　', '，', ',', '、']).filter(|piece| !piece.is_empty()) {
        let mut found: Vec<Ticket> = match leading_no(piece) {
            Some((NoRef::Full(no), "")) => desk.world.ticket(no)?.into_iter().collect(),
            Some((NoRef::Serial(serial), "")) => desk.world.with_serial(serial, 8)?,
            Some(_) | None if super::is_like_a_number(piece) => vec![],
            Some(_) | None => {
                words.push(piece);
                continue;
            }
        };
        found.retain(|t| desk.sight(t) == Sight::Full && desk.presides(t));
        let [ticket] = found.as_slice() else {
            desk.say(Key::ProjectTicket, args! {said: piece});
            return Ok(None);
        };
        if let Some(project) = ticket.road.project {
            desk.say(Key::ProjectHasTicket, args! {no: ticket.no, project: project.to_string()});
            return Ok(None);
        }
        if tickets.iter().all(|t| t.no != ticket.no) {
            tickets.push(ticket.clone());
        }
    }
    Ok(Some((tickets, words.join(" "))))
}

/// 立项 电动车充电棚 LX… LX…
pub(super) fn open<W: World>(desk: &mut Desk<'_, W>, rest: &str) -> Result<(), W::Error> {
    if !desk.world.directory().communities.iter().any(|c| leads(desk, c.id)) {
        desk.say(Key::ProjectNotYours, args! {});
        return Ok(());
    }
    let Some((tickets, name)) = named(desk, rest)? else { return Ok(()) };
    let directory = desk.world.directory();
    let mut places = tickets.iter().map(|t| directory.community_at(&t.place).map(|c| c.id));
    let community = places.next().flatten();
    let together = places.all(|other| other == community);
    let Some(community) = community.filter(|_| together && !name.is_empty()) else {
        desk.say(Key::ProjectHow, args! {});
        return Ok(());
    };
    let id = desk.world.next_project()?;
    let event = ProjectEvent::Opened { community, name: shorten(&name, NAME).into() };
    let Some(project) = Project::open(id, desk.now, desk.person.id, &event) else { return Ok(()) };
    let mut plan = Plan { project, events: vec![(desk.person.id, event)] };
    plan.join(desk, tickets);
    if plan.project.tickets.is_empty() {
        // Every ticket was refused, and why was said.
        return Ok(());
    }
    let args = project_args(&plan.project);
    desk.say(Key::ProjectOpened, args);
    plan.keep(desk);
    Ok(())
}

/// What wordings may say of a project: everybody reads it.
fn project_args(project: &Project) -> Args {
    let steps: Vec<Args> = project.steps.iter().rev().take(STEPS).map(step_args).collect();
    args! {
        project: project.id.to_string(), name: project.name.as_str(), project_state: project.state.code(),
        opened: project.opened_at, total: project.tickets.len(), notes: steps,
    }
}

/// A telephone number that slipped in is nobody's to read.
fn step_args(step: &Step) -> Args {
    args! {at: step.at, note: masked(step.text.as_str())}
}

/// 项目 · 项目 1 · 项目 1 加 LX… · 项目 1 进展 话 · 项目 1 完成 话
pub(super) fn project<W: World>(desk: &mut Desk<'_, W>, rest: &str) -> Result<(), W::Error> {
    let (first, after) = leading_word(rest);
    if first.is_empty() {
        return list(desk);
    }
    let id = first.parse().ok().map(ProjectId);
    let found = match id {
        Some(id) => desk.world.project(id)?,
        None => None,
    };
    let readable = communities(desk);
    let Some(project) = found.filter(|p| readable.contains(&p.community)) else {
        desk.say(Key::ProjectWhich, args! {});
        return Ok(());
    };
    if after.is_empty() || !desk.actor.is_staff() {
        return show(desk, &project);
    }
    if !leads(desk, project.community) {
        desk.say(Key::ProjectNotYours, args! {});
        return Ok(());
    }
    let words = &desk.world.standing().commands;
    let begins = |code: &str| words.after_leading_code(after, code).map(|text| text.trim().to_owned());
    let (adds, notes, finishes) = (begins("project_add"), begins("project_note"), begins("project_done"));
    let mut plan = Plan { project, events: vec![] };
    let done = if let Some(text) = adds {
        let Some((tickets, _)) = named(desk, &text)? else { return Ok(()) };
        let open = plan.project.state == ProjectState::Open && !tickets.is_empty();
        if open {
            plan.join(desk, tickets);
        }
        open
    } else if let Some(text) = notes.filter(|text| !text.is_empty()) {
        plan.record(desk, ProjectEvent::Noted { text: text.into() })
    } else if let Some(text) = finishes.filter(|text| !text.is_empty()) {
        let done = plan.record(desk, ProjectEvent::Finished { text: text.as_str().into() });
        for no in plan.project.tickets.clone() {
            if done && let Some(ticket) = desk.world.ticket(no)? {
                let extra = args! {project: plan.project.id.to_string(), name: plan.project.name.as_str(), note: masked(&text)};
                tell_reporters(desk, &ticket, Key::TellProjectDone, extra);
            }
        }
        done
    } else {
        false
    };
    let args = project_args(&plan.project);
    desk.say(if done { Key::ProjectChanged } else { Key::ProjectWhat }, args);
    plan.keep(desk);
    Ok(())
}

fn list<W: World>(desk: &mut Desk<'_, W>) -> Result<(), W::Error> {
    let communities = communities(desk);
    let mut projects: Vec<Project> = vec![];
    for community in &communities {
        projects.extend(desk.world.projects(*community, PROJECTS)?);
    }
    // What is being worked on first, the newest first.
    projects.sort_by_key(|p| (p.state == ProjectState::Done, std::cmp::Reverse(p.id)));
    let total = projects.len();
    let rows: Vec<Args> = projects.iter().take(LISTED).map(project_args).collect();
    let leads = communities.iter().any(|community| leads(desk, *community));
    desk.say(
        Key::ProjectList,
        args! {rows: rows, total: total, keeps: leads, placeless: communities.is_empty()},
    );
    Ok(())
}

/// 项目 1: its tickets and who stands behind them, the meetings about it, and how the works go on; nobody's name.
fn show<W: World>(desk: &mut Desk<'_, W>, project: &Project) -> Result<(), W::Error> {
    let (mut rows, mut behind): (Vec<Args>, BTreeSet<PersonId>) = (vec![], BTreeSet::new());
    for no in &project.tickets {
        // What was made private since is nobody else's.
        let Some(ticket) = desk.world.ticket(*no)?.filter(|t| !t.private) else { continue };
        behind.extend(ticket.people().filter(|person| ticket.is_counted(*person)));
        let mut row = desk.ticket_args(&ticket, false);
        row.insert("proposed", ticket.proposed.into());
        rows.push(row);
    }
    let about = |meeting: &&Meeting| meeting.tickets.iter().any(|no| project.tickets.contains(no));
    let meetings = desk.world.meetings_of(project.community)?;
    let topics: Vec<Args> = meetings.iter().filter(about).map(meeting_args).collect();
    let mut args = project_args(project);
    args.extend(
        args! {rows: rows, households: behind.len(), topics: topics, keeps: leads(desk, project.community)},
    );
    desk.say(Key::ProjectPage, args);
    Ok(())
}
