//! What the tests share: worlds in temporary directories, the platform and the gateway by hand, a small HTTP client, and
//! the program itself as a child process.
#![allow(dead_code, unreachable_pub, missing_docs, clippy::unwrap_used)]

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    sync::{LazyLock, mpsc},
    time::{Duration, Instant},
};

use axum::{
    Router,
    body::{Body, to_bytes},
    http::Request,
};
use lianxin::{
    app::{Clock, Shipped, random},
    channel::{
        bridge::{Bridge, Message},
        client::{Platform, gateway_headers, gateway_post, message_xml},
        crypto::Stamp,
        official_account::AccountConfig,
    },
    config::Config,
    domain::{
        message::{Content, MessageKey},
        moment::Moment,
        ticket::Ticket,
        ticket_no::TicketNo,
    },
    playground::{self, LINGWU, Playground},
    store::organisation::Organisation,
    web::listener::HangUp,
};
use tower::ServiceExt;

pub static SHIPPED: LazyLock<Shipped> = LazyLock::new(|| Shipped::load().expect("shipped data loads"));

pub const DUTY_PHONE: &str = "0951-0000000";
pub const ZHANG: &str = "oResidentZhangShen0000000101";
pub const LI: &str = "oResidentLiShu000000000000102";
pub const MA: &str = "oStaffXiaoMa0000000000000001";
pub const GROUP: &str = "yucai";
pub const LAMP: &str = "3号楼路灯不亮";

pub fn lingwu() -> Organisation {
    Organisation::from_toml(LINGWU.0, LINGWU.1).expect("the shipped world")
}

pub fn moment(text: &str) -> Moment {
    Moment::parse(text).expect("a civil time")
}

pub fn text(words: &str) -> Content {
    Content::Text(words.to_owned())
}

pub fn settings(environment: &[(&str, &str)]) -> Config {
    let pairs = environment.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned()));
    playground::demo_config(pairs).expect("good settings")
}

/// A world in a directory of its own, with the clock in the test's hand.
pub struct World {
    pub play: Playground,
    pub clock: Clock,
    pub config: Config,
    directory: tempfile::TempDir,
}

impl World {
    pub async fn new() -> Self {
        Self::with(&[]).await
    }

    pub async fn with(environment: &[(&str, &str)]) -> Self {
        let directory = playground::temporary_directory().unwrap();
        Self::at(directory, settings(environment)).await
    }

    pub async fn at(directory: tempfile::TempDir, config: Config) -> Self {
        let clock = Clock::manual(moment("2024-03-13 09:00"));
        let play = open(directory.path(), &config, &clock).await;
        Self { play, clock, config, directory }
    }

    pub fn database(&self) -> PathBuf {
        playground::database_in(self.directory.path())
    }

    pub fn router(&self) -> Router {
        self.play.router()
    }

    /// The service ends and starts again on the same data.
    pub async fn reopen(self) -> Self {
        let Self { play, clock, config, directory } = self;
        play.app.stop();
        drop(play);
        let play = open(directory.path(), &config, &clock).await;
        Self { play, clock, config, directory }
    }

    /// What somebody hears on saying something privately.
    pub async fn say(&self, sender: &str, words: &str) -> String {
        let sent = self.play.privately(sender, &text(words));
        let response = self.play.deliver(&sent).await.expect("a readable answer");
        assert_eq!(response.status, 200, "{words}");
        response.text.unwrap_or_default()
    }

    /// The same in a group, through the gateway.
    pub async fn say_in_group(&self, from: &str, name: &str, words: &str, at_bot: bool) -> String {
        let sent = self.play.through_gateway(from, name, Some(GROUP), at_bot, &text(words));
        let response = self.play.deliver(&sent).await.expect("a readable answer");
        assert_eq!(response.status, 200, "{words}");
        response.text.unwrap_or_default()
    }

    pub async fn ticket(&self, no: &str) -> Option<Ticket> {
        self.play.app.store.ticket(ticket_no(no)).await.expect("a readable store")
    }

    /// Tickets that exist, counted by a connection of its own.
    pub fn rows(&self, table: &str) -> i64 {
        rows(&self.database(), table)
    }

    pub async fn assert_sound(&self) {
        let report = self.play.app.store.verify().await.expect("a readable store");
        assert!(report.faults.is_empty(), "{:#?}", report.faults);
    }

