//! The gateway's door: signature, mentions, JSON.

use super::*;

#[test]
fn the_gateway_signs_everything() {
    let bridge = gateway();
    let stamp = Stamp::parse("1732272000", "n1").unwrap();
    let (headers, body) = client::gateway_post(&bridge, TARGET, &stamp, &group_text("路灯不亮"));
    let signature = headers[2].1.clone();
    let good = request(&body);
    let delivery = bridge.open(&good, &signature, NOW).unwrap();
    assert_eq!(delivery.name, "张婶");
    assert_eq!(delivery.inbound.key.account, "bridge");
    assert_eq!((delivery.inbound.key.id.as_str(), delivery.inbound.key.create_time), ("m-1", 0));
    assert_eq!(delivery.inbound.group.as_deref(), Some("g1"));
    assert!(!delivery.inbound.addressed);

    for tampered in [
        Request { method: "PUT", ..good },
        Request { target: "/bridge/messages", ..good },
        Request { time: "1732272001", ..good },
        Request { nonce: "n2", ..good },
        Request { body: b"{}", ..good },
    ] {
        assert_eq!(bridge.open(&tampered, &signature, NOW), Err(WireError::Signature));
    }
    let other = Bridge::new("fedcba9876543210".into()).unwrap();
    assert_eq!(other.open(&good, &signature, NOW), Err(WireError::Signature));
    assert_eq!(bridge.open(&good, &signature.to_uppercase(), NOW), Err(WireError::Signature));
    assert_eq!(bridge.open(&good, "", NOW), Err(WireError::Signature));
    for (now, stale) in
        [(NOW + 300, false), (NOW - 300, false), (NOW + 301, true), (NOW - 301, true), (i64::MIN, true)]
    {
        assert_eq!(bridge.verify(&good, &signature, now).is_err(), stale, "{now}");
    }
    for error in [WireError::Signature, WireError::Stale, WireError::Parameter("nonce")] {
        assert_eq!(bridge::refusal(&error).status(), 401);
    }
    assert!(Bridge::new("short".into()).is_err());
}

#[test]
fn the_gateways_signature_is_fixed() {
    // Computed with: printf '1732272000\nn1\nGET /bridge/outbox?after=0\n' | openssl dgst -sha256 -hmac 0123456789abcdef
    let request = Request { method: "GET", target: "/bridge/outbox?after=0", body: b"", ..request("") };
    assert_eq!(gateway().sign(&request), SIGNED_BY_OPENSSL);
}

const SIGNED_BY_OPENSSL: &str = "34d4f7fcb2fce5463e7aa78737e18268ad00aab37c48c46503d0c461c1cfcfdc";

#[test]
fn a_mention_addresses_and_is_taken_off() {
    let read = |message: &Message| {
        bridge::read(serde_json::to_string(message).unwrap().as_bytes())
            .map(|d| (d.inbound.addressed, d.inbound.content))
    };
    for (text, addressed, rest) in [
        ("@连心\u{2005}路灯不亮", true, "路灯不亮"),
        ("@连心\u{2003}路灯不亮", true, "路灯不亮"),
        ("@连心 路灯不亮", true, "路灯不亮"),
        ("@连心路灯不亮", true, "路灯不亮"),
        ("@连心", true, ""),
        ("路灯不亮 @连心", false, "路灯不亮 @连心"),
        ("@张婶 路灯不亮", false, "@张婶 路灯不亮"),
    ] {
        assert_eq!(read(&group_text(text)), Ok((addressed, Content::Text(rest.into()))), "{text}");
        let seen = Message { at_bot: true, ..group_text(text) };
        assert_eq!(read(&seen), Ok((true, Content::Text(rest.into()))));
        let private = Message { group: None, ..group_text(text) };
        assert_eq!(read(&private), Ok((true, Content::Text(rest.into()))));
    }
    let image = Message { kind: "image".into(), text: None, media: Some("p1".into()), ..group_text("") };
    assert_eq!(read(&image), Ok((false, Content::Image(Media { id: "p1".into(), url: String::new() }))));
    let card = Message { kind: "card".into(), text: None, ..group_text("") };
    assert_eq!(read(&card), Ok((false, Content::Other("card".into()))));
}

#[test]
fn bad_gateway_json_is_a_bad_request() {
    for body in [
        "",
        "[]",
        "null",
        "{}",
        "{\"id\":1}",
        "\u{0}",
        r#"{"id":"","from":"u","type":"text","text":"x"}"#,
        r#"{"id":"1","from":"","type":"text","text":"x"}"#,
        r#"{"id":"1","from":"u","type":"","text":"x"}"#,
        r#"{"id":"1","from":"u","type":"text"}"#,
        r#"{"id":"1","from":"u","type":"image"}"#,
        r#"{"id":"1","group":"","from":"u","type":"text","text":"x"}"#,
        r#"{"id":"1","id":"2","from":"u","type":"text","text":"x"}"#,
    ] {
        let error = bridge::read(body.as_bytes()).unwrap_err();
        assert_eq!(bridge::refusal(&error).status(), 400, "{body}: {error}");
    }
    let least = r#"{"id":"1","from":"u","type":"text","text":"x","new_field":{}}"#;
    assert!(bridge::read(least.as_bytes()).unwrap().inbound.addressed);
    let secret = r#"{"id":"1","from":"u","type":"text","text":"x","at_bot":"我家电话"}"#;
    assert!(!bridge::read(secret.as_bytes()).unwrap_err().to_string().contains("电话"));
}

#[test]
fn addresses_have_one_form() {
    let item =
        bridge::OutboxItem {
            seq: 7, to: Address::Group("g:1".into()), text: "新单".into(), created_at: NOW
        };
    let outbox = bridge::Outbox { items: vec![item], next: 8 };
    let json = serde_json::to_string(&outbox).unwrap();
    assert_eq!(
        json,
        r#"{"items":[{"seq":7,"to":"group:g:1","text":"新单","created_at":1732272000}],"next":8}"#
    );
    assert_eq!(serde_json::from_str::<bridge::Outbox>(&json).unwrap(), outbox);
    assert_eq!(serde_json::from_str::<Address>("\"user:u\"").unwrap(), Address::User("u".into()));
    assert!(serde_json::from_str::<Address>("\"u\"").is_err());
}
