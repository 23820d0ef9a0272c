//! 受理: a report gets its number at once, its owner, and the offer to join neighbours who said the same. Photos find
//! their ticket here too.

use super::{
    clockwork,
    desk::{Case, Desk},
    listing,
    locating::{Whereabouts, estate_row, estate_spoken_of, whereabouts},
    summoning,
};
use crate::domain::{
    category::{Hazard, RequestKind, Urgency},
    command::CommandKind,
    dialogue::{Dialogue, FollowUp, Second},
    effect::{Effect, TimerKind, args},
    message::Media,
    reply_key::ReplyKey as Key,
    slip::Slip,
    ticket::{Filing, PhotoStage, Place, Ticket, TicketEvent, TicketState},
    ticket_no::TicketNo,
    understanding::Understanding,
    words::Words,
    world::World,
};

/// Words within two minutes of one's own report that name no second problem belong to it.
const JOIN_MINUTES: i64 = 2;
/// The same person's repeat within a day is an addition.
pub(super) const REPEAT_MINUTES: i64 = 24 * 60;
/// Another person's report of the same at the same place within a week is likely the same matter.
pub(super) const SIMILAR_MINUTES: i64 = 7 * 24 * 60;
/// A draft that nobody completes goes to the worker's queue after a day: never dropped.
const DRAFT_MINUTES: i64 = 24 * 60;
/// Below this a guess is no reason to think of a second problem.
const CLEAR: f32 = 0.35;
/// Below this no word of any matter was recognised: the dictionaries' quietest words weigh more.
pub(super) const RECOGNISED: f32 = 1.0;
/// From here a word of the dictionaries spoke plainly.
const LOUD: f32 = 3.0;
/// Photos kept before any words came.
const PHOTOS_KEPT: usize = 5;

/// How a report came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Manner {
    /// By whom it concerns.
    Own,
    /// 代报: typed by staff for others.
    OnBehalf,
    /// 点单: asked as a service.
    Order,
    /// 吹哨, by a resident: the property company is to be called in.
    Whistle,
    /// 现场诉说: said face to face, written down by staff before this witness.
    OnSite(Words),
    /// 意见箱: a slip of paper, typed by staff.
    FromBox(Slip),
}

impl Manner {
    /// How another problem of the same words comes.
    fn again(first: &Ticket) -> Self {
        match &first.road.slip {
            Some(slip) => Self::FromBox(slip.clone()),
            None if first.road.witness.is_some() => {
                Self::OnSite(first.road.witness.clone().unwrap_or_default())
            }
            None if first.on_behalf => Self::OnBehalf,
            None => Self::Own,
        }
    }

    /// Whether whoever types it is not whom it concerns.
    fn is_for_others(&self) -> bool {
        match self {
            Self::OnBehalf | Self::OnSite(_) | Self::FromBox(_) => true,
            Self::Own | Self::Order | Self::Whistle => false,
        }
    }
}

