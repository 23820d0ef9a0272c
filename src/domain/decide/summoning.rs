//! 居民吹哨、物业报到: residents call in their property company. One household's word is looked at by somebody at work
//! first; enough households need nobody's. A company that does not come is the community's to deal with. What follows once
//! it is blown is as with any whistle, in `whistling`.

use super::{
    desk::{Case, Desk},
    handling::tell_reporters,
    intake::{self, Manner},
    whistling::{Blow, sound, whistle_args},
};
use crate::domain::{
    category::{Party, RequestKind},
    command::{CommandKind, NoRef, leading_no},
    dialogue::{Dialogue, FollowUp},
    effect::args,
    reply_key::ReplyKey as Key,
    ticket::{Level, Place, Ticket, TicketEvent, TicketState},
    understanding::Understanding,
    whistle::{Summoned, Whistle, WhistleEvent, WhistleState},
    world::World,
};

/// Households whose whistle is blown at once: the first threshold of 附议, a proposal of the product.
const ENOUGH_HOUSEHOLDS: u32 = 5;

/// The words of a ticket that stand in a whistle, in characters.
const REASON: usize = 80;

/// 吹哨 话: what it is about is filed as a report, and whistled for. 吹哨, or 吹哨 007 话: what is reported already.
pub(super) fn whistle<W: World>(
    desk: &mut Desk<'_, W>,
    rest: &str,
    u: &Understanding,
) -> Result<(), W::Error> {
    if rest.is_empty() {
        return for_own(desk, None, "");
    }
    if let Some((no, text)) = leading_no(rest) {
        return for_own(desk, Some(no), text);
    }
    if !u.act.opens_ticket() {
        desk.say(Key::SummonWhat, args! {});
        return Ok(());
    }
    if desk.in_group() && (desk.is_private_matter(u) || u.kind == RequestKind::TipOff) {
        desk.say_it_privately();
        return Ok(());
    }
    intake::report(desk, u, Manner::Whistle)
}

/// For what the speaker has reported already.
pub(super) fn for_own<W: World>(
    desk: &mut Desk<'_, W>,
    no: Option<NoRef>,
    text: &str,
) -> Result<(), W::Error> {
    if let Some(no) = no {
        let Some(ticket) = desk.find(no, CommandKind::Whistle, text)? else { return Ok(()) };
        if ticket.belongs_to(desk.person.id) {
            return for_ticket(desk, ticket, text, None);
        }
        desk.say(Key::SummonOthers, args! {no: ticket.no});
        return Ok(());
    }
    let mut open = desk.my_open(20)?;
    open.retain(|t| t.road.order.is_none());
    match (open.pop(), open.is_empty()) {
        (None, _) => desk.say(Key::SummonWhat, args! {}),
        (Some(ticket), true) => return for_ticket(desk, ticket, "", None),
        (Some(oldest), false) => {
            open.push(oldest);
            desk.ask_which(CommandKind::Whistle, "", open);
        }
    }
    Ok(())
}

/// For a ticket that is open already, with words to add to it, and its place if they tell it.
pub(super) fn for_ticket<W: World>(
    desk: &mut Desk<'_, W>,
    ticket: Ticket,
    text: &str,
    place: Option<Place>,
) -> Result<(), W::Error> {
    let no = ticket.no;
    let mut case = desk.take(ticket);
    if !text.is_empty() {
        // Words are taken in every open state.
        let _ = desk.record(&mut case, TicketEvent::Added { text: text.into() });
    }
    if case.ticket.state == TicketState::Draft {
        if let Some(place) = place {
            // A draft takes any place.
            let _ = desk.record(&mut case, TicketEvent::Located { place });
            return intake::settle(desk, case, Some(FollowUp::Whistle), false);
        }
        desk.say(Key::WhereStill, args! {});
        desk.ask(Dialogue::Place { no, then: Some(FollowUp::Whistle) });
    } else {
        ask(desk, &mut case)?;
    }
    desk.keep(case);
    Ok(())
}

/// Asks for the whistle: blown at once where enough households stand behind it.
pub(super) fn ask<W: World>(desk: &mut Desk<'_, W>, case: &mut Case) -> Result<(), W::Error> {
    let ticket = &case.ticket;
    let fits = matches!(ticket.state, TicketState::Dispatched | TicketState::InProgress);
    if ticket.private || !fits {
        let args = desk.ticket_args(ticket, false);
        desk.say(Key::SummonNotNow, args);
        return Ok(());
    }
    let directory = desk.world.directory();
    let company =
        ticket.place.estate.filter(|id| directory.estate(*id).is_some_and(|e| e.property.is_some()));
    let Some(property) = company else {
        let args = desk.ticket_args(ticket, false);
        desk.say(Key::NoProperty, args);
        return Ok(());
    };
    let summoned = Summoned::Property { property };
    if let Some(last) = desk.world.last_whistle(ticket.no)?.filter(|w| w.summoned == summoned)
        && last.is_open()
    {
        let args = whistle_args(desk, &last);
        desk.say(Key::SummonedAlready, args);
        return Ok(());
    }
    let text = ticket.text.short(REASON).into();
    let event = WhistleEvent::Requested { ticket: ticket.no, summoned, cause: None, text };
    let Some(mut blow) = Blow::ask(desk, event)? else { return Ok(()) };
    if ticket.households() >= ENOUGH_HOUSEHOLDS {
        sound(desk, &mut blow, case);
    } else {
        let mut args = desk.ticket_args(ticket, true);
        args.extend(whistle_args(desk, &blow.whistle));
        let mut people = directory.contacts(Party::Community, &ticket.place);
        people.extend(ticket.owner.filter(|owner| !people.contains(owner)));
        for person in people {
            desk.tell(person, Key::TellSummonRequest, args.clone());
        }
        args.insert("enough", ENOUGH_HOUSEHOLDS.into());
        desk.say(Key::SummonRequested, args);
    }
    blow.keep(desk);
    Ok(())
}

/// A household more stands behind a ticket: a whistle that waits for somebody's word may need it no longer.
pub(super) fn ripen<W: World>(desk: &mut Desk<'_, W>, case: &mut Case) -> Result<(), W::Error> {
    let fits = matches!(case.ticket.state, TicketState::Dispatched | TicketState::InProgress);
    if !fits || case.ticket.households() < ENOUGH_HOUSEHOLDS {
        return Ok(());
    }
    let waits = |w: &Whistle| w.is_by_residents() && w.state == WhistleState::Requested;
    if let Some(whistle) = desk.world.last_whistle(case.no())?.filter(waits) {
        let mut blow = Blow::take(whistle);
        sound(desk, &mut blow, case);
        blow.keep(desk);
    }
    Ok(())
}

/// The company did not report in: the matter is the community's now, and those who wait read so.
pub(super) fn nobody_came<W: World>(desk: &mut Desk<'_, W>, whistle: &Whistle) -> Result<(), W::Error> {
    let Some(ticket) = desk.world.ticket(whistle.ticket)?.filter(|t| t.state.is_open()) else {
        return Ok(());
    };
    let mut case = desk.take(ticket);
    let ladder = desk.world.directory().ladder_at(&case.ticket.place);
    if case.ticket.road.level == Level::Grid && ladder.has(Level::Community) {
        // Climbing is a move of every open state.
        let _ = desk
            .record(&mut case, TicketEvent::Levelled { level: Level::Community, text: Default::default() });
    }
    let args = whistle_args(desk, whistle);
    tell_reporters(desk, &case.ticket, Key::TellPropertyNoShow, args);
    desk.keep(case);
    Ok(())
}
