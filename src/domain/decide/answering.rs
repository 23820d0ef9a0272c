//! Answers to what was asked. A line that does not fit the open question is read as if nothing had been asked.

use super::{
    Heard, confirming, desk::Desk, handling, intake, locating, spending, tuning, visiting, whistling,
};
use crate::domain::{
    category::{Act, SubCode, Urgency},
    command::{ChatCommand, CommandKind, NoRef},
    dialogue::{Dialogue, FollowUp},
    effect::args,
    reply_key::ReplyKey as Key,
    ticket::{Ticket, TicketState},
    ticket_no::TicketNo,
    understanding::Understanding,
    world::World,
};

/// Where an emergency is, is asked again and again within an hour of it.
const EMERGENCY_ASKED_MINUTES: i64 = 60;

/// A bare number.
fn number(heard: &Heard) -> Option<usize> {
    match heard.understanding.as_ref()?.command.as_ref()? {
        ChatCommand::Choice(n) if *n > 0 => Some(usize::from(*n)),
        ChatCommand::Choice(_)
        | ChatCommand::Word { .. }
        | ChatCommand::Number(_)
        | ChatCommand::Building(_) => None,
    }
}

/// A bare choice, or yes and no as 1 and 2.
fn choice(heard: &Heard) -> Option<usize> {
    match heard.understanding.as_ref()?.command.as_ref()? {
        ChatCommand::Choice(0) => None,
        ChatCommand::Choice(n) => Some(usize::from(*n)),
        ChatCommand::Word { kind: CommandKind::Yes, .. } => Some(1),
        ChatCommand::Word { kind: CommandKind::No | CommandKind::Cancel, .. } => Some(2),
        ChatCommand::Word { .. } | ChatCommand::Number(_) | ChatCommand::Building(_) => None,
    }
}

fn is_word(heard: &Heard, wanted: CommandKind) -> bool {
    matches!(
        heard.understanding.as_ref().and_then(|u| u.command.as_ref()),
        Some(ChatCommand::Word { kind, .. }) if *kind == wanted
    )
}

/// A command of its own; the small words that answer questions are none.
fn is_command(heard: &Heard) -> bool {
    let Some(ChatCommand::Word { kind, .. }) = heard.understanding.as_ref().and_then(|u| u.command.as_ref())
    else {
        return false;
    };
    let answers =
        [CommandKind::DontKnow, CommandKind::Yes, CommandKind::No, CommandKind::Cancel, CommandKind::Human];
    !answers.contains(kind)
}

/// Whether a line looks like an answer to the question; asked before speaking in a group where nobody called the bot.
pub(super) fn fits(question: &Dialogue, heard: &Heard) -> bool {
    match question {
        Dialogue::Place { .. } | Dialogue::Change { .. } => {
            heard.only_place.is_some() || is_word(heard, CommandKind::DontKnow)
        }
        Dialogue::WhichEstate { options, .. } => {
            heard.only_place.is_some() || choice(heard).is_some_and(|n| n <= options.len())
        }
        Dialogue::SecondProblem { .. } | Dialogue::Solved { .. } => matches!(choice(heard), Some(1 | 2)),
        Dialogue::Rate { .. } | Dialogue::WhistleCause { .. } => matches!(choice(heard), Some(1..=3)),
        Dialogue::WhichMatter { options, .. } => number(heard).is_some_and(|n| n <= options.len() + 1),
        Dialogue::WhichTicket { options, .. } => choice(heard).is_some_and(|n| n <= options.len()),
        Dialogue::WhichMeeting { options, .. } => choice(heard).is_some_and(|n| n <= options.len()),
        Dialogue::WhichGrid { options, .. } => choice(heard).is_some_and(|n| n <= options.len()),
        Dialogue::Meeting { .. }
        | Dialogue::Paste { .. }
        | Dialogue::VisitTime { .. }
        | Dialogue::PatrolPhoto { .. }
        | Dialogue::Receipt { .. }
        | Dialogue::DonePhotos { .. }
        | Dialogue::Photos { .. }
        | Dialogue::Spot { .. } => false,
    }
}

