//! Edits laid over the shipped dictionaries. The files stay as they are and are kept parsed; what the edits do not
//! touch is shared with the lexicon that they are laid over.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use sha2::{Digest, Sha256};

use super::{Base, Lexicon, Meaning, Shared, gazetteer::Gazetteer};
use crate::{
    domain::{
        dictionary::{Edit, EditBook, EditKey, MAX_EDITS, MAX_TERM, MAX_WEIGHT},
        place::EstateName,
        problem::Problem,
    },
    understand::{
        learned::{Learned, Run, run_of},
        normalize::Normalizer,
        phrase::{Phrasebook, Term},
        segment::Segmenter,
    },
};

/// The name under which problems of edits are reported.
const EDITS: &str = "edits";

/// The files without any edit.
pub(super) fn bare(base: Base, segmenter: Segmenter, learned: Learned) -> Result<Lexicon, Vec<Problem>> {
    let words = base.words.clone();
    let shared = assemble(Arc::new(base), &EditBook::default(), Arc::new(segmenter), words, None)?;
    Ok(with_places(Arc::new(shared), Arc::new(learned), Arc::default()))
}

pub(super) fn with_places(shared: Arc<Shared>, learned: Arc<Learned>, estates: Arc<[EstateName]>) -> Lexicon {
    let mut named: Vec<EstateName> = estates.to_vec();
    for (alias, estate) in &shared.aliases {
        named.iter_mut().filter(|one| one.name == *estate).for_each(|one| one.aliases.push(alias.clone()));
    }
    Lexicon { gazetteer: Arc::new(Gazetteer::new(&named)), shared, learned, estates }
}

pub(super) fn with_edits(lexicon: &Lexicon, edits: &EditBook) -> Result<Lexicon, Vec<Problem>> {
    let mut problems: Vec<Problem> = vec![];
    if edits.len() > MAX_EDITS {
        problems.push(Problem::new(EDITS, 0, format!("改动最多 {MAX_EDITS} 条，现在有 {} 条", edits.len())));
    }
    problems
        .extend(edits.iter().filter_map(|edit| Some(Problem::new(EDITS, 0, check(lexicon, edit).err()?))));
    if !problems.is_empty() {
        return Err(problems);
    }
    let live = &lexicon.shared;
    let words = segmenter_words(&live.base, edits, &live.segmenter);
    let segmenter = if words == live.words {
        live.segmenter.clone()
    } else {
        Arc::new(Segmenter::new(words.iter().map(|(word, frequency)| (word.as_str(), *frequency))))
    };
    let shared = assemble(live.base.clone(), edits, segmenter, words, Some(live))?;
    Ok(with_places(Arc::new(shared), lexicon.learned.clone(), lexicon.estates.clone()))
}

pub(super) fn check(lexicon: &Lexicon, edit: &Edit) -> Result<(), String> {
    let fits = |text: &str| match text.chars().count() {
        0 => Err("不能是空的".to_owned()),
        1..=MAX_TERM if text.chars().any(char::is_whitespace) => Err(format!("「{text}」里不能有空格")),
        1..=MAX_TERM => Ok(()),
        _ => Err(format!("「{text}」超过 {MAX_TERM} 个字")),
    };
    match edit {
        Edit::Term { term, code, weight, word, .. } => {
            fits(term)?;
            let parsed = Term::parse(term)?;
            if *word && !parsed.is_one_phrase() {
                return Err(format!("「{term}」不是一个词：带 + & | = 的请用加短语"));
            }
            if !lexicon.shared.base.index.contains_key(code) {
                return Err(format!("没有 {code} 这个小类"));
            }
            let sounds = weight.is_finite() && *weight != 0.0 && weight.abs() <= MAX_WEIGHT;
            if sounds {
                Ok(())
            } else {
                Err(format!("「{term}」的权重要在 -{MAX_WEIGHT} 到 {MAX_WEIGHT} 之间，不能是 0"))
            }
        }
        Edit::Stop { term } => fits(term),
        Edit::Place { name, estate } => {
            fits(name)?;
            let known = lexicon.estates.is_empty() || lexicon.estates.iter().any(|one| one.name == *estate);
            if known {
                Ok(())
            } else {
                Err(format!("没有「{estate}」这个小区或村，地名要加到一个有的小区上"))
            }
        }
        Edit::Slip { slip, meant } => {
            fits(slip)?;
            fits(meant)?;
            if slip == meant { Err(format!("「{slip}」和更正后的一样")) } else { Ok(()) }
        }
    }
}

/// The shipped user words, the words that edits add, and the words of jieba that they stop.
fn segmenter_words(base: &Base, edits: &EditBook, segmenter: &Segmenter) -> Vec<(String, Option<usize>)> {
    let mut words = base.words.clone();
    for edit in edits.iter() {
        match edit {
            Edit::Term { term, word: true, .. } => words.push((term.clone(), None)),
            Edit::Stop { term } if segmenter.knows(term) && term.chars().count() > 1 => {
                words.push((term.clone(), Some(0)));
            }
            Edit::Term { word: false, .. } | Edit::Stop { .. } | Edit::Place { .. } | Edit::Slip { .. } => {}
        }
    }
    words
}

