//! 词典: admins work on the dictionaries, by chat (T11) and, as [`Tuned`], from the console and the command line.
//! What a change would do was found out before the turn; here it is checked that the speaker may, that nothing moved
//! meanwhile, and what is said. 改类, a handler's correction to learn from, stands here too.

use super::{clockwork, desk::Desk, handling, listing};
use crate::domain::{
    category::{SubCode, Taxonomy},
    command::{CommandKind, CommandWords, NoRef},
    dictionary::{
        Author, Correction, EditFault, Tuned, Tuning, Version, Via,
        trial::{Changed, Conflict, Prepared, Trial, TryOut, Turned},
    },
    effect::{Args, Decision, Effect, Line, args},
    moment::Moment,
    person::{Person, PersonId, Role},
    reply_key::ReplyKey as Key,
    ticket::{Ticket, TicketEvent},
    world::World,
};

/// Sentences shown in one answer.
const SHOWN: usize = 5;
/// Characters of a sentence shown.
const SHORT: usize = 24;

/// Whether the speaker may work on the dictionaries.
pub(super) fn may<W: World>(desk: &Desk<'_, W>) -> bool {
    desk.person.role == Role::DictionaryEditor
}

/// A change from the console or the command line, whose doors know who asks.
pub(super) fn change<W: World>(world: &W, tuned: &Tuned, now: Moment) -> Result<Decision, W::Error> {
    let mut desk = Desk::new(world, now, Person::newcomer(PersonId(0), &tuned.author.name, None), None);
    make(&mut desk, &tuned.author, &tuned.tuning, &tuned.trial)?;
    Ok(desk.close())
}

/// A dictionary word of an admin.
pub(super) fn obey<W: World>(
    desk: &mut Desk<'_, W>,
    kind: CommandKind,
    prepared: Option<&Prepared>,
) -> Result<(), W::Error> {
    if !may(desk) {
        desk.say(Key::DictionaryNotYours, args! {});
        return Ok(());
    }
    match prepared {
        Some(Prepared::Fault(fault)) => {
            refuse(desk, fault);
            Ok(())
        }
        Some(Prepared::Change(tuning, trial)) => {
            let name = desk.person.name.as_str().to_owned();
            let author = Author { name, person: Some(desk.person.id), via: Via::Chat };
            make(desk, &author, tuning, trial)
        }
        Some(Prepared::Draft(trial)) if kind == CommandKind::ShowWorse => {
            show_worse(desk, trial);
            Ok(())
        }
        Some(Prepared::Draft(trial)) => {
            say_trial(desk, trial);
            Ok(())
        }
        Some(Prepared::Sentence(live, draft)) => {
            let args = tried_args(desk, live);
            desk.say(Key::DictionarySentence, args);
            if let Some(draft) = draft {
                let mut args = tried_args(desk, draft);
                args.insert("same", (draft.code == live.code && draft.act == live.act).into());
                desk.say(Key::DictionarySentenceDraft, args);
            }
            Ok(())
        }
        Some(Prepared::Why(_)) | None => status(desk),
    }
}

/// 取消, when a draft is what there is to cancel: whether it was.
pub(super) fn discard<W: World>(desk: &mut Desk<'_, W>) -> Result<bool, W::Error> {
    let standing = desk.world.dictionary()?;
    if !may(desk) || standing.touched.is_none() {
        return Ok(false);
    }
    let name = desk.person.name.as_str().to_owned();
    let author = Author { name, person: Some(desk.person.id), via: Via::Chat };
    let trial = Trial { revision: standing.revision, live: standing.live, ..Trial::default() };
    make(desk, &author, &Tuning::Discard, &trial)?;
    Ok(true)
}

