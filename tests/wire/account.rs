//! The public account's door: verification, modes, key rotation, configuration.

use super::*;

#[test]
fn url_verification_answers_the_echo() {
    for mode in [Mode::Plain, Mode::Compatible, Mode::Secure] {
        let good = platform(mode).verification(&stamp(), "5837397520665436492");
        assert_eq!(account(mode).verify_url(&query(&good)), Ok("5837397520665436492"));
        for (from, to, error) in [
            ("signature=", "signature=0", WireError::Signature),
            ("timestamp=1732272000", "timestamp=173227200", WireError::Parameter("timestamp")),
            ("timestamp=1732272000", "timestamp=17322720000", WireError::Parameter("timestamp")),
            ("nonce=1372623149", "nonce=", WireError::Parameter("nonce")),
            ("nonce=1372623149", "nonce=13726-3149", WireError::Parameter("nonce")),
            ("echostr", "echo", WireError::Parameter("echostr")),
        ] {
            let bad = query(&good.replacen(from, to, 1));
            let refused = account(mode).verify_url(&bad).unwrap_err();
            assert_eq!(refused, error);
            assert_eq!(refused.refusal().status(), 403);
        }
    }
}

#[test]
fn every_mode_goes_there_and_back() {
    for mode in [Mode::Plain, Mode::Compatible, Mode::Secure] {
        let (account, platform) = (account(mode), platform(mode));
        let content = Content::Text("3号楼的水管]]>架子掉了\n请来看看".into());
        let post = platform.deliver(&client::message_xml(&key(), &content), &stamp(), [7; 16]);
        let query = query(&post.query);
        let delivery = account.open(Raw { query: &query, body: post.body.as_bytes() }).unwrap();
        assert_eq!(delivery.inbound.content, content);
        assert_eq!(delivery.inbound.key, key());
        assert!(delivery.inbound.addressed && delivery.inbound.group.is_none());
        assert_eq!(delivery.signed_at, 1_732_272_000);

        let reply = account.reply(&delivery.reply_to, "收到,单号 LX241122001。", 1_732_272_001, [9; 16]);
        assert_eq!(mode == Mode::Plain, reply.contains("收到"));
        let read = platform.open_reply(&reply).unwrap().unwrap();
        assert_eq!((read.to.as_str(), read.from.as_str()), ("oUser-1_", "gh_a"));
        assert_eq!((read.create_time, read.text.as_str()), (1_732_272_001, "收到,单号 LX241122001。"));
        for silent in ["", " \n", "\u{0}\u{8}"] {
            assert_eq!(account.reply(&delivery.reply_to, silent, 1, [9; 16]), SILENCE);
        }
        assert_eq!(platform.open_reply(SILENCE), Ok(None));
    }
}

#[test]
fn a_rotated_key_still_opens_and_is_answered_with_itself() {
    let account = account(Mode::Secure);
    let mut old = config(Mode::Secure);
    old.encoding_aes_key = OLD_KEY.into();
    old.previous_encoding_aes_key = None;
    let platform = Platform::new(&old).unwrap();
    let post =
        platform.deliver(&client::message_xml(&key(), &Content::Text("在吗".into())), &stamp(), [1; 16]);
    let query = query(&post.query);
    let delivery = account.open(Raw { query: &query, body: post.body.as_bytes() }).unwrap();
    let reply = account.reply(&delivery.reply_to, "在", 1, [2; 16]);
    assert_eq!(platform.open_reply(&reply).unwrap().unwrap().text, "在");

    let mut gone = config(Mode::Secure);
    gone.previous_encoding_aes_key = None;
    let refused =
        OfficialAccount::new(&gone).unwrap().open(Raw { query: &query, body: post.body.as_bytes() });
    assert_eq!(refused.unwrap_err().refusal(), Refusal::Forbidden);
}

