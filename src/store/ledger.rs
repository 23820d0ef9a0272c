//! Tickets in bulk, for ledger and figures: read a few hundred at a time over a connection of its own, so that no long
//! ledger keeps the memory, the log of the database or anybody who asks something short. It only reads.

use std::ops::{Range, RangeInclusive};

use rusqlite::{Connection, params};

use super::{Store, StoreError, rows::document, schema};
use crate::domain::{
    fund::{Expense, Fund},
    listing::Listing,
    meeting::Meeting,
    moment::Moment,
    person::PersonId,
    project::Project,
    ticket::{Ticket, TicketEvent},
    ticket_no::TicketNo,
};

/// Tickets read at a time.
const CHUNK: i64 = 256;

/// Tickets, on a connection of their own.
pub struct Shelf {
    connection: Connection,
}

/// One thing that happened to a ticket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Happened {
    /// Its row of the history.
    pub seq: i64,
    /// When.
    pub at: Moment,
    /// Who did it.
    pub actor: PersonId,
    /// What; `None`: written by a newer version.
    pub event: Option<TicketEvent>,
}

/// Whether to go on reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// The next one.
    More,
    /// Enough.
    Stop,
}

impl Store {
    /// Tickets to be read at leisure; on a thread where waiting harms nobody.
    pub fn shelf(&self) -> Result<Shelf, StoreError> {
        Ok(Shelf { connection: schema::open_reader(&self.path)? })
    }
}

impl Shelf {
    /// Hands over the tickets of these numbers, oldest first, until there are no more or the reader has enough.
    pub fn ascending<E: From<StoreError>>(
        &self,
        numbers: Range<TicketNo>,
        reader: impl FnMut(Ticket) -> Result<Next, E>,
    ) -> Result<(), E> {
        let sql = "SELECT body FROM ticket WHERE no >= ?1 AND no < ?2 ORDER BY no LIMIT ?3";
        self.walk(sql, numbers, reader, |rest, last| TicketNo::from_row(last.row() + 1)..rest.end)
    }

    /// The same, newest first.
    pub fn descending<E: From<StoreError>>(
        &self,
        numbers: Range<TicketNo>,
        reader: impl FnMut(Ticket) -> Result<Next, E>,
    ) -> Result<(), E> {
        let sql = "SELECT body FROM ticket WHERE no >= ?1 AND no < ?2 ORDER BY no DESC LIMIT ?3";
        self.walk(sql, numbers, reader, |rest, last| rest.start..last)
    }

    fn walk<E: From<StoreError>>(
        &self,
        sql: &str,
        mut numbers: Range<TicketNo>,
        mut reader: impl FnMut(Ticket) -> Result<Next, E>,
        behind: impl Fn(&Range<TicketNo>, TicketNo) -> Range<TicketNo>,
    ) -> Result<(), E> {
        loop {
            let chunk = self.chunk(sql, &numbers)?;
            let Some(last) = chunk.last().map(|ticket| ticket.no) else { return Ok(()) };
            for ticket in chunk {
                if reader(ticket)? == Next::Stop {
                    return Ok(());
                }
            }
            numbers = behind(&numbers, last);
        }
    }

    /// All meetings: few, and each has one row.
    pub fn meetings<E: From<StoreError>>(
        &self,
        mut reader: impl FnMut(&Meeting) -> Result<(), E>,
    ) -> Result<(), E> {
        let all = || -> Result<Vec<Meeting>, StoreError> {
            let mut statement = self.connection.prepare_cached("SELECT body FROM meeting ORDER BY id")?;
            Ok(statement.query_map([], document)?.collect::<Result<_, _>>()?)
        };
        all()?.iter().try_for_each(&mut reader)
    }

    /// Each chunk is a look of its own: the log of the database is never held for longer.
    fn chunk(&self, sql: &str, numbers: &Range<TicketNo>) -> Result<Vec<Ticket>, StoreError> {
        let mut statement = self.connection.prepare_cached(sql)?;
        let rows = statement.query_map(params![numbers.start.row(), numbers.end.row(), CHUNK], document)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

pub(super) fn happened(connection: &Connection, no: TicketNo) -> Result<Vec<Happened>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT seq, at, actor, body FROM history WHERE subject = ?1 AND kind = 'ticket' ORDER BY seq",
    )?;
    let rows = statement.query_map([no.row()], |row| {
        Ok(Happened {
            seq: row.get(0)?,
            at: Moment::from_millis(row.get(1)?),
            actor: PersonId(row.get(2)?),
            event: serde_json::from_str(row.get_ref(3)?.as_str()?).ok(),
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn funds(connection: &Connection, year: i16) -> Result<Vec<Fund>, StoreError> {
    let mut statement = connection.prepare_cached("SELECT body FROM fund WHERE year = ?1 ORDER BY grid")?;
    Ok(statement.query_map([year], document)?.collect::<Result<_, _>>()?)
}

fn projects(connection: &Connection) -> Result<Vec<Project>, StoreError> {
    let mut statement = connection.prepare_cached("SELECT body FROM project ORDER BY id DESC")?;
    Ok(statement.query_map([], document)?.collect::<Result<_, _>>()?)
}

fn listings(connection: &Connection) -> Result<Vec<Listing>, StoreError> {
    let mut statement = connection.prepare_cached("SELECT body FROM listing ORDER BY id DESC")?;
    Ok(statement.query_map([], document)?.collect::<Result<_, _>>()?)
}

impl Store {
    /// All items of 清单, also those withdrawn, newest first.
    pub async fn listings(&self) -> Result<Vec<Listing>, StoreError> {
        self.read(listings).await
    }

    /// All projects, newest first.
    pub async fn projects(&self) -> Result<Vec<Project>, StoreError> {
        self.read(projects).await
    }

    /// The books of a year that something was entered in.
    pub async fn funds(&self, year: i16) -> Result<Vec<Fund>, StoreError> {
        self.read(move |connection| funds(connection, year)).await
    }

    /// What was entered in the books of these years for a ticket.
    pub async fn spent_on(
        &self,
        no: TicketNo,
        years: RangeInclusive<i16>,
    ) -> Result<Vec<Expense>, StoreError> {
        self.read(move |connection| {
            let mut spent = vec![];
            for year in years {
                let entries = funds(connection, year)?.into_iter().flat_map(|fund| fund.expenses);
                spent.extend(entries.filter(|expense| expense.ticket == Some(no)));
            }
            Ok(spent)
        })
        .await
    }

    /// What happened to a ticket, in order.
    pub async fn happened(&self, no: TicketNo) -> Result<Vec<Happened>, StoreError> {
        self.read(move |connection| happened(connection, no)).await
    }
}
