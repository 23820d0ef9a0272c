//! The organisation file (`fixtures/seed/*.toml`, `lianxin org import`): communities, estates, grids, groups, people,
//! and for demos and tests a few residents and open tickets. Read and checked whole; `import` merges it into the store.

mod export;
mod import;
mod table;

use serde::{Deserialize, Serialize};

use crate::domain::{
    category::{Category, SubCode, Taxonomy},
    ladder::Ladder,
    moment::{Date, Moment},
    money::{self, Fen},
    person::{Background, Role},
    place::{EstateId, EstateName},
    problem::{Problem, line_of},
    ticket::TicketState,
    ticket_no::TicketNo,
};
pub(super) use export::{current, version};
pub use import::{Foreseen, Imported, OpenByBuilding};
pub(super) use import::{import, load, open_by_building, person_by_key, would_change};
pub use table::{BadRow, Change, Plan, RowFault, TableKind, TableWords, people_table, plan, route_table};

/// The account name of the public account in message keys: one is configured, whatever its original id.
pub const PUBLIC_ACCOUNT: &str = "wechat";

/// A whole organisation file.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Organisation {
    /// The civil time at which a test or demo world begins.
    pub clock: Option<String>,
    /// Key of the person who gets what belongs to no grid.
    pub catch_all: String,
    /// Keys of the subdistrict's staff, who approve whistles and get what communities cannot solve.
    #[serde(default)]
    pub subdistrict: Vec<String>,
    /// The rungs that matters climb, by level: `ladder = { grid = "小区", community = "社区" }`; absent: all, by their usual
    /// names.
    #[serde(default)]
    pub ladder: Ladder,
    /// Departments, utilities, partner units.
    #[serde(default, rename = "department")]
    pub departments: Vec<DepartmentRow>,
    /// Communities and villages.
    #[serde(default, rename = "community")]
    pub communities: Vec<CommunityRow>,
    /// Estates and villages' settlements.
    #[serde(default, rename = "estate")]
    pub estates: Vec<EstateRow>,
    /// Grids.
    #[serde(default, rename = "grid")]
    pub grids: Vec<GridRow>,
    /// 派单表.
    #[serde(default, rename = "route")]
    pub routes: Vec<RouteRow>,
    /// Micro-grids.
    #[serde(default, rename = "micro_grid")]
    pub micro_grids: Vec<MicroGridRow>,
    /// Groups.
    #[serde(default, rename = "group")]
    pub groups: Vec<GroupRow>,
    /// Staff, and residents of demo worlds.
    #[serde(default, rename = "person")]
    pub people: Vec<PersonRow>,
    /// Tickets that a demo world begins with.
    #[serde(default, rename = "ticket")]
    pub tickets: Vec<TicketRow>,
}

/// `[[community]]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CommunityRow {
    /// Name, unique.
    pub name: String,
    /// Keys of the staff on duty, first first.
    #[serde(default)]
    pub staff: Vec<String>,
    /// Keys of the party members who take up residents' orders.
    #[serde(default)]
    pub party_members: Vec<String>,
    /// Key of the mediator.
    pub mediator: Option<String>,
    /// Key of the safety officer.
    pub safety_officer: Option<String>,
    /// Key of the housing office's contact.
    pub housing_office: Option<String>,
    /// Key of the secretary of its party committee.
    pub secretary: Option<String>,
    /// Key of the leader who looks after it.
    pub liaison: Option<String>,
    /// 网格经费: what each of its grids gets for a year, in 元: "3000.00", which it is also without this line.
    #[serde(default, deserialize_with = "money::yuan")]
    pub grid_fund: Option<Fen>,
    /// Its own ladder; absent: the organisation's.
    pub ladder: Option<Ladder>,
}

/// `[[department]]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DepartmentRow {
    /// Name, unique.
    pub name: String,
    /// Other names people use.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// Keys of those who answer for it, the first first.
    pub contacts: Vec<String>,
}

/// `[[estate]]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EstateRow {
    /// Name; two communities may each have an estate of one name.
    pub name: String,
    /// Other names people use.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// Name of the community.
    pub community: String,
    /// Key of the property company's contact.
    pub property: Option<String>,
    /// Latitude and longitude of its middle.
    pub point: Option<(f64, f64)>,
}

