//! `lianxin doctor`: what the platform's console must be told, checked against ourselves before anybody is asked.

use std::process::ExitCode;

use super::{ConfigFile, problems};
use crate::{
    app::{Clock, random},
    channel::{
        client::Platform,
        crypto::Stamp,
        official_account::{Mode, Query},
    },
    domain::directory::Gap,
};

pub(super) fn run(file: &ConfigFile) -> anyhow::Result<ExitCode> {
    let config = file.load()?;
    let (account, _gateway) = config.doors(&file.name()).map_err(problems)?;
    let section = &config.official_account;
    say!("公众号后台「设置与开发 → 基本配置 → 服务器配置」请这样填：")?;
    say!("  服务器地址（URL）  https://您的域名{}   （反向代理到 {}）", section.path, config.server.listen)?;
    say!("  令牌（Token）      {}", section.token.0)?;
    say!("  EncodingAESKey   {}", section.encoding_aes_key.0)?;
    let mode = match section.mode {
        Mode::Plain => "明文模式（不安全，请改成安全模式）",
        Mode::Compatible => "兼容模式",
        Mode::Secure => "安全模式",
    };
    say!("  消息加解密方式   {mode}")?;
    say!("  数据格式         XML")?;
    say!("  AppID            {}", section.app_id)?;
    if let Some(bridge) = &config.bridge {
        say!("群网关：POST {0}，GET {0}/outbox?after=N，密钥见设置文件", bridge.path)?;
    } else {
        say!("群网关：没有设置，群通知会交给工作人员粘贴")?;
    }

    let nonce = u64::from_be_bytes(random()).to_string();
    let stamp = Stamp::parse(&format!("{:010}", Clock::System.now().seconds()), &nonce)?;
    let platform = Platform::new(&config.account()).map_err(|faults| {
        anyhow::anyhow!(faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))
    })?;
    let query = platform.verification(&stamp, "lianxin-doctor");
    let query: Query = axum::extract::Query::try_from_uri(&format!("{}?{query}", section.path).parse()?)
        .map(|axum::extract::Query(query)| query)?;
    let echoed = account.verify_url(&query)?;
    say!("自检：网址验证 {}", if echoed == "lianxin-doctor" { "通过" } else { "不通过" })?;
    let shipped = file.shipped(&config)?;
    say!("自检：词典、话术、日历 通过（词典 {}）", shipped.lexicon().hash())?;
    let limits = shipped.limits();
    say!("时限：{}（[clocks] profile = \"{}\"）。{}", limits.name, limits.code, limits.note)?;
    say!("  出处：{}", limits.source)?;
    for rule in limits.rules() {
        say!("  {}：{}", rule.name, rule.source)?;
    }
    let local = shipped.calendar().local_days().count();
    match &config.calendar.local {
        Some(path) => say!("本地放假：{local} 天（[calendar] local = {}）", path.display())?,
        None => say!("本地放假：没有设置，只照全国的")?,
    }
    say!("自检：SQLite {}", crate::store::sqlite_version())?;
    let store = file.open_store()?;
    let directory = store.directory().borrow().clone();
    say!(
        "数据库 {}：社区和村 {} 个，小区 {} 个，网格 {} 个",
        store.path().display(),
        directory.communities.len(),
        directory.estates.len(),
        directory.grids.len()
    )?;
    for gap in directory.gaps() {
        say!("  ！{}", told(gap))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// What nobody answers for, and how to mend it in the organisation file.
fn told(gap: Gap<'_>) -> String {
    match gap {
        Gap::Ungridded(estate) => {
            let name = &estate.name.name;
            format!("{name}哪个网格都没管：在一个 [[grid]] 的 covers 里加上 {{ estate = \"{name}\" }}")
        }
        Gap::PartlyGridded(estate) => format!(
            "{}只写了几栋楼归哪个网格，没写的楼都算第一个网格的：写全楼号，或让一个网格管整个小区",
            estate.name.name
        ),
        Gap::Workerless(grid) => format!("{}的网格员已经不在岗：把 worker 改成别人", grid.name),
        Gap::Headless(micro) => {
            format!("{}的微网格长已经不在岗：把 head 改成别人，或者去掉这一行", micro.name)
        }
        Gap::Unstaffed(community) => {
            format!("{}没有工作人员，没人核查、没人协调：在 staff 里写上人", community.name)
        }
        Gap::CatchAll => "没有兜底的人：写上 catch_all，说不清地方的事才有人接".to_owned(),
    }
}
