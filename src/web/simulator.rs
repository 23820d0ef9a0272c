//! The demo's page and what it asks: phones side by side. What is typed goes through the real doors, signed and
//! encrypted; what comes back, at once or later, is streamed to every open page. Only `demo` serves this.

mod phones;

use std::{
    collections::VecDeque,
    convert::Infallible,
    net::SocketAddr,
    path::Path,
    sync::{Arc, Mutex, PoisonError, atomic::AtomicU64},
    time::Duration,
};

use axum::{
    Json, Router,
    body::Bytes,
    extract::{DefaultBodyLimit, Path as UrlPath, Query, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{
        IntoResponse, Response,
        sse::{Event, KeepAlive, Sse},
    },
    routing::{get, post},
};
use futures_util::stream::{self, Stream};
use serde::Deserialize;
use serde_json::json;
use tokio::sync::broadcast;

use super::console::{self, DemoAccount, Door};
use crate::{
    config::Config,
    domain::{
        message::{Content, Media},
        problem::Problem,
    },
    playground::Playground,
    store::organisation::{Organisation, PersonRow},
};
use phones::{FAILED, GONE, GroupPhone, Shown, Simulator, Trouble, clock};

/// Largest photo taken in; the page scales bigger ones down.
const PHOTO_BYTES: usize = 2 << 20;

/// All routes of a demo: the service's own and the page's.
pub fn router(
    world: Playground,
    organisation: &Organisation,
    config: &Config,
    address: SocketAddr,
    directory: &Path,
    account: DemoAccount,
) -> Result<Router, Vec<Problem>> {
    let service = world.router();
    let console = json!({"url": "/console/", "name": account.name, "password": account.password});
    let door = Door { proxy: None, demo: Some(account) };
    let console_pages = console::router(world.app.clone(), door)?;
    let residents_first = |people: &mut Vec<PersonRow>| people.sort_by_key(|p| p.home.is_none());
    let mut phones: Vec<PersonRow> =
        organisation.people.iter().filter(|p| p.phone.is_some()).cloned().collect();
    residents_first(&mut phones);
    let groups = organisation
        .groups
        .iter()
        .filter_map(|group| Some((group, group.gateway.clone()?)))
        .take(1)
        .map(|(group, gateway)| GroupPhone {
            id: format!("g-{gateway}"),
            gateway,
            name: group.name.clone(),
            members: {
                let mut members = organisation.people.iter().filter(|p| in_group(p)).cloned().collect();
                residents_first(&mut members);
                members
            },
        })
        .collect();
    let account = &config.official_account;
    let callback = json!({
        "url": format!("http://{address}{}", account.path),
        "token": account.token.0,
        "app_id": account.app_id,
        "encoding_aes_key": account.encoding_aes_key.0,
        "mode": account.mode,
    });
    let (stream, _) = broadcast::channel(1024);
    let simulator = Arc::new(Simulator {
        world,
        people: phones,
        groups,
        callback,
        console,
        title: config.office.name.clone(),
        photos: directory.join("photos"),
        lines: Mutex::default(),
        sent: Mutex::default(),
        seq: AtomicU64::new(1),
        stream,
    });
    tokio::spawn(simulator.clone().carry());
    let pages = Router::new()
        .route("/", get(|| async { asset("text/html; charset=utf-8", include_str!("simulator/index.html")) }))
        .route(
            "/assets/simulator.css",
            get(|| async { asset("text/css; charset=utf-8", include_str!("simulator/simulator.css")) }),
        )
        .route(
            "/assets/simulator.js",
            get(|| async { asset("text/javascript; charset=utf-8", include_str!("simulator/simulator.js")) }),
        )
        .route("/demo/world", get(describe))
        .route("/demo/history", get(history))
        .route("/demo/say", post(say))
        .route("/demo/photo", post(photo).layer(DefaultBodyLimit::max(PHOTO_BYTES)))
        .route("/demo/location", post(location))
        .route("/demo/retry", post(retry))
        .route("/demo/events", get(events))
        .route("/demo/media/{name}", get(media))
        .with_state(simulator);
    Ok(service.merge(pages).merge(console_pages))
}

/// Residents of the estates of the first group, and its grid worker, who answers there too.
fn in_group(person: &PersonRow) -> bool {
    person.gateway.is_some() && person.home.is_some()
        || person.phone.is_some() && person.role == crate::domain::person::Role::GridWorker
}

fn asset(kind: &'static str, text: &'static str) -> Response {
    let policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; \
                  connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";
    let headers = [
        (header::CONTENT_TYPE, kind),
        (header::CONTENT_SECURITY_POLICY, policy),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CACHE_CONTROL, "no-cache"),
    ];
    (headers, text).into_response()
}

