//! What can happen to a ticket. Stored as written; what each event does to a ticket stands in `ticket`.

use serde::{Deserialize, Serialize};

use super::{
    DeclineReason, Filing, Grade, HandlingMode, Level, PhotoStage, Place, Rating, ReturnReason, Segment,
    Voices,
};
use crate::domain::{
    category::SubCode,
    directory::{GridId, GroupId},
    listing::{ListingId, Promise},
    message::Media,
    moment::Moment,
    patrol::Rhythm,
    person::PersonId,
    project::ProjectId,
    slip::Slip,
    ticket_no::TicketNo,
    whistle::{Summoned, WhistleId},
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
    /// The organisation's grids changed, and it follows its building (seed case A7). Its clock runs on; with another owner
    /// it waits to be signed for again. Open → as it was, or Dispatched.
    Regridded {
        /// The building's grid now.
        grid: GridId,
        /// Its worker, where a grid worker has the ticket and it is another now.
        owner: Option<PersonId>,
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
    /// 派单, 转派: Accepted, Dispatched, InProgress → Dispatched, by somebody, not by the table of grids.
    Handed {
        /// The one owner now.
        owner: PersonId,
        /// What they were told with it.
        text: Words,
    },
    /// 退单: Dispatched, InProgress → Accepted.
    Returned {
        /// Why.
        reason: ReturnReason,
        /// In the owner's words.
        text: Words,
        /// Who decides what becomes of it, and owns it until then.
        to: PersonId,
    },
    /// 挂账: InProgress → OnHold. The clock stands still.
    Held {
        /// Decided anew on that day, at the latest.
        review: Moment,
        /// Why it cannot be solved now.
        text: Words,
    },
    /// OnHold → InProgress. The clock goes on with what was left of it.
    Resumed {
        /// Why.
        text: Words,
        /// To be resolved by.
        due: Option<Moment>,
    },
    /// 不予受理: Submitted, Accepted, Dispatched → Declined.
    Declined {
        /// Why.
        reason: DeclineReason,
        /// Where it belongs instead, for the reporter to read.
        text: Words,
    },
    /// 申诉, once: Declined → Accepted.
    Appealed {
        /// The reporter's words.
        text: Words,
        /// Who decides.
        to: PersonId,
    },
    /// 拆单: Merged → Accepted.
    Unmerged,
    /// Of the ticket it had been merged into: these people stand behind it no longer.
    Parted {
        /// Who.
        people: Vec<PersonId>,
    },
    /// 上报, 下放.
    Levelled {
        /// Whose matter it is now.
        level: Level,
        /// Why.
        text: Words,
    },
    /// 分段: the parts that are still to be done are these. Accepted, Dispatched, InProgress.
    Segmented {
        /// The parts, in order.
        segments: Vec<Segment>,
    },
    /// 段完成: the part in hand is done. InProgress.
    SegmentDone {
        /// What was reached.
        text: Words,
    },
    /// The time of the part in hand is over.
    SegmentLate,
    /// 领办, 联办: somebody above takes the lead and has it from now on. Accepted, Dispatched, InProgress → InProgress.
    Led {
        /// In which way.
        mode: HandlingMode,
        /// Who leads.
        by: PersonId,
    },
    /// The owner of a supervised ticket told how it stands.
    Accounted,
    /// 一般, 难点, 重大.
    Graded {
        /// How hard it is.
        grade: Grade,
    },
    /// A part of the time is over, and whoever has to know was told.
    ClockPassed {
        /// 50, 80, 100 or 150 of the limit's hundred.
        percent: u8,
    },
    /// The date could not be counted before, for want of a calendar.
    DueSet {
        /// To be resolved by.
        due: Moment,
    },
    /// 督办: somebody above looks after it.
    Supervised {
        /// Who.
        by: PersonId,
    },
    /// 现场直办: InProgress → PendingConfirm, ordinary matters only.
    SettledOnSpot {
        /// What was done.
        note: Words,
    },
    /// Nobody answered 修好了吗: PendingConfirm → Closed, 未评价.
    ClosedUnanswered,
    /// 说明结案 proposed: why it counts as done although the reporter says no.
    Explained {
        /// For the reporter to read.
        text: Words,
    },
    /// 说明结案 signed by a second person: PendingConfirm → Closed.
    Countersigned,
    /// 吹哨: somebody was called in. Dispatched, InProgress.
    Whistled {
        /// The whistle.
        whistle: WhistleId,
        /// Who is to come.
        #[serde(rename = "department")]
        summoned: Summoned,
    },
    /// 点单: it was asked as a service, to be claimed by a party member. Draft, Submitted.
    Ordered,
    /// 意见箱: it was typed from a slip of paper. Draft, Submitted.
    FromBox {
        /// What the slip bears.
        slip: Slip,
    },
    /// 现场诉说: it was said face to face and written down by staff, before a witness. Draft, Submitted.
    SaidOnSite {
        /// Who was there besides.
        witness: Words,
    },
    /// What was merged into it was raised so often, in which way.
    VoicesJoined {
        /// The ticket that was merged.
        from: TicketNo,
        /// With all that had been merged into that.
        voices: Voices,
    },
    /// It was parted again.
    VoicesLeft {
        /// The ticket that was merged.
        from: TicketNo,
    },
    /// 巡查: somebody looks at the place every day or every week from now on.
    PatrolSet {
        /// Who.
        by: PersonId,
        /// How often.
        rhythm: Rhythm,
        /// The first minute of the day on which it is due first.
        due: Moment,
    },
    /// Somebody was there.
    Patrolled {
        /// What they saw.
        text: Words,
    },
    /// The patroller was reminded in the evening.
    PatrolReminded,
    /// A day on which it was due is over.
    PatrolDayOver {
        /// Whether nobody was there.
        missed: bool,
        /// The first minute of the day on which it is due next.
        due: Moment,
    },
    /// 巡查 … 停: nobody goes there any more.
    PatrolEnded {
        /// Why.
        text: Words,
    },
    /// 立项: it is part of a project from now on, also one that is closed.
    PutInProject {
        /// Which.
        project: ProjectId,
    },
    /// 服务清单: somebody promised such work within a time of their own. Due by it where that is sooner.
    Promised {
        /// What they promised.
        promise: Promise,
        /// To be resolved by; `None`: as before.
        due: Option<Moment>,
    },
    /// Its place turned out to be none that the promise is for.
    PromiseVoid {
        /// To be resolved by.
        due: Option<Moment>,
    },
    /// 资源清单: its people were told of something that eases it.
    ResourceTold {
        /// The item.
        listing: ListingId,
        /// Its version.
        version: u32,
        /// What it says, for whoever reads the history.
        text: Words,
    },
    /// 资源清单: its people were told that it is there no more.
    ResourceGone {
        /// The item.
        listing: ListingId,
        /// Why.
        text: Words,
    },
    /// 上门: somebody behind it says when it suits that somebody comes.
    VisitWished {
        /// When.
        at: Moment,
        /// In their words.
        text: Words,
    },
    /// 约: somebody comes then.
    VisitFixed {
        /// When.
        at: Moment,
        /// To whom.
        with: PersonId,
    },
    /// The time does not suit them.
    VisitRefused {
        /// In their words.
        text: Words,
    },
    /// 派单 of an order to nobody by name: Accepted, Dispatched, InProgress → Accepted, in the pool, owned by whoever put it
    /// there until somebody claims it.
    Pooled,
    /// 接单: the first party member who says so. Accepted, in the pool → InProgress.
    Claimed,
    /// 放单: whoever claimed it gives it back. InProgress → Accepted, in the pool.
    Released,
}

impl TicketEvent {
    /// Whether somebody else has the ticket from now on, or has to find who gets it.
    pub fn hands_on(&self) -> bool {
        matches!(
            self,
            Self::Accepted { .. }
                | Self::Dispatched { .. }
                | Self::Rerouted { .. }
                | Self::Regridded { owner: Some(_), .. }
                | Self::Handed { .. }
                | Self::Returned { .. }
                | Self::Appealed { .. }
                | Self::Unmerged
        )
    }

    /// The event's name in the history.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Reported { .. } => "reported",
            Self::Located { .. } => "located",
            Self::PlaceUnknown => "place_unknown",
            Self::Accepted { .. } => "accepted",
            Self::Dispatched { .. } => "dispatched",
            Self::Rerouted { .. } => "rerouted",
            Self::Regridded { .. } => "regridded",
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
            Self::Handed { .. } => "handed",
            Self::Returned { .. } => "returned",
            Self::Held { .. } => "held",
            Self::Resumed { .. } => "resumed",
            Self::Declined { .. } => "declined",
            Self::Appealed { .. } => "appealed",
            Self::Unmerged => "unmerged",
            Self::Parted { .. } => "parted",
            Self::Levelled { .. } => "levelled",
            Self::Graded { .. } => "graded",
            Self::Segmented { .. } => "segmented",
            Self::SegmentDone { .. } => "segment_done",
            Self::SegmentLate => "segment_late",
            Self::Led { .. } => "led",
            Self::Accounted => "accounted",
            Self::ClockPassed { .. } => "clock_passed",
            Self::DueSet { .. } => "due_set",
            Self::Supervised { .. } => "supervised",
            Self::SettledOnSpot { .. } => "settled_on_spot",
            Self::ClosedUnanswered => "closed_unanswered",
            Self::Explained { .. } => "explained",
            Self::Countersigned => "countersigned",
            Self::Whistled { .. } => "whistled",
            Self::Ordered => "ordered",
            Self::FromBox { .. } => "from_box",
            Self::SaidOnSite { .. } => "said_on_site",
            Self::VoicesJoined { .. } => "voices_joined",
            Self::VoicesLeft { .. } => "voices_left",
            Self::PatrolSet { .. } => "patrol_set",
            Self::Patrolled { .. } => "patrolled",
            Self::PatrolReminded => "patrol_reminded",
            Self::PatrolDayOver { .. } => "patrol_day_over",
            Self::PatrolEnded { .. } => "patrol_ended",
            Self::PutInProject { .. } => "put_in_project",
            Self::Promised { .. } => "promised",
            Self::PromiseVoid { .. } => "promise_void",
            Self::ResourceTold { .. } => "resource_told",
            Self::ResourceGone { .. } => "resource_gone",
            Self::VisitWished { .. } => "visit_wished",
            Self::VisitFixed { .. } => "visit_fixed",
            Self::VisitRefused { .. } => "visit_refused",
            Self::Pooled => "pooled",
            Self::Claimed => "claimed",
            Self::Released => "released",
        }
    }
}
