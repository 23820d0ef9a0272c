//! A whole world in one process, spoken to from outside: the app behind its real routes, and beside it the platform and
//! the gateway, which sign, encrypt and deliver as the real ones do. For the demo page, `chat`, `sim` and the tests.

use std::{
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
};

use axum::{
    Router,
    body::{Body, to_bytes},
    http::Request,
};
use tower::ServiceExt;

use crate::{
    app::{App, Clock, Setup, Shipped, StartError, accounts::AccountFault, random},
    channel::{
        bridge::{Answer, Bridge, Message, Outbox, OutboxItem},
        client::{Platform, gateway_headers, gateway_post, message_xml},
        crypto::Stamp,
        official_account::AccountConfig,
    },
    config::Config,
    domain::{
        account::{AccountId, Post},
        command::CommandKind,
        message::{CONSOLE, Content, Inbound, MessageKey},
        problem::Problem,
    },
    store::{Purpose, StoreError, organisation::Organisation},
    web::{self, Paths, console::DemoAccount},
};

/// The demo world that is shipped.
pub const LINGWU: (&str, &str) = ("lingwu.toml", include_str!("../fixtures/seed/lingwu.toml"));

/// The worlds that transcripts may name: lingwu for nearly all of them, and one of old estates with micro-grids.
const SEEDS: [(&str, &str, &str); 2] = [
    ("lingwu", LINGWU.0, LINGWU.1),
    ("old-estates", "old-estates.toml", include_str!("../fixtures/seed/old-estates.toml")),
];

/// The world of that name.
///
/// # Errors
/// That there is none, and which there are; every problem of its file.
pub fn seed(name: &str) -> Result<Organisation, Vec<Problem>> {
    match SEEDS.iter().find(|(known, ..)| *known == name) {
        Some((_, file, text)) => Organisation::from_toml(file, text),
        None => {
            let known: Vec<&str> = SEEDS.iter().map(|(known, ..)| *known).collect();
            Err(vec![Problem::new("seed", 0, format!("{name:?} is no world: {}", known.join(", ")))])
        }
    }
}

/// Settings of a demo world: invented keys, a real mode.
pub const DEMO_SETTINGS: &str = include_str!("../fixtures/demo.toml");

/// The original id of the demo's public account.
const ACCOUNT_ID: &str = "gh_lianxin_demo";

/// The demo's account in the console.
const DEMO_ACCOUNT: &str = "管理员";

/// Letters and digits that are not taken for one another: a byte's remainder by 32 is fair.
const LETTERS: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz23456789x";

/// A delivery that was made, and can be made again.
#[derive(Debug, Clone)]
pub struct Sent {
    target: String,
    headers: Vec<(&'static str, String)>,
    body: String,
}

/// What came back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Response {
    /// HTTP status.
    pub status: u16,
    /// The text that the person's or the group's phone shows; `None` for silence.
    pub text: Option<String>,
}

/// Why a delivery failed on our own side.
#[derive(Debug, thiserror::Error)]
pub enum PlaygroundError {
    /// The app cannot start.
    #[error("the world cannot start")]
    Start(#[from] StartError),
    /// The store failed.
    #[error("the store failed")]
    Store(#[from] StoreError),
    /// The answer is not what the platform expects.
    #[error("the answer cannot be read: {0}")]
    Answer(String),
}

/// The world.
pub struct Playground {
    /// The app inside.
    pub app: Arc<App>,
    router: Router,
    platform: Platform,
    gateway: Bridge,
    paths: Paths,
    serial: AtomicU64,
}

impl std::fmt::Debug for Playground {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Playground")
    }
}

impl Playground {
    /// Opens a world in a database; a new one is filled from the organisation.
    pub async fn open(
        shipped: &Shipped,
        database: &Path,
        config: &Config,
        organisation: &Organisation,
        clock: Clock,
    ) -> Result<Self, PlaygroundError> {
        let shipped = &shipped.chosen(config, "demo")?;
        let (account, bridge) = config.doors("demo").map_err(StartError::Data)?;
        let gateway = bridge.ok_or_else(|| {
            StartError::Data(vec![Problem::new("demo", 0, "[bridge] secret: a demo needs a gateway")])
        })?;
        let platform = Platform::new(&AccountConfig { previous_encoding_aes_key: None, ..config.account() })
            .map_err(|faults| {
                let problems = faults.iter().map(|fault| Problem::new("demo", 0, fault.to_string()));
                StartError::Data(problems.collect())
            })?;
        let app = App::start(
            shipped,
            Setup {
                database: database.to_owned(),
                purpose: Purpose::Demo,
                office: config.office(),
                account,
                bridge: Some(gateway.clone()),
                clock,
                wording: None,
            },
        )
        .await?;
        let directory = app.store.directory();
        if directory.borrow().communities.is_empty() {
            let mut organisation = organisation.clone();
            if matches!(app.clock, Clock::System) {
                // The file's tickets belong to the file's date: today they would all be overdue for years.
                organisation.tickets.clear();
            }
            app.store.import(organisation).await?;
        }
        let organisation = directory.borrow().clone();
        app.refresh_places(&organisation);
        let paths = Paths {
            account: config.official_account.path.clone(),
            bridge: config.bridge.as_ref().map(|b| b.path.clone()),
            metrics: true,
        };
        let router = web::router(app.clone(), &paths);
        Ok(Self { app, router, platform, gateway, paths, serial: AtomicU64::new(1) })
    }

