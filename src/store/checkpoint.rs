//! A thread that carries the WAL into the database beside the writer, so that no commit waits for it, and restarts the
//! WAL so that it is reused instead of growing. Safe since SQLite 3.51.3, which is asserted at start.

use crate::domain::problem::chain;
use std::{
    path::{Path, PathBuf},
    sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel},
    time::Duration,
};

use rusqlite::Connection;

/// A WAL shorter than this is left alone. After a restart the file is cut to half of it (`journal_size_limit`), so
/// that its length says again how much was written since.
const WAL_BYTES: u64 = 16 << 20;
/// How often its length is looked at.
const LOOK: Duration = Duration::from_millis(100);

/// Ends the thread when dropped.
pub(super) struct Checkpointer {
    _stop: Sender<()>,
}

/// Starts the thread. Without one SQLite would still be right, only slower: a failure to start is logged.
pub(super) fn start(path: PathBuf) -> Checkpointer {
    let (stop, stopped) = channel();
    let spawned =
        std::thread::Builder::new().name("store-checkpoint".into()).spawn(move || run(&path, &stopped));
    if let Err(error) = spawned {
        tracing::error!(error = chain(&error), "no checkpoint thread");
    }
    Checkpointer { _stop: stop }
}

fn run(path: &Path, stopped: &Receiver<()>) {
    let mut wal = path.as_os_str().to_owned();
    wal.push("-wal");
    let wal = PathBuf::from(wal);
    let mut connection: Option<Connection> = None;
    while stopped.recv_timeout(LOOK) == Err(RecvTimeoutError::Timeout) {
        if std::fs::metadata(&wal).map_or(0, |m| m.len()) < WAL_BYTES {
            continue;
        }
        if connection.is_none() {
            connection = Connection::open(path).ok();
            if let Some(connection) = &connection {
                // Waiting long would hold up the writer at the end of a restart.
                let _ = connection.busy_timeout(Duration::from_millis(20));
            }
        }
        let Some(open) = &connection else { continue };
        // Busy is no fault: the next look tries again.
        let done = open.query_row("PRAGMA wal_checkpoint(RESTART)", [], |row| row.get::<_, i64>(0));
        if let Err(error) = done {
            tracing::warn!(error = chain(&error), "checkpoint failed");
            connection = None;
        }
    }
}
