//! One's own password.

use std::sync::Arc;

use axum::{
    Extension, Form,
    extract::State,
    http::StatusCode,
    response::Response,
    routing::{get, post},
};
use minijinja::context;
use serde::Deserialize;

use super::{
    Access, Console, LOGIN, Method, Route,
    guard::{Signed, Visit, with_cookie},
    redirect,
};
use crate::domain::account::{Password, Refusal};

pub(super) const PATH: &str = "/console/password";

pub(super) const ROUTES: &[Route] = &[
    Route { method: Method::Get, path: PATH, access: Access::SignedIn, handler: || get(show) },
    Route { method: Method::Post, path: PATH, access: Access::SignedIn, handler: || post(change) },
];

#[derive(Deserialize)]
struct Fields {
    #[serde(default)]
    old: String,
    #[serde(default)]
    new: String,
    #[serde(default)]
    again: String,
}

async fn show(State(console): State<Arc<Console>>, Extension(signed): Extension<Signed>) -> Response {
    page(&console, &signed, None)
}

async fn change(
    State(console): State<Arc<Console>>,
    Extension(signed): Extension<Signed>,
    Extension(visit): Extension<Visit>,
    Form(fields): Form<Fields>,
) -> Response {
    if fields.new != fields.again {
        return page(&console, &signed, Some(Refusal::PasswordsDiffer));
    }
    let accounts = &console.app.accounts;
    match accounts.change_password(&signed.account, fields.old, fields.new, &visit.address).await {
        // All sessions have ended, this one too.
        Ok(Ok(())) => with_cookie(redirect(&format!("{LOGIN}?done=own_password")), &console.door, None),
        Ok(Err(refusal)) => page(&console, &signed, Some(refusal)),
        Err(fault) => console.pages.fault(&fault),
    }
}

fn page(console: &Console, signed: &Signed, refusal: Option<Refusal>) -> Response {
    let status = if refusal.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let notice = refusal.map(|refusal| console.pages.refused(refusal));
    let values = context! { notice, shortest => Password::SHORTEST };
    console.page(status, signed, PATH, "password.html", values)
}
