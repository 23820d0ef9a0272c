//! 时限的规矩: which limit a matter is under, by what it is, what is asked and how urgent it is, and whose rule says so. An
//! office chooses one profile; each is a local rule, none is the nation's. The figures are data (`dictionaries/limits/`).

mod load;

use super::{
    category::{Limit, RequestKind, SubCategory, SubCode, Urgency},
    clock::counts_work,
    ticket::Filing,
};

/// One figure, what it is for, and where it comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// 水电气热的事
    pub name: String,
    /// The figure.
    pub limit: Limit,
    /// The document that says so, or that it is our own proposal.
    pub source: String,
}

/// A rule of a profile, and the matters that it is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// What it says.
    pub rule: Rule,
    /// These sub-categories, or all of these categories; empty: any.
    pub of: Vec<SubCode>,
    /// These kinds of request; empty: any.
    pub kinds: Vec<RequestKind>,
    /// Normal, urgent or both; an emergency has its own limit in every profile.
    pub urgency: Vec<Urgency>,
}

/// Where the figures of whistles come from; the figures themselves are the whistle's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WhistleSources {
    /// Of the time to report in.
    pub report: String,
    /// Of the time to be done.
    pub done: String,
}

/// The profile that an office works by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// `default`, `nx` …, or the path of the office's own file.
    pub code: String,
    /// As people call it.
    pub name: String,
    /// Where it comes from, as a whole.
    pub source: String,
    /// For whom it stands, and for whom not.
    pub note: String,
    /// Said where it is silent and the default's figure counts; empty in the default itself.
    pub silent: String,
    /// The same in every profile.
    pub emergency: Rule,
    /// For urgent matters whose own limit runs only while people are at work.
    pub urgent: Rule,
    /// How long a ticket may be put on hold, in days.
    pub hold: Rule,
    /// Receipt to dispatch; `None`: nobody is told.
    pub dispatch: Option<Rule>,
    /// Dispatch to 签收; `None`: nobody is told.
    pub sign_for: Option<Rule>,
    /// How long 微网格长 has a new ticket before it goes to the grid worker; the same in every profile.
    pub micro_grid: Rule,
    /// Its own rules; the first that fits counts.
    pub rows: Vec<Row>,
    /// Where the figures of whistles come from.
    pub whistle: WhistleSources,
}

/// The one limit that a matter is under.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Applied<'l> {
    /// The figure.
    pub limit: Limit,
    /// What it is for: a rule's name, or the sub-category's.
    pub name: &'l str,
    /// Where it comes from.
    pub source: &'l str,
    /// Whether the profile is silent on it, so that this is the default's.
    pub silent: bool,
}

impl Limits {
    /// The one limit that a matter is under: an emergency's, else the profile's first rule that fits, else the default's.
    pub fn of<'l>(&'l self, sub: &'l SubCategory, kind: RequestKind, urgency: Urgency) -> Applied<'l> {
        let applied = |rule: &'l Rule, silent| Applied {
            limit: rule.limit,
            name: &rule.name,
            source: &rule.source,
            silent,
        };
        let own = || self.rows.iter().find(|row| row.covers(&sub.code, kind, urgency)).map(|row| &row.rule);
        let silent = !self.silent.is_empty();
        let plain = Applied { limit: sub.limit, name: &sub.name, source: &sub.limit_source, silent };
        match (urgency, own()) {
            (Urgency::Emergency, _) => applied(&self.emergency, false),
            (Urgency::Normal | Urgency::Urgent, Some(rule)) => applied(rule, false),
            (Urgency::Urgent, None) if counts_work(sub.limit) => applied(&self.urgent, silent),
            (Urgency::Normal | Urgency::Urgent, None) => plain,
        }
    }

    /// All rules beside the sub-categories' own, its own first.
    pub fn rules(&self) -> impl Iterator<Item = &Rule> {
        let rows = self.rows.iter().map(|row| &row.rule);
        let steps = self.dispatch.iter().chain(&self.sign_for);
        rows.chain(steps).chain([&self.emergency, &self.urgent, &self.hold, &self.micro_grid])
    }

    /// The one limit that a filing is under.
    pub fn of_filing<'l>(&'l self, sub: &'l SubCategory, filing: &Filing) -> Applied<'l> {
        self.of(sub, filing.kind, filing.urgency)
    }
}

impl Row {
    /// Whether the rule is for such a matter.
    pub fn covers(&self, code: &SubCode, kind: RequestKind, urgency: Urgency) -> bool {
        let named = |of: &SubCode| of == code || of.as_str() == code.category().code();
        (self.of.is_empty() || self.of.iter().any(named))
            && (self.kinds.is_empty() || self.kinds.contains(&kind))
            && self.urgency.contains(&urgency)
    }
}
