//! 台账: one row for each ticket, a filter, and the figures that leaders ask for. All of it is derived from tickets and
//! from nothing else, so that every number can be counted again. What rows and columns are called is data; reading
//! tickets is the store's.

use std::collections::BTreeMap;

use super::{
    category::{Category, RequestKind, Taxonomy, Urgency, codes},
    command::{CommandKind, CommandWords},
    directory::{Community, CommunityId, Directory, GridId},
    fund::Fund,
    mask::Mask,
    meeting::{Meeting, MeetingState},
    moment::{Date, Moment},
    person::{Actor, Person, PersonId, Role},
    ticket::{Channel, Level, Rating, Ticket, TicketState, Voices},
    ticket_no::TicketNo,
    words::silent_debug,
};

codes! {
    /// By which way a report came.
    Source {
        /// Said to the account, privately.
        Private = "private",
        /// Said in a group.
        Group = "group",
        /// 代报: typed by staff for others.
        OnBehalf = "on_behalf",
        /// 现场诉说: written down by staff before a witness.
        OnSite = "on_site",
        /// 意见箱: typed by staff from a slip of paper.
        SuggestionBox = "suggestion_box",
    }
}

codes! {
    /// Which part of a ledger is wanted.
    Slice {
        /// Work or an answer is still owed.
        Open = "open",
        /// 已销号
        Closed = "closed",
        /// Past its time: still open, or closed too late.
        Overdue = "overdue",
    }
}

/// Which tickets a ledger tells of.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Filter {
    /// Received at this time or later.
    pub since: Option<Moment>,
    /// Received before this time.
    pub until: Option<Moment>,
    /// Of this community.
    pub community: Option<CommunityId>,
    /// Of this category.
    pub category: Option<Category>,
    /// This part.
    pub slice: Option<Slice>,
    /// Within what somebody at work may be told figures of.
    pub reach: Reach,
}

/// What somebody at work is told figures of: place × post.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Reach {
    /// Everything: who looks into the console, and 兜底.
    #[default]
    All,
    /// A community.
    Community(CommunityId),
    /// These grids.
    Grids(Vec<GridId>),
    /// What they own.
    Own(PersonId),
}

impl Reach {
    /// Of somebody that the store vouches for; `None` for residents.
    pub fn of(person: &Person, directory: &Directory) -> Option<Self> {
        match Actor::of(person, directory) {
            Actor::Resident => None,
            _at_work if directory.catch_all == Some(person.id) => Some(Self::All),
            Actor::Subdistrict => Some(Self::All),
            Actor::CommunityStaff(community) => Some(Self::Community(community)),
            Actor::GridWorker(grids) => Some(Self::Grids(grids)),
            Actor::Handler => Some(Self::Own(person.id)),
        }
    }

    fn holds(&self, ticket: &Ticket, directory: &Directory) -> bool {
        match self {
            Self::All => true,
            Self::Community(id) => community(ticket, directory).is_some_and(|c| c.id == *id),
            Self::Grids(grids) => ticket.grid.is_some_and(|grid| grids.contains(&grid)),
            Self::Own(person) => ticket.owner == Some(*person),
        }
    }
}

/// What came of counting for a line of chat.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tally {
    /// The figures.
    Counted(Box<Counted>),
    /// So many tickets that no answer could have waited for them.
    TooMany,
}

/// What was counted for somebody who asked by chat.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counted {
    /// Of which tickets.
    pub reach: Reach,
    /// Of which week, month or year.
    pub named: Named,
    /// The figures.
    pub figures: Figures,
    /// Those of the period before.
    pub before: Figures,
    /// 网格经费 of the year, up to now; for months and years.
    pub funds: Vec<Fund>,
}

/// A week, a month or a year that somebody names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Named {
    /// From this Monday to the Sunday after it.
    Week(Date),
    /// A year and a month.
    Month(i16, i8),
    /// A whole year.
    Year(i16),
}

