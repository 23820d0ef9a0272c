//! 吹哨报到: a department — or, by residents, their property company — is called in for a ticket, reports in, comes, solves,
//! and is rated. A whistle is the fold of its events, as a ticket is. Who may make a move, and who is told, is decided in `decide`.

use serde::{Deserialize, Serialize};

use super::{
    category::{Limit, LimitUnit, codes},
    directory::DepartmentId,
    moment::Moment,
    person::PersonId,
    place::EstateId,
    ticket_no::TicketNo,
    words::Words,
};

/// Row id of a whistle, and its number in chat: 哨012.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct WhistleId(pub i64);

impl std::fmt::Display for WhistleId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:03}", self.0)
    }
}

codes! {
    /// 哨因: the three causes for which Beijing's rule lets a whistle be blown.
    WhistleCause {
        /// 社区和街道解决不了
        BeyondPower = "beyond_power",
        /// 要联合执法
        JointEnforcement = "joint_enforcement",
        /// 应急
        Emergency = "emergency",
    }
}

impl WhistleCause {
    /// Blown to report-in. No national figure is known; these are the product's proposal.
    pub const fn report_limit(self) -> Limit {
        match self {
            Self::BeyondPower => Limit { amount: 1, unit: LimitUnit::WorkingDays },
            Self::JointEnforcement => Limit { amount: 4, unit: LimitUnit::WorkingHours },
            Self::Emergency => Limit { amount: 30, unit: LimitUnit::Minutes },
        }
    }

    /// Blown to solved: ten working days for complex matters (扬州广陵 2025-12-03); an emergency within a day.
    pub const fn done_limit(self) -> Limit {
        match self {
            Self::BeyondPower | Self::JointEnforcement => Limit { amount: 10, unit: LimitUnit::WorkingDays },
            Self::Emergency => Limit { amount: 24, unit: LimitUnit::Hours },
        }
    }
}

codes! {
    /// Where a whistle stands.
    WhistleState {
        /// 待街道审核
        Requested = "whistle_requested",
        /// 街道没有同意
        Rejected = "whistle_rejected",
        /// 已吹，等报到
        Blown = "whistle_blown",
        /// 已报到
        ReportedIn = "whistle_reported_in",
        /// 已到场
        OnSite = "whistle_on_site",
        /// 已办完，等评
        Solved = "whistle_solved",
        /// 已退哨
        Returned = "whistle_returned",
        /// 已评
        Rated = "whistle_rated",
    }
}

codes! {
    /// What is marked, 1 to 5 each, and the words after it.
    Mark {
        /// 快
        Speed = "mark_speed",
        /// 到
        Presence = "mark_presence",
        /// 办
        Result = "mark_result",
        /// 评
        Text = "mark_text",
    }
}

/// Who is called in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Summoned {
    /// A department, by an office.
    Department(DepartmentId),
    /// The property company of an estate, by its residents.
    Property {
        /// Whose.
        property: EstateId,
    },
}

/// Residents' whistle blown to report-in: half a working day. No rule is known; it is the product's proposal.
pub const PROPERTY_REPORT_LIMIT: Limit = Limit { amount: 4, unit: LimitUnit::WorkingHours };

/// Residents' whistle blown to solved; the matter's own limit ends it earlier.
pub const PROPERTY_DONE_LIMIT: Limit = Limit { amount: 10, unit: LimitUnit::WorkingDays };

/// 快, 到, 办: one to five each, by the side that blew.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WhistleRating {
    /// 快: how soon.
    pub speed: u8,
    /// 到: how well they came.
    pub presence: u8,
    /// 办: how well it was solved.
    pub result: u8,
    /// In words.
    pub text: Words,
}

/// What happened to a whistle. Stored as written, so a variant is never renamed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum WhistleEvent {
    /// – → Requested.
    Requested {
        /// For which ticket.
        ticket: TicketNo,
        /// Whom to call in.
        #[serde(rename = "department")]
        summoned: Summoned,
        /// Why; residents need no cause to call in their property company.
        cause: Option<WhistleCause>,
        /// In the worker's words.
        text: Words,
    },
    /// Requested → Blown.
    Blown {
        /// Report in by then.
        report_due: Option<Moment>,
        /// Solve by then.
        done_due: Option<Moment>,
    },
    /// Requested → Rejected.
    Rejected {
        /// Why.
        text: Words,
    },
    /// Blown → ReportedIn, in time or late.
    ReportedIn {
        /// What they said.
        text: Words,
    },
    /// The time to report in is over. A fact that nothing undoes.
    NoShow,
    /// Blown, ReportedIn → Returned, once for a ticket and department.
    Returned {
        /// Why.
        text: Words,
    },
    /// Blown, ReportedIn → OnSite.
    OnSite,
    /// ReportedIn, OnSite → Solved.
    Solved {
        /// What was done.
        text: Words,
    },
    /// The time to solve is over.
    Overdue,
    /// Solved → Rated.
    Rated {
        /// The marks.
        rating: WhistleRating,
    },
}

impl WhistleEvent {
    /// The event's name in the history.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Requested { .. } => "whistle_requested",
            Self::Blown { .. } => "whistle_blown",
            Self::Rejected { .. } => "whistle_rejected",
            Self::ReportedIn { .. } => "whistle_reported_in",
            Self::NoShow => "whistle_no_show",
            Self::Returned { .. } => "whistle_returned",
            Self::OnSite => "whistle_on_site",
            Self::Solved { .. } => "whistle_solved",
            Self::Overdue => "whistle_overdue",
            Self::Rated { .. } => "whistle_rated",
        }
    }
}

