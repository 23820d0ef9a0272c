//! What can go wrong with the store, by what is to be done about it.

use std::path::PathBuf;

use rusqlite::ErrorCode;

/// A fault of the store. `Display` does not repeat its source.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// No room left on the disk.
    #[error("the disk is full")]
    Full(#[source] Option<rusqlite::Error>),
    /// The file or its folder cannot be written.
    #[error("the database cannot be written")]
    ReadOnly(#[source] Option<rusqlite::Error>),
    /// The file is damaged, or is no database.
    #[error("the database is damaged; restore a backup")]
    Corrupt(#[source] Option<rusqlite::Error>),
    /// Reading or writing the disk failed.
    #[error("the disk failed")]
    Io(#[source] Option<rusqlite::Error>),
    /// Another process held the database too long.
    #[error("the database is held by another process")]
    Busy(#[source] Option<rusqlite::Error>),
    /// Any other fault of a statement: a bug.
    #[error("a statement failed")]
    Sql(#[source] rusqlite::Error),
    /// A stored document does not read as what it should be: a bug, or a newer version's data.
    #[error("a stored document cannot be read")]
    Document(#[from] serde_json::Error),
    /// Deciding the turn panicked; it left no trace.
    #[error("deciding the message failed")]
    Panicked,
    /// The writer thread has ended.
    #[error("the store is closed")]
    Closed,
    /// SQLite is older than the fix of the WAL-reset bug.
    #[error("SQLite {0} is too old: 3.51.3 or newer is needed")]
    OldSqlite(&'static str),
    /// The schema is newer than this program.
    #[error("the database was written by a newer version (migration {found}, this program knows {known})")]
    NewerSchema {
        /// Newest migration in the file.
        found: i64,
        /// Newest migration in the program.
        known: i64,
    },
    /// An applied migration is not the one in this program.
    #[error("migration {0} of the database differs from this program's")]
    ChangedMigration(i64),
    /// The data directory belongs to another purpose.
    #[error("this data directory belongs to `{0}`")]
    OtherPurpose(String),
    /// The folder cannot be made.
    #[error("cannot make the folder {path}")]
    Folder {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A thread cannot be started.
    #[error("cannot start a thread")]
    Thread(#[source] std::io::Error),
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Self::Full(Some(error)),
            Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied | ErrorCode::CannotOpen) => {
                Self::ReadOnly(Some(error))
            }
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => Self::Corrupt(Some(error)),
            Some(ErrorCode::SystemIoFailure) => Self::Io(Some(error)),
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Busy(Some(error)),
            Some(_) | None => Self::Sql(error),
        }
    }
}

impl StoreError {
    /// Whether storage itself fails, so that the whole batch is lost and nothing may be acknowledged.
    pub fn is_storage(&self) -> bool {
        match self {
            Self::Full(_) | Self::ReadOnly(_) | Self::Corrupt(_) | Self::Io(_) | Self::Busy(_) => true,
            Self::Sql(_)
            | Self::Document(_)
            | Self::Panicked
            | Self::Closed
            | Self::OldSqlite(_)
            | Self::NewerSchema { .. }
            | Self::ChangedMigration(_)
            | Self::OtherPurpose(_)
            | Self::Folder { .. }
            | Self::Thread(_) => false,
        }
    }

    /// The same fault for another turn of the same batch; the source stays with the first.
    pub(super) fn again(&self) -> Self {
        match self {
            Self::Full(_) => Self::Full(None),
            Self::ReadOnly(_) => Self::ReadOnly(None),
            Self::Corrupt(_) => Self::Corrupt(None),
            Self::Busy(_) => Self::Busy(None),
            Self::Io(_)
            | Self::Sql(_)
            | Self::Document(_)
            | Self::Panicked
            | Self::Closed
            | Self::OldSqlite(_)
            | Self::NewerSchema { .. }
            | Self::ChangedMigration(_)
            | Self::OtherPurpose(_)
            | Self::Folder { .. }
            | Self::Thread(_) => Self::Io(None),
        }
    }
}
