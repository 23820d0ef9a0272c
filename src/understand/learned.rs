//! The learnt layer: short runs of characters with weights, made by `learn` from labelled text and kept in
//! `dictionaries/learned.toml`. It stands below the words that people chose: their votes come in as each head's `voice`.
//!
//! One linear model. A head's score is `bias + Σ voice · √votes of its kin + Σ weights of its runs / √(number of runs)`,
//! so a long petition does not shout down a short cry, and every summand can be shown.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::{Votes, normalize::Normal};
use crate::domain::{
    category::{Act, Category},
    problem::Problem,
};

/// Characters of a run at most.
const RUN: usize = 3;
/// Runs are read from so many characters: what is learnt from was not longer, and the matter stands at the beginning.
const READ: usize = 160;
/// A line of chat has at most so many characters.
const LINE: usize = 110;
/// Weights are kept as whole hundredths.
const SCALE: f32 = 100.0;

/// What a score is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Head {
    /// A category.
    Category(Category),
    /// What the line is.
    Act(Act),
    /// Danger to life.
    Emergency,
    /// Urgent or worse.
    Urgent,
}

/// How many heads there are.
pub const HEADS: usize = Category::ALL.len() + Act::ALL.len() + 2;

impl Head {
    /// All heads, in the order of their indices.
    pub fn all() -> impl Iterator<Item = Self> {
        let categories = Category::ALL.iter().map(|&category| Self::Category(category));
        let acts = Act::ALL.iter().map(|&act| Self::Act(act));
        categories.chain(acts).chain([Self::Emergency, Self::Urgent])
    }

    /// The heads whose votes it hears: a category those of all categories, an act those of all acts, danger its own.
    pub fn kin(self) -> impl Iterator<Item = Self> {
        Self::all().filter(move |other| match (self, other) {
            (Self::Category(_), Self::Category(_)) | (Self::Act(_), Self::Act(_)) => true,
            (Self::Category(_) | Self::Act(_) | Self::Emergency | Self::Urgent, _) => self == *other,
        })
    }

    /// Its place in arrays of scores.
    pub fn index(self) -> usize {
        match self {
            Self::Category(category) => category as usize,
            Self::Act(act) => Category::ALL.len() + act as usize,
            Self::Emergency => HEADS - 2,
            Self::Urgent => HEADS - 1,
        }
    }

    /// Its letter in the lines of the file, where its name would be most of the text.
    fn letter(self) -> char {
        char::from(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"[self.index()])
    }

    /// Its name in the file.
    pub fn name(self) -> String {
        match self {
            Self::Category(category) => category.code().to_owned(),
            Self::Act(act) => format!("@{act}"),
            Self::Emergency => "!emergency".to_owned(),
            Self::Urgent => "!urgent".to_owned(),
        }
    }
}

/// A run of one to three characters in one number.
pub type Run = u64;

/// Marks a run of a title, which says what a post is about.
const TITLE: Run = 1 << 63;
/// The same in the file; no normal form has this character.
const TITLE_MARK: char = '＃';

/// A run wherever it stands.
pub fn anywhere(run: Run) -> Run {
    run & !TITLE
}

/// The runs of a message, each once, in order of their first place; with that place. White space ends a run, a digit is
/// any digit. Those of a title come twice: as any run, and marked.
pub fn runs(normal: &Normal) -> Vec<(Run, u32)> {
    let chars = normal.chars();
    let mut found = Vec::with_capacity(chars.len() * RUN);
    for start in 0..chars.len().min(READ) {
        let mut run: Run = 0;
        for &c in chars[start..].iter().take(RUN) {
            if c.is_whitespace() {
                break;
            }
            run = run << 21 | Run::from(fold(c));
            found.push((run, start as u32));
            if start < normal.title_end() {
                found.push((run | TITLE, start as u32));
            }
        }
    }
    found.sort_unstable();
    found.dedup_by_key(|(run, _)| *run);
    found
}

fn fold(c: char) -> u32 {
    if c.is_ascii_digit() { '0' as u32 } else { c.to_ascii_lowercase() as u32 }
}

/// The characters of a run, without a mark.
pub fn text_of(run: Run) -> String {
    let part = |shift: u32| char::from_u32((run >> shift & 0x1f_ffff) as u32).filter(|c| *c != '\0');
    [42, 21, 0].into_iter().filter_map(part).collect()
}

/// The run of a text of one to three characters.
pub fn run_of(text: &str) -> Option<Run> {
    let mut run: Run = 0;
    let mut count = 0;
    for c in text.chars() {
        run = run << 21 | Run::from(c as u32);
        count += 1;
    }
    (1..=RUN).contains(&count).then_some(run)
}

/// One weight of a run.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Weight {
    head: u8,
    weight: f32,
}

