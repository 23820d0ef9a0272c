//! The first page: who one is here, and what one may do.

use std::sync::Arc;

use axum::{Extension, extract::State, http::StatusCode, response::Response, routing::get};
use minijinja::context;

use super::{Access, Console, Entry, HOME, MENU, Method, Route, guard::Signed};
use crate::domain::account::Right;

pub(super) const ROUTES: &[Route] =
    &[Route { method: Method::Get, path: HOME, access: Access::SignedIn, handler: || get(show) }];

async fn show(State(console): State<Arc<Console>>, Extension(signed): Extension<Signed>) -> Response {
    let page_of = |right: Right| MENU.iter().find(|entry: &&Entry| entry.access == Access::Needs(right));
    let rights: Vec<_> = signed
        .account
        .post
        .rights()
        .iter()
        .map(|right| context! { code => right.code(), path => page_of(*right).map(|entry| entry.path) })
        .collect();
    let office = console.app.office.name.as_str();
    let login_at = signed.account.login_at.map(|at| at.to_string());
    let values = context! { rights, office, login_at };
    console.page(StatusCode::OK, &signed, HOME, "home.html", values)
}
