//! 工单: one problem, one place, one owner at a time. Its states and moves; what happened to it is a list of events, and
//! the ticket is their fold. Who may make a move is decided in `decide`.

mod event;
mod place;

use serde::{Deserialize, Serialize};

use super::{
    category::{Hazard, RequestKind, Sphere, SubCode, Urgency, codes},
    directory::{GridId, GroupId},
    moment::Moment,
    person::PersonId,
    ticket_no::TicketNo,
    words::Words,
};
pub use event::TicketEvent;
pub use place::Place;

codes! {
    /// Where a ticket stands.
    TicketState {
        /// 待补全
        Draft = "draft",
        /// 待受理
        Submitted = "submitted",
        /// 已受理
        Accepted = "accepted",
        /// 待签收
        Dispatched = "dispatched",
        /// 办理中
        InProgress = "in_progress",
        /// 议事中
        Deliberating = "deliberating",
        /// 挂账
        OnHold = "on_hold",
        /// 待核查
        PendingVerify = "pending_verify",
        /// 待确认
        PendingConfirm = "pending_confirm",
        /// 已销号
        Closed = "closed",
        /// 不予受理
        Declined = "declined",
        /// 已并单
        Merged = "merged",
        /// 已撤回
        Withdrawn = "withdrawn",
    }
}

impl TicketState {
    /// Whether work or an answer is still owed.
    pub fn is_open(self) -> bool {
        match self {
            Self::Draft
            | Self::Submitted
            | Self::Accepted
            | Self::Dispatched
            | Self::InProgress
            | Self::Deliberating
            | Self::OnHold
            | Self::PendingVerify
            | Self::PendingConfirm => true,
            Self::Closed | Self::Declined | Self::Merged | Self::Withdrawn => false,
        }
    }
}

codes! {
    /// 满意, 基本满意, 不满意.
    Rating {
        /// 满意
        Satisfied = "satisfied",
        /// 基本满意
        RatherSatisfied = "rather_satisfied",
        /// 不满意
        Dissatisfied = "dissatisfied",
    }
}

codes! {
    /// When a photo was taken.
    PhotoStage {
        /// Of the problem.
        Before = "before",
        /// Of the work done.
        After = "after",
    }
}

/// How a report was understood when it was filed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Filing {
    /// Sub-category.
    pub subcategory: SubCode,
    /// 诉求类型.
    pub kind: RequestKind,
    /// 事域.
    pub sphere: Sphere,
    /// Urgency.
    pub urgency: Urgency,
    /// What threatens life.
    pub hazard: Option<Hazard>,
    /// Hash of the dictionaries that understood it.
    pub lexicon: String,
}

/// A move that the state machine does not know, with the state it was tried in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IllegalMove {
    /// The state the ticket is in.
    pub state: TicketState,
    /// The event that was tried.
    pub event: &'static str,
}

/// A ticket: the fold of its events.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ticket {
    /// 单号.
    pub no: TicketNo,
    /// Where it stands.
    pub state: TicketState,
    /// Whose report it is.
    pub reporter: PersonId,
    /// Typed by staff for others.
    pub on_behalf: bool,
    /// The group it was said in.
    pub group: Option<GroupId>,
    /// The report in full.
    pub text: Words,
    /// How it was understood.
    pub filing: Filing,
    /// Where.
    pub place: Place,
    /// Seen only by reporter and handler.
    pub private: bool,
    /// Receipt; every clock runs from here.
    pub received_at: Moment,
    /// To be resolved by.
    pub due_at: Option<Moment>,
    /// The grid.
    pub grid: Option<GridId>,
    /// The one owner.
    pub owner: Option<PersonId>,
    /// First time somebody stood on the spot.
    pub arrived_at: Option<Moment>,
    /// Last words of the handler.
    pub note: Words,
    /// Who reported it done; may not verify it.
    pub handler: Option<PersonId>,
    /// Photos of the problem.
    pub photos_before: u32,
    /// Photos of the work done.
    pub photos_after: u32,
    /// Co-signers, confirmed or not.
    pub co_signers: Vec<(PersonId, bool)>,
    /// More people of those households: told how it goes on, not counted.
    #[serde(default)]
    pub joined: Vec<PersonId>,
    /// The ticket it was merged into.
    pub merged_into: Option<TicketNo>,
    /// An earlier ticket that it resembles.
    pub similar_to: Option<TicketNo>,
    /// The reporter's answer to 修好了吗.
    pub solved: Option<bool>,
    /// The reporter's rating.
    pub rating: Option<Rating>,
    /// When it was closed.
    pub closed_at: Option<Moment>,
    /// How often it came back.
    pub reopened: u32,
    /// When the reporter last urged.
    pub urged_at: Option<Moment>,
    /// Whether it was put to the committee.
    pub proposed: bool,
}