/// Takes the line as an answer; `false` when it is none.
pub(super) fn answer<W: World>(
    desk: &mut Desk<'_, W>,
    question: &Dialogue,
    heard: &Heard,
    u: &Understanding,
) -> Result<bool, W::Error> {
    if is_command(heard) {
        return Ok(false);
    }
    match question {
        Dialogue::Place { no, then } => place(desk, *no, then.clone(), heard, u),
        Dialogue::Change { no } => {
            let Some(ticket) = still_open(desk, *no)? else { return Ok(false) };
            if let Some(places) = &heard.only_place {
                locating::answer_place(desk, ticket, places, None)?;
                return Ok(true);
            }
            if !says_no_place(u) {
                return Ok(false);
            }
            let args = desk.ticket_args(&ticket, false);
            desk.say(Key::ChangeWhat, args);
            desk.ask(question.clone());
            Ok(true)
        }
        Dialogue::WhichEstate { no, options, place, then } => {
            let Some(ticket) = still_open(desk, *no)? else { return Ok(false) };
            if let Some(places) = &heard.only_place {
                locating::answer_place(desk, ticket, places, then.clone())?;
                return Ok(true);
            }
            match choice(heard).and_then(|n| options.get(n.wrapping_sub(1))) {
                Some(estate) => {
                    let place = crate::domain::ticket::Place { estate: Some(*estate), ..place.clone() };
                    locating::locate(desk, ticket, place, then.clone())?;
                    Ok(true)
                }
                None if says_no_place(u) => {
                    locating::which_estate(desk, ticket.no, options.clone(), place.clone(), then.clone());
                    Ok(true)
                }
                None => Ok(choose_again(desk, heard, options.len())),
            }
        }
        Dialogue::SecondProblem { first, second } => match choice(heard) {
            Some(1) => {
                let Some(first) = desk.world.ticket(*first)? else { return Ok(false) };
                intake::second_problem(desk, &first, second.clone())?;
                Ok(true)
            }
            Some(2) => {
                desk.answered();
                desk.say(Key::SecondDeclined, args! {no: *first});
                Ok(true)
            }
            Some(_) => Ok(choose_again(desk, heard, 2)),
            None => Ok(false),
        },
        Dialogue::WhistleCause { no, department, text } => {
            match choice(heard).and_then(|n| whistling::CAUSES.get(n.wrapping_sub(1))) {
                Some(cause) => {
                    whistling::request(desk, *no, *department, text.clone(), *cause)?;
                    Ok(true)
                }
                None => Ok(choose_again(desk, heard, whistling::CAUSES.len())),
            }
        }
        Dialogue::WhichMatter { no, options } => which_matter(desk, *no, options, heard),
        Dialogue::Solved { no } => match choice(heard) {
            Some(n @ (1 | 2)) => {
                let Some(ticket) = still_open(desk, *no)? else { return Ok(false) };
                confirming::confirm_ticket(desk, ticket, n == 1, "")?;
                Ok(true)
            }
            Some(_) => Ok(choose_again(desk, heard, 2)),
            None => Ok(false),
        },
        Dialogue::Rate { no } => match choice(heard).and_then(|n| confirming::RATINGS.get(n.wrapping_sub(1)))
        {
            Some(rating) => {
                let Some(ticket) = still_open(desk, *no)? else { return Ok(false) };
                confirming::rate_ticket(desk, ticket, *rating, "")?;
                Ok(true)
            }
            None => Ok(choose_again(desk, heard, 3)),
        },
        Dialogue::WhichTicket { kind, rest, options } => {
            match choice(heard).and_then(|n| options.get(n.wrapping_sub(1))) {
                Some(no) => {
                    desk.answered();
                    let command =
                        ChatCommand::Word { kind: *kind, nos: vec![NoRef::Full(*no)], rest: rest.clone() };
                    super::obey(desk, &command, heard, u)?;
                    Ok(true)
                }
                None => Ok(choose_again(desk, heard, options.len())),
            }
        }
        Dialogue::WhichMeeting { answer, message, options } => {
            match choice(heard).and_then(|n| options.get(n.wrapping_sub(1))) {
                Some(id) => {
                    super::convening::answer_meeting(desk, *id, *answer, message.clone())?;
                    Ok(true)
                }
                None => Ok(choose_again(desk, heard, options.len())),
            }
        }
        Dialogue::WhichGrid { amount, purpose, options } => {
            match choice(heard).and_then(|n| options.get(n.wrapping_sub(1))) {
                Some(grid) => {
                    spending::spend_there(desk, *grid, *amount, purpose.clone())?;
                    Ok(true)
                }
                None => Ok(choose_again(desk, heard, options.len())),
            }
        }
        Dialogue::VisitTime { no, day } => match still_open(desk, *no)? {
            Some(ticket) => visiting::answer(desk, ticket, *day, u),
            None => Ok(false),
        },
        Dialogue::DonePhotos { no, note } => {
            // Saying 办结 again is no answer but a new command; anything else but a photo is read as usual.
            if is_word(heard, CommandKind::Cancel) {
                handling::done_without_photos(desk, *no, note);
                return Ok(true);
            }
            Ok(false)
        }
        Dialogue::Meeting { .. }
        | Dialogue::Paste { .. }
        | Dialogue::PatrolPhoto { .. }
        | Dialogue::Receipt { .. }
        | Dialogue::Photos { .. }
        | Dialogue::Spot { .. } => Ok(false),
    }
}

