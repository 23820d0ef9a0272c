//! 项目: what is too large for one ticket, as a charging shed for a whole estate: the tickets that led to it, and how the
//! works go on. A project is the fold of its events, as a ticket is; the meetings about it are found by its tickets. Who may
//! do what, and who is told, is decided in `decide`.

use serde::{Deserialize, Serialize};

use super::{
    category::codes, directory::CommunityId, moment::Moment, person::PersonId, ticket_no::TicketNo,
    words::Words,
};

/// Row id of a project, and its number in chat: 项目 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ProjectId(pub i64);

impl std::fmt::Display for ProjectId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.0)
    }
}

codes! {
    /// Where a project stands.
    ProjectState {
        /// 在做
        Open = "project_open",
        /// 完成
        Done = "project_done",
    }
}

/// What happened to a project. Stored as written, so a variant is never renamed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum ProjectEvent {
    /// 立项: the first event of all.
    Opened {
        /// Of which community.
        community: CommunityId,
        /// What it is called.
        name: Words,
    },
    /// A ticket belongs to it from now on.
    Joined {
        /// Which.
        ticket: TicketNo,
    },
    /// 进展: how the works go on.
    Noted {
        /// For everybody to read.
        text: Words,
    },
    /// 完成: Open → Done.
    Finished {
        /// What was made.
        text: Words,
    },
}

impl ProjectEvent {
    /// The event's name in the history.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Opened { .. } => "project_opened",
            Self::Joined { .. } => "project_joined",
            Self::Noted { .. } => "project_noted",
            Self::Finished { .. } => "project_finished",
        }
    }
}

/// A step of the works.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// When.
    pub at: Moment,
    /// What.
    pub text: Words,
}

/// A project: the fold of its events.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Project {
    /// 项目 1
    pub id: ProjectId,
    /// Of which community.
    pub community: CommunityId,
    /// What it is called.
    pub name: Words,
    /// Who opened it.
    pub by: PersonId,
    /// When.
    pub opened_at: Moment,
    /// Where it stands.
    pub state: ProjectState,
    /// The tickets that led to it.
    pub tickets: Vec<TicketNo>,
    /// How the works went on, in order.
    pub steps: Vec<Step>,
}

impl Project {
    /// A project from its first event. `None` when that opens none.
    pub fn open(id: ProjectId, at: Moment, actor: PersonId, first: &ProjectEvent) -> Option<Self> {
        let ProjectEvent::Opened { community, name } = first else { return None };
        Some(Self {
            id,
            community: *community,
            name: name.clone(),
            by: actor,
            opened_at: at,
            state: ProjectState::Open,
            tickets: vec![],
            steps: vec![],
        })
    }

    /// Folds one event in; `false`, and nothing changed, when that cannot happen.
    pub fn apply(&mut self, at: Moment, event: &ProjectEvent) -> bool {
        if self.state == ProjectState::Done {
            return false;
        }
        match event {
            ProjectEvent::Opened { .. } => return false,
            ProjectEvent::Joined { ticket } if self.tickets.contains(ticket) => return false,
            ProjectEvent::Joined { ticket } => self.tickets.push(*ticket),
            ProjectEvent::Noted { text } => self.steps.push(Step { at, text: text.clone() }),
            ProjectEvent::Finished { text } => {
                self.steps.push(Step { at, text: text.clone() });
                self.state = ProjectState::Done;
            }
        }
        true
    }
}
