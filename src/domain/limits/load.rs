//! Reads the profiles of limits and checks them, all problems at once, with lines. A figure without its source is refused.

use serde::{Deserialize, de::DeserializeOwned};
use toml::Spanned;

use super::{Limits, Row, Rule, WhistleSources};
use crate::domain::{
    category::{Limit, LimitUnit, RequestKind, SubCode, Taxonomy, Urgency},
    problem::{Problem, line_of},
};

/// The profile that lies below the others, and is taken where settings name none.
const DEFAULT: (&str, &str) =
    ("limits/default.toml", include_str!("../../../dictionaries/limits/default.toml"));

/// The others that are shipped: code, file, text.
const PROFILES: [(&str, &str, &str); 3] = [
    ("bj-draft", "limits/bj-draft.toml", include_str!("../../../dictionaries/limits/bj-draft.toml")),
    ("nx", "limits/nx.toml", include_str!("../../../dictionaries/limits/nx.toml")),
    ("ql", "limits/ql.toml", include_str!("../../../dictionaries/limits/ql.toml")),
];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct BaseFile {
    name: String,
    source: String,
    note: String,
    emergency: Spanned<RuleFile>,
    urgent: Spanned<RuleFile>,
    hold: Spanned<RuleFile>,
    micro_grid: Spanned<RuleFile>,
    whistle: WhistleFile,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ProfileFile {
    name: Spanned<String>,
    #[serde(default)]
    source: String,
    #[serde(default)]
    note: String,
    #[serde(default)]
    silent: String,
    dispatch: Option<Spanned<RuleFile>>,
    sign_for: Option<Spanned<RuleFile>>,
    #[serde(default)]
    limit: Vec<Spanned<RowFile>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RuleFile {
    name: String,
    limit: Figure,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RowFile {
    name: String,
    #[serde(default)]
    of: Vec<Spanned<String>>,
    #[serde(default)]
    kinds: Vec<RequestKind>,
    #[serde(default = "normal")]
    urgency: Vec<Urgency>,
    limit: Figure,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Figure {
    amount: u32,
    unit: LimitUnit,
    #[serde(default)]
    source: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WhistleFile {
    report: String,
    done: String,
}

fn normal() -> Vec<Urgency> {
    vec![Urgency::Normal]
}

impl Limits {
    /// The codes of the profiles that are shipped, the default first.
    pub fn codes() -> impl Iterator<Item = &'static str> {
        std::iter::once("default").chain(PROFILES.iter().map(|(code, ..)| *code))
    }

    /// The default, for whoever chose none.
    ///
    /// # Errors
    /// Every problem of its file, with its line.
    pub fn unchosen() -> Result<Self, Vec<Problem>> {
        let (file, text) = DEFAULT;
        let read: BaseFile = parse(file, text)?;
        let mut loader = Loader { file, text, problems: vec![] };
        let limits = Self {
            code: "default".into(),
            name: read.name,
            source: read.source,
            note: read.note,
            silent: String::new(),
            emergency: loader.rule(&read.emergency),
            urgent: loader.rule(&read.urgent),
            hold: loader.rule(&read.hold),
            micro_grid: loader.rule(&read.micro_grid),
            dispatch: None,
            sign_for: None,
            rows: vec![],
            whistle: WhistleSources { report: read.whistle.report, done: read.whistle.done },
        };
        if limits.hold.limit.unit != LimitUnit::Days {
            loader.problem(read.hold.span().start, "挂账按天数：unit 写 days".into());
        }
        if loader.problems.is_empty() { Ok(limits) } else { Err(loader.problems) }
    }

    /// A shipped profile; `None` for an unknown code.
    ///
    /// # Errors
    /// Every problem of its file and of the default's.
    pub fn shipped(code: &str, taxonomy: &Taxonomy) -> Option<Result<Self, Vec<Problem>>> {
        if code == "default" {
            return Some(Self::unchosen());
        }
        let (_, file, text) = PROFILES.iter().find(|(known, ..)| *known == code)?;
        Some(Self::from_toml(code, file, text, taxonomy))
    }

    /// A profile from its file's text, over the default.
    ///
    /// # Errors
    /// Every problem, with its line.
    pub fn from_toml(code: &str, file: &str, text: &str, taxonomy: &Taxonomy) -> Result<Self, Vec<Problem>> {
        let base = Self::unchosen()?;
        let read: ProfileFile = parse(file, text)?;
        let mut loader = Loader { file, text, problems: vec![] };
        let at = read.name.span().start;
        for (key, given) in [
            ("name", read.name.get_ref()),
            ("source", &read.source),
            ("note", &read.note),
            ("silent", &read.silent),
        ] {
            if given.trim().is_empty() {
                loader.problem(at, format!("要写 {key}：{}", cure(key)));
            }
        }
        let dispatch = read.dispatch.as_ref().map(|rule| loader.rule(rule));
        let sign_for = read.sign_for.as_ref().map(|rule| loader.rule(rule));
        let rows = read.limit.iter().map(|row| loader.row(row, taxonomy)).collect();
        let limits = Self {
            code: code.to_owned(),
            name: read.name.into_inner(),
            source: read.source,
            note: read.note,
            silent: read.silent,
            dispatch,
            sign_for,
            rows,
            ..base
        };
        if loader.problems.is_empty() { Ok(limits) } else { Err(loader.problems) }
    }
}

/// What a key of a profile is for.
fn cure(key: &str) -> &'static str {
    match key {
        "name" => "这一套叫什么",
        "source" => "这一套是哪份文件定的",
        "note" => "在哪里说得上，不是全国的规定",
        _ => "它没说到的怎么跟居民讲，比如“本地的办法没说到这一种，照自带的数”",
    }
}

fn parse<T: DeserializeOwned>(file: &str, text: &str) -> Result<T, Vec<Problem>> {
    toml::from_str(text).map_err(|error| {
        let line = error.span().map_or(0, |span| line_of(text, span.start));
        vec![Problem::new(file, line, error.message())]
    })
}

struct Loader<'a> {
    file: &'a str,
    text: &'a str,
    problems: Vec<Problem>,
}

impl Loader<'_> {
    fn rule(&mut self, read: &Spanned<RuleFile>) -> Rule {
        let at = read.span().start;
        let RuleFile { name, limit } = read.get_ref();
        self.checked(at, name, limit)
    }

    fn row(&mut self, read: &Spanned<RowFile>, taxonomy: &Taxonomy) -> Row {
        let at = read.span().start;
        let row = read.get_ref();
        for code in &row.of {
            if !taxonomy.subs.contains_key(code.get_ref().as_str()) {
                let text = format!("of：没有 {} 这个类别或小类，照 categories/ 里的 code 写", code.get_ref());
                self.problem(code.span().start, text);
            }
        }
        if row.urgency.contains(&Urgency::Emergency) {
            self.problem(at, "urgency：紧急的在哪一套里都一样，删掉 emergency".into());
        }
        Row {
            rule: self.checked(at, &row.name, &row.limit),
            of: row.of.iter().map(|code| SubCode::new(code.get_ref())).collect(),
            kinds: row.kinds.clone(),
            urgency: row.urgency.clone(),
        }
    }

    fn checked(&mut self, at: usize, name: &str, figure: &Figure) -> Rule {
        if name.trim().is_empty() {
            self.problem(at, "要写 name：管的是什么事，居民看得懂的".into());
        }
        if figure.amount == 0 {
            self.problem(at, format!("“{name}”的 amount 要是 1 以上的数"));
        }
        if figure.source.trim().is_empty() {
            self.problem(at, format!("“{name}”的 limit 没有出处 source：写上这个数是哪份文件定的"));
        }
        let limit = Limit { amount: figure.amount, unit: figure.unit };
        Rule { name: name.to_owned(), limit, source: figure.source.clone() }
    }

    fn problem(&mut self, at: usize, text: String) {
        self.problems.push(Problem::new(self.file, line_of(self.text, at), text));
    }
}