    /// The console's account for whoever tries the demo, with a new password each time.
    pub async fn console_account(&self) -> Result<DemoAccount, AccountFault> {
        let accounts = &self.app.accounts;
        let name = DEMO_ACCOUNT.to_owned();
        // Read aloud and typed by people: no look-alikes, four at a time.
        let letters: [u8; 12] = random();
        let letters: Vec<char> =
            letters.iter().map(|byte| char::from(LETTERS[usize::from(byte % 32)])).collect();
        let password = letters.chunks(4).map(String::from_iter).collect::<Vec<_>>().join("-");
        // A demo's data may have the account already; both writes refuse only what cannot be here.
        let _ = match accounts.named(&name).await? {
            Ok(id) => accounts.set_password(id, password.clone(), None).await?,
            Err(_) => accounts.add(&name, Post::CommunityAdmin, password.clone(), None).await?,
        };
        if let Ok(id) = accounts.named(&name).await? {
            self.bind_to_subdistrict(id).await?;
        }
        Ok(DemoAccount { name, password })
    }

    /// Whoever tries the console works as the subdistrict's first, who may do most: bound as everybody is, by a code.
    async fn bind_to_subdistrict(&self, account: AccountId) -> Result<(), StoreError> {
        let store = &self.app.store;
        let sender = account.0.to_string();
        let bound = store.person_at(CONSOLE.to_owned(), sender.clone()).await?.is_some();
        let first = store.directory().borrow().subdistrict.first().copied();
        let Some(person) = first.filter(|_| !bound) else { return Ok(()) };
        let code = format!("{:06}", u32::from_be_bytes(random()) % 1_000_000);
        store.issue_code(code.clone(), person, self.app.clock.now().plus_minutes(1)).await?;
        let line = format!("{} {code}", self.app.lexicon().commands().name(CommandKind::Bind));
        let id = format!("demo{:016x}", u64::from_be_bytes(random()));
        let key = MessageKey { account: CONSOLE.to_owned(), sender, create_time: 0, id };
        let inbound = Inbound { key, group: None, addressed: true, content: Content::Text(line) };
        self.app.hear(inbound, "").await?;
        Ok(())
    }

    /// The service's routes, to be served on a real listener too.
    pub fn router(&self) -> Router {
        self.router.clone()
    }

    /// A person writes to the public account. `sender` is an OpenID.
    pub fn privately(&self, sender: &str, content: &Content) -> Sent {
        let now = self.app.clock.now();
        let is_event = matches!(content, Content::Event(_));
        let id = if is_event { String::new() } else { self.next_id() };
        let key =
            MessageKey { account: ACCOUNT_ID.into(), sender: sender.into(), create_time: now.seconds(), id };
        let post = self.platform.deliver(&message_xml(&key, content), &self.stamp(), random());
        Sent { target: format!("{}?{}", self.paths.account, post.query), headers: vec![], body: post.body }
    }

