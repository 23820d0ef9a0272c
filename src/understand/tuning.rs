//! What an edit does, found out before it is live: a sentence tried under two lexicons, past messages read again, new
//! terms proved, conflicts named, golden sentences checked. Pure; where the messages come from is the store's matter.

use std::collections::HashMap;

use aho_corasick::AhoCorasick;

use super::{Lexicon, phrase::Term, understand, weighed};
use crate::domain::{
    category::SubCode,
    dictionary::{
        Edit, Golden,
        trial::{Changed, Conflict, GoldenMiss, Match, Past, Proof, Suggestion, TryOut, Turned},
    },
    understanding::Understanding,
};

/// Categories shown of a sentence's ranking.
const RANKED: usize = 5;
/// Sentences in which a new term is proved.
const PROOFS: usize = 3;
/// A term that is right less often than this, where the truth is known, is too broad.
const BROAD: f32 = 0.5;
/// With fewer known messages nothing is said about breadth.
const ENOUGH: usize = 4;

/// One sentence under one lexicon.
pub fn try_out(text: &str, lexicon: &Lexicon) -> TryOut {
    let (normal, reading) = weighed(text, lexicon);
    let understood = understand(text, lexicon);
    let matches = understood.evidence.iter().map(|spoke| Match {
        term: spoke.term.clone(),
        code: spoke.category.clone(),
        weight: spoke.weight,
        span: spoke.span,
        corrected: normal.was_corrected(spoke.span),
        learnt: spoke.learnt,
    });
    TryOut {
        lexicon: lexicon.hash().to_owned(),
        normal: normal.text().to_owned(),
        cut: lexicon.segmenter().cut(normal.text()).into_iter().map(str::to_owned).collect(),
        matches: matches.collect(),
        act: understood.act,
        code: understood.subcategory,
        ranking: reading.ranking().iter().take(RANKED).map(|(c, s)| (SubCode::new(c.code()), *s)).collect(),
        confidence: understood.confidence,
        urgency: understood.urgency,
        places: understood.places.into_iter().map(|place| place.text).collect(),
    }
}

/// Which messages some edits can touch: a dry run over years reads only those anew.
#[derive(Debug)]
pub enum Touch {
    /// Any message.
    Any,
    /// Those whose normal form holds one of these texts.
    Holding(AhoCorasick),
}

impl Touch {
    /// What these edits can touch. Slips and names change the normal form or the places of messages: they may touch
    /// any; so does a stopped word with digits, because to the learnt layer a digit is any digit.
    pub fn of<'a>(edits: impl Iterator<Item = &'a Edit>) -> Self {
        let mut texts: Vec<String> = vec![];
        for edit in edits {
            match edit {
                Edit::Term { term, .. } => match Term::parse(term) {
                    Ok(term) => texts.extend(term.parts().map(str::to_owned)),
                    Err(_) => return Self::Any,
                },
                Edit::Stop { term } if term.chars().any(|c| c.is_ascii_digit()) => return Self::Any,
                Edit::Stop { term } => match Term::parse(term) {
                    Ok(parsed) => texts.extend(parsed.parts().chain([term.as_str()]).map(str::to_owned)),
                    Err(_) => texts.push(term.clone()),
                },
                Edit::Place { .. } | Edit::Slip { .. } => return Self::Any,
            }
        }
        AhoCorasick::builder().ascii_case_insensitive(true).build(&texts).map_or(Self::Any, Self::Holding)
    }

    /// Whether a message can be among them.
    pub fn may_be(&self, text: &str, lexicon: &Lexicon) -> bool {
        match self {
            Self::Any => true,
            Self::Holding(texts) => texts.is_match(lexicon.normalizer().normalize(text).text()),
        }
    }
}

/// One past message under both lexicons; `None` when it stays as it is. A sub-category counts where the truth has one.
pub fn compare(past: &Past, live: &Lexicon, draft: &Lexicon) -> Option<Changed> {
    let (was, is) = (understand(&past.text, live), understand(&past.text, draft));
    if was.subcategory == is.subcategory {
        return None;
    }
    let right = |got: &Understanding| past.truth.as_ref().map(|truth| fits(truth, &got.subcategory));
    let turned = match (right(&was), right(&is)) {
        (Some(false), Some(true)) => Turned::Better,
        (Some(true), Some(false)) => Turned::Worse,
        (Some(_), Some(_)) | (None, _) | (_, None) => Turned::Unsure,
    };
    Some(Changed { no: past.no, text: past.text.clone(), was: was.subcategory, is: is.subcategory, turned })
}

/// Whether a reading is what it should be: the same code, or any of a category where only that is wanted.
fn fits(wanted: &SubCode, got: &SubCode) -> bool {
    wanted == got || (wanted.as_str() == wanted.category().code() && wanted.category() == got.category())
}

