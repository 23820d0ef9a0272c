//! The command line: one file per command. Exit codes: 0 done, 1 failed, 2 wrong usage.

/// Prints a line. Unlike `println!` it does not panic when nobody reads any more: [`run`] takes that for the end.
macro_rules! say {
    ($($words:tt)*) => {{
        use std::io::Write as _;
        writeln!(std::io::stdout(), $($words)*)
    }};
}

mod bind;
mod calendar;
mod chat;
mod classify;
mod demo;
mod dict;
mod doctor;
mod ledger;
mod org;
mod serve;
mod sim;
mod user;
mod verify;

use std::{io::IsTerminal, path::PathBuf, process::ExitCode};

use anyhow::{Context, anyhow};
use clap::{Args, Parser, Subcommand};

use crate::{
    app::{Clock, Shipped, open_store},
    config::Config,
    domain::problem::Problem,
    store::{Purpose, Store},
};

/// 党群连心: residents' sentences become tickets, and tickets come to their end.
#[derive(Debug, Parser)]
#[command(name = "lianxin", version, about, max_term_width = 100)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Start an invented world with a page to try it: phones side by side
    #[command(after_help = "Example:\n  lianxin demo --port 8080 --data ./demo")]
    Demo(demo::Arguments),
    /// Serve a real account
    #[command(after_help = "Example:\n  lianxin serve --config /etc/lianxin/lianxin.toml")]
    Serve(ConfigFile),
    /// Chat in the terminal, in a demo world of its own
    #[command(after_help = "Example:\n  lianxin chat --as 张婶")]
    Chat(chat::Arguments),
    /// Run .chat transcripts and tell what differs
    #[command(after_help = "Example:\n  lianxin sim fixtures/transcripts/water/pipe.chat")]
    Sim(sim::Arguments),
    /// Say how each line of a text is understood
    #[command(after_help = "Example:\n  echo 3号楼路灯不亮 | lianxin classify --json")]
    Classify(classify::Arguments),
    /// Work on the dictionaries
    #[command(subcommand)]
    Dict(dict::Command),
    /// Work on the organisation
    #[command(subcommand)]
    Org(org::Command),
    /// Work on the accounts of the console
    #[command(subcommand)]
    User(user::Command),
    /// The ledger 台账: write it to a file, print its figures
    #[command(subcommand)]
    Ledger(ledger::Command),
    /// Say what a file of local days off would change; takes in nothing
    #[command(after_help = "Example:\n  lianxin calendar fixtures/calendar/local-demo.toml")]
    Calendar(calendar::Arguments),
    /// Print a one-time code with which somebody of the organisation binds their chat account
    #[command(after_help = "Example:\n  lianxin bind 小马")]
    Bind(bind::Arguments),
    /// Check the history's hash chain, and that every ticket is the fold of its events
    #[command(after_help = "Example:\n  lianxin verify --config lianxin.toml")]
    Verify(verify::Arguments),
    /// Print what the platform's console must be told, and check it against ourselves
    #[command(after_help = "Example:\n  lianxin doctor --config lianxin.toml")]
    Doctor(ConfigFile),
}

/// Which settings file to read.
#[derive(Debug, Args)]
pub(crate) struct ConfigFile {
    /// Settings file; absent and not given: the environment alone
    #[arg(long, value_name = "FILE", env = "LIANXIN_CONFIG", default_value = "lianxin.toml")]
    config: PathBuf,
}

/// Runs a command. Whoever reads its output may stop reading (`lianxin classify … | head`): that ends it well.
pub fn run(cli: Cli) -> anyhow::Result<ExitCode> {
    match execute(cli.command) {
        Err(error) if is_nobody_reading(&error) => Ok(ExitCode::SUCCESS),
        done => done,
    }
}

fn is_nobody_reading(error: &anyhow::Error) -> bool {
    error
        .chain()
        .filter_map(|cause| cause.downcast_ref::<std::io::Error>())
        .any(|cause| cause.kind() == std::io::ErrorKind::BrokenPipe)
}

