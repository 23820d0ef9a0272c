//! 网格调整: when the organisation's grids change, what is open follows its building (seed case A7). Each ticket moves in a
//! turn of its own; its clock runs on, and what is finished keeps the grid that finished it.

use super::{desk::Desk, handling::tell_reporters};
use crate::domain::{
    effect::args,
    reply_key::ReplyKey as Key,
    ticket::{TicketEvent, TicketState},
    ticket_no::TicketNo,
    world::World,
};

/// The place of a ticket is another grid's now, or its grid another worker's. Whoever works it for another reason (a property
/// company, a department, a worker to whom it was handed by name) goes on working it: it changes hands only `with_worker`,
/// where the old grid's worker had it.
pub(super) fn follow<W: World>(
    desk: &mut Desk<'_, W>,
    no: TicketNo,
    with_worker: bool,
) -> Result<(), W::Error> {
    let Some(ticket) = desk.world.ticket(no)?.filter(|t| t.state.is_open() && t.state != TicketState::Draft)
    else {
        return Ok(());
    };
    let directory = desk.world.directory();
    let place = &ticket.place;
    let Some(grid) = place.estate.and_then(|e| directory.grid_at(e, place.building.as_deref())) else {
        return Ok(());
    };
    let old = ticket.owner.filter(|_| with_worker);
    let owner = old.and(Some(grid.worker)).filter(|worker| Some(*worker) != ticket.owner);
    if ticket.grid == Some(grid.id) && owner.is_none() {
        return Ok(());
    }
    let mut case = desk.take(ticket);
    if let Err(illegal) = desk.record(&mut case, TicketEvent::Regridded { grid: grid.id, owner }) {
        desk.refuse(no, illegal);
        return Ok(());
    }
    if owner.is_some() {
        if let Some(old) = old {
            let mut args = desk.ticket_args(&case.ticket, true);
            args.insert("grid", grid.name.as_str().into());
            desk.tell(old, Key::TellRegriddedAway, args);
        }
        desk.announce(&case.ticket);
        tell_reporters(desk, &case.ticket, Key::TellRegridded, args! {grid: grid.name.as_str()});
    }
    desk.keep(case);
    Ok(())
}
