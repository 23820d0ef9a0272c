//! Signatures and encryption of WeChat callbacks (消息加解密): key, SHA-1 signature, AES-256-CBC payload. Random bytes
//! are arguments; no XML, no JSON and no HTTP here. Secrets never appear in `Debug`.

use std::fmt;

use aes::Aes256;
use base64::{
    Engine,
    alphabet::STANDARD as ALPHABET,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig, general_purpose::STANDARD},
};
use cbc::cipher::{BlockModeDecrypt, BlockModeEncrypt, KeyIvInit, block_padding::NoPadding};
use sha1::{Digest, Sha1};
use subtle::ConstantTimeEq;

use super::WireError;
use crate::domain::words::silent_debug;

silent_debug! { Opened }

/// PKCS#7 block of the platform; not the AES block of 16. Pads of 17 to 32 are half of all messages.
const PAD_BLOCK: usize = 32;
const AES_BLOCK: usize = 16;
/// Random bytes, then the message's length as big-endian u32.
const HEAD: usize = 16 + 4;

/// 43 characters carry 258 bits: the last two are noise and usually not zero, so trailing bits are tolerated.
const KEY_BASE64: GeneralPurpose = GeneralPurpose::new(
    &ALPHABET,
    GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::RequireNone),
);

/// An EncodingAESKey.
#[derive(Clone, PartialEq, Eq)]
pub struct AesKey([u8; 32]);

impl AesKey {
    /// Reads the 43 characters that the console shows.
    pub fn parse(text: &str) -> Result<Self, WireError> {
        let bytes = KEY_BASE64.decode(text).map_err(|_| WireError::Key)?;
        bytes.try_into().map(Self).map_err(|_| WireError::Key)
    }

    /// A key for accounts that never encrypt.
    pub(super) const fn unused() -> Self {
        Self([0; 32])
    }

    fn iv(&self) -> &[u8] {
        &self.0[..AES_BLOCK]
    }
}

impl fmt::Debug for AesKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AesKey(***)")
    }
}

/// Which key a message was encrypted with. The reply uses the same one: after a rotation the platform goes on with
/// the old key for a while.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyUsed {
    /// The configured key.
    Current,
    /// The key before the last rotation.
    Previous,
}

/// The time and the nonce that a signature covers, as sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stamp {
    timestamp: String,
    nonce: String,
}

impl Stamp {
    /// Checks the shapes `^\d{10}$` and `^[0-9A-Za-z]{1,64}$`. The signed string has no separators: without the shapes
    /// a digit moved from one part to the next would verify too.
    pub fn parse(timestamp: &str, nonce: &str) -> Result<Self, WireError> {
        if timestamp.len() != 10 || !timestamp.bytes().all(|b| b.is_ascii_digit()) {
            return Err(WireError::Parameter("timestamp"));
        }
        if !(1..=64).contains(&nonce.len()) || !nonce.bytes().all(|b| b.is_ascii_alphanumeric()) {
            return Err(WireError::Parameter("nonce"));
        }
        Ok(Self { timestamp: timestamp.to_owned(), nonce: nonce.to_owned() })
    }

    /// When it was signed by the platform's clock, Unix seconds. Not enforced: a retry repeats it.
    pub fn seconds(&self) -> i64 {
        self.timestamp.parse().expect("ten digits, checked when made")
    }

    /// The timestamp as sent.
    pub fn timestamp(&self) -> &str {
        &self.timestamp
    }

    /// The nonce as sent.
    pub fn nonce(&self) -> &str {
        &self.nonce
    }
}

/// The platform's signature: lower-case hex SHA-1 over the byte-wise sorted parts, without separators.
pub fn signature<const N: usize>(mut parts: [&str; N]) -> String {
    parts.sort_unstable();
    let digest = parts.iter().fold(Sha1::new(), |sha, part| sha.chain_update(part)).finalize();
    hex(&digest)
}

/// Compares a given signature with the right one in constant time.
pub(super) fn signature_matches(given: &str, right: &str) -> Result<(), WireError> {
    if bool::from(given.as_bytes().ct_eq(right.as_bytes())) { Ok(()) } else { Err(WireError::Signature) }
}

pub(super) fn hex(bytes: &[u8]) -> String {
    use fmt::Write;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut out, byte| {
        // Writing to a String cannot fail.
        let _ = write!(out, "{byte:02x}");
        out
    })
}

/// What a ciphertext held, and the key that opened it.
#[derive(Clone, PartialEq, Eq)]
pub struct Opened {
    /// The message.
    pub text: String,
    /// The key to answer with.
    pub key: KeyUsed,
}

/// A ciphertext with its signature, ready to be put into an envelope.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sealed {
    /// Base64 of the ciphertext.
    pub encrypt: String,
    /// The four-part signature.
    pub msg_signature: String,
    /// The time that it covers, Unix seconds.
    pub timestamp: i64,
    /// The nonce that it covers.
    pub nonce: String,
}

/// Token, keys and receiver of one account.
#[derive(Clone)]
pub struct Codec {
    token: String,
    receive_id: String,
    current: AesKey,
    previous: Option<AesKey>,
}

impl Codec {
    /// `receive_id` is the app id (公众号), the corp id (企业微信) or empty (智能机器人).
    pub fn new(token: String, receive_id: String, current: AesKey, previous: Option<AesKey>) -> Self {
        Self { token, receive_id, current, previous }
    }

    /// Checks the three-part signature of a URL verification and of plain mode. Takes the parts as sent.
    pub fn check(&self, timestamp: &str, nonce: &str, given: &str) -> Result<(), WireError> {
        signature_matches(given, &signature([&self.token, timestamp, nonce]))
    }

