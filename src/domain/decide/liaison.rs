//! 联系社区的领导 (seed case A12): once a week, and when they ask, they read what is late in their communities though the subdistrict
//! has it, or whatever rung is the last. They decide nothing here.

use super::{clockwork, desk::Desk, handling::LISTED};
use crate::domain::{
    calendar::CalendarError,
    directory::Community,
    effect::{Args, Effect, Line, args},
    moment::Date,
    person::PersonId,
    reply_key::ReplyKey as Key,
    ticket::{Level, Ticket},
    world::World,
};

/// The first working day of a week: every leader is told of their communities, where there is something to tell.
pub(super) fn week<W: World>(desk: &mut Desk<'_, W>) -> Result<(), W::Error> {
    let first = opens_week(desk, desk.now.date());
    if let Err(error) = &first {
        desk.alarm(error.to_string());
    }
    if first != Ok(true) {
        return Ok(());
    }
    let communities: Vec<Community> =
        desk.world.directory().communities.iter().filter(|c| c.liaison.is_some()).cloned().collect();
    // Looked through once, however many leaders there are.
    let late = late_above(desk, &communities)?;
    for (community, leader) in communities.iter().filter_map(|c| Some((c, c.liaison?))) {
        if let Some(args) = told(desk, community, &late) {
            desk.effect(Effect::Brief(leader, Line::new(Key::LiaisonWeek, args)));
        }
    }
    Ok(())
}

/// 超期, asked by a leader: the same list. `false`: whoever asks is none.
pub(super) fn asks<W: World>(desk: &mut Desk<'_, W>) -> Result<bool, W::Error> {
    let communities = of(desk, desk.person.id);
    if communities.is_empty() {
        return Ok(false);
    }
    let late = late_above(desk, &communities)?;
    if late.is_empty() {
        desk.say(Key::OverdueList, args! {rows: Vec::<Args>::new(), total: 0usize});
    }
    for community in &communities {
        if let Some(args) = told(desk, community, &late) {
            desk.say(Key::LiaisonWeek, args);
        }
    }
    Ok(true)
}

fn of<W: World>(desk: &Desk<'_, W>, leader: PersonId) -> Vec<Community> {
    let communities = desk.world.directory().communities.iter();
    communities.filter(|community| community.liaison == Some(leader)).cloned().collect()
}

/// Whether nobody was at work earlier in the week of a day.
fn opens_week<W: World>(desk: &Desk<'_, W>, today: Date) -> Result<bool, CalendarError> {
    let calendar = &desk.world.standing().calendar;
    let mut day = today;
    for _ in 1..today.weekday().to_monday_one_offset() {
        day = day.yesterday().map_err(|_| CalendarError::OutOfRange)?;
        if calendar.day_kind(day)?.is_work() {
            return Ok(false);
        }
    }
    Ok(true)
}

/// What is late in these communities and has climbed to the subdistrict or as far as it can; what is private is nobody else's.
fn late_above<W: World>(desk: &Desk<'_, W>, communities: &[Community]) -> Result<Vec<Ticket>, W::Error> {
    if communities.is_empty() {
        return Ok(vec![]);
    }
    let directory = desk.world.directory();
    let here = |t: &Ticket| directory.community_at(&t.place).is_some_and(|c| communities.contains(c));
    let climbed = |t: &Ticket| {
        let level = t.road.level;
        level >= Level::Subdistrict || directory.ladder_at(&t.place).above(level).is_none()
    };
    clockwork::all_late(desk, |t| !t.private && here(t) && climbed(t))
}

/// The list of one community; `None`: nothing is late there.
fn told<W: World>(desk: &Desk<'_, W>, community: &Community, late: &[Ticket]) -> Option<Args> {
    let directory = desk.world.directory();
    let here = |t: &&Ticket| directory.community_at(&t.place).is_some_and(|c| c.id == community.id);
    let late: Vec<&Ticket> = late.iter().filter(here).collect();
    let rows: Vec<Args> = late.iter().take(LISTED).map(|t| desk.ticket_args(t, false)).collect();
    let args = args! {community: community.name.as_str(), total: late.len(), rows: rows};
    (!late.is_empty()).then_some(args)
}
