//! Suggestions: words that corrections speak for. Taking one is an edit like any other.

use std::sync::Arc;

use axum::{Extension, extract::State, http::StatusCode, response::Response};
use minijinja::{Value, context};

use super::{
    super::{Console, guard::Signed},
    SUGGESTIONS,
    shapes::Names,
};
use crate::workshop::Scope;

pub(super) async fn show(
    State(console): State<Arc<Console>>,
    Extension(signed): Extension<Signed>,
) -> Response {
    console.told(
        async {
            let suggestions = console.app.workshop.suggest(Scope::CHAT).await?;
            let desk = console.app.workshop.desk().await?;
            let names = Names::of(&desk);
            let rows: Vec<Value> = suggestions.iter().map(|one| names.suggestion(one)).collect();
            let values = context! { rows };
            Ok(console.dictionary_page(
                StatusCode::OK,
                &signed,
                &desk,
                SUGGESTIONS,
                "dictionary/suggestions.html",
                values,
            ))
        }
        .await,
    )
}