/// `[[grid]]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GridRow {
    /// Name, unique.
    pub name: String,
    /// Name of the community.
    pub community: String,
    /// Key of the grid worker.
    pub worker: String,
    /// Key of the secretary of its party branch.
    pub secretary: Option<String>,
    /// How many households live there.
    pub households: Option<u32>,
    /// What it covers.
    pub covers: Vec<Cover>,
}

/// `[[micro_grid]]`: some buildings of an old estate with a head of their own.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MicroGridRow {
    /// Name, unique.
    pub name: String,
    /// Name of the community.
    pub community: String,
    /// Name of the estate.
    pub estate: String,
    /// Building numbers, at least one.
    pub buildings: Vec<String>,
    /// Key of 微网格长.
    pub head: Option<String>,
    /// Key of the leader of the buildings' party group.
    pub leader: Option<String>,
}

/// An estate, or some of its buildings.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cover {
    /// Name of the estate, within the grid's community.
    pub estate: String,
    /// Building numbers; empty for all.
    #[serde(default)]
    pub buildings: Vec<String>,
}

/// `[[route]]`: a department gets a matter at a place, from a first to a last day.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RouteRow {
    /// Category or sub-category; absent: whatever it is.
    pub category: Option<SubCode>,
    /// Name of the community; absent, and no estate: everywhere.
    pub community: Option<String>,
    /// Name of the estate.
    pub estate: Option<String>,
    /// Building number.
    pub building: Option<String>,
    /// Name of the department.
    pub org: String,
    /// The first day.
    #[serde(default, deserialize_with = "day")]
    pub from: Option<Date>,
    /// The last day.
    #[serde(default, deserialize_with = "day")]
    pub until: Option<Date>,
    /// Why, for whoever asks 谁来办.
    pub why: String,
}

impl RouteRow {
    /// Whether both would decide the same with the same right.
    fn equals(&self, other: &Self) -> bool {
        self.category == other.category
            && (&self.estate, &self.building) == (&other.estate, &other.building)
            // An estate may stand without its community's name.
            && (self.community == other.community
                || (self.estate.is_some() && (self.community.is_none() || other.community.is_none())))
            && self.from == other.from
    }

    /// The row in words: 灵武新村 3号楼 heating 2026-11-01.
    fn told(&self) -> String {
        let place = [&self.community, &self.estate, &self.building].into_iter().flatten().cloned();
        let of = self.category.as_ref().map(ToString::to_string);
        place.chain(of).chain(self.from.map(|day| day.to_string())).collect::<Vec<_>>().join(" ")
    }
}

fn day<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Option<Date>, D::Error> {
    let read = toml::value::Datetime::deserialize(from)?;
    let day = read.date.filter(|_| read.time.is_none()).map(|date| date.to_string());
    let day = day.and_then(|text| text.parse().ok());
    day.map(Some).ok_or_else(|| serde::de::Error::custom(format!("{read} 要写成 2026-11-01 这样的日期")))
}

/// `[[group]]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GroupRow {
    /// Name, unique.
    pub name: String,
    /// The gateway's id of it.
    pub gateway: Option<String>,
    /// Name of the community.
    pub community: String,
    /// Name of the estate, when all members live in one.
    pub estate: Option<String>,
}

/// `[[person]]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PersonRow {
    /// How this file names them; unique, kept over imports.
    pub key: String,
    /// How residents read it: 小马.
    pub name: String,
    /// Post.
    #[serde(default)]
    pub role: Role,
    /// Name of the community they work for.
    pub community: Option<String>,
    /// Where a branch secretary comes from.
    pub background: Option<Background>,
    /// OpenID, in demo worlds; real staff bind by code.
    pub wechat: Option<String>,
    /// The gateway's id of them.
    pub gateway: Option<String>,
    /// Home, for residents of demo worlds.
    pub home: Option<HomeRow>,
    /// How the demo page shows them.
    pub phone: Option<PhoneRow>,
}

/// `home = { estate = "灵武新村", building = "3", unit = "2", room = "501" }`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HomeRow {
    /// Name of the estate.
    pub estate: String,
    /// Building number.
    pub building: Option<String>,
    /// Unit number.
    pub unit: Option<String>,
    /// Room number.
    pub room: Option<String>,
}

