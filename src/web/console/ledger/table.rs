//! 台账: the table, its figures, and the file of it.

use std::sync::Arc;

use axum::{
    Extension, Form,
    extract::{Query, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use minijinja::{Value, context};
use serde::Deserialize;

use super::{
    super::{
        Console,
        guard::Signed,
        page::{Notice, Trouble},
    },
    LEDGER, Older, Which, form, last_moment, ratio, row,
};
use crate::{
    app::ledger::{LedgerError, Wanted},
    domain::{
        account::{Reason, Right, Sight},
        ledger::{Figures, Filter},
        ticket_no::TicketNo,
    },
    sheet::Format,
};

/// Rows on one page.
const ROWS: usize = 50;

#[derive(Deserialize)]
pub(super) struct Asked {
    #[serde(flatten)]
    which: Which,
    #[serde(default)]
    format: String,
    #[serde(default)]
    reason: String,
}

pub(super) async fn show(
    State(console): State<Arc<Console>>,
    Extension(signed): Extension<Signed>,
    Query(which): Query<Which>,
    Query(older): Query<Older>,
) -> Response {
    let ledgers = &console.app.ledgers;
    let Some(filter) = which.filter(&ledgers.directory(), ledgers.now()) else {
        return console.pages.trouble(Trouble::Unreadable);
    };
    console.seen(console.ledger(&signed, StatusCode::OK, filter, older.before, None, "").await)
}

pub(super) async fn export(
    State(console): State<Arc<Console>>,
    Extension(signed): Extension<Signed>,
    Form(asked): Form<Asked>,
) -> Response {
    console.seen(console.file(&signed, &asked, Sight::Masked).await)
}

pub(super) async fn export_plain(
    State(console): State<Arc<Console>>,
    Extension(signed): Extension<Signed>,
    Form(asked): Form<Asked>,
) -> Response {
    let ledgers = &console.app.ledgers;
    let made = match Reason::parse(&asked.reason) {
        Ok(reason) => console.file(&signed, &asked, Sight::Plain(reason)).await,
        Err(refusal) => match asked.which.filter(&ledgers.directory(), ledgers.now()) {
            Some(filter) => {
                let notice = Some(console.pages.refused(refusal));
                let status = StatusCode::UNPROCESSABLE_ENTITY;
                console.ledger(&signed, status, filter, None, notice, &asked.reason).await
            }
            None => Ok(console.pages.trouble(Trouble::Unreadable)),
        },
    };
    console.seen(made)
}

impl Console {
    async fn ledger(
        &self,
        signed: &Signed,
        status: StatusCode,
        filter: Filter,
        before: Option<i64>,
        notice: Option<Notice>,
        reason: &str,
    ) -> Result<Response, LedgerError> {
        let ledgers = &self.app.ledgers;
        let directory = ledgers.directory();
        let page = ledgers.page(filter.clone(), before.map(TicketNo::from_row), ROWS).await?;
        let rows: Vec<Value> = page.rows.iter().map(|one| row(one, ledgers.words())).collect();
        let period = ledgers.words().period((filter.since, last_moment(&filter)));
        let values = context! {
            rows, older => page.older.map(TicketNo::row), first => before.is_none(), period, notice, reason,
            form => form(self, &filter, &directory), figures => figures(&page.figures),
            plain => signed.account.post.may(Right::SeePersonal),
        };
        Ok(self.page(status, signed, LEDGER, "ledger/ledger.html", values))
    }

    async fn file(&self, signed: &Signed, asked: &Asked, sight: Sight) -> Result<Response, LedgerError> {
        let ledgers = &self.app.ledgers;
        let filter = asked.which.filter(&ledgers.directory(), ledgers.now());
        let (Some(filter), Some(format)) = (filter, Format::from_code(&asked.format)) else {
            return Ok(self.pages.trouble(Trouble::Unreadable));
        };
        let wanted = Wanted {
            filter,
            format,
            sight,
            account: Some(signed.account.id),
            by: signed.account.name.as_str().to_owned(),
            office: self.app.office.name.clone(),
        };
        let made = ledgers.export(wanted).await?;
        // A name in ASCII for what does not read the other one.
        let disposition = format!(
            "attachment; filename=\"ledger.{format}\"; filename*=UTF-8''{}",
            percent_encoded(&made.name)
        );
        let headers = [
            (header::CONTENT_TYPE, format.media_type().to_owned()),
            (header::CONTENT_DISPOSITION, disposition),
        ];
        Ok((headers, made.bytes).into_response())
    }
}

/// For templates.
pub(super) fn figures(figures: &Figures) -> Value {
    let excluded: u64 = figures.excluded.values().sum();
    context! {
        received => figures.received, closed => figures.closed, open => figures.open, overdue => figures.overdue,
        overdue_open => figures.overdue_open, reopened => figures.reopened, excluded,
        response => ratio(figures.response), solve => ratio(figures.solve),
        satisfaction => ratio(figures.satisfaction), in_time => ratio(figures.in_time),
    }
}

fn percent_encoded(name: &str) -> String {
    name.bytes()
        .map(|byte| match byte {
            b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' | b'.' | b'-' | b'_' => char::from(byte).to_string(),
            _another_byte => format!("%{byte:02X}"),
        })
        .collect()
}
