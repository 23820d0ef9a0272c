//! Learning the learnt layer from labelled rows: one linear support vector machine per head (squared hinge, dual
//! coordinate descent), over runs of characters and over what people's own words already say. The same rows give the
//! same layer, bit for bit. Pure: rows and a lexicon in, a file's content out.

use std::collections::{BTreeMap, HashMap};

use super::{
    LabelledRow, Lexicon, Votes,
    learned::{HEADS, Head, HeadRow, LayerFile, LearnedFile, Run, is_post, root, runs, text_of, written},
    votes,
};
use crate::domain::category::{Act, Urgency};

/// Runs kept, the loudest; twice as many make the layer no better and its file twice as big.
const KEPT: usize = 30_000;
/// A run has to stand in so many rows.
const SEEN: u32 = 2;
/// How much a wrong row costs, against the size of the weights.
const COST: f32 = 1.0;
/// Beside runs of length 1 in all, √votes come in at this size.
const VOICE: f32 = 0.3;
/// Rounds over the rows; further ones change little.
const ROUNDS: usize = 40;
/// What a row of the other manner of writing counts: posts help with lines, lines help little with posts.
const POST_FOR_LINES: f32 = 0.4;
const LINE_FOR_POSTS: f32 = 0.02;
/// Weights below this share of a run's loudest one are left out.
const FAINT: f32 = 0.08;

/// A row ready to learn from.
struct Example {
    post: bool,
    runs: Vec<Run>,
    votes: Votes,
    worth: f32,
    /// By head: 1 for yes, −1 for no, 0 when the row does not say.
    labels: [i8; HEADS],
}

fn example(row: &LabelledRow, lexicon: &Lexicon) -> Example {
    let normal = lexicon.normalizer().normalize(&row.text);
    let mut labels = [0i8; HEADS];
    let act = row.act.or_else(|| row.kind.as_deref().and_then(act_of_kind));
    for head in Head::all() {
        let said = match head {
            Head::Category(category) => row.primary.map(|primary| primary == category),
            Head::Act(one) => act.map(|act| act == one),
            Head::Emergency => row.urgency.map(|urgency| urgency == Urgency::Emergency),
            Head::Urgent => row.urgency.map(|urgency| urgency >= Urgency::Urgent),
        };
        labels[head.index()] = said.map_or(0, |yes| if yes { 1 } else { -1 });
    }
    Example {
        post: is_post(&normal),
        runs: runs(&normal).into_iter().map(|(run, _)| run).collect(),
        votes: votes(&row.text, lexicon),
        worth: row.worth.unwrap_or(1.0).clamp(0.01, 100.0),
        labels,
    }
}

/// Posts say what they want, not what they are.
fn act_of_kind(kind: &str) -> Option<Act> {
    match kind {
        "complaint" => Some(Act::Report),
        "suggestion" => Some(Act::Suggestion),
        "consultation" => Some(Act::Consultation),
        _ => None,
    }
}

/// The runs of all rows that stand in at least [`SEEN`] of them, numbered.
struct Vocabulary {
    runs: Vec<Run>,
    numbers: HashMap<Run, u32>,
}

impl Vocabulary {
    fn of(examples: &[Example]) -> Self {
        let mut seen: BTreeMap<Run, u32> = BTreeMap::new();
        for run in examples.iter().flat_map(|example| &example.runs) {
            *seen.entry(*run).or_default() += 1;
        }
        let writable = |run: &Run| !text_of(*run).contains('\'');
        let runs = seen.into_iter().filter(|(_, count)| *count >= SEEN).map(|(run, _)| run);
        Self::numbered(runs.filter(writable).collect())
    }

    fn numbered(runs: Vec<Run>) -> Self {
        let numbers = runs.iter().copied().zip(0..).collect();
        Self { runs, numbers }
    }

    fn rows(&self, examples: &[Example]) -> Vec<Vec<u32>> {
        let known = |run: &Run| self.numbers.get(run).copied();
        examples.iter().map(|example| example.runs.iter().filter_map(known).collect()).collect()
    }
}

/// The weights of one head: its runs, the voices of its kin, its bias.
struct Machine {
    weights: Vec<f32>,
    voice: Vec<f32>,
    bias: f32,
}

/// Learns a layer. `lexicon` gives the votes of people's words and should have no learnt layer of its own.
pub fn learn(rows: &[LabelledRow], lexicon: &Lexicon) -> LearnedFile {
    // What the dictionaries give as examples is labelled too.
    let own = lexicon.examples().iter().map(|(text, code)| LabelledRow {
        text: text.clone(),
        primary: Some(code.category()),
        ..LabelledRow::default()
    });
    let own: Vec<LabelledRow> = own.collect();
    let examples: Vec<Example> = rows.iter().chain(&own).map(|row| example(row, lexicon)).collect();
    LearnedFile { line: layer(&examples, false), post: layer(&examples, true) }
}

