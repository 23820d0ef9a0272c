//! 网格经费 by chat: what is left (经费), what is spent (支出), what is put right (冲销), and the community's word on what
//! goes beyond (同意, 不同意). What an entry does to the books stands in `domain::fund`.

use super::{
    desk::{Desk, Sight},
    steering::level_name,
};
use crate::domain::{
    command::{CommandKind, CommandWords, NoRef, leading_no, leading_word},
    dialogue::Dialogue,
    directory::{Grid, GridId},
    effect::{Args, Effect, args},
    fund::{Entry, Expense, ExpenseId, ExpenseState, Fund, FundEvent, FundId},
    message::Media,
    money::Fen,
    person::{Actor, PersonId},
    place::EstateId,
    reply_key::ReplyKey as Key,
    ticket::{Level, Ticket},
    words::Words,
    world::World,
};

/// Entries shown of one grid.
const LISTED: usize = 5;
/// A photo sent this soon after an entry is its receipt.
const RECEIPT_MINUTES: i64 = 10;

/// Books being changed in this turn.
struct Books {
    fund: Fund,
    events: Vec<(PersonId, FundEvent)>,
}

impl Books {
    /// The books of a grid and year, with what the organisation allots now; of a year that is over as they were left.
    fn take<W: World>(desk: &Desk<'_, W>, grid: &Grid, year: i16) -> Result<Self, W::Error> {
        let id = FundId { grid: grid.id, year };
        let yearly = desk.world.directory().yearly_fund(grid);
        let (fund, event) = Fund::allotted(desk.world.fund(id)?, id, yearly, desk.now.year());
        Ok(Self { fund, events: event.into_iter().map(|event| (desk.person.id, event)).collect() })
    }

    fn record<W: World>(&mut self, desk: &Desk<'_, W>, event: FundEvent) -> bool {
        let done = self.fund.apply(desk.now, desk.person.id, &event);
        if done {
            self.events.push((desk.person.id, event));
        }
        done
    }

    fn keep<W: World>(self, desk: &mut Desk<'_, W>) {
        desk.effect(Effect::Fund { after: Box::new(self.fund), events: self.events });
    }
}

/// What wordings may say of books; nobody's name is in it.
fn fund_args<W: World>(desk: &Desk<'_, W>, fund: &Fund) -> Args {
    let grid = desk.world.directory().grid(fund.id.grid);
    let balance = fund.balance();
    args! {
        grid: grid.map_or("", |g| g.name.as_str()), year: fund.id.year, yearly: fund.yearly,
        spent: fund.spent(), balance: balance.size(), over: balance < Fen(0), count: fund.count(),
        waiting: fund.waiting().count(),
        unwritten: fund.expenses.is_empty() && fund.id.year < desk.now.year(),
    }
}

/// What wordings may say of an entry, to those who keep the books.
fn expense_args<W: World>(desk: &Desk<'_, W>, expense: &Expense) -> Args {
    let mut args = args! {
        expense: expense.id.to_string(), sum: expense.amount.size(), purpose: expense.purpose.short(60),
        expense_state: expense.state.code(), entered: expense.at, by: desk.name_of(expense.by),
        receipts: expense.receipts, opposite: expense.reverses.map_or_else(String::new, |id| id.to_string()),
        taken_back: expense.reversed_by.map_or_else(String::new, |id| id.to_string()),
    };
    if let Some(no) = expense.ticket {
        args.insert("no", no.into());
    }
    args
}

/// The grids whose books the speaker keeps: their own, or all of their community.
fn kept<'w, W: World>(desk: &Desk<'w, W>) -> Vec<&'w Grid> {
    let directory = desk.world.directory();
    let mine = |grid: &&Grid| match &desk.actor {
        Actor::GridWorker(grids) => grids.contains(&grid.id),
        Actor::CommunityStaff(community) => {
            let staff =
                directory.community(grid.community).is_some_and(|c| c.staff.contains(&desk.person.id));
            grid.community == *community || staff
        }
        Actor::Resident | Actor::Subdistrict | Actor::Handler => false,
    };
    directory.grids.iter().filter(mine).collect()
}

