//! `lianxin calendar FILE`: what a file of local days off would change; nothing is taken in.

use std::{path::PathBuf, process::ExitCode};

use anyhow::Context;
use clap::Args;

use super::problems;
use crate::domain::{calendar::Calendar, moment::Weekday};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Local days off, in TOML
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let name = arguments.file.display().to_string();
    let text = std::fs::read_to_string(&arguments.file).with_context(|| format!("cannot read {name}"))?;
    let calendar = Calendar::shipped().with_local(&name, &text).map_err(problems)?;
    for day in calendar.local_days() {
        let change = if day.work { "改为上班" } else { "改为放假" };
        say!("{}（周{}）{change}：{}，{}", day.date, weekday(day.date.weekday()), day.name, day.source)?;
    }
    let days = calendar.local_days().count();
    say!("文件没有问题，改 {days} 天。在设置文件里写 [calendar] local = \"{name}\"，重启后起作用。")?;
    Ok(ExitCode::SUCCESS)
}

fn weekday(day: Weekday) -> &'static str {
    match day {
        Weekday::Monday => "一",
        Weekday::Tuesday => "二",
        Weekday::Wednesday => "三",
        Weekday::Thursday => "四",
        Weekday::Friday => "五",
        Weekday::Saturday => "六",
        Weekday::Sunday => "日",
    }
}
