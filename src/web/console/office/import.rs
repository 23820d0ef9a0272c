//! A table of people, buildings or routes: shown with all that it would change and every row that cannot stand, and only then, when
//! somebody says so, taken in. What a table may say is `store/organisation/table`'s to judge; it is judged again when it is taken in.

use std::sync::Arc;

use axum::{
    Extension, Form,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use minijinja::{Value, context};
use serde::Deserialize;

use super::{
    super::{Console, guard::Signed, page::Trouble, upload},
    ORGANISATION,
};
use crate::{
    app::organisation::Taken,
    sheet::read::{self, NoTable},
    store::{
        StoreError,
        organisation::{BadRow, Change, Plan, TableKind},
    },
};

/// Of a file, and of the form that sends its rows again.
pub(in crate::web::console) const FILE_BYTES: usize = 2 * 1024 * 1024;

/// Changes and bad rows shown at most.
const SHOWN: usize = 300;

/// A table that was shown and is to be taken in.
#[derive(Deserialize)]
pub(super) struct Confirmed {
    kind: String,
    rows: String,
    /// The version of the organisation that it was shown with.
    version: i64,
}

pub(super) async fn preview(
    State(console): State<Arc<Console>>,
    Extension(signed): Extension<Signed>,
    headers: HeaderMap,
    bytes: Bytes,
) -> Response {
    let Some(parts) = upload::parts(&headers, &bytes) else {
        return console.pages.trouble(Trouble::Unreadable);
    };
    let part = |name: &str| parts.iter().find(|part| part.name == name).map(|part| part.bytes);
    let kind = part("kind").and_then(|code| TableKind::from_code(std::str::from_utf8(code).ok()?));
    let (Some(kind), Some(file)) = (kind, part("file")) else {
        return console.pages.trouble(Trouble::Unreadable);
    };
    match read::rows(file) {
        Ok(rows) => console.previewed(&signed, kind, &rows, None).await,
        Err(fault) => {
            let code = match fault {
                NoTable::Unreadable => "table_unreadable",
                NoTable::TooLong => "table_too_long",
                NoTable::Empty => "table_empty",
            };
            console
                .organisation(&signed, StatusCode::UNPROCESSABLE_ENTITY, Some(console.pages.told(code)))
                .await
        }
    }
}

pub(super) async fn confirm(
    State(console): State<Arc<Console>>,
    Extension(signed): Extension<Signed>,
    Form(confirmed): Form<Confirmed>,
) -> Response {
    let kind = TableKind::from_code(&confirmed.kind);
    let (Some(kind), Ok(rows)) = (kind, read::rows(confirmed.rows.as_bytes())) else {
        return console.pages.trouble(Trouble::Unreadable);
    };
    let taken = console.app.take_table(signed.account.id, kind, &rows, confirmed.version).await;
    match taken {
        Ok(Taken::In) => {
            console
                .organisation(&signed, StatusCode::OK, console.pages.done(Some("organisation_changed")))
                .await
        }
        Ok(Taken::Not) => console.previewed(&signed, kind, &rows, Some("organisation_moved")).await,
        Err(error) => console.pages.fault(&error),
    }
}

impl Console {
    async fn previewed(
        &self,
        signed: &Signed,
        kind: TableKind,
        rows: &[Vec<String>],
        hindrance: Option<&str>,
    ) -> Response {
        match self.app.plan_table(kind, rows).await {
            Ok(Some((plan, version))) => {
                let notice = hindrance.map(|code| self.pages.told(code));
                let fine = plan.bad.is_empty() && hindrance.is_none();
                let status = if fine { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
                let moved = match self.app.store.would_change(plan.organisation.clone()).await {
                    Ok(would) => would.moved,
                    Err(error) => return self.fault_of(&error),
                };
                let values = context! { notice, version, moved, kind => kind.code(), ..shown(&plan, rows) };
                self.page(status, signed, ORGANISATION, "office/import.html", values)
            }
            Ok(None) => {
                let notice = Some(self.pages.told("no_organisation"));
                self.organisation(signed, StatusCode::UNPROCESSABLE_ENTITY, notice).await
            }
            Err(error) => self.fault_of(&error),
        }
    }

    /// A table to be kept; an empty one before there is an organisation.
    fn table_file(&self, name: &'static str, file: Result<Option<String>, StoreError>) -> Response {
        match file {
            Ok(file) => {
                let headers =
                    [(header::CONTENT_TYPE, "text/csv; charset=utf-8"), (header::CONTENT_DISPOSITION, name)];
                (headers, file.unwrap_or_default()).into_response()
            }
            Err(error) => self.fault_of(&error),
        }
    }

    fn fault_of(&self, error: &StoreError) -> Response {
        self.pages.fault(error)
    }
}

/// 派单表 as a file: what is changed there can be taken in again.
pub(super) async fn routes(State(console): State<Arc<Console>>) -> Response {
    console.table_file("attachment; filename=\"routes.csv\"", console.app.route_file().await)
}

/// Everybody at work as a file, likewise.
pub(super) async fn people(State(console): State<Arc<Console>>) -> Response {
    console.table_file("attachment; filename=\"people.csv\"", console.app.people_file().await)
}

fn shown(plan: &Plan, rows: &[Vec<String>]) -> Value {
    let bad = |bad: &BadRow| {
        context! { row => bad.row, code => bad.fault.code(), said => bad.said.as_str(), known => bad.known.clone() }
    };
    let change = |change: &Change| {
        context! {
            row => change.row, name => change.name.as_str(), before => change.before.as_str(),
            after => change.after.as_str(),
        }
    };
    context! {
        bad => plan.bad.iter().take(SHOWN).map(bad).collect::<Vec<_>>(), bad_all => plan.bad.len(),
        changes => plan.changes.iter().take(SHOWN).map(change).collect::<Vec<_>>(),
        changes_all => plan.changes.len(), same => plan.same, rows => read::as_text(rows),
    }
}
