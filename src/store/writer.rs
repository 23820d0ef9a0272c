//! The writer thread: takes what is queued, decides each turn in a savepoint of its own, commits them together, and only
//! then answers. It never waits for more work. A turn that fails or panics undoes its own savepoint only; when storage
//! fails, the whole batch is told so and nothing of it stays.

use crate::domain::problem::chain;
use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, atomic::Ordering::Relaxed},
};

use rusqlite::Connection;
use tokio::sync::{mpsc, oneshot, watch};

use super::{
    Answer, Figures, Settings, StoreError, Work,
    apply::Bench,
    checkpoint::WalWatch,
    console, dictionaries, history, organisation, rows,
    turn::{self, Room},
};
use crate::domain::{
    decide::Turn, directory::Directory, moment::Moment, person::PersonId, ticket_no::TicketNo,
};

/// Turns in one commit at most.
const BATCH: usize = 256;
/// Timers fired in one tick at most.
const TIMERS: i64 = 64;
/// Deliveries are kept this long, so that every retry finds its reply: the platform's within seconds, a gateway's after
/// an outage.
const DELIVERY_DAYS: i64 = 7;
/// Identities swept for old deliveries in one tick.
const SWEEP: i64 = 500;

/// The highest ids given, and the end of the hash chain. Kept here because asking for them costs a query each.
#[derive(Debug, Clone)]
pub(super) struct Heads {
    pub(super) person: i64,
    pub(super) ticket: Option<TicketNo>,
    pub(super) history: (i64, history::Hash),
    /// The version of the dictionaries that is live.
    pub(super) dictionary: u32,
}

impl Heads {
    fn load(connection: &Connection) -> Result<Self, StoreError> {
        Ok(Self {
            person: connection.query_row("SELECT coalesce(max(id), 0) FROM person", [], |r| r.get(0))?,
            ticket: connection
                .query_row("SELECT max(no) FROM ticket", [], |r| r.get::<_, Option<i64>>(0))?
                .map(TicketNo::from_row),
            history: history::head(connection)?,
            dictionary: dictionaries::live(connection)?,
        })
    }
}

/// Answers that are due once the batch is committed.
type Reply = Box<dyn FnOnce(Option<&StoreError>) + Send>;

pub(super) struct Writer {
    connection: Connection,
    settings: Settings,
    heads: Heads,
    directory: Arc<Directory>,
    publish: watch::Sender<Arc<Directory>>,
    /// Tells which version of the dictionaries is live, once it is committed.
    published: watch::Sender<u32>,
    figures: Arc<Figures>,
    /// SQLite's own count of foreign commits; when it moves, another process wrote.
    data_version: i64,
    wal: WalWatch,
    swept: i64,
}

impl Writer {
    pub(super) fn new(
        connection: Connection,
        settings: Settings,
        publish: watch::Sender<Arc<Directory>>,
        published: watch::Sender<u32>,
        figures: Arc<Figures>,
    ) -> Result<Self, StoreError> {
        // In this order: what another process commits in between is then read again at the first batch.
        let data_version = data_version(&connection)?;
        let heads = Heads::load(&connection)?;
        let directory = publish.borrow().clone();
        let wal = WalWatch::new(&settings.path);
        Ok(Self {
            connection,
            settings,
            heads,
            directory,
            publish,
            published,
            figures,
            data_version,
            wal,
            swept: 0,
        })
    }

    pub(super) fn run(mut self, mut queue: mpsc::Receiver<Work>) {
        let mut batch = Vec::with_capacity(BATCH);
        while let Some(first) = queue.blocking_recv() {
            batch.push(first);
            while batch.len() < BATCH
                && let Ok(next) = queue.try_recv()
            {
                batch.push(next);
            }
            self.commit_batch(&mut batch);
        }
    }

