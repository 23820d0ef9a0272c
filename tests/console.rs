//! The console from outside, over real HTTP: who gets in and who does not, how long, what each post may see, that no
//! other page can make a browser change anything, and that names stay names. Routes come from the table of routes, so
//! that a new one is tested without being mentioned.
#![allow(clippy::unwrap_used, reason = "in the helpers of tests, as in tests")]

mod support;

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    time::{Duration, Instant},
};

use lianxin::{
    app::accounts::{Accounts, Key},
    domain::{
        account::{AccountName, Password, Post, Refusal, Right, Tries, Verdict},
        moment::Moment,
        words::masked,
    },
    web::{
        console::{self, Access, DemoAccount, Door, Method},
        listener,
    },
};
use support::{LI, MA, World, ZHANG, moment, program, run, stderr, stdout};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

const PASSWORD: &str = "清水河边有2棵老槐树";
const LOGIN: &str = "/console/login";
const HOME: &str = "/console/";
const ACCOUNTS: &str = "/console/accounts";

/// A world with its console on a port, and an account for each post, named by its code.
struct Office {
    world: World,
    address: SocketAddr,
}

impl Office {
    async fn open() -> Self {
        Self::with(Door::default()).await
    }

    async fn with(door: Door) -> Self {
        Self::of(World::new().await, door).await
    }

    async fn of(world: World, door: Door) -> Self {
        let app = world.play.app.clone();
        for post in Post::ALL {
            app.accounts.add(post.code(), *post, PASSWORD.into(), None).await.unwrap().unwrap();
        }
        let router = console::router(app, door).unwrap();
        let bound = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = bound.local_addr().unwrap();
        tokio::spawn(listener::serve(bound, router, std::future::pending()));
        Self { world, address }
    }

    fn accounts(&self) -> &Accounts {
        &self.world.play.app.accounts
    }

    fn browser(&self) -> Browser {
        Browser {
            address: self.address,
            cookie: None,
            headers: vec![("Sec-Fetch-Site", "same-origin".into())],
        }
    }

    async fn signed_in(&self, name: &str) -> Browser {
        let mut browser = self.browser();
        let answer = browser.sign_in(name, PASSWORD).await;
        assert_eq!((answer.status, answer.header("location")), (303, HOME), "{name}: {}", answer.body);
        browser
    }

    /// Moves the clock.
    fn minutes_pass(&self, minutes: i64) {
        let clock = &self.world.clock;
        clock.set(clock.now().plus_minutes(minutes));
    }
}

/// Holds a cookie and follows nothing by itself.
#[derive(Clone)]
struct Browser {
    address: SocketAddr,
    cookie: Option<String>,
    headers: Vec<(&'static str, String)>,
}

struct Page {
    status: u16,
    headers: Vec<(String, String)>,
    body: String,
}

impl Page {
    fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(n, _)| n == name).map_or("", |(_, value)| value)
    }

    fn token(&self) -> String {
        let at = self.body.find("name=\"token\" value=\"").expect("a form with a token");
        self.body[at + 20..at + 84].to_owned()
    }

    /// The page without what differs from one visit to the next.
    fn without_token(&self) -> String {
        self.body.replace(&self.token(), "")
    }

    fn is_login(&self) -> bool {
        (self.status, self.header("location")) == (303, LOGIN)
    }
}

impl Browser {
    async fn get(&mut self, path: &str) -> Page {
        self.request("GET", path, "").await
    }

    /// Posts a form with a token from a page that has one.
    async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Page {
        let mut source = self.get(LOGIN).await;
        if source.status == 303 {
            source = self.get(HOME).await;
        }
        let token = source.token();
        self.post_with(path, &token, fields).await
    }

    async fn post_with(&mut self, path: &str, token: &str, fields: &[(&str, &str)]) -> Page {
        let body: Vec<_> = std::iter::once(&("token", token))
            .chain(fields)
            .map(|(name, value)| format!("{name}={}", percent(value)))
            .collect();
        self.request("POST", path, &body.join("&")).await
    }

    async fn sign_in(&mut self, name: &str, password: &str) -> Page {
        self.post(LOGIN, &[("name", name), ("password", password)]).await
    }

    /// Sends a file in a form, as browsers do, with a token from a page that has one or this one.
    async fn upload(&mut self, path: &str, token: Option<&str>, kind: &str, file: &[u8]) -> Page {
        let own = self.get(HOME).await.token();
        let mut body = vec![];
        for (name, value) in
            [("token", token.unwrap_or(&own).as_bytes()), ("kind", kind.as_bytes()), ("file", file)]
        {
            body.extend(
                format!("--x9\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"a\"\r\n\r\n")
                    .into_bytes(),
            );
            body.extend(value);
            body.extend(b"\r\n");
        }
        body.extend(b"--x9--\r\n");
        self.send("POST", path, "multipart/form-data; boundary=x9", &body).await
    }

    async fn request(&mut self, method: &str, path: &str, body: &str) -> Page {
        self.send(method, path, "application/x-www-form-urlencoded", body.as_bytes()).await
    }

