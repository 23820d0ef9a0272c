//! Nobody's phone, room, id, words or secret in a log line or a `Debug`; and nothing personal said into a group.

#![allow(clippy::unwrap_used)]

mod support;

use std::{
    io::Write,
    sync::{Arc, Mutex},
};

use lianxin::{
    channel::{
        bridge::Message,
        official_account::{OfficialAccount, Query, Raw},
    },
    config::Config,
    domain::message::{Content, Event, Media},
};
use support::{DUTY_PHONE, Delivery, Door, GROUP, World, ZHANG, deliver, key, settings, text};

const SECONDS: i64 = 1_710_291_600;
const OPEN_ID: &str = "oCanaryOpenId00000000001";
const PHONE: &str = "13895170042";
const NAME: &str = "康乃馨";
const ROOM: &str = "2单元1307";
const WORDS: &str = "金丝雀在唱歌";
const MEDIA: &str = "canary-media-id";
const TOKEN: &str = "canaryToken2026";
const SECRET: &str = "canary-gateway-secret-2026";
const AES: &str = "Y2FuYXJ5Y2FuYXJ5Y2FuYXJ5Y2FuYXJ5Y2FuYXJ5Y2E";

/// The room as said and as a field: its bare digits turn up in times and hashes by chance.
const CANARIES: [&str; 10] = [OPEN_ID, PHONE, NAME, "单元1307", "\"1307\"", WORDS, MEDIA, TOKEN, SECRET, AES];

const SETTINGS: [(&str, &str); 3] = [
    ("LIANXIN_OFFICIAL_ACCOUNT__TOKEN", TOKEN),
    ("LIANXIN_OFFICIAL_ACCOUNT__ENCODING_AES_KEY", AES),
    ("LIANXIN_BRIDGE__SECRET", SECRET),
];

fn assert_clean(what: &str, text: &str) {
    let found: Vec<_> = CANARIES.iter().filter(|canary| text.contains(**canary)).collect();
    assert!(found.is_empty(), "{what} shows {found:?}:\n{text}");
}

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().expect("no poison").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

fn complaint() -> String {
    format!("我是{NAME}，电话{PHONE}，灵武新村3号楼{ROOM}漏水，{WORDS}")
}

fn said_in_group(id: &str, words: &str, at_bot: bool) -> Message {
    Message {
        id: id.into(),
        group: Some(GROUP.into()),
        from: OPEN_ID.into(),
        name: NAME.into(),
        at_bot,
        kind: "text".into(),
        text: Some(words.into()),
        media: None,
        time: SECONDS,
    }
}

/// Every kind of message, then everything that goes wrong with them.
fn deliveries(door: &Door, now: i64) -> Vec<Delivery> {
    let media = || Media { id: MEDIA.into(), url: format!("https://mmbiz.example/{MEDIA}") };
    let contents = [
        text(&complaint()),
        text(&format!("补充 {WORDS}")),
        text(&format!("我住灵武新村3号楼{ROOM}")),
        text("绑定 135790"),
        text("进度"),
        text("删除我的信息"),
        Content::Image(media()),
        Content::Voice { media: media(), recognition: Some(complaint()) },
        Content::Voice { media: media(), recognition: None },
        Content::Video(media()),
        Content::Location { latitude: 38.1, longitude: 106.3, label: WORDS.into() },
        Content::Link { title: WORDS.into(), url: format!("https://example.invalid/{WORDS}") },
        Content::Other(MEDIA.into()),
        Content::Event(Event::Scan { scene: MEDIA.into() }),
        Content::Event(Event::Silent { name: MEDIA.into() }),
        Content::Event(Event::Unsubscribe),
    ];
    let mut all: Vec<_> = contents
        .iter()
        .enumerate()
        .map(|(index, content)| door.post(&key(OPEN_ID, SECONDS, &index.to_string()), content))
        .collect();
    let wrong = all[0].clone();
    all.push(Delivery { target: wrong.target.replace("signature", "s"), ..wrong.clone() });
    all.push(Delivery { body: complaint().into_bytes(), ..wrong.clone() });
    all.push(Delivery { body: b"{\"Content\":\"canary\"}".to_vec(), ..wrong });
    all.push(
        door.post_xml(&format!("<xml><MsgType>text</MsgType><Content>{WORDS}</Content></xml>"), SECONDS),
    );
    all.push(door.post_xml(&format!("<xml><{OPEN_ID}>{WORDS}</xml>"), SECONDS));
    all.push(door.by_gateway(&said_in_group("g1", &complaint(), true), now));
    all.push(door.by_gateway(&said_in_group("g2", WORDS, false), now));
    all.push(door.by_gateway(&said_in_group("g3", &complaint(), true), now - 9999));
    let half = format!("{{\"text\":\"{WORDS}{PHONE}");
    all.push(door.gateway_raw("POST", "/bridge", half.as_bytes(), now));
    all.push(door.gateway_raw("GET", &format!("/bridge/outbox?after={PHONE}x"), b"", now));
    all
}