fn execute(command: Command) -> anyhow::Result<ExitCode> {
    match command {
        Command::Demo(arguments) => asynchronous(demo::run(arguments)),
        Command::Serve(config) => asynchronous(serve::run(config)),
        Command::Chat(arguments) => asynchronous(chat::run(arguments)),
        Command::Sim(arguments) => asynchronous(sim::run(arguments)),
        Command::Classify(arguments) => classify::run(&arguments),
        Command::Dict(command) => dict::run(command),
        Command::Org(command) => asynchronous(org::run(command)),
        Command::User(command) => asynchronous(user::run(command)),
        Command::Ledger(command) => asynchronous(ledger::run(command)),
        Command::Calendar(arguments) => calendar::run(&arguments),
        Command::Bind(arguments) => asynchronous(bind::run(arguments)),
        Command::Verify(arguments) => asynchronous(verify::run(arguments)),
        Command::Doctor(config) => doctor::run(&config),
    }
}

fn asynchronous(work: impl Future<Output = anyhow::Result<ExitCode>>) -> anyhow::Result<ExitCode> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let done = runtime.block_on(work);
    // A dry run may still be reading tickets; nothing hangs on it, and nobody waits minutes for a service to stop.
    runtime.shutdown_timeout(std::time::Duration::from_secs(2));
    done
}

/// Log lines to standard error: pretty on a terminal, JSON otherwise. `LIANXIN_LOG` sets the level.
fn start_logging() {
    let filter = tracing_subscriber::EnvFilter::try_from_env("LIANXIN_LOG")
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("info"));
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    if std::io::stderr().is_terminal() {
        builder.with_target(false).init();
    } else {
        builder.json().init();
    }
}

fn problems(problems: Vec<Problem>) -> anyhow::Error {
    anyhow!(problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))
}

impl ConfigFile {
    fn name(&self) -> String {
        self.config.display().to_string()
    }

    fn load(&self) -> anyhow::Result<Config> {
        let text = match std::fs::read_to_string(&self.config) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
            Err(error) => return Err(error).with_context(|| format!("cannot read {}", self.name())),
        };
        Config::load(&self.name(), &text, std::env::vars(), None).map_err(problems)
    }

    /// The data files as these settings want them.
    fn shipped(&self, config: &Config) -> anyhow::Result<Shipped> {
        let shipped = match &config.dictionaries.learned {
            None => Shipped::load()?,
            Some(path) => {
                let text = std::fs::read_to_string(path)
                    .with_context(|| format!("[dictionaries] learned: cannot read {}", path.display()))?;
                Shipped::load_with_learned(&text)
                    .with_context(|| format!("[dictionaries] learned = {}", path.display()))?
            }
        };
        Ok(shipped.chosen(config, &self.name())?)
    }

    /// The store of a real service, without its clockwork.
    fn open_store(&self) -> anyhow::Result<Store> {
        let config = self.load()?;
        let shipped = self.shipped(&config)?;
        let store = open_store(
            &shipped,
            config.store.path.clone(),
            Purpose::Serve,
            &config.office(),
            &Clock::System,
        )?;
        Ok(store)
    }
}

/// Ends at SIGTERM or Ctrl-C; a second signal ends the process at once.
async fn stop_signal() {
    wait_for_signal().await;
    tracing::info!("stopping");
    tokio::spawn(async {
        wait_for_signal().await;
        std::process::exit(1);
    });
}

async fn wait_for_signal() {
    use tokio::signal::unix::{SignalKind, signal};
    let interrupt = tokio::signal::ctrl_c();
    match signal(SignalKind::terminate()) {
        Ok(mut terminate) => tokio::select! {
            _ = interrupt => {}
            _ = terminate.recv() => {}
        },
        // Without a handler SIGTERM still ends the process, only less politely.
        Err(_) => drop(interrupt.await),
    }
}
