//! A checked organisation file merged into the store: ids kept by name, whoever is no longer named loses their post, and
//! what would be lost told before.

use std::collections::HashMap;

use rusqlite::{Connection, OptionalExtension, params};

use super::{GridRow, MicroGridRow, Organisation, PUBLIC_ACCOUNT, RouteRow, TicketRow};
use crate::{
    domain::{
        category::{RequestKind, Sphere, Urgency},
        directory::{
            Community, CommunityId, Department, DepartmentId, Directory, Estate, Grid, GridId, Group,
            GroupId, MicroGrid, StaffName,
        },
        effect::{Effect, TimerKind},
        fund,
        message::BRIDGE,
        moment::Moment,
        person::{Home, Person, PersonId, Role},
        place::{EstateId, EstateName},
        route::{Reach, Route},
        ticket::{Filing, Place, Ticket, TicketEvent, TicketState},
        ticket_no::TicketNo,
        words::Words,
    },
    store::{
        StoreError,
        apply::Bench,
        rows::{self, document},
    },
};

/// What an import would take away, and what it would move: names that the organisation has now and the file lacks.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Foreseen {
    /// Staff who lose their post.
    pub people: Vec<String>,
    /// Communities and villages.
    pub communities: Vec<String>,
    /// Estates, each with its community: 灵武新村(育才街社区).
    pub estates: Vec<String>,
    /// Grids.
    pub grids: Vec<String>,
    /// Groups.
    pub groups: Vec<String>,
    /// Departments.
    pub departments: Vec<String>,
    /// Rows of 派单表.
    pub routes: Vec<String>,
    /// Open tickets that would follow their building to another grid or another worker.
    pub moved: usize,
}

/// What importing a file would drop from the organisation as it is stored.
pub(in crate::store) fn would_change(
    connection: &Connection,
    file: &Organisation,
) -> Result<Foreseen, StoreError> {
    let current = load(connection)?;
    let mut at_work = vec![];
    for row in file.people.iter().filter(|row| row.role != Role::Resident) {
        at_work.extend(person_by_key(connection, &row.key)?);
    }
    let community = |id: CommunityId| current.community(id).map_or("", |c| c.name.as_str());
    let keeps_estate = |e: &Estate| {
        file.estates.iter().any(|row| row.name == e.name.name && row.community == community(e.community))
    };
    let staff = current.staff.iter().filter(|s| !at_work.contains(&s.id));
    let communities =
        current.communities.iter().filter(|c| file.communities.iter().all(|row| row.name != c.name));
    let estates = current.estates.iter().filter(|e| !keeps_estate(e));
    let micro = |name: &str| file.micro_grids.iter().any(|row| row.name == name);
    let micro_grids = current.micro_grids.iter().filter(|m| !micro(&m.name)).map(|m| m.name.clone());
    let grids = current.grids.iter().filter(|g| file.grids.iter().all(|row| row.name != g.name));
    let groups = current.groups.iter().filter(|g| file.groups.iter().all(|row| row.name != g.name));
    let departments =
        current.departments.iter().filter(|d| file.departments.iter().all(|row| row.name != d.name));
    let routes = super::current(connection)?.map_or(vec![], |(stored, _)| stored.routes);
    let routes = routes.iter().filter(|route| file.routes.iter().all(|row| !row.equals(route)));
    Ok(Foreseen {
        routes: routes.map(RouteRow::told).collect(),
        moved: would_move(connection, &current, file)?,
        people: staff.map(|s| s.name.clone()).collect(),
        communities: communities.map(|c| c.name.clone()).collect(),
        estates: estates.map(|e| format!("{}（{}）", e.name.name, community(e.community))).collect(),
        grids: grids.map(|g| g.name.clone()).chain(micro_grids).collect(),
        groups: groups.map(|g| g.name.clone()).collect(),
        departments: departments.map(|d| d.name.clone()).collect(),
    })
}

/// What an import did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Imported {
    /// Communities in the organisation now.
    pub communities: usize,
    /// Estates.
    pub estates: usize,
    /// Grids.
    pub grids: usize,
    /// Groups.
    pub groups: usize,
    /// People of the file.
    pub people: usize,
    /// Open tickets whose building is another grid's or another worker's now: they follow it.
    pub moved: usize,
    /// Tickets opened.
    pub tickets: usize,
}

