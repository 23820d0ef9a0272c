//! What a ciphertext travels in: the outer XML, or JSON where the console is set so. The ciphertext itself is
//! `crypto`'s business.

use serde::Deserialize;

use super::{
    WireError,
    crypto::Sealed,
    xml::{self, Writer},
};

/// The form of a pushed body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// `<xml>…</xml>`
    Xml,
    /// `{…}`: chosen in the console, or an AI bot.
    Json,
}

/// The form of a body by its first character: the content type is not reliable.
pub fn format_of(body: &str) -> Format {
    let first = body.trim_start_matches('\u{feff}').trim_start();
    if first.starts_with('{') { Format::Json } else { Format::Xml }
}

/// The ciphertext in a body, trimmed. Only a direct child of the root counts, and only if it is alone.
pub fn ciphertext(body: &str) -> Result<String, WireError> {
    let encrypt = match format_of(body) {
        Format::Xml => xml::parse(body)?.get("Encrypt").map(str::to_owned),
        Format::Json => {
            let body = body.trim_start_matches('\u{feff}');
            serde_json::from_str::<JsonEnvelope>(body).map_err(|error| json_error(&error))?.encrypt
        }
    };
    let encrypt = encrypt.map(|e| e.trim().to_owned()).filter(|e| !e.is_empty());
    encrypt.ok_or(WireError::NotEncrypted)
}

/// An encrypted reply as XML.
pub fn render(sealed: &Sealed) -> String {
    Writer::default()
        .text("Encrypt", &sealed.encrypt)
        .text("MsgSignature", &sealed.msg_signature)
        .number("TimeStamp", sealed.timestamp)
        .text("Nonce", &sealed.nonce)
        .finish()
}

/// Reads an encrypted reply; the counterpart of [`render`].
pub fn parse_reply(body: &str) -> Result<Sealed, WireError> {
    let fields = xml::parse(body)?;
    let field = |name| fields.get(name).map(str::to_owned).ok_or(WireError::Field(name));
    Ok(Sealed {
        encrypt: field("Encrypt")?,
        msg_signature: field("MsgSignature")?,
        timestamp: field("TimeStamp")?.parse().map_err(|_| WireError::Field("TimeStamp"))?,
        nonce: field("Nonce")?,
    })
}

/// The place of a fault without its text, which could be a message's.
pub(super) fn json_error(error: &serde_json::Error) -> WireError {
    WireError::Json { line: error.line(), column: error.column() }
}

#[derive(Deserialize)]
struct JsonEnvelope {
    /// `Encrypt` from a public account, `encrypt` from an AI bot.
    #[serde(alias = "encrypt", rename = "Encrypt")]
    encrypt: Option<String>,
}
