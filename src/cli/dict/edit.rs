//! The commands that look at or change what a store holds: draft, versions, golden sentences.

use std::{
    io::{IsTerminal, Write},
    process::ExitCode,
    sync::Arc,
};

use anyhow::{Context, bail};

use super::{Author, Command, files};
use crate::{
    app::{Clock, Shipped, open_store},
    cli::{ConfigFile, problems},
    domain::{
        category::{Act, SubCode, Urgency},
        decide::fault_line,
        dictionary::{
            self, Edit, EditBook, EditKey, Tuning, Via, parse_edit, parse_weight,
            trial::{Changed, DryRun, Trial, TryOut, Turned},
            write_edit, write_edits,
        },
        effect::Render,
    },
    store::Purpose,
    understand::tuning::golden_misses,
    workshop::{Progress, Scope, Workshop},
};

/// A store's dictionaries, with what is needed to speak of them.
struct Room {
    shipped: Shipped,
    workshop: Workshop,
    clock: Clock,
}

impl Room {
    fn open(config: &ConfigFile) -> anyhow::Result<Self> {
        let (settings, clock) = (config.load()?, Clock::System);
        let shipped = config.shipped(&settings)?;
        let path = settings.store.path.clone();
        let store = open_store(&shipped, path, Purpose::Serve, &settings.office(), &clock)?;
        let workshop = Workshop::new(store, shipped.lexicon().clone(), clock.clone());
        Ok(Self { shipped, workshop, clock })
    }

    /// Does one change and prints what came of it.
    async fn change(&self, author: &Author, tuning: Tuning) -> anyhow::Result<ExitCode> {
        let before = self.workshop.desk().await?.standing;
        let author = dictionary::Author { name: author.by.clone(), person: None, via: Via::CommandLine };
        let (_, answer) = self.workshop.change(author, tuning, Scope::PATIENT, progress()).await?;
        say!("{}", answer.reply)?;
        let after = self.workshop.desk().await?.standing;
        Ok(if after == before { ExitCode::FAILURE } else { ExitCode::SUCCESS })
    }

    /// A change that leaves the standing as it is: golden sentences.
    async fn note(&self, author: &Author, tuning: Tuning) -> anyhow::Result<ExitCode> {
        let author = dictionary::Author { name: author.by.clone(), person: None, via: Via::CommandLine };
        let (_, answer) = self.workshop.change(author, tuning, Scope::PATIENT, None).await?;
        say!("{}", answer.reply)?;
        Ok(ExitCode::SUCCESS)
    }

    fn edit(&self, line: &str) -> anyhow::Result<Edit> {
        let lexicon = self.shipped.lexicon();
        let (word, arguments) = line.split_once(' ').unwrap_or((line, ""));
        let parsed = match lexicon.commands().kind_of(word) {
            Some(kind) => parse_edit(kind, arguments, lexicon.taxonomy(), lexicon.commands()),
            None => Err(dictionary::EditFault::NoEdit(word.to_owned())),
        };
        parsed.map_err(|fault| {
            let line = fault_line(&fault, lexicon.taxonomy(), lexicon.commands(), true);
            anyhow::anyhow!(self.shipped.replies().render_all(&[line], self.clock.now()))
        })
    }

    fn code(&self, class: &str) -> anyhow::Result<crate::domain::category::SubCode> {
        let taxonomy = self.shipped.lexicon().taxonomy();
        taxonomy.named(class).map_err(|near| {
            let near: Vec<_> = near.iter().map(|code| code.as_str()).collect();
            anyhow::anyhow!(
                "没有“{class}”这个类别{}{}",
                if near.is_empty() { "" } else { "，相近的有：" },
                near.join(" ")
            )
        })
    }

    async fn book(&self, version: Option<u32>) -> anyhow::Result<Arc<EditBook>> {
        match version {
            None => Ok(self.workshop.desk().await?.book().clone()),
            Some(no) => {
                let sealed = self.workshop.store().edits_of(no).await?;
                let sealed =
                    sealed.with_context(|| format!("没有第 {no} 版；有哪些版见 lianxin dict versions"))?;
                Ok(Arc::new(sealed.open()?))
            }
        }
    }
}

