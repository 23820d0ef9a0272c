//! 公众号: one delivery from raw bytes to a domain message, in steps that cannot be skipped
//! (Raw → [`Verified`] → [`Plain`] → [`Delivery`]), and the passive reply. The mode is configuration, never the
//! URL's `encrypt_type`: else anybody could downgrade to plain text.

use std::fmt;

use serde::Deserialize;

use super::{
    WireError,
    crypto::{AesKey, Codec, KeyUsed, Opened, Stamp},
    envelope::{self, Format},
    messages,
    xml::{self, Writer},
};
pub use crate::domain::compose::{REPLY_BYTES, cut as cut_reply};
use crate::domain::{category::codes, message::Inbound, words::silent_debug};

silent_debug! { Body Plain ReplyTo }

/// The answer that shows the user nothing. An empty `Content`, JSON or an error status would show the fault notice.
pub const SILENCE: &str = "success";

codes! {
    /// The console's message mode.
    Mode {
        /// 明文: the signature does not cover the body, so whoever saw one URL can forge any message.
        Plain = "plain",
        /// 兼容: plain text and ciphertext side by side; only the ciphertext is read.
        Compatible = "compatible",
        /// 安全: ciphertext only.
        Secure = "secure",
    }
}

/// What the operator configures.
#[derive(Clone)]
pub struct AccountConfig {
    /// 令牌: 3 to 32 letters and digits, chosen by the operator.
    pub token: String,
    /// AppID, `wx…`; may be empty in plain mode.
    pub app_id: String,
    /// EncodingAESKey, 43 characters; may be empty in plain mode.
    pub encoding_aes_key: String,
    /// The key before the last rotation, if there was one.
    pub previous_encoding_aes_key: Option<String>,
    /// 原始 ID, `gh_…`; when set, deliveries to another account are refused.
    pub original_id: Option<String>,
    /// The console's message mode.
    pub mode: Mode,
}

impl fmt::Debug for AccountConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AccountConfig")
            .field("app_id", &self.app_id)
            .field("original_id", &self.original_id)
            .field("mode", &self.mode)
            .field("secrets", &"***")
            .finish()
    }
}

/// One thing wrong in a door's configuration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{key}: {text}")]
pub struct ConfigFault {
    /// The key in the configuration, as [`AccountConfig`] and [`super::bridge::Bridge`] name it.
    pub key: &'static str,
    /// What is wrong and what would be right, for the administrator.
    pub text: &'static str,
}

/// The query of a callback. Other parameters (`openid`, `encrypt_type`) are not asked.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct Query {
    /// Three-part signature: URL verification and plain mode.
    pub signature: Option<String>,
    /// Four-part signature over the ciphertext.
    pub msg_signature: Option<String>,
    /// Unix seconds, ten digits.
    pub timestamp: Option<String>,
    /// Letters and digits.
    pub nonce: Option<String>,
    /// What a URL verification wants to read back.
    pub echostr: Option<String>,
}

impl Query {
    fn stamp(&self) -> Result<Stamp, WireError> {
        let timestamp = self.timestamp.as_deref().ok_or(WireError::Parameter("timestamp"))?;
        Stamp::parse(timestamp, self.nonce.as_deref().ok_or(WireError::Parameter("nonce"))?)
    }
}

/// A delivery as it came.
#[derive(Debug, Clone, Copy)]
pub struct Raw<'a> {
    /// The URL's query.
    pub query: &'a Query,
    /// The body; its size was limited on the way in.
    pub body: &'a [u8],
}

/// A delivery whose signature was checked.
#[derive(Debug)]
pub struct Verified {
    stamp: Stamp,
    body: Body,
}

enum Body {
    Message(String),
    Cipher(String),
}

/// A delivery in plain text.
pub struct Plain {
    stamp: Stamp,
    key: Option<KeyUsed>,
    message: String,
}

/// A message, and how to answer it.
#[derive(Debug, Clone, PartialEq)]
pub struct Delivery {
    /// The message.
    pub inbound: Inbound,
    /// Where the reply goes.
    pub reply_to: ReplyTo,
    /// When the platform signed it, Unix seconds; web counts odd ones, nobody refuses them.
    pub signed_at: i64,
}

/// What a passive reply must carry back.
#[derive(Clone, PartialEq, Eq)]
pub struct ReplyTo {
    person: String,
    account: String,
    stamp: Stamp,
    /// The key to encrypt with; `None` in plain mode.
    key: Option<KeyUsed>,
}

/// One public account's door.
#[derive(Debug, Clone)]
pub struct OfficialAccount {
    codec: Codec,
    mode: Mode,
    original_id: Option<String>,
}

