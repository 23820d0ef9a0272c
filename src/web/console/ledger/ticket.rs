//! 工单: one ticket with its facts and all that happened to it, in plain words.

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
    super::{
        Console,
        guard::Signed,
        page::{Notice, Trouble},
    },
    LEDGER, row,
};
use crate::{
    app::ledger::{LedgerError, Whole},
    domain::{
        account::{Reason, Right, Sight},
        fund::Expense,
        ledger::{Background, Owner},
        patrol::Rhythm,
        person::PersonId,
        ticket::{PhotoStage, Segment, Ticket, TicketEvent},
        ticket_no::TicketNo,
        words::Words,
    },
    sheet::SheetWords,
    store::ledger::Happened,
};

#[derive(Deserialize)]
pub(super) struct Why {
    #[serde(default)]
    pub(super) reason: String,
}

pub(super) async fn show(
    State(console): State<Arc<Console>>,
    Extension(signed): Extension<Signed>,
    Path(no): Path<String>,
) -> Response {
    console.seen(console.ticket(&signed, StatusCode::OK, &no, Sight::Masked, Above::default()).await)
}

pub(super) async fn show_plain(
    State(console): State<Arc<Console>>,
    Extension(signed): Extension<Signed>,
    Path(no): Path<String>,
    Form(why): Form<Why>,
) -> Response {
    let made = match Reason::parse(&why.reason) {
        Ok(reason) => {
            console.ticket(&signed, StatusCode::OK, &no, Sight::Plain(reason), Above::default()).await
        }
        Err(refusal) => {
            let notice = Some(console.pages.refused(refusal));
            let above = Above { notice, reason: why.reason, ..Above::default() };
            console.ticket(&signed, StatusCode::UNPROCESSABLE_ENTITY, &no, Sight::Masked, above).await
        }
    };
    console.seen(made)
}

/// What stands above a ticket: what became of the form before.
#[derive(Default)]
pub(super) struct Above {
    /// What is wrong with it.
    pub(super) notice: Option<Notice>,
    /// The reason that somebody typed.
    pub(super) reason: String,
    /// What was said, and what was answered.
    pub(super) said: Option<(String, String)>,
}

/// The number that somebody typed, with or without its letters.
pub(super) fn number(typed: &str) -> Option<TicketNo> {
    let typed = typed.trim();
    let letters = typed.get(..2).is_some_and(|lx| lx.eq_ignore_ascii_case("LX"));
    TicketNo::from_digits(if letters { typed.get(2..)? } else { typed })
}

impl Console {
    pub(super) async fn ticket(
        &self,
        signed: &Signed,
        status: StatusCode,
        no: &str,
        sight: Sight,
        above: Above,
    ) -> Result<Response, LedgerError> {
        let ledgers = &self.app.ledgers;
        let plain = sight.is_plain();
        let whole = match number(no) {
            Some(no) => ledgers.ticket(no, signed.account.id, sight).await?,
            None => None,
        };
        let Some(Whole { ticket, row: facts, happened, expenses }) = whole else {
            return Ok(self.pages.trouble(Trouble::Nowhere));
        };
        let directory = ledgers.directory();
        let background = ledgers.background(&directory, plain);
        let line = |one: &Happened| line(one, &ticket, &background, ledgers.words());
        let events: Vec<Value> = happened.iter().map(line).collect();
        let spent: Vec<Value> = expenses.iter().map(|one| expense(one, &ticket, &background)).collect();
        let desk = self.desk(signed, ticket.no).await?;
        let Above { notice, reason, said } = above;
        let (said, reply) = said.unzip();
        let reply: Option<Vec<String>> = reply.map(|reply| reply.lines().map(str::to_owned).collect());
        let values = context! {
            ticket => row(&facts, ledgers.words()), events, spent, plain, notice, reason, hidden => ticket.private,
            may => signed.account.post.may(Right::SeePersonal), desk, said, reply,
        };
        Ok(self.page(status, signed, LEDGER, "ledger/ticket.html", values))
    }
}

/// One entry of a grid's books, for the template.
fn expense(one: &Expense, ticket: &Ticket, background: &Background<'_>) -> Value {
    context! {
        id => one.id.to_string(), amount => one.amount.to_string(), at => one.at.date().to_string(),
        by => background.directory.staff_name(one.by), receipts => one.receipts,
        purpose => (!ticket.private).then(|| background.words(one.purpose.as_str())),
        state => if one.reversed_by.is_some() { "expense_reversed" } else { one.state.code() },
    }
}

