//! Money in whole 分: read from what people type, written with two decimals. No floats, no currency but 元.

use serde::{Deserialize, Deserializer, Serialize};

/// So many 分.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Fen(pub i64);

/// Digits before the point at most: sums of sums still fit.
const YUAN_DIGITS: usize = 9;

impl Fen {
    /// Reads 元 as typed: 120, 120.5, 120.50, 1,200. `None` for anything else: a sign, a third decimal, letters.
    pub fn read(text: &str) -> Option<Self> {
        let (yuan, decimals) = text.split_once('.').map_or((text, None), |(yuan, rest)| (yuan, Some(rest)));
        let mut groups = yuan.split(',');
        let first = groups.next()?;
        let mut digits = first.to_owned();
        for group in groups {
            if group.len() != 3 || !(1..=3).contains(&first.len()) {
                return None;
            }
            digits.push_str(group);
        }
        let are_digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        if !are_digits(&digits) || digits.len() > YUAN_DIGITS {
            return None;
        }
        let cents = match decimals {
            None => 0,
            Some(rest) if !are_digits(rest) || rest.len() > 2 => return None,
            Some(rest) => format!("{rest:0<2}").parse::<i64>().ok()?,
        };
        Some(Self(digits.parse::<i64>().ok()? * 100 + cents))
    }

    /// Without its sign: by how much something is overdrawn.
    #[must_use]
    pub const fn size(self) -> Self {
        Self(self.0.abs())
    }
}

/// `120.50`
impl std::fmt::Display for Fen {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        write!(f, "{sign}{}.{:02}", self.0.abs() / 100, self.0.abs() % 100)
    }
}

impl std::ops::Neg for Fen {
    type Output = Self;

    fn neg(self) -> Self {
        Self(-self.0)
    }
}

impl std::ops::Add for Fen {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

impl std::ops::Sub for Fen {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self(self.0 - other.0)
    }
}

impl std::iter::Sum for Fen {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        all.fold(Self(0), |sum, one| sum + one)
    }
}

/// An amount in a data file, in 元 as people write it: `"3000.00"`.
pub fn yuan<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Fen>, D::Error> {
    let text = String::deserialize(deserializer)?;
    let wrong =
        || serde::de::Error::custom(format!("{text:?} is no amount in yuan; write it like \"3000.00\""));
    Fen::read(&text).map(Some).ok_or_else(wrong)
}
