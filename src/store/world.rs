//! The world as the store knows it: the read-only questions of a decision, asked inside the turn's transaction.

use rusqlite::{Connection, OptionalExtension, params};

use super::{
    StoreError, dictionaries,
    rows::{self, document},
    writer::Heads,
};
use crate::domain::{
    category::SubCode,
    dialogue::Dialogue,
    dictionary::{self, Version},
    directory::{CommunityId, Directory, GroupId},
    effect::Waiting,
    fund::{ExpenseId, Fund, FundId},
    listing::{Listing, ListingId},
    meeting::{Meeting, MeetingId, Rsvp},
    moment::Moment,
    person::{Person, PersonId},
    place::EstateId,
    project::{Project, ProjectId},
    ticket::{Place, Ticket},
    ticket_no::TicketNo,
    whistle::{Whistle, WhistleId},
    world::{BindingCode, Standing, World},
};

/// Days looked back for a ticket named by its serial alone.
const SERIAL_DAYS: i64 = 366;

/// Tickets of one place looked at, wanted or not.
const PLACE_SCAN: i64 = 64;

/// Meetings of one community looked through, newest first.
const MEETINGS: i64 = 500;

/// Items of one community's lists looked through, newest first.
const LISTINGS: i64 = 500;

/// The writer's connection, seen through the questions.
pub(super) struct StoredWorld<'s> {
    pub(super) connection: &'s Connection,
    pub(super) standing: &'s Standing,
    pub(super) directory: &'s Directory,
    pub(super) heads: &'s Heads,
}

impl StoredWorld<'_> {
    fn documents<T: serde::de::DeserializeOwned>(
        &self,
        sql: &str,
        params: impl rusqlite::Params,
    ) -> Result<Vec<T>, StoreError> {
        let mut statement = self.connection.prepare_cached(sql)?;
        let rows = statement.query_map(params, document)?.collect::<Result<_, _>>()?;
        Ok(rows)
    }
}

