//! From a resident's sentence to an [`Understanding`]: the ordered pipeline, read from top to bottom in
//! [`understand`]. Pure and synchronous. Words of Chinese are data (`dictionaries/*.toml`), never code; no clock,
//! no files, no log lines here, and jieba only in [`segment`].

pub mod act;
pub mod classify;
pub mod evaluate;
pub mod extract;
pub mod learn;
pub mod learned;
pub mod lexicon;
pub mod negation;
pub mod normalize;
pub mod phrase;
pub mod segment;
pub mod tuning;
pub mod verdict;

pub use evaluate::{Evaluation, LabelledRow, evaluate, evaluate_parts};
pub use lexicon::Lexicon;

use crate::domain::{
    category::{Act, Category},
    command::{ChatCommand, CommandKind},
    understanding::{PlaceMention, Understanding},
};
use extract::{place, urgency};
use learned::{HEADS, Head};
use normalize::Normal;
use phrase::Hit;

/// How many characters of a message are understood; the rest is kept but not read.
pub const MAX_CHARS: usize = 2_000;

/// Understands one message. Total: any text gives an answer, at worst small talk about something else.
pub fn understand(text: &str, lexicon: &Lexicon) -> Understanding {
    read(text, lexicon, true)
}

/// Understands a message as if command words were ordinary words: what a resident means who begins with a word that
/// only staff command with (收费,物业乱收费).
pub fn understand_as_words(text: &str, lexicon: &Lexicon) -> Understanding {
    read(text, lexicon, false)
}

/// What people's own words make of a message, before the learnt layer is asked.
struct Curated {
    normal: Normal,
    hits: Vec<Hit>,
    places: Vec<place::Found>,
    reading: classify::Reading,
    alarm: urgency::Alarm,
    cues: act::Cues,
    act: Act,
}

impl Curated {
    fn read(text: &str, lexicon: &Lexicon) -> Self {
        let normal = lexicon.normalizer().normalize(text);
        let tokens = lexicon.segmenter().boundaries(&normal);
        let hits = lexicon.phrases().scan(&normal, &tokens);
        let places = place::find(&normal, &hits, &tokens, lexicon);
        let reading = classify::read(&normal, &hits, &places, lexicon);
        let alarm = urgency::judge(&normal, &hits, lexicon);
        let cues = act::gather(&hits, lexicon);
        let act = act::line_act(&normal, &cues, &reading, &alarm);
        Self { normal, hits, places, reading, alarm, cues, act }
    }

    /// The votes for every head of the learnt layer.
    fn votes(&self) -> Votes {
        let mut votes = Votes([0.0; HEADS]);
        for head in Head::all() {
            votes.0[head.index()] = match head {
                Head::Category(category) => self.reading.votes(category),
                Head::Act(act) => self.cues.of(act) + if act == self.act { RULED } else { 0.0 },
                Head::Emergency => self.alarm.danger(),
                Head::Urgent => self.alarm.haste() + self.reading.haste(),
            };
        }
        votes
    }
}

/// What the order of the rules in `act` adds to the cues of the act that it chose.
const RULED: f32 = 3.0;

/// The votes of people's words, by head of the learnt layer.
#[derive(Debug, Clone, PartialEq)]
pub struct Votes([f32; HEADS]);

impl Votes {
    /// For one head; negative against it.
    pub fn of(&self, head: Head) -> f32 {
        self.0[head.index()]
    }
}

/// A message's normal form, and its reading with what the learnt layer makes of it: what a try-out shows.
fn weighed(text: &str, lexicon: &Lexicon) -> (Normal, classify::Reading) {
    let mut curated = Curated::read(text, lexicon);
    if let Some(verdict) = verdict::Verdict::of(&curated.normal, &curated.votes(), lexicon) {
        curated.reading.weigh(verdict.ranking(), verdict.confidence(), lexicon);
    }
    (curated.normal, curated.reading)
}

/// The votes of a text: what learning starts from.
pub fn votes(text: &str, lexicon: &Lexicon) -> Votes {
    Curated::read(text, lexicon).votes()
}

