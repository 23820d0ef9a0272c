//! `lianxin demo`: an invented world on this machine, with a page of phones side by side.

use std::{
    net::{IpAddr, SocketAddr},
    path::PathBuf,
    process::ExitCode,
};

use anyhow::Context;
use clap::Args;
use tokio::net::TcpListener;

use super::{problems, start_logging, stop_signal};
use crate::{
    app::{Clock, Shipped},
    playground::{self, LINGWU, Playground},
    store::organisation::Organisation,
    web::{listener, simulator},
};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Port of the page and the doors
    #[arg(long, value_name = "PORT")]
    port: Option<u16>,
    /// Address to listen on
    #[arg(long, value_name = "ADDR")]
    listen: Option<IpAddr>,
    /// Keep the world here (DIR/lianxin.db) and go on with it next time; absent: a fresh one that is removed at the end
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

pub(super) async fn run(arguments: Arguments) -> anyhow::Result<ExitCode> {
    start_logging();
    let config = playground::demo_config(std::env::vars()).map_err(problems)?;
    let listen = SocketAddr::new(
        arguments.listen.unwrap_or(config.server.listen.ip()),
        arguments.port.unwrap_or(config.server.listen.port()),
    );
    let organisation = Organisation::from_toml(LINGWU.0, LINGWU.1).map_err(problems)?;
    let shipped = Shipped::load()?;
    let temporary = match &arguments.data {
        Some(_) => None,
        None => Some(playground::temporary_directory().context("cannot make a temporary directory")?),
    };
    let directory = match (&arguments.data, &temporary) {
        (Some(data), _) => data.clone(),
        (None, Some(temporary)) => temporary.path().to_owned(),
        (None, None) => std::env::temp_dir(),
    };
    let database = playground::database_in(&directory);
    let world = Playground::open(&shipped, &database, &config, &organisation, Clock::System)
        .await
        .with_context(|| format!("cannot open {}", database.display()))?;
    let bound = TcpListener::bind(listen)
        .await
        .with_context(|| format!("cannot listen on {listen}; another port: lianxin demo --port 8081"))?;
    let address = bound.local_addr()?;
    let console = world.console_account().await.context("cannot make the console's demo account")?;
    let account = &config.official_account;
    say!("党群连心演示已启动，浏览器打开  http://{address}/")?;
    say!("  回调网址  http://{address}{}", account.path)?;
    say!("  Token     {}", account.token.0)?;
    say!("  AppID     {}", account.app_id)?;
    say!("  AESKey    {}", account.encoding_aes_key.0)?;
    say!("  方式      {}", account.mode)?;
    say!("  数据      {}", database.display())?;
    say!("  管理后台  http://{address}/console/   账号 {}   密码 {}", console.name, console.password)?;
    say!("按 Ctrl-C 结束。")?;
    let app = world.app.clone();
    let router =
        simulator::router(world, &organisation, &config, address, &directory, console).map_err(problems)?;
    listener::serve(bound, router, stop_signal()).await;
    app.stop();
    Ok(ExitCode::SUCCESS)
}
