//! The composition root: clock, dictionaries, wordings, store and doors joined into one [`App`], its clockwork and its
//! graceful end. The only file that reads the clock or the random source.

pub mod accounts;
pub mod ledger;
pub mod organisation;

use crate::domain::problem::chain;
use std::{
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicI64, AtomicU64, Ordering::Relaxed},
    },
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use arc_swap::ArcSwap;

use crate::{
    channel::{bridge::Bridge, official_account::OfficialAccount},
    config::Config,
    domain::{
        calendar::Calendar,
        category::{Act, Taxonomy},
        command::{ChatCommand, CommandKind, CommandWords, leading_word, list_items},
        decide::{Heard, Turn},
        dictionary::{
            Author, Tuning,
            trial::{Prepared, Trial},
        },
        directory::Directory,
        effect::Render,
        ledger::{Named, Tally},
        limits::Limits,
        mask::Mask,
        meeting::MeetingWords,
        message::{Content, Event, Inbound},
        moment::Moment,
        person::Role,
        problem::{Problem, line_of},
        slip::{Typed, testimony},
        understanding::Understanding,
        words::Words,
        world::{Office, Standing},
    },
    reply::Replies,
    sheet::SheetWords,
    store::{
        Answer, Purpose, Settings, Store, StoreError,
        organisation::{Organisation, TableWords},
    },
    understand::{self, Lexicon},
    workshop::{Progress, Scope, Workshop, WorkshopError},
};

/// How often due timers are looked for, and what another process published.
const TICK: Duration = Duration::from_millis(500);

/// What a line that asks for figures waits for them: the platform wants its answer within five seconds.
const PATIENCE: Duration = Duration::from_secs(3);

/// The time: the machine's, or one that a test or a simulation sets.
#[derive(Debug, Clone)]
pub enum Clock {
    /// The machine's.
    System,
    /// Set by hand, in milliseconds.
    Manual(Arc<AtomicI64>),
}

impl Clock {
    /// A clock that stands still until it is set.
    pub fn manual(at: Moment) -> Self {
        Self::Manual(Arc::new(AtomicI64::new(at.millis())))
    }

    /// The time now.
    pub fn now(&self) -> Moment {
        match self {
            Self::System => {
                let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
                Moment::from_millis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
            }
            Self::Manual(at) => Moment::from_millis(at.load(Relaxed)),
        }
    }

    /// Sets a manual clock; the machine's cannot be set.
    pub fn set(&self, to: Moment) {
        if let Self::Manual(at) = self {
            at.store(to.millis(), Relaxed);
        }
    }
}

/// Fresh random bytes. Without a random source nothing can be encrypted, so the process cannot serve.
pub fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("the operating system has a random source");
    bytes
}

/// What an app is made from.
pub struct Setup {
    /// The database file.
    pub database: PathBuf,
    /// What the database is for.
    pub purpose: Purpose,
    /// The office.
    pub office: Office,
    /// The public account's door.
    pub account: OfficialAccount,
    /// The gateway's door.
    pub bridge: Option<Bridge>,
    /// The clock.
    pub clock: Clock,
    /// Other wordings than the shipped ones; for tests.
    pub wording: Option<Arc<dyn Render>>,
}

/// Why an app could not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// Shipped data files or settings are wrong; each problem in a line.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
    Data(Vec<Problem>),
    /// The store cannot be opened.
    #[error("the store cannot be opened")]
    Store(#[from] StoreError),
}

/// Counts for `/metrics` that only the doors know.
#[derive(Debug, Default)]
pub struct DoorFigures {
    /// Deliveries taken in.
    pub accepted: AtomicU64,
    /// Deliveries refused, for whatever reason.
    pub refused: AtomicU64,
    /// Deliveries whose signing time was more than five minutes off.
    pub skewed: AtomicU64,
    /// Deliveries not committed in time; the retry collected them.
    pub late: AtomicU64,
    /// Answers that said that nothing was recorded.
    pub not_recorded: AtomicU64,
}

