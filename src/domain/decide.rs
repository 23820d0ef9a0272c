//! The rule-book's one entry: a turn and the world as it is become a decision. Pure: the same turn in the same world
//! decides the same. What each kind of turn means stands in the files below; here is who is speaking, what may be
//! heard, and in which order a line is read.

mod agenda;
mod answering;
mod binding;
mod clockwork;
mod closing;
mod confirming;
mod convening;
mod counting;
mod desk;
mod grading;
mod handling;
mod household;
mod intake;
mod liaison;
mod listing;
mod locating;
mod moves;
mod moving;
mod ordering;
mod passing;
mod patrolling;
mod projecting;
mod recording;
mod resident;
mod spending;
mod steering;
mod summoning;
mod ticking;
mod tuning;
mod visiting;
mod whistling;

use super::{
    category::{Act, Hazard, RequestKind, Urgency},
    command::{ChatCommand, CommandKind, leading_word},
    dictionary::{Tuned, trial::Prepared},
    effect::{Decision, TimerKind, args},
    ledger::Tally,
    message::{Content, Event, Inbound},
    moment::Moment,
    person::Person,
    reply_key::ReplyKey as Key,
    understanding::{PlaceMention, Understanding},
    words::Words,
    world::World,
};
pub use agenda::{Agenda, agenda};
use desk::Desk;
use intake::Manner;
pub use moves::{Asks, Filled, Move, line, moves, open_moves};
pub use tuning::fault_line;

/// Something that happened, to be decided upon.
#[derive(Debug, Clone, PartialEq)]
pub enum Turn {
    /// Somebody said or did something.
    Heard(Box<Heard>),
    /// A timer is due.
    Due(TimerKind),
    /// Somebody at the console or the command line changes the dictionaries.
    Tuned(Box<Tuned>),
}

/// A message with what was understood of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Heard {
    /// The message.
    pub inbound: Inbound,
    /// The sender's display name, where the channel gives one.
    pub name: Words,
    /// What its words mean; `None` for messages without words.
    pub understanding: Option<Understanding>,
    /// What its words mean if a staff command word at its beginning is none; only where it begins with one and says more.
    pub as_words: Option<Understanding>,
    /// The places, when the line is nothing but a place.
    pub only_place: Option<Vec<PlaceMention>>,
    /// What the items of a pasted list mean (记, 走访).
    pub items: Vec<Understanding>,
    /// What was found out about a line that works on the dictionaries.
    pub prepared: Option<Prepared>,
    /// What came of counting for a line that asks for figures.
    pub counted: Option<Tally>,
}

/// An answer in a group counts only within ten minutes of the question; elsewhere a question stays open for a day.
const GROUP_ANSWER_MINUTES: i64 = 10;
const PRIVATE_ANSWER_MINUTES: i64 = 7 * 24 * 60;

/// Decides one turn.
pub fn decide<W: World>(world: &W, turn: &Turn, now: Moment) -> Result<Decision, W::Error> {
    match turn {
        Turn::Heard(heard) => hear(world, heard, now),
        Turn::Due(timer) => ticking::due(world, *timer, now),
        Turn::Tuned(tuned) => tuning::change(world, tuned, now),
    }
}

fn hear<W: World>(world: &W, heard: &Heard, now: Moment) -> Result<Decision, W::Error> {
    let key = &heard.inbound.key;
    let group = match &heard.inbound.group {
        None => None,
        Some(gateway) => match world.directory().group_at_gateway(gateway) {
            Some(group) => Some(group.clone()),
            // A group that nobody registered: not ours to speak in.
            None => return Ok(Decision::default()),
        },
    };
    let known = world.person_at(&key.account, &key.sender)?;
    let newcomer = known.is_none();
    let person = match known {
        Some(person) => person,
        None => {
            let gateway = (key.account == super::message::BRIDGE).then(|| key.sender.clone());
            Person::newcomer(world.next_person()?, heard.name.as_str(), gateway)
        }
    };
    let mut desk = Desk::new(world, now, person, group);
    if newcomer {
        desk.newcomer(&key.account, &key.sender);
    }
    desk.returned();
    if let Content::Text(text) | Content::Voice { recognition: Some(text), .. } = &heard.inbound.content {
        desk.heard_words(text);
    }
    if !desk.in_group() || heard.inbound.addressed || group_may_hear(&desk, heard)? {
        listen(&mut desk, heard)?;
    }
    Ok(desk.close())
}

