//! The audit: what was done in the console, by whom and when, newest first. It only looks.

use std::{collections::BTreeMap, sync::Arc};

use axum::{
    Extension,
    extract::{Query, State},
    http::StatusCode,
    response::Response,
    routing::get,
};
use minijinja::{Value, context};
use serde::Deserialize;

use super::{Access, Console, Method, Route, guard::Signed};
use crate::{
    app::accounts::AccountFault,
    domain::account::{AccountId, AuditNote, Right},
    store::console::AuditRow,
};

pub(super) const PATH: &str = "/console/audit";

pub(super) const ROUTES: &[Route] = &[Route {
    method: Method::Get,
    path: PATH,
    access: Access::Needs(Right::ReadAudit),
    handler: || get(show),
}];

/// Rows on one page.
const ROWS: usize = 50;

#[derive(Deserialize)]
struct Which {
    before: Option<i64>,
}

async fn show(
    State(console): State<Arc<Console>>,
    Extension(signed): Extension<Signed>,
    Query(which): Query<Which>,
) -> Response {
    match page(&console, which.before).await {
        Ok(values) => console.page(StatusCode::OK, &signed, PATH, "audit.html", values),
        Err(fault) => console.pages.fault(&fault),
    }
}

async fn page(console: &Console, before: Option<i64>) -> Result<Value, AccountFault> {
    let mut rows = console.app.store.audit_before(before.unwrap_or(i64::MAX), ROWS + 1).await?;
    let more = rows.len() > ROWS;
    rows.truncate(ROWS);
    let older = if more { rows.last().map(|row| row.seq) } else { None };
    let accounts = console.app.accounts.all().await?;
    let names: BTreeMap<_, _> = accounts.iter().map(|account| (account.id, account.name.as_str())).collect();
    let rows: Vec<_> = rows.iter().map(|row| line(row, &names)).collect();
    Ok(context! { rows, older, first => before.is_none() })
}

fn line(row: &AuditRow, names: &BTreeMap<AccountId, &str>) -> Value {
    // What a newer version wrote is still a row, only with less to say.
    let note: AuditNote = serde_json::from_str(&row.body).unwrap_or_default();
    let civil = row.at.civil();
    context! {
        seq => row.seq,
        date => civil.date().to_string(),
        time => format!("{:02}:{:02}:{:02}", civil.hour(), civil.minute(), civil.second()),
        kind => row.kind.as_str(),
        by => note.by.and_then(|id| names.get(&id).copied()),
        // What was looked at is in its own words; an account is named.
        subject => note.what.as_ref().map(|what| what.as_str()).or(names.get(&AccountId(row.subject)).copied()),
        post => note.post.map(|post| post.code()),
        address => note.address,
        reason => note.reason.as_ref().map(|reason| reason.as_str()),
    }
}