/// A number says what it is; 对 leaves it as it is filed, 都不是 and 不对 leave it to whoever handles it.
fn which_matter<W: World>(
    desk: &mut Desk<'_, W>,
    no: TicketNo,
    options: &[SubCode],
    heard: &Heard,
) -> Result<bool, W::Error> {
    let Some(ticket) = still_open(desk, no)? else { return Ok(false) };
    let (yes, unclear) = (
        is_word(heard, CommandKind::Yes),
        is_word(heard, CommandKind::No) || is_word(heard, CommandKind::DontKnow),
    );
    match number(heard) {
        Some(n) if n <= options.len() => {
            desk.answered();
            tuning::refile_by_reporter(desk, ticket, &options[n - 1])?;
        }
        Some(n) if n > options.len() + 1 => return Ok(choose_again(desk, heard, options.len() + 1)),
        None if !yes && !unclear => return Ok(false),
        Some(_) | None => {
            desk.answered();
            let what = desk.class_name(&ticket.filing.subcategory);
            desk.say(if yes { Key::MatterKept } else { Key::MatterLeft }, args! {no: no, what: what});
        }
    }
    Ok(true)
}

/// Whether a line that was heard while a place was asked tells neither a place nor a matter: 不是这里, 就那边.
fn says_no_place(u: &Understanding) -> bool {
    u.command.is_none()
        && u.places.is_empty()
        && u.score < intake::RECOGNISED
        && matches!(u.act, Act::Smalltalk | Act::Report | Act::Addition)
}

fn still_open<W: World>(desk: &Desk<'_, W>, no: TicketNo) -> Result<Option<Ticket>, W::Error> {
    Ok(desk.world.ticket(no)?.filter(|t| t.state.is_open()))
}

/// A number that was not among the choices is answered with the choices; other lines are no answer.
fn choose_again<W: World>(desk: &mut Desk<'_, W>, heard: &Heard, options: usize) -> bool {
    let out_of_range = matches!(
        heard.understanding.as_ref().and_then(|u| u.command.as_ref()),
        Some(ChatCommand::Choice(n)) if *n > 0
    );
    if out_of_range {
        desk.say(Key::ChooseAgain, args! {options: options});
    }
    out_of_range
}

fn place<W: World>(
    desk: &mut Desk<'_, W>,
    no: TicketNo,
    then: Option<FollowUp>,
    heard: &Heard,
    u: &Understanding,
) -> Result<bool, W::Error> {
    let Some(ticket) = still_open(desk, no)? else { return Ok(false) };
    if is_word(heard, CommandKind::DontKnow) || (is_word(heard, CommandKind::No) && !ticket.place.is_known())
    {
        if ticket.place.is_known() {
            desk.answered();
            let args = desk.ticket_args(&ticket, false);
            desk.say(Key::PlaceLeftToWorker, args);
            return Ok(true);
        }
        locating::place_unknown(desk, ticket)?;
        return Ok(true);
    }
    if let Some(places) = &heard.only_place {
        locating::answer_place(desk, ticket, places, then)?;
        return Ok(true);
    }
    // A sentence that tells the place and nothing new: 就在我们5号楼东边,堵着呢.
    let tells_place = u.places.iter().any(|p| !p.candidates.is_empty() || p.building.is_some());
    let same_matter =
        u.command.is_none() && u.problems.first().is_none_or(|p| p.subcategory == ticket.filing.subcategory);
    if tells_place && same_matter && (u.act.opens_ticket() || u.act == Act::Addition) {
        locating::answer_place(desk, ticket, &u.places, then)?;
        return Ok(true);
    }
    // Only while somebody waits for the answer: small talk of another day is none.
    let waits = ticket.state == TicketState::Draft
        || (ticket.filing.urgency == Urgency::Emergency
            && desk.now.minutes_since(ticket.received_at) < EMERGENCY_ASKED_MINUTES);
    if waits && says_no_place(u) {
        ask_place_again(desk, ticket, then, &u.text)?;
        return Ok(true);
    }
    Ok(false)
}

/// Puts the question again; the words are kept all the same, whoever goes there may know what is meant by them.
fn ask_place_again<W: World>(
    desk: &mut Desk<'_, W>,
    ticket: Ticket,
    then: Option<FollowUp>,
    words: &str,
) -> Result<(), W::Error> {
    let emergency = ticket.filing.urgency == Urgency::Emergency;
    let (no, known, assumed) = (ticket.no, ticket.place.is_known(), ticket.place.has_spot());
    let key = match (emergency, known) {
        (true, false) => Key::EmergencyWhere,
        (true, true) if assumed => Key::EmergencySent,
        (true, true) => Key::EmergencyWhich,
        (false, _) => Key::WhereAgain,
    };
    intake::add(desk, ticket, words, None, key)?;
    if emergency && assumed {
        desk.say(Key::EmergencyAssumed, args! {});
    }
    desk.ask(Dialogue::Place { no, then });
    Ok(())
}