/// Files a report, joins it to one's own earlier one, or takes it as its repeat.
pub(super) fn report<W: World>(
    desk: &mut Desk<'_, W>,
    u: &Understanding,
    manner: Manner,
) -> Result<(), W::Error> {
    desk.for_others = manner.is_for_others();
    let mut own = if desk.for_others { vec![] } else { desk.my_open(20)? };
    // What was reported is no order, and the other way round.
    own.retain(|t| t.road.order.is_some() == (manner == Manner::Order));
    let main = u.problems.first().map_or(&u.subcategory, |p| &p.subcategory);
    let indoors = u.urgency == Urgency::Emergency || desk.is_private_matter(u);
    let mut place = whereabouts(desk, &u.places, indoors);
    if let Some(Dialogue::Spot { place: spot }) = desk.question()?
        && let Whereabouts::Unknown(said) = &place
    {
        place = Whereabouts::Known(spot.refined_by(said.clone()));
    }
    if let Whereabouts::Unknown(said) = &place
        && let Some(estate) = estate_spoken_of(desk, said, main)?
    {
        place = Whereabouts::Known(Place { estate: Some(estate), ..said.clone() });
    }
    if let Some(last) = own.first()
        && desk.now.minutes_since(last.received_at) < JOIN_MINUTES
        && (*main == last.filing.subcategory || names_nothing_clearly(u))
        && u.urgency <= last.filing.urgency
        && (u.places.is_empty() || place.agrees_with(&last.place))
    {
        let place = match place {
            Whereabouts::Known(place) => Some(place),
            Whereabouts::SeveralEstates(..) | Whereabouts::Unknown(_) => None,
        };
        danger_again(desk, u, last);
        if manner == Manner::Whistle {
            let text = desk.whole_behind_command(CommandKind::Whistle, &u.text);
            return summoning::for_ticket(desk, last.clone(), text.as_str(), place);
        }
        let text = desk.whole(&u.text);
        return add(desk, last.clone(), text.as_str(), place, Key::AddedToOwn);
    }
    let repeat = own.iter().find(|t| {
        t.filing.subcategory == *main
            && desk.now.minutes_since(t.received_at) < REPEAT_MINUTES
            && place.agrees_with(&t.place)
    });
    if let Some(repeat) = repeat {
        danger_again(desk, u, repeat);
        if manner == Manner::Whistle {
            let text = desk.whole_behind_command(CommandKind::Whistle, &u.text);
            return summoning::for_ticket(desk, repeat.clone(), text.as_str(), None);
        }
        let text = desk.whole(&u.text);
        return add(desk, repeat.clone(), text.as_str(), None, Key::RepeatOfOwn);
    }
    // Something vague of the same category is the same problem said again.
    let other = |p: &&crate::domain::understanding::Problem| {
        p.subcategory.category() != main.category() || p.subcategory.as_str().contains('.')
    };
    let second = u.problems.get(1).filter(other).map(|problem| {
        FollowUp::Second(Second {
            filing: desk.filing(u, &problem.subcategory),
            text: clause(&u.text, problem.span).into(),
        })
    });
    // Who speaks for others corrects by 改类, an order needs hands and no office; a group is not asked what is one person's.
    let asks = manner == Manner::Own && !desk.in_group() && !u.doubt.is_empty();
    let then = match &manner {
        Manner::Whistle => Some(FollowUp::Whistle),
        Manner::Own | Manner::OnBehalf | Manner::OnSite(_) | Manner::Order | Manner::FromBox(_) => {
            second.or_else(|| asks.then(|| FollowUp::Matter(desk.askable(&u.doubt))))
        }
    };
    let filing = desk.filing(u, &main.clone());
    let text = match &manner {
        Manner::Own => desk.whole(&u.text),
        Manner::OnBehalf => desk.whole_behind_command(CommandKind::OnBehalf, &u.text),
        Manner::Order => desk.whole_behind_command(CommandKind::Order, &u.text),
        Manner::Whistle => desk.whole_behind_command(CommandKind::Whistle, &u.text),
        Manner::OnSite(_) | Manner::FromBox(_) => desk.whole_from(&u.text),
    };
    let assumed = u.urgency == Urgency::Emergency && u.places.is_empty();
    let assumed = assumed && matches!(&place, Whereabouts::Known(place) if place.has_spot());
    let filed = file(desk, filing, text, place, then, manner)?;
    if let (true, Some(no)) = (assumed, filed) {
        // The home was taken for the place: whoever writes for somebody elsewhere must say so now.
        desk.say(Key::EmergencyAssumed, args! {});
        desk.ask(Dialogue::Place { no, then: None });
    }
    Ok(())
}

/// Whether no word of the dictionaries speaks in it, or only quiet ones that leave it open.
pub(super) fn names_nothing_clearly(u: &Understanding) -> bool {
    u.score < RECOGNISED || (u.score < LOUD && u.confidence < CLEAR)
}

/// Whoever cries out twice hears twice what saves lives.
fn danger_again<W: World>(desk: &mut Desk<'_, W>, u: &Understanding, ticket: &Ticket) {
    if u.urgency == Urgency::Emergency {
        danger(desk, ticket);
    }
}

