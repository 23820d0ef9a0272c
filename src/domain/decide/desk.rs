//! The desk at which one turn is handled: who speaks, where, and the decision as it grows. Helpers that every file of
//! `decide` needs: opening and changing tickets, saying and telling, finding the ticket that a line means.

use std::sync::Arc;

use super::{clockwork, listing};
use crate::domain::{
    category::{Category, Limit, Party, RequestKind, Sphere, SubCategory, SubCode, Urgency},
    command::{CommandKind, NoRef},
    dialogue::Dialogue,
    directory::{Group, GroupId},
    effect::{Arg, Args, Decision, Effect, Line, Recipient, TimerKind, args},
    limits::Applied,
    moment::Moment,
    person::{Actor, Person, PersonId, Role},
    reply_key::ReplyKey as Key,
    route::Route,
    ticket::{Filing, IllegalMove, Place, Ticket, TicketEvent},
    ticket_no::TicketNo,
    understanding::Understanding,
    words::{Words, family_name},
    world::World,
};

/// How much of a ticket somebody may see.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Sight {
    /// As if it did not exist.
    None,
    /// Category, state and due date.
    Brief,
    /// All of it.
    Full,
}

/// A ticket being changed in this turn.
pub(super) struct Case {
    pub(super) ticket: Ticket,
    events: Vec<(PersonId, TicketEvent)>,
}

/// The desk.
pub(super) struct Desk<'w, W> {
    pub(super) world: &'w W,
    pub(super) now: Moment,
    pub(super) person: Person,
    pub(super) actor: Actor,
    group: Option<Group>,
    newcomer: Option<(String, String)>,
    last_no: Option<TicketNo>,
    /// Whether the speaker reports for somebody else, so that their own home says nothing.
    pub(super) for_others: bool,
    /// The words of the message, whole; an understanding holds only their beginning.
    words: String,
    decision: Decision,
}

impl<'w, W: World> Desk<'w, W> {
    pub(super) fn new(world: &'w W, now: Moment, person: Person, group: Option<Group>) -> Self {
        let actor = Actor::of(&person, world.directory());
        Self {
            world,
            now,
            person,
            actor,
            group,
            newcomer: None,
            last_no: None,
            for_others: false,
            words: String::new(),
            decision: Decision::default(),
        }
    }

    /// Keeps the message's words, whole.
    pub(super) fn heard_words(&mut self, words: &str) {
        words.clone_into(&mut self.words);
    }

    /// The message's words, whole, where `read` is their beginning; else `read` itself.
    pub(super) fn whole(&self, read: &str) -> Words {
        if self.words.starts_with(read) { Words(self.words.clone()) } else { read.into() }
    }

    /// The message's words, whole, without the command word before them.
    pub(super) fn whole_behind_command(&self, kind: CommandKind, read: &str) -> Words {
        let whole = self.whole(read);
        let word = self.world.standing().commands.word(kind);
        match whole.as_str().trim_start().strip_prefix(word) {
            Some(rest) => Words(rest.trim_start_matches([' ', ':', '：', ',', '，']).to_owned()),
            None => whole,
        }
    }

    /// The message's words from there on, whole, where `read` is in them; else `read` itself.
    pub(super) fn whole_from(&self, read: &str) -> Words {
        self.words.find(read).map_or_else(|| read.into(), |at| self.words[at..].into())
    }

    /// Marks the speaker as somebody not yet in the store.
    pub(super) fn newcomer(&mut self, account: &str, sender: &str) {
        self.newcomer = Some((account.to_owned(), sender.to_owned()));
    }

    /// The decision. A turn without answer and without change leaves no trace, not even of who wrote.
    pub(super) fn close(self) -> Decision {
        let mut decision = self.decision;
        decision.speaker = Some(self.person.id);
        decision.say_waiting |= !decision.reply.is_empty() && !decision.reply_first;
        decision.say_waiting &= self.group.is_none();
        if let Some((account, sender)) = self.newcomer
            && !(decision.reply.is_empty() && decision.effects.is_empty())
        {
            decision.effects.insert(0, Effect::Newcomer { person: self.person, account, sender });
        }
        decision
    }

