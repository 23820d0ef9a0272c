//! What columns and codes of a ledger are called, and the sentences around it: `dictionaries/ledger.toml`, checked
//! against the names in the code when it is loaded.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{Column, Format, Heading, day};
use crate::domain::{
    category::{RequestKind, Urgency},
    ledger::{Owner, Slice, Source},
    moment::Moment,
    person::Role,
    problem::{Problem, line_of},
    ticket::{Channel, Grade, HandlingMode, Level, Rating, TicketState, Voices},
};

const SHIPPED: (&str, &str) = ("ledger.toml", include_str!("../../dictionaries/ledger.toml"));

type Table = BTreeMap<String, String>;

/// A column's name, and how wide it is in characters.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Head {
    name: String,
    width: f64,
}

/// The words.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SheetWords {
    sheet: Table,
    columns: BTreeMap<String, Head>,
    states: Table,
    slices: Table,
    sources: Table,
    channels: Table,
    kinds: Table,
    urgencies: Table,
    ratings: Table,
    roles: Table,
    levels: Table,
    grades: Table,
    modes: Table,
}

/// Names in `[sheet]`.
const SENTENCES: &[&str] = &[
    "name",
    "title",
    "file",
    "since",
    "until",
    "all",
    "made",
    "masked",
    "plain",
    "pages",
    "signatures",
    "private",
    "yes",
    "no",
    "building",
    "unit",
    "room",
    "date",
    "date_format",
    "font",
];

impl SheetWords {
    /// The shipped ones; every name without its words.
    pub fn shipped() -> Result<Self, Vec<Problem>> {
        let words: Self = toml::from_str(SHIPPED.1).map_err(|error| {
            let line = error.span().map_or(0, |span| line_of(SHIPPED.1, span.start));
            vec![Problem::new(SHIPPED.0, line, error.message())]
        })?;
        let problems = words.missing();
        if problems.is_empty() { Ok(words) } else { Err(problems) }
    }

    fn missing(&self) -> Vec<Problem> {
        let names: [(&str, &Table, Vec<&str>); 12] = [
            ("sheet", &self.sheet, SENTENCES.to_vec()),
            ("states", &self.states, TicketState::ALL.iter().map(|c| c.code()).collect()),
            ("slices", &self.slices, Slice::ALL.iter().map(|c| c.code()).collect()),
            ("sources", &self.sources, Source::ALL.iter().map(|c| c.code()).collect()),
            ("channels", &self.channels, Channel::ALL.iter().map(|c| c.code()).collect()),
            ("kinds", &self.kinds, RequestKind::ALL.iter().map(|c| c.code()).collect()),
            ("urgencies", &self.urgencies, Urgency::ALL.iter().map(|c| c.code()).collect()),
            ("ratings", &self.ratings, Rating::ALL.iter().map(|c| c.code()).collect()),
            ("roles", &self.roles, Role::ALL.iter().map(|c| c.code()).collect()),
            ("levels", &self.levels, Level::ALL.iter().map(|c| c.code()).collect()),
            ("grades", &self.grades, Grade::ALL.iter().map(|c| c.code()).collect()),
            ("modes", &self.modes, HandlingMode::ALL.iter().map(|c| c.code()).collect()),
        ];
        let absent = names.into_iter().flat_map(|(section, table, codes)| {
            codes.into_iter().filter(|code| !table.contains_key(*code)).map(move |code| (section, code))
        });
        let columns = Column::ALL.iter().map(|c| ("columns", c.code()));
        absent
            .chain(columns.filter(|(_, code)| !self.columns.contains_key(*code)))
            .map(|(section, code)| Problem::new(SHIPPED.0, 0, format!("{code} is missing from [{section}]")))
            .collect()
    }

    fn of<'w>(table: &'w Table, code: &'w str) -> &'w str {
        table.get(code).map_or(code, String::as_str)
    }

    pub(super) fn sentence<'w>(&'w self, name: &'w str) -> &'w str {
        Self::of(&self.sheet, name)
    }

    /// A column's name.
    pub fn column(&self, column: Column) -> &str {
        self.columns.get(column.code()).map_or(column.code(), |head| &head.name)
    }

    pub(super) fn width(&self, column: Column) -> f64 {
        self.columns.get(column.code()).map_or(12.0, |head| head.width)
    }

    /// 状态
    pub fn state(&self, state: TicketState) -> &str {
        Self::of(&self.states, state.code())
    }

    /// A part of the ledger.
    pub fn slice(&self, slice: Slice) -> &str {
        Self::of(&self.slices, slice.code())
    }

