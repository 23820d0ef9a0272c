//! Search in what tickets say: Chinese has no spaces, so every character is a word of its own and what somebody types
//! is found as characters in a row. Pure text work; the index is the store's.

use super::{
    category::Taxonomy,
    directory::Directory,
    mask::Mask,
    ticket::{Ticket, TicketEvent},
};

/// Characters of a ticket that the index knows; beyond it nobody searches.
const LONGEST: usize = 4_000;
/// Characters around the first hit.
const AROUND: usize = 24;

/// What the index knows of a ticket: its words and those added to it, masked, with place and category. `None`: of a
/// private ticket nothing is to be found.
pub fn document<'e>(
    ticket: &Ticket,
    events: impl Iterator<Item = &'e TicketEvent>,
    directory: &Directory,
    taxonomy: &Taxonomy,
    mask: &Mask,
) -> Option<String> {
    if ticket.private {
        return None;
    }
    let mut said = vec![mask.hide(ticket.text.as_str()), mask.hide(ticket.note.as_str())];
    for event in events {
        if let TicketEvent::Added { text } = event {
            said.push(mask.hide(text.as_str()));
        }
    }
    let place = &ticket.place;
    let estate = place.estate.and_then(|id| directory.estate(id));
    let names = estate.map(|estate| std::iter::once(&estate.name.name).chain(&estate.name.aliases));
    let building = place.building.as_ref().map(|building| format!("{building}号楼")).unwrap_or_default();
    said.extend(names.into_iter().flatten().map(|name| format!("{name}{building}")));
    said.extend(
        [place.landmark.as_deref(), place.said.as_deref()].into_iter().flatten().map(|s| mask.hide(s)),
    );
    said.extend(taxonomy.get(&ticket.filing.subcategory).map(|sub| sub.name.clone()));
    let text: String = said.join("\n").chars().take(LONGEST).collect();
    Some(words(&text).join(" "))
}

/// The words of a text: each character that is not part of a number or a Latin word, in lower case and half width.
pub fn words(text: &str) -> Vec<String> {
    let mut words: Vec<String> = vec![];
    let mut run = String::new();
    for c in text.chars().map(plain) {
        if c.is_ascii_alphanumeric() {
            run.push(c);
            continue;
        }
        if !run.is_empty() {
            words.push(std::mem::take(&mut run));
        }
        if c.is_alphanumeric() {
            words.push(c.to_string());
        }
    }
    if !run.is_empty() {
        words.push(run);
    }
    words
}

/// Half width, lower case.
fn plain(c: char) -> char {
    let half = match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        '\u{3000}' => ' ',
        _another => c,
    };
    half.to_ascii_lowercase()
}

/// What the index is asked: each piece between spaces as words in a row, all of them. `None` when nothing was typed
/// that can be found.
pub fn query(typed: &str) -> Option<String> {
    // Quotes make every word a word and nothing else: no operator of the index can be typed.
    let phrases: Vec<String> = pieces(typed).iter().map(|words| format!("\"{}\"", words.join(" "))).collect();
    (!phrases.is_empty()).then(|| phrases.join(" "))
}

fn pieces(typed: &str) -> Vec<Vec<String>> {
    let pieces = typed.split(|c: char| plain(c).is_whitespace());
    pieces.map(words).filter(|words| !words.is_empty()).take(8).collect()
}

/// The part of a text around the first hit, in pieces, each with whether it is a hit.
pub fn snippet(text: &str, typed: &str) -> Vec<(String, bool)> {
    let text: Vec<char> = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let wanted: Vec<Vec<char>> = typed
        .split(|c: char| plain(c).is_whitespace())
        .map(|piece| piece.chars().map(plain).collect::<Vec<_>>())
        .filter(|piece| !piece.is_empty())
        .collect();
    let hit_at = |at: usize| {
        let fits = |piece: &&Vec<char>| {
            text.len() - at >= piece.len() && piece.iter().zip(&text[at..]).all(|(a, b)| *a == plain(*b))
        };
        wanted.iter().filter(fits).map(Vec::len).max()
    };
    let mut hits = vec![false; text.len()];
    for at in 0..text.len() {
        if let Some(length) = hit_at(at) {
            hits[at..at + length].fill(true);
        }
    }
    let first = hits.iter().position(|hit| *hit).unwrap_or(0);
    let (start, end) = (first.saturating_sub(AROUND), (first + 2 * AROUND).min(text.len()));
    let mut pieces: Vec<(String, bool)> = vec![];
    for (c, hit) in text[start..end].iter().zip(&hits[start..end]) {
        match pieces.last_mut() {
            Some((piece, same)) if same == hit => piece.push(*c),
            Some(_) | None => pieces.push((c.to_string(), *hit)),
        }
    }
    if start > 0 {
        pieces.insert(0, ("…".into(), false));
    }
    if end < text.len() {
        pieces.push(("…".into(), false));
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_characters_and_numbers() {
        assert_eq!(words("３号楼 LED灯，不亮!"), ["3", "号", "楼", "led", "灯", "不", "亮"]);
        assert_eq!(query("路灯  3号楼").as_deref(), Some("\"路 灯\" \"3 号 楼\""));
        assert_eq!(query("\" OR NEAR("), Some("\"or\" \"near\"".into()));
        assert_eq!(query(" ，。 "), None);
    }

    #[test]
    fn a_snippet_shows_where_it_is() {
        let marked = |text: &str, typed: &str| {
            let pieces = snippet(text, typed);
            pieces.iter().map(|(t, hit)| if *hit { format!("[{t}]") } else { t.clone() }).collect::<String>()
        };
        assert_eq!(marked("3号楼路灯不亮，路灯坏了", "路灯"), "3号楼[路灯]不亮，[路灯]坏了");
        assert_eq!(marked("没有", "路灯"), "没有");
        assert_eq!(marked("", "x"), "");
        let long = format!("{}路灯{}", "前".repeat(60), "后".repeat(60));
        let shown = marked(&long, "路灯");
        assert!(shown.starts_with('…') && shown.ends_with('…') && shown.contains("[路灯]"));
    }
}
