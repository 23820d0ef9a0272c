//! The workshop where dictionaries are tuned: joins the store's books with lexicons built from them, tries changes on
//! past messages, and commits them as turns. Chat, console and command line all come through here. Building and trying
//! happen on blocking threads, never on the way of another reply.

use std::{
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use crate::{
    app::Clock,
    domain::{
        command::{ChatCommand, CommandKind, CommandWords, NoRef},
        decide::Turn,
        dictionary::{
            Author, Edit, EditBook, EditFault, Golden, SealedBook, Standing, Tuned, Tuning, parse_edit,
            parse_weight,
            trial::{DryRun, GoldenMiss, Past, Prepared, Suggestion, Trial, TryOut},
        },
        problem::Problem,
        ticket_no::TicketNo,
    },
    store::{Answer, Store, StoreError},
    understand::{
        Lexicon,
        tuning::{self, Touch},
    },
};

/// Lexicons kept for the next question: live, draft, and one for a rollback or an explanation.
const KEPT: usize = 3;
/// Corrections that suggestions are made from.
const LESSONS: usize = 2_000;

/// How far back a dry run looks, and how long it may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scope {
    /// Days.
    pub days: u32,
    /// Messages at most, the newest first.
    pub most: usize,
    /// Time at most; what is left then is counted as unread.
    pub budget: Duration,
}

impl Scope {
    /// What fits into a chat's answer.
    pub const CHAT: Self = Self { days: 90, most: 5_000, budget: Duration::from_millis(2_000) };
    /// What somebody waits for who sees it proceed.
    pub const PATIENT: Self = Self { days: 90, most: 200_000, budget: Duration::from_secs(600) };
}

/// Told how many messages of how many a dry run has read; says whether to read on.
pub type Progress = Arc<dyn Fn(usize, usize) -> bool + Send + Sync>;

/// The dictionaries as they are at one moment.
#[derive(Debug, Clone)]
pub struct Desk {
    /// Where they stand.
    pub standing: Standing,
    /// The live edits.
    pub live_book: Arc<EditBook>,
    /// The live lexicon.
    pub live: Lexicon,
    /// The draft, where there is one.
    pub draft: Option<(Arc<EditBook>, Lexicon)>,
}

impl Desk {
    /// What a change would be laid over: the draft, or what is live.
    pub fn book(&self) -> &Arc<EditBook> {
        self.draft.as_ref().map_or(&self.live_book, |(book, _)| book)
    }

    /// The lexicon of [`Self::book`].
    pub fn lexicon(&self) -> &Lexicon {
        self.draft.as_ref().map_or(&self.live, |(_, lexicon)| lexicon)
    }
}

/// Why something could not be found out.
#[derive(Debug, thiserror::Error)]
pub enum WorkshopError {
    /// The store failed.
    #[error("the store failed")]
    Store(#[from] StoreError),
    /// What the store holds is no book of edits, or one that this program cannot load.
    #[error("the stored dictionary cannot be read: {0}")]
    Stored(String),
    /// The work panicked.
    #[error("the work did not come to its end")]
    Broken(#[from] tokio::task::JoinError),
}

/// What was built, by where from.
type Shelf = Vec<(Built, Arc<EditBook>, Lexicon)>;

/// Where a lexicon was built from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Built {
    Version(u32),
    Draft(u64),
}

/// The workshop; cheap to clone.
#[derive(Debug, Clone)]
pub struct Workshop {
    store: Store,
    shipped: Arc<Lexicon>,
    clock: Clock,
    built: Arc<Mutex<Shelf>>,
}

impl Workshop {
    /// A workshop over a store; `shipped` is the lexicon of the files.
    pub fn new(store: Store, shipped: Arc<Lexicon>, clock: Clock) -> Self {
        Self { store, shipped, clock, built: Arc::default() }
    }

    /// The store.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// The lexicon of a version, with the organisation's places.
    ///
    /// # Errors
    /// When the store fails, or holds no such version, or one that does not load.
    pub async fn version(&self, no: u32) -> Result<Lexicon, WorkshopError> {
        let book = self.store.edits_of(no).await?;
        let book = book.ok_or_else(|| WorkshopError::Stored(format!("no version {no}")))?;
        Ok(self.build(Built::Version(no), book).await?.1)
    }

