//! The dictionaries, read and checked once, ready to understand with. Immutable and shared; a new version is a new
//! lexicon. The shapes of the files live in [`files`], the gazetteer and the words of addresses in [`gazetteer`].

pub mod files;
pub mod gazetteer;
mod load;
mod overlay;

use std::{collections::HashMap, sync::Arc};

use super::{
    learned::{Learned, Run},
    normalize::Normalizer,
    phrase::{Phrasebook, Term},
    segment::Segmenter,
};
use crate::domain::{
    category::{Act, Category, Hazard, RequestKind, Sphere, SubCode, Taxonomy},
    command::CommandWords,
    dictionary::{Edit, EditBook, Golden},
    place::EstateName,
    problem::Problem,
};
use gazetteer::{Gazetteer, PlaceWords};

/// What a term of any dictionary means.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Meaning {
    /// Speaks for a sub-category (by index), or against its category when negative.
    Vote {
        /// Index in `Lexicon::codes`.
        sub: usize,
        /// How loudly.
        weight: f32,
        /// 优先: decides by itself.
        decides: bool,
    },
    /// Holds shorter terms without meaning anything: 手机停电.
    Neutral,
    /// Speaks for an act.
    Act(Act, f32),
    /// Says that something is wrong, without saying what.
    Trouble(f32),
    /// Speaks for a kind of request.
    Kind(RequestKind, f32),
    /// Says whose matter it is.
    Sphere(Sphere),
    /// Danger to life.
    Danger(Hazard, f32),
    /// Speaks against danger and haste.
    Calm(f32),
    /// Speaks for haste.
    Haste(f32),
    /// Begins the result of what was said before: 导致.
    Result,
    /// Denies the rest of its clause.
    DeniesAfter,
    /// Denies the clause before it.
    DeniesBefore,
    /// A denied verb: 没漏.
    DeniesVerb,
    /// Looks like a denial and is none: 是不是.
    NoDenial,
}

impl Meaning {
    /// The vote, if the term has one.
    pub fn vote(&self) -> Option<(usize, f32)> {
        if let Self::Vote { sub, weight, .. } = *self { Some((sub, weight)) } else { None }
    }

    /// Whether the term decides the category by itself.
    pub fn decides(&self) -> bool {
        matches!(self, Self::Vote { decides: true, .. })
    }

    /// The act spoken for, if the term is a cue of one.
    pub fn cue(&self) -> Option<Act> {
        if let Self::Act(act, _) = *self { Some(act) } else { None }
    }

    /// The kind of request spoken for.
    pub fn kind(&self) -> Option<(RequestKind, f32)> {
        if let Self::Kind(kind, weight) = *self { Some((kind, weight)) } else { None }
    }

    /// Whose matter the term says it is.
    pub fn sphere(&self) -> Option<Sphere> {
        if let Self::Sphere(sphere) = *self { Some(sphere) } else { None }
    }
}

/// What a sub-category brings along beside what residents see of it.
#[derive(Debug, Clone, Copy, Default)]
struct Traits {
    haste: f32,
    sphere: Option<Sphere>,
    threatens: bool,
}

/// Words of acts that are used as a plain list.
#[derive(Debug, Default)]
pub struct ActWords {
    /// Command words that also begin everyday sentences.
    pub everyday: Vec<String>,
}

/// What a report of a danger is about.
#[derive(Debug)]
struct Danger {
    sub: SubCode,
    keep: Vec<Category>,
}

/// What the files say, kept whole so that edits can be laid over it.
#[derive(Debug)]
struct Base {
    /// Terms in order of the files: as written, parsed, and what they mean.
    terms: Vec<(String, Term, Meaning)>,
    /// User words of the segmenter with their frequencies.
    words: Vec<(String, Option<usize>)>,
    fold: HashMap<char, char>,
    calls: Vec<String>,
    slips: Vec<(String, String)>,
    codes: Arc<[SubCode]>,
    traits: Vec<Traits>,
    index: HashMap<SubCode, usize>,
    taxonomy: Arc<Taxonomy>,
    commands: CommandWords,
    acts: ActWords,
    dangers: HashMap<Hazard, Danger>,
    places: PlaceWords,
    golden: Vec<Golden>,
    /// The files' own examples with what they are examples of.
    examples: Vec<(String, SubCode)>,
    hash: String,
}

