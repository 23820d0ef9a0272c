//! Where: estates and villages (from the gazetteer or by the look of the name), buildings, units, rooms, gates and
//! other things to find a spot by. Neighbouring pieces become one mention. Words are data (`places.toml`).

use super::number::address_number;
use crate::{
    domain::understanding::PlaceMention,
    understand::{
        lexicon::{
            Lexicon,
            gazetteer::{Measure, PlaceWord},
        },
        normalize::Normal,
        phrase::Hit,
        segment::Tokens,
    },
};

/// The longest name taken from the text on the strength of its ending, in characters.
const LONGEST_NAME: usize = 16;

/// A mention with its position among the normal characters.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// The mention as `decide` reads it.
    pub mention: PlaceMention,
    start: usize,
    end: usize,
    names: Vec<(usize, usize)>,
}

impl Found {
    /// Whether `[start, end)` lies inside a name: 电信 in 电信小区 says nothing of telephones.
    pub fn names(&self, start: usize, end: usize) -> bool {
        self.names.iter().any(|&(from, to)| from <= start && end <= to)
    }
}

/// What a piece of an address is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Piece {
    /// A name in the gazetteer.
    Known(usize),
    /// A name by its ending; whether of an estate or village.
    Named {
        estate: bool,
    },
    Building,
    Unit,
    Room,
    Floor,
    /// 3-2-501
    Dashed,
    /// A numbered part of what is named before it: 二期, 第八组, 16号 of a road.
    Portion,
    /// A spot by itself: 南门口, 早市.
    Spot,
    /// A spot only with something before or behind it: 阳台, 门口.
    Weak,
    /// 旁边, 东边
    Beside,
    /// 那个, 的
    Link,
}

#[derive(Debug, Clone, Copy)]
struct Part {
    start: usize,
    end: usize,
    piece: Piece,
}

/// Finds all places, in order of the text.
pub fn find(normal: &Normal, hits: &[Hit], tokens: &Tokens, lexicon: &Lexicon) -> Vec<Found> {
    let mut parts = vec![];
    known(normal, lexicon, &mut parts);
    named(normal, hits, tokens, lexicon, &mut parts);
    numbered(normal, lexicon, &mut parts);
    named_by_number(normal, hits, tokens, lexicon, &mut parts);
    portions(normal, lexicon, &mut parts);
    spots(normal, lexicon, &mut parts);
    parts.sort_by_key(|part: &Part| (part.start, std::cmp::Reverse(part.end)));
    let mut found = vec![];
    let mut group: Vec<Part> = vec![];
    for part in parts {
        // 豪庭 inside 豪庭小区 adds nothing.
        if group.last().is_some_and(|last| part.end <= last.end) {
            continue;
        }
        let joins = group
            .last()
            .is_some_and(|last| touches(last, &part, normal) || crosses(last, &part, normal, lexicon));
        if !joins {
            found.extend(mention(&group, normal, lexicon));
            group.clear();
        }
        group.push(part);
    }
    found.extend(mention(&group, normal, lexicon));
    found
}

/// Whether nothing but politeness and particles stands beside the places.
pub fn nothing_else(normal: &Normal, places: &[Found], lexicon: &Lexicon) -> bool {
    beside(normal, places).split(' ').all(|piece| lexicon.places().is_filler(piece))
}

/// Whether nothing is said but the question who looks after a place: 请问灵武新村5号楼归谁管, and not 5号楼的垃圾归谁管.
pub fn asks_whose(normal: &Normal, places: &[Found], lexicon: &Lexicon) -> bool {
    let whole = |found: &Found| {
        let place = &found.mention;
        (place.estate.is_some() || place.building.is_some()) && place.landmark.is_none()
    };
    places.iter().all(whole) && lexicon.places().asks_whose(&beside(normal, places), !places.is_empty())
}

/// What is said beside the places, pieces parted by spaces.
fn beside(normal: &Normal, places: &[Found]) -> String {
    let outside = |at: usize| places.iter().all(|place| at < place.start || place.end <= at);
    let mut rest = String::new();
    for (at, &c) in normal.chars().iter().enumerate() {
        if outside(at) && (c.is_alphanumeric()) {
            rest.push(c);
        } else if !rest.ends_with(' ') {
            rest.push(' ');
        }
    }
    rest
}

