//! What a resident may ask of their own matters, and of their neighbours': 进度 补充 改 撤回 附议 催 解决 满意 我住
//! 更多 人工, and small talk.

use super::{
    Heard,
    desk::{Desk, Sight},
    household, intake,
};
use crate::domain::{
    category::{Act, Category, Party},
    command::{CommandKind, NoRef},
    dialogue::Dialogue,
    effect::{Args, Effect, args},
    person::{Home, PersonId},
    reply_key::ReplyKey as Key,
    ticket::{Rating, Ticket, TicketEvent, TicketState},
    understanding::Understanding,
    words::Words,
    world::World,
};

/// The ratings in the order in which they are offered: 1, 2, 3.
pub(super) const RATINGS: [Rating; 3] = [Rating::Satisfied, Rating::RatherSatisfied, Rating::Dissatisfied];

/// Urging again within a day changes nothing.
const URGE_MINUTES: i64 = 24 * 60;
/// A closed ticket may come back under its number for thirty days (DOMAIN §3.1 row 26).
const REOPEN_MINUTES: i64 = 30 * 24 * 60;
/// Households from which a round table is proposed (DOMAIN §6, T2).
const ROUND_TABLE_HOUSEHOLDS: u32 = 10;
/// Own tickets listed at most.
const LISTED: usize = 5;

/// The speaker's ticket that a command means: the number given, else the only or the newest open one. Says so when
/// there is none.
fn own<W: World>(
    desk: &mut Desk<'_, W>,
    nos: &[NoRef],
    kind: CommandKind,
    rest: &str,
    fits: impl Fn(&Ticket) -> bool,
) -> Result<Option<Ticket>, W::Error> {
    if let Some(no) = nos.first() {
        let Some(ticket) = desk.find(*no, kind, rest)? else { return Ok(None) };
        if ticket.belongs_to(desk.person.id) {
            return Ok(Some(ticket));
        }
        desk.say(Key::NotYours, args! {no: ticket.no});
        return Ok(None);
    }
    let mut open = desk.my_open(20)?;
    open.retain(|t| fits(t));
    match open.len() {
        0 => {
            desk.say(Key::NoneOfYours, args! {});
            Ok(None)
        }
        1 => Ok(open.pop()),
        _ => {
            desk.ask_which(kind, rest, open);
            Ok(None)
        }
    }
}

/// 进度: one's own matters and those only co-signed, or the one named.
pub(super) fn progress<W: World>(
    desk: &mut Desk<'_, W>,
    nos: &[NoRef],
    said: Option<&Understanding>,
) -> Result<(), W::Error> {
    if let Some(no) = nos.first() {
        return show(desk, *no);
    }
    let mut open = desk.my_open(20)?;
    open.extend(desk.joined_open(20)?);
    // 我那个路的事咋样了: the matter named picks the ticket, when exactly one is of it.
    if let Some(u) = said
        && u.category != Category::Other
    {
        let mut of_it = open.iter().filter(|t| t.filing.subcategory.category() == u.category);
        if let (Some(ticket), None) = (of_it.next(), of_it.next()) {
            open = vec![ticket.clone()];
        }
    }
    match open.as_slice() {
        [] => {
            let last = desk.mine(1)?;
            match last.first() {
                Some(ticket) if !desk.in_group() => {
                    let args = desk.ticket_args(ticket, false);
                    desk.say(Key::LastClosed, args);
                }
                Some(_) | None => desk.say(Key::NothingOpen, args! {}),
            }
        }
        [ticket] => detail(desk, ticket, Sight::Full),
        [..] => {
            let total = open.len();
            let rows: Vec<Args> = open.iter().take(LISTED).map(|t| desk.own_args(t)).collect();
            desk.say(Key::YourTickets, args! {rows: rows, total: total});
        }
    }
    Ok(())
}

/// A ticket number alone.
pub(super) fn show<W: World>(desk: &mut Desk<'_, W>, no: NoRef) -> Result<(), W::Error> {
    if let Some(ticket) = desk.find(no, CommandKind::Progress, "")? {
        let sight = desk.sight(&ticket);
        detail(desk, &ticket, sight);
    }
    Ok(())
}

