//! The shapes of the dictionary files, and the texts of the shipped ones. Reading and checking is `load`'s.

use serde::Deserialize;
use toml::Spanned;

use crate::domain::{
    category::{Act, Category, Hazard, LimitUnit, Party, RequestKind, Sphere, Urgency},
    command::{CodeRow, CommandRow},
};

macro_rules! shipped {
    ($($name:literal),+ $(,)?) => {
        /// Every shipped dictionary: its name under `dictionaries/`, and its text.
        pub const SHIPPED: &[(&str, &str)] =
            &[$(($name, include_str!(concat!("../../../dictionaries/", $name)))),+];
    };
}

shipped!(
    "acts.toml",
    "commands.toml",
    "kinds.toml",
    "learned.toml",
    "negation.toml",
    "places.toml",
    "urgency.toml",
    "variants.toml",
    "words.toml",
    "categories/road.toml",
    "categories/water.toml",
    "categories/parking.toml",
    "categories/fire_lane.toml",
    "categories/sanitation.toml",
    "categories/building.toml",
    "categories/elevator.toml",
    "categories/property.toml",
    "categories/gas.toml",
    "categories/heating.toml",
    "categories/power.toml",
    "categories/ebike.toml",
    "categories/facility.toml",
    "categories/greening.toml",
    "categories/noise.toml",
    "categories/safety.toml",
    "categories/dispute.toml",
    "categories/illegal_build.toml",
    "categories/other.toml",
);

/// The learnt layer's name.
pub(super) const LEARNED: &str = "learned.toml";

/// Golden sentences, one JSON object per line: what every version of the dictionaries has to read rightly.
pub const GOLDEN: &[(&str, &str)] = &[
    ("golden/seed.jsonl", include_str!("../../../dictionaries/golden/seed.jsonl")),
    ("golden/own.jsonl", include_str!("../../../dictionaries/golden/own.jsonl")),
];

/// One golden sentence; what a row does not say is not looked at. Rows say more for the tests.
#[derive(Debug, Deserialize)]
pub(super) struct GoldenRow {
    pub(super) text: String,
    pub(super) act: Option<Act>,
    pub(super) sub: Option<String>,
    pub(super) category: Option<Category>,
    pub(super) urgency: Option<Urgency>,
}

/// Terms of one weight, separated by white space; the grammar of a term is in `phrase`.
#[derive(Debug, Deserialize)]
pub(super) struct Weighted(pub(super) f32, pub(super) Spanned<String>);

/// A limit with where it comes from.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LimitRow {
    pub(super) amount: u32,
    pub(super) unit: LimitUnit,
    /// Where the figure comes from: a rule, or our own proposal.
    pub(super) source: String,
}

/// One category or sub-category.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SubRow {
    pub(super) code: Spanned<String>,
    pub(super) name: Spanned<String>,
    pub(super) limit: LimitRow,
    pub(super) first_look: Option<LimitRow>,
    #[serde(default)]
    pub(super) notify: Vec<Party>,
    #[serde(default)]
    pub(super) advice: String,
    #[serde(default)]
    pub(super) photos: bool,
    #[serde(default)]
    pub(super) private: bool,
    /// Things of 资源清单 that ease it.
    #[serde(default)]
    pub(super) eased_by: Vec<String>,
    /// Added to the haste of what was said; 1 makes every report of it urgent.
    #[serde(default)]
    pub(super) haste: f32,
    pub(super) sphere: Option<Sphere>,
    #[serde(default)]
    pub(super) terms: Vec<Weighted>,
    /// What looks like it and is not; counts against the whole category.
    #[serde(default)]
    pub(super) negatives: Vec<Weighted>,
    #[serde(default)]
    pub(super) examples: Vec<String>,
}

/// `categories/*.toml`: the category as a row of its own, then its sub-categories.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CategoryFile {
    pub(super) category: SubRow,
    #[serde(default)]
    pub(super) sub: Vec<SubRow>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CommandsFile {
    pub(super) command: Vec<CommandRow>,
    #[serde(default)]
    pub(super) code: Vec<CodeRow>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ActRow {
    pub(super) act: Act,
    pub(super) terms: Vec<Weighted>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ActsFile {
    pub(super) everyday: String,
    pub(super) trouble: Vec<Weighted>,
    pub(super) act: Vec<ActRow>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct KindRow {
    pub(super) kind: RequestKind,
    pub(super) terms: Vec<Weighted>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SphereRow {
    pub(super) sphere: Sphere,
    pub(super) terms: Spanned<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct KindsFile {
    pub(super) kind: Vec<KindRow>,
    pub(super) sphere: Vec<SphereRow>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NegationFile {
    pub(super) after: Spanned<String>,
    pub(super) before: Spanned<String>,
    pub(super) verbs: Spanned<String>,
    pub(super) none: Spanned<String>,
    pub(super) result: Spanned<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DangerRow {
    pub(super) hazard: Hazard,
    /// What a report of this danger is about, unless its words already say one of `keep`.
    pub(super) sub: Spanned<String>,
    pub(super) keep: Vec<Category>,
    pub(super) terms: Vec<Weighted>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct UrgencyFile {
    pub(super) danger: Vec<DangerRow>,
    pub(super) calm: Vec<Weighted>,
    pub(super) haste: Vec<Weighted>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct VariantsFile {
    pub(super) calls: Vec<String>,
    /// Pairs of characters, traditional then simplified.
    pub(super) traditional: Spanned<String>,
    /// `slip=meant`, separated by white space.
    pub(super) slips: Spanned<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WordRow {
    pub(super) word: Spanned<String>,
    /// 0 disables the word.
    pub(super) frequency: usize,
    /// A sentence and how it must be cut, words separated by `/`.
    pub(super) proof: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WordsFile {
    pub(super) neutral: Spanned<String>,
    pub(super) word: Vec<WordRow>,
}

/// `places.toml`; every field is words separated by white space, but `numerals`, which is characters.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlacesFile {
    pub(super) estate_endings: String,
    pub(super) before_number: String,
    pub(super) other_endings: String,
    pub(super) generic: String,
    pub(super) stops: String,
    pub(super) doing: String,
    pub(super) behind_name: String,
    pub(super) behind_road: String,
    pub(super) crossings: String,
    pub(super) crossing_links: String,
    pub(super) spots: String,
    pub(super) weak: String,
    pub(super) beside: String,
    pub(super) links: String,
    pub(super) never: String,
    pub(super) fillers: String,
    pub(super) whose: String,
    pub(super) asking: String,
    pub(super) own: String,
    pub(super) building: String,
    pub(super) unit: String,
    pub(super) room: String,
    pub(super) floor: String,
    pub(super) numerals: String,
}