fn read(text: &str, lexicon: &Lexicon, commands: bool) -> Understanding {
    let mut curated = Curated::read(text, lexicon);
    let scores = verdict::Verdict::of(&curated.normal, &curated.votes(), lexicon);
    let Curated { normal, hits, places, reading, alarm, act: ruled, .. } = &mut curated;
    if let Some(verdict) = &scores {
        reading.weigh(verdict.ranking(), verdict.confidence(), lexicon);
    }
    let whose = || {
        let asked = place::asks_whose(normal, places, lexicon);
        asked.then(|| ChatCommand::Word { kind: CommandKind::WhoOwns, nos: vec![], rest: String::new() })
    };
    let command = if commands { command(normal, reading, lexicon).or_else(whose) } else { None };
    // Read as mere words, a line commands nothing.
    if !commands && matches!(ruled, Act::StaffCommand | Act::Control) {
        *ruled = Act::Report;
    }
    let judged =
        scores.as_ref().map_or(*ruled, |verdict| verdict.act(*ruled, alarm.hazard().is_some(), commands));
    let mut act = command.as_ref().map_or(judged, ChatCommand::act);

    // A bare place reports nothing: it tells where what was said before is.
    let only_place = !places.is_empty() && place::nothing_else(normal, places, lexicon);
    if command.is_none() && only_place {
        act = Act::Addition;
    }
    let opens = act.opens_ticket();
    let (urgency, hazard) = if opens { alarm.grade(reading, scores.as_ref()) } else { Default::default() };
    let main = match hazard {
        Some(hazard) => lexicon.endangered(hazard, reading.main(Some(hazard))),
        None => reading.main(None),
    };
    Understanding {
        text: text.to_owned(),
        act,
        category: main.category(),
        subcategory: main.clone(),
        score: reading.score,
        confidence: reading.confidence,
        doubt: if opens && hazard.is_none() { reading.doubt(&main) } else { vec![] },
        secondary: if opens { reading.secondary(main.category()) } else { vec![] },
        kind: act::kind(act, hits, lexicon),
        sphere: classify::sphere(hits, &main, lexicon),
        urgency,
        hazard,
        problems: if opens { reading.problems(normal, &main) } else { vec![] },
        places: once(std::mem::take(places)),
        only_place,
        evidence: std::mem::take(&mut reading.evidence),
        command,
        lexicon: lexicon.hash().to_owned(),
    }
}

/// Each place once: a petition names its estate in every sentence.
fn once(places: Vec<place::Found>) -> Vec<PlaceMention> {
    let mut told: Vec<PlaceMention> = vec![];
    for found in places {
        if told.iter().all(|one| one.text != found.mention.text) {
            told.push(found.mention);
        }
    }
    told
}

/// The places of a text that is nothing but places, politeness and particles: the answer to "where?".
/// `None` when it says anything else, or names no place.
pub fn places_only(text: &str, lexicon: &Lexicon) -> Option<Vec<PlaceMention>> {
    let normal = lexicon.normalizer().normalize(text);
    let tokens = lexicon.segmenter().boundaries(&normal);
    let hits = lexicon.phrases().scan(&normal, &tokens);
    let places = place::find(&normal, &hits, &tokens, lexicon);
    let alone = !places.is_empty() && place::nothing_else(&normal, &places, lexicon);
    alone.then(|| places.into_iter().map(|found| found.mention).collect())
}

/// The command that the line is. A sentence that merely begins with a command word is none: `今天 又停水了` is a
/// report, and so is `我住 …` when more follows than a place.
fn command(normal: &Normal, reading: &classify::Reading, lexicon: &Lexicon) -> Option<ChatCommand> {
    let command = lexicon.commands().parse(normal.line())?;
    let ChatCommand::Word { kind, nos, rest } = &command else { return Some(command) };
    if rest.is_empty() || !nos.is_empty() {
        return Some(command);
    }
    if *kind == CommandKind::Live {
        return places_only(rest, lexicon).map(|_| command);
    }
    if kind.is_for_staff() {
        // Only who speaks decides whether these words command; both readings are made.
        return Some(command);
    }
    let everyday = lexicon.acts().everyday.iter().any(|word| normal.line().starts_with(word.as_str()));
    let tells = reading.category() != Category::Other || reading.score > 0.0;
    (!(everyday && tells)).then_some(command)
}
