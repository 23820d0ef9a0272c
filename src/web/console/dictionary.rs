//! The dictionary: its pages, each in a file below, and what they share. All that changes anything is a turn made by
//! `App::tune`, as from chat and command line; here is only what is asked and how it is shown.

mod draft;
mod dry_run;
mod edit;
mod golden;
mod places;
mod shapes;
mod suggestions;
mod terms;
mod text;
mod trying;
mod versions;
mod why;

use axum::{
    extract::DefaultBodyLimit,
    http::StatusCode,
    response::Response,
    routing::{get, post},
};
use minijinja::{Value, context};

use super::{Access, Console, Entry, Method, Route, guard::Signed, page::Notice};
use crate::{
    domain::{
        account::Right,
        dictionary::{
            Author, Standing, Tuning, Via,
            trial::{Conflict, Trial},
        },
    },
    workshop::{Desk, Scope, WorkshopError},
};

pub(super) use dry_run::Runs;
pub(super) use shapes::VIAS;

pub(super) const PATH: &str = "/console/dictionary";
/// Where pasted text is sent to, and how large that form may be: percent-encoded Chinese takes nine bytes a character.
pub(super) const IMPORT: &str = "/console/dictionary/import";
pub(super) const IMPORT_BYTES: usize = 8 * 1024 * 1024;

const EDIT: &str = "/console/dictionary/edit";
const TRY: &str = "/console/dictionary/try";
const DRAFT: &str = "/console/dictionary/draft";
const DRY_RUN: &str = "/console/dictionary/dry-run";
const VERSIONS: &str = "/console/dictionary/versions";
const GOLDEN: &str = "/console/dictionary/golden";
const SUGGESTIONS: &str = "/console/dictionary/suggestions";
const PLACES: &str = "/console/dictionary/places";
const TEXT: &str = "/console/dictionary/text";
const WHY: &str = "/console/dictionary/why";

const VIEW: Access = Access::Needs(Right::ViewDictionary);
const CHANGE: Access = Access::Needs(Right::EditDictionary);
const PUBLISH: Access = Access::Needs(Right::PublishDictionary);

/// The dictionary's own menu, in its order.
pub(super) const SECTIONS: &[Entry] = &[
    Entry { path: PATH, name: "terms", access: VIEW },
    Entry { path: EDIT, name: "edit", access: CHANGE },
    Entry { path: TRY, name: "try", access: VIEW },
    Entry { path: DRAFT, name: "draft", access: VIEW },
    Entry { path: DRY_RUN, name: "dry_run", access: VIEW },
    Entry { path: VERSIONS, name: "versions", access: VIEW },
    Entry { path: GOLDEN, name: "golden", access: VIEW },
    Entry { path: SUGGESTIONS, name: "suggestions", access: VIEW },
    Entry { path: PLACES, name: "places", access: VIEW },
    Entry { path: WHY, name: "why", access: VIEW },
    Entry { path: TEXT, name: "text", access: VIEW },
];

#[rustfmt::skip]
pub(super) const ROUTES: &[Route] = &[
    Route { method: Method::Get, path: PATH, access: VIEW, handler: || get(terms::show) },
    Route { method: Method::Get, path: EDIT, access: CHANGE, handler: || get(edit::show) },
    Route { method: Method::Post, path: EDIT, access: CHANGE, handler: || post(edit::put) },
    Route { method: Method::Get, path: TRY, access: VIEW, handler: || get(trying::blank) },
    Route { method: Method::Post, path: TRY, access: VIEW, handler: || post(trying::show) },
    Route { method: Method::Get, path: DRAFT, access: VIEW, handler: || get(draft::show) },
    Route { method: Method::Post, path: "/console/dictionary/draft/drop", access: CHANGE, handler: || post(draft::take_back) },
    Route { method: Method::Post, path: "/console/dictionary/draft/discard", access: CHANGE, handler: || post(draft::discard) },
    Route { method: Method::Post, path: "/console/dictionary/publish", access: PUBLISH, handler: || post(draft::publish) },
    Route { method: Method::Get, path: DRY_RUN, access: VIEW, handler: || get(dry_run::show) },
    Route { method: Method::Post, path: DRY_RUN, access: CHANGE, handler: || post(dry_run::start) },
    Route { method: Method::Get, path: VERSIONS, access: VIEW, handler: || get(versions::list) },
    Route { method: Method::Get, path: "/console/dictionary/versions/{id}", access: VIEW, handler: || get(versions::one) },
    Route { method: Method::Post, path: "/console/dictionary/rollback", access: PUBLISH, handler: || post(versions::roll_back) },
    Route { method: Method::Get, path: GOLDEN, access: VIEW, handler: || get(golden::show) },
    Route { method: Method::Post, path: GOLDEN, access: CHANGE, handler: || post(golden::add) },
    Route { method: Method::Post, path: "/console/dictionary/golden/drop", access: CHANGE, handler: || post(golden::forget) },
    Route { method: Method::Get, path: SUGGESTIONS, access: VIEW, handler: || get(suggestions::show) },
    Route { method: Method::Get, path: PLACES, access: VIEW, handler: || get(places::show) },
    Route { method: Method::Post, path: PLACES, access: CHANGE, handler: || post(places::name) },
    Route { method: Method::Post, path: "/console/dictionary/places/dismiss", access: CHANGE, handler: || post(places::dismiss) },
    Route { method: Method::Get, path: WHY, access: VIEW, handler: || get(why::show) },
    Route { method: Method::Get, path: TEXT, access: VIEW, handler: || get(text::show) },
    Route { method: Method::Get, path: "/console/dictionary/export", access: VIEW, handler: || get(text::export) },
    Route { method: Method::Post, path: IMPORT, access: CHANGE, handler: || post(text::import).layer(DefaultBodyLimit::max(IMPORT_BYTES)) },
];