/// The layer of one manner of writing.
fn layer(examples: &[Example], post: bool) -> LayerFile {
    let all = Vocabulary::of(examples);
    let first = machines(examples, &all, post);
    // The loudest runs are kept, and learnt once more by themselves.
    let mut loud: Vec<(f32, Run)> = all
        .runs
        .iter()
        .enumerate()
        .map(|(at, run)| (first.values().map(|one| one.weights[at].abs()).fold(0.0, f32::max), *run))
        .collect();
    loud.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    loud.truncate(KEPT);
    let mut kept: Vec<Run> = loud.into_iter().map(|(_, run)| run).collect();
    kept.sort_unstable();
    let kept = Vocabulary::numbered(kept);
    let machines = machines(examples, &kept, post);
    let mut lines: Vec<String> = kept
        .runs
        .iter()
        .enumerate()
        .filter_map(|(at, run)| {
            let weights: Vec<(Head, f32)> =
                machines.iter().map(|(head, one)| (*head, one.weights[at])).collect();
            let loudest = weights.iter().map(|(_, weight)| weight.abs()).fold(0.0, f32::max);
            let heard: Vec<_> = weights.into_iter().filter(|(_, w)| w.abs() >= loudest * FAINT).collect();
            LayerFile::line(*run, &heard)
        })
        .collect();
    lines.sort();
    let round = |value: f32| (value * 1_000.0).round() / 1_000.0;
    LayerFile {
        rows: examples.iter().filter(|example| example.post == post).count(),
        heads: machines
            .iter()
            .map(|(head, one)| {
                let voice: Vec<_> =
                    head.kin().zip(&one.voice).map(|(kin, weight)| (kin, weight * VOICE)).collect();
                (head.name(), HeadRow { bias: round(one.bias), voice: written(&voice) })
            })
            .collect(),
        runs: lines.join("\n"),
    }
}

fn machines(examples: &[Example], vocabulary: &Vocabulary, post: bool) -> BTreeMap<Head, Machine> {
    let rows = vocabulary.rows(examples);
    let heads = Head::all().filter(|head| {
        let labels = examples.iter().map(|example| example.labels[head.index()]);
        labels.filter(|label| *label > 0).count() > 1
    });
    heads.map(|head| (head, machine(head, examples, &rows, vocabulary.runs.len(), post))).collect()
}

/// Dual coordinate descent for one head against all others (Hsieh and others, 2008).
fn machine(head: Head, examples: &[Example], rows: &[Vec<u32>], width: usize, post: bool) -> Machine {
    struct Row<'r> {
        runs: &'r [u32],
        size: f32,
        voice: Vec<f32>,
        label: f32,
        alpha: f32,
        norm: f32,
        damp: f32,
    }
    let mut taught: Vec<Row<'_>> = examples
        .iter()
        .zip(rows)
        .filter(|(example, _)| example.labels[head.index()] != 0)
        .map(|(example, runs)| {
            let size = (runs.len().max(1) as f32).sqrt().recip();
            let voice: Vec<f32> = head.kin().map(|kin| root(example.votes.of(kin)) * VOICE).collect();
            let worth = match (example.post, post) {
                (true, true) | (false, false) => 1.0,
                (true, false) => POST_FOR_LINES,
                (false, true) => LINE_FOR_POSTS,
            };
            let damp = 0.5 / (COST * worth * example.worth);
            let voiced: f32 = voice.iter().map(|one| one * one).sum();
            let norm = runs.len() as f32 * size * size + voiced + 1.0;
            let label = f32::from(example.labels[head.index()]);
            Row { runs, size, voice, label, alpha: 0.0, norm, damp }
        })
        .collect();
    let mut machine = Machine { weights: vec![0.0; width], voice: vec![0.0; head.kin().count()], bias: 0.0 };
    let mut order: Vec<usize> = (0..taught.len()).collect();
    let mut seed = 0x2545_f491_4f6c_dd1d_u64;
    for _ in 0..ROUNDS {
        shuffle(&mut order, &mut seed);
        for &at in &order {
            let row = &mut taught[at];
            let runs: f32 = row.runs.iter().map(|&run| machine.weights[run as usize]).sum();
            let voices: f32 =
                machine.voice.iter().zip(&row.voice).map(|(weight, voice)| weight * voice).sum();
            let score = runs * row.size + voices + machine.bias;
            let slope = row.label * score - 1.0 + row.damp * row.alpha;
            let before = row.alpha;
            row.alpha = (before - slope / (row.norm + row.damp)).max(0.0);
            let step = (row.alpha - before) * row.label;
            if step != 0.0 {
                for &run in row.runs {
                    machine.weights[run as usize] += step * row.size;
                }
                for (weight, voice) in machine.voice.iter_mut().zip(&row.voice) {
                    *weight += step * voice;
                }
                machine.bias += step;
            }
        }
    }
    machine
}

/// The same order for the same seed, everywhere.
fn shuffle(order: &mut [usize], seed: &mut u64) {
    for at in (1..order.len()).rev() {
        *seed ^= *seed << 13;
        *seed ^= *seed >> 7;
        *seed ^= *seed << 17;
        order.swap(at, (*seed % (at as u64 + 1)) as usize);
    }
}
