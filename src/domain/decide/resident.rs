//! What a resident may ask of their own matters: 进度 补充 改 撤回 催 更多 为什么 私密 人工, and small talk.

use super::{
    Heard, clockwork, confirming,
    desk::{Desk, Sight},
    grading, intake, locating, whistling,
};
use crate::domain::{
    category::{Act, Category, Urgency},
    clock::counts_work,
    command::{CommandKind, NoRef},
    dialogue::Dialogue,
    effect::{Args, args},
    reply_key::ReplyKey as Key,
    ticket::{Ticket, TicketEvent, TicketState},
    understanding::Understanding,
    world::World,
};

/// Urging again within a day changes nothing.
const URGE_MINUTES: i64 = 24 * 60;
/// A line of at most so many characters that begins with 又 may say nothing by itself.
const AGAIN: usize = 12;
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
        [ticket] => detail(desk, ticket, Sight::Full)?,
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
        detail(desk, &ticket, sight)?;
    }
    Ok(())
}

fn detail<W: World>(desk: &mut Desk<'_, W>, ticket: &Ticket, sight: Sight) -> Result<(), W::Error> {
    let works_it = desk.actor.is_staff() && sight == Sight::Full && !desk.in_group();
    let mut args = if works_it { desk.ticket_args(ticket, true) } else { desk.own_args(ticket) };
    if let Some(into) = ticket.merged_into {
        args.insert("into", into.into());
    }
    args.insert("whistle", "".into());
    args.extend(grading::segment_args(ticket));
    if let Some((id, _)) = ticket.road.whistles.last()
        && let Some(whistle) = desk.world.whistle(*id)?
    {
        args.extend(whistling::whistle_args(desk, &whistle));
    }
    if let Some(hold) = &ticket.road.hold {
        args.insert("review", hold.review.into());
        args.insert("hold", hold.text.short(60).into());
    }
    args.insert("overdue", ticket.due_at.is_some_and(|due| due < desk.now).into());
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
    Ok(())
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
        return locating::answer_place(desk, ticket, places, None);
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
        let mut args = desk.ticket_args(&ticket, false);
        args.extend(rule_args(desk, &ticket));
        desk.say(Key::Why, args);
    }
    Ok(())
}

/// 为啥是19号: which days count, and which do not, and whose rule it is.
pub(super) fn why_date<W: World>(desk: &mut Desk<'_, W>, nos: &[NoRef]) -> Result<(), W::Error> {
    let Some(ticket) = own(desk, nos, CommandKind::WhyDate, "", |t| t.due_at.is_some())? else {
        return Ok(());
    };
    let limit = desk.limit_of(&ticket);
    let mut args = desk.ticket_args(&ticket, false);
    args.extend(rule_args(desk, &ticket));
    args.insert("at_work", counts_work(limit).into());
    args.insert("paused", ticket.road.clock_from.is_some().into());
    let start = ticket.road.clock_from.unwrap_or(ticket.received_at);
    let days = ticket.due_at.and_then(|due| desk.world.standing().calendar.skipped(start, due).ok());
    let rows: Vec<Args> = days
        .unwrap_or_default()
        .iter()
        .map(|day| args! {month: day.month() as u32, day: day.day() as u32})
        .collect();
    args.insert("rows", rows.into());
    desk.say(Key::WhyDate, args);
    Ok(())
}

/// The rule that a ticket's time is counted by, with its source. `earlier`: its date was set before that rule was chosen.
fn rule_args<W: World>(desk: &Desk<'_, W>, ticket: &Ticket) -> Args {
    let standing = desk.world.standing();
    let rule = desk.rule(&ticket.filing);
    let limit = desk.limit_of(ticket);
    let counted = standing.calendar.due(ticket.received_at, limit).ok();
    let earlier = ticket.road.clock_from.is_none() && counted.is_some() && counted != ticket.due_at;
    let silent = if rule.silent { standing.limits.silent.as_str() } else { "" };
    let mut args = clockwork::limit_args(limit);
    args.extend(args! {
        rule: rule.name, source: rule.source, silent: silent, earlier: earlier,
        rule_amount: rule.limit.amount, rule_unit: rule.limit.unit.code(),
    });
    args
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

/// 又不亮了 says nothing by itself: it belongs to what one has open, or was mended lately. `false` when it says more,
/// or there is nothing to belong to.
pub(super) fn again<W: World>(desk: &mut Desk<'_, W>, u: &Understanding) -> Result<bool, W::Error> {
    let bare = u.places.is_empty() && u.urgency == Urgency::Normal && u.text.chars().count() <= AGAIN;
    if desk.in_group() || !bare || desk.world.standing().commands.after_code(&u.text, "again").is_none() {
        return Ok(false);
    }
    let same = |t: &Ticket| intake::names_nothing_clearly(u) || t.filing.subcategory == u.subcategory;
    if let Some(open) = desk.my_open(1)?.pop() {
        let same = same(&open);
        if same {
            intake::add(desk, open, &u.text, None, Key::AddedToOwn)?;
        }
        return Ok(same);
    }
    let Some(closed) = confirming::newest_closed(desk)?.filter(same) else { return Ok(false) };
    let args = desk.ticket_args(&closed, false);
    desk.say(Key::AgainWhich, args);
    Ok(true)
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