/// Why a change was not made, for those who see a page and not a chat.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Obstacle {
    Moved,
    Problems,
    NotCut,
    NoDraft,
    NoReason,
    Golden,
    DraftFirst,
    NoVersion,
}

impl Obstacle {
    pub(super) const ALL: &[Self] = &[
        Self::Moved,
        Self::Problems,
        Self::NotCut,
        Self::NoDraft,
        Self::NoReason,
        Self::Golden,
        Self::DraftFirst,
        Self::NoVersion,
    ];

    pub(super) const fn code(self) -> &'static str {
        match self {
            Self::Moved => "moved",
            Self::Problems => "problems",
            Self::NotCut => "not_cut",
            Self::NoDraft => "no_draft",
            Self::NoReason => "no_reason",
            Self::Golden => "golden",
            Self::DraftFirst => "draft_first",
            Self::NoVersion => "no_version",
        }
    }

    /// What stood in the way of a change that was refused.
    fn of(tuning: &Tuning, trial: &Trial, standing: &Standing) -> Self {
        if (trial.revision, trial.live) != (standing.revision, standing.live) {
            return Self::Moved;
        }
        if !trial.problems.is_empty() {
            return Self::Problems;
        }
        let unsaid = |reason: &str| reason.trim().is_empty();
        let no_draft = standing.touched.is_none();
        match tuning {
            Tuning::Discard => Self::NoDraft,
            Tuning::Publish { .. } if no_draft || trial.differing == 0 => Self::NoDraft,
            Tuning::Publish { reason, .. } if unsaid(reason) => Self::NoReason,
            Tuning::Publish { .. } => Self::Golden,
            Tuning::Rollback { .. } if !no_draft => Self::DraftFirst,
            Tuning::Rollback { to, reason } if *to < standing.live && unsaid(reason) => Self::NoReason,
            Tuning::Rollback { .. } => Self::NoVersion,
            Tuning::Put(_) | Tuning::Drop(_) if trial.conflicts.iter().any(is_uncut) => Self::NotCut,
            Tuning::Put(_)
            | Tuning::Drop(_)
            | Tuning::AddGolden(_)
            | Tuning::DropGolden(_)
            | Tuning::DismissPlace(_) => Self::Moved,
        }
    }
}

fn is_uncut(conflict: &Conflict) -> bool {
    matches!(conflict, Conflict::NotCut { .. })
}

impl Console {
    /// Tries a change and commits it; its trial, and what stood in its way if it was not made.
    async fn tune(
        &self,
        signed: &Signed,
        tuning: Tuning,
    ) -> Result<(Trial, Option<Obstacle>), WorkshopError> {
        let author =
            Author { name: signed.account.name.as_str().to_owned(), person: None, via: Via::Console };
        let (trial, answer) = self.app.tune(author, tuning.clone(), Scope::CHAT, None).await?;
        if answer.changed {
            return Ok((trial, None));
        }
        let standing = self.app.workshop.desk().await?.standing;
        let obstacle = Obstacle::of(&tuning, &trial, &standing);
        Ok((trial, Some(obstacle)))
    }

    /// The answer, or the page that says that something failed.
    fn told(&self, made: Result<Response, WorkshopError>) -> Response {
        made.unwrap_or_else(|fault| self.pages.fault(&fault))
    }

    /// A page of the dictionary, with its own menu and where the dictionaries stand.
    fn dictionary_page(
        &self,
        status: StatusCode,
        signed: &Signed,
        desk: &Desk,
        here: &str,
        template: &str,
        values: Value,
    ) -> Response {
        let sections: Vec<Value> = SECTIONS
            .iter()
            .filter(|entry| entry.access.admits(&signed.account))
            .map(|entry| context! { path => entry.path, name => entry.name, here => entry.path == here })
            .collect();
        let may = context! {
            edit => signed.account.post.may(Right::EditDictionary),
            publish => signed.account.post.may(Right::PublishDictionary),
        };
        let frame = context! { sections, may, standing => shapes::standing(desk) };
        self.page(status, signed, PATH, template, context! { ..values, ..frame })
    }

    /// The line above a page that says why a change was not made.
    fn not_made(&self, obstacle: Option<Obstacle>) -> Option<Notice> {
        obstacle.map(|obstacle| self.pages.hindered(obstacle))
    }
}
