//! Terms, their little grammar, and one automaton that finds them all in one pass.
//!
//! `停车难` is a phrase; `路|街+坑|洼` means one of each slot in the same clause, in any order; `婆婆&媳妇` the same in
//! the whole message; `=树` must be a word by itself. What a term means is the lexicon's to know, not this file's.

use aho_corasick::{AhoCorasick, AhoCorasickKind, BuildError, MatchKind};

use super::{normalize::Normal, segment::Tokens};

/// The slots of a term in one clause stand at most so many characters apart: who sets no commas still changes the
/// subject.
const REACH: usize = 40;

/// How far apart the slots of a term may stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Scope {
    Clause,
    Message,
}

/// A term, parsed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    slots: Vec<Vec<Atom>>,
    scope: Scope,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Atom {
    text: String,
    whole_word: bool,
}

impl Term {
    /// Parses a term; the error says what is wrong with it, in words for the dictionary's editor.
    pub fn parse(text: &str) -> Result<Self, String> {
        let (scope, separator) = match (text.contains('+'), text.contains('&')) {
            (true, true) => return Err(format!("「{text}」不能同时用 + 和 &")),
            (_, false) => (Scope::Clause, '+'),
            (false, true) => (Scope::Message, '&'),
        };
        let slots = text.split(separator).map(|slot| slot.split('|').map(Atom::parse).collect());
        let slots: Vec<Vec<Atom>> = slots.collect();
        if slots.iter().flatten().any(|atom| atom.text.is_empty()) {
            return Err(format!("「{text}」里有空的部分"));
        }
        if slots.len() > 8 {
            return Err(format!("「{text}」超过八个部分"));
        }
        Ok(Self { slots, scope })
    }

    fn is_plain(&self) -> bool {
        self.slots.len() == 1
    }

    /// The texts that it is put together from; a message without any of them does not hold the term.
    pub fn parts(&self) -> impl Iterator<Item = &str> {
        self.slots.iter().flatten().map(|atom| atom.text.as_str())
    }

    /// Whether it is one unbroken phrase found anywhere: no slots, no choices, no `=`.
    pub fn is_one_phrase(&self) -> bool {
        matches!(self.slots.as_slice(), [slot] if matches!(slot.as_slice(), [atom] if !atom.whole_word))
    }
}

impl Atom {
    fn parse(text: &str) -> Self {
        let (whole_word, text) = text.strip_prefix('=').map_or((false, text), |word| (true, word));
        Self { text: text.to_owned(), whole_word }
    }
}

/// A term found: which, and where among the normal characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hit {
    /// Index of the term in the order of building.
    pub term: u32,
    /// First character.
    pub start: usize,
    /// One past the last character.
    pub end: usize,
    /// Whether the term is one unbroken phrase.
    pub plain: bool,
}

#[derive(Debug, Clone, Copy)]
struct Part {
    term: u32,
    slot: u8,
    whole_word: bool,
}

/// All terms in one automaton.
#[derive(Debug)]
pub struct Phrasebook {
    automaton: AhoCorasick,
    /// For every pattern, the slots it may fill.
    parts: Vec<Vec<Part>>,
    terms: Vec<Term>,
}

impl Phrasebook {
    /// Builds the automaton; hits name terms by their index here.
    pub fn new(terms: Vec<Term>) -> Result<Self, BuildError> {
        let mut patterns: Vec<&str> = vec![];
        let mut parts: Vec<Vec<Part>> = vec![];
        let mut known = std::collections::HashMap::new();
        for (index, term) in terms.iter().enumerate() {
            for (slot, atom) in
                term.slots.iter().enumerate().flat_map(|(i, slot)| slot.iter().map(move |a| (i, a)))
            {
                let pattern = *known.entry(atom.text.as_str()).or_insert_with(|| {
                    patterns.push(&atom.text);
                    parts.push(vec![]);
                    patterns.len() - 1
                });
                parts[pattern].push(Part {
                    term: index as u32,
                    slot: slot as u8,
                    whole_word: atom.whole_word,
                });
            }
        }
        let automaton = AhoCorasick::builder()
            .match_kind(MatchKind::Standard)
            .kind(Some(AhoCorasickKind::ContiguousNFA))
            .ascii_case_insensitive(true)
            .build(&patterns)?;
        Ok(Self { automaton, parts, terms })
    }

    /// Every term in the text, in order of its start; longer first where two start together.
    pub fn scan(&self, normal: &Normal, tokens: &Tokens) -> Vec<Hit> {
        let spot = |at| normal.char_at(at);
        let found = self.automaton.find_overlapping_iter(normal.text());
        let found: Vec<_> = found.map(|m| (m.pattern().as_usize(), spot(m.start()), spot(m.end()))).collect();
        let parts = || {
            found.iter().flat_map(|&(pattern, start, end)| {
                let fits = move |part: &&Part| !part.whole_word || tokens.is_word(start, end);
                self.parts[pattern].iter().filter(fits).map(move |part| (part, start, end))
            })
        };
        let (mut hits, mut loose) = (vec![], vec![]);
        // Common characters fill later slots of many terms; only terms whose first slot is filled are worth a look.
        let mut begun = vec![0u64; self.terms.len() / 64 + 1];
        for (part, start, end) in parts().filter(|(part, ..)| part.slot == 0) {
            if self.terms[part.term as usize].is_plain() {
                hits.push(Hit { term: part.term, start, end, plain: true });
            } else {
                begun[part.term as usize / 64] |= 1 << (part.term % 64);
                loose.push((part.term, part.slot, start, end));
            }
        }
        let waits =
            |part: &Part| part.slot > 0 && begun[part.term as usize / 64] >> (part.term % 64) & 1 == 1;
        loose.extend(
            parts()
                .filter(|(part, ..)| waits(part))
                .map(|(part, start, end)| (part.term, part.slot, start, end)),
        );
        self.join(normal, loose, &mut hits);
        hits.sort_unstable_by_key(|hit| (hit.start, std::cmp::Reverse(hit.end), hit.term));
        hits
    }

    /// Puts the parts of terms with several slots together.
    fn join(&self, normal: &Normal, mut loose: Vec<(u32, u8, usize, usize)>, hits: &mut Vec<Hit>) {
        loose.sort_unstable();
        for group in loose.chunk_by(|a, b| a.0 == b.0) {
            let term = &self.terms[group[0].0 as usize];
            let mut last_clause = None;
            // Each clause in which the first slot stands is tried once.
            for &(index, _, start, end) in group.iter().take_while(|part| part.1 == 0) {
                let clause = normal.clause(start);
                if last_clause == Some(clause) {
                    continue;
                }
                let (mut from, mut to, mut filled) = (start, end, 1);
                for slot in 1..term.slots.len() as u8 {
                    let free = |at: &&(u32, u8, usize, usize)| {
                        at.1 == slot
                            && (term.scope == Scope::Message
                                || (normal.clause(at.2) == clause && at.2.abs_diff(start) <= REACH))
                            && (at.3 <= start || at.2 >= end)
                    };
                    let Some(part) = group.iter().find(free) else { break };
                    (from, to, filled) = (from.min(part.2), to.max(part.3), filled + 1);
                }
                if filled == term.slots.len() {
                    last_clause = Some(clause);
                    hits.push(Hit { term: index, start: from, end: to, plain: false });
                    if term.scope == Scope::Message {
                        break;
                    }
                }
            }
        }
    }
}