    pub(super) fn in_group(&self) -> bool {
        self.group.is_some()
    }

    pub(super) fn group(&self) -> Option<&Group> {
        self.group.as_ref()
    }

    pub(super) fn group_id(&self) -> Option<GroupId> {
        self.group.as_ref().map(|g| g.id)
    }

    // --- saying and telling ---

    /// A line of the answer.
    pub(super) fn say(&mut self, key: Key, args: impl Into<Arc<Args>>) {
        self.decision.reply.push(Line { key, args: args.into() });
    }

    /// Asks the speaker to say it to the account, by its name, and not in the group.
    pub(super) fn say_it_privately(&mut self) {
        let office = &self.world.standing().office;
        let (account, name) = (office.account.clone().unwrap_or_default(), office.name.clone());
        self.say(Key::SayItPrivately, args! {account: account, office: name});
    }

    /// Says what waited for the speaker, even if there is nothing else to say.
    pub(super) fn say_waiting(&mut self) {
        self.decision.say_waiting = true;
    }

    /// Lets the answer go before anything that waited.
    pub(super) fn say_first(&mut self) {
        self.decision.reply_first = true;
    }

    /// A line to somebody outside the answer.
    pub(super) fn tell(&mut self, person: PersonId, key: Key, args: Args) {
        self.decision.effects.push(Effect::Send(Recipient::Person(person), Line::new(key, args)));
    }

    /// A line to a group: nothing personal may be in it.
    pub(super) fn tell_group(&mut self, group: GroupId, key: Key, args: Args) {
        self.decision.effects.push(Effect::Send(Recipient::Group(group), Line::new(key, args)));
    }

    pub(super) fn effect(&mut self, effect: Effect) {
        self.decision.effects.push(effect);
    }

    /// Something that the operator must know.
    pub(super) fn alarm(&mut self, text: String) {
        self.decision.alarms.push(text);
    }

    pub(super) fn timer(&mut self, at: Moment, kind: TimerKind) {
        self.effect(Effect::Timer(at, kind));
    }

    // --- the open question ---

    /// The question that this person was asked in this conversation, while its answer still counts.
    pub(super) fn question(&self) -> Result<Option<Dialogue>, W::Error> {
        if self.newcomer.is_some() {
            return Ok(None);
        }
        let limit = match self.group {
            Some(_) => super::GROUP_ANSWER_MINUTES,
            None => super::PRIVATE_ANSWER_MINUTES,
        };
        let found = self.world.dialogue(self.person.id, self.group_id())?;
        Ok(found.filter(|(_, at)| self.now.minutes_since(*at) < limit).map(|(question, _)| question))
    }

    pub(super) fn ask(&mut self, question: Dialogue) {
        let (person, group) = (self.person.id, self.group_id());
        self.effect(Effect::Dialogue(person, group, Some(question)));
    }

    pub(super) fn answered(&mut self) {
        let (person, group) = (self.person.id, self.group_id());
        self.effect(Effect::Dialogue(person, group, None));
    }

    /// Whether what follows 去不了 is a word to be passed on.
    pub(super) fn is_message_word(&self, rest: &str) -> bool {
        rest.starts_with(self.world.standing().commands.word(CommandKind::Message))
    }

    // --- the person ---

    /// Somebody who had left and writes again is reachable again.
    pub(super) fn returned(&mut self) {
        if self.person.gone {
            self.person.gone = false;
            self.keep_person(None);
        }
    }

    pub(super) fn leave(&mut self) {
        if self.newcomer.is_none() {
            self.person.gone = true;
            self.keep_person(None);
        }
    }

    pub(super) fn keep_person(&mut self, what: Option<&'static str>) {
        let after = Box::new(self.person.clone());
        self.effect(Effect::Person { after, what });
    }

