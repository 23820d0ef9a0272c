//! What a matter is about: the nineteen fixed categories 类别, their sub-categories as data, and the axes beside
//! them (act, kind, sphere, urgency, hazard). No words of Chinese are matched here; that is `understand`'s work.

use std::{collections::BTreeMap, fmt, sync::Arc};

use serde::{Deserialize, Serialize};

/// A closed list of codes: the enum, its `ALL`, `code()`, `from_code()` and serde by code, from one table.
macro_rules! codes {
    ($(#[$meta:meta])* $name:ident { $($(#[$vmeta:meta])* $variant:ident = $code:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum $name { $($(#[$vmeta])* $variant),+ }

        impl $name {
            /// Every value, in the order of the table.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The code used in data files, in the store and on the command line.
            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => $code),+ }
            }

            /// The value with this code, if there is one.
            pub fn from_code(code: &str) -> Option<Self> {
                match code { $($code => Some(Self::$variant),)+ _ => None }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { f.write_str(self.code()) }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> { s.serialize_str(self.code()) }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
                let code = <std::borrow::Cow<'de, str>>::deserialize(d)?;
                Self::from_code(&code).ok_or_else(|| serde::de::Error::custom(format!(
                    "{code:?} is no {}; known: {}", stringify!($name),
                    Self::ALL.iter().map(|v| v.code()).collect::<Vec<_>>().join(" "))))
            }
        }
    };
}
pub(crate) use codes;

codes! {
    /// The fixed top level of categories. Sub-categories below them are data (`dictionaries/categories/*.toml`).
    Category {
        /// Roads, pavements, manhole covers.
        Road = "road",
        /// Tap water, drains, sewers, flooding.
        Water = "water",
        /// Parking and parking bays.
        Parking = "parking",
        /// Fire lanes, stairwells, fire equipment.
        FireLane = "fire_lane",
        /// Rubbish, dust, smells, pests, pollution.
        Sanitation = "sanitation",
        /// Roofs, walls, cracks, dangerous houses.
        Building = "building",
        /// Lifts.
        Elevator = "elevator",
        /// Property company, owners' committee, gates and guards.
        Property = "property",
        /// Piped and bottled gas.
        Gas = "gas",
        /// District heating.
        Heating = "heating",
        /// Electricity.
        Power = "power",
        /// Charging and parking of e-bikes and e-cars.
        Ebike = "ebike",
        /// Street lamps, fitness gear, fences, parks, public toilets.
        Facility = "facility",
        /// Trees and lawns.
        Greening = "greening",
        /// Any noise.
        Noise = "noise",
        /// Falling objects, water's edge, dogs, theft, fights.
        Safety = "safety",
        /// Neighbours, family, contracts, land and compensation.
        Dispute = "dispute",
        /// Unauthorised building.
        IllegalBuild = "illegal_build",
        /// Everything else.
        Other = "other",
    }
}

codes! {
    /// What a line of chat *is*. Only the first three can open a ticket.
    Act {
        /// Tells of a problem and wants it dealt with.
        Report = "report",
        /// Proposes something new.
        Suggestion = "suggestion",
        /// Asks for information.
        Consultation = "consultation",
        /// Pure thanks.
        Thanks = "thanks",
        /// Praises somebody's work.
        Praise = "praise",
        /// Asks about or urges an earlier report.
        Status = "status",
        /// Adds to or corrects an earlier report.
        Addition = "addition",
        /// Answers an invitation.
        Rsvp = "rsvp",
        /// Joins somebody else's report (附议).
        Cosign = "cosign",
        /// Rates the handling; also 没解决 and 不满意.
        Rating = "rating",
        /// A command word of grid workers or staff.
        StaffCommand = "staff_command",
        /// The problem is over or withdrawn.
        Resolved = "resolved",
        /// Greetings, jokes, abuse, chatter.
        Smalltalk = "smalltalk",
        /// Advertisements, vote begging.
        Spam = "spam",
        /// Steers the conversation: 帮助 人工 改 撤回 更多 私密 为什么, a bare 1/2/0.
        Control = "control",
    }
}

impl Act {
    /// Whether a line of this act may open a ticket.
    pub const fn opens_ticket(self) -> bool {
        matches!(self, Self::Report | Self::Suggestion | Self::Consultation)
    }
}

codes! {
    /// 诉求类型.
    RequestKind {
        /// 咨询
        Consultation = "consultation",
        /// 求助
        Help = "help",
        /// 投诉
        Complaint = "complaint",
        /// 举报
        TipOff = "tip_off",
        /// 建议
        Suggestion = "suggestion",
        /// 表扬
        Praise = "praise",
    }
}

codes! {
    /// 事域: whose matter it is. Family matters are private by default.
    Sphere {
        /// 村里事
        Village = "village",
        /// 邻里事
        Neighbour = "neighbour",
        /// 家里事
        Family = "family",
    }
}

codes! {
    /// How urgent a matter is.
    #[derive(Default)]
    Urgency {
        /// 一般
        #[default]
        Normal = "normal",
        /// 加急: going on now, harms daily life within hours or days.
        Urgent = "urgent",
        /// 紧急: imminent danger to life.
        Emergency = "emergency",
    }
}

