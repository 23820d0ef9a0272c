//! 点单: a service that a resident asks for, put into the pool of the community's party members, claimed by the first of them
//! and given back. How it is worked and verified is as with any ticket, in `handling`.

use super::{
    desk::Desk,
    handling::{self, LISTED, tell_reporters},
    intake::{self, Manner},
};
use crate::domain::{
    category::RequestKind,
    command::{CommandKind, NoRef},
    directory::Community,
    effect::{Args, args},
    reply_key::ReplyKey as Key,
    ticket::{Ticket, TicketEvent},
    understanding::Understanding,
    world::World,
};

/// 点单 话
pub(super) fn order<W: World>(desk: &mut Desk<'_, W>, rest: &str, u: &Understanding) -> Result<(), W::Error> {
    if rest.is_empty() {
        desk.say(Key::OrderWhat, args! {});
        return Ok(());
    }
    if desk.in_group() && (desk.is_private_matter(u) || u.kind == RequestKind::TipOff) {
        desk.say_it_privately();
        return Ok(());
    }
    intake::report(desk, u, Manner::Order)
}

/// 派单 007 without a name: whoever of the party members says so first has it.
pub(super) fn pool<W: World>(desk: &mut Desk<'_, W>, ticket: Ticket) {
    if ticket.is_free() {
        desk.say(Key::PooledAlready, args! {no: ticket.no});
        return;
    }
    if desk.world.directory().party_members(&ticket.place).is_empty() {
        let args = desk.ticket_args(&ticket, false);
        desk.say(Key::NoPartyMembers, args);
        return;
    }
    let before = ticket.owner.filter(|owner| *owner != desk.person.id);
    let Some(case) = desk.step(ticket, TicketEvent::Pooled, Key::Pooled, args! {}) else { return };
    if let Some(before) = before {
        let args = desk.ticket_args(&case.ticket, false);
        desk.tell(before, Key::TellPooled, args);
    }
    post(desk, &case.ticket);
    desk.keep(case);
}

/// Tells the party members what waits for one of them; neither words nor room of a neighbour stand in it.
fn post<W: World>(desk: &mut Desk<'_, W>, ticket: &Ticket) {
    for member in desk.world.directory().party_members(&ticket.place) {
        if *member != desk.person.id && !ticket.belongs_to(*member) {
            let args = desk.ticket_args(ticket, false);
            desk.tell(*member, Key::TellPool, args);
        }
    }
}

/// 接单 007: the first has it, the others read who. What is in no pool is signed for.
pub(super) fn claim<W: World>(desk: &mut Desk<'_, W>, nos: &[NoRef]) -> Result<(), W::Error> {
    if nos.is_empty() {
        return match is_party_member(desk) {
            true => waiting(desk),
            false => handling::sign_for(desk, nos),
        };
    }
    for no in nos {
        let Some(ticket) = desk.find(*no, CommandKind::Claim, "")? else { continue };
        let member = desk.world.directory().party_members(&ticket.place).contains(&desk.person.id);
        let mine = ticket.owner == Some(desk.person.id);
        if !ticket.was_pooled() || mine || !member {
            handling::sign_for(desk, &[NoRef::Full(ticket.no)])?;
        } else if ticket.is_free() {
            take(desk, ticket);
        } else {
            let args = desk.ticket_args(&ticket, false);
            desk.say(Key::ClaimedBefore, args);
        }
    }
    Ok(())
}

fn take<W: World>(desk: &mut Desk<'_, W>, ticket: Ticket) {
    let pooled_by = ticket.owner;
    let Some(case) = desk.step(ticket, TicketEvent::Claimed, Key::Claimed, args! {}) else { return };
    tell_reporters(desk, &case.ticket, Key::TellClaimed, args! {});
    if let Some(by) = pooled_by {
        let args = desk.ticket_args(&case.ticket, false);
        desk.tell(by, Key::TellClaimedToCommunity, args);
    }
    desk.keep(case);
}

/// 接单 without a number: what waits.
fn waiting<W: World>(desk: &mut Desk<'_, W>) -> Result<(), W::Error> {
    let directory = desk.world.directory();
    let of_mine = |c: &&Community| c.party_members.contains(&desk.person.id);
    // Whoever put it there owns it: staff of the community, its grid workers, and those above them.
    let mut owners = directory.subdistrict.clone();
    owners.extend(directory.catch_all);
    for community in directory.communities.iter().filter(of_mine) {
        owners.extend(&community.staff);
        owners.extend(directory.grids.iter().filter(|g| g.community == community.id).map(|g| g.worker));
    }
    owners.sort_unstable();
    owners.dedup();
    let mut free = vec![];
    for owner in owners {
        let mut owned = desk.world.open_owned_by(owner, OWNED)?;
        owned.retain(|t| {
            let member = directory.party_members(&t.place).contains(&desk.person.id);
            t.is_free() && !t.private && member && !t.belongs_to(desk.person.id)
        });
        free.append(&mut owned);
    }
    free.sort_unstable_by_key(|t| t.no);
    let total = free.len();
    free.truncate(LISTED);
    let rows: Vec<Args> = free.iter().map(|t| desk.ticket_args(t, false)).collect();
    desk.say(Key::PoolList, args! {rows: rows, total: total});
    Ok(())
}

/// Tickets of one owner that are looked through for orders.
const OWNED: usize = 200;

fn is_party_member<W: World>(desk: &Desk<'_, W>) -> bool {
    desk.world.directory().communities.iter().any(|c| c.party_members.contains(&desk.person.id))
}

/// 放单 007: back into the pool.
pub(super) fn release<W: World>(desk: &mut Desk<'_, W>, nos: &[NoRef], rest: &str) -> Result<(), W::Error> {
    let Some(ticket) = handling::held(desk, nos, CommandKind::Release, rest)? else { return Ok(()) };
    let claimed = ticket.road.order.as_ref().is_some_and(|order| order.claimed_at.is_some());
    // What became private meanwhile is nobody else's to see, not in a pool either.
    if !claimed || ticket.private || ticket.owner != Some(desk.person.id) {
        let args = desk.ticket_args(&ticket, false);
        desk.say(Key::ReleaseNot, args);
        return Ok(());
    }
    let Some(case) = desk.step(ticket, TicketEvent::Released, Key::Released, args! {}) else { return Ok(()) };
    tell_reporters(desk, &case.ticket, Key::TellReleased, args! {});
    if let Some(by) = case.ticket.owner {
        let mut args = desk.ticket_args(&case.ticket, false);
        args.insert("note", rest.into());
        desk.tell(by, Key::TellReleasedToCommunity, args);
    }
    post(desk, &case.ticket);
    desk.keep(case);
    Ok(())
}