    async fn send(&mut self, method: &str, path: &str, kind: &str, body: &[u8]) -> Page {
        let mut head = format!(
            "{method} {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\
             Content-Type: {kind}\r\nContent-Length: {}\r\n",
            self.address,
            body.len()
        );
        for (name, value) in &self.headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        if let Some(cookie) = &self.cookie {
            head.push_str(&format!("Cookie: other=1; {cookie}\r\n"));
        }
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        stream.write_all(format!("{head}\r\n").as_bytes()).await.unwrap();
        stream.write_all(body).await.unwrap();
        let mut answer = vec![];
        stream.read_to_end(&mut answer).await.unwrap();
        let answer = String::from_utf8(answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").expect("a whole answer");
        let mut lines = head.lines();
        let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
        let headers: Vec<(String, String)> = lines
            .map(|line| line.split_once(": ").unwrap())
            .map(|(name, value)| (name.to_lowercase(), value.to_owned()))
            .collect();
        // Templates write a slash in a value as browsers read it.
        let page = Page { status, headers, body: body.replace("&#x2f;", "/") };
        if let Some((pair, _)) = page.header("set-cookie").split_once(';') {
            self.cookie = if pair.ends_with('=') { None } else { Some(pair.to_owned()) };
        }
        page
    }
}

fn percent(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

#[tokio::test]
async fn a_session_begins_with_a_key_of_its_own_and_ends_when_asked() {
    let office = Office::open().await;
    let mut browser = office.browser();
    assert!(browser.get(HOME).await.is_login());
    let login = browser.get(LOGIN).await;
    let attributes = login.header("set-cookie").split_once("; ").unwrap().1.to_owned();
    assert_eq!(attributes, "Path=/; HttpOnly; SameSite=Lax; Secure");
    let before = browser.cookie.clone().unwrap();
    assert!(before.starts_with("__Host-lianxin=") && before.len() == 15 + 64, "{before}");
    assert_eq!(browser.sign_in("auditor", PASSWORD).await.status, 303);
    let held = browser.cookie.clone().unwrap();
    assert_ne!(before, held, "the key is another one after signing in");
    assert_eq!(browser.get(HOME).await.status, 200);
    assert_eq!(browser.get(LOGIN).await.header("location"), HOME);
    // Whoever planted the first key is not in.
    let mut planter = Browser { cookie: Some(before), ..browser.clone() };
    assert!(planter.get(HOME).await.is_login());
    // The database knows only its hash.
    let bytes = std::fs::read(office.world.database()).unwrap();
    assert!(!String::from_utf8_lossy(&bytes).contains(held.split_once('=').unwrap().1));

    assert_eq!(browser.post("/console/logout", &[]).await.header("location"), "/console/login?done=logout");
    assert_eq!(browser.cookie, None);
    let mut keeper = Browser { cookie: Some(held), ..browser.clone() };
    assert!(keeper.get(HOME).await.is_login(), "the key is of no use any more");
    office.world.assert_sound().await;
}

#[tokio::test]
async fn a_demo_holds_a_plain_cookie_and_tells_its_account() {
    let demo = DemoAccount { name: "demo".into(), password: "told to everybody".into() };
    let office = Office::with(Door { proxy: None, demo: Some(demo) }).await;
    let login = office.browser().get(LOGIN).await;
    assert!(login.header("set-cookie").starts_with("lianxin-demo="), "{}", login.header("set-cookie"));
    assert!(!login.header("set-cookie").contains("Secure"));
    assert!(login.body.contains("told to everybody"));
}

#[tokio::test]
async fn nobody_learns_which_names_there_are() {
    let office = Office::with(Door { proxy: Some("127.0.0.1".parse().unwrap()), demo: None }).await;
    let closed = office.accounts().named("dictionary_editor").await.unwrap().unwrap();
    office.accounts().set_disabled(closed, true, None).await.unwrap().unwrap();
    let mut seen = vec![];
    for (name, password) in
        [("auditor", "not the password"), ("nobody", PASSWORD), ("dictionary_editor", PASSWORD)]
    {
        let mut quickest = Duration::MAX;
        for number in 1..=4 {
            let mut browser = office.browser();
            browser.headers.push(("X-Forwarded-For", format!("10.0.{number}.1")));
            let token = browser.get(LOGIN).await.token();
            let started = Instant::now();
            let answer = browser.post_with(LOGIN, &token, &[("name", name), ("password", password)]).await;
            quickest = quickest.min(started.elapsed());
            let text = answer.without_token().replace(&format!("value=\"{name}\""), "");
            seen.push((answer.status, text, quickest));
        }
    }
    let times: Vec<Duration> = seen.iter().skip(3).step_by(4).map(|(_, _, took)| *took).collect();
    for (status, text, _) in &seen {
        assert_eq!((*status, text), (401, &seen[0].1));
    }
    // Hashing takes most of the time; without it an answer would come in a tenth of it.
    assert!(times.iter().all(|took| *took * 3 > times[0] && times[0] * 3 > *took), "{times:?}");
}

#[tokio::test]
async fn five_wrong_passwords_lock_a_name_and_an_address() {
    let proxy = Some("127.0.0.1".parse().unwrap());
    let office = Office::with(Door { proxy, demo: None }).await;
    let from = |address: &str| {
        let mut browser = office.browser();
        // What stands before the proxy's own word is anybody's invention.
        browser.headers.push(("X-Forwarded-For", format!("9.9.9.9, {address}")));
        browser
    };
    for (number, address) in ["10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.4"].into_iter().enumerate() {
        assert_eq!(from(address).sign_in("auditor", "wrong").await.status, 401, "try {number}");
    }
    let fifth = from("10.0.0.5").sign_in("auditor", "wrong").await;
    assert_eq!(fifth.status, 429);
    assert!(fifth.body.contains("锁定") && fifth.body.contains("15分钟"));
    assert_eq!(from("10.0.0.6").sign_in("auditor", PASSWORD).await.status, 429, "the name is locked");
    assert_eq!(from("10.0.0.6").sign_in("system_admin", PASSWORD).await.status, 303, "others are not");
    office.minutes_pass(14);
    assert_eq!(from("10.0.0.6").sign_in("auditor", PASSWORD).await.status, 429);
    office.minutes_pass(1);
    assert_eq!(from("10.0.0.6").sign_in("auditor", PASSWORD).await.status, 303);

    for name in ["a", "b", "c", "d"] {
        assert_eq!(from("10.0.1.1").sign_in(name, "wrong").await.status, 401);
    }
    assert_eq!(from("10.0.1.1").sign_in("auditor", PASSWORD).await.status, 303, "a good one does not count");
    assert_eq!(from("10.0.1.1").sign_in("e", "wrong").await.status, 429);
    assert_eq!(from("10.0.1.1").sign_in("auditor", PASSWORD).await.status, 429, "the address is locked");
    assert_eq!(from("10.0.1.2").sign_in("auditor", PASSWORD).await.status, 303);
    // One subscriber has all of a /64.
    for last in 1..=4 {
        assert_eq!(
            from(&format!("2001:db8::{last}")).sign_in(&format!("f{last}"), "wrong").await.status,
            401
        );
    }
    assert_eq!(from("2001:db8::5").sign_in("g", "wrong").await.status, 429);
    assert!(office.world.rows("login_try") > 0, "a restart forgets nothing");
    office.world.assert_sound().await;
}

#[tokio::test]
async fn many_tries_at_once_are_no_more_than_many_in_a_row() {
    let office = Office::open().await;
    let mut tries = tokio::task::JoinSet::new();
    for _ in 0..40 {
        let mut browser = office.browser();
        tries.spawn(async move { browser.sign_in("auditor", "wrong").await.status });
    }
    let mut counts = BTreeMap::new();
    while let Some(status) = tries.join_next().await {
        *counts.entry(status.unwrap()).or_insert(0) += 1;
    }
    assert_eq!(counts, BTreeMap::from([(401, 4), (429, 36)]));
}

#[tokio::test]
async fn a_session_ends_when_idle_and_in_any_case_after_half_a_day() {
    let office = Office::open().await;
    let mut browser = office.signed_in("auditor").await;
    office.minutes_pass(29);
    assert_eq!(browser.get(HOME).await.status, 200);
    office.minutes_pass(29);
    assert_eq!(browser.get(HOME).await.status, 200, "a request begins the half hour anew");
    office.minutes_pass(30);
    assert!(browser.get(HOME).await.is_login());

    let mut busy = office.signed_in("auditor").await;
    for _ in 0..35 {
        office.minutes_pass(20);
        assert_eq!(busy.get(HOME).await.status, 200);
    }
    office.minutes_pass(20);
    assert!(busy.get(HOME).await.is_login(), "twelve hours");
}

#[tokio::test]
async fn another_password_or_a_closed_account_ends_every_session() {
    let office = Office::open().await;
    let mut here = office.signed_in("auditor").await;
    let mut there = office.signed_in("auditor").await;
    const NEW: &str = "三月里看了10次海棠花";
    let change = |old: &'static str, new: &'static str, again: &'static str| {
        [("old", old), ("new", new), ("again", again)]
    };
    for (fields, why) in [
        (change("wrong", NEW, NEW), "原密码不对"),
        (change(PASSWORD, NEW, "另一个"), "不一样"),
        (change(PASSWORD, "short", "short"), "至少10位"),
        (change(PASSWORD, "password123!!", "password123!!"), "太常见"),
    ] {
        let answer = here.post("/console/password", &fields).await;
        assert_eq!(answer.status, 422);
        assert!(answer.body.contains(why), "{why}");
    }
    let answer = here.post("/console/password", &change(PASSWORD, NEW, NEW)).await;
    assert_eq!(answer.header("location"), "/console/login?done=own_password");
    assert!(there.get(HOME).await.is_login());
    assert_eq!(office.browser().sign_in("auditor", PASSWORD).await.status, 401);
    assert_eq!(there.sign_in("auditor", NEW).await.status, 303);

    let mut admin = office.signed_in("system_admin").await;
    let id = office.accounts().named("auditor").await.unwrap().unwrap().0;
    let answer = admin.post(&format!("{ACCOUNTS}/{id}/disabled"), &[("disabled", "true")]).await;
    assert_eq!(answer.status, 303);
    assert!(there.get(HOME).await.is_login());
    assert_eq!(office.browser().sign_in("auditor", NEW).await.status, 401);
    // One's own account is another's to change.
    let own = office.accounts().named("system_admin").await.unwrap().unwrap().0;
    for (what, field) in
        [("disabled", ("disabled", "true")), ("post", ("post", "auditor")), ("password", ("password", NEW))]
    {
        let answer = admin.post(&format!("{ACCOUNTS}/{own}/{what}"), &[field]).await;
        assert_eq!(answer.status, 422, "{what}");
    }
    assert_eq!(admin.get(ACCOUNTS).await.status, 200);
    // A post counts from the next request on.
    let editor = office.accounts().named("dictionary_editor").await.unwrap().unwrap().0;
    let mut editing = office.signed_in("dictionary_editor").await;
    assert_eq!(editing.get("/console/audit").await.status, 403);
    admin.post(&format!("{ACCOUNTS}/{editor}/post"), &[("post", "auditor")]).await;
    assert_eq!(editing.get("/console/audit").await.status, 200);
    office.world.assert_sound().await;
}

/// Every route that is not a look, as whoever may do everything there, from everywhere but our own pages.
#[tokio::test]
async fn no_other_page_makes_a_browser_change_anything() {
    let office = Office::open().await;
    let own = format!("http://{}", office.address);
    let own: &'static str = own.leak();
    let foreign: &[&[(&'static str, &'static str)]] = &[
        &[("Sec-Fetch-Site", "cross-site")],
        &[("Sec-Fetch-Site", "same-site")],
        &[("Sec-Fetch-Site", "none")],
        &[("Sec-Fetch-Site", "")],
        &[("Origin", "https://evil.example")],
        &[("Origin", "null")],
        &[("Sec-Fetch-Site", "same-origin"), ("Origin", "https://evil.example")],
        &[("Sec-Fetch-Site", "cross-site"), ("Origin", own)],
        &[],
    ];
    let mut checked = 0;
    for route in console::routes().filter(|route| route.method != Method::Get) {
        let path = route.path.replace("{id}", "1");
        let who = match route.access {
            Access::Needs(right) => Post::ALL.iter().find(|post| post.may(right)).unwrap().code(),
            Access::Anyone | Access::SignedIn => "auditor",
        };
        let browser = office.signed_in(who).await;
        let token = browser.clone().get(HOME).await.token();
        let other = office.signed_in(who).await.get(HOME).await.token();
        let rows = office.world.rows("history");
        for headers in foreign {
            let headers = headers.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
            let mut page = Browser { headers, ..browser.clone() };
            let answer = page.post_with(&path, &token, &[]).await;
            assert_eq!(answer.status, 403, "{path} from {:?}", page.headers);
            assert!(answer.body.contains("没有改动任何东西"), "a page in plain words");
            checked += 1;
        }
        for wrong in ["", &other, &token[1..], &format!("{token}0")] {
            assert_eq!(
                browser.clone().post_with(&path, wrong, &[]).await.status,
                403,
                "{path} with {wrong:?}"
            );
            checked += 1;
        }
        let mut bare = Browser { cookie: None, ..browser.clone() };
        assert_eq!(bare.post_with(&path, &token, &[]).await.status, 403, "{path} without a cookie");
        let nothing = browser.clone().request("POST", &path, "").await;
        assert_eq!(nothing.status, 403, "{path} without a form");
        for method in ["PUT", "DELETE", "PATCH", "OPTIONS"] {
            let answer = browser.clone().request(method, &path, &format!("token={token}")).await;
            assert!(matches!(answer.status, 403 | 405), "{method} {path}: {}", answer.status);
        }
        assert_eq!(office.world.rows("history"), rows, "{path} did nothing");
        // And with everything right it is not the guard that stands in the way; older browsers send only an origin.
        let mut older = Browser { headers: vec![("Origin", own.to_owned())], ..browser.clone() };
        assert_ne!(
            older.post_with(&path, &token, &[("disabled", "x")]).await.status,
            403,
            "{path} done rightly"
        );
    }
    assert!(checked >= 7 * 13, "{checked} requests");
}

/// Every route as every post and as nobody.
#[tokio::test]
async fn each_post_sees_what_it_may_and_no_more() {
    let office = Office::open().await;
    for route in console::routes() {
        let path = route.path.replace("{id}", "1");
        let ask = async |browser: &mut Browser| match route.method {
            Method::Get => browser.get(&path).await,
            Method::Post => browser.post(&path, &[]).await,
        };
        let as_nobody = ask(&mut office.browser()).await;
        assert_eq!(as_nobody.is_login(), route.access != Access::Anyone, "{path} as nobody");
        for post in Post::ALL {
            let mut browser = office.signed_in(post.code()).await;
            let answer = ask(&mut browser).await;
            let may = match route.access {
                Access::Anyone | Access::SignedIn => true,
                Access::Needs(right) => post.may(right),
            };
            assert!(!answer.is_login(), "{path} as {post}");
            assert_eq!(answer.status == 403, !may, "{path} as {post}: {}", answer.status);
            // What was tried at the sign-in's own route is forgotten.
            office.minutes_pass(15);
        }
    }
    // The menu offers what may be seen, and nothing else.
    for post in Post::ALL {
        let mut browser = office.signed_in(post.code()).await;
        let home = browser.get(HOME).await;
        for (path, right) in [(ACCOUNTS, Right::ManageAccounts), ("/console/audit", Right::ReadAudit)] {
            assert_eq!(home.body.contains(&format!("href=\"{path}\"")), post.may(right), "{path} as {post}");
        }
    }
}

#[tokio::test]
async fn every_answer_has_its_headers() {
    let office = Office::open().await;
    let mut answers = vec![];
    for post in [Post::SystemAdmin, Post::Auditor] {
        let mut browser = office.signed_in(post.code()).await;
        for route in console::routes().filter(|route| route.method == Method::Get) {
            let path = route.path.replace("{id}", "1");
            let answer = browser.get(&path).await;
            answers.push((path, answer));
        }
    }
    let mut nobody = office.browser();
    for path in
        ["/console", HOME, LOGIN, "/console/no/such/page", "/console/accounts/999", "/console/accounts/x"]
    {
        answers.push((path.into(), nobody.get(path).await));
    }
    let mut admin = office.signed_in("system_admin").await;
    for (method, path) in
        [("GET", "/console/accounts/x"), ("GET", "/console/audit?before=x"), ("POST", ACCOUNTS)]
    {
        let mut auditor = office.signed_in("auditor").await;
        let browser = if path.contains("audit") { &mut auditor } else { &mut admin };
        let answer = match method {
            "GET" => browser.get(path).await,
            _ => browser.post(path, &[("post", "king")]).await,
        };
        assert!(matches!(answer.status, 400 | 422), "{path}: {}", answer.status);
        assert!(answer.body.contains("填的内容看不懂"), "{path}: {}", answer.body);
        answers.push((path.into(), answer));
    }
    answers.push(("forged".into(), nobody.request("POST", "/console/logout", "").await));
    for (path, answer) in answers {
        let policy = answer.header("content-security-policy");
        assert!(
            policy.starts_with("default-src 'none'; script-src 'self'; style-src 'self'"),
            "{path}: {policy}"
        );
        assert!(policy.contains("frame-ancestors 'none'") && !policy.contains("unsafe"), "{path}: {policy}");
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("x-frame-options", "DENY"),
            ("cache-control", "no-store"),
            ("referrer-policy", "same-origin"),
        ] {
            assert_eq!(answer.header(name), value, "{path}: {name}");
        }
        if answer.header("content-type").starts_with("text/html") {
            assert!(answer.body.contains("lang=\"zh-CN\""), "{path}");
            for forbidden in ["<style", " style=", " onclick=", "javascript:", "//cdn", "<script>"] {
                assert!(!answer.body.contains(forbidden), "{path}: {forbidden}");
            }
        }
    }
}

