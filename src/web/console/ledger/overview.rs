//! 总览: the three rates, and tickets by month, category and state, as bars within tables.

use std::sync::Arc;

use axum::{
    Extension,
    extract::{Query, State},
    http::StatusCode,
    response::Response,
};
use minijinja::{Value, context};

use super::{
    super::{Console, guard::Signed, page::Trouble},
    OVERVIEW, Which, form, last_moment, table,
};
use crate::{
    app::ledger::LedgerError,
    domain::{
        category::{Category, Taxonomy},
        directory::Directory,
        fund::Fund,
        ledger::{Figures, Filter, Reach},
        moment::{Date, Moment},
        money::Fen,
        project::{Project, ProjectState},
        ticket::{Channel, TicketState},
        words::masked,
    },
    sheet::SheetWords,
};

/// Months told of when nobody says which.
const MONTHS: i32 = 12;

pub(super) async fn show(
    State(console): State<Arc<Console>>,
    Extension(signed): Extension<Signed>,
    Query(which): Query<Which>,
) -> Response {
    let ledgers = &console.app.ledgers;
    let (now, directory) = (ledgers.now(), ledgers.directory());
    let filter = match (&which.from, &which.to) {
        (None, None) => {
            let chosen = which.filter(&directory, now);
            chosen.map(|chosen| Filter { since: year_back(now).since, ..chosen })
        }
        (_, _) => which.filter(&directory, now),
    };
    match filter {
        Some(filter) => console.seen(console.overview(&signed, filter).await),
        None => console.pages.trouble(Trouble::Unreadable),
    }
}

/// From the first day of the month eleven months ago.
fn year_back(now: Moment) -> Filter {
    let month = i32::from(now.year()) * 12 + i32::from(now.month()) - MONTHS;
    let first = Date::new(month.div_euclid(12) as i16, (month.rem_euclid(12) + 1) as i8, 1);
    Filter::days(first.ok(), None)
}

impl Console {
    async fn overview(&self, signed: &Signed, filter: Filter) -> Result<Response, LedgerError> {
        let ledgers = &self.app.ledgers;
        let directory = ledgers.directory();
        let figures = ledgers.figures(filter.clone()).await?;
        let categories = categories(&figures, ledgers.taxonomy());
        let states =
            figures.by_state.iter().map(|(s, n)| (ledgers.words().state(*s).to_owned(), s.code(), *n));
        let period = ledgers.words().period((filter.since, last_moment(&filter)));
        let excluded: Vec<Value> = figures
            .excluded
            .iter()
            .map(|(state, count): (&TicketState, &u64)| {
                context! { name => ledgers.words().state(*state), count }
            })
            .collect();
        let levels = figures
            .settled_at
            .iter()
            .map(|(level, n)| {
                let name = directory.ladder.label(*level).unwrap_or_else(|| ledgers.words().level(*level));
                (name.to_owned(), level.code(), *n)
            })
            .collect();
        let reach = filter.community.map_or(Reach::All, Reach::Community);
        let funds = ledgers.funds(&reach, ledgers.now().year()).await?;
        let funds: Vec<Value> = funds.iter().map(|fund| books(fund, &directory)).collect();
        let projects: Vec<Value> = self
            .app
            .store
            .projects()
            .await?
            .iter()
            .filter(|project| filter.community.is_none_or(|id| project.community == id))
            .map(|project| works(project, &directory))
            .collect();
        let values = context! {
            projects, funds, year => ledgers.now().year(),
            channels => channels(&figures, ledgers.words()), levels => bars(levels), period, figures => table::figures(&figures), form => form(self, &filter, &directory), excluded,
            meetings => figures.meetings.iter().map(|(kind, count)| context! { name => kind, count }).collect::<Vec<_>>(),
            months => months(&figures), categories => bars(categories), states => bars(states.collect()),
        };
        Ok(self.page(StatusCode::OK, signed, OVERVIEW, "ledger/overview.html", values))
    }
}

/// 诉说方式, where somebody said something face to face.
fn channels(figures: &Figures, words: &SheetWords) -> Vec<Value> {
    let count = |channel: Channel| figures.by_channel.get(&channel).copied().unwrap_or(0);
    if count(Channel::OnSite) == 0 {
        return vec![];
    }
    let row = |channel: &Channel| context! { name => words.channel(*channel), count => count(*channel) };
    Channel::ALL.iter().map(row).collect()
}

/// One project: the tickets that led to it are linked.
fn works(project: &Project, directory: &Directory) -> Value {
    context! {
        id => project.id.to_string(), name => project.name.as_str(), done => project.state == ProjectState::Done,
        community => directory.community(project.community).map_or("", |c| c.name.as_str()),
        opened => project.opened_at.date().to_string(), tickets => project.tickets.iter().map(ToString::to_string).collect::<Vec<_>>(),
        last => project.steps.last().map(|step| context! { at => step.at.date().to_string(), text => masked(step.text.as_str()) }),
    }
}

/// 网格经费 of one grid.
fn books(fund: &Fund, directory: &Directory) -> Value {
    let balance = fund.balance();
    context! {
        grid => directory.grid(fund.id.grid).map_or("", |grid| grid.name.as_str()), yearly => fund.yearly.to_string(),
        spent => fund.spent().to_string(), count => fund.count(), balance => balance.to_string(), over => balance < Fen(0),
        waiting => fund.waiting().count(),
    }
}

/// Categories by name and code, the most frequent first.
pub(super) fn categories(figures: &Figures, taxonomy: &Taxonomy) -> Vec<(String, &'static str, u64)> {
    let name = |category: Category| taxonomy.subs.get(category.code()).map_or("", |sub| &sub.name).to_owned();
    let mut categories: Vec<_> = figures.by_category.iter().map(|(c, n)| (name(*c), c.code(), *n)).collect();
    categories.sort_by_key(|(_, _, count)| std::cmp::Reverse(*count));
    categories
}

/// Rows with a bar each, as long as its share of the longest.
pub(super) fn bars(rows: Vec<(String, &'static str, u64)>) -> Vec<Value> {
    let longest = rows.iter().map(|(_, _, count)| *count).max().unwrap_or(0);
    let row = |(name, code, count): (String, &'static str, u64)| {
        context! { name, code, count, width => width(count, longest) }
    };
    rows.into_iter().map(row).collect()
}

fn months(figures: &Figures) -> Vec<Value> {
    let longest = figures.by_month.values().map(|month| month.received).max().unwrap_or(0);
    let row = |((year, month), counted): (&(i16, i8), &crate::domain::ledger::Month)| {
        context! {
            year, month, count => counted.received, closed => counted.closed,
            width => width(counted.received, longest), closed_width => width(counted.closed, longest),
        }
    };
    figures.by_month.iter().map(row).collect()
}

/// In hundredths of the longest; whatever there is can be seen.
pub(super) fn width(count: u64, longest: u64) -> u64 {
    if count == 0 { 0 } else { (count * 100 / longest.max(1)).max(1) }
}