fn make<W: World>(
    desk: &mut Desk<'_, W>,
    author: &Author,
    tuning: &Tuning,
    trial: &Trial,
) -> Result<(), W::Error> {
    let mut standing = desk.world.dictionary()?;
    if (trial.revision, trial.live) != (standing.revision, standing.live) {
        desk.say(Key::DictionaryMoved, args! {});
        return Ok(());
    }
    if !trial.problems.is_empty() {
        let rows: Vec<Args> =
            trial.problems.iter().take(SHOWN).map(|p| args! {text: p.text.as_str()}).collect();
        desk.say(Key::DictionaryProblems, args! {rows: rows, total: trial.problems.len()});
        return Ok(());
    }
    match tuning {
        Tuning::Put(_) | Tuning::Drop(_) => {
            let uncut = trial.conflicts.iter().find_map(|conflict| match conflict {
                Conflict::NotCut { term } => Some(term),
                Conflict::Elsewhere { .. }
                | Conflict::Swallowed { .. }
                | Conflict::CutAcross { .. }
                | Conflict::TooQuiet { .. }
                | Conflict::Dead { .. }
                | Conflict::TooBroad { .. }
                | Conflict::NothingToStop { .. } => None,
            });
            if let Some(term) = uncut {
                let proof = trial.proofs.iter().find(|proof| !proof.found);
                let cut = proof.map(|proof| proof.cut.join("/")).unwrap_or_default();
                desk.say(Key::DictionaryNotCut, args! {term: term.as_str(), cut: cut});
                return Ok(());
            }
            standing.revision += 1;
            standing.touched = Some((author.clone(), desk.now));
            desk.effect(Effect::Draft(standing, Some(trial.after.clone())));
            say_trial(desk, trial);
        }
        Tuning::Discard => {
            if standing.touched.is_none() {
                return nothing_to_publish(desk);
            }
            standing.revision += 1;
            standing.touched = None;
            desk.say(Key::DictionaryDiscarded, args! {live: standing.live});
            desk.effect(Effect::Draft(standing, None));
        }
        Tuning::Publish { reason, despite_golden } => {
            if standing.touched.is_none() || trial.differing == 0 {
                return nothing_to_publish(desk);
            }
            if reason.trim().is_empty() {
                desk.say(Key::DictionaryWhy, args! {});
                return Ok(());
            }
            if !trial.golden_missed.is_empty() && !despite_golden {
                let rows = trial.golden_missed.iter().take(SHOWN).map(|miss| {
                    let wanted = miss.golden.code.as_ref();
                    args! {
                        text: shorten(&miss.golden.text),
                        wanted: wanted.map(|code| desk.class_name(code)).unwrap_or_default(),
                        got: desk.class_name(&miss.code)
                    }
                });
                let rows: Vec<Args> = rows.collect();
                let total = trial.golden_missed.len();
                desk.say(Key::DictionaryGolden, args! {rows: rows, total: total, all: trial.golden});
                return Ok(());
            }
            publish(desk, author, reason, None, trial, &standing);
        }
        Tuning::Rollback { to, reason } => {
            if standing.touched.is_some() {
                desk.say(Key::DictionaryDraftFirst, args! {});
                return Ok(());
            }
            let known = *to == 0 || desk.world.version(*to)?.is_some();
            if !known || *to == standing.live {
                desk.say(Key::DictionaryNoVersion, args! {version: *to, live: standing.live});
                return Ok(());
            }
            if reason.trim().is_empty() {
                desk.say(Key::DictionaryWhy, args! {});
                return Ok(());
            }
            publish(desk, author, reason, Some(*to), trial, &standing);
        }
        Tuning::AddGolden(golden) => {
            desk.say(Key::GoldenAdded, args! {text: shorten(&golden.text)});
            desk.effect(Effect::GoldenAdded(golden.clone()));
        }
        Tuning::DropGolden(text) => {
            desk.say(Key::GoldenDropped, args! {text: shorten(text)});
            desk.effect(Effect::GoldenDropped(text.clone()));
        }
        Tuning::DismissPlace(name) => {
            desk.say(Key::PlaceDismissed, args! {name: name.as_str()});
            desk.effect(Effect::PlaceDismissed(name.clone()));
        }
    }
    Ok(())
}

