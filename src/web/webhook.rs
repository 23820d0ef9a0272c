//! The public account's callback: one message's path, in order, in one function. Nothing is acknowledged before its
//! COMMIT; what is not committed in time is answered with nothing, so that the platform delivers it again.

use crate::domain::problem::chain;
use std::{
    sync::{Arc, atomic::Ordering::Relaxed},
    time::Duration,
};

use axum::{
    body::Bytes,
    extract::{Query, State, rejection::QueryRejection},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};

use super::listener::HangUp;
use crate::{
    app::{App, random},
    channel::{
        WireError,
        official_account::{Query as CallbackQuery, Raw, ReplyTo},
    },
    domain::{
        effect::{Line, args},
        reply_key::ReplyKey,
    },
    store::{StoreError, organisation::PUBLIC_ACCOUNT},
};

/// The platform cuts the connection after five seconds; what is not committed by now cannot be answered in time.
const ANSWER_WITHIN: Duration = Duration::from_millis(4500);
/// Held this long, so that the platform has given up before the connection closes and shows no fault notice.
const HOLD_UNTIL: Duration = Duration::from_secs(6);
/// Signing times further off than this are counted and logged, never refused: a retry repeats the first one's.
const SKEW_SECONDS: i64 = 300;

/// GET: the console's URL verification.
pub async fn verify(
    State(app): State<Arc<App>>,
    query: Result<Query<CallbackQuery>, QueryRejection>,
) -> Response {
    let Ok(Query(query)) = query else { return refused(&app, &WireError::Parameter("query")) };
    match app.account.verify_url(&query) {
        Ok(echo) => ([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], echo.to_owned()).into_response(),
        Err(error) => refused(&app, &error),
    }
}

/// POST: one delivery.
pub async fn receive(
    State(app): State<Arc<App>>,
    query: Result<Query<CallbackQuery>, QueryRejection>,
    body: Bytes,
) -> Response {
    let started = tokio::time::Instant::now();
    // 1–3. Verify, decrypt, read.
    let Ok(Query(query)) = query else { return refused(&app, &WireError::Parameter("query")) };
    let delivery = match app.account.open(Raw { query: &query, body: &body }) {
        Ok(delivery) => delivery,
        Err(error) => return refused(&app, &error),
    };
    let mut inbound = delivery.inbound;
    PUBLIC_ACCOUNT.clone_into(&mut inbound.key.account);
    app.figures.accepted.fetch_add(1, Relaxed);
    let skew = app.clock.now().seconds() - delivery.signed_at;
    if skew.abs() > SKEW_SECONDS {
        app.figures.skewed.fetch_add(1, Relaxed);
        tracing::info!(skew_seconds = skew, "signing time is off");
    }
    // 4–5. Understand, decide, commit.
    let committed = tokio::time::timeout_at(started + ANSWER_WITHIN, app.hear(inbound, "")).await;
    // 6. Render, encrypt, respond.
    match committed {
        Ok(Ok(answer)) => reply(&app, &delivery.reply_to, &answer.reply, answer.at.seconds()),
        Ok(Err(error)) => not_recorded(&app, &delivery.reply_to, &error),
        Err(_elapsed) => {
            app.figures.late.fetch_add(1, Relaxed);
            tracing::warn!("not committed within 4.5 s; the retry will collect the reply");
            tokio::time::sleep_until(started + HOLD_UNTIL).await;
            HangUp.into_response()
        }
    }
}

fn reply(app: &App, to: &ReplyTo, text: &str, create_time: i64) -> Response {
    let body = app.account.reply(to, text, create_time, random());
    ([(header::CONTENT_TYPE, "application/xml; charset=utf-8")], body).into_response()
}

/// Storage is down: the resident is told that nothing was kept, and whom to phone. Nothing stands under the key, so a
/// later retry is decided afresh.
fn not_recorded(app: &App, to: &ReplyTo, error: &StoreError) -> Response {
    app.figures.not_recorded.fetch_add(1, Relaxed);
    tracing::error!(error = chain(error), "message not recorded");
    let now = app.clock.now();
    let line = Line::new(ReplyKey::NotRecorded, args! {phone: app.office.duty_phone.as_str()});
    reply(app, to, &app.replies.render_all(&[line], now), now.seconds())
}

/// All refusals of a class look alike from outside; the reason is for the log.
fn refused(app: &App, error: &WireError) -> Response {
    app.figures.refused.fetch_add(1, Relaxed);
    tracing::debug!(error = chain(error), "delivery refused");
    if *error == WireError::JsonPush {
        tracing::warn!("公众号后台推送的是 JSON，后台请选 XML");
    }
    StatusCode::from_u16(error.refusal().status()).unwrap_or(StatusCode::FORBIDDEN).into_response()
}
