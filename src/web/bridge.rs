//! The gateway's door: signed JSON in, what to say at once back, and the outbox for what comes later.

use crate::domain::problem::chain;
use std::sync::{Arc, atomic::Ordering::Relaxed};

use axum::{
    Json,
    body::Bytes,
    extract::State,
    http::{HeaderMap, Method, StatusCode, Uri},
    response::{IntoResponse, Response},
};

use crate::{
    app::App,
    channel::{
        WireError,
        bridge::{
            Address, Answer, HEADER_NONCE, HEADER_SIGNATURE, HEADER_TIME, Outbox, OutboxItem, Outgoing,
            Request, refusal,
        },
    },
    domain::{
        effect::{Line, args},
        reply_key::ReplyKey,
    },
};

/// Lines in one page of the outbox.
const PAGE: usize = 100;

/// POST: one message.
pub async fn receive(
    State(app): State<Arc<App>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let delivery = match checked(&app, &method, &uri, &headers, &body)
        .and_then(|()| crate::channel::bridge::read(&body))
    {
        Ok(delivery) => delivery,
        Err(error) => return refused(&app, &error),
    };
    app.figures.accepted.fetch_add(1, Relaxed);
    let to = match &delivery.inbound.group {
        Some(group) => Address::Group(group.clone()),
        None => Address::User(delivery.inbound.key.sender.clone()),
    };
    let addressed = delivery.inbound.addressed;
    let text = match app.hear(delivery.inbound, &delivery.name).await {
        Ok(answer) => answer.reply,
        Err(error) => {
            app.figures.not_recorded.fetch_add(1, Relaxed);
            tracing::error!(error = chain(&error), "message not recorded");
            // Nobody in the group spoke to the bot: nobody is told that it failed.
            if !addressed {
                return Json(Answer::default()).into_response();
            }
            let line = Line::new(ReplyKey::NotRecorded, args! {phone: app.office.duty_phone.as_str()});
            app.replies.render_all(&[line], app.clock.now())
        }
    };
    let messages = if text.is_empty() { vec![] } else { vec![Outgoing { to, text }] };
    Json(Answer { messages }).into_response()
}

/// GET: what was decided since, in order. Asking again gives the same.
pub async fn outbox(State(app): State<Arc<App>>, method: Method, uri: Uri, headers: HeaderMap) -> Response {
    if let Err(error) = checked(&app, &method, &uri, &headers, b"") {
        return refused(&app, &error);
    }
    let after = uri
        .query()
        .and_then(|query| query.split('&').find_map(|pair| pair.strip_prefix("after=")))
        .map_or(Ok(0), str::parse);
    let Ok(after) = after else { return StatusCode::BAD_REQUEST.into_response() };
    match app.store.outbox_after(after, PAGE).await {
        Ok((lines, next)) => {
            let items = lines.into_iter().filter_map(|line| {
                let to = match line.to.split_once(':') {
                    Some(("group", id)) => Address::Group(id.to_owned()),
                    Some((_user, id)) => Address::User(id.to_owned()),
                    None => return None,
                };
                Some(OutboxItem { seq: line.seq, to, text: line.text, created_at: line.created_at.seconds() })
            });
            Json(Outbox { items: items.collect(), next }).into_response()
        }
        Err(error) => {
            tracing::error!(error = chain(&error), "outbox cannot be read");
            StatusCode::SERVICE_UNAVAILABLE.into_response()
        }
    }
}

fn checked(app: &App, method: &Method, uri: &Uri, headers: &HeaderMap, body: &[u8]) -> Result<(), WireError> {
    // The route exists only with a gateway configured.
    let Some(bridge) = &app.bridge else { return Err(WireError::Signature) };
    let header = |name: &'static str| {
        headers.get(name).and_then(|value| value.to_str().ok()).ok_or(WireError::Parameter(name))
    };
    let target = uri.path_and_query().map_or("", |target| target.as_str());
    let request = Request {
        method: method.as_str(),
        target,
        time: header(HEADER_TIME)?,
        nonce: header(HEADER_NONCE)?,
        body,
    };
    bridge.verify(&request, header(HEADER_SIGNATURE)?, app.clock.now().seconds())
}

fn refused(app: &App, error: &WireError) -> Response {
    app.figures.refused.fetch_add(1, Relaxed);
    tracing::debug!(error = chain(error), "gateway delivery refused");
    StatusCode::from_u16(refusal(error).status()).unwrap_or(StatusCode::UNAUTHORIZED).into_response()
}