    /// 来源
    pub fn source(&self, source: Source) -> &str {
        Self::of(&self.sources, source.code())
    }

    /// 现场, 网上
    pub fn channel(&self, channel: Channel) -> &str {
        Self::of(&self.channels, channel.code())
    }

    /// 诉说方式: 网上, or how often in each where it was raised in both.
    pub fn voices(&self, voices: Voices) -> String {
        let name = |channel: Channel| Self::of(&self.channels, channel.code());
        match (voices.on_site, voices.online) {
            (0, _) => name(Channel::Online).to_owned(),
            (_, 0) => name(Channel::OnSite).to_owned(),
            (on_site, online) => {
                format!("{}{on_site} {}{online}", name(Channel::OnSite), name(Channel::Online))
            }
        }
    }

    /// 诉求类型
    pub fn kind(&self, kind: RequestKind) -> &str {
        Self::of(&self.kinds, kind.code())
    }

    /// 紧急程度
    pub fn urgency(&self, urgency: Urgency) -> &str {
        Self::of(&self.urgencies, urgency.code())
    }

    /// 满意度
    pub fn rating(&self, rating: Rating) -> &str {
        Self::of(&self.ratings, rating.code())
    }

    /// 层级
    pub fn level(&self, level: Level) -> &str {
        Self::of(&self.levels, level.code())
    }

    /// 难易
    pub fn grade(&self, grade: Grade) -> &str {
        Self::of(&self.grades, grade.code())
    }

    /// 领办, 联办
    pub fn mode(&self, mode: HandlingMode) -> &str {
        Self::of(&self.modes, mode.code())
    }

    /// 网格员小马
    pub fn owner(&self, owner: &Owner) -> String {
        format!("{}{}", Self::of(&self.roles, owner.role.code()), owner.name)
    }

    /// What stands where a private ticket's words would.
    pub fn private(&self) -> &str {
        self.sentence("private")
    }

    pub(super) fn yes_no(&self, so: bool) -> &str {
        self.sentence(if so { "yes" } else { "no" })
    }

    pub(super) fn building(&self) -> &str {
        self.sentence("building")
    }

    pub(super) fn unit(&self) -> &str {
        self.sentence("unit")
    }

    pub(super) fn room(&self) -> &str {
        self.sentence("room")
    }

    /// 2026年11月22日
    pub fn date(&self, at: Moment) -> String {
        let filled = self.sentence("date").replace("{year}", &at.year().to_string());
        filled.replace("{month}", &at.month().to_string()).replace("{day}", &at.day().to_string())
    }

    /// How a spreadsheet shows dates.
    pub(super) fn date_format(&self) -> &str {
        self.sentence("date_format")
    }

    /// 2026年1月1日至2026年3月31日
    pub fn period(&self, period: (Option<Moment>, Option<Moment>)) -> String {
        match period {
            (None, None) => self.sentence("all").to_owned(),
            (Some(first), None) => self.sentence("since").replace("{first}", &day(self, first)),
            (None, Some(last)) => self.sentence("until").replace("{last}", &day(self, last)),
            (Some(first), Some(last)) => {
                format!("{}{}", day(self, first), self.sentence("until").replace("{last}", &day(self, last)))
            }
        }
    }

    fn fill(&self, sentence: &str, heading: &Heading) -> String {
        self.sentence(sentence)
            .replace("{office}", heading.community.as_deref().unwrap_or(&heading.office))
            .replace("{period}", &self.period(heading.period))
            .replace("{by}", &heading.made_by)
            .replace("{at}", &heading.made_at.to_string())
            .replace("{day}", &day(self, heading.made_at))
            .replace("{sight}", self.sentence(if heading.plain { "plain" } else { "masked" }))
    }

    /// The line above all.
    pub fn title(&self, heading: &Heading) -> String {
        self.fill("title", heading)
    }

    /// The line below the title: who made it, when, and what is hidden.
    pub(super) fn made(&self, heading: &Heading) -> String {
        self.fill("made", heading)
    }

    /// The line under the last row: who signs.
    pub(super) fn signatures(&self, heading: &Heading) -> String {
        self.fill("signatures", heading)
    }

    /// The foot of every printed page, its middle.
    pub(super) fn pages(&self) -> &str {
        self.sentence("pages")
    }

    /// What the file is called.
    pub fn file_name(&self, heading: &Heading, format: Format) -> String {
        format!("{}.{}", self.fill("file", heading), format.code())
    }
}