fn publish<W: World>(
    desk: &mut Desk<'_, W>,
    author: &Author,
    reason: &str,
    back_to: Option<u32>,
    trial: &Trial,
    standing: &crate::domain::dictionary::Standing,
) {
    let version = Version {
        no: standing.live + 1,
        at: desk.now,
        author: author.clone(),
        reason: reason.trim().to_owned(),
        hash: trial.hash.clone(),
        back_to,
        golden_missed: trial.golden_missed.len(),
    };
    desk.say(
        Key::DictionaryPublished,
        args! {
            version: version.no, previous: standing.live, back_to: back_to.unwrap_or_default(),
            back: back_to.is_some(), missed: version.golden_missed, name: author.name.as_str(),
            reason: version.reason.as_str()
        },
    );
    desk.effect(Effect::Publish(Box::new(version), trial.after.clone()));
}

fn nothing_to_publish<W: World>(desk: &mut Desk<'_, W>) -> Result<(), W::Error> {
    desk.say(Key::DictionaryNoDraft, args! {});
    Ok(())
}

/// 词典: what is live, and what waits.
fn status<W: World>(desk: &mut Desk<'_, W>) -> Result<(), W::Error> {
    let standing = desk.world.dictionary()?;
    let mut args = args! {version: standing.live, draft: standing.touched.is_some()};
    if let Some(version) = desk.world.version(standing.live)? {
        args.insert("name", version.author.name.into());
        args.insert("at", version.at.into());
        args.insert("reason", version.reason.into());
    }
    if let Some((author, at)) = standing.touched {
        args.insert("draft_name", author.name.into());
        args.insert("draft_at", at.into());
    }
    desk.say(Key::DictionaryStatus, args);
    Ok(())
}

fn refuse<W: World>(desk: &mut Desk<'_, W>, fault: &EditFault) {
    let standing = desk.world.standing();
    let line = fault_line(fault, &standing.taxonomy, &standing.commands, false);
    desk.say(line.key, line.args);
}

/// What is wrong with a written edit, as a line; `brief` leaves out how edits are written.
pub fn fault_line(fault: &EditFault, taxonomy: &Taxonomy, words: &CommandWords, brief: bool) -> Line {
    let mut args = match fault {
        EditFault::NoEdit(word) => args! {kind: "no_edit", word: word.as_str()},
        EditFault::Shape(kind) => args! {kind: "shape", word: words.word(*kind)},
        EditFault::NoSuchClass(said, near) => {
            let near = near.iter().take(SHOWN).filter_map(|code| taxonomy.get(code));
            let rows: Vec<Args> = near.map(|sub| args! {name: sub.name.as_str()}).collect();
            args! {kind: "class", word: said.as_str(), rows: rows}
        }
        EditFault::Weight(said) => args! {kind: "weight", word: said.as_str()},
        EditFault::TooLong(said) => args! {kind: "long", word: shorten(said)},
    };
    args.insert("brief", brief.into());
    Line::new(Key::DictionaryFault, args)
}

fn say_trial<W: World>(desk: &mut Desk<'_, W>, trial: &Trial) {
    let run = &trial.dry_run;
    let proofs: Vec<Args> = trial
        .proofs
        .iter()
        .take(3)
        .map(|proof| {
            args! {
                text: shorten(&proof.text), cut: shorten(&proof.cut.join("/")), found: proof.found,
                what: desk.class_name(&proof.code)
            }
        })
        .collect();
    let notes: Vec<Args> = trial.conflicts.iter().take(SHOWN).map(|conflict| note(desk, conflict)).collect();
    desk.say(
        Key::DictionaryTrial,
        args! {
            edits: trial.differing, days: run.days, read: run.read, unread: run.unread,
            changed: run.changed.len(), better: run.count(Turned::Better), worsened: run.count(Turned::Worse),
            unsure: run.count(Turned::Unsure), proofs: proofs, notes: notes,
            golden: trial.golden - trial.golden_missed.len(), golden_all: trial.golden
        },
    );
}

