//! `lianxin verify`: the hash chain is unbroken, every ticket is the fold of its events, the file is sound.

use std::collections::BTreeMap;

use rusqlite::Connection;

use super::{
    StoreError,
    history::{Entry, GENESIS, Hash},
    rows::document,
};
use crate::domain::{
    fund::{Fund, FundEvent, FundId},
    listing::{Listing, ListingEvent, ListingId},
    moment::Moment,
    person::PersonId,
    project::{Project, ProjectEvent, ProjectId},
    ticket::{Ticket, TicketEvent},
    ticket_no::TicketNo,
    whistle::{Whistle, WhistleEvent, WhistleId},
};

/// What was checked and what was found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Report {
    /// History rows checked.
    pub events: u64,
    /// Tickets folded anew and compared.
    pub tickets: u64,
    /// Deliveries on record.
    pub deliveries: u64,
    /// The last hash of the chain, for the daily report.
    pub head: String,
    /// Each fault in a sentence; empty when all is well.
    pub faults: Vec<String>,
}

/// Faults listed at most; a damaged file has thousands of the same.
const LISTED: usize = 50;

pub(super) fn verify(connection: &Connection) -> Result<Report, StoreError> {
    let mut report = Report::default();
    let folded = check_chain(connection, &mut report)?;
    check_tickets(connection, folded.tickets, &mut report)?;
    let whistles = "SELECT body FROM whistle ORDER BY id";
    check_folds(connection, whistles, folded.whistles, |w| w.id, |id| format!("whistle {id}"), &mut report)?;
    let funds = "SELECT body FROM fund ORDER BY grid, year";
    check_folds(connection, funds, folded.funds, |f| f.id, |id| format!("fund {}", id.row()), &mut report)?;
    let projects = "SELECT body FROM project ORDER BY id";
    check_folds(connection, projects, folded.projects, |p| p.id, |id| format!("project {id}"), &mut report)?;
    let listings = "SELECT body FROM listing ORDER BY id";
    check_folds(connection, listings, folded.listings, |l| l.id, |id| format!("listing {id}"), &mut report)?;
    check_file(connection, &mut report)?;
    report.deliveries =
        connection.query_row("SELECT count(*) FROM delivery", [], |r| r.get::<_, i64>(0))? as u64;
    report.faults.truncate(LISTED);
    Ok(report)
}

/// What the history makes of everything that is the fold of its events.
#[derive(Default)]
struct Folded {
    tickets: BTreeMap<TicketNo, Ticket>,
    whistles: BTreeMap<WhistleId, Whistle>,
    funds: BTreeMap<FundId, Fund>,
    projects: BTreeMap<ProjectId, Project>,
    listings: BTreeMap<ListingId, Listing>,
}

fn check_chain(connection: &Connection, report: &mut Report) -> Result<Folded, StoreError> {
    let mut folded = Folded::default();
    let mut before: Hash = GENESIS;
    let mut statement =
        connection.prepare("SELECT seq, at, actor, kind, subject, body, hash FROM history ORDER BY seq")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        report.events += 1;
        let (seq, actor, subject) = (row.get(0)?, PersonId(row.get(2)?), row.get(4)?);
        let at = Moment::from_millis(row.get(1)?);
        let (kind, body) = (row.get_ref(3)?.as_str().unwrap_or(""), row.get_ref(5)?.as_str().unwrap_or(""));
        let stored: Vec<u8> = row.get(6)?;
        if seq != report.events as i64 {
            report.faults.push(format!("history row {seq}: rows are missing before it"));
            report.events = seq as u64;
        }
        let hash = Entry { seq, at, actor, kind, subject, body }.hash(&before);
        if stored != hash {
            report.faults.push(format!("history row {seq}: its hash does not match its content"));
        }
        // The chain goes on from what is stored, so that one changed row is one fault.
        before = stored.try_into().unwrap_or(hash);
        if kind == "ticket" {
            fold(&mut folded.tickets, seq, at, actor, TicketNo::from_row(subject), body, report);
        } else if kind == "whistle" {
            fold_whistle(&mut folded.whistles, seq, at, actor, WhistleId(subject), body, report);
        } else if kind == "project" {
            fold_project(&mut folded.projects, seq, at, actor, ProjectId(subject), body, report);
        } else if kind == "listing" {
            fold_listing(&mut folded.listings, seq, at, actor, ListingId(subject), body, report);
        } else if kind == "fund" {
            fold_fund(&mut folded.funds, seq, at, actor, FundId::from_row(subject), body, report);
        }
    }
    report.head = before.iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(folded)
}

fn fold(
    tickets: &mut BTreeMap<TicketNo, Ticket>,
    seq: i64,
    at: Moment,
    actor: PersonId,
    no: TicketNo,
    body: &str,
    report: &mut Report,
) {
    let event: TicketEvent = match serde_json::from_str(body) {
        Ok(event) => event,
        Err(_) => {
            report.faults.push(format!("history row {seq}: not an event"));
            return;
        }
    };
    match tickets.get_mut(&no) {
        Some(ticket) => {
            if ticket.apply(at, actor, &event).is_err() {
                report.faults.push(format!("history row {seq}: {} is no move of {no}", event.name()));
            }
        }
        None => match Ticket::open(no, at, &event) {
            Some(ticket) => drop(tickets.insert(no, ticket)),
            None => report.faults.push(format!("history row {seq}: {no} does not begin with a report")),
        },
    }
}

