//! What came in through a door: an inbound message after verification and decoding, and the key that makes it
//! exactly-once. No wire format and no Chinese understanding here.

use serde::{Deserialize, Serialize};

use super::words::silent_debug;

silent_debug! { MessageKey Content Media }

/// What makes a delivery the same delivery. Kept seven days; a second delivery gets the first one's stored reply.
/// MsgId alone is not unique over users and events have none, hence sender, time and kind
/// (WxJava issue 333).
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct MessageKey {
    /// The account that received it: a public account's original id, or the gateway.
    pub account: String,
    /// The sender's id on that account (OpenID, gateway user id).
    pub sender: String,
    /// The sender's clock, Unix seconds; 0 where the channel's ids are unique by themselves.
    pub create_time: i64,
    /// MsgId, or for events `event|event key|MsgID`.
    pub id: String,
}

/// The account name of the group gateway in message keys.
pub const BRIDGE: &str = "bridge";

/// The account name of the console in message keys; its senders are the ids of console accounts.
pub const CONSOLE: &str = "console";

/// One verified message.
#[derive(Debug, Clone, PartialEq)]
pub struct Inbound {
    /// Its identity.
    pub key: MessageKey,
    /// The group it was said in; `None` for a private line.
    pub group: Option<String>,
    /// Whether the bot was addressed (@连心); private lines always are.
    pub addressed: bool,
    /// What it holds.
    pub content: Content,
}

/// What a message holds.
#[derive(Clone, PartialEq)]
pub enum Content {
    /// Typed text.
    Text(String),
    /// A picture.
    Image(Media),
    /// Speech, with the platform's transcript where it gives one.
    Voice {
        /// Where the sound is kept.
        media: Media,
        /// What was heard; `None` when absent or empty.
        recognition: Option<String>,
    },
    /// A film (also 小视频).
    Video(Media),
    /// A point on the map.
    Location {
        /// Degrees north, GCJ-02.
        latitude: f64,
        /// Degrees east, GCJ-02.
        longitude: f64,
        /// The map's own words for it.
        label: String,
    },
    /// A shared article.
    Link {
        /// Its title.
        title: String,
        /// Its address.
        url: String,
    },
    /// A sticker or another thing that WeChat hands over as a fixed placeholder text.
    Sticker,
    /// Something that the person or the platform did.
    Event(Event),
    /// A type this version does not know; the name as the platform wrote it.
    Other(String),
}

/// A picture, sound or film: the platform's id, and its address where one is given.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Media {
    /// MediaId; temporary media live three days on the platform.
    pub id: String,
    /// PicUrl; empty where the platform gives none. Never fetched by us.
    pub url: String,
}

/// What happened, for messages without words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// Followed the account; with the scene of a scanned code, if any.
    Subscribe {
        /// Scene of the QR code.
        scene: Option<String>,
    },
    /// Left. Nothing can be answered, nothing more may be sent.
    Unsubscribe,
    /// Scanned a code as a follower.
    Scan {
        /// Scene of the QR code.
        scene: String,
    },
    /// Clicked a menu item; the key is read as if typed.
    Click {
        /// The menu key.
        key: String,
    },
    /// Asked to have personal data removed (user_authorization_revoke and its kin).
    AuthorizationRevoked,
    /// Anything else: logged by name and answered with silence.
    Silent {
        /// The event's name.
        name: String,
    },
}