/// The organisation as stored; empty before the first import.
pub(in crate::store) fn load(connection: &Connection) -> Result<Directory, StoreError> {
    let newest = connection
        .prepare_cached("SELECT body FROM organisation ORDER BY version DESC LIMIT 1")?
        .query_row([], document)
        .optional()?;
    Ok(newest.unwrap_or_default())
}

/// Everything that was ever named, so that no id is given twice: homes and tickets hold ids.
fn ever(connection: &Connection) -> Result<Directory, StoreError> {
    let mut all = Directory::default();
    let mut statement = connection.prepare("SELECT body FROM organisation ORDER BY version DESC")?;
    let versions: Vec<Directory> = statement.query_map([], document)?.collect::<Result<_, _>>()?;
    for version in versions {
        all.communities.extend(version.communities);
        all.estates.extend(version.estates);
        all.grids.extend(version.grids);
        all.groups.extend(version.groups);
        all.departments.extend(version.departments);
    }
    Ok(all)
}

/// Whoever a file no longer names has left: they keep their tickets as residents, and no rights.
fn dismiss(bench: &Bench<'_>, file: &Organisation) -> Result<(), StoreError> {
    let mut statement = bench.connection.prepare("SELECT key, person FROM person_key")?;
    let known: Vec<(String, i64)> =
        statement.query_map([], |r| Ok((r.get(0)?, r.get(1)?)))?.collect::<Result<_, _>>()?;
    for (key, id) in known {
        if file.people.iter().any(|p| p.key == key) {
            continue;
        }
        if let Some(person) = rows::person(bench.connection, PersonId(id))? {
            bench.person(&Person { role: Role::Resident, community: None, ..person })?;
        }
    }
    Ok(())
}

pub(in crate::store) fn person_by_key(
    connection: &Connection,
    key: &str,
) -> Result<Option<PersonId>, StoreError> {
    Ok(connection
        .query_row("SELECT person FROM person_key WHERE key = ?1", [key], |r| r.get(0).map(PersonId))
        .optional()?)
}

/// Ids are kept by name over imports: an estate renamed is a new estate, one that is named again keeps its tickets.
fn keep_or_next<T>(old: &[T], same: impl Fn(&T) -> bool, id: impl Fn(&T) -> i64, next: &mut i64) -> i64 {
    match old.iter().find(|item| same(item)) {
        Some(item) => id(item),
        None => {
            *next += 1;
            *next
        }
    }
}

