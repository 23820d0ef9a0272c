//! The organisation: communities, estates, grids, groups and who stands behind them. Small enough to hold in memory;
//! immutable, replaced whole when it changes. Residents are not in it.

use serde::{Deserialize, Serialize};

use super::{
    category::Party,
    fund,
    ladder::Ladder,
    money::Fen,
    person::{Background, PersonId, Role},
    place::{EstateId, EstateName},
    route::Route,
    ticket::Place,
    whistle::Summoned,
};

/// Row id of a community 社区 or village 村.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CommunityId(pub i64);

/// Row id of a grid 网格.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct GridId(pub i64);

/// Row id of a 党群连心 group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct GroupId(pub i64);

/// A community or village: the level that calls meetings and verifies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Community {
    /// Row id.
    pub id: CommunityId,
    /// 育才街社区
    pub name: String,
    /// Its staff on duty, told of emergencies and asked to verify.
    pub staff: Vec<PersonId>,
    /// 党员 who take up residents' orders (点单).
    #[serde(default)]
    pub party_members: Vec<PersonId>,
    /// 人民调解员
    pub mediator: Option<PersonId>,
    /// 安全员
    pub safety_officer: Option<PersonId>,
    /// 房管所 contact.
    pub housing_office: Option<PersonId>,
    /// 社区党委(党总支)书记
    #[serde(default)]
    pub secretary: Option<PersonId>,
    /// The leader who looks after it (联系社区): reads once a week what is late though the subdistrict has it.
    #[serde(default)]
    pub liaison: Option<PersonId>,
    /// Its own names of the rungs; `None`: the organisation's.
    #[serde(default)]
    pub ladder: Option<Ladder>,
    /// 网格经费: what each of its grids gets for a year.
    #[serde(default = "usual_fund")]
    pub grid_fund: Fen,
}

fn usual_fund() -> Fen {
    fund::YEARLY
}

/// An estate 小区 or a village's settlement.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Estate {
    /// Name and aliases.
    pub name: EstateName,
    /// Where it belongs.
    pub community: CommunityId,
    /// Contact of the property company.
    pub property: Option<PersonId>,
    /// Latitude and longitude of its middle, degrees, GCJ-02.
    pub point: Option<(f64, f64)>,
}

/// A grid and the buildings it covers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grid {
    /// Row id.
    pub id: GridId,
    /// 育才街第3网格
    pub name: String,
    /// Where it belongs.
    pub community: CommunityId,
    /// Its one grid worker.
    pub worker: PersonId,
    /// 网格党支部书记
    #[serde(default)]
    pub secretary: Option<PersonId>,
    /// 户数, as counted by the office.
    #[serde(default)]
    pub households: Option<u32>,
    /// Estates covered; with building numbers where the grid covers only those.
    pub covers: Vec<(EstateId, Vec<String>)>,
}

/// 微网格: some buildings of an old estate, whose head hears of everything there before the grid worker does; and 楼栋党小组, which
/// stands on the same ground.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MicroGrid {
    /// 灵武新村3号楼微网格
    pub name: String,
    /// 微网格长; `None`: matters go to the grid worker at once.
    pub head: Option<PersonId>,
    /// 党小组组长
    pub leader: Option<PersonId>,
    /// The estate.
    pub estate: EstateId,
    /// Building numbers; never empty.
    pub buildings: Vec<String>,
}

/// Something in the organisation that nobody answers for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Gap<'d> {
    /// An estate or village that no grid covers.
    Ungridded(&'d Estate),
    /// An estate of which grids cover only buildings that they name: any other one falls to the first of them.
    PartlyGridded(&'d Estate),
    /// A grid whose worker is at work no more.
    Workerless(&'d Grid),
    /// A micro-grid whose head is at work no more: its matters wait for nobody, and only then go to the grid worker.
    Headless(&'d MicroGrid),
    /// A community without staff: nobody verifies, coordinates or hears of what is late.
    Unstaffed(&'d Community),
    /// Nobody gets what belongs to no grid.
    CatchAll,
}

/// Row id of a department 职能部门 or another unit that can be called in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DepartmentId(pub i64);

/// A department, utility or partner unit: works the tickets handed to it and comes when whistled for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Department {
    /// Row id.
    pub id: DepartmentId,
    /// 住建局
    pub name: String,
    /// Other names people use.
    pub aliases: Vec<String>,
    /// Who answers for it, the first first.
    pub contacts: Vec<PersonId>,
}

/// A chat group of residents.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Group {
    /// Row id.
    pub id: GroupId,
    /// 灵武新村党群连心群
    pub name: String,
    /// The gateway's id of it; without one, notices are handed to staff to paste.
    pub gateway: Option<String>,
    /// Where it belongs.
    pub community: CommunityId,
    /// The estate, when all its members live in one.
    pub estate: Option<EstateId>,
}

/// How somebody at work is named to residents.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StaffName {
    /// Row id.
    pub id: PersonId,
    /// 小马
    pub name: String,
    /// 网格员
    pub role: Role,
    /// Where a branch secretary comes from.
    #[serde(default)]
    pub background: Option<Background>,
}

/// The whole organisation.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Directory {
    /// Communities and villages.
    pub communities: Vec<Community>,
    /// Estates.
    pub estates: Vec<Estate>,
    /// Grids.
    pub grids: Vec<Grid>,
    /// Micro-grids.
    #[serde(default)]
    pub micro_grids: Vec<MicroGrid>,
    /// Groups.
    pub groups: Vec<Group>,
    /// Departments, utilities and partner units.
    #[serde(default)]
    pub departments: Vec<Department>,
    /// The rungs that matters climb, and their names.
    #[serde(default)]
    pub ladder: Ladder,
    /// 派单表: what goes to a department before it goes to the grid.
    #[serde(default)]
    pub routes: Vec<Route>,
    /// 街道, 乡镇: who approves whistles and gets what the communities cannot solve, the first first.
    #[serde(default)]
    pub subdistrict: Vec<PersonId>,
    /// 兜底: who gets what belongs to no grid. `None` only before the first import.
    pub catch_all: Option<PersonId>,
    /// Staff, for lines that name an owner.
    pub staff: Vec<StaffName>,
}