impl Ticket {
    /// A ticket from its first event. `None` when that is not a report.
    pub fn open(no: TicketNo, at: Moment, first: &TicketEvent) -> Option<Self> {
        let TicketEvent::Reported { reporter, on_behalf, group, text, filing, place, private } = first else {
            return None;
        };
        Some(Self {
            no,
            state: if place.is_known() { TicketState::Submitted } else { TicketState::Draft },
            reporter: *reporter,
            on_behalf: *on_behalf,
            group: *group,
            text: text.clone(),
            filing: filing.clone(),
            place: place.clone(),
            private: *private,
            received_at: at,
            due_at: None,
            grid: None,
            owner: None,
            arrived_at: None,
            note: Words::default(),
            handler: None,
            photos_before: 0,
            photos_after: 0,
            co_signers: vec![],
            joined: vec![],
            merged_into: None,
            similar_to: None,
            solved: None,
            rating: None,
            closed_at: None,
            reopened: 0,
            urged_at: None,
            proposed: false,
        })
    }

    /// Folds one event in, or says that the state machine does not know the move. The ticket is unchanged then.
    pub fn apply(&mut self, at: Moment, actor: PersonId, event: &TicketEvent) -> Result<(), IllegalMove> {
        use TicketState as S;
        let state = self.state;
        let refuse = Err(IllegalMove { state, event: event.name() });
        let reopens = state == S::Closed && matches!(event, TicketEvent::Reopened { .. });
        if !state.is_open() && !reopens {
            return refuse;
        }
        match event {
            TicketEvent::Reported { .. } => return refuse,
            TicketEvent::Located { place } => {
                self.place = place.clone();
                if state == S::Draft && place.is_known() {
                    self.state = S::Submitted;
                }
            }
            TicketEvent::PlaceUnknown if state == S::Draft => self.state = S::Submitted,
            TicketEvent::Accepted { grid, due } if state == S::Submitted => {
                self.state = S::Accepted;
                self.grid = *grid;
                self.due_at = *due;
            }
            TicketEvent::Dispatched { owner } if state == S::Accepted => {
                self.state = S::Dispatched;
                self.owner = Some(*owner);
            }
            TicketEvent::Rerouted { grid, owner }
                if matches!(state, S::Accepted | S::Dispatched | S::InProgress) =>
            {
                self.state = S::Dispatched;
                self.grid = *grid;
                self.owner = Some(*owner);
            }
            TicketEvent::SignedFor if state == S::Dispatched => self.state = S::InProgress,
            TicketEvent::Arrived if state == S::InProgress => {
                self.arrived_at = self.arrived_at.or(Some(at));
            }
            TicketEvent::Added { .. } => {}
            TicketEvent::Noted { text } => self.note = text.clone(),
            TicketEvent::Photo { stage: PhotoStage::Before, .. } => self.photos_before += 1,
            TicketEvent::Photo { stage: PhotoStage::After, .. } => self.photos_after += 1,
            TicketEvent::Done { note } if state == S::InProgress => {
                // Nobody else may look into what is private: the reporter's own word verifies it.
                self.state = if self.private { S::PendingConfirm } else { S::PendingVerify };
                self.note = note.clone();
                self.handler = Some(actor);
            }
            TicketEvent::Verified { passed, .. }
                if state == S::PendingVerify && self.handler != Some(actor) =>
            {
                self.state = if *passed { S::PendingConfirm } else { S::InProgress };
            }
            TicketEvent::Confirmed { solved, .. } if state == S::PendingConfirm => {
                self.solved = Some(*solved);
                if !solved {
                    self.state = S::InProgress;
                    self.reopened += 1;
                }
            }
            TicketEvent::Rated { rating, .. } if state == S::PendingConfirm && self.solved == Some(true) => {
                self.rating = Some(*rating);
                self.state = S::Closed;
                self.closed_at = Some(at);
            }
            TicketEvent::Reopened { .. } if state == S::Closed => {
                self.state = S::InProgress;
                self.solved = None;
                self.rating = None;
                self.reopened += 1;
            }
            TicketEvent::Withdrawn
                if matches!(state, S::Draft | S::Submitted | S::Accepted | S::Dispatched) =>
            {
                self.state = S::Withdrawn;
            }
            TicketEvent::Merged { into }
                if matches!(state, S::Draft | S::Submitted | S::Accepted | S::Dispatched)
                    && *into != self.no =>
            {
                self.state = S::Merged;
                self.merged_into = Some(*into);
            }
            TicketEvent::CoSigned { by, confirmed } => {
                if self.belongs_to(*by) {
                    return refuse;
                }
                self.co_signers.push((*by, *confirmed));
            }
            TicketEvent::Refiled { subcategory, due }
                if matches!(state, S::Submitted | S::Accepted | S::Dispatched | S::InProgress) =>
            {
                self.filing.subcategory = subcategory.clone();
                self.due_at = *due;
            }
            TicketEvent::Counted { by } if self.stands_uncounted(*by) => {
                self.leave_ranks(*by);
                self.co_signers.push((*by, true));
            }
            TicketEvent::Joined { by } if *by != self.reporter && !self.joined.contains(by) => {
                self.leave_ranks(*by);
                self.joined.push(*by);
            }
            TicketEvent::Linked { similar } => self.similar_to = Some(*similar),
            TicketEvent::MadePrivate => self.private = true,
            TicketEvent::Urged => self.urged_at = Some(at),
            TicketEvent::Proposed { .. } => self.proposed = true,
            TicketEvent::PlaceUnknown
            | TicketEvent::Accepted { .. }
            | TicketEvent::Dispatched { .. }
            | TicketEvent::Rerouted { .. }
            | TicketEvent::SignedFor
            | TicketEvent::Arrived
            | TicketEvent::Done { .. }
            | TicketEvent::Verified { .. }
            | TicketEvent::Confirmed { .. }
            | TicketEvent::Rated { .. }
            | TicketEvent::Reopened { .. }
            | TicketEvent::Withdrawn
            | TicketEvent::Refiled { .. }
            | TicketEvent::Counted { .. }
            | TicketEvent::Joined { .. }
            | TicketEvent::Merged { .. } => return refuse,
        }
        Ok(())
    }