#[test]
fn the_mode_is_never_the_senders_to_choose() {
    let text = client::message_xml(&key(), &Content::Text("伪造".into()));
    let plain = platform(Mode::Plain).deliver(&text, &stamp(), [0; 16]);
    let sealed = platform(Mode::Secure).deliver(&text, &stamp(), [0; 16]);
    for mode in [Mode::Compatible, Mode::Secure] {
        // With a right three-part signature only, with it in the wrong place, and with a signature for another body.
        for q in [
            plain.query.clone(),
            format!("{}&encrypt_type=raw", plain.query),
            plain.query.replace("signature=", "msg_signature="),
            sealed.query.clone(),
        ] {
            let refused = open_raw(mode, &q, &plain.body).unwrap_err();
            assert_eq!(refused.refusal(), Refusal::Forbidden, "{refused}");
        }
        assert!(open_raw(mode, &sealed.query, &sealed.body).is_ok());
    }
    // Plain fields beside the ciphertext are not read.
    let both = platform(Mode::Compatible).deliver(&text, &stamp(), [0; 16]);
    let forged = both.body.replacen("伪造", "假的", 1);
    assert_eq!(open_raw(Mode::Compatible, &both.query, &forged), Ok(Content::Text("伪造".into())));
}

#[test]
fn json_is_told_apart() {
    for v in vectors::vectors().envelopes.iter().filter(|v| v.id.starts_with("json")) {
        for mode in [Mode::Plain, Mode::Compatible, Mode::Secure] {
            let q = platform(Mode::Secure).deliver("", &stamp(), [0; 16]).query;
            assert_eq!(open_raw(mode, &q, &v.body), Err(WireError::JsonPush));
            assert_eq!(open_raw(mode, &q, &format!("\u{feff} \n{}", v.body)), Err(WireError::JsonPush));
        }
    }
    assert_eq!(WireError::JsonPush.refusal().status(), 403);
}

#[test]
fn faults_of_the_configuration_come_all_at_once() {
    let bad = AccountConfig {
        token: String::new(),
        app_id: String::new(),
        encoding_aes_key: "short".into(),
        previous_encoding_aes_key: Some("*".repeat(43)),
        original_id: None,
        mode: Mode::Secure,
    };
    let keys: Vec<_> = OfficialAccount::new(&bad).unwrap_err().iter().map(|f| f.key).collect();
    assert_eq!(keys, ["token", "encoding_aes_key", "previous_encoding_aes_key", "app_id"]);
    let plain =
        AccountConfig { token: "abc".into(), previous_encoding_aes_key: None, mode: Mode::Plain, ..bad };
    let plain = AccountConfig { encoding_aes_key: String::new(), ..plain };
    assert!(OfficialAccount::new(&plain).is_ok());
    for token in ["", "ab", "令牌令牌", "a b c"] {
        assert!(
            OfficialAccount::new(&AccountConfig { token: token.into(), ..plain.clone() }).is_err(),
            "{token}"
        );
    }
}

#[test]
fn debug_shows_no_secret() {
    let bridge = Bridge::new("a-long-gateway-secret".into()).unwrap();
    let shown = format!(
        "{:?} {:?} {:?} {:?} {bridge:?}",
        config(Mode::Secure),
        account(Mode::Secure),
        platform(Mode::Secure),
        AesKey::parse(KEY).unwrap()
    );
    assert!(shown.contains("***"));
    for secret in [KEY, OLD_KEY, TOKEN, "a-long-gateway-secret", "141, 105"] {
        assert!(!shown.contains(secret), "{shown}");
    }
}

#[test]
fn a_reply_is_cut_between_characters_and_better_between_sentences() {
    assert_eq!(cut_reply("短", 2047), ("短", ""));
    let long = "水".repeat(700);
    let (head, rest) = cut_reply(&long, REPLY_BYTES);
    assert_eq!((head.len(), head.len() + rest.len()), (2046, 2100));
    let (head, rest) = cut_reply("第一句。第二句没有完", 20);
    assert_eq!((head, rest), ("第一句。", "第二句没有完"));
    let text = format!("{}\n{}", "a".repeat(1900), "b".repeat(400));
    assert_eq!(cut_reply(&text, REPLY_BYTES).0.len(), 1901);
    let text = format!("{}\n{}", "a".repeat(1800), "b".repeat(400));
    assert_eq!(cut_reply(&text, REPLY_BYTES).0.len(), 2047);
}