/// Whether two pieces belong to one mention: they touch, or a space or 的 stands between parts of an address.
fn touches(last: &Part, next: &Part, normal: &Normal) -> bool {
    if next.start <= last.end {
        return true;
    }
    let address = |piece: Piece| !matches!(piece, Piece::Link | Piece::Beside | Piece::Weak | Piece::Spot);
    next.start == last.end + 1
        && normal.chars()[last.end] == ' '
        && address(last.piece)
        && address(next.piece)
        && !matches!(next.piece, Piece::Known(_) | Piece::Named { .. })
}

/// Whether two roads are told as one crossing: 滨江路与和平街交汇处.
fn crosses(last: &Part, next: &Part, normal: &Normal, lexicon: &Lexicon) -> bool {
    let text = |from: usize, to: usize| normal.chars()[from..to].iter().collect::<String>();
    let road = |part: &Part| matches!(part.piece, Piece::Named { estate: false });
    let words = lexicon.places();
    road(last)
        && road(next)
        && last.end < next.start
        && words.joins_crossing(&text(last.end, next.start))
        && words.is_crossing(&text(next.start, next.end))
}

fn known(normal: &Normal, lexicon: &Lexicon, parts: &mut Vec<Part>) {
    for (start, end, name) in lexicon.gazetteer().find(normal.text()) {
        parts.push(Part {
            start: normal.char_at(start),
            end: normal.char_at(end),
            piece: Piece::Known(name),
        });
    }
}

/// Names by their endings: …小区, …村, …路. The name reaches back to the last word that cannot be in a name.
fn named(normal: &Normal, hits: &[Hit], tokens: &Tokens, lexicon: &Lexicon, parts: &mut Vec<Part>) {
    let words = lexicon.places();
    for (byte_start, byte_end, ending) in words.endings(normal.text()) {
        let (suffix, end) = (normal.char_at(byte_start), normal.char_at(byte_end));
        if end - suffix == 1 && !tokens.ends_at(end) {
            continue;
        }
        let start = name_start(normal, hits, tokens, lexicon, (suffix, end));
        // 沙滩村村口: what is known is a name by itself, not the beginning of another estate's.
        let known = parts.iter().filter(|part| ending.estate && matches!(part.piece, Piece::Known(_)));
        let inside = known.filter(|part| start <= part.start && part.end <= suffix);
        let start = inside.map(|part| part.end).max().unwrap_or(start);
        let already = parts.iter().any(|part| part.start <= start && end <= part.end);
        let whole: String = normal.chars()[start..end].iter().collect();
        let least = if end - suffix == 1 { 1 } else { 2 };
        if suffix - start >= least && !already && !words.is_generic(&whole) {
            parts.push(Part { start, end, piece: Piece::Named { estate: ending.estate } });
        }
    }
}

/// Names by endings that say nothing alone, and much before a building's number: 幸福里3号楼, 阳光城12栋.
fn named_by_number(normal: &Normal, hits: &[Hit], tokens: &Tokens, lexicon: &Lexicon, parts: &mut Vec<Part>) {
    let words = lexicon.places();
    let numbers: Vec<usize> =
        parts.iter().filter(|part| part.piece == Piece::Building).map(|part| part.start).collect();
    for end in numbers.into_iter().filter(|end| *end > 2) {
        let suffix = end - 1;
        if !words.is_ending_before_number(normal.chars()[suffix]) {
            continue;
        }
        let start = name_start(normal, hits, tokens, lexicon, (suffix, end));
        let taken = parts.iter().any(|part| part.start < end && start < part.end);
        let whole: String = normal.chars()[start..end].iter().collect();
        if (2..=4).contains(&(suffix - start)) && !taken && !words.is_generic(&whole) {
            parts.push(Part { start, end, piece: Piece::Named { estate: true } });
        }
    }
}

/// Where a name begins that ends so: behind the last word that cannot be in one.
fn name_start(
    normal: &Normal,
    hits: &[Hit],
    tokens: &Tokens,
    lexicon: &Lexicon,
    (suffix, end): (usize, usize),
) -> usize {
    let words = lexicon.places();
    let mut start = suffix;
    while start > 0 && suffix - start < LONGEST_NAME && in_name(normal.chars()[start - 1]) {
        start -= 1;
    }
    for &(from, to) in &tokens.words_within(start, suffix) {
        let word: String = normal.chars()[from..to].iter().collect();
        // 建设路 is a name that 建设 fills; 影响道路 and 影响小区 are none.
        let leaves = || {
            let rest: String = normal.chars()[to..end].iter().collect();
            end - suffix > 1 || suffix - to >= 2 || words.is_generic(&rest)
        };
        if words.is_stop(&word) || (words.is_doing(&word) && leaves()) {
            start = start.max(to);
        }
    }
    for hit in hits.iter().filter(|hit| hit.plain && hit.end - hit.start >= 2) {
        let tells = lexicon.meaning(hit.term).vote().is_some() || lexicon.meaning(hit.term).cue().is_some();
        if tells && start <= hit.start && hit.end + 2 <= suffix {
            start = start.max(hit.end);
        }
    }
    start
}

