//! Measuring and learning: labelled rows in, figures or a learnt layer out. No store.

use std::{path::Path, process::ExitCode};

use anyhow::Context;

use super::{Eval, Learn, files};
use crate::{
    app::Shipped,
    understand::{
        Evaluation, LabelledRow, Lexicon, evaluate, evaluate::right_places, evaluate_parts,
        learn as learning, understand,
    },
};

fn rows(path: &Path) -> anyhow::Result<Vec<LabelledRow>> {
    let name = path.display();
    let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {name}"))?;
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    let parsed = lines.map(|(index, line)| {
        serde_json::from_str(line).with_context(|| format!("{name}:{}: not a labelled row", index + 1))
    });
    parsed.collect()
}

/// The shipped dictionaries, or those of a directory, with the places of the demo world.
fn dictionaries(dir: Option<&Path>) -> anyhow::Result<Lexicon> {
    let shipped = Shipped::load()?;
    match dir {
        None => Ok(shipped.demo_lexicon()),
        Some(dir) => Ok(files::directory(dir)?.with_places(shipped.demo_lexicon().estates())),
    }
}

/// Leaves only the first line of each text.
fn titles(rows: &mut [LabelledRow]) {
    for row in rows {
        row.text.truncate(row.text.find('\n').unwrap_or(row.text.len()));
    }
}

pub(super) fn eval(arguments: &Eval) -> anyhow::Result<ExitCode> {
    let mut rows = rows(&arguments.file)?;
    if arguments.titles {
        titles(&mut rows);
    }
    let lexicon = dictionaries(arguments.dir.as_deref())?;
    let lexicon = if arguments.curated { lexicon.curated() } else { lexicon };
    let result = evaluate(&rows, &lexicon);
    if arguments.json {
        say!("{}", serde_json::to_string(&result)?)?;
        return Ok(ExitCode::SUCCESS);
    }
    if arguments.misses {
        misses(&rows, &lexicon)?;
    }
    say!("{}", serde_json::to_string_pretty(&result)?)?;
    Ok(ExitCode::SUCCESS)
}

fn misses(rows: &[LabelledRow], lexicon: &Lexicon) -> anyhow::Result<()> {
    for row in rows {
        let got = understand(&row.text, lexicon);
        let wrong_category = row.primary.is_some_and(|right| right != got.category);
        let wrong_act = row.act.is_some_and(|right| right != got.act);
        let wrong_urgency = row.urgency.is_some_and(|right| right != got.urgency);
        let wrong_places = row.places.as_ref().is_some_and(|right| !right_places(right, &got));
        if wrong_category || wrong_act || wrong_urgency || wrong_places {
            let wanted = row.primary.map_or("-", |category| category.code());
            let act = row.act.map_or("-", |act| act.code());
            let urgency = row.urgency.map_or("-", |urgency| urgency.code());
            say!(
                "{wanted} {act} {urgency} ≠ {} {} {}  {}",
                got.subcategory,
                got.act,
                got.urgency,
                row.text.replace('\n', " ⏎ ")
            )?;
        }
        if wrong_places {
            let found: Vec<_> = got.places.iter().map(|place| place.text.as_str()).collect();
            say!(
                "    {} ≠ {}",
                row.places.iter().flatten().cloned().collect::<Vec<_>>().join("、"),
                found.join("、")
            )?;
        }
    }
    Ok(())
}

pub(super) fn learn(arguments: &Learn) -> anyhow::Result<ExitCode> {
    let lexicon = dictionaries(arguments.dir.as_deref())?.curated();
    let mut taught = vec![];
    for file in &arguments.files {
        taught.extend(rows(file)?);
    }
    if let Some(file) = &arguments.measure {
        let learned = learning::learn(&taught, &lexicon).load("learnt").map_err(crate::cli::problems)?;
        let (measured, lexicon) = (rows(file)?, lexicon.with_learned(learned));
        if arguments.misses {
            misses(&measured, &lexicon)?;
        }
        say!("{}", serde_json::to_string_pretty(&evaluate(&measured, &lexicon))?)?;
        return Ok(ExitCode::SUCCESS);
    }
    match arguments.folds {
        None => {
            let text = toml::to_string(&learning::learn(&taught, &lexicon))?;
            let text = format!("{HEADER}{text}");
            match &arguments.output {
                Some(path) => {
                    std::fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))?;
                }
                None => say!("{}", text.trim_end())?,
            }
        }
        Some(folds) => {
            let mut extra = vec![];
            for file in &arguments.extra {
                extra.extend(rows(file)?);
            }
            let result = cross_validate(&taught, &extra, folds, arguments, &lexicon)?;
            say!("{}", serde_json::to_string_pretty(&result)?)?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// The first line of the file, for whoever opens it.
const HEADER: &str = "# 学来的权重，由 `lianxin dict learn` 生成，不要手改。\n";

/// Every row measured by a layer that has not seen its group.
fn cross_validate(
    rows: &[LabelledRow],
    extra: &[LabelledRow],
    folds: u32,
    arguments: &Learn,
    lexicon: &Lexicon,
) -> anyhow::Result<Evaluation> {
    let mut parts: Vec<(Vec<LabelledRow>, Lexicon)> = vec![];
    for fold in 0..folds {
        let (mut measured, mut taught): (Vec<_>, Vec<_>) =
            rows.iter().cloned().partition(|row| fold_of(row, folds) == fold);
        taught.extend(extra.iter().cloned());
        if arguments.titles {
            titles(&mut measured);
        }
        let learned = learning::learn(&taught, lexicon).load("fold");
        let taught = lexicon.with_learned(learned.map_err(crate::cli::problems)?);
        eprintln!("fold {}/{folds}", fold + 1);
        if arguments.misses {
            say!("# fold {}", fold + 1)?;
            misses(&measured, &taught)?;
        }
        parts.push((measured, taught));
    }
    Ok(evaluate_parts(&parts))
}

/// Rows of one group go into one fold, whatever their order in the file.
fn fold_of(row: &LabelledRow, folds: u32) -> u32 {
    let key = if row.group.is_empty() { &row.text } else { &row.group };
    // FNV-1a, then mixed: the same fold on every machine.
    let hash = key.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    });
    ((hash ^ hash >> 29) % u64::from(folds)) as u32
}