pub(super) async fn run(command: Command) -> anyhow::Result<ExitCode> {
    match command {
        Command::Add(term) | Command::Phrase(term) if term.term.is_empty() => bail!("词不能是空的"),
        Command::Add(term) => put_term(term, true).await,
        Command::Phrase(term) => put_term(term, false).await,
        Command::Weight(w) => {
            let room = Room::open(&w.author.config)?;
            let weight = parse_weight(&w.weight.to_string())
                .map_err(|_| anyhow::anyhow!("权重要在 -20 到 20 之间，不能是 0"))?;
            let code = room.code(&w.class)?;
            let edit = Edit::Term { term: w.term, code, weight, decides: false, word: false };
            room.change(&w.author, Tuning::Put(vec![edit])).await
        }
        Command::Disable(word) => {
            let room = Room::open(&word.author.config)?;
            room.change(&word.author, Tuning::Put(vec![Edit::Stop { term: word.term }])).await
        }
        Command::Place(pair) => {
            let room = Room::open(&pair.author.config)?;
            let edit = Edit::Place { name: pair.said, estate: pair.meant };
            room.change(&pair.author, Tuning::Put(vec![edit])).await
        }
        Command::Slip(pair) => {
            let room = Room::open(&pair.author.config)?;
            let edit = Edit::Slip { slip: pair.said, meant: pair.meant };
            room.change(&pair.author, Tuning::Put(vec![edit])).await
        }
        Command::Undo(line) => {
            let room = Room::open(&line.author.config)?;
            let key: EditKey = room.edit(&line.words.join(" "))?.key();
            room.change(&line.author, Tuning::Drop(vec![key])).await
        }
        Command::Discard(author) => Room::open(&author.config)?.change(&author, Tuning::Discard).await,
        Command::Publish(publish) => {
            let room = Room::open(&publish.author.config)?;
            let tuning = Tuning::Publish { reason: publish.reason, despite_golden: publish.despite_golden };
            room.change(&publish.author, tuning).await
        }
        Command::Rollback(back) => {
            let room = Room::open(&back.author.config)?;
            room.change(&back.author, Tuning::Rollback { to: back.to, reason: back.reason }).await
        }
        Command::Import(import) => {
            let room = Room::open(&import.author.config)?;
            let edits = files::edits(&room.shipped, &import.file)?;
            let desk = room.workshop.desk().await?;
            let faults = files::faults(&import.file, &edits, desk.lexicon());
            if !faults.is_empty() {
                return Err(problems(faults));
            }
            let edits = edits.into_iter().map(|(_, edit)| edit).collect();
            room.change(&import.author, Tuning::Put(edits)).await
        }
        Command::Try(one) => try_out(one).await,
        Command::Suggest(back) => suggest(back).await,
        Command::Diff(diff) => {
            let room = Room::open(&diff.config)?;
            let desk = room.workshop.desk().await?;
            let from = room.book(Some(diff.from.unwrap_or(desk.standing.live))).await?;
            let to = room.book(diff.to).await?;
            let words = room.shipped.lexicon().commands();
            let difference = to.diff(&from);
            for edit in &difference.removed {
                say!("- {}", write_edit(edit, words))?;
            }
            for edit in &difference.added {
                say!("+ {}", write_edit(edit, words))?;
            }
            if difference.is_empty() {
                say!("没有差别")?;
            }
            Ok(ExitCode::SUCCESS)
        }
        Command::Lessons(of) => lessons(of).await,
        Command::DryRun(run) => dry_run(run).await,
        Command::Versions(listing) => versions(listing).await,
        Command::Export(export) => {
            let room = Room::open(&export.config)?;
            let text = write_edits(&*room.book(export.version).await?, room.shipped.lexicon().commands());
            match export.output {
                Some(path) => {
                    std::fs::write(&path, text)
                        .with_context(|| format!("cannot write {}", path.display()))?;
                }
                None => std::io::stdout().write_all(text.as_bytes()).context("cannot print")?,
            }
            Ok(ExitCode::SUCCESS)
        }
        Command::Golden(golden) => golden_sentences(golden).await,
        Command::Check(_) | Command::Eval(_) | Command::Learn(_) => bail!("not a command on a store"),
    }
}