codes! {
    /// What threatens life in an emergency; decides the first words of the answer.
    Hazard {
        /// Gas smell, cut gas pipe, carbon monoxide.
        Gas = "gas",
        /// Fire or smoke.
        Fire = "fire",
        /// People shut in a lift.
        LiftTrapped = "lift_trapped",
        /// Live wire, electric shock.
        Electric = "electric",
        /// Violence, knife, abduction.
        Violence = "violence",
        /// Somebody in the water, or about to be.
        Drowning = "drowning",
        /// Collapse, people buried or under something.
        Collapse = "collapse",
        /// Somebody hurt or in danger in another way.
        Injury = "injury",
    }
}

/// A sub-category's code, like `water.burst`, or a bare category like `elevator`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(from = "Arc<str>", into = "Arc<str>")]
pub struct SubCode {
    code: Arc<str>,
    /// Read off the code once: the vote asks for it all the time.
    category: Category,
}

impl SubCode {
    /// The code as written in the data; whether it exists is the taxonomy's to say.
    pub fn new(code: &str) -> Self {
        Arc::<str>::from(code).into()
    }

    /// The code's text.
    pub fn as_str(&self) -> &str {
        &self.code
    }

    /// The top-level category, from the part before the dot. Unknown text falls to `Other`.
    pub fn category(&self) -> Category {
        self.category
    }
}

impl From<Arc<str>> for SubCode {
    fn from(code: Arc<str>) -> Self {
        let top = code.split_once('.').map_or(&*code, |(top, _)| top);
        let category = Category::from_code(top).unwrap_or(Category::Other);
        Self { code, category }
    }
}

impl From<SubCode> for Arc<str> {
    fn from(sub: SubCode) -> Self {
        sub.code
    }
}

// By the code alone, as a map that is asked with a plain text needs it.
impl PartialEq for SubCode {
    fn eq(&self, other: &Self) -> bool {
        self.code == other.code
    }
}

impl Eq for SubCode {}

impl std::hash::Hash for SubCode {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.code.hash(state);
    }
}

impl PartialOrd for SubCode {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for SubCode {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.code.cmp(&other.code)
    }
}

impl fmt::Display for SubCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.code)
    }
}

codes! {
    /// How a time limit is counted.
    LimitUnit {
        /// Minutes on the wall, nights and holidays included.
        Minutes = "minutes",
        /// Hours on the wall, nights and holidays included.
        Hours = "hours",
        /// 天: days on the wall, nights and holidays included.
        Days = "days",
        /// 工作时: hours within working periods.
        WorkingHours = "working_hours",
        /// 工作日: eight working hours each.
        WorkingDays = "working_days",
    }
}

/// A time limit counted from receipt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limit {
    /// How many units.
    pub amount: u32,
    /// Which units.
    pub unit: LimitUnit,
}

codes! {
    /// Who is told at once besides the owner.
    Party {
        /// The property company of the estate.
        Property = "property",
        /// The community's duty staff.
        Community = "community",
        /// The village's or community's safety officer 安全员.
        SafetyOfficer = "safety_officer",
        /// The people's mediator 人民调解员.
        Mediator = "mediator",
        /// The housing office 房管所.
        HousingOffice = "housing_office",
    }
}

/// One sub-category: what the data file says of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubCategory {
    /// Its code.
    pub code: SubCode,
    /// Its name as residents read it, at most ten characters.
    pub name: String,
    /// Receipt to resolve, or to reply for suggestions.
    pub limit: Limit,
    /// Where that figure comes from: a rule, or our own proposal.
    pub limit_source: String,
    /// Receipt to first look on the spot, where that is shorter than the limit.
    pub first_look: Option<Limit>,
    /// Told at once besides the owner.
    pub notify: Vec<Party>,
    /// One plain sentence of advice or law added to the receipt; empty when there is none.
    pub advice: String,
    /// Whether 办结 needs a photo before and one after.
    pub photos: bool,
    /// Whether it is private from the start (family matters).
    pub private: bool,
    /// 资源清单: the things whose coming eases it, by the words that people use: 车位.
    pub eased_by: Vec<String>,
}

/// All sub-categories by code; every top-level category is present as a code of its own.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Taxonomy {
    /// Sub-categories by code.
    pub subs: BTreeMap<SubCode, SubCategory>,
}

impl Taxonomy {
    /// The code that an admin means: by code, by whole name, or by a part of exactly one name.
    ///
    /// # Errors
    /// The codes that are near when none or several fit.
    pub fn named(&self, said: &str) -> Result<SubCode, Vec<SubCode>> {
        if let Some(sub) = self.subs.get(said) {
            return Ok(sub.code.clone());
        }
        let with = |fits: &dyn Fn(&SubCategory) -> bool| -> Vec<SubCode> {
            self.subs.values().filter(|sub| fits(sub)).map(|sub| sub.code.clone()).collect()
        };
        let whole = with(&|sub| sub.name == said);
        let part =
            if whole.is_empty() { with(&|sub| !said.is_empty() && sub.name.contains(said)) } else { whole };
        match part.as_slice() {
            [one] => Ok(one.clone()),
            [] | [_, _, ..] => Err(part),
        }
    }

    /// The matters that a thing of 资源清单 eases.
    pub fn eased_by(&self, thing: &str) -> Vec<SubCode> {
        let eased = self.subs.values().filter(|sub| sub.eased_by.iter().any(|word| word == thing));
        eased.map(|sub| sub.code.clone()).collect()
    }

    /// The sub-category with this code; an unknown code (from an older dictionary) reads as its category.
    pub fn get(&self, code: &SubCode) -> Option<&SubCategory> {
        self.subs.get(code).or_else(|| self.subs.get(code.category().code()))
    }
}

impl std::borrow::Borrow<str> for SubCode {
    fn borrow(&self) -> &str {
        &self.code
    }
}
