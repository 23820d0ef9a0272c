//! What the service works by: the organisation, the working calendar, the limits, and the lists of what is offered. People and buildings can be taken in as
//! tables; the rest of the organisation comes by `lianxin org import`, calendar and limits are data files.

mod calendar;
mod import;
mod limits;
mod lists;
mod organisation;

use axum::{
    extract::DefaultBodyLimit,
    routing::{get, post},
};

use super::{Access, Method, Route};
use crate::domain::account::Right;

pub(super) const ORGANISATION: &str = "/console/organisation";
pub(super) const CALENDAR: &str = "/console/calendar";
pub(super) const LIMITS: &str = "/console/limits";
pub(super) const LISTS: &str = "/console/lists";

/// 派单表 as a file.
const ROUTE_FILE: &str = "/console/organisation/routes.csv";

/// Everybody at work as a file.
const PEOPLE_FILE: &str = "/console/organisation/people.csv";

/// Where files and their rows are sent.
pub(super) const UPLOADS: [&str; 2] = ["/console/organisation/import", "/console/organisation/confirm"];
pub(super) use import::FILE_BYTES;

const MANAGE: Access = Access::Needs(Right::ManageOrganisation);
const VIEW: Access = Access::Needs(Right::ViewLedger);

#[rustfmt::skip]
pub(super) const ROUTES: &[Route] = &[
    Route { method: Method::Get, path: ORGANISATION, access: VIEW, handler: || get(organisation::show) },
    Route { method: Method::Post, path: UPLOADS[0], access: MANAGE, handler: || post(import::preview).layer(DefaultBodyLimit::max(FILE_BYTES)) },
    Route { method: Method::Post, path: UPLOADS[1], access: MANAGE, handler: || post(import::confirm).layer(DefaultBodyLimit::max(3 * FILE_BYTES)) },
    Route { method: Method::Get, path: ROUTE_FILE, access: VIEW, handler: || get(import::routes) },
    Route { method: Method::Get, path: PEOPLE_FILE, access: MANAGE, handler: || get(import::people) },
    Route { method: Method::Get, path: CALENDAR, access: VIEW, handler: || get(calendar::show) },
    Route { method: Method::Get, path: LIMITS, access: VIEW, handler: || get(limits::show) },
    Route { method: Method::Get, path: LISTS, access: VIEW, handler: || get(lists::show) },
];
