//! 修好了吗: whether a matter is solved, how satisfied its people are, and how it comes back.

use super::{
    clockwork,
    desk::{Case, Desk},
    intake,
    resident::supplement,
    visiting,
};
use crate::domain::{
    category::Party,
    command::{CommandKind, NoRef},
    dialogue::Dialogue,
    effect::args,
    person::PersonId,
    reply_key::ReplyKey as Key,
    ticket::{Rating, Ticket, TicketEvent, TicketState},
    understanding::Understanding,
    words::Words,
    world::World,
};

/// The ratings in the order in which they are offered: 1, 2, 3.
pub(super) const RATINGS: [Rating; 3] = [Rating::Satisfied, Rating::RatherSatisfied, Rating::Dissatisfied];
/// A closed ticket may come back under its number for thirty days; later it is a new one.
const REOPEN_MINUTES: i64 = 30 * 24 * 60;

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

/// One's ticket that was closed last, while it may still come back.
pub(super) fn newest_closed<W: World>(desk: &Desk<'_, W>) -> Result<Option<Ticket>, W::Error> {
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
    // Its old date is long gone: what came back is dealt with as a new one.
    if let Some(due) = desk.due_of(desk.now, &case.ticket) {
        // Setting a date is a move of every open state.
        let _ = desk.record(&mut case, TicketEvent::DueSet { due });
    }
    came_back(desk, case, text);
    Ok(())
}

fn came_back<W: World>(desk: &mut Desk<'_, W>, mut case: Case, text: &str) {
    if case.ticket.reopened >= 2 {
        clockwork::climb(desk, &mut case);
    }
    clockwork::wind(desk, &case.ticket);
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
    let mut args = desk.ticket_args(&case.ticket, false);
    desk.answered();
    visiting::ask(desk, &case.ticket, &mut args);
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
