//! What a message denies: `不是井盖的事`, `灯是亮的`, `没漏`. Only plain denial counts; 没有停车位 and 不让停车 are
//! complaints, so a bare 不 or 没 denies nothing but a verb that directly follows it.

use super::{
    lexicon::{Lexicon, Meaning},
    normalize::Normal,
    phrase::Hit,
};

/// The normal characters under denial.
#[derive(Debug, Clone, Default)]
pub struct Denied {
    ranges: Vec<(usize, usize)>,
}

impl Denied {
    /// Finds what is denied, clause by clause.
    pub fn find(normal: &Normal, hits: &[Hit], lexicon: &Lexicon) -> Self {
        let mut ranges = vec![];
        for hit in hits {
            let (first, last) = normal.clause_range(normal.clause(hit.start));
            let denial = lexicon.meaning(hit.term);
            // The verb itself: 没漏, 不堵.
            if *denial == Meaning::DeniesVerb {
                ranges.push((hit.start, hit.end));
            } else if *denial == Meaning::DeniesAfter && !immune(hit, hits, lexicon) {
                ranges.push((hit.end, last));
            } else if *denial == Meaning::DeniesBefore && !immune(hit, hits, lexicon) {
                ranges.push((first, hit.start));
            }
        }
        Self { ranges }
    }

    /// Whether a term that stands at `[start, end)` is denied.
    pub fn covers(&self, start: usize, end: usize) -> bool {
        self.ranges.iter().any(|&(from, to)| from <= start && end <= to)
    }
}

/// Whether the denial is part of a longer expression that denies nothing: 是不是, 不是说.
fn immune(denial: &Hit, hits: &[Hit], lexicon: &Lexicon) -> bool {
    hits.iter().any(|hit| {
        *lexicon.meaning(hit.term) == Meaning::NoDenial && hit.start <= denial.start && denial.end <= hit.end
    })
}
