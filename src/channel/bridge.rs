//! The group gateway's door: JSON signed with a shared secret, in and out. WeChat groups have no official interface;
//! whoever runs a gateway speaks this. Never here: HTTP, a clock (`now` is an argument).

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sha2::Sha256;
use subtle::ConstantTimeEq;

use super::{
    Refusal, WireError,
    crypto::{Stamp, hex},
    envelope::json_error,
    official_account::ConfigFault,
};
use crate::domain::{
    message::{Content, Inbound, Media, MessageKey},
    words::silent_debug,
};

silent_debug! { Delivery Message Outgoing OutboxItem }

/// Header with the signing time, Unix seconds, ten digits.
pub const HEADER_TIME: &str = "x-lianxin-time";
/// Header with a nonce of 1 to 64 letters and digits.
pub const HEADER_NONCE: &str = "x-lianxin-nonce";
/// Header with the signature that [`Bridge::sign`] makes.
pub const HEADER_SIGNATURE: &str = "x-lianxin-signature";

/// How far a gateway's clock may be off, either way, before its requests are refused.
pub const MAX_SKEW_SECONDS: i64 = 300;

/// The account name in message keys: a gateway's ids are unique by themselves.
pub const ACCOUNT: &str = "bridge";

const SECRET_BYTES: usize = 16;
const MENTION: &str = "@连心";

/// The gateway's shared secret.
#[derive(Clone)]
pub struct Bridge {
    secret: String,
}

/// A request as it came: what the signature covers.
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    /// `POST` or `GET`.
    pub method: &'a str,
    /// Path with query, as in the request line.
    pub target: &'a str,
    /// [`HEADER_TIME`].
    pub time: &'a str,
    /// [`HEADER_NONCE`].
    pub nonce: &'a str,
    /// The raw body, empty for GET.
    pub body: &'a [u8],
}

/// A message from the gateway, and what the speaker calls themself.
#[derive(Clone, PartialEq)]
pub struct Delivery {
    /// The message.
    pub inbound: Inbound,
    /// The display name in the group; never an identity.
    pub name: String,
}

impl Bridge {
    /// From the configured secret, at least 16 bytes.
    pub fn new(secret: String) -> Result<Self, ConfigFault> {
        let fault = ConfigFault { key: "secret", text: "网关密钥至少 16 位，请用随机字符" };
        if secret.len() < SECRET_BYTES { Err(fault) } else { Ok(Self { secret }) }
    }

    /// The signature of a request: hex HMAC-SHA256 over `time \n nonce \n METHOD target \n body`.
    pub fn sign(&self, request: &Request<'_>) -> String {
        let Request { method, target, time, nonce, body } = request;
        let mut mac =
            Hmac::<Sha256>::new_from_slice(self.secret.as_bytes()).expect("HMAC takes a key of any length");
        mac.update(format!("{time}\n{nonce}\n{method} {target}\n").as_bytes());
        mac.update(body);
        hex(&mac.finalize().into_bytes())
    }

    /// Checks who sent a request, and when: `now` in Unix seconds.
    pub fn verify(&self, request: &Request<'_>, signature: &str, now: i64) -> Result<(), WireError> {
        let stamp = Stamp::parse(request.time, request.nonce)?;
        if !bool::from(self.sign(request).as_bytes().ct_eq(signature.as_bytes())) {
            return Err(WireError::Signature);
        }
        // A replay within the window meets the message's id, which is taken only once.
        match now.saturating_sub(stamp.seconds()).saturating_abs() {
            0..=MAX_SKEW_SECONDS => Ok(()),
            _ => Err(WireError::Stale),
        }
    }

    /// Checks and reads a delivery.
    pub fn open(&self, request: &Request<'_>, signature: &str, now: i64) -> Result<Delivery, WireError> {
        self.verify(request, signature, now)?;
        read(request.body)
    }
}

impl fmt::Debug for Bridge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Bridge(***)")
    }
}