impl World for StoredWorld<'_> {
    type Error = StoreError;

    fn standing(&self) -> &Standing {
        self.standing
    }

    fn directory(&self) -> &Directory {
        self.directory
    }

    fn person_at(&self, account: &str, sender: &str) -> Result<Option<Person>, StoreError> {
        Ok(rows::person_at(self.connection, account, sender)?)
    }

    fn person(&self, id: PersonId) -> Result<Option<Person>, StoreError> {
        Ok(rows::person(self.connection, id)?)
    }

    fn next_person(&self) -> Result<PersonId, StoreError> {
        Ok(PersonId(self.heads.person + 1))
    }

    fn last_ticket_no(&self) -> Result<Option<TicketNo>, StoreError> {
        Ok(self.heads.ticket)
    }

    fn ticket(&self, no: TicketNo) -> Result<Option<Ticket>, StoreError> {
        Ok(rows::ticket(self.connection, no)?)
    }

    fn open_reported_by(&self, person: PersonId, limit: usize) -> Result<Vec<Ticket>, StoreError> {
        self.documents(
            "SELECT body FROM ticket WHERE reporter = ?1 AND open = 1 ORDER BY no DESC LIMIT ?2",
            params![person.0, limit as i64],
        )
    }

    fn reported_by(&self, person: PersonId, limit: usize) -> Result<Vec<Ticket>, StoreError> {
        self.documents(
            "SELECT body FROM ticket WHERE reporter = ?1 ORDER BY no DESC LIMIT ?2",
            params![person.0, limit as i64],
        )
    }

    fn open_cosigned_by(&self, person: PersonId, limit: usize) -> Result<Vec<Ticket>, StoreError> {
        self.documents(
            "SELECT ticket.body FROM co_sign JOIN ticket ON ticket.no = co_sign.ticket
             WHERE co_sign.person = ?1 AND ticket.open = 1 ORDER BY co_sign.ticket DESC LIMIT ?2",
            params![person.0, limit as i64],
        )
    }

    fn open_owned_by(&self, person: PersonId, limit: usize) -> Result<Vec<Ticket>, StoreError> {
        self.documents(
            "SELECT body FROM ticket WHERE owner = ?1 AND open = 1 ORDER BY due_at, no LIMIT ?2",
            params![person.0, limit as i64],
        )
    }

    fn patrolled_by(&self, person: PersonId, limit: usize) -> Result<Vec<Ticket>, StoreError> {
        self.documents(
            "SELECT body FROM ticket WHERE patroller = ?1 AND open = 1 ORDER BY no LIMIT ?2",
            params![person.0, limit as i64],
        )
    }

    fn ownerless(&self, limit: usize) -> Result<Vec<Ticket>, StoreError> {
        self.documents(
            "SELECT body FROM ticket WHERE open = 1 AND owner IS NULL ORDER BY no LIMIT ?1",
            [limit as i64],
        )
    }

    fn unverified(&self, limit: usize) -> Result<Vec<Ticket>, StoreError> {
        self.documents(
            "SELECT body FROM ticket WHERE unverified = 1 ORDER BY due_at, no LIMIT ?1",
            [limit as i64],
        )
    }

    fn unapproved(&self, limit: usize) -> Result<Vec<Whistle>, StoreError> {
        self.documents(
            "SELECT body FROM whistle WHERE state = 'whistle_requested' ORDER BY id LIMIT ?1",
            [limit as i64],
        )
    }

    fn open_at(
        &self,
        place: &Place,
        subcategory: Option<&SubCode>,
        limit: usize,
        wanted: &dyn Fn(&Ticket) -> bool,
    ) -> Result<Vec<Ticket>, StoreError> {
        let Some(estate) = place.estate else { return Ok(vec![]) };
        let building = place.building.as_deref().unwrap_or_default();
        // Tickets with a room and those without have an index each, see migration 6.
        let sql = match (subcategory, &place.room) {
            (Some(_), Some(_)) => {
                "SELECT no FROM ticket WHERE estate = ?1 AND building = ?2 AND subcategory = ?4 AND open = 1
                     AND room = ?6 AND (?5 IS NULL OR unit IS NULL OR unit = ?5)
                 UNION ALL
                 SELECT no FROM ticket WHERE estate = ?1 AND building = ?2 AND subcategory = ?4 AND open = 1
                     AND room IS NULL AND (?5 IS NULL OR unit IS NULL OR unit = ?5)
                 ORDER BY no DESC LIMIT ?3"
            }
            (Some(_), None) => {
                "SELECT no FROM ticket WHERE estate = ?1 AND building = ?2 AND subcategory = ?4 AND open = 1
                     AND room IS NOT NULL AND (?5 IS NULL OR unit IS NULL OR unit = ?5)
                 UNION ALL
                 SELECT no FROM ticket WHERE estate = ?1 AND building = ?2 AND subcategory = ?4 AND open = 1
                     AND room IS NULL AND (?5 IS NULL OR unit IS NULL OR unit = ?5)
                 ORDER BY no DESC LIMIT ?3"
            }
            (None, _) => {
                "SELECT no FROM ticket WHERE estate = ?1 AND building = ?2 AND open = 1 AND room IS NOT NULL
                 UNION ALL
                 SELECT no FROM ticket WHERE estate = ?1 AND building = ?2 AND open = 1 AND room IS NULL
                 ORDER BY no DESC LIMIT ?3"
            }
        };
        let mut statement = self.connection.prepare_cached(sql)?;
        let mut numbers = match (subcategory, &place.room) {
            (Some(sub), Some(room)) => {
                statement.query(params![estate.0, building, PLACE_SCAN, sub.as_str(), place.unit, room])?
            }
            (Some(sub), None) => {
                statement.query(params![estate.0, building, PLACE_SCAN, sub.as_str(), place.unit])?
            }
            (None, _) => statement.query(params![estate.0, building, PLACE_SCAN])?,
        };
        let mut found = vec![];
        while found.len() < limit
            && let Some(row) = numbers.next()?
        {
            let no = TicketNo::from_row(row.get(0)?);
            found.extend(rows::ticket(self.connection, no)?.filter(wanted));
        }
        Ok(found)
    }

    fn open_in(&self, estate: EstateId, subcategory: &SubCode) -> Result<Vec<Ticket>, StoreError> {
        // Tickets with a room and those without have an index each, see migration 6.
        let mut found: Vec<Ticket> = self.documents(
            "SELECT body FROM ticket WHERE estate = ?1 AND subcategory = ?2 AND open = 1 AND room IS NOT NULL
             UNION ALL
             SELECT body FROM ticket WHERE estate = ?1 AND subcategory = ?2 AND open = 1 AND room IS NULL",
            params![estate.0, subcategory.as_str()],
        )?;
        found.sort_by_key(|ticket| ticket.no);
        Ok(found)
    }

    /// Day by day backwards: a point lookup each, so that no index on the serial must be kept.
    fn with_serial(&self, serial: u32, limit: usize) -> Result<Vec<Ticket>, StoreError> {
        let mut found = vec![];
        let Some(last) = self.heads.ticket else { return Ok(found) };
        let mut statement = self.connection.prepare_cached("SELECT body FROM ticket WHERE no = ?1")?;
        let mut day = Moment::parse(&format!(
            "20{:02}-{:02}-{:02} 00:00",
            last.day() / 10_000,
            last.day() / 100 % 100,
            last.day() % 100
        ))
        .ok();
        for _ in 0..SERIAL_DAYS {
            let Some(today) = day else { break };
            let no = TicketNo::new(today.yymmdd(), serial);
            found.extend(statement.query_row([no.row()], document::<Ticket>).optional()?);
            if found.len() >= limit {
                break;
            }
            day = Some(today.plus_minutes(-24 * 60));
        }
        Ok(found)
    }

    fn dialogue(
        &self,
        person: PersonId,
        group: Option<GroupId>,
    ) -> Result<Option<(Dialogue, Moment)>, StoreError> {
        let found = self
            .connection
            .prepare_cached("SELECT body, asked_at FROM dialogue WHERE person = ?1 AND grp = ?2")?
            .query_row(params![person.0, group.map_or(0, |g| g.0)], |row| {
                // A question of an older version that no longer reads is no question.
                let text = row.get_ref(0)?.as_str()?;
                Ok((serde_json::from_str(text).ok(), Moment::from_millis(row.get(1)?)))
            })
            .optional()?;
        Ok(found.and_then(|(question, at)| question.map(|q| (q, at))))
    }

    fn waiting_for(&self, person: PersonId, limit: usize) -> Result<Vec<Waiting>, StoreError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT seq, text FROM outbox
             WHERE person = ?1 AND via = 'reply' AND said_at IS NULL ORDER BY seq LIMIT ?2",
        )?;
        let rows = statement
            .query_map(params![person.0, limit as i64], |row| {
                Ok(Waiting { seq: row.get(0)?, text: row.get(1)? })
            })?
            .collect::<Result<_, _>>()?;
        Ok(rows)
    }

    fn meeting(&self, id: MeetingId) -> Result<Option<Meeting>, StoreError> {
        Ok(self
            .connection
            .prepare_cached("SELECT body FROM meeting WHERE id = ?1")?
            .query_row([id.0], document)
            .optional()?)
    }

    fn next_meeting(&self) -> Result<MeetingId, StoreError> {
        let last: i64 = self
            .connection
            .prepare_cached("SELECT coalesce(max(id), 0) FROM meeting")?
            .query_row([], |row| row.get(0))?;
        Ok(MeetingId(last + 1))
    }

    fn open_meetings(&self, community: CommunityId, now: Moment) -> Result<Vec<Meeting>, StoreError> {
        self.documents(
            "SELECT body FROM meeting
             WHERE community = ?1 AND state = 'announced' AND starts_at > ?2 ORDER BY starts_at",
            params![community.0, now.millis()],
        )
    }

    fn whistle(&self, id: WhistleId) -> Result<Option<Whistle>, StoreError> {
        Ok(self
            .connection
            .prepare_cached("SELECT body FROM whistle WHERE id = ?1")?
            .query_row([id.0], document)
            .optional()?)
    }

    fn last_whistle(&self, ticket: TicketNo) -> Result<Option<Whistle>, StoreError> {
        Ok(self
            .connection
            .prepare_cached("SELECT body FROM whistle WHERE ticket = ?1 ORDER BY id DESC LIMIT 1")?
            .query_row([ticket.row()], document)
            .optional()?)
    }

    fn next_whistle(&self) -> Result<WhistleId, StoreError> {
        let last: i64 = self
            .connection
            .prepare_cached("SELECT coalesce(max(id), 0) FROM whistle")?
            .query_row([], |row| row.get(0))?;
        Ok(WhistleId(last + 1))
    }

    fn meetings_of(&self, community: CommunityId) -> Result<Vec<Meeting>, StoreError> {
        self.documents(
            "SELECT body FROM meeting WHERE community = ?1 AND state = 'announced' ORDER BY starts_at DESC LIMIT ?2",
            params![community.0, MEETINGS],
        )
    }

    fn project(&self, id: ProjectId) -> Result<Option<Project>, StoreError> {
        Ok(self
            .connection
            .prepare_cached("SELECT body FROM project WHERE id = ?1")?
            .query_row([id.0], document)
            .optional()?)
    }

    fn projects(&self, community: CommunityId, limit: usize) -> Result<Vec<Project>, StoreError> {
        self.documents(
            "SELECT body FROM project WHERE community = ?1 ORDER BY id DESC LIMIT ?2",
            params![community.0, limit as i64],
        )
    }

    fn next_project(&self) -> Result<ProjectId, StoreError> {
        let last: i64 = self
            .connection
            .prepare_cached("SELECT coalesce(max(id), 0) FROM project")?
            .query_row([], |row| row.get(0))?;
        Ok(ProjectId(last + 1))
    }

    fn listing(&self, id: ListingId) -> Result<Option<Listing>, StoreError> {
        Ok(self
            .connection
            .prepare_cached("SELECT body FROM listing WHERE id = ?1")?
            .query_row([id.0], document)
            .optional()?)
    }

    fn listings(&self, community: CommunityId) -> Result<Vec<Listing>, StoreError> {
        self.documents(
            "SELECT body FROM listing WHERE community = ?1 AND withdrawn = 0 ORDER BY id DESC LIMIT ?2",
            params![community.0, LISTINGS],
        )
    }

    fn next_listing(&self) -> Result<ListingId, StoreError> {
        let last: i64 = self
            .connection
            .prepare_cached("SELECT coalesce(max(id), 0) FROM listing")?
            .query_row([], |row| row.get(0))?;
        Ok(ListingId(last + 1))
    }

    fn fund(&self, id: FundId) -> Result<Option<Fund>, StoreError> {
        Ok(self
            .connection
            .prepare_cached("SELECT body FROM fund WHERE grid = ?1 AND year = ?2")?
            .query_row(params![id.grid.0, id.year], document)
            .optional()?)
    }

    fn fund_of(&self, expense: ExpenseId) -> Result<Option<Fund>, StoreError> {
        Ok(self
            .connection
            .prepare_cached(
                "SELECT fund.body FROM expense
                 JOIN fund ON fund.grid = expense.grid AND fund.year = expense.year WHERE expense.id = ?1",
            )?
            .query_row([expense.0], document)
            .optional()?)
    }

    fn next_expense(&self) -> Result<ExpenseId, StoreError> {
        let last: i64 = self
            .connection
            .prepare_cached("SELECT coalesce(max(id), 0) FROM expense")?
            .query_row([], |row| row.get(0))?;
        Ok(ExpenseId(last + 1))
    }

    fn funds_waiting(&self, limit: usize) -> Result<Vec<Fund>, StoreError> {
        self.documents("SELECT body FROM fund WHERE waiting > 0 ORDER BY year, grid LIMIT ?1", [limit as i64])
    }

    fn rsvps(&self, meeting: MeetingId) -> Result<Vec<Rsvp>, StoreError> {
        self.documents("SELECT body FROM rsvp WHERE meeting = ?1 ORDER BY person", [meeting.0])
    }

    fn dictionary(&self) -> Result<dictionary::Standing, StoreError> {
        dictionaries::standing(self.connection)
    }

    fn version(&self, no: u32) -> Result<Option<Version>, StoreError> {
        dictionaries::version(self.connection, no)
    }

    fn binding_code(&self, code: &str) -> Result<Option<BindingCode>, StoreError> {
        Ok(self
            .connection
            .prepare_cached("SELECT person, expires_at FROM binding_code WHERE code = ?1")?
            .query_row([code], |row| {
                Ok(BindingCode {
                    person: PersonId(row.get(0)?),
                    expires_at: Moment::from_millis(row.get(1)?),
                })
            })
            .optional()?)
    }
}