/// The files with one book of edits laid over them.
#[derive(Debug)]
struct Shared {
    base: Arc<Base>,
    normalizer: Arc<Normalizer>,
    segmenter: Arc<Segmenter>,
    phrases: Phrasebook,
    /// By term: as written, and what it means.
    terms: Vec<(String, Meaning)>,
    /// Names that edits give to estates.
    aliases: Vec<(String, String)>,
    /// Segmenter words and slips of the edits, to know when the tables above can be shared with another version.
    words: Vec<(String, Option<usize>)>,
    slips: Vec<(String, String)>,
    /// Runs of the learnt layer that edits stop.
    stopped: HashMap<Run, ()>,
    hash: String,
}

/// Everything that understanding needs to know. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Lexicon {
    shared: Arc<Shared>,
    learned: Arc<Learned>,
    estates: Arc<[EstateName]>,
    gazetteer: Arc<Gazetteer>,
}

impl Lexicon {
    /// The dictionaries that the program ships with. Takes some 200 ms: build once, keep.
    ///
    /// # Errors
    /// Every problem of every file, with its line.
    pub fn shipped() -> Result<Self, Vec<Problem>> {
        Self::from_files(files::SHIPPED)
    }

    /// The dictionaries that are shipped, with another learnt layer: the text of a file as `dict learn` writes it.
    ///
    /// # Errors
    /// Every problem of every file, with its line.
    pub fn shipped_with_learned(learned: &str) -> Result<Self, Vec<Problem>> {
        let texts = files::SHIPPED.iter().map(|&(name, text)| match name {
            files::LEARNED => (name, learned),
            _another_file => (name, text),
        });
        Self::from_files(&texts.collect::<Vec<_>>())
    }

    /// From the texts of dictionary files, `(name, contents)`; the names decide what a file is.
    ///
    /// # Errors
    /// Every problem of every file, with its line.
    pub fn from_files(texts: &[(&str, &str)]) -> Result<Self, Vec<Problem>> {
        load::load(texts)
    }

    /// The same lexicon that also knows these estates and villages. Shares everything else.
    pub fn with_places(&self, estates: &[EstateName]) -> Self {
        overlay::with_places(self.shared.clone(), self.learned.clone(), estates.into())
    }

    /// The shipped dictionaries with these edits laid over them, instead of those that `self` has. Takes some
    /// milliseconds, and 200 more when the segmenter has to learn other words: never on the way of a reply.
    ///
    /// # Errors
    /// Every edit that cannot be: see [`Self::check_edit`].
    pub fn with_edits(&self, edits: &EditBook) -> Result<Self, Vec<Problem>> {
        overlay::with_edits(self, edits)
    }

    /// What is wrong with one edit, in words for its author.
    ///
    /// # Errors
    /// The text.
    pub fn check_edit(&self, edit: &Edit) -> Result<(), String> {
        overlay::check(self, edit)
    }

    /// How many terms it holds.
    pub fn size(&self) -> usize {
        self.shared.terms.len()
    }

    /// The examples that the files give, with what they are examples of.
    pub fn examples(&self) -> &[(String, SubCode)] {
        &self.shared.base.examples
    }

    /// The same dictionaries without what was learnt: what people's words say by themselves.
    pub fn curated(&self) -> Self {
        Self { learned: Arc::default(), ..self.clone() }
    }

    /// The same dictionaries with another learnt layer.
    pub fn with_learned(&self, learned: Learned) -> Self {
        Self { learned: Arc::new(learned), ..self.clone() }
    }

