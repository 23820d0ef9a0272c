//! Work on one ticket: a form for each move that is open to whoever is signed in. Which are open, the domain says; what is
//! filled in becomes the line that they would say by chat, and is said like one. Nothing is decided here.

use std::sync::Arc;

use axum::{
    Extension, Form,
    extract::{Path, State},
    http::StatusCode,
    response::Response,
};
use minijinja::{Value, context};
use serde::Deserialize;

use super::{
    super::{Console, errands, guard::Signed, page::Trouble},
    ticket::{self, Above},
};
use crate::{
    app::ledger::LedgerError,
    domain::{
        account::Sight,
        command::CommandKind,
        decide::{Asks, Filled, Move, line},
        ticket_no::TicketNo,
    },
};

#[derive(Deserialize)]
pub(super) struct Act {
    /// Which move; empty for an answer in words to what was asked.
    #[serde(default)]
    kind: String,
    #[serde(default)]
    choice: String,
    #[serde(default)]
    text: String,
    speed: Option<u8>,
    presence: Option<u8>,
    result: Option<u8>,
    /// The same for every sending of one form, so that a second click does nothing twice.
    #[serde(default)]
    once: String,
}

pub(super) async fn act(
    State(console): State<Arc<Console>>,
    Extension(signed): Extension<Signed>,
    Path(no): Path<String>,
    Form(act): Form<Act>,
) -> Response {
    console.seen(console.act(&signed, &no, act).await)
}

impl Console {
    async fn act(&self, signed: &Signed, typed: &str, act: Act) -> Result<Response, LedgerError> {
        let Some(no) = ticket::number(typed) else { return Ok(self.pages.trouble(Trouble::Nowhere)) };
        let shown = |status, above| self.ticket(signed, status, typed, Sight::Masked, above);
        let refused = |code| {
            let above = Above { notice: Some(self.pages.told(code)), ..Above::default() };
            shown(StatusCode::UNPROCESSABLE_ENTITY, above)
        };
        if self.person(signed).await?.is_none() {
            return refused("not_bound").await;
        }
        let text: String = act.text.trim().chars().take(errands::LINE).collect();
        let said = match (act.kind.as_str(), CommandKind::from_code(&act.kind)) {
            ("", _) if !text.is_empty() => Some(text),
            (_, None) => return Ok(self.pages.trouble(Trouble::Unreadable)),
            (_, Some(kind)) => {
                let marks = [act.speed, act.presence, act.result].map(Option::unwrap_or_default);
                let filled = Filled { choice: act.choice, text, marks };
                line(&self.app.store.standing().commands, kind, no, &filled)
            }
        };
        let Some(said) = said else { return refused("like_a_number").await };
        let once = format!("{}{}", act.once.chars().take(40).collect::<String>(), act.kind);
        let reply = self.said(signed, &once, &said).await?;
        shown(StatusCode::OK, Above { said: Some((said, reply)), ..Above::default() }).await
    }

    /// Who is at work here, and what they may do with a ticket now.
    pub(super) async fn desk(&self, signed: &Signed, no: TicketNo) -> Result<Value, LedgerError> {
        let Some(person) = self.person(signed).await? else { return Ok(Value::from(())) };
        let name = self.name_of(&person);
        let now = self.app.clock.now();
        let moves = self.app.store.open_moves(person, no, now).await?;
        let tomorrow = now.plus_minutes(24 * 60).date().to_string();
        let (at_once, asking): (Vec<&Move>, Vec<&Move>) =
            moves.iter().partition(|open| open.asks == Asks::Nothing);
        let form = |open: &&Move| {
            context! { kind => open.kind.code(), asks => open.asks.code(), choices => open.choices.clone() }
        };
        let forms = |moves: Vec<&Move>| moves.iter().map(form).collect::<Vec<_>>();
        Ok(
            context! { name, tomorrow, at_once => forms(at_once), asking => forms(asking), once => errands::once() },
        )
    }
}