fn check_tickets(
    connection: &Connection,
    mut folded: BTreeMap<TicketNo, Ticket>,
    report: &mut Report,
) -> Result<(), StoreError> {
    let mut statement = connection.prepare("SELECT body, no, open, owner FROM ticket ORDER BY no")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        report.tickets += 1;
        let no = TicketNo::from_row(row.get(1)?);
        let stored: Ticket = document(row)?;
        let (open, owner): (bool, Option<i64>) = (row.get(2)?, row.get(3)?);
        match folded.remove(&no) {
            None => report.faults.push(format!("{no}: no events in the history")),
            Some(fold) if fold != stored => {
                report
                    .faults
                    .push(format!("{no}: stored as {} but its events make it {}", stored.state, fold.state));
            }
            Some(_) => {}
        }
        if open != stored.state.is_open() || owner != stored.owner.map(|p| p.0) {
            report.faults.push(format!("{no}: its columns differ from its document"));
        }
    }
    for no in folded.keys() {
        report.faults.push(format!("{no}: has events but no row"));
    }
    Ok(())
}

fn fold_whistle(
    whistles: &mut BTreeMap<WhistleId, Whistle>,
    seq: i64,
    at: Moment,
    actor: PersonId,
    id: WhistleId,
    body: &str,
    report: &mut Report,
) {
    let Ok(event) = serde_json::from_str::<WhistleEvent>(body) else {
        report.faults.push(format!("history row {seq}: not an event"));
        return;
    };
    let fits = match whistles.get_mut(&id) {
        Some(whistle) => whistle.apply(at, actor, &event),
        None => Whistle::open(id, actor, &event).is_some_and(|w| whistles.insert(id, w).is_none()),
    };
    if !fits {
        report.faults.push(format!("history row {seq}: {} is no move of whistle {id}", event.name()));
    }
}

/// Compares rows with what the history makes of them.
fn check_folds<K: Ord + Copy, T: PartialEq + serde::de::DeserializeOwned>(
    connection: &Connection,
    sql: &str,
    mut folded: BTreeMap<K, T>,
    key: impl Fn(&T) -> K,
    name: impl Fn(K) -> String,
    report: &mut Report,
) -> Result<(), StoreError> {
    let mut statement = connection.prepare(sql)?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let stored: T = document(row)?;
        let id = key(&stored);
        if folded.remove(&id).as_ref() != Some(&stored) {
            report.faults.push(format!("{}: stored otherwise than its events make it", name(id)));
        }
    }
    for id in folded.keys() {
        report.faults.push(format!("{}: has events but no row", name(*id)));
    }
    Ok(())
}

fn fold_project(
    projects: &mut BTreeMap<ProjectId, Project>,
    seq: i64,
    at: Moment,
    actor: PersonId,
    id: ProjectId,
    body: &str,
    report: &mut Report,
) {
    let Ok(event) = serde_json::from_str::<ProjectEvent>(body) else {
        report.faults.push(format!("history row {seq}: not an event"));
        return;
    };
    let fits = match projects.get_mut(&id) {
        Some(project) => project.apply(at, &event),
        None => Project::open(id, at, actor, &event).is_some_and(|p| projects.insert(id, p).is_none()),
    };
    if !fits {
        report.faults.push(format!("history row {seq}: {} is no move of project {id}", event.name()));
    }
}

fn fold_listing(
    listings: &mut BTreeMap<ListingId, Listing>,
    seq: i64,
    at: Moment,
    actor: PersonId,
    id: ListingId,
    body: &str,
    report: &mut Report,
) {
    let Ok(event) = serde_json::from_str::<ListingEvent>(body) else {
        report.faults.push(format!("history row {seq}: not an event"));
        return;
    };
    let fits = match listings.get_mut(&id) {
        Some(listing) => listing.apply(at, &event),
        None => Listing::open(id, at, actor, &event).is_some_and(|l| listings.insert(id, l).is_none()),
    };
    if !fits {
        report.faults.push(format!("history row {seq}: {} is no move of listing {id}", event.name()));
    }
}

fn fold_fund(
    funds: &mut BTreeMap<FundId, Fund>,
    seq: i64,
    at: Moment,
    actor: PersonId,
    id: FundId,
    body: &str,
    report: &mut Report,
) {
    let Ok(event) = serde_json::from_str::<FundEvent>(body) else {
        report.faults.push(format!("history row {seq}: not an event"));
        return;
    };
    let fits = match (funds.get_mut(&id), &event) {
        (Some(fund), event) => fund.apply(at, actor, event),
        (None, FundEvent::Allotted { yearly }) => funds.insert(id, Fund::open(id, *yearly)).is_none(),
        (None, _other) => false,
    };
    if !fits {
        report.faults.push(format!("history row {seq}: {} is no move of fund {}", event.name(), id.row()));
    }
}

fn check_file(connection: &Connection, report: &mut Report) -> Result<(), StoreError> {
    let sound: String = connection.query_row("PRAGMA integrity_check(1)", [], |r| r.get(0))?;
    if sound != "ok" {
        report.faults.push(format!("the database file: {sound}"));
    }
    Ok(())
}