/// The golden sentences that are read wrongly.
pub fn golden_misses(golden: &[Golden], lexicon: &Lexicon) -> Vec<GoldenMiss> {
    let misses = golden.iter().filter_map(|wanted| {
        let got = understand(&wanted.text, lexicon);
        let right = wanted.act.is_none_or(|act| act == got.act)
            && wanted.code.as_ref().is_none_or(|code| fits(code, &got.subcategory))
            && wanted.urgency.is_none_or(|urgency| urgency == got.urgency);
        (!right).then(|| GoldenMiss {
            golden: wanted.clone(),
            act: got.act,
            code: got.subcategory,
            urgency: got.urgency,
        })
    });
    misses.collect()
}

/// New terms in sentences: the examples that hold them, and the term by itself when there are none.
pub fn prove(edits: &[&Edit], past: &[Past], draft: &Lexicon) -> Vec<Proof> {
    let terms = edits.iter().filter_map(|edit| match edit {
        Edit::Term { term, .. } => Some(term.as_str()),
        Edit::Place { .. } | Edit::Slip { .. } | Edit::Stop { .. } => None,
    });
    terms.flat_map(|term| examples(term, past).into_iter().map(|text| proof(term, text, draft))).collect()
}

fn examples<'t>(term: &'t str, past: &'t [Past]) -> Vec<&'t str> {
    let mut found: Vec<&str> =
        past.iter().map(|one| one.text.as_str()).filter(|text| text.contains(term)).take(PROOFS).collect();
    if found.is_empty() {
        found.push(term);
    }
    found
}

fn proof(term: &str, text: &str, draft: &Lexicon) -> Proof {
    let tried = try_out(text, draft);
    Proof {
        text: text.to_owned(),
        found: tried.matches.iter().any(|one| one.term == term),
        cut: tried.cut,
        code: tried.code,
    }
}

/// What stands in the way of new edits.
pub fn conflicts(edits: &[&Edit], past: &[Past], live: &Lexicon, draft: &Lexicon) -> Vec<Conflict> {
    let mut found = vec![];
    for edit in edits {
        match edit {
            Edit::Term { term, code, weight, word, .. } => {
                term_conflicts(term, code, *weight, *word, past, live, draft, &mut found);
            }
            Edit::Stop { term } => {
                let known = !live.weights_of(term).is_empty() || live.segmenter().knows(term);
                if !known {
                    found.push(Conflict::NothingToStop { term: term.clone() });
                }
            }
            Edit::Place { .. } | Edit::Slip { .. } => {}
        }
    }
    found
}

#[allow(clippy::too_many_arguments, reason = "one edit, taken apart")]
fn term_conflicts(
    term: &str,
    code: &SubCode,
    weight: f32,
    word: bool,
    past: &[Past],
    live: &Lexicon,
    draft: &Lexicon,
    found: &mut Vec<Conflict>,
) {
    let owned = || term.to_owned();
    let mut also = live.weights_of(term);
    also.retain(|(other, weight)| other.category() != code.category() && *weight > 0.0);
    if !also.is_empty() {
        found.push(Conflict::Elsewhere { term: owned(), also });
    }
    if term.contains(['+', '&', '|', '=']) {
        return;
    }
    let texts = examples(term, past);
    if let Some(text) = texts.iter().find(|text| !proof(term, text, draft).found) {
        found.push(match obstacle(term, text, word, draft) {
            Some(conflict) => conflict,
            None => Conflict::NotCut { term: owned() },
        });
    } else if weight > 0.0 {
        let quiet = |text: &&&str| understand(text, draft).subcategory.category() != code.category();
        if let Some(text) = texts.iter().find(quiet) {
            let winner = understand(text, draft).subcategory;
            found.push(Conflict::TooQuiet { term: owned(), winner });
        }
    }
    let holding: Vec<&Past> = past.iter().filter(|one| one.text.contains(term)).collect();
    if holding.is_empty() && !past.is_empty() {
        found.push(Conflict::Dead { term: owned(), read: past.len() });
    }
    let truths = holding.iter().filter_map(|one| one.truth.as_ref());
    let (mut right, mut known) = (0, 0);
    for truth in truths {
        known += 1;
        right += usize::from(truth.category() == code.category());
    }
    if known >= ENOUGH && (right as f32) < known as f32 * BROAD && weight > 0.0 {
        found.push(Conflict::TooBroad { term: owned(), right, known });
    }
}

