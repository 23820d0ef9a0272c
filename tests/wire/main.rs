//! The doors against recorded bytes (`fixtures/wire/vectors.json`, made with three independent implementations), and
//! against laws: what is sealed opens, what is touched does not, and nothing makes a reader panic.

mod account;
mod gateway;
mod laws;
mod messages;
mod vectors;
mod xml_reader;

use lianxin::channel::{
    Refusal, WireError,
    bridge::{self, Address, Bridge, Message, Request},
    client::{self, Platform},
    crypto::{AesKey, Codec, KeyUsed, Opened, Stamp, signature},
    envelope,
    official_account::{AccountConfig, Mode, OfficialAccount, Query, REPLY_BYTES, Raw, SILENCE, cut_reply},
    xml::{self, Writer, XmlError, clean},
};
use lianxin::domain::message::{Content, Event, Media, MessageKey};
use proptest::prelude::*;
use serde::Deserialize;

const KEY: &str = "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C";
const OLD_KEY: &str = "N23dsP8KvZJLIke1qUFHqnb9REOSFHYPNxldN8s9Wpf";
const APP: &str = "wx5823bf96d3bd56c7";
const TOKEN: &str = "lianxinToken";
const TARGET: &str = "/bridge/messages?gateway=1";
const NOW: i64 = 1_732_272_000;

fn config(mode: Mode) -> AccountConfig {
    AccountConfig {
        token: TOKEN.into(),
        app_id: APP.into(),
        encoding_aes_key: KEY.into(),
        previous_encoding_aes_key: Some(OLD_KEY.into()),
        original_id: Some("gh_a".into()),
        mode,
    }
}

fn account(mode: Mode) -> OfficialAccount {
    OfficialAccount::new(&config(mode)).expect("a good configuration")
}

fn platform(mode: Mode) -> Platform {
    Platform::new(&config(mode)).expect("a good configuration")
}

fn stamp() -> Stamp {
    Stamp::parse("1732272000", "1372623149").expect("a good stamp")
}

fn key() -> MessageKey {
    MessageKey {
        account: "gh_a".into(),
        sender: "oUser-1_".into(),
        create_time: 1_732_272_000,
        id: "23238473874623874".into(),
    }
}

/// What a web framework makes of a query string of ours: no value in it needs decoding.
fn query(text: &str) -> Query {
    let get = |name: &str| {
        let pairs = text.split('&').filter_map(|pair| pair.split_once('='));
        pairs.into_iter().find(|(n, _)| *n == name).map(|(_, value)| value.to_owned())
    };
    Query {
        signature: get("signature"),
        msg_signature: get("msg_signature"),
        timestamp: get("timestamp"),
        nonce: get("nonce"),
        echostr: get("echostr"),
    }
}

fn open_raw(mode: Mode, q: &str, body: &str) -> Result<Content, WireError> {
    let query = query(q);
    account(mode).open(Raw { query: &query, body: body.as_bytes() }).map(|d| d.inbound.content)
}

/// Through the door in plain mode, with a right signature.
fn open_plain(body: &str) -> Result<Content, WireError> {
    open_raw(Mode::Plain, &platform(Mode::Plain).deliver("", &stamp(), [0; 16]).query, body)
}

fn message(fields: &str) -> String {
    format!(
        "<xml><ToUserName>gh_a</ToUserName><FromUserName>oU</FromUserName><CreateTime>1732272000</CreateTime>{fields}</xml>"
    )
}

fn event(name: &str, fields: &str) -> Event {
    let body =
        message(&format!("<MsgType><![CDATA[event]]></MsgType><Event><![CDATA[{name}]]></Event>{fields}"));
    match open_plain(&body) {
        Ok(Content::Event(event)) => event,
        other => panic!("{name}: {other:?}"),
    }
}

fn gateway() -> Bridge {
    Bridge::new("0123456789abcdef".into()).expect("a long secret")
}

fn group_text(text: &str) -> Message {
    Message {
        id: "m-1".into(),
        group: Some("g1".into()),
        from: "u1".into(),
        name: "张婶".into(),
        at_bot: false,
        kind: "text".into(),
        text: Some(text.into()),
        media: None,
        time: NOW,
    }
}

fn request(body: &str) -> Request<'_> {
    Request { method: "POST", target: TARGET, time: "1732272000", nonce: "n1", body: body.as_bytes() }
}
