//! `lianxin sim FILE…`: run transcripts as the tests do.

use std::{path::PathBuf, process::ExitCode};

use anyhow::Context;
use clap::Args;

use super::{problems, start_logging};
use crate::{app::Shipped, playground, store::organisation::Organisation, transcript};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Transcripts (.chat)
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Rewrite the expectations to what happened
    #[arg(long)]
    bless: bool,
    /// Another world than the one that the transcript names: an organisation file
    #[arg(long, value_name = "FILE")]
    world: Option<PathBuf>,
}

pub(super) async fn run(arguments: Arguments) -> anyhow::Result<ExitCode> {
    start_logging();
    let shipped = Shipped::load()?;
    let own = match &arguments.world {
        Some(path) => {
            let text =
                std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
            Some(Organisation::from_toml(&path.display().to_string(), &text).map_err(problems)?)
        }
        None => None,
    };
    let mut failed = 0;
    for path in &arguments.files {
        let name = path.display().to_string();
        let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {name}"))?;
        let script = transcript::parse(&name, &text).map_err(problems)?;
        let organisation = match &own {
            Some(own) => own.clone(),
            None => playground::seed(&script.seed).map_err(problems)?,
        };
        let outcome = transcript::run(&shipped, &organisation, &script).await?;
        if outcome.differences.is_empty() {
            say!("ok    {name}")?;
        } else if arguments.bless {
            std::fs::write(path, &outcome.blessed).with_context(|| format!("cannot write {name}"))?;
            say!("bless {name}")?;
            // What cannot be blessed: assertions on tickets, and what `verify` found.
            for difference in outcome.differences.iter().filter(|d| !d.contains('>') && !d.contains('<')) {
                say!("      {difference}")?;
            }
        } else {
            failed += 1;
            say!("FAIL  {name}")?;
            for difference in &outcome.differences {
                say!("      {difference}")?;
            }
        }
    }
    Ok(if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
