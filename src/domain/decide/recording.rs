//! 记 and 走访: a list from a paper, a meeting or a door, each item a ticket of its own, each with its number in the answer.
//! 现场诉说: said face to face, before a witness. 意见箱: one slip of paper, whose number goes on the board.

use super::{
    desk::Desk,
    intake::{self, Manner},
    locating::{Whereabouts, whereabouts},
};
use crate::domain::{
    effect::{Args, args},
    reply_key::ReplyKey as Key,
    slip::{Typed, testimony},
    ticket::{Place, TicketEvent},
    understanding::Understanding,
    world::World,
};

/// Items taken from one message; a longer list is sent in parts.
const ITEMS: usize = 20;

/// Registers every item on behalf of those who said it.
pub(super) fn record<W: World>(desk: &mut Desk<'_, W>, items: &[Understanding]) -> Result<(), W::Error> {
    if items.is_empty() || items.len() > ITEMS {
        desk.say(Key::RecordHow, args! {total: items.len(), most: ITEMS});
        return Ok(());
    }
    // The recorder's own home says nothing about where it is.
    desk.for_others = true;
    let mut rows: Vec<Args> = vec![];
    for u in items {
        let place = match whereabouts(desk, &u.places, false) {
            Whereabouts::Known(place) => place,
            Whereabouts::SeveralEstates(_, place) | Whereabouts::Unknown(place) => {
                Place { estate: None, ..place }
            }
        };
        let event = TicketEvent::Reported {
            reporter: desk.person.id,
            on_behalf: true,
            group: None,
            text: u.text.as_str().into(),
            filing: desk.filing(u, &u.subcategory),
            place,
            private: desk.is_private_matter(u),
        };
        let Some(mut case) = desk.open(event)? else { continue };
        if !case.ticket.place.is_known() {
            // A draft can always be left to the worker.
            let _ = desk.record(&mut case, TicketEvent::PlaceUnknown);
        }
        if let Err(illegal) = desk.dispatch(&mut case) {
            let no = case.no();
            desk.refuse(no, illegal);
        }
        let mut row = desk.ticket_args(&case.ticket, false);
        row.insert("placeless", (!case.ticket.place.is_known()).into());
        rows.push(row);
        if case.ticket.owner != Some(desk.person.id) {
            desk.announce(&case.ticket);
        }
        desk.keep(case);
    }
    let total = rows.len();
    desk.say(Key::Recorded, args! {rows: rows, total: total});
    Ok(())
}

/// A witness is named by a name.
const NAME: usize = 10;

/// 现场 见证人老高 楼道灯坏了: said face to face, before somebody besides whoever writes it down.
pub(super) fn on_site<W: World>(
    desk: &mut Desk<'_, W>,
    rest: &str,
    words: Option<&Understanding>,
) -> Result<(), W::Error> {
    let (witness, said) = testimony(rest, &desk.world.standing().commands);
    let own = desk.world.directory().staff_name(desk.person.id) == witness;
    let is_name = !witness.is_empty()
        && witness.chars().count() <= NAME
        && witness.chars().all(|c| c.is_alphabetic() || c == '·');
    if !is_name || own {
        desk.say(Key::OnSiteHow, args! {lacks: if own { "other" } else { "witness" }});
        return Ok(());
    }
    let Some(words) = words.filter(|_| !said.is_empty()) else {
        desk.say(Key::OnSiteHow, args! {lacks: "text"});
        return Ok(());
    };
    intake::report(desk, words, Manner::OnSite(witness.into()))
}

/// 意见箱 3号箱 3月12日 楼道灯坏了: the clock runs from now, the slip's own day is kept. `words`: what the slip's words mean.
pub(super) fn from_box<W: World>(
    desk: &mut Desk<'_, W>,
    rest: &str,
    words: Option<&Understanding>,
) -> Result<(), W::Error> {
    let commands = &desk.world.standing().commands;
    let typed = Typed::read(rest, commands);
    let Some(words) = words.filter(|_| !typed.text.is_empty()) else {
        desk.say(Key::BoxHow, args! {lacks: "text"});
        return Ok(());
    };
    let Some(slip) = typed.slip(commands, desk.now) else {
        desk.say(Key::BoxHow, args! {lacks: "day"});
        return Ok(());
    };
    intake::report(desk, words, Manner::FromBox(slip))
}
