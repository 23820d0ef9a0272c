//! 办理: what grid workers and staff do with tickets by chat. Whether they may is decided here, at each command, from
//! who they are in the store.

use super::{
    Heard,
    clockwork::{self, IN_HAND},
    closing, convening, counting,
    desk::{Case, Desk, Sight},
    grading, household, intake, listing, locating, ordering, passing, patrolling, projecting, recording,
    spending, steering, summoning, tuning, visiting, whistling,
};
use crate::domain::{
    category::Party,
    command::{CommandKind, NoRef},
    dialogue::Dialogue,
    directory::MicroGrid,
    effect::{Args, args},
    message::Media,
    person::{Actor, PersonId},
    place::EstateId,
    reply_key::ReplyKey as Key,
    ticket::{PhotoStage, Place, Ticket, TicketEvent, TicketState},
    ticket_no::TicketNo,
    understanding::Understanding,
    words::Words,
    world::World,
};

/// Tickets shown in one list.
pub(super) const LISTED: usize = 10;

/// A staff command, said privately by somebody at work.
pub(super) fn obey<W: World>(
    desk: &mut Desk<'_, W>,
    kind: CommandKind,
    nos: &[NoRef],
    rest: &str,
    heard: &Heard,
    u: &Understanding,
) -> Result<(), W::Error> {
    match kind {
        CommandKind::Mine => mine(desk),
        CommandKind::SignFor => sign_for(desk, nos),
        CommandKind::Arrive => match whistling::called_in(desk, nos)? {
            Some(whistle) => whistling::on_site(desk, whistle),
            None => each(desk, kind, nos, rest, arrive),
        },
        CommandKind::Appoint => visiting::appoint(desk, nos, rest),
        CommandKind::Note => each(desk, kind, nos, rest, note),
        CommandKind::Done => match whistling::called_in(desk, nos)? {
            Some(whistle) => whistling::solved(desk, whistle, rest),
            None => each(desk, kind, nos, rest, done),
        },
        CommandKind::Verify => verify(desk, nos, rest),
        CommandKind::OnBehalf => on_behalf(desk, rest, heard.as_words.as_ref().unwrap_or(u)),
        CommandKind::OpenProject => projecting::open(desk, rest),
        CommandKind::Service => listing::service(desk, rest),
        CommandKind::Resource => listing::resource(desk, rest),
        CommandKind::Patrol => patrolling::patrol(desk, nos, rest),
        CommandKind::OnSite => recording::on_site(desk, rest, heard.items.first()),
        CommandKind::FromBox => recording::from_box(desk, rest, heard.items.first()),
        CommandKind::Locate => locate(desk, nos, rest, heard, u),
        CommandKind::Merge => merge(desk, nos),
        CommandKind::ConfirmHome | CommandKind::RejectHome => {
            match nos.first() {
                Some(NoRef::Serial(id)) => {
                    let person = PersonId(i64::from(*id));
                    household::home_checked(desk, person, kind == CommandKind::ConfirmHome)?;
                }
                Some(NoRef::Full(_)) | None => desk.say(Key::NoSuchHome, args! {}),
            }
            Ok(())
        }
        CommandKind::CallMeeting => convening::call(desk, rest),
        CommandKind::Publish => convening::publish(desk),
        CommandKind::Posted => convening::posted(desk),
        CommandKind::Broadcast => convening::broadcast(desk),
        CommandKind::Refile => tuning::refile(desk, nos, rest),
        CommandKind::PublishDictionary if !tuning::may(desk) => convening::publish(desk),
        CommandKind::AddWord
        | CommandKind::AddPhrase
        | CommandKind::StopWord
        | CommandKind::Lower
        | CommandKind::AddPlace
        | CommandKind::AddSlip
        | CommandKind::TryOut
        | CommandKind::ShowWorse
        | CommandKind::PublishDictionary
        | CommandKind::Rollback
        | CommandKind::Dictionary => tuning::obey(desk, kind, heard.prepared.as_ref()),
        CommandKind::HandOut => passing::hand_out(desk, nos, rest),
        CommandKind::Return => passing::give_back(desk, nos, rest),
        CommandKind::Hold => steering::hold(desk, nos, rest),
        CommandKind::Resume => steering::resume(desk, nos, rest),
        CommandKind::Decline => steering::decline(desk, nos, rest),
        CommandKind::Unmerge => steering::unmerge(desk, nos),
        CommandKind::Raise | CommandKind::PassDown => steering::level(desk, kind, nos, rest),
        CommandKind::Grade => grading::grade(desk, nos, rest),
        CommandKind::Segment => grading::segment(desk, nos, rest),
        CommandKind::SegmentDone => grading::segment_done(desk, nos, rest),
        CommandKind::Lead => grading::lead(desk, nos, rest),
        CommandKind::JoinForces => grading::join_forces(desk, nos, rest),
        CommandKind::Supervise => grading::supervise(desk, nos),
        CommandKind::WriteOff => closing::write_off(desk, nos),
        CommandKind::Explain => closing::explain(desk, nos, rest),
        CommandKind::Countersign => closing::countersign(desk, nos),
        CommandKind::OnSpot => closing::on_spot(desk, nos, rest),
        CommandKind::Claim => ordering::claim(desk, nos),
        CommandKind::Release => ordering::release(desk, nos, rest),
        CommandKind::HandOver => passing::hand_over(desk, rest),
        CommandKind::Record | CommandKind::Visit => recording::record(desk, &heard.items),
        CommandKind::WhoWould => passing::who_would(desk, rest, heard.as_words.as_ref().unwrap_or(u)),
        CommandKind::Whistle => whistling::whistle(desk, rest),
        CommandKind::Approve | CommandKind::Refuse => {
            let yes = kind == CommandKind::Approve;
            match spending::is_meant(desk, rest) {
                true => spending::approve(desk, rest, yes),
                false => whistling::approve(desk, rest, yes),
            }
        }
        CommandKind::Spend => spending::spend(desk, nos, rest),
        CommandKind::Reverse => spending::reverse(desk, rest),
        CommandKind::ReportIn => whistling::report_in(desk, rest),
        CommandKind::ReturnWhistle => whistling::give_back(desk, rest),
        CommandKind::RateWhistle => whistling::rate(desk, rest),
        CommandKind::Today => clockwork::today(desk),
        CommandKind::Overdue => clockwork::late(desk),
        CommandKind::Ledger | CommandKind::WeeklyReport | CommandKind::MonthlyReport => {
            counting::say(desk, kind, heard.counted.as_ref());
            Ok(())
        }
        CommandKind::Later => {
            desk.say(Key::NotYet, args! {});
            Ok(())
        }
        CommandKind::Progress
        | CommandKind::Supplement
        | CommandKind::Change
        | CommandKind::Withdraw
        | CommandKind::CoSign
        | CommandKind::Urge
        | CommandKind::Solved
        | CommandKind::NotSolved
        | CommandKind::Satisfied
        | CommandKind::RatherSatisfied
        | CommandKind::Dissatisfied
        | CommandKind::Going
        | CommandKind::NotGoing
        | CommandKind::Message
        | CommandKind::Human
        | CommandKind::Help
        | CommandKind::Live
        | CommandKind::Order
        | CommandKind::Fund
        | CommandKind::Project
        | CommandKind::Lists
        | CommandKind::More
        | CommandKind::Why
        | CommandKind::Private
        | CommandKind::Forget
        | CommandKind::Appeal
        | CommandKind::WhyDate
        | CommandKind::WhoOwns
        | CommandKind::Bind
        | CommandKind::DontKnow
        | CommandKind::Yes
        | CommandKind::No
        | CommandKind::Passed
        | CommandKind::Failed
        | CommandKind::Decides
        | CommandKind::Reason
        | CommandKind::DespiteGolden
        | CommandKind::ThisWeek
        | CommandKind::LastWeek
        | CommandKind::ThisMonth
        | CommandKind::LastMonth
        | CommandKind::ThisYear
        | CommandKind::Cancel => Ok(()),
    }
}