    fn commit_batch(&mut self, batch: &mut Vec<Work>) {
        let mut replies: Vec<Reply> = Vec::with_capacity(batch.len());
        let mut failure = self.begin().err();
        // Taken after the beginning, which may have read anew what another process wrote.
        let before = (self.heads.clone(), self.directory.clone());
        for work in batch.drain(..) {
            if let Some(error) = &failure {
                refuse(work, error);
                continue;
            }
            match self.work(work) {
                Ok(reply) => replies.push(reply),
                Err((error, reply)) => {
                    replies.push(reply);
                    failure = Some(error);
                }
            }
        }
        if failure.is_none() {
            failure = self.connection.execute_batch("COMMIT").err().map(StoreError::from);
        }
        if let Some(error) = &failure {
            tracing::error!(error = chain(error), turns = replies.len(), "batch not committed");
            // SQLite may have rolled back by itself; then there is nothing left to roll back.
            let _ = self.connection.execute_batch("ROLLBACK");
            self.heads = before.0;
            self.directory = before.1;
        } else {
            self.figures.commits.fetch_add(1, Relaxed);
            if !Arc::ptr_eq(&self.directory, &before.1) {
                self.publish.send_replace(self.directory.clone());
            }
            // Also when another process published: its version was read at the beginning of this batch.
            let dictionary = self.heads.dictionary;
            self.published.send_if_modified(|known| std::mem::replace(known, dictionary) != dictionary);
        }
        for reply in replies {
            reply(failure.as_ref());
        }
        if failure.is_none() {
            self.wal.committed(&self.connection);
        }
    }

    /// Begins the transaction; what another process wrote meanwhile is read anew.
    fn begin(&mut self) -> Result<(), StoreError> {
        self.connection.prepare_cached("BEGIN IMMEDIATE")?.raw_execute()?;
        let version = data_version(&self.connection)?;
        if version != self.data_version {
            self.heads = Heads::load(&self.connection)?;
            let directory = organisation::load(&self.connection)?;
            if directory != *self.directory {
                self.directory = Arc::new(directory);
                self.publish.send_replace(self.directory.clone());
            }
            self.data_version = version;
        }
        Ok(())
    }

    /// Does one piece of work. Its answer waits for the commit; an error beside it means that storage failed.
    fn work(&mut self, work: Work) -> Result<Reply, (StoreError, Reply)> {
        match work {
            Work::Turn(turn, done) => {
                let result = self.savepoint(|writer| writer.turn(&turn));
                self.later(done, result)
            }
            Work::Tick(done) => {
                let result = self.tick();
                self.later(done, result)
            }
            Work::Import(file, done) => {
                let result = self.savepoint(|writer| {
                    let now = (writer.settings.clock)();
                    let imported = organisation::import(&mut writer.bench(now), &file)?;
                    writer.directory = Arc::new(organisation::load(&writer.connection)?);
                    Ok(imported)
                });
                self.later(done, result)
            }
            Work::IssueCode(code, person, expires_at, done) => {
                let result = self.savepoint(|writer| {
                    writer.connection.execute("DELETE FROM binding_code WHERE person = ?1", [person.0])?;
                    writer.connection.execute(
                        "INSERT INTO binding_code (code, person, expires_at) VALUES (?1, ?2, ?3)",
                        (code, person.0, expires_at.millis()),
                    )?;
                    let now = (writer.settings.clock)();
                    writer.bench(now).record("code_issued", person.0, "{}")
                });
                self.later(done, result)
            }
            Work::Console(write, done) => {
                let result = self.savepoint(|writer| {
                    let now = (writer.settings.clock)();
                    console::write(&mut writer.bench(now), write)
                });
                self.later(done, result)
            }
            Work::Ping(done) => {
                let result = self.savepoint(|writer| {
                    let now = (writer.settings.clock)().millis();
                    writer
                        .connection
                        .execute("INSERT OR REPLACE INTO pulse (id, at) VALUES (1, ?1)", [now])?;
                    Ok(())
                });
                self.later(done, result)
            }
        }
    }