impl Directory {
    /// What the gazetteer has to know.
    pub fn estate_names(&self) -> Vec<EstateName> {
        self.estates.iter().map(|estate| estate.name.clone()).collect()
    }

    /// The community of that id.
    pub fn community(&self, id: CommunityId) -> Option<&Community> {
        self.communities.iter().find(|c| c.id == id)
    }

    /// The estate of that id.
    pub fn estate(&self, id: EstateId) -> Option<&Estate> {
        self.estates.iter().find(|e| e.name.id == id)
    }

    /// The grid of that id.
    pub fn grid(&self, id: GridId) -> Option<&Grid> {
        self.grids.iter().find(|g| g.id == id)
    }

    /// The group of that id.
    pub fn group(&self, id: GroupId) -> Option<&Group> {
        self.groups.iter().find(|g| g.id == id)
    }

    /// The department of that id.
    pub fn department(&self, id: DepartmentId) -> Option<&Department> {
        self.departments.iter().find(|d| d.id == id)
    }

    /// The department that somebody calls so.
    pub fn department_named(&self, name: &str) -> Option<&Department> {
        self.departments.iter().find(|d| d.name == name || d.aliases.iter().any(|a| a == name))
    }

    /// Who answers for whom a whistle calls in.
    pub fn summoned(&self, summoned: Summoned) -> Vec<PersonId> {
        match summoned {
            Summoned::Department(id) => self.department(id).map(|d| d.contacts.clone()).unwrap_or_default(),
            Summoned::Property { property } => {
                self.estate(property).and_then(|estate| estate.property).into_iter().collect()
            }
        }
    }

    /// Whether somebody answers for whom a whistle calls in.
    pub fn speaks_for(&self, person: PersonId, summoned: Summoned) -> bool {
        self.summoned(summoned).contains(&person)
    }

    /// The group that a gateway calls so.
    pub fn group_at_gateway(&self, gateway: &str) -> Option<&Group> {
        self.groups.iter().find(|g| g.gateway.as_deref() == Some(gateway))
    }

    /// The groups of a community.
    pub fn groups_of(&self, community: CommunityId) -> impl Iterator<Item = &Group> {
        self.groups.iter().filter(move |g| g.community == community)
    }

    /// The grids that a worker holds.
    pub fn grids_of(&self, worker: PersonId) -> Vec<GridId> {
        self.grids.iter().filter(|g| g.worker == worker).map(|g| g.id).collect()
    }

    /// The grid that somebody calls so.
    pub fn grid_named(&self, name: &str) -> Option<&Grid> {
        self.grids.iter().find(|g| g.name == name)
    }

    /// What a grid gets for a year.
    pub fn yearly_fund(&self, grid: &Grid) -> Fen {
        self.community(grid.community).map_or(fund::YEARLY, |c| c.grid_fund)
    }

    /// The grid of a place: one that names the building before one that covers the whole estate.
    pub fn grid_at(&self, estate: EstateId, building: Option<&str>) -> Option<&Grid> {
        let covers = |grid: &Grid, exact: bool| {
            grid.covers.iter().any(|(e, buildings)| {
                *e == estate
                    && if exact {
                        building.is_some_and(|b| buildings.iter().any(|x| x == b))
                    } else {
                        buildings.is_empty()
                    }
            })
        };
        self.grids
            .iter()
            .find(|g| covers(g, true))
            .or_else(|| self.grids.iter().find(|g| covers(g, false)))
            // Buildings listed in no grid still belong to somebody: the estate's first grid.
            .or_else(|| self.grids.iter().find(|g| g.covers.iter().any(|(e, _)| *e == estate)))
    }

