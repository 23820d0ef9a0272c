//! Which moves are open to somebody on a ticket now, and what each asks for. No rule stands here: a move is open when the very
//! decision that its line would make changes something, so that forms and chat can never differ.

use super::{
    Heard,
    desk::{Desk, Sight},
    handling,
};
use crate::domain::{
    category::{Act, Category, RequestKind, Sphere, SubCode, Urgency, codes},
    command::{ChatCommand, CommandKind, CommandWords, NoRef},
    dialogue::Dialogue,
    effect::Effect,
    message::{CONSOLE, Content, Inbound, MessageKey},
    moment::Moment,
    person::{Person, Role},
    ticket::{Grade, Level, Ticket},
    ticket_no::TicketNo,
    understanding::{PlaceMention, Understanding},
    whistle::Mark,
    words::Words,
    world::World,
};

codes! {
    /// What a move asks for besides the ticket.
    Asks {
        /// Nothing.
        Nothing = "nothing",
        /// Words.
        Text = "text",
        /// Words, or none.
        MaybeText = "maybe_text",
        /// One of its choices, and nothing else.
        OneOf = "one_of",
        /// One of its choices, and perhaps words.
        Choice = "choice",
        /// One of its choices, and words.
        ChoiceAndText = "choice_and_text",
        /// A day, and words.
        DayAndText = "day_and_text",
        /// Marks from 1 to 5, and perhaps words.
        Marks = "marks",
    }
}

/// What can be done with a ticket, in the order in which work goes.
const MOVES: &[(CommandKind, Asks)] = &[
    (CommandKind::SignFor, Asks::Nothing),
    (CommandKind::Arrive, Asks::Nothing),
    (CommandKind::Lead, Asks::Nothing),
    (CommandKind::Supervise, Asks::Nothing),
    (CommandKind::Countersign, Asks::Nothing),
    (CommandKind::Approve, Asks::Nothing),
    (CommandKind::Unmerge, Asks::Nothing),
    (CommandKind::Verify, Asks::Choice),
    (CommandKind::Note, Asks::Text),
    (CommandKind::SegmentDone, Asks::Text),
    (CommandKind::Done, Asks::Text),
    (CommandKind::OnSpot, Asks::Text),
    (CommandKind::HandOut, Asks::Choice),
    (CommandKind::Return, Asks::Text),
    (CommandKind::Whistle, Asks::ChoiceAndText),
    (CommandKind::ReportIn, Asks::MaybeText),
    (CommandKind::ReturnWhistle, Asks::Text),
    (CommandKind::Refuse, Asks::Text),
    (CommandKind::RateWhistle, Asks::Marks),
    (CommandKind::Hold, Asks::DayAndText),
    (CommandKind::Resume, Asks::MaybeText),
    (CommandKind::Raise, Asks::ChoiceAndText),
    (CommandKind::PassDown, Asks::Text),
    (CommandKind::Grade, Asks::OneOf),
    (CommandKind::Segment, Asks::Text),
    (CommandKind::JoinForces, Asks::Text),
    (CommandKind::Refile, Asks::OneOf),
    (CommandKind::Locate, Asks::Text),
    (CommandKind::Merge, Asks::OneOf),
    (CommandKind::Explain, Asks::Text),
    (CommandKind::Decline, Asks::Text),
];

/// Tickets of one place that a ticket may be merged into, at most.
const NEIGHBOURS: usize = 12;

/// Long enough for every move that wants words, and no code of anything.
const SAMPLE: &str = "xxxxxxxxxxxx";

/// A move that is open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Move {
    /// Which.
    pub kind: CommandKind,
    /// What it asks for.
    pub asks: Asks,
    /// What may be chosen, as the line says it.
    pub choices: Vec<String>,
}

/// What somebody filled in.
#[derive(Clone, Default)]
pub struct Filled {
    /// A choice, or a day: 2026-04-01.
    pub choice: String,
    /// Words.
    pub text: String,
    /// 快, 到, 办.
    pub marks: [u8; 3],
}

/// All moves that there are, and what each asks for.
pub fn moves() -> impl Iterator<Item = (CommandKind, Asks)> {
    MOVES.iter().copied()
}