    pub(super) fn forget(&mut self) {
        if self.newcomer.is_none() {
            let id = self.person.id;
            self.person = self.person.clone().forgotten();
            self.keep_person(None);
            self.effect(Effect::Forget(id));
            // What waited is erased too: said now, it would be kept again with this reply.
            self.say_first();
        }
    }

    // --- tickets ---

    /// The speaker's open tickets, newest first; in a group only what was said there and is not private.
    pub(super) fn my_open(&self, limit: usize) -> Result<Vec<Ticket>, W::Error> {
        if self.newcomer.is_some() {
            return Ok(vec![]);
        }
        let mut open = self.world.open_reported_by(self.person.id, limit)?;
        open.retain(|t| self.may_be_spoken_of(t));
        Ok(open)
    }

    /// Open tickets that the speaker stands behind without having reported them, newest first, under the same rule.
    pub(super) fn joined_open(&self, limit: usize) -> Result<Vec<Ticket>, W::Error> {
        if self.newcomer.is_some() {
            return Ok(vec![]);
        }
        let mut open = self.world.open_cosigned_by(self.person.id, limit)?;
        // Whoever was parted from it (拆单) is remembered by the store, not by the ticket.
        open.retain(|t| t.belongs_to(self.person.id) && self.may_be_spoken_of(t));
        Ok(open)
    }

    /// The speaker's newest tickets, open or not, under the same rule.
    pub(super) fn mine(&self, limit: usize) -> Result<Vec<Ticket>, W::Error> {
        let mut mine = self.world.reported_by(self.person.id, limit)?;
        mine.retain(|t| self.may_be_spoken_of(t));
        Ok(mine)
    }

    fn may_be_spoken_of(&self, ticket: &Ticket) -> bool {
        self.group.as_ref().is_none_or(|group| !ticket.private && ticket.group == Some(group.id))
    }

    /// Opens a ticket with the next number.
    pub(super) fn open(&mut self, event: TicketEvent) -> Result<Option<Case>, W::Error> {
        let last = match self.last_no {
            Some(no) => Some(no),
            None => self.world.last_ticket_no()?,
        };
        let no = TicketNo::next(last, self.now.yymmdd());
        self.last_no = Some(no);
        Ok(Ticket::open(no, self.now, &event)
            .map(|ticket| Case { ticket, events: vec![(self.person.id, event)] }))
    }

    /// Takes a ticket up to change it.
    pub(super) fn take(&self, ticket: Ticket) -> Case {
        Case { ticket, events: vec![] }
    }

    /// Makes a move as the speaker.
    pub(super) fn record(&self, case: &mut Case, event: TicketEvent) -> Result<(), IllegalMove> {
        case.ticket.apply(self.now, self.person.id, &event)?;
        case.events.push((self.person.id, event));
        Ok(())
    }

    /// Lays the changed ticket down.
    pub(super) fn keep(&mut self, case: Case) {
        if !case.events.is_empty() {
            if case.events.iter().any(|(_, event)| event.hands_on()) {
                clockwork::wind_handing(self, &case.ticket);
            }
            self.effect(Effect::Ticket { after: Box::new(case.ticket), events: case.events });
        }
    }

    /// Says that a move is not possible now, and what is.
    pub(super) fn refuse(&mut self, no: TicketNo, illegal: IllegalMove) {
        self.say(Key::NotNow, args! {no: no, state: illegal.state.code(), tried: illegal.event});
    }