fn detail<W: World>(desk: &mut Desk<'_, W>, ticket: &Ticket, sight: Sight) {
    let works_it = desk.actor.is_staff() && sight == Sight::Full && !desk.in_group();
    let mut args = if works_it { desk.ticket_args(ticket, true) } else { desk.own_args(ticket) };
    if let Some(into) = ticket.merged_into {
        args.insert("into", into.into());
    }
    let key = match (works_it, sight) {
        (true, _) => Key::TicketForStaff,
        (false, Sight::Full) if !desk.in_group() => {
            args.insert("note", ticket.note.short(80).into());
            Key::TicketDetail
        }
        (false, Sight::Full | Sight::Brief | Sight::None) => Key::TicketBrief,
    };
    desk.say(key, args);
    if key == Key::TicketDetail && ticket.state == TicketState::PendingConfirm {
        let no = ticket.no;
        desk.ask(if ticket.solved == Some(true) { Dialogue::Rate { no } } else { Dialogue::Solved { no } });
    }
}

/// 补充.
pub(super) fn supplement<W: World>(
    desk: &mut Desk<'_, W>,
    nos: &[NoRef],
    text: &str,
) -> Result<(), W::Error> {
    if text.trim().is_empty() {
        desk.say(Key::SupplementWhat, args! {});
        return Ok(());
    }
    let ticket = match nos {
        [] => desk.my_open(1)?.pop(),
        [..] => match own(desk, nos, CommandKind::Supplement, text, |_| true)? {
            Some(ticket) => Some(ticket),
            None => return Ok(()),
        },
    };
    match ticket {
        Some(ticket) => intake::add(desk, ticket, text, None, Key::Supplemented),
        None => {
            desk.say(Key::NoneOfYours, args! {});
            Ok(())
        }
    }
}

/// 改: the place (or the whole words) of the newest open ticket.
pub(super) fn change<W: World>(
    desk: &mut Desk<'_, W>,
    nos: &[NoRef],
    heard: &Heard,
    u: &Understanding,
) -> Result<(), W::Error> {
    let ticket = match nos {
        [] => desk.my_open(1)?.pop(),
        [..] => match own(desk, nos, CommandKind::Change, "", |_| true)? {
            Some(ticket) => Some(ticket),
            None => return Ok(()),
        },
    };
    let Some(ticket) = ticket else {
        desk.say(Key::NoneOfYours, args! {});
        return Ok(());
    };
    if ticket.reporter != desk.person.id {
        desk.say(Key::NotYours, args! {no: ticket.no});
        return Ok(());
    }
    let places = heard.only_place.as_deref().unwrap_or(&u.places);
    if !places.is_empty() {
        return intake::answer_place(desk, ticket, places, None);
    }
    let args = desk.ticket_args(&ticket, false);
    desk.say(Key::ChangeWhat, args);
    desk.ask(Dialogue::Change { no: ticket.no });
    Ok(())
}

/// 撤回, until somebody signed for it; with co-signers only the reporter steps out of sight.
pub(super) fn withdraw<W: World>(desk: &mut Desk<'_, W>, nos: &[NoRef]) -> Result<(), W::Error> {
    let Some(ticket) = own(desk, nos, CommandKind::Withdraw, "", |_| true)? else { return Ok(()) };
    let no = ticket.no;
    if ticket.reporter != desk.person.id {
        desk.say(Key::NotYours, args! {no: no});
        return Ok(());
    }
    if !ticket.co_signers.is_empty() && ticket.state.is_open() {
        desk.say(Key::WithdrawHasNeighbours, args! {no: no, households: ticket.households()});
        return Ok(());
    }
    let mut case = desk.take(ticket);
    match desk.record(&mut case, TicketEvent::Withdrawn) {
        Ok(()) => {
            for person in desk.told_of(&case.ticket) {
                let args = desk.ticket_args(&case.ticket, true);
                desk.tell(person, Key::TellWithdrawn, args);
            }
            desk.answered();
            desk.say(Key::Withdrawn, args! {no: no});
        }
        Err(illegal) => desk.say(Key::WithdrawTooLate, args! {no: no, state: illegal.state.code()}),
    }
    desk.keep(case);
    Ok(())
}

