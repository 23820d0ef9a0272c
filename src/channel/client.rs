//! The other side of the doors: builds signed deliveries and opens replies, as the platform and the gateway do. The
//! demo page, `chat`, `sim` and the tests speak through it, so that they go the real way.

use super::{
    WireError,
    bridge::{Bridge, HEADER_NONCE, HEADER_SIGNATURE, HEADER_TIME, Message, Request},
    crypto::{KeyUsed, Stamp},
    envelope, messages,
    official_account::{AccountConfig, ConfigFault, Mode, OfficialAccount, SILENCE},
    xml::{self, Writer},
};
use crate::domain::message::{Content, MessageKey};

/// The platform's side of one public account.
#[derive(Debug, Clone)]
pub struct Platform {
    account: OfficialAccount,
    key: KeyUsed,
}

/// A delivery ready to be posted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Post {
    /// The query without the question mark.
    pub query: String,
    /// The body.
    pub body: String,
}

/// A passive text reply as the user's phone shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextReply {
    /// The person.
    pub to: String,
    /// The account.
    pub from: String,
    /// Unix seconds.
    pub create_time: i64,
    /// The words.
    pub text: String,
}

impl Platform {
    /// The side that belongs to a configured account.
    pub fn new(config: &AccountConfig) -> Result<Self, Vec<ConfigFault>> {
        Ok(Self { account: OfficialAccount::new(config)?, key: KeyUsed::Current })
    }

    /// The same, still encrypting with the key before the last rotation.
    #[must_use]
    pub fn with_previous_key(mut self) -> Self {
        self.key = KeyUsed::Previous;
        self
    }

    /// The query of a URL verification.
    pub fn verification(&self, stamp: &Stamp, echostr: &str) -> String {
        format!("{}&echostr={}", self.signed(stamp), percent_encode(echostr))
    }

    /// A delivery of one message; [`message_xml`] gives its text. The random bytes go into the encryption.
    pub fn deliver(&self, message: &str, stamp: &Stamp, random: [u8; 16]) -> Post {
        let query = self.signed(stamp);
        if self.account.mode() == Mode::Plain {
            return Post { query, body: message.to_owned() };
        }
        let codec = self.account.codec();
        let sealed = codec.seal(self.key, message, random, stamp.seconds(), stamp.nonce());
        // seal signs the number; a stamp with leading zeros was sent otherwise.
        let signature = codec.sign_cipher(stamp, &sealed.encrypt);
        let query = format!("{query}&encrypt_type=aes&msg_signature={signature}");
        let body = match self.account.mode() {
            // The ciphertext stands beside the plain fields.
            Mode::Compatible => {
                let cipher = Writer::default().text("Encrypt", &sealed.encrypt).finish();
                let inner = cipher.trim_start_matches("<xml>");
                format!("{}{inner}", message.trim_end().trim_end_matches("</xml>"))
            }
            Mode::Plain | Mode::Secure => Writer::default().text("Encrypt", &sealed.encrypt).finish(),
        };
        Post { query, body }
    }

    /// Reads the answer to a delivery; `None` for silence.
    pub fn open_reply(&self, body: &str) -> Result<Option<TextReply>, WireError> {
        if body.is_empty() || body == SILENCE {
            return Ok(None);
        }
        let message = if self.account.mode() == Mode::Plain {
            body.to_owned()
        } else {
            let sealed = envelope::parse_reply(body)?;
            let opened = self.account.codec().open(
                &sealed.timestamp.to_string(),
                &sealed.nonce,
                &sealed.msg_signature,
                &sealed.encrypt,
            )?;
            // The platform only knows the key that it sent with.
            if opened.key == self.key { opened.text } else { return Err(WireError::Padding) }
        };
        let fields = xml::parse(&message)?;
        let field = |name| fields.get(name).map(str::to_owned).ok_or(WireError::Field(name));
        if field("MsgType")? != "text" {
            return Err(WireError::Field("MsgType"));
        }
        Ok(Some(TextReply {
            to: field("ToUserName")?,
            from: field("FromUserName")?,
            create_time: field("CreateTime")?.parse().map_err(|_| WireError::Field("CreateTime"))?,
            text: field("Content")?,
        }))
    }

    fn signed(&self, stamp: &Stamp) -> String {
        let signature = self.account.codec().sign(stamp);
        format!("signature={signature}&timestamp={}&nonce={}", stamp.timestamp(), stamp.nonce())
    }
}

/// A message as the platform writes it, before encryption. The key's id becomes the MsgId (events have none).
pub fn message_xml(key: &MessageKey, content: &Content) -> String {
    messages::write(key, content)
}

/// The headers and the body of a gateway delivery.
pub fn gateway_post(
    bridge: &Bridge,
    target: &str,
    stamp: &Stamp,
    message: &Message,
) -> ([(&'static str, String); 3], String) {
    let body = serde_json::to_string(message).expect("strings and numbers only");
    (gateway_headers(bridge, "POST", target, stamp, body.as_bytes()), body)
}

/// The headers that sign any request of the gateway.
pub fn gateway_headers(
    bridge: &Bridge,
    method: &str,
    target: &str,
    stamp: &Stamp,
    body: &[u8],
) -> [(&'static str, String); 3] {
    let request = Request { method, target, time: stamp.timestamp(), nonce: stamp.nonce(), body };
    [
        (HEADER_TIME, stamp.timestamp().to_owned()),
        (HEADER_NONCE, stamp.nonce().to_owned()),
        (HEADER_SIGNATURE, bridge.sign(&request)),
    ]
}

fn percent_encode(text: &str) -> String {
    let encode = |byte: u8| match byte {
        b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' | b'-' | b'_' | b'.' | b'~' => char::from(byte).to_string(),
        byte => format!("%{byte:02X}"),
    };
    text.bytes().map(encode).collect()
}
