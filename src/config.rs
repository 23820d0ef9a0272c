//! Settings: `lianxin.toml`, then `LIANXIN_SECTION__KEY` (or `…_FILE` for a secret kept in a file), then flags. Every
//! problem is reported at once. Secrets never show in `Debug`.

use std::{
    fmt,
    net::{IpAddr, SocketAddr},
    path::PathBuf,
};

use serde::Deserialize;

use crate::{
    channel::{
        bridge::Bridge,
        official_account::{AccountConfig, ConfigFault, Mode, OfficialAccount},
    },
    domain::{
        problem::{Problem, line_of},
        world::Office,
    },
};

/// The commented example that is shipped.
pub const EXAMPLE: &str = include_str!("../lianxin.example.toml");

/// A text that `Debug` does not show.
#[derive(Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Secret(pub String);

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// All settings.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// `[server]`
    #[serde(default)]
    pub server: Server,
    /// `[store]`
    #[serde(default)]
    pub store: StoreSection,
    /// `[office]`
    #[serde(default)]
    pub office: OfficeSection,
    /// `[dictionaries]`
    #[serde(default)]
    pub dictionaries: DictionarySection,
    /// `[clocks]`
    #[serde(default)]
    pub clocks: ClocksSection,
    /// `[calendar]`
    #[serde(default)]
    pub calendar: CalendarSection,
    /// `[official_account]`
    #[serde(default)]
    pub official_account: AccountSection,
    /// `[bridge]`; absent: no gateway.
    pub bridge: Option<BridgeSection>,
}

/// `[server]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Server {
    /// Where the platform's deliveries arrive.
    pub listen: SocketAddr,
    /// Where `/metrics` and the console are served; absent: nowhere.
    pub admin_listen: Option<SocketAddr>,
    /// The proxy before `admin_listen`, whose `X-Forwarded-For` is believed; absent: none.
    pub admin_proxy: Option<IpAddr>,
}

impl Default for Server {
    fn default() -> Self {
        Self { listen: SocketAddr::from(([127, 0, 0, 1], 8080)), admin_listen: None, admin_proxy: None }
    }
}

/// `[store]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct StoreSection {
    /// The database file.
    pub path: PathBuf,
}

impl Default for StoreSection {
    fn default() -> Self {
        Self { path: "lianxin.db".into() }
    }
}

/// `[dictionaries]`
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct DictionarySection {
    /// A learnt layer of the office's own, as `lianxin dict learn` writes it; absent: the shipped one.
    pub learned: Option<PathBuf>,
}

/// `[clocks]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ClocksSection {
    /// The profile of limits: the code of a shipped one, or the path of the office's own file, ending in `.toml`.
    pub profile: String,
}

impl Default for ClocksSection {
    fn default() -> Self {
        Self { profile: "default".into() }
    }
}

/// `[calendar]`
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct CalendarSection {
    /// The office's own days off, beside the State Council's; absent: none.
    pub local: Option<PathBuf>,
}

/// `[office]`
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct OfficeSection {
    /// Name, as the greeting says it.
    pub name: String,
    /// Called when the bot cannot help.
    pub duty_phone: String,
    /// The gas company's emergency line; empty: 119 is named instead.
    pub gas_phone: String,
}

/// `[official_account]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct AccountSection {
    /// Its name, as residents look for it; empty: it is named after the office.
    pub name: String,
    /// Path of the callback.
    pub path: String,
    /// 令牌.
    pub token: Secret,
    /// AppID.
    pub app_id: String,
    /// EncodingAESKey.
    pub encoding_aes_key: Secret,
    /// The key before the last rotation; empty: none.
    pub previous_encoding_aes_key: Secret,
    /// 原始 ID; empty: not checked.
    pub original_id: String,
    /// plain, compatible or secure.
    pub mode: Mode,
}

impl Default for AccountSection {
    fn default() -> Self {
        Self {
            name: String::new(),
            path: "/wechat".into(),
            token: Secret::default(),
            app_id: String::new(),
            encoding_aes_key: Secret::default(),
            previous_encoding_aes_key: Secret::default(),
            original_id: String::new(),
            mode: Mode::Secure,
        }
    }
}

/// `[bridge]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BridgeSection {
    /// Path of the gateway's door.
    #[serde(default = "bridge_path")]
    pub path: String,
    /// Shared secret, at least 16 bytes.
    pub secret: Secret,
}

fn bridge_path() -> String {
    "/bridge".into()
}