    /// The dictionaries as they are now.
    ///
    /// # Errors
    /// When the store fails, or what it holds does not load.
    pub async fn desk(&self) -> Result<Desk, WorkshopError> {
        let books = self.store.books().await?;
        let (live_book, live) = self.build(Built::Version(books.standing.live), books.live).await?;
        let draft = match books.draft {
            Some(book) => Some(self.build(Built::Draft(books.standing.revision), book).await?),
            None => None,
        };
        Ok(Desk { standing: books.standing, live_book, live, draft })
    }

    async fn build(
        &self,
        from: Built,
        sealed: SealedBook,
    ) -> Result<(Arc<EditBook>, Lexicon), WorkshopError> {
        let estates = self.store.directory().borrow().estate_names();
        let known = |built: &Mutex<Shelf>| {
            // A poisoned lock only means that another build panicked; the list is whole.
            let built = built.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            built
                .iter()
                .find(|(key, ..)| *key == from)
                .map(|(_, book, lexicon)| (book.clone(), lexicon.clone()))
        };
        if let Some((book, lexicon)) = known(&self.built) {
            let lexicon =
                if lexicon.knows_places(&estates) { lexicon } else { lexicon.with_places(&estates) };
            return Ok((book, lexicon));
        }
        let shipped = self.shipped.clone();
        let made = tokio::task::spawn_blocking(move || {
            let book = sealed.open().map_err(|error| WorkshopError::Stored(error.to_string()))?;
            let lexicon = shipped.with_places(&estates).with_edits(&book);
            let lexicon = lexicon.map_err(|problems| WorkshopError::Stored(listed(&problems)))?;
            Ok::<_, WorkshopError>((Arc::new(book), lexicon))
        });
        let (book, lexicon) = made.await??;
        let mut built = self.built.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        built.retain(|(key, ..)| *key != from);
        if built.len() >= KEPT {
            built.remove(0);
        }
        built.push((from, book.clone(), lexicon.clone()));
        Ok((book, lexicon))
    }

    /// The edits of a version; `None` for one that was never published.
    ///
    /// # Errors
    /// When the store fails, or what it holds is no book of edits.
    pub async fn book(&self, no: u32) -> Result<Option<EditBook>, WorkshopError> {
        let Some(sealed) = self.store.edits_of(no).await? else { return Ok(None) };
        let opened = tokio::task::spawn_blocking(move || sealed.open()).await?;
        opened.map(Some).map_err(|error| WorkshopError::Stored(error.to_string()))
    }

    /// All golden sentences, read by a lexicon: those, and the wrong ones among them.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn golden_read(
        &self,
        lexicon: &Lexicon,
    ) -> Result<(Vec<Golden>, Vec<GoldenMiss>), WorkshopError> {
        let (golden, lexicon) = (self.golden().await?, lexicon.clone());
        Ok(tokio::task::spawn_blocking(move || {
            let misses = tuning::golden_misses(&golden, &lexicon);
            (golden, misses)
        })
        .await?)
    }