    fn leave_ranks(&mut self, person: PersonId) {
        self.co_signers.retain(|(p, _)| *p != person);
        self.joined.retain(|p| *p != person);
    }

    /// Households behind it whose homes are confirmed; the reporter counts as one.
    pub fn households(&self) -> u32 {
        1 + self.co_signers.iter().filter(|(_, confirmed)| *confirmed).count() as u32
    }

    /// Co-signers whose homes nobody has confirmed yet.
    pub fn unconfirmed(&self) -> u32 {
        self.co_signers.iter().filter(|(_, confirmed)| !confirmed).count() as u32
    }

    /// Everybody who stands behind it: told how it goes on.
    pub fn people(&self) -> impl Iterator<Item = PersonId> {
        let neighbours = self.co_signers.iter().map(|(p, _)| *p).chain(self.joined.iter().copied());
        std::iter::once(self.reporter).chain(neighbours)
    }

    /// Whether somebody reported or co-signed it.
    pub fn belongs_to(&self, person: PersonId) -> bool {
        self.people().any(|p| p == person)
    }

    /// Whether somebody's household is among those counted by them.
    pub fn is_counted(&self, person: PersonId) -> bool {
        self.reporter == person || self.co_signers.contains(&(person, true))
    }

    /// Whether somebody stands behind it without being counted.
    pub fn stands_uncounted(&self, person: PersonId) -> bool {
        self.belongs_to(person) && !self.is_counted(person)
    }
}
