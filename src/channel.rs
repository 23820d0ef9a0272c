//! The doors: verified bytes in, [`Inbound`](crate::domain::message::Inbound) out, and replies back into the
//! platform's form. Pure: random bytes and the time are arguments. Never here: async, SQL, HTTP types, a clock.
//!
//! | file | holds |
//! |---|---|
//! | [`crypto`] | signatures, AES, the encrypted payload |
//! | [`xml`] | the only XML reader and writer |
//! | [`envelope`] | what the ciphertext travels in |
//! | [`official_account`] | 公众号: verify → decrypt → read → reply |
//! | [`messages`] | 公众号 messages and events ↔ [`Content`](crate::domain::message::Content) |
//! | [`bridge`] | the group gateway's signed JSON |
//! | [`client`] | the other side of both doors, for the demo, `chat`, `sim` and tests |

pub mod bridge;
pub mod client;
pub mod crypto;
pub mod envelope;
pub mod messages;
pub mod official_account;
pub mod xml;

use xml::XmlError;

/// Why a delivery was refused. Always the sender's fault (or the operator's, where the two disagree), never ours.
/// Holds no text of a message, so that it can be logged.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WireError {
    /// The EncodingAESKey is not 43 base64 characters (258 bits, the last two ignored).
    #[error("the EncodingAESKey is not 43 base64 characters")]
    Key,
    /// A query parameter or header is absent or of the wrong shape.
    #[error("{0} is absent or malformed")]
    Parameter(&'static str),
    /// The signature does not match the token or secret.
    #[error("the signature does not match")]
    Signature,
    /// The ciphertext is not strict base64.
    #[error("the ciphertext is not base64")]
    Base64,
    /// The ciphertext is empty or no whole number of AES blocks.
    #[error("the ciphertext is no whole number of blocks")]
    Length,
    /// The padding is not 1 to 32 equal bytes.
    #[error("the padding is wrong")]
    Padding,
    /// The length inside the payload points outside it.
    #[error("the inner length is wrong")]
    InnerLength,
    /// It was encrypted for another app id.
    #[error("it was encrypted for another receiver")]
    ReceiveId,
    /// The decrypted message is not UTF-8.
    #[error("the message is not UTF-8")]
    Utf8,
    /// Plain text where the configured mode demands encryption: a downgrade, or the console's mode is another.
    #[error("it is not encrypted, but the configured mode demands it")]
    NotEncrypted,
    /// The console is set to push JSON; this account is set up for XML.
    #[error("the account pushes JSON: choose XML as the data format in the platform's console")]
    JsonPush,
    /// ToUserName is another account than the configured original id.
    #[error("it is addressed to another account")]
    OtherAccount,
    /// The sender's clock differs from ours by more than [`bridge::MAX_SKEW_SECONDS`].
    #[error("it was signed too long ago, or the clocks differ")]
    Stale,
    /// The body is no XML that we read.
    #[error("the XML cannot be read")]
    Xml(#[from] XmlError),
    /// The body is no JSON of the gateway; the place counts from 1.
    #[error("the JSON cannot be read (line {line}, column {column})")]
    Json {
        /// Line of the fault.
        line: usize,
        /// Column of the fault.
        column: usize,
    },
    /// A field that every message of the kind has is absent, repeated or malformed.
    #[error("the field {0} is absent or malformed")]
    Field(&'static str),
}

/// The class of HTTP answer that a refusal gets. Outside, all refusals of a class look alike: an empty body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// 400: unreadable.
    BadRequest,
    /// 401: the gateway did not prove who it is.
    Unauthorized,
    /// 403: not from the platform, or not in the agreed form.
    Forbidden,
}

impl WireError {
    /// The class of answer on the public account's door. The gateway's door asks [`bridge::refusal`].
    pub const fn refusal(&self) -> Refusal {
        match self {
            Self::Key
            | Self::Parameter(_)
            | Self::Signature
            | Self::Base64
            | Self::Length
            | Self::Padding
            | Self::InnerLength
            | Self::ReceiveId
            | Self::Utf8
            | Self::NotEncrypted
            | Self::JsonPush
            | Self::OtherAccount => Refusal::Forbidden,
            Self::Stale => Refusal::Unauthorized,
            Self::Xml(_) | Self::Json { .. } | Self::Field(_) => Refusal::BadRequest,
        }
    }
}

impl Refusal {
    /// The status code.
    pub const fn status(self) -> u16 {
        match self {
            Self::BadRequest => 400,
            Self::Unauthorized => 401,
            Self::Forbidden => 403,
        }
    }
}