impl Config {
    /// Reads a file's text and the environment over it. `defaults` lie below both (the demo's own values).
    pub fn load(
        file: &str,
        text: &str,
        environment: impl Iterator<Item = (String, String)>,
        defaults: Option<&str>,
    ) -> Result<Self, Vec<Problem>> {
        let toml_problem = |text: &str, error: &toml::de::Error| {
            let line = error.span().map_or(0, |span| line_of(text, span.start));
            vec![Problem::new(file, line, error.message())]
        };
        // Read alone first: its own mistakes are told with their line.
        let own: toml::Table = toml::from_str(text).map_err(|e| toml_problem(text, &e))?;
        if defaults.is_none() {
            toml::from_str::<Self>(text).map_err(|e| toml_problem(text, &e))?;
        }
        let mut table: toml::Table = match defaults {
            Some(defaults) => toml::from_str(defaults).map_err(|e| toml_problem(defaults, &e))?,
            None => toml::Table::new(),
        };
        merge(&mut table, own);
        let mut problems = vec![];
        for (name, value) in environment {
            if let Some(path) = name.strip_prefix("LIANXIN_") {
                overlay(&mut table, &name, path, value, &mut problems);
            }
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        toml::Value::Table(table).try_into().map_err(|error: toml::de::Error| {
            vec![Problem::new(file, 0, format!("{} (after the environment was applied)", error.message()))]
        })
    }

    /// The office as replies name it.
    pub fn office(&self) -> Office {
        let given = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        Office {
            name: self.office.name.clone(),
            account: given(&self.official_account.name),
            duty_phone: self.office.duty_phone.clone(),
            gas_phone: given(&self.office.gas_phone),
        }
    }

    /// The account's door.
    pub fn account(&self) -> AccountConfig {
        let section = &self.official_account;
        let given = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        AccountConfig {
            token: section.token.0.clone(),
            app_id: section.app_id.clone(),
            encoding_aes_key: section.encoding_aes_key.0.clone(),
            previous_encoding_aes_key: given(&section.previous_encoding_aes_key.0),
            original_id: given(&section.original_id),
            mode: section.mode,
        }
    }

    /// Builds the doors; every fault of every section.
    pub fn doors(&self, file: &str) -> Result<(OfficialAccount, Option<Bridge>), Vec<Problem>> {
        let mut problems = vec![];
        let problem = |section: &str, fault: ConfigFault| {
            Problem::new(file, 0, format!("[{section}] {}: {}", fault.key, fault.text))
        };
        for (key, value) in [("name", &self.office.name), ("duty_phone", &self.office.duty_phone)] {
            if value.trim().is_empty() {
                problems.push(Problem::new(
                    file,
                    0,
                    format!("[office] {key}: 请填写；机器人帮不上时要告诉居民找谁、打什么电话"),
                ));
            }
        }
        for (section, path) in std::iter::once(("official_account", &self.official_account.path))
            .chain(self.bridge.iter().map(|b| ("bridge", &b.path)))
        {
            if !path.starts_with('/') || path.contains(['{', '}', '*', '?']) {
                problems.push(Problem::new(file, 0, format!("[{section}] path: 应以 / 开头，比如 /wechat")));
            }
        }
        let account = OfficialAccount::new(&self.account());
        let bridge = self.bridge.as_ref().map(|section| Bridge::new(section.secret.0.clone()));
        if let Err(faults) = &account {
            problems.extend(faults.iter().map(|fault| problem("official_account", *fault)));
        }
        if let Some(Err(fault)) = &bridge {
            problems.push(problem("bridge", *fault));
        }
        match (account, bridge.transpose()) {
            (Ok(account), Ok(bridge)) if problems.is_empty() => Ok((account, bridge)),
            (Ok(_) | Err(_), Ok(_) | Err(_)) => Err(problems),
        }
    }
}

fn merge(under: &mut toml::Table, over: toml::Table) {
    for (key, value) in over {
        match (under.get_mut(&key), value) {
            (Some(toml::Value::Table(under)), toml::Value::Table(over)) => merge(under, over),
            (_, value) => drop(under.insert(key, value)),
        }
    }
}

/// Puts one environment variable into the table. Names without `__` (LIANXIN_LOG) are somebody else's.
fn overlay(table: &mut toml::Table, name: &str, path: &str, value: String, problems: &mut Vec<Problem>) {
    let Some((section, key)) = path.split_once("__") else { return };
    let (section, mut key) = (section.to_lowercase(), key.to_lowercase());
    let mut value = value;
    if let Some(secret) = key.strip_suffix("_file") {
        match std::fs::read_to_string(&value) {
            Ok(text) => value = text.trim_end_matches(['\n', '\r']).to_owned(),
            Err(error) => {
                problems.push(Problem::new(name, 0, format!("cannot read {value}: {error}")));
                return;
            }
        }
        key = secret.to_owned();
    }
    let entry = table.entry(section).or_insert_with(|| toml::Value::Table(toml::Table::new()));
    if let toml::Value::Table(section) = entry {
        section.insert(key, toml::Value::String(value));
    }
}
