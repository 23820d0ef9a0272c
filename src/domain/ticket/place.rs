//! Where a ticket is. How places are recognised in words is `understand`'s work.

use serde::{Deserialize, Serialize};

use crate::domain::{person::Home, place::EstateId};

/// Where, as far as it is known.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Place {
    /// Estate or village, once known.
    pub estate: Option<EstateId>,
    /// Building number in Arabic digits.
    pub building: Option<String>,
    /// Unit number.
    pub unit: Option<String>,
    /// Room number. Never shown to a group.
    pub room: Option<String>,
    /// Gate, shop, side of a building.
    pub landmark: Option<String>,
    /// The resident's own words for it, when the estate is not known.
    pub said: Option<String>,
}

impl Place {
    /// Whether a grid worker can find it: the estate is known.
    pub fn is_known(&self) -> bool {
        self.estate.is_some()
    }

    /// Whether it is finer than the estate.
    pub fn has_spot(&self) -> bool {
        self.building.is_some() || self.landmark.is_some()
    }

    /// Whether two places may be one spot: same estate and building; unit, room and landmark must not differ.
    pub fn may_be(&self, other: &Self) -> bool {
        let agree = |a: &Option<String>, b: &Option<String>| match (a, b) {
            (Some(a), Some(b)) => a == b,
            (None, _) | (_, None) => true,
        };
        self.estate.is_some()
            && self.estate == other.estate
            && self.building == other.building
            && agree(&self.unit, &other.unit)
            && agree(&self.room, &other.room)
            && (self.building.is_some() || agree(&self.landmark, &other.landmark))
    }

    /// This place with what it leaves open filled in from a home in the same estate; `indoors` down to the room.
    #[must_use]
    pub fn or_home(mut self, home: &Home, indoors: bool) -> Self {
        if self.estate.is_none() {
            self.estate = Some(home.estate);
        }
        if self.estate == Some(home.estate) && !self.has_spot() {
            self.building.clone_from(&home.building);
            if indoors {
                self.unit.clone_from(&home.unit);
                self.room.clone_from(&home.room);
            }
        }
        self
    }

    /// This place corrected by a later, more telling one.
    #[must_use]
    pub fn refined_by(mut self, other: Self) -> Self {
        if other.estate.is_some() && other.estate != self.estate {
            return other;
        }
        if other.has_spot() {
            let estate = self.estate;
            self = Self { estate, ..other };
        }
        self
    }
}

impl std::fmt::Debug for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Place(estate {:?}, building {:?})", self.estate.map(|e| e.0), self.building)
    }
}
