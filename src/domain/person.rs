//! Who: residents and staff, their homes and posts. A person becomes an [`Actor`] only by being looked up in the
//! world, so that what somebody may do never hangs on a name that they typed.

use serde::{Deserialize, Serialize};

use super::{
    category::codes,
    directory::{CommunityId, Directory, GridId},
    moment::Moment,
    place::EstateId,
    words::Words,
};

/// Row id of a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PersonId(pub i64);

codes! {
    /// The post a person holds; more come with their work.
    #[derive(Default)]
    Role {
        /// 居民
        #[default]
        Resident = "resident",
        /// 网格员
        GridWorker = "grid_worker",
        /// 社区工作人员
        CommunityStaff = "community_staff",
        /// 人民调解员
        Mediator = "mediator",
        /// 物业
        PropertyStaff = "property_staff",
        /// 安全员
        SafetyOfficer = "safety_officer",
        /// 房管所
        HousingOffice = "housing_office",
        /// 词典管理员
        DictionaryEditor = "dictionary_editor",
        /// 街道、乡镇工作人员
        SubdistrictStaff = "subdistrict_staff",
        /// 职能部门经办人
        DeptHandler = "dept_handler",
        /// 党员
        PartyMember = "party_member",
        /// 微网格长
        MicroGridHead = "micro_grid_head",
        /// 网格党支部书记
        BranchSecretary = "branch_secretary",
        /// 楼栋党小组组长
        GroupLeader = "group_leader",
        /// 联系社区的领导
        LiaisonLeader = "liaison_leader",
    }
}

codes! {
    /// Where a branch secretary comes from (seed case A14).
    Background {
        /// 离退休党员
        Retired = "retired",
        /// 社会组织负责人
        Organisation = "organisation",
        /// 直管党员
        Direct = "direct",
    }
}

/// Where somebody lives. Counts for 附议 only once a grid worker has confirmed it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Home {
    /// The estate or village.
    pub estate: EstateId,
    /// Building number in Arabic digits.
    pub building: Option<String>,
    /// Unit number.
    pub unit: Option<String>,
    /// Room number.
    pub room: Option<String>,
    /// Whether a grid worker said that it is so.
    pub confirmed: bool,
}

impl Home {
    /// Whether two homes are one household. Without a room nobody can tell, so they are not.
    pub fn same_household(&self, other: &Self) -> bool {
        self.room.is_some()
            && (self.estate, &self.building, &self.unit, &self.room)
                == (other.estate, &other.building, &other.unit, &other.room)
    }
}

impl std::fmt::Debug for Home {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Home(estate {}, confirmed {})", self.estate.0, self.confirmed)
    }
}

/// A person as the store holds them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// Row id.
    pub id: PersonId,
    /// Display name; for residents of a public account empty (WeChat gives none).
    #[serde(default)]
    pub name: Words,
    /// Post.
    pub role: Role,
    /// The community they work for.
    #[serde(default)]
    pub community: Option<CommunityId>,
    /// Home as told by themselves.
    #[serde(default)]
    pub home: Option<Home>,
    /// Whether a gateway can carry a line to them at once; else lines wait for their next message.
    #[serde(default)]
    pub gateway: Option<String>,
    /// Whether they left the account: nothing more may be sent.
    #[serde(default)]
    pub gone: bool,
    /// Wrong binding codes typed since `bind_failed_at`.
    #[serde(default)]
    pub bind_failures: u8,
    /// When the first of those was typed.
    #[serde(default)]
    pub bind_failed_at: Option<Moment>,
    /// What did not fit the last reply, for 「更多」.
    #[serde(default)]
    pub remainder: Words,
}

impl Person {
    /// Somebody who wrote for the first time.
    pub fn newcomer(id: PersonId, name: &str, gateway: Option<String>) -> Self {
        Self {
            id,
            name: name.into(),
            role: Role::Resident,
            community: None,
            home: None,
            gateway,
            gone: false,
            bind_failures: 0,
            bind_failed_at: None,
            remainder: Words::default(),
        }
    }

    /// What is left of somebody who wants to be forgotten: who may do what, and how they are reached.
    #[must_use]
    pub fn forgotten(self) -> Self {
        Self {
            role: self.role,
            community: self.community,
            // Else forgetting would give new tries at a binding code.
            bind_failures: self.bind_failures,
            bind_failed_at: self.bind_failed_at,
            ..Self::newcomer(self.id, "", self.gateway)
        }
    }
}

/// What the speaker may do, derived from who they are in the store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Actor {
    /// Anybody: reports, asks, co-signs, rates.
    Resident,
    /// Works the tickets of these grids.
    GridWorker(Vec<GridId>),
    /// Works, verifies and calls meetings in this community.
    CommunityStaff(CommunityId),
    /// Works and decides in all communities: 街道, 乡镇.
    Subdistrict,
    /// Works only the tickets handed to them: departments, property, mediator, safety officer,
    /// offices, party members; 微网格长 those of their buildings too.
    Handler,
}

impl Actor {
    /// From a person that the world vouches for.
    pub fn of(person: &Person, directory: &Directory) -> Self {
        match (person.role, person.community) {
            (Role::Resident, _) => Self::Resident,
            (Role::GridWorker, _) => Self::GridWorker(directory.grids_of(person.id)),
            (Role::CommunityStaff, Some(community)) => Self::CommunityStaff(community),
            (Role::SubdistrictStaff, _) => Self::Subdistrict,
            (Role::CommunityStaff, None)
            | (Role::Mediator | Role::PropertyStaff | Role::SafetyOfficer | Role::HousingOffice, _)
            | (Role::DictionaryEditor | Role::DeptHandler | Role::PartyMember, _)
            | (Role::MicroGridHead | Role::BranchSecretary | Role::GroupLeader | Role::LiaisonLeader, _) => {
                Self::Handler
            }
        }
    }

    /// Whether this is somebody at work, not a resident.
    pub fn is_staff(&self) -> bool {
        match self {
            Self::Resident => false,
            Self::GridWorker(_) | Self::CommunityStaff(_) | Self::Subdistrict | Self::Handler => true,
        }
    }
}
