//! What the dictionary's templates are given: edits, trials, sentences tried and conflicts as plain values, with the names
//! of classes, and with long numbers masked in what residents wrote.

use minijinja::{Value, context};

use crate::{
    domain::{
        category::{Category, SubCode, Taxonomy},
        command::CommandWords,
        dictionary::{
            Author, Edit, Golden, Version, Via,
            trial::{Changed, Conflict, GoldenMiss, Match, Proof, Suggestion, Trial, TryOut, Turned},
            write_edit,
        },
        words::{masked, shorten},
    },
    workshop::Desk,
};

/// Characters of a sentence in a list.
const SHORT: usize = 80;

/// What a resident wrote, fit to be shown.
pub(super) fn sentence(text: &str) -> String {
    shorten(&masked(text), SHORT)
}

pub(super) fn weight(weight: f32) -> String {
    format!("{weight:+}")
}

/// Names of classes, and words of edits.
#[derive(Clone, Copy)]
pub(super) struct Names<'d> {
    pub(super) taxonomy: &'d Taxonomy,
    pub(super) words: &'d CommandWords,
}

impl<'d> Names<'d> {
    pub(super) fn of(desk: &'d Desk) -> Self {
        Self { taxonomy: desk.live.taxonomy(), words: desk.live.commands() }
    }

    pub(super) fn name(&self, code: &SubCode) -> &'d str {
        self.taxonomy.get(code).map_or("", |sub| &sub.name)
    }

    pub(super) fn category(&self, category: Category) -> &'d str {
        self.taxonomy.subs.get(category.code()).map_or("", |sub| &sub.name)
    }

    pub(super) fn class(&self, code: &SubCode) -> Value {
        context! { code => code.as_str(), name => self.name(code), category => self.category(code.category()) }
    }

    /// All classes, by category, for a field to choose from.
    pub(super) fn classes(&self) -> Vec<Value> {
        let of = |category: Category| -> Vec<Value> {
            let subs = self.taxonomy.subs.values().filter(|sub| sub.code.category() == category);
            subs.map(|sub| context! { code => sub.code.as_str(), name => sub.name.as_str() }).collect()
        };
        let group = |category: &Category| {
            context! { code => category.code(), name => self.category(*category), subs => of(*category) }
        };
        Category::ALL.iter().map(group).collect()
    }

    pub(super) fn edit(&self, edit: &Edit) -> Value {
        let line = write_edit(edit, self.words);
        match edit {
            Edit::Term { term, code, weight: said, decides, word } => context! {
                kind => "term", words => term, class => self.class(code), weight => weight(*said), decides, word, line,
            },
            Edit::Stop { term } => context! { kind => "stop", words => term, line },
            Edit::Place { name, estate } => {
                context! { kind => "place", words => name, meant => estate, line }
            }
            Edit::Slip { slip, meant } => context! { kind => "slip", words => slip, meant, line },
        }
    }

    pub(super) fn changed(&self, one: &Changed) -> Value {
        context! {
            no => one.no.map(|no| no.to_string()), text => sentence(&one.text), was => self.name(&one.was),
            is => self.name(&one.is), turned => turned(one.turned),
        }
    }

    /// A trial; of the sentences that change at most so many, those that turn worse first.
    pub(super) fn trial(&self, trial: &Trial, most: usize) -> Value {
        let run = &trial.dry_run;
        let order = [Turned::Worse, Turned::Unsure, Turned::Better];
        let sorted = order.iter().flat_map(|wanted| run.changed.iter().filter(move |c| c.turned == *wanted));
        let changed: Vec<Value> = sorted.take(most).map(|one| self.changed(one)).collect();
        let missed: Vec<Value> = trial.golden_missed.iter().map(|miss| self.miss(miss)).collect();
        context! {
            days => run.days, read => run.read, unread => run.unread, changed, all => run.changed.len(),
            better => run.count(Turned::Better), worse => run.count(Turned::Worse),
            unsure => run.count(Turned::Unsure), differing => trial.differing, hash => trial.hash.as_str(),
            proofs => trial.proofs.iter().map(|proof| self.proof(proof)).collect::<Vec<_>>(),
            conflicts => trial.conflicts.iter().map(|conflict| self.conflict(conflict)).collect::<Vec<_>>(),
            problems => trial.problems.iter().map(|problem| problem.text.clone()).collect::<Vec<_>>(),
            golden => trial.golden, right => trial.golden - trial.golden_missed.len(), missed,
        }
    }

    fn proof(&self, proof: &Proof) -> Value {
        context! {
            text => sentence(&proof.text), cut => cut(&proof.cut), found => proof.found, name => self.name(&proof.code),
        }
    }

    fn conflict(&self, conflict: &Conflict) -> Value {
        match conflict {
            Conflict::Elsewhere { term, also } => {
                let also: Vec<Value> = also
                    .iter()
                    .map(|(code, said)| context! { name => self.name(code), weight => weight(*said) })
                    .collect();
                context! { kind => "elsewhere", term, also }
            }
            Conflict::Swallowed { term, by } => context! { kind => "swallowed", term, by },
            Conflict::CutAcross { term, by } => context! { kind => "cut_across", term, by },
            Conflict::NotCut { term } => context! { kind => "not_cut", term },
            Conflict::TooQuiet { term, winner } => {
                context! { kind => "too_quiet", term, by => self.name(winner) }
            }
            Conflict::Dead { term, read } => context! { kind => "dead", term, read },
            Conflict::TooBroad { term, right, known } => context! { kind => "too_broad", term, right, known },
            Conflict::NothingToStop { term } => context! { kind => "nothing_to_stop", term },
        }
    }

    pub(super) fn golden(&self, golden: &Golden) -> Value {
        context! {
            text => golden.text.as_str(), name => golden.code.as_ref().map(|code| self.name(code)),
            act => golden.act.map(|act| act.code()), urgency => golden.urgency.map(|urgency| urgency.code()),
        }
    }

    pub(super) fn miss(&self, miss: &GoldenMiss) -> Value {
        context! {
            golden => self.golden(&miss.golden), name => self.name(&miss.code), act => miss.act.code(),
            urgency => miss.urgency.code(),
        }
    }

    pub(super) fn suggestion(&self, one: &Suggestion) -> Value {
        context! {
            edit => self.edit(&one.edit), right => one.right, wrong => one.wrong, mends => one.mends,
            examples => one.examples.iter().map(|text| sentence(text)).collect::<Vec<_>>(),
        }
    }

    /// A sentence under one lexicon. `text` is what it was tried on.
    pub(super) fn tried(&self, text: &str, tried: &TryOut) -> Value {
        let shown = masked(text);
        let loudest = tried.ranking.first().map_or(0.0, |(_, score)| *score);
        let ranking: Vec<Value> = tried
            .ranking
            .iter()
            .map(|(code, score)| {
                let share = if loudest > 0.0 { (score / loudest).clamp(0.0, 1.0) } else { 0.0 };
                context! { name => self.name(code), score => format!("{score:.1}"), share }
            })
            .collect();
        let matches: Vec<Value> = tried
            .matches
            .iter()
            .map(|one| {
                context! {
                    term => one.term.as_str(), class => self.class(&one.code), weight => format!("{:+.1}", one.weight),
                    typed => part(&shown, one.span.0, one.span.1), slip => one.corrected, learnt => one.learnt,
                    against => one.weight < 0.0,
                }
            })
            .collect();
        context! {
            pieces => pieces(&shown, &tried.matches), normal => masked(&tried.normal), cut => cut(&tried.cut), matches,
            ranking, class => self.class(&tried.code), act => tried.act.code(), urgency => tried.urgency.code(),
            confidence => (tried.confidence * 100.0).round() as u32, lexicon => tried.lexicon.as_str(),
            places => tried.places.iter().map(|place| masked(place)).collect::<Vec<_>>(),
        }
    }
}

