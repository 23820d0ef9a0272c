//! The draft of the dictionaries: every change that the console makes, its trial, the dry run with its progress, and
//! publishing. A change is the same turn as in chat; its answer's words are shown as they are.

use std::sync::{
    Arc, Mutex, PoisonError,
    atomic::{AtomicUsize, Ordering::Relaxed},
};

use axum::{
    Extension, Form,
    extract::State,
    http::StatusCode,
    response::Response,
    routing::{get, post},
};
use minijinja::{Value, context};
use serde::Deserialize;

use super::{
    Access, Console, Method, Route,
    dictionary::{class_name, classes, difference},
    guard::Signed,
    page::Notice,
    redirect,
};
use crate::{
    domain::{
        account::Right,
        category::Taxonomy,
        decide::fault_line,
        dictionary::{
            Author, Edit, EditFault, Golden, Tuning, Via, parse_edit, parse_edits,
            trial::{Trial, Turned},
        },
    },
    workshop::{Progress, Scope, WorkshopError},
};

pub(super) const PATH: &str = "/console/dictionary/draft";

const VIEW: Access = Access::Needs(Right::ViewDictionary);
const EDIT: Access = Access::Needs(Right::EditDictionary);
const PUBLISH: Access = Access::Needs(Right::PublishDictionary);

pub(super) const ROUTES: &[Route] = &[
    Route { method: Method::Get, path: PATH, access: VIEW, handler: || get(show) },
    Route { method: Method::Post, path: "/console/dictionary/edit", access: EDIT, handler: || post(edit) },
    Route { method: Method::Post, path: "/console/dictionary/undo", access: EDIT, handler: || post(undo) },
    Route {
        method: Method::Post,
        path: "/console/dictionary/discard",
        access: EDIT,
        handler: || post(discard),
    },
    Route {
        method: Method::Post,
        path: "/console/dictionary/import",
        access: EDIT,
        handler: || post(import),
    },
    Route {
        method: Method::Post,
        path: "/console/dictionary/dry-run",
        access: EDIT,
        handler: || post(start),
    },
    Route {
        method: Method::Post,
        path: "/console/dictionary/golden",
        access: EDIT,
        handler: || post(golden),
    },
    Route { method: Method::Post, path: "/console/dictionary/place", access: EDIT, handler: || post(place) },
    Route {
        method: Method::Post,
        path: "/console/dictionary/publish",
        access: PUBLISH,
        handler: || post(publish),
    },
    Route {
        method: Method::Post,
        path: "/console/dictionary/rollback",
        access: PUBLISH,
        handler: || post(rollback),
    },
];

/// The one dry run at a time: how far it is, and what the last one found.
#[derive(Default)]
pub(super) struct Run {
    done: Arc<AtomicUsize>,
    all: Arc<AtomicUsize>,
    state: Arc<Mutex<Progressing>>,
}

#[derive(Default)]
struct Progressing {
    running: bool,
    found: Option<Trial>,
}

#[derive(Deserialize)]
struct EditForm {
    /// A whole line, as exported; or the fields below.
    #[serde(default)]
    line: String,
    #[serde(default)]
    word: String,
    #[serde(default)]
    term: String,
    #[serde(default)]
    class: String,
    #[serde(default)]
    weight: String,
    #[serde(default)]
    first: String,
}

#[derive(Deserialize)]
struct ReasonForm {
    #[serde(default)]
    reason: String,
    #[serde(default)]
    despite: String,
    #[serde(default)]
    to: u32,
}

#[derive(Deserialize)]
struct TextForm {
    #[serde(default)]
    text: String,
    #[serde(default)]
    class: String,
    #[serde(default)]
    drop: String,
}

#[derive(Deserialize)]
struct PlaceForm {
    #[serde(default)]
    name: String,
    #[serde(default)]
    estate: String,
}

async fn show(State(console): State<Arc<Console>>, Extension(signed): Extension<Signed>) -> Response {
    page(&console, &signed, StatusCode::OK, None).await
}

async fn page(console: &Console, signed: &Signed, status: StatusCode, notice: Option<Notice>) -> Response {
    match values(console).await {
        Ok(values) => console.page(status, signed, PATH, "draft.html", context! { notice, ..values }),
        Err(fault) => console.workshop_fault(&fault),
    }
}

async fn values(console: &Console) -> Result<Value, WorkshopError> {
    let desk = console.app.workshop.desk().await?;
    let taxonomy = desk.live.taxonomy();
    let state = console.dry_run.state.lock().unwrap_or_else(PoisonError::into_inner);
    // What was found for another draft says nothing about this one.
    let found = state.found.as_ref().filter(|trial| trial.revision == desk.standing.revision);
    let run = found.map(|trial| run_value(trial, taxonomy));
    let touched = desk.standing.touched.as_ref().map(|(author, _)| author.name.clone());
    Ok(context! {
        difference => difference(desk.book(), &desk.live_book, desk.live.commands()), touched, version => desk.standing.live,
        running => state.running, done => console.dry_run.done.load(Relaxed), all => console.dry_run.all.load(Relaxed),
        run, classes => classes(taxonomy)
    })
}

