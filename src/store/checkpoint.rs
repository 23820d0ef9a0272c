//! Keeping the WAL short. A thread beside the writer carries its pages into the database, so that no commit waits for
//! that; the writer itself, between two batches, begins the WAL anew once it is long: only the writer can be sure that
//! nobody writes meanwhile. It does so right behind a pass of the thread, when little is left to carry. Safe since
//! SQLite 3.51.3, which is asserted at start.

use std::{
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::Relaxed},
        mpsc::{Receiver, RecvTimeoutError, Sender, channel},
    },
    time::Duration,
};

use rusqlite::Connection;

use crate::domain::problem::chain;

/// A WAL shorter than this is left alone. When it is begun anew the file is cut to this (`journal_size_limit`), so that
/// its length tells how much was written since.
const CARRY_BYTES: u64 = 8 << 20;
/// From this length on the writer begins it anew.
const RESTART_BYTES: u64 = 24 << 20;
/// How often the thread looks at its length.
const LOOK: Duration = Duration::from_millis(100);

/// Set by the thread after each pass, taken down by the writer.
pub(super) type Carried = Arc<AtomicBool>;

/// Ends the thread when dropped.
pub(super) struct Checkpointer {
    _stop: Sender<()>,
}

/// Starts the thread. Without it SQLite would still be right, only slower: a failure to start is logged.
pub(super) fn start(path: PathBuf, carried: Carried) -> Checkpointer {
    let (stop, stopped) = channel();
    let spawned = std::thread::Builder::new()
        .name("store-checkpoint".into())
        .spawn(move || run(&path, &stopped, &carried));
    if let Err(error) = spawned {
        tracing::error!(error = chain(&error), "no checkpoint thread");
    }
    Checkpointer { _stop: stop }
}

fn run(path: &Path, stopped: &Receiver<()>, carried: &Carried) {
    let wal = wal_of(path);
    let mut connection: Option<Connection> = None;
    while stopped.recv_timeout(LOOK) == Err(RecvTimeoutError::Timeout) {
        if length(&wal) <= CARRY_BYTES {
            continue;
        }
        if connection.is_none() {
            connection = Connection::open(path).ok();
        }
        let Some(open) = &connection else { continue };
        match checkpoint(open, "PASSIVE") {
            Ok(()) => carried.store(true, Relaxed),
            Err(error) => {
                tracing::warn!(error = chain(&error), "checkpoint failed");
                connection = None;
            }
        }
    }
}

/// The writer's part.
pub(super) struct WalWatch {
    wal: PathBuf,
    carried: Carried,
}

impl WalWatch {
    pub(super) fn new(path: &Path, carried: Carried) -> Self {
        Self { wal: wal_of(path), carried }
    }

    /// Called between two batches, outside any transaction.
    pub(super) fn look(&self, connection: &Connection) {
        if self.carried.swap(false, Relaxed)
            && length(&self.wal) > RESTART_BYTES
            && let Err(error) = checkpoint(connection, "RESTART")
        {
            tracing::warn!(error = chain(&error), "the WAL could not be begun anew");
        }
    }
}

/// A busy checkpoint is no fault: the next look tries again.
fn checkpoint(connection: &Connection, mode: &str) -> rusqlite::Result<()> {
    connection.query_row(&["PRAGMA wal_checkpoint(", mode, ")"].concat(), [], |_| Ok(()))
}

fn wal_of(path: &Path) -> PathBuf {
    let mut wal = path.as_os_str().to_owned();
    wal.push("-wal");
    wal.into()
}

fn length(file: &Path) -> u64 {
    std::fs::metadata(file).map_or(0, |m| m.len())
}
