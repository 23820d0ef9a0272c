//! What staff write behind 服务, 资源 and 清单 改, in any order: each word read by what it is. What is done with it stands in
//! `listing`.

use super::Desk;
use crate::domain::{
    category::{Limit, LimitUnit, SubCode},
    command::building_number,
    directory::{CommunityId, DepartmentId},
    moment::Date,
    place::EstateId,
    world::World,
};

/// What somebody wrote behind 服务 or 资源, or behind 清单 3 改.
#[derive(Default)]
pub(super) struct Written {
    /// The words that are nothing else.
    pub(super) left: Vec<String>,
    /// A thing that eases what it is for.
    pub(super) thing: Option<String>,
    /// How many, of what.
    pub(super) count: Option<(u32, String)>,
    pub(super) of: Vec<SubCode>,
    pub(super) limit: Option<Limit>,
    pub(super) estate: Option<EstateId>,
    pub(super) community: Option<CommunityId>,
    pub(super) provider: Option<Called>,
    pub(super) from: Option<Date>,
    pub(super) until: Option<Date>,
}

/// Who is named as the provider.
pub(super) enum Called {
    Property,
    Department(DepartmentId),
}

/// Reads what is written, each word by what it is: a limit, a day, a place, a provider, a matter; the rest is the name.
pub(super) fn read<W: World>(desk: &Desk<'_, W>, text: &str) -> Written {
    let (standing, directory) = (desk.world.standing(), desk.world.directory());
    let words = &standing.commands;
    let mut written = Written::default();
    for piece in text.split([' ', '　', '，', ',', '、', '。']).filter(|piece| !piece.is_empty()) {
        let estate = directory.estates.iter().find(|e| e.name.is_called(piece));
        let community = directory.communities.iter().find(|c| c.name == piece);
        let property = words.code_of(piece, |code| (code == "party_property").then_some(()));
        if let Some(limit) = limit(desk, piece) {
            written.limit = Some(limit);
        } else if let Some((day, is_last)) = day(desk, piece) {
            *(if is_last { &mut written.until } else { &mut written.from }) = Some(day);
        } else if let Some(estate) = estate {
            written.estate = Some(estate.name.id);
        } else if let Some(community) = community {
            written.community = Some(community.id);
        } else if property.is_some() {
            written.provider = Some(Called::Property);
        } else if let Some(department) = directory.department_named(piece) {
            written.provider = Some(Called::Department(department.id));
        } else if !standing.taxonomy.eased_by(piece).is_empty() {
            written.thing = Some(piece.to_owned());
        } else if let Some(count) = count(piece) {
            written.count = Some(count);
        } else if let Ok(code) = standing.taxonomy.named(piece) {
            written.of.push(code);
        } else {
            written.left.push(piece.to_owned());
        }
    }
    written.of.dedup();
    written
}

/// 500个, 500: how many, of what.
fn count(piece: &str) -> Option<(u32, String)> {
    let unit = piece.trim_start_matches(|c: char| c.is_ascii_digit());
    let number = piece[..piece.len() - unit.len()].parse().ok()?;
    (unit.chars().count() <= 1 && unit.chars().all(char::is_alphabetic)).then(|| (number, unit.to_owned()))
}

/// 2个工作日, 24小时, 三天.
fn limit<W: World>(desk: &Desk<'_, W>, piece: &str) -> Option<Limit> {
    let numeral = |c: char| c.is_ascii_digit() || "零一二三四五六七八九十两".contains(c);
    let unit = piece.trim_start_matches(numeral);
    let number = &piece[..piece.len() - unit.len()];
    let amount = match number {
        "0" | "零" => 0,
        number => building_number(number)?.parse().ok()?,
    };
    let unit = unit.strip_prefix('个').unwrap_or(unit);
    let unit = desk.world.standing().commands.code_of(unit, LimitUnit::from_code)?;
    Some(Limit { amount, unit })
}

/// 3月20日起, 从2024年3月20日, 到12月31日: a day, and whether it is the last.
fn day<W: World>(desk: &Desk<'_, W>, piece: &str) -> Option<(Date, bool)> {
    let words = &desk.world.standing().commands;
    let is = |text: &str, code: &str| words.code_of(text, |known| (known == code).then_some(())).is_some();
    let (core, is_last) = match words.after_leading_code(piece, "until") {
        Some(core) => (core, true),
        None => (words.after_leading_code(piece, "since").unwrap_or(piece), false),
    };
    let end = core.rfind(|c: char| c.is_ascii_digit() || "日号".contains(c))?;
    let (core, tail) = core.split_at(end + core[end..].chars().next().map_or(0, char::len_utf8));
    let is_last = match tail {
        "" => is_last,
        tail if is(tail, "from_then") => false,
        tail if is(tail, "till_then") => true,
        _ => return None,
    };
    if !core.chars().all(|c| c.is_ascii_digit() || "年月日号-.".contains(c)) || !core.contains(['月', '-'])
    {
        return None;
    }
    let numbers: Vec<i16> = core
        .split(|c: char| !c.is_ascii_digit())
        .filter(|digits| !digits.is_empty())
        .map(|digits| digits.parse().ok())
        .collect::<Option<_>>()?;
    let small = |number: i16| i8::try_from(number).ok();
    let today = desk.now.date();
    let date = match numbers.as_slice() {
        [year @ 2000..2100, month, day] => Date::new(*year, small(*month)?, small(*day)?).ok()?,
        [month, day] => {
            let of = |year| Date::new(year, small(*month)?, small(*day)?).ok();
            // A last day that is over this year is meant for the next one.
            of(desk.now.year())
                .filter(|date| !is_last || *date >= today)
                .or_else(|| of(desk.now.year() + 1))?
        }
        [] | [_] | [_, _, _, ..] => return None,
    };
    Some((date, is_last))
}