    pub fn door(&self) -> Door {
        Door::new(&self.config)
    }
}

async fn open(directory: &Path, config: &Config, clock: &Clock) -> Playground {
    let database = playground::database_in(directory);
    Playground::open(&SHIPPED, &database, config, &lingwu(), clock.clone()).await.expect("a world")
}

pub fn rows(database: &Path, table: &str) -> i64 {
    let connection = rusqlite::Connection::open(database).unwrap();
    connection.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0)).unwrap()
}

pub fn ticket_no(text: &str) -> TicketNo {
    TicketNo::from_digits(text.trim_start_matches("LX")).expect("a ticket number")
}

/// The first ticket number in a text.
pub fn number_in(text: &str) -> Option<String> {
    let at = text.find("LX")?;
    let no: String = text[at..].chars().take_while(char::is_ascii_alphanumeric).collect();
    (no.len() >= 11).then_some(no)
}

/// The platform's and the gateway's side of the doors, for deliveries that the playground would not make.
pub struct Door {
    pub config: Config,
    pub platform: Platform,
    pub gateway: Bridge,
}

/// A request, ready to be made any number of times.
#[derive(Clone)]
pub struct Delivery {
    pub method: &'static str,
    pub target: String,
    pub headers: Vec<(&'static str, String)>,
    pub body: Vec<u8>,
}

/// What came back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answered {
    pub status: u16,
    pub body: Vec<u8>,
    /// The service marked it as not to be sent.
    pub hung_up: bool,
}

impl Answered {
    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).expect("answers are UTF-8")
    }
}

pub fn stamp(seconds: i64) -> Stamp {
    Stamp::parse(&format!("{seconds:010}"), &u64::from_be_bytes(random()).to_string()).unwrap()
}

pub fn key(sender: &str, create_time: i64, id: &str) -> MessageKey {
    MessageKey { account: "gh_lianxin_demo".into(), sender: sender.into(), create_time, id: id.into() }
}

impl Door {
    pub fn new(config: &Config) -> Self {
        let account = AccountConfig { previous_encoding_aes_key: None, ..config.account() };
        let section = config.bridge.as_ref().expect("a demo has a gateway");
        Self {
            config: config.clone(),
            platform: Platform::new(&account).expect("good settings"),
            gateway: Bridge::new(section.secret.0.clone()).expect("good settings"),
        }
    }

    /// A message to the account, signed and in the configured mode's form.
    pub fn post(&self, key: &MessageKey, content: &Content) -> Delivery {
        self.post_xml(&message_xml(key, content), key.create_time)
    }

    pub fn post_xml(&self, xml: &str, seconds: i64) -> Delivery {
        let post = self.platform.deliver(xml, &stamp(seconds), random());
        self.raw("POST", &post.query, post.body.into_bytes())
    }

    pub fn raw(&self, method: &'static str, query: &str, body: Vec<u8>) -> Delivery {
        let target = format!("{}?{query}", self.config.official_account.path);
        Delivery { method, target, headers: vec![], body }
    }

    pub fn by_gateway(&self, message: &Message, seconds: i64) -> Delivery {
        let (headers, body) = gateway_post(&self.gateway, "/bridge", &stamp(seconds), message);
        Delivery {
            method: "POST",
            target: "/bridge".into(),
            headers: headers.to_vec(),
            body: body.into_bytes(),
        }
    }

    /// Any body, signed as the gateway signs.
    pub fn gateway_raw(&self, method: &'static str, target: &str, body: &[u8], seconds: i64) -> Delivery {
        let headers = gateway_headers(&self.gateway, method, target, &stamp(seconds), body);
        Delivery { method, target: target.into(), headers: headers.to_vec(), body: body.to_vec() }
    }

    /// What the phone shows; `None` for silence.
    pub fn shown(&self, answered: &Answered) -> Option<String> {
        let reply = self.platform.open_reply(answered.text()).expect("a reply that the platform can read");
        reply.map(|reply| reply.text)
    }
}

/// Makes a request without a connection.
pub async fn deliver(router: &Router, delivery: &Delivery) -> Answered {
    let mut request = Request::builder().method(delivery.method).uri(&delivery.target);
    for (name, value) in &delivery.headers {
        request = request.header(*name, value);
    }
    let request = request.body(Body::from(delivery.body.clone())).expect("a request");
    let response = router.clone().oneshot(request).await.unwrap_or_else(|never| match never {});
    let hung_up = response.extensions().get::<HangUp>().is_some();
    let status = response.status().as_u16();
    let body = to_bytes(response.into_body(), 1 << 20).await.expect("a body").to_vec();
    Answered { status, body, hung_up }
}

