//! How well the dictionaries do on labelled rows: pure counting, no files. Both row shapes read as [`LabelledRow`]:
//! posts with a `kind`, and chat lines with an `act`.

use std::{collections::BTreeMap, ops::Range};

use serde::{Deserialize, Serialize};

use super::{Lexicon, understand};
use crate::domain::{
    category::{Act, Category, RequestKind, Urgency},
    understanding::Understanding,
};

/// One labelled message. Fields it does not have are not counted.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct LabelledRow {
    /// Its id, for the list of misses.
    #[serde(default)]
    pub id: String,
    /// Rows of one group are near-duplicates: they stay together when rows are divided.
    #[serde(default)]
    pub group: String,
    /// What was written.
    pub text: String,
    /// The right category; `None` when nothing is reported.
    pub primary: Option<Category>,
    /// Other categories stated.
    #[serde(default)]
    pub secondary: Vec<Category>,
    /// complaint, suggestion, consultation, thanks, other.
    pub kind: Option<String>,
    /// How urgent.
    pub urgency: Option<Urgency>,
    /// Exact substrings that name places.
    pub places: Option<Vec<String>>,
    /// What the line is.
    pub act: Option<Act>,
    /// What it counts beside other rows when it is learnt from; absent: 1. A row that was made up counts less than one
    /// that somebody sent.
    pub worth: Option<f32>,
}

/// Precision, recall and their mean for one class.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct ClassScore {
    /// Right among guessed.
    pub p: f64,
    /// Found among all there are.
    pub r: f64,
    /// Harmonic mean.
    pub f1: f64,
    /// How many there are.
    pub n: usize,
}

/// What came out.
#[derive(Debug, Clone, Serialize)]
pub struct Evaluation {
    /// Rows with a category.
    pub n: usize,
    /// Share of them with the right category.
    pub accuracy: f64,
    /// Mean F1 over the categories that occur.
    pub macro_f1: f64,
    /// Share whose guess is the primary or a secondary.
    pub hit: f64,
    /// Share of them whose reporter is asked because the guess is unsure. Counted whatever the act.
    pub asked: f64,
    /// Share of those whose right category is the guess or among what is offered: one question settles it.
    pub settled: f64,
    /// By category code.
    pub classes: BTreeMap<&'static str, ClassScore>,
    /// Right category → guessed → how often, misses only.
    pub confusion: BTreeMap<&'static str, BTreeMap<&'static str, usize>>,
    /// Share of rows with an act whose act is right.
    pub act: Option<f64>,
    /// Share of rows with a kind whose kind is right.
    pub kind: Option<f64>,
    /// Emergencies.
    pub emergency: Option<ClassScore>,
    /// Urgent or worse.
    pub urgent: Option<ClassScore>,
    /// Share of rows with a list of places whose places are exactly those.
    pub places: Option<f64>,
    /// Places that are exactly one of the row's.
    pub places_exact: Option<ClassScore>,
    /// Places that share characters with one of the row's.
    pub places_overlapping: Option<ClassScore>,
}

/// Right and wrong of a yes-or-no question.
#[derive(Debug, Clone, Copy, Default)]
struct Tally {
    hit: usize,
    missed: usize,
    wrong: usize,
}

impl Tally {
    fn add(&mut self, is: bool, guessed: bool) {
        match (is, guessed) {
            (true, true) => self.hit += 1,
            (true, false) => self.missed += 1,
            (false, true) => self.wrong += 1,
            (false, false) => {}
        }
    }

    fn score(self) -> ClassScore {
        let p = share(self.hit, self.hit + self.wrong);
        let r = share(self.hit, self.hit + self.missed);
        let f1 = if p + r > 0.0 { 2.0 * p * r / (p + r) } else { 0.0 };
        ClassScore { p, r, f1, n: self.hit + self.missed }
    }
}

fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

/// Runs over the rows. The category counted is always the best guess, whatever the act.
pub fn evaluate(rows: &[LabelledRow], lexicon: &Lexicon) -> Evaluation {
    evaluate_parts(&[(rows.to_vec(), lexicon.clone())])
}