fn in_name(c: char) -> bool {
    c.is_alphanumeric()
}

/// Buildings, units, rooms and floors: a number with its measure.
fn numbered(normal: &Normal, lexicon: &Lexicon, parts: &mut Vec<Part>) {
    let chars = normal.chars();
    let numeral = |c: char| c.is_ascii_alphanumeric() || lexicon.places().numerals.contains(&c);
    let mut at = 0;
    while at < chars.len() {
        if !numeral(chars[at]) {
            at += 1;
            continue;
        }
        let start = at;
        while at < chars.len() && (numeral(chars[at]) || chars[at] == '-') {
            at += 1;
        }
        let number: String = chars[start..at].iter().collect();
        if let Some(end) = dashed(&number, start, at) {
            parts.push(Part { start, end, piece: Piece::Dashed });
            continue;
        }
        let rest: String = chars[at..chars.len().min(at + 3)].iter().collect();
        let after_unit = parts.last().is_some_and(|last| last.piece == Piece::Unit && last.end == start);
        if let Some((measure, piece)) = lexicon.places().measure(&rest) {
            let length = number.chars().count();
            // 三室两厅 is a flat's plan, 302室 a room.
            let fits = length <= 4 && (piece != Measure::Room || length >= 3);
            if address_number(&number).is_some() && fits {
                let end = at + measure.chars().count();
                parts.push(Part { start, end, piece: piece_of(piece) });
                at = end;
            }
        } else if after_unit && (3..=4).contains(&number.len()) && number.bytes().all(|b| b.is_ascii_digit())
        {
            parts.push(Part { start, end: at, piece: Piece::Room });
        }
    }
}

/// Numbers that divide what is named before them: 阳光花园二期B区, 石桥村第八组, 滨江路16号.
fn portions(normal: &Normal, lexicon: &Lexicon, parts: &mut Vec<Part>) {
    let chars = normal.chars();
    let numeral = |c: char| c.is_ascii_alphanumeric() || lexicon.places().numerals.contains(&c);
    let mut ends: Vec<(usize, bool)> = parts
        .iter()
        .filter_map(|part| match part.piece {
            Piece::Known(_) | Piece::Named { estate: true } => Some((part.end, false)),
            Piece::Named { estate: false } => Some((part.end, true)),
            Piece::Building | Piece::Unit | Piece::Room | Piece::Floor | Piece::Dashed | Piece::Portion => {
                None
            }
            Piece::Spot | Piece::Weak | Piece::Beside | Piece::Link => None,
        })
        .collect();
    while let Some((start, road)) = ends.pop() {
        let digits = start + usize::from(chars.get(start) == Some(&'第'));
        let length = chars[digits.min(chars.len())..].iter().take_while(|c| numeral(**c)).count();
        let at = digits + length;
        let rest: String = chars[at.min(chars.len())..chars.len().min(at + 3)].iter().collect();
        let taken = parts.iter().any(|part| part.start < at && start < part.end);
        if !(1..=4).contains(&length) || taken || lexicon.places().measure(&rest).is_some() {
            continue;
        }
        if let Some(word) = lexicon.places().part_of_name(&rest, road) {
            let end = at + word.chars().count();
            parts.push(Part { start, end, piece: Piece::Portion });
            ends.push((end, false));
        }
    }
}

fn piece_of(measure: Measure) -> Piece {
    match measure {
        Measure::Building => Piece::Building,
        Measure::Unit => Piece::Unit,
        Measure::Room => Piece::Room,
        Measure::Floor => Piece::Floor,
    }
}

/// `3-2-501` or `3-501`: building, perhaps unit, room.
fn dashed(number: &str, start: usize, end: usize) -> Option<usize> {
    let pieces: Vec<&str> = number.split('-').collect();
    let short = |text: &&str| (1..=3).contains(&text.len());
    let digits = pieces.iter().all(|piece| piece.bytes().all(|b| b.is_ascii_digit()));
    let room = pieces.last().is_some_and(|room| (3..=4).contains(&room.len()));
    let fits =
        (2..=3).contains(&pieces.len()) && pieces[..pieces.len() - 1].iter().all(short) && digits && room;
    fits.then_some(end).filter(|end| *end > start)
}