/// In a group an unaddressed line is heard only if it is an exact command or the asked person's answer.
fn group_may_hear<W: World>(desk: &Desk<'_, W>, heard: &Heard) -> Result<bool, W::Error> {
    let Some(understanding) = &heard.understanding else {
        return Ok(matches!(heard.inbound.content, Content::Image(_)) && desk.question()?.is_some());
    };
    if let Some(ChatCommand::Word { kind, nos, rest }) = &understanding.command {
        let is = |wanted: &[CommandKind]| wanted.contains(kind);
        let exact = (is(&[CommandKind::Going, CommandKind::NotGoing])
            && (rest.is_empty() || desk.is_message_word(rest)))
            || (is(&[CommandKind::Message]) && !rest.is_empty())
            || (is(&[CommandKind::CoSign]) && !nos.is_empty());
        if exact {
            return Ok(true);
        }
    }
    let Some(question) = desk.question()? else { return Ok(false) };
    Ok(answering::fits(&question, heard))
}

fn listen<W: World>(desk: &mut Desk<'_, W>, heard: &Heard) -> Result<(), W::Error> {
    match &heard.inbound.content {
        Content::Text(text) | Content::Voice { recognition: Some(text), .. } => match &heard.understanding {
            Some(understanding) if !text.trim().is_empty() => words(desk, heard, understanding),
            Some(_) | None => {
                desk.say(Key::NothingSaid, args! {});
                Ok(())
            }
        },
        Content::Voice { recognition: None, .. } => {
            desk.say(Key::VoicePleaseType, args! {});
            Ok(())
        }
        Content::Image(media) | Content::Video(media) => intake::photo(desk, media),
        Content::Location { latitude, longitude, label } => {
            locating::location(desk, *latitude, *longitude, label)
        }
        Content::Sticker | Content::Link { .. } | Content::Other(_) => {
            if !desk.in_group() {
                desk.say(Key::CannotRead, args! {});
            }
            Ok(())
        }
        Content::Event(event) => happened(desk, heard, event),
    }
}

fn happened<W: World>(desk: &mut Desk<'_, W>, heard: &Heard, event: &Event) -> Result<(), W::Error> {
    match event {
        Event::Subscribe { .. } => {
            let office = desk.world.standing().office.name.clone();
            desk.say(Key::Welcome, args! {office: office});
        }
        Event::Scan { .. } => desk.say(Key::Help, args! {staff: false}),
        Event::Unsubscribe => desk.leave(),
        // A menu key is read as if it had been typed; one that opens no ticket by words alone gets the help.
        Event::Click { .. } => match &heard.understanding {
            Some(u) if u.command.is_some() => return words(desk, heard, u),
            Some(_) | None => desk.say(Key::Help, args! {staff: desk.actor.is_staff()}),
        },
        Event::AuthorizationRevoked => desk.forget(),
        Event::Silent { .. } => {}
    }
    Ok(())
}

