//! 组织: communities with their grids and buildings, people by post, departments, groups; and what is missing in it.

use std::{collections::BTreeMap, sync::Arc};

use axum::{Extension, extract::State, http::StatusCode, response::Response};
use minijinja::{Value, context};

use super::{
    super::{Console, guard::Signed, page::Notice},
    ORGANISATION,
};
use crate::{
    domain::{
        account::Right,
        directory::{Community, Directory, Estate, Grid, GridId, MicroGrid},
        person::{Background, PersonId, Role},
        route::{Reach, Route},
    },
    store::organisation::{OpenByBuilding, TableKind},
};

pub(super) async fn show(
    State(console): State<Arc<Console>>,
    Extension(signed): Extension<Signed>,
) -> Response {
    console.organisation(&signed, StatusCode::OK, None).await
}

impl Console {
    pub(super) async fn organisation(
        &self,
        signed: &Signed,
        status: StatusCode,
        notice: Option<Notice>,
    ) -> Response {
        let directory = self.app.ledgers.directory();
        let open = match self.app.store.open_by_building().await {
            Ok(open) => load(&open, &directory),
            Err(error) => return self.pages.fault(&error),
        };
        let communities: Vec<Value> =
            directory.communities.iter().map(|one| community(one, &directory, &open)).collect();
        let posts: Vec<Value> = Role::ALL
            .iter()
            .filter(|role| **role != Role::Resident)
            .map(|role| {
                let held = directory.staff.iter().filter(|staff| staff.role == *role);
                let backgrounds = Background::ALL.iter().map(|of| {
                    (of.code(), held.clone().filter(|staff| staff.background == Some(*of)).count())
                });
                let backgrounds: Vec<Value> = backgrounds
                    .filter(|(_, count)| *count > 0)
                    .map(|(code, count)| context! { code, count })
                    .collect();
                context! {
                    code => role.code(), backgrounds,
                    names => held.map(|staff| staff.name.clone()).collect::<Vec<_>>(),
                }
            })
            .collect();
        let departments: Vec<Value> = directory
        .departments
        .iter()
        .map(|one| {
            context! { name => one.name.as_str(), aliases => one.aliases.clone(), contacts => names(&one.contacts, &directory) }
        })
        .collect();
        let columns = |kind| {
            let columns = self.app.table_words.columns_of(kind).into_iter();
            columns.map(|(name, needed)| context! { name => name.to_owned(), needed }).collect::<Vec<_>>()
        };
        let values = context! {
            notice, may => signed.account.post.may(Right::ManageOrganisation),
            people_columns => columns(TableKind::People), building_columns => columns(TableKind::Buildings),
            route_columns => columns(TableKind::Routes), routes => self.routes(&directory),
            role_names => self.app.table_words.role_names(),
            communities, posts, departments, estates => directory.estates.len(), grids => directory.grids.len(),
            staff => directory.staff.len(), subdistrict => names(&directory.subdistrict, &directory),
            catch_all => directory.catch_all.map(|person| directory.staff_name(person).to_owned()),
        };
        self.page(status, signed, ORGANISATION, "office/organisation.html", values)
    }
}

impl Console {
    /// 派单表 in words, each row with whether it counts today.
    fn routes(&self, directory: &Directory) -> Vec<Value> {
        let taxonomy = &self.app.store.standing().taxonomy;
        let today = self.app.clock.now().date();
        let community = |id| directory.community(id).map_or("", |c| c.name.as_str());
        let estate = |id| directory.estate(id).map_or("", |e| e.name.name.as_str());
        let row = |route: &Route| {
            let (place, building) = match &route.reach {
                Reach::Anywhere => ("", ""),
                Reach::Community(id) => (community(*id), ""),
                Reach::Estate(id) => (estate(*id), ""),
                Reach::Building(id, building) => (estate(*id), building.as_str()),
            };
            let of = route.of.as_ref().map(|code| taxonomy.get(code).map_or(code.as_str(), |sub| &sub.name));
            let state = match (route.in_force(today), route.from.is_some_and(|from| today < from)) {
                (true, _) => "now",
                (false, true) => "later",
                (false, false) => "over",
            };
            context! {
                place, building, of, state, why => route.why.as_str(),
                to => directory.department(route.to).map(|d| d.name.as_str()),
                from => route.from.map(|day| day.to_string()), until => route.until.map(|day| day.to_string()),
            }
        };
        directory.routes.iter().map(row).collect()
    }
}

fn names(people: &[PersonId], directory: &Directory) -> Vec<String> {
    people.iter().map(|person| directory.staff_name(*person).to_owned()).collect()
}

fn name(person: Option<PersonId>, directory: &Directory) -> Option<String> {
    person.map(|person| directory.staff_name(person).to_owned())
}

/// Open tickets of each grid: those of its buildings.
fn load(open: &OpenByBuilding, directory: &Directory) -> BTreeMap<GridId, u32> {
    let mut load = BTreeMap::new();
    for (estate, building, count) in open {
        if let Some(grid) = directory.grid_at(*estate, building.as_deref()) {
            *load.entry(grid.id).or_default() += count;
        }
    }
    load
}

fn community(one: &Community, directory: &Directory, load: &BTreeMap<GridId, u32>) -> Value {
    let estate = |estate: &Estate| {
        let covered = directory.grids.iter().any(|g| g.covers.iter().any(|(id, _)| *id == estate.name.id));
        context! {
            name => estate.name.name.as_str(), aliases => estate.name.aliases.clone(), property => name(estate.property, directory),
            covered,
        }
    };
    let grid = |grid: &Grid| {
        let covers = grid.covers.iter().map(|(id, buildings)| {
            let estate = directory.estate(*id).map_or("", |estate| estate.name.name.as_str());
            context! { estate, buildings => buildings.clone() }
        });
        context! {
            name => grid.name.as_str(), worker => directory.staff_name(grid.worker), covers => covers.collect::<Vec<_>>(),
            secretary => name(grid.secretary, directory), households => grid.households,
            open => load.get(&grid.id).copied().unwrap_or(0),
        }
    };
    let here = |micro: &&MicroGrid| directory.estate(micro.estate).is_some_and(|e| e.community == one.id);
    let micro_grids = directory.micro_grids.iter().filter(here).map(|micro| {
        let estate = directory.estate(micro.estate).map_or("", |estate| estate.name.name.as_str());
        context! {
            name => micro.name.as_str(), estate, buildings => micro.buildings.clone(),
            head => name(micro.head, directory), leader => name(micro.leader, directory),
        }
    });
    let estates = directory.estates.iter().filter(|e| e.community == one.id).map(estate);
    let grids = directory.grids.iter().filter(|g| g.community == one.id).map(grid);
    let groups = directory.groups_of(one.id).map(|group| {
        context! { name => group.name.as_str(), gateway => group.gateway.is_some() }
    });
    context! {
        id => one.id.0, name => one.name.as_str(), staff => names(&one.staff, directory),
        mediator => name(one.mediator, directory), safety_officer => name(one.safety_officer, directory),
        housing_office => name(one.housing_office, directory), estates => estates.collect::<Vec<_>>(),
        secretary => name(one.secretary, directory), liaison => name(one.liaison, directory),
        micro_grids => micro_grids.collect::<Vec<_>>(), grids => grids.collect::<Vec<_>>(), groups => groups.collect::<Vec<_>>(),
    }
}
