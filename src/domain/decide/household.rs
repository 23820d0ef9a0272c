//! 我住 and 附议: where somebody lives, and what their household stands behind. One household counts once behind a
//! ticket, however many of its people stand behind it and whenever their home is confirmed.

use super::{
    desk::{Case, Desk},
    locating, summoning,
};
use crate::domain::{
    category::Party,
    command::{CommandKind, NoRef},
    effect::{Args, Effect, args},
    person::{Home, PersonId},
    reply_key::ReplyKey as Key,
    ticket::{Ticket, TicketEvent, TicketState},
    understanding::Understanding,
    world::World,
};

/// Co-signed tickets looked at when a home is confirmed.
const CO_SIGNED: usize = 50;
/// Households from which a round table is proposed: our own choice, to be tried.
const ROUND_TABLE_HOUSEHOLDS: u32 = 10;

/// 我住 灵武新村 3-2-501.
pub(super) fn live<W: World>(desk: &mut Desk<'_, W>, u: &Understanding) -> Result<(), W::Error> {
    if desk.in_group() {
        desk.say_it_privately();
        return Ok(());
    }
    let mention = u.places.iter().find(|m| !m.candidates.is_empty());
    let estate = match mention.map(|m| m.candidates.as_slice()) {
        Some([one]) => *one,
        Some([..]) | None => {
            desk.say(Key::LiveWhere, args! {});
            return Ok(());
        }
    };
    let spot = u.places.iter().find(|m| m.building.is_some());
    let home = Home {
        estate,
        building: spot.and_then(|m| m.building.clone()),
        unit: spot.and_then(|m| m.unit.clone()),
        room: spot.and_then(|m| m.room.clone()),
        confirmed: false,
    };
    let already = desk.person.home.as_ref().is_some_and(|h| Home { confirmed: false, ..h.clone() } == home);
    let place = crate::domain::ticket::Place {
        estate: Some(estate),
        building: home.building.clone(),
        unit: home.unit.clone(),
        room: home.room.clone(),
        ..Default::default()
    };
    let line = desk.place_line(&place, true);
    if !already {
        let worker = desk.world.directory().grid_at(estate, home.building.as_deref()).map(|g| g.worker);
        desk.person.home = Some(home);
        desk.keep_person(Some("home_told"));
        if let Some(worker) = worker {
            let id = desk.person.id.0 as usize;
            desk.tell(worker, Key::TellHome, args! {place: line.clone(), id: id});
        }
    }
    desk.say(Key::HomeKept, args! {place: line});
    let own = desk.my_open(5)?;
    if let Some(draft) = own.into_iter().find(|t| t.state == TicketState::Draft) {
        let place = draft.place.clone().refined_by(place);
        return locating::locate(desk, draft, place, None);
    }
    Ok(())
}

/// Confirms or rejects the home that somebody told; for grid workers.
pub(super) fn home_checked<W: World>(
    desk: &mut Desk<'_, W>,
    id: PersonId,
    confirmed: bool,
) -> Result<(), W::Error> {
    let found = desk.world.person(id)?;
    let home = found.as_ref().and_then(|p| p.home.clone());
    let (Some(mut person), Some(mut home)) = (found, home) else {
        desk.say(Key::NoSuchHome, args! {});
        return Ok(());
    };
    let worker = desk.world.directory().grid_at(home.estate, home.building.as_deref()).map(|g| g.worker);
    if worker != Some(desk.person.id) || id == desk.person.id {
        desk.say(Key::NoSuchHome, args! {});
        return Ok(());
    }
    home.confirmed = confirmed;
    person.home = confirmed.then_some(home);
    let what = Some(if confirmed { "home_confirmed" } else { "home_rejected" });
    desk.effect(Effect::Person { after: Box::new(person), what });
    if confirmed {
        let counted = home_confirmed(desk, id)?;
        desk.tell(id, Key::TellHomeConfirmed, args! {rows: counted});
    } else {
        desk.tell(id, Key::TellHomeRejected, args! {});
    }
    desk.say(Key::HomeChecked, args! {confirmed: confirmed});
    Ok(())
}