    /// Checks the four-part signature, then decrypts. Takes the parts as sent: shapes are [`Stamp`]'s business.
    pub fn open(
        &self,
        timestamp: &str,
        nonce: &str,
        msg_signature: &str,
        encrypt: &str,
    ) -> Result<Opened, WireError> {
        // Some senders wrap the base64 in white space; the signature covers it without.
        let encrypt = encrypt.trim();
        self.check_cipher(timestamp, nonce, msg_signature, encrypt)?;
        self.decrypt(encrypt)
    }

    /// Checks the four-part signature over a trimmed ciphertext.
    pub(super) fn check_cipher(
        &self,
        timestamp: &str,
        nonce: &str,
        given: &str,
        encrypt: &str,
    ) -> Result<(), WireError> {
        signature_matches(given, &signature([&self.token, timestamp, nonce, encrypt]))
    }

    /// Decrypts with the current key, then with the previous one. When both fail the current key's error counts.
    /// Only for a ciphertext whose signature was checked.
    pub(super) fn decrypt(&self, encrypt: &str) -> Result<Opened, WireError> {
        let current = decrypt(&self.current, &self.receive_id, encrypt);
        match (current, &self.previous) {
            (Ok(text), _) => Ok(Opened { text, key: KeyUsed::Current }),
            (Err(error), None) => Err(error),
            (Err(error), Some(previous)) => decrypt(previous, &self.receive_id, encrypt)
                .map(|text| Opened { text, key: KeyUsed::Previous })
                .map_err(|_| error),
        }
    }

    /// The three-part signature, as the platform makes it.
    pub(super) fn sign(&self, stamp: &Stamp) -> String {
        signature([&self.token, &stamp.timestamp, &stamp.nonce])
    }

    /// The four-part signature, as the platform makes it.
    pub(super) fn sign_cipher(&self, stamp: &Stamp, encrypt: &str) -> String {
        signature([&self.token, &stamp.timestamp, &stamp.nonce, encrypt])
    }

    /// Encrypts and signs. The bytes must be random: they stand in for an initialisation vector.
    pub fn seal(&self, key: KeyUsed, text: &str, random: [u8; 16], timestamp: i64, nonce: &str) -> Sealed {
        let key = match (key, &self.previous) {
            (KeyUsed::Previous, Some(previous)) => previous,
            // No previous key can have opened a message when there is none.
            (KeyUsed::Previous, None) | (KeyUsed::Current, _) => &self.current,
        };
        let encrypt = encrypt(key, &self.receive_id, text, random);
        let msg_signature = signature([&self.token, &timestamp.to_string(), nonce, &encrypt]);
        Sealed { encrypt, msg_signature, timestamp, nonce: nonce.to_owned() }
    }
}

impl fmt::Debug for Codec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Codec").field("receive_id", &self.receive_id).field("secrets", &"***").finish()
    }
}

fn decrypt(key: &AesKey, receive_id: &str, encrypt: &str) -> Result<String, WireError> {
    let mut bytes = STANDARD.decode(encrypt).map_err(|_| WireError::Base64)?;
    if bytes.is_empty() || !bytes.len().is_multiple_of(AES_BLOCK) {
        return Err(WireError::Length);
    }
    let cipher = cbc::Decryptor::<Aes256>::new_from_slices(&key.0, key.iv()).map_err(|_| WireError::Key)?;
    let padded = cipher.decrypt_padded::<NoPadding>(&mut bytes).map_err(|_| WireError::Length)?;
    let payload = unpad(padded).ok_or(WireError::Padding)?;
    let (head, rest) = payload.split_at_checked(HEAD).ok_or(WireError::InnerLength)?;
    let length = u32::from_be_bytes([head[16], head[17], head[18], head[19]]);
    let length = usize::try_from(length).map_err(|_| WireError::InnerLength)?;
    let (message, receiver) = rest.split_at_checked(length).ok_or(WireError::InnerLength)?;
    if receiver != receive_id.as_bytes() {
        return Err(WireError::ReceiveId);
    }
    String::from_utf8(message.to_vec()).map_err(|_| WireError::Utf8)
}

/// Takes off 1 to 32 bytes, each of which must name their number.
fn unpad(padded: &[u8]) -> Option<&[u8]> {
    let pad = *padded.last()?;
    if !(1..=PAD_BLOCK).contains(&usize::from(pad)) {
        return None;
    }
    let (payload, padding) = padded.split_at_checked(padded.len().checked_sub(usize::from(pad))?)?;
    padding.iter().all(|&byte| byte == pad).then_some(payload)
}

fn encrypt(key: &AesKey, receive_id: &str, text: &str, random: [u8; 16]) -> String {
    // A reply is at most some kilobytes; beyond u32 the message could not be sent at all.
    let length = u32::try_from(text.len()).unwrap_or(u32::MAX).to_be_bytes();
    let mut bytes = [&random[..], &length, text.as_bytes(), receive_id.as_bytes()].concat();
    let pad = PAD_BLOCK - bytes.len() % PAD_BLOCK;
    bytes.resize(bytes.len() + pad, pad as u8);
    let length = bytes.len();
    let sealed = cbc::Encryptor::<Aes256>::new_from_slices(&key.0, key.iv())
        .expect("the key has 32 bytes and the vector 16")
        .encrypt_padded::<NoPadding>(&mut bytes, length)
        .expect("padded to whole blocks");
    STANDARD.encode(sealed)
}