/// The grids whose books the speaker may read: those above read all.
fn readable<'w, W: World>(desk: &Desk<'w, W>) -> Vec<&'w Grid> {
    let directory = desk.world.directory();
    match desk.actor == Actor::Subdistrict || directory.catch_all == Some(desk.person.id) {
        true => directory.grids.iter().collect(),
        false => kept(desk),
    }
}

/// The grids that a resident belongs to: of the group they ask in, or of their home.
fn neighbouring<'w, W: World>(desk: &Desk<'w, W>) -> Vec<&'w Grid> {
    let directory = desk.world.directory();
    let covers = |grid: &Grid, estate: EstateId| grid.covers.iter().any(|(covered, _)| *covered == estate);
    match (desk.group(), &desk.person.home) {
        (Some(group), _) => {
            let of = |grid: &&Grid| match group.estate {
                Some(estate) => covers(grid, estate),
                None => grid.community == group.community,
            };
            directory.grids.iter().filter(of).collect()
        }
        (None, Some(home)) => directory.grid_at(home.estate, home.building.as_deref()).into_iter().collect(),
        (None, None) => vec![],
    }
}

/// 经费 \[2025\] \[网格\]: what a year gave, what was spent and what is left is everybody's to know; who spent it and for what
/// is told privately to those who keep the books.
pub(super) fn fund<W: World>(desk: &mut Desk<'_, W>, rest: &str) -> Result<(), W::Error> {
    let public = desk.in_group() || !desk.actor.is_staff();
    let mut grids = if public { neighbouring(desk) } else { readable(desk) };
    let mut year = desk.now.year();
    for piece in rest.split_whitespace() {
        let asked_year =
            piece.strip_suffix('年').unwrap_or(piece).parse().ok().filter(|y| (2000..2100).contains(y));
        match (asked_year, grids.iter().find(|g| g.name == piece).copied()) {
            (Some(asked), _) if asked <= desk.now.year() => year = asked,
            (_, Some(grid)) => grids = vec![grid],
            (Some(_) | None, _) => {
                let grid = grids.first().map_or("", |g| g.name.as_str());
                desk.say(Key::FundHow, args! {grid: grid, year: desk.now.year() - 1});
                return Ok(());
            }
        }
    }
    let [grid] = grids.as_slice() else {
        if grids.is_empty() {
            desk.say(Key::FundNotYours, args! {staff: desk.actor.is_staff()});
            return Ok(());
        }
        return list(desk, &grids, year, public);
    };
    if public {
        return list(desk, &grids, year, true);
    }
    let books = Books::take(desk, grid, year)?;
    let mut args = fund_args(desk, &books.fund);
    let last = books.fund.expenses.iter().rev().take(LISTED);
    let rows: Vec<Args> = last.map(|expense| expense_args(desk, expense)).collect();
    args.insert("rows", rows.into());
    let keeps = year == desk.now.year() && kept(desk).iter().any(|g| g.id == grid.id);
    args.insert("keeps", keeps.into());
    desk.say(Key::FundBooks, args);
    Ok(())
}

/// One line for each grid.
fn list<W: World>(desk: &mut Desk<'_, W>, grids: &[&Grid], year: i16, public: bool) -> Result<(), W::Error> {
    let mut rows = vec![];
    for grid in grids {
        rows.push(fund_args(desk, &Books::take(desk, grid, year)?.fund));
    }
    let grid = grids.first().map_or("", |g| g.name.as_str());
    desk.say(Key::FundList, args! {rows: rows, year: year, grid: grid, public: public});
    Ok(())
}

/// What stands behind 支出.
struct Spending<'t> {
    amount: Fen,
    purpose: String,
    no: Option<NoRef>,
    grid: Option<&'t str>,
}

