//! The store: SQLite behind one writer thread. A turn is decided and committed by it, together with its reply, its
//! notices and its timers; nothing is answered before its COMMIT. Everybody else reads. SQL lives here and nowhere else.

mod apply;
mod checkpoint;
pub mod console;
mod dictionaries;
mod error;
mod history;
pub mod ledger;
pub mod organisation;
mod rows;
mod schema;
mod search;
mod turn;
mod verify;
mod world;
mod writer;

use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex, atomic::AtomicU64},
};

use rusqlite::Connection;
use tokio::sync::{mpsc, oneshot, watch};

use crate::domain::{
    account::AccountId,
    decide::{Agenda, Move, Turn, agenda, open_moves},
    dictionary::{Correction, Golden, SealedBook, Version, trial::Past},
    directory::Directory,
    effect::Render,
    moment::Moment,
    person::{Person, PersonId},
    ticket::Ticket,
    ticket_no::TicketNo,
    words::{Words, silent_debug},
    world::Standing,
};
pub use dictionaries::{Books, UnknownPlace};
pub use error::StoreError;
pub use search::Stale;
pub use verify::Report;
use world::StoredWorld;
use writer::{Heads, Writer};

silent_debug! { Answer OutboxLine AnyLine }

/// Turns that wait for the writer at most; beyond it callers wait their turn, within their own deadline.
const QUEUE: usize = 4096;

/// What the writer needs to decide and to speak.
pub struct Settings {
    /// The database file.
    pub path: PathBuf,
    /// What this data directory is for; one made for another purpose is refused.
    pub purpose: Purpose,
    /// Data files and settings.
    pub standing: Standing,
    /// Wordings.
    pub wording: Arc<dyn Render>,
    /// The clock.
    pub clock: Arc<dyn Fn() -> Moment + Send + Sync>,
}

/// What a data directory is for. A demo never touches the data of an office.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Real service.
    Serve,
    /// Invented people.
    Demo,
}

/// The answer to a turn.
#[derive(Clone, PartialEq, Eq)]
pub struct Answer {
    /// The reply; empty means silence.
    pub reply: String,
    /// When it was made; a repeated delivery gets the first one's time.
    pub at: Moment,
    /// Whether this delivery had been answered before.
    pub repeated: bool,
    /// Whether the turn changed anything.
    pub changed: bool,
}

/// A line for the gateway.
#[derive(Clone, PartialEq, Eq)]
pub struct OutboxLine {
    /// Its row.
    pub seq: i64,
    /// `group:G` or `user:U`.
    pub to: String,
    /// As rendered.
    pub text: String,
    /// When it was decided.
    pub created_at: Moment,
}

/// A line outside an answer, whichever way it leaves.
#[derive(Clone, PartialEq, Eq)]
pub struct AnyLine {
    /// Its row.
    pub seq: i64,
    /// The person; `None` for a group.
    pub person: Option<PersonId>,
    /// `group:G` or `user:U` for the gateway; empty when it waits for the person's next message.
    pub target: String,
    /// As rendered.
    pub text: String,
}

/// Work for the writer thread.
enum Work {
    /// A turn to decide and commit, together with others.
    Turn(Asked),
    /// Anything else: a transaction of its own, which also answers.
    Alone(Box<dyn FnOnce(&mut Writer) + Send>),
}

/// A turn, and who waits for its answer.
struct Asked {
    turn: Turn,
    done: oneshot::Sender<Result<Answer, StoreError>>,
}

/// Figures that the writer keeps.
#[derive(Debug, Default)]
pub struct Figures {
    /// Turns committed.
    pub turns: AtomicU64,
    /// Deliveries answered from their stored reply.
    pub repeated: AtomicU64,
    /// Commits made.
    pub commits: AtomicU64,
    /// Turns that failed.
    pub failed: AtomicU64,
    /// Tickets opened.
    pub tickets: AtomicU64,
}

/// The version of SQLite in this program.
pub fn sqlite_version() -> &'static str {
    rusqlite::version()
}

/// A handle on the store; cheap to clone.
#[derive(Clone)]
pub struct Store {
    work: mpsc::Sender<Work>,
    reader: Arc<Mutex<Connection>>,
    directory: watch::Receiver<Arc<Directory>>,
    dictionary: watch::Receiver<u32>,
    figures: Arc<Figures>,
    path: PathBuf,
    standing: Arc<Standing>,
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Store({})", self.path.display())
    }
}