/// A whistle: the fold of its events.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Whistle {
    /// 哨012
    pub id: WhistleId,
    /// For which ticket.
    pub ticket: TicketNo,
    /// Who is called in.
    #[serde(rename = "department")]
    pub summoned: Summoned,
    /// Why; residents need no cause to call in their property company.
    pub cause: Option<WhistleCause>,
    /// In the worker's words.
    pub text: Words,
    /// Where it stands.
    pub state: WhistleState,
    /// Who asked for it.
    pub requested_by: PersonId,
    /// When the subdistrict let it be blown.
    pub blown_at: Option<Moment>,
    /// Report in by then.
    pub report_due: Option<Moment>,
    /// Solve by then.
    pub done_due: Option<Moment>,
    /// When they reported in.
    pub reported_at: Option<Moment>,
    /// Who reported in.
    pub reported_by: Option<PersonId>,
    /// When the time to report in ran out without them.
    pub no_show_at: Option<Moment>,
    /// When they were on the spot.
    pub on_site_at: Option<Moment>,
    /// When they said that it is solved.
    pub solved_at: Option<Moment>,
    /// Whether the time to solve ran out.
    pub overdue: bool,
    /// Their last words.
    pub said: Words,
    /// The marks.
    pub rating: Option<WhistleRating>,
}

impl Whistle {
    /// A whistle from its first event. `None` when that is not a request.
    pub fn open(id: WhistleId, actor: PersonId, first: &WhistleEvent) -> Option<Self> {
        let WhistleEvent::Requested { ticket, summoned, cause, text } = first else { return None };
        Some(Self {
            id,
            ticket: *ticket,
            summoned: *summoned,
            cause: *cause,
            text: text.clone(),
            state: WhistleState::Requested,
            requested_by: actor,
            blown_at: None,
            report_due: None,
            done_due: None,
            reported_at: None,
            reported_by: None,
            no_show_at: None,
            on_site_at: None,
            solved_at: None,
            overdue: false,
            said: Words::default(),
            rating: None,
        })
    }

    /// Folds one event in; `false`, and nothing changed, when the whistle is not where that can happen.
    pub fn apply(&mut self, at: Moment, actor: PersonId, event: &WhistleEvent) -> bool {
        use WhistleState as S;
        match event {
            WhistleEvent::Blown { report_due, done_due } if self.state == S::Requested => {
                self.state = S::Blown;
                self.blown_at = Some(at);
                self.report_due = *report_due;
                self.done_due = *done_due;
            }
            WhistleEvent::Rejected { text } if self.state == S::Requested => {
                self.state = S::Rejected;
                self.said = text.clone();
            }
            WhistleEvent::ReportedIn { text } if self.state == S::Blown => {
                self.state = S::ReportedIn;
                self.reported_at = Some(at);
                self.reported_by = Some(actor);
                self.said = text.clone();
            }
            WhistleEvent::NoShow if self.state == S::Blown && self.no_show_at.is_none() => {
                self.no_show_at = Some(at);
            }
            WhistleEvent::Returned { text } if matches!(self.state, S::Blown | S::ReportedIn) => {
                self.state = S::Returned;
                self.said = text.clone();
            }
            WhistleEvent::OnSite if matches!(self.state, S::Blown | S::ReportedIn) => {
                self.state = S::OnSite;
                // Whoever stands on the spot has come.
                self.reported_at = self.reported_at.or(Some(at));
                self.reported_by = self.reported_by.or(Some(actor));
                self.on_site_at = Some(at);
            }
            WhistleEvent::Solved { text } if matches!(self.state, S::ReportedIn | S::OnSite) => {
                self.state = S::Solved;
                self.solved_at = Some(at);
                self.said = text.clone();
            }
            WhistleEvent::Overdue
                if matches!(self.state, S::Blown | S::ReportedIn | S::OnSite) && !self.overdue =>
            {
                self.overdue = true;
            }
            WhistleEvent::Rated { rating } if self.state == S::Solved => {
                self.state = S::Rated;
                self.rating = Some(rating.clone());
            }
            WhistleEvent::Requested { .. }
            | WhistleEvent::Blown { .. }
            | WhistleEvent::Rejected { .. }
            | WhistleEvent::ReportedIn { .. }
            | WhistleEvent::NoShow
            | WhistleEvent::Returned { .. }
            | WhistleEvent::OnSite
            | WhistleEvent::Solved { .. }
            | WhistleEvent::Overdue
            | WhistleEvent::Rated { .. } => return false,
        }
        true
    }

    /// Whether residents call in their property company.
    pub fn is_by_residents(&self) -> bool {
        match self.summoned {
            Summoned::Department(_) => false,
            Summoned::Property { .. } => true,
        }
    }

    /// Whether whoever was called in gave it back.
    pub fn is_returned(&self) -> bool {
        self.state == WhistleState::Returned
    }

    /// Blown to report-in.
    pub fn report_limit(&self) -> Limit {
        self.cause.map_or(PROPERTY_REPORT_LIMIT, WhistleCause::report_limit)
    }

    /// Blown to solved.
    pub fn done_limit(&self) -> Limit {
        self.cause.map_or(PROPERTY_DONE_LIMIT, WhistleCause::done_limit)
    }

    /// Whether somebody still owes something.
    pub fn is_open(&self) -> bool {
        match self.state {
            WhistleState::Requested
            | WhistleState::Blown
            | WhistleState::ReportedIn
            | WhistleState::OnSite => true,
            WhistleState::Rejected | WhistleState::Solved | WhistleState::Returned | WhistleState::Rated => {
                false
            }
        }
    }
}