async fn describe(State(simulator): State<Arc<Simulator>>) -> Json<serde_json::Value> {
    let people = simulator.people.iter().map(|person| {
        let phone = person.phone.clone();
        json!({
            "id": person.key,
            "kind": "person",
            "name": person.name,
            "role": person.role,
            "role_name": role_name(person),
            "hint": phone.as_ref().map(|p| p.hint.clone()),
            "samples": phone.map(|p| p.samples).unwrap_or_default(),
            "location": person.home.as_ref().map(|home| json!({"label": home.estate})),
        })
    });
    let groups = simulator.groups.iter().map(|group| {
        let members: Vec<_> = group.members.iter().map(|m| json!({"id": m.key, "name": m.name})).collect();
        json!({
            "id": group.id, "kind": "group", "name": group.name, "role": "group", "role_name": "群",
            "members": members, "samples": ["消防通道又让人给堵了,管管吧", "参加", "3号楼路灯不亮"],
        })
    });
    // Residents, then the group between them and those who work.
    let mut phones: Vec<_> = people.collect();
    let after = simulator.people.iter().filter(|p| p.home.is_some()).count();
    phones.splice(after..after, groups);
    Json(json!({
        "title": "党群连心",
        "office": simulator.title,
        "clock": clock(&simulator),
        "callback": simulator.callback,
        "console": simulator.console,
        "phones": phones,
    }))
}

fn role_name(person: &PersonRow) -> &'static str {
    use crate::domain::person::Role;
    match person.role {
        Role::Resident => "居民",
        Role::GridWorker => "网格员",
        Role::CommunityStaff => "社区工作人员",
        Role::Mediator => "调解员",
        Role::PropertyStaff => "物业",
        Role::SafetyOfficer => "安全员",
        Role::HousingOffice => "房管所",
        Role::DictionaryEditor => "词典管理员",
        Role::SubdistrictStaff => "街道工作人员",
        Role::DeptHandler => "部门经办人",
        Role::PartyMember => "党员",
        Role::MicroGridHead => "微网格长",
        Role::BranchSecretary => "网格党支部书记",
        Role::GroupLeader => "党小组组长",
        Role::LiaisonLeader => "联系领导",
    }
}

#[derive(Deserialize)]
struct PhoneQuery {
    phone: String,
    #[serde(rename = "as")]
    member: Option<String>,
}

async fn history(
    State(simulator): State<Arc<Simulator>>,
    Query(query): Query<PhoneQuery>,
) -> Json<serde_json::Value> {
    let lines = simulator.lines.lock().unwrap_or_else(PoisonError::into_inner);
    Json(json!({"lines": lines.get(&query.phone)}))
}

#[derive(Deserialize)]
struct Said {
    phone: String,
    #[serde(rename = "as")]
    member: Option<String>,
    text: String,
    #[serde(default)]
    at_bot: bool,
}

async fn say(State(simulator): State<Arc<Simulator>>, Json(said): Json<Said>) -> Result<Response, Trouble> {
    let shown = if said.at_bot && simulator.group(&said.phone).is_some() {
        format!("@连心 {}", said.text)
    } else {
        said.text.clone()
    };
    let content = Content::Text(said.text);
    simulator.send(&said.phone, said.member.as_deref(), &content, said.at_bot, shown, None).await
}

async fn photo(
    State(simulator): State<Arc<Simulator>>,
    Query(query): Query<PhoneQuery>,
    headers: HeaderMap,
    bytes: Bytes,
) -> Result<Response, Trouble> {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or("");
    let Some(extension) = sniff(&bytes).filter(|_| kind.starts_with("image/")) else {
        return Err(Trouble(StatusCode::UNSUPPORTED_MEDIA_TYPE, "只能发 JPG、PNG、GIF 或 WebP 照片"));
    };
    let name = format!("{:032x}.{extension}", u128::from_be_bytes(crate::app::random()));
    let path = simulator.photos.join(&name);
    let written = tokio::task::spawn_blocking(move || {
        std::fs::create_dir_all(path.parent().unwrap_or(&path))?;
        std::fs::write(path, bytes)
    });
    written.await.map_err(|_| FAILED)?.map_err(|_| FAILED)?;
    let image = format!("/demo/media/{name}");
    let content = Content::Image(Media { id: name, url: String::new() });
    simulator.send(&query.phone, query.member.as_deref(), &content, true, String::new(), Some(image)).await
}

