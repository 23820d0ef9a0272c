//! Connections and migrations. A migration is one SQL file in the binary, applied once, in its own transaction, and
//! never edited afterwards.

use std::path::Path;

use rusqlite::{Connection, OpenFlags, OptionalExtension, config::DbConfig};
use sha2::{Digest, Sha256};

use super::{Purpose, StoreError};
use crate::domain::moment::Moment;

/// The WAL-reset bug, which could damage the file, was fixed in 3.51.3 (sqlite.org/wal.html).
const OLDEST_SQLITE: i32 = 3_051_003;

/// Number, name, text.
const MIGRATIONS: &[(i64, &str, &str)] = &[
    (1, "first", include_str!("migrations/0001_first.sql")),
    (2, "console", include_str!("migrations/0002_console.sql")),
    (3, "dictionary", include_str!("migrations/0003_dictionary.sql")),
    (4, "co_sign", include_str!("migrations/0004_co_sign.sql")),
    (5, "door", include_str!("migrations/0005_door.sql")),
    (6, "spot", include_str!("migrations/0006_spot.sql")),
    (7, "search", include_str!("migrations/0007_search.sql")),
    (8, "whistle", include_str!("migrations/0008_whistle.sql")),
    (9, "pulse", include_str!("migrations/0009_pulse.sql")),
    (10, "waiting", include_str!("migrations/0010_waiting.sql")),
    (11, "office", include_str!("migrations/0011_office.sql")),
    (12, "handing", include_str!("migrations/0012_handing.sql")),
    (13, "lists", include_str!("migrations/0013_lists.sql")),
];

pub(super) fn assert_sound_sqlite() -> Result<(), StoreError> {
    match rusqlite::version_number() >= OLDEST_SQLITE {
        true => Ok(()),
        false => Err(StoreError::OldSqlite(rusqlite::version())),
    }
}

/// The one connection that writes.
pub(super) fn open_writer(path: &Path) -> Result<Connection, StoreError> {
    let connection = Connection::open(path)?;
    connection.execute_batch(
        "PRAGMA journal_mode = WAL;
         PRAGMA synchronous = FULL;
         PRAGMA foreign_keys = ON;
         PRAGMA trusted_schema = OFF;
         PRAGMA secure_delete = FAST;
         PRAGMA wal_autocheckpoint = 0;
         PRAGMA journal_size_limit = 67108864;
         PRAGMA cache_size = -16000;
         PRAGMA temp_store = MEMORY;",
    )?;
    // Keeps prepared statements prepared: without it SQLite plans them anew whenever a bound value changes.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    connection.busy_timeout(std::time::Duration::from_millis(3000))?;
    connection.set_prepared_statement_cache_capacity(128);
    Ok(connection)
}

/// A connection that can only read.
pub(super) fn open_reader(path: &Path) -> Result<Connection, StoreError> {
    let flags =
        OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_URI;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(std::time::Duration::from_millis(3000))?;
    connection.execute_batch("PRAGMA query_only = ON; PRAGMA cache_size = -2000;")?;
    Ok(connection)
}

/// Brings the schema up to this program's.
pub(super) fn migrate(connection: &mut Connection, now: Moment) -> Result<(), StoreError> {
    connection.execute_batch(
        "CREATE TABLE IF NOT EXISTS schema_migrations (
             version INTEGER PRIMARY KEY, name TEXT NOT NULL, sha256 TEXT NOT NULL, applied_at INTEGER NOT NULL
         ) STRICT",
    )?;
    let known = MIGRATIONS.iter().map(|(version, ..)| *version).max().unwrap_or(0);
    let found: i64 =
        connection.query_row("SELECT coalesce(max(version), 0) FROM schema_migrations", [], |r| r.get(0))?;
    if found > known {
        return Err(StoreError::NewerSchema { found, known });
    }
    for (version, name, sql) in MIGRATIONS {
        let digest: String = Sha256::digest(sql).iter().map(|byte| format!("{byte:02x}")).collect();
        let applied: Option<String> = connection
            .query_row("SELECT sha256 FROM schema_migrations WHERE version = ?1", [version], |r| r.get(0))
            .optional()?;
        match applied {
            Some(applied) if applied == digest => {}
            Some(_) => return Err(StoreError::ChangedMigration(*version)),
            None => {
                let transaction = connection.transaction()?;
                transaction.execute_batch(sql)?;
                transaction.execute(
                    "INSERT INTO schema_migrations VALUES (?1, ?2, ?3, ?4)",
                    (version, name, digest, now.millis()),
                )?;
                transaction.commit()?;
            }
        }
    }
    Ok(())
}

/// Marks a new data directory with its purpose, and refuses one of another.
pub(super) fn claim(connection: &Connection, purpose: Purpose) -> Result<(), StoreError> {
    let name = match purpose {
        Purpose::Serve => "serve",
        Purpose::Demo => "demo",
    };
    connection.execute("INSERT INTO purpose SELECT ?1 WHERE NOT EXISTS (SELECT 1 FROM purpose)", [name])?;
    let found: String = connection.query_row("SELECT name FROM purpose", [], |r| r.get(0))?;
    if found == name { Ok(()) } else { Err(StoreError::OtherPurpose(found)) }
}