    /// Golden sentences: the shipped ones, then this office's.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn golden(&self) -> Result<Vec<Golden>, WorkshopError> {
        let mut golden = self.shipped.golden().to_vec();
        let local = self.store.golden().await?;
        golden.retain(|one| local.iter().all(|own| own.text != one.text));
        golden.extend(local);
        Ok(golden)
    }

    /// All golden sentences, and those that the draft, or the live version without one, reads wrongly.
    ///
    /// # Errors
    /// When the store fails, or what it holds does not load.
    pub async fn golden_run(&self) -> Result<(Vec<Golden>, Vec<GoldenMiss>), WorkshopError> {
        let (golden, lexicon) = (self.golden().await?, self.desk().await?.lexicon().clone());
        let run = tokio::task::spawn_blocking(move || {
            let misses = tuning::golden_misses(&golden, &lexicon);
            (golden, misses)
        });
        Ok(run.await?)
    }

    /// Past messages to try words on.
    ///
    /// # Errors
    /// When the store fails.
    pub async fn past(&self, scope: Scope) -> Result<Vec<Past>, WorkshopError> {
        let since = self.clock.now().plus_minutes(-i64::from(scope.days) * 24 * 60);
        Ok(self.store.past(TicketNo::new(since.yymmdd(), 0), scope.most).await?)
    }

    /// What a change would do. Nothing is changed.
    ///
    /// # Errors
    /// When the store fails, or what it holds does not load; what is wrong with the change is in the trial.
    pub async fn trial(
        &self,
        tuning: &Tuning,
        scope: Scope,
        progress: Option<Progress>,
    ) -> Result<Trial, WorkshopError> {
        let desk = self.desk().await?;
        self.trial_at(&desk, tuning, scope, progress).await
    }

    async fn trial_at(
        &self,
        desk: &Desk,
        tuning: &Tuning,
        scope: Scope,
        progress: Option<Progress>,
    ) -> Result<Trial, WorkshopError> {
        let bare = Trial { revision: desk.standing.revision, live: desk.standing.live, ..Trial::default() };
        // What is published was built when it was drafted.
        let built = match tuning {
            Tuning::Publish { .. } => desk.draft.as_ref().map(|(_, lexicon)| lexicon.clone()),
            Tuning::Put(_)
            | Tuning::Drop(_)
            | Tuning::Rollback { .. }
            | Tuning::Discard
            | Tuning::AddGolden(_)
            | Tuning::DropGolden(_)
            | Tuning::DismissPlace(_) => None,
        };
        let (after, news) = match tuning {
            Tuning::Put(edits) => {
                let mut after = (**desk.book()).clone();
                edits.iter().for_each(|edit| after.put(edit.clone()));
                (Arc::new(after), edits.clone())
            }
            Tuning::Drop(keys) => {
                let mut after = (**desk.book()).clone();
                for key in keys {
                    after.remove(key);
                }
                (Arc::new(after), vec![])
            }
            Tuning::Publish { .. } => {
                let after = desk.book().clone();
                let news = after.diff(&desk.live_book).added.into_iter().cloned().collect();
                (after, news)
            }
            Tuning::Rollback { to, .. } => match self.store.edits_of(*to).await? {
                Some(book) => {
                    let book = book.open().map_err(|e| WorkshopError::Stored(e.to_string()))?;
                    (Arc::new(book), vec![])
                }
                None => return Ok(bare),
            },
            Tuning::Discard | Tuning::AddGolden(_) | Tuning::DropGolden(_) | Tuning::DismissPlace(_) => {
                return Ok(bare);
            }
        };
        let past = self.past(scope).await?;
        let golden = self.golden().await?;
        let desk = desk.clone();
        let job = Job { bare, desk, built, after, news, past, golden, scope, progress };
        Ok(tokio::task::spawn_blocking(move || job.run()).await?)
    }

    /// Tries a change and commits it, if what was tried is still how things are. The answer says what became of it.
    ///
    /// # Errors
    /// When the store fails, or what it holds does not load.
    pub async fn change(
        &self,
        author: Author,
        tuning: Tuning,
        scope: Scope,
        progress: Option<Progress>,
    ) -> Result<(Trial, Answer), WorkshopError> {
        let trial = self.trial(&tuning, scope, progress).await?;
        let turn = Turn::Tuned(Box::new(Tuned { author, tuning, trial: trial.clone() }));
        Ok((trial, self.store.commit(turn).await?))
    }

    /// A sentence under the live version, and under the draft where there is one.
    ///
    /// # Errors
    /// When the store fails, or what it holds does not load.
    pub async fn sentence(&self, text: &str) -> Result<(TryOut, Option<TryOut>), WorkshopError> {
        let desk = self.desk().await?;
        let draft = desk.draft.as_ref().map(|(_, lexicon)| tuning::try_out(text, lexicon));
        Ok((tuning::try_out(text, &desk.live), draft))
    }

    /// Words that corrections and finished tickets speak for; a person approves.
    ///
    /// # Errors
    /// When the store fails, or what it holds does not load.
    pub async fn suggest(&self, scope: Scope) -> Result<Vec<Suggestion>, WorkshopError> {
        let desk = self.desk().await?;
        let corrections = self.store.corrections(LESSONS).await?;
        let past = self.past(scope).await?;
        let lessons: Vec<tuning::Lesson> =
            corrections.into_iter().map(|one| tuning::Lesson { text: one.text, code: one.is }).collect();
        let lexicon = desk.lexicon().clone();
        Ok(tokio::task::spawn_blocking(move || tuning::suggest(&lessons, &past, &lexicon)).await?)
    }

    /// Why a ticket was filed as it was: its text under the lexicon that filed it. `None`: that lexicon is gone.
    ///
    /// # Errors
    /// When the store fails, or what it holds does not load.
    pub async fn explain(&self, no: TicketNo) -> Result<Option<TryOut>, WorkshopError> {
        let Some(ticket) = self.store.ticket(no).await? else { return Ok(None) };
        let versions = self.store.versions(usize::MAX >> 1).await?;
        let hash = &ticket.filing.lexicon;
        let version = match versions.iter().find(|version| version.hash == *hash) {
            Some(version) => version.no,
            None if self.shipped.hash() == hash => 0,
            None => return Ok(None),
        };
        Ok(Some(tuning::try_out(ticket.text.as_str(), &self.version(version).await?)))
    }

    /// What a chat line that works on the dictionaries asks, found out before its turn. `None`: nothing to find out.
    ///
    /// # Errors
    /// When the store fails, or what it holds does not load.
    pub async fn prepare(&self, command: &ChatCommand) -> Result<Option<Prepared>, WorkshopError> {
        let ChatCommand::Word { kind, nos, rest } = command else { return Ok(None) };
        let (kind, words) = (*kind, self.shipped.commands());
        if kind == CommandKind::Why {
            let Some(NoRef::Full(no)) = nos.first() else { return Ok(None) };
            return Ok(Some(Prepared::Why(self.explain(*no).await?.map(Box::new))));
        }
        if !kind.tunes() || kind == CommandKind::Dictionary {
            return Ok(None);
        }
        if kind == CommandKind::TryOut && !rest.is_empty() {
            let (live, draft) = self.sentence(rest).await?;
            return Ok(Some(Prepared::Sentence(Box::new(live), draft.map(Box::new))));
        }
        if matches!(kind, CommandKind::TryOut | CommandKind::ShowWorse) {
            let publish = Tuning::Publish { reason: String::new(), despite_golden: false };
            let trial = self.trial(&publish, Scope::CHAT, None).await?;
            return Ok(Some(Prepared::Draft(Box::new(trial))));
        }
        let tuning = if kind == CommandKind::PublishDictionary {
            Ok(publishing(rest, words))
        } else if kind == CommandKind::Rollback {
            Ok(self.rolling_back(rest, words).await?)
        } else if kind == CommandKind::Lower {
            lowering(rest, &self.desk().await?)
        } else {
            parse_edit(kind, rest, self.shipped.taxonomy(), words).map(|edit| Tuning::Put(vec![edit]))
        };
        Ok(Some(match tuning {
            Ok(tuning) => {
                let trial = self.trial(&tuning, Scope::CHAT, None).await?;
                Prepared::Change(tuning, Box::new(trial))
            }
            Err(fault) => Prepared::Fault(fault),
        }))
    }

    async fn rolling_back(&self, rest: &str, words: &CommandWords) -> Result<Tuning, StoreError> {
        let live = self.store.books().await?.standing.live;
        let (first, reason) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
        let digits = first.trim_matches(|c: char| !c.is_ascii_digit());
        Ok(match digits.parse() {
            Ok(to) => Tuning::Rollback { to, reason: after_word(reason, words, CommandKind::Reason) },
            // Without a number it is the version before.
            Err(_) => {
                let reason = after_word(rest, words, CommandKind::Reason);
                Tuning::Rollback { to: live.saturating_sub(1), reason }
            }
        })
    }
}

