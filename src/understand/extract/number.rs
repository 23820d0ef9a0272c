//! Small numbers as residents write them in addresses: 3, 三, 十二, 二十一, 三〇二.

use crate::domain::command::building_number;

/// Arabic digits of a building's, unit's or room's number; `None` when it is none. Digit strings in Chinese
/// (三〇二, 幺零一) are read one by one, other numerals as a number below a hundred.
pub fn address_number(text: &str) -> Option<String> {
    building_number(text).or_else(|| spelt(text)).or_else(|| lettered(text))
}

fn spelt(text: &str) -> Option<String> {
    let digit = |c: char| match c {
        '〇' | '○' => Some('0'),
        '幺' => Some('1'),
        '0'..='9' => Some(c),
        _ => "零一二三四五六七八九".chars().position(|d| d == c).and_then(|i| char::from_digit(i as u32, 10)),
    };
    let digits: Option<String> = text.chars().map(digit).collect();
    digits.filter(|digits| (2..=4).contains(&digits.len()) && !digits.starts_with('0'))
}

/// A3, B, 12A: buildings of newer estates.
fn lettered(text: &str) -> Option<String> {
    let fits = text.len() <= 4 && text.bytes().all(|b| b.is_ascii_alphanumeric());
    (fits && text.bytes().any(|b| b.is_ascii_alphabetic())).then(|| text.to_ascii_uppercase())
}
