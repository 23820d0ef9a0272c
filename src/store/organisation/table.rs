//! A table of people, of buildings or of routes laid over the organisation as it is: what it would change, and every row that cannot
//! stand, before anything is written. Whoever and whatever the table does not name stays as it is. Pure; writing is `import`'s.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{Cover, EstateRow, GridRow, Organisation, PersonRow, RouteRow};
use crate::domain::{
    category::{Taxonomy, codes},
    command::building_number,
    moment::Date,
    person::{Background, Role},
    problem::{Problem, line_of},
};

const SHIPPED: (&str, &str) = ("organisation.toml", include_str!("../../../dictionaries/organisation.toml"));

codes! {
    /// What a table lists.
    TableKind {
        /// 人员
        People = "people",
        /// 楼栋
        Buildings = "buildings",
        /// 派单表
        Routes = "routes",
    }
}

codes! {
    /// Why a row cannot stand.
    RowFault {
        /// A column that the table must have is not there; said of the heading.
        ColumnMissing = "column_missing",
        /// A cell that must be filled is empty.
        CellEmpty = "cell_empty",
        /// No such post.
        RoleUnknown = "role_unknown",
        /// No such community.
        CommunityUnknown = "community_unknown",
        /// No such grid.
        GridUnknown = "grid_unknown",
        /// A grid of another community.
        GridElsewhere = "grid_elsewhere",
        /// No such background.
        BackgroundUnknown = "background_unknown",
        /// A grid for somebody who is neither its worker nor its branch's secretary.
        GridNotTheirs = "grid_not_theirs",
        /// No such department.
        DepartmentUnknown = "department_unknown",
        /// Two people of that name: which?
        NameTwice = "name_twice",
        /// Somebody else has that key.
        KeyTaken = "key_taken",
        /// The same person or building in two rows.
        RowTwice = "row_twice",
        /// Still holds a grid, and would be no grid worker any more.
        StillHoldsGrid = "still_holds_grid",
        /// No number of a building.
        BuildingUnfit = "building_unfit",
        /// No such category.
        CategoryUnknown = "category_unknown",
        /// No such estate in that community.
        EstateUnknown = "estate_unknown",
        /// No day.
        DayUnfit = "day_unfit",
        /// It ends before it begins.
        DaysReversed = "days_reversed",
        /// What came of it would not be whole.
        NotWhole = "not_whole",
    }
}

/// One row that cannot stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadRow {
    /// As a spreadsheet counts, the heading being 1.
    pub row: usize,
    /// Why.
    pub fault: RowFault,
    /// What stands there.
    pub said: String,
    /// What could stand there.
    pub known: Vec<String>,
}

/// One thing that would be otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The row that says so.
    pub row: usize,
    /// Who or what.
    pub name: String,
    /// As it is now; empty for what is new.
    pub before: String,
    /// As it would be.
    pub after: String,
}

/// What a table would do.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The organisation as it would be.
    pub organisation: Organisation,
    /// What would be otherwise.
    pub changes: Vec<Change>,
    /// Rows that say what is so already.
    pub same: usize,
    /// Rows that cannot stand; with any of them nothing is written.
    pub bad: Vec<BadRow>,
}

/// What columns and posts are called in tables.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TableWords {
    columns: BTreeMap<String, Vec<String>>,
    roles: BTreeMap<String, Vec<String>>,
    backgrounds: BTreeMap<String, Vec<String>>,
    /// Said of a row of 派单表 that is for every category.
    any_category: String,
    /// What a building's number may be followed by.
    building_ends: Vec<String>,
}

/// Columns of each kind of table: code, and whether it must be there.
const PEOPLE: &[(&str, bool)] = &[
    ("name", true),
    ("role", true),
    ("community", false),
    ("grid", false),
    ("department", false),
    ("background", false),
    ("key", false),
];
const BUILDINGS: &[(&str, bool)] =
    &[("community", true), ("estate", true), ("building", true), ("grid", true)];