    pub(super) fn learned(&self) -> &Learned {
        &self.learned
    }

    pub(super) fn stopped_runs(&self) -> &HashMap<Run, ()> {
        &self.shared.stopped
    }

    /// The shipped sentences that every version has to read rightly.
    pub fn golden(&self) -> &[Golden] {
        &self.shared.base.golden
    }

    /// The estates and villages that it knows.
    pub fn estates(&self) -> &[EstateName] {
        &self.estates
    }

    /// Whether these are the estates and villages that it knows.
    pub fn knows_places(&self, estates: &[EstateName]) -> bool {
        *self.estates == *estates
    }

    /// What a term, exactly as written, speaks for, and how loudly.
    pub fn weights_of(&self, term: &str) -> Vec<(SubCode, f32)> {
        let said = self.shared.terms.iter().filter(|(text, _)| text == term);
        let votes = said.filter_map(|(_, meaning)| meaning.vote());
        votes.map(|(sub, weight)| (self.codes()[sub].clone(), weight)).collect()
    }

    /// The terms that speak for a sub-category, in the order of the files and then of the edits: as written, for whom,
    /// how loudly, and whether they decide by themselves.
    pub fn entries(&self) -> impl Iterator<Item = (&str, &SubCode, f32, bool)> {
        self.shared.terms.iter().filter_map(|(text, meaning)| {
            let (sub, weight) = meaning.vote()?;
            Some((text.as_str(), &self.codes()[sub], weight, meaning.decides()))
        })
    }

    /// Short SHA-256 of the dictionaries' contents with their edits (not of the gazetteer).
    pub fn hash(&self) -> &str {
        &self.shared.hash
    }

    /// All sub-categories.
    pub fn taxonomy(&self) -> &Arc<Taxonomy> {
        &self.shared.base.taxonomy
    }

    /// The command words.
    pub fn commands(&self) -> &CommandWords {
        &self.shared.base.commands
    }

    /// Makes normal forms.
    pub fn normalizer(&self) -> &Normalizer {
        &self.shared.normalizer
    }

    /// Cuts words.
    pub fn segmenter(&self) -> &Segmenter {
        &self.shared.segmenter
    }

    pub(super) fn phrases(&self) -> &Phrasebook {
        &self.shared.phrases
    }

    pub(super) fn meaning(&self, term: u32) -> &Meaning {
        &self.shared.terms[term as usize].1
    }

    pub(super) fn term(&self, term: u32) -> &str {
        &self.shared.terms[term as usize].0
    }

    pub(super) fn codes(&self) -> &[SubCode] {
        &self.shared.base.codes
    }

    pub(super) fn shared_codes(&self) -> Arc<[SubCode]> {
        self.shared.base.codes.clone()
    }

    pub(super) fn threatens(&self, sub: usize) -> bool {
        self.shared.base.traits[sub].threatens
    }

    pub(super) fn haste_of(&self, code: &SubCode) -> f32 {
        self.shared.base.index.get(code).map_or(0.0, |&sub| self.shared.base.traits[sub].haste)
    }

    pub(super) fn sphere_of(&self, code: &SubCode) -> Option<Sphere> {
        self.shared.base.index.get(code).and_then(|&sub| self.shared.base.traits[sub].sphere)
    }

    /// What a report of this danger is about, where its words spoke for `said`.
    pub(super) fn endangered(&self, hazard: Hazard, said: SubCode) -> SubCode {
        match self.shared.base.dangers.get(&hazard) {
            Some(danger) if !danger.keep.contains(&said.category()) => danger.sub.clone(),
            Some(_) | None => said,
        }
    }

    pub(super) fn acts(&self) -> &ActWords {
        &self.shared.base.acts
    }

    pub(super) fn places(&self) -> &PlaceWords {
        &self.shared.base.places
    }

    pub(super) fn gazetteer(&self) -> &Gazetteer {
        &self.gazetteer
    }
}