/// Opens the ticket and says so.
fn file<W: World>(
    desk: &mut Desk<'_, W>,
    filing: Filing,
    text: Words,
    place: Whereabouts,
    then: Option<FollowUp>,
    manner: Manner,
) -> Result<Option<TicketNo>, W::Error> {
    let private = desk.sub(&filing.subcategory).private
        || filing.sphere == crate::domain::category::Sphere::Family
        || filing.kind == RequestKind::TipOff;
    let known = match &place {
        Whereabouts::Known(place) => place.clone(),
        Whereabouts::SeveralEstates(_, place) | Whereabouts::Unknown(place) => {
            Place { estate: None, ..place.clone() }
        }
    };
    let event = TicketEvent::Reported {
        reporter: desk.person.id,
        on_behalf: manner.is_for_others(),
        group: desk.group_id(),
        text,
        filing,
        place: known,
        private,
    };
    let Some(mut case) = desk.open(event)? else { return Ok(None) };
    let no = case.no();
    if manner == Manner::Order {
        // Never refused: what was just opened is a draft or submitted.
        let _ = desk.record(&mut case, TicketEvent::Ordered);
    }
    match manner {
        Manner::Own | Manner::OnBehalf | Manner::Order | Manner::Whistle => {}
        // The same.
        Manner::FromBox(slip) => drop(desk.record(&mut case, TicketEvent::FromBox { slip })),
        Manner::OnSite(witness) => drop(desk.record(&mut case, TicketEvent::SaidOnSite { witness })),
    }
    attach_waiting_photos(desk, &mut case)?;
    match place {
        Whereabouts::Known(_) => settle(desk, case, then, true)?,
        Whereabouts::SeveralEstates(options, place) => {
            let names: Vec<_> = options.iter().map(|id| estate_row(desk, *id)).collect();
            let mut args = desk.ticket_args(&case.ticket, false);
            args.insert("rows", names.into());
            desk.say(Key::ReceivedWhichEstate, args);
            desk.ask(Dialogue::WhichEstate { no, options, place, then });
            await_place(desk, case);
        }
        Whereabouts::Unknown(place) => {
            // A name that nobody knows waits for whoever tunes the dictionaries; a private matter's is nobody's.
            if let Some(said) = place.said.filter(|_| !private) {
                desk.effect(Effect::UnknownPlace(said, no));
            }
            received_without_place(desk, &mut case);
            desk.ask(Dialogue::Place { no, then });
            await_place(desk, case);
        }
    }
    Ok(Some(no))
}

/// The receipt of a report whose estate is not known: life first, then number and the one question.
fn received_without_place<W: World>(desk: &mut Desk<'_, W>, case: &mut Case) {
    if case.ticket.filing.urgency == Urgency::Emergency {
        // Nobody waits for the address: somebody owns it now, and whoever's it is gets it once the place is told.
        let dispatched = desk.record(case, TicketEvent::PlaceUnknown).and_then(|()| desk.dispatch(case));
        debug_assert!(dispatched.is_ok(), "a fresh draft can be dispatched");
        danger(desk, &case.ticket);
        let args = desk.ticket_args(&case.ticket, false);
        desk.say(Key::EmergencyWhere, args);
        if let Some(owner) = case.ticket.owner {
            let args = desk.ticket_args(&case.ticket, true);
            desk.tell(owner, Key::TellEmergencyNoPlace, args);
        }
    } else {
        let ticket = &case.ticket;
        let args = desk.ticket_args(ticket, false);
        let key = match (desk.in_group(), ticket.private, &ticket.place.said) {
            (true, _, _) => Key::GroupReceivedWhere,
            (false, true, _) => Key::ReceivedPrivateWhere,
            (false, false, Some(_)) => Key::ReceivedUnknownEstate,
            (false, false, None) => Key::ReceivedWhere,
        };
        desk.say(key, args);
    }
}

fn await_place<W: World>(desk: &mut Desk<'_, W>, case: Case) {
    desk.timer(desk.now.plus_minutes(DRAFT_MINUTES), TimerKind::DraftExpiry(case.no()));
    desk.keep(case);
}

/// The first words of an emergency.
fn danger<W: World>(desk: &mut Desk<'_, W>, ticket: &Ticket) {
    danger_words(desk, ticket.filing.hazard);
}

/// What to do first, by what threatens.
pub(super) fn danger_words<W: World>(desk: &mut Desk<'_, W>, hazard: Option<Hazard>) {
    let gas_phone = desk.world.standing().office.gas_phone.clone().unwrap_or_default();
    let hazard = hazard.map_or("", |h| h.code());
    desk.say_first();
    desk.say(Key::Danger, args! {hazard: hazard, gas_phone: gas_phone});
}