const ROUTES: &[(&str, bool)] = &[
    ("category", true),
    ("community", false),
    ("estate", false),
    ("building", false),
    ("department", true),
    ("from", false),
    ("until", false),
    ("why", true),
];

impl TableKind {
    fn columns(self) -> &'static [(&'static str, bool)] {
        match self {
            Self::People => PEOPLE,
            Self::Buildings => BUILDINGS,
            Self::Routes => ROUTES,
        }
    }
}

impl TableWords {
    /// The shipped ones; every name without its words.
    pub fn shipped() -> Result<Self, Vec<Problem>> {
        let words: Self = toml::from_str(SHIPPED.1).map_err(|error| {
            let line = error.span().map_or(0, |span| line_of(SHIPPED.1, span.start));
            vec![Problem::new(SHIPPED.0, line, error.message())]
        })?;
        let columns = PEOPLE.iter().chain(BUILDINGS).chain(ROUTES).map(|(code, _)| *code);
        let absent = columns.filter(|code| words.columns.get(*code).is_none_or(Vec::is_empty));
        let roles = Role::ALL.iter().filter(|role| **role != Role::Resident).map(|role| role.code());
        let absent = absent.chain(roles.filter(|code| words.roles.get(*code).is_none_or(Vec::is_empty)));
        let backgrounds = Background::ALL.iter().map(|background| background.code());
        let absent =
            absent.chain(backgrounds.filter(|code| words.backgrounds.get(*code).is_none_or(Vec::is_empty)));
        let problems: Vec<Problem> =
            absent.map(|code| Problem::new(SHIPPED.0, 0, format!("{code} has no words"))).collect();
        if problems.is_empty() { Ok(words) } else { Err(problems) }
    }

    fn column<'w>(&'w self, code: &'w str) -> &'w str {
        self.columns.get(code).and_then(|names| names.first()).map_or(code, String::as_str)
    }

    fn role(&self, said: &str) -> Option<Role> {
        let found = self.roles.iter().find(|(_, names)| names.iter().any(|name| name == said));
        Role::from_code(found?.0)
    }

    fn role_name(&self, role: Role) -> &str {
        self.roles.get(role.code()).and_then(|names| names.first()).map_or(role.code(), String::as_str)
    }

    fn background(&self, said: &str) -> Option<Background> {
        let found = self.backgrounds.iter().find(|(_, names)| names.iter().any(|name| name == said));
        Background::from_code(found?.0)
    }

    fn background_name(&self, background: Background) -> &str {
        let names = self.backgrounds.get(background.code());
        names.and_then(|names| names.first()).map_or(background.code(), String::as_str)
    }

    /// The columns of a kind of table by name, those that may be left out marked.
    pub fn columns_of(&self, kind: TableKind) -> Vec<(&str, bool)> {
        kind.columns().iter().map(|(code, needed)| (self.column(code), *needed)).collect()
    }

    /// The posts that a table may name.
    pub fn role_names(&self) -> Vec<String> {
        let roles = Role::ALL.iter().filter(|role| **role != Role::Resident);
        roles.map(|role| self.role_name(*role).to_owned()).collect()
    }
}

/// 派单表 as a table that can be taken in again: the heading, then a row each.
pub fn route_table(organisation: &Organisation, words: &TableWords, taxonomy: &Taxonomy) -> Vec<Vec<String>> {
    let heading = ROUTES.iter().map(|(code, _)| words.column(code).to_owned()).collect();
    let row = |route: &RouteRow| {
        let day = |day: Option<Date>| day.map_or(String::new(), |day| day.to_string());
        let text = |part: &Option<String>| part.clone().unwrap_or_default();
        let (community, estate) = (text(&route.community), text(&route.estate));
        let (org, why) = (route.org.clone(), route.why.clone());
        let category = category_name(route, words, taxonomy);
        vec![category, community, estate, text(&route.building), org, day(route.from), day(route.until), why]
    };
    std::iter::once(heading).chain(organisation.routes.iter().map(row)).collect()
}

