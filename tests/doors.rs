//! The doors from outside: whatever is wrong is refused with a class of its own and no more told than that; whatever is
//! strange but honest is answered; and no input makes the service fail.

mod support;

use std::sync::{LazyLock, OnceLock};

use axum::Router;
use lianxin::{
    app::random,
    channel::{
        bridge::{Answer, HEADER_NONCE, HEADER_SIGNATURE, HEADER_TIME, Outbox},
        client::{Platform, message_xml},
        official_account::{AccountConfig, SILENCE},
    },
    config::Config,
    domain::message::{Content, Event},
};
use proptest::prelude::*;
use support::{
    Answered, Delivery, Door, GROUP, LAMP, World, ZHANG, deliver, key, number_in, settings, stamp, text,
};

const SECONDS: i64 = 1_710_291_600;
const OTHER_KEY: &str = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C";

fn delivery(door: &Door, words: &str) -> Delivery {
    let id = u32::from_be_bytes(random()).to_string();
    door.post(&key(ZHANG, SECONDS, &id), &text(words))
}

/// The door of somebody whose settings differ from the service's.
fn with(environment: &[(&str, &str)]) -> Door {
    Door::new(&settings(environment))
}

async fn refused(world: &World, delivery: &Delivery, status: u16, why: &str) {
    let answered = deliver(&world.router(), delivery).await;
    assert_eq!(answered, Answered { status, body: vec![], hung_up: false }, "{why}");
}

