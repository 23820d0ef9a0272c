//! One household counts once behind a ticket, however many of its people stand behind it and whenever their home is
//! confirmed.

use super::desk::{Case, Desk};
use crate::domain::{
    effect::{Args, args},
    person::PersonId,
    ticket::{Ticket, TicketEvent},
    world::World,
};

/// Co-signed tickets looked at when a home is confirmed.
const CO_SIGNED: usize = 50;

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

/// A home was confirmed: what its people co-signed before counts from now on. Returns the tickets that it changed, as
/// wordings list them.
pub(super) fn home_confirmed<W: World>(
    desk: &mut Desk<'_, W>,
    person: PersonId,
) -> Result<Vec<Args>, W::Error> {
    let mut rows = vec![];
    for ticket in desk.world.open_cosigned_by(person, CO_SIGNED)? {
        if !ticket.stands_uncounted(person) {
            continue;
        }
        let mut case = desk.take(ticket);
        if count(desk, &mut case, person)? {
            rows.push(args! {no: case.no(), households: case.ticket.households()});
            super::resident::propose_if_enough(desk, &mut case);
        }
        desk.keep(case);
    }
    Ok(rows)
}

/// Lets everybody behind a merged ticket stand behind the one that lives on.
pub(super) fn unite<W: World>(desk: &Desk<'_, W>, merged: &Ticket, into: &mut Case) -> Result<(), W::Error> {
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
