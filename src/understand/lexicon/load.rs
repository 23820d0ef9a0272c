//! Reads dictionary files and checks them, all problems at once, with lines. Nothing is understood here.

use std::collections::{BTreeMap, HashMap};

use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};
use toml::Spanned;

use super::{ActWords, Base, Danger, Lexicon, Meaning, Traits, files::*, gazetteer::PlaceWords, overlay};
use crate::{
    domain::{
        category::{Category, Hazard, Limit, LimitUnit, SubCategory, SubCode, Taxonomy},
        command::CommandWords,
        dictionary::Golden,
        problem::{Problem, line_of},
    },
    understand::{
        learned::{Learned, LearnedFile},
        phrase::Term,
        segment::Segmenter,
    },
};

/// The longest name of a sub-category, in characters: it has to fit a line of a phone.
const LONGEST_NAME: usize = 10;

/// Builds a lexicon of `(name, contents)`.
pub(super) fn load(texts: &[(&str, &str)]) -> Result<Lexicon, Vec<Problem>> {
    let mut loader = Loader { texts, problems: vec![], terms: vec![] };
    let base = loader.base();
    match base {
        Some((base, segmenter, learned)) if loader.problems.is_empty() => {
            overlay::bare(base, segmenter, learned)
        }
        Some(_) | None => Err(loader.problems),
    }
}

struct Loader<'a> {
    texts: &'a [(&'a str, &'a str)],
    problems: Vec<Problem>,
    terms: Vec<(String, Term, Meaning)>,
}

/// A file that was read: its name and text, to report problems with lines.
#[derive(Clone, Copy)]
struct Source<'a> {
    name: &'a str,
    text: &'a str,
}

