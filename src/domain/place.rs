//! Where: ids of estates and grids, and a place as a ticket holds it. Finding places in text is `understand`'s.

use serde::{Deserialize, Serialize};

/// Row id of an estate 小区 or village 村.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct EstateId(pub i64);

/// What the gazetteer must know of an estate to find it in a text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EstateName {
    /// Its row.
    pub id: EstateId,
    /// 灵武新村
    pub name: String,
    /// Other names people use.
    pub aliases: Vec<String>,
}

impl EstateName {
    /// Whether somebody calls it exactly so.
    pub fn is_called(&self, said: &str) -> bool {
        self.name == said || self.aliases.iter().any(|alias| alias == said)
    }
}