    /// The sub-category's data; a code that no longer exists reads as its category, and that as `other`.
    pub(super) fn sub(&self, code: &SubCode) -> &'w SubCategory {
        let taxonomy = &self.world.standing().taxonomy;
        taxonomy
            .get(code)
            .or_else(|| taxonomy.subs.get(Category::Other.code()))
            // The loader refuses a dictionary without `other`.
            .expect("the taxonomy holds every top-level category")
    }

    pub(super) fn filing(&self, u: &Understanding, subcategory: &SubCode) -> Filing {
        let main = *subcategory == u.subcategory;
        Filing {
            subcategory: subcategory.clone(),
            kind: u.kind,
            sphere: u.sphere,
            urgency: if main { u.urgency } else { Urgency::Normal },
            hazard: if main { u.hazard } else { None },
            lexicon: u.lexicon.clone(),
        }
    }

    pub(super) fn is_private_matter(&self, u: &Understanding) -> bool {
        u.sphere == Sphere::Family || self.sub(&u.subcategory).private
    }

    /// The rule that a filing is under, with its limit.
    pub(super) fn rule(&self, filing: &Filing) -> Applied<'w> {
        self.world.standing().limits.of_filing(self.sub(&filing.subcategory), filing)
    }

    /// The limit that a filing is under.
    pub(super) fn limit(&self, filing: &Filing) -> Limit {
        self.rule(filing).limit
    }

    /// The limit that a ticket's time is counted by: what was promised for it, or its filing's.
    pub(super) fn limit_of(&self, ticket: &Ticket) -> Limit {
        let promise = ticket.road.promise.as_ref().filter(|promise| promise.counts);
        promise.map_or_else(|| self.limit(&ticket.filing), |promise| promise.limit)
    }

    /// Who owns a ticket at a place.
    pub(super) fn owner(&self, ticket: &Ticket) -> Option<PersonId> {
        self.owners(ticket).first().map(|(owner, _)| *owner)
    }

    /// Whoever would own a ticket, each when those before are not there: the mediator of private matters; else the rows of
    /// 派单表 that count today, 微网格长, the grid worker, the community, 兜底.
    pub(super) fn owners(&self, ticket: &Ticket) -> Vec<(PersonId, Option<&'w Route>)> {
        let directory = self.world.directory();
        let place = &ticket.place;
        let mut owners = vec![];
        if self.sub(&ticket.filing.subcategory).private {
            owners.extend(directory.contacts(Party::Mediator, place).first().map(|one| (*one, None)));
        } else {
            for route in directory.routes_at(place, &ticket.filing.subcategory, self.now.date()) {
                let contact = directory.department(route.to).and_then(|d| d.contacts.first());
                owners.extend(contact.map(|one| (*one, Some(route))));
            }
            let grid = place.estate.and_then(|estate| directory.grid_at(estate, place.building.as_deref()));
            let group = ticket.group.and_then(|group| directory.group(group));
            let staff = group.and_then(|group| directory.community(group.community)?.staff.first());
            // An emergency does not wait for a neighbour who may be out.
            let head = directory.micro_grid_at(place).and_then(|micro| micro.head);
            let head = head.filter(|_| ticket.filing.urgency != Urgency::Emergency);
            owners.extend(head.map(|one| (one, None)));
            owners.extend(grid.map(|grid| grid.worker).or(staff.copied()).map(|one| (one, None)));
        }
        owners.extend(directory.catch_all.map(|one| (one, None)));
        owners
    }

    /// When something received then has to be resolved; `None`, and an alarm, when the calendar cannot say.
    pub(super) fn due(&mut self, received_at: Moment, filing: &Filing) -> Option<Moment> {
        self.due_within(received_at, self.limit(filing), &filing.subcategory)
    }

    /// When a ticket whose time runs from then has to be resolved, by the limit that it is counted by.
    pub(super) fn due_of(&mut self, from: Moment, ticket: &Ticket) -> Option<Moment> {
        self.due_within(from, self.limit_of(ticket), &ticket.filing.subcategory)
    }

    fn due_within(&mut self, from: Moment, limit: Limit, what: &SubCode) -> Option<Moment> {
        let due = self.world.standing().calendar.due(from, limit);
        if let Err(error) = &due {
            self.decision.alarms.push(format!("no due date for {what}: {error}"));
        }
        due.ok()
    }

    /// Accepts a submitted ticket and hands it to its owner; in an unfinished organisation it stays accepted.
    pub(super) fn dispatch(&mut self, case: &mut Case) -> Result<(), IllegalMove> {
        let ticket = case.ticket.clone();
        let directory = self.world.directory();
        let grid = ticket
            .place
            .estate
            .and_then(|estate| directory.grid_at(estate, ticket.place.building.as_deref()))
            .map(|grid| grid.id);
        let due = self.due(ticket.received_at, &ticket.filing);
        self.record(case, TicketEvent::Accepted { grid, due })?;
        if let Some(owner) = self.owner(&case.ticket) {
            self.record(case, TicketEvent::Dispatched { owner })?;
        }
        clockwork::wind(self, &case.ticket);
        Ok(())
    }

    /// Tells the owner and the parties of a new ticket; of a likely repeat only the owner, in one line.
    pub(super) fn announce(&mut self, ticket: &Ticket) {
        let Some(owner) = ticket.owner else { return };
        let directory = self.world.directory();
        if let Some(similar) = ticket.similar_to {
            let mut args = self.ticket_args(ticket, true);
            args.insert("similar", similar.into());
            self.tell(owner, Key::TellLikelySame, args);
            return;
        }
        self.tell(owner, Key::TellNewTicket, self.ticket_args(ticket, true));
        if ticket.road.order.is_some() && !ticket.private {
            for person in directory.contacts(Party::Community, &ticket.place) {
                self.tell(person, Key::TellOrder, self.ticket_args(ticket, true));
            }
        }
        for person in self.parties(ticket) {
            if person != owner && person != self.person.id {
                self.tell(person, Key::TellParty, self.ticket_args(ticket, true));
            }
        }
    }

    /// Who is told of a ticket besides its owner. What is private is between reporter and owner.
    pub(super) fn parties(&self, ticket: &Ticket) -> Vec<PersonId> {
        let mut people = vec![];
        if ticket.private {
            return people;
        }
        let emergency = ticket.filing.urgency == Urgency::Emergency;
        let paged: &[Party] = if emergency { &[Party::Property, Party::Community] } else { &[] };
        for party in self.sub(&ticket.filing.subcategory).notify.iter().chain(paged) {
            for person in self.world.directory().contacts(*party, &ticket.place) {
                if !people.contains(&person) {
                    people.push(person);
                }
            }
        }
        // A row of 派单表 gives it to a department; who is nearest has to know of a danger all the same.
        let nearest = ticket.grid.and_then(|grid| self.world.directory().grid(grid)).map(|grid| grid.worker);
        let head = self.world.directory().micro_grid_at(&ticket.place).and_then(|micro| micro.head);
        for person in nearest.into_iter().chain(head).filter(|_| emergency) {
            if Some(person) != ticket.owner && !people.contains(&person) {
                people.push(person);
            }
        }
        people
    }

    /// Everybody at work who was told of a ticket: its owner and the parties.
    pub(super) fn told_of(&self, ticket: &Ticket) -> Vec<PersonId> {
        let mut people: Vec<PersonId> = ticket.owner.into_iter().collect();
        people.extend(self.parties(ticket).into_iter().filter(|p| Some(*p) != ticket.owner));
        people.retain(|p| *p != self.person.id);
        people
    }

    /// By when somebody has to have looked at it on the spot, where its kind asks for that.
    pub(super) fn first_look(&self, ticket: &Ticket) -> Option<Moment> {
        let limit = self.sub(&ticket.filing.subcategory).first_look;
        let limit = limit.filter(|_| ticket.filing.urgency != Urgency::Emergency)?;
        self.world.standing().calendar.due(ticket.received_at, limit).ok()
    }

    /// What wordings may say of a ticket. `handler`: the listener works it and may see the room and the words.
    pub(super) fn ticket_args(&self, ticket: &Ticket, handler: bool) -> Args {
        let sub = self.sub(&ticket.filing.subcategory);
        let directory = self.world.directory();
        let look = self.first_look(ticket);
        let mut args = args! {
            no: ticket.no,
            what: sub.name.as_str(),
            category: ticket.filing.subcategory.category().code(),
            place: self.place_line(&ticket.place, handler),
            state: ticket.state.code(),
            urgency: ticket.filing.urgency.code(),
            hazard: ticket.filing.hazard.map_or("", |h| h.code()),
            advice: sub.advice.as_str(),
            private: ticket.private,
            suggestion: matches!(ticket.filing.kind, RequestKind::Suggestion | RequestKind::Consultation),
            households: ticket.households(),
            unconfirmed: ticket.unconfirmed(),
            reopened: ticket.reopened,
            received: ticket.received_at,
            solved: ticket.solved == Some(true),
        };
        if handler {
            args.insert("text", ticket.text.short(120).into());
        }
        if let Some(due) = ticket.due_at {
            args.insert("due", due.into());
        }
        if let Some(look) = look {
            args.insert("look", look.into());
        }
        if let Some(arrived) = ticket.arrived_at {
            args.insert("arrived", arrived.into());
        }
        if let Some(patrol) = &ticket.road.patrol {
            args.extend(args! {
                patrol: patrol.rhythm.code(), patroller: self.name_of(patrol.by), patrol_done: patrol.done,
                patrol_missed: patrol.missed,
            });
            if let Some(last) = patrol.last {
                args.insert("patrolled", last.into());
            }
        }
        if let Some(promise) = &ticket.road.promise {
            args.extend(listing::promise_args(self, promise));
        }
        let voices = ticket.voices();
        args.extend(args! {voices_on_site: voices.on_site, voices_online: voices.online});
        if let Some(witness) = ticket.road.witness.as_ref().filter(|_| handler) {
            args.insert("witness", witness.as_str().into());
        }
        if let Some(visit) = &ticket.road.visit {
            args.extend(args! {visit: visit.at, visit_fixed: visit.fixed});
        }
        if let Some(project) = ticket.road.project {
            args.insert("project", project.to_string().into());
        }
        if let Some(slip) = &ticket.road.slip {
            args.insert("box_no", slip.box_no.clone().unwrap_or_default().into());
            args.insert("slip", slip.dated.into());
            if slip.dated.year() != self.now.year() {
                args.insert("slip_year", slip.dated.year().into());
            }
        }
        if let Some(owner) = ticket.owner {
            args.insert("owner", self.name_of(owner).into());
            args.insert("owner_role", directory.staff_role(owner).code().into());
        }
        args
    }

    /// How somebody at work is called before others; a party member is a neighbour, and only the family's name is told.
    pub(super) fn name_of(&self, person: PersonId) -> String {
        let directory = self.world.directory();
        let name = directory.staff_name(person);
        match directory.staff_role(person) {
            Role::PartyMember => family_name(name),
            Role::Resident
            | Role::GridWorker
            | Role::CommunityStaff
            | Role::Mediator
            | Role::PropertyStaff
            | Role::SafetyOfficer
            | Role::HousingOffice
            | Role::DictionaryEditor
            | Role::SubdistrictStaff
            | Role::DeptHandler
            | Role::MicroGridHead
            | Role::BranchSecretary
            | Role::GroupLeader
            | Role::LiaisonLeader => name.to_owned(),
        }
    }

    /// What wordings may say of a ticket to somebody who stands behind it: marked where it is a neighbour's.
    pub(super) fn own_args(&self, ticket: &Ticket) -> Args {
        let mut args = self.ticket_args(ticket, false);
        let co_signed = ticket.reporter != self.person.id && ticket.belongs_to(self.person.id);
        args.insert("co_signed", co_signed.into());
        args
    }

    /// A place in words; without unit and room unless the listener works it or lives there.
    pub(super) fn place_line(&self, place: &Place, full: bool) -> Arg {
        let text = |part: &Option<String>| part.clone().unwrap_or_default();
        let estate = place.estate.and_then(|e| self.world.directory().estate(e));
        let (unit, room) = if full { (text(&place.unit), text(&place.room)) } else { Default::default() };
        Arg::Line(Box::new(Line::new(
            Key::Place,
            args! {
                estate: estate.map_or_else(|| text(&place.said), |e| e.name.name.clone()),
                building: text(&place.building), unit: unit, room: room, landmark: text(&place.landmark),
            },
        )))
    }

    // --- finding the ticket meant ---

    /// How much of a ticket the speaker may see here.
    pub(super) fn sight(&self, ticket: &Ticket) -> Sight {
        let directory = self.world.directory();
        if let Some(group) = &self.group {
            let here = ticket.group == Some(group.id)
                || directory.community_at(&ticket.place).is_some_and(|c| {
                    c.id == group.community && group.estate.is_none_or(|e| Some(e) == ticket.place.estate)
                });
            return if here && !ticket.private { Sight::Brief } else { Sight::None };
        }
        if ticket.belongs_to(self.person.id) || ticket.owner == Some(self.person.id) {
            return Sight::Full;
        }
        let works_it = match &self.actor {
            Actor::Resident => false,
            Actor::GridWorker(grids) => ticket.grid.is_some_and(|g| grids.contains(&g)),
            Actor::CommunityStaff(community) => directory.serves(self.person.id, *community, &ticket.place),
            Actor::Subdistrict => true,
            Actor::Handler => false,
        } || ticket.road.patrol.as_ref().is_some_and(|patrol| patrol.by == self.person.id)
            || directory.micro_grid_at(&ticket.place).is_some_and(|m| m.head == Some(self.person.id))
            || ticket.road.whistles.iter().any(|(_, d)| directory.speaks_for(self.person.id, *d))
            || directory.catch_all == Some(self.person.id);
        let neighbour =
            self.person.home.as_ref().is_some_and(|home| ticket.place.estate == Some(home.estate))
                || directory.community_at(&ticket.place).is_some_and(|c| c.liaison == Some(self.person.id))
                || (ticket.was_pooled() && directory.party_members(&ticket.place).contains(&self.person.id));
        match (ticket.private, works_it, neighbour) {
            (false, true, _) => Sight::Full,
            (false, false, true) => Sight::Brief,
            (true, _, _) | (false, false, false) => Sight::None,
        }
    }

    /// The ticket that a number means, among those in sight; says so and returns `None` when there is none or more
    /// than one. `kind` and `rest` are taken up again when the person has chosen.
    pub(super) fn find(
        &mut self,
        no: NoRef,
        kind: CommandKind,
        rest: &str,
    ) -> Result<Option<Ticket>, W::Error> {
        let mut found: Vec<Ticket> = match no {
            NoRef::Full(no) => self.world.ticket(no)?.into_iter().collect(),
            NoRef::Serial(serial) => self.world.with_serial(serial, 8)?,
        };
        found.retain(|t| self.sight(t) > Sight::None);
        if let NoRef::Serial(_) = no
            && found.iter().any(|t| t.state.is_open())
        {
            found.retain(|t| t.state.is_open());
        }
        match found.len() {
            0 => {
                self.say(Key::NoSuchTicket, args! {});
                Ok(None)
            }
            1 => Ok(found.pop()),
            _ => {
                self.ask_which(kind, rest, found);
                Ok(None)
            }
        }
    }

    /// Asks which of several tickets is meant.
    pub(super) fn ask_which(&mut self, kind: CommandKind, rest: &str, mut tickets: Vec<Ticket>) {
        tickets.truncate(5);
        let rows: Vec<Args> = tickets.iter().map(|t| self.ticket_args(t, false)).collect();
        self.say(Key::WhichTicket, args! {rows: rows});
        let options = tickets.iter().map(|t| t.no).collect();
        self.ask(Dialogue::WhichTicket { kind, rest: rest.to_owned(), options });
    }
}

impl Case {
    /// Whether anything was recorded.
    pub(super) fn no(&self) -> TicketNo {
        self.ticket.no
    }
}