/// Merges a checked file into the store.
pub(in crate::store) fn import(bench: &mut Bench<'_>, file: &Organisation) -> Result<Imported, StoreError> {
    let old = ever(bench.connection)?;
    let people = import_people(bench, file)?;
    dismiss(bench, file)?;
    let person = |key: &String| people.get(key.as_str()).copied();
    let mut next = old.communities.iter().map(|c| c.id.0).max().unwrap_or(0);
    let communities: Vec<Community> = file
        .communities
        .iter()
        .map(|row| Community {
            id: CommunityId(keep_or_next(&old.communities, |c| c.name == row.name, |c| c.id.0, &mut next)),
            name: row.name.clone(),
            staff: row.staff.iter().filter_map(person).collect(),
            party_members: row.party_members.iter().filter_map(person).collect(),
            mediator: row.mediator.as_ref().and_then(person),
            safety_officer: row.safety_officer.as_ref().and_then(person),
            housing_office: row.housing_office.as_ref().and_then(person),
            secretary: row.secretary.as_ref().and_then(person),
            liaison: row.liaison.as_ref().and_then(person),
            grid_fund: row.grid_fund.unwrap_or(fund::YEARLY),
            ladder: row.ladder.clone(),
        })
        .collect();
    let community = |name: &str| communities.iter().find(|c| c.name == name).map(|c| c.id);
    let mut next = old.estates.iter().map(|e| e.name.id.0).max().unwrap_or(0);
    let estates: Vec<Estate> = file
        .estates
        .iter()
        .filter_map(|row| {
            let community = community(&row.community)?;
            let same = |e: &Estate| e.name.name == row.name && e.community == community;
            let id = EstateId(keep_or_next(&old.estates, same, |e| e.name.id.0, &mut next));
            Some(Estate {
                name: EstateName { id, name: row.name.clone(), aliases: row.aliases.clone() },
                community,
                property: row.property.as_ref().and_then(person),
                point: row.point,
            })
        })
        .collect();
    let estate = |name: &str, community: Option<CommunityId>| {
        let mut named = estates.iter().filter(|e| e.name.name == name);
        let within = named.clone().find(|e| Some(e.community) == community);
        within.or_else(|| named.next()).map(|e| e.name.id)
    };
    let mut next = old.grids.iter().map(|g| g.id.0).max().unwrap_or(0);
    let grids: Vec<Grid> = file
        .grids
        .iter()
        .filter_map(|row| {
            let within = community(&row.community)?;
            Some(Grid {
                id: GridId(keep_or_next(&old.grids, |g| g.name == row.name, |g| g.id.0, &mut next)),
                name: row.name.clone(),
                community: within,
                worker: person(&row.worker)?,
                secretary: row.secretary.as_ref().and_then(person),
                households: row.households,
                covers: row
                    .covers
                    .iter()
                    .filter_map(|c| Some((estate(&c.estate, Some(within))?, c.buildings.clone())))
                    .collect(),
            })
        })
        .collect();
    let micro_grids = file
        .micro_grids
        .iter()
        .filter_map(|row| {
            Some(MicroGrid {
                name: row.name.clone(),
                head: row.head.as_ref().and_then(person),
                leader: row.leader.as_ref().and_then(person),
                estate: estate(&row.estate, community(&row.community))?,
                buildings: row.buildings.clone(),
            })
        })
        .collect();
    let mut next = old.groups.iter().map(|g| g.id.0).max().unwrap_or(0);
    let groups: Vec<Group> = file
        .groups
        .iter()
        .filter_map(|row| {
            let within = community(&row.community)?;
            Some(Group {
                id: GroupId(keep_or_next(&old.groups, |g| g.name == row.name, |g| g.id.0, &mut next)),
                name: row.name.clone(),
                gateway: row.gateway.clone(),
                community: within,
                estate: row.estate.as_ref().and_then(|name| estate(name, Some(within))),
            })
        })
        .collect();
    let mut next = old.departments.iter().map(|d| d.id.0).max().unwrap_or(0);
    let departments: Vec<Department> = file
        .departments
        .iter()
        .map(|row| Department {
            id: DepartmentId(keep_or_next(&old.departments, |d| d.name == row.name, |d| d.id.0, &mut next)),
            name: row.name.clone(),
            aliases: row.aliases.clone(),
            contacts: row.contacts.iter().filter_map(person).collect(),
        })
        .collect();
    let routes = file
        .routes
        .iter()
        .filter_map(|row| {
            let within = row.community.as_deref().and_then(community);
            let reach = match (&row.estate, &row.building) {
                (Some(name), None) => Reach::Estate(estate(name, within)?),
                (Some(name), Some(building)) => Reach::Building(estate(name, within)?, building.clone()),
                (None, Some(_) | None) => within.map_or(Reach::Anywhere, Reach::Community),
            };
            Some(Route {
                reach,
                of: row.category.clone(),
                to: departments.iter().find(|d| d.name == row.org)?.id,
                from: row.from,
                until: row.until,
                why: row.why.clone(),
            })
        })
        .collect();
    let staff = file
        .people
        .iter()
        .filter(|row| row.role != Role::Resident)
        .filter_map(|row| {
            let (name, role, background) = (row.name.clone(), row.role, row.background);
            Some(StaffName { id: person(&row.key)?, name, role, background })
        })
        .collect();
    for row in &file.people {
        let Some(id) = person(&row.key) else { continue };
        let Some(mut stored) = rows::person(bench.connection, id)? else { continue };
        stored.community = row.community.as_deref().and_then(community);
        if let Some(home) = &row.home
            && let Some(estate) = estate(&home.estate, None)
        {
            let (building, unit, room) = (home.building.clone(), home.unit.clone(), home.room.clone());
            stored.home = Some(Home { estate, building, unit, room, confirmed: true });
        }
        bench.person(&stored)?;
    }
    let directory = Directory {
        communities,
        estates,
        grids,
        micro_grids,
        groups,
        departments,
        ladder: file.ladder.clone(),
        routes,
        subdistrict: file.subdistrict.iter().filter_map(person).collect(),
        catch_all: person(&file.catch_all),
        staff,
    };
    let before = load(bench.connection)?;
    let body = serde_json::to_string(&directory)?;
    bench.connection.execute(
        "INSERT INTO organisation (imported_at, body) VALUES (?1, ?2)",
        params![bench.now.millis(), body],
    )?;
    bench.record("organisation_imported", 0, "{}")?;
    let moved = follow_buildings(bench, &before, &directory)?;
    let mut tickets = 0;
    for row in &file.tickets {
        tickets += usize::from(import_ticket(bench, row, &directory, &people)?);
    }
    Ok(Imported {
        communities: directory.communities.len(),
        estates: directory.estates.len(),
        grids: directory.grids.len(),
        groups: directory.groups.len(),
        people: file.people.len(),
        moved,
        tickets,
    })
}