async fn put_term(term: super::Term, word: bool) -> anyhow::Result<ExitCode> {
    let room = Room::open(&term.author.config)?;
    let weight = term.weight.unwrap_or(dictionary::DEFAULT_WEIGHT);
    let weight = parse_weight(&weight.to_string())
        .map_err(|_| anyhow::anyhow!("权重要在 -20 到 20 之间，不能是 0"))?;
    let code = room.code(&term.class)?;
    let edit = Edit::Term { term: term.term, code, weight, decides: term.first, word };
    room.change(&term.author, Tuning::Put(vec![edit])).await
}

/// On a terminal, a line that says how far a dry run is.
fn progress() -> Option<Progress> {
    std::io::stderr().is_terminal().then(|| {
        let show = |done: usize, all: usize| {
            eprint!("\r试跑 {done}/{all} ");
            true
        };
        Arc::new(show) as Progress
    })
}

async fn try_out(one: super::Try) -> anyhow::Result<ExitCode> {
    let room = Room::open(&one.config)?;
    let (live, draft) = room.workshop.sentence(&one.text).await?;
    if one.json {
        let both = serde_json::json!({"live": live, "draft": draft});
        say!("{both}")?;
        return Ok(ExitCode::SUCCESS);
    }
    print_try(&room, &live)?;
    if let Some(draft) = draft {
        say!("草稿：")?;
        print_try(&room, &draft)?;
    }
    Ok(ExitCode::SUCCESS)
}

fn print_try(room: &Room, tried: &TryOut) -> anyhow::Result<()> {
    let name = |code: &crate::domain::category::SubCode| {
        let taxonomy = room.shipped.lexicon().taxonomy();
        taxonomy.get(code).map_or_else(|| code.to_string(), |sub| format!("{}（{code}）", sub.name))
    };
    say!("原形  {}", tried.normal)?;
    say!("切分  {}", tried.cut.join("/"))?;
    for one in &tried.matches {
        let from = match (one.learnt, one.corrected) {
            (true, _) => " 学来的",
            (false, true) => " 按错字认的",
            (false, false) => "",
        };
        say!(
            "  {:+.2}  {} → {}  [{}, {}){from}",
            one.weight,
            one.term,
            name(&one.code),
            one.span.0,
            one.span.1
        )?;
    }
    say!(
        "认作  {}，{}，{}，把握 {:.0}%",
        name(&tried.code),
        tried.act,
        tried.urgency,
        tried.confidence * 100.0
    )?;
    let ranking: Vec<_> = tried.ranking.iter().map(|(code, score)| format!("{code} {score:.1}")).collect();
    say!("排名  {}", ranking.join("  "))?;
    if !tried.places.is_empty() {
        say!("地点  {}", tried.places.join("、"))?;
    }
    say!("词典  {}", tried.lexicon)?;
    Ok(())
}

