//! Where it is: places read from words and points on the map, answers to 在哪里, corrections, and 不知道.

use super::{
    clockwork,
    desk::{Case, Desk},
    intake::{REPEAT_MINUTES, SIMILAR_MINUTES, settle},
    listing,
};
use crate::domain::{
    category::{SubCode, Urgency},
    dialogue::{Dialogue, FollowUp},
    effect::{Args, args},
    place::EstateId,
    reply_key::ReplyKey as Key,
    ticket::{Place, Ticket, TicketEvent, TicketState},
    ticket_no::TicketNo,
    understanding::{PlaceMention, Understanding},
    world::World,
};

/// What is known of the place after reading a text.
pub(super) enum Whereabouts {
    Known(Place),
    SeveralEstates(Vec<EstateId>, Place),
    Unknown(Place),
}

impl Whereabouts {
    /// Whether nothing told here speaks against a ticket's place.
    pub(super) fn agrees_with(&self, other: &Place) -> bool {
        let agree = |a: &Option<String>, b: &Option<String>| a.is_none() || b.is_none() || a == b;
        match self {
            Self::Known(place) => {
                (other.estate.is_none() || place.estate == other.estate)
                    && agree(&place.building, &other.building)
            }
            Self::SeveralEstates(..) => false,
            Self::Unknown(place) => place.said.is_none() && agree(&place.building, &other.building),
        }
    }
}

pub(super) fn whereabouts<W: World>(
    desk: &Desk<'_, W>,
    mentions: &[PlaceMention],
    indoors: bool,
) -> Whereabouts {
    whereabouts_for(desk, mentions, &Place::default(), indoors)
}

/// The place that mentions tell, on top of what was known before; a home and a group's estate fill a missing estate.
/// `indoors`: unit and room of a home are filled in too.
fn whereabouts_for<W: World>(
    desk: &Desk<'_, W>,
    mentions: &[PlaceMention],
    before: &Place,
    indoors: bool,
) -> Whereabouts {
    let mention = mentions
        .iter()
        .find(|m| !m.candidates.is_empty())
        .or_else(|| mentions.iter().find(|m| m.building.is_some()))
        .or_else(|| mentions.first());
    // Another estate: what was known of the first one's buildings is void.
    let named = mention.and_then(|m| m.candidates.first());
    let before = match (named, before.estate) {
        (Some(named), Some(estate)) if *named != estate => &Place::default(),
        (Some(_) | None, Some(_) | None) => before,
    };
    let mut place = Place { said: None, ..before.clone() };
    let mut candidates: &[EstateId] = &[];
    if let Some(m) = mention {
        candidates = &m.candidates;
        // A building named beside the estate in another mention belongs to it: 我们小区…3号楼….
        let spot = if m.building.is_none() {
            mentions.iter().find(|x| x.building.is_some() && x.estate.is_none()).unwrap_or(m)
        } else {
            m
        };
        if spot.building.is_some() && spot.building != place.building {
            // Another building: what was known of the first one's rooms and corners is void.
            place = Place { estate: place.estate, ..Place::default() };
        }
        place = Place {
            estate: before.estate,
            building: spot.building.clone().or(place.building),
            unit: spot.unit.clone().or(place.unit),
            room: spot.room.clone().or(place.room),
            landmark: spot.landmark.clone().or_else(|| m.landmark.clone()).or(place.landmark),
            said: if m.candidates.is_empty() { m.estate.clone() } else { None },
        };
    }
    // In a group a home is not spoken of: it would tell everybody where the speaker lives.
    let home = desk.person.home.as_ref().filter(|_| !desk.in_group() && !desk.for_others);
    match *candidates {
        [one] => place.estate = Some(one),
        [] => {}
        [..] => {
            let group_estate = desk.group().and_then(|g| g.estate);
            match home.map(|h| h.estate).or(group_estate).filter(|e| candidates.contains(e)) {
                Some(estate) => place.estate = Some(estate),
                None => return Whereabouts::SeveralEstates(candidates.to_vec(), place),
            }
        }
    }
    // An estate that the gazetteer does not know is somebody else's: a home must not overrule it.
    if place.estate.is_none() && place.said.is_none() {
        if let Some(estate) = desk.group().and_then(|g| g.estate) {
            place.estate = Some(estate);
        } else if let Some(home) = home {
            place = place.or_home(home, indoors);
        }
    } else if let (Some(home), None) = (home, mention) {
        place = place.or_home(home, indoors);
    }
    if place.is_known() { Whereabouts::Known(place) } else { Whereabouts::Unknown(place) }
}