/// Everybody at work as a table that can be taken in again: the heading, then a row each, by post.
pub fn people_table(organisation: &Organisation, words: &TableWords) -> Vec<Vec<String>> {
    let heading = PEOPLE.iter().map(|(code, _)| words.column(code).to_owned()).collect();
    let row = |person: &PersonRow| {
        let grids = organisation.grids.iter().filter(|g| holds(g, person.role, &person.key));
        let departments = organisation.departments.iter().filter(|d| d.contacts.contains(&person.key));
        // Whoever holds two grids has two rows, which a table cannot say again: the first stands.
        let grid = grids.map(|g| g.name.clone()).next().unwrap_or_default();
        let department = departments.map(|d| d.name.clone()).next().unwrap_or_default();
        let background = person.background.map_or("", |background| words.background_name(background));
        vec![
            person.name.clone(),
            words.role_name(person.role).to_owned(),
            person.community.clone().unwrap_or_default(),
            grid,
            department,
            background.to_owned(),
            person.key.clone(),
        ]
    };
    let posts = Role::ALL.iter().filter(|role| **role != Role::Resident);
    let people = posts.flat_map(|role| organisation.people.iter().filter(|p| p.role == *role));
    std::iter::once(heading).chain(people.map(row)).collect()
}

/// Whether a grid is somebody's by their post: as its worker, or as the secretary of its branch.
fn holds(grid: &GridRow, role: Role, key: &str) -> bool {
    match role {
        Role::BranchSecretary => grid.secretary.as_deref() == Some(key),
        Role::Resident
        | Role::GridWorker
        | Role::CommunityStaff
        | Role::Mediator
        | Role::PropertyStaff
        | Role::SafetyOfficer
        | Role::HousingOffice
        | Role::DictionaryEditor
        | Role::SubdistrictStaff
        | Role::DeptHandler
        | Role::PartyMember
        | Role::MicroGridHead
        | Role::GroupLeader
        | Role::LiaisonLeader => grid.worker == key,
    }
}

fn category_name(route: &RouteRow, words: &TableWords, taxonomy: &Taxonomy) -> String {
    let Some(code) = &route.category else { return words.any_category.clone() };
    taxonomy.subs.get(code).map_or(code.to_string(), |sub| sub.name.clone())
}

/// Lays a table over an organisation. The first row names the columns, in any order.
pub fn plan(
    current: &Organisation,
    kind: TableKind,
    rows: &[Vec<String>],
    words: &TableWords,
    taxonomy: &Taxonomy,
) -> Plan {
    let plan = Plan { organisation: current.clone(), changes: vec![], same: 0, bad: vec![] };
    let mut table = Table { words, taxonomy, plan, seen: BTreeMap::new(), row: 1 };
    let heading = rows.first().map(Vec::as_slice).unwrap_or_default();
    let mut at: BTreeMap<&'static str, usize> = BTreeMap::new();
    for (code, needed) in kind.columns() {
        let names = words.columns.get(*code).map(Vec::as_slice).unwrap_or_default();
        match heading.iter().position(|cell| names.iter().any(|name| name == cell.trim())) {
            Some(column) => {
                at.insert(code, column);
            }
            None if *needed => table.refuse(RowFault::ColumnMissing, words.column(code), vec![]),
            None => {}
        }
    }
    if table.plan.bad.is_empty() {
        for (index, cells) in rows.iter().enumerate().skip(1) {
            if cells.iter().all(|cell| cell.trim().is_empty()) {
                continue;
            }
            table.row = index + 1;
            let cell = |code: &str| {
                at.get(code).and_then(|column| cells.get(*column)).map_or("", |cell| cell.trim())
            };
            match kind {
                TableKind::People => table.person(&cell),
                TableKind::Buildings => table.buildings(&cell),
                TableKind::Routes => table.route(&cell),
            }
        }
        table.still_holding();
    }
    if table.plan.bad.is_empty() {
        for problem in table.plan.organisation.problems("", "") {
            table.refuse(RowFault::NotWhole, &problem.to_string(), vec![]);
        }
    }
    table.plan
}