fn note<W: World>(desk: &Desk<'_, W>, conflict: &Conflict) -> Args {
    match conflict {
        Conflict::Elsewhere { term, also } => {
            let also: Vec<Args> = also
                .iter()
                .map(|(code, weight)| args! {name: desk.class_name(code), weight: format!("{weight}")})
                .collect();
            args! {kind: "elsewhere", term: term.as_str(), rows: also}
        }
        Conflict::Swallowed { term, by } => args! {kind: "swallowed", term: term.as_str(), by: by.as_str()},
        Conflict::CutAcross { term, by } => args! {kind: "cut_across", term: term.as_str(), by: by.as_str()},
        Conflict::NotCut { term } => args! {kind: "not_cut", term: term.as_str()},
        Conflict::TooQuiet { term, winner } => {
            args! {kind: "too_quiet", term: term.as_str(), by: desk.class_name(winner)}
        }
        Conflict::Dead { term, read } => args! {kind: "dead", term: term.as_str(), n: *read},
        Conflict::TooBroad { term, right, known } => {
            args! {kind: "too_broad", term: term.as_str(), n: *right, all: *known}
        }
        Conflict::NothingToStop { term } => args! {kind: "nothing_to_stop", term: term.as_str()},
    }
}

/// 看错: what turned worse first, then what nobody can tell.
fn show_worse<W: World>(desk: &mut Desk<'_, W>, trial: &Trial) {
    let of = |turned: Turned| trial.dry_run.changed.iter().filter(move |one| one.turned == turned);
    let row = |one: &Changed| {
        args! {
            text: shorten(&one.text), was: desk.class_name(&one.was), now: desk.class_name(&one.is),
            worse: one.turned == Turned::Worse
        }
    };
    let rows: Vec<Args> = of(Turned::Worse).chain(of(Turned::Unsure)).take(2 * SHOWN).map(row).collect();
    desk.say(Key::DictionaryWorse, args! {rows: rows});
}

fn tried_args<W: World>(desk: &Desk<'_, W>, tried: &TryOut) -> Args {
    let matches: Vec<Args> = tried
        .matches
        .iter()
        .take(2 * SHOWN)
        .map(|one| {
            args! {
                term: one.term.as_str(), what: desk.class_name(&one.code), weight: format!("{:+.1}", one.weight),
                slip: one.corrected, learnt: one.learnt
            }
        })
        .collect();
    let second = tried.ranking.get(1);
    args! {
        cut: shorten(&tried.cut.join("/")), rows: matches, what: desk.class_name(&tried.code),
        score: format!("{:.1}", tried.ranking.first().map_or(0.0, |r| r.1)),
        second: second.map(|r| desk.class_name(&r.0)).unwrap_or_default(),
        second_score: second.map(|r| format!("{:.1}", r.1)).unwrap_or_default(),
        act: tried.act.code(), urgency: tried.urgency.code()
    }
}

/// 为什么 号, from staff: which words, what weight, what came second.
pub(super) fn why<W: World>(
    desk: &mut Desk<'_, W>,
    nos: &[NoRef],
    prepared: Option<&Prepared>,
) -> Result<(), W::Error> {
    // Whoever tunes the dictionaries may ask about any ticket that is not private.
    let open_to_editors = match nos.first() {
        Some(NoRef::Full(no)) if may(desk) => desk.world.ticket(*no)?.filter(|ticket| !ticket.private),
        Some(NoRef::Full(_) | NoRef::Serial(_)) | None => None,
    };
    let ticket = match open_to_editors {
        Some(ticket) => Some(ticket),
        None => handling::held(desk, nos, CommandKind::Why, "")?,
    };
    let Some(ticket) = ticket else { return Ok(()) };
    let tried = prepared.and_then(|prepared| match prepared {
        Prepared::Why(tried) => tried.as_deref(),
        Prepared::Fault(_) | Prepared::Change(..) | Prepared::Draft(_) | Prepared::Sentence(..) => None,
    });
    let explained = tried.is_some();
    let mut args = match tried {
        Some(tried) => tried_args(desk, tried),
        None => args! {},
    };
    args.insert("no", ticket.no.into());
    args.insert("filed", desk.class_name(&ticket.filing.subcategory).into());
    args.insert("explained", explained.into());
    desk.say(Key::WhyRead, args);
    Ok(())
}

