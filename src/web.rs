//! HTTP: all routes on one screen, limits, and the listener. What a route does stands in its own file.

pub mod bridge;
pub mod console;
pub mod health;
pub mod listener;
pub mod simulator;
pub mod webhook;

use std::sync::Arc;

use axum::{
    Router,
    extract::DefaultBodyLimit,
    routing::{get, post},
};

use crate::app::App;

/// Largest body taken in: the platform's are a few KiB, encrypted and doubled.
pub const BODY_BYTES: usize = 256 * 1024;

/// Where the doors are.
#[derive(Debug, Clone)]
pub struct Paths {
    /// The public account's callback.
    pub account: String,
    /// The gateway's door.
    pub bridge: Option<String>,
    /// Whether `/metrics` is served here.
    pub metrics: bool,
}

/// The routes of the service.
pub fn router(app: Arc<App>, paths: &Paths) -> Router {
    let mut router = Router::new()
        .route(&paths.account, get(webhook::verify).post(webhook::receive))
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready));
    if let Some(bridge) = &paths.bridge {
        router = router
            .route(bridge, post(bridge::receive))
            .route(&format!("{bridge}/outbox"), get(bridge::outbox));
    }
    if paths.metrics {
        router = router.route("/metrics", get(health::metrics));
    }
    router.layer(DefaultBodyLimit::max(BODY_BYTES)).with_state(app)
}

/// The routes of the operator's listener.
pub fn admin_router(app: Arc<App>) -> Router {
    Router::new().route("/metrics", get(health::metrics)).with_state(app)
}
