//! Signing in and out.

use std::sync::Arc;

use axum::{
    Extension, Form,
    extract::{Query, State},
    http::StatusCode,
    response::Response,
    routing::{get, post},
};
use minijinja::context;
use serde::Deserialize;

use super::{
    Access, Console, HOME, LOGIN, Method, Route,
    guard::{Signed, Visit, with_cookie},
    redirect,
};
use crate::app::accounts::{Key, Login};

pub(super) const ROUTES: &[Route] = &[
    Route { method: Method::Get, path: LOGIN, access: Access::Anyone, handler: || get(show) },
    Route { method: Method::Post, path: LOGIN, access: Access::Anyone, handler: || post(enter) },
    Route {
        method: Method::Post,
        path: "/console/logout",
        access: Access::SignedIn,
        handler: || post(leave),
    },
];

#[derive(Deserialize)]
pub(super) struct After {
    pub(super) done: Option<String>,
}

#[derive(Deserialize)]
struct Fields {
    #[serde(default)]
    name: String,
    #[serde(default)]
    password: String,
}

async fn show(
    State(console): State<Arc<Console>>,
    Extension(visit): Extension<Visit>,
    Query(after): Query<After>,
) -> Response {
    if let Some(key) = &visit.key
        && let Ok(Some(_)) = console.app.accounts.session(key).await
    {
        return redirect(HOME);
    }
    // A form needs a key for its token before there is a session; signing in gives another one.
    let key = visit.key.unwrap_or_else(Key::fresh);
    let notice = console.pages.done(after.done.as_deref());
    with_cookie(page(&console, StatusCode::OK, &key, "", context! { notice }), &console.door, Some(&key))
}

async fn enter(
    State(console): State<Arc<Console>>,
    Extension(visit): Extension<Visit>,
    Form(fields): Form<Fields>,
) -> Response {
    // The guard has seen a token, so there is a key.
    let old = visit.key.unwrap_or_else(Key::fresh);
    match console.app.accounts.login(&fields.name, fields.password, &visit.address).await {
        Ok(Login::Welcome(key)) => with_cookie(redirect(HOME), &console.door, Some(&key)),
        Ok(Login::Wrong) => {
            page(&console, StatusCode::UNAUTHORIZED, &old, &fields.name, context! { wrong => true })
        }
        Ok(Login::Locked) => {
            page(&console, StatusCode::TOO_MANY_REQUESTS, &old, &fields.name, context! { locked => true })
        }
        Err(fault) => console.pages.fault(&fault),
    }
}

async fn leave(State(console): State<Arc<Console>>, Extension(signed): Extension<Signed>) -> Response {
    match console.app.accounts.logout(signed.account.id, &signed.key).await {
        Ok(()) => with_cookie(redirect(&format!("{LOGIN}?done=logout")), &console.door, None),
        Err(fault) => console.pages.fault(&fault),
    }
}

fn page(console: &Console, status: StatusCode, key: &Key, name: &str, values: minijinja::Value) -> Response {
    let demo = console
        .door
        .demo
        .as_ref()
        .map(|demo| context! { name => demo.name.as_str(), password => demo.password.as_str() });
    console.pages.plain(status, "login.html", Some(key), context! { name, demo, ..values })
}