/// A line of words, read in this order: danger, command, answer to what was asked, a bare place, and then what the
/// line is.
fn words<W: World>(desk: &mut Desk<'_, W>, heard: &Heard, u: &Understanding) -> Result<(), W::Error> {
    let whistled = match &u.command {
        Some(ChatCommand::Word { kind: CommandKind::Whistle, rest, .. }) if !desk.actor.is_staff() => {
            Some(rest.clone())
        }
        Some(_) | None => None,
    };
    // A resident who begins with a word of the staff's is not commanding.
    let u = heard.as_words.as_ref().filter(|_| !desk.actor.is_staff()).unwrap_or(u);
    if u.act.opens_ticket() && u.urgency == Urgency::Emergency {
        if desk.in_group() && (desk.is_private_matter(u) || u.hazard == Some(Hazard::Violence)) {
            // Whoever is in danger at home must not be named before the neighbours.
            intake::danger_words(desk, u.hazard);
            desk.say_it_privately();
            return Ok(());
        }
        return intake::report(desk, u, Manner::Own);
    }
    if let Some(rest) = whistled {
        return summoning::whistle(desk, &rest, u);
    }
    let question = desk.question()?;
    if let Some(question) = &question
        && answering::answer(desk, question, heard, u)?
    {
        return Ok(());
    }
    if let Some(command) = &u.command {
        return obey(desk, command, heard, u);
    }
    if let Some(places) = &heard.only_place
        && locating::place_for_draft(desk, places)?
    {
        return Ok(());
    }
    if is_like_a_number(&u.text) {
        return small(desk, Key::NoSuchTicket);
    }
    if visiting::unasked(desk, u)? {
        return Ok(());
    }
    if desk.actor.is_staff() && !desk.in_group() && u.places.is_empty() && is_like_a_command(&u.text) {
        return small(desk, Key::NotUnderstoodCommand);
    }
    let tells = u.act.opens_ticket() || u.act == Act::Smalltalk;
    if u.command.is_none() && tells && resident::again(desk, u)? {
        return Ok(());
    }
    match u.act {
        // A telephone number or a row of signs is no report.
        Act::Report | Act::Suggestion | Act::Consultation if !u.text.chars().any(char::is_alphabetic) => {
            resident::chat(desk, u)
        }
        Act::Report | Act::Suggestion | Act::Consultation => {
            if desk.in_group() && (desk.is_private_matter(u) || u.kind == RequestKind::TipOff) {
                desk.say_it_privately();
                return Ok(());
            }
            intake::report(desk, u, Manner::Own)
        }
        Act::Addition => resident::supplement(desk, &[], &u.text),
        Act::Status => resident::progress(desk, &[], Some(u)),
        Act::Cosign => household::cosign(desk, &[]),
        Act::Resolved => confirming::confirm(desk, &[], true, &u.text),
        Act::Rating => confirming::rate_by_words(desk, u),
        Act::Rsvp => convening::rsvp_by_words(desk, u),
        Act::Thanks => small(desk, Key::Thanks),
        Act::Praise => small(desk, Key::Praise),
        Act::Smalltalk => resident::chat(desk, u),
        Act::Spam => small(desk, Key::Spam),
        Act::Control => small(desk, Key::NothingToChoose),
        Act::StaffCommand => small(desk, Key::NotUnderstoodCommand),
    }
}

/// `LX…` and digits that are no ticket's number: mistyped, not reported.
fn is_like_a_number(text: &str) -> bool {
    let text = text.trim();
    text.get(..2).is_some_and(|lx| lx.eq_ignore_ascii_case("LX"))
        && text[2..].chars().all(|c| c.is_ascii_digit() || c.is_whitespace())
}

/// 办洁 001 换了灯泡: a short word and a ticket's number, said by somebody at work, is a mistyped command, no report.
fn is_like_a_command(text: &str) -> bool {
    let (word, rest) = leading_word(text);
    let digits = rest.trim_start_matches(['L', 'X', 'l', 'x']).bytes().take_while(u8::is_ascii_digit).count();
    (1..=4).contains(&word.chars().count()) && word.chars().all(char::is_alphabetic) && digits >= 3
}

fn small<W: World>(desk: &mut Desk<'_, W>, key: Key) -> Result<(), W::Error> {
    desk.say(key, args! {staff: desk.actor.is_staff()});
    Ok(())
}

