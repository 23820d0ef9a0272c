//! The normal form of a message: half-width, simplified, without the call `@连心`, common slips of the pen put right;
//! with a map back to the user's own characters. What the slips are is data (`variants.toml`).

use std::collections::HashMap;

use aho_corasick::AhoCorasick;

use super::MAX_CHARS;
use crate::domain::understanding::Span;

/// A message in normal form. Positions are indices of normal characters unless a name says otherwise.
#[derive(Debug, Clone)]
pub struct Normal {
    original: String,
    line: String,
    text: String,
    chars: Vec<char>,
    /// For every normal character, the user's characters it stands for.
    spans: Vec<(u32, u32)>,
    /// Whether the character was put right, and so is worth less as evidence.
    corrected: Vec<bool>,
    /// Index of the character that starts at this byte; one past the end for the end.
    char_of_byte: Vec<u32>,
    /// Clause number of every character.
    clause: Vec<u16>,
    /// Where the title ends; 0 without one.
    title_end: usize,
}

impl Normal {
    /// Half-width, simplified and trimmed, but with the user's own slips: what commands are parsed from.
    pub fn line(&self) -> &str {
        &self.line
    }

    /// The normal form proper.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Its characters.
    pub fn chars(&self) -> &[char] {
        &self.chars
    }

    /// The character index of a byte offset of [`Self::text`] that lies on a character boundary.
    pub fn char_at(&self, byte: usize) -> usize {
        self.char_of_byte[byte] as usize
    }

    /// The user's characters that normal characters `[start, end)` stand for.
    pub fn span(&self, start: usize, end: usize) -> Span {
        if start >= end {
            return (0, 0);
        }
        (self.spans[start].0 as usize, self.spans[end - 1].1 as usize)
    }

    /// Whether any of `[start, end)` was put right.
    pub fn corrected(&self, start: usize, end: usize) -> bool {
        self.corrected[start..end].contains(&true)
    }

    /// Whether any of the user's characters `[start, end)` was put right.
    pub fn was_corrected(&self, (start, end): Span) -> bool {
        let within = |(at, _): &(usize, &(u32, u32))| self.corrected[*at];
        let mut spans = self.spans.iter().enumerate().filter(within);
        spans.any(|(_, span)| (span.0 as usize) < end && start < span.1 as usize)
    }

    /// The clause that a character belongs to, counted from 0.
    pub fn clause(&self, at: usize) -> u16 {
        self.clause.get(at).or(self.clause.last()).copied().unwrap_or(0)
    }

    /// The first and one past the last character of a clause.
    pub fn clause_range(&self, clause: u16) -> (usize, usize) {
        let start = self.clause.partition_point(|&c| c < clause);
        (start, self.clause.partition_point(|&c| c <= clause))
    }

    /// Whether the character stands in the title: the first of several lines.
    pub fn in_title(&self, at: usize) -> bool {
        at < self.title_end
    }

    /// Where the title ends; 0 when the text has one line.
    pub fn title_end(&self) -> usize {
        self.title_end
    }

    /// The user's own characters of a span.
    pub fn typed(&self, span: Span) -> String {
        self.original.chars().skip(span.0).take(span.1 - span.0).collect()
    }
}

/// Whether a character ends a clause. Residents put a space where a comma belongs.
pub fn ends_clause(c: char) -> bool {
    c.is_whitespace() || matches!(c, ',' | '.' | ';' | '!' | '?' | '、' | '。' | '…' | '~')
}

/// ASCII is never folded, and is most of what comes before this.
const FIRST_FOLDED: char = '\u{80}';

/// The tables that make normal forms; built once.
#[derive(Debug)]
pub struct Normalizer {
    /// What a character from [`FIRST_FOLDED`] on becomes, by its distance from there.
    fold: Vec<char>,
    calls: Vec<Vec<char>>,
    slips: AhoCorasick,
    rights: Vec<String>,
}

impl Normalizer {
    /// From traditional→simplified characters, the names the bot is called by, and slips with what was meant.
    pub fn new(
        fold: HashMap<char, char>,
        calls: Vec<String>,
        slips: &[(String, String)],
    ) -> Result<Self, aho_corasick::BuildError> {
        let automaton = AhoCorasick::builder()
            .match_kind(aho_corasick::MatchKind::LeftmostLongest)
            .build(slips.iter().map(|(slip, _)| slip))?;
        let rights = slips.iter().map(|(_, right)| right.clone()).collect();
        let last = fold.keys().max().copied().unwrap_or(FIRST_FOLDED);
        let fold = (FIRST_FOLDED..=last).map(|c| fold.get(&c).copied().unwrap_or(c)).collect();
        let calls = calls.iter().map(|call| call.chars().collect()).collect();
        Ok(Self { fold, calls, slips: automaton, rights })
    }