impl<'a> Loader<'a> {
    fn base(&mut self) -> Option<(Base, Segmenter, Learned)> {
        let categories = self.categories();
        let acts: Option<(Source<'a>, ActsFile)> = self.file("acts.toml");
        let commands: Option<(Source<'a>, CommandsFile)> = self.file("commands.toml");
        let kinds: Option<(Source<'a>, KindsFile)> = self.file("kinds.toml");
        let negation: Option<(Source<'a>, NegationFile)> = self.file("negation.toml");
        let places: Option<(Source<'a>, PlacesFile)> = self.file("places.toml");
        let urgency: Option<(Source<'a>, UrgencyFile)> = self.file("urgency.toml");
        let variants: Option<(Source<'a>, VariantsFile)> = self.file("variants.toml");
        let words: Option<(Source<'a>, WordsFile)> = self.file("words.toml");

        let (taxonomy, codes, traits) = self.taxonomy(&categories);
        let (acts, acts_file) = acts?;
        self.act_terms(acts, &acts_file);
        let (kinds, kinds_file) = kinds?;
        self.kind_terms(kinds, &kinds_file);
        let (negation, negation_file) = negation?;
        self.negation_terms(negation, &negation_file);
        let (urgency, urgency_file) = urgency?;
        self.urgency_terms(urgency, &urgency_file);
        let dangers = self.dangers(urgency, &urgency_file, &taxonomy);
        let (words, words_file) = words?;
        self.list(words, &words_file.neutral, Meaning::Neutral);
        let segmenter = self.segmenter(words, &words_file);
        let (variants, variants_file) = variants?;
        let (fold, slips) = self.variants(variants, &variants_file);
        let (_, places_file) = places?;
        let (_, commands_file) = commands?;

        let terms = std::mem::take(&mut self.terms);
        let places = PlaceWords::new(&places_file)
            .map_err(|error| self.problems.push(Problem::new("dictionaries", 0, error.to_string())))
            .ok()?;
        let index = codes.iter().cloned().enumerate().map(|(at, code)| (code, at)).collect();
        let base = Base {
            terms,
            words: words_file
                .word
                .iter()
                .map(|row| (row.word.as_ref().clone(), Some(row.frequency)))
                .collect(),
            fold,
            calls: variants_file.calls,
            slips,
            codes: codes.into(),
            traits,
            index,
            taxonomy: taxonomy.into(),
            commands: CommandWords::new(&commands_file.command, &commands_file.code),
            dangers,
            acts: ActWords { everyday: acts_file.everyday.split_whitespace().map(str::to_owned).collect() },
            places,
            golden: self.golden(),
            examples: examples(&categories),
            hash: self.hash(),
        };
        let learned = self.learned();
        Some((base, segmenter, learned))
    }

    /// The learnt layer; none without its file.
    fn learned(&mut self) -> Learned {
        if self.texts.iter().all(|(name, _)| *name != "learned.toml") {
            return Learned::default();
        }
        let Some((source, file)) = self.file::<LearnedFile>("learned.toml") else {
            return Learned::default();
        };
        file.load(source.name).unwrap_or_else(|problems| {
            self.problems.extend(problems);
            Learned::default()
        })
    }

    fn golden(&mut self) -> Vec<Golden> {
        let mut golden = vec![];
        for (name, text) in GOLDEN {
            for (at, line) in text.lines().enumerate() {
                match serde_json::from_str::<GoldenRow>(line) {
                    Ok(row) => golden.push(Golden {
                        text: row.text,
                        act: row.act,
                        code: row
                            .sub
                            .or(row.category.map(|c| c.code().to_owned()))
                            .map(|code| SubCode::new(&code)),
                        urgency: row.urgency,
                    }),
                    Err(error) => self.problems.push(Problem::new(*name, at + 1, error.to_string())),
                }
            }
        }
        golden
    }

    fn hash(&self) -> String {
        let mut sha = Sha256::new();
        for (name, text) in self.texts {
            // Lengths keep two files from reading as one.
            sha.update((name.len() as u64).to_le_bytes());
            sha.update(name.as_bytes());
            sha.update((text.len() as u64).to_le_bytes());
            sha.update(text.as_bytes());
        }
        sha.finalize().iter().take(6).map(|byte| format!("{byte:02x}")).collect()
    }

    /// One file by name; a missing or unreadable one is a problem and `None`.
    fn file<T: DeserializeOwned>(&mut self, name: &str) -> Option<(Source<'a>, T)> {
        let texts = self.texts;
        let Some(&(name, text)) = texts.iter().find(|(file, _)| *file == name) else {
            self.problems.push(Problem::new(name, 0, "缺少这个词典文件"));
            return None;
        };
        self.parse(name, text).map(|file| (Source { name, text }, file))
    }

    fn parse<T: DeserializeOwned>(&mut self, name: &str, text: &str) -> Option<T> {
        let parsed = toml::from_str(text);
        let refused = |error: toml::de::Error| {
            let line = error.span().map_or(0, |span| line_of(text, span.start));
            Problem::new(name, line, error.message())
        };
        parsed.map_err(|error| self.problems.push(refused(error))).ok()
    }

    fn categories(&mut self) -> Vec<(Source<'a>, CategoryFile)> {
        let texts = self.texts;
        let files = texts.iter().filter(|(name, _)| name.starts_with("categories/"));
        let files: Vec<_> = files
            .filter_map(|&(name, text)| Some((Source { name, text }, self.parse(name, text)?)))
            .collect();
        for category in Category::ALL {
            let there = files
                .iter()
                .any(|(_, file): &(_, CategoryFile)| file.category.code.as_ref() == category.code());
            if !there {
                let text = format!("缺少类别 {category} 的文件，或它的 code 写错了");
                self.problems.push(Problem::new(format!("categories/{category}.toml"), 0, text));
            }
        }
        files
    }

    /// The taxonomy with the codes in its order, and the terms of every row.
    fn taxonomy(&mut self, files: &[(Source<'a>, CategoryFile)]) -> (Taxonomy, Vec<SubCode>, Vec<Traits>) {
        let mut rows = BTreeMap::new();
        for (source, file) in files {
            for row in std::iter::once(&file.category).chain(&file.sub) {
                self.check_row(*source, file, row);
                let code = SubCode::new(row.code.as_ref());
                if rows.insert(code, (*source, row)).is_some() {
                    self.problem(*source, &row.code, format!("{} 写了两次", row.code.as_ref()));
                }
            }
        }
        let mut taxonomy = Taxonomy::default();
        let (mut codes, mut traits) = (vec![], vec![]);
        for (index, (code, (source, row))) in rows.into_iter().enumerate() {
            for Weighted(weight, terms) in &row.terms {
                self.list(source, terms, Meaning::Vote { sub: index, weight: *weight, decides: false });
            }
            for Weighted(weight, terms) in &row.negatives {
                self.list(source, terms, Meaning::Vote { sub: index, weight: -*weight, decides: false });
            }
            let first_look = row.first_look.as_ref().map(limit);
            traits.push(Traits {
                haste: row.haste,
                sphere: row.sphere,
                threatens: first_look.is_some_and(soon),
            });
            let sub = SubCategory {
                code: code.clone(),
                name: row.name.as_ref().clone(),
                limit: limit(&row.limit),
                limit_source: row.limit.source.clone(),
                first_look,
                notify: row.notify.clone(),
                advice: row.advice.clone(),
                photos: row.photos,
                private: row.private,
                eased_by: row.eased_by.clone(),
            };
            codes.push(code.clone());
            taxonomy.subs.insert(code, sub);
        }
        (taxonomy, codes, traits)
    }

    fn check_row(&mut self, source: Source<'a>, file: &CategoryFile, row: &SubRow) {
        let top = file.category.code.as_ref();
        let code = row.code.as_ref();
        if code != top && !code.strip_prefix(top.as_str()).is_some_and(|rest| rest.starts_with('.')) {
            self.problem(source, &row.code, format!("{code} 不在 {top} 下面"));
        }
        let length = row.name.as_ref().chars().count();
        if length == 0 || length > LONGEST_NAME {
            self.problem(source, &row.name, format!("名称要 1 到 {LONGEST_NAME} 个字"));
        }
        let unsourced = std::iter::once(&row.limit).chain(&row.first_look);
        if unsourced.into_iter().any(|limit| limit.source.trim().is_empty() || limit.amount == 0) {
            self.problem(source, &row.code, format!("{code} 的时限要写数目和出处 source"));
        }
        if row.examples.is_empty() {
            self.problem(source, &row.code, format!("{code} 至少要有一个例句 examples"));
        }
    }

    fn act_terms(&mut self, source: Source<'a>, file: &ActsFile) {
        for Weighted(weight, terms) in &file.trouble {
            self.list(source, terms, Meaning::Trouble(*weight));
        }
        for row in &file.act {
            for Weighted(weight, terms) in &row.terms {
                self.list(source, terms, Meaning::Act(row.act, *weight));
            }
        }
    }

    fn kind_terms(&mut self, source: Source<'a>, file: &KindsFile) {
        for row in &file.kind {
            for Weighted(weight, terms) in &row.terms {
                self.list(source, terms, Meaning::Kind(row.kind, *weight));
            }
        }
        for row in &file.sphere {
            self.list(source, &row.terms, Meaning::Sphere(row.sphere));
        }
    }

    fn negation_terms(&mut self, source: Source<'a>, file: &NegationFile) {
        self.list(source, &file.after, Meaning::DeniesAfter);
        self.list(source, &file.before, Meaning::DeniesBefore);
        self.list(source, &file.verbs, Meaning::DeniesVerb);
        self.list(source, &file.none, Meaning::NoDenial);
        self.list(source, &file.result, Meaning::Result);
    }

    fn urgency_terms(&mut self, source: Source<'a>, file: &UrgencyFile) {
        for row in &file.danger {
            for Weighted(weight, terms) in &row.terms {
                self.list(source, terms, Meaning::Danger(row.hazard, *weight));
            }
        }
        for Weighted(weight, terms) in &file.calm {
            self.list(source, terms, Meaning::Calm(*weight));
        }
        for Weighted(weight, terms) in &file.haste {
            self.list(source, terms, Meaning::Haste(*weight));
        }
    }

    fn dangers(
        &mut self,
        source: Source<'a>,
        file: &UrgencyFile,
        taxonomy: &Taxonomy,
    ) -> HashMap<Hazard, Danger> {
        let mut dangers = HashMap::new();
        for row in &file.danger {
            let sub = SubCode::new(row.sub.as_ref());
            if !taxonomy.subs.contains_key(&sub) {
                self.problem(source, &row.sub, format!("没有 {sub} 这个小类"));
            }
            dangers.insert(row.hazard, Danger { sub, keep: row.keep.clone() });
        }
        dangers
    }

    /// Terms separated by white space, all of one meaning.
    fn list(&mut self, source: Source<'a>, terms: &Spanned<String>, meaning: Meaning) {
        for text in terms.as_ref().split_whitespace() {
            match Term::parse(text) {
                Ok(term) => self.terms.push((text.to_owned(), term, meaning)),
                Err(reason) => {
                    let inside = source.text[terms.span().start..].find(text).unwrap_or(0);
                    let line = line_of(source.text, terms.span().start + inside);
                    self.problems.push(Problem::new(source.name, line, reason));
                }
            }
        }
    }

    /// The segmenter with the user words, each proved by a cut: a word that does not take is a problem.
    fn segmenter(&mut self, source: Source<'a>, file: &WordsFile) -> Segmenter {
        let words = file.word.iter().map(|row| (row.word.as_ref().as_str(), Some(row.frequency)));
        let segmenter = Segmenter::new(words);
        for row in &file.word {
            let cut = segmenter.cut(&row.proof.replace('/', "")).join("/");
            if cut != row.proof {
                self.problem(source, &row.word, format!("切分不成立：应为 {}，实际 {cut}", row.proof));
            }
        }
        segmenter
    }

    /// Traditional characters with their simplified ones, and slips with what is meant.
    fn variants(
        &mut self,
        source: Source<'a>,
        file: &VariantsFile,
    ) -> (HashMap<char, char>, Vec<(String, String)>) {
        let mut fold = HashMap::new();
        for pair in file.traditional.as_ref().split_whitespace() {
            let chars: Vec<char> = pair.chars().collect();
            match chars[..] {
                [traditional, simplified] => {
                    fold.insert(traditional, simplified);
                }
                _ => {
                    self.problem(
                        source,
                        &file.traditional,
                        format!("「{pair}」要写成繁体一个字加简体一个字"),
                    );
                }
            }
        }
        let mut slips = vec![];
        for pair in file.slips.as_ref().split_whitespace() {
            match pair.split_once('=') {
                Some((slip, right)) if !slip.is_empty() && !right.is_empty() => {
                    slips.push((slip.to_owned(), right.to_owned()));
                }
                Some(_) | None => self.problem(source, &file.slips, format!("「{pair}」要写成 错=对")),
            }
        }
        (fold, slips)
    }

    fn problem<T>(&mut self, source: Source<'a>, at: &Spanned<T>, text: String) {
        let line = line_of(source.text, at.span().start);
        self.problems.push(Problem::new(source.name, line, text));
    }
}

fn examples(files: &[(Source<'_>, CategoryFile)]) -> Vec<(String, SubCode)> {
    let rows = files.iter().flat_map(|(_, file)| std::iter::once(&file.category).chain(&file.sub));
    let each = |row: &SubRow| {
        let code = SubCode::new(row.code.as_ref());
        row.examples.iter().map(|text| (text.clone(), code.clone())).collect::<Vec<_>>()
    };
    rows.flat_map(each).collect()
}

fn limit(row: &LimitRow) -> Limit {
    Limit { amount: row.amount, unit: row.unit }
}

/// A first look within two hours by the clock: such a matter threatens, and goes before others in one message.
fn soon(limit: Limit) -> bool {
    match limit.unit {
        LimitUnit::Minutes => limit.amount <= 120,
        LimitUnit::Hours => limit.amount <= 2,
        LimitUnit::Days | LimitUnit::WorkingHours | LimitUnit::WorkingDays => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::understand::understand;

    #[test]
    fn every_example_is_of_its_own_category() {
        let lexicon = load(SHIPPED).unwrap();
        let mut strays = vec![];
        for (_, text) in SHIPPED.iter().filter(|(name, _)| name.starts_with("categories/")) {
            let file: CategoryFile = toml::from_str(text).unwrap();
            for row in std::iter::once(&file.category).chain(&file.sub) {
                let category = SubCode::new(row.code.as_ref()).category();
                for example in &row.examples {
                    let got = understand(example, &lexicon);
                    if got.category != category {
                        strays.push(format!(
                            "{example}: want {}, got {}",
                            row.code.as_ref(),
                            got.subcategory
                        ));
                    }
                }
            }
        }
        assert!(strays.is_empty(), "{strays:#?}");
    }
}
