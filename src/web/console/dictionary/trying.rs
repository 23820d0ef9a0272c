//! Trying a sentence: how it is cut, what speaks, who wins, live and in the draft. The sentence is sent as a form, so
//! that no address or log holds it.

use std::sync::Arc;

use axum::{Extension, Form, extract::State, http::StatusCode, response::Response};
use minijinja::{Value, context};
use serde::Deserialize;

use super::{
    super::{Console, guard::Signed},
    TRY,
    shapes::Names,
};
use crate::domain::words::shorten;

/// Characters tried at most.
const LONGEST: usize = 500;

#[derive(Default, Deserialize)]
pub(super) struct Sentence {
    #[serde(default)]
    text: String,
}

pub(super) async fn blank(
    State(console): State<Arc<Console>>,
    Extension(signed): Extension<Signed>,
) -> Response {
    show(State(console), Extension(signed), Form(Sentence::default())).await
}

pub(super) async fn show(
    State(console): State<Arc<Console>>,
    Extension(signed): Extension<Signed>,
    Form(sentence): Form<Sentence>,
) -> Response {
    console.told(
        async {
            let text = shorten(sentence.text.trim(), LONGEST);
            let desk = console.app.workshop.desk().await?;
            let names = Names::of(&desk);
            let mut values = context! { text => text.as_str(), longest => LONGEST };
            if !text.is_empty() {
                let (live, draft) = console.app.workshop.sentence(&text).await?;
                let same = draft.as_ref().is_none_or(|draft| {
                    (&draft.code, draft.act, draft.urgency) == (&live.code, live.act, live.urgency)
                });
                let now: Value = names.tried(&text, &live);
                let then = draft.map(|draft| names.tried(&text, &draft));
                values = context! { live => now, draft => then, same, ..values };
            }
            Ok(console.dictionary_page(StatusCode::OK, &signed, &desk, TRY, "dictionary/try.html", values))
        }
        .await,
    )
}