/// Everything a request needs.
pub struct App {
    /// The store.
    pub store: Store,
    /// Where the dictionaries are tuned.
    pub workshop: Workshop,
    /// The dictionaries with the places of the organisation; swapped when either changes.
    lexicon: ArcSwap<Lexicon>,
    /// Console accounts.
    pub accounts: accounts::Accounts,
    /// Tickets in bulk.
    pub ledgers: ledger::Ledgers,
    /// What columns and posts are called in tables.
    pub table_words: Arc<TableWords>,
    /// Wordings.
    pub replies: Arc<dyn Render>,
    /// The public account's door.
    pub account: OfficialAccount,
    /// The gateway's door.
    pub bridge: Option<Bridge>,
    /// The office.
    pub office: Office,
    /// The clock.
    pub clock: Clock,
    /// Counts.
    pub figures: DoorFigures,
    stop: tokio::sync::watch::Sender<bool>,
}

impl std::fmt::Debug for App {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("App")
    }
}

/// Dictionaries, wordings and calendar as shipped; loaded once and shared by worlds made in one process.
#[derive(Clone)]
pub struct Shipped {
    lexicon: Arc<Lexicon>,
    replies: Arc<Replies>,
    limits: Arc<Limits>,
    calendar: Arc<Calendar>,
    meetings: MeetingWords,
    words: Arc<SheetWords>,
    mask: Arc<Mask>,
    tables: Arc<TableWords>,
}

impl Shipped {
    /// Loads all data files; every problem of all of them.
    pub fn load() -> Result<Self, StartError> {
        Self::load_with(Lexicon::shipped())
    }

    /// The same with the office's own learnt layer: the text of a file as `dict learn` writes it.
    pub fn load_with_learned(learned: &str) -> Result<Self, StartError> {
        Self::load_with(Lexicon::shipped_with_learned(learned))
    }

    fn load_with(lexicon: Result<Lexicon, Vec<Problem>>) -> Result<Self, StartError> {
        let replies = Replies::shipped();
        let (meetings, words, mask) = (meeting_words(), SheetWords::shipped(), Mask::shipped());
        let (tables, limits) = (TableWords::shipped(), Limits::unchosen());
        match (lexicon, replies, meetings, words, mask, tables, limits) {
            (Ok(lexicon), Ok(replies), Ok(meetings), Ok(words), Ok(mask), Ok(tables), Ok(limits)) => {
                Ok(Self {
                    tables: Arc::new(tables),
                    limits: Arc::new(limits),
                    lexicon: Arc::new(lexicon),
                    replies: Arc::new(replies),
                    calendar: Arc::new(Calendar::shipped()),
                    meetings,
                    words: Arc::new(words),
                    mask: Arc::new(mask),
                })
            }
            (lexicon, replies, meetings, words, mask, tables, limits) => {
                let data = [lexicon.err(), replies.err(), meetings.err(), words.err(), mask.err()];
                let problems = data.into_iter().chain([tables.err(), limits.err()]).flatten().flatten();
                Err(StartError::Data(problems.collect()))
            }
        }
    }

    /// The same with what an office's settings choose: the profile of limits, days off of its own.
    ///
    /// # Errors
    /// Every problem of what they name, with the settings' key where nothing is there.
    pub fn chosen(&self, config: &Config, settings: &str) -> Result<Self, StartError> {
        let limits = profile(&config.clocks.profile, settings, self.lexicon.taxonomy());
        let calendar = match &config.calendar.local {
            None => Ok(self.calendar.clone()),
            Some(path) => self.with_local_days(path, settings).map(Arc::new),
        };
        match (limits, calendar) {
            (Ok(limits), Ok(calendar)) => Ok(Self { limits: Arc::new(limits), calendar, ..self.clone() }),
            (limits, calendar) => {
                let problems = limits.err().into_iter().chain(calendar.err()).flatten();
                Err(StartError::Data(problems.collect()))
            }
        }
    }

    /// The calendar with the days of an office's own file.
    fn with_local_days(&self, path: &Path, settings: &str) -> Result<Calendar, Vec<Problem>> {
        let file = path.display().to_string();
        let text = std::fs::read_to_string(path).map_err(|error| {
            vec![Problem::new(settings, 0, format!("[calendar] local: 读不了 {file}：{error}"))]
        })?;
        Calendar::clone(&self.calendar).with_local(&file, &text)
    }

    /// The working calendar.
    pub fn calendar(&self) -> &Calendar {
        &self.calendar
    }

    /// The profile of limits.
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// The dictionaries with the places of the shipped demo world, for commands that have no store.
    pub fn demo_lexicon(&self) -> Lexicon {
        let (file, text) = crate::playground::LINGWU;
        let names = Organisation::from_toml(file, text).map(|world| world.estate_names()).unwrap_or_default();
        self.lexicon.with_places(&names)
    }