    /// The micro-grid of a place; a place without a building is in none.
    pub fn micro_grid_at(&self, place: &Place) -> Option<&MicroGrid> {
        let (estate, building) = (place.estate?, place.building.as_ref()?);
        self.micro_grids.iter().find(|m| m.estate == estate && m.buildings.contains(building))
    }

    /// What nobody answers for, though somebody should: each gap once, in the order of the organisation.
    pub fn gaps(&self) -> Vec<Gap<'_>> {
        let ungridded = self.estates.iter().filter(|e| self.grid_at(e.name.id, None).is_none());
        let partly = self.estates.iter().filter(|e| {
            let of = |grid: &Grid| grid.covers.iter().any(|(id, _)| *id == e.name.id);
            let whole =
                |grid: &Grid| grid.covers.iter().any(|(id, some)| *id == e.name.id && some.is_empty());
            self.grids.iter().any(of) && !self.grids.iter().any(whole)
        });
        let workerless = self.grids.iter().filter(|grid| self.staff_role(grid.worker) == Role::Resident);
        let left = |head: &PersonId| self.staff_role(*head) == Role::Resident;
        let headless = self.micro_grids.iter().filter(|micro| micro.head.as_ref().is_some_and(left));
        let unstaffed = self.communities.iter().filter(|community| community.staff.is_empty());
        let nobody = self.catch_all.is_none().then_some(Gap::CatchAll);
        ungridded
            .map(Gap::Ungridded)
            .chain(partly.map(Gap::PartlyGridded))
            .chain(workerless.map(Gap::Workerless))
            .chain(headless.map(Gap::Headless))
            .chain(unstaffed.map(Gap::Unstaffed))
            .chain(nobody)
            .collect()
    }

    /// The community that a place belongs to.
    pub fn community_at(&self, place: &Place) -> Option<&Community> {
        self.community(self.estate(place.estate?)?.community)
    }

    /// The rungs that a matter at a place climbs.
    pub fn ladder_at(&self, place: &Place) -> &Ladder {
        self.community_at(place).and_then(|c| c.ladder.as_ref()).unwrap_or(&self.ladder)
    }

    /// The rungs that matters of a grid climb.
    pub fn ladder_of(&self, grid: GridId) -> &Ladder {
        let community = self.grid(grid).and_then(|grid| self.community(grid.community));
        community.and_then(|c| c.ladder.as_ref()).unwrap_or(&self.ladder)
    }

    /// Whether somebody of this community, or on duty for the place's own, works there: one person may serve several.
    pub fn serves(&self, person: PersonId, of: CommunityId, place: &Place) -> bool {
        self.community_at(place).is_some_and(|c| c.id == of || c.staff.contains(&person))
    }

    /// The party members who may take up an order at a place.
    pub fn party_members(&self, place: &Place) -> &[PersonId] {
        self.community_at(place).map_or(&[], |c| &c.party_members)
    }

    /// Who stands behind a party at a place.
    pub fn contacts(&self, party: Party, place: &Place) -> Vec<PersonId> {
        let community = self.community_at(place);
        match party {
            Party::Property => place.estate.and_then(|e| self.estate(e)?.property).into_iter().collect(),
            Party::Community => community.map(|c| c.staff.clone()).unwrap_or_default(),
            Party::SafetyOfficer => community.and_then(|c| c.safety_officer).into_iter().collect(),
            Party::Mediator => community.and_then(|c| c.mediator).into_iter().collect(),
            Party::HousingOffice => community.and_then(|c| c.housing_office).into_iter().collect(),
        }
    }

    /// The estate whose middle lies nearest, within 800 metres.
    pub fn estate_near(&self, latitude: f64, longitude: f64) -> Option<&Estate> {
        let metres = |(lat, lon): (f64, f64)| {
            // Flat earth is good to a metre at this scale: one degree of latitude is 111 km.
            let x = (lon - longitude) * latitude.to_radians().cos();
            (lat - latitude).hypot(x) * 111_320.0
        };
        self.estates
            .iter()
            .filter_map(|e| Some((metres(e.point?), e)))
            .filter(|(distance, _)| *distance <= 800.0)
            .min_by(|a, b| a.0.total_cmp(&b.0))
            .map(|(_, estate)| estate)
    }

    /// The name of somebody at work; empty for residents.
    pub fn staff_name(&self, person: PersonId) -> &str {
        self.staff.iter().find(|s| s.id == person).map_or("", |s| &s.name)
    }

    /// The role of somebody at work.
    pub fn staff_role(&self, person: PersonId) -> Role {
        self.staff.iter().find(|s| s.id == person).map_or(Role::Resident, |s| s.role)
    }
}