async fn suggest(back: super::Back) -> anyhow::Result<ExitCode> {
    let room = Room::open(&back.config)?;
    let found = room.workshop.suggest(Scope { days: back.days, ..Scope::PATIENT }).await?;
    if back.json {
        say!("{}", serde_json::to_string(&found)?)?;
        return Ok(ExitCode::SUCCESS);
    }
    if found.is_empty() {
        say!("没有可建议的词：要有改过类的单子，而且同样的说法错过两次以上。")?;
    }
    for one in &found {
        say!("{}", write_edit(&one.edit, room.shipped.lexicon().commands()))?;
        say!(
            "    能改对 {} 条；出现在 {} 条该归此类、{} 条不该归此类的话里",
            one.mends,
            one.right,
            one.wrong
        )?;
        for text in &one.examples {
            say!("    “{text}”")?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// What workers put right, as rows that `dict learn` reads. Phones, rooms and names are hidden: the file leaves the house.
async fn lessons(of: super::Lessons) -> anyhow::Result<ExitCode> {
    let room = Room::open(&of.config)?;
    let mask = &room.shipped.kit(room.clock.clone()).mask;
    let corrections = room.workshop.store().corrections(usize::MAX >> 1).await?;
    let mut rows = String::new();
    for one in &corrections {
        let text = mask.hide(&one.text);
        let row =
            serde_json::json!({"id": one.ticket.to_string(), "text": text, "primary": one.is.category()});
        rows.push_str(&format!("{row}\n"));
    }
    match of.output {
        Some(path) => {
            std::fs::write(&path, rows).with_context(|| format!("cannot write {}", path.display()))?;
            say!("{} 条改过类的话写进了 {}", corrections.len(), path.display())?;
        }
        None => say!("{}", rows.trim_end())?,
    }
    Ok(ExitCode::SUCCESS)
}

async fn dry_run(run: super::DryRun) -> anyhow::Result<ExitCode> {
    let room = Room::open(&run.back.config)?;
    let publish = Tuning::Publish { reason: String::new(), despite_golden: false };
    let scope = Scope { days: run.back.days, ..Scope::PATIENT };
    let trial: Trial = room.workshop.trial(&publish, scope, progress()).await?;
    if !trial.problems.is_empty() {
        return Err(problems(trial.problems));
    }
    if run.back.json {
        say!("{}", serde_json::to_string(&trial)?)?;
        return Ok(ExitCode::SUCCESS);
    }
    print_run(&trial.dry_run, run.all)?;
    say!("金样本 {}/{}", trial.golden - trial.golden_missed.len(), trial.golden)?;
    Ok(ExitCode::SUCCESS)
}

fn print_run(run: &DryRun, all: bool) -> anyhow::Result<()> {
    say!(
        "最近 {} 天 {} 条（没跑 {} 条）：会变 {} 条，变对 {}，变错 {}，拿不准 {}",
        run.days,
        run.read,
        run.unread,
        run.changed.len(),
        run.count(Turned::Better),
        run.count(Turned::Worse),
        run.count(Turned::Unsure)
    )?;
    let shown = |one: &&Changed| all || one.turned == Turned::Worse;
    for one in run.changed.iter().filter(shown) {
        let sign = match one.turned {
            Turned::Better => "✓",
            Turned::Worse => "✗",
            Turned::Unsure => "?",
        };
        say!("{sign} {} → {}  {}", one.was, one.is, one.text.lines().next().unwrap_or_default())?;
    }
    Ok(())
}

async fn versions(listing: super::Listing) -> anyhow::Result<ExitCode> {
    let room = Room::open(&listing.config)?;
    let versions = room.workshop.store().versions(1_000).await?;
    if listing.json {
        say!("{}", serde_json::to_string(&versions)?)?;
        return Ok(ExitCode::SUCCESS);
    }
    for version in &versions {
        let back = version.back_to.map(|no| format!("（退回第 {no} 版）")).unwrap_or_default();
        say!(
            "{}  {}  {}  {}{back}  {}",
            version.no,
            version.at,
            version.author.name,
            version.hash,
            version.reason
        )?;
    }
    say!("0  出厂  {}", room.shipped.lexicon().hash())?;
    Ok(ExitCode::SUCCESS)
}

async fn golden_sentences(golden: super::Golden) -> anyhow::Result<ExitCode> {
    let room = Room::open(&golden.author.config)?;
    if let Some(text) = golden.add {
        let code = room.code(golden.class.as_deref().unwrap_or_default())?;
        let one = dictionary::Golden { text, act: None, code: Some(code), urgency: None };
        return room.note(&golden.author, Tuning::AddGolden(one)).await;
    }
    if let Some(text) = golden.drop {
        return room.note(&golden.author, Tuning::DropGolden(text)).await;
    }
    let desk = room.workshop.desk().await?;
    let all = room.workshop.golden().await?;
    let misses = golden_misses(&all, desk.lexicon());
    for miss in &misses {
        let dictionary::Golden { text, code, act, urgency } = &miss.golden;
        let wanted = [code.as_ref().map(SubCode::as_str), act.map(Act::code), urgency.map(Urgency::code)];
        let wanted: Vec<&str> = wanted.into_iter().flatten().collect();
        say!("✗ “{text}” 该是 {}，认作 {} {} {}", wanted.join(" "), miss.code, miss.act, miss.urgency)?;
    }
    say!("金样本 {}/{}", all.len() - misses.len(), all.len())?;
    Ok(if misses.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