fn obey<W: World>(
    desk: &mut Desk<'_, W>,
    command: &ChatCommand,
    heard: &Heard,
    u: &Understanding,
) -> Result<(), W::Error> {
    let (kind, nos, rest) = match command {
        ChatCommand::Number(no) => return resident::show(desk, *no),
        ChatCommand::Building(building) => return handling::building(desk, building, heard),
        ChatCommand::Choice(0) => return resident::human(desk),
        ChatCommand::Choice(choice) => return confirming::stray_choice(desk, *choice),
        ChatCommand::Word { kind, nos, rest } => (*kind, nos.as_slice(), rest.as_str()),
    };
    match kind {
        CommandKind::Progress => resident::progress(desk, nos, None),
        CommandKind::Supplement => resident::supplement(desk, nos, rest),
        CommandKind::Change => resident::change(desk, nos, heard, u),
        CommandKind::Withdraw => resident::withdraw(desk, nos),
        CommandKind::CoSign => household::cosign(desk, nos),
        CommandKind::Urge => resident::urge(desk, nos),
        CommandKind::Solved => confirming::confirm(desk, nos, true, rest),
        CommandKind::NotSolved => confirming::confirm(desk, nos, false, rest),
        CommandKind::Satisfied | CommandKind::RatherSatisfied | CommandKind::Dissatisfied => {
            confirming::rate(desk, kind, nos, rest)
        }
        CommandKind::Going | CommandKind::NotGoing | CommandKind::Message => {
            convening::rsvp(desk, kind, rest)
        }
        CommandKind::Human => resident::human(desk),
        CommandKind::Help => small(desk, Key::Help),
        CommandKind::Live => household::live(desk, u),
        CommandKind::More => resident::more(desk),
        CommandKind::Why if desk.actor.is_staff() => tuning::why(desk, nos, heard.prepared.as_ref()),
        CommandKind::Why => resident::why(desk, nos),
        CommandKind::Private => resident::make_private(desk, nos),
        CommandKind::Forget => {
            desk.forget();
            desk.say(Key::Forgotten, args! {});
            Ok(())
        }
        CommandKind::Appeal => steering::appeal(desk, nos, rest),
        CommandKind::WhyDate => resident::why_date(desk, nos),
        CommandKind::WhoOwns => passing::who_owns(desk, u),
        CommandKind::Order => ordering::order(desk, rest, u),
        CommandKind::Fund => spending::fund(desk, rest),
        CommandKind::Project => projecting::project(desk, rest),
        CommandKind::Lists => listing::lists(desk, rest),
        CommandKind::Bind => binding::bind(desk, &heard.inbound.key, rest),
        CommandKind::DontKnow => locating::dont_know(desk, u),
        CommandKind::Whistle if !desk.actor.is_staff() => {
            summoning::for_own(desk, nos.first().copied(), rest)
        }
        CommandKind::Yes | CommandKind::No | CommandKind::Passed | CommandKind::Failed => {
            resident::chat(desk, u)
        }
        CommandKind::Cancel => match tuning::discard(desk)? {
            true => Ok(()),
            false => convening::cancel(desk),
        },
        CommandKind::Mine
        | CommandKind::SignFor
        | CommandKind::Arrive
        | CommandKind::Appoint
        | CommandKind::Note
        | CommandKind::Done
        | CommandKind::Verify
        | CommandKind::OnBehalf
        | CommandKind::Locate
        | CommandKind::Merge
        | CommandKind::ConfirmHome
        | CommandKind::RejectHome
        | CommandKind::CallMeeting
        | CommandKind::Publish
        | CommandKind::Posted
        | CommandKind::Broadcast
        | CommandKind::Refile
        | CommandKind::AddWord
        | CommandKind::AddPhrase
        | CommandKind::StopWord
        | CommandKind::Lower
        | CommandKind::AddPlace
        | CommandKind::AddSlip
        | CommandKind::Decides
        | CommandKind::Reason
        | CommandKind::DespiteGolden
        | CommandKind::TryOut
        | CommandKind::ShowWorse
        | CommandKind::PublishDictionary
        | CommandKind::Rollback
        | CommandKind::Dictionary
        | CommandKind::HandOut
        | CommandKind::Return
        | CommandKind::Hold
        | CommandKind::Resume
        | CommandKind::Decline
        | CommandKind::Unmerge
        | CommandKind::Raise
        | CommandKind::PassDown
        | CommandKind::WriteOff
        | CommandKind::Explain
        | CommandKind::Countersign
        | CommandKind::OnSpot
        | CommandKind::Grade
        | CommandKind::Segment
        | CommandKind::SegmentDone
        | CommandKind::Lead
        | CommandKind::JoinForces
        | CommandKind::Supervise
        | CommandKind::Whistle
        | CommandKind::Approve
        | CommandKind::Refuse
        | CommandKind::ReportIn
        | CommandKind::ReturnWhistle
        | CommandKind::RateWhistle
        | CommandKind::Today
        | CommandKind::Overdue
        | CommandKind::WhoWould
        | CommandKind::HandOver
        | CommandKind::Record
        | CommandKind::Visit
        | CommandKind::Claim
        | CommandKind::Release
        | CommandKind::FromBox
        | CommandKind::OnSite
        | CommandKind::OpenProject
        | CommandKind::Service
        | CommandKind::Resource
        | CommandKind::Patrol
        | CommandKind::Spend
        | CommandKind::Reverse
        | CommandKind::Ledger
        | CommandKind::MonthlyReport
        | CommandKind::WeeklyReport
        | CommandKind::ThisWeek
        | CommandKind::LastWeek
        | CommandKind::ThisMonth
        | CommandKind::LastMonth
        | CommandKind::ThisYear
        | CommandKind::Later => {
            if !desk.actor.is_staff() {
                // Words that residents say too, and then only that.
                let ordinary = [CommandKind::Approve, CommandKind::Refuse, CommandKind::Today];
                return if ordinary.contains(&kind) {
                    resident::chat(desk, u)
                } else {
                    small(desk, Key::StaffWord)
                };
            }
            if desk.in_group() {
                return small(desk, Key::StaffWordPrivately);
            }
            handling::obey(desk, kind, nos, rest, heard, u)
        }
    }
}