/// The class of answer on this door: 401 for everything that the signature covers, 400 for the rest.
pub const fn refusal(error: &WireError) -> Refusal {
    match error.refusal() {
        Refusal::Forbidden | Refusal::Unauthorized => Refusal::Unauthorized,
        Refusal::BadRequest => Refusal::BadRequest,
    }
}

/// A message as the gateway sends it. Unknown fields are ignored.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// Unique and stable: a repeated delivery has the same.
    pub id: String,
    /// The group; `null` or absent for a private line.
    #[serde(default)]
    pub group: Option<String>,
    /// The speaker's stable id.
    pub from: String,
    /// What the speaker is called in the group.
    #[serde(default)]
    pub name: String,
    /// Whether the gateway saw a mention of the bot.
    #[serde(default)]
    pub at_bot: bool,
    /// `text`, `image` or another type, which gets a polite reply.
    #[serde(rename = "type")]
    pub kind: String,
    /// The words of a text.
    #[serde(default)]
    pub text: Option<String>,
    /// The gateway's id of a picture.
    #[serde(default)]
    pub media: Option<String>,
    /// When it was said, Unix seconds; only for people to look at.
    #[serde(default)]
    pub time: i64,
}

/// Reads a verified body.
pub fn read(body: &[u8]) -> Result<Delivery, WireError> {
    let message: Message = serde_json::from_slice(body).map_err(|error| json_error(&error))?;
    let Message { id, group, from, name, at_bot, kind, text, media, time: _ } = message;
    for (value, field) in [(&id, "id"), (&from, "from"), (&kind, "type")] {
        if value.is_empty() {
            return Err(WireError::Field(field));
        }
    }
    if group.as_ref().is_some_and(String::is_empty) {
        return Err(WireError::Field("group"));
    }
    let mut addressed = group.is_none() || at_bot;
    let content = match kind.as_str() {
        "text" => {
            let text = text.ok_or(WireError::Field("text"))?;
            match strip_mention(&text) {
                Some(rest) => {
                    addressed = true;
                    Content::Text(rest.to_owned())
                }
                None => Content::Text(text),
            }
        }
        "image" => Content::Image(Media { id: media.ok_or(WireError::Field("media"))?, url: String::new() }),
        _ => Content::Other(kind),
    };
    let key = MessageKey { account: ACCOUNT.to_owned(), sender: from, create_time: 0, id };
    Ok(Delivery { inbound: Inbound { key, group, addressed, content }, name })
}

/// What follows `@连心` at the beginning. Clients put U+2005 after a mention, some U+2003 or a space.
fn strip_mention(text: &str) -> Option<&str> {
    text.trim_start().strip_prefix(MENTION).map(str::trim_start)
}

/// Whom a text is for: `group:G` or `user:U` in JSON.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Address {
    /// Everybody in a group.
    Group(String),
    /// One person, privately.
    User(String),
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Group(id) => write!(f, "group:{id}"),
            Self::User(id) => write!(f, "user:{id}"),
        }
    }
}

impl Serialize for Address {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Address {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        match text.split_once(':') {
            Some(("group", id)) => Ok(Self::Group(id.to_owned())),
            Some(("user", id)) => Ok(Self::User(id.to_owned())),
            Some(_) | None => Err(serde::de::Error::custom("an address is group:… or user:…")),
        }
    }
}

/// The answer to a delivery: what to say at once, in order.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Answer {
    /// Texts to send; empty for silence.
    pub messages: Vec<Outgoing>,
}

/// One text to send.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outgoing {
    /// Whom it is for.
    pub to: Address,
    /// The words.
    pub text: String,
}

/// A page of the gateway's outbox.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Outbox {
    /// Texts waiting, oldest first.
    pub items: Vec<OutboxItem>,
    /// The number to ask from next time; asking so confirms everything before it.
    pub next: i64,
}

/// One text of the outbox.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutboxItem {
    /// Its number; grows.
    pub seq: i64,
    /// Whom it is for.
    pub to: Address,
    /// The words.
    pub text: String,
    /// When it was made, Unix seconds.
    pub created_at: i64,
}