    fn later<T: Send + 'static>(
        &self,
        done: oneshot::Sender<Result<T, StoreError>>,
        result: Result<T, StoreError>,
    ) -> Result<Reply, (StoreError, Reply)> {
        let storage = result.as_ref().err().filter(|e| e.is_storage()).map(StoreError::again);
        if let Err(error) = &result {
            self.figures.failed.fetch_add(1, Relaxed);
            tracing::error!(error = chain(error), "turn failed");
        }
        let reply: Reply = Box::new(move |failure| {
            // Whoever asked may have given up at its deadline; the retry finds the stored reply.
            let _ = done.send(match failure {
                Some(failure) => Err(failure.again()),
                None => result,
            });
        });
        match storage {
            Some(error) => Err((error, reply)),
            None => Ok(reply),
        }
    }

    /// Runs work that undoes itself when it fails or panics.
    fn savepoint<T>(
        &mut self,
        work: impl FnOnce(&mut Self) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let heads = self.heads.clone();
        self.connection.prepare_cached("SAVEPOINT turn")?.raw_execute()?;
        // The savepoint and the heads are restored below, so nothing half-done is seen after a panic.
        let result = catch_unwind(AssertUnwindSafe(|| work(self))).unwrap_or(Err(StoreError::Panicked));
        match result {
            Ok(value) => {
                self.connection.prepare_cached("RELEASE turn")?.raw_execute()?;
                Ok(value)
            }
            Err(error) => {
                self.heads = heads;
                if !error.is_storage() {
                    self.connection.execute_batch("ROLLBACK TO turn; RELEASE turn")?;
                }
                Err(error)
            }
        }
    }

    fn turn(&mut self, turn: &Turn) -> Result<Answer, StoreError> {
        let now = (self.settings.clock)();
        let room = Room {
            standing: &self.settings.standing,
            directory: &self.directory,
            wording: &*self.settings.wording,
            now,
        };
        let done = turn::run(&self.connection, &mut self.heads, &room, turn)?;
        for alarm in done.alarms {
            tracing::error!(alarm, "operator alarm");
        }
        self.figures.turns.fetch_add(1, Relaxed);
        self.figures.tickets.fetch_add(done.tickets_opened, Relaxed);
        self.figures.repeated.fetch_add(u64::from(done.answer.repeated), Relaxed);
        Ok(done.answer)
    }

    fn bench(&mut self, now: Moment) -> Bench<'_> {
        Bench {
            connection: &self.connection,
            directory: &self.directory,
            wording: &*self.settings.wording,
            heads: &mut self.heads,
            now,
            actor: PersonId(0),
        }
    }

    /// Fires what is due, each in a savepoint of its own; a timer goes with what it did, also when it fails for good.
    fn tick(&mut self) -> Result<usize, StoreError> {
        let now = (self.settings.clock)();
        let due: Vec<(i64, String, i64)> = self
            .connection
            .prepare_cached(
                "SELECT id, kind, subject FROM timer WHERE due_at <= ?1 ORDER BY due_at, id LIMIT ?2",
            )?
            .query_map([now.millis(), TIMERS], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?)))?
            .collect::<Result<_, _>>()?;
        for (id, kind, subject) in &due {
            self.connection.prepare_cached("DELETE FROM timer WHERE id = ?1")?.execute([id])?;
            let Some(timer) = rows::timer_kind(kind, *subject) else {
                tracing::error!(kind, "timer of an unknown kind dropped");
                continue;
            };
            match self.savepoint(|writer| writer.turn(&Turn::Due(timer))) {
                Err(error) if error.is_storage() => return Err(error),
                Err(error) => tracing::error!(error = chain(&error), kind, "timer failed"),
                Ok(_) => {}
            }
        }
        self.sweep(now)?;
        Ok(due.len())
    }

    /// Drops old deliveries a few identities at a time, so that no tick is long.
    fn sweep(&mut self, now: Moment) -> Result<(), StoreError> {
        let last: i64 = self
            .connection
            .prepare_cached("SELECT coalesce(max(id), 0) FROM identity")?
            .query_row([], |r| r.get(0))?;
        let cutoff = now.plus_minutes(-DELIVERY_DAYS * 24 * 60).millis();
        self.connection
            .prepare_cached(
                "DELETE FROM delivery WHERE identity > ?1 AND identity <= ?2 AND received_at < ?3",
            )?
            .execute([self.swept, self.swept + SWEEP, cutoff])?;
        self.swept = if self.swept + SWEEP >= last { 0 } else { self.swept + SWEEP };
        Ok(())
    }
}

fn refuse(work: Work, error: &StoreError) {
    // Whoever asked may have given up; nobody is left to tell then.
    match work {
        Work::Turn(_, done) => drop(done.send(Err(error.again()))),
        Work::Tick(done) => drop(done.send(Err(error.again()))),
        Work::Import(_, done) => drop(done.send(Err(error.again()))),
        Work::Console(_, done) => drop(done.send(Err(error.again()))),
        Work::IssueCode(_, _, _, done) | Work::Ping(done) => drop(done.send(Err(error.again()))),
    }
}

fn data_version(connection: &Connection) -> Result<i64, StoreError> {
    Ok(connection.prepare_cached("PRAGMA data_version")?.query_row([], |r| r.get(0))?)
}
