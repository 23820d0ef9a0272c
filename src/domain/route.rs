//! 派单表: which department gets a matter at a place while a row is in force, before the grid does. Rows have a first and a
//! last day; who is asked gets the day from outside.

use serde::{Deserialize, Serialize};

use super::{
    category::SubCode,
    directory::{CommunityId, DepartmentId, Directory},
    moment::Date,
    place::EstateId,
    ticket::Place,
};

/// Where a row counts, from the widest to the narrowest.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reach {
    /// Everywhere.
    Anywhere,
    /// In one community or village.
    Community(CommunityId),
    /// In one estate.
    Estate(EstateId),
    /// At one building.
    Building(EstateId, String),
}

/// One row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Route {
    /// Where.
    pub reach: Reach,
    /// A sub-category, or a category with all of its own; `None`: whatever it is.
    pub of: Option<SubCode>,
    /// Who gets it: whoever answers for this department first.
    pub to: DepartmentId,
    /// The first day; `None`: since ever.
    #[serde(default, with = "day")]
    pub from: Option<Date>,
    /// The last day; `None`: until further notice.
    #[serde(default, with = "day")]
    pub until: Option<Date>,
    /// Why, for whoever asks.
    pub why: String,
}

impl Route {
    /// Whether it counts on a day.
    pub fn in_force(&self, day: Date) -> bool {
        self.from.is_none_or(|from| from <= day) && self.until.is_none_or(|until| day <= until)
    }

    fn covers(&self, directory: &Directory, place: &Place, code: &SubCode) -> bool {
        let here = match &self.reach {
            Reach::Anywhere => true,
            Reach::Community(id) => directory.community_at(place).is_some_and(|c| c.id == *id),
            Reach::Estate(id) => place.estate == Some(*id),
            Reach::Building(id, number) => {
                place.estate == Some(*id) && place.building.as_ref() == Some(number)
            }
        };
        let fits = |of: &SubCode| of == code || of.as_str() == code.category().code();
        here && self.of.as_ref().is_none_or(fits)
    }

    /// The narrower place before the wider, then the sub-category before the category, then the later first day.
    fn rank(&self) -> (u8, u8, Option<Date>) {
        let place = match self.reach {
            Reach::Anywhere => 0,
            Reach::Community(_) => 1,
            Reach::Estate(_) => 2,
            Reach::Building(..) => 3,
        };
        let of = match &self.of {
            None => 0,
            Some(of) if of.as_str() == of.category().code() => 1,
            Some(_) => 2,
        };
        (place, of, self.from)
    }
}

impl Directory {
    /// The rows that count for a matter at a place on a day, the one that decides first.
    pub fn routes_at(&self, place: &Place, code: &SubCode, day: Date) -> Vec<&Route> {
        let counts = |route: &&Route| route.in_force(day) && route.covers(self, place, code);
        let mut routes: Vec<&Route> = self.routes.iter().filter(counts).collect();
        routes.sort_by_key(|route| std::cmp::Reverse(route.rank()));
        routes
    }
}

/// A day as 2026-11-01.
pub(super) mod day {
    use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

    use super::Date;

    pub(in crate::domain) fn serialize<S: Serializer>(day: &Option<Date>, to: S) -> Result<S::Ok, S::Error> {
        day.map(|day| day.to_string()).serialize(to)
    }

    pub(in crate::domain) fn deserialize<'de, D: Deserializer<'de>>(
        from: D,
    ) -> Result<Option<Date>, D::Error> {
        let text = Option::<String>::deserialize(from)?;
        text.map(|text| text.parse().map_err(D::Error::custom)).transpose()
    }
}
