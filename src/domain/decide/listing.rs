//! 清单 by chat: 服务 and 资源 by the staff of whoever provides it, or of the community; 清单 for everybody to read, and to change
//! or withdraw an item. And which item a ticket is for: the promise that its time is counted by, or the
//! thing that eases it, of which its people are told once. What an event does to an
//! item stands in `domain::listing`.

mod written;

use super::{
    clockwork::limit_args,
    desk::{Case, Desk},
    handling::{LISTED, tell_reporters},
    projecting,
};
use crate::domain::{
    category::{RequestKind, SubCode, Urgency},
    command::leading_word,
    directory::{Community, CommunityId, Estate},
    effect::{Arg, Args, Effect, Line, args},
    listing::{Listing, ListingEvent, ListingId, Offer, Promise, Provider, Terms},
    moment::{Date, Moment},
    person::{Actor, PersonId},
    place::EstateId,
    reply_key::ReplyKey as Key,
    ticket::{Ticket, TicketEvent},
    words::{Words, shorten},
    world::World,
};

use written::{Called, Written, read};

/// A name fits a line.
const NAME: usize = 20;
/// Nobody promises work for later than that; nor for at once.
const LONGEST_DAYS: i64 = 90;

/// A thing's whereabouts fit a line too.
const SPOT: usize = 30;

/// An item being changed in this turn.
struct Entry {
    listing: Listing,
    events: Vec<(PersonId, ListingEvent)>,
}

impl Entry {
    fn record<W: World>(&mut self, desk: &Desk<'_, W>, event: ListingEvent) -> bool {
        let done = self.listing.apply(desk.now, &event);
        if done {
            self.events.push((desk.person.id, event));
        }
        done
    }

    fn keep<W: World>(self, desk: &mut Desk<'_, W>) {
        if !self.events.is_empty() {
            desk.effect(Effect::Listing { after: Box::new(self.listing), events: self.events });
        }
    }
}

/// Whether somebody works for a community, so that its lists are theirs to keep.
fn keeps<W: World>(desk: &Desk<'_, W>, community: CommunityId) -> bool {
    let directory = desk.world.directory();
    let on_duty = directory.community(community).is_some_and(|c| c.staff.contains(&desk.person.id));
    match &desk.actor {
        Actor::CommunityStaff(own) => *own == community || on_duty || is_catch_all(desk),
        Actor::Subdistrict => true,
        Actor::Resident | Actor::GridWorker(_) | Actor::Handler => is_catch_all(desk),
    }
}

fn is_catch_all<W: World>(desk: &Desk<'_, W>) -> bool {
    desk.world.directory().catch_all == Some(desk.person.id)
}

/// Who answers for a provider.
fn contacts<W: World>(desk: &Desk<'_, W>, provider: Provider) -> Vec<PersonId> {
    let directory = desk.world.directory();
    match provider {
        Provider::Property(estate) => directory.estate(estate).and_then(|e| e.property).into_iter().collect(),
        Provider::Department(id) => directory.department(id).map(|d| d.contacts.clone()).unwrap_or_default(),
        Provider::Community(id) => directory.community(id).map(|c| c.staff.clone()).unwrap_or_default(),
    }
}

fn provides<W: World>(desk: &Desk<'_, W>, provider: Provider) -> bool {
    contacts(desk, provider).contains(&desk.person.id)
}

/// The estates that the speaker manages for a property company.
fn managed<W: World>(desk: &Desk<'_, W>) -> Vec<EstateId> {
    let estates = desk.world.directory().estates.iter();
    estates.filter(|e| e.property == Some(desk.person.id)).map(|e| e.name.id).collect()
}

/// Where an item counts and who offers it, from what was written and who writes; else it is said what is missing.
fn whose<W: World>(
    desk: &mut Desk<'_, W>,
    written: &Written,
) -> Option<(CommunityId, Option<EstateId>, Provider)> {
    match reckon(desk, written) {
        Ok(found) => Some(found),
        Err((key, args)) => {
            desk.say(key, args);
            None
        }
    }
}

