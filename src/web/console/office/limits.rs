//! 时限: every limit that the service counts by, with where its figure comes from.

use std::sync::Arc;

use axum::{Extension, extract::State, http::StatusCode, response::Response};
use minijinja::{Value, context};

use super::{
    super::{Console, guard::Signed},
    LIMITS,
};
use crate::domain::{
    category::{Category, Limit, SubCategory, SubCode, Taxonomy, Urgency},
    limits::{Limits, Row, Rule},
    whistle::{PROPERTY_DONE_LIMIT, PROPERTY_REPORT_LIMIT, WhistleCause},
};

pub(super) async fn show(
    State(console): State<Arc<Console>>,
    Extension(signed): Extension<Signed>,
) -> Response {
    let standing = console.app.store.standing();
    let (taxonomy, limits) = (&standing.taxonomy, &standing.limits);
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
    let profile = context! {
        code => limits.code.as_str(), name => limits.name.as_str(), source => limits.source.as_str(),
        note => limits.note.as_str(), silent => limits.silent.as_str(),
    };
    let values = context! {
        profile, categories, whistles, property, codes => Limits::codes().collect::<Vec<_>>(),
        rows => limits.rows.iter().map(|row| own(&console, taxonomy, row)).collect::<Vec<_>>(),
        general => general(limits),
        whistle => context! { report => limits.whistle.report.as_str(), done => limits.whistle.done.as_str() },
    };
    console.page(StatusCode::OK, &signed, LIMITS, "office/limits.html", values)
}

/// A rule of the chosen profile.
fn own(console: &Console, taxonomy: &Taxonomy, row: &Row) -> Value {
    let name = |of: &SubCode| taxonomy.get(of).map_or(of.as_str(), |sub| &sub.name).to_owned();
    let words = console.app.ledgers.words();
    context! {
        name => row.rule.name.as_str(), limit => told(row.rule.limit), source => row.rule.source.as_str(),
        of => row.of.iter().map(name).collect::<Vec<_>>(),
        kinds => row.kinds.iter().map(|kind| words.kind(*kind).to_owned()).collect::<Vec<_>>(),
        hurry => row.urgency.contains(&Urgency::Urgent),
    }
}

/// What is for every category: each rule with the code that its sentence goes by.
fn general(limits: &Limits) -> Vec<Value> {
    let row = |code: &str, rule: &Rule| {
        context! {
            code, name => rule.name.as_str(), limit => told(rule.limit), source => rule.source.as_str(),
        }
    };
    let always = [("emergency", &limits.emergency), ("urgent", &limits.urgent), ("hold", &limits.hold)];
    let steps = [("dispatch", &limits.dispatch), ("sign_for", &limits.sign_for)];
    let steps = steps.iter().filter_map(|(code, rule)| Some(row(code, rule.as_ref()?)));
    always.iter().map(|(code, rule)| row(code, rule)).chain(steps).collect()
}

/// A limit for templates: how many of which unit.
pub(super) fn told(limit: Limit) -> Value {
    context! { amount => limit.amount, unit => limit.unit.code() }
}