/// Reads 120 水泥 LX…, in any order: a piece that is an amount is the amount, a ticket's number the ticket, a grid's name the
/// grid, all else what it was spent on. Where no piece is an amount by itself, 120元水泥 begins with one.
fn read<'t>(rest: &'t str, words: &CommandWords, is_grid: impl Fn(&str) -> bool) -> Option<Spending<'t>> {
    let marks = |c: char| "，。、；,;".contains(c);
    let pieces: Vec<&str> = rest.split_whitespace().map(|p| p.trim_matches(marks)).collect();
    let amounts: Vec<Option<(Fen, &str)>> = pieces.iter().map(|piece| leading_amount(piece, words)).collect();
    let whole = |found: &Option<(Fen, &str)>| found.is_some_and(|(_, after)| after.is_empty());
    let at = amounts.iter().position(whole).or_else(|| amounts.iter().position(Option::is_some))?;
    let (amount, after) = amounts[at].filter(|(amount, _)| *amount > Fen(0))?;
    let (mut no, mut grid) = (None, None);
    let mut purpose: Vec<&str> = vec![];
    for (index, piece) in pieces.into_iter().enumerate() {
        if index == at {
            purpose.push(after);
        } else if no.is_none()
            && let Some((read, "")) = leading_no(piece)
        {
            no = Some(read);
        } else if is_grid(piece) {
            grid = Some(piece);
        } else {
            purpose.push(piece);
        }
    }
    purpose.retain(|piece| !piece.is_empty());
    (!purpose.is_empty()).then(|| Spending { amount, purpose: purpose.join(" "), no, grid })
}

/// The amount that a piece begins with, and what follows it: 120, ¥120.50, 120元, 120元水泥, 120,水泥. 3袋 begins with none.
fn leading_amount<'t>(piece: &'t str, words: &CommandWords) -> Option<(Fen, &'t str)> {
    let sum = piece.trim_start_matches(['¥', '￥']);
    let (head, tail) =
        sum.split_at(sum.find(|c: char| !c.is_ascii_digit() && c != '.' && c != ',').unwrap_or(sum.len()));
    let unit = words.after_leading_code(tail, "yuan");
    let ends = tail.is_empty() || head.ends_with(',') || unit.is_some();
    Fen::read(head.trim_end_matches(',')).filter(|_| ends).map(|amount| (amount, unit.unwrap_or(tail)))
}

/// 支出 120 水泥 LX…
pub(super) fn spend<W: World>(desk: &mut Desk<'_, W>, nos: &[NoRef], rest: &str) -> Result<(), W::Error> {
    let grids = kept(desk);
    if grids.is_empty() {
        desk.say(Key::FundNotYours, args! {staff: true});
        return Ok(());
    }
    let is_grid = |name: &str| grids.iter().any(|g| g.name == name);
    let Some(spending) = read(rest, &desk.world.standing().commands, is_grid) else {
        desk.say(Key::SpendHow, args! {});
        return Ok(());
    };
    // A number chosen of several counts before the one typed.
    let mut ticket: Option<Ticket> = None;
    if spending.purpose.split(' ').any(super::is_like_a_number) {
        desk.say(Key::NoSuchTicket, args! {});
        return Ok(());
    }
    if let Some(no) = nos.first().copied().or(spending.no) {
        let Some(found) = desk.find(no, CommandKind::Spend, rest)? else { return Ok(()) };
        if desk.sight(&found) < Sight::Full {
            desk.say(Key::NoSuchTicket, args! {});
            return Ok(());
        }
        ticket = Some(found);
    }
    let meant: Vec<&Grid> = match (&ticket, spending.grid) {
        (Some(ticket), _) => grids.into_iter().filter(|g| Some(g.id) == ticket.grid).collect(),
        (None, Some(name)) => grids.into_iter().filter(|g| g.name == name).collect(),
        (None, None) => grids,
    };
    let entry = Entry {
        id: desk.world.next_expense()?,
        amount: spending.amount,
        purpose: spending.purpose.into(),
        ticket: ticket.map(|t| t.no),
    };
    match (meant.as_slice(), entry.ticket) {
        ([grid], _) => enter(desk, grid, entry)?,
        ([], Some(no)) => desk.say(Key::SpendForeign, args! {no: no}),
        (several, _) => {
            let rows: Vec<Args> = several.iter().map(|g| args! {grid: g.name.as_str()}).collect();
            desk.say(
                Key::SpendWhere,
                args! {rows: rows, sum: entry.amount, purpose: entry.purpose.short(60)},
            );
            let (options, purpose) = (several.iter().map(|g| g.id).collect(), entry.purpose);
            desk.ask(Dialogue::WhichGrid { amount: entry.amount, purpose, options });
        }
    }
    Ok(())
}