impl Named {
    /// From what stands behind 台账, 周报 or 月报: nothing (this month; the last whole week or month for a report), 本周, 上周,
    /// 本月, 上月, 今年, 2026-03, 2026年3月 or 3月; for a week any day of it: 2026-03-09, 3月9日.
    pub fn read(said: &str, kind: CommandKind, words: &CommandWords, now: Moment) -> Option<Self> {
        let said = said.trim();
        let weekly = kind == CommandKind::WeeklyReport;
        let known = match (said, kind) {
            ("", CommandKind::WeeklyReport) => Some(CommandKind::LastWeek),
            ("", CommandKind::MonthlyReport) => Some(CommandKind::LastMonth),
            ("", _any_other_kind) => Some(CommandKind::ThisMonth),
            (said, _any_kind) => words.kind_of(said),
        };
        let read = match known {
            Some(known) => Self::called(known, now),
            None if weekly => Self::week_of(day(said, now)?),
            None => Self::month_or_year(said, now),
        };
        // A report of a month is not of a week.
        read.filter(|named| matches!(named, Self::Week(_)) == weekly || kind == CommandKind::Ledger)
    }

    fn called(kind: CommandKind, now: Moment) -> Option<Self> {
        let this_month = Self::Month(now.year(), now.month());
        match kind {
            CommandKind::ThisWeek => Self::week_of(now.date()),
            CommandKind::LastWeek => Self::week_of(now.date()).map(Self::before),
            CommandKind::ThisMonth => Some(this_month),
            CommandKind::LastMonth => Some(this_month.before()),
            CommandKind::ThisYear => Some(Self::Year(now.year())),
            _no_period => None,
        }
    }

    fn month_or_year(said: &str, now: Moment) -> Option<Self> {
        let month = |month: i16| i8::try_from(month).ok().filter(|month| (1..=12).contains(month));
        match numbers(said)?.as_slice() {
            [year @ 2000..2100, month_no] => Some(Self::Month(*year, month(*month_no)?)),
            [year @ 2000..2100] => Some(Self::Year(*year)),
            // A month that has not come yet is last year's.
            [month_no] => {
                let month = month(*month_no)?;
                Some(Self::Month(now.year() - i16::from(month > now.month()), month))
            }
            [] | [_, _, ..] => None,
        }
    }

    /// The week that a day is in; `None` at the ends of time.
    pub fn week_of(day: Date) -> Option<Self> {
        let since_monday = i64::from(day.weekday().to_monday_zero_offset());
        day.checked_sub(jiff::Span::new().days(since_monday)).ok().map(Self::Week)
    }

    /// The period before.
    #[must_use]
    pub fn before(self) -> Self {
        match self {
            Self::Week(monday) => Self::Week(days_after(monday, -7)),
            Self::Month(year, 1) => Self::Month(year - 1, 12),
            Self::Month(year, month) => Self::Month(year, month - 1),
            Self::Year(year) => Self::Year(year - 1),
        }
    }

    /// Its first day and its last.
    pub fn days(self) -> (Option<Date>, Option<Date>) {
        let month = |year, first, last: i8| {
            let last = Date::new(year, last, 1).ok().map(Date::last_of_month);
            (Date::new(year, first, 1).ok(), last)
        };
        match self {
            Self::Week(monday) => (Some(monday), Some(days_after(monday, 6))),
            Self::Month(year, one) => month(year, one, one),
            Self::Year(year) => month(year, 1, 12),
        }
    }

    /// Its tickets.
    pub fn filter(self, reach: Reach) -> Filter {
        let (first, last) = self.days();
        Filter { reach, ..Filter::days(first, last) }
    }
}

/// That many days later; the same day at the ends of time.
fn days_after(day: Date, days: i64) -> Date {
    day.checked_add(jiff::Span::new().days(days)).unwrap_or(day)
}