/// The kind of a picture by its first bytes; the name that the browser gave is not believed.
fn sniff(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        [0xFF, 0xD8, 0xFF, ..] => Some("jpg"),
        [0x89, b'P', b'N', b'G', ..] => Some("png"),
        [b'G', b'I', b'F', b'8', ..] => Some("gif"),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some("webp"),
        _ => None,
    }
}

async fn media(State(simulator): State<Arc<Simulator>>, UrlPath(name): UrlPath<String>) -> Response {
    let kind = match name.split_once('.') {
        Some((stem, "jpg")) if is_hex(stem) => "image/jpeg",
        Some((stem, "png")) if is_hex(stem) => "image/png",
        Some((stem, "gif")) if is_hex(stem) => "image/gif",
        Some((stem, "webp")) if is_hex(stem) => "image/webp",
        Some(_) | None => return GONE.into_response(),
    };
    let path = simulator.photos.join(&name);
    match tokio::task::spawn_blocking(move || std::fs::read(path)).await {
        Ok(Ok(bytes)) => {
            let headers = [
                (header::CONTENT_TYPE, kind),
                (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
                (header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox"),
            ];
            (headers, bytes).into_response()
        }
        Ok(Err(_)) | Err(_) => GONE.into_response(),
    }
}

fn is_hex(text: &str) -> bool {
    text.len() == 32 && text.bytes().all(|b| b.is_ascii_hexdigit())
}

#[derive(Deserialize)]
struct Located {
    phone: String,
}

async fn location(
    State(simulator): State<Arc<Simulator>>,
    Json(located): Json<Located>,
) -> Result<Response, Trouble> {
    let person = simulator.person(&located.phone).ok_or(GONE)?;
    let directory = simulator.world.app.store.directory().borrow().clone();
    let home = person.home.as_ref().map(|home| home.estate.as_str()).unwrap_or_default();
    let estate = directory.estates.iter().find(|e| e.name.name == home).and_then(|e| Some((e.point?, home)));
    let ((latitude, longitude), label) = estate.ok_or(Trouble(StatusCode::CONFLICT, "这个人没有设位置"))?;
    let content = Content::Location { latitude, longitude, label: label.to_owned() };
    simulator.send(&located.phone, None, &content, true, format!("[位置] {label}"), None).await
}

#[derive(Deserialize)]
struct Again {
    message: String,
}

async fn retry(
    State(simulator): State<Arc<Simulator>>,
    Json(again): Json<Again>,
) -> Result<Response, Trouble> {
    let found = {
        let sent = simulator.sent.lock().unwrap_or_else(PoisonError::into_inner);
        sent.iter().find(|(id, ..)| *id == again.message).cloned()
    };
    let Some((message, sent, phone)) = found else {
        return Err(Trouble(StatusCode::NOT_FOUND, "这条太早了，不能再发"));
    };
    simulator.deliver(&phone, &sent, message).await
}

async fn events(
    State(simulator): State<Arc<Simulator>>,
    headers: HeaderMap,
) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let receiver = simulator.stream.subscribe();
    let seen: Option<u64> =
        headers.get("last-event-id").and_then(|v: &HeaderValue| v.to_str().ok()).and_then(|v| v.parse().ok());
    let missed: VecDeque<Shown> = seen.map(|seen| simulator.lines_since(seen)).unwrap_or_default();
    let hello = Event::default().event("clock").data(json!({"clock": clock(&simulator)}).to_string());
    let state = (receiver, missed, Some(hello));
    let lines = stream::unfold(state, |(mut receiver, mut missed, hello)| async move {
        if let Some(hello) = hello {
            return Some((Ok(hello), (receiver, missed, None)));
        }
        let shown = match missed.pop_front() {
            Some(shown) => shown,
            // A page that fell behind connects again and asks for what it missed.
            None => receiver.recv().await.ok()?,
        };
        let event = Event::default()
            .event("line")
            .id(shown.line.seq.to_string())
            .data(serde_json::to_string(&shown).unwrap_or_default());
        Some((Ok(event), (receiver, missed, None)))
    });
    Sse::new(lines).keep_alive(KeepAlive::new().interval(Duration::from_secs(20)))
}