/// Estate, building where one was told, and how many.
pub type OpenByBuilding = Vec<(EstateId, Option<String>, u32)>;

/// Who works a building: its grid, that grid's worker, the head of its micro-grid.
type Working<G> = (G, Option<PersonId>, Option<PersonId>);

/// What becomes of a building's open tickets when others work it than before.
struct Handover {
    /// It is another grid's now, or its grid another worker's: all of them follow.
    regridded: bool,
    /// Who works it no more: what they have goes to the grid worker.
    gone: Vec<PersonId>,
}

impl Handover {
    fn between<G: PartialEq>(old: Working<G>, new: Working<G>) -> Option<Self> {
        let regridded = (&old.0, old.1) != (&new.0, new.1);
        let head = old.2.filter(|_| old.2 != new.2);
        let gone: Vec<PersonId> = old.1.filter(|_| regridded).into_iter().chain(head).collect();
        (regridded || !gone.is_empty()).then_some(Self { regridded, gone })
    }
}

/// Sets a timer, due now, for every open ticket of a building that others work than before: the move itself is each ticket's own
/// turn.
fn follow_buildings(bench: &mut Bench<'_>, before: &Directory, now: &Directory) -> Result<usize, StoreError> {
    let whose = |directory: &Directory, estate: EstateId, building: Option<&str>| {
        let grid = directory.grid_at(estate, building)?;
        let place = Place { estate: Some(estate), building: building.map(str::to_owned), ..Place::default() };
        Some((grid.id, Some(grid.worker), directory.micro_grid_at(&place).and_then(|micro| micro.head)))
    };
    let handover = |estate: &Estate, building: Option<&str>| {
        Handover::between(whose(before, estate.name.id, building)?, whose(now, estate.name.id, building)?)
    };
    let moved = open_where(bench.connection, &now.estates, handover)?;
    for (no, with_worker) in &moved {
        let timer = match with_worker {
            true => TimerKind::MovedWithWorker(*no),
            false => TimerKind::Moved(*no),
        };
        bench.apply(&Effect::Timer(bench.now, timer))?;
    }
    Ok(moved.len())
}

