//! What a line *is*: report, thanks, an answer to an invitation. Commands first, then cues weighed against what the
//! vote found. The cues are data (`acts.toml`, `kinds.toml`).

use super::{
    classify::Reading,
    extract::urgency::Alarm,
    lexicon::{Lexicon, Meaning},
    normalize::Normal,
    phrase::Hit,
};
use crate::domain::category::{Act, Category, RequestKind};

/// A cue of an act has to reach this to decide by itself.
const DECIDES: f32 = 2.0;
/// A vote or trouble this strong makes a line a report.
const REPORTED: f32 = 1.5;

/// A line of this many characters is more than a word in passing.
const TOLD: usize = 10;

/// Sums of cues by act.
#[derive(Debug, Clone)]
pub struct Cues {
    by_act: [f32; Act::ALL.len()],
    trouble: f32,
}

impl Cues {
    /// The sum of an act's cues.
    pub fn of(&self, act: Act) -> f32 {
        self.by_act[act as usize]
    }
}

/// Adds up the cues of every act.
pub fn gather(hits: &[Hit], lexicon: &Lexicon) -> Cues {
    let mut cues = Cues { by_act: [0.0; Act::ALL.len()], trouble: 0.0 };
    let mut seen = vec![];
    for hit in hits {
        let meaning = lexicon.meaning(hit.term);
        if !matches!(meaning, Meaning::Act(..) | Meaning::Trouble(_)) {
            continue;
        }
        let swallowed = || {
            hits.iter().any(|longer| {
                let bigger = longer.end - longer.start > hit.end - hit.start;
                bigger
                    && longer.plain
                    && lexicon.meaning(longer.term).cue().is_some()
                    && longer.start <= hit.start
                    && hit.end <= longer.end
            })
        };
        if seen.contains(&hit.term) || (hit.plain && swallowed()) {
            continue;
        }
        if let Meaning::Act(act, weight) = *meaning {
            cues.by_act[act as usize] += weight;
            seen.push(hit.term);
        } else if let Meaning::Trouble(weight) = *meaning {
            cues.trouble += weight;
            seen.push(hit.term);
        }
    }
    cues
}

/// The order matters: what is surest and least like a report is asked first.
pub fn line_act(normal: &Normal, cues: &Cues, reading: &Reading, alarm: &Alarm) -> Act {
    if alarm.hazard().is_some() {
        return Act::Report;
    }
    let matter = reading.score.max(0.0);
    let report = cues.of(Act::Report) + cues.trouble + matter * 0.5;
    // Chatter about an earlier report beats the report's own words, which it must repeat.
    for act in [Act::Spam, Act::Cosign, Act::StaffCommand, Act::Control] {
        if cues.of(act) >= DECIDES {
            return act;
        }
    }
    let short = normal.chars().len() <= 60;
    let earlier = [Act::Rating, Act::Resolved, Act::Status, Act::Addition, Act::Rsvp];
    let strongest = earlier.into_iter().rev().max_by(|&a, &b| cues.of(a).total_cmp(&cues.of(b)));
    if let Some(act) = strongest.filter(|&act| cues.of(act) >= DECIDES && (short || cues.of(act) >= 4.0)) {
        return act;
    }
    if cues.of(Act::Praise) >= DECIDES && cues.of(Act::Praise) > cues.trouble {
        return Act::Praise;
    }
    if cues.of(Act::Thanks) >= DECIDES && cues.trouble < 1.0 && (matter < 2.5 || cues.of(Act::Thanks) >= 4.0)
    {
        return Act::Thanks;
    }
    if cues.of(Act::Smalltalk) >= DECIDES && cues.of(Act::Smalltalk) > report {
        return Act::Smalltalk;
    }
    let (suggests, asks) = (cues.of(Act::Suggestion), cues.of(Act::Consultation));
    if suggests >= DECIDES && suggests >= asks {
        return Act::Suggestion;
    }
    if asks >= DECIDES && asks > cues.trouble + cues.of(Act::Report) {
        return Act::Consultation;
    }
    let told = matter >= REPORTED || cues.trouble + cues.of(Act::Report) >= 1.0;
    if told || (reading.category() != Category::Other && matter > 0.0) {
        return Act::Report;
    }
    // What nobody recognised but is told at some length goes to a person; a ticket too many is soon closed.
    let told_at_length = normal.chars().len() >= TOLD && cues.of(Act::Smalltalk) < 1.0;
    if told_at_length { Act::Report } else { Act::Smalltalk }
}

/// 诉求类型 of a line that opens a ticket.
pub fn kind(act: Act, hits: &[Hit], lexicon: &Lexicon) -> RequestKind {
    let said = |wanted: RequestKind| -> f32 {
        let weights = hits.iter().filter_map(|hit| lexicon.meaning(hit.term).kind());
        weights.filter(|(kind, _)| *kind == wanted).map(|(_, weight)| weight).sum()
    };
    match act {
        Act::Suggestion => RequestKind::Suggestion,
        Act::Consultation => RequestKind::Consultation,
        Act::Thanks | Act::Praise => RequestKind::Praise,
        Act::Report
        | Act::Status
        | Act::Addition
        | Act::Rsvp
        | Act::Cosign
        | Act::Rating
        | Act::StaffCommand
        | Act::Resolved
        | Act::Smalltalk
        | Act::Spam
        | Act::Control => {
            let (help, tip, complaint) =
                (said(RequestKind::Help), said(RequestKind::TipOff), said(RequestKind::Complaint));
            if tip >= 1.0 && tip >= help {
                RequestKind::TipOff
            } else if help > complaint {
                RequestKind::Help
            } else {
                RequestKind::Complaint
            }
        }
    }
}
