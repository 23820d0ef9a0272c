//! The doors against recorded bytes (`fixtures/wire/vectors.json`, made with three independent implementations), and
//! against laws: what is sealed opens, what is touched does not, and nothing makes a reader panic.

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

// ---- recorded vectors

#[derive(Deserialize)]
struct Vectors {
    vectors: Vec<CryptoVector>,
    url_signatures: Vec<UrlVector>,
    envelopes: Vec<EnvelopeVector>,
}

#[derive(Deserialize)]
struct CryptoVector {
    id: String,
    token: String,
    encoding_aes_key: String,
    receive_id: String,
    timestamp: String,
    nonce: String,
    plaintext: Option<String>,
    encrypt: String,
    msg_signature: String,
    expect: String,
    #[serde(default)]
    also_acceptable: Vec<String>,
    random16: Option<String>,
}

#[derive(Deserialize)]
struct UrlVector {
    id: String,
    token: String,
    timestamp: String,
    nonce: String,
    signature: String,
    expect: String,
}

#[derive(Deserialize)]
struct EnvelopeVector {
    id: String,
    body: String,
    encrypt: Option<String>,
    expect: String,
}

fn vectors() -> Vectors {
    serde_json::from_str(include_str!("../fixtures/wire/vectors.json")).unwrap()
}

fn outcome(error: &WireError) -> &'static str {
    match error {
        WireError::Key => "bad_key",
        WireError::Signature => "bad_signature",
        WireError::Base64 => "bad_base64",
        WireError::Length | WireError::InnerLength => "bad_length",
        WireError::Padding => "bad_padding",
        WireError::ReceiveId => "bad_receive_id",
        WireError::Utf8 => "bad_utf8",
        other => panic!("not a codec's error: {other}"),
    }
}

#[test]
fn crypto_vectors() {
    let all = vectors().vectors;
    assert_eq!(all.len(), 86);
    for v in all {
        let opened = AesKey::parse(&v.encoding_aes_key).and_then(|key| {
            let codec = Codec::new(v.token.clone(), v.receive_id.clone(), key, None);
            codec.open(&v.timestamp, &v.nonce, &v.msg_signature, &v.encrypt)
        });
        let got = match &opened {
            Ok(Opened { text, .. }) if Some(text) == v.plaintext.as_ref() => "ok",
            Ok(_) if v.plaintext.is_none() => "ok:other",
            Ok(_) => panic!("{}: another plaintext", v.id),
            Err(error) => outcome(error),
        };
        let accepted = got == v.expect || v.also_acceptable.iter().any(|a| a == got);
        assert!(accepted, "{}: {got}, expected {}", v.id, v.expect);
    }
}

/// The same random bytes give the same ciphertext as the other implementations.
#[test]
fn sealing_is_byte_for_byte_theirs() {
    let mut compared = 0;
    for v in vectors().vectors.into_iter().filter(|v| v.expect == "ok") {
        let (Some(random), Some(text)) = (&v.random16, &v.plaintext) else { continue };
        let random: [u8; 16] = random.as_bytes().try_into().unwrap();
        let key = AesKey::parse(&v.encoding_aes_key).unwrap();
        let codec = Codec::new(v.token, v.receive_id, key, None);
        let sealed = codec.seal(KeyUsed::Current, text, random, v.timestamp.parse().unwrap(), &v.nonce);
        assert_eq!(sealed.encrypt, v.encrypt, "{}", v.id);
        if sealed.timestamp.to_string() == v.timestamp {
            assert_eq!(sealed.msg_signature, v.msg_signature, "{}", v.id);
        }
        compared += 1;
    }
    assert!(compared >= 35, "{compared}");
}

#[test]
fn url_signature_vectors() {
    let all = vectors().url_signatures;
    assert_eq!(all.len(), 9);
    for v in all {
        let codec = Codec::new(v.token, APP.into(), AesKey::parse(KEY).unwrap(), None);
        let got = match codec.check(&v.timestamp, &v.nonce, &v.signature) {
            Ok(()) => "ok",
            Err(error) => outcome(&error),
        };
        assert_eq!(got, v.expect, "{}", v.id);
    }
}

