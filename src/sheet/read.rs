//! A table that somebody made: the first sheet of an XLSX book, or text with commas or tabs. Every cell as the text that it
//! shows; nothing is evaluated.

use std::{borrow::Cow, io::Cursor};

use calamine::{Data, Reader, Xlsx};
use encoding_rs::{Encoding, GB18030, UTF_8};

/// Rows taken at most.
pub const ROWS: usize = 5000;

/// Why a file is no table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoTable {
    /// Not XLSX and not text in UTF-8, GB18030 or UTF-16.
    #[error("neither XLSX nor text")]
    Unreadable,
    /// More than [`ROWS`] rows.
    #[error("too many rows")]
    TooLong,
    /// Nothing in it.
    #[error("no rows")]
    Empty,
}

/// The rows of a file, the heading with them. Empty rows stay, so that rows count as a spreadsheet counts them.
pub fn rows(bytes: &[u8]) -> Result<Vec<Vec<String>>, NoTable> {
    let rows = if bytes.starts_with(b"PK") { book(bytes)? } else { text(bytes)? };
    match rows.len() {
        0 => Err(NoTable::Empty),
        count if count > ROWS => Err(NoTable::TooLong),
        _few_enough => Ok(rows),
    }
}

fn book(bytes: &[u8]) -> Result<Vec<Vec<String>>, NoTable> {
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(|_| NoTable::Unreadable)?;
    let sheet = book.worksheet_range_at(0).ok_or(NoTable::Empty)?.map_err(|_| NoTable::Unreadable)?;
    let Some((last, _)) = sheet.end() else { return Err(NoTable::Empty) };
    let (height, width) = (last as usize + 1, sheet.end().map_or(0, |(_, column)| column as usize + 1));
    if height > ROWS {
        return Err(NoTable::TooLong);
    }
    let cell = |row: usize, column: usize| match sheet.get_value((row as u32, column as u32)) {
        Some(Data::Empty) | None => String::new(),
        Some(data) => data.to_string(),
    };
    Ok((0..height).map(|row| (0..width.min(64)).map(|column| cell(row, column)).collect()).collect())
}

/// Text with commas, or tabs as a spreadsheet copies it.
fn text(bytes: &[u8]) -> Result<Vec<Vec<String>>, NoTable> {
    let text = decoded(bytes).ok_or(NoTable::Unreadable)?;
    let heading = text.lines().next().unwrap_or_default();
    let between = if heading.contains('\t') { '\t' } else { ',' };
    let mut rows = vec![];
    let (mut row, mut field, mut quoted) = (vec![], String::new(), false);
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' if quoted && chars.peek() == Some(&'"') => {
                chars.next();
                field.push('"');
            }
            '"' if quoted || field.is_empty() => quoted = !quoted,
            '\r' if !quoted => {}
            '\n' if !quoted => {
                row.push(std::mem::take(&mut field));
                rows.push(std::mem::take(&mut row));
            }
            c if c == between && !quoted => row.push(std::mem::take(&mut field)),
            c => field.push(c),
        }
    }
    if !field.is_empty() || !row.is_empty() {
        row.push(field);
        rows.push(row);
    }
    Ok(rows)
}

/// Text as Excel saves it on a Chinese Windows: GB18030 as CSV, UTF-16 as "Unicode text", UTF-8 with or without its mark.
fn decoded(bytes: &[u8]) -> Option<Cow<'_, str>> {
    let text = match Encoding::for_bom(bytes) {
        Some((marked, mark)) => marked.decode_without_bom_handling_and_without_replacement(&bytes[mark..]),
        None => [UTF_8, GB18030]
            .into_iter()
            .find_map(|encoding| encoding.decode_without_bom_handling_and_without_replacement(bytes)),
    };
    // Many a picture reads as GB18030; no table has a zero byte in its text.
    text.filter(|text| !text.contains('\0'))
}

/// Rows as text that [`rows`] reads again.
pub fn as_text(rows: &[Vec<String>]) -> String {
    let field = |cell: &String| format!("\"{}\"", cell.replace('"', "\"\""));
    let line = |row: &Vec<String>| row.iter().map(field).collect::<Vec<_>>().join(",");
    rows.iter().map(line).collect::<Vec<_>>().join("\n")
}