/// Whether a resident did it themselves; what follows from their words by itself is the system's.
fn by_resident(one: &Happened, background: &Background<'_>) -> bool {
    let follows = matches!(
        one.event,
        Some(
            TicketEvent::Accepted { .. }
                | TicketEvent::Dispatched { .. }
                | TicketEvent::Rerouted { .. }
                | TicketEvent::Regridded { .. }
                | TicketEvent::Linked { .. }
                | TicketEvent::Counted { .. }
                | TicketEvent::PlaceUnknown
                | TicketEvent::Proposed { .. }
                | TicketEvent::Levelled { .. }
                | TicketEvent::DueSet { .. }
                | TicketEvent::Handed { .. }
        )
    );
    !follows && one.actor.0 != 0 && Owner::of(one.actor, background.directory).is_none()
}

/// One thing that happened, for the template: its name, who did it, and whichever details it has.
fn line(one: &Happened, ticket: &Ticket, background: &Background<'_>, words: &SheetWords) -> Value {
    let owner = |person: PersonId| Owner::of(person, background.directory).map(|owner| words.owner(&owner));
    // Of a private ticket the words are nobody else's.
    let said = |text: &Words| {
        let text = text.as_str().trim();
        (!ticket.private && !text.is_empty()).then(|| background.words(text))
    };
    let frame = context! {
        at => one.at.to_string(), by => owner(one.actor),
        resident => by_resident(one, background),
    };
    let Some(event) = &one.event else { return context! { name => "unknown", ..frame } };
    let name = event.name();
    let details = match event {
        TicketEvent::Reported { text, place, .. } => {
            let place = (!ticket.private).then(|| words.place(&background.place(place)));
            context! { name, text => said(text), place }
        }
        TicketEvent::Located { place } => {
            let place = (!ticket.private).then(|| words.place(&background.place(place)));
            context! { name, place }
        }
        TicketEvent::Accepted { due, .. } => context! { name, due => due.map(|due| due.to_string()) },
        TicketEvent::Dispatched { owner: to } | TicketEvent::Rerouted { owner: to, .. } => {
            context! { name, to => owner(*to) }
        }
        TicketEvent::Regridded { grid, owner: to } => {
            let what = background.directory.grid(*grid).map(|grid| grid.name.clone());
            context! { name, what, to => to.and_then(owner) }
        }
        TicketEvent::Added { text } | TicketEvent::Noted { text } | TicketEvent::Reopened { text } => {
            context! { name, text => said(text) }
        }
        TicketEvent::Done { note } => context! { name, text => said(note) },
        TicketEvent::Verified { passed, note } => {
            context! { name => if *passed { name } else { "verified_not" }, text => said(note) }
        }
        TicketEvent::Confirmed { solved, text } => {
            context! { name => if *solved { name } else { "confirmed_not" }, text => said(text) }
        }
        TicketEvent::Rated { rating, text } => {
            context! { name, what => words.rating(*rating), text => said(text) }
        }
        TicketEvent::Photo { stage, .. } => match stage {
            PhotoStage::Before => context! { name },
            PhotoStage::After => context! { name => "photo_after" },
        },
        TicketEvent::Merged { into: other } | TicketEvent::Linked { similar: other } => {
            context! { name, other => other.to_string() }
        }
        TicketEvent::CoSigned { confirmed, .. } => {
            context! { name => if *confirmed { name } else { "co_signed_not" } }
        }
        TicketEvent::Refiled { subcategory, due } => {
            let sub = background.taxonomy.get(subcategory);
            let what = sub.map_or_else(|| subcategory.as_str().to_owned(), |sub| sub.name.clone());
            context! { name, what, due => due.map(|due| due.to_string()) }
        }
        TicketEvent::PatrolSet { by, rhythm, .. } => {
            let name = match rhythm {
                Rhythm::Daily => name,
                Rhythm::Weekly => "patrol_set_weekly",
            };
            context! { name, to => owner(*by) }
        }
        TicketEvent::Patrolled { text } | TicketEvent::PatrolEnded { text } => {
            context! { name, text => said(text) }
        }
        TicketEvent::PatrolDayOver { missed, .. } => {
            context! { name => if *missed { "patrol_missed" } else { name } }
        }
        TicketEvent::PutInProject { project } => context! { name, what => project.to_string() },
        TicketEvent::Promised { promise, due } => {
            context! { name, what => promise.name.as_str(), due => due.map(|due| due.to_string()) }
        }
        TicketEvent::ResourceTold { text, .. } => context! { name, what => text.as_str() },
        TicketEvent::ResourceGone { text, .. } => context! { name, text => said(text) },
        TicketEvent::VisitWished { at, text } => {
            context! { name, what => at.to_string(), text => said(text) }
        }
        TicketEvent::VisitFixed { at, .. } => context! { name, what => at.to_string() },
        TicketEvent::VisitRefused { text } => context! { name, text => said(text) },
        TicketEvent::SaidOnSite { witness } => context! { name, text => said(witness) },
        TicketEvent::VoicesJoined { from, .. } | TicketEvent::VoicesLeft { from } => {
            context! { name, other => from.to_string() }
        }
        TicketEvent::PromiseVoid { due } => context! { name, due => due.map(|due| due.to_string()) },
        TicketEvent::FromBox { slip } => {
            context! { name, box_no => slip.box_no.clone(), dated => slip.dated.date().to_string() }
        }
        TicketEvent::Proposed { households } => context! { name, households },
        TicketEvent::Handed { owner: to, text } => context! { name, to => owner(*to), text => said(text) },
        TicketEvent::Returned { text, to, .. } => context! { name, to => owner(*to), text => said(text) },
        TicketEvent::Appealed { text, to } => context! { name, to => owner(*to), text => said(text) },
        TicketEvent::Held { review, text } => {
            context! { name, due => review.to_string(), text => said(text) }
        }
        TicketEvent::Resumed { text, due } => {
            context! { name, due => due.map(|due| due.to_string()), text => said(text) }
        }
        TicketEvent::Declined { text, .. } | TicketEvent::Explained { text } => {
            context! { name, text => said(text) }
        }
        TicketEvent::Levelled { level, text } => {
            let ladder = background.directory.ladder_at(&ticket.place);
            let label = ladder.label(*level).unwrap_or_else(|| words.level(*level));
            context! { name, what => label, text => said(text) }
        }
        TicketEvent::Graded { grade } => context! { name, what => words.grade(*grade) },
        TicketEvent::Segmented { segments } => {
            let part =
                |(n, s): (usize, &Segment)| Some(format!("{}. {} {}", n + 1, said(&s.goal)?, s.due.date()));
            let parts: Option<Vec<String>> = segments.iter().enumerate().map(part).collect();
            context! { name, text => parts.map(|parts| parts.join("\n")) }
        }
        TicketEvent::SegmentDone { text } => context! { name, text => said(text) },
        TicketEvent::Led { mode, by } => context! { name, what => words.mode(*mode), to => owner(*by) },
        TicketEvent::ClockPassed { percent } => context! { name, what => format!("{percent}%") },
        TicketEvent::DueSet { due } => context! { name, due => due.to_string() },
        TicketEvent::Supervised { by } => context! { name, to => owner(*by) },
        TicketEvent::SettledOnSpot { note } => context! { name, text => said(note) },
        TicketEvent::Whistled { whistle, summoned } => {
            context! { name, what => whistle.to_string(), summoned => super::summoned(background.directory, *summoned) }
        }
        TicketEvent::Unmerged
        | TicketEvent::Parted { .. }
        | TicketEvent::ClosedUnanswered
        | TicketEvent::Countersigned => context! { name },
        TicketEvent::PlaceUnknown
        | TicketEvent::PatrolReminded
        | TicketEvent::Ordered
        | TicketEvent::Accounted
        | TicketEvent::SegmentLate
        | TicketEvent::Pooled
        | TicketEvent::Claimed
        | TicketEvent::Released
        | TicketEvent::SignedFor
        | TicketEvent::Arrived
        | TicketEvent::Withdrawn
        | TicketEvent::Counted { .. }
        | TicketEvent::Joined { .. }
        | TicketEvent::MadePrivate
        | TicketEvent::Urged => context! { name },
    };
    context! { ..details, ..frame }
}
