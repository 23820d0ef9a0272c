//! Every request passes here: where it comes from, its session, its right to change anything, and the headers of every
//! answer. Nothing about what a page shows.

use std::{
    net::{IpAddr, Ipv6Addr, SocketAddr},
    sync::Arc,
};

use axum::{
    Extension, Form,
    body::{Body, to_bytes},
    extract::{ConnectInfo, FromRequest, Request, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use serde::Deserialize;

use super::{Access, Console, Door, LOGIN, dictionary, office, page::Trouble, redirect, upload};
use crate::{app::accounts::Key, domain::account::Account};

/// The largest form.
const FORM_BYTES: usize = 64 * 1024;
/// Bound to this host and to TLS by its name.
const COOKIE: &str = "__Host-lianxin";
/// A demo has no TLS, and without it browsers keep no `__Host-` cookie.
const DEMO_COOKIE: &str = "lianxin-demo";

const HEADERS: [(header::HeaderName, HeaderValue); 7] = [
    (
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static(
            "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; form-action 'self'; \
             frame-ancestors 'none'; base-uri 'none'",
        ),
    ),
    (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
    (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    // Not no-referrer: older browsers would then send `Origin: null` with our own forms.
    (header::REFERRER_POLICY, HeaderValue::from_static("same-origin")),
    (header::HeaderName::from_static("cross-origin-opener-policy"), HeaderValue::from_static("same-origin")),
    (
        header::HeaderName::from_static("cross-origin-resource-policy"),
        HeaderValue::from_static("same-origin"),
    ),
];

/// Who asks, before anybody has looked whether they are signed in.
#[derive(Debug, Clone)]
pub(super) struct Visit {
    /// What their cookie holds.
    pub(super) key: Option<Key>,
    /// From where, for the lock and the audit.
    pub(super) address: String,
}

/// Somebody signed in, on a route that admits them.
#[derive(Debug, Clone)]
pub(super) struct Signed {
    pub(super) account: Account,
    pub(super) key: Key,
}

/// The field that every form has.
#[derive(Deserialize)]
struct TokenField {
    #[serde(default)]
    token: String,
}

/// The outermost layer.
pub(super) async fn watch(State(console): State<Arc<Console>>, request: Request, next: Next) -> Response {
    let visit = Visit {
        key: cookie(request.headers(), console.door.cookie()).and_then(Key::parse),
        address: address(&request, &console.door),
    };
    let looks = request.method().is_safe();
    let checked = if looks { Some(request) } else { unforged(request, visit.key.as_ref()).await };
    let mut response = match checked {
        Some(mut request) => {
            request.extensions_mut().insert(visit);
            in_plain_words(&console, next.run(request).await)
        }
        None => console.pages.trouble(Trouble::Forged),
    };
    for (name, value) in HEADERS {
        response.headers_mut().insert(name, value);
    }
    response
}

/// What the framework refuses by itself (an address, a field or a method that is none) is told as a page too.
fn in_plain_words(console: &Console, response: Response) -> Response {
    let is_page =
        response.headers().get(header::CONTENT_TYPE).is_some_and(|kind| kind != "text/plain; charset=utf-8");
    if !response.status().is_client_error() || is_page {
        return response;
    }
    let mut page = console.pages.trouble(Trouble::Unreadable);
    *page.status_mut() = response.status();
    page
}

/// Lets in whom a route admits.
pub(super) async fn admit(
    State((console, access)): State<(Arc<Console>, Access)>,
    Extension(visit): Extension<Visit>,
    mut request: Request,
    next: Next,
) -> Response {
    if access == Access::Anyone {
        return next.run(request).await;
    }
    let Some(key) = visit.key else { return redirect(LOGIN) };
    let account = match console.app.accounts.session(&key).await {
        Ok(Some(account)) => account,
        Ok(None) => return redirect(LOGIN),
        Err(fault) => return console.pages.fault(&fault),
    };
    if !access.admits(&account) {
        return console.pages.trouble(Trouble::NotYours);
    }
    request.extensions_mut().insert(Signed { account, key });
    next.run(request).await
}

/// What is asked for is nowhere.
pub(super) async fn nowhere(State(console): State<Arc<Console>>) -> Response {
    console.pages.trouble(Trouble::Nowhere)
}

/// Gives the browser a key to hold, or takes it away.
pub(super) fn with_cookie(response: impl IntoResponse, door: &Door, key: Option<&Key>) -> Response {
    let mut response = response.into_response();
    let name = door.cookie();
    let secure = if door.demo.is_some() { "" } else { "; Secure" };
    let value = match key {
        Some(key) => format!("{name}={}; Path=/; HttpOnly; SameSite=Lax{secure}", key.cookie()),
        None => format!("{name}=; Path=/; HttpOnly; SameSite=Lax{secure}; Max-Age=0"),
    };
    if let Ok(value) = HeaderValue::from_str(&value) {
        response.headers_mut().insert(header::SET_COOKIE, value);
    }
    response
}

impl Door {
    const fn cookie(&self) -> &'static str {
        match self.demo {
            Some(_) => DEMO_COOKIE,
            None => COOKIE,
        }
    }
}

/// The request, if it comes from one of our own pages and from the browser that was given that page.
async fn unforged(request: Request, key: Option<&Key>) -> Option<Request> {
    if !is_same_origin(request.headers()) {
        return None;
    }
    let key = key?;
    let (parts, body) = request.into_parts();
    let most = match parts.uri.path() {
        dictionary::IMPORT => dictionary::IMPORT_BYTES,
        // Rows take up to three times the room when a form sends them again.
        path if office::UPLOADS.contains(&path) => 3 * office::FILE_BYTES,
        _any_other => FORM_BYTES,
    };
    let bytes = to_bytes(body, most).await.ok()?;
    if let Some(fields) = upload::parts(&parts.headers, &bytes) {
        let token = fields.iter().find(|field| field.name == "token")?;
        let ours = key.is_form_token(std::str::from_utf8(token.bytes).ok()?);
        return ours.then(|| Request::from_parts(parts, Body::from(bytes)));
    }
    let copy = Request::from_parts(parts.clone(), Body::from(bytes.clone()));
    let Form(field) = Form::<TokenField>::from_request(copy, &()).await.ok()?;
    key.is_form_token(&field.token).then(|| Request::from_parts(parts, Body::from(bytes)))
}

/// Browsers say where a form comes from; who says nothing is refused.
fn is_same_origin(headers: &HeaderMap) -> bool {
    let text = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or_default());
    let own = |origin: &str| {
        let host = origin.strip_prefix("https://").or_else(|| origin.strip_prefix("http://"));
        host.is_some() && host == text("host")
    };
    match (text("sec-fetch-site"), text("origin")) {
        (Some(site), Some(origin)) => site == "same-origin" && own(origin),
        (Some(site), None) => site == "same-origin",
        (None, Some(origin)) => own(origin),
        (None, None) => false,
    }
}

fn cookie<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(';'))
        .find_map(|pair| pair.trim().strip_prefix(name)?.strip_prefix('='))
}

