//! What a decision consists of: lines to say, and changes to commit. Values only; `store` makes them true.

use std::sync::Arc;

use super::{
    dialogue::Dialogue,
    dictionary::{self, Correction, Golden, SealedBook, Version},
    directory::GroupId,
    fund::{Fund, FundEvent},
    listing::{Listing, ListingEvent},
    meeting::{Meeting, MeetingId, Rsvp},
    moment::Moment,
    money::Fen,
    person::{Person, PersonId},
    project::{Project, ProjectEvent},
    reply_key::ReplyKey,
    ticket::{Ticket, TicketEvent},
    ticket_no::TicketNo,
    whistle::{Whistle, WhistleEvent, WhistleId},
};

/// A value put into a wording.
#[derive(Clone, PartialEq, Eq)]
pub enum Arg {
    /// Text.
    Text(String),
    /// A number.
    Num(i64),
    /// Yes or no.
    Flag(bool),
    /// A time; wordings format it with `|when` or `|day`.
    When(Moment),
    /// Another wording, rendered first.
    Line(Box<Line>),
    /// Rows, for wordings that list.
    Rows(Vec<Arc<Args>>),
}

impl std::fmt::Debug for Arg {
    /// Arguments hold residents' words and places: never shown.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("***")
    }
}

impl From<&str> for Arg {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}
impl From<String> for Arg {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}
impl From<TicketNo> for Arg {
    fn from(no: TicketNo) -> Self {
        Self::Text(no.to_string())
    }
}
impl From<Fen> for Arg {
    fn from(amount: Fen) -> Self {
        Self::Text(amount.to_string())
    }
}
impl From<i16> for Arg {
    fn from(n: i16) -> Self {
        Self::Num(n.into())
    }
}
impl From<u32> for Arg {
    fn from(n: u32) -> Self {
        Self::Num(n.into())
    }
}
impl From<usize> for Arg {
    fn from(n: usize) -> Self {
        Self::Num(n as i64)
    }
}
impl From<bool> for Arg {
    fn from(flag: bool) -> Self {
        Self::Flag(flag)
    }
}
impl From<Moment> for Arg {
    fn from(at: Moment) -> Self {
        Self::When(at)
    }
}
impl From<Vec<Args>> for Arg {
    fn from(rows: Vec<Args>) -> Self {
        Self::Rows(rows.into_iter().map(Arc::new).collect())
    }
}

/// Named values of one wording: few enough to be looked through.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Args(Vec<(&'static str, Arg)>);

impl Args {
    /// The value of that name; of two the later.
    pub fn get(&self, name: &str) -> Option<&Arg> {
        self.0.iter().rev().find(|(known, _)| *known == name).map(|(_, value)| value)
    }

    /// Adds a value, in place of one of the same name.
    pub fn insert(&mut self, name: &'static str, value: Arg) {
        self.0.push((name, value));
    }
}

impl Extend<(&'static str, Arg)> for Args {
    fn extend<I: IntoIterator<Item = (&'static str, Arg)>>(&mut self, values: I) {
        self.0.extend(values);
    }
}

impl FromIterator<(&'static str, Arg)> for Args {
    fn from_iter<I: IntoIterator<Item = (&'static str, Arg)>>(values: I) -> Self {
        Self(values.into_iter().collect())
    }
}

