//! The organisation as it is stored, as the file that would make it: what tables are laid over. Residents, their homes and
//! ids are not in it; an import without them leaves them as they are.

use std::collections::HashMap;

use rusqlite::Connection;

use super::{
    CommunityRow, Cover, DepartmentRow, EstateRow, GridRow, GroupRow, MicroGridRow, Organisation, PersonRow,
    RouteRow, load,
};
use crate::{
    domain::{
        directory::{CommunityId, Directory},
        person::PersonId,
        place::EstateId,
        route::{Reach, Route},
    },
    store::{StoreError, rows},
};

/// The file, and the version of the organisation that it tells; `None` before the first import.
pub(in crate::store) fn current(connection: &Connection) -> Result<Option<(Organisation, i64)>, StoreError> {
    let version = version(connection)?;
    let directory = load(connection)?;
    let mut keys: HashMap<PersonId, String> = HashMap::new();
    let mut statement = connection.prepare("SELECT person, key FROM person_key ORDER BY key")?;
    for row in statement.query_map([], |r| Ok((PersonId(r.get(0)?), r.get(1)?)))? {
        let (person, key) = row?;
        keys.entry(person).or_insert(key);
    }
    let key = |person: PersonId| keys.get(&person).cloned();
    let Some(catch_all) = directory.catch_all.and_then(key) else { return Ok(None) };
    let all = |people: &[PersonId]| people.iter().copied().filter_map(key).collect::<Vec<_>>();
    let community = |id: CommunityId| directory.community(id).map_or(String::new(), |c| c.name.clone());
    let estate = |id: EstateId| directory.estate(id).map(|e| e.name.name.clone());
    let mut people = vec![];
    for staff in &directory.staff {
        let (Some(key), Some(person)) = (key(staff.id), rows::person(connection, staff.id)?) else {
            continue;
        };
        people.push(PersonRow {
            key,
            name: staff.name.clone(),
            role: staff.role,
            community: person.community.map(community),
            background: staff.background,
            wechat: None,
            gateway: None,
            home: None,
            phone: None,
        });
    }
    let organisation = Organisation {
        clock: None,
        catch_all,
        subdistrict: all(&directory.subdistrict),
        ladder: directory.ladder.clone(),
        departments: directory
            .departments
            .iter()
            .map(|d| DepartmentRow {
                name: d.name.clone(),
                aliases: d.aliases.clone(),
                contacts: all(&d.contacts),
            })
            .collect(),
        communities: directory
            .communities
            .iter()
            .map(|c| CommunityRow {
                name: c.name.clone(),
                staff: all(&c.staff),
                party_members: all(&c.party_members),
                mediator: c.mediator.and_then(key),
                safety_officer: c.safety_officer.and_then(key),
                housing_office: c.housing_office.and_then(key),
                secretary: c.secretary.and_then(key),
                liaison: c.liaison.and_then(key),
                grid_fund: Some(c.grid_fund),
                ladder: c.ladder.clone(),
            })
            .collect(),
        estates: directory
            .estates
            .iter()
            .map(|e| EstateRow {
                name: e.name.name.clone(),
                aliases: e.name.aliases.clone(),
                community: community(e.community),
                property: e.property.and_then(key),
                point: e.point,
            })
            .collect(),
        grids: directory
            .grids
            .iter()
            .filter_map(|g| {
                let cover = |(id, buildings): &(EstateId, Vec<String>)| {
                    Some(Cover { estate: estate(*id)?, buildings: buildings.clone() })
                };
                Some(GridRow {
                    name: g.name.clone(),
                    community: community(g.community),
                    worker: key(g.worker)?,
                    secretary: g.secretary.and_then(key),
                    households: g.households,
                    covers: g.covers.iter().filter_map(cover).collect(),
                })
            })
            .collect(),
        micro_grids: directory
            .micro_grids
            .iter()
            .filter_map(|m| {
                let of = directory.estate(m.estate)?;
                Some(MicroGridRow {
                    name: m.name.clone(),
                    community: community(of.community),
                    estate: of.name.name.clone(),
                    buildings: m.buildings.clone(),
                    head: m.head.and_then(key),
                    leader: m.leader.and_then(key),
                })
            })
            .collect(),
        routes: directory.routes.iter().filter_map(|route| route_row(&directory, route)).collect(),
        groups: directory
            .groups
            .iter()
            .map(|g| GroupRow {
                name: g.name.clone(),
                gateway: g.gateway.clone(),
                community: community(g.community),
                estate: g.estate.and_then(estate),
            })
            .collect(),
        people,
        tickets: vec![],
    };
    Ok(Some((organisation, version)))
}

fn route_row(directory: &Directory, route: &Route) -> Option<RouteRow> {
    let community = |id: CommunityId| directory.community(id).map(|c| c.name.clone());
    let estate = |id: EstateId| directory.estate(id).map(|e| (community(e.community), e.name.name.clone()));
    let (community, estate, building) = match &route.reach {
        Reach::Anywhere => (None, None, None),
        Reach::Community(id) => (Some(community(*id)?), None, None),
        Reach::Estate(id) => estate(*id).map(|(community, name)| (community, Some(name), None))?,
        Reach::Building(id, building) => {
            estate(*id).map(|(community, name)| (community, Some(name), Some(building.clone())))?
        }
    };
    Some(RouteRow {
        category: route.of.clone(),
        community,
        estate,
        building,
        org: directory.department(route.to)?.name.clone(),
        from: route.from,
        until: route.until,
        why: route.why.clone(),
    })
}

/// Counts the imports; moves whenever the organisation does.
pub(in crate::store) fn version(connection: &Connection) -> Result<i64, StoreError> {
    let sql = "SELECT coalesce(max(version), 0) FROM organisation";
    Ok(connection.query_row(sql, [], |row| row.get(0))?)
}
