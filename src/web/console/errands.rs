//! 办事: whoever is signed in and bound to a person says a line as they would by chat, and reads the answer. The line is a
//! turn like any other, so who may do what, the history and the notices are the same; nothing is decided here.

use std::sync::Arc;

use axum::{
    Extension, Form,
    extract::{Query, State},
    http::StatusCode,
    response::Response,
    routing::{get, post},
};
use minijinja::context;
use serde::Deserialize;

use super::{Access, Console, Method, Route, guard::Signed};
use crate::{
    app::random,
    domain::{
        message::{CONSOLE, Content, Inbound, MessageKey},
        person::{Person, Role},
    },
    store::StoreError,
};

pub(super) const PATH: &str = "/console/errands";

/// Characters of one line; a chat message is not longer.
pub(super) const LINE: usize = 2000;

#[rustfmt::skip]
pub(super) const ROUTES: &[Route] = &[
    Route { method: Method::Get, path: PATH, access: Access::SignedIn, handler: || get(show) },
    Route { method: Method::Post, path: PATH, access: Access::SignedIn, handler: || post(say) },
];

#[derive(Deserialize)]
struct Begun {
    /// What the line begins with: a command and a ticket's number, from its page.
    #[serde(default)]
    line: String,
}

#[derive(Deserialize)]
struct Said {
    /// The same for every sending of one form, so that a second click does nothing twice.
    #[serde(default)]
    once: String,
    #[serde(default)]
    line: String,
}

async fn show(
    State(console): State<Arc<Console>>,
    Extension(signed): Extension<Signed>,
    Query(begun): Query<Begun>,
) -> Response {
    console.errands(&signed, "", &begun.line, None).await
}

async fn say(
    State(console): State<Arc<Console>>,
    Extension(signed): Extension<Signed>,
    Form(said): Form<Said>,
) -> Response {
    let line: String = said.line.trim().chars().take(LINE).collect();
    let bound = console.person(&signed).await;
    // An account that is nobody's yet may only say whose it is; it is not a resident's telephone.
    let binds = console.app.lexicon().commands().parse(&line).is_some_and(|command| command.binds());
    let answer = match bound {
        Ok(None) if !binds => Ok(None),
        Ok(_) => console.said(&signed, &said.once, &line).await.map(Some),
        Err(error) => Err(error),
    };
    match answer {
        Ok(reply) => {
            // What was not taken is not lost either.
            let again = if reply.is_none() { line.as_str() } else { "" };
            console.errands(&signed, &line, again, reply).await
        }
        Err(error) => console.pages.fault(&error),
    }
}

impl Console {
    /// Whose account this is; `None` until it is bound.
    pub(super) async fn person(&self, signed: &Signed) -> Result<Option<Person>, StoreError> {
        let sender = signed.account.id.0.to_string();
        let person = self.app.store.person_at(CONSOLE.to_owned(), sender).await?;
        Ok(person.filter(|person| person.role != Role::Resident))
    }

    /// What somebody at work is called.
    pub(super) fn name_of(&self, person: &Person) -> String {
        self.app.store.directory().borrow().staff_name(person.id).to_owned()
    }

    /// Says a line as by chat; `once` is the same for every sending of one form.
    pub(super) async fn said(&self, signed: &Signed, once: &str, line: &str) -> Result<String, StoreError> {
        let key = MessageKey {
            account: CONSOLE.to_owned(),
            sender: signed.account.id.0.to_string(),
            // A form is sent again with the same key, whenever that is.
            create_time: 0,
            id: once.chars().take(64).collect(),
        };
        let inbound = Inbound { key, group: None, addressed: true, content: Content::Text(line.to_owned()) };
        Ok(self.app.hear(inbound, "").await?.reply)
    }

    async fn errands(&self, signed: &Signed, said: &str, line: &str, reply: Option<String>) -> Response {
        let bound = match self.person(signed).await {
            Ok(person) => person.map(|person| self.name_of(&person)),
            Err(error) => return self.pages.fault(&error),
        };
        let reply: Option<Vec<String>> = reply.map(|reply| reply.lines().map(str::to_owned).collect());
        let values = context! { bound, said, line, reply, once => once() };
        self.page(StatusCode::OK, signed, PATH, "errands.html", values)
    }
}

/// What makes one form one: every sending of it is the same delivery.
pub(super) fn once() -> String {
    random::<16>().iter().map(|byte| format!("{byte:02x}")).collect()
}