/// A phone on the demo page.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct PhoneRow {
    /// A line under the name.
    pub hint: String,
    /// Sentences to try.
    pub samples: Vec<String>,
}

/// `[[ticket]]`
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TicketRow {
    /// Its number.
    pub no: String,
    /// Key of the reporter.
    pub reporter: String,
    /// What they said.
    pub text: String,
    /// Sub-category.
    pub subcategory: SubCode,
    /// Name of the estate.
    pub estate: String,
    /// Building number.
    pub building: Option<String>,
    /// What to find it by.
    pub landmark: Option<String>,
    /// When it was reported.
    pub received: String,
    /// To be resolved by.
    pub due: String,
    /// Where it stands: dispatched, in_progress or pending_confirm.
    pub state: TicketState,
    /// Confirmed households besides the reporter.
    #[serde(default)]
    pub co_signers: u32,
}

impl Organisation {
    /// Reads a file's text; every name that points nowhere is a problem of its own.
    pub fn from_toml(file: &str, text: &str) -> Result<Self, Vec<Problem>> {
        let organisation: Self = toml::from_str(text).map_err(|error| {
            let line = error.span().map_or(0, |span| line_of(text, span.start));
            vec![Problem::new(file, line, error.message())]
        })?;
        let problems = organisation.problems(file, text);
        if problems.is_empty() { Ok(organisation) } else { Err(problems) }
    }

    /// The estates' names as the gazetteer wants them, numbered in the order of the file.
    pub fn estate_names(&self) -> Vec<EstateName> {
        let numbered = (1..).zip(&self.estates);
        numbered
            .map(|(id, e)| EstateName { id: EstateId(id), name: e.name.clone(), aliases: e.aliases.clone() })
            .collect()
    }

    /// Categories of 派单表 that no dictionary knows: such a row would never count.
    pub fn unknown_categories(&self, file: &str, taxonomy: &Taxonomy) -> Vec<Problem> {
        let codes = self.routes.iter().filter_map(|row| row.category.as_ref());
        let unknown = codes.filter(|code| !taxonomy.subs.contains_key(*code));
        unknown
            .map(|code| {
                Problem::new(file, 0, format!("[[route]] category: {code} is no category or sub-category"))
            })
            .collect()
    }

