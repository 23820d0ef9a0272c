//! The draft: what it changes, what that would do, and what becomes of it.

use std::sync::Arc;

use axum::{
    Extension, Form,
    extract::{Query, State},
    http::StatusCode,
    response::Response,
};
use minijinja::{Value, context};
use serde::Deserialize;

use super::{
    super::{Console, entrance::After, guard::Signed, page::Notice, redirect},
    DRAFT, VERSIONS,
    shapes::Names,
};
use crate::{
    domain::dictionary::{Edit, Tuning},
    workshop::{Desk, Scope, WorkshopError},
};

/// Differences and sentences shown.
const SHOWN: usize = 200;
const SENTENCES: usize = 20;

#[derive(Deserialize)]
pub(super) struct Line {
    #[serde(default)]
    line: String,
}

#[derive(Deserialize)]
pub(super) struct Reason {
    #[serde(default)]
    reason: String,
    despite_golden: Option<String>,
}

pub(super) async fn show(
    State(console): State<Arc<Console>>,
    Extension(signed): Extension<Signed>,
    Query(after): Query<After>,
) -> Response {
    let notice = console.pages.done(after.done.as_deref());
    console.told(async { console.draft(&signed, StatusCode::OK, notice, "").await }.await)
}

pub(super) async fn take_back(
    State(console): State<Arc<Console>>,
    Extension(signed): Extension<Signed>,
    Form(field): Form<Line>,
) -> Response {
    console.told(
        async {
            let desk = console.app.workshop.desk().await?;
            let key = match console.edit_line(&field.line, &desk) {
                Ok(edit) => edit.key(),
                Err(why) => {
                    let notice = Some(Notice::bad(why));
                    return console.draft(&signed, StatusCode::UNPROCESSABLE_ENTITY, notice, "").await;
                }
            };
            // What the live version has under the same key counts again, not what the files say.
            let tuning = match desk.live_book.get(&key) {
                Some(live) => Tuning::Put(vec![live.clone()]),
                None => Tuning::Drop(vec![key]),
            };
            console.after(&signed, tuning, "draft_taken_back").await
        }
        .await,
    )
}

pub(super) async fn discard(
    State(console): State<Arc<Console>>,
    Extension(signed): Extension<Signed>,
) -> Response {
    console.told(async { console.after(&signed, Tuning::Discard, "draft_discarded").await }.await)
}

pub(super) async fn publish(
    State(console): State<Arc<Console>>,
    Extension(signed): Extension<Signed>,
    Form(field): Form<Reason>,
) -> Response {
    console.told(
        async {
            let reason = field.reason.trim().to_owned();
            let despite_golden = field.despite_golden.is_some();
            let tuning = Tuning::Publish { reason: reason.clone(), despite_golden };
            let (trial, obstacle) = console.tune(&signed, tuning).await?;
            match console.not_made(obstacle) {
                None => Ok(redirect(&format!("{VERSIONS}/{}?done=live", trial.live + 1))),
                notice => console.draft(&signed, StatusCode::UNPROCESSABLE_ENTITY, notice, &reason).await,
            }
        }
        .await,
    )
}

impl Console {
    /// Makes a change of the draft; then the draft again, with what became of it.
    async fn after(&self, signed: &Signed, tuning: Tuning, done: &str) -> Result<Response, WorkshopError> {
        let (_, obstacle) = self.tune(signed, tuning).await?;
        match self.not_made(obstacle) {
            None => Ok(redirect(&format!("{DRAFT}?done={done}"))),
            notice => self.draft(signed, StatusCode::UNPROCESSABLE_ENTITY, notice, "").await,
        }
    }

    async fn draft(
        &self,
        signed: &Signed,
        status: StatusCode,
        notice: Option<Notice>,
        reason: &str,
    ) -> Result<Response, WorkshopError> {
        let desk = self.app.workshop.desk().await?;
        let names = Names::of(&desk);
        let mut values = context! { notice, reason };
        if desk.draft.is_some() {
            let publish = Tuning::Publish { reason: String::new(), despite_golden: false };
            let trial = self.app.workshop.trial(&publish, Scope::CHAT, None).await?;
            let trial = names.trial(&trial, SENTENCES);
            values = context! { trial, rows => differences(&desk, names), ..values };
        }
        Ok(self.dictionary_page(status, signed, &desk, DRAFT, "dictionary/draft.html", values))
    }
}

fn differences(desk: &Desk, names: Names<'_>) -> Vec<Value> {
    rows(desk.book().diff(&desk.live_book).pairs(), names)
}

/// Differences for a table: as it was, as it is.
pub(super) fn rows<'e>(
    pairs: impl Iterator<Item = (Option<&'e Edit>, Option<&'e Edit>)>,
    names: Names<'_>,
) -> Vec<Value> {
    let row = |(was, is): (Option<&Edit>, Option<&Edit>)| {
        context! { was => was.map(|edit| names.edit(edit)), is => is.map(|edit| names.edit(edit)) }
    };
    pairs.take(SHOWN).map(row).collect()
}
