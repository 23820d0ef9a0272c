//! The versions: who published what, when and why; what differs; and the way back.

use std::sync::Arc;

use axum::{
    Extension, Form,
    extract::{Path, Query, State},
    http::StatusCode,
    response::Response,
};
use minijinja::{Value, context};
use serde::Deserialize;

use super::{
    super::{
        Console,
        guard::Signed,
        page::{Notice, Trouble},
        redirect,
    },
    VERSIONS, draft,
    shapes::{self, Names},
};
use crate::{
    domain::dictionary::{EditBook, Tuning, Version},
    workshop::WorkshopError,
};

/// Versions listed.
const LISTED: usize = 500;

#[derive(Deserialize)]
pub(super) struct Which {
    #[serde(default)]
    with: String,
    done: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Back {
    to: Option<u32>,
    #[serde(default)]
    reason: String,
}

pub(super) async fn list(
    State(console): State<Arc<Console>>,
    Extension(signed): Extension<Signed>,
) -> Response {
    console.told(
        async {
            let desk = console.app.workshop.desk().await?;
            let versions = console.app.store.versions(LISTED).await?;
            let rows: Vec<Value> = versions.iter().map(shapes::version).collect();
            let shipped = desk.live.with_edits(&EditBook::default()).map(|bare| bare.hash().to_owned()).ok();
            let values = context! { rows, shipped };
            Ok(console.dictionary_page(
                StatusCode::OK,
                &signed,
                &desk,
                VERSIONS,
                "dictionary/versions.html",
                values,
            ))
        }
        .await,
    )
}

pub(super) async fn one(
    State(console): State<Arc<Console>>,
    Extension(signed): Extension<Signed>,
    Path(no): Path<u32>,
    Query(which): Query<Which>,
) -> Response {
    let done = which.done.as_deref() == Some("live");
    // Before the shipped one there is none to compare it with.
    let with_live = which.with == "live" || no == 0;
    console
        .told(async { console.version(&signed, StatusCode::OK, no, with_live, done, None, "").await }.await)
}

pub(super) async fn roll_back(
    State(console): State<Arc<Console>>,
    Extension(signed): Extension<Signed>,
    Form(back): Form<Back>,
) -> Response {
    console.told(
        async {
            let Some(to) = back.to else { return Ok(console.pages.trouble(Trouble::Unreadable)) };
            let reason = back.reason.trim().to_owned();
            let tuning = Tuning::Rollback { to, reason: reason.clone() };
            let (trial, obstacle) = console.tune(&signed, tuning).await?;
            match console.not_made(obstacle) {
                None => Ok(redirect(&format!("{VERSIONS}/{}?done=live", trial.live + 1))),
                notice => {
                    let status = StatusCode::UNPROCESSABLE_ENTITY;
                    console.version(&signed, status, to, true, false, notice, &reason).await
                }
            }
        }
        .await,
    )
}

impl Console {
    #[allow(clippy::too_many_arguments, reason = "one page, after each of its forms")]
    async fn version(
        &self,
        signed: &Signed,
        status: StatusCode,
        no: u32,
        with_live: bool,
        done: bool,
        notice: Option<Notice>,
        reason: &str,
    ) -> Result<Response, WorkshopError> {
        let desk = self.app.workshop.desk().await?;
        let Some(book) = self.app.workshop.book(no).await? else {
            return Ok(self.pages.trouble(Trouble::Nowhere));
        };
        let versions: Vec<Version> = self.app.store.versions(LISTED).await?;
        let version = versions.iter().find(|version| version.no == no).map(shapes::version);
        let before = if with_live { desk.standing.live } else { no.saturating_sub(1) };
        let other = self.app.workshop.book(before).await?.unwrap_or_default();
        // Against the live version it is told what going back would do; against the one before, what it brought.
        let difference = book.diff(&other);
        let rows = draft::rows(difference.pairs(), Names::of(&desk));
        let live = no == desk.standing.live;
        let values = context! {
            notice, no, version, before, with_live, rows, live, done => done && live, reason, edits => book.len(),
        };
        Ok(self.dictionary_page(status, signed, &desk, VERSIONS, "dictionary/version.html", values))
    }
}
