//! The weighted vote: which categories a message speaks for, which problems it names, whose matter it is.
//! It counts what the phrasebook found; the words and their weights are the lexicon's.

use std::sync::Arc;

use super::{
    extract::place::Found,
    learned::is_post,
    lexicon::{Lexicon, Meaning},
    negation::Denied,
    normalize::Normal,
    phrase::Hit,
};
use crate::domain::{
    category::{Category, Hazard, Sphere, SubCode},
    understanding::{Evidence, Problem},
};

/// A corrected slip is worth this much of the real word.
const SLIP: f32 = 0.8;
/// The title of a post says what it is about.
const TITLE: f32 = 2.2;
/// The second mention of the same term; a third adds nothing.
const REPEAT: f32 = 0.3;
/// A clause needs this much to be a problem of its own.
const OWN_PROBLEM: f32 = 2.0;
/// Two sub-categories of one category are two problems only when both are as clear as this.
const CLEARLY_DIFFERENT: f32 = 3.0;
/// A category counts as stated beside the winner from here, and at this share of the winner's score.
const STATED: f32 = 3.0;
const STATED_SHARE: f32 = 0.45;
/// A threat goes before the winner when it is said at this share of the winner's loudness.
const THREAT_SHARE: f32 = 0.5;
/// A sub-category is preferred to its bare category from here.
const SPECIAL: f32 = 1.9;
/// In a line of at most this many characters the problem named first is the main one, when it is this clear.
const BRIEF: usize = 80;
const NAMED_FIRST: f32 = 4.5;
/// 优先: louder than anything that words can add up to; of two such terms the longer one decides.
const DECIDES: f32 = 50.0;
/// From here the winner is sure; below, who reported is asked, with so many others to choose from.
const SURE: f32 = 0.55;
const ASKED: usize = 3;
/// Below this nothing was recognised.
const NOTHING: f32 = 0.5;

/// One clause's best sub-category.
#[derive(Debug, Clone, PartialEq)]
struct Speaking {
    sub: usize,
    score: f32,
    clauses: (u16, u16),
    threatens: bool,
}

/// What the vote found.
#[derive(Debug, Clone)]
pub struct Reading {
    /// The winner's score; 0 when nothing was recognised.
    pub score: f32,
    /// 0–1: how sure the winner is against the runner-up and against nothing.
    pub confidence: f32,
    /// What spoke, in order of the text.
    pub evidence: Vec<Evidence>,
    winner: SubCode,
    /// Scores by category, best first.
    ranking: Vec<(Category, f32)>,
    by_sub: Vec<f32>,
    /// Votes by category, less those against it.
    sums: [f32; Category::ALL.len()],
    speaking: Vec<Speaking>,
    codes: Arc<[SubCode]>,
    /// Whether a term that decides has settled the winner.
    decided: bool,
    /// Whether it is a post on a board and no line of chat.
    post: bool,
    haste: f32,
}

impl Reading {
    /// How urgent the winner is by nature; 1 is urgent.
    pub fn haste(&self) -> f32 {
        self.haste
    }

    /// Scores by category, best first.
    pub fn ranking(&self) -> &[(Category, f32)] {
        &self.ranking
    }

    /// The votes for a category, less those against it.
    pub fn votes(&self, category: Category) -> f32 {
        self.sums[category as usize]
    }

    /// Takes what the learnt layer makes of the votes: scores of all categories, best first, in points.
    pub fn weigh(&mut self, ranking: Vec<(Category, f32)>, confidence: f32, lexicon: &Lexicon) {
        if let Some(&(best, _)) = ranking.first()
            && !self.decided
        {
            self.winner = best_sub(&self.codes, &self.by_sub, best);
        }
        self.ranking = ranking;
        self.confidence = confidence;
        self.haste = lexicon.haste_of(&self.main(None));
    }

    /// The winning category of the vote.
    pub fn category(&self) -> Category {
        self.winner.category()
    }