    /// The normal form of a text.
    pub fn normalize(&self, text: &str) -> Normal {
        let end = text.char_indices().nth(MAX_CHARS).map_or(text.len(), |(at, _)| at);
        let original = text[..end].to_owned();
        let mut folded = self.fold_all(&original);
        self.drop_calls(&mut folded);
        let line: String = folded.iter().map(|(c, _)| *c).collect();
        let (chars, spans, corrected) = self.correct(&line, &folded);
        finish(original, line, chars, spans, corrected)
    }

    fn fold_all(&self, original: &str) -> Vec<(char, u32)> {
        let kept = |c: &char| !matches!(c, '\u{200b}'..='\u{200f}' | '\u{feff}' | '\u{fe0f}' | '\r');
        let indexed = original.chars().zip(0u32..).filter(|(c, _)| kept(c));
        let mut folded = Vec::with_capacity(original.len() / 2);
        folded.extend(indexed.map(|(c, at)| (self.fold_char(c), at)));
        folded
    }

    fn fold_char(&self, c: char) -> char {
        match c {
            '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
            '\n' => '\n',
            _ if c.is_whitespace() => ' ',
            _ => (c as usize)
                .checked_sub(FIRST_FOLDED as usize)
                .and_then(|at| self.fold.get(at).copied())
                .unwrap_or(c),
        }
    }

    /// Takes `@连心` out wherever it stands, and white space off both ends.
    fn drop_calls(&self, folded: &mut Vec<(char, u32)>) {
        for call in &self.calls {
            while let Some(at) =
                folded.windows(call.len()).position(|window| window.iter().map(|(c, _)| c).eq(call))
            {
                folded.drain(at..at + call.len());
            }
        }
        let end = folded.iter().rposition(|(c, _)| !c.is_whitespace()).map_or(0, |at| at + 1);
        folded.truncate(end);
        let start = folded.iter().position(|(c, _)| !c.is_whitespace()).unwrap_or(0);
        folded.drain(..start);
    }

    fn correct(&self, line: &str, folded: &[(char, u32)]) -> (Vec<char>, Vec<(u32, u32)>, Vec<bool>) {
        let mut chars = Vec::with_capacity(folded.len());
        let mut spans = Vec::with_capacity(folded.len());
        let mut corrected = Vec::with_capacity(folded.len());
        let mut rest = folded;
        let mut done = 0;
        for found in self.slips.find_iter(line) {
            let before = line[done..found.start()].chars().count();
            let slip = line[found.start()..found.end()].chars().count();
            for &(c, at) in &rest[..before] {
                chars.push(c);
                spans.push((at, at + 1));
                corrected.push(false);
            }
            let typed = &rest[before..before + slip];
            let right = &self.rights[found.pattern().as_usize()];
            let same_length = right.chars().count() == slip;
            // A word put right to itself only keeps the slips inside it from being seen.
            let changed = line[found.start()..found.end()] != **right;
            for (i, c) in right.chars().enumerate() {
                let (first, last) = if same_length { (i, i) } else { (0, slip - 1) };
                chars.push(c);
                spans.push((typed[first].1, typed[last].1 + 1));
                corrected.push(changed);
            }
            rest = &rest[before + slip..];
            done = found.end();
        }
        for &(c, at) in rest {
            chars.push(c);
            spans.push((at, at + 1));
            corrected.push(false);
        }
        (chars, spans, corrected)
    }
}

/// Whether a first line is a title: brief, over a text of some length. Bubbles of chat are lines as well.
fn is_title(end: usize, all: usize) -> bool {
    end <= 40 && all - end > 30
}

/// The indices that later steps look things up by.
fn finish(
    original: String,
    line: String,
    chars: Vec<char>,
    spans: Vec<(u32, u32)>,
    corrected: Vec<bool>,
) -> Normal {
    let text: String = chars.iter().collect();
    let mut char_of_byte = vec![0; text.len() + 1];
    for (index, (byte, _)) in text.char_indices().enumerate() {
        char_of_byte[byte] = index as u32;
    }
    char_of_byte[text.len()] = chars.len() as u32;
    let mut clause = Vec::with_capacity(chars.len());
    let mut number = 0;
    for (at, &c) in chars.iter().enumerate() {
        clause.push(number);
        // A full stop inside 3.5元 ends nothing.
        let decimal = c == '.' && chars.get(at + 1).is_some_and(char::is_ascii_digit);
        if ends_clause(c) && !decimal {
            number += 1;
        }
    }
    let title_end =
        chars.iter().position(|&c| c == '\n').filter(|&end| is_title(end, chars.len())).unwrap_or(0);
    Normal { original, line, text, chars, spans, corrected, char_of_byte, clause, title_end }
}
