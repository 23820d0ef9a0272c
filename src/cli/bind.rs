//! `lianxin bind PERSON`: a one-time code for somebody of the organisation.

use std::process::ExitCode;

use anyhow::bail;
use clap::Args;

use super::ConfigFile;
use crate::app::{Clock, random};

/// How long a code is good.
const CODE_MINUTES: i64 = 10;

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The person's key or name in the organisation file
    #[arg(value_name = "PERSON")]
    person: String,
    #[command(flatten)]
    config: ConfigFile,
}

pub(super) async fn run(arguments: Arguments) -> anyhow::Result<ExitCode> {
    let store = arguments.config.open_store()?;
    let by_key = store.person_by_key(arguments.person.clone()).await?;
    let directory = store.directory().borrow().clone();
    let named: Vec<_> = directory.staff.iter().filter(|s| s.name == arguments.person).collect();
    let person = match (by_key, named.as_slice()) {
        (Some(person), _) => person,
        (None, [one]) => one.id,
        (None, []) => {
            let names: Vec<_> = directory.staff.iter().map(|s| s.name.as_str()).collect();
            bail!("没有叫“{}”的工作人员。现有：{}", arguments.person, names.join(" "));
        }
        (None, [..]) => bail!("有{}个人叫“{}”，请用组织文件里的 key", named.len(), arguments.person),
    };
    // Rejection keeps every code equally likely.
    let code = loop {
        let number = u32::from_be_bytes(random()) >> 12;
        if number < 1_000_000 {
            break format!("{number:06}");
        }
    };
    store.issue_code(code.clone(), person, Clock::System.now().plus_minutes(CODE_MINUTES)).await?;
    say!("{code}")?;
    eprintln!("请 {} 在 {CODE_MINUTES} 分钟内给公众号私下发：绑定 {code}", directory.staff_name(person));
    Ok(ExitCode::SUCCESS)
}
