//! What a line was understood to say: the value that `understand` makes and `decide` reads.
//! Types only; how it is found out lives in `understand`.

use serde::Serialize;

use super::{
    category::{Act, Category, Hazard, RequestKind, Sphere, SubCode, Urgency},
    command::ChatCommand,
    place::EstateId,
    words::silent_debug,
};

silent_debug! { PlaceMention Understanding }

/// Character offsets `[start, end)` in the text as the user typed it.
pub type Span = (usize, usize);

/// One word or phrase that spoke for a category.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Evidence {
    /// The term as the dictionary has it.
    pub term: String,
    /// The sub-category that it speaks for.
    pub category: SubCode,
    /// How loudly; negative speaks against.
    pub weight: f32,
    /// Where it stands in the text.
    pub span: Span,
    /// Whether it is of the layer learnt from labelled text, below the words that people chose.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub learnt: bool,
}

/// A place named in the text. `estate` is the canonical name when the gazetteer knows it.
#[derive(Clone, PartialEq, Eq, Serialize, Default)]
pub struct PlaceMention {
    /// Exactly as typed.
    pub text: String,
    /// Where it stands in the text.
    pub span: Span,
    /// Estate or village: canonical name if known, else as typed.
    pub estate: Option<String>,
    /// Known estates that the name may mean; two when two communities have an estate of that name.
    #[serde(skip)]
    pub candidates: Vec<EstateId>,
    /// Building number in Arabic digits: 三号楼, 3栋 and 3号楼 are all `3`.
    pub building: Option<String>,
    /// Unit (entrance) number in Arabic digits.
    pub unit: Option<String>,
    /// Room number in Arabic digits.
    pub room: Option<String>,
    /// Gate, shop, road or other thing to find it by.
    pub landmark: Option<String>,
}

/// One problem of the message; most messages have one.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Problem {
    /// Best sub-category.
    pub subcategory: SubCode,
    /// Its score.
    pub score: f32,
    /// The clause that speaks of it.
    pub span: Span,
}

/// Everything understood of one line.
#[derive(Clone, PartialEq, Serialize)]
pub struct Understanding {
    /// The text as typed, whole; only its first 2,000 characters were read.
    pub text: String,
    /// What the line is.
    pub act: Act,
    /// Best guess of the category, whatever the act.
    pub category: Category,
    /// Best guess of the sub-category, within `category`.
    pub subcategory: SubCode,
    /// The winner's score.
    pub score: f32,
    /// 0–1: how sure the winner is against the runner-up and against nothing.
    pub confidence: f32,
    /// What it is if not what it was taken for, likeliest first; empty when that is sure, or nothing is reported.
    #[serde(skip)]
    pub doubt: Vec<SubCode>,
    /// Other categories clearly stated.
    pub secondary: Vec<Category>,
    /// 诉求类型.
    pub kind: RequestKind,
    /// 事域.
    pub sphere: Sphere,
    /// How urgent.
    pub urgency: Urgency,
    /// What threatens life; always set in an emergency.
    #[serde(skip)]
    pub hazard: Option<Hazard>,
    /// Places named, in order of the text.
    pub places: Vec<PlaceMention>,
    /// Whether the line is nothing but these places, politeness and particles: the answer to "where?".
    #[serde(skip)]
    pub only_place: bool,
    /// What spoke for and against, in order of the text.
    pub evidence: Vec<Evidence>,
    /// The problems, main one first (first named, or worst if it threatens); empty unless the act opens a ticket.
    #[serde(skip)]
    pub problems: Vec<Problem>,
    /// The command the line is, if it is one.
    #[serde(skip)]
    pub command: Option<ChatCommand>,
    /// Hash of the dictionaries that said so.
    pub lexicon: String,
}
