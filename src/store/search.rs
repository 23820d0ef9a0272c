//! The index of words in tickets: which tickets changed since it was last filled, filling it, and asking it. What a
//! ticket's words are is `domain/search`'s. A turn never touches it: it is filled afterwards, a few tickets at a time.

use std::collections::BTreeSet;

use rusqlite::{Connection, params};

use super::{Store, StoreError, ledger, rows};
use crate::domain::{
    ticket::{Ticket, TicketEvent},
    ticket_no::TicketNo,
};

/// Rows of the history looked at in one go.
const ROWS: i64 = 256;

/// Tickets that the index does not know as they are.
pub struct Stale {
    /// The row of the history that it will be filled up to.
    pub upto: i64,
    /// The tickets with what happened to them.
    pub tickets: Vec<(Ticket, Vec<TicketEvent>)>,
}

impl Store {
    /// What is to be put into the index next; `None` when it knows everything.
    pub async fn stale(&self) -> Result<Option<Stale>, StoreError> {
        self.read(stale).await
    }

    /// Puts words into the index; a ticket without words is taken out of it.
    pub async fn index(&self, upto: i64, words: Vec<(TicketNo, Option<String>)>) -> Result<(), StoreError> {
        self.alone(move |writer| writer.index(upto, &words)).await
    }

    /// The newest tickets before a number that a question of `domain/search` finds.
    pub async fn matching(
        &self,
        query: String,
        before: Option<TicketNo>,
        limit: usize,
    ) -> Result<Vec<Ticket>, StoreError> {
        self.read(move |connection| {
            let mut statement = connection.prepare_cached(
                "SELECT ticket.body FROM ticket_words JOIN ticket ON ticket.no = ticket_words.rowid
                 WHERE ticket_words MATCH ?1 AND ticket_words.rowid < ?2
                 ORDER BY ticket_words.rowid DESC LIMIT ?3",
            )?;
            let before = before.map_or(i64::MAX, TicketNo::row);
            let found = statement.query_map(params![query, before, limit as i64], rows::document)?;
            Ok(found.collect::<Result<_, _>>()?)
        })
        .await
    }
}

fn stale(connection: &Connection) -> Result<Option<Stale>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT seq, kind, subject FROM history WHERE seq > (SELECT history FROM search_mark) ORDER BY seq LIMIT ?1",
    )?;
    let mut changed = BTreeSet::new();
    let mut upto = None;
    let mut found = statement.query([ROWS])?;
    while let Some(row) = found.next()? {
        upto = Some(row.get(0)?);
        if row.get::<_, String>(1)? == "ticket" {
            changed.insert(TicketNo::from_row(row.get(2)?));
        }
    }
    let Some(upto) = upto else { return Ok(None) };
    let mut tickets = Vec::with_capacity(changed.len());
    for no in changed {
        let Some(ticket) = rows::ticket(connection, no)? else { continue };
        let happened = ledger::happened(connection, no)?;
        tickets.push((ticket, happened.into_iter().filter_map(|one| one.event).collect()));
    }
    Ok(Some(Stale { upto, tickets }))
}

pub(super) fn fill(
    connection: &Connection,
    upto: i64,
    words: &[(TicketNo, Option<String>)],
) -> Result<(), StoreError> {
    for (no, words) in words {
        match words {
            Some(words) => connection
                .prepare_cached("INSERT OR REPLACE INTO ticket_words (rowid, words) VALUES (?1, ?2)")?
                .execute(params![no.row(), words])?,
            None => {
                connection.prepare_cached("DELETE FROM ticket_words WHERE rowid = ?1")?.execute([no.row()])?
            }
        };
    }
    connection.prepare_cached("UPDATE search_mark SET history = ?1")?.execute([upto])?;
    Ok(())
}
