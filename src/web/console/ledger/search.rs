//! 查找: tickets by number, place or words.

use std::sync::Arc;

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
    SEARCH, TICKETS, row, ticket,
};
use crate::{
    app::ledger::LedgerError,
    domain::{search::snippet, ticket_no::TicketNo},
};

/// Tickets on one page.
const ROWS: usize = 20;

#[derive(Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    q: String,
    before: Option<i64>,
}

pub(super) async fn show(
    State(console): State<Arc<Console>>,
    Extension(signed): Extension<Signed>,
    Query(asked): Query<Asked>,
) -> Response {
    console.seen(console.search(&signed, &asked).await)
}

impl Console {
    async fn search(&self, signed: &Signed, asked: &Asked) -> Result<Response, LedgerError> {
        let ledgers = &self.app.ledgers;
        // A number that is one leads straight to its ticket.
        if let Some(no) = ticket::number(&asked.q)
            && self.app.store.ticket(no).await?.is_some()
        {
            return Ok(redirect(&format!("{TICKETS}/{no}")));
        }
        let before = asked.before.map(TicketNo::from_row);
        let mut found = ledgers.search(&asked.q, before, ROWS + 1).await?;
        let more = found.len() > ROWS;
        found.truncate(ROWS);
        let older = found.last().filter(|_| more).map(|one| one.no.row());
        let piece = |(text, hit): (String, bool)| context! { text, hit };
        let rows: Vec<Value> = found
            .iter()
            .map(|one| {
                let text = snippet(one.problem.as_deref().unwrap_or_default(), &asked.q);
                let note = snippet(one.measure.as_deref().unwrap_or_default(), &asked.q);
                let hits = |pieces: &[(String, bool)]| pieces.iter().any(|(_, hit)| *hit);
                let note = if hits(&note) { note } else { vec![] };
                let list = |pieces: Vec<(String, bool)>| pieces.into_iter().map(piece).collect::<Vec<_>>();
                context! { text => list(text), note => list(note), ..row(one, ledgers.words()) }
            })
            .collect();
        let values = context! { q => asked.q.trim(), rows, older, first => before.is_none() };
        Ok(self.page(StatusCode::OK, signed, SEARCH, "ledger/search.html", values))
    }
}
