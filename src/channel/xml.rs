//! The only XML reader and writer. Reads a document of the platform into flat fields and never panics; refuses what no
//! honest sender writes (DOCTYPE, entities, deep nesting). Writes CDATA that cannot be broken out of. What the fields
//! mean is `messages`' business.

use std::borrow::Cow;

use quick_xml::{Reader, events::Event};

/// Root included. The platform's deepest event has five levels.
const MAX_DEPTH: usize = 8;
/// Leaf fields of one document; bounds memory together with the length of names. The platform's longest has some thirty.
const MAX_FIELDS: usize = 512;
/// Bytes of one element's name.
const MAX_NAME: usize = 64;

/// Why a document was refused. Names the place, never the content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum XmlError {
    /// Not well-formed, at this byte.
    #[error("not well-formed at byte {0}")]
    Syntax(u64),
    /// It has a DOCTYPE, which only attackers send.
    #[error("it has a DOCTYPE")]
    DocType,
    /// An entity other than the standard five and characters by number.
    #[error("an unknown entity")]
    Entity,
    /// A name that XML does not allow; quick_xml lets `<a/b>` pass, which would forge the path of a nested field.
    #[error("an element's name is malformed")]
    Name,
    /// Nested deeper than eight levels.
    #[error("nested too deeply")]
    Depth,
    /// More fields, or longer names, than any document of the platform.
    #[error("too many fields or too long names")]
    Size,
    /// Not exactly one root element with nothing but white space around it.
    #[error("not one root element")]
    Root,
}

/// The leaf elements of a document in order, each under its path below the root: `Content`,
/// `SendLocationInfo/Poiname`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Fields(Vec<(String, String)>);

impl Fields {
    /// The value at a path; `None` when there is none, or more than one: an ambiguous field is no field.
    pub fn get(&self, path: &str) -> Option<&str> {
        let mut values = self.0.iter().filter(|(p, _)| p == path).map(|(_, value)| value.as_str());
        match (values.next(), values.next()) {
            (Some(value), None) => Some(value),
            (None | Some(_), _) => None,
        }
    }

    /// All fields in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(path, value)| (path.as_str(), value.as_str()))
    }
}

/// Reads a document. Values are [`clean`]ed; white space is kept.
pub fn parse(text: &str) -> Result<Fields, XmlError> {
    let mut reader = Reader::from_str(text.strip_prefix('\u{feff}').unwrap_or(text));
    reader.config_mut().expand_empty_elements = true;
    let mut document = Document::default();
    loop {
        let event = reader.read_event().map_err(|_| XmlError::Syntax(reader.error_position()))?;
        match event {
            Event::Start(start) => document.open(start.name().as_ref())?,
            Event::End(_) => document.close()?,
            Event::Text(text) => document.text(&text)?,
            Event::CData(text) => document.text(&text)?,
            Event::GeneralRef(reference) => {
                let named = match &*reference {
                    "lt" => Some('<'),
                    "gt" => Some('>'),
                    "amp" => Some('&'),
                    "apos" => Some('\''),
                    "quot" => Some('"'),
                    _ => reference.resolve_char_ref().map_err(|_| XmlError::Entity)?,
                };
                document.text(named.ok_or(XmlError::Entity)?.encode_utf8(&mut [0; 4]))?;
            }
            Event::DocType(_) => return Err(XmlError::DocType),
            Event::Eof => return document.finish(),
            // A declaration's encoding is not asked: the text was decoded as UTF-8 before, and WeChat knows no other.
            Event::Decl(_) | Event::PI(_) | Event::Comment(_) | Event::Empty(_) => {}
        }
    }
}

/// The document while it is read: the open elements, and the fields so far.
#[derive(Default)]
struct Document {
    open: Vec<Element>,
    fields: Fields,
    rooted: bool,
}

struct Element {
    name: String,
    value: String,
    leaf: bool,
}

impl Document {
    fn open(&mut self, name: &str) -> Result<(), XmlError> {
        match self.open.last_mut() {
            Some(parent) => parent.leaf = false,
            None if self.rooted => return Err(XmlError::Root),
            None => self.rooted = true,
        }
        if self.open.len() == MAX_DEPTH {
            return Err(XmlError::Depth);
        }
        if name.len() > MAX_NAME {
            return Err(XmlError::Size);
        }
        if name.is_empty() || !name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | ':'))
        {
            return Err(XmlError::Name);
        }
        self.open.push(Element { name: name.to_owned(), value: String::new(), leaf: true });
        Ok(())
    }

    fn text(&mut self, text: &str) -> Result<(), XmlError> {
        match self.open.last_mut() {
            Some(element) => element.value.push_str(text),
            None if text.trim().is_empty() => {}
            None => return Err(XmlError::Root),
        }
        Ok(())
    }

    fn close(&mut self) -> Result<(), XmlError> {
        let Some(element) = self.open.pop() else { return Err(XmlError::Root) };
        // The root itself is no field.
        if element.leaf && !self.open.is_empty() {
            if self.fields.0.len() == MAX_FIELDS {
                return Err(XmlError::Size);
            }
            let mut path = element.name;
            for above in self.open.iter().skip(1).rev() {
                path = [above.name.as_str(), "/", &path].concat();
            }
            let value = match clean(&element.value) {
                Cow::Borrowed(_) => element.value,
                Cow::Owned(cleaned) => cleaned,
            };
            self.fields.0.push((path, value));
        }
        Ok(())
    }

    fn finish(self) -> Result<Fields, XmlError> {
        if self.rooted && self.open.is_empty() { Ok(self.fields) } else { Err(XmlError::Root) }
    }
}

/// A text without the characters that XML 1.0 forbids (§2.2), with line ends as `\n` (§2.11): what a reader would make
/// of it in any case.
pub fn clean(text: &str) -> Cow<'_, str> {
    if !text.contains(|c| c == '\r' || !is_legal(c)) {
        return Cow::Borrowed(text);
    }
    let lines = text.replace("\r\n", "\n").replace('\r', "\n");
    Cow::Owned(lines.chars().filter(|&c| is_legal(c)).collect())
}

fn is_legal(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | '\u{20}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..)
}

/// Builds an `<xml>` document: texts as CDATA, numbers bare.
#[derive(Debug)]
pub struct Writer(String);

impl Default for Writer {
    fn default() -> Self {
        Self("<xml>".to_owned())
    }
}

impl Writer {
    /// A text field. Names are ours, not the user's: they are written as they stand.
    #[must_use]
    pub fn text(mut self, name: &str, value: &str) -> Self {
        for part in ["<", name, "><![CDATA["] {
            self.0 += part;
        }
        // ]]> would end the section; it is split over two.
        for (at, part) in clean(value).split("]]>").enumerate() {
            self.0 += if at > 0 { "]]]]><![CDATA[>" } else { "" };
            self.0 += part;
        }
        for part in ["]]></", name, ">"] {
            self.0 += part;
        }
        self
    }

    /// A number.
    #[must_use]
    pub fn number(mut self, name: &str, value: i64) -> Self {
        self.0 += &format!("<{name}>{value}</{name}>");
        self
    }

    /// The document.
    pub fn finish(self) -> String {
        self.0 + "</xml>"
    }
}
