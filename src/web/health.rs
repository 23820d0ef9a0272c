//! For whoever watches over the service: alive, ready, figures. Nothing personal is among them.

use std::{
    fmt::Write,
    sync::{Arc, atomic::Ordering::Relaxed},
    time::Duration,
};

use axum::{
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};

use crate::app::App;

/// Readiness is asked often; a store that needs longer is not ready.
const READY_WITHIN: Duration = Duration::from_secs(2);

/// The process answers.
pub async fn alive() -> &'static str {
    "ok"
}

/// The store takes writes.
pub async fn ready(State(app): State<Arc<App>>) -> Response {
    match tokio::time::timeout(READY_WITHIN, app.store.ping()).await {
        Ok(Ok(())) => "ready".into_response(),
        Ok(Err(_)) | Err(_) => (StatusCode::SERVICE_UNAVAILABLE, "not ready").into_response(),
    }
}

/// Prometheus text.
pub async fn metrics(State(app): State<Arc<App>>) -> Response {
    let (doors, store) = (&app.figures, app.store.figures());
    let counters = [
        ("deliveries_accepted_total", "Verified deliveries.", &doors.accepted),
        ("deliveries_refused_total", "Deliveries refused at the door.", &doors.refused),
        ("deliveries_skewed_total", "Deliveries signed more than five minutes off.", &doors.skewed),
        ("deliveries_late_total", "Deliveries not committed within 4.5 s.", &doors.late),
        ("not_recorded_total", "Answers that said nothing was recorded.", &doors.not_recorded),
        ("webhook_duplicates_total", "Deliveries answered from their stored reply.", &store.repeated),
        ("turns_total", "Turns decided and committed.", &store.turns),
        ("turns_failed_total", "Turns that failed.", &store.failed),
        ("commits_total", "Database commits.", &store.commits),
        ("tickets_created_total", "Turns that opened a ticket.", &store.tickets),
    ];
    let mut text = String::new();
    for (name, help, counter) in counters {
        // Writing to a string cannot fail.
        let _ = writeln!(
            text,
            "# HELP lianxin_{name} {help}\n# TYPE lianxin_{name} counter\nlianxin_{name} {}",
            counter.load(Relaxed)
        );
    }
    let database = std::fs::metadata(app.store.path()).map_or(0, |m| m.len());
    let version = env!("CARGO_PKG_VERSION");
    let _ = writeln!(
        text,
        "# HELP lianxin_db_size_bytes Size of the database file.\n# TYPE lianxin_db_size_bytes gauge\n\
         lianxin_db_size_bytes {database}\n# HELP lianxin_build_info Version.\n# TYPE lianxin_build_info gauge\n\
         lianxin_build_info{{version=\"{version}\"}} 1"
    );
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], text).into_response()
}