fn reckon<W: World>(
    desk: &Desk<'_, W>,
    written: &Written,
) -> Result<(CommunityId, Option<EstateId>, Provider), (Key, Args)> {
    let directory = desk.world.directory();
    let community_of = |estate: EstateId| directory.estate(estate).map(|e| e.community);
    let how = || Err((Key::ServiceHow, args! {lacks: "place"}));
    let managed = managed(desk);
    if !managed.is_empty() {
        let estate = match (written.estate, managed.as_slice()) {
            (Some(named), own) if own.contains(&named) => named,
            (None, [only]) if written.community.is_none() => *only,
            (Some(_), _) => return Err((Key::ListingNotYours, args! {})),
            (None, own) => {
                let names: Vec<Args> = own.iter().map(|id| args! {name: estate_name(desk, *id)}).collect();
                return Err((Key::ListingWhere, args! {rows: names}));
            }
        };
        let Some(community) = community_of(estate) else { return how() };
        return Ok((community, Some(estate), Provider::Property(estate)));
    }
    let place = match (written.estate, written.community) {
        (Some(estate), _) => community_of(estate),
        (None, Some(community)) => Some(community),
        (None, None) => desk.person.community,
    };
    let own = directory.departments.iter().find(|d| d.contacts.contains(&desk.person.id));
    if let Some(department) = own {
        let Some(community) = place else { return how() };
        return Ok((community, written.estate, Provider::Department(department.id)));
    }
    if !directory.communities.iter().any(|c| keeps(desk, c.id)) {
        return Err((Key::ListingNotYours, args! {}));
    }
    let Some(community) = place else { return how() };
    if !keeps(desk, community) {
        return Err((Key::ListingNotYours, args! {}));
    }
    let provider = match (&written.provider, written.estate) {
        (None, _) => Provider::Community(community),
        (Some(Called::Department(id)), _) => Provider::Department(*id),
        (Some(Called::Property), Some(estate)) => Provider::Property(estate),
        (Some(Called::Property), None) => return how(),
    };
    Ok((community, written.estate, provider))
}

fn estate_name<'w, W: World>(desk: &Desk<'w, W>, id: EstateId) -> &'w str {
    desk.world.directory().estate(id).map_or("", |e| e.name.name.as_str())
}

/// 服务 楼道灯 公共照明维修 2个工作日 [灵武新村] [3月20日起] [到12月31日]
pub(super) fn service<W: World>(desk: &mut Desk<'_, W>, rest: &str) -> Result<(), W::Error> {
    let written = read(desk, rest);
    let Some((community, estate, provider)) = whose(desk, &written) else { return Ok(()) };
    let Some(limit) = written.limit else {
        desk.say(Key::ServiceHow, args! {lacks: "limit"});
        return Ok(());
    };
    if written.of.is_empty() {
        desk.say(Key::ServiceHow, args! {lacks: "matter"});
        return Ok(());
    }
    // What eases something may also be what is looked after: 车位划线.
    let named: Vec<String> = written.thing.into_iter().chain(written.left).collect();
    let name = match named.is_empty() {
        true => written.of.iter().map(|code| desk.class_name(code)).collect::<Vec<_>>().join("、"),
        false => named.join(" "),
    };
    let terms = Terms {
        name: shorten(&name, NAME).as_str().into(),
        of: written.of,
        offer: Offer::Service { limit },
        from: written.from,
        until: written.until,
    };
    enter(desk, community, estate, provider, terms)
}

/// 资源 车位 500个 地下车库 [小区] [3月20日起] [到12月31日]
pub(super) fn resource<W: World>(desk: &mut Desk<'_, W>, rest: &str) -> Result<(), W::Error> {
    let mut written = read(desk, rest);
    let Some((community, estate, provider)) = whose(desk, &written) else { return Ok(()) };
    let Some((count, unit)) = written.count else {
        desk.say(Key::ServiceHow, args! {lacks: "count"});
        return Ok(());
    };
    let mut left = written.left.into_iter();
    let name = written.thing.or_else(|| left.next()).unwrap_or_default();
    written.of.extend(desk.world.standing().taxonomy.eased_by(&name));
    if written.of.is_empty() {
        desk.say(Key::ServiceHow, args! {lacks: "thing"});
        return Ok(());
    }
    let spot = shorten(&left.collect::<Vec<_>>().join(" "), SPOT);
    let terms = Terms {
        name: shorten(&name, NAME).as_str().into(),
        of: written.of,
        offer: Offer::Resource { count, unit: unit.as_str().into(), spot: spot.as_str().into() },
        from: written.from,
        until: written.until,
    };
    enter(desk, community, estate, provider, terms)
}

