//! What can happen to a ticket. Stored as written; what each event does to a ticket stands in `ticket`.

use serde::{Deserialize, Serialize};

use super::{Filing, PhotoStage, Place, Rating};
use crate::domain::{
    category::SubCode,
    directory::{GridId, GroupId},
    message::Media,
    moment::Moment,
    person::PersonId,
    ticket_no::TicketNo,
    words::Words,
};

/// What happened to a ticket. Stored as written, so a variant is never renamed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum TicketEvent {
    /// – → Draft, or Submitted when the estate is known. The number is issued with it.
    Reported {
        /// Whose report it is.
        reporter: PersonId,
        /// Typed by staff for others (代报).
        on_behalf: bool,
        /// The group it was said in.
        group: Option<GroupId>,
        /// In full, as typed.
        text: Words,
        /// How it was understood.
        filing: Filing,
        /// As far as known.
        place: Place,
        /// Seen only by reporter and handler.
        private: bool,
    },
    /// Draft → Submitted when the estate becomes known; a correction in other open states.
    Located {
        /// The place now.
        place: Place,
    },
    /// Draft → Submitted without a place: the reporter does not know it, or never answered.
    PlaceUnknown,
    /// Submitted → Accepted, with the due date counted from receipt.
    Accepted {
        /// The grid, when there is one.
        grid: Option<GridId>,
        /// To be resolved by; `None` when the calendar could not say (an operator alarm is raised).
        due: Option<Moment>,
    },
    /// Accepted → Dispatched.
    Dispatched {
        /// The one owner.
        owner: PersonId,
    },
    /// Its place turned out to be another's: Accepted, Dispatched, InProgress → Dispatched.
    Rerouted {
        /// The grid of the place.
        grid: Option<GridId>,
        /// The one owner now.
        owner: PersonId,
    },
    /// Dispatched → InProgress.
    SignedFor,
    /// Somebody stood on the spot.
    Arrived,
    /// More words of a reporter.
    Added {
        /// As typed.
        text: Words,
    },
    /// Words of the handler.
    Noted {
        /// As typed.
        text: Words,
    },
    /// A photo.
    Photo {
        /// Where it is kept.
        media: Media,
        /// Of the problem or of the work.
        stage: PhotoStage,
    },
    /// InProgress → PendingVerify; a private one → PendingConfirm.
    Done {
        /// What was done.
        note: Words,
    },
    /// PendingVerify → PendingConfirm, or back → InProgress.
    Verified {
        /// Passed or not.
        passed: bool,
        /// Why.
        note: Words,
    },
    /// The reporter says whether it is solved. No: PendingConfirm → InProgress.
    Confirmed {
        /// Solved or not.
        solved: bool,
        /// Their words.
        text: Words,
    },
    /// PendingConfirm, solved → Closed.
    Rated {
        /// How satisfied.
        rating: Rating,
        /// Their words.
        text: Words,
    },
    /// Closed → InProgress, by the reporter within thirty days.
    Reopened {
        /// Their words.
        text: Words,
    },
    /// → Withdrawn.
    Withdrawn,
    /// Submitted, Accepted, Dispatched → Merged.
    Merged {
        /// The ticket that lives on.
        into: TicketNo,
    },
    /// A household joined.
    CoSigned {
        /// Who.
        by: PersonId,
        /// Whether the home is confirmed; the others are counted apart.
        confirmed: bool,
    },
    /// Its handler says what it really is; due anew, counted from receipt.
    Refiled {
        /// What it is.
        subcategory: SubCode,
        /// To be resolved by.
        due: Option<Moment>,
    },
    /// A co-signer's home turned out to be confirmed: from now on their household counts.
    Counted {
        /// Who.
        by: PersonId,
    },
    /// Somebody of a household that stands behind it already: told how it goes on, not counted again.
    Joined {
        /// Who.
        by: PersonId,
    },
    /// Looks like another open ticket; left to the worker.
    Linked {
        /// The earlier ticket.
        similar: TicketNo,
    },
    /// Made private by the reporter.
    MadePrivate,
    /// The reporter urged.
    Urged,
    /// Enough households for a round table; put to the committee.
    Proposed {
        /// Households at that time.
        households: u32,
    },
}

impl TicketEvent {
    /// The event's name in the history.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Reported { .. } => "reported",
            Self::Located { .. } => "located",
            Self::PlaceUnknown => "place_unknown",
            Self::Accepted { .. } => "accepted",
            Self::Dispatched { .. } => "dispatched",
            Self::Rerouted { .. } => "rerouted",
            Self::SignedFor => "signed_for",
            Self::Arrived => "arrived",
            Self::Added { .. } => "added",
            Self::Noted { .. } => "noted",
            Self::Photo { .. } => "photo",
            Self::Done { .. } => "done",
            Self::Verified { .. } => "verified",
            Self::Confirmed { .. } => "confirmed",
            Self::Rated { .. } => "rated",
            Self::Reopened { .. } => "reopened",
            Self::Withdrawn => "withdrawn",
            Self::Merged { .. } => "merged",
            Self::CoSigned { .. } => "co_signed",
            Self::Refiled { .. } => "refiled",
            Self::Counted { .. } => "counted",
            Self::Joined { .. } => "joined",
            Self::Linked { .. } => "linked",
            Self::MadePrivate => "made_private",
            Self::Urged => "urged",
            Self::Proposed { .. } => "proposed",
        }
    }
}
