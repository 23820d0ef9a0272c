//! 小事不出小区、大事不出社区: the rungs that a matter climbs, by the names that a place gives them. 立交桥 says 网格→社区 and passes
//! nothing on, 恩和 says 村→镇; the rule engine is one. No word of Chinese stands here.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::ticket::Level;

/// The rungs that there are, with their names; without any: all levels by their usual names.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Ladder(BTreeMap<Level, String>);

impl Ladder {
    /// The rung above; `None` at the top.
    pub fn above(&self, level: Level) -> Option<Level> {
        self.rungs().find(|rung| *rung > level)
    }

    /// The rung below; `None` at the bottom.
    pub fn below(&self, level: Level) -> Option<Level> {
        self.rungs().filter(|rung| *rung < level).last()
    }

    /// What a level is called; `None`: as everywhere.
    pub fn label(&self, level: Level) -> Option<&str> {
        self.0.get(&level).map(String::as_str)
    }

    /// The rung that is called so.
    pub fn called(&self, word: &str) -> Option<Level> {
        self.0.iter().find(|(_, name)| *name == word).map(|(level, _)| *level)
    }

    /// Whether a level is a rung of it.
    pub fn has(&self, level: Level) -> bool {
        self.rungs().any(|rung| rung == level)
    }

    /// Whether a matter can begin on it: at the grid, or there are no names at all.
    pub fn is_whole(&self) -> bool {
        self.has(Level::Grid) && self.0.values().all(|name| !name.trim().is_empty())
    }

    fn rungs(&self) -> impl Iterator<Item = Level> {
        Level::ALL.iter().copied().filter(|level| self.0.is_empty() || self.0.contains_key(level))
    }
}
