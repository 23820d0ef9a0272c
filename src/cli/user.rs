//! `lianxin user …`: console accounts. The first one is made here; nobody has a default password.

use std::{
    io::{BufRead, IsTerminal},
    process::ExitCode,
};

use anyhow::{Context, bail};
use clap::{
    Args, Subcommand,
    builder::{PossibleValuesParser, TypedValueParser},
};

use super::{ConfigFile, problems};
use crate::{
    app::{
        Clock,
        accounts::{Accounts, Outcome},
    },
    domain::account::{AccountId, Post, Refusal},
    web::console::Wording,
};

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Make an account
    #[command(after_help = "Example:\n  lianxin user add 王芳 --role system_admin")]
    Add {
        /// The person's own name
        name: String,
        /// What the account is for
        #[arg(long, value_parser = posts())]
        role: Post,
        #[command(flatten)]
        password: PasswordFrom,
        #[command(flatten)]
        config: ConfigFile,
    },
    /// Set a password; ends the account's sessions
    #[command(after_help = "Example:\n  lianxin user passwd 王芳")]
    Passwd {
        /// The account's name
        name: String,
        #[command(flatten)]
        password: PasswordFrom,
        #[command(flatten)]
        config: ConfigFile,
    },
    /// Give another post
    #[command(after_help = "Example:\n  lianxin user role 王芳 auditor")]
    Role {
        /// The account's name
        name: String,
        /// What the account is for from now on
        #[arg(value_parser = posts())]
        role: Post,
        #[command(flatten)]
        config: ConfigFile,
    },
    /// Close an account and end its sessions; what was done with it stays on record
    #[command(after_help = "Example:\n  lianxin user disable 王芳")]
    Disable {
        /// The account's name
        name: String,
        #[command(flatten)]
        config: ConfigFile,
    },
    /// Open a closed account again
    #[command(after_help = "Example:\n  lianxin user enable 王芳")]
    Enable {
        /// The account's name
        name: String,
        #[command(flatten)]
        config: ConfigFile,
    },
    /// List all accounts
    #[command(after_help = "Example:\n  lianxin user list")]
    List {
        #[command(flatten)]
        config: ConfigFile,
    },
}

#[derive(Debug, Args)]
pub(super) struct PasswordFrom {
    /// Read the password from standard input instead of asking for it
    #[arg(long)]
    password_stdin: bool,
}

pub(super) async fn run(command: Command) -> anyhow::Result<ExitCode> {
    let words = Wording::load().map_err(problems)?;
    match command {
        Command::Add { name, role, password, config } => {
            let accounts = accounts(&config)?;
            let password = password.read()?;
            said(&words, accounts.add(&name, role, password, None).await)?;
            say!("{name} {role}")?;
        }
        Command::Passwd { name, password, config } => {
            let accounts = accounts(&config)?;
            let id = named(&words, &accounts, &name).await?;
            said(&words, accounts.set_password(id, password.read()?, None).await)?;
        }
        Command::Role { name, role, config } => {
            let accounts = accounts(&config)?;
            let id = named(&words, &accounts, &name).await?;
            said(&words, accounts.set_post(id, role, None).await)?;
        }
        Command::Disable { name, config } => {
            let accounts = accounts(&config)?;
            let id = named(&words, &accounts, &name).await?;
            said(&words, accounts.set_disabled(id, true, None).await)?;
        }
        Command::Enable { name, config } => {
            let accounts = accounts(&config)?;
            let id = named(&words, &accounts, &name).await?;
            said(&words, accounts.set_disabled(id, false, None).await)?;
        }
        Command::List { config } => {
            for account in accounts(&config)?.all().await? {
                let state = if account.disabled { "disabled" } else { "active" };
                let login = account.login_at.map_or_else(|| "-".into(), |at| at.to_string());
                say!("{}\t{}\t{state}\t{login}", account.name.as_str(), account.post)?;
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn accounts(config: &ConfigFile) -> anyhow::Result<Accounts> {
    Ok(Accounts::new(config.open_store()?, Clock::System))
}

async fn named(words: &Wording, accounts: &Accounts, name: &str) -> anyhow::Result<AccountId> {
    said(words, accounts.named(name).await)
}

fn said<T>(words: &Wording, outcome: Outcome<T>) -> anyhow::Result<T> {
    outcome?.map_err(|refusal: Refusal| anyhow::anyhow!("{}", words.refusal(refusal)))
}

fn posts() -> impl TypedValueParser<Value = Post> {
    PossibleValuesParser::new(Post::ALL.iter().map(|post| post.code()))
        .try_map(|code| Post::from_code(&code).ok_or("no such role"))
}

impl PasswordFrom {
    /// From the terminal without showing it, twice; or the first line of standard input.
    fn read(&self) -> anyhow::Result<String> {
        if self.password_stdin {
            let mut line = String::new();
            std::io::stdin().lock().read_line(&mut line).context("cannot read standard input")?;
            return Ok(line.trim_end_matches(['\r', '\n']).to_owned());
        }
        if !std::io::stdin().is_terminal() {
            bail!("no terminal to ask for a password: use --password-stdin");
        }
        let password = rpassword::prompt_password("密码(看不见输入):")?;
        if password != rpassword::prompt_password("再输一遍:")? {
            bail!("两次输入不一样");
        }
        Ok(password)
    }
}
