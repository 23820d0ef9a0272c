//! The ledger as a file that offices open: XLSX and CSV, written row by row, so that a long ledger needs no more memory
//! than a short one. What columns and codes are called is `dictionaries/ledger.toml`; what a row holds is
//! `domain/ledger`. No I/O of its own besides the writer's temporary file, no clock, no SQL.

mod csv;
pub mod read;
mod words;
mod xlsx;

use crate::domain::{
    category::codes,
    ledger::{LedgerRow, Spot},
    moment::Moment,
};
pub use words::SheetWords;

codes! {
    /// The kind of file.
    Format {
        /// A workbook.
        Xlsx = "xlsx",
        /// Plain text in columns.
        Csv = "csv",
    }
}

impl Format {
    /// What browsers are told it is.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Self::Csv => "text/csv; charset=utf-8",
        }
    }
}

codes! {
    /// One column, in the order of offices.
    Column {
        /// 序号
        Number = "number",
        /// 单号
        No = "no",
        /// 受理时间
        Received = "received",
        /// 来源
        Source = "source",
        /// 诉说方式
        Channel = "channel",
        /// 诉求类型
        Kind = "kind",
        /// 大类
        Category = "category",
        /// 小类
        Subcategory = "subcategory",
        /// 紧急程度
        Urgency = "urgency",
        /// 社区
        Community = "community",
        /// 地点
        Place = "place",
        /// 问题
        Problem = "problem",
        /// 责任人
        Owner = "owner",
        /// 措施/办理情况
        Measure = "measure",
        /// 办结时限
        Due = "due",
        /// 状态
        State = "state",
        /// 是否超期
        Overdue = "overdue",
        /// 附议户数
        Households = "households",
        /// 满意度
        Rating = "rating",
        /// 销号时间
        Closed = "closed",
    }
}

/// What stands above and below the rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heading {
    /// The office.
    pub office: String,
    /// The first and the last day told of.
    pub period: (Option<Moment>, Option<Moment>),
    /// The community, when it is one.
    pub community: Option<String>,
    /// When it was made.
    pub made_at: Moment,
    /// By whom, as the footer says.
    pub made_by: String,
    /// Whether personal things stand in it unhidden.
    pub plain: bool,
}

/// Why a file could not be made.
#[derive(Debug, thiserror::Error)]
#[error("the sheet cannot be written")]
pub struct SheetError(#[from] rust_xlsxwriter::XlsxError);

/// A cell.
#[derive(Clone, PartialEq)]
enum Cell {
    /// Text, never a formula.
    Text(String),
    /// A number.
    Number(u32),
    /// A date and time.
    When(Moment),
    /// Nothing.
    Empty,
}

/// A file being written.
pub struct Sheet<'w> {
    words: &'w SheetWords,
    body: Body,
    rows: u32,
}

enum Body {
    Xlsx(Box<xlsx::Workbook>),
    Csv(String),
}

impl<'w> Sheet<'w> {
    /// Begins a file.
    ///
    /// # Errors
    /// When the temporary file of a workbook cannot be made.
    pub fn begin(format: Format, heading: &Heading, words: &'w SheetWords) -> Result<Self, SheetError> {
        let body = match format {
            Format::Xlsx => Body::Xlsx(Box::new(xlsx::Workbook::begin(heading, words)?)),
            Format::Csv => Body::Csv(csv::begin(words)),
        };
        Ok(Self { words, body, rows: 0 })
    }

    /// Adds a row.
    ///
    /// # Errors
    /// When the temporary file cannot take it, or a workbook holds no more rows.
    pub fn row(&mut self, row: &LedgerRow) -> Result<(), SheetError> {
        self.rows += 1;
        let (words, number) = (self.words, self.rows);
        let cells = Column::ALL.iter().map(|column| cell(words, number, *column, row));
        match &mut self.body {
            Body::Xlsx(book) => book.row(cells)?,
            Body::Csv(text) => csv::row(text, cells),
        }
        Ok(())
    }

    /// Rows so far.
    pub fn rows(&self) -> u32 {
        self.rows
    }

    /// The file.
    ///
    /// # Errors
    /// When the workbook cannot be put together.
    pub fn finish(self) -> Result<Vec<u8>, SheetError> {
        match self.body {
            Body::Xlsx(book) => Ok(book.finish()?),
            Body::Csv(text) => Ok(text.into_bytes()),
        }
    }
}

/// The cell of a column in the row of that number.
fn cell(words: &SheetWords, number: u32, column: Column, row: &LedgerRow) -> Cell {
    let hidden = |text: &Option<String>| text.clone().unwrap_or_else(|| words.private().to_owned());
    let text = match column {
        Column::Number => return Cell::Number(number),
        Column::Received => return Cell::When(row.received_at),
        Column::Due => return row.due_at.map_or(Cell::Empty, Cell::When),
        Column::Closed => return row.closed_at.map_or(Cell::Empty, Cell::When),
        Column::Households => return Cell::Number(row.households),
        Column::No => row.no.to_string(),
        Column::Source => words.source(row.source).to_owned(),
        Column::Channel => words.voices(row.voices),
        Column::Kind => words.kind(row.kind).to_owned(),
        Column::Category => row.category.clone(),
        Column::Subcategory => row.subcategory.clone(),
        Column::Urgency => words.urgency(row.urgency).to_owned(),
        Column::Community => row.community.clone(),
        Column::Place => words.place(&row.place),
        Column::Problem => hidden(&row.problem),
        Column::Owner => row.owner.as_ref().map(|owner| words.owner(owner)).unwrap_or_default(),
        Column::Measure => hidden(&row.measure),
        Column::State => words.state(row.state).to_owned(),
        Column::Overdue => words.yes_no(row.overdue).to_owned(),
        Column::Rating => row.rating.map(|rating| words.rating(rating).to_owned()).unwrap_or_default(),
    };
    if text.is_empty() { Cell::Empty } else { Cell::Text(text) }
}

/// Whether a spreadsheet might take a text for a formula when somebody opens or edits it.
/// Any table as CSV, as Excel in Chinese opens it.
pub fn csv_table(rows: &[Vec<String>]) -> String {
    csv::table(rows)
}

fn looks_like_a_formula(text: &str) -> bool {
    text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'])
}

/// A day as offices write it, without words that the data could want otherwise.
fn day(words: &SheetWords, at: Moment) -> String {
    words.date(at)
}

impl SheetWords {
    /// A place in one line.
    pub fn place(&self, spot: &Spot) -> String {
        let mut line = spot.estate.clone();
        for (part, ending) in
            [(&spot.building, self.building()), (&spot.unit, self.unit()), (&spot.room, self.room())]
        {
            if let Some(part) = part {
                line.push_str(part);
                line.push_str(ending);
            }
        }
        line.push_str(&spot.landmark);
        line
    }
}
