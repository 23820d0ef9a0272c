//! CSV as Excel in Chinese opens it: a byte order mark, every field in quotes, lines ended by CR LF. A field that a
//! spreadsheet would take for a formula gets an apostrophe before it.

use super::{Cell, Column, SheetWords, looks_like_a_formula};

const BYTE_ORDER_MARK: char = '\u{feff}';

pub(super) fn begin(words: &SheetWords) -> String {
    let mut text = String::from(BYTE_ORDER_MARK);
    row(&mut text, Column::ALL.iter().map(|column| Cell::Text(words.column(*column).to_owned())));
    text
}

pub(super) fn table(rows: &[Vec<String>]) -> String {
    let mut text = String::from(BYTE_ORDER_MARK);
    for cells in rows {
        row(&mut text, cells.iter().map(|cell| Cell::Text(cell.clone())));
    }
    text
}

pub(super) fn row(text: &mut String, cells: impl Iterator<Item = Cell>) {
    let fields: Vec<String> = cells.map(|cell| format!("\"{}\"", field(cell).replace('"', "\"\""))).collect();
    text.push_str(&fields.join(","));
    text.push_str("\r\n");
}

fn field(cell: Cell) -> String {
    match cell {
        Cell::Text(text) => {
            let apostrophe = if looks_like_a_formula(&text) { "'" } else { "" };
            format!("{apostrophe}{}", text.replace(char::is_control, " "))
        }
        Cell::Number(number) => number.to_string(),
        Cell::When(at) => at.to_string(),
        Cell::Empty => String::new(),
    }
}