/// The grid is chosen.
pub(super) fn spend_there<W: World>(
    desk: &mut Desk<'_, W>,
    grid: GridId,
    amount: Fen,
    purpose: Words,
) -> Result<(), W::Error> {
    desk.answered();
    let entry = Entry { id: desk.world.next_expense()?, amount, purpose, ticket: None };
    match kept(desk).into_iter().find(|g| g.id == grid) {
        Some(grid) => enter(desk, grid, entry)?,
        None => desk.say(Key::FundNotYours, args! {staff: true}),
    }
    Ok(())
}

/// Books it, or puts it before those who may let it go beyond what is left.
fn enter<W: World>(desk: &mut Desk<'_, W>, grid: &Grid, entry: Entry) -> Result<(), W::Error> {
    let mut books = Books::take(desk, grid, desk.now.year())?;
    let id = entry.id;
    let booked = books.record(desk, FundEvent::Spent(entry.clone()));
    if !booked && !books.record(desk, FundEvent::Asked(entry)) {
        desk.say(Key::SpendHow, args! {});
        return Ok(());
    }
    let args = both(desk, &books.fund, id);
    if booked {
        desk.say(Key::SpendBooked, args);
    } else {
        let people = books.fund.expense(id).map(|expense| deciders(desk, &books.fund, expense));
        for person in people.unwrap_or_default() {
            desk.tell(person, Key::TellSpendAsked, args.clone());
        }
        desk.say(Key::SpendAsked, args);
    }
    desk.ask(Dialogue::Receipt { expense: id, until: desk.now.plus_minutes(RECEIPT_MINUTES) });
    books.keep(desk);
    Ok(())
}

/// What wordings may say of an entry and the books that it stands in.
fn both<W: World>(desk: &Desk<'_, W>, fund: &Fund, id: ExpenseId) -> Args {
    let mut args = fund_args(desk, fund);
    args.extend(fund.expense(id).map(|expense| expense_args(desk, expense)).unwrap_or_default());
    let above = fund.expense(id).is_some_and(|e| of_community(desk, fund, e).is_empty());
    let ladder = desk.world.directory().ladder_of(fund.id.grid);
    let level = level_name(ladder, if above { Level::Subdistrict } else { Level::Community });
    args.insert("level", level.into());
    args
}

/// Who says whether an entry may go beyond what is left: the community, else those above it, never who asks.
pub(super) fn deciders<W: World>(desk: &Desk<'_, W>, fund: &Fund, expense: &Expense) -> Vec<PersonId> {
    let community = of_community(desk, fund, expense);
    if !community.is_empty() {
        return community;
    }
    let directory = desk.world.directory();
    let above = directory.subdistrict.iter().copied().chain(directory.catch_all);
    above.filter(|person| *person != expense.by).collect()
}

fn of_community<W: World>(desk: &Desk<'_, W>, fund: &Fund, expense: &Expense) -> Vec<PersonId> {
    let directory = desk.world.directory();
    let community = directory.grid(fund.id.grid).and_then(|g| directory.community(g.community));
    let staff = community.map(|c| c.staff.as_slice()).unwrap_or_default();
    staff.iter().copied().filter(|person| *person != expense.by).collect()
}

/// The entry that a line begins with — 支012, or 012 where nothing else can be meant — and what follows.
fn numbered<'t>(words: &CommandWords, rest: &'t str, bare: bool) -> Option<(ExpenseId, &'t str)> {
    let (first, after) = leading_word(rest);
    let digits = words.after_leading_code(first, "expense").or(bare.then_some(first))?;
    let short = (1..=9).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
    Some((ExpenseId(short.then(|| digits.parse().ok()).flatten()?), after))
}