    /// The main problem: what threatens life first, else the vote's winner. A post on a board asks for one thing, whatever
    /// it tells beside it.
    pub fn main(&self, hazard: Option<Hazard>) -> SubCode {
        // What all that was heard speaks against is no threat, whatever one word says.
        let believed = |category| self.ranking.iter().any(|&(one, score)| one == category && score > 0.0);
        let stated = |one: &&Speaking| {
            let loud = one.score >= self.score * THREAT_SHARE;
            one.threatens && loud && believed(self.codes[one.sub].category())
        };
        let threat = self.speaking.iter().find(stated);
        match (hazard, threat) {
            (None, Some(threat)) if !self.post => self.codes[threat.sub].clone(),
            (Some(_) | None, _) => self.winner.clone(),
        }
    }

    /// What it is if it is not `main`, in the order of the ranking; empty when the winner is sure.
    pub fn doubt(&self, main: &SubCode) -> Vec<SubCode> {
        if self.decided || self.confidence >= SURE {
            return vec![];
        }
        let others = self.ranking.iter().map(|(category, _)| *category);
        let others = others.filter(|category| *category != main.category() && *category != Category::Other);
        others.take(ASKED).map(|category| best_sub(&self.codes, &self.by_sub, category)).collect()
    }

    /// Other categories clearly stated, at most two.
    pub fn secondary(&self, main: Category) -> Vec<Category> {
        let mut stated: Vec<_> =
            Category::ALL.iter().map(|&category| (category, self.votes(category))).collect();
        stated.sort_by(|a, b| b.1.total_cmp(&a.1));
        let best = stated.first().map_or(0.0, |(_, votes)| *votes);
        let clear = |&&(category, votes): &&(Category, f32)| {
            category != main && category != Category::Other && votes >= STATED && votes >= best * STATED_SHARE
        };
        stated.iter().filter(clear).map(|(category, _)| *category).take(2).collect()
    }

    /// The problems with the clauses that speak of them, the main one first.
    pub fn problems(&self, normal: &Normal, main: &SubCode) -> Vec<Problem> {
        let span = |clauses: (u16, u16)| {
            let (start, _) = normal.clause_range(clauses.0);
            let (_, end) = normal.clause_range(clauses.1);
            let ends = |at: usize| super::normalize::ends_clause(normal.chars()[at]);
            let end = (start..end).rev().find(|&at| !ends(at)).map_or(end, |at| at + 1);
            normal.span(start, end)
        };
        let mut problems: Vec<Problem> = self
            .speaking
            .iter()
            .map(|one| Problem {
                subcategory: self.codes[one.sub].clone(),
                score: one.score,
                span: span(one.clauses),
            })
            .collect();
        let same = problems.iter().position(|one| one.subcategory == *main);
        let near = || self.speaking.iter().position(|one| self.codes[one.sub].category() == main.category());
        match same.or_else(near) {
            Some(at) => {
                let mut first = problems.remove(at);
                first.subcategory = main.clone();
                problems.insert(0, first);
            }
            None => {
                let whole = normal.span(0, normal.chars().len());
                problems.insert(0, Problem { subcategory: main.clone(), score: self.score, span: whole });
            }
        }
        problems
    }
}

/// Counts the votes.
pub fn read(normal: &Normal, hits: &[Hit], places: &[Found], lexicon: &Lexicon) -> Reading {
    let denied = Denied::find(normal, hits, lexicon);
    let codes = lexicon.codes();
    let mut by_sub = vec![0.0f32; codes.len()];
    let mut against = [0.0f32; Category::ALL.len()];
    let mut evidence = vec![];
    let mut votes: Vec<(u16, usize, f32)> = vec![];
    let mut seen: Vec<(u32, u8)> = vec![];
    for hit in spoken(hits, places, lexicon) {
        let Some((sub, weight)) = lexicon.meaning(hit.term).vote() else { continue };
        if denied.covers(hit) {
            continue;
        }
        let times = match seen.iter_mut().find(|(term, _)| *term == hit.term) {
            Some((_, times)) => {
                *times = times.saturating_add(1);
                *times
            }
            None => {
                seen.push((hit.term, 1));
                1
            }
        };
        let repeat = [1.0, REPEAT, 0.0][usize::from(times.min(3)) - 1];
        let title = if normal.in_title(hit.start) { TITLE } else { 1.0 };
        let slip = if normal.corrected(hit.start, hit.end) { SLIP } else { 1.0 };
        let weight = match lexicon.meaning(hit.term).decides() {
            true => (DECIDES + (hit.end - hit.start) as f32) * repeat,
            false => weight * repeat * title * slip * fading(hit.start, normal),
        };
        if weight == 0.0 {
            continue;
        }
        if weight > 0.0 {
            by_sub[sub] += weight;
            votes.push((normal.clause(hit.start), sub, weight));
        } else {
            against[codes[sub].category() as usize] -= weight;
        }
        evidence.push(Evidence {
            term: lexicon.term(hit.term).to_owned(),
            category: codes[sub].clone(),
            weight,
            span: normal.span(hit.start, hit.end),
            learnt: false,
        });
    }
    let sums = sums(codes, &by_sub, &against);
    let speaking = problems_by_clause(&votes, &against, normal, hits, lexicon);
    let brief = normal.title_end() == 0 && normal.chars().len() <= BRIEF;
    conclude(sums, by_sub, evidence, speaking, lexicon, brief, is_post(normal))
}