impl OfficialAccount {
    /// Checks the configuration; reports every fault.
    pub fn new(config: &AccountConfig) -> Result<Self, Vec<ConfigFault>> {
        let mut faults = vec![];
        let mut fault = |key, text| faults.push(ConfigFault { key, text });
        if config.token.is_empty() {
            // With an empty token anybody can sign.
            fault("token", "令牌不能为空，请填公众号后台“服务器配置”里的 Token");
        } else if !is_token(&config.token) {
            fault("token", "令牌应为 3 到 32 位字母或数字");
        }
        let key = match (config.mode, config.encoding_aes_key.as_str()) {
            // Never used in plain mode: there is no ciphertext to open and no reply to seal.
            (Mode::Plain, "") => AesKey::unused(),
            (Mode::Plain | Mode::Compatible | Mode::Secure, text) => {
                AesKey::parse(text).unwrap_or_else(|_| {
                    fault("encoding_aes_key", "EncodingAESKey 应为 43 位字母、数字、+ 或 /");
                    AesKey::unused()
                })
            }
        };
        let previous = config.previous_encoding_aes_key.as_deref().and_then(|text| {
            let key = AesKey::parse(text).ok();
            if key.is_none() {
                fault("previous_encoding_aes_key", "旧的 EncodingAESKey 应为 43 位字母、数字、+ 或 /");
            }
            key
        });
        if config.app_id.is_empty() && config.mode != Mode::Plain {
            fault("app_id", "加密模式要填 AppID（wx 开头）");
        }
        if !faults.is_empty() {
            return Err(faults);
        }
        let codec = Codec::new(config.token.clone(), config.app_id.clone(), key, previous);
        Ok(Self { codec, mode: config.mode, original_id: config.original_id.clone() })
    }

    /// The configured mode; web warns loudly of [`Mode::Plain`].
    pub fn mode(&self) -> Mode {
        self.mode
    }

    /// Answers the console's URL verification: the text to send back exactly. It is plain in every mode.
    pub fn verify_url<'q>(&self, query: &'q Query) -> Result<&'q str, WireError> {
        let stamp = query.stamp()?;
        self.codec.check(stamp.timestamp(), stamp.nonce(), given(&query.signature, "signature")?)?;
        query.echostr.as_deref().ok_or(WireError::Parameter("echostr"))
    }

    /// All steps at once.
    pub fn open(&self, raw: Raw<'_>) -> Result<Delivery, WireError> {
        self.read(self.decrypt(self.verify(raw)?)?)
    }

    /// Checks the signature that the mode demands.
    pub fn verify(&self, raw: Raw<'_>) -> Result<Verified, WireError> {
        let stamp = raw.query.stamp()?;
        let body = std::str::from_utf8(raw.body).map_err(|_| WireError::Utf8)?;
        if envelope::format_of(body) == Format::Json {
            return Err(WireError::JsonPush);
        }
        let body = match self.mode {
            Mode::Plain => {
                self.codec.check(
                    stamp.timestamp(),
                    stamp.nonce(),
                    given(&raw.query.signature, "signature")?,
                )?;
                Body::Message(body.to_owned())
            }
            Mode::Compatible | Mode::Secure => {
                let signature = given(&raw.query.msg_signature, "msg_signature")?;
                let cipher = envelope::ciphertext(body)?;
                self.codec.check_cipher(stamp.timestamp(), stamp.nonce(), signature, &cipher)?;
                Body::Cipher(cipher)
            }
        };
        Ok(Verified { stamp, body })
    }

    /// Takes the encryption off, if there is one.
    pub fn decrypt(&self, verified: Verified) -> Result<Plain, WireError> {
        let Verified { stamp, body } = verified;
        Ok(match body {
            Body::Message(message) => Plain { stamp, key: None, message },
            Body::Cipher(cipher) => {
                let Opened { text, key } = self.codec.decrypt(&cipher)?;
                Plain { stamp, key: Some(key), message: text }
            }
        })
    }

    /// Reads the message.
    pub fn read(&self, plain: Plain) -> Result<Delivery, WireError> {
        let Plain { stamp, key, message } = plain;
        let fields = xml::parse(&message)?;
        let inbound = messages::read(&fields)?;
        if self.original_id.as_ref().is_some_and(|id| *id != inbound.key.account) {
            return Err(WireError::OtherAccount);
        }
        let signed_at = stamp.seconds();
        let (person, account) = (inbound.key.sender.clone(), inbound.key.account.clone());
        Ok(Delivery { reply_to: ReplyTo { person, account, stamp, key }, inbound, signed_at })
    }

    /// Renders a passive text reply, encrypted in the modes that want it. A text without visible characters becomes
    /// [`SILENCE`]; a text beyond [`REPLY_BYTES`] is cut, so callers that keep the rest use [`cut_reply`] before.
    pub fn reply(&self, to: &ReplyTo, text: &str, create_time: i64, random: [u8; 16]) -> String {
        let text = xml::clean(text);
        if text.trim().is_empty() {
            return SILENCE.to_owned();
        }
        let (text, _) = cut_reply(&text, REPLY_BYTES);
        let message = render_text(&to.person, &to.account, create_time, text);
        match to.key {
            None => message,
            Some(key) => envelope::render(&self.codec.seal(
                key,
                &message,
                random,
                to.stamp.seconds(),
                to.stamp.nonce(),
            )),
        }
    }

    /// The client's half signs and seals with the same secrets.
    pub(super) fn codec(&self) -> &Codec {
        &self.codec
    }
}

/// A passive text reply in plain XML.
pub fn render_text(to: &str, from: &str, create_time: i64, content: &str) -> String {
    Writer::default()
        .text("ToUserName", to)
        .text("FromUserName", from)
        .number("CreateTime", create_time)
        .text("MsgType", "text")
        .text("Content", content)
        .finish()
}

fn is_token(token: &str) -> bool {
    (3..=32).contains(&token.len()) && token.bytes().all(|b| b.is_ascii_alphanumeric())
}

fn given<'q>(parameter: &'q Option<String>, name: &'static str) -> Result<&'q str, WireError> {
    parameter.as_deref().ok_or(WireError::Parameter(name))
}