/// The estate that a group is speaking of: the one where somebody has the same open at a building of that number.
pub(super) fn estate_spoken_of<W: World>(
    desk: &Desk<'_, W>,
    said: &Place,
    subcategory: &SubCode,
) -> Result<Option<EstateId>, W::Error> {
    let (Some(group), Some(_), None) = (desk.group(), &said.building, &said.said) else { return Ok(None) };
    let directory = desk.world.directory();
    let mut found = None;
    for estate in directory.estates.iter().filter(|e| e.community == group.community) {
        let place =
            Place { estate: Some(estate.name.id), building: said.building.clone(), ..Place::default() };
        let spoken_of = |t: &Ticket| !t.private && desk.now.minutes_since(t.received_at) < SIMILAR_MINUTES;
        if !desk.world.open_at(&place, Some(subcategory), 1, &spoken_of)?.is_empty() {
            if found.is_some() {
                return Ok(None);
            }
            found = Some(estate.name.id);
        }
    }
    Ok(found)
}

/// Reads a place as the answer for a draft, or as a correction of an open ticket.
pub(super) fn answer_place<W: World>(
    desk: &mut Desk<'_, W>,
    ticket: Ticket,
    places: &[PlaceMention],
    then: Option<FollowUp>,
) -> Result<(), W::Error> {
    let indoors = ticket.filing.urgency == Urgency::Emergency || ticket.private;
    match whereabouts_for(desk, places, &ticket.place, indoors) {
        Whereabouts::Known(place) => locate(desk, ticket, place, then),
        Whereabouts::SeveralEstates(options, place) => {
            which_estate(desk, ticket.no, options, place, then);
            Ok(())
        }
        Whereabouts::Unknown(place) => {
            let no = ticket.no;
            let mut case = desk.take(ticket);
            let said = place.said.clone().unwrap_or_default();
            // A draft takes any place; what is known of it is kept even without an estate.
            let _ = desk.record(&mut case, TicketEvent::Located { place });
            desk.keep(case);
            desk.say(
                if said.is_empty() { Key::WhereStill } else { Key::EstateUnknown },
                args! {said: said, no: no},
            );
            desk.ask(Dialogue::Place { no, then });
            Ok(())
        }
    }
}

/// Asks which of the estates of one name is meant.
pub(super) fn which_estate<W: World>(
    desk: &mut Desk<'_, W>,
    no: TicketNo,
    options: Vec<EstateId>,
    place: Place,
    then: Option<FollowUp>,
) {
    let rows: Vec<_> = options.iter().map(|id| estate_row(desk, *id)).collect();
    desk.say(Key::WhichEstate, args! {rows: rows});
    desk.ask(Dialogue::WhichEstate { no, options, place, then });
}

pub(super) fn estate_row<W: World>(desk: &Desk<'_, W>, id: EstateId) -> Args {
    let directory = desk.world.directory();
    let estate = directory.estate(id);
    let community = estate.and_then(|e| directory.community(e.community));
    args! {
        estate: estate.map_or("", |e| e.name.name.as_str()),
        community: community.map_or("", |c| c.name.as_str()),
    }
}

/// Gives a ticket its place: a draft is dispatched, an open ticket's owner is told of the correction.
pub(super) fn locate<W: World>(
    desk: &mut Desk<'_, W>,
    ticket: Ticket,
    place: Place,
    then: Option<FollowUp>,
) -> Result<(), W::Error> {
    let draft = ticket.state == TicketState::Draft;
    let no = ticket.no;
    let before = ticket.clone();
    let mut case = desk.take(ticket);
    if let Err(illegal) = desk.record(&mut case, TicketEvent::Located { place }) {
        desk.refuse(no, illegal);
        return Ok(());
    }
    if draft {
        return settle(desk, case, then, false);
    }
    if listing::promise(desk, &mut case)? {
        clockwork::wind(desk, &case.ticket);
    }
    let emergency = case.ticket.filing.urgency == Urgency::Emergency;
    reroute(desk, &mut case, before);
    let args = desk.ticket_args(&case.ticket, false);
    desk.say(if emergency { Key::EmergencySent } else { Key::PlaceCorrected }, args);
    desk.answered();
    desk.keep(case);
    Ok(())
}

