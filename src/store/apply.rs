//! Effects made true: each variant's SQL, and the history row that it leaves.

use rusqlite::{Connection, OptionalExtension, params};

use super::{
    StoreError,
    history::{self, Entry},
    rows,
    writer::Heads,
};
use crate::domain::{
    directory::Directory,
    effect::{Effect, Recipient, Render, TimerKind},
    moment::Moment,
    person::{Person, PersonId},
    ticket::{Ticket, TicketEvent, TicketState},
};

/// The matter of a day's brief.
const BRIEF: &str = "brief";

/// Where effects are applied: the writer's connection within a turn's savepoint.
pub(super) struct Bench<'b> {
    pub(super) connection: &'b Connection,
    pub(super) directory: &'b Directory,
    pub(super) wording: &'b dyn Render,
    pub(super) heads: &'b mut Heads,
    pub(super) now: Moment,
    /// Who caused it.
    pub(super) actor: PersonId,
}

impl Bench<'_> {
    pub(super) fn apply(&mut self, effect: &Effect) -> Result<(), StoreError> {
        match effect {
            Effect::Newcomer { person, account, sender } => {
                self.person(person)?;
                self.heads.person = self.heads.person.max(person.id.0);
                self.connection
                    .prepare_cached("INSERT INTO identity (account, sender, person) VALUES (?1, ?2, ?3)")?
                    .execute(params![account, sender, person.id.0])?;
                Ok(())
            }
            Effect::Person { after, what } => {
                self.person(after)?;
                match what {
                    Some(what) => self.record(what, after.id.0, "{}"),
                    None => Ok(()),
                }
            }
            Effect::Bind { account, sender, to } => self.bind(account, sender, *to),
            Effect::Forget(person) => self.forget(*person),
            Effect::Ticket { after, events } => {
                for (actor, event) in events {
                    let body = serde_json::to_string(event)?;
                    self.record_by(*actor, "ticket", after.no.row(), &body)?;
                    if let TicketEvent::CoSigned { by, .. } | TicketEvent::Joined { by } = event {
                        self.connection
                            .prepare_cached("INSERT OR IGNORE INTO co_sign (person, ticket) VALUES (?1, ?2)")?
                            .execute([by.0, after.no.row()])?;
                    }
                }
                self.ticket(after)
            }
            Effect::Whistle { after, events } => {
                for (actor, event) in events {
                    let body = serde_json::to_string(event)?;
                    self.record_by(*actor, "whistle", after.id.0, &body)?;
                }
                self.connection
                    .prepare_cached(
                        "INSERT INTO whistle (id, ticket, state, body) VALUES (?1, ?2, ?3, ?4)
                         ON CONFLICT (id) DO UPDATE SET state = excluded.state, body = excluded.body",
                    )?
                    .execute(params![
                        after.id.0,
                        after.ticket.row(),
                        after.state.code(),
                        serde_json::to_string(after)?
                    ])?;
                Ok(())
            }
            Effect::Fund { after, events } => {
                for (actor, event) in events {
                    let body = serde_json::to_string(event)?;
                    self.record_by(*actor, "fund", after.id.row(), &body)?;
                    if let Some(entry) = event.numbers() {
                        self.connection
                            .prepare_cached("INSERT INTO expense (id, grid, year) VALUES (?1, ?2, ?3)")?
                            .execute(params![entry.0, after.id.grid.0, after.id.year])?;
                    }
                }
                self.connection
                    .prepare_cached(
                        "INSERT INTO fund (grid, year, waiting, body) VALUES (?1, ?2, ?3, ?4)
                         ON CONFLICT (grid, year) DO UPDATE SET waiting = excluded.waiting, body = excluded.body",
                    )?
                    .execute(params![
                        after.id.grid.0,
                        after.id.year,
                        after.waiting().count() as i64,
                        serde_json::to_string(after)?
                    ])?;
                Ok(())
            }
            Effect::Project { after, events } => {
                for (actor, event) in events {
                    let body = serde_json::to_string(event)?;
                    self.record_by(*actor, "project", after.id.0, &body)?;
                }
                self.connection
                    .prepare_cached(
                        "INSERT INTO project (id, community, body) VALUES (?1, ?2, ?3)
                         ON CONFLICT (id) DO UPDATE SET body = excluded.body",
                    )?
                    .execute(params![after.id.0, after.community.0, serde_json::to_string(after)?])?;
                Ok(())
            }
            Effect::Listing { after, events } => {
                for (actor, event) in events {
                    let body = serde_json::to_string(event)?;
                    self.record_by(*actor, "listing", after.id.0, &body)?;
                }
                self.connection
                    .prepare_cached(
                        "INSERT INTO listing (id, community, withdrawn, body) VALUES (?1, ?2, ?3, ?4)
                         ON CONFLICT (id) DO UPDATE SET withdrawn = excluded.withdrawn, body = excluded.body",
                    )?
                    .execute(params![
                        after.id.0,
                        after.community.0,
                        after.withdrawn.is_some(),
                        serde_json::to_string(after)?
                    ])?;
                Ok(())
            }
            Effect::Meeting { after, what } => {
                let body = serde_json::to_string(after)?;
                self.connection
                    .prepare_cached(
                        "INSERT INTO meeting (id, community, starts_at, state, body) VALUES (?1, ?2, ?3, ?4, ?5)
                         ON CONFLICT (id) DO UPDATE
                         SET starts_at = excluded.starts_at, state = excluded.state, body = excluded.body",
                    )?
                    .execute(params![
                        after.id.0,
                        after.community.0,
                        after.starts_at.millis(),
                        after.state.code(),
                        body
                    ])?;
                self.record(what, after.id.0, &body)
            }
            Effect::Rsvp(meeting, rsvp) => {
                let body = serde_json::to_string(rsvp)?;
                self.connection
                    .prepare_cached(
                        "INSERT OR REPLACE INTO rsvp (meeting, person, body) VALUES (?1, ?2, ?3)",
                    )?
                    .execute(params![meeting.0, rsvp.person.0, body])?;
                self.record("rsvp", meeting.0, &body)
            }
            Effect::Send(recipient, line) => {
                let text = self.wording.render_all(std::slice::from_ref(line), self.now);
                self.send(*recipient, &text, None)
            }
            Effect::Brief(person, line) => {
                self.connection
                    .prepare_cached(
                        "UPDATE outbox SET text = '', said_at = ?3
                         WHERE person = ?1 AND via = 'reply' AND said_at IS NULL AND topic = ?2",
                    )?
                    .execute(params![person.0, BRIEF, self.now.millis()])?;
                let text = self.wording.render_all(std::slice::from_ref(line), self.now);
                self.send(Recipient::Person(*person), &text, Some(BRIEF))
            }
            Effect::Said(rows) => {
                for row in rows {
                    self.connection
                        .prepare_cached("UPDATE outbox SET said_at = ?2 WHERE seq = ?1")?
                        .execute(params![row, self.now.millis()])?;
                }
                Ok(())
            }
            Effect::Dialogue(person, group, question) => {
                let group = group.map_or(0, |g| g.0);
                match question {
                    Some(question) => self
                        .connection
                        .prepare_cached(
                            "INSERT OR REPLACE INTO dialogue (person, grp, asked_at, body) VALUES (?1, ?2, ?3, ?4)",
                        )?
                        .execute(params![
                            person.0,
                            group,
                            self.now.millis(),
                            serde_json::to_string(question)?
                        ])?,
                    None => self
                        .connection
                        .prepare_cached("DELETE FROM dialogue WHERE person = ?1 AND grp = ?2")?
                        .execute(params![person.0, group])?,
                };
                Ok(())
            }
            Effect::Timer(at, timer) => {
                let (kind, subject) = rows::timer_columns(*timer);
                if matches!(timer, TimerKind::Handing(_)) {
                    self.connection
                        .prepare_cached("DELETE FROM timer WHERE kind = 'handing' AND subject = ?1")?
                        .execute([subject])?;
                }
                self.connection
                    .prepare_cached("INSERT INTO timer (due_at, kind, subject) VALUES (?1, ?2, ?3)")?
                    .execute(params![at.millis(), kind, subject])?;
                Ok(())
            }
            Effect::Draft(standing, edits) => self.draft(standing, edits.as_ref()),
            Effect::Publish(version, edits) => self.publish(version, edits),
            Effect::GoldenAdded(golden) => self.golden(golden),
            Effect::GoldenDropped(text) => self.drop_golden(text),
            Effect::Corrected(correction) => self.correction(correction),
            Effect::UnknownPlace(name, ticket) => self.unknown_place(name, *ticket),
            Effect::PlaceDismissed(name) => self.dismiss_place(name),
        }
    }

    pub(super) fn person(&self, person: &Person) -> Result<(), StoreError> {
        self.connection
            .prepare_cached(
                "INSERT INTO person (id, body) VALUES (?1, ?2)
                 ON CONFLICT (id) DO UPDATE SET body = excluded.body",
            )?
            .execute(params![person.id.0, serde_json::to_string(person)?])?;
        Ok(())
    }

    pub(super) fn ticket(&mut self, ticket: &Ticket) -> Result<(), StoreError> {
        self.connection
            .prepare_cached(
                "INSERT INTO ticket (no, reporter, owner, estate, building, unit, room, subcategory, open, due_at,
                                     patroller, unverified, body)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)
                 ON CONFLICT (no) DO UPDATE SET
                     reporter = excluded.reporter, owner = excluded.owner, estate = excluded.estate,
                     building = excluded.building, unit = excluded.unit, room = excluded.room, subcategory = excluded.subcategory, open = excluded.open,
                     due_at = excluded.due_at, patroller = excluded.patroller, unverified = excluded.unverified,
                     body = excluded.body",
            )?
            .execute(params![
                ticket.no.row(),
                ticket.reporter.0,
                ticket.owner.map(|p| p.0),
                ticket.place.estate.map(|e| e.0),
                // An index reaches '' as well as any other building; NULL would need a query of its own.
                ticket.place.building.as_deref().unwrap_or_default(),
                ticket.place.unit,
                ticket.place.room,
                ticket.filing.subcategory.as_str(),
                ticket.state.is_open(),
                ticket.due_at.map(Moment::millis),
                ticket.road.patrol.as_ref().map(|patrol| patrol.by.0),
                ticket.state == TicketState::PendingVerify,
                serde_json::to_string(ticket)?
            ])?;
        self.heads.ticket = self.heads.ticket.max(Some(ticket.no));
        Ok(())
    }

    /// A line leaves by the gateway where the recipient can be reached by it, else with their next reply.
    fn send(&self, recipient: Recipient, text: &str, topic: Option<&str>) -> Result<(), StoreError> {
        let (via, person, target) = match recipient {
            Recipient::Group(group) => match self.directory.group(group).and_then(|g| g.gateway.clone()) {
                Some(gateway) => ("gateway", None, format!("group:{gateway}")),
                // Nobody carries lines into this group; `decide` hands its notices to staff instead.
                None => return Ok(()),
            },
            Recipient::Person(id) => match rows::person(self.connection, id)? {
                Some(person) if person.gone => return Ok(()),
                Some(Person { gateway: Some(gateway), .. }) => {
                    ("gateway", Some(id.0), format!("user:{gateway}"))
                }
                Some(_) => ("reply", Some(id.0), String::new()),
                None => return Ok(()),
            },
        };
        self.connection
            .prepare_cached(
                "INSERT INTO outbox (via, person, target, text, created_at, topic) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            )?
            .execute(params![via, person, target, text, self.now.millis(), topic])?;
        Ok(())
    }

    /// The sender becomes another person; what waited for the old one comes along, the code is used up.
    fn bind(&mut self, account: &str, sender: &str, to: PersonId) -> Result<(), StoreError> {
        let from: Option<i64> = self
            .connection
            .query_row(
                "SELECT person FROM identity WHERE sender = ?1 AND account = ?2",
                [sender, account],
                |r| r.get(0),
            )
            .optional()?;
        self.connection.execute(
            "INSERT INTO identity (account, sender, person) VALUES (?1, ?2, ?3)
             ON CONFLICT (sender, account) DO UPDATE SET person = excluded.person",
            params![account, sender, to.0],
        )?;
        if let Some(from) = from {
            self.connection.execute(
                "UPDATE outbox SET person = ?2 WHERE person = ?1 AND via = 'reply' AND said_at IS NULL",
                [from, to.0],
            )?;
        }
        self.connection.execute("DELETE FROM binding_code WHERE person = ?1", [to.0])?;
        if account == crate::domain::message::BRIDGE
            && let Some(mut person) = rows::person(self.connection, to)?
        {
            person.gateway = Some(sender.to_owned());
            self.person(&person)?;
        }
        self.record("bound", to.0, "{}")
    }

    /// What was said to and fro is blanked; the person's own row is an effect of its own.
    fn forget(&mut self, id: PersonId) -> Result<(), StoreError> {
        self.connection.execute("DELETE FROM dialogue WHERE person = ?1", [id.0])?;
        self.connection.execute(
            "UPDATE delivery SET content = '', reply = ''
             WHERE identity IN (SELECT id FROM identity WHERE person = ?1)",
            [id.0],
        )?;
        // A blank line that still waited must not be said later.
        self.connection.execute(
            "UPDATE outbox SET text = '', said_at = coalesce(said_at, ?2) WHERE person = ?1",
            [id.0, self.now.millis()],
        )?;
        self.record("forgotten", id.0, "{}")
    }

    /// A history row by whoever caused this turn.
    pub(super) fn record(&mut self, kind: &str, subject: i64, body: &str) -> Result<(), StoreError> {
        self.record_by(self.actor, kind, subject, body)
    }

    pub(super) fn record_by(
        &mut self,
        actor: PersonId,
        kind: &str,
        subject: i64,
        body: &str,
    ) -> Result<(), StoreError> {
        let (seq, before) = self.heads.history;
        let entry = Entry { seq: seq + 1, at: self.now, actor, kind, subject, body };
        let hash = entry.hash(&before);
        history::append(self.connection, &entry, &hash)?;
        self.heads.history = (entry.seq, hash);
        Ok(())
    }
}
