//! A form that carries a file: `multipart/form-data` (RFC 7578), taken apart. Nothing is copied, nothing is kept.

use axum::http::{HeaderMap, header};

/// One field of a form.
pub(super) struct Part<'b> {
    /// Its name.
    pub(super) name: &'b str,
    /// What it holds.
    pub(super) bytes: &'b [u8],
}

/// The fields of such a form; `None` for any other, and for one that no browser sends.
pub(super) fn parts<'b>(headers: &HeaderMap, bytes: &'b [u8]) -> Option<Vec<Part<'b>>> {
    let kind = headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
    let parameters = kind.strip_prefix("multipart/form-data")?;
    let boundary =
        parameters.split(';').find_map(|one| one.trim().strip_prefix("boundary="))?.trim_matches('"');
    if boundary.is_empty() || boundary.len() > 70 {
        return None;
    }
    // Every boundary but the first stands on a line of its own.
    let between = format!("\r\n--{boundary}");
    let mut rest = bytes.strip_prefix(&between.as_bytes()[2..])?;
    let mut found = vec![];
    while let Some(part) = rest.strip_prefix(b"\r\n") {
        let end = position(part, between.as_bytes())?;
        let (part, after) = part.split_at(end);
        rest = &after[between.len()..];
        let blank = position(part, b"\r\n\r\n")?;
        let head = std::str::from_utf8(&part[..blank]).ok()?;
        let name = head.split("name=\"").nth(1)?.split('"').next()?;
        found.push(Part { name, bytes: &part[blank + 4..] });
    }
    rest.starts_with(b"--").then_some(found)
}

fn position(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).position(|window| window == wanted)
}
