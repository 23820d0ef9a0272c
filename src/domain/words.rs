//! Text that people wrote, kept out of logs: a newtype whose `Debug` tells only its length.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A `Debug` that names the type and nothing else, for what holds people's words, names or ids.
macro_rules! silent_debug {
    ($($name:ident)+) => {$(
        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(concat!(stringify!($name), "(***)"))
            }
        }
    )+};
}
pub(crate) use silent_debug;

/// Somebody's own words or name. `Debug` never shows them; showing them is a decision of the one who renders.
#[derive(Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Words(pub String);

impl Words {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether nothing was said.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The first `limit` characters, with … when something was left out.
    pub fn short(&self, limit: usize) -> String {
        shorten(&self.0, limit)
    }
}

/// The first `limit` characters of a text in one line, with … when something was left out.
pub fn shorten(text: &str, limit: usize) -> String {
    let mut out: String = text.chars().take(limit).map(|c| if c.is_control() { ' ' } else { c }).collect();
    if text.chars().nth(limit).is_some() {
        out.push('…');
    }
    out
}

/// Digits of a mobile number; numbers of identity papers and bank cards have more.
const TELLING: usize = 11;
/// A mobile number as people write it in groups: 138 0013 8000, 138-0013-8000.
const GROUPED: [usize; 3] = [3, 4, 4];
/// Digits left of a masked number, at its beginning and at its end.
const LEFT: (usize, usize) = (3, 2);

/// The text with its long numbers (mobile, identity paper, bank card) masked, character for character: 138******00.
pub fn masked(text: &str) -> String {
    let mut out: Vec<char> = text.chars().collect();
    let digit = |c: char| c.is_ascii_digit() || ('０'..='９').contains(&c);
    let mut runs: Vec<std::ops::Range<usize>> = vec![];
    for (at, &c) in out.iter().enumerate() {
        match runs.last_mut() {
            // An identity number may end with X.
            Some(run) if run.end == at && (digit(c) || (run.len() == 17 && matches!(c, 'x' | 'X'))) => {
                run.end += 1;
            }
            Some(_) | None if digit(c) => runs.push(at..at + 1),
            Some(_) | None => {}
        }
    }
    let apart = |a: &std::ops::Range<usize>, b: &std::ops::Range<usize>| {
        a.end + 1 == b.start && matches!(out[a.end], ' ' | '-')
    };
    let groups = runs.windows(GROUPED.len()).filter(|groups| {
        groups.iter().map(|group| group.len()).eq(GROUPED)
            && groups.windows(2).all(|two| apart(&two[0], &two[1]))
    });
    let grouped = groups.map(|groups| groups.iter().cloned().flatten().collect::<Vec<_>>());
    let whole = runs.iter().filter(|run| run.len() >= TELLING).map(|run| run.clone().collect());
    let telling: Vec<Vec<usize>> = grouped.chain(whole).collect();
    for number in telling {
        number[LEFT.0..number.len() - LEFT.1].iter().for_each(|&hidden| out[hidden] = '*');
    }
    out.into_iter().collect()
}

/// The first character of somebody's name, which is the family's: 张**.
pub fn family_name(name: &str) -> String {
    name.chars().take(1).chain("**".chars()).collect()
}

impl From<&str> for Words {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl From<String> for Words {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl fmt::Debug for Words {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Words({} characters)", self.0.chars().count())
    }
}
