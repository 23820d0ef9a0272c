//! The dry run of the draft over all past messages: one at a time, seen while it proceeds, kept until the next, given up
//! when the service ends.

use std::sync::{
    Arc, Mutex, OnceLock, PoisonError,
    atomic::{AtomicUsize, Ordering::Relaxed},
};

use axum::{
    Extension,
    extract::{Query, State},
    http::StatusCode,
    response::Response,
};
use minijinja::{Value, context};
use serde::Deserialize;

use super::{
    super::{Console, guard::Signed, redirect},
    DRY_RUN,
    shapes::Names,
};
use crate::{
    domain::{
        dictionary::{
            Tuning,
            trial::{Trial, Turned},
        },
        moment::Moment,
        problem::chain,
    },
    workshop::{Progress, Scope},
};

/// Rows on one page.
const ROWS: usize = 50;

/// The newest run, if there was one.
#[derive(Default)]
pub(in super::super) struct Runs(Mutex<Option<Arc<Run>>>);

/// A run, under way or done.
struct Run {
    by: String,
    at: Moment,
    read: AtomicUsize,
    all: AtomicUsize,
    /// `None` in it: it failed.
    end: OnceLock<Option<Trial>>,
}

impl Runs {
    fn newest(&self) -> Option<Arc<Run>> {
        // A poisoned lock only means that somebody panicked; the newest run is whole.
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// A new run, unless one is under way.
    fn begin(&self, by: &str, at: Moment) -> Option<Arc<Run>> {
        let mut newest = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if newest.as_ref().is_some_and(|run| run.end.get().is_none()) {
            return None;
        }
        let (read, all, end) = (AtomicUsize::new(0), AtomicUsize::new(0), OnceLock::new());
        let run = Arc::new(Run { by: by.to_owned(), at, read, all, end });
        *newest = Some(run.clone());
        Some(run)
    }
}

#[derive(Deserialize)]
pub(super) struct Which {
    #[serde(default)]
    turned: String,
    #[serde(default)]
    page: usize,
}

pub(super) async fn start(
    State(console): State<Arc<Console>>,
    Extension(signed): Extension<Signed>,
) -> Response {
    if let Some(run) = console.runs.begin(signed.account.name.as_str(), console.app.clock.now()) {
        tokio::spawn(work(console.clone(), run));
    }
    redirect(DRY_RUN)
}

async fn work(console: Arc<Console>, run: Arc<Run>) {
    let (app, told) = (console.app.clone(), run.clone());
    let progress: Progress = Arc::new(move |read, all| {
        told.read.store(read, Relaxed);
        told.all.store(all, Relaxed);
        !app.is_stopping()
    });
    let publish = Tuning::Publish { reason: String::new(), despite_golden: false };
    let trial = console.app.workshop.trial(&publish, Scope::PATIENT, Some(progress)).await;
    let trial = trial.map_err(|fault| tracing::error!(error = chain(&fault), "dry run failed")).ok();
    // Only this task ends this run.
    let _ = run.end.set(trial);
}

pub(super) async fn show(
    State(console): State<Arc<Console>>,
    Extension(signed): Extension<Signed>,
    Query(which): Query<Which>,
) -> Response {
    console.told(
        async {
            let desk = console.app.workshop.desk().await?;
            let run = console.runs.newest();
            let values = match run.as_deref() {
                None => context! {},
                Some(run) => {
                    let head = context! { by => run.by.as_str(), at => run.at.to_string() };
                    match run.end.get() {
                        None => {
                            let (read, all) = (run.read.load(Relaxed), run.all.load(Relaxed));
                            context! { run => context! { state => "under_way", read, all, ..head } }
                        }
                        Some(None) => context! { run => context! { state => "failed", ..head } },
                        Some(Some(trial)) => {
                            let same =
                                (trial.revision, trial.live) == (desk.standing.revision, desk.standing.live);
                            let run = context! { state => "done", same, ..head };
                            context! { run, ..result(trial, &which, Names::of(&desk)) }
                        }
                    }
                }
            };
            Ok(console.dictionary_page(
                StatusCode::OK,
                &signed,
                &desk,
                DRY_RUN,
                "dictionary/dry_run.html",
                values,
            ))
        }
        .await,
    )
}

fn result(trial: &Trial, which: &Which, names: Names<'_>) -> Value {
    let wanted = match which.turned.as_str() {
        "better" => Some(Turned::Better),
        "worse" => Some(Turned::Worse),
        "unsure" => Some(Turned::Unsure),
        _ => None,
    };
    let changed = trial.dry_run.changed.iter();
    let rows: Vec<_> = changed.filter(|one| wanted.is_none_or(|turned| turned == one.turned)).collect();
    let pages = rows.len().div_ceil(ROWS).max(1);
    let page = which.page.clamp(1, pages);
    let shown: Vec<Value> =
        rows.iter().skip((page - 1) * ROWS).take(ROWS).map(|one| names.changed(one)).collect();
    let turned = wanted.map(|_| which.turned.clone());
    context! { trial => names.trial(trial, 0), rows => shown, turned, page, pages }
}