    fn problems(&self, file: &str, text: &str) -> Vec<Problem> {
        let mut problems = vec![];
        let line = |word: &str| {
            text.lines().position(|l| l.contains(&format!("{word:?}"))).map_or(0, |index| index + 1)
        };
        let mut report = |word: &str, what: &str| {
            problems.push(Problem::new(file, line(word), format!("{word:?} {what}")));
        };
        for pair in [
            (self.people.iter().map(|p| &p.key).collect::<Vec<_>>(), "names two people"),
            (self.communities.iter().map(|c| &c.name).collect(), "names two communities"),
            (self.grids.iter().map(|g| &g.name).collect(), "names two grids"),
            (self.micro_grids.iter().map(|m| &m.name).collect(), "names two micro-grids"),
            (self.groups.iter().map(|g| &g.name).collect(), "names two groups"),
            (self.departments.iter().map(|d| &d.name).collect(), "names two departments"),
        ] {
            let (mut names, what) = pair;
            names.sort();
            names.windows(2).filter(|w| w[0] == w[1]).for_each(|w| report(w[0], what));
        }
        let is_person = |key: &str| self.people.iter().any(|p| p.key == key);
        let is_community = |name: &str| self.communities.iter().any(|c| c.name == name);
        let is_estate = |name: &str| self.estates.iter().any(|e| e.name == name);
        let people = std::iter::once(&self.catch_all)
            .chain(self.communities.iter().flat_map(|c| {
                c.staff
                    .iter()
                    .chain(&c.party_members)
                    .chain(&c.mediator)
                    .chain(&c.safety_officer)
                    .chain(&c.housing_office)
                    .chain(&c.secretary)
                    .chain(&c.liaison)
            }))
            .chain(self.grids.iter().filter_map(|g| g.secretary.as_ref()))
            .chain(self.micro_grids.iter().flat_map(|m| m.head.iter().chain(&m.leader)))
            .chain(self.estates.iter().filter_map(|e| e.property.as_ref()))
            .chain(self.departments.iter().flat_map(|d| &d.contacts))
            .chain(&self.subdistrict)
            .chain(self.grids.iter().map(|g| &g.worker))
            .chain(self.tickets.iter().map(|t| &t.reporter));
        for key in people.filter(|key| !is_person(key)) {
            report(key, "is no [[person]] key of this file");
        }
        let left = |key: &str| self.people.iter().any(|p| p.key == key && p.role == Role::Resident);
        for grid in self.grids.iter().filter(|grid| left(&grid.worker)) {
            let text = format!(
                "is at work no more and still holds {}: name who takes it over as its worker",
                grid.name
            );
            report(&grid.worker, &text);
        }
        let heads = self.micro_grids.iter().filter_map(|micro| Some((micro, micro.head.as_ref()?)));
        for (micro, head) in heads.filter(|(_, head)| left(head)) {
            let text = format!("is at work no more and still heads {}: name another or none", micro.name);
            report(head, &text);
        }
        let mut in_two = std::collections::HashMap::new();
        for micro in &self.micro_grids {
            if micro.buildings.is_empty() {
                report(&micro.name, "names no building");
            }
            for building in &micro.buildings {
                let place = (&micro.community, &micro.estate, building);
                if let Some(other) = in_two.insert(place, &micro.name) {
                    report(&micro.name, &format!("holds {} {building}, which {other} holds", micro.estate));
                }
            }
        }
        let communities = (self.estates.iter().map(|e| &e.community))
            .chain(self.grids.iter().map(|g| &g.community))
            .chain(self.groups.iter().map(|g| &g.community))
            .chain(self.micro_grids.iter().map(|m| &m.community))
            .chain(self.people.iter().filter_map(|p| p.community.as_ref()));
        for name in communities.filter(|name| !is_community(name)) {
            report(name, "is no [[community]] name of this file");
        }
        let estates = (self.grids.iter().flat_map(|g| g.covers.iter().map(|c| &c.estate)))
            .chain(self.groups.iter().filter_map(|g| g.estate.as_ref()))
            .chain(self.micro_grids.iter().map(|m| &m.estate))
            .chain(self.people.iter().filter_map(|p| Some(&p.home.as_ref()?.estate)))
            .chain(self.tickets.iter().map(|t| &t.estate));
        for name in estates.filter(|name| !is_estate(name)) {
            report(name, "is no [[estate]] name of this file");
        }
        let ladders = self.communities.iter().filter_map(|c| c.ladder.as_ref()).chain([&self.ladder]);
        if ladders.into_iter().any(|ladder| !ladder.is_whole()) {
            report("ladder", "needs the rung where matters begin, `grid`, and a name for each rung");
        }
        for (index, row) in self.routes.iter().enumerate() {
            let told = row.told();
            if let Some(code) = &row.category
                && Category::from_code(code.as_str().split('.').next().unwrap_or_default()).is_none()
            {
                report(code.as_str(), "is no category or sub-category");
            }
            if !self.departments.iter().any(|d| d.name == row.org) {
                report(&row.org, "is no [[department]] name of this file");
            }
            if let Some(name) = row.community.as_ref().filter(|name| !is_community(name)) {
                report(name, "is no [[community]] name of this file");
            }
            if let Some(name) = row.estate.as_ref().filter(|name| !is_estate(name)) {
                report(name, "is no [[estate]] name of this file");
            }
            if row.building.is_some() && row.estate.is_none() {
                report(&told, "names a building; write its estate too");
            }
            if let (Some(from), Some(until)) = (row.from, row.until)
                && until < from
            {
                report(&told, "ends before it begins: from and until are the wrong way round");
            }
            if let Some(before) = self.routes[..index].iter().position(|other| other.equals(row)) {
                let (first, second) = (before + 1, index + 1);
                report(&told, &format!("stands in [[route]] no. {first} and no. {second}: keep one of them"));
            }
        }
        let times = (self.clock.iter()).chain(self.tickets.iter().flat_map(|t| [&t.received, &t.due]));
        for time in times {
            if Moment::parse(time).is_err() {
                report(time, "is no time; write it like 2024-03-13 09:00");
            }
        }
        for ticket in &self.tickets {
            if TicketNo::from_digits(ticket.no.trim_start_matches("LX")).is_none() {
                report(&ticket.no, "is no ticket number; write it like LX240313007");
            }
        }
        problems
    }
}
