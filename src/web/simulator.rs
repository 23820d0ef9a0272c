//! The demo's page and what it asks: phones side by side. What is typed goes through the real doors, signed and
//! encrypted; what comes back, at once or later, is streamed to every open page. Only `demo` serves this.

use crate::domain::problem::chain;
use std::{
    collections::{HashMap, VecDeque},
    convert::Infallible,
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
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
use serde::{Deserialize, Serialize};
use serde_json::json;
use tokio::sync::broadcast;

use crate::{
    config::Config,
    domain::message::{Content, Media},
    playground::{Playground, Sent},
    store::organisation::{Organisation, PersonRow},
};

/// Lines kept for one phone.
const KEPT: usize = 500;
/// Deliveries that can be made again.
const RETRIES: usize = 500;
/// Largest photo taken in; the page scales bigger ones down.
const PHOTO_BYTES: usize = 2 << 20;
/// How often the gateway's outbox is asked.
const POLL: Duration = Duration::from_millis(500);

/// One line on a phone.
#[derive(Debug, Clone, Serialize)]
struct Line {
    seq: u64,
    at: String,
    from: String,
    who: String,
    text: String,
    image: Option<String>,
    pushed: bool,
    message: Option<String>,
}

/// A line and the phone it is on, as streamed.
#[derive(Debug, Clone, Serialize)]
struct Shown {
    phone: String,
    line: Line,
}

/// The page's server side.
struct Simulator {
    world: Playground,
    people: Vec<PersonRow>,
    groups: Vec<GroupPhone>,
    callback: serde_json::Value,
    title: String,
    photos: PathBuf,
    lines: Mutex<HashMap<String, VecDeque<Line>>>,
    sent: Mutex<VecDeque<(String, Sent, String)>>,
    seq: AtomicU64,
    stream: broadcast::Sender<Shown>,
}

/// A group on the page: the estate group of those who have a phone.
#[derive(Debug, Clone)]
struct GroupPhone {
    id: String,
    gateway: String,
    name: String,
    members: Vec<PersonRow>,
}

/// All routes of a demo: the service's own and the page's.
pub fn router(
    world: Playground,
    organisation: &Organisation,
    config: &Config,
    address: SocketAddr,
    directory: &Path,
) -> Router {
    let service = world.router();
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
    service.merge(pages)
}

/// Residents of the estates of the first group, and its grid worker, who answers there too.
fn in_group(person: &PersonRow) -> bool {
    person.gateway.is_some() && person.home.is_some()
        || person.phone.is_some() && person.role == crate::domain::person::Role::GridWorker
}

/// A fault told to the page, in the reader's language.
struct Trouble(StatusCode, &'static str);

impl IntoResponse for Trouble {
    fn into_response(self) -> Response {
        (self.0, Json(json!({"error": self.1}))).into_response()
    }
}

const GONE: Trouble = Trouble(StatusCode::NOT_FOUND, "没有这部手机，请刷新页面");
const FAILED: Trouble = Trouble(StatusCode::INTERNAL_SERVER_ERROR, "没有发出去，请再试一次");

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
    }
}

