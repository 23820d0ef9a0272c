//! 周报: one week beside the week before, by day and by category, as bars within tables.

use std::sync::Arc;

use axum::{
    Extension,
    extract::{Query, State},
    http::StatusCode,
    response::Response,
};
use minijinja::{Value, context};
use serde::Deserialize;

use super::{
    super::{Console, guard::Signed, page::Trouble},
    WEEKLY, last_moment, overview, table,
};
use crate::{
    app::ledger::LedgerError,
    domain::{
        directory::CommunityId,
        ledger::{Figures, Filter, Named, Reach},
        moment::Date,
    },
};

#[derive(Deserialize)]
pub(super) struct Week {
    /// Any day of it; nothing: the last whole week.
    #[serde(default)]
    day: String,
    #[serde(default)]
    community: String,
}

pub(super) async fn show(
    State(console): State<Arc<Console>>,
    Extension(signed): Extension<Signed>,
    Query(week): Query<Week>,
) -> Response {
    let ledgers = &console.app.ledgers;
    let named = match week.day.as_str() {
        "" => Named::week_of(ledgers.now().date()).map(Named::before),
        typed => typed.parse::<Date>().ok().and_then(Named::week_of),
    };
    let community = match week.community.as_str() {
        "" => Some(None),
        typed => typed
            .parse()
            .ok()
            .map(CommunityId)
            .filter(|id| ledgers.directory().community(*id).is_some())
            .map(Some),
    };
    match (named, community) {
        (Some(named @ Named::Week(monday)), Some(community)) => {
            console.seen(console.weekly(&signed, named, monday, community).await)
        }
        _unreadable => console.pages.trouble(Trouble::Unreadable),
    }
}

impl Console {
    async fn weekly(
        &self,
        signed: &Signed,
        week: Named,
        monday: Date,
        community: Option<CommunityId>,
    ) -> Result<Response, LedgerError> {
        let ledgers = &self.app.ledgers;
        let directory = ledgers.directory();
        let of = |named: Named| Filter { community, ..named.filter(Reach::All) };
        let filter = of(week);
        let figures = ledgers.figures(filter.clone()).await?;
        let before = ledgers.figures(of(week.before())).await?;
        let communities: Vec<Value> = directory
            .communities
            .iter()
            .map(|c| context! { id => c.id.0, name => c.name.as_str() })
            .collect();
        let sunday = week.days().1.unwrap_or(monday);
        let next = sunday.tomorrow().ok().filter(|day| *day <= ledgers.now().date());
        let values = context! {
            period => ledgers.words().period((filter.since, last_moment(&filter))),
            day => monday.to_string(), until => sunday.to_string(),
            community => community.map(|c| c.0), communities,
            previous => monday.yesterday().ok().map(|day| day.to_string()), next => next.map(|day| day.to_string()),
            running => sunday >= ledgers.now().date(),
            figures => table::figures(&figures), before => table::figures(&before),
            days => days(&figures, monday),
            categories => overview::bars(overview::categories(&figures, ledgers.taxonomy())),
        };
        Ok(self.page(StatusCode::OK, signed, WEEKLY, "ledger/weekly.html", values))
    }
}

/// All seven days, also those on which nothing came.
fn days(figures: &Figures, monday: Date) -> Vec<Value> {
    let longest = figures.by_day.values().map(|day| day.received).max().unwrap_or(0);
    let row = |day: Date| {
        let counted = figures.by_day.get(&day).copied().unwrap_or_default();
        context! {
            month => day.month(), day => day.day(), weekday => day.weekday().to_monday_zero_offset(),
            count => counted.received, closed => counted.closed,
            width => overview::width(counted.received, longest),
            closed_width => overview::width(counted.closed, longest),
        }
    };
    std::iter::successors(Some(monday), |day| day.tomorrow().ok()).take(7).map(row).collect()
}
