//! Names of estates and villages, and the words that addresses are made of. Only lookup tables; how a mention is put
//! together is `extract::place`'s.

use std::collections::{BTreeMap, HashSet};

use aho_corasick::{AhoCorasick, BuildError, MatchKind};
use serde::Deserialize;

use super::files::PlacesFile;
use crate::domain::place::{EstateId, EstateName};

/// A name and the estates that bear it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The official name.
    pub canonical: String,
    /// Two when two communities have an estate of that name.
    pub ids: Vec<EstateId>,
}

/// Known names in one automaton.
#[derive(Debug, Default)]
pub struct Gazetteer {
    automaton: Option<AhoCorasick>,
    entries: Vec<Entry>,
}

impl Gazetteer {
    /// From estates and villages. Too many names for one automaton (millions) leave it empty.
    pub fn new(estates: &[EstateName]) -> Self {
        let mut names: BTreeMap<&str, Entry> = BTreeMap::new();
        for estate in estates {
            for name in std::iter::once(&estate.name).chain(&estate.aliases).filter(|name| !name.is_empty()) {
                let entry = names
                    .entry(name)
                    .or_insert_with(|| Entry { canonical: estate.name.clone(), ids: vec![] });
                if !entry.ids.contains(&estate.id) {
                    entry.ids.push(estate.id);
                }
            }
        }
        let automaton = (!names.is_empty())
            .then(|| AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(names.keys()).ok());
        Self { automaton: automaton.flatten(), entries: names.into_values().collect() }
    }

    /// Names in the text: byte range and index of the entry.
    pub fn find<'a>(&'a self, text: &'a str) -> impl Iterator<Item = (usize, usize, usize)> + 'a {
        let found = self.automaton.iter().flat_map(move |automaton| automaton.find_iter(text));
        found.map(|m| (m.start(), m.end(), m.pattern().as_usize()))
    }

    /// The entry of an index that [`Self::find`] gave.
    pub fn entry(&self, index: usize) -> &Entry {
        &self.entries[index]
    }
}

/// What a number with a measure is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    /// 号楼 栋 幢
    Building,
    /// 单元
    Unit,
    /// 室
    Room,
    /// 楼 层
    Floor,
}

/// What a word is in an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PlaceWord {
    /// A spot by itself.
    Spot,
    /// A spot only in company.
    Weak,
    /// 旁边
    Beside,
    /// 那个
    Link,
    /// Holds a spot's name and is none.
    Never,
}

/// The ending of a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ending {
    /// Whether the name is an estate's or a village's.
    pub estate: bool,
}

/// The words of `places.toml` as automata and sets.
#[derive(Debug)]
pub struct PlaceWords {
    words: AhoCorasick,
    kinds: Vec<PlaceWord>,
    endings: AhoCorasick,
    estates: usize,
    before_number: Vec<char>,
    generic: HashSet<String>,
    stops: HashSet<String>,
    doing: HashSet<String>,
    behind_name: Vec<String>,
    behind_road: Vec<String>,
    crossings: Vec<String>,
    crossing_links: Vec<String>,
    fillers: Vec<String>,
    whose: Vec<String>,
    own: Vec<String>,
    asking: Vec<String>,
    measures: Vec<(String, Measure)>,
    /// Characters of Chinese numerals.
    pub numerals: Vec<char>,
}

impl PlaceWords {
    /// From the data file.
    pub fn new(file: &PlacesFile) -> Result<Self, BuildError> {
        let list = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        let longest = |patterns: &[String]| {
            AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(patterns)
        };
        let (mut words, mut kinds) = (vec![], vec![]);
        for (text, kind) in [
            (&file.spots, PlaceWord::Spot),
            (&file.weak, PlaceWord::Weak),
            (&file.beside, PlaceWord::Beside),
            (&file.links, PlaceWord::Link),
            (&file.never, PlaceWord::Never),
        ] {
            for word in list(text) {
                words.push(word);
                kinds.push(kind);
            }
        }
        let estates = list(&file.estate_endings);
        let endings: Vec<String> = estates.iter().cloned().chain(list(&file.other_endings)).collect();
        let longest_first = |text: &str| {
            let mut words = list(text);
            words.sort_by_key(|word| std::cmp::Reverse(word.len()));
            words
        };
        let mut measures: Vec<_> = [
            (&file.building, Measure::Building),
            (&file.unit, Measure::Unit),
            (&file.room, Measure::Room),
            (&file.floor, Measure::Floor),
        ]
        .into_iter()
        .flat_map(|(text, measure)| list(text).into_iter().map(move |word| (word, measure)))
        .collect();
        measures.sort_by_key(|(word, _)| std::cmp::Reverse(word.len()));
        Ok(Self {
            words: AhoCorasick::new(&words)?,
            kinds,
            endings: longest(&endings)?,
            estates: estates.len(),
            before_number: file.before_number.chars().filter(|c| !c.is_whitespace()).collect(),
            generic: list(&file.generic).into_iter().collect(),
            stops: list(&file.stops).into_iter().collect(),
            doing: list(&file.doing).into_iter().collect(),
            behind_name: list(&file.behind_name),
            behind_road: list(&file.behind_road),
            crossings: list(&file.crossings),
            crossing_links: list(&file.crossing_links),
            fillers: longest_first(&file.fillers),
            whose: longest_first(&file.whose),
            own: longest_first(&file.own),
            asking: longest_first(&file.asking),
            measures,
            numerals: file.numerals.chars().collect(),
        })
    }

