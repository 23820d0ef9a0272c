//! From a resident's sentence to an [`Understanding`]: the ordered pipeline, read from top to bottom in
//! [`understand`]. Pure and synchronous. Words of Chinese are data (`dictionaries/*.toml`), never code; no clock,
//! no files, no log lines here, and jieba only in [`segment`].

pub mod act;
pub mod classify;
pub mod evaluate;
pub mod extract;
pub mod lexicon;
pub mod negation;
pub mod normalize;
pub mod phrase;
pub mod segment;
pub mod tuning;

pub use evaluate::{Evaluation, LabelledRow, evaluate};
pub use lexicon::Lexicon;

use crate::domain::{
    category::{Act, Category},
    command::{ChatCommand, CommandKind},
    understanding::{PlaceMention, Understanding},
};
use extract::{place, urgency};
use normalize::Normal;

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

fn read(text: &str, lexicon: &Lexicon, commands: bool) -> Understanding {
    let normal = lexicon.normalizer().normalize(text);
    let tokens = lexicon.segmenter().boundaries(&normal);
    let hits = lexicon.phrases().scan(&normal, &tokens);
    let places = place::find(&normal, &hits, &tokens, lexicon);
    let reading = classify::read(&normal, &hits, &places, lexicon);
    let alarm = urgency::judge(&normal, &hits, lexicon);
    let command = if commands { command(&normal, &reading, lexicon) } else { None };
    let mut verdict = act::judge(&normal, &hits, &reading, &alarm, command.as_ref(), lexicon);

    // A bare place reports nothing: it tells where what was said before is.
    if command.is_none() && !places.is_empty() && place::nothing_else(&normal, &places, lexicon) {
        verdict.act = Act::Addition;
    }
    let opens = verdict.act.opens_ticket();
    let (urgency, hazard) = if opens { alarm.grade(&reading) } else { Default::default() };
    let main = match hazard {
        Some(hazard) => lexicon.endangered(hazard, reading.main(Some(hazard))),
        None => reading.main(None),
    };
    Understanding {
        text: text.to_owned(),
        act: verdict.act,
        category: main.category(),
        subcategory: main.clone(),
        score: reading.score,
        confidence: reading.confidence,
        secondary: if opens { reading.secondary(main.category()) } else { vec![] },
        kind: verdict.kind,
        sphere: classify::sphere(&hits, &main, lexicon),
        urgency,
        hazard,
        problems: if opens { reading.problems(&normal, &main) } else { vec![] },
        places: places.into_iter().map(|found| found.mention).collect(),
        evidence: reading.evidence,
        command,
        lexicon: lexicon.hash().to_owned(),
    }
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