/// The layer, ready to score with. Empty when nothing was learnt.
#[derive(Debug, Clone, Default)]
pub struct Layer {
    /// For every run, where its weights stand in `weights`.
    runs: HashMap<Run, (u32, u32), Mixer>,
    weights: Vec<Weight>,
    bias: Vec<f32>,
    /// By head, what the votes of its kin count.
    voice: Vec<Vec<Weight>>,
}

/// Scores by head, and how many known runs the message has.
#[derive(Debug, Clone, PartialEq)]
pub struct Scores {
    scores: [f32; HEADS],
    known: usize,
}

impl Scores {
    /// The score of a head without its votes.
    pub fn of(&self, head: Head) -> f32 {
        self.scores[head.index()]
    }

    /// Adds to a head.
    pub fn add(&mut self, head: Head, score: f32) {
        self.scores[head.index()] += score;
    }
}

impl Layer {
    /// Whether there is nothing in it.
    pub fn is_empty(&self) -> bool {
        self.bias.is_empty()
    }

    /// How many runs it knows.
    pub fn len(&self) -> usize {
        self.runs.len()
    }

    /// What a head makes of the votes that people's words cast.
    pub fn voiced(&self, head: Head, votes: &Votes) -> f32 {
        let heard = self.voice[head.index()].iter();
        heard.map(|one| one.weight * root(votes.0[usize::from(one.head)])).sum()
    }

    /// Scores a message by its runs alone. `stopped` runs mean nothing any more.
    pub fn score(&self, normal: &Normal, stopped: &HashMap<Run, ()>) -> Scores {
        let mut scores = [0.0; HEADS];
        let mut known = 0;
        if self.is_empty() {
            return Scores { scores, known };
        }
        for (run, _) in runs(normal) {
            let Some(&(from, to)) = self.runs.get(&run) else { continue };
            if stopped.contains_key(&anywhere(run)) {
                continue;
            }
            known += 1;
            for one in &self.weights[from as usize..to as usize] {
                scores[usize::from(one.head)] += one.weight;
            }
        }
        let share = (known.max(1) as f32).sqrt().recip();
        for (score, bias) in scores.iter_mut().zip(&self.bias) {
            *score = *score * share + bias;
        }
        Scores { scores, known }
    }

    /// The runs that speak loudest for or against a head in a message: text, place, and their share of the score.
    pub fn spoken(&self, normal: &Normal, head: Head, most: usize) -> Vec<(String, u32, f32)> {
        let all = runs(normal);
        let known = all.iter().filter(|(run, _)| self.runs.contains_key(run)).count();
        let share = (known.max(1) as f32).sqrt().recip();
        let mut spoken: Vec<_> = all
            .iter()
            .filter_map(|(run, at)| {
                let &(from, to) = self.runs.get(run)?;
                let weights = &self.weights[from as usize..to as usize];
                let one = weights.iter().find(|one| usize::from(one.head) == head.index())?;
                Some((text_of(*run), *at, one.weight * share))
            })
            .collect();
        spoken.sort_by(|a, b| b.2.abs().total_cmp(&a.2.abs()).then_with(|| a.1.cmp(&b.1)));
        spoken.truncate(most);
        spoken
    }
}

/// √ that keeps the sign: twice the votes are not twice as sure.
pub fn root(votes: f32) -> f32 {
    votes.abs().sqrt().copysign(votes)
}

/// A hasher for runs: they are numbers already, and this is on the way of every reply.
#[derive(Debug, Clone, Copy, Default)]
pub struct Mixer(u64);

impl std::hash::BuildHasher for Mixer {
    type Hasher = Self;

    fn build_hasher(&self) -> Self {
        Self(0)
    }
}

impl std::hash::Hasher for Mixer {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_u64(u64::from(*byte));
        }
    }

    fn write_u64(&mut self, n: u64) {
        // Fibonacci hashing; the upper half is mixed down because tables look at both ends.
        let mixed = (self.0 ^ n).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        self.0 = mixed ^ mixed >> 32;
    }
}

/// The two manners of writing, which use the same words to different ends.
#[derive(Debug, Clone, Default)]
pub struct Learned {
    post: Layer,
    line: Layer,
}

impl Learned {
    /// The layer for a message.
    pub fn layer(&self, normal: &Normal) -> &Layer {
        if is_post(normal) { &self.post } else { &self.line }
    }
}

/// Whether a message is a post on a board, with a title or of some length, and not a line of chat.
pub fn is_post(normal: &Normal) -> bool {
    normal.title_end() > 0 || normal.chars().len() > LINE
}