/// 附议: one's own fresh report is merged into the earlier one; without a report the household joins it.
pub(super) fn cosign<W: World>(desk: &mut Desk<'_, W>, nos: &[NoRef]) -> Result<(), W::Error> {
    let own = desk.my_open(5)?;
    let linked = |t: &&Ticket| t.similar_to.is_some() && !t.state.eq(&TicketState::Merged);
    // The number that was offered counts even where its ticket is out of sight.
    let offered = |no: &NoRef| {
        own.iter().filter_map(|t| t.similar_to).find(|similar| match no {
            NoRef::Full(full) => full == similar,
            NoRef::Serial(serial) => *serial == similar.serial(),
        })
    };
    let target = match nos.first() {
        Some(no) => match offered(no) {
            Some(no) => desk.world.ticket(no)?,
            None => desk.find(*no, CommandKind::CoSign, "")?,
        },
        None => match own.iter().find(linked).and_then(|t| t.similar_to) {
            Some(no) => desk.world.ticket(no)?,
            None => {
                desk.say(Key::CoSignWhich, args! {});
                return Ok(());
            }
        },
    };
    let Some(target) = target else {
        desk.answered();
        return Ok(());
    };
    if target.private && !target.belongs_to(desk.person.id) {
        desk.say(Key::NoSuchTicket, args! {});
        return Ok(());
    }
    if !target.state.is_open() {
        desk.say(Key::CoSignClosed, args! {no: target.no, state: target.state.code()});
        return Ok(());
    }
    if target.reporter == desk.person.id {
        desk.say(Key::CoSignOwn, args! {no: target.no});
        return Ok(());
    }
    if same_household_signed(desk, &target)? {
        desk.say(Key::CoSignAgain, args! {no: target.no, households: target.households()});
        return Ok(());
    }
    let confirmed = desk.person.home.as_ref().is_some_and(|home| home.confirmed);
    let mine = own.into_iter().find(|t| t.similar_to == Some(target.no));
    let mut case = desk.take(target);
    if let Err(illegal) = desk.record(&mut case, TicketEvent::CoSigned { by: desk.person.id, confirmed }) {
        let no = case.no();
        desk.refuse(no, illegal);
        return Ok(());
    }
    if let Some(mine) = mine {
        let mut merged = desk.take(mine);
        // A ticket already signed for stays as it is; the household counts all the same.
        if desk.record(&mut merged, TicketEvent::Merged { into: case.no() }).is_ok() {
            household::unite(desk, &merged.ticket, &mut case)?;
            desk.keep(merged);
        }
    }
    let mut args = desk.ticket_args(&case.ticket, false);
    args.insert("confirmed", confirmed.into());
    desk.say(Key::CoSigned, args);
    if propose_if_enough(desk, &mut case) {
        desk.say(Key::Proposed, args! {no: case.no()});
    }
    desk.keep(case);
    Ok(())
}

/// Puts a ticket to the committee once enough households stand behind it; says whether it did.
pub(super) fn propose_if_enough<W: World>(desk: &mut Desk<'_, W>, case: &mut super::desk::Case) -> bool {
    let households = case.ticket.households();
    if households < ROUND_TABLE_HOUSEHOLDS || case.ticket.proposed {
        return false;
    }
    let committee = desk.world.directory().contacts(Party::Community, &case.ticket.place);
    if committee.is_empty() || desk.record(case, TicketEvent::Proposed { households }).is_err() {
        return false;
    }
    for person in committee {
        let args = desk.ticket_args(&case.ticket, true);
        desk.tell(person, Key::TellProposal, args);
    }
    true
}