/// Words of a sentence, masked as the sentence is: a number may be cut into several.
fn cut(words: &[String]) -> Vec<String> {
    let whole = masked(&words.concat());
    let mut rest = whole.chars();
    words.iter().map(|word| rest.by_ref().take(word.chars().count()).collect()).collect()
}

fn part(text: &str, from: usize, to: usize) -> String {
    text.chars().skip(from).take(to.saturating_sub(from)).collect()
}

/// The sentence in pieces: each is said by nothing, or by the loudest word that stands over it.
fn pieces(text: &str, matches: &[Match]) -> Vec<Value> {
    let length = text.chars().count();
    let ends = matches.iter().flat_map(|one| [one.span.0, one.span.1]);
    let mut edges: Vec<usize> = ends.chain([0, length]).filter(|edge| *edge <= length).collect();
    edges.sort_unstable();
    edges.dedup();
    edges
        .windows(2)
        .map(|edge| {
            let over = matches.iter().filter(|one| one.span.0 <= edge[0] && edge[1] <= one.span.1);
            let loudest = over.max_by(|a, b| a.weight.abs().total_cmp(&b.weight.abs()));
            let kind = loudest.map(|one| match (one.weight < 0.0, one.corrected, one.learnt) {
                (true, _, _) => "against",
                (false, true, _) => "slip",
                (false, false, true) => "learnt",
                (false, false, false) => "said",
            });
            context! { text => part(text, edge[0], edge[1]), kind }
        })
        .collect()
}

const fn turned(turned: Turned) -> &'static str {
    match turned {
        Turned::Better => "better",
        Turned::Worse => "worse",
        Turned::Unsure => "unsure",
    }
}

/// By which ways somebody works on the dictionaries, as the wordings name them.
pub(in super::super) const VIAS: &[&str] = &[via(Via::Chat), via(Via::CommandLine), via(Via::Console)];

const fn via(via: Via) -> &'static str {
    match via {
        Via::Chat => "chat",
        Via::CommandLine => "command_line",
        Via::Console => "console",
    }
}

pub(super) fn author(author: &Author) -> Value {
    context! { name => author.name.as_str(), via => via(author.via) }
}

pub(super) fn version(version: &Version) -> Value {
    context! {
        no => version.no, at => version.at.to_string(), author => author(&version.author), reason => version.reason.as_str(),
        hash => version.hash.as_str(), back_to => version.back_to, missed => version.golden_missed,
    }
}

/// Where the dictionaries stand.
pub(super) fn standing(desk: &Desk) -> Value {
    let draft = desk.draft.as_ref().map(|(book, _)| {
        let difference = book.diff(&desk.live_book);
        let touched = desk.standing.touched.as_ref();
        context! {
            differing => difference.added.len().max(difference.removed.len()),
            author => touched.map(|(by, _)| author(by)), at => touched.map(|(_, at)| at.to_string()),
        }
    });
    context! { live => desk.standing.live, edits => desk.live_book.len(), draft }
}

/// Estates and villages, by their official names.
pub(super) fn estates(desk: &Desk) -> Vec<String> {
    desk.live.estates().iter().map(|estate| estate.name.clone()).collect()
}
