//! The dictionary's pages that look: words and try-out, versions, golden sentences, and what waits for a person:
//! suggestions and unknown places. What changes anything is posted to `drafting`.

use std::sync::Arc;

use axum::{
    Extension,
    extract::{Query, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use minijinja::{Value, context};
use serde::Deserialize;

use super::{Access, Console, Method, Route, guard::Signed, page::Trouble};
use crate::{
    domain::{
        account::Right,
        category::{Category, SubCode, Taxonomy},
        command::CommandWords,
        dictionary::{Edit, EditBook, trial::TryOut, write_edit, write_edits},
        problem::chain,
        ticket_no::TicketNo,
    },
    workshop::{Desk, Scope, WorkshopError},
};

pub(super) const PATH: &str = "/console/dictionary";
pub(super) const VERSIONS: &str = "/console/dictionary/versions";
pub(super) const GOLDEN: &str = "/console/dictionary/golden";
pub(super) const QUEUE: &str = "/console/dictionary/queue";

const ACCESS: Access = Access::Needs(Right::ViewDictionary);

pub(super) const ROUTES: &[Route] = &[
    Route { method: Method::Get, path: PATH, access: ACCESS, handler: || get(show) },
    Route { method: Method::Get, path: "/console/dictionary/try", access: ACCESS, handler: || get(tried) },
    Route { method: Method::Get, path: VERSIONS, access: ACCESS, handler: || get(versions) },
    Route { method: Method::Get, path: GOLDEN, access: ACCESS, handler: || get(golden) },
    Route { method: Method::Get, path: QUEUE, access: ACCESS, handler: || get(queue) },
    Route {
        method: Method::Get,
        path: "/console/dictionary/export",
        access: ACCESS,
        handler: || get(export),
    },
];

/// Words on one page.
const ROWS: usize = 60;
/// Versions and unknown places on one page.
const LISTED: usize = 200;

/// What a page needs of the address.
#[derive(Deserialize)]
struct Asked {
    #[serde(default)]
    text: String,
    #[serde(default)]
    search: String,
    #[serde(default)]
    category: String,
    #[serde(default)]
    page: usize,
    #[serde(default)]
    no: String,
}

async fn show(
    State(console): State<Arc<Console>>,
    Extension(signed): Extension<Signed>,
    Query(asked): Query<Asked>,
) -> Response {
    match words(&console, &asked).await {
        Ok(values) => console.page(StatusCode::OK, &signed, PATH, "dictionary.html", values),
        Err(fault) => console.workshop_fault(&fault),
    }
}

async fn words(console: &Console, asked: &Asked) -> Result<Value, WorkshopError> {
    let desk = console.app.workshop.desk().await?;
    let lexicon = desk.lexicon();
    let taxonomy = lexicon.taxonomy();
    let search = asked.search.trim();
    let fits = |(term, code, _, _): &(&str, &SubCode, f32, bool)| {
        let in_category = asked.category.is_empty() || code.category().code() == asked.category;
        in_category
            && (search.is_empty() || term.contains(search) || class_name(taxonomy, code).contains(search))
    };
    let all = lexicon.entries().filter(fits).count();
    let rows: Vec<Value> = lexicon
        .entries()
        .filter(fits)
        .skip(asked.page * ROWS)
        .take(ROWS)
        .map(|(term, code, weight, decides)| {
            let edited = desk.book().iter().any(|edit| edit.words() == term);
            context! {
                term, code => code.as_str(), name => class_name(taxonomy, code), decides, edited,
                weight => format!("{weight:+}")
            }
        })
        .collect();
    let digits = asked.no.trim().trim_start_matches(|c: char| c.is_ascii_alphabetic());
    let explained = match TicketNo::from_digits(digits) {
        Some(no) => console.app.workshop.explain(no).await?.map(|tried| tried_value(&tried, taxonomy)),
        None => None,
    };
    Ok(context! {
        rows, all, search, category => asked.category.as_str(), page => asked.page, explained, no => asked.no.as_str(),
        more => all > (asked.page + 1) * ROWS, text => asked.text.as_str(), size => lexicon.size(),
        version => desk.standing.live, draft => desk.draft.is_some(), hash => lexicon.hash(),
        categories => categories(taxonomy), classes => classes(taxonomy),
        tried => try_values(console, &asked.text).await?
    })
}

/// The sub-categories for a choice.
pub(super) fn classes(taxonomy: &Taxonomy) -> Vec<Value> {
    let subs = taxonomy.subs.values();
    subs.map(|sub| context! { code => sub.code.as_str(), name => sub.name.as_str() }).collect()
}

fn categories(taxonomy: &Taxonomy) -> Vec<Value> {
    let named =
        Category::ALL.iter().map(|category| (category.code(), taxonomy.get(&SubCode::new(category.code()))));
    named.map(|(code, sub)| context! { code, name => sub.map(|sub| sub.name.as_str()) }).collect()
}

pub(super) fn class_name(taxonomy: &Taxonomy, code: &SubCode) -> String {
    taxonomy.get(code).map_or_else(|| code.as_str().to_owned(), |sub| sub.name.clone())
}

/// The try-out alone, as one types.
async fn tried(State(console): State<Arc<Console>>, Query(asked): Query<Asked>) -> Response {
    match try_values(&console, &asked.text).await {
        Ok(tried) => console.pages.part("tried.html", context! { tried }),
        Err(fault) => console.workshop_fault(&fault),
    }
}

async fn try_values(console: &Console, text: &str) -> Result<Option<Value>, WorkshopError> {
    if text.trim().is_empty() {
        return Ok(None);
    }
    let (live, draft) = console.app.workshop.sentence(text).await?;
    let desk = console.app.workshop.desk().await?;
    let taxonomy = desk.live.taxonomy();
    let changed = draft.as_ref().is_some_and(|draft| draft.code != live.code || draft.act != live.act);
    Ok(Some(context! {
        live => tried_value(&live, taxonomy), changed,
        draft => draft.map(|draft| tried_value(&draft, taxonomy))
    }))
}

fn tried_value(tried: &TryOut, taxonomy: &Taxonomy) -> Value {
    let matches: Vec<Value> = tried
        .matches
        .iter()
        .map(|one| {
            context! {
                term => one.term.as_str(), name => class_name(taxonomy, &one.code), weight => format!("{:+.1}", one.weight),
                slip => one.corrected, learnt => one.learnt
            }
        })
        .collect();
    let ranking = tried.ranking.iter().map(|(code, score)| {
        context! { name => class_name(taxonomy, code), score => format!("{score:+.1}") }
    });
    context! {
        normal => tried.normal.as_str(), cut => tried.cut.clone(), matches, name => class_name(taxonomy, &tried.code),
        ranking => ranking.collect::<Vec<Value>>(), sure => format!("{:.0}", tried.confidence * 100.0),
        act => tried.act.code(), urgency => tried.urgency.code(), places => tried.places.clone()
    }
}

async fn versions(State(console): State<Arc<Console>>, Extension(signed): Extension<Signed>) -> Response {
    match version_rows(&console).await {
        Ok(values) => console.page(StatusCode::OK, &signed, VERSIONS, "versions.html", values),
        Err(fault) => console.workshop_fault(&fault),
    }
}

pub(super) async fn version_rows(console: &Console) -> Result<Value, WorkshopError> {
    let store = console.app.workshop.store();
    let desk = console.app.workshop.desk().await?;
    let mut rows = vec![];
    for version in store.versions(LISTED).await? {
        let before = version.no.saturating_sub(1);
        let (now, then) = (book(console, version.no).await?, book(console, before).await?);
        let civil = version.at.civil();
        rows.push(context! {
            no => version.no, name => version.author.name, reason => version.reason, hash => version.hash,
            back_to => version.back_to, missed => version.golden_missed,
            date => civil.date().to_string(), time => format!("{:02}:{:02}", civil.hour(), civil.minute()),
            difference => difference(&now, &then, desk.live.commands()), live => version.no == desk.standing.live
        });
    }
    Ok(context! { rows, live => desk.standing.live, draft => desk.draft.is_some() })
}

async fn book(console: &Console, version: u32) -> Result<EditBook, WorkshopError> {
    let sealed = console.app.workshop.store().edits_of(version).await?.unwrap_or_default();
    sealed.open().map_err(|error| WorkshopError::Stored(error.to_string()))
}

/// The lines that one book has and the other has not.
pub(super) fn difference(now: &EditBook, then: &EditBook, words: &CommandWords) -> Vec<Value> {
    let difference = now.diff(then);
    let line = |sign: &'static str| move |edit: &&Edit| context! { sign, line => write_edit(edit, words) };
    let removed = difference.removed.iter().take(LISTED).map(line("−"));
    removed.chain(difference.added.iter().take(LISTED).map(line("+"))).collect()
}

async fn golden(State(console): State<Arc<Console>>, Extension(signed): Extension<Signed>) -> Response {
    match golden_rows(&console).await {
        Ok(values) => console.page(StatusCode::OK, &signed, GOLDEN, "golden.html", values),
        Err(fault) => console.workshop_fault(&fault),
    }
}

pub(super) async fn golden_rows(console: &Console) -> Result<Value, WorkshopError> {
    let desk: Desk = console.app.workshop.desk().await?;
    let taxonomy = desk.live.taxonomy().clone();
    let own = console.app.workshop.store().golden().await?;
    let (all, misses) = console.app.workshop.golden_run().await?;
    let wanted = |code: Option<&SubCode>| code.map(|code| class_name(&taxonomy, code));
    let missed = misses.iter().map(|miss| {
        context! {
            text => miss.golden.text.as_str(), wanted => wanted(miss.golden.code.as_ref()), got => class_name(&taxonomy, &miss.code)
        }
    });
    let missed: Vec<Value> = missed.collect();
    let own: Vec<Value> = own
        .iter()
        .map(|one| context! { text => one.text.as_str(), wanted => wanted(one.code.as_ref()) })
        .collect();
    Ok(
        context! { missed, own, all => all.len(), draft => desk.draft.is_some(), classes => classes(&taxonomy) },
    )
}

async fn queue(State(console): State<Arc<Console>>, Extension(signed): Extension<Signed>) -> Response {
    match queue_rows(&console).await {
        Ok(values) => console.page(StatusCode::OK, &signed, QUEUE, "queue.html", values),
        Err(fault) => console.workshop_fault(&fault),
    }
}

pub(super) async fn queue_rows(console: &Console) -> Result<Value, WorkshopError> {
    let workshop = &console.app.workshop;
    let desk = workshop.desk().await?;
    let taxonomy = desk.live.taxonomy();
    let suggestions = workshop.suggest(Scope { days: 180, most: 20_000, ..Scope::PATIENT }).await?;
    let suggestions: Vec<Value> = suggestions
        .iter()
        .map(|one| {
            let code = match &one.edit {
                Edit::Term { code, .. } => class_name(taxonomy, code),
                Edit::Stop { .. } | Edit::Place { .. } | Edit::Slip { .. } => String::new(),
            };
            context! {
                line => write_edit(&one.edit, desk.live.commands()), words => one.edit.words(), name => code,
                right => one.right, wrong => one.wrong, mends => one.mends, examples => one.examples.clone()
            }
        })
        .collect();
    let places: Vec<Value> = workshop
        .store()
        .unknown_places(LISTED)
        .await?
        .iter()
        .map(|place| context! { name => place.name.as_str(), seen => place.seen, ticket => place.ticket.to_string() })
        .collect();
    let estates: Vec<String> = desk.live.estates().iter().map(|estate| estate.name.clone()).collect();
    Ok(context! { suggestions, places, estates })
}

/// The edits of the draft, or of the live version, as the file that `dict import` and the paste box take.
async fn export(State(console): State<Arc<Console>>) -> Response {
    match console.app.workshop.desk().await {
        Ok(desk) => {
            let text = write_edits(desk.book(), desk.live.commands());
            let name = format!("attachment; filename=\"lianxin-dictionary-{}.txt\"", desk.standing.live);
            (
                [
                    (header::CONTENT_TYPE, "text/plain; charset=utf-8".to_owned()),
                    (header::CONTENT_DISPOSITION, name),
                ],
                text,
            )
                .into_response()
        }
        Err(fault) => console.workshop_fault(&fault),
    }
}

impl Console {
    /// Something of ours failed: the log knows what, the page only that.
    pub(super) fn workshop_fault(&self, fault: &WorkshopError) -> Response {
        tracing::error!(error = chain(fault), "dictionary page failed");
        self.pages.trouble(Trouble::Failed)
    }
}