/// Enters an item, once.
fn enter<W: World>(
    desk: &mut Desk<'_, W>,
    community: CommunityId,
    estate: Option<EstateId>,
    provider: Provider,
    terms: Terms,
) -> Result<(), W::Error> {
    if let Some(lacks) = fault(desk, &terms) {
        desk.say(Key::ServiceHow, args! {lacks: lacks});
        return Ok(());
    }
    let there = desk.world.listings(community)?.into_iter().find(|l| {
        l.provider == provider
            && l.estate == estate
            && l.terms.name == terms.name
            && spot(&l.terms) == spot(&terms)
            && !l.is_over_on(desk.now.date())
    });
    if let Some(there) = there {
        let args = listing_args(desk, &there);
        desk.say(Key::ListedAlready, args);
        return Ok(());
    }
    let id = desk.world.next_listing()?;
    let event = ListingEvent::Listed { community, estate, provider, terms };
    let Some(listing) = Listing::open(id, desk.now, desk.person.id, &event) else { return Ok(()) };
    tell_of(desk, &listing, "listed");
    let told = tell_eased(desk, &listing)?;
    let mut args = listing_args(desk, &listing);
    args.insert("told_count", told.into());
    desk.say(Key::Listed, args);
    Entry { listing, events: vec![(desk.person.id, event)] }.keep(desk);
    Ok(())
}