    /// The wordings.
    pub fn replies(&self) -> &Replies {
        &self.replies
    }

    /// What ledgers are made with.
    pub fn kit(&self, clock: Clock) -> ledger::Kit {
        let taxonomy = self.lexicon.taxonomy().clone();
        ledger::Kit { words: self.words.clone(), mask: self.mask.clone(), taxonomy, clock }
    }

    /// The dictionaries without any organisation's places.
    pub fn lexicon(&self) -> &Arc<Lexicon> {
        &self.lexicon
    }
}

/// A profile of limits by its code, or the office's own by its path.
fn profile(code: &str, settings: &str, taxonomy: &Taxonomy) -> Result<Limits, Vec<Problem>> {
    if let Some(shipped) = Limits::shipped(code, taxonomy) {
        return shipped;
    }
    if !code.ends_with(".toml") {
        let known = Limits::codes().collect::<Vec<_>>().join("、");
        let text = format!(
            "[clocks] profile: 没有“{code}”这一套时限；可以写 {known}，或者本单位自己的文件（路径以 .toml 结尾）"
        );
        return Err(vec![Problem::new(settings, 0, text)]);
    }
    let text = std::fs::read_to_string(code).map_err(|error| {
        vec![Problem::new(settings, 0, format!("[clocks] profile: 读不了 {code}：{error}"))]
    })?;
    Limits::from_toml(code, code, &text, taxonomy)
}

fn meeting_words() -> Result<MeetingWords, Vec<Problem>> {
    let text = include_str!("../dictionaries/meetings.toml");
    toml::from_str(text).map_err(|error| {
        let line = error.span().map_or(0, |span| line_of(text, span.start));
        vec![Problem::new("meetings.toml", line, error.message())]
    })
}

impl App {
    /// Opens the store and starts the clockwork. Call within a tokio runtime.
    pub async fn start(shipped: &Shipped, setup: Setup) -> Result<Arc<Self>, StartError> {
        let replies = setup.wording.unwrap_or_else(|| shipped.replies.clone());
        let store =
            store(shipped, replies.clone(), setup.database, setup.purpose, &setup.office, &setup.clock)?;
        let directory = store.directory();
        let lexicon = shipped.lexicon.with_places(&directory.borrow().estate_names());
        let (stop, _) = tokio::sync::watch::channel(false);
        let workshop = Workshop::new(store.clone(), shipped.lexicon.clone(), setup.clock.clone());
        let app = Arc::new(Self {
            accounts: accounts::Accounts::new(store.clone(), setup.clock.clone()),
            ledgers: ledger::Ledgers::new(store.clone(), shipped.kit(setup.clock.clone())),
            table_words: shipped.tables.clone(),
            store,
            workshop,
            lexicon: ArcSwap::from_pointee(lexicon),
            replies,
            account: setup.account,
            bridge: setup.bridge,
            office: setup.office,
            clock: setup.clock,
            figures: DoorFigures::default(),
            stop,
        });
        // What was published before this start is live from the first message on.
        if *app.store.dictionary().borrow() > 0 {
            app.refresh_dictionary().await;
        }
        tokio::spawn(app.clone().follow(directory));
        // A manual clock is moved by whoever holds it, and timers with it.
        if matches!(app.clock, Clock::System) {
            tokio::spawn(app.clone().tick());
        }
        Ok(app)
    }

    /// The dictionaries as they are now.
    pub fn lexicon(&self) -> Arc<Lexicon> {
        self.lexicon.load_full()
    }

    /// Understands a message and commits the turn that it makes.
    pub async fn hear(&self, inbound: Inbound, name: &str) -> Result<Answer, StoreError> {
        let mut heard = self.understood(inbound, name);
        heard.prepared = self.prepared(&heard).await;
        heard.counted = self.counted(&heard).await;
        let publishes = matches!(&heard.prepared, Some(Prepared::Change(tuning, _)) if tuning.publishes());
        let answer = self.store.commit(Turn::Heard(Box::new(heard))).await?;
        if publishes {
            // 已生效 has to be true when it is said.
            self.refresh_dictionary().await;
        }
        Ok(answer)
    }

    /// Tries a change of the dictionaries and commits it; a published one is live when this answers.
    pub async fn tune(
        &self,
        author: Author,
        tuning: Tuning,
        scope: Scope,
        progress: Option<Progress>,
    ) -> Result<(Trial, Answer), WorkshopError> {
        let publishes = tuning.publishes();
        let done = self.workshop.change(author, tuning, scope, progress).await?;
        if publishes {
            self.refresh_dictionary().await;
        }
        Ok(done)
    }