/// One process, one log: everything from trace upwards, through good days and a full stop of the store.
#[tokio::test]
async fn logs_hold_nothing_personal() {
    let log = Log::default();
    let writer = log.clone();
    tracing_subscriber::fmt()
        .with_max_level(tracing_subscriber::filter::LevelFilter::TRACE)
        .with_ansi(false)
        .with_writer(move || writer.clone())
        .init();
    let world = World::with(&SETTINGS).await;
    let door = world.door();
    let now = world.clock.now().seconds();
    for delivery in deliveries(&door, now) {
        deliver(&world.router(), &delivery).await;
    }
    let metrics = Delivery { method: "GET", target: "/metrics".into(), headers: vec![], body: vec![] };
    assert_clean("/metrics", deliver(&world.router(), &metrics).await.text());
    // The tables go: every further turn fails in the middle.
    let foreign = rusqlite::Connection::open(world.database()).unwrap();
    foreign.execute_batch("DROP TABLE outbox; DROP TABLE delivery;").unwrap();
    let fresh = door.post(&key(OPEN_ID, SECONDS + 1, "99"), &text(&complaint()));
    let shown = door.shown(&deliver(&world.router(), &fresh).await).expect("an honest answer");
    assert!(shown.contains(DUTY_PHONE), "{shown}");
    let text = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    for expected in ["delivery refused", "message not recorded", "turn failed"] {
        assert!(text.contains(expected), "the log lacks {expected:?}, so it proves nothing:\n{text}");
    }
    assert_clean("the log", &text);
}

/// What could be logged by a slip of the pen: settings, doors, messages on every step of their way, answers.
#[tokio::test]
async fn debug_shows_nothing_personal() {
    let config: Config = settings(&SETTINGS);
    let door = Door::new(&config);
    assert_clean(
        "the settings",
        &format!("{config:?} {:?} {:?} {:?}", config.account(), door.platform, door.gateway),
    );
    let (account, bridge) = config.doors("demo").expect("good settings");
    assert_clean("the doors", &format!("{account:?} {bridge:?}"));
    for delivery in deliveries(&door, SECONDS).iter().filter(|d| d.headers.is_empty()) {
        let query = delivery.target.split_once('?').unwrap().1;
        let get = |name: &str| {
            query.split('&').find_map(|pair| pair.strip_prefix(&format!("{name}="))).map(str::to_owned)
        };
        let query = Query {
            signature: get("signature"),
            msg_signature: get("msg_signature"),
            timestamp: get("timestamp"),
            nonce: get("nonce"),
            echostr: None,
        };
        let raw = Raw { query: &query, body: &delivery.body };
        match OfficialAccount::open(&account, raw) {
            Ok(delivery) => assert_clean("a delivery", &format!("{delivery:?}")),
            Err(error) => assert_clean("a refusal", &format!("{error:?} {error}")),
        }
        let Ok(plain) = account.verify(raw).and_then(|verified| account.decrypt(verified)) else { continue };
        assert_clean("a decrypted delivery", &format!("{plain:?}"));
    }
    let message = said_in_group("g1", &complaint(), true);
    let body = serde_json::to_vec(&message).unwrap();
    let read = lianxin::channel::bridge::read(&body).expect("a message");
    assert_clean("the gateway's message", &format!("{message:?} {read:?}"));
    let world = World::with(&SETTINGS).await;
    let understanding = lianxin::understand::understand(&complaint(), &world.play.app.lexicon());
    assert_clean("what was understood", &format!("{understanding:?}"));
    let answer = world.play.app.hear(read.inbound, NAME).await.expect("an answer");
    assert_clean("an answer", &format!("{answer:?}"));
    let own = door.post(&key(OPEN_ID, SECONDS, "1"), &text(&complaint()));
    let shown = door.shown(&deliver(&world.router(), &own).await).unwrap();
    let ticket = world.ticket(&support::number_in(&shown).expect("a number")).await.expect("a ticket");
    assert_clean("a ticket", &format!("{ticket:?}"));
}

