//! `lianxin chat`: the terminal as a phone, in a demo world of its own.

use std::{
    io::{IsTerminal, Write},
    process::ExitCode,
};

use clap::Args;
use tokio::io::{AsyncBufReadExt, BufReader};

use super::problems;
use crate::{
    app::{Clock, Shipped},
    domain::message::Content,
    playground::{self, LINGWU, Playground},
    store::organisation::Organisation,
};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Who you are: 张婶 李叔 王大姐 小马 小王 …; a name nobody has is a newcomer
    #[arg(long = "as", value_name = "NAME", default_value = "张婶")]
    name: String,
}

pub(super) async fn run(arguments: Arguments) -> anyhow::Result<ExitCode> {
    let shipped = Shipped::load()?;
    let organisation = Organisation::from_toml(LINGWU.0, LINGWU.1).map_err(problems)?;
    let config = playground::demo_config(std::env::vars()).map_err(problems)?;
    let directory = playground::temporary_directory()?;
    let database = playground::database_in(directory.path());
    let world = Playground::open(&shipped, &database, &config, &organisation, Clock::System).await?;
    let interactive = std::io::stdin().is_terminal();
    let mut name = arguments.name;
    say!("您是{name}。打一句话试试；换人打 /as 小马，退出按 Ctrl-D。")?;
    let mut lines = BufReader::new(tokio::io::stdin()).lines();
    let mut seen = world.app.store.last_line().await?;
    loop {
        if interactive {
            let mut out = std::io::stdout();
            write!(out, "{name}> ")?;
            out.flush()?;
        }
        let Some(line) = lines.next_line().await? else { break };
        if let Some(other) = line.strip_prefix("/as ") {
            name = other.trim().to_owned();
            say!("您现在是{name}。")?;
            continue;
        }
        if line.trim().is_empty() {
            continue;
        }
        let person = organisation.people.iter().find(|p| p.name == name);
        let sender =
            person.and_then(|p| p.wechat.clone()).unwrap_or_else(|| format!("oTerminal{}", name.len()));
        let sent = world.privately(&sender, &Content::Text(line));
        let response = world.deliver(&sent).await?;
        say!("{}", response.text.unwrap_or_else(|| "（没有回话）".into()))?;
        for line in world.app.store.lines_after(seen).await? {
            seen = line.seq;
            let to = match line.target.split_once(':') {
                Some(("group", id)) => format!("群 {id}"),
                Some((_user, id)) => organisation
                    .people
                    .iter()
                    .find(|p| p.gateway.as_deref() == Some(id))
                    .map_or_else(|| id.to_owned(), |p| p.name.clone()),
                None => "对方下次说话时".into(),
            };
            say!("  → {to}: {}", line.text.replace('\n', "\n    "))?;
        }
    }
    world.app.stop();
    Ok(ExitCode::SUCCESS)
}