/// A day as people write it: 2026-03-09, 2026年3月9日, 3月9日 (the last one that has been).
pub(super) fn day(said: &str, now: Moment) -> Option<Date> {
    let small = |number: i16| i8::try_from(number).ok();
    match numbers(said)?.as_slice() {
        [year @ 2000..2100, month, day] => Date::new(*year, small(*month)?, small(*day)?).ok(),
        [month, day] => {
            let of = |year: i16| Date::new(year, small(*month)?, small(*day)?).ok();
            of(now.year()).filter(|day| *day <= now.date()).or_else(|| of(now.year() - 1))
        }
        [] | [_] | [_, _, _, ..] => None,
    }
}

fn numbers(said: &str) -> Option<Vec<i16>> {
    let digits = said.split(|c: char| !c.is_ascii_digit()).filter(|digits| !digits.is_empty());
    digits.map(str::parse).collect::<Result<_, _>>().ok()
}

impl Filter {
    /// A filter for whole days, both of them within; `None`: without bound.
    pub fn days(first: Option<Date>, last: Option<Date>) -> Self {
        let midnight = |date: Date| Moment::at(date.to_datetime(jiff::civil::Time::midnight()));
        Self {
            since: first.and_then(midnight),
            until: last.and_then(|date| midnight(date.tomorrow().ok()?)),
            ..Self::default()
        }
    }

    /// The whole month that a time is in.
    pub fn month_of(now: Moment) -> Self {
        let date = now.date();
        Self::days(Some(date.first_of_month()), Some(date.last_of_month()))
    }

    /// Numbers of the tickets that may fit: a number carries its day, so that a period needs no index of its own. When
    /// the clock was set back, numbers run up to a day ahead of receipt.
    pub fn numbers(&self) -> std::ops::Range<TicketNo> {
        let day = |at: Moment| TicketNo::new(at.yymmdd(), 0);
        // Numbers have two digits for the year: before 2000 and after 2099 nothing is bounded.
        let within = |at: &Moment| (2000..2100).contains(&at.year());
        let first = self.since.filter(within).map_or(TicketNo::from_row(0), day);
        let last = self
            .until
            .map(|at| at.plus_minutes(2 * 24 * 60))
            .filter(within)
            .map_or(TicketNo::from_row(i64::MAX), day);
        first..last
    }

    /// Whether a meeting belongs to the same ledger: announced, not called off, and begun within the period. One that asks
    /// for a kind of tickets asks for no meetings.
    pub fn fits_meeting(&self, meeting: &Meeting, now: Moment) -> bool {
        let held = match meeting.state {
            MeetingState::Announced => meeting.starts_at <= now,
            MeetingState::Draft | MeetingState::Cancelled => false,
        };
        let within = match &self.reach {
            Reach::All => true,
            Reach::Community(id) => meeting.community == *id,
            Reach::Grids(_) | Reach::Own(_) => false,
        };
        held && within
            && self.category.is_none()
            && self.slice.is_none()
            && self.since.is_none_or(|since| meeting.starts_at >= since)
            && self.until.is_none_or(|until| meeting.starts_at < until)
            && self.community.is_none_or(|id| meeting.community == id)
    }

    /// Whether a ticket is among those wanted.
    pub fn fits(&self, ticket: &Ticket, directory: &Directory, now: Moment) -> bool {
        self.since.is_none_or(|since| ticket.received_at >= since)
            && self.until.is_none_or(|until| ticket.received_at < until)
            && self.category.is_none_or(|category| ticket.filing.subcategory.category() == category)
            && self.slice.is_none_or(|slice| match slice {
                Slice::Open => ticket.state.is_open(),
                Slice::Closed => ticket.state == TicketState::Closed,
                Slice::Overdue => is_overdue(ticket, now),
            })
            && self.reach.holds(ticket, directory)
            && self.community.is_none_or(|id| community(ticket, directory).is_some_and(|c| c.id == id))
    }
}

/// The community that a ticket belongs to: by its place, else by the group it was said in.
pub fn community<'d>(ticket: &Ticket, directory: &'d Directory) -> Option<&'d Community> {
    directory.community_at(&ticket.place).or_else(|| {
        let group = directory.group(ticket.group?)?;
        directory.community(group.community)
    })
}

