//! `lianxin serve`: a real account.

use std::process::ExitCode;

use anyhow::Context;
use tokio::net::TcpListener;

use super::{ConfigFile, problems, start_logging, stop_signal};
use crate::{
    app::{App, Clock, Setup},
    channel::official_account::Mode,
    store::Purpose,
    web::{
        self, Paths,
        console::{self, Door},
        listener,
    },
};

pub(super) async fn run(file: ConfigFile) -> anyhow::Result<ExitCode> {
    start_logging();
    let config = file.load()?;
    let (account, bridge) = config.doors(&file.name()).map_err(problems)?;
    if account.mode() == Mode::Plain {
        tracing::warn!(
            "明文模式：签名不管消息内容，谁看到过一次网址就能冒充居民。请在公众号后台改成安全模式，并设 mode = \"secure\""
        );
    }
    let shipped = file.shipped(&config)?;
    let app = App::start(
        &shipped,
        Setup {
            database: config.store.path.clone(),
            purpose: Purpose::Serve,
            office: config.office(),
            account,
            bridge,
            clock: Clock::System,
            wording: None,
        },
    )
    .await?;
    if app.store.directory().borrow().communities.is_empty() {
        tracing::warn!("no organisation yet: import one with `lianxin org import FILE`");
    }
    let listen = config.server.listen;
    let bound = TcpListener::bind(listen).await.with_context(|| format!("cannot listen on {listen}"))?;
    let paths = Paths {
        account: config.official_account.path.clone(),
        bridge: config.bridge.as_ref().map(|b| b.path.clone()),
        metrics: false,
    };
    if let Some(admin) = config.server.admin_listen {
        let bound = TcpListener::bind(admin).await.with_context(|| format!("cannot listen on {admin}"))?;
        let door = Door { proxy: config.server.admin_proxy, demo: None };
        let router =
            web::admin_router(app.clone()).merge(console::router(app.clone(), door).map_err(problems)?);
        if app.accounts.all().await?.is_empty() {
            tracing::warn!(
                "no console account yet: make one with `lianxin user add NAME --role system_admin`"
            );
        }
        tokio::spawn(listener::serve(bound, router, std::future::pending()));
    }
    tracing::info!(%listen, path = paths.account, "serving");
    listener::serve(bound, web::router(app.clone(), &paths), stop_signal()).await;
    app.stop();
    Ok(ExitCode::SUCCESS)
}
