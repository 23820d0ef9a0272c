//! Who has a ticket: 派单 转派 退单 交接, 谁来办 before there is one, and 谁负责 a place.

use super::{
    clockwork,
    desk::Desk,
    handling::{self, tell_reporters},
    locating::{Whereabouts, whereabouts},
    ordering,
};
use crate::domain::{
    category::Party,
    command::{CommandKind, NoRef, leading_word},
    effect::{Args, args},
    moment::Date,
    person::{PersonId, Role},
    reply_key::ReplyKey as Key,
    ticket::{ReturnReason, Ticket, TicketEvent, TicketState},
    ticket_no::TicketNo,
    understanding::Understanding,
    world::World,
};

impl<W: World> Desk<'_, W> {
    /// Somebody at work by name, by department or by party; says whom one can name when nobody is called so.
    pub(super) fn colleague(&mut self, ticket: Option<&Ticket>, said: &str) -> Option<PersonId> {
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
}

/// 派单 007 小李 | 转派 007 物业 话
pub(super) fn hand_out<W: World>(desk: &mut Desk<'_, W>, nos: &[NoRef], rest: &str) -> Result<(), W::Error> {
    let Some(ticket) = desk.steered(nos, CommandKind::HandOut, rest, true)? else { return Ok(()) };
    let (name, text) = leading_word(rest);
    if name.is_empty() && ticket.road.order.is_some() {
        ordering::pool(desk, ticket);
        return Ok(());
    }
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
    let owners = desk.owners(&ticket);
    ticket.owner = owners.first().map(|(owner, _)| *owner);
    let mut args = desk.ticket_args(&ticket, false);
    let directory = desk.world.directory();
    let rows: Vec<Args> =
        desk.parties(&ticket).into_iter().map(|p| args! {name: directory.staff_name(p)}).collect();
    args.insert("rows", rows.into());
    if let Some((owner, Some(route))) = owners.first() {
        let department = directory.department(route.to).map_or("", |d| d.name.as_str());
        let next = owners.iter().map(|(person, _)| *person).find(|person| person != owner);
        let day = |day: Option<Date>| day.map_or(String::new(), |day| day.to_string());
        args.extend(args! {
            department: department, why: route.why.as_str(), since: day(route.from), until: day(route.until),
            next_role: next.map_or("", |p| directory.staff_role(p).code()), next_owner: next.map_or(String::new(), |p| desk.name_of(p)),
        });
    }
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
    let micro = directory.micro_grid_at(&place);
    let args = args! {
        head: name(micro.and_then(|m| m.head)),
        leader: name(micro.and_then(|m| m.leader)),
        branch: name(grid.and_then(|g| g.secretary)),
        secretary: name(directory.community_at(&place).and_then(|c| c.secretary)),
        place: desk.place_line(&place, false),
        grid: grid.map_or("", |g| g.name.as_str()),
        worker: name(grid.map(|g| g.worker)),
        community: directory.community_at(&place).map_or("", |c| c.name.as_str()),
        property: name(directory.contacts(Party::Property, &place).first().copied()),
    };
    desk.say(Key::WhoOwns, args);
    Ok(())
}
