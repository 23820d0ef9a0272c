//! 待办: what waits for whoever is signed in, most pressing first. What waits for whom, the domain says.

use std::sync::Arc;

use axum::{Extension, extract::State, http::StatusCode, response::Response};
use minijinja::{Value, context};

use super::{
    super::{Console, guard::Signed},
    AGENDA, row,
};
use crate::{
    app::ledger::LedgerError,
    domain::{decide::Agenda, ledger::LedgerRow, ticket::Ticket},
};

pub(super) async fn show(
    State(console): State<Arc<Console>>,
    Extension(signed): Extension<Signed>,
) -> Response {
    console.seen(console.agenda(&signed).await)
}

impl Console {
    async fn agenda(&self, signed: &Signed) -> Result<Response, LedgerError> {
        let Some(person) = self.person(signed).await? else {
            return Ok(self.page(
                StatusCode::OK,
                signed,
                AGENDA,
                "ledger/agenda.html",
                context! { bound => false },
            ));
        };
        let name = self.name_of(&person);
        let ledgers = &self.app.ledgers;
        let directory = ledgers.directory();
        let background = ledgers.background(&directory, false);
        let of = |ticket: &Ticket| row(&LedgerRow::of(ticket, &background), ledgers.words());
        let Agenda { to_sign, overdue, today, later, to_verify, to_approve, to_allow } =
            self.app.store.agenda(person, background.now).await?;
        let rows = |tickets: &[Ticket]| tickets.iter().map(of).collect::<Vec<_>>();
        let list = |name: &str, tickets: &[Ticket]| context! { name, rows => rows(tickets) };
        let whistles: Vec<Value> = to_approve
            .iter()
            .map(|(whistle, ticket)| {
                let summoned = super::summoned(&directory, whistle.summoned);
                context! { whistle => whistle.id.to_string(), summoned, ticket => of(ticket) }
            })
            .collect();
        let expenses: Vec<Value> = to_allow
            .iter()
            .map(|(grid, expense)| {
                let grid = directory.grid(*grid).map_or("", |g| g.name.as_str());
                context! {
                    id => expense.id.to_string(), grid, amount => expense.amount.to_string(), purpose => expense.purpose.short(60),
                    ticket => expense.ticket.map(|no| no.to_string()), by => directory.staff_name(expense.by),
                }
            })
            .collect();
        let lists = vec![
            list("overdue", &overdue),
            list("to_sign", &to_sign),
            list("today", &today),
            list("to_verify", &to_verify),
            list("later", &later),
        ];
        let values = context! { bound => true, name, lists, whistles, expenses };
        Ok(self.page(StatusCode::OK, signed, AGENDA, "ledger/agenda.html", values))
    }
}
