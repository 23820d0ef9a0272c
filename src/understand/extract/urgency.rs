//! How urgent, and what threatens life. Words and look-alikes are data (`urgency.toml`).

use crate::domain::category::{Hazard, Urgency};
use crate::understand::{
    classify::Reading,
    learned::Head,
    lexicon::{Lexicon, Meaning},
    normalize::Normal,
    phrase::Hit,
    verdict::Verdict,
};

/// What is urgent by its sound alone has to sound so beyond doubt: a clock hangs on it.
const SURELY_URGENT: f32 = 0.25;
/// A post is rarely urgent and full of hasty words: the learnt layer, which hears them too, judges it alone, from here on.
const POST_URGENT: f32 = -0.3;
/// Cues of this weight together make a matter urgent.
const URGENT: f32 = 1.0;

/// What a text with a title has to show beyond that: it tells of dangers that were, or might be.
const TITLED: f32 = 3.5;

/// The most weight of danger that any text has to show.
const MOST_NEEDED: f32 = 3.0;

/// What the words say of danger and haste.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Alarm {
    hazard: Option<Hazard>,
    /// The hazard named loudest, whether or not it is loud enough.
    named: Option<Hazard>,
    /// Danger less what speaks against it, and less what a text of this length has to show.
    danger: f32,
    haste: f32,
}

impl Alarm {
    /// What threatens life, if anything does.
    pub fn hazard(&self) -> Option<Hazard> {
        self.hazard
    }

    /// How far the words of danger are above what this text has to show; negative below.
    pub fn danger(&self) -> f32 {
        self.danger
    }

    /// How hastily the words speak.
    pub fn haste(&self) -> f32 {
        self.haste
    }

    /// The urgency of a message that opens a ticket, with what threatens life in an emergency.
    pub fn grade(&self, reading: &Reading, verdict: Option<&Verdict>) -> (Urgency, Option<Hazard>) {
        let learnt = |head| verdict.map_or(f32::NEG_INFINITY, |verdict| verdict.of_head(head));
        let danger = self.hazard.or_else(|| {
            // Nobody named it, and still it sounds like danger to life: somebody may be hurt.
            (learnt(Head::Emergency) > 0.0).then(|| self.named.unwrap_or(Hazard::Injury))
        });
        let hasty = self.haste + reading.haste() >= URGENT;
        let urgent = match verdict {
            Some(verdict) if verdict.of_post() => learnt(Head::Urgent) > POST_URGENT,
            Some(_) | None => hasty || learnt(Head::Urgent) > SURELY_URGENT,
        };
        match danger {
            Some(hazard) => (Urgency::Emergency, Some(hazard)),
            None if urgent => (Urgency::Urgent, None),
            None => (Urgency::Normal, None),
        }
    }
}

/// Weighs cues of danger against look-alikes: 虚惊一场, 请问被困电梯打哪个电话, 手机停电.
pub fn judge(normal: &Normal, hits: &[Hit], lexicon: &Lexicon) -> Alarm {
    let mut danger: Vec<(Hazard, f32)> = vec![];
    let (mut calm, mut haste) = (0.0, 0.0);
    let denied = super::super::negation::Denied::find(normal, hits, lexicon);
    for hit in hits {
        match *lexicon.meaning(hit.term) {
            Meaning::Danger(hazard, weight) => {
                if !denied.covers(hit) && !inside_harmless(hit, hits, lexicon) {
                    danger.push((hazard, weight));
                }
            }
            Meaning::Calm(weight) => calm += weight,
            Meaning::Haste(weight) => haste += weight,
            Meaning::Vote { .. }
            | Meaning::Neutral
            | Meaning::Act(..)
            | Meaning::Trouble(_)
            | Meaning::Kind(..)
            | Meaning::Sphere(_)
            | Meaning::Result
            | Meaning::DeniesAfter
            | Meaning::DeniesBefore
            | Meaning::DeniesVerb
            | Meaning::NoDenial => {}
        }
    }
    let total: f32 = danger.iter().map(|(_, weight)| weight).sum();
    // The hazard that speaks loudest; the first named of equals.
    let mut worst: Option<(Hazard, f32)> = None;
    for &(hazard, weight) in &danger {
        if worst.is_none_or(|(_, most)| weight > most) {
            worst = Some((hazard, weight));
        }
    }
    let danger = total - calm - needed(normal);
    let named = worst.map(|(hazard, _)| hazard);
    Alarm { hazard: named.filter(|_| danger >= 0.0), named, danger, haste: haste - calm.max(0.0) * 0.5 }
}

/// The weight of danger that a text of this many characters has to show. Who is in danger is brief; a long petition
/// tells of fires that were or might be. Never more than one plain word of danger weighs: who writes at length may be
/// in danger too.
fn needed(normal: &Normal) -> f32 {
    let brief = (2.0 + normal.chars().len().saturating_sub(60) as f32 / 20.0).min(MOST_NEEDED);
    // Whoever is in danger gives no title to it.
    if normal.title_end() > 0 { brief + TITLED } else { brief }
}

/// Whether a longer harmless expression holds the cue: 手机停电, 火气.
fn inside_harmless(danger: &Hit, hits: &[Hit], lexicon: &Lexicon) -> bool {
    hits.iter().any(|hit| {
        *lexicon.meaning(hit.term) == Meaning::Neutral
            && hit.start <= danger.start
            && danger.end <= hit.end
            && hit.end - hit.start > danger.end - danger.start
    })
}
