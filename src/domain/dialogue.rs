//! What the bot asked and waits for. A state carries every answer already given, so that nothing is asked twice.
//! Kept a day or longer; when it is gone, open drafts and unanswered questions are still found from the tickets.

use serde::{Deserialize, Serialize};

use super::{
    category::SubCode,
    command::CommandKind,
    directory::{DepartmentId, GridId},
    fund::ExpenseId,
    meeting::{Answer, MeetingId},
    message::Media,
    moment::Moment,
    money::Fen,
    place::EstateId,
    ticket::{Filing, Place},
    ticket_no::TicketNo,
    words::Words,
};

/// A second problem found in one sentence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Second {
    /// How it was understood.
    pub filing: Filing,
    /// The words that speak of it.
    pub text: Words,
}

/// What is asked once the place is known: one question at a time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FollowUp {
    /// Shall the other problem of the same sentence be filed too?
    Second(Second),
    /// What is it, if not what it was filed as? The next likely ones, the likeliest first.
    Matter(Vec<SubCode>),
    /// Nothing: the property company is whistled for.
    Whistle,
}

/// The one open question of one person in one conversation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "asked", rename_all = "snake_case")]
pub enum Dialogue {
    /// Where is it?
    Place {
        /// The draft, or the ticket without a building.
        no: TicketNo,
        /// What is asked once the place is known.
        #[serde(default)]
        then: Option<FollowUp>,
    },
    /// Which of the estates of that name?
    WhichEstate {
        /// The draft.
        no: TicketNo,
        /// The choices, in the order shown.
        options: Vec<EstateId>,
        /// What else is known of the place.
        place: Place,
        /// What is asked once the place is known.
        #[serde(default)]
        then: Option<FollowUp>,
    },
    /// Shall the other problem of the same sentence be filed too?
    SecondProblem {
        /// The ticket of the first.
        first: TicketNo,
        /// The other.
        second: Second,
    },
    /// It was filed as the likeliest matter; which is it, if not that?
    WhichMatter {
        /// The ticket.
        no: TicketNo,
        /// The choices, in the order shown.
        options: Vec<SubCode>,
    },
    /// Is it solved? 1 / 2
    Solved {
        /// The ticket.
        no: TicketNo,
    },
    /// How satisfied? 1 / 2 / 3
    Rate {
        /// The ticket.
        no: TicketNo,
    },
    /// Which ticket is meant?
    WhichTicket {
        /// What was asked for.
        kind: CommandKind,
        /// The words with it.
        rest: String,
        /// The choices, in the order shown.
        options: Vec<TicketNo>,
    },
    /// Which meeting is meant?
    WhichMeeting {
        /// The answer given.
        answer: Option<Answer>,
        /// The word left.
        message: Words,
        /// The choices, in the order shown.
        options: Vec<MeetingId>,
    },
    /// A meeting is drafted: 发 or 取消.
    Meeting {
        /// The draft.
        id: MeetingId,
    },
    /// A notice was handed over to paste: 已发.
    Paste {
        /// The meeting.
        id: MeetingId,
    },
    /// 办结 waits for photos.
    DonePhotos {
        /// The ticket.
        no: TicketNo,
        /// What was done.
        note: Words,
    },
    /// Photos that came before any words.
    Photos {
        /// At most five are kept.
        media: Vec<Media>,
    },
    /// A point on the map was sent before any words.
    Spot {
        /// The place.
        place: Place,
    },
    /// 改: what is wrong with this ticket?
    Change {
        /// The ticket.
        no: TicketNo,
    },
    /// 吹哨: for which cause? 1 / 2 / 3
    WhistleCause {
        /// The ticket.
        no: TicketNo,
        /// Whom to call in.
        department: DepartmentId,
        /// Why, in the worker's words.
        text: Words,
    },
    /// 支出: from which grid's fund?
    WhichGrid {
        /// How much.
        amount: Fen,
        /// For what.
        purpose: Words,
        /// The choices, in the order shown.
        options: Vec<GridId>,
    },
    /// 上门: when does it suit?
    VisitTime {
        /// The ticket.
        no: TicketNo,
        /// The day that is meant when only an hour is told.
        day: Moment,
    },
    /// A visit may get a photo of what was seen.
    PatrolPhoto {
        /// The ticket.
        no: TicketNo,
        /// A photo sent later is of something else.
        until: Moment,
    },
    /// An entry may get a photo of its receipt.
    Receipt {
        /// The entry.
        expense: ExpenseId,
        /// A photo sent later is of something else.
        until: Moment,
    },
}