    /// A member says something in a group, or privately through the gateway when `group` is `None`.
    pub fn through_gateway(
        &self,
        from: &str,
        name: &str,
        group: Option<&str>,
        at_bot: bool,
        content: &Content,
    ) -> Sent {
        let (kind, text, media) = match content {
            Content::Image(media) => ("image", None, Some(media.id.clone())),
            Content::Text(text) => ("text", Some(text.clone()), None),
            Content::Voice { .. }
            | Content::Video(_)
            | Content::Location { .. }
            | Content::Link { .. }
            | Content::Sticker
            | Content::Event(_)
            | Content::Other(_) => ("other", None, None),
        };
        let message = Message {
            id: format!("m{}", self.next_id()),
            group: group.map(str::to_owned),
            from: from.into(),
            name: name.into(),
            at_bot,
            kind: kind.into(),
            text,
            media,
            time: self.app.clock.now().seconds(),
        };
        let target = self.paths.bridge.clone().unwrap_or_default();
        let (headers, body) = gateway_post(&self.gateway, &target, &self.stamp(), &message);
        Sent { target, headers: headers.to_vec(), body }
    }

    /// Makes a delivery; making the same one again is what the platform's retry does.
    pub async fn deliver(&self, sent: &Sent) -> Result<Response, PlaygroundError> {
        let (status, body) = self.request("POST", &sent.target, &sent.headers, sent.body.clone()).await?;
        let text = if status != 200 {
            None
        } else if sent.headers.is_empty() {
            let reply =
                self.platform.open_reply(&body).map_err(|e| PlaygroundError::Answer(e.to_string()))?;
            reply.map(|reply| reply.text)
        } else {
            let answer: Answer =
                serde_json::from_str(&body).map_err(|e| PlaygroundError::Answer(e.to_string()))?;
            answer.messages.into_iter().next().map(|message| message.text)
        };
        Ok(Response { status, text })
    }

    /// Asks the gateway's outbox for what came after a row; and where to go on.
    pub async fn outbox(&self, after: i64) -> Result<(Vec<OutboxItem>, i64), PlaygroundError> {
        let target = format!("{}/outbox?after={after}", self.paths.bridge.as_deref().unwrap_or_default());
        let headers = gateway_headers(&self.gateway, "GET", &target, &self.stamp(), b"");
        let (status, body) = self.request("GET", &target, &headers, String::new()).await?;
        let page: Outbox = serde_json::from_str(&body)
            .map_err(|error| PlaygroundError::Answer(format!("status {status}: {error}")))?;
        Ok((page.items, page.next))
    }

    async fn request(
        &self,
        method: &str,
        target: &str,
        headers: &[(&'static str, String)],
        body: String,
    ) -> Result<(u16, String), PlaygroundError> {
        let mut request = Request::builder().method(method).uri(target);
        for (name, value) in headers {
            request = request.header(*name, value);
        }
        let answer = |error: &dyn std::fmt::Display| PlaygroundError::Answer(error.to_string());
        let request = request.body(Body::from(body)).map_err(|e| answer(&e))?;
        let response = match self.router.clone().oneshot(request).await {
            Ok(response) => response,
            Err(never) => match never {},
        };
        let status = response.status().as_u16();
        let bytes = to_bytes(response.into_body(), 1 << 20).await.map_err(|e| answer(&e))?;
        Ok((status, String::from_utf8_lossy(&bytes).into_owned()))
    }

    fn next_id(&self) -> String {
        // Unique over restarts of a world too: the clock stands in front.
        let serial = self.serial.fetch_add(1, Relaxed);
        format!("{}{serial:05}", self.app.clock.now().millis())
    }

    fn stamp(&self) -> Stamp {
        let nonce = u64::from_be_bytes(random()).to_string();
        Stamp::parse(&format!("{:010}", self.app.clock.now().seconds()), &nonce)
            .expect("ten digits and a number have the right shape")
    }
}

/// A directory that is removed when the world ends.
pub fn temporary_directory() -> std::io::Result<tempfile::TempDir> {
    tempfile::Builder::new().prefix("lianxin-").tempdir()
}

/// The database of a data directory.
pub fn database_in(directory: &Path) -> PathBuf {
    directory.join("lianxin.db")
}

/// Settings of a demo world, under the environment.
pub fn demo_config(environment: impl Iterator<Item = (String, String)>) -> Result<Config, Vec<Problem>> {
    Config::load("environment", "", environment, Some(DEMO_SETTINGS))
}