/// `发布 不管金样本 理由 春季路灯报修多`
fn publishing(rest: &str, words: &CommandWords) -> Tuning {
    let despite = words.word(CommandKind::DespiteGolden);
    let (despite_golden, rest) = match rest.trim().strip_prefix(despite) {
        Some(rest) => (true, rest),
        None => (false, rest),
    };
    Tuning::Publish { reason: after_word(rest, words, CommandKind::Reason), despite_golden }
}

/// The words after 理由, or all of them without it.
fn after_word(text: &str, words: &CommandWords, kind: CommandKind) -> String {
    let text = text.trim();
    let rest = text.strip_prefix(words.word(kind)).unwrap_or(text);
    rest.trim_start_matches([':', '：', ',', '，', ' ']).trim().to_owned()
}

/// `降权 广场 [类别] [-2]`: a term as it weighs now, made quieter; at nothing it is stopped.
fn lowering(rest: &str, desk: &Desk) -> Result<Tuning, EditFault> {
    let fields: Vec<&str> = rest.split_whitespace().collect();
    let [term, more @ ..] = fields.as_slice() else { return Err(EditFault::Shape(CommandKind::Lower)) };
    let (mut class, mut by) = (None, 2.0);
    for field in more {
        match parse_weight(field) {
            Ok(weight) => by = weight.abs(),
            Err(_) => {
                let code = desk.lexicon().taxonomy().named(field);
                class = Some(code.map_err(|near| EditFault::NoSuchClass((*field).to_owned(), near))?);
            }
        }
    }
    let written = [(*term).to_owned(), format!("={term}")];
    let written = written.iter().find(|written| !desk.lexicon().weights_of(written).is_empty());
    let Some(written) = written else {
        return Ok(Tuning::Put(vec![Edit::Stop { term: (*term).to_owned() }]));
    };
    let weights = desk.lexicon().weights_of(written).into_iter();
    let edits = weights.filter(|(code, _)| class.as_ref().is_none_or(|wanted| wanted == code)).map(
        |(code, weight)| {
            let word = desk.book().iter().any(|edit| {
                matches!(edit, Edit::Term { term, code: c, word: true, .. } if term == written && *c == code)
            });
            let quieter = (weight.abs() - by).max(0.0).copysign(weight);
            match quieter == 0.0 {
                true => Edit::Stop { term: written.clone() },
                false => Edit::Term { term: written.clone(), code, weight: quieter, decides: false, word },
            }
        },
    );
    Ok(Tuning::Put(edits.collect()))
}