/// A table being laid over.
struct Table<'w> {
    words: &'w TableWords,
    taxonomy: &'w Taxonomy,
    plan: Plan,
    /// Keys of people, or buildings, and the row that named them first.
    seen: BTreeMap<String, usize>,
    row: usize,
}

impl Table<'_> {
    fn refuse(&mut self, fault: RowFault, said: &str, known: Vec<String>) {
        self.plan.bad.push(BadRow { row: self.row, fault, said: said.to_owned(), known });
    }

    /// A cell that must be filled.
    fn needed<'c>(&mut self, code: &'static str, cell: &impl Fn(&str) -> &'c str) -> Option<&'c str> {
        let text = cell(code);
        if text.is_empty() {
            let column = self.words.column(code).to_owned();
            self.refuse(RowFault::CellEmpty, &column, vec![]);
        }
        (!text.is_empty()).then_some(text)
    }

    /// Whether a row is the first of its matter.
    fn first(&mut self, what: &str, said: &str) -> bool {
        match self.seen.get(what) {
            Some(row) => {
                let row = row.to_string();
                self.refuse(RowFault::RowTwice, said, vec![row]);
                false
            }
            None => {
                self.seen.insert(what.to_owned(), self.row);
                true
            }
        }
    }

    /// One of some names; an empty cell is none of them.
    fn one_of(&mut self, fault: RowFault, said: &str, known: Vec<String>) -> bool {
        let fits = said.is_empty() || known.iter().any(|name| name == said);
        if !fits {
            self.refuse(fault, said, known);
        }
        fits
    }

    fn communities(&self) -> Vec<String> {
        self.plan.organisation.communities.iter().map(|c| c.name.clone()).collect()
    }

    fn person<'c>(&mut self, cell: &impl Fn(&str) -> &'c str) {
        let (name, role) = (self.needed("name", cell), self.needed("role", cell));
        let (community, grid, department) = (cell("community"), cell("grid"), cell("department"));
        let role = role.and_then(|said| {
            let role = self.words.role(said);
            if role.is_none() {
                let known = self.words.role_names();
                self.refuse(RowFault::RoleUnknown, said, known);
            }
            role
        });
        let known = self.communities();
        let mut fits = self.one_of(RowFault::CommunityUnknown, community, known);
        let known = self.plan.organisation.grids.iter().map(|g| g.name.clone()).collect();
        fits &= self.one_of(RowFault::GridUnknown, grid, known);
        let known = self.plan.organisation.departments.iter().map(|d| d.name.clone()).collect();
        fits &= self.one_of(RowFault::DepartmentUnknown, department, known);
        let (Some(name), Some(role)) = (name, role) else { return };
        if role == Role::CommunityStaff {
            fits &= self.needed("community", cell).is_some();
        }
        if role == Role::DeptHandler {
            fits &= self.needed("department", cell).is_some();
        }
        let said = cell("background");
        let background = self.words.background(said);
        if background.is_none() && !said.is_empty() {
            let known = self.words.backgrounds.values().filter_map(|names| names.first().cloned()).collect();
            self.refuse(RowFault::BackgroundUnknown, said, known);
            fits = false;
        }
        if !grid.is_empty() && !matches!(role, Role::GridWorker | Role::BranchSecretary) {
            self.refuse(RowFault::GridNotTheirs, grid, vec![]);
            fits = false;
        }
        let Some(key) = self.key(name, cell("key")).filter(|_| fits) else { return };
        if !self.first(&key, name) {
            return;
        }
        let before = self.told(&key);
        // Whoever has to give the grid up is shown too.
        let organisation = &self.plan.organisation;
        let of_grid = organisation.grids.iter().find(|g| g.name == grid);
        let secretary = role == Role::BranchSecretary;
        let worker =
            of_grid.and_then(|g| if secretary { g.secretary.clone() } else { Some(g.worker.clone()) });
        let worker = worker.filter(|worker| *worker != key).map(|worker| (self.told(&worker), worker));
        self.put_person(&key, name, role, community, background);
        self.put_posts(&key, role, community, grid, department);
        let after = self.told(&key);
        self.change(name, before, after);
        if let Some((had, worker)) = worker {
            let of_key = self.plan.organisation.people.iter().find(|p| p.key == worker);
            let name = of_key.map_or(worker.clone(), |person| person.name.clone());
            let has = self.told(&worker);
            self.change(&name, had, has);
        }
    }

    /// Whom a row means: by key, else by name; a new one is called by their name.
    fn key(&mut self, name: &str, typed: &str) -> Option<String> {
        let people = &self.plan.organisation.people;
        let of_key = |key: &str| people.iter().find(|p| p.key == key);
        let named: Vec<String> = people
            .iter()
            .filter(|p| p.name == name && p.role != Role::Resident)
            .map(|p| p.key.clone())
            .collect();
        match (typed, named.as_slice()) {
            ("", [one]) => Some(one.clone()),
            ("", []) => match of_key(name) {
                None => Some(name.to_owned()),
                Some(_) => {
                    self.refuse(RowFault::KeyTaken, name, vec![]);
                    None
                }
            },
            ("", [_, _, ..]) => {
                self.refuse(RowFault::NameTwice, name, named);
                None
            }
            (typed, _) => Some(typed.to_owned()),
        }
    }

    fn put_person(
        &mut self,
        key: &str,
        name: &str,
        role: Role,
        community: &str,
        background: Option<Background>,
    ) {
        let people = &mut self.plan.organisation.people;
        let community = (!community.is_empty()).then(|| community.to_owned());
        match people.iter_mut().find(|p| p.key == key) {
            Some(person) => {
                name.clone_into(&mut person.name);
                person.role = role;
                person.community = community.or(person.community.take());
                person.background = background.or(person.background.take());
            }
            None => people.push(PersonRow {
                key: key.to_owned(),
                name: name.to_owned(),
                role,
                community,
                background,
                wechat: None,
                gateway: None,
                home: None,
                phone: None,
            }),
        }
    }

    /// Where a post puts somebody, and where it no longer does.
    fn put_posts(&mut self, key: &str, role: Role, community: &str, grid: &str, department: &str) {
        let organisation = &mut self.plan.organisation;
        let listed = |list: &mut Vec<String>, wanted: bool| {
            let there = list.iter().any(|k| k == key);
            if wanted && !there {
                list.push(key.to_owned());
            } else if !wanted && there {
                list.retain(|k| k != key);
            }
        };
        for one in &mut organisation.communities {
            let here = one.name == community;
            let on_duty = one.staff.iter().any(|k| k == key);
            listed(&mut one.staff, role == Role::CommunityStaff && (here || on_duty));
            let posts = [
                (&mut one.mediator, Role::Mediator),
                (&mut one.safety_officer, Role::SafetyOfficer),
                (&mut one.housing_office, Role::HousingOffice),
                (&mut one.liaison, Role::LiaisonLeader),
            ];
            for (holder, post) in posts {
                if here && role == post {
                    *holder = Some(key.to_owned());
                } else if role != post && holder.as_deref() == Some(key) {
                    *holder = None;
                }
            }
        }
        listed(&mut organisation.subdistrict, role == Role::SubdistrictStaff);
        for one in &mut organisation.departments {
            let there = one.contacts.iter().any(|k| k == key);
            listed(&mut one.contacts, role == Role::DeptHandler && (one.name == department || there));
        }
        for one in &mut organisation.grids {
            if role != Role::BranchSecretary && one.secretary.as_deref() == Some(key) {
                one.secretary = None;
            }
            if one.name == grid && role == Role::BranchSecretary {
                one.secretary = Some(key.to_owned());
            } else if one.name == grid {
                key.clone_into(&mut one.worker);
            }
        }
    }

    /// Whoever a grid names must be its worker still.
    fn still_holding(&mut self) {
        let organisation = &self.plan.organisation;
        let mut held = vec![];
        for (key, row) in &self.seen {
            let Some(person) = organisation.people.iter().find(|p| p.key == *key) else { continue };
            let grids = organisation.grids.iter().filter(|g| g.worker == *key);
            if person.role != Role::GridWorker {
                held.extend(grids.map(|grid| (*row, person.name.clone(), grid.name.clone())));
            }
        }
        for (row, name, grid) in held {
            self.row = row;
            self.refuse(RowFault::StillHoldsGrid, &name, vec![grid]);
        }
    }

    /// Somebody's post and places in words.
    fn told(&self, key: &str) -> String {
        let organisation = &self.plan.organisation;
        let Some(person) = organisation.people.iter().find(|p| p.key == key) else { return String::new() };
        let grids = organisation.grids.iter().filter(|g| holds(g, person.role, key)).map(|g| g.name.as_str());
        let contacts = organisation.departments.iter().filter(|d| d.contacts.iter().any(|c| c == key));
        let places = person.community.iter().map(String::as_str).chain(grids);
        let places = places.chain(contacts.map(|d| d.name.as_str()));
        let places: Vec<&str> = places
            .chain(person.background.map(|background| self.words.background_name(background)))
            .collect();
        [self.words.role_name(person.role)].into_iter().chain(places).collect::<Vec<_>>().join(" ")
    }

    fn change(&mut self, name: &str, before: String, after: String) {
        if before == after {
            self.plan.same += 1;
        } else {
            self.plan.changes.push(Change { row: self.row, name: name.to_owned(), before, after });
        }
    }

    fn buildings<'c>(&mut self, cell: &impl Fn(&str) -> &'c str) {
        let cells = ["community", "estate", "building", "grid"].map(|code| self.needed(code, cell));
        let [Some(community), Some(estate), Some(said), Some(grid)] = cells else { return };
        let known = self.communities();
        if !self.one_of(RowFault::CommunityUnknown, community, known) {
            return;
        }
        let grids = &self.plan.organisation.grids;
        let here: Vec<String> =
            grids.iter().filter(|g| g.community == community).map(|g| g.name.clone()).collect();
        let elsewhere = grids.iter().any(|g| g.name == grid && g.community != community);
        let fault = if elsewhere { RowFault::GridElsewhere } else { RowFault::GridUnknown };
        if !self.one_of(fault, grid, here) {
            return;
        }
        for one in said.split(['、', ',', '，', ';', '；', ' ']).filter(|one| !one.is_empty()) {
            if let Some(number) = self.number(one) {
                self.building(community, estate, &number, grid);
            }
        }
    }

    fn building(&mut self, community: &str, estate: &str, number: &str, grid: &str) {
        let name = format!("{estate} {number}");
        if !self.first(&format!("{community} {name}"), &name) {
            return;
        }
        let before = self.covered(community, estate, number);
        let organisation = &mut self.plan.organisation;
        if !organisation.estates.iter().any(|e| e.name == estate && e.community == community) {
            organisation.estates.push(EstateRow {
                name: estate.to_owned(),
                aliases: vec![],
                community: community.to_owned(),
                property: None,
                point: None,
            });
        }
        if before != grid {
            for one in organisation.grids.iter_mut().filter(|g| g.community == community) {
                // A list that empties would mean the whole estate.
                let only = |c: &Cover| c.estate == estate && c.buildings == [number.to_owned()];
                one.covers.retain(|cover| !only(cover));
                for cover in one.covers.iter_mut().filter(|c| c.estate == estate) {
                    cover.buildings.retain(|b| b != number);
                }
                if one.name == grid {
                    match one.covers.iter_mut().find(|c| c.estate == estate && !c.buildings.is_empty()) {
                        Some(cover) => cover.buildings.push(number.to_owned()),
                        None => one
                            .covers
                            .push(Cover { estate: estate.to_owned(), buildings: vec![number.to_owned()] }),
                    }
                }
            }
        }
        let after = self.covered(community, estate, number);
        self.change(&name, before, after);
    }

    /// The grid that a building is in: one that names it before one that covers the whole estate.
    fn covered(&self, community: &str, estate: &str, number: &str) -> String {
        let grids = || self.plan.organisation.grids.iter().filter(|g| g.community == community);
        let covers = |exact: bool| {
            grids().find(|g| {
                let mut of = g.covers.iter().filter(|c| c.estate == estate);
                of.any(
                    |c| if exact { c.buildings.iter().any(|b| b == number) } else { c.buildings.is_empty() },
                )
            })
        };
        covers(true).or_else(|| covers(false)).map(|g| g.name.clone()).unwrap_or_default()
    }

    /// A row of 派单表; one for the same matter, place and first day is put in its stead.
    fn route<'c>(&mut self, cell: &impl Fn(&str) -> &'c str) {
        let needed = ["category", "department", "why"].map(|code| self.needed(code, cell));
        let [Some(category), Some(department), Some(why)] = needed else { return };
        let (community, estate, building) = (cell("community"), cell("estate"), cell("building"));
        let of = if category == self.words.any_category {
            None
        } else {
            match self.taxonomy.named(category) {
                Ok(code) => Some(code),
                Err(near) => {
                    let known = near.iter().filter_map(|code| self.taxonomy.subs.get(code));
                    let known = known.map(|sub| sub.name.clone()).collect();
                    return self.refuse(RowFault::CategoryUnknown, category, known);
                }
            }
        };
        let known = self.communities();
        let mut fits = self.one_of(RowFault::CommunityUnknown, community, known);
        let here = |e: &&EstateRow| community.is_empty() || e.community == community;
        let estates = self.plan.organisation.estates.iter().filter(here).map(|e| e.name.clone()).collect();
        fits &= self.one_of(RowFault::EstateUnknown, estate, estates);
        let departments = self.plan.organisation.departments.iter().map(|d| d.name.clone()).collect();
        fits &= self.one_of(RowFault::DepartmentUnknown, department, departments);
        let building = if building.is_empty() { None } else { self.number(building) };
        if building.is_some() && estate.is_empty() {
            fits &= self.needed("estate", cell).is_some();
        }
        fits &= building.is_some() || cell("building").is_empty();
        let days = ["from", "until"].map(|code| self.day(cell(code)));
        let [Some(from), Some(until)] = days else { return };
        if let (Some(first), Some(last)) = (from, until)
            && last < first
        {
            return self.refuse(RowFault::DaysReversed, &format!("{first} {last}"), vec![]);
        }
        if !fits {
            return;
        }
        let given = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        // An estate is told with its community, so that one row is not two.
        let of_estate = self.plan.organisation.estates.iter().filter(here).find(|e| e.name == estate);
        let community = of_estate.map(|e| e.community.clone()).or_else(|| given(community));
        let (org, why) = (department.to_owned(), why.to_owned());
        let row =
            RouteRow { category: of, community, estate: given(estate), building, org, from, until, why };
        let name = row.told();
        if !self.first(&name, &name) {
            return;
        }
        let routes = &mut self.plan.organisation.routes;
        let told = |row: &RouteRow| {
            let day = |day: Option<Date>| day.map_or(String::new(), |day| format!(" –{day}"));
            format!("{}{} {}", row.org, day(row.until), row.why)
        };
        let after = told(&row);
        let before = match routes.iter_mut().find(|route| route.equals(&row)) {
            Some(route) => told(&std::mem::replace(route, row)),
            None => {
                routes.push(row);
                String::new()
            }
        };
        self.change(&name, before, after);
    }

    /// A building's number without what may follow it.
    fn number(&mut self, said: &str) -> Option<String> {
        let ends = self.words.building_ends.iter();
        let bare = ends.filter_map(|end| said.strip_suffix(end.as_str())).next().unwrap_or(said);
        let number = building_number(bare);
        if number.is_none() {
            self.refuse(RowFault::BuildingUnfit, said, vec![]);
        }
        number
    }

    /// A day, or an empty cell; what a spreadsheet adds of the time does not count.
    fn day(&mut self, said: &str) -> Option<Option<Date>> {
        let text = said.split_whitespace().next().unwrap_or_default();
        if text.is_empty() {
            return Some(None);
        }
        let day = text.replace(['/', '.'], "-").parse().ok();
        if day.is_none() {
            self.refuse(RowFault::DayUnfit, said, vec![]);
        }
        day.map(Some)
    }
}