/// `dictionaries/learned.toml`.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LearnedFile {
    /// For lines of chat.
    pub line: LayerFile,
    /// For posts.
    pub post: LayerFile,
}

impl LearnedFile {
    /// Both layers.
    ///
    /// # Errors
    /// Every line that is none, under the file's name.
    pub fn load(&self, file: &str) -> Result<Learned, Vec<Problem>> {
        match (self.line.load(file), self.post.load(file)) {
            (Ok(line), Ok(post)) => Ok(Learned { post, line }),
            (line, post) => Err([line.err(), post.err()].into_iter().flatten().flatten().collect()),
        }
    }
}

/// The layer of one manner of writing.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LayerFile {
    /// Rows that it was learnt from.
    pub rows: usize,
    /// By head: what it adds in any case, and how much the votes of people's words count.
    pub heads: std::collections::BTreeMap<String, HeadRow>,
    /// A line per run: the run, then a weight in hundredths behind each head's letter, like `路灯 m31a-8`.
    pub runs: String,
}

/// One head.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HeadRow {
    /// Added in any case.
    pub bias: f32,
    /// For √votes of its kin: hundredths behind each head's letter, as for runs.
    pub voice: String,
}

impl LayerFile {
    /// The layer that the file describes.
    ///
    /// # Errors
    /// Every line that is none, under the file's name.
    pub fn load(&self, file: &str) -> Result<Layer, Vec<Problem>> {
        let names: HashMap<String, usize> = Head::all().map(|head| (head.name(), head.index())).collect();
        let letters: HashMap<char, u8> =
            Head::all().map(|head| (head.letter(), head.index() as u8)).collect();
        let mut problems = vec![];
        let mut learned = Layer { bias: vec![0.0; HEADS], voice: vec![vec![]; HEADS], ..Layer::default() };
        for (name, row) in &self.heads {
            match (names.get(name), weights(&row.voice, &letters)) {
                (Some(&index), Some(voice)) => {
                    (learned.bias[index], learned.voice[index]) = (row.bias, voice);
                }
                (None, _) => problems.push(Problem::new(file, 0, format!("没有 {name} 这一项"))),
                (_, None) => {
                    problems.push(Problem::new(file, 0, format!("{name} 的 voice 读不懂：{}", row.voice)));
                }
            }
        }
        for line in self.runs.lines().filter(|line| !line.is_empty()) {
            let (text, rest) = line.split_once(' ').unwrap_or((line, ""));
            let (title, text) = text.strip_prefix(TITLE_MARK).map_or((0, text), |text| (TITLE, text));
            let from = learned.weights.len();
            match (run_of(text), weights(rest, &letters)) {
                (Some(run), Some(weights)) if !weights.is_empty() => {
                    learned.weights.extend(weights);
                    learned.runs.insert(run | title, (from as u32, learned.weights.len() as u32));
                }
                (Some(_) | None, _) => {
                    problems.push(Problem::new(file, 0, format!("这一行读不懂：{line}")));
                }
            }
        }
        if problems.is_empty() { Ok(learned) } else { Err(problems) }
    }

    /// A line of [`Self::runs`]; `None` when all weights round to nothing.
    pub fn line(run: Run, weights: &[(Head, f32)]) -> Option<String> {
        let text = text_of(run);
        // A quote would end the string that the lines stand in.
        if text.contains('\'') {
            return None;
        }
        let mark = if run == anywhere(run) { None } else { Some(TITLE_MARK) };
        let line: String = mark.into_iter().chain(text.chars()).chain([' ']).collect();
        let line = line + &written(weights);
        (!line.ends_with(' ')).then_some(line)
    }
}

/// Weights as the file has them: hundredths behind each head's letter.
pub fn written(weights: &[(Head, f32)]) -> String {
    let hundredths = weights.iter().map(|(head, weight)| (head.letter(), (weight * SCALE).round() as i32));
    hundredths
        .filter(|(_, weight)| *weight != 0)
        .map(|(letter, weight)| format!("{letter}{weight}"))
        .collect()
}

/// Reads what [`written`] wrote.
fn weights(mut text: &str, letters: &HashMap<char, u8>) -> Option<Vec<Weight>> {
    let mut found = vec![];
    while let Some(letter) = text.chars().next() {
        let digits = &text[letter.len_utf8()..];
        let end = digits.find(|c: char| c != '-' && !c.is_ascii_digit()).unwrap_or(digits.len());
        let hundredths: i32 = digits[..end].parse().ok()?;
        found.push(Weight { head: *letters.get(&letter)?, weight: hundredths as f32 / SCALE });
        text = &digits[end..];
    }
    Some(found)
}
