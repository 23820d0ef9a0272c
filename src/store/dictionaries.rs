//! Versions and draft of the dictionaries, golden sentences, corrections and unknown places: their SQL, both ways.
//! What an edit means is not known here; a book of edits is a sealed text.

use rusqlite::{Connection, OptionalExtension, Row, params};

use super::{StoreError, apply::Bench, rows::document};
use crate::domain::{
    dictionary::{Correction, Golden, SealedBook, Standing, Version, trial::Past},
    moment::Moment,
    ticket::{Ticket, TicketState},
    ticket_no::TicketNo,
};

/// Everything that somebody who works on the dictionaries starts from.
#[derive(Debug, Clone, PartialEq)]
pub struct Books {
    /// Where they stand.
    pub standing: Standing,
    /// The live edits.
    pub live: SealedBook,
    /// The draft's edits, where there is a draft.
    pub draft: Option<SealedBook>,
}

/// A name that residents used and nobody knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownPlace {
    /// As typed.
    pub name: String,
    /// In how many reports.
    pub seen: u32,
    /// The newest of them.
    pub ticket: TicketNo,
    /// When that was.
    pub at: Moment,
}

fn book(row: &Row<'_>, column: usize) -> rusqlite::Result<SealedBook> {
    Ok(SealedBook::from_stored(row.get_ref(column)?.as_str()?))
}

pub(super) fn live(connection: &Connection) -> Result<u32, StoreError> {
    Ok(connection
        .prepare_cached("SELECT coalesce(max(no), 0) FROM dictionary_version")?
        .query_row([], |row| row.get(0))?)
}

pub(super) fn standing(connection: &Connection) -> Result<Standing, StoreError> {
    let (revision, touched) = connection
        .prepare_cached("SELECT revision, touched FROM dictionary_draft WHERE id = 1")?
        .query_row([], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, Option<String>>(1)?)))?;
    let touched = touched.map(|text| serde_json::from_str(&text)).transpose()?;
    Ok(Standing { live: live(connection)?, revision: revision.unsigned_abs(), touched })
}

pub(super) fn version(connection: &Connection, no: u32) -> Result<Option<Version>, StoreError> {
    Ok(connection
        .prepare_cached("SELECT body FROM dictionary_version WHERE no = ?1")?
        .query_row([no], document)
        .optional()?)
}

/// The edits of a version; `None` for one that was never published. Version 0 has none.
pub(super) fn edits_of(connection: &Connection, no: u32) -> Result<Option<SealedBook>, StoreError> {
    if no == 0 {
        return Ok(Some(SealedBook::default()));
    }
    Ok(connection
        .prepare_cached("SELECT edits FROM dictionary_version WHERE no = ?1")?
        .query_row([no], |row| book(row, 0))
        .optional()?)
}

pub(super) fn books(connection: &Connection) -> Result<Books, StoreError> {
    let standing = standing(connection)?;
    let draft = connection
        .prepare_cached("SELECT edits FROM dictionary_draft WHERE id = 1 AND edits IS NOT NULL")?
        .query_row([], |row| book(row, 0))
        .optional()?;
    Ok(Books { live: edits_of(connection, standing.live)?.unwrap_or_default(), draft, standing })
}

pub(super) fn versions(connection: &Connection, limit: usize) -> Result<Vec<Version>, StoreError> {
    let mut statement =
        connection.prepare_cached("SELECT body FROM dictionary_version ORDER BY no DESC LIMIT ?1")?;
    let rows = statement.query_map([limit as i64], document)?.collect::<Result<_, _>>()?;
    Ok(rows)
}

pub(super) fn golden(connection: &Connection) -> Result<Vec<Golden>, StoreError> {
    let mut statement = connection.prepare_cached("SELECT body FROM golden ORDER BY text")?;
    let rows = statement.query_map([], document)?.collect::<Result<_, _>>()?;
    Ok(rows)
}

pub(super) fn corrections(connection: &Connection, limit: usize) -> Result<Vec<Correction>, StoreError> {
    let mut statement =
        connection.prepare_cached("SELECT body FROM correction ORDER BY at DESC, ticket DESC LIMIT ?1")?;
    let rows = statement.query_map([limit as i64], document)?.collect::<Result<_, _>>()?;
    Ok(rows)
}

pub(super) fn unknown_places(connection: &Connection, limit: usize) -> Result<Vec<UnknownPlace>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT name, seen, ticket, at FROM unknown_place WHERE dismissed = 0 ORDER BY seen DESC, at DESC LIMIT ?1",
    )?;
    let rows = statement
        .query_map([limit as i64], |row| {
            Ok(UnknownPlace {
                name: row.get(0)?,
                seen: row.get(1)?,
                ticket: TicketNo::from_row(row.get(2)?),
                at: Moment::from_millis(row.get(3)?),
            })
        })?
        .collect::<Result<_, _>>()?;
    Ok(rows)
}

