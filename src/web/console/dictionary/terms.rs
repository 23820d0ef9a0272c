//! The terms: what the dictionaries know, shipped and changed, to be searched and turned over.

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
    super::{Console, guard::Signed},
    PATH,
    shapes::{Names, weight},
};
use crate::{
    domain::{
        category::{Category, SubCode},
        dictionary::{Edit, EditKey},
    },
    workshop::Desk,
};

/// Rows on one page.
const ROWS: usize = 50;

/// Where a row comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Origin {
    Shipped,
    Changed,
    Stopped,
}

#[derive(Default, Deserialize)]
pub(super) struct Search {
    #[serde(default)]
    q: String,
    #[serde(default)]
    category: String,
    #[serde(default)]
    origin: String,
    #[serde(default)]
    page: usize,
}

/// A term of the lexicon, or an edit that is none.
struct Row<'d> {
    words: &'d str,
    said: Option<(&'d SubCode, f32, bool)>,
    edit: Option<&'d Edit>,
}

impl Row<'_> {
    fn origin(&self) -> Origin {
        match self.edit {
            None => Origin::Shipped,
            Some(Edit::Stop { .. }) => Origin::Stopped,
            Some(Edit::Term { .. } | Edit::Place { .. } | Edit::Slip { .. }) => Origin::Changed,
        }
    }
}

pub(super) async fn show(
    State(console): State<Arc<Console>>,
    Extension(signed): Extension<Signed>,
    Query(search): Query<Search>,
) -> Response {
    console.told(
        async {
            let desk = console.app.workshop.desk().await?;
            let values = found(&desk, &search);
            Ok(console.dictionary_page(StatusCode::OK, &signed, &desk, PATH, "dictionary/terms.html", values))
        }
        .await,
    )
}

fn found(desk: &Desk, search: &Search) -> Value {
    let names = Names::of(desk);
    let wanted = search.q.trim();
    let category = Category::from_code(&search.category);
    let book = desk.book();
    let others = book.iter().filter(|edit| !matches!(edit, Edit::Term { .. }));
    let others = others.map(|edit| Row { words: edit.words(), said: None, edit: Some(edit) });
    let terms = desk.lexicon().entries().map(|(words, code, weight, decides)| Row {
        words,
        said: Some((code, weight, decides)),
        edit: if book.is_empty() { None } else { book.get(&EditKey::Term(words.to_owned(), code.clone())) },
    });
    let fits = |row: &Row<'_>| {
        let class = |(code, _, _): &(&SubCode, f32, bool)| {
            names.name(code).contains(wanted) || code.as_str().contains(wanted)
        };
        let within = category.is_none_or(|c| row.said.is_some_and(|(code, _, _)| code.category() == c));
        let from = match search.origin.as_str() {
            "shipped" => row.origin() == Origin::Shipped,
            "changed" => row.origin() == Origin::Changed,
            "stopped" => row.origin() == Origin::Stopped,
            _ => true,
        };
        within && from && (row.words.contains(wanted) || row.said.as_ref().is_some_and(class))
    };
    let mut rows: Vec<Row<'_>> = others.chain(terms).filter(fits).collect();
    // What people changed stands above what was shipped.
    rows.sort_by_key(|row| row.edit.is_none());
    let pages = rows.len().div_ceil(ROWS).max(1);
    let page = search.page.clamp(1, pages);
    let shown: Vec<Value> =
        rows.iter().skip((page - 1) * ROWS).take(ROWS).map(|row| line(row, desk, names)).collect();
    let categories: Vec<Value> =
        Category::ALL.iter().map(|c| context! { code => c.code(), name => names.category(*c) }).collect();
    context! {
        rows => shown, total => rows.len(), page, pages, categories, q => wanted, category => search.category.as_str(),
        origin => search.origin.as_str(),
    }
}

fn line(row: &Row<'_>, desk: &Desk, names: Names<'_>) -> Value {
    let waits = row.edit.is_some_and(|edit| desk.live_book.get(&edit.key()) != Some(edit));
    let edit = row.edit.map(|edit| names.edit(edit));
    let origin = match row.origin() {
        Origin::Shipped => "shipped",
        Origin::Changed => "changed",
        Origin::Stopped => "stopped",
    };
    match row.said {
        Some((code, said, decides)) => context! {
            words => row.words, class => names.class(code), weight => weight(said), decides, edit, origin, waits,
        },
        None => context! { words => row.words, edit, origin, waits },
    }
}