/// The line that makes a move, as somebody would say it by chat; `None` for what is no move, and for words that would be
/// read as another ticket's number.
pub fn line(words: &CommandWords, kind: CommandKind, no: TicketNo, filled: &Filled) -> Option<String> {
    let (_, asks) = MOVES.iter().find(|(known, _)| *known == kind)?;
    let (word, no_text) = (words.name(kind), no.to_string());
    let text = filled.text.split_whitespace().collect::<Vec<_>>().join(" ");
    let choice = filled.choice.trim();
    let line = match asks {
        Asks::Nothing => format!("{word} {no_text}"),
        Asks::Text | Asks::MaybeText => format!("{word} {no_text} {text}"),
        Asks::OneOf => format!("{word} {no_text} {choice}"),
        // The department stands before the number.
        Asks::ChoiceAndText if kind == CommandKind::Whistle => format!("{word} {choice} {no_text} {text}"),
        Asks::Choice | Asks::ChoiceAndText | Asks::DayAndText => format!("{word} {no_text} {choice} {text}"),
        Asks::Marks => {
            let [speed, presence, result] = filled.marks;
            let name = |mark: Mark| words.code_name(mark.code());
            let (quick, came, solved) = (name(Mark::Speed), name(Mark::Presence), name(Mark::Result));
            let comment =
                if text.is_empty() { String::new() } else { format!(" {}{text}", name(Mark::Text)) };
            format!("{word} {no_text} {quick}{speed} {came}{presence} {solved}{result}{comment}")
        }
    };
    let line = line.trim_end().to_owned();
    let Some(ChatCommand::Word { kind: read, nos, .. }) = words.parse(&line) else { return None };
    let meant = match nos.as_slice() {
        [] => true,
        [one] => *one == NoRef::Full(no),
        [one, _] => kind == CommandKind::Merge && *one == NoRef::Full(no),
        [_, _, _, ..] => false,
    };
    (read == kind && meant).then_some(line)
}

/// The moves that are open to a person on a ticket now; none for whoever may not see it.
pub fn open_moves<W: World>(
    world: &W,
    person: &Person,
    no: TicketNo,
    now: Moment,
) -> Result<Vec<Move>, W::Error> {
    let desk = Desk::new(world, now, person.clone(), None);
    let Some(ticket) = world.ticket(no)?.filter(|t| desk.actor.is_staff() && desk.sight(t) == Sight::Full)
    else {
        return Ok(vec![]);
    };
    let mut open = vec![];
    for (kind, asks) in MOVES {
        let mut choices = choices(&desk, *kind, &ticket)?;
        let tried = |choice: &str| {
            let text = match kind {
                CommandKind::Segment => parts_sample(&ticket, now),
                _any_words_will_do => SAMPLE.to_owned(),
            };
            let filled = Filled { choice: choice.to_owned(), text, marks: [5; 3] };
            would_move(world, person, &ticket, *kind, &filled, now)
        };
        let is_open = match kind {
            // Each of these has its own hindrances.
            CommandKind::Whistle | CommandKind::Merge | CommandKind::Raise => {
                let mut left = vec![];
                for choice in choices {
                    if tried(&choice)? {
                        left.push(choice);
                    }
                }
                choices = left;
                !choices.is_empty()
            }
            CommandKind::Hold => tried(&now.plus_minutes(24 * 60).date().to_string())?,
            _any_choice_is_as_good => match (asks, choices.first()) {
                (Asks::OneOf | Asks::Choice | Asks::ChoiceAndText, None) => false,
                (_, choice) => tried(choice.map_or("", String::as_str))?,
            },
        };
        if is_open {
            open.push(Move { kind: *kind, asks: *asks, choices });
        }
    }
    Ok(open)
}

/// Two parts of a matter, both for its last day.
fn parts_sample(ticket: &Ticket, now: Moment) -> String {
    let last = ticket.due_at.filter(|due| *due > now).unwrap_or(now.plus_minutes(24 * 60)).date();
    format!("1.{SAMPLE} {last} 2.{SAMPLE} {last}")
}

/// Whether a person's line would change anything, or be asked for its last piece.
pub(super) fn would_move<W: World>(
    world: &W,
    person: &Person,
    ticket: &Ticket,
    kind: CommandKind,
    filled: &Filled,
    now: Moment,
) -> Result<bool, W::Error> {
    let words = &world.standing().commands;
    let Some(line) = line(words, kind, ticket.no, filled) else { return Ok(false) };
    let Some(ChatCommand::Word { kind, nos, rest }) = words.parse(&line) else { return Ok(false) };
    let mut desk = Desk::new(world, now, person.clone(), None);
    let heard = imagined(world, ticket);
    handling::obey(&mut desk, kind, &nos, &rest, &heard, &nothing_understood(&line))?;
    Ok(desk.close().effects.iter().any(|effect| match effect {
        Effect::Ticket { .. } | Effect::Whistle { .. } => true,
        Effect::Dialogue(_, _, question) => !matches!(question, None | Some(Dialogue::WhichTicket { .. })),
        _beside_the_ticket => false,
    }))
}

