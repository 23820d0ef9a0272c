//! 工单: one problem, one place, one owner at a time. Its states and moves; what happened to it is a list of events, and
//! the ticket is their fold. Who may make a move is decided in `decide`.

mod event;
mod grading;
mod place;

use serde::{Deserialize, Serialize};

use super::{
    category::{Hazard, RequestKind, Sphere, SubCode, Urgency, codes},
    directory::{GridId, GroupId},
    listing::{ListingId, Promise},
    moment::Moment,
    patrol::Patrol,
    person::PersonId,
    project::ProjectId,
    slip::Slip,
    ticket_no::TicketNo,
    whistle::{Summoned, WhistleId},
    words::Words,
};
pub use event::TicketEvent;
pub use grading::{Grade, HandlingMode, Segment};
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

codes! {
    /// Whose matter it is: the ladder that it climbs when nobody below can solve it.
    #[derive(Default)]
    Level {
        /// 网格
        #[default]
        Grid = "grid",
        /// 社区, 村
        Community = "community",
        /// 街道, 乡镇
        Subdistrict = "subdistrict",
        /// 市直
        City = "city",
    }
}

codes! {
    /// Why a ticket is given back.
    ReturnReason {
        /// 不归我管
        NotMine = "not_mine",
        /// 地方不对
        WrongPlace = "wrong_place",
        /// 分错了类
        WrongCategory = "wrong_category",
        /// 办不了
        BeyondPower = "beyond_power",
        /// In words only.
        Other = "other_reason",
    }
}

codes! {
    /// Why a matter is not taken up.
    DeclineReason {
        /// 已经在打官司、复议、仲裁
        InCourt = "in_court",
        /// 已经在信访办理
        InPetition = "in_petition",
        /// 应当报警
        Police = "police",
        /// 私人生意上的事
        PrivateBusiness = "private_business",
        /// 不在本地
        Elsewhere = "elsewhere",
        /// In words only.
        Other = "other_ground",
    }
}

/// 挂账: why a matter waits, and until when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hold {
    /// Who put it on hold.
    pub by: PersonId,
    /// When the clock stopped.
    pub since: Moment,
    /// Decided anew on that day, at the latest.
    pub review: Moment,
    /// Why.
    pub text: Words,
}

/// 说明结案: what one person wrote for a second one to sign.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Statement {
    /// Who wrote it.
    pub by: PersonId,
    /// For the reporter to read.
    pub text: Words,
}

/// 点单: how a service asked for finds somebody who does it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ServiceOrder {
    /// Who put it into the pool; `None`: it is not in one.
    pub pooled_by: Option<PersonId>,
    /// When somebody claimed it from there.
    pub claimed_at: Option<Moment>,
}

impl ServiceOrder {
    /// Whether it waits for somebody to claim it.
    pub fn is_free(&self) -> bool {
        self.pooled_by.is_some() && self.claimed_at.is_none()
    }
}

codes! {
    /// 诉说方式: in which of the two ways somebody raised a matter.
    Channel {
        /// 现场诉说: face to face, before a witness.
        OnSite = "on_site",
        /// 网上诉说: by chat, also typed by staff from paper or a call.
        Online = "online",
    }
}

/// How often a matter was raised, by channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Voices {
    /// 现场诉说
    pub on_site: u32,
    /// 网上诉说
    pub online: u32,
}

/// 上门: when somebody comes to look, or when it would suit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Visit {
    /// When.
    pub at: Moment,
    /// To whom.
    pub with: PersonId,
    /// Whether whoever has the ticket said so; else it is only what suits.
    pub fixed: bool,
}