/// 我的: open tickets, nearest due first.
fn mine<W: World>(desk: &mut Desk<'_, W>) -> Result<(), W::Error> {
    let mut open = desk.world.open_owned_by(desk.person.id, IN_HAND + 1)?;
    let more = open.len() > IN_HAND;
    open.truncate(IN_HAND);
    let count = |state: TicketState| open.iter().filter(|t| t.state == state).count();
    let overdue = open.iter().filter(|t| t.due_at.is_some_and(|due| due < desk.now)).count();
    let rows: Vec<Args> = open.iter().take(LISTED).map(|t| desk.ticket_args(t, true)).collect();
    desk.say(
        Key::Mine,
        args! {rows: rows, total: open.len(), more: more, fresh: count(TicketState::Dispatched), overdue: overdue},
    );
    Ok(())
}

/// 3号楼: its open tickets, in the grids of the worker or the estates of the community.
pub(super) fn building<W: World>(
    desk: &mut Desk<'_, W>,
    building: &str,
    heard: &Heard,
) -> Result<(), W::Error> {
    if !desk.actor.is_staff() || desk.in_group() {
        if let Some(places) = &heard.only_place
            && locating::place_for_draft(desk, places)?
        {
            return Ok(());
        }
        desk.say(Key::PlaceOfWhat, args! {});
        return Ok(());
    }
    let directory = desk.world.directory();
    let estates: Vec<_> = match &desk.actor {
        Actor::GridWorker(grids) => directory
            .grids
            .iter()
            .filter(|g| grids.contains(&g.id))
            .flat_map(|g| g.covers.iter().map(|(estate, _)| *estate))
            .collect(),
        Actor::CommunityStaff(community) => {
            let at = |estate| Place { estate: Some(estate), ..Place::default() };
            let serves = |e: &EstateId| directory.serves(desk.person.id, *community, &at(*e));
            directory.estates.iter().map(|e| e.name.id).filter(serves).collect()
        }
        Actor::Subdistrict => directory.estates.iter().map(|e| e.name.id).collect(),
        Actor::Handler => {
            let own =
                |m: &&MicroGrid| m.head == Some(desk.person.id) && m.buildings.iter().any(|b| b == building);
            directory.micro_grids.iter().filter(own).map(|m| m.estate).collect()
        }
        Actor::Resident => vec![],
    };
    let mut found = vec![];
    for estate in estates {
        let place = Place { estate: Some(estate), building: Some(building.to_owned()), ..Place::default() };
        found.extend(desk.world.open_at(&place, None, LISTED, &|t| desk.sight(t) == Sight::Full)?);
    }
    found.truncate(LISTED);
    let rows: Vec<Args> = found.iter().map(|t| desk.ticket_args(t, true)).collect();
    desk.say(Key::AtBuilding, args! {building: building, rows: rows, total: found.len()});
    Ok(())
}