fn run_value(trial: &Trial, taxonomy: &Taxonomy) -> Value {
    let run = &trial.dry_run;
    let rows: Vec<Value> = run
        .changed
        .iter()
        .take(200)
        .map(|one| {
            let turned = match one.turned {
                Turned::Better => "better",
                Turned::Worse => "worse",
                Turned::Unsure => "unsure",
            };
            context! {
                text => masked(&one.text), was => class_name(taxonomy, &one.was),
                now => class_name(taxonomy, &one.is), turned
            }
        })
        .collect();
    context! {
        rows, days => run.days, read => run.read, changed => run.changed.len(), better => run.count(Turned::Better),
        worse => run.count(Turned::Worse), unsure => run.count(Turned::Unsure),
        golden => trial.golden - trial.golden_missed.len(), golden_all => trial.golden
    }
}

/// A sentence without the numbers that are somebody's: phones and identity cards.
fn masked(text: &str) -> String {
    let mut shown = String::new();
    let mut digits = String::new();
    for c in text.chars().chain([' ']) {
        if c.is_ascii_digit() {
            digits.push(c);
            continue;
        }
        match digits.len() {
            0..7 => shown.push_str(&digits),
            _ => shown.push_str("***"),
        }
        digits.clear();
        shown.push(c);
    }
    shown.trim_end().to_owned()
}

fn author_of(signed: &Signed) -> Author {
    Author { name: signed.account.name.as_str().to_owned(), person: None, via: Via::Console }
}