/// A trial's work, off the async threads.
struct Job {
    bare: Trial,
    desk: Desk,
    /// The lexicon of `after`, where there is one already.
    built: Option<Lexicon>,
    after: Arc<EditBook>,
    news: Vec<Edit>,
    past: Vec<Past>,
    golden: Vec<Golden>,
    scope: Scope,
    progress: Option<Progress>,
}

impl Job {
    fn run(mut self) -> Trial {
        let draft = match self.built.take().map_or_else(|| self.desk.live.with_edits(&self.after), Ok) {
            Ok(draft) => draft,
            Err(problems) => return Trial { problems, ..self.bare },
        };
        let news: Vec<&Edit> = self.news.iter().collect();
        let golden_missed = tuning::golden_misses(&self.golden, &draft);
        let difference = self.after.diff(&self.desk.live_book);
        Trial {
            edits: self.after.len(),
            differing: difference.added.len().max(difference.removed.len()),
            after: SealedBook::seal(&self.after),
            hash: draft.hash().to_owned(),
            proofs: tuning::prove(&news[..news.len().min(PROVED)], &self.past, &draft),
            conflicts: tuning::conflicts(
                &news[..news.len().min(PROVED)],
                &self.past,
                &self.desk.live,
                &draft,
            ),
            dry_run: self.dry_run(&draft, difference.added.iter().chain(&difference.removed).copied()),
            golden: self.golden.len(),
            golden_missed,
            ..self.bare
        }
    }

    fn dry_run<'e>(&self, draft: &Lexicon, edits: impl Iterator<Item = &'e Edit>) -> DryRun {
        let mut run = DryRun { days: self.scope.days, ..DryRun::default() };
        if self.past.is_empty() {
            return run;
        }
        let touch = Touch::of(edits);
        let begun = Instant::now();
        for (at, past) in self.past.iter().enumerate() {
            if at % 64 == 0 {
                let wanted = self.progress.as_ref().is_none_or(|progress| progress(at, self.past.len()));
                if !wanted || begun.elapsed() > self.scope.budget {
                    run.unread = self.past.len() - at;
                    break;
                }
            }
            run.read += 1;
            if touch.may_be(&past.text, draft) {
                run.changed.extend(tuning::compare(past, &self.desk.live, draft));
            }
        }
        run
    }
}

/// New edits proved one by one; an import of thousands is proved by its dry run and the golden sentences.
const PROVED: usize = 50;

fn listed(problems: &[Problem]) -> String {
    problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}