fn assemble(
    base: Arc<Base>,
    edits: &EditBook,
    segmenter: Arc<Segmenter>,
    words: Vec<(String, Option<usize>)>,
    like: Option<&Shared>,
) -> Result<Shared, Vec<Problem>> {
    let built = |error: aho_corasick::BuildError| vec![Problem::new(EDITS, 0, error.to_string())];
    let mut slips = base.slips.clone();
    slips.extend(edits.iter().filter_map(|edit| match edit {
        Edit::Slip { slip, meant } => Some((slip.clone(), meant.clone())),
        Edit::Term { .. } | Edit::Stop { .. } | Edit::Place { .. } => None,
    }));
    let normalizer = match like.filter(|like| like.slips == slips) {
        Some(like) => like.normalizer.clone(),
        None => Arc::new(Normalizer::new(base.fold.clone(), base.calls.clone(), &slips).map_err(built)?),
    };
    let (parsed, terms) = terms(&base, edits)?;
    Ok(Shared {
        normalizer,
        segmenter,
        phrases: Phrasebook::new(parsed).map_err(built)?,
        terms,
        aliases: edits.iter().filter_map(alias).collect(),
        words,
        slips,
        stopped: edits.iter().filter_map(stopped_run).collect(),
        hash: hash(&base.hash, edits),
        base,
    })
}

/// A stopped word that is short enough to be a run of the learnt layer is stopped there too.
fn stopped_run(edit: &Edit) -> Option<(Run, ())> {
    match edit {
        Edit::Stop { term } => Some((run_of(term)?, ())),
        Edit::Term { .. } | Edit::Place { .. } | Edit::Slip { .. } => None,
    }
}

fn alias(edit: &Edit) -> Option<(String, String)> {
    match edit {
        Edit::Place { name, estate } => Some((name.clone(), estate.clone())),
        Edit::Term { .. } | Edit::Stop { .. } | Edit::Slip { .. } => None,
    }
}

/// The shipped terms that no edit stops or weighs anew, then the edits' own.
#[allow(clippy::type_complexity, reason = "two columns of one table")]
fn terms(base: &Base, edits: &EditBook) -> Result<(Vec<Term>, Vec<(String, Meaning)>), Vec<Problem>> {
    let stopped: HashSet<&str> = edits
        .iter()
        .filter_map(|edit| match edit {
            Edit::Stop { term } => Some(term.as_str()),
            Edit::Term { .. } | Edit::Place { .. } | Edit::Slip { .. } => None,
        })
        .collect();
    let (mut parsed, mut meanings) = (vec![], vec![]);
    for (text, term, meaning) in &base.terms {
        let replaced = meaning.vote().is_some_and(|(sub, _)| {
            edits.get(&EditKey::Term(text.clone(), base.codes[sub].clone())).is_some()
        });
        // Words that save lives and words that make an act are not an admin's to stop; what speaks for a matter is.
        let stoppable = meaning.vote().is_some() || *meaning == Meaning::Neutral;
        if replaced || (stoppable && stopped.contains(text.as_str())) {
            continue;
        }
        parsed.push(term.clone());
        meanings.push((text.clone(), *meaning));
    }
    let index: HashMap<_, _> = base.codes.iter().zip(0..).collect();
    for edit in edits.iter() {
        let Edit::Term { term, code, weight, decides, word } = edit else { continue };
        let Some(&sub) = index.get(code) else { continue };
        let text = if *word { format!("={term}") } else { term.clone() };
        parsed.push(Term::parse(&text).map_err(|reason| vec![Problem::new(EDITS, 0, reason)])?);
        meanings.push((term.clone(), Meaning::Vote { sub, weight: *weight, decides: *decides }));
    }
    Ok((parsed, meanings))
}

fn hash(base: &str, edits: &EditBook) -> String {
    if edits.is_empty() {
        return base.to_owned();
    }
    let mut sha = Sha256::new();
    sha.update(base);
    for edit in edits.iter() {
        // Every field, each with its end: no two edits give the same bytes.
        let (kind, words, more): (u8, &str, &str) = match edit {
            Edit::Term { term, code, weight, decides, word } => {
                sha.update(weight.to_le_bytes());
                sha.update([u8::from(*decides), u8::from(*word)]);
                (b't', term, code.as_str())
            }
            Edit::Stop { term } => (b's', term, ""),
            Edit::Place { name, estate } => (b'p', name, estate),
            Edit::Slip { slip, meant } => (b'v', slip, meant),
        };
        for part in [&[kind], words.as_bytes(), more.as_bytes()] {
            sha.update(part);
            sha.update([0]);
        }
    }
    sha.finalize().iter().take(6).map(|byte| format!("{byte:02x}")).collect()
}
