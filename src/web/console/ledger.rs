//! Tickets: the ledger with its figures and files, one ticket with its history and the moves that are open to whoever looks,
//! its slip on paper, what waits for somebody, the search, and the overview. What is personal is hidden unless a post may see
//! it and says why; what changes a ticket is said as by chat (`act`), nothing is decided here.

mod act;
mod agenda;
mod overview;
mod search;
mod slip;
mod table;
mod ticket;
mod weekly;

use axum::{
    response::Response,
    routing::{get, post},
};
use minijinja::{Value, context};
use serde::Deserialize;

use super::{Access, Console, Method, Route};
use crate::{
    app::ledger::LedgerError,
    domain::{
        account::Right,
        category::Category,
        directory::{CommunityId, Directory},
        ledger::{Filter, LedgerRow, Ratio, Slice},
        moment::{Date, Moment},
        whistle::Summoned,
    },
    sheet::SheetWords,
};

pub(super) const OVERVIEW: &str = "/console/overview";
pub(super) const LEDGER: &str = "/console/ledger";
pub(super) const WEEKLY: &str = "/console/weekly";
pub(super) const AGENDA: &str = "/console/agenda";
pub(super) const SEARCH: &str = "/console/search";
const TICKETS: &str = "/console/tickets";

const VIEW: Access = Access::Needs(Right::ViewLedger);
const PERSONAL: Access = Access::Needs(Right::SeePersonal);

#[rustfmt::skip]
pub(super) const ROUTES: &[Route] = &[
    Route { method: Method::Get, path: OVERVIEW, access: VIEW, handler: || get(overview::show) },
    Route { method: Method::Get, path: WEEKLY, access: VIEW, handler: || get(weekly::show) },
    Route { method: Method::Get, path: AGENDA, access: VIEW, handler: || get(agenda::show) },
    Route { method: Method::Get, path: LEDGER, access: VIEW, handler: || get(table::show) },
    Route { method: Method::Post, path: "/console/ledger/export", access: VIEW, handler: || post(table::export) },
    Route { method: Method::Post, path: "/console/ledger/export-plain", access: PERSONAL, handler: || post(table::export_plain) },
    Route { method: Method::Get, path: SEARCH, access: VIEW, handler: || get(search::show) },
    Route { method: Method::Get, path: "/console/tickets/{id}", access: VIEW, handler: || get(ticket::show) },
    Route { method: Method::Post, path: "/console/tickets/{id}/act", access: VIEW, handler: || post(act::act) },
    Route { method: Method::Get, path: "/console/tickets/{id}/slip", access: VIEW, handler: || get(slip::show) },
    Route { method: Method::Post, path: "/console/tickets/{id}/slip", access: PERSONAL, handler: || post(slip::show_plain) },
    Route { method: Method::Post, path: "/console/tickets/{id}/plain", access: PERSONAL, handler: || post(ticket::show_plain) },
];

/// What a form of filters says. Nothing at all: this month.
#[derive(Debug, Clone, Default, Deserialize)]
struct Which {
    from: Option<String>,
    to: Option<String>,
    #[serde(default)]
    community: String,
    #[serde(default)]
    category: String,
    #[serde(default)]
    only: String,
}

/// Which page of a list.
#[derive(Debug, Clone, Copy, Deserialize)]
struct Older {
    before: Option<i64>,
}

impl Which {
    /// The filter meant; `None` for what no form of ours sends.
    fn filter(&self, directory: &Directory, now: Moment) -> Option<Filter> {
        let day = |typed: &Option<String>| match typed.as_deref().map_or("", str::trim) {
            "" => Some(None),
            typed => typed.parse::<Date>().ok().map(Some),
        };
        let period = match (&self.from, &self.to) {
            (None, None) => Filter::month_of(now),
            (from, to) => Filter::days(day(from)?, day(to)?),
        };
        let community = match self.community.as_str() {
            "" => None,
            typed => Some(directory.community(CommunityId(typed.parse().ok()?))?.id),
        };
        let category = match self.category.as_str() {
            "" => None,
            code => Some(Category::from_code(code)?),
        };
        let slice = match self.only.as_str() {
            "" => None,
            code => Some(Slice::from_code(code)?),
        };
        Some(Filter { community, category, slice, ..period })
    }
}

/// The fields of the form as a filter has them, and what may be chosen.
fn form(console: &Console, filter: &Filter, directory: &Directory) -> Value {
    let ledgers = &console.app.ledgers;
    let date = |at: Option<Moment>| at.map_or_else(String::new, |at| at.date().to_string());
    let name = |code: &str| ledgers.taxonomy().subs.get(code).map_or("", |sub| &sub.name).to_owned();
    let communities: Vec<Value> =
        directory.communities.iter().map(|c| context! { id => c.id.0, name => c.name.as_str() }).collect();
    let categories: Vec<Value> =
        Category::ALL.iter().map(|c| context! { code => c.code(), name => name(c.code()) }).collect();
    let slices: Vec<Value> = Slice::ALL
        .iter()
        .map(|slice| context! { code => slice.code(), name => ledgers.words().slice(*slice) })
        .collect();
    context! {
        from => date(filter.since), to => date(last_moment(filter)),
        community => filter.community.map(|c| c.0), category => filter.category.map(|c| c.code()),
        only => filter.slice.map(|slice| slice.code()), communities, categories, slices,
    }
}

/// The last moment that is within.
fn last_moment(filter: &Filter) -> Option<Moment> {
    filter.until.map(|until| until.plus_minutes(-1))
}

/// 33.3% and what it is a share of.
fn ratio(ratio: Ratio) -> Value {
    let percent = ratio.permille().map(|permille| format!("{}.{}%", permille / 10, permille % 10));
    context! { percent, of => ratio.of, all => ratio.all }
}

/// A row in words.
fn row(row: &LedgerRow, words: &SheetWords) -> Value {
    let time = |at: Option<Moment>| at.map(|at| at.to_string());
    context! {
        no => row.no.to_string(), received => row.received_at.to_string(), source => words.source(row.source),
        kind => words.kind(row.kind), category => row.category.as_str(), subcategory => row.subcategory.as_str(),
        urgency => row.urgency.code(), urgent => words.urgency(row.urgency), community => row.community.as_str(),
        place => words.place(&row.place), problem => row.problem.as_deref(), private => words.private(),
        owner => row.owner.as_ref().map(|owner| words.owner(owner)), measure => row.measure.as_deref(),
        due => time(row.due_at), state => words.state(row.state), open => row.state.is_open(),
        overdue => row.overdue, households => row.households, reopened => row.reopened,
        rating => row.rating.map(|rating| words.rating(rating)), closed => time(row.closed_at),
    }
}

/// Whom a whistle calls in: a department by its name.
fn summoned(directory: &Directory, summoned: Summoned) -> Value {
    match summoned {
        Summoned::Department(id) => context! { name => directory.department(id).map(|d| d.name.as_str()) },
        Summoned::Property { .. } => context! { property => true },
    }
}

impl Console {
    /// The answer, or the page that says that something failed.
    pub(super) fn seen(&self, made: Result<Response, LedgerError>) -> Response {
        made.unwrap_or_else(|fault| self.pages.fault(&fault))
    }
}
