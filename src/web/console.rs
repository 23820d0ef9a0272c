//! The console: its routes as data, its menu as data, and who is let in. One file below for each group of pages, beside
//! its templates; adding a group is a file, a row in `GROUPS` and a row in `MENU`. No rules about accounts (those are
//! `domain/account`), no SQL, no passwords (those are `app/accounts`).

mod accounts;
mod audit;
mod dictionary;
mod entrance;
mod errands;
mod guard;
mod home;
mod ledger;
mod office;
mod page;
mod password;
mod upload;
mod wording;

use std::{net::IpAddr, sync::Arc};

use axum::{
    Router,
    http::{StatusCode, header},
    middleware,
    response::{IntoResponse, Response},
    routing::{MethodRouter, any, get},
};

use crate::{
    app::App,
    domain::{
        account::{Account, Right},
        problem::Problem,
        words::silent_debug,
    },
};
use page::Pages;
pub use wording::Wording;

/// Where signing in is done.
const LOGIN: &str = "/console/login";
/// The first page.
const HOME: &str = "/console/";

/// Who is let in to a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Whoever comes.
    Anyone,
    /// Whoever is signed in.
    SignedIn,
    /// Whose post has this right.
    Needs(Right),
}

impl Access {
    fn admits(self, account: &Account) -> bool {
        match self {
            Self::Anyone | Self::SignedIn => true,
            Self::Needs(right) => account.post.may(right),
        }
    }
}

/// A method that routes have; everything but GET is guarded against forgery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Looks.
    Get,
    /// Changes.
    Post,
}

/// One route.
pub struct Route {
    /// Its method.
    pub method: Method,
    /// Its path.
    pub path: &'static str,
    /// Who is let in.
    pub access: Access,
    handler: fn() -> MethodRouter<Arc<Console>>,
}

/// One line of the menu.
struct Entry {
    /// Its page.
    path: &'static str,
    /// Its name in `[pages]` of `dictionaries/console.toml`.
    name: &'static str,
    /// Who sees it.
    access: Access,
}

/// The routes of all groups of pages.
const GROUPS: &[&[Route]] = &[
    ASSETS,
    entrance::ROUTES,
    home::ROUTES,
    errands::ROUTES,
    ledger::ROUTES,
    office::ROUTES,
    dictionary::ROUTES,
    accounts::ROUTES,
    audit::ROUTES,
    password::ROUTES,
];

/// The menu, in its order.
const MENU: &[Entry] = &[
    Entry { path: HOME, name: "home", access: Access::SignedIn },
    Entry { path: errands::PATH, name: "errands", access: Access::SignedIn },
    Entry { path: ledger::OVERVIEW, name: "overview", access: Access::Needs(Right::ViewLedger) },
    Entry { path: ledger::AGENDA, name: "agenda", access: Access::Needs(Right::ViewLedger) },
    Entry { path: ledger::WEEKLY, name: "weekly", access: Access::Needs(Right::ViewLedger) },
    Entry { path: ledger::LEDGER, name: "ledger", access: Access::Needs(Right::ViewLedger) },
    Entry { path: ledger::SEARCH, name: "search", access: Access::Needs(Right::ViewLedger) },
    Entry { path: dictionary::PATH, name: "dictionary", access: Access::Needs(Right::ViewDictionary) },
    Entry { path: office::ORGANISATION, name: "organisation", access: Access::Needs(Right::ViewLedger) },
    Entry { path: office::CALENDAR, name: "calendar", access: Access::Needs(Right::ViewLedger) },
    Entry { path: office::LIMITS, name: "limits", access: Access::Needs(Right::ViewLedger) },
    Entry { path: office::LISTS, name: "lists", access: Access::Needs(Right::ViewLedger) },
    Entry { path: accounts::PATH, name: "accounts", access: Access::Needs(Right::ManageAccounts) },
    Entry { path: audit::PATH, name: "audit", access: Access::Needs(Right::ReadAudit) },
    Entry { path: password::PATH, name: "password", access: Access::SignedIn },
];

const ASSETS: &[Route] = &[
    Route {
        method: Method::Get,
        path: "/console/assets/console.css",
        access: Access::Anyone,
        handler: || get(|| async { asset("text/css; charset=utf-8", include_str!("console/console.css")) }),
    },
    Route {
        method: Method::Get,
        path: "/console/assets/console.js",
        access: Access::Anyone,
        handler: || {
            get(|| async { asset("text/javascript; charset=utf-8", include_str!("console/console.js")) })
        },
    },
];

/// How the console is reached.
#[derive(Debug, Clone, Default)]
pub struct Door {
    /// A proxy whose `X-Forwarded-For` is believed.
    pub proxy: Option<IpAddr>,
    /// Only in a demo: the account that the sign-in page tells, over plain HTTP.
    pub demo: Option<DemoAccount>,
}

/// An account of an invented world; everybody who sees the demo may have it.
#[derive(Clone)]
pub struct DemoAccount {
    /// Its name.
    pub name: String,
    /// Its password.
    pub password: String,
}

silent_debug! { DemoAccount Console }

/// What the console's routes share.
pub struct Console {
    app: Arc<App>,
    door: Door,
    pages: Pages,
    runs: dictionary::Runs,
}

/// Every route, for whoever checks them all.
pub fn routes() -> impl Iterator<Item = &'static Route> {
    GROUPS.iter().flat_map(|group| group.iter())
}

/// The console's routes; fails when a template or a wording is wrong.
pub fn router(app: Arc<App>, door: Door) -> Result<Router, Vec<Problem>> {
    let console = Arc::new(Console { app, door, pages: Pages::load()?, runs: dictionary::Runs::default() });
    let mut router = Router::new();
    for route in routes() {
        let admitted = middleware::from_fn_with_state((console.clone(), route.access), guard::admit);
        router = router.route(route.path, (route.handler)().route_layer(admitted));
    }
    let nowhere = || any(guard::nowhere);
    router = router.route("/console", get(|| async { redirect(HOME) }));
    router = router.route("/console/{*rest}", nowhere());
    let watched = middleware::from_fn_with_state(console.clone(), guard::watch);
    Ok(router.layer(watched).with_state(console))
}

fn asset(kind: &'static str, text: &'static str) -> Response {
    ([(header::CONTENT_TYPE, kind)], text).into_response()
}

/// See the page there instead.
fn redirect(to: &str) -> Response {
    (StatusCode::SEE_OTHER, [(header::LOCATION, to)]).into_response()
}
