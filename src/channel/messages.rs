//! 公众号 messages and events: from the fields of the inner XML to a domain message, and back for the client side
//! (微信公众平台文档: 接收普通消息, 接收事件推送). No signatures and no encryption here.

use super::{
    WireError,
    xml::{Fields, Writer},
};
use crate::domain::message::{Content, Event, Inbound, Media, MessageKey};

/// Longest text that is read, in bytes; WeChat's own limit is far lower.
const MAX_TEXT: usize = 64 * 1024;

/// Stickers and other unsupported input arrive as text with one of these.
const STICKER: [&str; 2] = ["【收到不支持的消息类型，暂无法显示】", "[Unsupported Message]"];

/// Reads a message. Unknown types and events are values, not errors: new ones appear without notice.
pub(super) fn read(fields: &Fields) -> Result<Inbound, WireError> {
    let kind = required(fields, "MsgType")?;
    let content = content(kind, fields)?;
    let sender = match &content {
        // Comes from a service account of the platform; the person is in OpenID.
        Content::Event(Event::AuthorizationRevoked) => {
            optional(fields, "OpenID").map_or_else(|| required(fields, "FromUserName"), Ok)?
        }
        Content::Event(_)
        | Content::Text(_)
        | Content::Image(_)
        | Content::Voice { .. }
        | Content::Video(_)
        | Content::Location { .. }
        | Content::Link { .. }
        | Content::Sticker
        | Content::Other(_) => required(fields, "FromUserName")?,
    };
    let id = match &content {
        Content::Event(_) => {
            let part = |name| optional(fields, name).unwrap_or("");
            format!("{}|{}|{}", part("Event"), part("EventKey"), part("MsgID"))
        }
        Content::Other(_) => optional(fields, "MsgId").unwrap_or("").to_owned(),
        Content::Text(_)
        | Content::Image(_)
        | Content::Voice { .. }
        | Content::Video(_)
        | Content::Location { .. }
        | Content::Link { .. }
        | Content::Sticker => required(fields, "MsgId")?.to_owned(),
    };
    let key = MessageKey {
        account: required(fields, "ToUserName")?.to_owned(),
        sender: sender.to_owned(),
        create_time: required(fields, "CreateTime")?.parse().map_err(|_| WireError::Field("CreateTime"))?,
        id,
    };
    Ok(Inbound { key, group: None, addressed: true, content })
}

fn content(kind: &str, fields: &Fields) -> Result<Content, WireError> {
    let text = |name| optional(fields, name).unwrap_or("").to_owned();
    Ok(match kind {
        "text" => {
            let text = fields.get("Content").ok_or(WireError::Field("Content"))?;
            if text.len() > MAX_TEXT {
                return Err(WireError::Field("Content"));
            }
            match STICKER.contains(&text.trim()) {
                true => Content::Sticker,
                false => Content::Text(text.to_owned()),
            }
        }
        "image" => Content::Image(Media { id: text("MediaId"), url: text("PicUrl") }),
        "voice" => Content::Voice {
            media: Media { id: text("MediaId"), url: String::new() },
            recognition: optional(fields, "Recognition").map(str::to_owned),
        },
        "video" | "shortvideo" => Content::Video(Media { id: text("MediaId"), url: String::new() }),
        "location" => Content::Location {
            latitude: degrees(fields, "Location_X", 90.0)?,
            longitude: degrees(fields, "Location_Y", 180.0)?,
            label: text("Label"),
        },
        "link" => Content::Link { title: text("Title"), url: text("Url") },
        "event" => Content::Event(event(required(fields, "Event")?, text("EventKey"))),
        other => Content::Other(other.to_owned()),
    })
}

fn event(name: &str, key: String) -> Event {
    match name {
        // Another key than qrscene_ (last_trade_no_… was seen) is no scene.
        "subscribe" => {
            let scene = key.strip_prefix("qrscene_").filter(|scene| !scene.is_empty());
            Event::Subscribe { scene: scene.map(str::to_owned) }
        }
        "unsubscribe" => Event::Unsubscribe,
        "SCAN" => Event::Scan { scene: key },
        "CLICK" => Event::Click { key },
        "user_authorization_revoke" | "user_authorization_cancellation" => Event::AuthorizationRevoked,
        name => Event::Silent { name: name.to_owned() },
    }
}