#[tokio::test]
async fn refusals_of_a_class_look_alike() {
    let world = World::new().await;
    let door = world.door();
    let good = delivery(&door, LAMP);
    let (path, query) = good.target.split_once('?').unwrap();
    let body = String::from_utf8(good.body.clone()).unwrap();
    let changed = |from: &str, to: &str| {
        let target = format!("{path}?{}", query.replacen(from, to, 1));
        assert_ne!(target, good.target, "{from} is not in the query");
        Delivery { target, ..good.clone() }
    };
    let bodied = |body: Vec<u8>| Delivery { body, ..good.clone() };
    let cipher = body.find("CDATA[").unwrap() + 30;
    let flipped = if body.as_bytes()[cipher] == b'A' { "B" } else { "A" };
    let mut flipped_body = body.clone();
    flipped_body.replace_range(cipher..=cipher, flipped);
    let plain = message_xml(&key(ZHANG, SECONDS, "1"), &text(LAMP));
    let cases = [
        ("another token", delivery(&with(&[("LIANXIN_OFFICIAL_ACCOUNT__TOKEN", "otherToken")]), LAMP)),
        (
            "another AppID",
            delivery(&with(&[("LIANXIN_OFFICIAL_ACCOUNT__APP_ID", "wxother0other0oth")]), LAMP),
        ),
        ("another key", delivery(&with(&[("LIANXIN_OFFICIAL_ACCOUNT__ENCODING_AES_KEY", OTHER_KEY)]), LAMP)),
        ("a flipped cipher", bodied(flipped_body.into_bytes())),
        ("a plain body", bodied(plain.clone().into_bytes())),
        ("a plain delivery", delivery(&with(&[("LIANXIN_OFFICIAL_ACCOUNT__MODE", "plain")]), LAMP)),
        ("a JSON push", bodied(br#"{"ToUserName":"gh","Encrypt":"AAAA"}"#.to_vec())),
        ("no UTF-8", bodied(vec![0xff, 0xfe, b'<'])),
        ("no signature", changed("msg_signature", "other_signature")),
        ("no timestamp", changed("timestamp", "time")),
        ("another nonce", changed("nonce=", "nonce=1")),
        ("a timestamp of eleven digits", changed("timestamp=", "timestamp=0")),
        ("a parameter twice", changed("nonce=", "nonce=1&nonce=")),
        ("no query", Delivery { target: path.into(), ..good.clone() }),
    ];
    for (why, case) in &cases {
        refused(&world, case, 403, why).await;
    }
    let doctype = body.replacen("<xml>", "<!DOCTYPE x [<!ENTITY a \"b\">]><xml>", 1);
    refused(&world, &bodied(doctype.into_bytes()), 400, "a DOCTYPE").await;
    refused(&world, &bodied(b"<xml><Encrypt>".to_vec()), 400, "half an XML").await;
    refused(&world, &bodied(vec![]), 400, "an empty body").await;
    // Rightly signed, but not what a message is.
    for strange in ["<xml></xml>", "<!DOCTYPE x><xml/>", "no xml", "<xml><MsgType>text</MsgType></xml>"] {
        refused(&world, &door.post_xml(strange, SECONDS), 400, strange).await;
    }
    assert_eq!(deliver(&world.router(), &good).await.status, 200, "the good one, at last");
}

#[tokio::test]
async fn size_and_method_are_limited() {
    let world = World::new().await;
    let door = world.door();
    let good = delivery(&door, LAMP);
    let huge = Delivery { body: vec![b'a'; 2 << 20], ..good.clone() };
    assert_eq!(deliver(&world.router(), &huge).await.status, 413);
    let huge = door.gateway_raw("POST", "/bridge", &vec![b'a'; 2 << 20], world.clock.now().seconds());
    assert_eq!(deliver(&world.router(), &huge).await.status, 413);
    for method in ["PUT", "DELETE", "PATCH", "OPTIONS"] {
        assert_eq!(
            deliver(&world.router(), &Delivery { method, ..good.clone() }).await.status,
            405,
            "{method}"
        );
    }
    let get = Delivery { method: "GET", target: "/bridge".into(), headers: vec![], body: vec![] };
    assert_eq!(deliver(&world.router(), &get).await.status, 405);
    let elsewhere = Delivery { target: "/elsewhere".into(), ..get };
    assert_eq!(deliver(&world.router(), &elsewhere).await.status, 404);
}

#[tokio::test]
async fn the_console_can_verify_the_address() {
    let world = World::new().await;
    let door = world.door();
    let query = door.platform.verification(&stamp(SECONDS), "echo <5&6> 字");
    let right = deliver(&world.router(), &door.raw("GET", &query, vec![])).await;
    assert_eq!((right.status, right.text()), (200, "echo <5&6> 字"));
    let wrong = with(&[("LIANXIN_OFFICIAL_ACCOUNT__TOKEN", "otherToken")]).platform;
    let query = wrong.verification(&stamp(SECONDS), "echo");
    refused(&world, &door.raw("GET", &query, vec![]), 403, "another token").await;
    refused(&world, &door.raw("GET", "", vec![]), 403, "nothing").await;
    let without = query_without(&door.platform.verification(&stamp(SECONDS), "echo"), "echostr");
    refused(&world, &door.raw("GET", &without, vec![]), 403, "no echostr").await;
}

fn query_without(query: &str, name: &str) -> String {
    let kept: Vec<_> = query.split('&').filter(|pair| !pair.starts_with(&format!("{name}="))).collect();
    kept.join("&")
}

#[tokio::test]
async fn each_mode_takes_its_own_form_only() {
    for (mode, others) in
        [("plain", ["secure", "secure"]), ("compatible", ["plain", "plain"]), ("secure", ["plain", "plain"])]
    {
        let world = World::with(&[("LIANXIN_OFFICIAL_ACCOUNT__MODE", mode)]).await;
        let door = world.door();
        let answered = deliver(&world.router(), &delivery(&door, LAMP)).await;
        assert!(door.shown(&answered).is_some_and(|shown| number_in(&shown).is_some()), "{mode}");
        for other in others {
            let delivery = delivery(&with(&[("LIANXIN_OFFICIAL_ACCOUNT__MODE", other)]), LAMP);
            let status = deliver(&world.router(), &delivery).await.status;
            assert!(status == 403 || status == 400, "{other} in {mode}: {status}");
        }
    }
    // Compatible: the plain fields beside the cipher are not read.
    let world = World::with(&[("LIANXIN_OFFICIAL_ACCOUNT__MODE", "compatible")]).await;
    let mut forged = delivery(&world.door(), LAMP);
    forged.body = String::from_utf8(forged.body).unwrap().replace(LAMP, "转人工").into_bytes();
    let shown = world.door().shown(&deliver(&world.router(), &forged).await).unwrap();
    assert!(number_in(&shown).is_some(), "{shown}");
}

/// After a rotation deliveries come with either key, and each is answered with the one that it came with.
#[tokio::test]
async fn a_reply_is_encrypted_with_the_key_that_worked() {
    let rotated: &[(&str, &str)] = &[
        ("LIANXIN_OFFICIAL_ACCOUNT__ENCODING_AES_KEY", OTHER_KEY),
        (
            "LIANXIN_OFFICIAL_ACCOUNT__PREVIOUS_ENCODING_AES_KEY",
            "ZGVtb2RlbW9kZW1vZGVtb2RlbW9kZW1vZGVtb2RlbW8",
        ),
    ];
    let world = World::with(rotated).await;
    let before = Door::new(&settings(&[]));
    for door in [&world.door(), &before] {
        let answered = deliver(&world.router(), &delivery(door, "你好")).await;
        assert!(door.shown(&answered).is_some());
    }
    // The platform of the old key cannot read a reply of the new one: the test can fail.
    let answered = deliver(&world.router(), &delivery(&world.door(), "你好")).await;
    assert!(before.platform.open_reply(answered.text()).is_err());
    let account = AccountConfig { ..settings(rotated).account() };
    assert!(Platform::new(&account).unwrap().with_previous_key().open_reply(answered.text()).is_err());
}

/// What people really send: nothing, faces, a novel.
#[tokio::test]
async fn strange_texts_are_answered() {
    let world = World::new().await;
    let door = world.door();
    for (index, words) in
        ["", "   \n ", "😀😀😀", "。。。", "？", "\u{200b}", "]]>", "a\u{1}b", "0"].iter().enumerate()
    {
        let delivery = door.post(&key("oStrange", SECONDS, &index.to_string()), &text(words));
        let answered = deliver(&world.router(), &delivery).await;
        assert_eq!(answered.status, 200, "{words:?}");
        // Never the fault notice: a reply that can be read, with words in it, or `success`.
        assert!(door.shown(&answered).is_none_or(|shown| !shown.trim().is_empty()), "{words:?}");
    }
    let strange = door.post(
        &key("oStrange", SECONDS, ""),
        &Content::Event(Event::Silent { name: "brand_new_event".into() }),
    );
    let answered = deliver(&world.router(), &strange).await;
    assert_eq!((answered.status, answered.text()), (200, SILENCE));
    let strange = door.post(&key("oStrange", SECONDS, "77"), &Content::Other("brand_new_type".into()));
    assert!(door.shown(&deliver(&world.router(), &strange).await).is_some(), "a polite answer");
}

/// Five thousand characters: understood from the first two thousand, kept whole.
#[tokio::test]
async fn a_long_complaint_is_kept_whole() {
    let world = World::new().await;
    let head = "灵武新村3号楼路灯不亮，已经好几天了。";
    let rest: String = (0..5000).map(|i| char::from_u32(0x4e00 + i % 3000).unwrap()).collect();
    let said: String = format!("{head}{rest}").chars().take(5000).collect();
    let shown = world.say(ZHANG, &said).await;
    let no = number_in(&shown).unwrap_or_else(|| panic!("no number: {shown}"));
    assert!(shown.contains("路灯"), "{shown}");
    let ticket = world.ticket(&no).await.expect("a ticket");
    let kept = ticket.text.as_str().to_owned();
    let delivered: String = rusqlite::Connection::open(world.database())
        .unwrap()
        .query_row("SELECT content FROM delivery", [], |row| row.get(0))
        .unwrap();
    assert_eq!(delivered, said, "the delivery keeps every word");
    assert_eq!(kept.chars().count(), 5000, "the ticket keeps every word");
}

#[tokio::test]
async fn the_gateways_door_checks_who_and_when() {
    let world = World::new().await;
    let door = world.door();
    let now = world.clock.now().seconds();
    let body = format!(
        r#"{{"id":"g1","group":"{GROUP}","from":"s1","name":"某人","at_bot":true,"type":"text","text":"灵武新村3号楼路灯不亮","time":{now}}}"#
    );
    let post = |body: &str, seconds| door.gateway_raw("POST", "/bridge", body.as_bytes(), seconds);
    let good = post(&body, now);
    let without = |name: &str| {
        let headers = good.headers.iter().filter(|(n, _)| *n != name).cloned().collect();
        Delivery { headers, ..good.clone() }
    };
    let other = with(&[("LIANXIN_BRIDGE__SECRET", "another-secret-of-32-characters!")]);
    let mut longer = good.clone();
    longer.body.push(b' ');
    let cases = [
        ("another secret", other.gateway_raw("POST", "/bridge", body.as_bytes(), now)),
        ("too old", post(&body, now - 301)),
        ("from the future", post(&body, now + 301)),
        ("another path", door.gateway_raw("POST", "/bridge?x=1", body.as_bytes(), now)),
        ("another body", longer),
        ("no time", without(HEADER_TIME)),
        ("no nonce", without(HEADER_NONCE)),
        ("no signature", without(HEADER_SIGNATURE)),
    ];
    let mut cases = cases.to_vec();
    cases[3].1.target = "/bridge".into();
    for (why, case) in &cases {
        refused(&world, case, 401, why).await;
    }
    for strange in [
        "",
        "{",
        "[]",
        "{}",
        r#"{"id":"","from":"a","type":"text","text":"a"}"#,
        r#"{"id":"1","from":"a","type":"text"}"#,
    ] {
        refused(&world, &post(strange, now), 400, strange).await;
    }
    assert_eq!(world.rows("delivery"), 0);
    for seconds in [now - 300, now, now + 300] {
        let answered = deliver(&world.router(), &post(&body, seconds)).await;
        let answer: Answer = serde_json::from_slice(&answered.body).expect("an answer");
        assert!(number_in(&answer.messages[0].text).is_some());
    }
    assert_eq!(world.rows("delivery"), 1);
}

#[tokio::test]
async fn the_outbox_repeats_itself_in_order() {
    let world = World::new().await;
    let door = world.door();
    let now = world.clock.now().seconds();
    let page = async |target: &str| {
        let answered = deliver(&world.router(), &door.gateway_raw("GET", target, b"", now)).await;
        assert_eq!(answered.status, 200, "{target}");
        serde_json::from_slice::<Outbox>(&answered.body).expect("a page")
    };
    let start = page("/bridge/outbox").await.next;
    for building in 1..=120 {
        world.say("oManyLines", &format!("灵武新村{building}号楼路灯不亮")).await;
    }
    let first = page(&format!("/bridge/outbox?after={start}")).await;
    assert_eq!(first.items.len(), 100, "a page");
    assert_eq!(page(&format!("/bridge/outbox?after={start}")).await, first, "asking again gives the same");
    assert_eq!(first.next, first.items.last().unwrap().seq);
    let second = page(&format!("/bridge/outbox?after={}", first.next)).await;
    assert!(second.items.len() >= 20);
    let numbers: Vec<_> = first.items.iter().chain(&second.items).map(|item| item.seq).collect();
    assert!(numbers.is_sorted_by(|a, b| a < b), "{numbers:?}");
    let told: Vec<_> =
        first.items.iter().chain(&second.items).filter_map(|item| number_in(&item.text)).collect();
    assert!(told.is_sorted(), "{told:?}");
    assert_eq!(told.len(), 120);
    let end = page(&format!("/bridge/outbox?after={}", second.next)).await;
    assert_eq!((end.items.len(), end.next), (0, second.next));
    // Beyond the end, before the beginning, and no number at all.
    assert_eq!(page("/bridge/outbox?after=999999999").await.items, []);
    assert_eq!(page("/bridge/outbox?after=-5").await.items[0].seq, page("/bridge/outbox").await.items[0].seq);
    for strange in ["x", "", "99999999999999999999"] {
        let delivery = door.gateway_raw("GET", &format!("/bridge/outbox?after={strange}"), b"", now);
        assert_eq!(deliver(&world.router(), &delivery).await.status, 400, "{strange:?}");
    }
    let forged = Delivery { headers: vec![], ..door.gateway_raw("GET", "/bridge/outbox", b"", now) };
    refused(&world, &forged, 401, "unsigned").await;
}

static RUNTIME: LazyLock<tokio::runtime::Runtime> =
    LazyLock::new(|| tokio::runtime::Runtime::new().expect("a runtime"));

fn shared() -> &'static (Router, Config) {
    static WORLD: OnceLock<(World, (Router, Config))> = OnceLock::new();
    &WORLD
        .get_or_init(|| {
            let world = RUNTIME.block_on(World::new());
            // A static is never dropped, so its folder goes now; what is open stays readable, and nothing is written.
            let folder = world.database().parent().map(std::path::Path::to_owned);
            std::fs::remove_dir_all(folder.expect("a folder")).expect("a folder that can be removed");
            let shared = (world.router(), world.config.clone());
            (world, shared)
        })
        .1
}

fn status(delivery: &Delivery) -> u16 {
    RUNTIME.block_on(deliver(&shared().0, delivery)).status
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// Unsigned rubbish on either door.
    #[test]
    fn rubbish_is_refused(query in "[ -$&-~]{0,80}", body in prop::collection::vec(any::<u8>(), 0..300)) {
        let query: String = query.chars().filter(|c| c.is_ascii_alphanumeric() || "=&_-.+".contains(*c)).collect();
        let door = Door::new(&shared().1);
        for method in ["GET", "POST"] {
            prop_assert_eq!(status(&door.raw(method, &query, body.clone())), 403);
        }
        let bridge = Delivery { method: "POST", target: format!("/bridge?{query}"), headers: vec![], body };
        prop_assert_eq!(status(&bridge), 401);
    }

    /// Rightly signed rubbish gets through the first step and must not fail in the later ones.
    #[test]
    fn signed_rubbish_is_refused(body in "(<[a-z]{1,3}>|</[a-z]{1,3}>|<!\\[CDATA\\[|\\]\\]>|&[a-z]{2,4};|\\PC){0,40}") {
        let door = Door::new(&shared().1);
        let refused = status(&door.post_xml(&body, SECONDS));
        prop_assert!(refused == 400 || refused == 403, "{}", refused);
        prop_assert_eq!(status(&door.gateway_raw("POST", "/bridge", body.as_bytes(), 1_710_291_600)), 400);
    }

    /// Any words of anybody are answered.
    #[test]
    fn any_words_are_answered(words in "(\\PC|LX240313|[0-9]{1,9}|号楼|路灯不亮|绑定|进度|改|是|[\\x00-\\x20]){0,30}") {
        let door = Door::new(&shared().1);
        let delivery = delivery(&door, &words);
        prop_assert_eq!(status(&delivery), 200);
        let sender = u32::from_be_bytes(random()).to_string();
        let delivery = door.post(&key(&sender, SECONDS, "1"), &text(&words));
        prop_assert_eq!(status(&delivery), 200);
    }
}
