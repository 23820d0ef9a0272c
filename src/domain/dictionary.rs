//! 词典: what admins may change of the dictionaries. Edits, drafts, versions, golden sentences and corrections as
//! values, and the one grammar in which an edit is written, in chat, on the command line and in exported files alike.
//! What an edit does to understanding is `understand`'s to know; nothing here reads a lexicon.

mod grammar;
pub mod trial;

use std::{collections::BTreeMap, sync::Arc};

use serde::{Deserialize, Serialize};

use super::{
    category::{Act, SubCode, Urgency},
    moment::Moment,
    person::PersonId,
    ticket_no::TicketNo,
};
pub use grammar::{EditFault, parse_edit, parse_edits, parse_weight, write_edit, write_edits};

/// Edits in one version at most (a dictionary bomb is refused, not survived).
pub const MAX_EDITS: usize = 100_000;
/// Characters of a term at most.
pub const MAX_TERM: usize = 64;
/// The loudest a term may be, either way.
pub const MAX_WEIGHT: f32 = 20.0;
/// The weight of a term that was added without one; shipped words of one sub-category weigh 2 to 5.
pub const DEFAULT_WEIGHT: f32 = 4.0;

/// One change to the dictionaries.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "edit", rename_all = "snake_case", deny_unknown_fields)]
pub enum Edit {
    /// A term speaks for a sub-category, or against its category when the weight is negative. Replaces the weight of
    /// a shipped term of the same words and code.
    Term {
        /// In the grammar of terms; a plain phrase mostly.
        term: String,
        /// For whom it speaks.
        code: SubCode,
        /// How loudly, −20 to 20.
        weight: f32,
        /// 优先: where it stands it decides, whatever else is said.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        decides: bool,
        /// 加词: it has to be a word by itself, and jieba learns it. Otherwise it is found anywhere.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        word: bool,
    },
    /// A term means nothing any more, in any layer, and jieba never cuts it.
    Stop {
        /// As the dictionaries have it.
        term: String,
    },
    /// Another name for an estate or village.
    Place {
        /// What people say.
        name: String,
        /// The official name.
        estate: String,
    },
    /// A slip of the pen, and what is meant.
    Slip {
        /// As typed.
        slip: String,
        /// As meant.
        meant: String,
    },
}

/// What an edit is about: a later edit of the same key replaces the earlier one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EditKey {
    /// A term and the code it speaks for.
    Term(String, SubCode),
    /// A stopped term.
    Stop(String),
    /// A name.
    Place(String),
    /// A slip.
    Slip(String),
}

impl Edit {
    /// What it is about.
    pub fn key(&self) -> EditKey {
        match self {
            Self::Term { term, code, .. } => EditKey::Term(term.clone(), code.clone()),
            Self::Stop { term } => EditKey::Stop(term.clone()),
            Self::Place { name, .. } => EditKey::Place(name.clone()),
            Self::Slip { slip, .. } => EditKey::Slip(slip.clone()),
        }
    }

    /// The words it is about, to list and search by.
    pub fn words(&self) -> &str {
        match self {
            Self::Term { term, .. } | Self::Stop { term } => term,
            Self::Place { name, .. } => name,
            Self::Slip { slip, .. } => slip,
        }
    }
}

/// All edits of one version or draft, each key once, in the order of their keys: two books with the same edits are
/// equal, whatever way led there.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(from = "Vec<Edit>", into = "Vec<Edit>")]
pub struct EditBook(BTreeMap<EditKey, Edit>);

impl From<Vec<Edit>> for EditBook {
    fn from(edits: Vec<Edit>) -> Self {
        let mut book = Self::default();
        edits.into_iter().for_each(|edit| book.put(edit));
        book
    }
}

impl From<EditBook> for Vec<Edit> {
    fn from(book: EditBook) -> Self {
        book.0.into_values().collect()
    }
}

impl EditBook {
    /// Adds an edit, or replaces the one of its key. Giving a stopped term a meaning again lifts the stop.
    pub fn put(&mut self, edit: Edit) {
        match &edit {
            Edit::Term { term, .. } => {
                self.0.remove(&EditKey::Stop(term.clone()));
            }
            Edit::Stop { term } => {
                // Keys of one term stand together, whatever code they speak for.
                let first = EditKey::Term(term.clone(), SubCode::new(""));
                let of_term = |key: &&EditKey| matches!(key, EditKey::Term(t, _) if t == term);
                let keys: Vec<EditKey> =
                    self.0.range(first..).map(|(key, _)| key).take_while(of_term).cloned().collect();
                for key in keys {
                    self.0.remove(&key);
                }
            }
            Edit::Place { .. } | Edit::Slip { .. } => {}
        }
        self.0.insert(edit.key(), edit);
    }

    /// Takes an edit out; whether it was there.
    pub fn remove(&mut self, key: &EditKey) -> bool {
        self.0.remove(key).is_some()
    }

    /// The edit of a key.
    pub fn get(&self, key: &EditKey) -> Option<&Edit> {
        self.0.get(key)
    }

    /// All of them, in order of their keys.
    pub fn iter(&self) -> impl Iterator<Item = &Edit> {
        self.0.values()
    }

    /// How many.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none: the dictionaries as shipped.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What `self` has that `before` has not, or has otherwise; and what `before` had.
    pub fn diff<'a>(&'a self, before: &'a Self) -> Difference<'a> {
        let changed = |a: &'a Self, b: &'a Self| a.iter().filter(|e| b.get(&e.key()) != Some(*e)).collect();
        Difference { added: changed(self, before), removed: changed(before, self) }
    }
}

