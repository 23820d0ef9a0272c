//! 为什么: a ticket's words under the lexicon that filed it. What a private ticket says is shown to nobody here.

use std::sync::Arc;

use axum::{
    Extension,
    extract::{Query, State},
    http::StatusCode,
    response::Response,
};
use minijinja::context;
use serde::Deserialize;

use super::{
    super::{Console, guard::Signed},
    WHY,
    shapes::Names,
};
use crate::domain::ticket_no::TicketNo;

#[derive(Deserialize)]
pub(super) struct Which {
    #[serde(default)]
    no: String,
}

pub(super) async fn show(
    State(console): State<Arc<Console>>,
    Extension(signed): Extension<Signed>,
    Query(which): Query<Which>,
) -> Response {
    console.told(
        async {
            let desk = console.app.workshop.desk().await?;
            let names = Names::of(&desk);
            let typed = which.no.trim();
            let digits = typed.trim_start_matches(['L', 'X', 'l', 'x']);
            let ticket = match TicketNo::from_digits(digits) {
                Some(no) => console.app.store.ticket(no).await?,
                None => None,
            };
            let values = match ticket {
                None => context! { typed },
                Some(ticket) => {
                    let head = context! {
                        no => ticket.no.to_string(), class => names.class(&ticket.filing.subcategory),
                        private => ticket.private, at => ticket.received_at.to_string(),
                    };
                    let tried =
                        if ticket.private { None } else { console.app.workshop.explain(ticket.no).await? };
                    let tried = tried.map(|tried| names.tried(ticket.text.as_str(), &tried));
                    context! { typed, ticket => head, tried }
                }
            };
            Ok(console.dictionary_page(StatusCode::OK, &signed, &desk, WHY, "dictionary/why.html", values))
        }
        .await,
    )
}