    /// What a private line that works on the dictionaries asks, when whoever writes may ask it. Rare, and the only
    /// lines that are looked into before their turn.
    async fn prepared(&self, heard: &Heard) -> Option<Prepared> {
        let command = heard.understanding.as_ref()?.command.as_ref()?;
        let ChatCommand::Word { kind, .. } = command else { return None };
        if heard.inbound.group.is_some() || !(kind.tunes() || *kind == CommandKind::Why) {
            return None;
        }
        let key = &heard.inbound.key;
        let person = self.store.person_at(key.account.clone(), key.sender.clone()).await.ok()??;
        let may = match person.role {
            Role::DictionaryEditor => true,
            Role::Resident => false,
            Role::GridWorker
            | Role::CommunityStaff
            | Role::Mediator
            | Role::PropertyStaff
            | Role::SafetyOfficer
            | Role::HousingOffice
            | Role::SubdistrictStaff
            | Role::DeptHandler
            | Role::PartyMember
            | Role::MicroGridHead
            | Role::BranchSecretary
            | Role::GroupLeader
            | Role::LiaisonLeader => *kind == CommandKind::Why,
        };
        if !may {
            return None;
        }
        let prepared = self.workshop.prepare(command).await;
        prepared
            .map_err(|error| tracing::error!(error = chain(&error), "dictionary line not prepared"))
            .ok()?
    }

    /// What a private line asks figures for, when whoever writes is at work: counted before the turn, so that no writer
    /// waits for it.
    async fn counted(&self, heard: &Heard) -> Option<Tally> {
        let command = heard.understanding.as_ref()?.command.as_ref()?;
        let ChatCommand::Word { kind, rest, .. } = command else { return None };
        if heard.inbound.group.is_some() || !kind.counts() {
            return None;
        }
        let key = &heard.inbound.key;
        let person = self.store.person_at(key.account.clone(), key.sender.clone()).await.ok()??;
        let words = self.lexicon().commands().clone();
        let named = Named::read(rest, *kind, &words, self.clock.now())?;
        let counted = self.ledgers.counted(&person, named, Instant::now() + PATIENCE).await;
        counted.map_err(|error| tracing::error!(error = chain(&error), "figures not counted")).ok()?
    }

    fn understood(&self, inbound: Inbound, name: &str) -> Heard {
        let text = match &inbound.content {
            Content::Text(text)
            | Content::Voice { recognition: Some(text), .. }
            | Content::Event(Event::Click { key: text }) => Some(text.as_str()),
            Content::Voice { recognition: None, .. }
            | Content::Image(_)
            | Content::Video(_)
            | Content::Location { .. }
            | Content::Link { .. }
            | Content::Sticker
            | Content::Event(_)
            | Content::Other(_) => None,
        };
        let lexicon = self.lexicon.load();
        let understanding = text.map(|text| understand::understand(text, &lexicon));
        let as_words = understanding.as_ref().filter(|u| sounds_like_staff(u, lexicon.commands())).and(text);
        let as_words = as_words.map(|text| understand::understand_as_words(text, &lexicon));
        let only_place = understanding.as_ref().filter(|u| u.only_place).map(|u| u.places.clone());
        let items = understanding.as_ref().map_or(vec![], |u| items(u, &lexicon));
        Heard {
            name: Words::from(name),
            understanding,
            as_words,
            only_place,
            items,
            prepared: None,
            counted: None,
            inbound,
        }
    }

    /// Fires everything that is due by now; for manual clocks.
    pub async fn fire_due(&self) -> Result<(), StoreError> {
        while self.store.tick().await? > 0 {}
        Ok(())
    }

    /// Takes in what changes while the app runs, also by another process: the organisation's places, and the version of
    /// the dictionaries. Building happens beside the replies, the swap is one pointer.
    async fn follow(self: Arc<Self>, mut directory: tokio::sync::watch::Receiver<Arc<Directory>>) {
        let mut stopped = self.stop.subscribe();
        let mut version = self.store.dictionary();
        loop {
            tokio::select! {
                changed = directory.changed() => {
                    if changed.is_err() { return }
                    self.refresh_places(&directory.borrow_and_update().clone());
                }
                changed = version.changed() => {
                    if changed.is_err() { return }
                    version.mark_unchanged();
                    self.refresh_dictionary().await;
                }
                _ = stopped.changed() => return,
            }
        }
    }

