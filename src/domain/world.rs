//! The read-only questions that a decision may ask. Implemented by the store inside the turn's transaction, and by
//! anything else that can answer them truly.

use super::{
    calendar::Calendar,
    category::{SubCode, Taxonomy},
    command::CommandWords,
    dialogue::Dialogue,
    dictionary::{self, Version},
    directory::{CommunityId, Directory, GroupId},
    effect::Waiting,
    fund::{ExpenseId, Fund, FundId},
    limits::Limits,
    listing::{Listing, ListingId},
    meeting::{Meeting, MeetingId, MeetingWords, Rsvp},
    moment::Moment,
    person::{Person, PersonId},
    place::EstateId,
    project::{Project, ProjectId},
    ticket::{Place, Ticket},
    ticket_no::TicketNo,
    whistle::{Whistle, WhistleId},
};

/// Facts that do not change from turn to turn: data files and settings.
#[derive(Debug, Clone)]
pub struct Standing {
    /// Sub-categories and their limits.
    pub taxonomy: std::sync::Arc<Taxonomy>,
    /// The profile of limits that the office works by.
    pub limits: std::sync::Arc<Limits>,
    /// Working days.
    pub calendar: std::sync::Arc<Calendar>,
    /// Command words, to name them in answers.
    pub commands: CommandWords,
    /// The words 喊会 is read with.
    pub meeting_words: MeetingWords,
    /// The office.
    pub office: Office,
}

/// The office that runs the account.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Office {
    /// 灵武市城区街道党群服务中心
    pub name: String,
    /// Name of the public account; `None`: it is named after the office.
    pub account: Option<String>,
    /// Called when the bot cannot help.
    pub duty_phone: String,
    /// The gas company's emergency line; `None`: 119 is named instead.
    pub gas_phone: Option<String>,
}

/// A one-time code that binds a chat account to a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BindingCode {
    /// Who gets the role.
    pub person: PersonId,
    /// Until when.
    pub expires_at: Moment,
}

/// Read-only questions. Every answer may fail with the store's error, which undoes the turn.
pub trait World {
    /// What a failed question fails with.
    type Error;