/// Into a group goes nothing that only neighbours with a key should know: neither said back nor told by the outbox.
#[tokio::test]
async fn groups_hear_nothing_personal() {
    let world = World::new().await;
    let private = world.say(ZHANG, &complaint()).await;
    assert!(support::number_in(&private).is_some(), "{private}");
    let words = [
        complaint(),
        "进度".into(),
        format!("我住灵武新村3号楼{ROOM}，电话{PHONE}"),
        format!("{ROOM}下水道堵了"),
        "我家灵武新村3号楼漏水".into(),
    ];
    for (from, name) in [("lishu", "李叔"), (OPEN_ID, NAME), ("xiaoma", "小马")] {
        for words in &words {
            let said = world.say_in_group(from, name, words, true).await;
            assert_silent_on(&said, words);
        }
    }
    let (items, _) = world.play.outbox(0).await.expect("the outbox");
    for item in items.iter().filter(|item| item.to.to_string().starts_with("group:")) {
        assert_silent_on(&item.text, "the outbox");
    }
    // The test can fail: the handler is told the room and may be told the phone.
    assert!(items.iter().any(|item| item.to.to_string() == "user:xiaoma" && item.text.contains("1307")));
}

/// Whoever asks to be forgotten leaves neither home nor conversation behind: not what they said, not what they were
/// told, at once or later. Their report stays, for the work on it; and others keep theirs.
#[tokio::test]
async fn the_forgotten_leave_no_conversation() {
    let world = World::new().await;
    let texts = |of: &str| -> String {
        let connection = rusqlite::Connection::open(world.database()).unwrap();
        let sql = "WITH me AS (SELECT id, person FROM identity WHERE sender = ?1)
            SELECT coalesce((SELECT group_concat(content || reply, ' ') FROM delivery WHERE identity IN (SELECT id FROM me)), '')
                || coalesce((SELECT group_concat(text, ' ') FROM outbox WHERE person IN (SELECT person FROM me)), '')
                || coalesce((SELECT group_concat(body, ' ') FROM person WHERE id IN (SELECT person FROM me)), '')
                || coalesce((SELECT group_concat(body, ' ') FROM dialogue WHERE person IN (SELECT person FROM me)), '')";
        connection.query_row(sql, [of], |row| row.get(0)).unwrap()
    };
    let no = support::number_in(&world.say(OPEN_ID, &complaint()).await).expect("a number");
    world.say(OPEN_ID, &format!("我住灵武新村3号楼{ROOM}")).await;
    world.say(ZHANG, &format!("3号楼路灯不亮，{WORDS}")).await;
    for words in ["签收", &format!("情况 {no} {NAME}家，{WORDS}")] {
        world.say(support::MA, words).await;
    }
    // Two lines were told, one still waits; the next reply asks something.
    let told = world.say(OPEN_ID, "进度").await;
    assert!(told.contains(WORDS), "{told}");
    world.say(support::MA, &format!("情况 {no} 还是{WORDS}")).await;
    world.say(OPEN_ID, "改").await;
    world.say(support::MA, &format!("情况 {no} 又是{WORDS}")).await;
    for canary in [WORDS, "1307"] {
        assert!(texts(OPEN_ID).contains(canary), "{canary} was never kept, so this proves nothing");
    }
    let said = world.say(OPEN_ID, "删除我的信息").await;
    assert!(said.contains("已经删除") && !said.contains(WORDS), "{said}");
    let left = texts(OPEN_ID);
    for canary in [WORDS, PHONE, NAME, "1307", "灵武新村"] {
        assert!(!left.contains(canary), "{canary} is left: {left}");
    }
    assert!(world.ticket(&no).await.is_some_and(|ticket| ticket.state.is_open()), "the report stays");
    assert!(texts(ZHANG).contains(WORDS), "others keep theirs");
    // Nothing blank is said later, and the bot still answers.
    let said = world.say(OPEN_ID, "进度").await;
    assert!(said.contains(&no) && !said.starts_with('\n') && !said.contains("更多"), "{said}");
    world.assert_sound().await;
}

fn assert_silent_on(said: &str, when: &str) {
    for personal in [PHONE, "1307", "2单元", OPEN_ID, "501"] {
        assert!(!said.contains(personal), "the group hears {personal} after {when:?}: {said}");
    }
}