/// The same over parts, each read by its own lexicon and all counted together.
pub fn evaluate_parts(parts: &[(Vec<LabelledRow>, Lexicon)]) -> Evaluation {
    let understood: Vec<_> = parts
        .iter()
        .flat_map(|(rows, lexicon)| rows.iter().map(|row| understand(&row.text, lexicon)))
        .collect();
    let rows: Vec<&LabelledRow> = parts.iter().flat_map(|(rows, _)| rows).collect();
    let pairs: Vec<(&LabelledRow, _)> = rows.iter().copied().zip(&understood).collect();
    let filed: Vec<_> = pairs.iter().filter_map(|(row, got)| Some((row.primary?, *row, *got))).collect();
    let mut confusion: BTreeMap<_, BTreeMap<_, usize>> = BTreeMap::new();
    for (right, _, got) in filed.iter().filter(|(right, _, got)| *right != got.category) {
        *confusion.entry(right.code()).or_default().entry(got.category.code()).or_default() += 1;
    }
    let classes: BTreeMap<_, _> = Category::ALL
        .iter()
        .map(|&category| {
            let mut tally = Tally::default();
            filed.iter().for_each(|(right, _, got)| tally.add(*right == category, got.category == category));
            (category.code(), tally.score())
        })
        .filter(|(_, score)| score.n > 0)
        .collect();
    let right = filed.iter().filter(|(right, _, got)| *right == got.category).count();
    let hit = filed
        .iter()
        .filter(|(right, row, got)| *right == got.category || row.secondary.contains(&got.category))
        .count();
    let asked: Vec<_> = filed.iter().filter(|(_, _, got)| !got.doubt.is_empty()).collect();
    let offered = |right: Category, got: &Understanding| {
        right == got.category || got.doubt.iter().any(|code| code.category() == right)
    };
    let settled = asked.iter().filter(|(right, _, got)| offered(*right, got)).count();
    let grade = |from: Urgency| {
        let mut tally = Tally::default();
        pairs.iter().for_each(|(row, got)| {
            if let Some(urgency) = row.urgency {
                tally.add(urgency >= from, got.urgency >= from);
            }
        });
        rows.iter().any(|row| row.urgency.is_some()).then(|| tally.score())
    };
    Evaluation {
        n: filed.len(),
        accuracy: share(right, filed.len()),
        macro_f1: classes.values().map(|class| class.f1).sum::<f64>() / classes.len().max(1) as f64,
        hit: share(hit, filed.len()),
        asked: share(asked.len(), filed.len()),
        settled: share(settled, asked.len()),
        classes,
        confusion,
        act: rate(&pairs, |row, got| row.act.map(|act| act == got.act)),
        kind: rate(&pairs, |row, got| row.kind.as_deref().map(|kind| kind == board_kind(got))),
        emergency: grade(Urgency::Emergency),
        urgent: grade(Urgency::Urgent),
        places: rate(&pairs, |row, got| Some(right_places(row.places.as_ref()?, got))),
        places_exact: found_places(&pairs, |one, other| one == other),
        places_overlapping: found_places(&pairs, |one, other| one.start < other.end && other.start < one.end),
    }
}

/// Whether the places are exactly those of the row, in order.
pub fn right_places(places: &[String], got: &Understanding) -> bool {
    places.iter().eq(got.places.iter().map(|place| &place.text))
}

/// Counts places rather than rows, by where they stand in the text.
fn found_places(
    pairs: &[(&LabelledRow, &Understanding)],
    same: impl Fn(&Range<usize>, &Range<usize>) -> bool,
) -> Option<ClassScore> {
    let mut tally = Tally::default();
    let mut labelled = false;
    for (row, got) in pairs {
        let Some(places) = &row.places else { continue };
        labelled = true;
        // A place that is named twice is labelled once: any of its occurrences is right.
        let characters = |bytes: usize| row.text[..bytes].chars().count();
        let occurrences = |place: &String| -> Vec<Range<usize>> {
            let found = row.text.match_indices(place.as_str());
            found.map(|(at, it)| characters(at)..characters(at + it.len())).collect()
        };
        let right: Vec<_> = places.iter().map(occurrences).collect();
        let guessed: Vec<Range<usize>> = got.places.iter().map(|place| place.span.0..place.span.1).collect();
        for place in &right {
            let found = place.iter().any(|one| guessed.iter().any(|other| same(one, other)));
            tally.add(true, found);
        }
        for guess in &guessed {
            if !right.iter().flatten().any(|one| same(one, guess)) {
                tally.add(false, true);
            }
        }
    }
    labelled.then(|| tally.score())
}

fn rate(
    pairs: &[(&LabelledRow, &Understanding)],
    right: impl Fn(&LabelledRow, &Understanding) -> Option<bool>,
) -> Option<f64> {
    let answers: Vec<bool> = pairs.iter().filter_map(|(row, got)| right(row, got)).collect();
    let hits = answers.iter().filter(|hit| **hit).count();
    (!answers.is_empty()).then(|| share(hits, answers.len()))
}

/// The kind as boards know it: help and tip-offs are complaints, praise is thanks.
fn board_kind(got: &Understanding) -> &'static str {
    match got.kind {
        RequestKind::Consultation => "consultation",
        RequestKind::Suggestion => "suggestion",
        RequestKind::Praise => "thanks",
        RequestKind::Help | RequestKind::Complaint | RequestKind::TipOff => "complaint",
    }
}
