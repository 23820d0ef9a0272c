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
    verbs: Vec<(usize, usize)>,
}

impl Denied {
    /// Finds what is denied, clause by clause.
    pub fn find(normal: &Normal, hits: &[Hit], lexicon: &Lexicon) -> Self {
        let (mut ranges, mut verbs) = (vec![], vec![]);
        for hit in hits {
            let clause = || normal.clause_range(normal.clause(hit.start));
            let denial = lexicon.meaning(hit.term);
            // The verb itself: 没漏, 不堵.
            if *denial == Meaning::DeniesVerb {
                verbs.push((hit.start, hit.end));
            } else if *denial == Meaning::DeniesAfter && !immune(hit, hits, lexicon) {
                ranges.push((hit.end, clause().1));
            } else if *denial == Meaning::DeniesBefore && !immune(hit, hits, lexicon) {
                ranges.push((clause().0, hit.start));
            }
        }
        Self { ranges, verbs }
    }

    /// Whether a found term is denied. A term of several slots is when any of it is: 不是路灯的事 holds 路灯+不.
    pub fn covers(&self, hit: &Hit) -> bool {
        let inside = |&(from, to): &(usize, usize)| from <= hit.start && hit.end <= to;
        let touches = |&(from, to): &(usize, usize)| !hit.plain && from < hit.end && hit.start < to;
        // 管子漏水 may span its denied verb, 漏 stands in it.
        let verb = |&(from, to): &(usize, usize)| hit.start <= from && to <= hit.end;
        self.ranges.iter().any(|range| inside(range) || touches(range))
            || self.verbs.iter().any(|range| inside(range) || verb(range))
    }
}

/// Whether the denial is part of a longer expression that denies nothing: 是不是, 不是说.
fn immune(denial: &Hit, hits: &[Hit], lexicon: &Lexicon) -> bool {
    hits.iter().any(|hit| {
        *lexicon.meaning(hit.term) == Meaning::NoDenial && hit.start <= denial.start && denial.end <= hit.end
    })
}
