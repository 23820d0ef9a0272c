//! Laws that hold for any input.

use super::*;

fn contents() -> impl Strategy<Value = Content> {
    let media =
        || ("[a-zA-Z0-9_-]{1,20}", "(http://[a-z./&]{1,20})?").prop_map(|(id, url)| Media { id, url });
    let sound = || "[a-zA-Z0-9_-]{1,20}".prop_map(|id| Media { id, url: String::new() });
    prop_oneof![
        any::<String>().prop_map(|text| Content::Text(clean(&text).into_owned())),
        media().prop_map(Content::Image),
        (sound(), prop::option::of("[\\p{Han}]{1,9}"))
            .prop_map(|(media, recognition)| Content::Voice { media, recognition }),
        sound().prop_map(Content::Video),
        (-90.0..90.0, -180.0..180.0, "[\\p{Han}]{0,9}")
            .prop_map(|(latitude, longitude, label)| Content::Location { latitude, longitude, label }),
        ("[\\p{Han}<>&\\]]{1,9}", "https://[a-z&?=]{1,9}")
            .prop_map(|(title, url)| Content::Link { title, url }),
        Just(Content::Sticker),
        prop::option::of("[a-z0-9]{1,9}").prop_map(|scene| Content::Event(Event::Subscribe { scene })),
        Just(Content::Event(Event::Unsubscribe)),
        "[a-z0-9]{1,9}".prop_map(|scene| Content::Event(Event::Scan { scene })),
        "[\\p{Han}]{1,9}".prop_map(|key| Content::Event(Event::Click { key })),
        Just(Content::Event(Event::AuthorizationRevoked)),
        "[A-Z]{1,9}".prop_map(|name| Content::Event(Event::Silent { name })),
        "x[a-z]{1,9}".prop_map(Content::Other),
    ]
}

proptest! {
    #[test]
    fn what_is_sealed_opens(text: String, random: [u8; 16], receiver in "[a-z0-9]{0,40}", previous: bool) {
        let codec = || Codec::new(TOKEN.into(), receiver.clone(), AesKey::parse(KEY).unwrap(), AesKey::parse(OLD_KEY).ok());
        let key = if previous { KeyUsed::Previous } else { KeyUsed::Current };
        let sealed = codec().seal(key, &text, random, NOW, "n");
        let opened = codec().open(&NOW.to_string(), "n", &sealed.msg_signature, &sealed.encrypt);
        prop_assert_eq!(opened, Ok(Opened { text, key }));
    }

    #[test]
    fn any_flipped_bit_is_forbidden(content in contents(), at: prop::sample::Index, bit in 0..8_u32) {
        let post = platform(Mode::Secure).deliver(&client::message_xml(&key(), &content), &stamp(), [3; 16]);
        let mut query = query(&post.query);
        let good = post.body.clone().into_bytes();
        let mut body = good.clone();
        body[at.index(good.len())] ^= 1 << bit;
        let refused = account(Mode::Secure).open(Raw { query: &query, body: &body });
        // Inside the ciphertext the signature breaks; outside it the XML or its one element does.
        let cipher_changed = envelope::ciphertext(&String::from_utf8_lossy(&body)).ok() != envelope::ciphertext(&post.body).ok();
        prop_assert_eq!(refused.is_err(), cipher_changed);
        let mut signature = query.msg_signature.take().unwrap().into_bytes();
        let at = at.index(signature.len());
        signature[at] ^= 1 << bit;
        query.msg_signature = Some(String::from_utf8_lossy(&signature).into_owned());
        let refused = account(Mode::Secure).open(Raw { query: &query, body: &good });
        prop_assert_eq!(refused, Err(WireError::Signature));
    }

    #[test]
    fn every_content_goes_through_the_door(content in contents(), random: [u8; 16]) {
        prop_assume!(!matches!(&content, Content::Text(t) if t.len() > 60_000));
        let mut key = key();
        if let Content::Event(Event::Silent { .. }) = content { key.id = "A||5".into(); }
        let post = platform(Mode::Secure).deliver(&client::message_xml(&key, &content), &stamp(), random);
        let query = query(&post.query);
        let delivery = account(Mode::Secure).open(Raw { query: &query, body: post.body.as_bytes() }).unwrap();
        prop_assert_eq!(&delivery.inbound.content, &content);
        prop_assert_eq!(&delivery.inbound.key.sender, &key.sender);
    }

    #[test]
    fn written_xml_reads_back(text: String, name in "[A-Za-z]{1,20}") {
        let written = Writer::default().text(&name, &text).number("n", 5).finish();
        let fields = xml::parse(&written).unwrap();
        let cleaned = clean(&text);
        prop_assert_eq!(fields.get(&name), Some(&*cleaned).filter(|_| name != "n"));
        prop_assert_eq!(&clean(&cleaned), &cleaned);
    }

    #[test]
    fn cdata_ends_cannot_be_smuggled(parts in prop::collection::vec(prop::sample::select(vec!["]", "]]", ">", "]]>", "<![CDATA[", "</xml>", "&lt;", "水", "\r\n", "\u{1}"]), 0..12)) {
        let text = parts.concat();
        let fields = xml::parse(&Writer::default().text("v", &text).finish()).unwrap();
        prop_assert_eq!(fields.get("v"), Some(&*clean(&text)));
    }

    #[test]
    fn no_text_makes_the_xml_reader_panic(text: String, nearly in "[<>/a!?\\[\\]CDATAxml&#;\"' =-]{0,60}") {
        let _ = xml::parse(&text);
        let _ = xml::parse(&nearly);
        let _ = xml::parse(&format!("<xml><a>{nearly}</a></xml>"));
    }

    #[test]
    fn no_bytes_make_a_door_panic(body: Vec<u8>) {
        let query = query(&platform(Mode::Plain).deliver("", &stamp(), [0; 16]).query);
        for mode in [Mode::Plain, Mode::Secure] {
            let _ = account(mode).open(Raw { query: &query, body: &body });
        }
        let _ = bridge::read(&body);
    }

    #[test]
    fn a_cut_loses_nothing(text in "[a水。\n🀄]{0,400}", limit in 4..600_usize) {
        let (head, rest) = cut_reply(&text, limit);
        prop_assert_eq!(format!("{head}{rest}"), text.clone());
        prop_assert!(head.len() <= limit);
        prop_assert!(text.is_empty() || !head.is_empty());
    }

    #[test]
    fn a_gateway_accepts_only_what_was_signed(body: Vec<u8>, at: prop::sample::Index, bit in 0..8_u32) {
        let request = Request { body: &body, ..request("") };
        let mut signature = gateway().sign(&request).into_bytes();
        prop_assert_eq!(gateway().verify(&request, &String::from_utf8_lossy(&signature), NOW), Ok(()));
        let i = at.index(signature.len());
        signature[i] ^= 1 << bit;
        prop_assert!(gateway().verify(&request, &String::from_utf8_lossy(&signature), NOW).is_err());
    }
}
