//! The append-only history and its hash chain: each row's hash covers the row and the hash before it, so that nothing
//! can be changed, dropped or slipped in unseen.

use rusqlite::Connection;
use sha2::{Digest, Sha256};

use crate::domain::{moment::Moment, person::PersonId};

/// A SHA-256.
pub(super) type Hash = [u8; 32];

/// What stands before the first row.
pub(super) const GENESIS: Hash = [0; 32];

/// One row.
pub(super) struct Entry<'e> {
    pub(super) seq: i64,
    pub(super) at: Moment,
    pub(super) actor: PersonId,
    pub(super) kind: &'e str,
    pub(super) subject: i64,
    pub(super) body: &'e str,
}

impl Entry<'_> {
    /// The row's hash. Lengths go in, so that no two rows have the same bytes.
    pub(super) fn hash(&self, before: &Hash) -> Hash {
        let mut hasher = Sha256::new();
        hasher.update(before);
        for number in [self.seq, self.at.millis(), self.actor.0, self.subject] {
            hasher.update(number.to_be_bytes());
        }
        for text in [self.kind, self.body] {
            hasher.update((text.len() as u64).to_be_bytes());
            hasher.update(text);
        }
        hasher.finalize().into()
    }
}

/// The last row's number and hash.
pub(super) fn head(connection: &Connection) -> rusqlite::Result<(i64, Hash)> {
    let last = connection.query_row("SELECT seq, hash FROM history ORDER BY seq DESC LIMIT 1", [], |row| {
        Ok((row.get(0)?, row.get::<_, Hash>(1)?))
    });
    Ok(rusqlite::OptionalExtension::optional(last)?.unwrap_or((0, GENESIS)))
}

pub(super) fn append(connection: &Connection, entry: &Entry<'_>, hash: &Hash) -> rusqlite::Result<()> {
    connection
        .prepare_cached("INSERT INTO history (seq, at, actor, kind, subject, body, hash) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)")?
        .execute((
            entry.seq,
            entry.at.millis(),
            entry.actor.0,
            entry.kind,
            entry.subject,
            entry.body,
            hash.as_slice(),
        ))?;
    Ok(())
}
