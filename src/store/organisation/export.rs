//! The organisation as it is stored, as the file that would make it: what tables are laid over. Residents, their homes and
//! ids are not in it; an import without them leaves them as they are.

use std::collections::HashMap;

use rusqlite::Connection;

use super::{
    CommunityRow, Cover, DepartmentRow, EstateRow, GridRow, GroupRow, Organisation, PersonRow, load,
};
use crate::{
    domain::{directory::CommunityId, person::PersonId, place::EstateId},
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
                grid_fund: Some(c.grid_fund),
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
                    covers: g.covers.iter().filter_map(cover).collect(),
                })
            })
            .collect(),
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

/// Counts the imports; moves whenever the organisation does.
pub(in crate::store) fn version(connection: &Connection) -> Result<i64, StoreError> {
    let sql = "SELECT coalesce(max(version), 0) FROM organisation";
    Ok(connection.query_row(sql, [], |row| row.get(0))?)
}