    /// Takes the live version of the dictionaries. One that does not load leaves the last good one in place.
    pub async fn refresh_dictionary(&self) {
        let no = *self.store.dictionary().borrow();
        match self.workshop.version(no).await {
            Ok(lexicon) => {
                tracing::info!(version = no, lexicon = lexicon.hash(), "dictionary is live");
                self.lexicon.store(Arc::new(lexicon));
            }
            Err(error) => tracing::error!(version = no, error = chain(&error), "dictionary not taken"),
        }
    }

    /// Takes the places of an organisation into the dictionaries.
    pub fn refresh_places(&self, directory: &Directory) {
        self.lexicon.store(Arc::new(self.lexicon.load().with_places(&directory.estate_names())));
    }

    async fn tick(self: Arc<Self>) {
        let mut stopped = self.stop.subscribe();
        let mut interval = tokio::time::interval(TICK);
        interval.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                _ = interval.tick() => {}
                _ = stopped.changed() => return,
            }
            if let Err(error) = self.fire_due().await {
                tracing::error!(error = chain(&error), "timers did not fire");
            }
            if let Err(error) = self.ledgers.fill_index_at_leisure().await {
                tracing::error!(error = chain(&error), "the search did not take in what changed");
            }
        }
    }

    /// Whether the clockwork ends: long work is given up then.
    pub fn is_stopping(&self) -> bool {
        *self.stop.borrow()
    }

    /// Ends the clockwork. The store ends when its last handle does.
    pub fn stop(&self) {
        self.stop.send_replace(true);
    }
}

/// What the items of a pasted list mean, each with what stands before the first: the door that was visited. Of a slip from
/// a box its words, without box and day; of what was said face to face, without its witness.
fn items(u: &Understanding, lexicon: &Lexicon) -> Vec<Understanding> {
    let Some(ChatCommand::Word { kind, rest, .. }) = &u.command else { return vec![] };
    let (before, items) = match kind {
        CommandKind::Record | CommandKind::Visit => list_items(rest),
        CommandKind::OnSite => ("", vec![testimony(rest, lexicon.commands()).1]),
        CommandKind::FromBox => ("", vec![Typed::read(rest, lexicon.commands()).text]),
        _any_other_kind => return vec![],
    };
    let whole = |item: &&str| if before.is_empty() { (*item).to_owned() } else { format!("{before} {item}") };
    items.iter().map(|item| understand::understand_as_words(&whole(item), lexicon)).collect()
}

/// Whether a line is a staff command with words after it, or sounds like one: a resident may mean it otherwise.
fn sounds_like_staff(u: &Understanding, words: &CommandWords) -> bool {
    match &u.command {
        Some(ChatCommand::Word { kind, nos, rest }) => {
            // 同意 哨001 is no sentence of anybody's.
            let code = words.after_code(leading_word(rest).0, "whistle");
            let numbered = code.is_some_and(|no| no.parse::<u32>().is_ok());
            kind.is_for_staff() && nos.is_empty() && !rest.is_empty() && !numbered
        }
        Some(ChatCommand::Choice(_) | ChatCommand::Number(_) | ChatCommand::Building(_)) => false,
        None => u.act == Act::StaffCommand,
    }
}

/// Opens a store without any clockwork: for commands that read or write once.
pub fn open_store(
    shipped: &Shipped,
    database: PathBuf,
    purpose: Purpose,
    office: &Office,
    clock: &Clock,
) -> Result<Store, StoreError> {
    store(shipped, shipped.replies.clone(), database, purpose, office, clock)
}

fn store(
    shipped: &Shipped,
    wording: Arc<dyn Render>,
    database: PathBuf,
    purpose: Purpose,
    office: &Office,
    clock: &Clock,
) -> Result<Store, StoreError> {
    let standing = Standing {
        taxonomy: shipped.lexicon.taxonomy().clone(),
        limits: shipped.limits.clone(),
        calendar: shipped.calendar.clone(),
        commands: shipped.lexicon.commands().clone(),
        meeting_words: shipped.meetings.clone(),
        office: office.clone(),
    };
    let clock = clock.clone();
    Store::open(Settings { path: database, purpose, standing, wording, clock: Arc::new(move || clock.now()) })
}