/// What came of a ticket's road through the offices; most tickets have none of it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Road {
    /// Whose matter it is.
    pub level: Level,
    /// How hard it is.
    pub grade: Grade,
    /// In which way it is handled.
    pub mode: HandlingMode,
    /// The parts of a hard matter, in order.
    pub segments: Vec<Segment>,
    /// When a supervised ticket's owner last told how it stands.
    pub accounted_at: Option<Moment>,
    /// How often it was given back.
    pub bounces: u32,
    /// Why and until when it waits.
    pub hold: Option<Hold>,
    /// The clock runs from here since it stood still; `None`: from receipt.
    pub clock_from: Option<Moment>,
    /// The last part of the time, in hundredths, that somebody was told of.
    pub passed: u8,
    /// 督办: who looks after it from above.
    pub supervisor: Option<PersonId>,
    /// Since when the reporter is asked whether it is solved.
    pub asked_at: Option<Moment>,
    /// What waits for a second signature.
    pub statement: Option<Statement>,
    /// Who declined it: an appeal is somebody else's to decide.
    pub declined_by: Option<PersonId>,
    /// Whether the reporter has appealed.
    pub appealed: bool,
    /// When it was merged.
    pub merged_at: Option<Moment>,
    /// Who was called in, the latest last.
    pub whistles: Vec<(WhistleId, Summoned)>,
    /// 点单; `None`: an ordinary report.
    pub order: Option<ServiceOrder>,
    /// The slip of paper that it was typed from.
    pub slip: Option<Slip>,
    /// 巡查; ends with the ticket.
    pub patrol: Option<Patrol>,
    /// 项目: what it is part of.
    pub project: Option<ProjectId>,
    /// 服务清单: what somebody promised for such a matter.
    pub promise: Option<Promise>,
    /// 资源清单: the items that its people were told of, each in the version told last.
    pub resources: Vec<(ListingId, u32)>,
    /// 上门; over when somebody was there or the work is done.
    pub visit: Option<Visit>,
    /// 现场诉说: who was there besides when it was said; `None`: it came in writing.
    pub witness: Option<Words>,
    /// What was merged into it, and how often that had been raised.
    pub voices: Vec<(TicketNo, Voices)>,
}