/// Does a change and shows the draft with what came of it.
async fn change(console: &Console, signed: &Signed, tuning: Tuning) -> Response {
    let author = author_of(signed);
    match console.app.tune(author, tuning, Scope::CHAT, None).await {
        Ok((trial, answer)) => {
            let good = trial.problems.is_empty();
            let status = if good { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
            let notice = console.pages.said(good, &answer.reply);
            page(console, signed, status, Some(notice)).await
        }
        Err(fault) => console.workshop_fault(&fault),
    }
}

/// An edit from a form; what is wrong with it in words.
fn parsed(console: &Console, form: &EditForm) -> Result<Edit, String> {
    let lexicon = console.app.lexicon();
    let line = if form.line.is_empty() {
        format!("{} {} {} {} {}", form.word, form.term.trim(), form.class, form.weight.trim(), form.first)
    } else {
        form.line.clone()
    };
    let (word, arguments) = line.trim().split_once(' ').unwrap_or((line.trim(), ""));
    let parsed = match lexicon.commands().kind_of(word) {
        Some(kind) => parse_edit(kind, arguments, lexicon.taxonomy(), lexicon.commands()),
        None => Err(EditFault::NoEdit(word.to_owned())),
    };
    parsed.map_err(|fault| explain(console, &fault))
}

fn explain(console: &Console, fault: &EditFault) -> String {
    let lexicon = console.app.lexicon();
    let line = fault_line(fault, lexicon.taxonomy(), lexicon.commands(), true);
    console.app.replies.render_all(&[line], console.app.clock.now())
}

async fn wrong(console: &Console, signed: &Signed, text: &str) -> Response {
    let notice = console.pages.said(false, text);
    page(console, signed, StatusCode::UNPROCESSABLE_ENTITY, Some(notice)).await
}

async fn edit(
    State(console): State<Arc<Console>>,
    Extension(signed): Extension<Signed>,
    Form(form): Form<EditForm>,
) -> Response {
    match parsed(&console, &form) {
        Ok(edit) => change(&console, &signed, Tuning::Put(vec![edit])).await,
        Err(text) => wrong(&console, &signed, &text).await,
    }
}

async fn undo(
    State(console): State<Arc<Console>>,
    Extension(signed): Extension<Signed>,
    Form(form): Form<EditForm>,
) -> Response {
    match parsed(&console, &form) {
        Ok(edit) => change(&console, &signed, Tuning::Drop(vec![edit.key()])).await,
        Err(text) => wrong(&console, &signed, &text).await,
    }
}

async fn discard(State(console): State<Arc<Console>>, Extension(signed): Extension<Signed>) -> Response {
    change(&console, &signed, Tuning::Discard).await
}

async fn import(
    State(console): State<Arc<Console>>,
    Extension(signed): Extension<Signed>,
    Form(form): Form<TextForm>,
) -> Response {
    let lexicon = console.app.lexicon();
    let parsed =
        parse_edits("", &form.text, lexicon.taxonomy(), lexicon.commands(), |fault| explain(&console, fault));
    let problems = match parsed {
        Ok(edits) if edits.is_empty() => return redirect(PATH),
        Ok(edits) => {
            let faults: Vec<(usize, String)> = edits
                .iter()
                .filter_map(|(line, edit)| Some((*line, lexicon.check_edit(edit).err()?)))
                .collect();
            if faults.is_empty() {
                let edits = edits.into_iter().map(|(_, edit)| edit).collect();
                return change(&console, &signed, Tuning::Put(edits)).await;
            }
            faults
        }
        Err(problems) => problems.into_iter().map(|problem| (problem.line, problem.text)).collect(),
    };
    let lines = problems.iter().take(20).map(|(line, text)| format!("第{line}行：{text}"));
    wrong(&console, &signed, &lines.collect::<Vec<_>>().join("\n")).await
}

/// Starts the dry run, if none is running; the page shows how far it is.
async fn start(State(console): State<Arc<Console>>) -> Response {
    let run = &console.dry_run;
    {
        let mut state = run.state.lock().unwrap_or_else(PoisonError::into_inner);
        if std::mem::replace(&mut state.running, true) {
            return redirect(PATH);
        }
    }
    run.done.store(0, Relaxed);
    run.all.store(0, Relaxed);
    let (done, all, state) = (run.done.clone(), run.all.clone(), run.state.clone());
    let workshop = console.app.workshop.clone();
    tokio::spawn(async move {
        let progress: Progress = Arc::new(move |read, of| {
            done.store(read, Relaxed);
            all.store(of, Relaxed);
        });
        let publish = Tuning::Publish { reason: String::new(), despite_golden: false };
        let found = workshop.trial(&publish, Scope::PATIENT, Some(progress)).await;
        let mut state = state.lock().unwrap_or_else(PoisonError::into_inner);
        state.running = false;
        match found {
            Ok(trial) => state.found = Some(trial),
            Err(fault) => tracing::error!(error = crate::domain::problem::chain(&fault), "dry run failed"),
        }
    });
    redirect(PATH)
}

async fn golden(
    State(console): State<Arc<Console>>,
    Extension(signed): Extension<Signed>,
    Form(form): Form<TextForm>,
) -> Response {
    let tuning = if form.drop.is_empty() {
        let lexicon = console.app.lexicon();
        let Ok(code) = lexicon.taxonomy().named(&form.class) else {
            return redirect(super::dictionary::GOLDEN);
        };
        if form.text.trim().is_empty() {
            return redirect(super::dictionary::GOLDEN);
        }
        Tuning::AddGolden(Golden {
            text: form.text.trim().to_owned(),
            act: None,
            code: Some(code),
            urgency: None,
        })
    } else {
        Tuning::DropGolden(form.drop)
    };
    let author = author_of(&signed);
    match console.app.tune(author, tuning, Scope::CHAT, None).await {
        Ok(_) => redirect(super::dictionary::GOLDEN),
        Err(fault) => console.workshop_fault(&fault),
    }
}

/// A name that nobody knew: another name of an estate, or none at all.
async fn place(
    State(console): State<Arc<Console>>,
    Extension(signed): Extension<Signed>,
    Form(form): Form<PlaceForm>,
) -> Response {
    let author = || author_of(&signed);
    let dismissed =
        console.app.tune(author(), Tuning::DismissPlace(form.name.clone()), Scope::CHAT, None).await;
    if let Err(fault) = dismissed {
        return console.workshop_fault(&fault);
    }
    if form.estate.is_empty() {
        return redirect(super::dictionary::QUEUE);
    }
    let edit = Edit::Place { name: form.name, estate: form.estate };
    change(&console, &signed, Tuning::Put(vec![edit])).await
}

async fn publish(
    State(console): State<Arc<Console>>,
    Extension(signed): Extension<Signed>,
    Form(form): Form<ReasonForm>,
) -> Response {
    let tuning = Tuning::Publish { reason: form.reason, despite_golden: !form.despite.is_empty() };
    change(&console, &signed, tuning).await
}

async fn rollback(
    State(console): State<Arc<Console>>,
    Extension(signed): Extension<Signed>,
    Form(form): Form<ReasonForm>,
) -> Response {
    change(&console, &signed, Tuning::Rollback { to: form.to, reason: form.reason }).await
}

#[cfg(test)]
mod tests {
    use super::masked;

    #[test]
    fn long_numbers_are_masked_and_short_ones_are_not() {
        assert_eq!(masked("3号楼501 电话13812345678"), "3号楼501 电话***");
        assert_eq!(masked("64010219800101123X 漏水"), "***X 漏水");
    }
}
