//! How a ticket comes to its end other than by the reporter's word alone: 直办 on the spot, 说明结案 by two signatures; and 销号, which
//! nobody does by hand.

use super::{
    desk::Desk,
    handling::{self, tell_reporters},
};
use crate::domain::{
    category::Party,
    command::{CommandKind, NoRef},
    effect::args,
    person::PersonId,
    reply_key::ReplyKey as Key,
    ticket::{Grade, Ticket, TicketEvent},
    world::World,
};

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