#[test]
fn envelope_vectors() {
    let all = vectors().envelopes;
    assert_eq!(all.len(), 16);
    for v in all {
        let got = envelope::ciphertext(&v.body);
        match v.expect.as_str() {
            "ok" => assert_eq!(got.ok(), v.encrypt, "{}", v.id),
            "refuse" => assert!(got.is_err(), "{}", v.id),
            other => panic!("{other}"),
        }
    }
}

// ---- the public account's door

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
    OfficialAccount::new(&config(mode)).unwrap()
}

fn platform(mode: Mode) -> Platform {
    Platform::new(&config(mode)).unwrap()
}

fn stamp() -> Stamp {
    Stamp::parse("1732272000", "1372623149").unwrap()
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
    for v in vectors().envelopes.iter().filter(|v| v.id.starts_with("json")) {
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

// ---- messages and events

#[test]
fn messages_as_the_platform_writes_them() {
    let media = |id: &str, url: &str| Media { id: id.into(), url: url.into() };
    for (kind, fields, expected) in [
        (
            "text",
            "<Content><![CDATA[1]]></Content><bizmsgmenuid>101</bizmsgmenuid>",
            Content::Text("1".into()),
        ),
        ("text", "<Content>【收到不支持的消息类型，暂无法显示】</Content>", Content::Sticker),
        ("text", "<Content><![CDATA[[Unsupported Message]]]></Content>", Content::Sticker),
        (
            "image",
            "<PicUrl><![CDATA[http://mmbiz.qpic.cn/a]]></PicUrl><MediaId>m1</MediaId>",
            Content::Image(media("m1", "http://mmbiz.qpic.cn/a")),
        ),
        (
            "voice",
            "<MediaId>m2</MediaId><Format>amr</Format><Recognition><![CDATA[灯坏了]]></Recognition>",
            Content::Voice { media: media("m2", ""), recognition: Some("灯坏了".into()) },
        ),
        (
            "voice",
            "<MediaId>m2</MediaId><Recognition><![CDATA[]]></Recognition>",
            Content::Voice { media: media("m2", ""), recognition: None },
        ),
        (
            "voice",
            "<MediaId>m2</MediaId><MediaId16K>m3</MediaId16K>",
            Content::Voice { media: media("m2", ""), recognition: None },
        ),
        ("video", "<MediaId>m4</MediaId><ThumbMediaId>t</ThumbMediaId>", Content::Video(media("m4", ""))),
        (
            "shortvideo",
            "<MediaId>m4</MediaId><ThumbMediaId>t</ThumbMediaId>",
            Content::Video(media("m4", "")),
        ),
        (
            "location",
            "<Location_X>38.10</Location_X><Location_Y>106.34</Location_Y><Scale>20</Scale><Label>灵武</Label>",
            Content::Location { latitude: 38.1, longitude: 106.34, label: "灵武".into() },
        ),
        (
            "link",
            "<Title>标题</Title><Description>d</Description><Url>https://x/?a=1&amp;b=2</Url>",
            Content::Link { title: "标题".into(), url: "https://x/?a=1&b=2".into() },
        ),
        ("file", "<Title>a.pdf</Title><FileKey>k</FileKey>", Content::Other("file".into())),
        ("miniprogrampage", "<Title>t</Title>", Content::Other("miniprogrampage".into())),
    ] {
        let body = message(&format!(
            "<MsgType><![CDATA[{kind}]]></MsgType>{fields}<MsgId>7</MsgId><MsgDataId>1</MsgDataId><Idx>1</Idx>"
        ));
        assert_eq!(open_plain(&body), Ok(expected), "{kind} {fields}");
    }
}

#[test]
fn events_as_the_platform_writes_them() {
    let scene = |scene: Option<&str>| Event::Subscribe { scene: scene.map(str::to_owned) };
    assert_eq!(event("subscribe", "<EventKey></EventKey>"), scene(None));
    assert_eq!(event("subscribe", ""), scene(None));
    assert_eq!(event("subscribe", "<EventKey>qrscene_b5</EventKey><Ticket>t</Ticket>"), scene(Some("b5")));
    assert_eq!(event("subscribe", "<EventKey>last_trade_no_42</EventKey>"), scene(None));
    assert_eq!(event("unsubscribe", "<EventKey/>"), Event::Unsubscribe);
    assert_eq!(
        event("SCAN", "<EventKey>b5</EventKey><Ticket>t</Ticket>"),
        Event::Scan { scene: "b5".into() }
    );
    assert_eq!(event("CLICK", "<EventKey>进度</EventKey>"), Event::Click { key: "进度".into() });
    for name in ["user_authorization_revoke", "user_authorization_cancellation"] {
        let fields = "<OpenID>oPerson</OpenID><AppID>wx1</AppID><RevokeInfo>1</RevokeInfo>";
        assert_eq!(event(name, fields), Event::AuthorizationRevoked);
    }
    let list = "<List><TemplateId>t</TemplateId><SubscribeStatusString>accept</SubscribeStatusString></List>";
    let pictures = "<SendPicsInfo><Count>2</Count><PicList><item><PicMd5Sum>a</PicMd5Sum></item>\
        <item><PicMd5Sum>b</PicMd5Sum></item></PicList></SendPicsInfo>";
    for (name, fields) in [
        ("LOCATION", "<Latitude>38.1</Latitude><Longitude>106.3</Longitude><Precision>30</Precision>".to_owned()),
        ("VIEW", "<EventKey>https://x/</EventKey><MenuId>1</MenuId>".to_owned()),
        ("view_miniprogram", "<EventKey>p/i</EventKey><MenuId>1</MenuId>".to_owned()),
        ("scancode_push", "<EventKey>k</EventKey><ScanCodeInfo><ScanType>qrcode</ScanType><ScanResult>1</ScanResult></ScanCodeInfo>".to_owned()),
        ("scancode_waitmsg", "<EventKey>k</EventKey><ScanCodeInfo><ScanResult>1</ScanResult></ScanCodeInfo>".to_owned()),
        ("pic_sysphoto", format!("<EventKey>k</EventKey>{pictures}")),
        ("pic_photo_or_album", format!("<EventKey>k</EventKey>{pictures}")),
        ("pic_weixin", format!("<EventKey>k</EventKey>{pictures}")),
        ("location_select", "<EventKey>k</EventKey><SendLocationInfo><Location_X>23</Location_X><Poiname/></SendLocationInfo>".to_owned()),
        ("TEMPLATESENDJOBFINISH", "<MsgID>200163836</MsgID><Status>failed:user block</Status>".to_owned()),
        ("MASSSENDJOBFINISH", "<MsgID>1</MsgID><Status>send success</Status><TotalCount>100</TotalCount>".to_owned()),
        ("PUBLISHJOBFINISH", "<PublishEventInfo><publish_id>1</publish_id></PublishEventInfo>".to_owned()),
        ("subscribe_msg_popup_event", format!("<SubscribeMsgPopupEvent>{list}{list}</SubscribeMsgPopupEvent>")),
        ("subscribe_msg_change_event", format!("<SubscribeMsgChangeEvent>{list}</SubscribeMsgChangeEvent>")),
        ("subscribe_msg_sent_event", format!("<SubscribeMsgSentEvent>{list}</SubscribeMsgSentEvent>")),
        ("kf_create_session", "<KfAccount>a@b</KfAccount>".to_owned()),
        ("kf_close_session", "<KfAccount>a@b</KfAccount>".to_owned()),
        ("kf_switch_session", "<FromKfAccount>a@b</FromKfAccount>".to_owned()),
        ("user_info_modified", "<OpenID>oP</OpenID>".to_owned()),
        ("qualification_verify_success", "<ExpiredTime>1</ExpiredTime>".to_owned()),
        ("naming_verify_fail", "<FailTime>1</FailTime><FailReason>x</FailReason>".to_owned()),
        ("annual_renew", "<ExpiredTime>1</ExpiredTime>".to_owned()),
        ("verify_expired", "<ExpiredTime>1</ExpiredTime>".to_owned()),
        ("an_event_of_2027", String::new()),
    ] {
        assert_eq!(event(name, &fields), Event::Silent { name: name.into() });
    }
}

#[test]
fn events_of_one_second_have_different_keys() {
    let key = |fields: &str| {
        let body = message(&format!("<MsgType>event</MsgType>{fields}"));
        let query = query(&platform(Mode::Plain).deliver("", &stamp(), [0; 16]).query);
        account(Mode::Plain).open(Raw { query: &query, body: body.as_bytes() }).unwrap().inbound.key
    };
    let click = key("<Event>CLICK</Event><EventKey>a</EventKey>");
    assert_eq!((click.id.as_str(), click.sender.as_str()), ("CLICK|a|", "oU"));
    assert_eq!((click.account.as_str(), click.create_time), ("gh_a", 1_732_272_000));
    assert_ne!(click, key("<Event>CLICK</Event><EventKey>b</EventKey>"));
    assert_ne!(click, key("<Event>LOCATION</Event>"));
    assert_eq!(key("<Event>TEMPLATESENDJOBFINISH</Event><MsgID>9</MsgID>").id, "TEMPLATESENDJOBFINISH||9");
    // The person of a revocation is named in OpenID; the sender is a service account.
    assert_eq!(key("<Event>user_authorization_revoke</Event><OpenID>oP</OpenID>").sender, "oP");
}

#[test]
fn a_message_without_its_fields_is_a_bad_request() {
    let good = message("<MsgType>text</MsgType><Content>x</Content><MsgId>1</MsgId>");
    assert!(open_plain(&good).is_ok());
    for field in ["ToUserName", "FromUserName", "CreateTime", "MsgType", "Content", "MsgId"] {
        let absent = good.replace(field, "Other");
        assert_eq!(open_plain(&absent), Err(WireError::Field(field)));
        let twice = good.replace("<MsgType>", &format!("<{field}>x</{field}><MsgType>"));
        assert_eq!(open_plain(&twice), Err(WireError::Field(field)));
    }
    for (from, to, error) in [
        ("1732272000", "soon", WireError::Field("CreateTime")),
        ("gh_a", "gh_b", WireError::OtherAccount),
        ("<Content>x", &*format!("<Content>{}", "x".repeat(65_537)), WireError::Field("Content")),
    ] {
        assert_eq!(open_plain(&good.replace(from, to)), Err(error));
    }
    for degrees in ["nan", "inf", "91", "", "38,1"] {
        let body = message(&format!(
            "<MsgType>location</MsgType><Location_X>{degrees}</Location_X><Location_Y>1</Location_Y><MsgId>1</MsgId>"
        ));
        assert_eq!(open_plain(&body), Err(WireError::Field("Location_X")), "{degrees}");
    }
    assert_eq!(WireError::Field("MsgId").refusal().status(), 400);
}

// ---- XML

#[test]
fn xml_refuses_what_no_honest_sender_writes() {
    let laughs = "<!DOCTYPE lolz [<!ENTITY lol \"lol\"><!ENTITY lol2 \"&lol;&lol;&lol;\">]><xml>&lol2;</xml>";
    let deep = |n: usize| format!("{}{}", "<a>".repeat(n), "</a>".repeat(n));
    let wide = |n: usize| format!("<xml>{}</xml>", "<a/>".repeat(n));
    let long = |n: usize| format!("<xml><{0}/></xml>", "n".repeat(n));
    for (text, error) in [
        (laughs.to_owned(), XmlError::DocType),
        ("<!DOCTYPE xml SYSTEM \"file:///etc/passwd\"><xml/>".to_owned(), XmlError::DocType),
        ("<xml>&lol;</xml>".to_owned(), XmlError::Entity),
        ("<xml>&#0;</xml>".to_owned(), XmlError::Entity),
        ("<xml>&#xD800;</xml>".to_owned(), XmlError::Entity),
        ("<xml>&#99999999999;</xml>".to_owned(), XmlError::Entity),
        (deep(9), XmlError::Depth),
        ("<a>".repeat(1 << 20), XmlError::Depth),
        (wide(513), XmlError::Size),
        (long(65), XmlError::Size),
        (String::new(), XmlError::Root),
        ("plain".to_owned(), XmlError::Root),
        ("<a/><b/>".to_owned(), XmlError::Root),
        ("<a/>rest".to_owned(), XmlError::Root),
        ("<xml><a></a>".to_owned(), XmlError::Root),
    ] {
        assert_eq!(xml::parse(&text), Err(error), "{}", &text[..text.len().min(60)]);
        assert_eq!(WireError::from(error).refusal().status(), 400);
    }
    for text in ["<xml><a></b></xml>", "<xml", "<xml><![CDATA[x</xml>", "<xml>&lt</xml>", "</xml>"] {
        assert!(matches!(xml::parse(text), Err(XmlError::Syntax(_))), "{text}: {:?}", xml::parse(text));
    }
    assert!(xml::parse(&deep(8)).is_ok() && xml::parse(&wide(512)).is_ok() && xml::parse(&long(64)).is_ok());
}

#[test]
fn xml_values_are_flat() {
    let fields = xml::parse(
        "\u{feff}<?xml version=\"1.0\"?><!-- c --><xml>\n <a>x<![CDATA[<&>]]>&lt;&#x4e00;&#49;&quot;&apos;&amp;</a>\n\
         <b><c>1</c><d><e/></d></b><f>1</f><f>2</f></xml>\n",
    )
    .unwrap();
    assert_eq!(fields.get("a"), Some("x<&><一1\"'&"));
    assert_eq!(fields.get("b/c"), Some("1"));
    assert_eq!(fields.get("b/d/e"), Some(""));
    assert_eq!((fields.get("b"), fields.get("f"), fields.get("c")), (None, None, None));
    assert_eq!(fields.iter().count(), 5);
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

// ---- the gateway's door

const TARGET: &str = "/bridge/messages?gateway=1";
const NOW: i64 = 1_732_272_000;

fn gateway() -> Bridge {
    Bridge::new("0123456789abcdef".into()).unwrap()
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

// ---- laws

fn contents() -> impl Strategy<Value = Content> {
    let media =
        || ("[a-zA-Z0-9_-]{1,20}", "(http://[a-z./&]{1,20})?").prop_map(|(id, url)| Media { id, url });
    let sound = || "[a-zA-Z0-9_-]{1,20}".prop_map(|id| Media { id, url: String::new() });
    prop_oneof![
        any::<String>().prop_map(|text| Content::Text(clean(&text).into_owned())),
        media().prop_map(Content::Image),
        (sound(), prop::option::of("[\\p{Han}]{1,9}"))
            .prop_map(|(media, recognition)| Content::Voice { media, recognition }),
        sound().prop_map(Content::Video),
        (-90.0..90.0, -180.0..180.0, "[\\p{Han}]{0,9}")
            .prop_map(|(latitude, longitude, label)| Content::Location { latitude, longitude, label }),
        ("[\\p{Han}<>&\\]]{1,9}", "https://[a-z&?=]{1,9}")
            .prop_map(|(title, url)| Content::Link { title, url }),
        Just(Content::Sticker),
        prop::option::of("[a-z0-9]{1,9}").prop_map(|scene| Content::Event(Event::Subscribe { scene })),
        Just(Content::Event(Event::Unsubscribe)),
        "[a-z0-9]{1,9}".prop_map(|scene| Content::Event(Event::Scan { scene })),
        "[\\p{Han}]{1,9}".prop_map(|key| Content::Event(Event::Click { key })),
        Just(Content::Event(Event::AuthorizationRevoked)),
        "[A-Z]{1,9}".prop_map(|name| Content::Event(Event::Silent { name })),
        "x[a-z]{1,9}".prop_map(Content::Other),
    ]
}

proptest! {
    #[test]
    fn what_is_sealed_opens(text: String, random: [u8; 16], receiver in "[a-z0-9]{0,40}", previous: bool) {
        let codec = || Codec::new(TOKEN.into(), receiver.clone(), AesKey::parse(KEY).unwrap(), AesKey::parse(OLD_KEY).ok());
        let key = if previous { KeyUsed::Previous } else { KeyUsed::Current };
        let sealed = codec().seal(key, &text, random, NOW, "n");
        let opened = codec().open(&NOW.to_string(), "n", &sealed.msg_signature, &sealed.encrypt);
        prop_assert_eq!(opened, Ok(Opened { text, key }));
    }

    #[test]
    fn any_flipped_bit_is_forbidden(content in contents(), at: prop::sample::Index, bit in 0..8_u32) {
        let post = platform(Mode::Secure).deliver(&client::message_xml(&key(), &content), &stamp(), [3; 16]);
        let mut query = query(&post.query);
        let good = post.body.clone().into_bytes();
        let mut body = good.clone();
        body[at.index(good.len())] ^= 1 << bit;
        let refused = account(Mode::Secure).open(Raw { query: &query, body: &body });
        // Inside the ciphertext the signature breaks; outside it the XML or its one element does.
        let cipher_changed = envelope::ciphertext(&String::from_utf8_lossy(&body)).ok() != envelope::ciphertext(&post.body).ok();
        prop_assert_eq!(refused.is_err(), cipher_changed);
        let mut signature = query.msg_signature.take().unwrap().into_bytes();
        let at = at.index(signature.len());
        signature[at] ^= 1 << bit;
        query.msg_signature = Some(String::from_utf8_lossy(&signature).into_owned());
        let refused = account(Mode::Secure).open(Raw { query: &query, body: &good });
        prop_assert_eq!(refused, Err(WireError::Signature));
    }

    #[test]
    fn every_content_goes_through_the_door(content in contents(), random: [u8; 16]) {
        prop_assume!(!matches!(&content, Content::Text(t) if t.len() > 60_000));
        let mut key = key();
        if let Content::Event(Event::Silent { .. }) = content { key.id = "A||5".into(); }
        let post = platform(Mode::Secure).deliver(&client::message_xml(&key, &content), &stamp(), random);
        let query = query(&post.query);
        let delivery = account(Mode::Secure).open(Raw { query: &query, body: post.body.as_bytes() }).unwrap();
        prop_assert_eq!(&delivery.inbound.content, &content);
        prop_assert_eq!(&delivery.inbound.key.sender, &key.sender);
    }

    #[test]
    fn written_xml_reads_back(text: String, name in "[A-Za-z]{1,20}") {
        let written = Writer::default().text(&name, &text).number("n", 5).finish();
        let fields = xml::parse(&written).unwrap();
        let cleaned = clean(&text);
        prop_assert_eq!(fields.get(&name), Some(&*cleaned).filter(|_| name != "n"));
        prop_assert_eq!(&clean(&cleaned), &cleaned);
    }

    #[test]
    fn cdata_ends_cannot_be_smuggled(parts in prop::collection::vec(prop::sample::select(vec!["]", "]]", ">", "]]>", "<![CDATA[", "</xml>", "&lt;", "水", "\r\n", "\u{1}"]), 0..12)) {
        let text = parts.concat();
        let fields = xml::parse(&Writer::default().text("v", &text).finish()).unwrap();
        prop_assert_eq!(fields.get("v"), Some(&*clean(&text)));
    }

    #[test]
    fn no_text_makes_the_xml_reader_panic(text: String, nearly in "[<>/a!?\\[\\]CDATAxml&#;\"' =-]{0,60}") {
        let _ = xml::parse(&text);
        let _ = xml::parse(&nearly);
        let _ = xml::parse(&format!("<xml><a>{nearly}</a></xml>"));
    }

    #[test]
    fn no_bytes_make_a_door_panic(body: Vec<u8>) {
        let query = query(&platform(Mode::Plain).deliver("", &stamp(), [0; 16]).query);
        for mode in [Mode::Plain, Mode::Secure] {
            let _ = account(mode).open(Raw { query: &query, body: &body });
        }
        let _ = bridge::read(&body);
    }

    #[test]
    fn a_cut_loses_nothing(text in "[a水。\n🀄]{0,400}", limit in 4..600_usize) {
        let (head, rest) = cut_reply(&text, limit);
        prop_assert_eq!(format!("{head}{rest}"), text.clone());
        prop_assert!(head.len() <= limit);
        prop_assert!(text.is_empty() || !head.is_empty());
    }

    #[test]
    fn a_gateway_accepts_only_what_was_signed(body: Vec<u8>, at: prop::sample::Index, bit in 0..8_u32) {
        let request = Request { body: &body, ..request("") };
        let mut signature = gateway().sign(&request).into_bytes();
        prop_assert_eq!(gateway().verify(&request, &String::from_utf8_lossy(&signature), NOW), Ok(()));
        let i = at.index(signature.len());
        signature[i] ^= 1 << bit;
        prop_assert!(gateway().verify(&request, &String::from_utf8_lossy(&signature), NOW).is_err());
    }
}

// ---- padding, byte by byte

/// Seals a payload whose last block is ours to spoil: everything but the padding is right.
#[test]
fn bad_paddings_are_refused() {
    use cbc::cipher::{BlockModeEncrypt, KeyIvInit, block_padding::NoPadding};
    let raw_key = |text: &str| {
        use base64::Engine;
        let config = base64::engine::GeneralPurposeConfig::new().with_decode_allow_trailing_bits(true);
        let engine = base64::engine::GeneralPurpose::new(&base64::alphabet::STANDARD, config);
        engine.decode(format!("{text}=")).unwrap()
    };
    let encrypt = |plain: &[u8]| {
        use base64::Engine;
        let (key, mut buffer) = (raw_key(KEY), plain.to_vec());
        let length = buffer.len();
        let cipher = cbc::Encryptor::<aes::Aes256>::new_from_slices(&key, &key[..16]).unwrap();
        let sealed = cipher.encrypt_padded::<NoPadding>(&mut buffer, length).unwrap();
        base64::engine::general_purpose::STANDARD.encode(sealed)
    };
    let open = |plain: &[u8]| {
        let codec = Codec::new(TOKEN.into(), APP.into(), AesKey::parse(KEY).unwrap(), None);
        let cipher = encrypt(plain);
        codec.open("1", "n", &signature([TOKEN, "1", "n", &cipher]), &cipher)
    };
    // 16 random, length, 10 bytes of message, 18 of app id: 48 bytes, so 16 of padding belong behind them.
    let payload = [&[9; 16][..], &10_u32.to_be_bytes(), b"0123456789", APP.as_bytes()].concat();
    let with = |padding: &[u8]| [&payload[..], padding].concat();
    assert_eq!(open(&with(&[16; 16])).unwrap().text, "0123456789");
    assert_eq!(open(&with(&[32; 32])).unwrap().text, "0123456789");
    for last in [0, 33, 34, 47, 48, 64, 65, 127, 128, 255] {
        let mut padding = [16; 16];
        padding[15] = last;
        assert_eq!(open(&with(&padding)), Err(WireError::Padding), "{last}");
    }
    for (at, byte) in [(0, 0), (0, 17), (7, 15), (14, 0), (14, 17)] {
        let mut padding = [16; 16];
        padding[at] = byte;
        assert_eq!(open(&with(&padding)), Err(WireError::Padding), "{at}");
    }
    for last in [1, 2, 15] {
        let mut padding = [16; 16];
        padding[15] = last;
        let expected = if last == 1 { WireError::ReceiveId } else { WireError::Padding };
        assert_eq!(open(&with(&padding)), Err(expected), "{last}");
    }
    assert_eq!(open(&[17; 16]), Err(WireError::Padding));
    assert_eq!(open(&[16; 16]), Err(WireError::InnerLength));
    assert_eq!(open(&[32; 32]), Err(WireError::InnerLength));
}