/// What comes first is what the message is about; the fall is gentle and stops at a half.
fn fading(at: usize, normal: &Normal) -> f32 {
    let into = at.saturating_sub(normal.title_end()) as f32;
    1.0 - 0.5 * (into / 80.0).min(1.0)
}

/// Hits that may vote: not inside a place's name, and not inside a longer phrase of any category.
fn spoken<'a>(hits: &'a [Hit], places: &'a [Found], lexicon: &'a Lexicon) -> impl Iterator<Item = &'a Hit> {
    let mut covered: (usize, usize) = (0, 0);
    let in_name = |hit: &Hit| places.iter().any(|place| place.names(hit.start, hit.end));
    hits.iter().filter(move |hit| {
        let meaning = lexicon.meaning(hit.term);
        let swallows = meaning.vote().is_some() || *meaning == Meaning::Neutral;
        if !swallows || in_name(hit) {
            return false;
        }
        if !hit.plain {
            return true;
        }
        let inside = covered.0 <= hit.start && hit.end <= covered.1 && (hit.start, hit.end) != covered;
        if !inside && hit.end > covered.1 {
            covered = (hit.start, hit.end);
        }
        !inside
    })
}

fn sums(codes: &[SubCode], by_sub: &[f32], against: &[f32]) -> [f32; Category::ALL.len()] {
    let mut sums = [0.0f32; Category::ALL.len()];
    for (code, score) in codes.iter().zip(by_sub) {
        sums[code.category() as usize] += score;
    }
    sums.iter_mut().zip(against).for_each(|(sum, against)| *sum -= against);
    sums
}

fn conclude(
    sums: [f32; Category::ALL.len()],
    by_sub: Vec<f32>,
    evidence: Vec<Evidence>,
    speaking: Vec<Speaking>,
    lexicon: &Lexicon,
    brief: bool,
    post: bool,
) -> Reading {
    let codes = lexicon.codes();
    let heard = Category::ALL.iter().map(|&category| (category, sums[category as usize]));
    let mut ranking: Vec<_> = heard.filter(|(_, score)| *score > NOTHING).collect();
    ranking.sort_by(|a, b| b.1.total_cmp(&a.1));
    let (category, score) = ranking.first().copied().unwrap_or((Category::Other, 0.0));
    let second = ranking.get(1).map_or(0.0, |(_, score)| *score);
    let winner = best_sub(codes, &by_sub, category);
    let confidence = (score - second).max(0.0) / (score + second + 1.0) + score / (score + 4.0);
    let confidence = (confidence / 1.6).clamp(0.0, 1.0);
    let decided = score >= DECIDES;
    let first = speaking.iter().find(|one| brief && !decided && one.score >= NAMED_FIRST);
    let winner = match first {
        Some(one) if codes[one.sub].category() != category => codes[one.sub].clone(),
        Some(_) | None => winner,
    };
    let codes = lexicon.shared_codes();
    let mut reading = Reading {
        score,
        confidence,
        evidence,
        winner,
        ranking,
        by_sub,
        sums,
        speaking,
        codes,
        decided,
        post,
        haste: 0.0,
    };
    reading.haste = lexicon.haste_of(&reading.main(None));
    reading
}

