//! Rows as values, both ways, where more than one file needs them.

use rusqlite::{Connection, OptionalExtension, Row};

use super::{AnyLine, OutboxLine, StoreError};
use crate::domain::{
    effect::TimerKind,
    meeting::MeetingId,
    moment::Moment,
    person::{Person, PersonId},
    ticket::Ticket,
    ticket_no::TicketNo,
    whistle::WhistleId,
};

/// Rows looked at in one question of the gateway, whether for it or not.
const OUTBOX_SCAN: i64 = 2000;

/// A document in the first column.
pub(super) fn document<T: serde::de::DeserializeOwned>(row: &Row<'_>) -> rusqlite::Result<T> {
    let text = row.get_ref(0)?.as_str()?;
    serde_json::from_str(text).map_err(|error| {
        rusqlite::Error::FromSqlConversionFailure(0, rusqlite::types::Type::Text, Box::new(error))
    })
}

pub(super) fn ticket(connection: &Connection, no: TicketNo) -> rusqlite::Result<Option<Ticket>> {
    connection
        .prepare_cached("SELECT body FROM ticket WHERE no = ?1")?
        .query_row([no.row()], document)
        .optional()
}

pub(super) fn person(connection: &Connection, id: PersonId) -> rusqlite::Result<Option<Person>> {
    connection.prepare_cached("SELECT body FROM person WHERE id = ?1")?.query_row([id.0], document).optional()
}

/// Who writes from an id.
pub(super) fn person_at(
    connection: &Connection,
    account: &str,
    sender: &str,
) -> rusqlite::Result<Option<Person>> {
    connection
        .prepare_cached(
            "SELECT person.body FROM identity JOIN person ON person.id = identity.person
             WHERE identity.sender = ?1 AND identity.account = ?2",
        )?
        .query_row([sender, account], document)
        .optional()
}

/// A timer's kind and subject, as stored.
pub(super) fn timer_columns(kind: TimerKind) -> (&'static str, i64) {
    match kind {
        TimerKind::DraftExpiry(no) => ("draft_expiry", no.row()),
        TimerKind::MeetingReminder(id) => ("meeting_reminder", id.0),
        TimerKind::RsvpCount(id) => ("rsvp_count", id.0),
        TimerKind::Clock(no) => ("clock", no.row()),
        TimerKind::Handing(no) => ("handing", no.row()),
        TimerKind::Silence(no) => ("silence", no.row()),
        TimerKind::Review(no) => ("review", no.row()),
        TimerKind::Patrol(no) => ("patrol", no.row()),
        TimerKind::WhistleReport(id) => ("whistle_report", id.0),
        TimerKind::WhistleDone(id) => ("whistle_done", id.0),
        TimerKind::Segment(no) => ("segment", no.row()),
        TimerKind::Account(no) => ("account", no.row()),
        TimerKind::Moved(no) => ("moved", no.row()),
        TimerKind::MovedWithWorker(no) => ("moved_with_worker", no.row()),
        TimerKind::Rota => ("rota", 0),
        TimerKind::Morning => ("morning", 0),
        TimerKind::Evening => ("evening", 0),
    }
}

/// The timer of a stored kind and subject; `None` for a kind of a newer version.
pub(super) fn timer_kind(kind: &str, subject: i64) -> Option<TimerKind> {
    match kind {
        "draft_expiry" => Some(TimerKind::DraftExpiry(TicketNo::from_row(subject))),
        "meeting_reminder" => Some(TimerKind::MeetingReminder(MeetingId(subject))),
        "rsvp_count" => Some(TimerKind::RsvpCount(MeetingId(subject))),
        "clock" => Some(TimerKind::Clock(TicketNo::from_row(subject))),
        "handing" => Some(TimerKind::Handing(TicketNo::from_row(subject))),
        "silence" => Some(TimerKind::Silence(TicketNo::from_row(subject))),
        "review" => Some(TimerKind::Review(TicketNo::from_row(subject))),
        "patrol" => Some(TimerKind::Patrol(TicketNo::from_row(subject))),
        "whistle_report" => Some(TimerKind::WhistleReport(WhistleId(subject))),
        "whistle_done" => Some(TimerKind::WhistleDone(WhistleId(subject))),
        "segment" => Some(TimerKind::Segment(TicketNo::from_row(subject))),
        "account" => Some(TimerKind::Account(TicketNo::from_row(subject))),
        "moved" => Some(TimerKind::Moved(TicketNo::from_row(subject))),
        "moved_with_worker" => Some(TimerKind::MovedWithWorker(TicketNo::from_row(subject))),
        "rota" => Some(TimerKind::Rota),
        "morning" => Some(TimerKind::Morning),
        "evening" => Some(TimerKind::Evening),
        _ => None,
    }
}

/// The outbox's last row.
pub(super) fn last_line(connection: &Connection) -> rusqlite::Result<i64> {
    connection.prepare_cached("SELECT coalesce(max(seq), 0) FROM outbox")?.query_row([], |row| row.get(0))
}

/// Lines for the gateway after a row; and where to go on. A line blanked for somebody who was forgotten is none.
pub(super) fn outbox_after(
    connection: &Connection,
    after: i64,
    limit: usize,
) -> Result<(Vec<OutboxLine>, i64), StoreError> {
    let horizon = last_line(connection)?.min(after.saturating_add(OUTBOX_SCAN));
    let mut statement = connection.prepare_cached(
        "SELECT seq, target, text, created_at FROM outbox
         WHERE seq > ?1 AND seq <= ?2 AND via = 'gateway' AND text <> '' ORDER BY seq LIMIT ?3",
    )?;
    let lines: Vec<OutboxLine> = statement
        .query_map((after, horizon, limit as i64), |row| {
            Ok(OutboxLine {
                seq: row.get(0)?,
                to: row.get(1)?,
                text: row.get(2)?,
                created_at: Moment::from_millis(row.get(3)?),
            })
        })?
        .collect::<Result<_, _>>()?;
    let next = match lines.last() {
        Some(last) if lines.len() == limit => last.seq,
        Some(_) | None => horizon.max(after),
    };
    Ok((lines, next))
}

/// Every line after a row.
pub(super) fn lines_after(connection: &Connection, after: i64) -> Result<Vec<AnyLine>, StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT seq, person, target, text FROM outbox WHERE seq > ?1 AND text <> '' ORDER BY seq",
    )?;
    let lines = statement.query_map([after], |row| {
        Ok(AnyLine {
            seq: row.get(0)?,
            person: row.get::<_, Option<i64>>(1)?.map(PersonId),
            target: row.get(2)?,
            text: row.get(3)?,
        })
    })?;
    Ok(lines.collect::<Result<_, _>>()?)
}