/// A home was confirmed: what its people co-signed before counts from now on. Returns the tickets that it changed, as
/// wordings list them.
fn home_confirmed<W: World>(desk: &mut Desk<'_, W>, person: PersonId) -> Result<Vec<Args>, W::Error> {
    let mut rows = vec![];
    for ticket in desk.world.open_cosigned_by(person, CO_SIGNED)? {
        if !ticket.stands_uncounted(person) {
            continue;
        }
        let mut case = desk.take(ticket);
        if count(desk, &mut case, person)? {
            rows.push(args! {no: case.no(), households: case.ticket.households()});
            propose_if_enough(desk, &mut case);
            summoning::ripen(desk, &mut case)?;
        }
        desk.keep(case);
    }
    Ok(rows)
}

/// Counts somebody who stands behind a ticket and whose home was just confirmed, unless their household counts already.
/// Says whether the number of households changed.
fn count<W: World>(desk: &Desk<'_, W>, case: &mut Case, person: PersonId) -> Result<bool, W::Error> {
    let household = of_same_household(desk, &case.ticket, person)?;
    let counts = household.iter().any(|p| case.ticket.is_counted(*p));
    // Refused for whoever is in the right place already; then nothing is to be done.
    if counts {
        let _ = desk.record(case, TicketEvent::Joined { by: person });
        return Ok(false);
    }
    let counted = desk.record(case, TicketEvent::Counted { by: person }).is_ok();
    for other in household {
        let _ = desk.record(case, TicketEvent::Joined { by: other });
    }
    Ok(counted)
}

/// The people behind a ticket who live with somebody. Without a room nobody can tell.
fn of_same_household<W: World>(
    desk: &Desk<'_, W>,
    ticket: &Ticket,
    person: PersonId,
) -> Result<Vec<PersonId>, W::Error> {
    let Some(home) = desk.world.person(person)?.and_then(|p| p.home) else { return Ok(vec![]) };
    let mut found = vec![];
    for other in ticket.people().filter(|p| *p != person) {
        let theirs = desk.world.person(other)?.and_then(|p| p.home);
        if theirs.is_some_and(|h| h.same_household(&home)) {
            found.push(other);
        }
    }
    Ok(found)
}

/// 附议: one's own fresh report is merged into the earlier one; without a report the household joins it.
pub(super) fn cosign<W: World>(desk: &mut Desk<'_, W>, nos: &[NoRef]) -> Result<(), W::Error> {
    let own = desk.my_open(5)?;
    let linked = |t: &&Ticket| t.similar_to.is_some() && !t.state.eq(&TicketState::Merged);
    // The number that was offered counts even where its ticket is out of sight.
    let offered = |no: &NoRef| {
        own.iter().filter_map(|t| t.similar_to).find(|similar| match no {
            NoRef::Full(full) => full == similar,
            NoRef::Serial(serial) => *serial == similar.serial(),
        })
    };
    let target = match nos.first() {
        Some(no) => match offered(no) {
            Some(no) => desk.world.ticket(no)?,
            None => desk.find(*no, CommandKind::CoSign, "")?,
        },
        None => match own.iter().find(linked).and_then(|t| t.similar_to) {
            Some(no) => desk.world.ticket(no)?,
            None => {
                desk.say(Key::CoSignWhich, args! {});
                return Ok(());
            }
        },
    };
    let Some(target) = target else {
        desk.answered();
        return Ok(());
    };
    if target.private && !target.belongs_to(desk.person.id) {
        desk.say(Key::NoSuchTicket, args! {});
        return Ok(());
    }
    if !target.state.is_open() {
        desk.say(Key::CoSignClosed, args! {no: target.no, state: target.state.code()});
        return Ok(());
    }
    if target.reporter == desk.person.id {
        desk.say(Key::CoSignOwn, args! {no: target.no});
        return Ok(());
    }
    if same_household_signed(desk, &target)? {
        desk.say(Key::CoSignAgain, args! {no: target.no, households: target.households()});
        return Ok(());
    }
    let confirmed = desk.person.home.as_ref().is_some_and(|home| home.confirmed);
    let mine = own.into_iter().find(|t| t.similar_to == Some(target.no));
    let mut case = desk.take(target);
    if let Err(illegal) = desk.record(&mut case, TicketEvent::CoSigned { by: desk.person.id, confirmed }) {
        let no = case.no();
        desk.refuse(no, illegal);
        return Ok(());
    }
    if let Some(mine) = mine {
        let mut merged = desk.take(mine);
        // A ticket already signed for stays as it is; the household counts all the same.
        if desk.record(&mut merged, TicketEvent::Merged { into: case.no() }).is_ok() {
            unite(desk, &merged.ticket, &mut case)?;
            desk.keep(merged);
        }
    }
    let mut args = desk.ticket_args(&case.ticket, false);
    args.insert("confirmed", confirmed.into());
    args.insert("told", desk.person.home.is_some().into());
    desk.say(Key::CoSigned, args);
    if propose_if_enough(desk, &mut case) {
        desk.say(Key::Proposed, args! {no: case.no()});
    }
    summoning::ripen(desk, &mut case)?;
    desk.keep(case);
    Ok(())
}