#[tokio::test]
async fn names_stay_names() {
    let office = Office::open().await;
    let mut admin = office.signed_in("system_admin").await;
    let payloads = [
        "<script>alert(1)</script>",
        "\"><img src=x onerror=a()>",
        "'-alert(1)-'",
        "</title><svg onload=a()>",
        "{{ 7*7 }}",
        "&lt;b&gt;",
    ];
    for name in payloads {
        let fields = [("name", name), ("post", "auditor"), ("password", PASSWORD)];
        assert_eq!(admin.post(ACCOUNTS, &fields).await.status, 303, "{name}");
        // A second time it is taken, and stands in the form again.
        assert_eq!(admin.post(ACCOUNTS, &fields).await.status, 422, "{name}");
    }
    for hidden in ["a\u{202e}b", "a\u{200b}b", "a\nb", "\u{feff}a", "", "   ", &"长".repeat(33)] {
        let fields = [("name", hidden), ("post", "auditor"), ("password", PASSWORD)];
        assert_eq!(admin.post(ACCOUNTS, &fields).await.status, 422, "{hidden:?}");
    }
    // However one came to be there.
    let connection = rusqlite::Connection::open(office.world.database()).unwrap();
    connection
        .execute("UPDATE account SET name = 'x' || char(8238) || 'y' WHERE name = 'auditor'", [])
        .unwrap();
    let last = office.world.rows("account");
    let mut pages = vec![admin.get(ACCOUNTS).await];
    for id in 1..=last {
        pages.push(admin.get(&format!("{ACCOUNTS}/{id}")).await);
    }
    pages.push(office.signed_in(payloads[0]).await.get("/console/audit").await);
    for page in &pages {
        assert_eq!(page.status, 200);
        for raw in ["<script>alert", "<img", "<svg onload", "\u{202e}", ">49<"] {
            assert!(!page.body.contains(raw), "{raw:?}");
        }
    }
    assert!(pages[0].body.contains("<bdi>x<span class=\"hidden-char\">U+202E</span>y</bdi>"));
    assert!(pages[0].body.contains("<bdi>&amp;lt;b&amp;gt;</bdi>"));
}

#[tokio::test]
async fn the_audit_tells_who_did_what() {
    let office = Office::open().await;
    let mut admin = office.signed_in("system_admin").await;
    let fields = [("name", "马小军"), ("post", "auditor"), ("password", PASSWORD)];
    assert_eq!(admin.post(ACCOUNTS, &fields).await.status, 303);
    office.browser().sign_in("马小军", "not this one").await;
    let mut auditor = office.signed_in("马小军").await;
    let page = auditor.get("/console/audit").await;
    let rows: Vec<&str> = page.body.split("<tr>").skip(2).collect();
    assert!(rows[0].contains("登录") && rows[0].contains("马小军"), "{}", rows[0]);
    assert!(rows[1].contains("登录失败") && rows[1].contains("127.0.0.1"), "{}", rows[1]);
    assert!(rows[2].contains("新建账号") && rows[2].contains("system_admin") && rows[2].contains("审计员"));
    assert!(!page.body.contains("更早的"));
    for _ in 0..50 {
        assert_eq!(office.signed_in("auditor").await.get(HOME).await.status, 200);
    }
    let page = auditor.get("/console/audit").await;
    assert_eq!(page.body.matches("<th scope=\"row\"").count(), 50);
    let at = page.body.find("/console/audit?before=").expect("a page before");
    let older = page.body[at..].split('"').next().unwrap();
    let older = auditor.get(older).await;
    assert!(older.body.contains("新建账号"));
    let bytes = std::fs::read(office.world.database()).unwrap();
    assert!(!String::from_utf8_lossy(&bytes).contains("not this one"), "no typed password is kept");
    office.world.assert_sound().await;
}

#[test]
fn accounts_are_made_on_the_command_line() {
    let directory = tempfile::tempdir().unwrap();
    let database = directory.path().join("lianxin.db");
    let user = |arguments: &[&str], input: &str| {
        run(program().arg("user").args(arguments).env("LIANXIN_STORE__PATH", &database), input)
    };
    let add =
        |name: &str, input: &str| user(&["add", name, "--role", "system_admin", "--password-stdin"], input);
    let output = add("王芳", &format!("{PASSWORD}\n"));
    assert!(output.status.success(), "{}", stderr(&output));
    for (password, why) in [
        ("short", "至少10位"),
        ("1234567890", "太常见"),
        ("aaaaaaaaaaaa", "太常见"),
        ("Password2026!!", "太常见"),
        ("王芳王芳王芳王芳王芳", "不要带账号名"),
    ] {
        let output = user(&["passwd", "王芳", "--password-stdin"], password);
        assert!(!output.status.success() && stderr(&output).contains(why), "{password}: {}", stderr(&output));
    }
    assert!(stderr(&add("王芳", PASSWORD)).contains("已经有账号"));
    assert!(stderr(&user(&["disable", "没有"], "")).contains("没有这个账号"));
    assert_eq!(user(&["add", "李", "--role", "king", "--password-stdin"], PASSWORD).status.code(), Some(2));
    assert!(stderr(&user(&["add", "李", "--role", "auditor"], PASSWORD)).contains("--password-stdin"));
    for arguments in [&["role", "王芳", "auditor"][..], &["disable", "王芳"]] {
        assert!(user(arguments, "").status.success(), "{arguments:?}");
    }
    assert_eq!(stdout(&user(&["list"], "")), "王芳\tauditor\tdisabled\t-\n");
    assert!(user(&["enable", "王芳"], "").status.success());
    let hash: String = rusqlite::Connection::open(&database)
        .unwrap()
        .query_row("SELECT password FROM account", [], |row| row.get(0))
        .unwrap();
    assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
}

#[test]
fn tries_and_passwords_keep_to_their_rules() {
    let start = moment("2024-03-13 09:00");
    let mut tries = Tries::NONE;
    let verdicts: Vec<Verdict> = (0..7)
        .map(|minute| {
            let (after, verdict) = tries.attempt(start.plus_minutes(minute));
            tries = after;
            verdict
        })
        .collect();
    let (c, l) = (Verdict::Compared, Verdict::Locked);
    assert_eq!(verdicts, [c, c, c, c, Verdict::Last, l, l]);
    assert_eq!(tries.attempt(start.plus_minutes(18)).1, l, "fifteen minutes from the last try");
    assert_eq!(tries.attempt(start.plus_minutes(19)).1, c);
    assert_eq!(Tries::NONE.attempt(Moment::from_millis(0)).1, c);

    let name = AccountName::parse(" 王芳 ").unwrap();
    assert_eq!(name.as_str(), "王芳");
    let fit = |text: &str| Password::fit(text.to_owned(), &name).err();
    assert_eq!(fit(PASSWORD), None);
    assert_eq!(fit("correct horse battery"), None);
    assert_eq!(fit(&"很长的密码".repeat(30)), Some(Refusal::PasswordLong));
    assert_eq!(fit("9876543210"), Some(Refusal::PasswordCommon));
    assert_eq!(
        format!("{:?} {:?}", Key::fresh(), Password::typed(PASSWORD.into())),
        "Key(***) Password(***)"
    );
    let key = Key::fresh();
    assert!(Key::parse(&key.cookie()).is_some_and(|again| again.form_token() == key.form_token()));
    for wrong in ["", "zz", &"g".repeat(64), &"+1".repeat(32), &"长".repeat(64)] {
        assert!(Key::parse(wrong).is_none(), "{wrong}");
    }
}

const DICTIONARY: &str = "/console/dictionary";

