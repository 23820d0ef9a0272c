//! 交办单: one ticket on a sheet of paper, for whoever goes out with it and for the signatures. It only looks; what is personal
//! is on it only for a reason that is on record.

use std::sync::Arc;

use axum::{
    Extension, Form,
    extract::{Path, State},
    http::StatusCode,
    response::Response,
};
use minijinja::context;

use super::{
    super::{
        Console,
        guard::Signed,
        page::{Notice, Trouble},
    },
    row,
    ticket::{Why, number},
};
use crate::{
    app::ledger::{LedgerError, Whole},
    domain::{
        account::{Reason, Right, Sight},
        ticket::TicketEvent,
    },
};

pub(super) async fn show(
    State(console): State<Arc<Console>>,
    Extension(signed): Extension<Signed>,
    Path(no): Path<String>,
) -> Response {
    console.seen(console.slip(&signed, StatusCode::OK, &no, Sight::Masked, None).await)
}

pub(super) async fn show_plain(
    State(console): State<Arc<Console>>,
    Extension(signed): Extension<Signed>,
    Path(no): Path<String>,
    Form(why): Form<Why>,
) -> Response {
    let made = match Reason::parse(&why.reason) {
        Ok(reason) => console.slip(&signed, StatusCode::OK, &no, Sight::Plain(reason), None).await,
        Err(refusal) => {
            let notice = Some(console.pages.refused(refusal));
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            console.slip(&signed, status, &no, Sight::Masked, notice).await
        }
    };
    console.seen(made)
}

impl Console {
    async fn slip(
        &self,
        signed: &Signed,
        status: StatusCode,
        no: &str,
        sight: Sight,
        notice: Option<Notice>,
    ) -> Result<Response, LedgerError> {
        let ledgers = &self.app.ledgers;
        let plain = sight.is_plain();
        let whole = match number(no) {
            Some(no) => ledgers.ticket(no, signed.account.id, sight).await?,
            None => None,
        };
        let Some(Whole { ticket, row: facts, happened, expenses: _ }) = whole else {
            return Ok(self.pages.trouble(Trouble::Nowhere));
        };
        let directory = ledgers.directory();
        let background = ledgers.background(&directory, plain);
        let words = ledgers.words();
        // What the last one who handed it on asked for.
        let asked = happened.iter().rev().find_map(|one| match &one.event {
            Some(TicketEvent::Handed { text, .. }) if !text.is_empty() && !ticket.private => {
                Some(background.words(text.as_str()))
            }
            Some(_) | None => None,
        });
        let staff = |person| directory.staff_name(person).to_owned();
        let values = context! {
            ticket => row(&facts, words), asked, plain, notice,
            office => self.app.office.name.as_str(),
            level => directory.ladder_at(&ticket.place).label(ticket.road.level).unwrap_or_else(|| words.level(ticket.road.level)), grade => words.grade(ticket.road.grade),
            review => ticket.road.hold.as_ref().map(|hold| hold.review.to_string()),
            supervisor => ticket.road.supervisor.map(staff),
            may => signed.account.post.may(Right::SeePersonal) && !ticket.private && !plain,
            printed => ledgers.now().to_string(), by => signed.account.name.as_str(),
        };
        Ok(self.pages.plain(status, "ledger/slip.html", Some(&signed.key), values))
    }
}