impl Store {
    /// Opens or makes the database and starts its writer and checkpoint threads. They end when the last handle does.
    pub fn open(settings: Settings) -> Result<Self, StoreError> {
        schema::assert_sound_sqlite()?;
        if let Some(folder) = settings.path.parent().filter(|p| !p.as_os_str().is_empty()) {
            std::fs::create_dir_all(folder)
                .map_err(|source| StoreError::Folder { path: folder.to_owned(), source })?;
        }
        let path = settings.path.clone();
        let mut connection = schema::open_writer(&path)?;
        schema::migrate(&mut connection, (settings.clock)())?;
        schema::claim(&connection, settings.purpose)?;
        let reader = schema::open_reader(&path)?;
        let figures = Arc::new(Figures::default());
        let (work, queue) = mpsc::channel(QUEUE);
        let (publish, directory) = watch::channel(Arc::new(organisation::load(&connection)?));
        let (published, dictionary) = watch::channel(dictionaries::live(&connection)?);
        let standing = Arc::new(settings.standing.clone());
        let due = checkpoint::Due::default();
        let writer = Writer::new(connection, settings, publish, published, figures.clone(), due.clone())?;
        let checkpointer = checkpoint::start(&path, due);
        std::thread::Builder::new()
            .name("store-writer".into())
            .spawn(move || {
                writer.run(queue);
                drop(checkpointer);
            })
            .map_err(StoreError::Thread)?;
        Ok(Self {
            work,
            reader: Arc::new(Mutex::new(reader)),
            directory,
            dictionary,
            figures,
            path,
            standing,
        })
    }

    /// Decides and commits a turn; answers after the COMMIT.
    pub async fn commit(&self, turn: Turn) -> Result<Answer, StoreError> {
        self.ask(|done| Work::Turn(Asked { turn, done })).await
    }

    /// Fires up to 64 due timers; returns how many there were.
    pub async fn tick(&self) -> Result<usize, StoreError> {
        self.alone(Writer::tick).await
    }

    /// Takes in an organisation file; whom it no longer names loses their post.
    pub async fn import(
        &self,
        file: organisation::Organisation,
    ) -> Result<organisation::Imported, StoreError> {
        self.alone(move |writer| writer.import(&file)).await
    }

    /// What importing that file would take away from the organisation as it is now.
    pub async fn would_change(
        &self,
        file: organisation::Organisation,
    ) -> Result<organisation::Foreseen, StoreError> {
        self.read(move |connection| organisation::would_change(connection, &file)).await
    }

    /// How many tickets are open in each building.
    pub async fn open_by_building(&self) -> Result<organisation::OpenByBuilding, StoreError> {
        self.read(organisation::open_by_building).await
    }

    /// The organisation as the file that would make it, and its version; `None` before the first import.
    pub async fn organisation(&self) -> Result<Option<(organisation::Organisation, i64)>, StoreError> {
        self.read(organisation::current).await
    }

    /// Takes in an organisation that was made from that version of it, with a row for the audit; `false` when another was
    /// taken in meanwhile.
    pub async fn import_table(
        &self,
        file: organisation::Organisation,
        version: i64,
        by: AccountId,
        what: Words,
    ) -> Result<bool, StoreError> {
        self.alone(move |writer| writer.import_table(&file, version, by, what)).await
    }

    /// Keeps a one-time code for a person.
    pub async fn issue_code(
        &self,
        code: String,
        person: PersonId,
        expires_at: Moment,
    ) -> Result<(), StoreError> {
        self.alone(move |writer| writer.issue_code(&code, person, expires_at)).await
    }

    /// Proves that the writer answers and can write.
    pub async fn ping(&self) -> Result<(), StoreError> {
        self.alone(Writer::pulse).await
    }