/// The same of a file that is not imported yet: how many open tickets would follow their buildings.
fn would_move(
    connection: &Connection,
    current: &Directory,
    file: &Organisation,
) -> Result<usize, StoreError> {
    let mut people = HashMap::new();
    let keys = file.grids.iter().map(|grid| &grid.worker);
    for key in keys.chain(file.micro_grids.iter().filter_map(|micro| micro.head.as_ref())) {
        people.insert(key.as_str(), person_by_key(connection, key)?);
    }
    let person = |key: &String| people.get(key.as_str()).copied().flatten();
    let handover = |estate: &Estate, building: Option<&str>| {
        let community = current.community(estate.community).map_or("", |c| c.name.as_str());
        let of_estate = |micro: &&MicroGridRow| {
            micro.community == community
                && micro.estate == estate.name.name
                && micro.buildings.iter().any(|one| Some(one.as_str()) == building)
        };
        let old = current.grid_at(estate.name.id, building)?;
        let new = grid_row_at(file, &estate.name.name, community, building)?;
        let at =
            Place { estate: Some(estate.name.id), building: building.map(str::to_owned), ..Place::default() };
        let old_head = current.micro_grid_at(&at).and_then(|micro| micro.head);
        let new_head = file.micro_grids.iter().find(of_estate).and_then(|micro| micro.head.as_ref());
        Handover::between(
            (old.name.as_str(), Some(old.worker), old_head),
            (new.name.as_str(), person(&new.worker), new_head.and_then(person)),
        )
    };
    Ok(open_where(connection, &current.estates, handover)?.len())
}

/// As [`Directory::grid_at`], by the names of a file.
fn grid_row_at<'f>(
    file: &'f Organisation,
    estate: &str,
    community: &str,
    building: Option<&str>,
) -> Option<&'f GridRow> {
    let covers = |row: &&GridRow, fits: &dyn Fn(&[String]) -> bool| {
        let of = row.covers.iter().filter(|cover| cover.estate == estate);
        row.community == community && of.clone().any(|cover| fits(&cover.buildings))
    };
    let named = |buildings: &[String]| building.is_some_and(|b| buildings.iter().any(|one| one == b));
    let rows = || file.grids.iter();
    rows()
        .find(|row| covers(row, &named))
        .or_else(|| rows().find(|row| covers(row, &<[String]>::is_empty)))
        .or_else(|| rows().find(|row| covers(row, &|_| true)))
}

/// How many tickets are open in each building of each estate; from the index alone.
pub(in crate::store) fn open_by_building(connection: &Connection) -> Result<OpenByBuilding, StoreError> {
    let mut counted = connection.prepare_cached(
        "SELECT estate, building, COUNT(*) FROM ticket WHERE open = 1 AND estate IS NOT NULL GROUP BY estate, building",
    )?;
    let rows = counted
        .query_map([], |row| Ok((EstateId(row.get(0)?), row.get::<_, Option<String>>(1)?, row.get(2)?)))?;
    rows.map(|row| row.map_err(StoreError::from)).collect()
}

/// The open tickets of these estates in buildings that change hands, and whether whoever has it worked the building and no longer
/// does.
fn open_where(
    connection: &Connection,
    estates: &[Estate],
    handover: impl Fn(&Estate, Option<&str>) -> Option<Handover>,
) -> Result<Vec<(TicketNo, bool)>, StoreError> {
    let mut found = vec![];
    for estate in estates {
        let mut buildings = connection.prepare_cached(
            "SELECT DISTINCT building FROM ticket WHERE open = 1 AND estate = ?1 ORDER BY building",
        )?;
        let buildings = buildings.query_map([estate.name.id.0], |row| row.get::<_, Option<String>>(0))?;
        for building in buildings.collect::<Result<Vec<_>, _>>()? {
            let Some(handover) = handover(estate, building.as_deref()) else { continue };
            let mut open = connection.prepare_cached(
                "SELECT no, owner FROM ticket WHERE open = 1 AND estate = ?1 AND building IS ?2 ORDER BY no",
            )?;
            let rows = open.query_map(params![estate.name.id.0, building], |row| {
                Ok((TicketNo::from_row(row.get(0)?), row.get::<_, Option<i64>>(1)?.map(PersonId)))
            })?;
            for row in rows {
                let (no, owner) = row?;
                let with_worker = owner.is_some_and(|owner| handover.gone.contains(&owner));
                if handover.regridded || with_worker {
                    found.push((no, with_worker));
                }
            }
        }
    }
    Ok(found)
}