/// Whether 同意 and 不同意 speak of an entry here, and not of a whistle.
pub(super) fn is_meant<W: World>(desk: &Desk<'_, W>, rest: &str) -> bool {
    numbered(&desk.world.standing().commands, rest, false).is_some()
}

/// 同意 支012 | 不同意 支012 原因
pub(super) fn approve<W: World>(desk: &mut Desk<'_, W>, rest: &str, yes: bool) -> Result<(), W::Error> {
    let Some((id, text)) = numbered(&desk.world.standing().commands, rest, false) else { return Ok(()) };
    let found = desk.world.fund_of(id)?;
    let may = |fund: &Fund| {
        let above = desk.actor == Actor::Subdistrict;
        let told = |e: &Expense| above || deciders(desk, fund, e).contains(&desk.person.id);
        fund.expense(id).is_some_and(|e| e.by != desk.person.id && told(e))
    };
    let Some(fund) = found.filter(may) else {
        desk.say(Key::SpendNotYours, args! {});
        return Ok(());
    };
    let mut books = Books { fund, events: vec![] };
    let waits = books.fund.expense(id).is_some_and(|e| e.state == ExpenseState::Asked);
    if waits && !yes && text.is_empty() {
        let args = both(desk, &books.fund, id);
        desk.say(Key::SpendRefuseWhy, args);
        return Ok(());
    }
    let event = if yes { FundEvent::Approved { id } } else { FundEvent::Refused { id, text: text.into() } };
    let done = books.record(desk, event);
    let mut args = both(desk, &books.fund, id);
    args.insert("note", text.into());
    if !done {
        desk.say(Key::SpendNotWaiting, args);
        return Ok(());
    }
    if let Some(expense) = books.fund.expense(id) {
        desk.tell(expense.by, Key::TellSpendDecided, args.clone());
    }
    desk.say(Key::SpendDecided, args);
    books.keep(desk);
    Ok(())
}

/// 冲销 支012 原因: an opposite entry.
pub(super) fn reverse<W: World>(desk: &mut Desk<'_, W>, rest: &str) -> Result<(), W::Error> {
    let Some((original, text)) = numbered(&desk.world.standing().commands, rest, true) else {
        desk.say(Key::ReverseHow, args! {});
        return Ok(());
    };
    let keeps: Vec<GridId> = kept(desk).iter().map(|g| g.id).collect();
    let Some(fund) = desk.world.fund_of(original)?.filter(|fund| keeps.contains(&fund.id.grid)) else {
        desk.say(Key::ReverseHow, args! {});
        return Ok(());
    };
    let mut books = Books { fund, events: vec![] };
    let id = desk.world.next_expense()?;
    if text.is_empty() {
        let args = both(desk, &books.fund, original);
        desk.say(Key::ReverseWhy, args);
        return Ok(());
    }
    if !books.record(desk, FundEvent::Reversed { id, original, text: text.into() }) {
        let args = both(desk, &books.fund, original);
        desk.say(Key::ReverseNot, args);
        return Ok(());
    }
    let args = both(desk, &books.fund, id);
    desk.say(Key::Reversed, args);
    books.keep(desk);
    Ok(())
}

/// A photo sent right after an entry.
pub(super) fn receipt<W: World>(
    desk: &mut Desk<'_, W>,
    id: ExpenseId,
    media: &Media,
) -> Result<bool, W::Error> {
    desk.answered();
    let Some(fund) = desk.world.fund_of(id)? else { return Ok(false) };
    let mut books = Books { fund, events: vec![] };
    let kept = books.record(desk, FundEvent::Receipt { id, media: media.clone() });
    if kept {
        let args = both(desk, &books.fund, id);
        desk.say(Key::ReceiptKept, args);
        books.keep(desk);
    }
    Ok(kept)
}