impl Road {
    fn is_untravelled(&self) -> bool {
        *self == Self::default()
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
    /// Its road through the offices.
    #[serde(default, skip_serializing_if = "Road::is_untravelled")]
    pub road: Road,
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
            road: Road::default(),
        })
    }

    /// Folds one event in, or says that the state machine does not know the move. The ticket is unchanged then.
    pub fn apply(&mut self, at: Moment, actor: PersonId, event: &TicketEvent) -> Result<(), IllegalMove> {
        use TicketState as S;
        let state = self.state;
        let refuse = Err(IllegalMove { state, event: event.name() });
        let returns = (state == S::Closed && matches!(event, TicketEvent::Reopened { .. }))
            || (state == S::Merged && matches!(event, TicketEvent::Unmerged))
            || (state == S::Closed && matches!(event, TicketEvent::PutInProject { .. }))
            || (state == S::Declined && matches!(event, TicketEvent::Appealed { .. }));
        if !state.is_open() && !returns {
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
            TicketEvent::Dispatched { owner } if state == S::Accepted => self.give_to(*owner),
            TicketEvent::Rerouted { grid, owner }
                if matches!(state, S::Accepted | S::Dispatched | S::InProgress) =>
            {
                self.grid = *grid;
                self.give_to(*owner);
            }
            TicketEvent::Regridded { grid, owner } if state.is_open() => {
                self.grid = Some(*grid);
                match *owner {
                    Some(owner) if matches!(state, S::Accepted | S::Dispatched | S::InProgress) => {
                        self.give_to(owner);
                    }
                    Some(owner) => self.owner = Some(owner),
                    None => {}
                }
            }
            TicketEvent::SignedFor if state == S::Dispatched => self.state = S::InProgress,
            TicketEvent::Arrived if state == S::InProgress => {
                self.arrived_at = self.arrived_at.or(Some(at));
                self.road.visit = None;
            }
            TicketEvent::Added { .. } => {}
            TicketEvent::Noted { text } => self.note = text.clone(),
            TicketEvent::Photo { stage: PhotoStage::Before, .. } => self.photos_before += 1,
            TicketEvent::Photo { stage: PhotoStage::After, .. } => self.photos_after += 1,
            TicketEvent::Done { note } if state == S::InProgress => {
                // Nobody else may look into what is private: the reporter's own word verifies it.
                if self.private {
                    self.ask(at);
                } else {
                    self.state = S::PendingVerify;
                }
                self.note = note.clone();
                self.handler = Some(actor);
            }
            TicketEvent::SettledOnSpot { note }
                if state == S::InProgress && self.road.grade == Grade::Ordinary =>
            {
                self.ask(at);
                self.note = note.clone();
                self.handler = Some(actor);
            }
            TicketEvent::Verified { passed, .. }
                if state == S::PendingVerify && self.handler != Some(actor) =>
            {
                if *passed {
                    self.ask(at);
                } else {
                    self.state = S::InProgress;
                }
            }
            TicketEvent::Confirmed { solved, .. } if state == S::PendingConfirm => {
                self.solved = Some(*solved);
                if !solved {
                    self.state = S::InProgress;
                    self.reopened += 1;
                    self.road.statement = None;
                }
            }
            TicketEvent::Rated { rating, .. } if state == S::PendingConfirm && self.solved == Some(true) => {
                self.rating = Some(*rating);
                self.close(at);
            }
            TicketEvent::Reopened { .. } if state == S::Closed => {
                self.state = S::InProgress;
                self.solved = None;
                self.rating = None;
                self.road.statement = None;
                self.road.clock_from = Some(at);
                self.road.passed = 0;
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
                self.road.merged_at = Some(at);
            }
            TicketEvent::Unmerged if state == S::Merged => {
                self.state = S::Accepted;
                self.merged_into = None;
                self.road.merged_at = None;
            }
            TicketEvent::Parted { people } => {
                people.iter().for_each(|person| self.leave_ranks(*person));
            }
            TicketEvent::Handed { owner, .. }
                if matches!(state, S::Submitted | S::Accepted | S::Dispatched | S::InProgress) =>
            {
                self.give_to(*owner);
            }
            TicketEvent::Returned { to, .. } if matches!(state, S::Dispatched | S::InProgress) => {
                self.give_to(*to);
                self.state = S::Accepted;
                self.road.bounces += 1;
            }
            TicketEvent::Held { review, text } if state == S::InProgress && self.owner != Some(actor) => {
                self.state = S::OnHold;
                self.road.hold = Some(Hold { by: actor, since: at, review: *review, text: text.clone() });
            }
            TicketEvent::Resumed { due, .. } if state == S::OnHold => {
                self.state = S::InProgress;
                self.due_at = *due;
                self.road.hold = None;
                self.road.clock_from = Some(at);
            }
            TicketEvent::Declined { text, .. }
                if matches!(state, S::Draft | S::Submitted | S::Accepted | S::Dispatched) =>
            {
                self.state = S::Declined;
                self.road.declined_by = Some(actor);
                self.note = text.clone();
            }
            TicketEvent::Appealed { to, .. } if state == S::Declined && !self.road.appealed => {
                self.state = S::Accepted;
                self.owner = Some(*to);
                self.road.appealed = true;
            }
            TicketEvent::Levelled { level, .. } => self.road.level = *level,
            TicketEvent::Graded { grade } => self.road.grade = *grade,
            TicketEvent::Segmented { segments }
                if matches!(state, S::Accepted | S::Dispatched | S::InProgress) =>
            {
                self.road.segments.retain(|segment| segment.done_at.is_some());
                self.road.segments.extend(segments.iter().cloned());
            }
            TicketEvent::SegmentDone { .. } if state == S::InProgress => {
                let Some(segment) = self.road.segments.iter_mut().find(|s| s.done_at.is_none()) else {
                    return refuse;
                };
                segment.done_at = Some(at);
            }
            TicketEvent::SegmentLate => match self.road.segments.iter_mut().find(|s| s.done_at.is_none()) {
                Some(segment) if !segment.late => segment.late = true,
                Some(_) | None => return refuse,
            },
            TicketEvent::Led { mode, by }
                if matches!(state, S::Accepted | S::Dispatched | S::InProgress) && *mode > self.road.mode =>
            {
                self.give_to(*by);
                self.state = S::InProgress;
                self.road.mode = *mode;
            }
            TicketEvent::Accounted if self.road.supervisor.is_some() => self.road.accounted_at = Some(at),
            TicketEvent::ClockPassed { percent } if *percent > self.road.passed => {
                self.road.passed = *percent;
            }
            TicketEvent::DueSet { due } => self.due_at = Some(*due),
            TicketEvent::Supervised { by } => self.road.supervisor = Some(*by),
            TicketEvent::ClosedUnanswered if state == S::PendingConfirm => self.close(at),
            TicketEvent::Explained { text } if state == S::PendingConfirm => {
                self.road.statement = Some(Statement { by: actor, text: text.clone() });
            }
            TicketEvent::Countersigned
                if state == S::PendingConfirm
                    && self.handler != Some(actor)
                    && self.road.statement.as_ref().is_some_and(|s| s.by != actor) =>
            {
                self.close(at);
            }
            TicketEvent::Whistled { whistle, summoned } if matches!(state, S::Dispatched | S::InProgress) => {
                self.road.whistles.push((*whistle, *summoned));
            }
            TicketEvent::Ordered if matches!(state, S::Draft | S::Submitted) => {
                self.road.order = Some(ServiceOrder::default());
            }
            TicketEvent::FromBox { slip } if matches!(state, S::Draft | S::Submitted) => {
                self.road.slip = Some(slip.clone());
            }
            TicketEvent::SaidOnSite { witness } if matches!(state, S::Draft | S::Submitted) => {
                self.road.witness = Some(witness.clone());
            }
            TicketEvent::VoicesJoined { from, voices } => {
                self.road.voices.retain(|(no, _)| no != from);
                self.road.voices.push((*from, *voices));
            }
            TicketEvent::VoicesLeft { from } => self.road.voices.retain(|(no, _)| no != from),
            TicketEvent::Pooled
                if self.road.order.is_some()
                    && !self.private
                    && !self.is_free()
                    && matches!(state, S::Accepted | S::Dispatched | S::InProgress) =>
            {
                self.wait_in_pool(actor);
            }
            TicketEvent::Claimed if self.is_free() => {
                self.state = S::InProgress;
                self.owner = Some(actor);
                self.road.order.iter_mut().for_each(|order| order.claimed_at = Some(at));
            }
            TicketEvent::Released if state == S::InProgress && self.owner == Some(actor) && !self.private => {
                let claimed = self.road.order.as_ref().filter(|order| order.claimed_at.is_some());
                let Some(pooled_by) = claimed.and_then(|order| order.pooled_by) else { return refuse };
                self.wait_in_pool(pooled_by);
            }
            TicketEvent::PutInProject { project } if self.road.project.is_none() && !self.private => {
                self.road.project = Some(*project);
            }
            TicketEvent::Promised { promise, due } => {
                self.road.promise = Some(promise.clone());
                self.due_at = due.or(self.due_at);
            }
            TicketEvent::PromiseVoid { due } if self.road.promise.is_some() => {
                self.road.promise = None;
                self.due_at = *due;
            }
            TicketEvent::ResourceTold { listing, version, .. }
                if !self.road.resources.contains(&(*listing, *version)) =>
            {
                self.road.resources.retain(|(id, _)| id != listing);
                self.road.resources.push((*listing, *version));
            }
            TicketEvent::ResourceGone { listing, .. } if self.was_told_of(*listing) => {
                self.road.resources.retain(|(id, _)| id != listing);
            }
            TicketEvent::VisitWished { at, .. }
                if matches!(state, S::Accepted | S::Dispatched | S::InProgress) && self.belongs_to(actor) =>
            {
                self.road.visit = Some(Visit { at: *at, with: actor, fixed: false });
            }
            TicketEvent::VisitFixed { at, with } if state == S::InProgress && self.belongs_to(*with) => {
                self.road.visit = Some(Visit { at: *at, with: *with, fixed: true });
            }
            TicketEvent::VisitRefused { .. } if self.road.visit.is_some() => self.road.visit = None,
            TicketEvent::PatrolSet { by, rhythm, due } => match &mut self.road.patrol {
                Some(patrol) => (patrol.by, patrol.rhythm) = (*by, *rhythm),
                none => *none = Some(Patrol::new(*by, *rhythm, *due)),
            },
            TicketEvent::Patrolled { .. }
            | TicketEvent::PatrolReminded
            | TicketEvent::PatrolDayOver { .. }
            | TicketEvent::PatrolEnded { .. }
                if self.road.patrol.is_none() =>
            {
                return refuse;
            }
            TicketEvent::Patrolled { .. } => self.road.patrol.iter_mut().for_each(|p| p.visited(at)),
            TicketEvent::PatrolReminded => self.road.patrol.iter_mut().for_each(|p| p.reminded = true),
            TicketEvent::PatrolDayOver { missed, due } => {
                self.road.patrol.iter_mut().for_each(|p| p.day_over(*missed, *due));
            }
            TicketEvent::PatrolEnded { .. } => self.road.patrol = None,
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
                self.road.promise = None;
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
            | TicketEvent::Regridded { .. }
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
            | TicketEvent::Merged { .. }
            | TicketEvent::Unmerged
            | TicketEvent::Handed { .. }
            | TicketEvent::Returned { .. }
            | TicketEvent::Held { .. }
            | TicketEvent::Resumed { .. }
            | TicketEvent::Declined { .. }
            | TicketEvent::Appealed { .. }
            | TicketEvent::Segmented { .. }
            | TicketEvent::SegmentDone { .. }
            | TicketEvent::Led { .. }
            | TicketEvent::Accounted
            | TicketEvent::ClockPassed { .. }
            | TicketEvent::SettledOnSpot { .. }
            | TicketEvent::ClosedUnanswered
            | TicketEvent::Explained { .. }
            | TicketEvent::Countersigned
            | TicketEvent::Ordered
            | TicketEvent::FromBox { .. }
            | TicketEvent::SaidOnSite { .. }
            | TicketEvent::PutInProject { .. }
            | TicketEvent::PromiseVoid { .. }
            | TicketEvent::VisitWished { .. }
            | TicketEvent::VisitFixed { .. }
            | TicketEvent::VisitRefused { .. }
            | TicketEvent::ResourceTold { .. }
            | TicketEvent::ResourceGone { .. }
            | TicketEvent::Pooled
            | TicketEvent::Claimed
            | TicketEvent::Released
            | TicketEvent::Whistled { .. } => return refuse,
        }
        if !self.state.is_open() {
            self.road.patrol = None;
        }
        if !matches!(self.state, S::Accepted | S::Dispatched | S::InProgress | S::OnHold) {
            self.road.visit = None;
        }
        Ok(())
    }

    /// Somebody has it by name now, so that it is nobody else's to claim.
    fn give_to(&mut self, owner: PersonId) {
        self.state = TicketState::Dispatched;
        self.owner = Some(owner);
        self.road.order.iter_mut().for_each(|order| *order = ServiceOrder::default());
    }

    fn wait_in_pool(&mut self, by: PersonId) {
        self.state = TicketState::Accepted;
        self.owner = Some(by);
        self.road.order = Some(ServiceOrder { pooled_by: Some(by), claimed_at: None });
    }

    /// Whether it is an order that waits in the pool for somebody to claim it.
    pub fn is_free(&self) -> bool {
        self.state == TicketState::Accepted && self.road.order.as_ref().is_some_and(ServiceOrder::is_free)
    }

    /// Whether it is an order that waits in the pool or was claimed from there.
    pub fn was_pooled(&self) -> bool {
        self.road.order.as_ref().is_some_and(|order| order.pooled_by.is_some())
    }

    /// The part that is being worked at: which one it is, counted from one.
    pub fn current_segment(&self) -> Option<(usize, &Segment)> {
        let at = self.road.segments.iter().position(|segment| segment.done_at.is_none())?;
        Some((at + 1, &self.road.segments[at]))
    }

    fn ask(&mut self, at: Moment) {
        self.state = TicketState::PendingConfirm;
        self.solved = None;
        self.road.asked_at = Some(at);
    }

    fn close(&mut self, at: Moment) {
        self.state = TicketState::Closed;
        self.closed_at = Some(at);
    }

    fn leave_ranks(&mut self, person: PersonId) {
        self.co_signers.retain(|(p, _)| *p != person);
        self.joined.retain(|p| *p != person);
    }

    /// Whether its people were told of an item of 资源清单 that is still there.
    pub fn was_told_of(&self, listing: ListingId) -> bool {
        self.road.resources.iter().any(|(id, _)| *id == listing)
    }

    /// 诉说方式
    pub fn channel(&self) -> Channel {
        if self.road.witness.is_some() { Channel::OnSite } else { Channel::Online }
    }

    /// How often it was raised, by channel: its own report, and those merged into it.
    pub fn voices(&self) -> Voices {
        let own = match self.channel() {
            Channel::OnSite => Voices { on_site: 1, online: 0 },
            Channel::Online => Voices { on_site: 0, online: 1 },
        };
        self.road.voices.iter().fold(own, |sum, (_, more)| Voices {
            on_site: sum.on_site + more.on_site,
            online: sum.online + more.online,
        })
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