/// What is shown, without tags and without the menu's own words.
fn shown(page: &Page) -> String {
    let main = page.body.split("<main").nth(1).unwrap_or_default();
    let mut text = String::new();
    let mut inside = true;
    for c in main.chars() {
        match c {
            '<' => {
                inside = true;
                text.push(' ');
            }
            '>' => inside = false,
            _ if inside => {}
            _ => text.push(c),
        }
    }
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

impl Browser {
    /// Posts a form of the dictionary.
    async fn asks(&mut self, path: &str, fields: &[(&str, &str)]) -> Page {
        self.post(&format!("{DICTIONARY}/{path}"), fields).await
    }

    async fn sees(&mut self, path: &str) -> String {
        let page = self.get(&format!("{DICTIONARY}{path}")).await;
        assert_eq!(page.status, 200, "{path}: {}", page.body);
        shown(&page)
    }

    async fn adds(&mut self, kind: &str, words: &str, class: &str, weight: &str) -> Page {
        self.asks("edit", &[("kind", kind), ("words", words), ("class", class), ("weight", weight)]).await
    }
}

/// T11 as in chat, with the same figures.
#[tokio::test]
async fn the_dictionary_is_tuned_in_the_console_as_in_chat() {
    let office = Office::open().await;
    office.world.say(ZHANG, "欧景豪庭3号楼前面路灯不亮好几天了").await;
    office.world.say(LI, "欧景豪庭2号楼二单元楼道灯不亮").await;
    let mut admin = office.signed_in("community_admin").await;
    assert!(admin.sees("/draft").await.contains("没有草稿。现在生效的是第0版（出厂）"));

    let put = admin.adds("word", "路灯不亮", "路灯", "+6").await;
    assert_eq!(put.status, 200);
    let text = shown(&put);
    let golden = admin.sees("/golden").await;
    for part in
        ["收进草稿了", "路灯不亮 → 路灯 +6 词", "一条也不会变", "路灯不亮好几", "认作路灯", "共1处改动"]
    {
        assert!(text.replace(' ', "").contains(&part.replace(' ', "")), "{part}: {text}");
    }
    let figures = text.split("最近90天").nth(1).unwrap();
    assert!(figures.starts_with("4条"), "{figures}");
    let all = figures.split('/').nth(1).unwrap().split(' ').next().unwrap().to_owned();
    assert!(
        text.contains(&format!("{all}/{all}")) && golden.contains(&format!("{all}/{all} 句认对")),
        "{text}"
    );

    let unknown = admin.adds("phrase", "楼道灯", "楼道照明", "").await;
    assert_eq!(unknown.status, 422);
    assert!(unknown.body.contains("没有“楼道照明”这个类别"));
    for (weight, why) in [("0", "权重“0”不对"), ("21", "权重“21”不对"), ("x", "权重“x”不对")]
    {
        let answer = admin.adds("phrase", "楼道灯", "楼道灯", weight).await;
        assert!(answer.status == 422 && answer.body.contains(why), "{weight}");
    }
    assert_eq!(admin.adds("phrase", "路 灯", "路灯", "").await.status, 422);

    let unsaid = admin.asks("publish", &[("reason", " ")]).await;
    assert_eq!(unsaid.status, 422);
    assert!(unsaid.body.contains("请写上理由"));
    let published = admin.asks("publish", &[("reason", "春季路灯报修多")]).await;
    assert_eq!(
        published.header("location"),
        "/console/dictionary/versions/1?done=live",
        "{}",
        published.body
    );
    let version = admin.sees("/versions/1?done=live").await;
    for part in ["第1版已经生效", "community_admin（后台）", "春季路灯报修多", "路灯不亮 → 路灯 +6 词"]
    {
        assert!(version.replace(' ', "").contains(&part.replace(' ', "")), "{part}: {version}");
    }
    let tried = shown(&admin.asks("try", &[("text", "楼道灯不亮")]).await);
    assert!(tried.contains("现在生效的（第1版）") && tried.contains("楼道灯 报事"), "{tried}");
    assert!(tried.contains("楼道+灯|黑|不亮|照明|摸黑 楼道灯 +8.0"), "{tried}");

    let back = admin.asks("rollback", &[("to", "0"), ("reason", "试试退回")]).await;
    assert_eq!(back.header("location"), "/console/dictionary/versions/2?done=live");
    let versions = admin.sees("/versions").await;
    let first = versions.split("第1版").next().unwrap();
    for part in ["第2版 生效中", "community_admin 后台", "试试退回 退回第0版"] {
        assert!(first.contains(part), "{part}: {versions}");
    }
    for (to, why) in [("2", "没有这一版可退"), ("0", "请写上理由")] {
        let answer = admin.asks("rollback", &[("to", to), ("reason", "")]).await;
        assert!(answer.status == 422 && answer.body.contains(why), "{to}: {}", answer.body);
    }
    assert_eq!(admin.asks("rollback", &[("to", "77"), ("reason", "x")]).await.status, 404);
    office.world.assert_sound().await;
}

#[tokio::test]
async fn what_is_published_files_the_next_message_and_what_is_rolled_back_does_not() {
    let office = Office::open().await;
    let mut editor = office.signed_in("dictionary_editor").await;
    let mut admin = office.signed_in("community_admin").await;
    const WORDS: &str = "欧景豪庭3号楼前面的蓝精灵不转了";
    assert_eq!(editor.adds("phrase", "蓝精灵不转", "路灯", "20").await.status, 200);
    assert!(editor.sees("").await.contains("蓝精灵不转 路灯 +20 改动 草稿"));
    assert!(editor.sees("?q=%E8%93%9D%E7%B2%BE%E7%81%B5&origin=changed").await.contains("查到 1"));
    let tried = shown(&editor.asks("try", &[("text", WORDS)]).await);
    assert!(tried.contains("草稿会改变这一句") && tried.contains("→ 路灯。"), "{tried}");
    assert!(!office.world.say(ZHANG, WORDS).await.contains("路灯"), "a draft is nobody's reply");
    // Who edits does not publish.
    assert_eq!(editor.asks("publish", &[("reason", "x")]).await.status, 403);
    assert_eq!(editor.asks("rollback", &[("to", "0"), ("reason", "x")]).await.status, 403);
    assert_eq!(admin.asks("publish", &[("reason", "大家这么叫")]).await.status, 303);
    let said = office.world.say(LI, WORDS).await;
    assert!(said.contains("路灯"), "{said}");
    assert_eq!(admin.asks("rollback", &[("to", "0"), ("reason", "误伤")]).await.status, 303);
    let said = office.world.say(MA, WORDS).await;
    assert!(!said.contains("路灯"), "{said}");
    office.world.assert_sound().await;
}

#[tokio::test]
async fn a_draft_is_taken_back_edit_by_edit_or_whole() {
    let office = Office::open().await;
    let mut admin = office.signed_in("community_admin").await;
    admin.adds("phrase", "蓝精灵", "路灯", "5").await;
    let slip = [("kind", "slip"), ("words", "亭车"), ("meant", "停车")];
    assert_eq!(admin.asks("edit", &slip).await.status, 200);
    let place = [("kind", "place"), ("words", "老供销社"), ("meant", "没有的村")];
    let nowhere = admin.asks("edit", &place).await;
    assert!(nowhere.status == 422 && nowhere.body.contains("没有「没有的村」这个小区或村"));
    admin.asks("publish", &[("reason", "一")]).await;
    // Weighed anew, then taken back: it is as the live version has it, not as the files.
    admin.adds("phrase", "蓝精灵", "路灯", "7").await;
    assert!(admin.sees("/draft").await.contains("+5"));
    let answer = admin.asks("draft/drop", &[("line", "加短语 蓝精灵 路灯 +7")]).await;
    assert_eq!(answer.header("location"), "/console/dictionary/draft?done=draft_taken_back");
    assert!(admin.sees("/draft").await.contains("没有不一样的地方"));
    assert!(admin.asks("publish", &[("reason", "二")]).await.body.contains("没有等着发布的改动"));
    assert!(
        admin.asks("rollback", &[("to", "0"), ("reason", "x")]).await.body.contains("请先发布或作废草稿")
    );
    assert_eq!(admin.asks("draft/discard", &[]).await.status, 303);
    assert!(admin.asks("draft/discard", &[]).await.body.contains("没有等着发布的改动"));
    assert!(admin.sees("/draft").await.contains("没有草稿"));
}

#[tokio::test]
async fn golden_sentences_stand_in_the_way_until_somebody_says_otherwise() {
    let office = Office::open().await;
    let mut admin = office.signed_in("community_admin").await;
    let add = [("text", "河边的蓝精灵坏了"), ("class", "路灯")];
    assert_eq!(
        admin.asks("golden", &add).await.header("location"),
        "/console/dictionary/golden?done=golden_added"
    );
    assert!(admin.sees("/golden").await.contains("河边的蓝精灵坏了"));
    admin.adds("phrase", "蓝精灵坏", "楼道灯", "20").await;
    assert!(admin.sees("/golden").await.contains("1句认错"));
    let refused = admin.asks("publish", &[("reason", "试试")]).await;
    assert_eq!(refused.status, 422);
    for part in ["没有发布：还有金样本认错", "河边的蓝精灵坏了", "name=\"despite_golden\"", "value=\"试试\""]
    {
        assert!(refused.body.contains(part), "{part}");
    }
    let forced = admin.asks("publish", &[("reason", "试试"), ("despite_golden", "on")]).await;
    assert_eq!(forced.status, 303);
    assert!(admin.sees("/versions").await.contains("1句金样本没过"), "it is on record");
    assert_eq!(admin.asks("golden/drop", &add[..1]).await.status, 303);
    assert!(!admin.sees("/golden").await.contains("蓝精灵"));
    for (text, class) in [("", "路灯"), ("一句话", "没有这类"), (&*"长".repeat(201), "路灯")] {
        assert_eq!(admin.asks("golden", &[("text", text), ("class", class)]).await.status, 422, "{class}");
    }
}

#[tokio::test]
async fn edits_go_out_and_come_in_as_text_whole_or_not_at_all() {
    let office = Office::open().await;
    let mut admin = office.signed_in("community_admin").await;
    let wrong = "加词 路灯 路灯 +6\n加短语 楼道灯 没有这类\n停词\n加地名 老供销社 没有的村\n胡说八道";
    let answer = admin.asks("import", &[("text", wrong)]).await;
    assert_eq!(answer.status, 422);
    for part in ["有4行不对，一条也没有收", "第2行", "第3行", "第5行", "没有“没有这类”这个类别", "胡说八道"]
    {
        // What cannot be read is told before what cannot be laid over.
        let part = part.replace('4', "3");
        assert!(answer.body.contains(&part), "{part}: {}", shown(&answer));
    }
    let unlaid = admin.asks("import", &[("text", "加地名 老供销社 没有的村")]).await;
    assert!(unlaid.status == 422 && unlaid.body.contains("没有「没有的村」"));
    assert!(admin.sees("/draft").await.contains("没有草稿"), "nothing was taken in");
    assert!(admin.asks("import", &[("text", "# 空的\n")]).await.body.contains("没有一条改动"));

    let lines = "加词 路灯不亮 facility.street_light +6\n停词 灯不亮\n错字 亭车 停车\n";
    let taken = admin.asks("import", &[("text", &format!("\u{feff}{lines}"))]).await;
    assert_eq!(taken.header("location"), "/console/dictionary/draft?done=imported", "{}", shown(&taken));
    let out = admin.get("/console/dictionary/export?which=draft").await;
    assert_eq!(out.header("content-disposition"), "attachment; filename=\"lianxin-dictionary-draft.txt\"");
    assert_eq!((out.header("content-type"), &*out.body), ("text/plain; charset=utf-8", lines));
    assert_eq!(admin.get("/console/dictionary/export").await.body, "");

    // Large texts are for this form only.
    let large = "#".repeat(500_000);
    assert!(admin.asks("import", &[("text", &large)]).await.body.contains("没有一条改动"));
    assert_eq!(admin.asks("try", &[("text", &large)]).await.status, 403);
    assert_eq!(admin.asks("import", &[("text", &"#".repeat(2_900_000))]).await.status, 403);
}

#[tokio::test]
async fn a_dry_run_is_seen_to_its_end() {
    let office = Office::open().await;
    office.world.say(ZHANG, "欧景豪庭3号楼前面的蓝精灵不转了，13800138000").await;
    let mut admin = office.signed_in("community_admin").await;
    assert!(admin.sees("/dry-run").await.contains("没有草稿，没有什么可试的"));
    admin.adds("phrase", "蓝精灵不转", "路灯", "20").await;
    for _ in 0..3 {
        assert_eq!(admin.asks("dry-run", &[]).await.header("location"), "/console/dictionary/dry-run");
    }
    let began = Instant::now();
    let done = loop {
        let page = admin.sees("/dry-run").await;
        if !page.contains("正在跑") {
            break page;
        }
        assert!(began.elapsed() < Duration::from_secs(60));
        tokio::time::sleep(Duration::from_millis(50)).await;
    };
    for part in ["会变1条", "蓝精灵不转了，138******00", "？拿不准"] {
        assert!(done.contains(part), "{part}: {done}");
    }
    assert!(!admin.sees("/dry-run?turned=worse").await.contains("蓝精灵"));
    assert!(admin.sees("/dry-run?turned=unsure").await.contains("蓝精灵"));
    admin.adds("phrase", "蓝精灵", "路灯", "1").await;
    assert!(admin.sees("/dry-run").await.contains("这是改之前的结果"));
}

#[tokio::test]
async fn unknown_places_are_named_or_dismissed() {
    let office = Office::open().await;
    let connection = rusqlite::Connection::open(office.world.database()).unwrap();
    for (name, seen) in [("老供销社", 3), ("<b>大槐树", 1)] {
        connection
            .execute(
                "INSERT INTO unknown_place (name, seen, ticket, at) VALUES (?1, ?2, 2403130001, 0)",
                rusqlite::params![name, seen],
            )
            .unwrap();
    }
    let mut editor = office.signed_in("dictionary_editor").await;
    let page = editor.sees("/places").await;
    assert!(page.contains("老供销社 3次") && page.contains("&lt;b&gt;大槐树 1次"), "{page}");
    let named = [("name", "老供销社"), ("estate", "灵武新村")];
    assert_eq!(editor.asks("places", &[("name", "老供销社"), ("estate", "")]).await.status, 422);
    assert_eq!(
        editor.asks("places", &named).await.header("location"),
        "/console/dictionary/places?done=place_named"
    );
    assert!(editor.sees("/draft").await.contains("地名 老供销社 → 灵武新村"));
    assert_eq!(editor.asks("places/dismiss", &[("name", "<b>大槐树")]).await.status, 303);
    assert!(editor.sees("/places").await.contains("没有对不上的地名"));
}

#[tokio::test]
async fn why_a_ticket_was_filed_so_is_told_and_private_ones_are_not() {
    let office = Office::open().await;
    office.world.say(ZHANG, "欧景豪庭3号楼路灯不亮，电话138 0013 8000").await;
    let mut editor = office.signed_in("dictionary_editor").await;
    let connection = rusqlite::Connection::open(office.world.database()).unwrap();
    let no: i64 = connection.query_row("SELECT max(no) FROM ticket", [], |row| row.get(0)).unwrap();
    let no = format!("{}{:03}", no / 10_000_000, no % 10_000_000);
    for typed in [format!("LX{no}"), no.clone()] {
        let page = editor.sees(&format!("/why?no={typed}")).await;
        assert!(page.contains("现在归路灯") && page.contains("138 ****") && !page.contains("8000"), "{page}");
    }
    assert!(editor.sees("/why?no=LX991231001").await.contains("没有这张单子"));
    connection.execute("UPDATE ticket SET body = json_set(body, '$.private', json('true'))", []).unwrap();
    let page = editor.sees(&format!("/why?no={no}")).await;
    assert!(page.contains("这是私密的单子") && !page.contains("路灯不亮"), "{page}");
}

#[tokio::test]
async fn terms_stay_terms() {
    let office = Office::open().await;
    let mut admin = office.signed_in("community_admin").await;
    for words in ["<script>alert(1)</script>", "\"><img/src=x/onerror=a()>", "{{7*7}}", "a\u{202e}b"] {
        let put = admin.adds("phrase", words, "路灯", "3").await;
        assert_eq!(put.status, 200, "{words}");
        admin.asks("golden", &[("text", words), ("class", "路灯")]).await;
        let tried = admin.asks("try", &[("text", words)]).await;
        let mut pages = vec![put, tried];
        for path in ["", "/draft", "/golden", "/text", "/edit?kind=phrase&words=%22%3E%3Cimg%3E"] {
            pages.push(admin.get(&format!("{DICTIONARY}{path}")).await);
        }
        for page in &pages {
            for raw in ["<script>alert", "<img", ">49<", "\u{202e}</b"] {
                assert!(!page.body.contains(raw), "{words}: {raw}");
            }
        }
    }
}

#[test]
fn long_numbers_are_masked_character_for_character() {
    for (text, wanted) in [
        ("电话13800138000。", "电话138******00。"),
        ("138 0013 8000", "138 **** **00"),
        ("138-0013-8000", "138-****-**00"),
        ("身份证64010219900101123X", "身份证640*************3X"),
        ("３号楼１３８００１３８０００", "３号楼１３８******００"),
        ("0951-1234567 LX240313001 2024-03-13 3号楼", "0951-1234567 LX240313001 2024-03-13 3号楼"),
    ] {
        assert_eq!(masked(text), wanted);
        assert_eq!(masked(text).chars().count(), text.chars().count());
    }
}

const LEDGER: &str = "/console/ledger";
const ODD_REPORT: &str = "=1+1 3号楼2单元501路灯不亮，我叫王建国，电话13800138000";

/// An office in which a matter was reported, worked, and spoken of with all that is personal.
async fn with_tickets() -> Office {
    let office = Office::open().await;
    let world = &office.world;
    world.say(ZHANG, ODD_REPORT).await;
    world.say(LI, "5号楼东边消防通道被堵了").await;
    world.say(MA, "签收 LX240313002").await;
    world.say(MA, "情况 LX240313002 车主在3-2-501，电话13900139000").await;
    while world.play.app.ledgers.fill_index().await.unwrap() {}
    office
}

#[tokio::test]
async fn the_ledger_tells_what_there_is_and_hides_who_it_is() {
    let office = with_tickets().await;
    let mut admin = office.signed_in("community_admin").await;
    let page = admin.get(LEDGER).await;
    assert_eq!(page.status, 200);
    assert!(page.body.contains("2024年3月1日至2024年3月31日收到的诉求"), "this month by itself");
    for told in ["/console/tickets/LX240313001", "路灯不亮", "网格员小马", "响应率", "3 / 4 件该响应"]
    {
        assert!(page.body.contains(told), "{told}: {}", page.body);
    }
    for hidden in ["13800138000", "王建国", "501"] {
        assert!(!page.body.contains(hidden), "{hidden}");
    }
    let day = admin.get(&format!("{LEDGER}?from=2024-03-13&to=2024-03-13&category=fire_lane")).await;
    assert!(day.body.contains("LX240313002") && !day.body.contains("LX240313001"));
    assert!(admin.get(&format!("{LEDGER}?from=2030-01-01&to=")).await.body.contains("没有这样的诉求"));
    for wrong in ["from=2024-02-30", "from=x", "community=999", "category=king", "only=king", "before=x"] {
        assert_eq!(admin.get(&format!("{LEDGER}?{wrong}")).await.status, 400, "{wrong}");
    }
    // Whoever supervises sees the same, but has nothing unhidden to ask for.
    let mut supervisor = office.signed_in("supervisor").await;
    let page = supervisor.get(LEDGER).await;
    assert!(page.body.contains("导出 Excel") && !page.body.contains("export-plain"));
    let overview = supervisor.get("/console/overview").await;
    assert!(overview.body.contains("2024年3月") && overview.body.contains("<svg"), "{}", overview.body);
    office.world.assert_sound().await;
}

#[tokio::test]
async fn files_are_masked_unless_for_a_reason_and_each_is_on_record() {
    let office = with_tickets().await;
    let mut admin = office.signed_in("community_admin").await;
    let fields = [("from", "2024-03-13"), ("to", "2024-03-13"), ("format", "csv")];
    let file = admin.post("/console/ledger/export", &fields).await;
    assert_eq!((file.status, file.header("content-type")), (200, "text/csv; charset=utf-8"));
    let name = file.header("content-disposition");
    assert!(name.contains("filename=\"ledger.csv\"; filename*=UTF-8''%E5%B1%85"), "{name}");
    assert!(file.body.starts_with("\u{feff}\"序号\"") && file.body.contains("\"'=1+1 "), "{}", file.body);
    assert!(!file.body.contains("13800138000") && !file.body.contains("13900139000"));
    let path = "/console/ledger/export-plain";
    let refused = admin.post(path, &fields).await;
    assert_eq!(refused.status, 422);
    assert!(refused.body.contains("请写清理由"));
    let rows = office.world.rows("audited");
    let with_reason = [&fields[..], &[("reason", "区里督查要原件")]].concat();
    let file = admin.post(path, &with_reason).await;
    assert!(file.body.contains("13800138000"), "{}", file.body);
    assert_eq!(office.world.rows("audited"), rows + 1);
    assert_eq!(office.signed_in("supervisor").await.post(path, &with_reason).await.status, 403);
    assert_eq!(admin.post("/console/ledger/export", &[("format", "exe")]).await.status, 400);
    let audit = office.signed_in("auditor").await.get("/console/audit").await;
    for told in
        ["导出台账（含个人信息）", "区里督查要原件", "导出台账（已遮掩）", "2024年3月13日至2024年3月13日"]
    {
        assert!(audit.body.contains(told), "{told}: {}", audit.body);
    }
}

#[tokio::test]
async fn a_ticket_tells_its_history_and_shows_people_only_for_a_reason() {
    let office = with_tickets().await;
    let mut admin = office.signed_in("community_admin").await;
    let page = admin.get("/console/tickets/LX240313002").await;
    assert_eq!(page.status, 200);
    for told in ["报事", "受理", "派单", "网格员小马", "签收", "办理情况", "居民", "消防通道被堵"]
    {
        assert!(page.body.contains(told), "{told}: {}", page.body);
    }
    assert!(!page.body.contains("13900139000") && page.body.contains("139******00"));
    let path = "/console/tickets/LX240313002/plain";
    assert_eq!(admin.post(path, &[("reason", "")]).await.status, 422);
    let rows = office.world.rows("audited");
    let plain = admin.post(path, &[("reason", "联系车主挪车")]).await;
    assert!(plain.body.contains("13900139000"), "{}", plain.body);
    assert_eq!(office.world.rows("audited"), rows + 1);
    let audit = office.signed_in("auditor").await.get("/console/audit").await;
    assert!(audit.body.contains("看工单里的个人信息") && audit.body.contains("LX240313002"));
    for nowhere in ["LX240313999", "x", "1", "LX"] {
        assert_eq!(admin.get(&format!("/console/tickets/{nowhere}")).await.status, 404, "{nowhere}");
    }
    // What is private stays private, also for a reason.
    office.world.say(LI, "私密 LX240313002").await;
    let page = admin.post(path, &[("reason", "联系车主挪车")]).await;
    assert!(!page.body.contains("消防通道被堵了") && page.body.contains("私密件"), "{}", page.body);
    assert!(!page.body.contains("13900139000"));
    office.world.assert_sound().await;
}

#[tokio::test]
async fn words_places_and_numbers_are_found() {
    let office = with_tickets().await;
    let mut admin = office.signed_in("community_admin").await;
    let search = |q: &str| format!("/console/search?q={}", percent(q));
    for (q, found) in [
        ("路灯", "LX240313001"),
        ("路灯 不亮", "LX240313001"),
        ("３号楼", "LX240313001"),
        ("物华兴洲苑5号楼", "LX240313002"),
        ("消防通道", "LX240313002"),
        ("车主在", "LX240313002"),
    ] {
        let page = admin.get(&search(q)).await;
        assert!(page.body.contains(&format!("/console/tickets/{found}")), "{q}: {}", page.body);
    }
    assert!(admin.get(&search("路灯")).await.body.contains("<mark><bdi>路灯</bdi></mark>"));
    for number in ["LX240313002", "lx240313002", "240313002"] {
        assert_eq!(admin.get(&search(number)).await.header("location"), "/console/tickets/LX240313002");
    }
    // What is hidden cannot be asked for either, and nothing that is typed is an operator of the index.
    for nothing in ["13800138000", "王建国", "灯路", "\"", "* OR a", "NEAR(", "   ", "<script>"] {
        let page = admin.get(&search(nothing)).await;
        assert_eq!(page.status, 200, "{nothing}");
        assert!(!page.body.contains("/console/tickets/"), "{nothing}: {}", page.body);
    }
    // What is made private leaves the index.
    office.world.say(ZHANG, "私密 LX240313001").await;
    assert!(
        !admin.get(&search("路灯")).await.body.contains("/console/tickets/"),
        "even before it is filled anew"
    );
    while office.world.play.app.ledgers.fill_index().await.unwrap() {}
    assert!(!admin.get(&search("路灯")).await.body.contains("/console/tickets/"));
    office.world.assert_sound().await;
}

#[tokio::test]
async fn a_bound_account_works_as_its_person_does_by_chat() {
    const ERRANDS: &str = "/console/errands";
    let office = Office::open().await;
    let reply = office.world.say("oErrandsResident00000000001", "灵武新村3号楼路灯不亮").await;
    assert!(reply.contains("LX240313001"), "{reply}");
    let mut desk = office.signed_in("supervisor").await;
    // Nobody's yet: it may only say whose it is, and leaves nothing behind.
    let refused = desk.post(ERRANDS, &[("once", "a"), ("line", "5号楼路灯不亮")]).await;
    assert!(refused.body.contains("先绑定，再办事"), "{}", refused.body);
    assert_eq!(office.world.ticket("LX240313002").await, None);
    let store = &office.world.play.app.store;
    let staff = store.person_by_key("xiaowang".into()).await.unwrap().unwrap();
    let until = office.world.clock.now().plus_minutes(10);
    store.issue_code("246813".into(), staff, until).await.unwrap();
    let bound = desk.post(ERRANDS, &[("once", "b"), ("line", "绑定 246813")]).await;
    assert!(bound.body.contains("您是<bdi>小王</bdi>"), "{}", bound.body);
    // The same form twice, as by a second click, moves the ticket once.
    for _ in 0..2 {
        let line = [("once", "c"), ("line", "派单 LX240313001 物业")];
        let done = desk.post(ERRANDS, &line).await;
        assert!(done.body.contains("LX240313001 已派给物业刘经理"), "{}", done.body);
    }
    let events = office.world.rows("history WHERE kind = 'ticket' AND body LIKE '%\"handed\"%'");
    assert_eq!(events, 1);
    let page = desk.get("/console/tickets/LX240313001").await;
    assert!(page.body.contains("您是<bdi>小王</bdi>"), "{}", page.body);
    let spent = office.world.say(support::MA, "支出 200 换灯泡 LX240313001").await;
    let page = desk.get("/console/tickets/LX240313001").await;
    for told in ["花了经费", "支001", "200.00", "换灯泡", "已记账"] {
        assert!(page.body.contains(told), "{told}: {spent} {}", page.body);
    }
    let begun = desk.get("/console/errands?line=%E7%AD%BE%E6%94%B6%20LX240313001%20").await;
    assert!(begun.body.contains("value=\"签收 LX240313001 \""), "{}", begun.body);
    office.world.assert_sound().await;
}

impl Office {
    /// Somebody signed in whose account is a person's of the organisation.
    async fn bound(&self, name: &str, person: &str, code: &str) -> Browser {
        let mut desk = self.signed_in(name).await;
        let store = &self.world.play.app.store;
        let staff = store.person_by_key(person.into()).await.unwrap().unwrap();
        store.issue_code(code.into(), staff, self.world.clock.now().plus_minutes(10)).await.unwrap();
        let line = format!("绑定 {code}");
        desk.post("/console/errands", &[("once", "bind"), ("line", line.as_str())]).await;
        desk
    }
}

/// The moves that a ticket's page offers.
fn offered(page: &Page) -> Vec<&str> {
    let mut found: Vec<&str> =
        page.body.split("name=\"kind\" value=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    found.sort_unstable();
    found
}

#[tokio::test]
async fn a_ticket_offers_what_may_be_done_now_and_does_it() {
    const TICKET: &str = "/console/tickets/LX240313001";
    const ACT: &str = "/console/tickets/LX240313001/act";
    let office = Office::open().await;
    let world = &office.world;
    world.say("oActResident000000000000001", "灵武新村3号楼路灯不亮").await;
    // Nobody's account looks and does nothing, also by a form that it was never shown.
    let mut nobody = office.signed_in("supervisor").await;
    let page = nobody.get(TICKET).await;
    assert!(offered(&page).is_empty() && page.body.contains("还没绑定到人"), "{}", page.body);
    let refused = nobody.post(ACT, &[("once", "a"), ("kind", "sign_for")]).await;
    assert_eq!(refused.status, 422);
    assert!(refused.body.contains("没有办：这个账号还没绑定到人"), "{}", refused.body);

    let mut desk = office.bound("community_admin", "xiaowang", "246813").await;
    let page = desk.get(TICKET).await;
    let open = offered(&page);
    for kind in [
        "sign_for",
        "done",
        "hand_out",
        "decline",
        "raise",
        "refile",
        "supervise",
        "whistle",
        "segment",
        "lead",
        "grade",
    ] {
        assert!(open.contains(&kind), "{kind}: {open:?}");
    }
    // Not begun: nothing to verify, to hold or to resume; and whose it is not may not give it back.
    for kind in ["verify", "hold", "resume", "return", "unmerge", "explain", "countersign", "approve"] {
        assert!(!open.contains(&kind), "{kind}: {open:?}");
    }
    for wrong in ["nonsense", "bind", "forget"] {
        let page = desk.post(ACT, &[("once", "w"), ("kind", wrong)]).await;
        assert!(page.status >= 400, "{wrong}: {}", page.status);
    }
    // Twice the same form is one move.
    for _ in 0..2 {
        let act = [("once", "b"), ("kind", "hand_out"), ("choice", "小马"), ("text", "尽快看看")];
        let done = desk.post(ACT, &act).await;
        assert_eq!(done.status, 200);
        assert!(done.body.contains("转派 LX240313001 小马") || done.body.contains("小马"), "{}", done.body);
    }
    desk.post(ACT, &[("once", "c"), ("kind", "sign_for")]).await;
    let page = desk.get(TICKET).await;
    assert!(page.body.contains("办理中"), "{}", page.body);
    assert!(
        offered(&page).contains(&"hold") && !offered(&page).contains(&"sign_for"),
        "{:?}",
        offered(&page)
    );
    // A move that is refused says why, and leaves the ticket.
    let none = desk.post(ACT, &[("once", "d"), ("kind", "resume"), ("text", "")]).await;
    assert!(none.body.contains("LX240313001") && none.body.contains("办理中"), "{}", none.body);
    // Words that would be read as another ticket's number are not said at all.
    let odd = desk.post(ACT, &[("once", "e"), ("kind", "note"), ("text", "LX240313002 也停了")]).await;
    assert_eq!(odd.status, 422);
    assert!(odd.body.contains("开头像是单号"), "{}", odd.body);
    // Twelve households are no ticket.
    let counted = desk.post(ACT, &[("once", "e2"), ("kind", "note"), ("text", "12 户都停了")]).await;
    assert!(counted.status == 200 && counted.body.contains("12 户都停了"), "{}", counted.body);
    let held = [("once", "f"), ("kind", "hold"), ("choice", "2024-04-01"), ("text", "等配件\r\n厂家停产")];
    let held = desk.post(ACT, &held).await;
    assert!(held.body.contains("挂账 LX240313001 2024-04-01 等配件 厂家停产"), "{}", held.body);
    assert!(offered(&held).contains(&"resume") && !offered(&held).contains(&"hold"), "{:?}", offered(&held));
    assert_eq!(world.ticket("LX240313001").await.unwrap().state.code(), "on_hold");
    desk.post(ACT, &[("once", "g"), ("kind", "resume"), ("text", "配件到了")]).await;
    // A reason that begins like a level is a reason; the level is chosen.
    let up = [("once", "r"), ("kind", "raise"), ("choice", "社区"), ("text", "社区没有这笔钱")];
    let up = desk.post(ACT, &up).await;
    assert!(up.body.contains("已上报到社区") && up.body.contains("社区没有这笔钱"), "{}", up.body);
    // What the bot asks back is answered on the same page.
    let asked = desk
        .post(
            ACT,
            &[("once", "h"), ("kind", "whistle"), ("choice", "住建局"), ("text", "线路老化社区修不了")],
        )
        .await;
    assert!(asked.body.contains("吹哨 住建局 LX240313001 线路老化社区修不了"), "{}", asked.body);
    let blown = desk.post(ACT, &[("once", "i"), ("kind", ""), ("text", "1")]).await;
    assert!(blown.body.contains("哨0"), "{}", blown.body);
    // Done by the worker by chat, verified here.
    world.say(MA, "办结 LX240313001 换了灯泡").await;
    let page = desk.get(TICKET).await;
    assert!(offered(&page).contains(&"verify"), "{:?} {}", offered(&page), page.body);
    let verified =
        desk.post(ACT, &[("once", "j"), ("kind", "verify"), ("choice", "通过"), ("text", "")]).await;
    assert!(verified.body.contains("待居民确认"), "{}", verified.body);
    office.world.assert_sound().await;
}

#[tokio::test]
async fn a_list_tells_each_what_waits_for_them() {
    const AGENDA: &str = "/console/agenda";
    let office = Office::open().await;
    let world = &office.world;
    world.say("oTodoResident0000000000001", "灵武新村3号楼路灯不亮").await;
    world.say("oTodoResident0000000000002", "灵武新村2号楼水管爆了").await;
    let nobody = office.signed_in("community_admin").await.get(AGENDA).await;
    assert!(nobody.body.contains("还没绑定到人") && !nobody.body.contains("LX240313001"), "{}", nobody.body);
    let mut worker = office.bound("community_admin", "xiaoma", "246813").await;
    let mut staff = office.bound("supervisor", "xiaowang", "246814").await;
    let section = |page: &Page, id: &str| {
        let begin = format!("<h2 id=\"{id}\">");
        let rest = page.body.split(&begin).nth(1).unwrap_or_default();
        rest.split("</section>").next().unwrap_or_default().to_owned()
    };
    let page = worker.get(AGENDA).await;
    assert!(section(&page, "to_sign").contains("/console/tickets/LX240313001"), "{}", page.body);
    let theirs = staff.get(AGENDA).await;
    assert!(!theirs.body.contains("LX240313001"), "{}", theirs.body);
    // Signed for: in hand; past its time: late, and said so by its state's list alone.
    world.say(MA, "签收 LX240313001").await;
    let page = worker.get(AGENDA).await;
    assert!(
        section(&page, "later").contains("LX240313001") && !section(&page, "to_sign").contains("LX240313001")
    );
    let due = world.ticket("LX240313001").await.unwrap().due_at.unwrap();
    world.clock.set(due.plus_minutes(-20));
    let mut worker = office.bound("community_admin", "xiaoma", "246815").await;
    assert!(section(&worker.get(AGENDA).await, "today").contains("LX240313001"));
    world.clock.set(due.plus_minutes(1));
    let page = worker.get(AGENDA).await;
    assert!(section(&page, "overdue").contains("LX240313001"), "{}", page.body);
    // Done: it waits for the community, and for the worker no more.
    world.say(MA, "办结 LX240313001 换了灯泡").await;
    assert!(!worker.get(AGENDA).await.body.contains("LX240313001"));
    let mut staff = office.bound("supervisor", "xiaowang", "246816").await;
    let page = staff.get(AGENDA).await;
    assert!(section(&page, "to_verify").contains("LX240313001"), "{}", page.body);
    staff
        .post("/console/tickets/LX240313001/act", &[("once", "v"), ("kind", "verify"), ("choice", "通过")])
        .await;
    assert!(!staff.get(AGENDA).await.body.contains("LX240313001"));
    office.world.assert_sound().await;
}

#[tokio::test]
async fn the_lists_and_what_came_of_them_are_seen_in_the_office() {
    const WANG: &str = "oStaffXiaoWang00000000000005";
    let office = Office::open().await;
    for words in [
        "服务 楼道灯 <b>照明 2个工作日 灵武新村 物业",
        "意见箱 3号箱 3月12日 灵武新村5号楼楼道灯坏了",
        "意见箱 3号箱 3月12日 灵武新村没地方停车",
        "资源 车位 500个 地下车库 灵武新村",
        "服务 路灯 路灯维修 1个工作日 住建局 到3月20日",
        "清单 3 撤 合同到期，问13800138000",
    ] {
        let reply = office.world.say(WANG, words).await;
        assert!(
            reply.contains("记下了")
                || reply.contains("已登记")
                || reply.contains("收到")
                || reply.contains("已撤下"),
            "{words}: {reply}"
        );
    }
    let mut supervisor = office.signed_in("supervisor").await;
    let lists = supervisor.get("/console/lists").await;
    assert_eq!(lists.status, 200);
    for wanted in [
        "照明",
        "物业",
        "楼道灯",
        "2个工作日",
        ">500",
        "地下车库",
        "住建局",
        "育才街社区",
        "已撤下",
        "合同到期",
    ] {
        assert!(lists.body.contains(wanted), "{wanted}: {}", lists.body);
    }
    for hidden in ["<b>照明", "13800138000"] {
        assert!(!lists.body.contains(hidden), "{hidden}: {}", lists.body);
    }
    let lamp = supervisor.get("/console/tickets/LX240313001").await;
    assert!(lamp.body.contains("服务清单上有"), "{}", lamp.body);
    let parking = supervisor.get("/console/tickets/LX240313002").await;
    assert!(parking.body.contains("车位 500个 地下车库"), "{}", parking.body);
    office.world.assert_sound().await;
}

#[tokio::test]
async fn funds_projects_and_patrols_are_seen_in_the_office() {
    const WANG: &str = "oStaffXiaoWang00000000000005";
    let office = Office::open().await;
    for (who, words) in [
        (MA, "支出 120.5 水泥"),
        (MA, "支出 2900 <b>护栏</b>"),
        (WANG, "意见箱 3号箱 3月12日 灵武新村5号楼楼道灯坏了"),
        (MA, "巡查 LX240313001 每周 老高"),
        (MA, "巡查 LX240313001 灯还黑着"),
        (WANG, "立项 <i>换灯 LX240313001"),
        (WANG, "项目 1 进展 物业报了价，联系13800138000"),
    ] {
        let reply = office.world.say(who, words).await;
        assert!(!reply.contains("请这样") && !reply.contains("没有查到"), "{words}: {reply}");
    }
    let section = |page: &Page, id: &str| {
        let begin = format!("<h2 id=\"{id}\">");
        let rest = page.body.split(&begin).nth(1).unwrap_or_default();
        rest.split("</section>").next().unwrap_or_default().to_owned()
    };
    let holds = |text: &str, wanted: &[&str]| {
        for one in wanted {
            assert!(text.contains(one), "{one}: {text}");
        }
        for hidden in ["<i>", "<b>护栏", "13800138000"] {
            assert!(!text.contains(hidden), "{hidden}: {text}");
        }
    };
    let mut supervisor = office.signed_in("supervisor").await;
    let overview = supervisor.get("/console/overview").await;
    holds(
        &section(&overview, "funds"),
        &["育才街第1网格", "3000.00", "120.50", "2879.50", "1笔等同意", "沙滩村网格"],
    );
    holds(
        &section(&overview, "projects"),
        &["换灯", "育才街社区", "/console/tickets/LX240313001", "物业报了价"],
    );
    let ticket = supervisor.get("/console/tickets/LX240313001").await;
    holds(
        &section(&ticket, "events"),
        &["来自意见箱", "3号箱", "条上日期2024-03-12", "安排每周巡查", "老高", "灯还黑着", "列入项目"],
    );
    assert!(ticket.body.contains("意见箱，"), "the source stands beside the receipt: {}", ticket.body);
    let mut staff = office.bound("supervisor", "xiaowang", "246817").await;
    holds(
        &section(&staff.get("/console/agenda").await, "expenses"),
        &["支002", "2900.00", "育才街第1网格", "同意 支002"],
    );
    office.world.say(WANG, "同意 支002").await;
    assert!(!staff.get("/console/agenda").await.body.contains("支002"));
    office.world.assert_sound().await;
}

#[tokio::test]
async fn a_slip_is_masked_unless_for_a_reason() {
    const SLIP: &str = "/console/tickets/LX240313001/slip";
    let office = with_tickets().await;
    let mut admin = office.signed_in("community_admin").await;
    let ticket = admin.get("/console/tickets/LX240313001").await;
    assert!(ticket.body.contains(SLIP));
    let slip = admin.get(SLIP).await;
    assert_eq!(slip.status, 200);
    for told in [
        "居民诉求交办单",
        "LX240313001",
        "办结时限",
        "网格员小马",
        "签收人",
        "核查人",
        "个人信息已遮掩",
        "路灯不亮",
    ] {
        assert!(slip.body.contains(told), "{told}: {}", slip.body);
    }
    for hidden in ["13800138000", "王建国", "501"] {
        assert!(!slip.body.contains(hidden), "{hidden}: {}", slip.body);
    }
    let rows = office.world.rows("audited");
    assert_eq!(admin.post(SLIP, &[("reason", "")]).await.status, 422);
    let plain = admin.post(SLIP, &[("reason", "上门要找到人")]).await;
    assert!(plain.body.contains("13800138000") && plain.body.contains("含个人信息"), "{}", plain.body);
    assert_eq!(office.world.rows("audited"), rows + 1);
    // Who may not see people may not print them either.
    let mut supervisor = office.signed_in("supervisor").await;
    assert!(!supervisor.get(SLIP).await.body.contains("name=\"reason\""));
    assert_eq!(supervisor.post(SLIP, &[("reason", "上门要找到人")]).await.status, 403);
    office.world.say(LI, "私密 LX240313002").await;
    let private = admin.post("/console/tickets/LX240313002/slip", &[("reason", "上门要找到人")]).await;
    assert!(private.body.contains("私密件") && !private.body.contains("消防通道被堵了"), "{}", private.body);
    assert_eq!(admin.get("/console/tickets/LX240313999/slip").await.status, 404);
}

#[tokio::test]
async fn a_week_is_told_with_the_week_before() {
    let office = with_tickets().await;
    let mut admin = office.signed_in("community_admin").await;
    let last = admin.get("/console/weekly").await;
    assert!(
        last.body.contains("2024年3月4日至2024年3月10日") && last.body.contains("这一周没有诉求"),
        "{}",
        last.body
    );
    let this = admin.get("/console/weekly?day=2024-03-13&community=").await;
    for told in [
        "2024年3月11日至2024年3月17日",
        "还没过完",
        "3月13日</span>",
        "/ 3",
        "href=\"/console/ledger?from=2024-03-11",
    ] {
        assert!(this.body.contains(told), "{told}: {}", this.body);
    }
    assert!(!this.body.contains("后一周"), "no week that has not begun");
    for odd in ["day=x", "day=2024-02-30", "community=99", "community=x", "day=9999-12-31&community=1"] {
        let page = admin.get(&format!("/console/weekly?{odd}")).await;
        assert!([200, 422, 400].contains(&page.status), "{odd}: {}", page.status);
    }
}

#[tokio::test]
async fn organisation_calendar_and_limits_are_told_as_they_are() {
    let office = Office::open().await;
    let mut admin = office.signed_in("community_admin").await;
    let organisation = admin.get("/console/organisation").await;
    for told in [
        "育才街社区",
        "育才街第1网格",
        "小马",
        "人民调解员",
        "陈姐",
        "住建局",
        "老丁",
        "物业刘经理",
        "灵武新村",
    ] {
        assert!(organisation.body.contains(told), "{told}: {}", organisation.body);
    }
    // Residents are nobody's business here.
    for hidden in ["张婶", "李叔", "王大姐"] {
        assert!(!organisation.body.contains(hidden), "{hidden}");
    }
    let calendar = admin.get("/console/calendar").await;
    for told in
        ["2024年", "春节", "补班", "2月10日（周六） 至 2月17日（周六）", "国务院办公厅", "08:00–12:00"]
    {
        assert!(calendar.body.contains(told), "{told}: {}", calendar.body);
    }
    assert!(!calendar.body.contains("role=\"alert\""), "{}", calendar.body);
    let limits = admin.get("/console/limits").await;
    for told in [
        "路灯",
        "3个工作日",
        "24小时",
        "30分钟",
        "参照北京市地方标准草案",
        "本产品建议值，各地可改",
        "多久报到",
        "用的是：自带的一套",
        "更不是全国的规定",
    ] {
        assert!(limits.body.contains(told), "{told}: {}", limits.body);
    }
    // The year before a missing one is told in time, a missing one loudly.
    for (at, alerts, told) in [
        ("2026-03-02 09:00", 0, "还没有2027年的放假安排"),
        ("2026-11-02 09:00", 1, "还没有2027年的放假安排"),
        // In January nobody expects the notice of the year after.
        ("2027-01-04 09:00", 1, "没有2027年的放假安排。</b>现在按工作日算的时限一件也算不出来"),
    ] {
        office.world.clock.set(moment(at));
        let mut admin = office.signed_in("community_admin").await;
        let page = admin.get("/console/calendar").await;
        assert!(page.body.contains(told), "{at}: {}", page.body);
        assert_eq!(page.body.matches("role=\"alert\"").count(), alerts, "{at}: {}", page.body);
    }
}

#[tokio::test]
async fn what_an_office_chose_is_shown_as_its_own() {
    let local = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/calendar/local-demo.toml");
    let settings = [("LIANXIN_CLOCKS__PROFILE", "ql"), ("LIANXIN_CALENDAR__LOCAL", local)];
    let office = Office::of(World::with(&settings).await, Door::default()).await;
    let mut admin = office.signed_in("community_admin").await;
    let limits = admin.get("/console/limits").await;
    for told in [
        "用的是：晴隆县12345热线做法",
        "只在晴隆县说得上，不是全国的规定",
        "举报、投诉10天",
        "派出后2小时内签收，过了告诉社区",
        "30分钟内到场看",
    ] {
        assert!(limits.body.contains(told), "{told}: {}", limits.body);
    }
    let calendar = admin.get("/console/calendar").await;
    for told in ["开斋节 <span class=\"by\">本地，出处：演示用", "4月10日（周三） 至 4月11日（周四）"]
    {
        assert!(calendar.body.contains(told), "{told}: {}", calendar.body);
    }
}

const IMPORT: &str = "/console/organisation/import";
const CONFIRM: &str = "/console/organisation/confirm";

/// The version that a table was shown with.
fn version(page: &Page) -> String {
    let rest = page.body.split("name=\"version\" value=\"").nth(1).expect("a form to confirm with");
    rest.split('"').next().unwrap().to_owned()
}

/// Rows as a spreadsheet writes them.
fn book(rows: &[&[&str]]) -> Vec<u8> {
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    for (row, cells) in rows.iter().enumerate() {
        for (column, cell) in cells.iter().enumerate() {
            sheet.write(row as u32, column as u16, *cell).unwrap();
        }
    }
    book.save_to_buffer().unwrap()
}

#[tokio::test]
async fn a_table_of_people_is_shown_before_it_is_taken_in() {
    let office = Office::open().await;
    let store = &office.world.play.app.store;
    let before = store.directory().borrow().clone();
    // The file that would make the organisation makes the same one.
    let (file, _) = store.organisation().await.unwrap().unwrap();
    store.import(file).await.unwrap();
    assert_eq!(*store.directory().borrow().clone(), *before);
    let mut admin = office.signed_in("community_admin").await;
    // Every row that cannot stand is told with its cure, and nothing is written.
    let bad = "姓名,岗位,社区,网格\n小新,网格长,育才街社区,\n,网格员,,\n小马,社区工作人员,育才街社区,\n               小王,社区工作人员,天上社区,\n小王,社区工作人员,,\n小孙,社区工作人员,西苑社区,西苑第1网格\n";
    let shown = admin.upload(IMPORT, None, "people", bad.as_bytes()).await;
    assert_eq!(shown.status, 422);
    for told in [
        "第2行",
        "没有这个岗位。可以写：",
        "网格员",
        "第3行",
        "这一格不能空着",
        "第4行",
        "他还管着网格",
        "育才街第1网格",
        "第5行",
        "没有这个社区",
        "第6行",
        "第7行",
        "只有网格员和网格党支部书记才写网格",
        "一行也没有导入",
    ] {
        assert!(shown.body.contains(told), "{told}: {}", shown.body);
    }
    assert!(!shown.body.contains(CONFIRM), "no way to take it in");
    for (kind, file, told) in [
        ("people", b"\xff\xfe\x00".as_slice(), "不是 .xlsx，也不是逗号"),
        ("people", b"PK\x03\x04nonsense", "不是 .xlsx，也不是逗号"),
        ("people", b"", "表里什么都没有"),
        ("people", "名称,岗位".as_bytes(), "表头没有这一列"),
        ("people", "姓名,岗位\n".repeat(5001).as_bytes(), "一次最多5000行"),
    ] {
        let page = admin.upload(IMPORT, None, kind, file).await;
        assert_eq!(page.status, 422, "{told}");
        assert!(page.body.contains(told), "{told}: {}", page.body);
    }
    // A good one is shown, and is not in force before somebody says so.
    let rows: &[&[&str]] = &[
        &["姓名", "岗位", "社区", "网格", "备注"],
        &["小新", "网格员", "育才街社区", "育才街第1网格", "新来的"],
        &[],
        &["小马", "社区干部", "育才街社区", "", ""],
        &["小孙", "社区工作人员", "西苑社区", "", ""],
    ];
    let shown = admin.upload(IMPORT, None, "people", &book(rows)).await;
    assert_eq!(shown.status, 200, "{}", shown.body);
    for told in [
        "会改3处",
        "1处本来就是这样",
        "新增",
        "网格员 育才街社区 育才街第1网格",
        "<bdi>网格员 育才街社区</bdi>",
        "就这样导入",
    ] {
        assert!(shown.body.contains(told), "{told}: {}", shown.body);
    }
    assert_eq!(*store.directory().borrow().clone(), *before);
    let audited = office.world.rows("audited");
    let again = "姓名,岗位,社区,网格\n小新,网格员,育才街社区,育才街第1网格\n\n小马,社区干部,育才街社区,\n小孙,社区工作人员,西苑社区,\n";
    let version = version(&shown);
    let confirm = |rows, version| [("kind", "people"), ("rows", rows), ("version", version)];
    let done = admin.post(CONFIRM, &confirm(again, &version)).await;
    assert!(done.body.contains("已导入，马上生效"), "{}", done.body);
    assert_eq!(office.world.rows("audited"), audited + 1);
    let after = store.directory().borrow().clone();
    let grid = after.grids.iter().find(|g| g.name == "育才街第1网格").unwrap();
    assert_eq!(after.staff_name(grid.worker), "小新");
    assert_eq!(after.estates, before.estates);
    assert_eq!(after.staff.len(), before.staff.len() + 1);
    // What is reported now goes to the new one.
    office.world.say("oImportResident000000000001", "灵武新村3号楼路灯不亮").await;
    let ticket = office.world.ticket("LX240313001").await.unwrap();
    assert_eq!(after.staff_name(ticket.owner.unwrap()), "小新");
    // Shown before, confirmed after: it is shown anew, and nothing changes.
    let late = admin.post(CONFIRM, &confirm("姓名,岗位\n小白,房管所\n", &version)).await;
    assert_eq!(late.status, 422);
    assert_eq!(*store.directory().borrow().clone(), *after);
    let audit = office.signed_in("auditor").await.get("/console/audit").await;
    assert!(audit.body.contains("导入人员或楼栋"), "{}", audit.body);
    office.world.assert_sound().await;
}

#[tokio::test]
async fn buildings_go_to_the_grid_that_a_table_names() {
    let office = Office::open().await;
    let store = &office.world.play.app.store;
    let mut admin = office.signed_in("community_admin").await;
    let bad = "社区\t小区\t楼号\t网格\n育才街社区\t灵武新村\t三号楼\t西苑第1网格\n育才街社区\t灵武新村\t楼顶\t育才街第1网格\n               育才街社区\t幸福苑\t9、9号楼\t育才街第1网格\n";
    let shown = admin.upload(IMPORT, None, "buildings", bad.as_bytes()).await;
    for told in ["第2行", "别的社区的", "第3行", "看不出是几号楼", "第4行", "前面已经写过了"]
    {
        assert!(shown.body.contains(told), "{told}: {}", shown.body);
    }
    let good = "社区,小区,楼号,网格\n育才街社区,幸福苑,\"1、2号楼 三号楼\",育才街第1网格\n";
    let shown = admin.upload(IMPORT, None, "buildings", good.as_bytes()).await;
    assert!(shown.body.contains("会改3处") && shown.body.contains("幸福苑 3"), "{}", shown.body);
    let version = version(&shown);
    admin.post(CONFIRM, &[("kind", "buildings"), ("rows", good), ("version", &version)]).await;
    let directory = store.directory().borrow().clone();
    let estate = directory.estates.iter().find(|e| e.name.name == "幸福苑").unwrap().name.id;
    let grid = directory.grids.iter().find(|g| g.name == "育才街第1网格").unwrap();
    let covered = grid.covers.iter().find(|(id, _)| *id == estate).unwrap();
    assert_eq!(covered.1, ["1", "2", "3"]);
    // The new name is understood at once.
    let reply = office.world.say("oImportResident000000000002", "幸福苑2号楼路灯不亮").await;
    assert!(reply.contains("幸福苑2号楼"), "{reply}");
    office.world.assert_sound().await;
}

#[tokio::test]
async fn a_file_from_another_page_is_not_taken() {
    let office = Office::open().await;
    let mut admin = office.signed_in("community_admin").await;
    let file = "姓名,岗位\n小新,网格员\n".as_bytes();
    assert_eq!(admin.upload(IMPORT, Some("forged"), "people", file).await.status, 403);
    assert_eq!(admin.upload(IMPORT, None, "nonsense", file).await.status, 400);
    let mut elsewhere = admin.clone();
    elsewhere.headers = vec![("Origin", "https://evil.example".into())];
    assert_eq!(elsewhere.upload(IMPORT, None, "people", file).await.status, 403);
    for broken in
        ["", "--x9", "--x9\r\n\r\n", "--x9--", "--x9\r\nContent-Disposition: form-data; name=\"token"]
    {
        let page = admin.send("POST", IMPORT, "multipart/form-data; boundary=x9", broken.as_bytes()).await;
        assert_eq!(page.status, 403, "{broken}");
    }
    // Who only looks takes nothing in.
    let mut supervisor = office.signed_in("supervisor").await;
    assert_eq!(supervisor.upload(IMPORT, None, "people", file).await.status, 403);
    assert!(!supervisor.get("/console/organisation").await.body.contains(IMPORT));
}
