//! `lianxin verify`: is the ledger what its history says?

use std::{path::PathBuf, process::ExitCode};

use clap::Args;

use super::ConfigFile;
use crate::{
    app::{Clock, Shipped, open_store},
    domain::world::Office,
    store::Purpose,
};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    config: ConfigFile,
    /// A demo's data directory instead of the configured store
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

pub(super) async fn run(arguments: Arguments) -> anyhow::Result<ExitCode> {
    let store = match &arguments.data {
        Some(directory) => {
            let database = crate::playground::database_in(directory);
            open_store(&Shipped::load()?, database, Purpose::Demo, &Office::default(), &Clock::System)?
        }
        None => arguments.config.open_store()?,
    };
    let report = store.verify().await?;
    say!(
        "events {} · tickets {} · deliveries {} · head {}",
        report.events,
        report.tickets,
        report.deliveries,
        report.head
    )?;
    for fault in &report.faults {
        say!("FAULT {fault}")?;
    }
    if report.faults.is_empty() {
        say!("clean")?;
        Ok(ExitCode::SUCCESS)
    } else {
        Ok(ExitCode::FAILURE)
    }
}