impl IntoIterator for Args {
    type Item = (&'static str, Arg);
    type IntoIter = std::vec::IntoIter<Self::Item>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<const N: usize> From<[(&'static str, Arg); N]> for Args {
    fn from(values: [(&'static str, Arg); N]) -> Self {
        Self(values.into())
    }
}

/// `args!{no: ticket.no, what: name}`: named values for a wording.
macro_rules! args {
    ($($name:ident : $value:expr),* $(,)?) => {
        $crate::domain::effect::Args::from([
            $((stringify!($name), $crate::domain::effect::Arg::from($value))),*
        ])
    };
}
pub(crate) use args;

/// One thing to say: which wording, with what in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The wording.
    pub key: ReplyKey,
    /// Its values, shared with the wording while it is rendered.
    pub args: Arc<Args>,
}

impl Line {
    /// A line.
    pub fn new(key: ReplyKey, args: Args) -> Self {
        Self { key, args: Arc::new(args) }
    }
}

/// Turns lines into text. Implemented by the wordings; a line that cannot be rendered costs itself, not the answer.
pub trait Render: Send + Sync {
    /// The lines, one under the other.
    fn render_all(&self, lines: &[Line], now: Moment) -> String;
}

/// Whom a line outside an answer is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Recipient {
    /// One person, privately.
    Person(PersonId),
    /// A whole group: nothing personal may be in it.
    Group(GroupId),
}

/// What a timer will ask when it is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimerKind {
    /// A draft that nobody completed within 24 hours goes to the grid worker's queue.
    DraftExpiry(TicketNo),
    /// One hour before a meeting.
    MeetingReminder(MeetingId),
    /// Five minutes after the last count: tell the group the new one.
    RsvpCount(MeetingId),
    /// A part of a ticket's time may be over.
    Clock(TicketNo),
    /// By now it should have been handed out, or signed for. Set anew it replaces the one before.
    Handing(TicketNo),
    /// Nobody has answered 修好了吗 yet.
    Silence(TicketNo),
    /// The day on which a ticket on hold is decided anew.
    Review(TicketNo),
    /// A patrol's day ends, or is over.
    Patrol(TicketNo),
    /// The time to report in for a whistle is over.
    WhistleReport(WhistleId),
    /// The time to solve for a whistle is over.
    WhistleDone(WhistleId),
    /// The day of a part of a hard matter is over.
    Segment(TicketNo),
    /// The week of a supervised ticket is over: its owner owes a word.
    Account(TicketNo),
    /// The organisation's grids changed: its building is another's.
    Moved(TicketNo),
    /// The same, and the old grid's worker has it: it goes to the new one's.
    MovedWithWorker(TicketNo),
    /// The next working day's briefs are to be set.
    Rota,
    /// A working day begins.
    Morning,
    /// A working day ends.
    Evening,
}

/// One change to the world.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// Somebody wrote for the first time: the person, and the id they write from.
    Newcomer {
        /// The person.
        person: Person,
        /// Account.
        account: String,
        /// Their id on it.
        sender: String,
    },
    /// A person changed (home, reachability, remainder …); `what` names it in the history, `None`: not worth a row.
    Person {
        /// As they are now.
        after: Box<Person>,
        /// Name in the history.
        what: Option<&'static str>,
    },
    /// The speaker's id belongs to another person from now on (绑定); the code is used up.
    Bind {
        /// Account.
        account: String,
        /// Their id on it.
        sender: String,
        /// The person it is bound to.
        to: PersonId,
    },
    /// What somebody and the bot said to each other is erased; the person's own row goes by [`Effect::Person`], tickets
    /// stay.
    Forget(PersonId),
    /// A ticket changed, by these events in this order.
    Ticket {
        /// As it is now.
        after: Box<Ticket>,
        /// What happened, and who did it.
        events: Vec<(PersonId, TicketEvent)>,
    },
    /// A whistle changed, by these events in this order.
    Whistle {
        /// As it is now.
        after: Box<Whistle>,
        /// What happened, and who did it.
        events: Vec<(PersonId, WhistleEvent)>,
    },
    /// The books of a grid's fund changed, by these events in this order.
    Fund {
        /// As they are now.
        after: Box<Fund>,
        /// What happened, and who did it.
        events: Vec<(PersonId, FundEvent)>,
    },
    /// A project changed, by these events in this order.
    Project {
        /// As it is now.
        after: Box<Project>,
        /// What happened, and who did it.
        events: Vec<(PersonId, ProjectEvent)>,
    },
    /// An item of 清单 changed, by these events in this order.
    Listing {
        /// As it is now.
        after: Box<Listing>,
        /// What happened, and who did it.
        events: Vec<(PersonId, ListingEvent)>,
    },
    /// A meeting changed.
    Meeting {
        /// As it is now.
        after: Box<Meeting>,
        /// Name in the history.
        what: &'static str,
    },
    /// An answer to an invitation.
    Rsvp(MeetingId, Rsvp),
    /// A line outside the answer.
    Send(Recipient, Line),
    /// A line to one person that takes the place of an unsaid one on the same matter: a brief of yesterday's is no news.
    Brief(PersonId, Line),
    /// Lines that waited for this person were said in this reply, up to and including this row of the outbox.
    Said(Vec<i64>),
    /// The question now open in a conversation; `None` closes it.
    Dialogue(PersonId, Option<GroupId>, Option<Dialogue>),
    /// Ask again at that time.
    Timer(Moment, TimerKind),
    /// The draft of the dictionaries changed; `None`: it was thrown away.
    Draft(dictionary::Standing, Option<SealedBook>),
    /// A version of the dictionaries goes live, and the draft is done.
    Publish(Box<Version>, SealedBook),
    /// A sentence that must stay right from now on.
    GoldenAdded(Golden),
    /// A sentence that no longer must.
    GoldenDropped(String),
    /// A handler's correction, to learn from.
    Corrected(Box<Correction>),
    /// A name that nobody knows; asked once per ticket.
    UnknownPlace(String, TicketNo),
    /// A name that is none, or has been given to an estate.
    PlaceDismissed(String),
}

/// A line that waited for somebody's next message.
#[derive(Clone, PartialEq, Eq)]
pub struct Waiting {
    /// Row of the outbox.
    pub seq: i64,
    /// As rendered.
    pub text: String,
}

/// What one turn decided.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Decision {
    /// Who spoke; `None` when a timer did.
    pub speaker: Option<PersonId>,
    /// The answer, in order; empty means silence.
    pub reply: Vec<Line>,
    /// Whether lines that waited for the speaker are said with this answer; only privately.
    pub say_waiting: bool,
    /// Whether the answer goes first, before lines that waited (emergencies: the first words save lives).
    pub reply_first: bool,
    /// What changes.
    pub effects: Vec<Effect>,
    /// What the operator must know (a missing calendar year); logged, never said.
    pub alarms: Vec<String>,
}
