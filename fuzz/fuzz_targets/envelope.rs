//! The public account's door with a fixed key. The first byte chooses what the rest is: a raw body, a ciphertext that
//! is signed for it, or a message that is sealed for it, so that every depth of the path is reached.
#![no_main]

use std::sync::LazyLock;

use lianxin::channel::{
    client::Platform,
    crypto::{Stamp, signature},
    official_account::{AccountConfig, Mode, OfficialAccount, Query, Raw},
};
use libfuzzer_sys::fuzz_target;

const TOKEN: &str = "lianxinToken";

struct Doors {
    secure: OfficialAccount,
    plain: OfficialAccount,
    platform: Platform,
}

static DOORS: LazyLock<Doors> = LazyLock::new(|| {
    let config = |mode| AccountConfig {
        token: TOKEN.to_owned(),
        app_id: "wx5823bf96d3bd56c7".to_owned(),
        encoding_aes_key: "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C".to_owned(),
        previous_encoding_aes_key: Some("N23dsP8KvZJLIke1qUFHqnb9REOSFHYPNxldN8s9Wpf".to_owned()),
        original_id: None,
        mode,
    };
    Doors {
        secure: OfficialAccount::new(&config(Mode::Secure)).expect("a good configuration"),
        plain: OfficialAccount::new(&config(Mode::Plain)).expect("a good configuration"),
        platform: Platform::new(&config(Mode::Secure)).expect("a good configuration"),
    }
});

fuzz_target!(|data: &[u8]| {
    let Some((&choice, rest)) = data.split_first() else { return };
    let stamp = Stamp::parse("1732272000", "1372623149").expect("a good stamp");
    let mut query = Query {
        timestamp: Some(stamp.timestamp().to_owned()),
        nonce: Some(stamp.nonce().to_owned()),
        signature: Some(signature([TOKEN, stamp.timestamp(), stamp.nonce()])),
        msg_signature: Some("0".repeat(40)),
        echostr: None,
    };
    let doors = &*DOORS;
    match choice % 4 {
        0 => assert!(doors.secure.open(Raw { query: &query, body: rest }).is_err()),
        1 => {
            let _ = doors.plain.open(Raw { query: &query, body: rest });
        }
        2 => {
            let Ok(cipher) = std::str::from_utf8(rest) else { return };
            let signed = signature([TOKEN, stamp.timestamp(), stamp.nonce(), cipher.trim()]);
            query.msg_signature = Some(signed);
            let body = format!("<xml><Encrypt><![CDATA[{cipher}]]></Encrypt></xml>");
            let _ = doors.secure.open(Raw { query: &query, body: body.as_bytes() });
        }
        _ => {
            let Ok(message) = std::str::from_utf8(rest) else { return };
            let post = doors.platform.deliver(message, &stamp, [7; 16]);
            query.msg_signature = post.query.rsplit('=').next().map(str::to_owned);
            let raw = Raw { query: &query, body: post.body.as_bytes() };
            if let Ok(delivery) = doors.secure.open(raw) {
                let reply = doors.secure.reply(&delivery.reply_to, "收到", 1, [9; 16]);
                let read = doors.platform.open_reply(&reply).expect("the platform reads our reply");
                assert_eq!(read.expect("not silent").text, "收到");
            }
        }
    }
});
