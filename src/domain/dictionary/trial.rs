//! 试跑: what a change would do, found out before it is live. Values only, made by `understand::tuning` from texts and
//! two lexicons, read by `decide`, the console and the command line.

use serde::Serialize;

use super::{Edit, EditFault, Golden, SealedBook, Tuning};
use crate::domain::{
    category::{Act, SubCode, Urgency},
    problem::Problem,
    ticket_no::TicketNo,
    understanding::Span,
};

/// A past message that a change is tried on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Past {
    /// Its ticket.
    pub no: Option<TicketNo>,
    /// What was written.
    pub text: String,
    /// What it truly is, where a handler corrected it or finished it without correcting.
    pub truth: Option<SubCode>,
}

/// How a past message changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Turned {
    /// Right now, wrong before.
    Better,
    /// Wrong now, right before.
    Worse,
    /// Nobody knows: no truth, or wrong both times.
    Unsure,
}

/// One message that would be read otherwise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Changed {
    /// Its ticket.
    pub no: Option<TicketNo>,
    /// Its text.
    pub text: String,
    /// As it is read now.
    pub was: SubCode,
    /// As the draft reads it.
    pub is: SubCode,
    /// Better or worse.
    pub turned: Turned,
}

/// All past messages read by both lexicons.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct DryRun {
    /// Days looked back.
    pub days: u32,
    /// Messages read.
    pub read: usize,
    /// Messages that were there but not read, for want of time.
    pub unread: usize,
    /// Those that would change, in order of time.
    pub changed: Vec<Changed>,
}

impl DryRun {
    /// How many turned that way.
    pub fn count(&self, turned: Turned) -> usize {
        self.changed.iter().filter(|one| one.turned == turned).count()
    }
}

/// How a new word is cut, or found, in a sentence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Proof {
    /// The sentence.
    pub text: String,
    /// Its words.
    pub cut: Vec<String>,
    /// Whether the term is found in it.
    pub found: bool,
    /// What the sentence is then read as.
    pub code: SubCode,
}

/// What stands in a change's way.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub enum Conflict {
    /// The term speaks for these codes already.
    Elsewhere {
        /// The term.
        term: String,
        /// For whom, and how loudly.
        also: Vec<(SubCode, f32)>,
    },
    /// A longer term holds it wherever it stands in the examples.
    Swallowed {
        /// The term.
        term: String,
        /// What holds it.
        by: String,
    },
    /// A word of the segmenter cuts across it: stopping that word helps.
    CutAcross {
        /// The term.
        term: String,
        /// The word that wins the cut.
        by: String,
    },
    /// jieba does not cut it whatever its frequency: a phrase would be found.
    NotCut {
        /// The term.
        term: String,
    },
    /// It speaks, and another category is still louder in its own example.
    TooQuiet {
        /// The term.
        term: String,
        /// Who wins.
        winner: SubCode,
    },
    /// Found in none of the past messages.
    Dead {
        /// The term.
        term: String,
        /// How many were read.
        read: usize,
    },
    /// Found mostly where something else was meant.
    TooBroad {
        /// The term.
        term: String,
        /// Right among found, where the truth is known.
        right: usize,
        /// Found where the truth is known.
        known: usize,
    },
    /// Stops a word that nothing knows.
    NothingToStop {
        /// The term.
        term: String,
    },
}

/// A golden sentence that is read wrongly.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct GoldenMiss {
    /// What it should be.
    pub golden: Golden,
    /// What it is read as.
    pub act: Act,
    /// What it is read as.
    pub code: SubCode,
    /// What it is read as.
    pub urgency: Urgency,
}

/// The whole trial of a draft.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Trial {
    /// The draft's revision that the change was laid over.
    pub revision: u64,
    /// The version that was live then.
    pub live: u32,
    /// All edits that would then count.
    pub after: SealedBook,
    /// How many they are.
    pub edits: usize,
    /// How many of them differ from the live version.
    pub differing: usize,
    /// What could not be read into a lexicon at all; then nothing else is filled in.
    pub problems: Vec<Problem>,
    /// Hash of the lexicon that the draft makes.
    pub hash: String,
    /// What the change did to past messages.
    pub dry_run: DryRun,
    /// Every new term in a sentence.
    pub proofs: Vec<Proof>,
    /// What stands in its way.
    pub conflicts: Vec<Conflict>,
    /// Golden sentences read.
    pub golden: usize,
    /// Those that are wrong.
    pub golden_missed: Vec<GoldenMiss>,
}

/// A word that spoke in a sentence tried out.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Match {
    /// The term as the dictionary has it.
    pub term: String,
    /// For whom it speaks.
    pub code: SubCode,
    /// How loudly here.
    pub weight: f32,
    /// Where, in the characters as typed.
    pub span: Span,
    /// Whether a slip of the pen was put right there.
    pub corrected: bool,
    /// Whether it is of the learnt layer.
    pub learnt: bool,
}

/// A sentence under one lexicon, as one types.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TryOut {
    /// Hash of the lexicon.
    pub lexicon: String,
    /// Normal form.
    pub normal: String,
    /// Its words as jieba cuts them.
    pub cut: Vec<String>,
    /// What spoke.
    pub matches: Vec<Match>,
    /// What the line is.
    pub act: Act,
    /// The winner.
    pub code: SubCode,
    /// Scores of the categories, best first, at most five.
    pub ranking: Vec<(SubCode, f32)>,
    /// 0–1.
    pub confidence: f32,
    /// How urgent.
    pub urgency: Urgency,
    /// Places as typed.
    pub places: Vec<String>,
}

/// A word that corrections and labels speak for.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Suggestion {
    /// The edit proposed.
    pub edit: Edit,
    /// Messages that hold the word and belong there.
    pub right: usize,
    /// Messages that hold it and belong elsewhere.
    pub wrong: usize,
    /// Some of those that hold it.
    pub examples: Vec<String>,
    /// Messages read wrongly today that would be right.
    pub mends: usize,
}

/// What was found out about a chat line that works on the dictionaries, before its turn. Building lexicons takes longer
/// than the writer's thread may wait, so the turn only checks that nothing moved meanwhile.
#[derive(Debug, Clone, PartialEq)]
pub enum Prepared {
    /// The line names no change.
    Fault(EditFault),
    /// A change, tried.
    Change(Tuning, Box<Trial>),
    /// The draft as it is, tried again.
    Draft(Box<Trial>),
    /// A sentence, under the live version and under the draft where there is one.
    Sentence(Box<TryOut>, Option<Box<TryOut>>),
    /// Why a ticket was filed as it was, by the lexicon that filed it; `None`: that lexicon is gone.
    Why(Option<Box<TryOut>>),
}
