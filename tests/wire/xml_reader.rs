//! What the XML reader refuses, and how it flattens.

use super::*;

#[test]
fn xml_refuses_what_no_honest_sender_writes() {
    let laughs = "<!DOCTYPE lolz [<!ENTITY lol \"lol\"><!ENTITY lol2 \"&lol;&lol;&lol;\">]><xml>&lol2;</xml>";
    let deep = |n: usize| format!("{}{}", "<a>".repeat(n), "</a>".repeat(n));
    let wide = |n: usize| format!("<xml>{}</xml>", "<a/>".repeat(n));
    let long = |n: usize| format!("<xml><{0}/></xml>", "n".repeat(n));
    for (text, error) in [
        (laughs.to_owned(), XmlError::DocType),
        ("<!DOCTYPE xml SYSTEM \"file:///etc/passwd\"><xml/>".to_owned(), XmlError::DocType),
        ("<xml>&lol;</xml>".to_owned(), XmlError::Entity),
        ("<xml>&#0;</xml>".to_owned(), XmlError::Entity),
        ("<xml>&#xD800;</xml>".to_owned(), XmlError::Entity),
        ("<xml>&#99999999999;</xml>".to_owned(), XmlError::Entity),
        ("<xml><SendLocationInfo/Poiname>x</SendLocationInfo/Poiname></xml>".to_owned(), XmlError::Name),
        ("<xml><\u{13}\0//////></xml>".to_owned(), XmlError::Name),
        ("<xml>< a></ a></xml>".to_owned(), XmlError::Name),
        (deep(9), XmlError::Depth),
        ("<a>".repeat(1 << 20), XmlError::Depth),
        (wide(513), XmlError::Size),
        (long(65), XmlError::Size),
        (String::new(), XmlError::Root),
        ("plain".to_owned(), XmlError::Root),
        ("<a/><b/>".to_owned(), XmlError::Root),
        ("<a/>rest".to_owned(), XmlError::Root),
        ("<xml><a></a>".to_owned(), XmlError::Root),
    ] {
        assert_eq!(xml::parse(&text), Err(error), "{}", &text[..text.len().min(60)]);
        assert_eq!(WireError::from(error).refusal().status(), 400);
    }
    for text in ["<xml><a></b></xml>", "<xml", "<xml><![CDATA[x</xml>", "<xml>&lt</xml>", "</xml>"] {
        assert!(matches!(xml::parse(text), Err(XmlError::Syntax(_))), "{text}: {:?}", xml::parse(text));
    }
    assert!(xml::parse(&deep(8)).is_ok() && xml::parse(&wide(512)).is_ok() && xml::parse(&long(64)).is_ok());
}

#[test]
fn xml_values_are_flat() {
    let fields = xml::parse(
        "\u{feff}<?xml version=\"1.0\"?><!-- c --><xml>\n <a>x<![CDATA[<&>]]>&lt;&#x4e00;&#49;&quot;&apos;&amp;</a>\n\
         <b><c>1</c><d><e/></d></b><f>1</f><f>2</f></xml>\n",
    )
    .unwrap();
    assert_eq!(fields.get("a"), Some("x<&><一1\"'&"));
    assert_eq!(fields.get("b/c"), Some("1"));
    assert_eq!(fields.get("b/d/e"), Some(""));
    assert_eq!((fields.get("b"), fields.get("f"), fields.get("c")), (None, None, None));
    assert_eq!(fields.iter().count(), 5);
}
