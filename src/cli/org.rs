//! `lianxin org …`: the organisation.

use std::{path::PathBuf, process::ExitCode};

use anyhow::Context;
use clap::{Args, Subcommand};

use super::{ConfigFile, problems};
use crate::store::organisation::{Foreseen, Organisation};

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Take in an organisation file; a running service follows at its next message
    #[command(after_help = "Example:\n  lianxin org import --dry-run fixtures/seed/lingwu.toml")]
    Import(Import),
}

#[derive(Debug, Args)]
pub(super) struct Import {
    /// Communities, estates, grids, groups and people, in TOML
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Check the file and tell what it would take away; take in nothing
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    config: ConfigFile,
}

pub(super) async fn run(command: Command) -> anyhow::Result<ExitCode> {
    let Command::Import(arguments) = command;
    let name = arguments.file.display().to_string();
    let text = std::fs::read_to_string(&arguments.file).with_context(|| format!("cannot read {name}"))?;
    let organisation = Organisation::from_toml(&name, &text).map_err(problems)?;
    if arguments.dry_run && !arguments.config.load()?.store.path.exists() {
        say!("文件没有问题。还没有数据库，不会丢掉什么。试运行，没有导入。")?;
        return Ok(ExitCode::SUCCESS);
    }
    let store = arguments.config.open_store()?;
    let unknown = organisation.unknown_categories(&name, &store.standing().taxonomy);
    if !unknown.is_empty() {
        return Err(problems(unknown));
    }
    let dropped = store.would_change(organisation.clone()).await?;
    let warning = warning(&dropped);
    if arguments.dry_run {
        let nothing = "和现在的组织比，不会丢掉什么。".to_owned();
        say!("文件没有问题。{}", warning.unwrap_or(nothing))?;
        if dropped.moved > 0 {
            say!("网格调整：{} 件没办完的单子会跟着楼走，原来归网格员办的换给新的网格员", dropped.moved)?;
        }
        say!("试运行，没有导入。")?;
        return Ok(ExitCode::SUCCESS);
    }
    if let Some(warning) = warning {
        eprintln!("{warning}");
    }
    let imported = store.import(organisation).await?;
    say!(
        "社区和村 {} 个，小区 {} 个，网格 {} 个，群 {} 个；本文件人员 {} 名，单子 {} 件",
        imported.communities,
        imported.estates,
        imported.grids,
        imported.groups,
        imported.people,
        imported.tickets
    )?;
    if imported.moved > 0 {
        say!("网格调整：{} 件没办完的单子跟着楼走，原来归网格员办的换给新的网格员", imported.moved)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// What an import takes away, in words; `None`: nothing.
fn warning(dropped: &Foreseen) -> Option<String> {
    let lists = [
        ("人员（导入后不再有职务）", &dropped.people),
        ("社区和村", &dropped.communities),
        ("小区", &dropped.estates),
        ("网格", &dropped.grids),
        ("群", &dropped.groups),
        ("部门", &dropped.departments),
        ("派单表", &dropped.routes),
    ];
    let lines: Vec<_> = lists
        .iter()
        .filter(|(_, names)| !names.is_empty())
        .map(|(what, names)| format!("\n  {what}：{}", names.join("、")))
        .collect();
    (!lines.is_empty()).then(|| format!("注意，现在有、文件里没有的，导入后就没有了：{}", lines.concat()))
}
