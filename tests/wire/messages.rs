//! Messages and events as the platform writes them.

use super::*;

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
