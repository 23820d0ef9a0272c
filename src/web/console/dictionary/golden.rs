//! Golden sentences: whether they are all read rightly, the wrong ones first; adding one, and dropping one of our own.

use std::{collections::HashSet, sync::Arc};

use axum::{
    Extension, Form,
    extract::{Query, State},
    http::StatusCode,
    response::Response,
};
use minijinja::{Value, context};
use serde::Deserialize;

use super::{
    super::{Console, guard::Signed, page::Notice, redirect},
    GOLDEN,
    shapes::Names,
};
use crate::{
    domain::dictionary::{EditFault, Golden, Tuning},
    workshop::WorkshopError,
};

/// Characters of a golden sentence at most.
const LONGEST: usize = 200;

#[derive(Default, Deserialize)]
pub(super) struct Which {
    #[serde(default)]
    on: String,
    done: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Sentence {
    #[serde(default)]
    text: String,
    #[serde(default)]
    class: String,
}

pub(super) async fn show(
    State(console): State<Arc<Console>>,
    Extension(signed): Extension<Signed>,
    Query(which): Query<Which>,
) -> Response {
    let notice = console.pages.done(which.done.as_deref());
    let live = which.on == "live";
    console.told(async { console.golden(&signed, StatusCode::OK, live, notice, None).await }.await)
}

pub(super) async fn add(
    State(console): State<Arc<Console>>,
    Extension(signed): Extension<Signed>,
    Form(sentence): Form<Sentence>,
) -> Response {
    console.told(
        async {
            let desk = console.app.workshop.desk().await?;
            let text = sentence.text.trim();
            let fits = (1..=LONGEST).contains(&text.chars().count());
            let code = desk.live.taxonomy().named(&sentence.class);
            let why = match (code, fits) {
                (Ok(code), true) => {
                    let text = text.to_owned();
                    let golden = Golden { text, act: None, code: Some(code), urgency: None };
                    console.tune(&signed, Tuning::AddGolden(golden)).await?;
                    return Ok(redirect(&format!("{GOLDEN}?done=golden_added")));
                }
                (Err(near), _) => {
                    Notice::bad(console.explain(&EditFault::NoSuchClass(sentence.class.clone(), near), &desk))
                }
                (Ok(_), false) => console.pages.told("golden_unfit"),
            };
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            console.golden(&signed, status, false, Some(why), Some(&sentence)).await
        }
        .await,
    )
}

pub(super) async fn forget(
    State(console): State<Arc<Console>>,
    Extension(signed): Extension<Signed>,
    Form(sentence): Form<Sentence>,
) -> Response {
    console.told(
        async {
            console.tune(&signed, Tuning::DropGolden(sentence.text)).await?;
            Ok(redirect(&format!("{GOLDEN}?done=golden_dropped")))
        }
        .await,
    )
}

impl Console {
    async fn golden(
        &self,
        signed: &Signed,
        status: StatusCode,
        live: bool,
        notice: Option<Notice>,
        typed: Option<&Sentence>,
    ) -> Result<Response, WorkshopError> {
        let desk = self.app.workshop.desk().await?;
        let live = live || desk.draft.is_none();
        let lexicon = if live { &desk.live } else { desk.lexicon() };
        let (golden, misses) = self.app.workshop.golden_read(lexicon).await?;
        let own = self.app.store.golden().await?;
        let own: HashSet<&str> = own.iter().map(|one| one.text.as_str()).collect();
        let names = Names::of(&desk);
        let wrong: HashSet<&str> = misses.iter().map(|miss| miss.golden.text.as_str()).collect();
        let row = |value: Value, text: &str| context! { own => own.contains(text), ..value };
        let missed: Vec<Value> = misses.iter().map(|miss| row(names.miss(miss), &miss.golden.text)).collect();
        let right = golden.iter().filter(|one| !wrong.contains(one.text.as_str()));
        let (ours, shipped): (Vec<&Golden>, Vec<&Golden>) =
            right.partition(|one| own.contains(one.text.as_str()));
        let rows = |all: &[&Golden]| -> Vec<Value> {
            all.iter().map(|one| row(names.golden(one), &one.text)).collect()
        };
        let (ours, shipped) = (rows(&ours), rows(&shipped));
        let typed =
            typed.map(|typed| context! { text => typed.text.as_str(), class => typed.class.as_str() });
        let values = context! {
            notice, live, missed, ours, shipped, all => golden.len(), classes => names.classes(), typed, longest => LONGEST,
        };
        Ok(self.dictionary_page(status, signed, &desk, GOLDEN, "dictionary/golden.html", values))
    }
}