/// The speaker's ticket that a command means. Without a number: the only one of theirs it can mean.
pub(super) fn held<W: World>(
    desk: &mut Desk<'_, W>,
    nos: &[NoRef],
    kind: CommandKind,
    rest: &str,
) -> Result<Option<Ticket>, W::Error> {
    let Some(no) = nos.first() else {
        let mut open = desk.world.open_owned_by(desk.person.id, 20)?;
        open.retain(|t| matches!(t.state, TicketState::Dispatched | TicketState::InProgress));
        return match open.len() {
            0 => {
                desk.say(Key::NothingHeld, args! {});
                Ok(None)
            }
            1 => Ok(open.pop()),
            _ => {
                desk.ask_which(kind, rest, open);
                Ok(None)
            }
        };
    };
    let Some(ticket) = desk.find(*no, kind, rest)? else { return Ok(None) };
    if desk.sight(&ticket) < Sight::Full {
        desk.say(Key::NoSuchTicket, args! {});
        return Ok(None);
    }
    if ticket.owner == Some(desk.person.id) || desk.presides(&ticket) {
        return Ok(Some(ticket));
    }
    let args = desk.ticket_args(&ticket, false);
    desk.say(Key::NotYourTicket, args);
    Ok(None)
}

fn each<W: World>(
    desk: &mut Desk<'_, W>,
    kind: CommandKind,
    nos: &[NoRef],
    rest: &str,
    act: impl Fn(&mut Desk<'_, W>, Ticket, &str) -> Result<(), W::Error>,
) -> Result<(), W::Error> {
    match nos {
        [] | [_] => match held(desk, nos, kind, rest)? {
            Some(ticket) => act(desk, ticket, rest),
            None => Ok(()),
        },
        [..] => {
            for no in nos {
                if let Some(ticket) = held(desk, &[*no], kind, rest)? {
                    act(desk, ticket, rest)?;
                }
            }
            Ok(())
        }
    }
}

/// 签收 007 011 015; without numbers all that wait.
pub(super) fn sign_for<W: World>(desk: &mut Desk<'_, W>, nos: &[NoRef]) -> Result<(), W::Error> {
    let tickets = if nos.is_empty() {
        let mut waiting = desk.world.open_owned_by(desk.person.id, LISTED)?;
        waiting.retain(|t| t.state == TicketState::Dispatched);
        if waiting.is_empty() {
            desk.say(Key::NothingToSign, args! {});
        }
        waiting
    } else {
        let mut tickets: Vec<Ticket> = vec![];
        for no in nos {
            if let Some(ticket) = held(desk, &[*no], CommandKind::SignFor, "")?
                && tickets.iter().all(|t| t.no != ticket.no)
            {
                tickets.push(ticket);
            }
        }
        tickets
    };
    let mut signed = vec![];
    for ticket in tickets {
        let no = ticket.no;
        if grading::lacks(desk, &ticket, false)? {
            continue;
        }
        let mut case = desk.take(ticket);
        match desk.record(&mut case, TicketEvent::SignedFor) {
            Ok(()) => signed.push(args! {no: no}),
            Err(illegal) => desk.refuse(no, illegal),
        }
        desk.keep(case);
    }
    if !signed.is_empty() {
        let total = signed.len();
        desk.say(Key::SignedFor, args! {rows: signed, total: total});
    }
    Ok(())
}

/// Work implies having taken it: a ticket not yet signed for is signed for on the way.
pub(super) fn taken_up<W: World>(desk: &Desk<'_, W>, ticket: Ticket) -> Case {
    let mut case = desk.take(ticket);
    if case.ticket.state == TicketState::Dispatched {
        // Dispatched tickets can always be signed for.
        let _ = desk.record(&mut case, TicketEvent::SignedFor);
    }
    case
}

/// Tells those who wait for it how a ticket goes on.
pub(super) fn tell_reporters<W: World>(desk: &mut Desk<'_, W>, ticket: &Ticket, key: Key, extra: Args) {
    // Whoever reported for others and works it knows already.
    let knows = |p: &PersonId| *p == desk.person.id || (ticket.on_behalf && ticket.owner == Some(*p));
    for person in ticket.people().filter(|p| !knows(p)).collect::<Vec<_>>() {
        let mut args = desk.ticket_args(ticket, false);
        args.extend(extra.clone());
        desk.tell(person, key, args);
    }
}

/// 到场 007
fn arrive<W: World>(desk: &mut Desk<'_, W>, ticket: Ticket, _rest: &str) -> Result<(), W::Error> {
    let no = ticket.no;
    // Who was told a time waits for it, however often somebody came before.
    let first = ticket.arrived_at.is_none() || ticket.road.visit.as_ref().is_some_and(|visit| visit.fixed);
    let mut case = taken_up(desk, ticket);
    match desk.record(&mut case, TicketEvent::Arrived) {
        Ok(()) => {
            if first {
                tell_reporters(desk, &case.ticket, Key::TellArrived, args! {});
            }
            let args = desk.ticket_args(&case.ticket, true);
            desk.say(Key::Arrived, args);
        }
        Err(illegal) => desk.refuse(no, illegal),
    }
    desk.keep(case);
    Ok(())
}

/// 情况 007 话
fn note<W: World>(desk: &mut Desk<'_, W>, ticket: Ticket, rest: &str) -> Result<(), W::Error> {
    if rest.trim().is_empty() {
        desk.say(Key::NoteWhat, args! {no: ticket.no});
        return Ok(());
    }
    let no = ticket.no;
    let mut case = desk.take(ticket);
    match desk.record(&mut case, TicketEvent::Noted { text: rest.into() }) {
        Ok(()) => {
            grading::accounted(desk, &mut case, rest);
            tell_reporters(desk, &case.ticket, Key::TellNote, args! {note: rest});
            desk.say(Key::Noted, args! {no: no});
        }
        Err(illegal) => desk.refuse(no, illegal),
    }
    desk.keep(case);
    Ok(())
}

/// 办结 007 话: to be verified by somebody else; some categories need a photo before and one after.
fn done<W: World>(desk: &mut Desk<'_, W>, ticket: Ticket, rest: &str) -> Result<(), W::Error> {
    if rest.trim().is_empty() {
        desk.say(Key::DoneWhat, args! {no: ticket.no});
        return Ok(());
    }
    if grading::lacks(desk, &ticket, true)? {
        return Ok(());
    }
    if lacks_photos(desk, &ticket) {
        let args = photo_args(desk, &ticket);
        desk.say(Key::PhotosNeeded, args);
        desk.ask(Dialogue::DonePhotos { no: ticket.no, note: rest.into() });
        let case = taken_up(desk, ticket);
        desk.keep(case);
        return Ok(());
    }
    let case = taken_up(desk, ticket);
    finish(desk, case, rest);
    Ok(())
}

pub(super) fn lacks_photos<W: World>(desk: &Desk<'_, W>, ticket: &Ticket) -> bool {
    desk.sub(&ticket.filing.subcategory).photos && (ticket.photos_before == 0 || ticket.photos_after == 0)
}

pub(super) fn photo_args<W: World>(desk: &Desk<'_, W>, ticket: &Ticket) -> Args {
    let mut args = desk.ticket_args(ticket, true);
    args.insert("before", (ticket.photos_before == 0).into());
    args.insert("after", (ticket.photos_after == 0).into());
    args
}

/// A photo sent while 办结 waits for it.
pub(super) fn done_photo<W: World>(
    desk: &mut Desk<'_, W>,
    no: TicketNo,
    note: Words,
    media: &Media,
) -> Result<(), W::Error> {
    let Some(ticket) = desk.world.ticket(no)?.filter(|t| t.state == TicketState::InProgress) else {
        desk.answered();
        desk.say(Key::NoSuchTicket, args! {});
        return Ok(());
    };
    let stage = if ticket.photos_before == 0 { PhotoStage::Before } else { PhotoStage::After };
    let mut case = desk.take(ticket);
    // A photo is a move of every open state.
    let _ = desk.record(&mut case, TicketEvent::Photo { media: media.clone(), stage });
    if lacks_photos(desk, &case.ticket) {
        let args = photo_args(desk, &case.ticket);
        desk.keep(case);
        desk.say(Key::PhotosNeeded, args);
    } else {
        desk.answered();
        finish(desk, case, note.as_str());
    }
    Ok(())
}

/// 取消 while 办结 waits for photos.
pub(super) fn done_without_photos<W: World>(desk: &mut Desk<'_, W>, no: TicketNo, _note: &Words) {
    desk.answered();
    desk.say(Key::DoneCancelled, args! {no: no});
}

fn finish<W: World>(desk: &mut Desk<'_, W>, mut case: Case, note: &str) {
    let no = case.no();
    if let Err(illegal) = desk.record(&mut case, TicketEvent::Done { note: note.into() }) {
        desk.keep(case);
        desk.refuse(no, illegal);
        return;
    }
    if case.ticket.private {
        ask_reporter(desk, &case.ticket);
        desk.say(Key::DonePrivately, args! {no: no});
        desk.keep(case);
        return;
    }
    let verifiers = verifiers(desk, &case.ticket);
    let directory = desk.world.directory();
    let name = verifiers.first().map(|p| directory.staff_name(*p).to_owned()).unwrap_or_default();
    for verifier in verifiers {
        let mut args = desk.ticket_args(&case.ticket, true);
        args.insert("note", note.into());
        desk.tell(verifier, Key::TellVerify, args);
    }
    desk.say(Key::DoneKept, args! {no: no, verifier: name});
    desk.keep(case);
}

/// Asks the reporter whether it is solved. Nothing is set open in their conversation: they may read the question only
/// with their next reply, and an answer counts wherever a ticket waits for one.
pub(super) fn ask_reporter<W: World>(desk: &mut Desk<'_, W>, ticket: &Ticket) {
    let mut args = desk.ticket_args(ticket, false);
    args.insert("note", ticket.note.short(80).into());
    desk.tell(ticket.reporter, Key::AskSolved, args);
    clockwork::await_answer(desk, ticket.no);
}

/// Who verifies: the community's staff, never the handler; else whoever catches all.
fn verifiers<W: World>(desk: &Desk<'_, W>, ticket: &Ticket) -> Vec<PersonId> {
    let directory = desk.world.directory();
    let mut people = directory.contacts(Party::Community, &ticket.place);
    people.retain(|p| Some(*p) != ticket.handler);
    people.extend(directory.catch_all.filter(|p| people.is_empty() && Some(*p) != ticket.handler));
    people.truncate(1);
    people
}

/// 核查 007 通过 | 核查 007 不过 话
fn verify<W: World>(desk: &mut Desk<'_, W>, nos: &[NoRef], rest: &str) -> Result<(), W::Error> {
    let words = &desk.world.standing().commands;
    let Some(no) = nos.first() else {
        desk.say(Key::VerifyHow, args! {});
        return Ok(());
    };
    let Some((passed, note)) = words.verdict(rest) else {
        desk.say(Key::VerifyHow, args! {});
        return Ok(());
    };
    let Some(ticket) = desk.find(*no, CommandKind::Verify, rest)? else { return Ok(()) };
    let may = match &desk.actor {
        Actor::CommunityStaff(_) | Actor::Subdistrict => desk.sight(&ticket) == Sight::Full,
        Actor::GridWorker(_) | Actor::Handler => desk.world.directory().catch_all == Some(desk.person.id),
        Actor::Resident => false,
    };
    if ticket.handler == Some(desk.person.id) {
        desk.say(Key::VerifyOwnWork, args! {no: ticket.no});
        return Ok(());
    }
    if !may {
        desk.say(Key::VerifyNotYours, args! {no: ticket.no});
        return Ok(());
    }
    let no = ticket.no;
    let mut case = desk.take(ticket);
    if let Err(illegal) = desk.record(&mut case, TicketEvent::Verified { passed, note: note.into() }) {
        desk.refuse(no, illegal);
        return Ok(());
    }
    let ticket = &case.ticket;
    if passed {
        ask_reporter(desk, ticket);
    } else if let Some(owner) = ticket.owner {
        let mut args = desk.ticket_args(ticket, true);
        args.insert("note", note.into());
        desk.tell(owner, Key::TellVerifyFailed, args);
        clockwork::wind(desk, &case.ticket);
    }
    desk.say(Key::Verified, args! {no: no, passed: passed});
    desk.keep(case);
    Ok(())
}

/// 代报 话: a report typed for others.
fn on_behalf<W: World>(desk: &mut Desk<'_, W>, rest: &str, u: &Understanding) -> Result<(), W::Error> {
    if rest.is_empty() {
        desk.say(Key::OnBehalfWhat, args! {});
        return Ok(());
    }
    intake::report(desk, u, intake::Manner::OnBehalf)
}

/// 地点 007 灵武新村3号楼
fn locate<W: World>(
    desk: &mut Desk<'_, W>,
    nos: &[NoRef],
    rest: &str,
    heard: &Heard,
    u: &Understanding,
) -> Result<(), W::Error> {
    let places = heard.only_place.as_deref().unwrap_or(&u.places);
    if nos.is_empty() || places.is_empty() {
        desk.say(Key::LocateHow, args! {});
        return Ok(());
    }
    match held(desk, nos, CommandKind::Locate, rest)? {
        Some(ticket) => locating::answer_place(desk, ticket, places, None),
        None => Ok(()),
    }
}

/// 并单 012 011: the first goes into the second.
fn merge<W: World>(desk: &mut Desk<'_, W>, nos: &[NoRef]) -> Result<(), W::Error> {
    let [from, into] = nos else {
        desk.say(Key::MergeHow, args! {});
        return Ok(());
    };
    let Some(from) = held(desk, &[*from], CommandKind::Merge, "")? else { return Ok(()) };
    let Some(into) = held(desk, &[*into], CommandKind::Merge, "")? else { return Ok(()) };
    let directory = desk.world.directory();
    let community = |t: &Ticket| directory.community_at(&t.place).map(|c| c.id);
    let together = community(&from) == community(&into) || community(&from).is_none();
    if into.no == from.no || !into.state.is_open() || from.private != into.private || !together {
        desk.say(Key::MergeHow, args! {});
        return Ok(());
    }
    let (from_no, into_no) = (from.no, into.no);
    let mut merged = desk.take(from);
    if let Err(illegal) = desk.record(&mut merged, TicketEvent::Merged { into: into_no }) {
        desk.refuse(from_no, illegal);
        return Ok(());
    }
    let mut target = desk.take(into);
    household::unite(desk, &merged.ticket, &mut target)?;
    tell_reporters(desk, &merged.ticket, Key::TellMerged, args! {into: into_no});
    desk.say(Key::Merged, args! {no: from_no, into: into_no, households: target.ticket.households()});
    household::propose_if_enough(desk, &mut target);
    summoning::ripen(desk, &mut target)?;
    desk.keep(merged);
    desk.keep(target);
    Ok(())
}
