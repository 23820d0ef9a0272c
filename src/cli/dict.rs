//! `lianxin dict …`: work on the dictionaries. Editing, drafts and versions come with the admin's loop.

use std::{path::PathBuf, process::ExitCode};

use anyhow::Context;
use clap::{Args, Subcommand};

use crate::{
    app::Shipped,
    understand::{LabelledRow, evaluate},
};

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Measure the dictionaries on labelled messages (JSON lines)
    #[command(after_help = "Example:\n  lianxin dict eval labelled.jsonl")]
    Eval(Eval),
}

#[derive(Debug, Args)]
pub(super) struct Eval {
    /// Rows with `text`, `primary` and, where known, `secondary`, `kind`, `act`, `urgency`, `places`
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Print everything as JSON
    #[arg(long)]
    json: bool,
}

pub(super) fn run(command: &Command) -> anyhow::Result<ExitCode> {
    match command {
        Command::Eval(arguments) => eval(arguments),
    }
}

fn eval(arguments: &Eval) -> anyhow::Result<ExitCode> {
    let name = arguments.file.display();
    let text = std::fs::read_to_string(&arguments.file).with_context(|| format!("cannot read {name}"))?;
    let rows: Vec<LabelledRow> = text
        .lines()
        .enumerate()
        .filter(|(_, line)| !line.trim().is_empty())
        .map(|(index, line)| {
            serde_json::from_str(line).with_context(|| format!("{name}:{}: not a labelled row", index + 1))
        })
        .collect::<anyhow::Result<_>>()?;
    let shipped = Shipped::load()?;
    let result = evaluate(&rows, &shipped.demo_lexicon());
    if arguments.json {
        println!("{}", serde_json::to_string(&result)?);
        return Ok(ExitCode::SUCCESS);
    }
    println!("{}", serde_json::to_string_pretty(&result)?);
    Ok(ExitCode::SUCCESS)
}
