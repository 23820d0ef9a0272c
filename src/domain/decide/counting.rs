//! 台账, 周报 and 月报 by chat: figures that were counted before the turn, told with what they are shares of.

use super::{desk::Desk, steering};
use crate::domain::{
    command::CommandKind,
    effect::{Arg, Args, args},
    fund::Fund,
    ledger::{Counted, Named, Ratio, Reach, Tally},
    money::Fen,
    reply_key::ReplyKey as Key,
    world::World,
};

/// Categories named in a report.
const NAMED: usize = 5;

/// Says what was counted, or how to ask when nothing was.
pub(super) fn say<W: World>(desk: &mut Desk<'_, W>, kind: CommandKind, tally: Option<&Tally>) {
    let word = desk.world.standing().commands.word(kind);
    let counted = match tally {
        Some(Tally::Counted(counted)) => counted,
        Some(Tally::TooMany) => {
            desk.say(Key::LedgerTooMany, args! {word: word});
            return;
        }
        None => {
            desk.say(Key::LedgerHow, args! {word: word, weekly: kind == CommandKind::WeeklyReport});
            return;
        }
    };
    let key = match kind {
        CommandKind::WeeklyReport => Key::WeeklyReport,
        CommandKind::MonthlyReport => Key::MonthlyReport,
        _the_ledger => Key::LedgerSummary,
    };
    desk.say(key, summary(desk, counted));
}

fn summary<W: World>(desk: &Desk<'_, W>, counted: &Counted) -> Args {
    let (figures, before) = (&counted.figures, &counted.before);
    let standing = desk.world.standing();
    let (reach, name) = match &counted.reach {
        Reach::All => ("all", String::new()),
        Reach::Community(id) => {
            let community = desk.world.directory().community(*id);
            ("community", community.map(|c| c.name.clone()).unwrap_or_default())
        }
        Reach::Grids(_) => ("grids", String::new()),
        Reach::Own(_) => ("own", String::new()),
    };
    let mut most: Vec<_> = figures.by_category.iter().collect();
    most.sort_by_key(|(_, count)| std::cmp::Reverse(**count));
    let rows: Vec<Args> = most
        .into_iter()
        .take(NAMED)
        .map(|(category, count)| {
            let name = standing.taxonomy.subs.get(category.code()).map_or("", |sub| &sub.name);
            args! {what: name, count: *count as usize}
        })
        .collect();
    let mut args = args! {
        reach: reach, name: name, came: figures.received as usize, ended: figures.closed as usize,
        overdue: figures.overdue as usize, overdue_open: figures.overdue_open as usize,
        reopened: figures.reopened as usize, excluded: figures.excluded.values().sum::<u64>() as usize,
        came_before: before.received as usize, ended_before: before.closed as usize, rows: rows,
    };
    args.extend(period(counted.named));
    let yearly: Fen = counted.funds.iter().map(|fund| fund.yearly).sum();
    let spent: Fen = counted.funds.iter().map(Fund::spent).sum();
    let balance = yearly - spent;
    // An office that keeps no books reads nothing of them.
    let kept = counted.funds.iter().any(|fund| !fund.expenses.is_empty());
    let told = if kept { yearly.to_string() } else { String::new() };
    args.extend(args! {yearly: told, spent: spent, balance: balance.size(), over: balance < Fen(0)});
    let held: Vec<Args> = figures
        .meetings
        .iter()
        .map(|(kind, count)| args! {topic: kind.as_str(), count: *count as usize})
        .collect();
    args.insert("topics", held.into());
    let ladder = &desk.world.directory().ladder;
    let settled: Vec<Args> = figures
        .settled_at
        .iter()
        .map(|(level, count)| args! {level: steering::level_name(ladder, *level), count: *count as usize})
        .collect();
    args.insert("notes", settled.into());
    let rates = [
        (["response", "response_of", "response_all"], figures.response),
        (["solve", "solve_of", "solve_all"], figures.solve),
        (["satisfaction", "satisfaction_of", "satisfaction_all"], figures.satisfaction),
    ];
    for ([name, of, all], rate) in rates {
        args.extend([
            (name, percent(rate)),
            (of, Arg::Num(rate.of as i64)),
            (all, Arg::Num(rate.all as i64)),
        ]);
    }
    args
}

/// The period as wordings name it: a month, a year (its month is 0), or the first and last day of a week.
fn period(named: Named) -> Args {
    let number = |number: i16| Arg::Num(number.into());
    match named {
        Named::Year(year) => [("year", number(year)), ("month", number(0)), ("day", number(0))].into(),
        Named::Month(year, month) => {
            [("year", number(year)), ("month", number(month.into())), ("day", number(0))].into()
        }
        Named::Week(monday) => {
            let sunday = named.days().1.unwrap_or(monday);
            [
                ("year", number(monday.year())),
                ("month", number(monday.month().into())),
                ("day", number(monday.day().into())),
                ("to_month", number(sunday.month().into())),
                ("to_day", number(sunday.day().into())),
            ]
            .into()
        }
    }
}

/// 33.3%; empty when there is nothing to be a share of.
fn percent(rate: Ratio) -> Arg {
    rate.permille().map(|permille| format!("{}.{}%", permille / 10, permille % 10)).unwrap_or_default().into()
}
