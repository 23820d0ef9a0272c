//! Edits as text, out and in: the lines that chat and command line know too.

use std::sync::Arc;

use axum::{
    Extension, Form,
    extract::{Query, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use minijinja::{Value, context};
use serde::Deserialize;

use super::{
    super::{Console, guard::Signed, page::Notice, redirect},
    DRAFT, TEXT,
    shapes::Names,
};
use crate::{
    domain::{
        dictionary::{Edit, Tuning, parse_edits, write_edits},
        problem::Problem,
    },
    workshop::{Desk, WorkshopError},
};

/// Problems shown.
const SHOWN: usize = 100;
/// Beyond this the page does not give the text back.
const KEPT: usize = 256 * 1024;

#[derive(Default, Deserialize)]
pub(super) struct Which {
    #[serde(default)]
    which: String,
}

#[derive(Deserialize)]
pub(super) struct Pasted {
    #[serde(default)]
    text: String,
}

pub(super) async fn show(
    State(console): State<Arc<Console>>,
    Extension(signed): Extension<Signed>,
) -> Response {
    console.told(async { console.text(&signed, StatusCode::OK, None, &[], "").await }.await)
}

pub(super) async fn export(
    State(console): State<Arc<Console>>,
    Extension(_): Extension<Signed>,
    Query(which): Query<Which>,
) -> Response {
    console.told(
        async {
            let desk = console.app.workshop.desk().await?;
            let draft = desk.draft.as_ref().filter(|_| which.which == "draft");
            let (book, name) = match draft {
                Some((book, _)) => (book.clone(), "draft".to_owned()),
                None => (desk.live_book.clone(), format!("v{}", desk.standing.live)),
            };
            let words = desk.live.clone();
            let text = tokio::task::spawn_blocking(move || write_edits(&book, words.commands())).await?;
            let disposition = format!("attachment; filename=\"lianxin-dictionary-{name}.txt\"");
            let headers = [
                (header::CONTENT_TYPE, "text/plain; charset=utf-8".to_owned()),
                (header::CONTENT_DISPOSITION, disposition),
            ];
            Ok((headers, text).into_response())
        }
        .await,
    )
}

pub(super) async fn import(
    State(console): State<Arc<Console>>,
    Extension(signed): Extension<Signed>,
    Form(pasted): Form<Pasted>,
) -> Response {
    console.told(
        async {
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            let desk = console.app.workshop.desk().await?;
            let edits = match console.edits(&pasted.text, &desk) {
                Ok(edits) if edits.is_empty() => {
                    let notice = Some(console.pages.told("nothing_pasted"));
                    return console.text(&signed, status, notice, &[], &pasted.text).await;
                }
                Ok(edits) => edits,
                Err(problems) => {
                    return console.text(&signed, status, None, &problems, &pasted.text).await;
                }
            };
            let (_, obstacle) = console.tune(&signed, Tuning::Put(edits)).await?;
            match console.not_made(obstacle) {
                None => Ok(redirect(&format!("{DRAFT}?done=imported"))),
                notice => console.text(&signed, status, notice, &[], &pasted.text).await,
            }
        }
        .await,
    )
}

impl Console {
    /// The edits of a pasted text, or every line of it that is wrong.
    fn edits(&self, text: &str, desk: &Desk) -> Result<Vec<Edit>, Vec<Problem>> {
        let (taxonomy, words) = (desk.live.taxonomy(), desk.live.commands());
        let edits = parse_edits("", text, taxonomy, words, |fault| self.explain(fault, desk))?;
        let wrong = |(line, edit): &(usize, Edit)| {
            Some(Problem::new("", *line, desk.lexicon().check_edit(edit).err()?))
        };
        let problems: Vec<Problem> = edits.iter().filter_map(wrong).collect();
        if problems.is_empty() {
            Ok(edits.into_iter().map(|(_, edit)| edit).collect())
        } else {
            Err(problems)
        }
    }

    async fn text(
        &self,
        signed: &Signed,
        status: StatusCode,
        notice: Option<Notice>,
        problems: &[Problem],
        pasted: &str,
    ) -> Result<Response, WorkshopError> {
        let desk = self.app.workshop.desk().await?;
        let lines: Vec<&str> = pasted.trim_start_matches('\u{feff}').lines().collect();
        let row = |problem: &Problem| {
            let said = problem.line.checked_sub(1).and_then(|at| lines.get(at)).copied();
            context! { line => problem.line, said, why => problem.text.as_str() }
        };
        let rows: Vec<Value> = problems.iter().take(SHOWN).map(row).collect();
        let example: Vec<Value> =
            desk.book().iter().take(3).map(|edit| Names::of(&desk).edit(edit)).collect();
        let pasted = if pasted.len() <= KEPT { pasted } else { "" };
        let values = context! { notice, rows, wrong => problems.len(), pasted, example };
        Ok(self.dictionary_page(status, signed, &desk, TEXT, "dictionary/text.html", values))
    }
}
