//! How an edit is written: the admin's chat words, which are also the lines of an exported dictionary.
//!
//! `加词 路灯 路灯 +6` · `加短语 楼道灯 楼道照明 优先` · `停词 灯不亮` · `加地名 老供销社 灵武新村` · `错字 亭车 停车`
//!
//! The words themselves are data (`commands.toml`).

use super::{DEFAULT_WEIGHT, Edit, EditBook, MAX_TERM, MAX_WEIGHT};
use crate::domain::{
    category::{SubCode, Taxonomy},
    command::{CommandKind, CommandWords},
    problem::Problem,
};

/// What is wrong with a written edit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EditFault {
    /// No word of this grammar.
    NoEdit(String),
    /// Words are missing after it, or too many.
    Shape(CommandKind),
    /// No sub-category of that name; these are near.
    NoSuchClass(String, Vec<SubCode>),
    /// Not a weight between −20 and 20, or 0.
    Weight(String),
    /// Longer than 64 characters.
    TooLong(String),
}

/// The words that write an edit, each with its command.
const WORD: CommandKind = CommandKind::AddWord;
const PHRASE: CommandKind = CommandKind::AddPhrase;
const STOP: CommandKind = CommandKind::StopWord;
const PLACE: CommandKind = CommandKind::AddPlace;
const SLIP: CommandKind = CommandKind::AddSlip;

/// Reads one line. Weights keep two decimals, so that what is written reads back the same.
pub fn parse_edit(
    kind: CommandKind,
    arguments: &str,
    taxonomy: &Taxonomy,
    words: &CommandWords,
) -> Result<Edit, EditFault> {
    let fields: Vec<&str> = arguments.split_whitespace().collect();
    match (kind, fields.as_slice()) {
        (WORD | PHRASE, [term, class, rest @ ..]) => {
            let code = taxonomy.named(class);
            let code = code.map_err(|near| EditFault::NoSuchClass((*class).to_owned(), near))?;
            let (mut weight, mut decides) = (DEFAULT_WEIGHT, false);
            for field in rest {
                if *field == words.word(CommandKind::Decides) {
                    decides = true;
                } else {
                    weight = parse_weight(field)?;
                }
            }
            Ok(Edit::Term { term: short(term)?, code, weight, decides, word: kind == WORD })
        }
        (STOP, [term]) => Ok(Edit::Stop { term: short(term)? }),
        (PLACE, [name, estate]) => Ok(Edit::Place { name: short(name)?, estate: short(estate)? }),
        (SLIP, [slip, meant]) => Ok(Edit::Slip { slip: short(slip)?, meant: short(meant)? }),
        (WORD | PHRASE | STOP | PLACE | SLIP, _) => Err(EditFault::Shape(kind)),
        (other, _) => Err(EditFault::NoEdit(words.word(other).to_owned())),
    }
}

fn short(text: &str) -> Result<String, EditFault> {
    if text.chars().count() <= MAX_TERM {
        Ok(text.to_owned())
    } else {
        Err(EditFault::TooLong(text.to_owned()))
    }
}

/// `+6`, `6`, `-2.5`.
///
/// # Errors
/// Anything else, 0, and what is louder than 20.
pub fn parse_weight(field: &str) -> Result<f32, EditFault> {
    let weight = field.parse::<f32>().map_or(0.0, |weight| (weight * 100.0).round() / 100.0);
    let fits = weight != 0.0 && weight.abs() <= MAX_WEIGHT;
    if fits { Ok(weight) } else { Err(EditFault::Weight(field.to_owned())) }
}

/// An edit as a line that reads back as the same edit.
pub fn write_edit(edit: &Edit, words: &CommandWords) -> String {
    let two = |kind, a: &str, b: &str| format!("{} {a} {b}", words.word(kind));
    match edit {
        Edit::Term { term, code, weight, decides, word } => {
            let line = two(if *word { WORD } else { PHRASE }, term, code.as_str());
            let first =
                if *decides { format!(" {}", words.word(CommandKind::Decides)) } else { String::new() };
            format!("{line} {weight:+}{first}")
        }
        Edit::Stop { term } => format!("{} {term}", words.word(STOP)),
        Edit::Place { name, estate } => two(PLACE, name, estate),
        Edit::Slip { slip, meant } => two(SLIP, slip, meant),
    }
}

/// A whole book, a line each.
pub fn write_edits(book: &EditBook, words: &CommandWords) -> String {
    book.iter().map(|edit| write_edit(edit, words) + "\n").collect()
}

/// The edits of a file with their line numbers; blank lines and lines that begin with `#` are skipped.
///
/// # Errors
/// Every line that is no edit; `explain` says in the admin's language what would be right.
pub fn parse_edits(
    file: &str,
    text: &str,
    taxonomy: &Taxonomy,
    words: &CommandWords,
    explain: impl Fn(&EditFault) -> String,
) -> Result<Vec<(usize, Edit)>, Vec<Problem>> {
    let (mut edits, mut problems) = (vec![], vec![]);
    // Spreadsheet programs put a byte order mark before the first line.
    for (at, line) in text.trim_start_matches('\u{feff}').lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let (word, arguments) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
        let parsed = match words.kind_of(word) {
            Some(kind) => parse_edit(kind, arguments, taxonomy, words),
            None => Err(EditFault::NoEdit(word.to_owned())),
        };
        match parsed {
            Ok(edit) => edits.push((at + 1, edit)),
            Err(fault) => problems.push(Problem::new(file, at + 1, explain(&fault))),
        }
    }
    if problems.is_empty() { Ok(edits) } else { Err(problems) }
}
