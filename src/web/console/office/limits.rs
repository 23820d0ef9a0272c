//! 时限: every limit that the service counts by, with where its figure comes from.

use std::sync::Arc;

use axum::{Extension, extract::State, http::StatusCode, response::Response};
use minijinja::{Value, context};

use super::{
    super::{Console, guard::Signed},
    LIMITS,
};
use crate::domain::{
    category::{Category, Limit, SubCategory},
    decide::{EMERGENCY_LIMIT, URGENT_LIMIT},
    whistle::{PROPERTY_DONE_LIMIT, PROPERTY_REPORT_LIMIT, WhistleCause},
};

pub(super) async fn show(
    State(console): State<Arc<Console>>,
    Extension(signed): Extension<Signed>,
) -> Response {
    let taxonomy = &console.app.store.standing().taxonomy;
    let row = |sub: &SubCategory| {
        context! {
            name => sub.name.as_str(), limit => told(sub.limit), source => sub.limit_source.as_str(),
            look => sub.first_look.map(told), own => sub.code.as_str() == sub.code.category().code(),
        }
    };
    let categories: Vec<Value> = Category::ALL
        .iter()
        .map(|category| {
            let of = taxonomy.subs.values().filter(|sub| sub.code.category() == *category);
            let name = taxonomy.subs.get(category.code()).map_or(category.code(), |sub| &sub.name);
            context! { code => category.code(), name, rows => of.map(row).collect::<Vec<_>>() }
        })
        .collect();
    let whistles: Vec<Value> = WhistleCause::ALL
        .iter()
        .map(|cause| {
            context! { code => cause.code(), report => told(cause.report_limit()), done => told(cause.done_limit()) }
        })
        .collect();
    let property = context! { report => told(PROPERTY_REPORT_LIMIT), done => told(PROPERTY_DONE_LIMIT) };
    let values = context! { property, categories, whistles, emergency => told(EMERGENCY_LIMIT), urgent => told(URGENT_LIMIT) };
    console.page(StatusCode::OK, &signed, LIMITS, "office/limits.html", values)
}

/// A limit for templates: how many of which unit.
fn told(limit: Limit) -> Value {
    context! { amount => limit.amount, unit => limit.unit.code() }
}