/// Why a term is not found in a sentence that holds it: a longer term swallows it, or a word cuts across it.
fn obstacle(term: &str, text: &str, word: bool, draft: &Lexicon) -> Option<Conflict> {
    let tried = try_out(text, draft);
    let term = term.to_owned();
    if let Some(longer) = tried.matches.iter().find(|one| one.term != term && one.term.contains(&term)) {
        return Some(Conflict::Swallowed { by: longer.term.clone(), term });
    }
    if !word {
        return None;
    }
    let start = tried.normal.find(&term)?;
    let end = start + term.len();
    let mut at = 0;
    for token in &tried.cut {
        let (from, to) = (at, at + token.len());
        at = to;
        let across = (from < start && start < to) || (from < end && end < to);
        if across {
            return Some(Conflict::CutAcross { by: token.clone(), term });
        }
    }
    None
}

/// A correction or label to learn words from: what was written and what it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lesson {
    /// The text.
    pub text: String,
    /// What it is.
    pub code: SubCode,
}

/// Characters of a suggested word.
const SUGGESTED: std::ops::RangeInclusive<usize> = 2..=6;
/// A suggested word stands in so many lessons at least.
const SEEN: usize = 2;
/// And is right in this share of the messages that hold it.
const PRECISE: f32 = 0.8;
/// Suggestions made at once.
const MOST: usize = 20;

/// Words that would put wrongly read lessons right, best first, each with its evidence. A person approves.
pub fn suggest(lessons: &[Lesson], past: &[Past], lexicon: &Lexicon) -> Vec<Suggestion> {
    let wrong: Vec<&Lesson> =
        lessons.iter().filter(|one| !fits(&one.code, &understand(&one.text, lexicon).subcategory)).collect();
    let mut candidates: HashMap<(String, SubCode), usize> = HashMap::new();
    for lesson in &wrong {
        let mut seen = std::collections::HashSet::new();
        for words in runs(&lesson.text, lexicon) {
            if seen.insert(words.clone()) {
                *candidates.entry((words, lesson.code.clone())).or_default() += 1;
            }
        }
    }
    let mut suggestions: Vec<_> = candidates
        .into_iter()
        .filter(|((term, code), mends)| {
            let said = lexicon.weights_of(term);
            *mends >= SEEN && !said.iter().any(|(known, _)| known.category() == code.category())
        })
        .filter_map(|((term, code), mends)| weigh(term, code, mends, lessons, past))
        .collect();
    suggestions.sort_by(|a, b| {
        (b.mends, b.right).cmp(&(a.mends, a.right)).then_with(|| a.edit.words().cmp(b.edit.words()))
    });
    // Of two words that say the same in the same messages the longer one is kept.
    let mut kept: Vec<Suggestion> = vec![];
    for one in suggestions {
        let twin = |other: &Suggestion| {
            let (a, b) = (other.edit.words(), one.edit.words());
            other.mends == one.mends && (a.contains(b) || b.contains(a))
        };
        match kept.iter_mut().find(|other| twin(other)) {
            Some(other) if other.edit.words().len() < one.edit.words().len() => *other = one,
            Some(_) => {}
            None => kept.push(one),
        }
        if kept.len() == MOST {
            break;
        }
    }
    kept
}

/// Runs of one to three neighbouring words, of two to six characters, without numbers and punctuation.
fn runs(text: &str, lexicon: &Lexicon) -> Vec<String> {
    let normal = lexicon.normalizer().normalize(text);
    let words = lexicon.segmenter().cut(normal.text());
    let mut runs = vec![];
    for length in 1..=3 {
        for window in words.windows(length) {
            let run = window.concat();
            let plain = run.chars().all(|c| c.is_alphabetic() && !c.is_ascii());
            if plain && SUGGESTED.contains(&run.chars().count()) {
                runs.push(run);
            }
        }
    }
    runs
}

fn weigh(term: String, code: SubCode, mends: usize, lessons: &[Lesson], past: &[Past]) -> Option<Suggestion> {
    let (mut right, mut wrong, mut examples) = (0, 0, vec![]);
    let known = past.iter().filter_map(|one| Some((one.text.as_str(), one.truth.as_ref()?)));
    let taught = lessons.iter().map(|one| (one.text.as_str(), &one.code));
    for (text, truth) in taught.chain(known).filter(|(text, _)| text.contains(&term)) {
        if truth.category() == code.category() {
            right += 1;
            if examples.len() < PROOFS && !examples.iter().any(|seen| seen == text) {
                examples.push(text.to_owned());
            }
        } else {
            wrong += 1;
        }
    }
    let precision = right as f32 / (right + wrong).max(1) as f32;
    let weight = (2.0 + precision * 3.0).round();
    (precision >= PRECISE).then_some(Suggestion {
        edit: Edit::Term { term, code, weight, decides: false, word: false },
        right,
        wrong,
        examples,
        mends,
    })
}