/// What is wrong with what an item says.
fn fault<W: World>(desk: &Desk<'_, W>, terms: &Terms) -> Option<&'static str> {
    match &terms.offer {
        Offer::Service { limit } => {
            let latest = desk.now.plus_minutes(LONGEST_DAYS * 24 * 60);
            let due = desk.world.standing().calendar.due(desk.now, *limit);
            // What the calendar cannot reckon lies beyond its last year.
            if limit.amount == 0 || due.map_or(true, |due| due > latest) {
                return Some("limit");
            }
        }
        Offer::Resource { count: 0, .. } => return Some("count"),
        Offer::Resource { .. } => {}
    }
    let over = terms.until.is_some_and(|until| until < desk.now.date());
    let backwards = terms.from.zip(terms.until).is_some_and(|(from, until)| until < from);
    (over || backwards).then_some("days")
}

/// Where a thing is.
fn spot(terms: &Terms) -> Option<&str> {
    match &terms.offer {
        Offer::Service { .. } => None,
        Offer::Resource { spot, .. } => Some(spot.as_str()),
    }
}

/// Tells the people of every open ticket that a thing eases, once for each of its versions; says how many tickets.
fn tell_eased<W: World>(desk: &mut Desk<'_, W>, listing: &Listing) -> Result<usize, W::Error> {
    if listing.terms.limit().is_some() {
        return Ok(0);
    }
    let estates = desk.world.directory().estates.iter();
    let here = |estate: &&Estate| estate.community == listing.community && listing.reaches(estate.name.id);
    let estates: Vec<EstateId> = estates.filter(here).map(|estate| estate.name.id).collect();
    // A category in the list stands for all of its own.
    let subs = desk.world.standing().taxonomy.subs.values();
    let codes: Vec<&SubCode> = subs.map(|sub| &sub.code).filter(|code| listing.terms.are_for(code)).collect();
    let said = listing_args(desk, listing);
    let text = told_text(listing);
    let mut told = 0;
    for estate in estates {
        for code in &codes {
            for ticket in desk.world.open_in(estate, code)? {
                let event = match &listing.withdrawn {
                    None => TicketEvent::ResourceTold {
                        listing: listing.id,
                        version: listing.version,
                        text: text.clone(),
                    },
                    Some(gone) => {
                        TicketEvent::ResourceGone { listing: listing.id, text: gone.reason.clone() }
                    }
                };
                let mut extra = said.clone();
                extra.insert("again", ticket.was_told_of(listing.id).into());
                let mut case = desk.take(ticket);
                // Refused where its people know this version already, or knew nothing of what is gone.
                if desk.record(&mut case, event).is_ok() {
                    tell_reporters(desk, &case.ticket, Key::TellResource, extra);
                    desk.keep(case);
                    told += 1;
                }
            }
        }
    }
    Ok(told)
}

/// What a ticket's history says of a thing: 车位 500个 地下车库.
fn told_text(listing: &Listing) -> Words {
    let name = listing.terms.name.as_str();
    match &listing.terms.offer {
        Offer::Service { .. } => name.into(),
        Offer::Resource { count, unit, spot } => {
            let text = format!("{name} {count}{} {}", unit.as_str(), spot.as_str());
            text.trim_end().into()
        }
    }
}

/// Tells the other side: the community of what a provider entered, the provider of what the community entered for it.
fn tell_of<W: World>(desk: &mut Desk<'_, W>, listing: &Listing, done: &'static str) {
    let mut people = contacts(desk, listing.provider);
    let staff = desk.world.directory().community(listing.community).map(|c| c.staff.clone());
    people.extend(staff.unwrap_or_default().into_iter().filter(|p| !people.contains(p)).collect::<Vec<_>>());
    people.retain(|p| *p != desk.person.id);
    for person in people {
        let mut args = listing_args(desk, listing);
        args.insert("done", done.into());
        desk.tell(person, Key::TellListing, args);
    }
}

/// Who offers it, for wordings.
fn provider_arg<W: World>(desk: &Desk<'_, W>, provider: Provider) -> Arg {
    let directory = desk.world.directory();
    match provider {
        Provider::Property(_) => Arg::Line(Box::new(Line::new(Key::TheProperty, args! {}))),
        Provider::Department(id) => directory.department(id).map_or("", |d| d.name.as_str()).into(),
        Provider::Community(id) => directory.community(id).map_or("", |c| c.name.as_str()).into(),
    }
}

/// What wordings may say of an item: everybody reads it.
fn listing_args<W: World>(desk: &Desk<'_, W>, listing: &Listing) -> Args {
    let directory = desk.world.directory();
    let terms = &listing.terms;
    let matters: Vec<String> = terms.of.iter().map(|code| desk.class_name(code)).collect();
    let community = directory.community(listing.community).map_or("", |c: &Community| c.name.as_str());
    let mut args = args! {
        listing: listing.id.to_string(), name: terms.name.as_str(), matters: matters.join("、"),
        where_: listing.estate.map_or(community, |id| estate_name(desk, id)), version: listing.version,
        over: listing.is_over_on(desk.now.date()), later: later(desk, terms).join("、"),
    };
    args.insert("provider", provider_arg(desk, listing.provider));
    args.insert("offer", Arg::Line(Box::new(Line::new(Key::Offer, offer_args(&terms.offer)))));
    args.insert("resource", terms.limit().is_none().into());
    let noon = |day: Option<Date>| day.and_then(|day| Moment::at(day.at(12, 0, 0, 0)));
    args.extend(noon(terms.from).map(|at| ("from_day", at.into())));
    args.extend(noon(terms.until).map(|at| ("until_day", at.into())));
    if let Some(withdrawal) = &listing.withdrawn {
        args.extend(args! {withdrawn: withdrawal.at, why: withdrawal.reason.as_str()});
    }
    args
}

/// 2个工作日, or 500个 at the place where they are.
fn offer_args(offer: &Offer) -> Args {
    match offer {
        Offer::Service { limit } => limit_args(*limit),
        Offer::Resource { count, unit, spot } => {
            args! {count: *count, counted: unit.as_str(), spot: spot.as_str()}
        }
    }
}

/// The matters for which the office's own limit is no longer than what is promised.
fn later<W: World>(desk: &Desk<'_, W>, terms: &Terms) -> Vec<String> {
    let Some(limit) = terms.limit() else { return vec![] };
    let standing = desk.world.standing();
    let due = |limit| standing.calendar.due(desk.now, limit).ok();
    let sooner = |code: &&SubCode| {
        let own = standing.limits.of(desk.sub(code), RequestKind::Help, Urgency::Normal).limit;
        due(own).zip(due(limit)).is_some_and(|(own, promised)| own <= promised)
    };
    terms.of.iter().filter(sooner).map(|code| desk.class_name(code)).collect()
}

/// 清单 · 清单 3 · 清单 3 改 3个工作日 · 清单 3 撤 原因
pub(super) fn lists<W: World>(desk: &mut Desk<'_, W>, rest: &str) -> Result<(), W::Error> {
    let (first, after) = leading_word(rest);
    if first.is_empty() {
        return list(desk);
    }
    let found = match first.parse() {
        Ok(id) => desk.world.listing(ListingId(id))?,
        Err(_) => None,
    };
    let readable = readable(desk);
    let Some(listing) = found.filter(|l| readable.contains(&l.community) || provides(desk, l.provider))
    else {
        desk.say(Key::ListingWhich, args! {});
        return Ok(());
    };
    let words = &desk.world.standing().commands;
    let begins = |code: &str| words.after_leading_code(after, code).map(|text| text.trim().to_owned());
    let (changes, withdraws) = (begins("listing_change"), begins("listing_withdraw"));
    let may = !desk.in_group() && (keeps(desk, listing.community) || provides(desk, listing.provider));
    let mut entry = Entry { listing, events: vec![] };
    match (changes, withdraws) {
        (None, None) => {
            let mut args = listing_args(desk, &entry.listing);
            args.insert("keeps", may.into());
            desk.say(Key::ListingPage, args);
        }
        (_, _) if desk.in_group() && desk.actor.is_staff() => desk.say(Key::StaffWordPrivately, args! {}),
        (_, _) if !may => desk.say(Key::ListingNotYours, args! {}),
        (_, _) if entry.listing.withdrawn.is_some() => {
            let args = listing_args(desk, &entry.listing);
            desk.say(Key::ListingPage, args);
        }
        (Some(text), _) => change(desk, &mut entry, &text)?,
        (None, Some(reason)) if reason.is_empty() => {
            desk.say(Key::ListingWhy, args! {listing: entry.listing.id.to_string()});
        }
        (None, Some(reason)) => {
            entry.record(desk, ListingEvent::Withdrawn { reason: reason.as_str().into() });
            tell_of(desk, &entry.listing, "withdrawn");
            let told = tell_eased(desk, &entry.listing)?;
            let mut args = listing_args(desk, &entry.listing);
            args.insert("told_count", told.into());
            desk.say(Key::ListingWithdrawn, args);
        }
    }
    entry.keep(desk);
    Ok(())
}

/// 清单 3 改 …: what is written replaces what was; the rest stays. Place and provider are another item's.
fn change<W: World>(desk: &mut Desk<'_, W>, entry: &mut Entry, text: &str) -> Result<(), W::Error> {
    let written = read(desk, text);
    let was = &entry.listing.terms;
    let left = shorten(&written.left.join(" "), SPOT);
    // The words that are left name work; of a thing they tell where it is.
    let (name, offer) = match &was.offer {
        Offer::Service { limit } => {
            (shorten(&left, NAME), Offer::Service { limit: written.limit.unwrap_or(*limit) })
        }
        Offer::Resource { count, unit, spot } => {
            let (count, unit) = match written.count {
                Some((count, new)) => {
                    (count, if new.is_empty() { unit.clone() } else { new.as_str().into() })
                }
                None => (*count, unit.clone()),
            };
            let spot = if left.is_empty() { spot.clone() } else { left.as_str().into() };
            (String::new(), Offer::Resource { count, unit, spot })
        }
    };
    let terms = Terms {
        name: if name.is_empty() { was.name.clone() } else { name.as_str().into() },
        of: if written.of.is_empty() { was.of.clone() } else { written.of },
        offer,
        from: written.from.or(was.from),
        until: written.until.or(was.until),
    };
    let elsewhere = written.estate.is_some_and(|e| Some(e) != entry.listing.estate)
        || written.community.is_some_and(|c| c != entry.listing.community)
        || written.provider.is_some();
    let faulty = fault(desk, &terms);
    if elsewhere || faulty.is_some() || !entry.record(desk, ListingEvent::Changed { terms }) {
        let lacks = if elsewhere { "elsewhere" } else { faulty.unwrap_or("change") };
        desk.say(Key::ServiceHow, args! {lacks: lacks, listing: entry.listing.id.to_string()});
        return Ok(());
    }
    tell_of(desk, &entry.listing, "changed");
    let told = tell_eased(desk, &entry.listing)?;
    let mut args = listing_args(desk, &entry.listing);
    args.insert("told_count", told.into());
    desk.say(Key::ListingChanged, args);
    Ok(())
}

/// The communities whose lists the speaker reads.
fn readable<W: World>(desk: &Desk<'_, W>) -> Vec<CommunityId> {
    let mut found = projecting::communities(desk);
    if !desk.in_group() {
        let estates = managed(desk);
        let more = estates.iter().filter_map(|id| desk.world.directory().estate(*id)).map(|e| e.community);
        found.extend(more);
    }
    found.sort_unstable();
    found.dedup();
    found
}

/// 清单: what is offered now or will be, where the speaker lives or works.
fn list<W: World>(desk: &mut Desk<'_, W>) -> Result<(), W::Error> {
    let department = !desk.in_group()
        && desk.world.directory().departments.iter().any(|d| d.contacts.contains(&desk.person.id));
    let communities = if department {
        desk.world.directory().communities.iter().map(|c| c.id).collect()
    } else {
        readable(desk)
    };
    let home = desk.person.home.as_ref().map(|home| home.estate);
    let home = home.filter(|_| !desk.actor.is_staff() && !desk.in_group());
    let mut found = vec![];
    for community in &communities {
        let mut listings = desk.world.listings(*community)?;
        listings.retain(|l| {
            let near = home.is_none_or(|home| l.reaches(home));
            near && !l.is_over_on(desk.now.date()) && (!department || provides(desk, l.provider))
        });
        found.extend(listings);
    }
    found.sort_by_key(|l| l.id);
    let total = found.len();
    let rows: Vec<Args> = found.iter().take(LISTED).map(|l| listing_args(desk, l)).collect();
    let keeps = !desk.in_group()
        && (department || !managed(desk).is_empty() || communities.iter().any(|id| keeps(desk, *id)));
    desk.say(
        Key::ListingList,
        args! {rows: rows, total: total, keeps: keeps, placeless: communities.is_empty()},
    );
    Ok(())
}

/// The line of 服务清单 that a ticket is for, if there is one, and when it is due where its time
/// counts: of several the one that is due first.
fn promised<W: World>(
    desk: &Desk<'_, W>,
    ticket: &Ticket,
) -> Result<Option<(Promise, Option<Moment>)>, W::Error> {
    let directory = desk.world.directory();
    let (Some(estate), Some(community)) = (ticket.place.estate, directory.community_at(&ticket.place)) else {
        return Ok(None);
    };
    let day = ticket.received_at.date();
    let standing = desk.world.standing();
    let due = |limit| standing.calendar.due(ticket.received_at, limit).ok();
    let listings = desk.world.listings(community.id)?;
    let fitting = listings
        .iter()
        .filter(|l| l.reaches(estate) && l.is_offered_on(day) && l.terms.are_for(&ticket.filing.subcategory));
    let candidates = fitting.filter_map(|l| l.terms.limit().map(|limit| (l, limit, due(limit))));
    // What the calendar cannot reckon comes last; of equals the estate's own, then the newest.
    let best = candidates.min_by_key(|(l, _, due)| (due.is_none(), *due, l.estate.is_none()));
    Ok(best.map(|(l, limit, at)| {
        let own = due(desk.limit(&ticket.filing));
        let counts = at.is_some_and(|due| own.is_none_or(|own| due < own));
        let name = l.terms.name.clone();
        let promise =
            Promise { listing: l.id, version: l.version, provider: l.provider, name, limit, counts };
        (promise, at.filter(|_| counts))
    }))
}

/// Suggests a line of 服务清单 for a ticket and takes its time where that is the shorter; `true`: it is due at another time.
pub(super) fn promise<W: World>(desk: &mut Desk<'_, W>, case: &mut Case) -> Result<bool, W::Error> {
    let ticket = &case.ticket;
    // Where the clock stood still in between, what was promised for it is left as it is.
    if ticket.private || ticket.road.clock_from.is_some() {
        return Ok(false);
    }
    let found = promised(desk, ticket)?;
    let (before, had) = (ticket.due_at, ticket.road.promise.clone());
    let (received, filing) = (ticket.received_at, ticket.filing.clone());
    match found {
        Some((promise, _)) if had.as_ref() == Some(&promise) => {}
        Some((promise, due)) => {
            let counted = had.is_some_and(|had| had.counts);
            let due = if due.is_none() && counted { desk.due(received, &filing) } else { due };
            // Never refused: an open ticket takes a promise in any state.
            let _ = desk.record(case, TicketEvent::Promised { promise, due });
        }
        None if had.is_some() => {
            let due = desk.due(received, &filing);
            // The same: there is one to drop.
            let _ = desk.record(case, TicketEvent::PromiseVoid { due });
        }
        None => {}
    }
    Ok(case.ticket.due_at != before)
}

/// What wordings may say of what was promised for a ticket.
pub(super) fn promise_args<W: World>(desk: &Desk<'_, W>, promise: &Promise) -> Args {
    let mut args = args! {
        service: promise.name.as_str(), listing: promise.listing.to_string(), version: promise.version,
        promised: promise.counts, promised_amount: promise.limit.amount,
        promised_unit: promise.limit.unit.code(),
    };
    args.insert("provider", provider_arg(desk, promise.provider));
    args
}
