//! Keeping the WAL short. A thread beside the writer carries its pages into the database, so that no commit waits for
//! that. A WAL begins anew with the first write after all of it was carried, which never comes while the writer goes on:
//! so once it is long, and right behind a pass of the thread, when little is left, the writer carries that little itself
//! between two batches. Both only carry what no reader holds back and wait for nobody.

use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::Relaxed},
        mpsc::{Receiver, RecvTimeoutError, Sender, channel},
    },
    time::Duration,
};

use rusqlite::Connection;

use crate::domain::problem::chain;

/// From this many pages on the WAL is to begin anew: 64 MiB, to which the file is cut if it ever outgrew them
/// (`journal_size_limit`). Below that it is written over in place, which syncs sooner than a file that grows.
const LONG: i64 = 16_384;
/// A pass that found this many new pages is followed by the next soon: short passes do not keep the disk from the writer.
const MANY: i64 = 256;
/// How soon.
const SOON: Duration = Duration::from_millis(25);
/// How soon otherwise.
const LATER: Duration = Duration::from_millis(250);

/// Set by the thread when the writer is to carry the rest, taken down by the writer.
pub(super) type Due = Arc<AtomicBool>;

/// Ends the thread when dropped.
pub(super) struct Checkpointer {
    _stop: Sender<()>,
}

/// Starts the thread. Without it SQLite would still be right, only slower: a failure to start is logged.
pub(super) fn start(path: &Path, due: Due) -> Checkpointer {
    let (stop, stopped) = channel();
    let path = path.to_owned();
    let spawned =
        std::thread::Builder::new().name("store-checkpoint".into()).spawn(move || run(&path, &stopped, &due));
    if let Err(error) = spawned {
        tracing::error!(error = chain(&error), "no checkpoint thread");
    }
    Checkpointer { _stop: stop }
}

fn run(path: &Path, stopped: &Receiver<()>, due: &Due) {
    let mut connection: Option<Connection> = None;
    let (mut pause, mut known) = (LATER, 0);
    while stopped.recv_timeout(pause) == Err(RecvTimeoutError::Timeout) {
        if connection.is_none() {
            connection = Connection::open(path).ok();
        }
        let Some(open) = &connection else { continue };
        // What was written during a long pass takes a short one.
        match carry(open).and_then(|length| if length < LONG { Ok(length) } else { carry(open) }) {
            Ok(length) => {
                due.store(length >= LONG, Relaxed);
                // A WAL that is shorter than it was has begun anew.
                let new = if length < known { length } else { length - known };
                pause = if new < MANY { LATER } else { SOON };
                known = length;
            }
            Err(error) => {
                tracing::warn!(error = chain(&error), "checkpoint failed");
                connection = None;
                pause = LATER;
            }
        }
    }
}

/// The writer's part, between two batches, outside any transaction.
pub(super) fn carry_the_rest(connection: &Connection, due: &Due) {
    if due.swap(false, Relaxed)
        && let Err(error) = carry(connection)
    {
        tracing::warn!(error = chain(&error), "the rest of the WAL could not be carried");
    }
}

/// Carries what can be carried now; returns how many pages the WAL has. That another carries at the moment, or a reader
/// holds some back, is no fault: the next pass tries again.
fn carry(connection: &Connection) -> rusqlite::Result<i64> {
    connection.prepare_cached("PRAGMA wal_checkpoint(PASSIVE)")?.query_row([], |row| row.get(1))
}