fn clock(simulator: &Simulator) -> String {
    simulator.world.app.clock.now().to_string()
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

impl Simulator {
    fn group(&self, phone: &str) -> Option<&GroupPhone> {
        self.groups.iter().find(|group| group.id == phone)
    }

    fn person(&self, phone: &str) -> Option<&PersonRow> {
        self.people.iter().find(|person| person.key == phone)
    }

    /// Says something on a phone: shows it there, and delivers it through the door that the phone has.
    async fn send(
        &self,
        phone: &str,
        member: Option<&str>,
        content: &Content,
        at_bot: bool,
        shown: String,
        image: Option<String>,
    ) -> Result<Response, Trouble> {
        let (sent, who) = if let Some(group) = self.group(phone) {
            let member = group.members.iter().find(|m| Some(m.key.as_str()) == member).ok_or(GONE)?;
            let id = member.gateway.clone().ok_or(GONE)?;
            let sent = self.world.through_gateway(&id, &member.name, Some(&group.gateway), at_bot, content);
            (sent, member.name.clone())
        } else {
            let person = self.person(phone).ok_or(GONE)?;
            let open_id = person.wechat.clone().ok_or(GONE)?;
            (self.world.privately(&open_id, content), person.name.clone())
        };
        let message = format!("m-{}", self.seq.load(Relaxed));
        let from = if self.group(phone).is_some() { who.clone() } else { "me".into() };
        self.show(phone, from, who, shown, image, false, Some(message.clone()));
        {
            let mut kept = self.sent.lock().unwrap_or_else(PoisonError::into_inner);
            kept.push_back((message.clone(), sent.clone(), phone.to_owned()));
            if kept.len() > RETRIES {
                kept.pop_front();
            }
        }
        self.deliver(phone, &sent, message).await
    }

    async fn deliver(&self, phone: &str, sent: &Sent, message: String) -> Result<Response, Trouble> {
        let started = std::time::Instant::now();
        let response = self.world.deliver(sent).await.map_err(|error| {
            tracing::error!(error = chain(&error), "demo delivery failed");
            FAILED
        })?;
        let took = started.elapsed().as_secs_f64() * 1000.0;
        if let Some(text) = response.text {
            self.show(phone, "bot".into(), "连心".into(), text, None, false, None);
        }
        Ok(Json(json!({"message": message, "ms": (took * 10.0).round() / 10.0})).into_response())
    }

    #[expect(clippy::too_many_arguments, reason = "the columns of one line, named by its struct")]
    fn show(
        &self,
        phone: &str,
        from: String,
        who: String,
        text: String,
        image: Option<String>,
        pushed: bool,
        message: Option<String>,
    ) {
        let civil = self.world.app.clock.now().civil();
        let at = format!("{:02}:{:02}", civil.hour(), civil.minute());
        let mut phones = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        // Numbered under the lock, so that numbers and order agree.
        let seq = self.seq.fetch_add(1, Relaxed);
        let line = Line { seq, at, from, who, text, image, pushed, message };
        let lines = phones.entry(phone.to_owned()).or_default();
        lines.push_back(line.clone());
        if lines.len() > KEPT {
            lines.pop_front();
        }
        // No page is open: nobody to tell.
        let _ = self.stream.send(Shown { phone: phone.to_owned(), line });
    }

    fn lines_since(&self, seq: u64) -> VecDeque<Shown> {
        let phones = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        let mut shown: Vec<_> = phones
            .iter()
            .flat_map(|(phone, lines)| {
                lines.iter().map(|line| Shown { phone: phone.clone(), line: line.clone() })
            })
            .filter(|shown| shown.line.seq > seq)
            .collect();
        shown.sort_by_key(|shown| shown.line.seq);
        shown.into()
    }

    /// Is the gateway: asks the outbox and puts each line on its phone.
    async fn carry(self: Arc<Self>) {
        let mut after = match self.world.app.store.lines_after(0).await {
            Ok(lines) => lines.last().map_or(0, |line| line.seq),
            Err(_) => 0,
        };
        let mut interval = tokio::time::interval(POLL);
        loop {
            interval.tick().await;
            match self.world.outbox(after).await {
                Ok((items, next)) => {
                    after = next;
                    for item in items {
                        self.put(&item.to, item.text);
                    }
                }
                Err(error) => tracing::warn!(error = chain(&error), "outbox not read"),
            }
        }
    }

    fn put(&self, to: &crate::channel::bridge::Address, text: String) {
        use crate::channel::bridge::Address;
        let phone = match to {
            Address::Group(gateway) => {
                self.groups.iter().find(|g| g.gateway == *gateway).map(|g| g.id.clone())
            }
            Address::User(id) => {
                self.people.iter().find(|p| p.gateway.as_deref() == Some(id)).map(|p| p.key.clone())
            }
        };
        if let Some(phone) = phone {
            self.show(&phone, "bot".into(), "连心".into(), text, None, true, None);
        }
    }
}