/// A corrected place may be another worker's: the ticket goes there, and everybody told of the old place hears of it.
fn reroute<W: World>(desk: &mut Desk<'_, W>, case: &mut Case, before: Ticket) {
    let old = before.owner;
    let moved = desk.owner(&case.ticket).filter(|new| Some(*new) != old);
    let place = &case.ticket.place;
    let directory = desk.world.directory();
    let grid = place.estate.and_then(|e| directory.grid_at(e, place.building.as_deref())).map(|g| g.id);
    if let Some(owner) = moved
        && desk.record(case, TicketEvent::Rerouted { grid, owner }).is_ok()
    {
        if let Some(old) = old {
            let args = desk.ticket_args(&case.ticket, true);
            desk.tell(old, Key::TellMovedAway, args);
        }
        desk.announce(&case.ticket);
    } else if before.place.is_known() {
        for person in desk.told_of(&case.ticket) {
            let args = desk.ticket_args(&case.ticket, true);
            desk.tell(person, Key::TellPlaced, args);
        }
    } else {
        desk.announce(&case.ticket);
    }
}

/// A bare place: for one's own open draft, or a fresh report that lacks a spot.
pub(super) fn place_for_draft<W: World>(
    desk: &mut Desk<'_, W>,
    places: &[PlaceMention],
) -> Result<bool, W::Error> {
    let own = desk.my_open(5)?;
    let waits = |t: &&Ticket| {
        t.state == TicketState::Draft
            || (!t.place.has_spot() && desk.now.minutes_since(t.received_at) < REPEAT_MINUTES)
    };
    let Some(ticket) = own.iter().find(waits) else { return Ok(false) };
    answer_place(desk, ticket.clone(), places, None)?;
    Ok(true)
}

/// The reporter does not know the place: the worker's queue, or whoever catches all, takes it as it is.
pub(super) fn place_unknown<W: World>(desk: &mut Desk<'_, W>, ticket: Ticket) -> Result<(), W::Error> {
    let no = ticket.no;
    let mut case = desk.take(ticket);
    if let Err(illegal) =
        desk.record(&mut case, TicketEvent::PlaceUnknown).and_then(|()| desk.dispatch(&mut case))
    {
        desk.refuse(no, illegal);
        return Ok(());
    }
    if let Some(owner) = case.ticket.owner {
        let args = desk.ticket_args(&case.ticket, true);
        desk.tell(owner, Key::TellPlaceless, args);
    }
    let args = desk.ticket_args(&case.ticket, false);
    desk.say(Key::PlaceLeftToWorker, args.clone());
    if case.ticket.road.slip.is_some() {
        desk.say(Key::BoxBoard, args);
    }
    desk.answered();
    desk.keep(case);
    // The answer was to the question asked last; what was asked before is asked again, one at a time.
    let other = desk.my_open(20)?.into_iter().find(|t| t.state == TicketState::Draft && t.no != no);
    if let Some(other) = other {
        let args = desk.ticket_args(&other, false);
        desk.say(Key::WhereOfOther, args);
        desk.ask(Dialogue::Place { no: other.no, then: None });
    }
    Ok(())
}

/// 不知道 where no question is open any more: for the draft asked about last, if there is one.
pub(super) fn dont_know<W: World>(desk: &mut Desk<'_, W>, u: &Understanding) -> Result<(), W::Error> {
    match desk.my_open(20)?.into_iter().find(|t| t.state == TicketState::Draft) {
        Some(draft) => place_unknown(desk, draft),
        None => super::resident::chat(desk, u),
    }
}

/// A point on the map: the place of a draft, or of the report that follows.
pub(super) fn location<W: World>(
    desk: &mut Desk<'_, W>,
    latitude: f64,
    longitude: f64,
    label: &str,
) -> Result<(), W::Error> {
    let estate = desk.world.directory().estate_near(latitude, longitude);
    let Some((id, name)) = estate.map(|e| (e.name.id, e.name.name.clone())) else {
        desk.say(Key::SpotUnknown, args! {});
        return Ok(());
    };
    let label = crate::domain::words::shorten(label.strip_prefix(name.as_str()).unwrap_or(label), 40);
    let landmark = (!label.is_empty()).then_some(label);
    let place = Place { estate: Some(id), landmark, ..Place::default() };
    let own = desk.my_open(5)?;
    if let Some(draft) = own.iter().find(|t| t.state == TicketState::Draft) {
        let then = if let Some(Dialogue::Place { then, .. }) = desk.question()? { then } else { None };
        let place = Place { building: draft.place.building.clone(), ..place };
        return locate(desk, draft.clone(), place, then);
    }
    desk.say(Key::SpotOfWhat, args! {estate: name});
    desk.ask(Dialogue::Spot { place });
    Ok(())
}