fn spots(normal: &Normal, lexicon: &Lexicon, parts: &mut Vec<Part>) {
    let mut words: Vec<_> = lexicon.places().words(normal.text()).collect();
    words.sort_unstable_by_key(|&(start, end, _)| (start, std::cmp::Reverse(end)));
    let mut done = 0;
    for (start, end, word) in words {
        let (start, end) = (normal.char_at(start), normal.char_at(end));
        // Greedy from the left, and only where no name or number stands: 楼东 in 5号楼东边 must not hide 东边.
        if start < done || parts.iter().any(|part| part.start < end && start < part.end) {
            continue;
        }
        done = end;
        let piece = match word {
            PlaceWord::Spot => Piece::Spot,
            PlaceWord::Weak => Piece::Weak,
            PlaceWord::Beside => Piece::Beside,
            PlaceWord::Link => Piece::Link,
            PlaceWord::Never => continue,
        };
        parts.push(Part { start, end, piece });
    }
}

/// One mention from touching pieces; `None` when they name no spot.
fn mention(group: &[Part], normal: &Normal, lexicon: &Lexicon) -> Option<Found> {
    let mut group = group;
    while let [rest @ .., Part { piece: Piece::Link, .. }] = group {
        group = rest;
    }
    while let [Part { piece: Piece::Link, .. }, rest @ ..] = group {
        group = rest;
    }
    let own = |piece: Piece| !matches!(piece, Piece::Weak | Piece::Beside | Piece::Link);
    let weak = group.iter().filter(|part| part.piece == Piece::Weak).count();
    let beside = group.iter().any(|part| part.piece == Piece::Beside);
    let findable = group.iter().any(|part| own(part.piece)) || (weak >= 2 && beside);
    if !findable {
        return None;
    }
    // Every building has a ground floor: 一楼 alone finds nothing.
    if let [Part { piece: Piece::Floor, start, end }] = *group {
        let text: String = normal.chars()[start..end].iter().collect();
        if leading_number(&text, lexicon).as_deref() == Some("1") {
            return None;
        }
    }
    let (start, end) = (group.first()?.start, group.iter().map(|part| part.end).max()?);
    let span = normal.span(start, end);
    let mut mention = PlaceMention { text: normal.typed(span), span, ..Default::default() };
    let mut names = vec![];
    let mut landmark: Option<(usize, usize)> = None;
    for part in group {
        let text: String = normal.chars()[part.start..part.end].iter().collect();
        match part.piece {
            Piece::Known(name) => {
                let entry = lexicon.gazetteer().entry(name);
                mention.estate = Some(entry.canonical.clone());
                mention.candidates = entry.ids.clone();
                names.push((part.start, part.end));
            }
            Piece::Named { estate } => {
                if estate && mention.candidates.is_empty() {
                    mention.estate = Some(text);
                } else {
                    widen(&mut landmark, part);
                }
                names.push((part.start, part.end));
            }
            Piece::Building => mention.building = leading_number(&text, lexicon),
            Piece::Unit => mention.unit = leading_number(&text, lexicon),
            Piece::Room => mention.room = leading_number(&text, lexicon),
            Piece::Dashed => {
                let pieces: Vec<&str> = text.split('-').collect();
                mention.building = address_number(pieces[0]);
                mention.room = pieces.last().map(|room| (*room).to_owned());
                if let [_, unit, _] = pieces[..] {
                    mention.unit = address_number(unit);
                }
            }
            Piece::Portion | Piece::Floor | Piece::Spot | Piece::Weak | Piece::Beside | Piece::Link => {
                widen(&mut landmark, part);
            }
        }
    }
    mention.landmark = landmark.map(|(from, to)| normal.typed(normal.span(from, to)));
    Some(Found { mention, start, end, names })
}

fn widen(landmark: &mut Option<(usize, usize)>, part: &Part) {
    *landmark = Some(landmark.map_or((part.start, part.end), |(from, _)| (from, part.end)));
}

fn leading_number(text: &str, lexicon: &Lexicon) -> Option<String> {
    let number: String = text
        .chars()
        .take_while(|&c| c.is_ascii_alphanumeric() || lexicon.places().numerals.contains(&c))
        .collect();
    address_number(&number)
}