/// A book as the store keeps it. Sealed off the writer's thread: 100,000 edits take longer to write out than a reply may
/// wait.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct SealedBook(#[serde(skip)] Arc<str>);

impl Default for SealedBook {
    fn default() -> Self {
        Self("[]".into())
    }
}

impl std::fmt::Debug for SealedBook {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SealedBook({} bytes)", self.0.len())
    }
}

impl SealedBook {
    /// Writes a book out.
    pub fn seal(book: &EditBook) -> Self {
        // Strings, numbers and flags always serialise.
        Self(serde_json::to_string(book).unwrap_or_else(|_| "[]".into()).into())
    }

    /// As read from the store.
    pub fn from_stored(text: &str) -> Self {
        Self(text.into())
    }

    /// The text to store.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Reads it again.
    ///
    /// # Errors
    /// When it is not what [`Self::seal`] wrote.
    pub fn open(&self) -> Result<EditBook, serde_json::Error> {
        serde_json::from_str(&self.0)
    }
}

/// The difference of two books; a changed edit is in both lists.
#[derive(Debug, Clone, PartialEq)]
pub struct Difference<'a> {
    /// As they are now.
    pub added: Vec<&'a Edit>,
    /// As they were.
    pub removed: Vec<&'a Edit>,
}

impl<'a> Difference<'a> {
    /// Whether nothing differs.
    pub fn is_empty(&self) -> bool {
        self.added.is_empty() && self.removed.is_empty()
    }

    /// As it was and as it is, of each key that differs, in the order of the keys.
    pub fn pairs(&self) -> impl Iterator<Item = (Option<&'a Edit>, Option<&'a Edit>)> + use<'a> {
        let mut pairs: BTreeMap<EditKey, (Option<&Edit>, Option<&Edit>)> = BTreeMap::new();
        for edit in &self.removed {
            pairs.entry(edit.key()).or_default().0 = Some(edit);
        }
        for edit in &self.added {
            pairs.entry(edit.key()).or_default().1 = Some(edit);
        }
        pairs.into_values()
    }
}

/// By which way somebody works on the dictionaries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Via {
    /// A bound chat account.
    Chat,
    /// Whoever may run the program on the machine.
    CommandLine,
    /// A console account.
    Console,
}

/// Who changed something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Author {
    /// The name shown.
    pub name: String,
    /// The person, when they wrote in chat.
    pub person: Option<PersonId>,
    /// By which way.
    pub via: Via,
}

/// A version that was published. Version 0 is what the program ships with and is not stored.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Version {
    /// Counted from 1, never reused: a rollback is a new version with the content of an old one.
    pub no: u32,
    /// When.
    pub at: Moment,
    /// By whom.
    pub author: Author,
    /// Why.
    pub reason: String,
    /// Hash of the lexicon that it makes.
    pub hash: String,
    /// The version whose content it gives back, for a rollback.
    pub back_to: Option<u32>,
    /// How many golden sentences were wrong when somebody published it all the same.
    pub golden_missed: usize,
}

/// Where the dictionaries stand. There is one draft for all admins, so that nobody publishes half of another's work
/// unseen.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Standing {
    /// The version that is live; 0 is the shipped one.
    pub live: u32,
    /// Grows with every change of the draft: a trial of an older revision can neither be kept nor published.
    pub revision: u64,
    /// Who changed the draft last, and when; `None`: there is no draft.
    pub touched: Option<(Author, Moment)>,
}

/// A sentence that must stay right.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Golden {
    /// The sentence.
    pub text: String,
    /// What the line is.
    pub act: Option<Act>,
    /// Sub-category, or a category alone when any of its sub-categories will do. `None`: not looked at.
    pub code: Option<SubCode>,
    /// How urgent.
    pub urgency: Option<Urgency>,
}

/// A handler's correction: this text was filed under one code and belongs to another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Correction {
    /// The ticket.
    pub ticket: TicketNo,
    /// Its first words.
    pub text: String,
    /// What it was.
    pub was: SubCode,
    /// What it is.
    pub is: SubCode,
    /// Who said so.
    pub by: PersonId,
    /// When.
    pub at: Moment,
}

/// A change asked for, with what was found out about it.
#[derive(Debug, Clone, PartialEq)]
pub struct Tuned {
    /// By whom.
    pub author: Author,
    /// What is asked.
    pub tuning: Tuning,
    /// The trial of what the dictionaries would be afterwards.
    pub trial: trial::Trial,
}

/// A change that an admin asks for.
#[derive(Debug, Clone, PartialEq)]
pub enum Tuning {
    /// Edits for the draft.
    Put(Vec<Edit>),
    /// Edits taken out of the draft: what the files say counts again.
    Drop(Vec<EditKey>),
    /// The draft forgotten.
    Discard,
    /// The draft made live.
    Publish {
        /// Why; never empty.
        reason: String,
        /// Publish although golden sentences are wrong; recorded.
        despite_golden: bool,
    },
    /// An older version made live again.
    Rollback {
        /// Which; 0 is the shipped one.
        to: u32,
        /// Why; never empty.
        reason: String,
    },
    /// A sentence that must stay right from now on.
    AddGolden(Golden),
    /// A sentence that no longer must; only local ones can go.
    DropGolden(String),
    /// A name of the unknown places that is none: not asked again.
    DismissPlace(String),
}

impl Tuning {
    /// Whether it makes another version live.
    pub fn publishes(&self) -> bool {
        match self {
            Self::Publish { .. } | Self::Rollback { .. } => true,
            Self::Put(_)
            | Self::Drop(_)
            | Self::Discard
            | Self::AddGolden(_)
            | Self::DropGolden(_)
            | Self::DismissPlace(_) => false,
        }
    }
}