/// A trimmed value that must be there.
fn required<'a>(fields: &'a Fields, name: &'static str) -> Result<&'a str, WireError> {
    optional(fields, name).ok_or(WireError::Field(name))
}

/// A trimmed value; `None` when absent, repeated or empty.
fn optional<'a>(fields: &'a Fields, name: &str) -> Option<&'a str> {
    fields.get(name).map(str::trim).filter(|value| !value.is_empty())
}

fn degrees(fields: &Fields, name: &'static str, limit: f64) -> Result<f64, WireError> {
    let degrees: f64 = required(fields, name)?.parse().map_err(|_| WireError::Field(name))?;
    // False for NaN too, which Rust reads from "nan".
    if degrees.abs() <= limit { Ok(degrees) } else { Err(WireError::Field(name)) }
}

/// Writes a message as the platform would. The key's id is the MsgId; events take only the event name and key from
/// their content, and MsgID from the last part of the id.
pub(super) fn write(key: &MessageKey, content: &Content) -> String {
    let xml = Writer::default()
        .text("ToUserName", &key.account)
        .text("FromUserName", &key.sender)
        .number("CreateTime", key.create_time)
        .text("MsgType", kind_of(content));
    let xml = match content {
        Content::Text(text) => xml.text("Content", text),
        Content::Sticker => xml.text("Content", STICKER[0]),
        Content::Image(media) => xml.text("PicUrl", &media.url).text("MediaId", &media.id),
        Content::Voice { media, recognition } => xml
            .text("MediaId", &media.id)
            .text("Format", "amr")
            .text("Recognition", recognition.as_deref().unwrap_or("")),
        Content::Video(media) => xml.text("MediaId", &media.id).text("ThumbMediaId", ""),
        Content::Location { latitude, longitude, label } => xml
            .text("Location_X", &latitude.to_string())
            .text("Location_Y", &longitude.to_string())
            .number("Scale", 16)
            .text("Label", label),
        Content::Link { title, url } => xml.text("Title", title).text("Description", "").text("Url", url),
        Content::Event(event) => write_event(xml, key, event),
        Content::Other(_) => xml,
    };
    match content {
        Content::Event(_) => xml.finish(),
        Content::Text(_)
        | Content::Image(_)
        | Content::Voice { .. }
        | Content::Video(_)
        | Content::Location { .. }
        | Content::Link { .. }
        | Content::Sticker
        | Content::Other(_) => xml.text("MsgId", &key.id).finish(),
    }
}

fn kind_of(content: &Content) -> &str {
    match content {
        Content::Text(_) | Content::Sticker => "text",
        Content::Image(_) => "image",
        Content::Voice { .. } => "voice",
        Content::Video(_) => "video",
        Content::Location { .. } => "location",
        Content::Link { .. } => "link",
        Content::Event(_) => "event",
        Content::Other(kind) => kind,
    }
}

fn write_event(xml: Writer, key: &MessageKey, event: &Event) -> Writer {
    match event {
        Event::Subscribe { scene } => xml
            .text("Event", "subscribe")
            .text("EventKey", &scene.as_ref().map(|s| format!("qrscene_{s}")).unwrap_or_default()),
        Event::Unsubscribe => xml.text("Event", "unsubscribe").text("EventKey", ""),
        Event::Scan { scene } => xml.text("Event", "SCAN").text("EventKey", scene),
        Event::Click { key } => xml.text("Event", "CLICK").text("EventKey", key),
        Event::AuthorizationRevoked => {
            xml.text("Event", "user_authorization_revoke").text("OpenID", &key.sender)
        }
        Event::Silent { name } => {
            let msg_id = key.id.rsplit('|').next().unwrap_or("");
            xml.text("Event", name).text("MsgID", msg_id)
        }
    }
}
