//! Names that residents use and nobody knows: another name for an estate, or none at all.

use std::sync::Arc;

use axum::{
    Extension, Form,
    extract::{Query, State},
    http::StatusCode,
    response::Response,
};
use minijinja::{Value, context};
use serde::Deserialize;

use super::{
    super::{Console, entrance::After, guard::Signed, page::Notice, redirect},
    PLACES, shapes,
};
use crate::{
    domain::{
        dictionary::{Edit, Tuning},
        words::masked,
    },
    workshop::WorkshopError,
};

/// Names listed.
const LISTED: usize = 200;

#[derive(Deserialize)]
pub(super) struct Fields {
    #[serde(default)]
    name: String,
    #[serde(default)]
    estate: String,
}

pub(super) async fn show(
    State(console): State<Arc<Console>>,
    Extension(signed): Extension<Signed>,
    Query(after): Query<After>,
) -> Response {
    let notice = console.pages.done(after.done.as_deref());
    console.told(async { console.places(&signed, StatusCode::OK, notice).await }.await)
}

pub(super) async fn name(
    State(console): State<Arc<Console>>,
    Extension(signed): Extension<Signed>,
    Form(fields): Form<Fields>,
) -> Response {
    console.told(
        async {
            let edit = Edit::Place { name: fields.name.trim().to_owned(), estate: fields.estate };
            let desk = console.app.workshop.desk().await?;
            let unfit = desk.lexicon().check_edit(&edit).err().map(Notice::bad);
            let refused = match unfit {
                Some(unfit) => Some(unfit),
                None => console.not_made(console.tune(&signed, Tuning::Put(vec![edit])).await?.1),
            };
            if refused.is_some() {
                return console.places(&signed, StatusCode::UNPROCESSABLE_ENTITY, refused).await;
            }
            console.tune(&signed, Tuning::DismissPlace(fields.name)).await?;
            Ok(redirect(&format!("{PLACES}?done=place_named")))
        }
        .await,
    )
}

pub(super) async fn dismiss(
    State(console): State<Arc<Console>>,
    Extension(signed): Extension<Signed>,
    Form(fields): Form<Fields>,
) -> Response {
    console.told(
        async {
            console.tune(&signed, Tuning::DismissPlace(fields.name)).await?;
            Ok(redirect(&format!("{PLACES}?done=place_dismissed")))
        }
        .await,
    )
}

impl Console {
    async fn places(
        &self,
        signed: &Signed,
        status: StatusCode,
        notice: Option<Notice>,
    ) -> Result<Response, WorkshopError> {
        let desk = self.app.workshop.desk().await?;
        let unknown = self.app.store.unknown_places(LISTED).await?;
        let rows: Vec<Value> = unknown
            .iter()
            .map(|one| {
                context! {
                    name => one.name.as_str(), shown => masked(&one.name), seen => one.seen, ticket => one.ticket.to_string(),
                    at => one.at.to_string(),
                }
            })
            .collect();
        let estates = shapes::estates(&desk);
        let values = context! { notice, rows, estates };
        Ok(self.dictionary_page(status, signed, &desk, PLACES, "dictionary/places.html", values))
    }
}