    /// Data files and settings.
    fn standing(&self) -> &Standing;
    /// The organisation.
    fn directory(&self) -> &Directory;
    /// Who writes from that id.
    fn person_at(&self, account: &str, sender: &str) -> Result<Option<Person>, Self::Error>;
    /// A person.
    fn person(&self, id: PersonId) -> Result<Option<Person>, Self::Error>;
    /// An id that no person has yet.
    fn next_person(&self) -> Result<PersonId, Self::Error>;
    /// The last ticket number given.
    fn last_ticket_no(&self) -> Result<Option<TicketNo>, Self::Error>;
    /// A ticket.
    fn ticket(&self, no: TicketNo) -> Result<Option<Ticket>, Self::Error>;
    /// Open tickets that somebody reported, newest first.
    fn open_reported_by(&self, person: PersonId, limit: usize) -> Result<Vec<Ticket>, Self::Error>;
    /// The newest tickets that somebody reported, open or not.
    fn reported_by(&self, person: PersonId, limit: usize) -> Result<Vec<Ticket>, Self::Error>;
    /// Open tickets that somebody stands behind without having reported them, newest first.
    fn open_cosigned_by(&self, person: PersonId, limit: usize) -> Result<Vec<Ticket>, Self::Error>;
    /// Open tickets that somebody owns, nearest due first.
    fn open_owned_by(&self, person: PersonId, limit: usize) -> Result<Vec<Ticket>, Self::Error>;
    /// Open tickets that somebody patrols, oldest first.
    fn patrolled_by(&self, person: PersonId, limit: usize) -> Result<Vec<Ticket>, Self::Error>;
    /// Open tickets that nobody owns, oldest first.
    fn ownerless(&self, limit: usize) -> Result<Vec<Ticket>, Self::Error>;
    /// Tickets whose work waits to be verified, nearest due first.
    fn unverified(&self, limit: usize) -> Result<Vec<Ticket>, Self::Error>;
    /// Whistles that wait for the subdistrict's word, oldest first.
    fn unapproved(&self, limit: usize) -> Result<Vec<Whistle>, Self::Error>;
    /// Open tickets at a place, newest first: estate and building equal, this sub-category or any; of one sub-category
    /// only those whose unit and room do not differ. The first `limit` that are wanted.
    fn open_at(
        &self,
        place: &Place,
        subcategory: Option<&SubCode>,
        limit: usize,
        wanted: &dyn Fn(&Ticket) -> bool,
    ) -> Result<Vec<Ticket>, Self::Error>;
    /// Open tickets of an estate, whatever the building, of one sub-category, oldest first.
    fn open_in(&self, estate: EstateId, subcategory: &SubCode) -> Result<Vec<Ticket>, Self::Error>;
    /// Tickets with that serial, newest day first, at most a year back.
    fn with_serial(&self, serial: u32, limit: usize) -> Result<Vec<Ticket>, Self::Error>;
    /// The question open in a conversation, and when it was asked.
    fn dialogue(
        &self,
        person: PersonId,
        group: Option<GroupId>,
    ) -> Result<Option<(Dialogue, Moment)>, Self::Error>;
    /// Lines that wait for somebody's next message, oldest first.
    fn waiting_for(&self, person: PersonId, limit: usize) -> Result<Vec<Waiting>, Self::Error>;
    /// A meeting.
    fn meeting(&self, id: MeetingId) -> Result<Option<Meeting>, Self::Error>;
    /// An id that no meeting has yet.
    fn next_meeting(&self) -> Result<MeetingId, Self::Error>;
    /// Announced meetings of a community that have not begun.
    fn open_meetings(&self, community: CommunityId, now: Moment) -> Result<Vec<Meeting>, Self::Error>;
    /// A whistle.
    fn whistle(&self, id: WhistleId) -> Result<Option<Whistle>, Self::Error>;
    /// The last whistle blown for a ticket.
    fn last_whistle(&self, ticket: TicketNo) -> Result<Option<Whistle>, Self::Error>;
    /// An id that no whistle has yet.
    fn next_whistle(&self) -> Result<WhistleId, Self::Error>;
    /// Announced meetings of a community, held or to come, newest first, as far back as anybody looks.
    fn meetings_of(&self, community: CommunityId) -> Result<Vec<Meeting>, Self::Error>;
    /// A project.
    fn project(&self, id: ProjectId) -> Result<Option<Project>, Self::Error>;
    /// Projects of a community, newest first.
    fn projects(&self, community: CommunityId, limit: usize) -> Result<Vec<Project>, Self::Error>;
    /// An id that no project has yet.
    fn next_project(&self) -> Result<ProjectId, Self::Error>;
    /// An item of 清单.
    fn listing(&self, id: ListingId) -> Result<Option<Listing>, Self::Error>;
    /// Items of a community that were not withdrawn, newest first.
    fn listings(&self, community: CommunityId) -> Result<Vec<Listing>, Self::Error>;
    /// An id that no item has yet.
    fn next_listing(&self) -> Result<ListingId, Self::Error>;
    /// The books of a grid and year; `None` before their first entry.
    fn fund(&self, id: FundId) -> Result<Option<Fund>, Self::Error>;
    /// The books that an entry stands in.
    fn fund_of(&self, expense: ExpenseId) -> Result<Option<Fund>, Self::Error>;
    /// A number that no entry has yet.
    fn next_expense(&self) -> Result<ExpenseId, Self::Error>;
    /// Books with entries that wait for somebody's word.
    fn funds_waiting(&self, limit: usize) -> Result<Vec<Fund>, Self::Error>;
    /// All answers to an invitation.
    fn rsvps(&self, meeting: MeetingId) -> Result<Vec<Rsvp>, Self::Error>;
    /// Where the dictionaries stand.
    fn dictionary(&self) -> Result<dictionary::Standing, Self::Error>;
    /// A published version.
    fn version(&self, no: u32) -> Result<Option<Version>, Self::Error>;
    /// The code, if it is one that was issued and not used.
    fn binding_code(&self, code: &str) -> Result<Option<BindingCode>, Self::Error>;
}
