//! The writer thread: takes the turns that are queued, decides and commits them together, and only then answers. It never
//! waits for more work. When a turn fails or panics, all are done anew, each in a savepoint of its own, so that it harms
//! no other; when storage fails, the whole batch is told so and nothing of it stays.

use crate::domain::problem::chain;
use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, atomic::Ordering::Relaxed},
};

use rusqlite::Connection;
use tokio::sync::{mpsc, watch};

use super::{
    Asked, Figures, Settings, StoreError, Work,
    apply::Bench,
    checkpoint::{self, Due},
    console::{self, ConsoleWrite, Written},
    dictionaries, history,
    organisation::{self, Imported, Organisation},
    rows, search,
    turn::{self, Done, Room},
};
use crate::domain::{
    account::AccountId, decide::Turn, directory::Directory, effect::TimerKind, moment::Moment,
    person::PersonId, ticket_no::TicketNo, words::Words,
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
    pub(super) fn load(connection: &Connection) -> Result<Self, StoreError> {
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
    /// Whether the rest of the WAL is to be carried.
    due: Due,
    swept: i64,
    /// Whether the days' briefs are known to be set.
    rota: bool,
}

impl Writer {
    pub(super) fn new(
        connection: Connection,
        settings: Settings,
        publish: watch::Sender<Arc<Directory>>,
        published: watch::Sender<u32>,
        figures: Arc<Figures>,
        due: Due,
    ) -> Result<Self, StoreError> {
        // In this order: what another process commits in between is then read again at the first batch.
        let data_version = data_version(&connection)?;
        let heads = Heads::load(&connection)?;
        let directory = publish.borrow().clone();
        Ok(Self {
            connection,
            settings,
            heads,
            directory,
            publish,
            published,
            figures,
            data_version,
            due,
            swept: 0,
            rota: false,
        })
    }

    pub(super) fn run(mut self, mut queue: mpsc::Receiver<Work>) {
        let mut turns = Vec::with_capacity(BATCH);
        while let Some(work) = queue.blocking_recv() {
            let mut next = Some(work);
            while let Some(Work::Turn(asked)) = next {
                turns.push(asked);
                next = if turns.len() < BATCH { queue.try_recv().ok() } else { None };
            }
            self.commit_turns(&mut turns);
            if let Some(Work::Alone(work)) = next {
                work(&mut self);
            }
            checkpoint::carry_the_rest(&self.connection, &self.due);
        }
    }

    /// Commits turns together, then answers them.
    fn commit_turns(&mut self, asked: &mut Vec<Asked>) {
        if asked.is_empty() {
            return;
        }
        // One time for all of them, so that those done anew decide the same again.
        let now = (self.settings.clock)();
        let mut done =
            self.transaction(|writer| asked.iter().map(|a| Ok(Ok(writer.turn(&a.turn, now)?))).collect());
        if done.as_ref().is_err_and(|error: &StoreError| !error.is_storage()) {
            done = self.transaction(|writer| {
                asked.iter().map(|a| writer.savepoint(|writer| writer.turn(&a.turn, now))).collect()
            });
        }
        match done {
            Ok(done) => {
                let done: Vec<Result<Done, StoreError>> = done;
                for (asked, done) in asked.drain(..).zip(done) {
                    match &done {
                        Ok(done) => self.count(done),
                        Err(error) => {
                            self.figures.failed.fetch_add(1, Relaxed);
                            tracing::error!(error = chain(error), "turn failed");
                        }
                    }
                    // Whoever asked may have given up at its deadline; the retry finds the stored reply.
                    let _ = asked.done.send(done.map(|done| done.answer));
                }
            }
            Err(error) => {
                self.figures.failed.fetch_add(asked.len() as u64, Relaxed);
                tracing::error!(error = chain(&error), turns = asked.len(), "batch not committed");
                for asked in asked.drain(..) {
                    let _ = asked.done.send(Err(error.again()));
                }
            }
        }
    }

    /// Does work in a transaction. When it fails or panics, or the COMMIT does, nothing of it stays.
    pub(super) fn transaction<T>(
        &mut self,
        work: impl FnOnce(&mut Self) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let begun = self.begin();
        // Taken after the beginning, which may have read anew what another process wrote.
        let before = (self.heads.clone(), self.directory.clone());
        let result = begun.and_then(|()| unharmed(|| work(self))).and_then(|done| {
            self.connection.prepare_cached("COMMIT")?.raw_execute()?;
            Ok(done)
        });
        if result.is_ok() {
            self.figures.commits.fetch_add(1, Relaxed);
            if !Arc::ptr_eq(&self.directory, &before.1) {
                self.publish.send_replace(self.directory.clone());
            }
            // Also when another process published: its version was read at the beginning of this batch.
            let dictionary = self.heads.dictionary;
            self.published.send_if_modified(|known| std::mem::replace(known, dictionary) != dictionary);
        } else {
            // SQLite may have rolled back by itself; then there is nothing left to roll back.
            let _ = self.connection.execute_batch("ROLLBACK");
            (self.heads, self.directory) = before;
        }
        result
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

    /// Runs work that undoes itself when it fails or panics. The outer error is storage that fails: nobody's own.
    fn savepoint<T>(
        &mut self,
        work: impl FnOnce(&mut Self) -> Result<T, StoreError>,
    ) -> Result<Result<T, StoreError>, StoreError> {
        let heads = self.heads.clone();
        self.connection.prepare_cached("SAVEPOINT turn")?.raw_execute()?;
        match unharmed(|| work(self)) {
            Err(error) if error.is_storage() => Err(error),
            Err(error) => {
                self.heads = heads;
                self.connection.execute_batch("ROLLBACK TO turn; RELEASE turn")?;
                Ok(Err(error))
            }
            Ok(value) => {
                self.connection.prepare_cached("RELEASE turn")?.raw_execute()?;
                Ok(Ok(value))
            }
        }
    }

    fn turn(&mut self, turn: &Turn, now: Moment) -> Result<Done, StoreError> {
        let room = Room {
            standing: &self.settings.standing,
            directory: &self.directory,
            wording: &*self.settings.wording,
            now,
        };
        turn::run(&self.connection, &mut self.heads, &room, turn)
    }

    fn count(&self, done: &Done) {
        for alarm in &done.alarms {
            tracing::error!(alarm, "operator alarm");
        }
        self.figures.turns.fetch_add(1, Relaxed);
        self.figures.tickets.fetch_add(done.tickets_opened, Relaxed);
        self.figures.repeated.fetch_add(u64::from(done.answer.repeated), Relaxed);
    }

    pub(super) fn import(&mut self, file: &Organisation) -> Result<Imported, StoreError> {
        let imported = organisation::import(&mut self.bench(), file)?;
        self.directory = Arc::new(organisation::load(&self.connection)?);
        Ok(imported)
    }

    pub(super) fn import_table(
        &mut self,
        file: &Organisation,
        version: i64,
        by: AccountId,
        what: Words,
    ) -> Result<bool, StoreError> {
        if organisation::version(&self.connection)? != version {
            return Ok(false);
        }
        self.import(file)?;
        self.bench().organisation_changed(by, what)?;
        Ok(true)
    }

    pub(super) fn issue_code(
        &mut self,
        code: &str,
        person: PersonId,
        expires_at: Moment,
    ) -> Result<(), StoreError> {
        self.connection.execute("DELETE FROM binding_code WHERE person = ?1", [person.0])?;
        self.connection.execute(
            "INSERT INTO binding_code (code, person, expires_at) VALUES (?1, ?2, ?3)",
            (code, person.0, expires_at.millis()),
        )?;
        self.bench().record("code_issued", person.0, "{}")
    }

    pub(super) fn console(&mut self, write: ConsoleWrite) -> Result<Written, StoreError> {
        console::write(&mut self.bench(), write)
    }

    /// Fills the index of words, which no turn touches.
    pub(super) fn index(
        &mut self,
        upto: i64,
        words: &[(TicketNo, Option<String>)],
    ) -> Result<(), StoreError> {
        search::fill(&self.connection, upto, words)
    }

    /// Writes more than any report does, to prove that the disk still takes it.
    pub(super) fn pulse(&mut self) -> Result<(), StoreError> {
        let now = (self.settings.clock)().millis();
        self.connection.execute(
            "INSERT OR REPLACE INTO pulse (id, at, weight) VALUES (1, ?1, randomblob(65536))",
            [now],
        )?;
        Ok(())
    }

    fn bench(&mut self) -> Bench<'_> {
        Bench {
            connection: &self.connection,
            directory: &self.directory,
            wording: &*self.settings.wording,
            heads: &mut self.heads,
            now: (self.settings.clock)(),
            actor: PersonId(0),
        }
    }

    /// Fires what is due, each in a savepoint of its own; a timer goes with what it did, also when it fails for good.
    pub(super) fn tick(&mut self) -> Result<usize, StoreError> {
        let now = (self.settings.clock)();
        if !self.rota {
            // The first tick of a new store, or of one older than the briefs.
            let (kind, subject) = rows::timer_columns(TimerKind::Rota);
            self.connection.execute(
                "INSERT INTO timer (due_at, kind, subject)
                 SELECT ?1, ?2, ?3 WHERE NOT EXISTS (SELECT 1 FROM timer WHERE kind = ?2)",
                (now.millis(), kind, subject),
            )?;
            self.rota = true;
        }
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
            match self.savepoint(|writer| writer.turn(&Turn::Due(timer), now))? {
                Ok(done) => self.count(&done),
                Err(error) => tracing::error!(error = chain(&error), kind, "timer failed"),
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

/// A panic is an error like any other: whoever calls this undoes what was half done.
fn unharmed<T>(work: impl FnOnce() -> Result<T, StoreError>) -> Result<T, StoreError> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or(Err(StoreError::Panicked))
}

fn data_version(connection: &Connection) -> Result<i64, StoreError> {
    Ok(connection.prepare_cached("PRAGMA data_version")?.query_row([], |r| r.get(0))?)
}