    /// Has something done in a transaction of its own, after everything that was asked before.
    async fn alone<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Writer) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.ask(|done| {
            Work::Alone(Box::new(move |writer| {
                // Whoever asked may have given up.
                let _ = done.send(writer.transaction(work));
            }))
        })
        .await
    }

    async fn ask<T>(
        &self,
        work: impl FnOnce(oneshot::Sender<Result<T, StoreError>>) -> Work,
    ) -> Result<T, StoreError> {
        let (done, answer) = oneshot::channel();
        self.work.send(work(done)).await.map_err(|_| StoreError::Closed)?;
        answer.await.map_err(|_| StoreError::Closed)?
    }

    /// The organisation as it is now; changes when an import commits, also one by another process.
    pub fn directory(&self) -> watch::Receiver<Arc<Directory>> {
        self.directory.clone()
    }

    /// The version of the dictionaries that is live; changes when one is published, also by another process.
    pub fn dictionary(&self) -> watch::Receiver<u32> {
        self.dictionary.clone()
    }

    /// Live edits and draft of the dictionaries.
    pub async fn books(&self) -> Result<Books, StoreError> {
        self.read(dictionaries::books).await
    }

    /// The edits of a version; `None` for one that was never published.
    pub async fn edits_of(&self, version: u32) -> Result<Option<SealedBook>, StoreError> {
        self.read(move |connection| dictionaries::edits_of(connection, version)).await
    }

    /// The newest published versions, newest first.
    pub async fn versions(&self, limit: usize) -> Result<Vec<Version>, StoreError> {
        self.read(move |connection| dictionaries::versions(connection, limit)).await
    }

    /// Golden sentences of this office.
    pub async fn golden(&self) -> Result<Vec<Golden>, StoreError> {
        self.read(dictionaries::golden).await
    }

    /// The newest corrections, newest first.
    pub async fn corrections(&self, limit: usize) -> Result<Vec<Correction>, StoreError> {
        self.read(move |connection| dictionaries::corrections(connection, limit)).await
    }

    /// Names that nobody knows, most used first.
    pub async fn unknown_places(&self, limit: usize) -> Result<Vec<UnknownPlace>, StoreError> {
        self.read(move |connection| dictionaries::unknown_places(connection, limit)).await
    }

    /// The newest reports from a ticket number on, newest first, to try words on.
    pub async fn past(&self, since: TicketNo, limit: usize) -> Result<Vec<Past>, StoreError> {
        self.read(move |connection| dictionaries::past(connection, since, limit)).await
    }

    /// Who writes from that id.
    pub async fn person_at(&self, account: String, sender: String) -> Result<Option<Person>, StoreError> {
        self.read(move |connection| Ok(rows::person_at(connection, &account, &sender)?)).await
    }

    /// The moves that are open to a person on a ticket.
    pub async fn open_moves(
        &self,
        person: Person,
        no: TicketNo,
        now: Moment,
    ) -> Result<Vec<Move>, StoreError> {
        self.consult(move |world| open_moves(world, &person, no, now)).await
    }

    /// What waits for a person.
    pub async fn agenda(&self, person: Person, now: Moment) -> Result<Agenda, StoreError> {
        self.consult(move |world| agenda(world, &person, now)).await
    }

    /// Asks the world as it is committed, beside the writer.
    async fn consult<T: Send + 'static>(
        &self,
        question: impl FnOnce(&StoredWorld<'_>) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let (standing, directory) = (self.standing.clone(), self.directory.borrow().clone());
        self.read(move |connection| {
            let heads = Heads::load(connection)?;
            question(&StoredWorld { connection, standing: &standing, directory: &directory, heads: &heads })
        })
        .await
    }

    /// Data files and settings that decisions are made with.
    pub fn standing(&self) -> &Standing {
        &self.standing
    }

    /// Figures for `/metrics`.
    pub fn figures(&self) -> &Figures {
        &self.figures
    }

    /// The database file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Lines for the gateway after a row, in order; and the row to ask after next. Repeatable.
    pub async fn outbox_after(&self, after: i64, limit: usize) -> Result<(Vec<OutboxLine>, i64), StoreError> {
        self.read(move |connection| rows::outbox_after(connection, after, limit)).await
    }

    /// Every line outside an answer after a row, whichever way it leaves; for transcripts, which must mention all.
    pub async fn lines_after(&self, after: i64) -> Result<Vec<AnyLine>, StoreError> {
        self.read(move |connection| rows::lines_after(connection, after)).await
    }

    /// The last such line's row; 0 when there is none.
    pub async fn last_line(&self) -> Result<i64, StoreError> {
        self.read(|connection| Ok(rows::last_line(connection)?)).await
    }

    /// A ticket as it is now.
    pub async fn ticket(&self, no: TicketNo) -> Result<Option<Ticket>, StoreError> {
        self.read(move |connection| Ok(rows::ticket(connection, no)?)).await
    }

    /// The people that organisation files name, with their ids.
    pub async fn person_by_key(&self, key: String) -> Result<Option<PersonId>, StoreError> {
        self.read(move |connection| organisation::person_by_key(connection, &key)).await
    }

    /// Checks the hash chain, and that every ticket is the fold of its events.
    pub async fn verify(&self) -> Result<Report, StoreError> {
        self.read(verify::verify).await
    }

    async fn read<T: Send + 'static>(
        &self,
        question: impl FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let reader = self.reader.clone();
        tokio::task::spawn_blocking(move || {
            // A poisoned lock only means that another question panicked; the connection is read-only and whole.
            let connection = reader.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            question(&connection)
        })
        .await
        .map_err(|_| StoreError::Closed)?
    }
}