/// Accepts and dispatches a ticket whose estate is known, says so, and offers what else there is to say: a likely
/// repeat to join, a second problem to file. `fresh`: the number is told for the first time.
pub(super) fn settle<W: World>(
    desk: &mut Desk<'_, W>,
    mut case: Case,
    then: Option<FollowUp>,
    fresh: bool,
) -> Result<(), W::Error> {
    if let Err(illegal) = desk.dispatch(&mut case) {
        let no = case.no();
        desk.keep(case);
        desk.refuse(no, illegal);
        return Ok(());
    }
    if listing::promise(desk, &mut case)? {
        clockwork::wind(desk, &case.ticket);
    }
    let similar = likely_same(desk, &case.ticket)?;
    if let Some(similar) = &similar {
        // Never refused: linking is a move of every open state.
        let _ = desk.record(&mut case, TicketEvent::Linked { similar: similar.no });
    }
    let ticket = &case.ticket;
    let mut args = desk.ticket_args(ticket, false);
    let emergency = ticket.filing.urgency == Urgency::Emergency;
    // Of an emergency the company was told already.
    let whistles = then == Some(FollowUp::Whistle) && !emergency;
    if emergency {
        if fresh {
            danger(desk, ticket);
        }
        let key = if ticket.place.has_spot() { Key::EmergencySent } else { Key::EmergencyWhich };
        desk.say(key, args);
        if !ticket.place.has_spot() {
            desk.ask(Dialogue::Place { no: ticket.no, then: None });
        } else {
            desk.answered();
        }
    } else {
        let key = match (desk.in_group(), fresh, ticket.private) {
            (true, true, _) => Key::GroupReceived,
            (true, false, _) => Key::GroupPlaced,
            (false, true, true) => Key::ReceivedPrivate,
            (false, true, false) if ticket.road.slip.is_some() => Key::ReceivedFromBox,
            (false, true, false) if ticket.on_behalf => Key::ReceivedOnBehalf,
            (false, true, false) => Key::Received,
            (false, false, true) => Key::PlacedPrivate,
            (false, false, false) => Key::Placed,
        };
        if key == Key::Received
            && let Ok(Some(opens)) = desk.world.standing().calendar.opens_again(desk.now)
        {
            // Nobody is at work: who reports must not wait for somebody who sleeps.
            let phone = desk.world.standing().office.duty_phone.as_str();
            args.extend(args! {opens: opens, phone: phone});
        }
        if let Some(witness) = ticket.road.witness.as_ref().filter(|_| key == Key::ReceivedOnBehalf) {
            args.insert("witness", witness.as_str().into());
        }
        if ticket.road.slip.is_some() {
            desk.say(key, args.clone());
            desk.say(Key::BoxBoard, args);
        } else {
            desk.say(key, args);
        }
        match then {
            Some(FollowUp::Second(second)) => {
                let sub = desk.sub(&second.filing.subcategory).name.clone();
                desk.say(Key::OfferSecond, args! {what: sub});
                desk.ask(Dialogue::SecondProblem { first: ticket.no, second });
            }
            Some(FollowUp::Matter(options)) if !options.is_empty() => {
                let rows: Vec<_> = options.iter().map(|code| args! {name: desk.class_name(code)}).collect();
                let what = desk.class_name(&ticket.filing.subcategory);
                desk.say(Key::WhichMatter, args! {what: what, rows: rows});
                desk.ask(Dialogue::WhichMatter { no: ticket.no, options });
            }
            Some(FollowUp::Matter(_) | FollowUp::Whistle) | None if fresh => {}
            Some(FollowUp::Matter(_) | FollowUp::Whistle) | None => desk.answered(),
        }
    }
    if let Some(similar) = &similar {
        offer_to_join(desk, similar);
    }
    desk.announce(&case.ticket);
    if whistles {
        summoning::ask(desk, &mut case)?;
    }
    desk.keep(case);
    Ok(())
}

fn offer_to_join<W: World>(desk: &mut Desk<'_, W>, similar: &Ticket) {
    let minutes = desk.now.minutes_since(similar.received_at);
    desk.say(
        Key::OfferJoin,
        args! {no: similar.no, serial: format!("{:03}", similar.no.serial()), minutes: minutes as usize,
        households: similar.households(), what: desk.sub(&similar.filing.subcategory).name.as_str()},
    );
}

/// An open, public ticket of another person, of the same sub-category and the finest known place, of the last week.
fn likely_same<W: World>(desk: &Desk<'_, W>, ticket: &Ticket) -> Result<Option<Ticket>, W::Error> {
    if ticket.private || ticket.road.order.is_some() {
        return Ok(None);
    }
    let same = |t: &Ticket| {
        t.no != ticket.no
            && t.reporter != ticket.reporter
            && !t.private
            && t.road.order.is_none()
            && (!t.place.has_spot() || t.place.may_be(&ticket.place))
            && (t.households() > 1 || desk.now.minutes_since(t.received_at) < SIMILAR_MINUTES)
    };
    let subcategory = Some(&ticket.filing.subcategory);
    let mut found = desk.world.open_at(&ticket.place, subcategory, 1, &same)?;
    if found.is_empty() && ticket.place.building.is_some() {
        // What holds for the whole estate holds for its buildings.
        let estate = Place { estate: ticket.place.estate, ..Place::default() };
        found = desk.world.open_at(&estate, subcategory, 1, &|t| !t.place.has_spot() && same(t))?;
    }
    Ok(found.pop())
}