/// What may be chosen for a move.
fn choices<W: World>(
    desk: &Desk<'_, W>,
    kind: CommandKind,
    ticket: &Ticket,
) -> Result<Vec<String>, W::Error> {
    let (standing, directory) = (desk.world.standing(), desk.world.directory());
    let words = &standing.commands;
    Ok(match kind {
        CommandKind::Verify => {
            [CommandKind::Passed, CommandKind::Failed].map(|kind| words.name(kind).to_owned()).to_vec()
        }
        CommandKind::HandOut => {
            let works = |role: Role| !matches!(role, Role::Resident | Role::DictionaryEditor);
            let staff = directory.staff.iter().filter(|s| works(s.role) && Some(s.id) != ticket.owner);
            let departments = directory.departments.iter();
            let departments = departments.filter(|d| ticket.owner.is_none_or(|o| !d.contacts.contains(&o)));
            staff.map(|s| s.name.clone()).chain(departments.map(|d| d.name.clone())).collect()
        }
        CommandKind::Whistle => directory.departments.iter().map(|d| d.name.clone()).collect(),
        CommandKind::Raise => {
            let ladder = directory.ladder_at(&ticket.place);
            let rung = |level: &&Level| **level > ticket.road.level && ladder.has(**level);
            let name = |level: &Level| ladder.label(*level).unwrap_or_else(|| words.code_name(level.code()));
            Level::ALL.iter().filter(rung).map(|level| name(level).to_owned()).collect()
        }
        CommandKind::Grade => {
            Grade::ALL.iter().map(|grade| words.code_name(grade.code()).to_owned()).collect()
        }
        CommandKind::Refile => {
            let subs = standing.taxonomy.subs.values().filter(|sub| sub.code != ticket.filing.subcategory);
            let plain = subs.filter(|sub| standing.taxonomy.named(&sub.name).as_ref() == Ok(&sub.code));
            plain.map(|sub| sub.name.clone()).collect()
        }
        CommandKind::Merge => {
            let other = |t: &Ticket| t.no != ticket.no && desk.sight(t) == Sight::Full;
            let beside = desk.world.open_at(&ticket.place, None, NEIGHBOURS, &other)?;
            let similar = ticket.similar_to.filter(|no| beside.iter().all(|t| t.no != *no));
            similar.into_iter().chain(beside.iter().map(|t| t.no)).map(|no| no.to_string()).collect()
        }
        _nothing_to_choose => vec![],
    })
}

/// A line heard in the ticket's own place, for the move that tells a place.
fn imagined<W: World>(world: &W, ticket: &Ticket) -> Heard {
    let estates = &world.directory().estates;
    let estate = estates.iter().find(|e| Some(e.name.id) != ticket.place.estate).or(estates.first());
    let place = estate.map(|estate| PlaceMention {
        text: estate.name.name.clone(),
        estate: Some(estate.name.name.clone()),
        candidates: vec![estate.name.id],
        ..PlaceMention::default()
    });
    let key =
        MessageKey { account: CONSOLE.to_owned(), sender: String::new(), create_time: 0, id: String::new() };
    Heard {
        inbound: Inbound { key, group: None, addressed: true, content: Content::Text(String::new()) },
        name: Words::default(),
        understanding: None,
        as_words: None,
        only_place: place.map(|place| vec![place]),
        items: vec![],
        prepared: None,
        counted: None,
    }
}

fn nothing_understood(line: &str) -> Understanding {
    Understanding {
        text: line.to_owned(),
        act: Act::StaffCommand,
        category: Category::Other,
        subcategory: SubCode::new(Category::Other.code()),
        score: 0.0,
        confidence: 0.0,
        doubt: vec![],
        secondary: vec![],
        kind: RequestKind::Help,
        sphere: Sphere::Neighbour,
        urgency: Urgency::Normal,
        hazard: None,
        places: vec![],
        only_place: false,
        evidence: vec![],
        problems: vec![],
        command: None,
        lexicon: String::new(),
    }
}
