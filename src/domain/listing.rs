//! 服务清单 and 资源清单: what a property company, a department or the community itself offers the people of an estate or a
//! community: work within a time, or so many of a thing at a place; from when to when. An item is the fold of its events, as a ticket is: changed it gets a new version,
//! withdrawn it stays with its reason. Who may enter what, and which ticket an item is for, is decided in `decide`.

use serde::{Deserialize, Serialize};

use super::{
    category::{Limit, SubCode},
    directory::{CommunityId, DepartmentId},
    moment::{Date, Moment},
    person::PersonId,
    place::EstateId,
    route::day,
    words::Words,
};

/// Row id of an item, and its number in chat: 清单 3.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ListingId(pub i64);

impl std::fmt::Display for ListingId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// Who offers it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Provider {
    /// The property company of an estate.
    Property(EstateId),
    /// A department.
    Department(DepartmentId),
    /// The community itself.
    Community(CommunityId),
}

/// What is offered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Offer {
    /// A line of 服务清单: a kind of work, done within that time from receipt.
    Service {
        /// As promised.
        limit: Limit,
    },
    /// A line of 资源清单: something that there is now.
    Resource {
        /// How many.
        count: u32,
        /// What they are counted in, as written: 个, 辆.
        unit: Words,
        /// Where.
        spot: Words,
    },
}

/// What an item says; a change replaces it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    /// 公共照明维修
    pub name: Words,
    /// The matters that it is for: sub-categories, or categories with all of their own.
    pub of: Vec<SubCode>,
    /// What.
    pub offer: Offer,
    /// The first day; `None`: at once.
    #[serde(default, with = "day")]
    pub from: Option<Date>,
    /// The last day; `None`: until further notice.
    #[serde(default, with = "day")]
    pub until: Option<Date>,
}

impl Terms {
    /// Within what time work is done; `None` for a resource.
    pub fn limit(&self) -> Option<Limit> {
        match self.offer {
            Offer::Service { limit } => Some(limit),
            Offer::Resource { .. } => None,
        }
    }

    /// Whether it is for such a matter.
    pub fn are_for(&self, code: &SubCode) -> bool {
        self.of.iter().any(|of| of == code || of.as_str() == code.category().code())
    }
}

/// What happened to an item. Stored as written, so a variant is never renamed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum ListingEvent {
    /// The first event of all.
    Listed {
        /// In which community.
        community: CommunityId,
        /// In one estate; `None`: in the whole community.
        estate: Option<EstateId>,
        /// Who offers it.
        provider: Provider,
        /// What it says.
        terms: Terms,
    },
    /// It says something else from now on.
    Changed {
        /// What it says now.
        terms: Terms,
    },
    /// It is offered no more.
    Withdrawn {
        /// Why.
        reason: Words,
    },
}

impl ListingEvent {
    /// The event's name in the history.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Listed { .. } => "listed",
            Self::Changed { .. } => "changed",
            Self::Withdrawn { .. } => "withdrawn",
        }
    }
}

/// Why and when an item was withdrawn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Withdrawal {
    /// When.
    pub at: Moment,
    /// Why.
    pub reason: Words,
}

/// An item: the fold of its events.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listing {
    /// 清单 3
    pub id: ListingId,
    /// In which community.
    pub community: CommunityId,
    /// In one estate; `None`: in the whole community.
    pub estate: Option<EstateId>,
    /// Who offers it.
    pub provider: Provider,
    /// Who entered it.
    pub by: PersonId,
    /// When it was entered.
    pub listed_at: Moment,
    /// 1, and one more with each change.
    pub version: u32,
    /// What it says.
    pub terms: Terms,
    /// `None` while it is offered.
    pub withdrawn: Option<Withdrawal>,
}

impl Listing {
    /// An item from its first event. `None` when that lists none.
    pub fn open(id: ListingId, at: Moment, actor: PersonId, first: &ListingEvent) -> Option<Self> {
        let ListingEvent::Listed { community, estate, provider, terms } = first else { return None };
        Some(Self {
            id,
            community: *community,
            estate: *estate,
            provider: *provider,
            by: actor,
            listed_at: at,
            version: 1,
            terms: terms.clone(),
            withdrawn: None,
        })
    }

    /// Folds one event in; `false`, and nothing changed, when that cannot happen.
    pub fn apply(&mut self, at: Moment, event: &ListingEvent) -> bool {
        if self.withdrawn.is_some() {
            return false;
        }
        match event {
            ListingEvent::Listed { .. } => return false,
            ListingEvent::Changed { terms } if *terms == self.terms => return false,
            ListingEvent::Changed { terms } => {
                self.terms = terms.clone();
                self.version += 1;
            }
            ListingEvent::Withdrawn { reason } => {
                self.withdrawn = Some(Withdrawal { at, reason: reason.clone() });
            }
        }
        true
    }

    /// Whether it is offered on a day.
    pub fn is_offered_on(&self, day: Date) -> bool {
        let begun = self.terms.from.is_none_or(|from| from <= day);
        self.withdrawn.is_none() && begun && !self.is_over_on(day)
    }

    /// Whether its last day was before.
    pub fn is_over_on(&self, day: Date) -> bool {
        self.terms.until.is_some_and(|until| until < day)
    }

    /// Whether it is for an estate.
    pub fn reaches(&self, estate: EstateId) -> bool {
        self.estate.is_none_or(|own| own == estate)
    }
}

/// A line of 服务清单 as it stood when a ticket was handed out: what its provider promised for such a matter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Promise {
    /// The item.
    pub listing: ListingId,
    /// Its version then.
    pub version: u32,
    /// Who promised it.
    pub provider: Provider,
    /// 公共照明维修
    pub name: Words,
    /// Within what time.
    pub limit: Limit,
    /// Whether the ticket's time is counted by it; never where the office's own limit is shorter.
    pub counts: bool,
}