/// Files the second problem of a sentence, at the place of the first.
pub(super) fn second_problem<W: World>(
    desk: &mut Desk<'_, W>,
    first: &Ticket,
    second: Second,
) -> Result<(), W::Error> {
    desk.answered();
    let place = Whereabouts::Known(first.place.clone());
    file(desk, second.filing, second.text, place, None, Manner::again(first))?;
    Ok(())
}

/// Adds words to an open ticket and tells its owner.
pub(super) fn add<W: World>(
    desk: &mut Desk<'_, W>,
    ticket: Ticket,
    text: &str,
    place: Option<Place>,
    key: Key,
) -> Result<(), W::Error> {
    let no = ticket.no;
    let draft = ticket.state == TicketState::Draft;
    let mut case = desk.take(ticket);
    if let Err(illegal) = desk.record(&mut case, TicketEvent::Added { text: text.into() }) {
        desk.refuse(no, illegal);
        return Ok(());
    }
    if let Some(place) = place
        && (draft || !case.ticket.place.has_spot())
    {
        let place = case.ticket.place.clone().refined_by(place);
        // Never refused: a place can be told in every open state.
        let _ = desk.record(&mut case, TicketEvent::Located { place });
        if draft {
            return settle(desk, case, None, false);
        }
    }
    if let Some(owner) = case.ticket.owner {
        let mut args = desk.ticket_args(&case.ticket, true);
        args.insert("added", text.into());
        desk.tell(owner, Key::TellAdded, args);
    }
    let args = desk.ticket_args(&case.ticket, false);
    desk.say(key, args);
    if draft && key != Key::WhereAgain {
        desk.say(Key::WhereStill, args! {});
    }
    desk.keep(case);
    Ok(())
}

/// A photo joins the ticket that waits for it, else one's newest open ticket, else waits for the words.
pub(super) fn photo<W: World>(desk: &mut Desk<'_, W>, media: &Media) -> Result<(), W::Error> {
    let question = desk.question()?;
    if let Some(Dialogue::DonePhotos { no, note }) = question {
        return super::handling::done_photo(desk, no, note, media);
    }
    if let Some(Dialogue::Receipt { expense, until }) = question
        && desk.now < until
        && super::spending::receipt(desk, expense, media)?
    {
        return Ok(());
    }
    if let Some(Dialogue::PatrolPhoto { no, until }) = question
        && desk.now < until
        && super::patrolling::photo(desk, no, media)?
    {
        return Ok(());
    }
    let mine = desk.my_open(1)?;
    let owned = if desk.actor.is_staff() { desk.world.open_owned_by(desk.person.id, 20)? } else { vec![] };
    let worked = owned.into_iter().find(|t| t.state == TicketState::InProgress && t.arrived_at.is_some());
    if let Some(ticket) = worked.or_else(|| mine.into_iter().next()) {
        let mut case = desk.take(ticket);
        // A photo is a move of every open state.
        let _ =
            desk.record(&mut case, TicketEvent::Photo { media: media.clone(), stage: PhotoStage::Before });
        let no = case.no();
        desk.keep(case);
        if !desk.in_group() {
            desk.say(Key::PhotoKept, args! {no: no});
        }
        return Ok(());
    }
    if desk.in_group() {
        return Ok(());
    }
    let mut kept = if let Some(Dialogue::Photos { media }) = question { media } else { vec![] };
    kept.push(media.clone());
    kept.truncate(PHOTOS_KEPT);
    desk.ask(Dialogue::Photos { media: kept });
    desk.say(Key::PhotoOfWhat, args! {});
    Ok(())
}

fn attach_waiting_photos<W: World>(desk: &Desk<'_, W>, case: &mut Case) -> Result<(), W::Error> {
    if let Some(Dialogue::Photos { media }) = desk.question()? {
        for media in media {
            // A photo is a move of every open state.
            let _ = desk.record(case, TicketEvent::Photo { media, stage: PhotoStage::Before });
        }
    }
    Ok(())
}

/// The characters `[start, end)` of a text.
fn clause(text: &str, (start, end): (usize, usize)) -> String {
    text.chars().skip(start).take(end.saturating_sub(start)).collect()
}
