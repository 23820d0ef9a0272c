//! Recorded crypto, URL signatures and envelopes; paddings byte by byte.

use super::*;

#[derive(Deserialize)]
pub(super) struct Vectors {
    vectors: Vec<CryptoVector>,
    url_signatures: Vec<UrlVector>,
    pub(super) envelopes: Vec<EnvelopeVector>,
}

#[derive(Deserialize)]
pub(super) struct CryptoVector {
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
    random16: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct UrlVector {
    id: String,
    token: String,
    timestamp: String,
    nonce: String,
    signature: String,
    expect: String,
}

#[derive(Deserialize)]
pub(super) struct EnvelopeVector {
    pub(super) id: String,
    pub(super) body: String,
    encrypt: Option<String>,
    expect: String,
}

pub(super) fn vectors() -> Vectors {
    serde_json::from_str(include_str!("../../fixtures/wire/vectors.json")).expect("the recorded file")
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
        // The file lists what a careful implementation may answer instead; ours is strict throughout.
        assert_eq!(got, v.expect, "{}", v.id);
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