/// Whether a ticket went past its time: open and due, or closed too late. What ended otherwise was not. While a ticket is
/// on hold its clock stands still.
pub fn is_overdue(ticket: &Ticket, now: Moment) -> bool {
    let standing = ticket.road.hold.as_ref().map_or(now, |hold| hold.since);
    let end = if ticket.state.is_open() { Some(standing) } else { closed_at(ticket) };
    ticket.due_at.zip(end).is_some_and(|(due, end)| end > due)
}

/// When a closed ticket was closed; one that came back is not.
fn closed_at(ticket: &Ticket) -> Option<Moment> {
    ticket.closed_at.filter(|_| ticket.state == TicketState::Closed)
}

/// What is needed to make rows, and whether personal things are hidden in them.
#[derive(Debug, Clone, Copy)]
pub struct Background<'b> {
    /// Names of communities, estates and staff.
    pub directory: &'b Directory,
    /// Names of categories.
    pub taxonomy: &'b Taxonomy,
    /// Hides what is personal; `None`: nothing is hidden but what is private.
    pub mask: Option<&'b Mask>,
    /// The time.
    pub now: Moment,
}

impl Background<'_> {
    /// Words as they may be shown here.
    pub fn words(&self, text: &str) -> String {
        self.mask.map_or_else(|| text.to_owned(), |mask| mask.hide(text))
    }

    /// A place as it may be shown here: without unit and room where personal things are hidden.
    pub fn place(&self, place: &super::ticket::Place) -> Spot {
        let estate = place.estate.and_then(|id| self.directory.estate(id));
        let fine = |part: &Option<String>| part.clone().filter(|_| self.mask.is_none());
        Spot {
            estate: match estate {
                Some(estate) => estate.name.name.clone(),
                None => self.words(place.said.as_deref().unwrap_or_default()),
            },
            building: place.building.clone(),
            unit: fine(&place.unit),
            room: fine(&place.room),
            landmark: place.landmark.as_deref().map(|mark| self.words(mark)).unwrap_or_default(),
        }
    }

    /// What a category is called: the name of its bare code.
    pub fn category(&self, category: Category) -> &str {
        self.taxonomy.subs.get(category.code()).map_or(category.code(), |sub| &sub.name)
    }
}

/// A place in pieces; how they are put together is wording.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Spot {
    /// Its name, or the resident's words for it.
    pub estate: String,
    /// Building number.
    pub building: Option<String>,
    /// Unit number.
    pub unit: Option<String>,
    /// Room number.
    pub room: Option<String>,
    /// Gate, shop, side.
    pub landmark: String,
}

/// Who answers for a ticket.
#[derive(Clone, PartialEq, Eq)]
pub struct Owner {
    /// As residents are told.
    pub name: String,
    /// Their post.
    pub role: Role,
}

impl Owner {
    /// Somebody at work, by name; `None` for somebody whom the organisation no longer names.
    pub fn of(person: PersonId, directory: &Directory) -> Option<Self> {
        let staff = directory.staff.iter().find(|staff| staff.id == person)?;
        Some(Self { name: staff.name.clone(), role: staff.role })
    }
}

/// One line of a ledger.
#[derive(Clone, PartialEq, Eq)]
pub struct LedgerRow {
    /// 单号
    pub no: TicketNo,
    /// 受理时间
    pub received_at: Moment,
    /// 来源
    pub source: Source,
    /// 诉说方式: how often it was raised, by channel.
    pub voices: Voices,
    /// 诉求类型
    pub kind: RequestKind,
    /// 大类, by name.
    pub category: String,
    /// 小类, by name.
    pub subcategory: String,
    /// 紧急程度
    pub urgency: Urgency,
    /// 社区; empty when it is not known.
    pub community: String,
    /// 地点
    pub place: Spot,
    /// 问题; `None` for a private ticket, whose words are nobody else's.
    pub problem: Option<String>,
    /// 责任人
    pub owner: Option<Owner>,
    /// 措施/办理情况: last words of the handler; `None` for a private ticket.
    pub measure: Option<String>,
    /// 办结时限
    pub due_at: Option<Moment>,
    /// 状态
    pub state: TicketState,
    /// 是否超期
    pub overdue: bool,
    /// 附议户数, the reporter's own counted.
    pub households: u32,
    /// How often it came back.
    pub reopened: u32,
    /// 满意度
    pub rating: Option<Rating>,
    /// 销号时间
    pub closed_at: Option<Moment>,
}

