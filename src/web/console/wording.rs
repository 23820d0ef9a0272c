//! The console's words that go with data: names of posts, rights and kinds, and why something is refused. Loaded from
//! `dictionaries/console.toml` and checked against the names in the code; whole sentences of pages are in templates.

use std::collections::BTreeMap;

use minijinja::{Value, context};
use serde::Deserialize;

use super::{MENU, dictionary};
use crate::{
    domain::{
        account::{AuditKind, Post, Refusal, Right},
        category::{Act, Urgency},
        decide::{Asks, moves},
        fund::ExpenseState,
        person::{Background, Role},
        problem::{Problem, line_of},
    },
    store::organisation::RowFault,
};

const SHIPPED: (&str, &str) = ("console.toml", include_str!("../../../dictionaries/console.toml"));

type Table = BTreeMap<String, String>;

/// The wordings.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wording {
    pages: Table,
    roles: Table,
    backgrounds: Table,
    row_faults: Table,
    posts: Table,
    rights: Table,
    audit: Table,
    events: Table,
    moves: Table,
    move_asks: Table,
    refusals: Table,
    hindrances: Table,
    acts: Table,
    urgencies: Table,
    via: Table,
    done: Table,
    expenses: Table,
}

impl Wording {
    /// The shipped ones; every name without its words.
    pub fn load() -> Result<Self, Vec<Problem>> {
        let words: Self = toml::from_str(SHIPPED.1).map_err(|error| {
            let line = error.span().map_or(0, |span| line_of(SHIPPED.1, span.start));
            vec![Problem::new(SHIPPED.0, line, error.message())]
        })?;
        let problems = words.missing();
        if problems.is_empty() { Ok(words) } else { Err(problems) }
    }

    /// Why something is refused.
    pub fn refusal(&self, refusal: Refusal) -> &str {
        self.refusals.get(refusal.code()).map_or(refusal.code(), String::as_str)
    }

    /// Why a change of the dictionaries was not made.
    pub(super) fn hindrance<'w>(&'w self, code: &'w str) -> &'w str {
        self.hindrances.get(code).map_or(code, String::as_str)
    }

    /// What was done; nothing for what nobody can have done.
    pub(super) fn done(&self, code: &str) -> Option<&str> {
        self.done.get(code).map(String::as_str)
    }

    /// For the templates.
    pub(super) fn value(&self) -> Value {
        let table = |words: &Table| Value::from_pairs(words.clone());
        context! {
            pages => table(&self.pages),
            roles => table(&self.roles),
            backgrounds => table(&self.backgrounds),
            row_faults => table(&self.row_faults),
            posts => table(&self.posts),
            rights => table(&self.rights),
            audit => table(&self.audit),
            events => table(&self.events),
            expenses => table(&self.expenses),
            moves => table(&self.moves),
            move_asks => table(&self.move_asks),
            acts => table(&self.acts),
            urgencies => table(&self.urgencies),
            via => table(&self.via),
        }
    }

    fn missing(&self) -> Vec<Problem> {
        let pages = MENU.iter().chain(dictionary::SECTIONS);
        let at_work = Role::ALL.iter().filter(|role| **role != Role::Resident);
        let worded = |asks: Asks| !matches!(asks, Asks::Nothing | Asks::OneOf);
        let expenses = ExpenseState::ALL.iter().map(|state| state.code());
        let names: [(&str, &Table, Vec<&str>); 15] = [
            ("pages", &self.pages, pages.map(|entry| entry.name).collect()),
            ("acts", &self.acts, Act::ALL.iter().map(|act| act.code()).collect()),
            ("urgencies", &self.urgencies, Urgency::ALL.iter().map(|urgency| urgency.code()).collect()),
            ("via", &self.via, dictionary::VIAS.to_vec()),
            ("hindrances", &self.hindrances, dictionary::Obstacle::ALL.iter().map(|o| o.code()).collect()),
            ("moves", &self.moves, moves().map(|(kind, _)| kind.code()).collect()),
            (
                "move_asks",
                &self.move_asks,
                moves().filter(|(_, asks)| worded(*asks)).map(|(kind, _)| kind.code()).collect(),
            ),
            ("expenses", &self.expenses, expenses.chain(["expense_reversed"]).collect()),
            ("roles", &self.roles, at_work.map(|role| role.code()).collect()),
            ("backgrounds", &self.backgrounds, Background::ALL.iter().map(|one| one.code()).collect()),
            ("row_faults", &self.row_faults, RowFault::ALL.iter().map(|fault| fault.code()).collect()),
            ("posts", &self.posts, Post::ALL.iter().map(|post| post.code()).collect()),
            ("rights", &self.rights, Right::ALL.iter().map(|right| right.code()).collect()),
            ("audit", &self.audit, AuditKind::ALL.iter().map(|kind| kind.code()).collect()),
            ("refusals", &self.refusals, Refusal::ALL.iter().map(|refusal| refusal.code()).collect()),
        ];
        names
            .into_iter()
            .flat_map(|(section, table, codes)| {
                let absent = codes.into_iter().filter(|code| !table.contains_key(*code));
                absent.map(move |code| {
                    Problem::new(SHIPPED.0, 0, format!("{code} is missing from [{section}]"))
                })
            })
            .collect()
    }
}