/// Makes a request over TCP. `None`: the connection ended without a byte.
pub fn over_tcp(
    address: SocketAddr,
    delivery: &Delivery,
    within: Duration,
) -> std::io::Result<Option<Answered>> {
    let mut stream = TcpStream::connect_timeout(&address, within)?;
    stream.set_read_timeout(Some(within))?;
    stream.set_write_timeout(Some(within))?;
    let mut head = format!(
        "{} {} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\nContent-Length: {}\r\n",
        delivery.method,
        delivery.target,
        delivery.body.len()
    );
    for (name, value) in &delivery.headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    head.push_str("\r\n");
    stream.write_all(head.as_bytes())?;
    stream.write_all(&delivery.body)?;
    let mut answer = vec![];
    stream.read_to_end(&mut answer)?;
    if answer.is_empty() {
        return Ok(None);
    }
    let broken = || std::io::Error::new(std::io::ErrorKind::UnexpectedEof, "half an answer");
    let end = answer.windows(4).position(|w| w == b"\r\n\r\n").ok_or_else(broken)?;
    let head = String::from_utf8_lossy(&answer[..end]).to_lowercase();
    let status = head.split(' ').nth(1).and_then(|s| s.parse().ok()).ok_or_else(broken)?;
    let body = answer[end + 4..].to_vec();
    let promised = head.lines().find_map(|l| l.strip_prefix("content-length:")).map(|n| n.trim().parse());
    if promised.is_some_and(|n| n != Ok(body.len())) {
        return Err(broken());
    }
    Ok(Some(Answered { status, body, hung_up: false }))
}

/// Polls until it is so; a bound, not a pace.
pub fn eventually(what: &str, mut so: impl FnMut() -> bool) {
    let end = Instant::now() + Duration::from_secs(20);
    while !so() {
        assert!(Instant::now() < end, "{what}: not within 20 s");
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// The program with nothing of ours in its environment.
pub fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_lianxin"));
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("LIANXIN_")) {
        command.env_remove(name);
    }
    command
}

/// Runs the program to its end with a text on its standard input.
pub fn run(command: &mut Command, input: &str) -> Output {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_owned();
    let writer = std::thread::spawn(move || {
        // A program that fails early does not read its input.
        let _ = stdin.write_all(input.as_bytes());
    });
    let output = child.wait_with_output().expect("the program ends");
    writer.join().unwrap();
    output
}

pub fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("UTF-8")
}

pub fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).expect("UTF-8")
}

/// A running service of the program's own; killed when dropped.
pub struct Service {
    pub address: SocketAddr,
    /// What it printed until it listened.
    pub greeting: Vec<String>,
    child: Child,
}

impl Service {
    /// `lianxin demo` on a port that the system chooses.
    pub fn demo(data: &Path) -> Self {
        let mut command = program();
        command.args(["demo", "--port", "0", "--data"]).arg(data).env("LIANXIN_LOG", "off");
        Self::start(&mut command)
    }

    pub fn start(command: &mut Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).spawn().expect("the program starts");
        let out = child.stdout.take().unwrap();
        let (lines, line) = mpsc::channel();
        std::thread::spawn(move || {
            // To the end, so that the program never writes to a closed pipe; nobody may listen any more.
            for text in BufReader::new(out).lines().map_while(Result::ok) {
                let _ = lines.send(text);
            }
        });
        let mut greeting = vec![];
        let address = loop {
            let text = line.recv_timeout(Duration::from_secs(60)).expect("it says where it listens");
            let address =
                text.split("http://").nth(1).and_then(|rest| rest.trim_end_matches('/').parse().ok());
            greeting.push(text);
            if let Some(address) = address {
                break address;
            }
        };
        Self { address, greeting, child }
    }

    /// kill -9
    pub fn kill(mut self) {
        self.child.kill().expect("it was running");
        self.child.wait().expect("it ends");
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// xorshift64: the same throws every time.
pub struct Dice(pub u64);

impl Dice {
    pub fn below(&mut self, n: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % n
    }
}