/// The loudest sub-category of a category; the bare category only when none is clear.
fn best_sub(codes: &[SubCode], by_sub: &[f32], category: Category) -> SubCode {
    let within = |&sub: &usize| codes[sub].category() == category && by_sub[sub] > 0.0;
    let louder = |a: &usize, b: &usize| by_sub[*a].total_cmp(&by_sub[*b]).then(b.cmp(a));
    let special = |sub: &usize| codes[*sub].as_str() != category.code() && by_sub[*sub] >= SPECIAL;
    let specific = (0..codes.len()).filter(within).filter(special).max_by(louder);
    let best = specific.or_else(|| (0..codes.len()).filter(within).max_by(louder));
    best.map_or_else(|| SubCode::new(category.code()), |sub| codes[sub].clone())
}

/// The sub-category that each clause speaks for, joined where clauses speak of the same thing. A clause that tells
/// the result of the one before (导致…) is no problem of its own.
fn problems_by_clause(
    votes: &[(u16, usize, f32)],
    against: &[f32],
    normal: &Normal,
    hits: &[Hit],
    lexicon: &Lexicon,
) -> Vec<Speaking> {
    let codes = lexicon.codes();
    let mut found: Vec<Speaking> = vec![];
    for clause in votes.chunk_by(|a, b| a.0 == b.0) {
        let number = clause[0].0;
        let (sub, score) = loudest(clause, against, codes);
        if score < OWN_PROBLEM || codes[sub].category() == Category::Other {
            continue;
        }
        let (start, end) = normal.clause_range(number);
        let result = hits
            .iter()
            .any(|hit| *lexicon.meaning(hit.term) == Meaning::Result && start <= hit.start && hit.end <= end);
        if result && !found.is_empty() {
            continue;
        }
        let category = codes[sub].category();
        let twin = found.iter_mut().find(|one| {
            let weak = score < CLEARLY_DIFFERENT || one.score < CLEARLY_DIFFERENT;
            one.sub == sub || (codes[one.sub].category() == category && weak)
        });
        match twin {
            Some(one) => {
                if score > one.score {
                    (one.sub, one.score) = (sub, score);
                }
                if one.clauses.1 + 1 == number {
                    one.clauses.1 = number;
                }
                one.threatens = lexicon.threatens(one.sub);
            }
            None => {
                let threatens = lexicon.threatens(sub);
                found.push(Speaking { sub, score, clauses: (number, number), threatens });
            }
        }
    }
    found
}

/// The loudest category of a clause with its loudest sub-category.
fn loudest(clause: &[(u16, usize, f32)], against: &[f32], codes: &[SubCode]) -> (usize, f32) {
    let (mut best, mut score) = (clause[0].1, 0.0f32);
    for &(_, candidate, _) in clause {
        let category = codes[candidate].category();
        let votes = || clause.iter().filter(move |vote| codes[vote.1].category() == category);
        let sum = votes().map(|vote| vote.2).sum::<f32>() - against[category as usize];
        if sum > score {
            let of = |sub: usize| votes().filter(|vote| vote.1 == sub).map(|vote| vote.2).sum::<f32>();
            let special = |sub: &usize| codes[*sub].as_str() != category.code();
            let specific = votes().map(|vote| vote.1).filter(special);
            best = specific.max_by(|&a, &b| of(a).total_cmp(&of(b)).then(b.cmp(&a))).unwrap_or(candidate);
            score = sum;
        }
    }
    (best, score)
}

/// Whose matter it is: what the words say, else what the sub-category is, else the village's.
pub fn sphere(hits: &[Hit], main: &SubCode, lexicon: &Lexicon) -> Sphere {
    let said = hits.iter().find_map(|hit| lexicon.meaning(hit.term).sphere());
    let own = lexicon.sphere_of(main);
    // 家里事 keeps a thing private: a category may say so, a stray word in a report on a road may not.
    match (said, own) {
        (_, Some(own)) => own,
        (Some(said), None) if matches!(main.category(), Category::Dispute | Category::Other) => said,
        (Some(_), None) | (None, None) => Sphere::Village,
    }
}