/// 改类 号 类别: its handler says what it really is. The clock still runs from receipt.
pub(super) fn refile<W: World>(desk: &mut Desk<'_, W>, nos: &[NoRef], rest: &str) -> Result<(), W::Error> {
    let class = rest.split_whitespace().next().unwrap_or_default();
    if class.is_empty() {
        desk.say(Key::RefileHow, args! {rows: Vec::<Args>::new(), word: ""});
        return Ok(());
    }
    let code = match desk.world.standing().taxonomy.named(class) {
        Ok(code) => code,
        Err(near) => {
            let rows: Vec<Args> =
                near.iter().take(SHOWN).map(|code| args! {name: desk.class_name(code)}).collect();
            desk.say(Key::RefileHow, args! {rows: rows, word: class});
            return Ok(());
        }
    };
    let Some(ticket) = handling::held(desk, nos, CommandKind::Refile, rest)? else { return Ok(()) };
    let was = ticket.filing.subcategory.clone();
    if was == code {
        desk.say(Key::RefiledAlready, args! {no: ticket.no, what: desk.class_name(&code)});
        return Ok(());
    }
    let (no, text) = (ticket.no, ticket.text.as_str().to_owned());
    let text = if ticket.private { String::new() } else { text };
    if let Some(args) = put_right(desk, ticket, &code)? {
        desk.say(Key::Refiled, args);
        // What a private ticket says is nobody's to learn from.
        if !text.is_empty() {
            let correction = Correction { ticket: no, text, was, is: code, by: desk.person.id, at: desk.now };
            desk.effect(Effect::Corrected(Box::new(correction)));
        }
    }
    Ok(())
}

/// What its reporter says it is, out of what was offered. Nobody learns from it: only who saw the thing teaches.
pub(super) fn refile_by_reporter<W: World>(
    desk: &mut Desk<'_, W>,
    ticket: Ticket,
    code: &SubCode,
) -> Result<(), W::Error> {
    let owner = ticket.owner;
    if let Some(args) = put_right(desk, ticket, code)? {
        desk.say(Key::MatterPutRight, args.clone());
        if let Some(owner) = owner {
            desk.tell(owner, Key::TellMatterPutRight, args);
        }
    }
    Ok(())
}

/// Files a ticket as something else; the clock still runs from receipt. What to say of it, or a refusal was said.
fn put_right<W: World>(
    desk: &mut Desk<'_, W>,
    ticket: Ticket,
    code: &SubCode,
) -> Result<Option<Args>, W::Error> {
    let (no, was) = (ticket.no, ticket.filing.subcategory.clone());
    let mut filing = ticket.filing.clone();
    filing.subcategory = code.clone();
    let due = desk.due(ticket.received_at, &filing);
    let mut case = desk.take(ticket);
    let said = match desk.record(&mut case, TicketEvent::Refiled { subcategory: code.clone(), due }) {
        Ok(()) => {
            listing::promise(desk, &mut case)?;
            let mut args = args! {no: no, was: desk.class_name(&was), what: desk.class_name(code)};
            if let Some(due) = case.ticket.due_at {
                args.insert("due", due.into());
            }
            clockwork::wind(desk, &case.ticket);
            Some(args)
        }
        Err(illegal) => {
            desk.refuse(no, illegal);
            None
        }
    };
    desk.keep(case);
    Ok(said)
}

fn shorten(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default();
    let mut short: String = line.chars().take(SHORT).collect();
    if short.chars().count() < text.chars().count() {
        short.push('…');
    }
    short
}

impl<W: World> Desk<'_, W> {
    /// What may be offered to its reporter: a private kind is never guessed at aloud.
    pub(super) fn askable(&self, doubt: &[SubCode]) -> Vec<SubCode> {
        doubt.iter().filter(|code| !self.sub(code).private).cloned().collect()
    }

    /// What residents and staff call a code.
    pub(super) fn class_name(&self, code: &SubCode) -> String {
        self.world
            .standing()
            .taxonomy
            .get(code)
            .map_or_else(|| code.as_str().to_owned(), |sub| sub.name.clone())
    }
}
