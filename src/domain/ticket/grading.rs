//! 三级四法: how hard a matter is, in which way it is handled, and the parts into which a hard one is cut.

use serde::{Deserialize, Serialize};

use crate::domain::{category::codes, moment::Moment, words::Words};

codes! {
    /// How hard a matter is: ordinary ones are settled on the spot, hard ones in parts, major ones together.
    #[derive(Default)]
    Grade {
        /// 一般
        #[default]
        Ordinary = "ordinary",
        /// 难点
        Hard = "hard",
        /// 重大
        Major = "major",
    }
}

codes! {
    /// In which of the ways a matter is handled. 跟踪督办 lies over any of them.
    #[derive(Default)]
    HandlingMode {
        /// 现场直办
        #[default]
        OnSite = "on_site",
        /// 干部领办
        CadreLed = "cadre_led",
        /// 村镇联办
        Joint = "joint",
    }
}

/// A part of a hard matter, with its own goal and its own time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Segment {
    /// What is to be reached.
    pub goal: Words,
    /// By when.
    pub due: Moment,
    /// When it was.
    pub done_at: Option<Moment>,
    /// Whether its time ran out before.
    #[serde(default)]
    pub late: bool,
}
