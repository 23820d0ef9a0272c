//! Measuring and learning: labelled rows in, figures or a learnt layer out. No store.

use std::{path::Path, process::ExitCode};

use anyhow::Context;

use super::{Eval, Learn};
use crate::{
    app::Shipped,
    understand::{LabelledRow, Lexicon, evaluate, understand},
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
    let shipped = Shipped::load()?;
    let lexicon = shipped.demo_lexicon();
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
        if wrong_category || wrong_act || wrong_urgency {
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
    }
    Ok(())
}

pub(super) fn learn(_arguments: &Learn) -> anyhow::Result<ExitCode> {
    anyhow::bail!("not yet")
}