/// The newest reports since a day, newest first, with what they truly are where somebody said so. Private ones are
/// nobody's to try words on.
pub(super) fn past(connection: &Connection, since: TicketNo, limit: usize) -> Result<Vec<Past>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT ticket.body, correction.body FROM ticket LEFT JOIN correction ON correction.ticket = ticket.no
         WHERE ticket.no >= ?1 ORDER BY ticket.no DESC LIMIT ?2",
    )?;
    let rows = statement.query_map(params![since.row(), limit as i64], |row| {
        let ticket: Ticket = document(row)?;
        let corrected = row.get::<_, Option<String>>(1)?;
        Ok((ticket, corrected.and_then(|text| serde_json::from_str::<Correction>(&text).ok())))
    })?;
    let mut past = vec![];
    for row in rows {
        let (ticket, corrected) = row?;
        if ticket.private {
            continue;
        }
        // Who finished the work without correcting the category has confirmed it.
        let finished = matches!(
            ticket.state,
            TicketState::PendingVerify | TicketState::PendingConfirm | TicketState::Closed
        );
        let confirmed = finished.then(|| ticket.filing.subcategory.clone());
        past.push(Past {
            no: Some(ticket.no),
            truth: corrected.map(|correction| correction.is).or(confirmed),
            text: ticket.text.0,
        });
    }
    Ok(past)
}

impl Bench<'_> {
    pub(super) fn draft(
        &mut self,
        standing: &Standing,
        edits: Option<&SealedBook>,
    ) -> Result<(), StoreError> {
        let touched = standing.touched.as_ref().map(serde_json::to_string).transpose()?;
        self.connection
            .prepare_cached(
                "UPDATE dictionary_draft SET revision = ?1, touched = ?2, edits = ?3 WHERE id = 1",
            )?
            .execute(params![
                i64::try_from(standing.revision).unwrap_or(i64::MAX),
                touched,
                edits.map(SealedBook::as_str)
            ])?;
        Ok(())
    }

    pub(super) fn publish(&mut self, version: &Version, edits: &SealedBook) -> Result<(), StoreError> {
        let body = serde_json::to_string(version)?;
        self.connection
            .prepare_cached("INSERT INTO dictionary_version (no, body, edits) VALUES (?1, ?2, ?3)")?
            .execute(params![version.no, body, edits.as_str()])?;
        self.connection
            .prepare_cached(
                "UPDATE dictionary_draft SET revision = revision + 1, touched = NULL, edits = NULL WHERE id = 1",
            )?
            .execute([])?;
        self.heads.dictionary = version.no;
        self.record("dictionary_published", i64::from(version.no), &body)
    }

    pub(super) fn golden(&mut self, golden: &Golden) -> Result<(), StoreError> {
        let body = serde_json::to_string(golden)?;
        self.connection
            .prepare_cached("INSERT OR REPLACE INTO golden (text, body) VALUES (?1, ?2)")?
            .execute([&golden.text, &body])?;
        self.record("golden_added", 0, &body)
    }

    pub(super) fn drop_golden(&mut self, text: &str) -> Result<(), StoreError> {
        let gone = self.connection.prepare_cached("DELETE FROM golden WHERE text = ?1")?.execute([text])?;
        if gone == 0 { Ok(()) } else { self.record("golden_dropped", 0, &serde_json::to_string(text)?) }
    }

    /// The ticket's own history tells who corrected it; this is what is learnt from.
    pub(super) fn correction(&mut self, correction: &Correction) -> Result<(), StoreError> {
        self.connection
            .prepare_cached("INSERT OR REPLACE INTO correction (ticket, at, body) VALUES (?1, ?2, ?3)")?
            .execute(params![
                correction.ticket.row(),
                correction.at.millis(),
                serde_json::to_string(correction)?
            ])?;
        Ok(())
    }

    pub(super) fn unknown_place(&mut self, name: &str, ticket: TicketNo) -> Result<(), StoreError> {
        self.connection
            .prepare_cached(
                "INSERT INTO unknown_place (name, seen, ticket, at) VALUES (?1, 1, ?2, ?3)
                 ON CONFLICT (name) DO UPDATE SET seen = seen + 1, ticket = excluded.ticket, at = excluded.at",
            )?
            .execute(params![name, ticket.row(), self.now.millis()])?;
        Ok(())
    }

    pub(super) fn dismiss_place(&mut self, name: &str) -> Result<(), StoreError> {
        self.connection
            .prepare_cached("UPDATE unknown_place SET dismissed = 1 WHERE name = ?1")?
            .execute([name])?;
        Ok(())
    }
}