silent_debug! { Spot Owner LedgerRow }

impl LedgerRow {
    /// The row of a ticket.
    pub fn of(ticket: &Ticket, background: &Background<'_>) -> Self {
        let code = &ticket.filing.subcategory;
        let open = |text: &str| (!ticket.private).then(|| background.words(text));
        let place = background.place(&ticket.place);
        let source = match (&ticket.road.slip, ticket.on_behalf, ticket.group) {
            (Some(_), _, _) => Source::SuggestionBox,
            (None, _, _) if ticket.road.witness.is_some() => Source::OnSite,
            (None, true, _) => Source::OnBehalf,
            (None, false, Some(_)) => Source::Group,
            (None, false, None) => Source::Private,
        };
        Self {
            no: ticket.no,
            received_at: ticket.received_at,
            source,
            voices: ticket.voices(),
            kind: ticket.filing.kind,
            category: background.category(code.category()).to_owned(),
            subcategory: background
                .taxonomy
                .get(code)
                .map_or_else(|| code.as_str().to_owned(), |sub| sub.name.clone()),
            urgency: ticket.filing.urgency,
            community: community(ticket, background.directory).map_or_else(String::new, |c| c.name.clone()),
            // Of a private ticket nobody is told even the building.
            place: if ticket.private { Spot { estate: place.estate, ..Spot::default() } } else { place },
            problem: open(ticket.text.as_str()),
            owner: ticket.owner.and_then(|owner| Owner::of(owner, background.directory)),
            measure: open(ticket.note.as_str()),
            due_at: ticket.due_at,
            state: ticket.state,
            overdue: is_overdue(ticket, background.now),
            households: ticket.households(),
            reopened: ticket.reopened,
            rating: ticket.rating,
            closed_at: closed_at(ticket),
        }
    }
}

/// A share, told with what it is a share of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Ratio {
    /// Those who did.
    pub of: u64,
    /// All who could have.
    pub all: u64,
}

impl Ratio {
    fn count(&mut self, did: bool) {
        self.all += 1;
        self.of += u64::from(did);
    }

    /// In tenths of a per cent, rounded half up; `None` when there is nothing to be a share of.
    pub fn permille(self) -> Option<u64> {
        (self.all > 0).then(|| (self.of * 2000 + self.all) / (self.all * 2))
    }
}

/// A day or a month of receipt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Month {
    /// Tickets received in it.
    pub received: u64,
    /// Those of them that are closed by now.
    pub closed: u64,
}

/// What is counted of a ledger.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Figures {
    /// Tickets received.
    pub received: u64,
    /// Those of them that are closed.
    pub closed: u64,
    /// Those that are open.
    pub open: u64,
    /// Those that went past their time.
    pub overdue: u64,
    /// Those of them that are still open.
    pub overdue_open: u64,
    /// Closed in time, of those closed that had a time.
    pub in_time: Ratio,
    /// Those that came back at least once.
    pub reopened: u64,
    /// 响应率: somebody signed, stood on the spot or wrote what they do, of all that are to be answered.
    pub response: Ratio,
    /// 解决率: the reporter says that it is solved, of those who answered. One that came back was not.
    pub solve: Ratio,
    /// 满意率: 满意 or 基本满意, of those who rated.
    pub satisfaction: Ratio,
    /// What counts in no rate, by the state that is the reason: answered with another ticket, taken back, declined.
    pub excluded: BTreeMap<TicketState, u64>,
    /// By category.
    pub by_category: BTreeMap<Category, u64>,
    /// By the way in which each was raised itself.
    pub by_channel: BTreeMap<Channel, u64>,
    /// By state.
    pub by_state: BTreeMap<TicketState, u64>,
    /// Closed ones by the level at which they were settled: 小事不出小区.
    pub settled_at: BTreeMap<Level, u64>,
    /// Meetings held, by kind.
    pub meetings: BTreeMap<String, u64>,
    /// By month of receipt: year and month.
    pub by_month: BTreeMap<(i16, i8), Month>,
    /// By day of receipt.
    pub by_day: BTreeMap<Date, Month>,
}