    /// Spots and their company in the text, overlapping ones too: byte range and kind.
    pub fn words<'a>(&'a self, text: &'a str) -> impl Iterator<Item = (usize, usize, PlaceWord)> + 'a {
        self.words
            .find_overlapping_iter(text)
            .map(|m| (m.start(), m.end(), self.kinds[m.pattern().as_usize()]))
    }

    /// Endings of names in the text: byte range and kind.
    pub fn endings<'a>(&'a self, text: &'a str) -> impl Iterator<Item = (usize, usize, Ending)> + 'a {
        self.endings
            .find_iter(text)
            .map(|m| (m.start(), m.end(), Ending { estate: m.pattern().as_usize() < self.estates }))
    }

    /// The measure that a text begins with.
    pub fn measure(&self, text: &str) -> Option<(&str, Measure)> {
        let found = self.measures.iter().find(|(word, _)| text.starts_with(word.as_str()));
        found.map(|(word, measure)| (word.as_str(), *measure))
    }

    /// Whether the word cannot be part of a name.
    pub fn is_stop(&self, word: &str) -> bool {
        self.stops.contains(word)
    }

    /// Whether the word says what is done at a place, and so begins no name but one that it fills: 占用竹山园路 names
    /// 竹山园路, 建设路 is 建设路.
    pub fn is_doing(&self, word: &str) -> bool {
        self.doing.contains(word)
    }

    /// What counts the parts of a name that a text begins with: 期 in 阳光花园二期, and 号 only behind a road.
    pub fn part_of_name(&self, text: &str, road: bool) -> Option<&str> {
        let roads = self.behind_road.iter().filter(|_| road);
        roads.chain(&self.behind_name).find(|word| text.starts_with(word.as_str())).map(String::as_str)
    }

    /// Whether a name ends as only a crossing of two roads does: 路与路交汇处.
    pub fn is_crossing(&self, name: &str) -> bool {
        self.crossings.iter().any(|ending| name.ends_with(ending.as_str()))
    }

    /// Whether the text joins the two roads of a crossing: 与.
    pub fn joins_crossing(&self, text: &str) -> bool {
        self.crossing_links.iter().any(|link| link == text)
    }

    /// Whether estates' names end so, as far as a building's number follows: 里 in 幸福里3号楼.
    pub fn is_ending_before_number(&self, c: char) -> bool {
        self.before_number.contains(&c)
    }

    /// Whether a name by its ending is no name: 马路, 农村.
    pub fn is_generic(&self, name: &str) -> bool {
        self.generic.contains(name)
    }

    /// Whether a piece of text is nothing but politeness and particles.
    pub fn is_filler(&self, mut text: &str) -> bool {
        while !text.is_empty() {
            let Some(rest) = after(&self.fillers, text) else { return false };
            text = rest;
        }
        true
    }

    /// Whether what is said beside a place is nothing but the question who looks after it; `placed`: a place is named.
    /// Otherwise it has to be the sender's own: 我们小区归谁管.
    pub fn asks_whose(&self, text: &str, mut placed: bool) -> bool {
        let mut asked = false;
        for mut piece in text.split(' ') {
            while !piece.is_empty() {
                if let Some(rest) = after(&self.whose, piece) {
                    (asked, piece) = (true, rest);
                } else if let Some(rest) = after(&self.own, piece) {
                    (placed, piece) = (true, rest);
                } else if let Some(rest) = after(&self.asking, piece).or_else(|| after(&self.fillers, piece))
                {
                    piece = rest;
                } else {
                    return false;
                }
            }
        }
        asked && placed
    }
}

/// What follows the longest of these words that the text begins with.
fn after<'t>(words: &[String], text: &'t str) -> Option<&'t str> {
    words.iter().find_map(|word| text.strip_prefix(word.as_str()))
}
