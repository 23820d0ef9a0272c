//! The workbook, in the form of offices: a title over all columns, a frozen header that is printed on every page, real
//! dates, A4 across, who made it and when at the foot. Rows leave memory as they are written.
//!
//! Text is written as text, which a spreadsheet never evaluates; what begins like a formula is also marked as quoted, so
//! that it stays text when somebody edits the cell.

use rust_xlsxwriter::{
    Color, ExcelDateTime, Format, FormatAlign, FormatBorder, Workbook as Book, Worksheet, XlsxError,
};

use super::{Cell, Column, Heading, SheetWords, looks_like_a_formula};
use crate::domain::{moment::Moment, words::shorten};

/// Rows above the first one: title, who made it, header.
const HEAD: u32 = 3;
/// Columns that stay in sight: 序号 and 单号.
const STAYING: u16 = 2;
/// A cell holds no more.
const LONGEST: usize = 32_000;
const A4: u8 = 9;

pub(super) struct Workbook {
    book: Book,
    looks: Looks,
    next: u32,
    signatures: String,
}

struct Looks {
    text: Format,
    quoted: Format,
    number: Format,
    when: Format,
    foot: Format,
}

impl Workbook {
    pub(super) fn begin(heading: &Heading, words: &SheetWords) -> Result<Self, XlsxError> {
        let mut book = Book::new();
        let plain = Format::new().set_font_name(words.sentence("font")).set_font_size(10);
        let cell = plain
            .clone()
            .set_border(FormatBorder::Thin)
            .set_text_wrap()
            .set_align(FormatAlign::VerticalCenter);
        let head = cell
            .clone()
            .set_bold()
            .set_align(FormatAlign::Center)
            .set_background_color(Color::RGB(0xE7_E6E6));
        let title = plain
            .clone()
            .set_bold()
            .set_font_size(16)
            .set_align(FormatAlign::Center)
            .set_align(FormatAlign::VerticalCenter);
        let looks = Looks {
            quoted: cell.clone().set_quote_prefix(),
            number: cell.clone().set_align(FormatAlign::Center),
            when: cell.clone().set_num_format(words.date_format()).set_align(FormatAlign::Center),
            foot: plain.clone(),
            text: cell,
        };
        let sheet = book.add_worksheet_with_constant_memory()?;
        set_up(sheet, heading, words)?;
        let last = (Column::ALL.len() - 1) as u16;
        sheet.merge_range(0, 0, 0, last, &words.title(heading), &title)?;
        sheet.set_row_height(0, 30)?;
        sheet.merge_range(1, 0, 1, last, &words.made(heading), &plain.set_align(FormatAlign::Right))?;
        for (at, column) in (0..).zip(Column::ALL) {
            sheet.write_string_with_format(HEAD - 1, at, words.column(*column), &head)?;
        }
        sheet.set_row_height(HEAD - 1, 24)?;
        Ok(Self { book, looks, next: HEAD, signatures: words.signatures(heading) })
    }

    pub(super) fn row(&mut self, cells: impl Iterator<Item = Cell>) -> Result<(), XlsxError> {
        let sheet = self.book.worksheet_from_index(0)?;
        let (row, looks) = (self.next, &self.looks);
        for (at, cell) in (0..).zip(cells) {
            match cell {
                Cell::Text(text) => {
                    let look = if looks_like_a_formula(&text) { &looks.quoted } else { &looks.text };
                    let text = if text.len() > LONGEST { shorten(&text, LONGEST / 4) } else { text };
                    sheet.write_string_with_format(row, at, text, look)?;
                }
                Cell::Number(number) => {
                    sheet.write_number_with_format(row, at, number, &looks.number)?;
                }
                Cell::When(moment) => match date(moment) {
                    Some(date) => {
                        sheet.write_datetime_with_format(row, at, &date, &looks.when)?;
                    }
                    // Spreadsheets begin in 1900.
                    None => {
                        sheet.write_string_with_format(row, at, moment.to_string(), &looks.text)?;
                    }
                },
                Cell::Empty => {
                    sheet.write_blank(row, at, &looks.text)?;
                }
            }
        }
        self.next += 1;
        Ok(())
    }

    pub(super) fn finish(mut self) -> Result<Vec<u8>, XlsxError> {
        let last = (Column::ALL.len() - 1) as u16;
        let sheet = self.book.worksheet_from_index(0)?;
        if self.next > HEAD {
            sheet.autofilter(HEAD - 1, 0, self.next - 1, last)?;
        }
        sheet.write_string_with_format(self.next + 1, 0, self.signatures, &self.looks.foot)?;
        sheet.set_print_area(0, 0, self.next + 1, last)?;
        self.book.save_to_buffer()
    }
}

fn set_up(sheet: &mut Worksheet, heading: &Heading, words: &SheetWords) -> Result<(), XlsxError> {
    sheet.set_name(words.sentence("name"))?;
    for (at, column) in (0..).zip(Column::ALL) {
        sheet.set_column_width(at, words.width(*column))?;
    }
    sheet.set_freeze_panes(HEAD, STAYING)?;
    sheet.set_repeat_rows(0, HEAD - 1)?;
    sheet.set_landscape();
    sheet.set_paper_size(A4);
    sheet.set_print_fit_to_pages(1, 0);
    sheet.set_margins(0.4, 0.4, 0.5, 0.6, 0.3, 0.3);
    // An ampersand is a code in a footer; doubled it is itself.
    let made = words.made(heading).replace('&', "&&");
    sheet.set_footer(format!("&L{}&R{}", made, words.pages()));
    Ok(())
}

fn date(at: Moment) -> Option<ExcelDateTime> {
    let civil = at.civil();
    let (hour, minute, second) = (civil.hour(), civil.minute(), civil.second());
    ExcelDateTime::from_ymd(u16::try_from(civil.year()).ok()?, civil.month() as u8, civil.day() as u8)
        .ok()?
        .and_hms(hour as u16, minute as u8, f64::from(second))
        .ok()
}