impl Figures {
    /// Counts a meeting in.
    pub fn meet(&mut self, meeting: &Meeting) {
        *self.meetings.entry(meeting.kind.clone()).or_default() += 1;
    }

    /// Counts a ticket in.
    pub fn add(&mut self, ticket: &Ticket, now: Moment) {
        let closed = ticket.state == TicketState::Closed;
        let (open, overdue) = (ticket.state.is_open(), is_overdue(ticket, now));
        self.received += 1;
        self.closed += u64::from(closed);
        self.open += u64::from(open);
        self.overdue += u64::from(overdue);
        self.overdue_open += u64::from(overdue && open);
        self.reopened += u64::from(ticket.reopened > 0);
        if closed && ticket.due_at.is_some() {
            self.in_time.count(!overdue);
        }
        if closed {
            *self.settled_at.entry(ticket.road.level).or_default() += 1;
        }
        *self.by_category.entry(ticket.filing.subcategory.category()).or_default() += 1;
        *self.by_channel.entry(ticket.channel()).or_default() += 1;
        *self.by_state.entry(ticket.state).or_default() += 1;
        let month = self.by_month.entry((ticket.received_at.year(), ticket.received_at.month())).or_default();
        month.received += 1;
        month.closed += u64::from(closed);
        let day = self.by_day.entry(ticket.received_at.date()).or_default();
        day.received += 1;
        day.closed += u64::from(closed);
        if is_excluded(ticket.state) {
            *self.excluded.entry(ticket.state).or_default() += 1;
            return;
        }
        self.response.count(is_answered(ticket));
        match (ticket.solved, ticket.reopened) {
            (Some(solved), _) => self.solve.count(solved),
            // It came back and nobody has been asked again: its reporter's last word is that it is not solved.
            (None, 1..) => self.solve.count(false),
            (None, 0) => {}
        }
        if let Some(rating) = ticket.rating {
            self.satisfaction.count(match rating {
                Rating::Satisfied | Rating::RatherSatisfied => true,
                Rating::Dissatisfied => false,
            });
        }
    }
}

/// Whether nobody owes an answer on this very ticket.
fn is_excluded(state: TicketState) -> bool {
    match state {
        TicketState::Merged | TicketState::Withdrawn | TicketState::Declined => true,
        TicketState::Draft
        | TicketState::Submitted
        | TicketState::Accepted
        | TicketState::Dispatched
        | TicketState::InProgress
        | TicketState::Deliberating
        | TicketState::OnHold
        | TicketState::PendingVerify
        | TicketState::PendingConfirm
        | TicketState::Closed => false,
    }
}

/// Whether somebody has begun with it: signed, stood on the spot or wrote something down.
fn is_answered(ticket: &Ticket) -> bool {
    let signed = match ticket.state {
        TicketState::InProgress
        | TicketState::Deliberating
        | TicketState::OnHold
        | TicketState::PendingVerify
        | TicketState::PendingConfirm
        | TicketState::Closed => true,
        TicketState::Draft
        | TicketState::Submitted
        | TicketState::Accepted
        | TicketState::Dispatched
        | TicketState::Declined
        | TicketState::Merged
        | TicketState::Withdrawn => false,
    };
    signed || ticket.arrived_at.is_some() || !ticket.note.is_empty()
}