/// The asker's address; a network of addresses where one subscriber has many.
fn address(request: &Request, door: &Door) -> String {
    let Some(ConnectInfo(peer)) = request.extensions().get::<ConnectInfo<SocketAddr>>() else {
        return "?".into();
    };
    let peer = peer.ip().to_canonical();
    let told = || {
        let line = request.headers().get_all("x-forwarded-for").iter().next_back()?.to_str().ok()?;
        line.rsplit(',').next()?.trim().parse::<IpAddr>().ok()
    };
    let address = if door.proxy == Some(peer) { told().unwrap_or(peer) } else { peer };
    match address.to_canonical() {
        IpAddr::V4(four) => four.to_string(),
        IpAddr::V6(six) => {
            let [a, b, c, d, ..] = six.segments();
            format!("{}/64", Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
    }
}

impl IntoResponse for Trouble {
    /// Without a page: only where the page itself cannot be made.
    fn into_response(self) -> Response {
        self.status().into_response()
    }
}

impl Trouble {
    /// What the browser is told.
    pub(super) const fn status(self) -> StatusCode {
        match self {
            Self::Forged | Self::NotYours => StatusCode::FORBIDDEN,
            Self::Nowhere => StatusCode::NOT_FOUND,
            Self::Unreadable => StatusCode::BAD_REQUEST,
            Self::Failed => StatusCode::SERVICE_UNAVAILABLE,
        }
    }
}