/// Whether the speaker, or somebody of the same household, stands behind the ticket already.
fn same_household_signed<W: World>(desk: &Desk<'_, W>, ticket: &Ticket) -> Result<bool, W::Error> {
    if ticket.belongs_to(desk.person.id) {
        return Ok(true);
    }
    let Some(home) = desk.person.home.clone() else { return Ok(false) };
    for signer in ticket.people() {
        let theirs = desk.world.person(signer)?.and_then(|p| p.home);
        if theirs.is_some_and(|h| h.same_household(&home)) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// 催, once a day.
pub(super) fn urge<W: World>(desk: &mut Desk<'_, W>, nos: &[NoRef]) -> Result<(), W::Error> {
    let Some(ticket) = own(desk, nos, CommandKind::Urge, "", |t| t.owner.is_some())? else { return Ok(()) };
    let recently = ticket.urged_at.is_some_and(|at| desk.now.minutes_since(at) < URGE_MINUTES);
    let mut case = desk.take(ticket);
    if !recently && desk.record(&mut case, TicketEvent::Urged).is_ok() {
        if let Some(owner) = case.ticket.owner {
            let args = desk.ticket_args(&case.ticket, true);
            desk.tell(owner, Key::TellUrged, args);
        }
        let args = desk.ticket_args(&case.ticket, false);
        desk.say(Key::Urged, args);
    } else {
        let args = desk.ticket_args(&case.ticket, false);
        desk.say(Key::UrgedAlready, args);
    }
    desk.keep(case);
    Ok(())
}

/// 解决了 / 没解决, with or without being asked.
pub(super) fn confirm<W: World>(
    desk: &mut Desk<'_, W>,
    nos: &[NoRef],
    solved: bool,
    text: &str,
) -> Result<(), W::Error> {
    if let Some(no) = nos.first() {
        let kind = if solved { CommandKind::Solved } else { CommandKind::NotSolved };
        let Some(ticket) = desk.find(*no, kind, text)? else { return Ok(()) };
        if !ticket.belongs_to(desk.person.id) {
            desk.say(Key::NotYours, args! {no: ticket.no});
        } else if ticket.state == TicketState::PendingConfirm {
            return confirm_ticket(desk, ticket, solved, text);
        } else if ticket.state == TicketState::Closed && !solved {
            return reopen(desk, ticket, text);
        } else if ticket.state.is_open() {
            return passed_on(desk, ticket, solved, text);
        } else {
            desk.say(Key::NotNow, args! {no: ticket.no, state: ticket.state.code()});
        }
        return Ok(());
    }
    let own = desk.my_open(20)?;
    if let Some(ticket) = own.iter().find(|t| t.state == TicketState::PendingConfirm) {
        return confirm_ticket(desk, ticket.clone(), solved, text);
    }
    if !solved && let Some(ticket) = newest_closed(desk)? {
        return reopen(desk, ticket, text);
    }
    match own.into_iter().next() {
        Some(ticket) => passed_on(desk, ticket, solved, text),
        None => {
            desk.say(if solved { Key::Thanks } else { Key::NoneOfYours }, args! {staff: false});
            Ok(())
        }
    }
}

/// Not done yet, but the reporter has seen it: passed on in their words, decided by nobody else.
fn passed_on<W: World>(
    desk: &mut Desk<'_, W>,
    ticket: Ticket,
    solved: bool,
    text: &str,
) -> Result<(), W::Error> {
    let key = if solved { Key::SolvedEarly } else { Key::StillOpenNoted };
    let kind = if solved { CommandKind::Solved } else { CommandKind::NotSolved };
    let word = desk.world.standing().commands.word(kind).to_owned();
    let text = if text.is_empty() { &word } else { text };
    intake::add(desk, ticket, text, None, key)
}

fn newest_closed<W: World>(desk: &Desk<'_, W>) -> Result<Option<Ticket>, W::Error> {
    let mine = desk.mine(5)?;
    Ok(mine.into_iter().find(|t| t.state == TicketState::Closed && may_reopen(desk, t)))
}

fn may_reopen<W: World>(desk: &Desk<'_, W>, ticket: &Ticket) -> bool {
    ticket.closed_at.is_some_and(|at| desk.now.minutes_since(at) < REOPEN_MINUTES)
}

fn reopen<W: World>(desk: &mut Desk<'_, W>, ticket: Ticket, text: &str) -> Result<(), W::Error> {
    let no = ticket.no;
    if !may_reopen(desk, &ticket) {
        desk.say(Key::ReopenTooLate, args! {no: no});
        return Ok(());
    }
    let mut case = desk.take(ticket);
    if let Err(illegal) = desk.record(&mut case, TicketEvent::Reopened { text: text.into() }) {
        desk.refuse(no, illegal);
        return Ok(());
    }
    came_back(desk, case, text);
    Ok(())
}

fn came_back<W: World>(desk: &mut Desk<'_, W>, case: super::desk::Case, text: &str) {
    let mut told: Vec<PersonId> = case.ticket.owner.into_iter().collect();
    for person in desk.world.directory().contacts(Party::Community, &case.ticket.place) {
        if !case.ticket.private && !told.contains(&person) {
            told.push(person);
        }
    }
    for person in told {
        let mut args = desk.ticket_args(&case.ticket, true);
        args.insert("added", text.into());
        desk.tell(person, Key::TellCameBack, args);
    }
    let args = desk.ticket_args(&case.ticket, false);
    desk.answered();
    desk.say(Key::CameBack, args);
    desk.keep(case);
}

/// The answer to 修好了吗.
pub(super) fn confirm_ticket<W: World>(
    desk: &mut Desk<'_, W>,
    ticket: Ticket,
    solved: bool,
    text: &str,
) -> Result<(), W::Error> {
    let no = ticket.no;
    if ticket.handler == Some(desk.person.id) {
        desk.say(Key::ConfirmOwnWork, args! {no: no});
        return Ok(());
    }
    let mut case = desk.take(ticket);
    if let Err(illegal) = desk.record(&mut case, TicketEvent::Confirmed { solved, text: text.into() }) {
        desk.refuse(no, illegal);
        return Ok(());
    }
    if solved {
        desk.say(Key::HowSatisfied, args! {no: no});
        desk.ask(Dialogue::Rate { no });
        desk.keep(case);
    } else {
        came_back(desk, case, text);
    }
    Ok(())
}

/// 满意, 基本满意, 不满意 as typed.
pub(super) fn rate<W: World>(
    desk: &mut Desk<'_, W>,
    kind: CommandKind,
    nos: &[NoRef],
    text: &str,
) -> Result<(), W::Error> {
    // Only the three words of rating come here.
    let rating = if kind == CommandKind::Satisfied {
        Rating::Satisfied
    } else if kind == CommandKind::RatherSatisfied {
        Rating::RatherSatisfied
    } else {
        Rating::Dissatisfied
    };
    let ticket = match nos.first() {
        Some(no) => match desk.find(*no, kind, text)? {
            Some(ticket) => Some(ticket),
            None => return Ok(()),
        },
        None => desk.my_open(20)?.into_iter().find(|t| t.state == TicketState::PendingConfirm),
    };
    match ticket {
        Some(ticket) if ticket.state == TicketState::PendingConfirm => {
            rate_ticket(desk, ticket, rating, text)
        }
        Some(_) | None => match rating {
            Rating::Dissatisfied => confirm(desk, nos, false, text),
            Rating::Satisfied | Rating::RatherSatisfied => {
                desk.say(Key::Praise, args! {staff: false});
                Ok(())
            }
        },
    }
}

/// A rating told in free words: 满意着哩, 评价5分.
pub(super) fn rate_by_words<W: World>(desk: &mut Desk<'_, W>, u: &Understanding) -> Result<(), W::Error> {
    let asked = desk.my_open(20)?.into_iter().find(|t| t.state == TicketState::PendingConfirm);
    match asked {
        // Free words are not counted as a rating: the question is put with its numbers.
        Some(ticket) if ticket.solved == Some(true) => {
            desk.say(Key::HowSatisfied, args! {no: ticket.no});
            desk.ask(Dialogue::Rate { no: ticket.no });
        }
        Some(ticket) => {
            let args = desk.ticket_args(&ticket, false);
            desk.say(Key::AskSolved, args);
            desk.ask(Dialogue::Solved { no: ticket.no });
        }
        None => return supplement(desk, &[], &u.text),
    }
    Ok(())
}

/// Records a rating; 不满意 before anybody said that it is solved means that it is not.
pub(super) fn rate_ticket<W: World>(
    desk: &mut Desk<'_, W>,
    ticket: Ticket,
    rating: Rating,
    text: &str,
) -> Result<(), W::Error> {
    if ticket.solved != Some(true) && rating == Rating::Dissatisfied {
        return confirm_ticket(desk, ticket, false, text);
    }
    let no = ticket.no;
    if ticket.handler == Some(desk.person.id) {
        desk.say(Key::ConfirmOwnWork, args! {no: no});
        return Ok(());
    }
    let mut case = desk.take(ticket);
    if case.ticket.solved != Some(true) {
        // Whoever is satisfied has said that it is solved; refused only in another state, and then so is the rating.
        let _ = desk.record(&mut case, TicketEvent::Confirmed { solved: true, text: Words::default() });
    }
    match desk.record(&mut case, TicketEvent::Rated { rating, text: text.into() }) {
        Ok(()) => {
            if let Some(owner) = case.ticket.owner {
                let mut args = desk.ticket_args(&case.ticket, true);
                args.insert("rating", rating.code().into());
                desk.tell(owner, Key::TellClosed, args);
            }
            for neighbour in case.ticket.people().skip(1).collect::<Vec<_>>() {
                if neighbour != desk.person.id {
                    let args = desk.ticket_args(&case.ticket, false);
                    desk.tell(neighbour, Key::TellNeighbourClosed, args);
                }
            }
            desk.answered();
            desk.say(Key::Closed, args! {no: no, rating: rating.code()});
            desk.keep(case);
        }
        Err(illegal) => desk.refuse(no, illegal),
    }
    Ok(())
}

/// 我住 灵武新村 3-2-501.
pub(super) fn live<W: World>(desk: &mut Desk<'_, W>, u: &Understanding) -> Result<(), W::Error> {
    if desk.in_group() {
        desk.say_it_privately();
        return Ok(());
    }
    let mention = u.places.iter().find(|m| !m.candidates.is_empty());
    let estate = match mention.map(|m| m.candidates.as_slice()) {
        Some([one]) => *one,
        Some([..]) | None => {
            desk.say(Key::LiveWhere, args! {});
            return Ok(());
        }
    };
    let spot = u.places.iter().find(|m| m.building.is_some());
    let home = Home {
        estate,
        building: spot.and_then(|m| m.building.clone()),
        unit: spot.and_then(|m| m.unit.clone()),
        room: spot.and_then(|m| m.room.clone()),
        confirmed: false,
    };
    let already = desk.person.home.as_ref().is_some_and(|h| Home { confirmed: false, ..h.clone() } == home);
    let place = crate::domain::ticket::Place {
        estate: Some(estate),
        building: home.building.clone(),
        unit: home.unit.clone(),
        room: home.room.clone(),
        ..Default::default()
    };
    let line = desk.place_line(&place, true);
    if !already {
        let worker = desk.world.directory().grid_at(estate, home.building.as_deref()).map(|g| g.worker);
        desk.person.home = Some(home);
        desk.keep_person(Some("home_told"));
        if let Some(worker) = worker {
            let id = desk.person.id.0 as usize;
            desk.tell(worker, Key::TellHome, args! {place: line.clone(), id: id});
        }
    }
    desk.say(Key::HomeKept, args! {place: line});
    let own = desk.my_open(5)?;
    if let Some(draft) = own.into_iter().find(|t| t.state == TicketState::Draft) {
        let place = draft.place.clone().refined_by(place);
        return intake::locate(desk, draft, place, None);
    }
    Ok(())
}

/// 更多: what did not fit, then what still waits.
pub(super) fn more<W: World>(desk: &mut Desk<'_, W>) -> Result<(), W::Error> {
    if desk.in_group() {
        desk.say(Key::MorePrivately, args! {});
        return Ok(());
    }
    if desk.person.remainder.is_empty() {
        if desk.world.waiting_for(desk.person.id, 1)?.is_empty() {
            desk.say(Key::NoMore, args! {});
        }
        desk.say_waiting();
        return Ok(());
    }
    let rest = std::mem::take(&mut desk.person.remainder);
    desk.keep_person(None);
    desk.say(Key::Verbatim, args! {text: rest.0});
    Ok(())
}

/// 为什么: how a report was read, and how its date was counted.
pub(super) fn why<W: World>(desk: &mut Desk<'_, W>, nos: &[NoRef]) -> Result<(), W::Error> {
    if let Some(ticket) = own(desk, nos, CommandKind::Why, "", |_| true)? {
        let limit = desk.limit(&ticket.filing);
        let mut args = desk.ticket_args(&ticket, false);
        args.insert("amount", limit.amount.into());
        args.insert("unit", limit.unit.code().into());
        desk.say(Key::Why, args);
    }
    Ok(())
}

/// 私密: from now on only reporter and handler see it.
pub(super) fn make_private<W: World>(desk: &mut Desk<'_, W>, nos: &[NoRef]) -> Result<(), W::Error> {
    let Some(ticket) = own(desk, nos, CommandKind::Private, "", |t| !t.private)? else { return Ok(()) };
    let no = ticket.no;
    let too_late = matches!(ticket.state, TicketState::PendingVerify | TicketState::PendingConfirm);
    if ticket.reporter != desk.person.id || !ticket.co_signers.is_empty() || too_late {
        desk.say(Key::PrivateTooLate, args! {no: no});
        return Ok(());
    }
    let mut case = desk.take(ticket);
    match desk.record(&mut case, TicketEvent::MadePrivate) {
        Ok(()) => desk.say(Key::MadePrivate, args! {no: no}),
        Err(illegal) => desk.refuse(no, illegal),
    }
    desk.keep(case);
    Ok(())
}

/// 人工, or 0.
pub(super) fn human<W: World>(desk: &mut Desk<'_, W>) -> Result<(), W::Error> {
    let office = &desk.world.standing().office;
    let (name, phone) = (office.name.clone(), office.duty_phone.clone());
    desk.say(Key::Human, args! {office: name, phone: phone});
    Ok(())
}

/// A number that nothing asked for.
pub(super) fn stray_choice<W: World>(desk: &mut Desk<'_, W>, choice: u8) -> Result<(), W::Error> {
    let own = desk.my_open(20)?;
    if let Some(ticket) = own.into_iter().find(|t| t.state == TicketState::PendingConfirm) {
        match (ticket.solved, choice) {
            (Some(true), 1..=3) => {
                let rating = RATINGS[usize::from(choice) - 1];
                return rate_ticket(desk, ticket, rating, "");
            }
            (None | Some(false), 1 | 2) => return confirm_ticket(desk, ticket, choice == 1, ""),
            (_, _) => {}
        }
    }
    desk.say(Key::NothingToChoose, args! {staff: desk.actor.is_staff()});
    Ok(())
}

/// Greetings and chatter; within two minutes of a report they belong to it.
pub(super) fn chat<W: World>(desk: &mut Desk<'_, W>, u: &Understanding) -> Result<(), W::Error> {
    if desk.in_group() {
        return Ok(());
    }
    let last = desk.my_open(1)?.pop();
    if u.command.is_none()
        && u.act == Act::Smalltalk
        && u.text.chars().count() > 6
        && let Some(last) = last
        && desk.now.minutes_since(last.received_at) < 2
    {
        return intake::add(desk, last, &u.text, None, Key::AddedToOwn);
    }
    desk.say(Key::Smalltalk, args! {staff: desk.actor.is_staff()});
    Ok(())
}

/// Confirms or rejects the home that somebody told; for grid workers.
pub(super) fn home_checked<W: World>(
    desk: &mut Desk<'_, W>,
    id: PersonId,
    confirmed: bool,
) -> Result<(), W::Error> {
    let found = desk.world.person(id)?;
    let home = found.as_ref().and_then(|p| p.home.clone());
    let (Some(mut person), Some(mut home)) = (found, home) else {
        desk.say(Key::NoSuchHome, args! {});
        return Ok(());
    };
    let worker = desk.world.directory().grid_at(home.estate, home.building.as_deref()).map(|g| g.worker);
    if worker != Some(desk.person.id) || id == desk.person.id {
        desk.say(Key::NoSuchHome, args! {});
        return Ok(());
    }
    home.confirmed = confirmed;
    person.home = confirmed.then_some(home);
    let what = Some(if confirmed { "home_confirmed" } else { "home_rejected" });
    desk.effect(Effect::Person { after: Box::new(person), what });
    if confirmed {
        let counted = household::home_confirmed(desk, id)?;
        desk.tell(id, Key::TellHomeConfirmed, args! {rows: counted});
    } else {
        desk.tell(id, Key::TellHomeRejected, args! {});
    }
    desk.say(Key::HomeChecked, args! {confirmed: confirmed});
    Ok(())
}
