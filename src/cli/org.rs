//! `lianxin org …`: the organisation.

use std::{path::PathBuf, process::ExitCode};

use anyhow::Context;
use clap::{Args, Subcommand};

use super::{ConfigFile, problems};
use crate::store::organisation::Organisation;

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Take in an organisation file; a running service follows at its next message
    #[command(after_help = "Example:\n  lianxin org import fixtures/seed/lingwu.toml")]
    Import(Import),
}

#[derive(Debug, Args)]
pub(super) struct Import {
    /// Communities, estates, grids, groups and people, in TOML
    #[arg(value_name = "FILE")]
    file: PathBuf,
    #[command(flatten)]
    config: ConfigFile,
}

pub(super) async fn run(command: Command) -> anyhow::Result<ExitCode> {
    let Command::Import(arguments) = command;
    let name = arguments.file.display().to_string();
    let text = std::fs::read_to_string(&arguments.file).with_context(|| format!("cannot read {name}"))?;
    let organisation = Organisation::from_toml(&name, &text).map_err(problems)?;
    let store = arguments.config.open_store()?;
    let imported = store.import(organisation).await?;
    say!(
        "社区和村 {} 个,小区 {} 个,网格 {} 个,群 {} 个;本文件人员 {} 名,单子 {} 件",
        imported.communities,
        imported.estates,
        imported.grids,
        imported.groups,
        imported.people,
        imported.tickets
    )?;
    Ok(ExitCode::SUCCESS)
}
