//! 清单: what property companies, departments and communities offer, and how each item stands. It is entered by chat.

use std::sync::Arc;

use axum::{Extension, extract::State, http::StatusCode, response::Response};
use minijinja::{Value, context};

use super::{
    super::{Console, guard::Signed},
    LISTS,
    limits::told,
};
use crate::{
    app::ledger::LedgerError,
    domain::{
        category::{SubCode, Taxonomy},
        directory::Directory,
        listing::{Listing, Offer, Provider},
        moment::Date,
        words::masked,
    },
};

pub(super) async fn show(
    State(console): State<Arc<Console>>,
    Extension(signed): Extension<Signed>,
) -> Response {
    console.seen(console.lists(&signed).await)
}

impl Console {
    async fn lists(&self, signed: &Signed) -> Result<Response, LedgerError> {
        let store = &self.app.store;
        let listings = store.listings().await?;
        let (directory, today) = (self.app.ledgers.directory(), self.app.ledgers.now().date());
        let taxonomy = &store.standing().taxonomy;
        let rows = |services: bool| -> Vec<Value> {
            let of_list = listings.iter().filter(|one| one.terms.limit().is_some() == services);
            of_list.map(|one| item(one, &directory, taxonomy, today)).collect()
        };
        let lists = [
            context! { services => true, rows => rows(true) },
            context! { services => false, rows => rows(false) },
        ];
        Ok(self.page(StatusCode::OK, signed, LISTS, "office/lists.html", context! { lists }))
    }
}

/// One item as it stands.
fn item(one: &Listing, directory: &Directory, taxonomy: &Taxonomy, today: Date) -> Value {
    let (limit, count) = match &one.terms.offer {
        Offer::Service { limit } => (Some(told(*limit)), None),
        Offer::Resource { count, unit, spot } => {
            (None, Some(context! { count, unit => unit.as_str(), spot => spot.as_str() }))
        }
    };
    let name = |code: &SubCode| taxonomy.get(code).map_or(code.as_str(), |sub| &sub.name).to_owned();
    let provider = match one.provider {
        Provider::Property(_) => None,
        Provider::Department(id) => Some(directory.department(id).map_or("", |d| d.name.as_str())),
        Provider::Community(id) => Some(directory.community(id).map_or("", |c| c.name.as_str())),
    };
    let state = match &one.withdrawn {
        Some(_) => "withdrawn",
        None if one.is_over_on(today) => "over",
        None if one.is_offered_on(today) => "offered",
        None => "later",
    };
    let withdrawn = one.withdrawn.as_ref();
    context! {
        id => one.id.to_string(), name => one.terms.name.as_str(), provider, state, version => one.version,
        community => directory.community(one.community).map_or("", |c| c.name.as_str()),
        estate => one.estate.and_then(|id| directory.estate(id)).map(|e| e.name.name.as_str()),
        of => one.terms.of.iter().map(name).collect::<Vec<_>>(), limit, count,
        from => one.terms.from.map(|day| day.to_string()), until => one.terms.until.map(|day| day.to_string()),
        listed => one.listed_at.date().to_string(),
        withdrawn => withdrawn.map(|w| context! { at => w.at.date().to_string(), why => masked(w.reason.as_str()) }),
    }
}