fn import_people<'f>(
    bench: &mut Bench<'_>,
    file: &'f Organisation,
) -> Result<HashMap<&'f str, PersonId>, StoreError> {
    let mut people = HashMap::new();
    for row in &file.people {
        let known = person_by_key(bench.connection, &row.key)?;
        let id = match known {
            Some(id) => id,
            None => {
                bench.heads.person += 1;
                let id = PersonId(bench.heads.person);
                bench.connection.execute(
                    "INSERT INTO person_key (key, person) VALUES (?1, ?2)",
                    params![row.key, id.0],
                )?;
                id
            }
        };
        let stored = rows::person(bench.connection, id)?;
        let mut person = stored.unwrap_or_else(|| Person::newcomer(id, &row.name, None));
        person.name = row.name.as_str().into();
        person.role = row.role;
        if row.gateway.is_some() {
            person.gateway.clone_from(&row.gateway);
        }
        bench.person(&person)?;
        let ids = [(PUBLIC_ACCOUNT, &row.wechat), (BRIDGE, &row.gateway)];
        for (account, sender) in ids.into_iter().filter_map(|(a, s)| Some((a, s.as_ref()?))) {
            bench.connection.execute(
                "INSERT INTO identity (account, sender, person) VALUES (?1, ?2, ?3)
                 ON CONFLICT (sender, account) DO UPDATE SET person = excluded.person",
                params![account, sender, id.0],
            )?;
        }
        people.insert(row.key.as_str(), id);
    }
    Ok(people)
}

/// Opens a ticket of a demo world by the same events that chat would have caused; one that exists stays as it is.
fn import_ticket(
    bench: &mut Bench<'_>,
    row: &TicketRow,
    directory: &Directory,
    people: &HashMap<&str, PersonId>,
) -> Result<bool, StoreError> {
    // All four were checked when the file was read.
    let (Some(no), Ok(received), Ok(due), Some(reporter)) = (
        TicketNo::from_digits(row.no.trim_start_matches("LX")),
        Moment::parse(&row.received),
        Moment::parse(&row.due),
        people.get(row.reporter.as_str()).copied(),
    ) else {
        return Ok(false);
    };
    if rows::ticket(bench.connection, no)?.is_some() {
        return Ok(false);
    }
    let place = Place {
        estate: directory.estates.iter().find(|e| e.name.name == row.estate).map(|e| e.name.id),
        building: row.building.clone(),
        landmark: row.landmark.clone(),
        ..Place::default()
    };
    let grid = place.estate.and_then(|e| directory.grid_at(e, place.building.as_deref()));
    let filing = Filing {
        subcategory: row.subcategory.clone(),
        kind: RequestKind::Complaint,
        sphere: Sphere::Village,
        urgency: Urgency::Normal,
        hazard: None,
        lexicon: String::new(),
    };
    let owner = grid.map(|g| g.worker).or(directory.catch_all).unwrap_or(reporter);
    let verifier = directory.community_at(&place).and_then(|c| c.staff.first().copied()).unwrap_or(reporter);
    let mut events = vec![
        (
            reporter,
            TicketEvent::Reported {
                reporter,
                on_behalf: false,
                group: None,
                text: row.text.as_str().into(),
                filing,
                place,
                private: false,
            },
        ),
        (reporter, TicketEvent::Accepted { grid: grid.map(|g| g.id), due: Some(due) }),
        (reporter, TicketEvent::Dispatched { owner }),
    ];
    for _ in 0..row.co_signers {
        bench.heads.person += 1;
        let neighbour = PersonId(bench.heads.person);
        bench.person(&Person::newcomer(neighbour, "", None))?;
        events.push((neighbour, TicketEvent::CoSigned { by: neighbour, confirmed: true }));
    }
    if row.state != TicketState::Dispatched {
        events.push((owner, TicketEvent::SignedFor));
    }
    if row.state == TicketState::PendingConfirm {
        events.push((owner, TicketEvent::Done { note: Words::default() }));
        events.push((verifier, TicketEvent::Verified { passed: true, note: Words::default() }));
    }
    let now = bench.now;
    let Some(mut ticket) = Ticket::open(no, received, &events[0].1) else { return Ok(false) };
    for (actor, event) in &events[1..] {
        // The events above follow the state machine; a file cannot make them do otherwise.
        let _ = ticket.apply(received, *actor, event);
    }
    bench.now = received;
    let applied = bench.apply(&Effect::Ticket { after: Box::new(ticket), events });
    bench.now = now;
    applied.map(|()| true)
}