/// Puts a ticket to the committee once enough households stand behind it; says whether it did.
pub(super) fn propose_if_enough<W: World>(desk: &mut Desk<'_, W>, case: &mut Case) -> bool {
    let households = case.ticket.households();
    if households < ROUND_TABLE_HOUSEHOLDS || case.ticket.proposed {
        return false;
    }
    let committee = desk.world.directory().contacts(Party::Community, &case.ticket.place);
    if committee.is_empty() || desk.record(case, TicketEvent::Proposed { households }).is_err() {
        return false;
    }
    for person in committee {
        let args = desk.ticket_args(&case.ticket, true);
        desk.tell(person, Key::TellProposal, args);
    }
    true
}

/// Whether the speaker, or somebody of the same household, stands behind the ticket already.
fn same_household_signed<W: World>(desk: &Desk<'_, W>, ticket: &Ticket) -> Result<bool, W::Error> {
    if ticket.belongs_to(desk.person.id) {
        return Ok(true);
    }
    let Some(home) = desk.person.home.clone() else { return Ok(false) };
    for signer in ticket.people() {
        let theirs = desk.world.person(signer)?.and_then(|p| p.home);
        if theirs.is_some_and(|h| h.same_household(&home)) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Lets everybody behind a merged ticket stand behind the one that lives on.
pub(super) fn unite<W: World>(desk: &Desk<'_, W>, merged: &Ticket, into: &mut Case) -> Result<(), W::Error> {
    // Never refused where it is open.
    let _ = desk.record(into, TicketEvent::VoicesJoined { from: merged.no, voices: merged.voices() });
    for person in merged.people().collect::<Vec<_>>() {
        if into.ticket.belongs_to(person) {
            continue;
        }
        let home = desk.world.person(person)?.and_then(|p| p.home);
        // A reporter counts unconfirmed behind their own report only.
        let confirmed =
            merged.co_signers.contains(&(person, true)) || home.is_some_and(|home| home.confirmed);
        let household = of_same_household(desk, &into.ticket, person)?;
        let counts = household.iter().any(|p| into.ticket.is_counted(*p));
        // None of these is refused: the person is new there.
        if household.is_empty() || (confirmed && !counts) {
            let _ = desk.record(into, TicketEvent::CoSigned { by: person, confirmed });
            for other in household {
                let _ = desk.record(into, TicketEvent::Joined { by: other });
            }
        } else {
            let _ = desk.record(into, TicketEvent::Joined { by: person });
        }
    }
    Ok(())
}
