//! Pages made from templates and wordings, both shipped in the program and checked when it starts. What people typed
//! is escaped, isolated, and stripped of its invisible characters here and nowhere else.

use std::{error::Error, fmt::Write};

use axum::{
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use minijinja::{Environment, HtmlEscape, UndefinedBehavior, Value, context};

use super::{Console, Entry, MENU, dictionary::Obstacle, guard::Signed, wording::Wording};
use crate::{
    app::accounts::Key,
    domain::{
        account::{Refusal, is_hidden},
        problem::{Problem, chain},
    },
};

const TEMPLATES: &[(&str, &str)] = &[
    ("layout.html", include_str!("layout.html")),
    ("plain.html", include_str!("plain.html")),
    ("login.html", include_str!("login.html")),
    ("trouble.html", include_str!("trouble.html")),
    ("home.html", include_str!("home.html")),
    ("errands.html", include_str!("errands.html")),
    ("password.html", include_str!("password.html")),
    ("accounts.html", include_str!("accounts.html")),
    ("account.html", include_str!("account.html")),
    ("audit.html", include_str!("audit.html")),
    ("ledger/parts.html", include_str!("ledger/parts.html")),
    ("ledger/overview.html", include_str!("ledger/overview.html")),
    ("ledger/ledger.html", include_str!("ledger/ledger.html")),
    ("ledger/ticket.html", include_str!("ledger/ticket.html")),
    ("ledger/weekly.html", include_str!("ledger/weekly.html")),
    ("ledger/agenda.html", include_str!("ledger/agenda.html")),
    ("ledger/slip.html", include_str!("ledger/slip.html")),
    ("ledger/search.html", include_str!("ledger/search.html")),
    ("office/organisation.html", include_str!("office/organisation.html")),
    ("office/import.html", include_str!("office/import.html")),
    ("office/calendar.html", include_str!("office/calendar.html")),
    ("office/limits.html", include_str!("office/limits.html")),
    ("office/lists.html", include_str!("office/lists.html")),
    ("dictionary/base.html", include_str!("dictionary/base.html")),
    ("dictionary/parts.html", include_str!("dictionary/parts.html")),
    ("dictionary/terms.html", include_str!("dictionary/terms.html")),
    ("dictionary/edit.html", include_str!("dictionary/edit.html")),
    ("dictionary/put.html", include_str!("dictionary/put.html")),
    ("dictionary/try.html", include_str!("dictionary/try.html")),
    ("dictionary/draft.html", include_str!("dictionary/draft.html")),
    ("dictionary/dry_run.html", include_str!("dictionary/dry_run.html")),
    ("dictionary/versions.html", include_str!("dictionary/versions.html")),
    ("dictionary/version.html", include_str!("dictionary/version.html")),
    ("dictionary/golden.html", include_str!("dictionary/golden.html")),
    ("dictionary/suggestions.html", include_str!("dictionary/suggestions.html")),
    ("dictionary/places.html", include_str!("dictionary/places.html")),
    ("dictionary/text.html", include_str!("dictionary/text.html")),
    ("dictionary/why.html", include_str!("dictionary/why.html")),
];

/// Why there is only this page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Trouble {
    /// A change that did not come from our own page.
    Forged,
    /// This post has not the right.
    NotYours,
    /// No such page.
    Nowhere,
    /// A form or an address that no page of ours makes.
    Unreadable,
    /// Something of ours failed.
    Failed,
}

impl Trouble {
    const fn code(self) -> &'static str {
        match self {
            Self::Forged => "forged",
            Self::NotYours => "not_yours",
            Self::Nowhere => "nowhere",
            Self::Unreadable => "unreadable",
            Self::Failed => "failed",
        }
    }
}

/// A line above a page: what was done, or why not.
#[derive(Debug, Clone)]
pub(super) struct Notice {
    good: bool,
    text: String,
}

impl Notice {
    /// A line that says what is wrong.
    pub(super) fn bad(text: String) -> Self {
        Self { good: false, text }
    }
}

impl From<Notice> for Value {
    fn from(notice: Notice) -> Self {
        context! { good => notice.good, text => notice.text }
    }
}

/// All pages, ready to be filled.
pub(super) struct Pages {
    environment: Environment<'static>,
    words: Wording,
}

impl Pages {
    /// Loads templates and wordings; every problem of them.
    pub(super) fn load() -> Result<Self, Vec<Problem>> {
        let words = Wording::load()?;
        let mut problems = vec![];
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::SemiStrict);
        environment.add_filter("shown", shown);
        environment.add_filter("bare", bare);
        for (name, text) in TEMPLATES {
            if let Err(error) = environment.add_template(name, text) {
                problems.push(Problem::new(*name, error.line().unwrap_or(0), error.to_string()));
            }
        }
        environment.add_global("words", words.value());
        if problems.is_empty() { Ok(Self { environment, words }) } else { Err(problems) }
    }

    /// A page without menu. The key is the one that its forms' token belongs to.
    pub(super) fn plain(
        &self,
        status: StatusCode,
        template: &str,
        key: Option<&Key>,
        values: Value,
    ) -> Response {
        let frame = context! { token => key.map(Key::form_token) };
        self.render(status, template, context! { ..values, ..frame })
    }

    /// The page that says that there is no other.
    pub(super) fn trouble(&self, trouble: Trouble) -> Response {
        self.plain(trouble.status(), "trouble.html", None, context! { code => trouble.code() })
    }

    /// Something of ours failed: the log knows what, the page only that.
    pub(super) fn fault(&self, fault: &dyn Error) -> Response {
        tracing::error!(error = chain(fault), "console request failed");
        self.trouble(Trouble::Failed)
    }

    /// The line for what was done, from the `done` of an address; nothing for what nobody can have done.
    pub(super) fn done(&self, code: Option<&str>) -> Option<Notice> {
        Some(Notice { good: true, text: self.words.done(code?)?.to_owned() })
    }

    /// The line for what was not done.
    pub(super) fn refused(&self, refusal: Refusal) -> Notice {
        Notice { good: false, text: self.words.refusal(refusal).to_owned() }
    }

    /// The line for a change of the dictionaries that was not made.
    pub(super) fn hindered(&self, obstacle: Obstacle) -> Notice {
        Notice::bad(self.words.hindrance(obstacle.code()).to_owned())
    }

    /// The line for what was typed and is no change at all.
    pub(super) fn told(&self, code: &str) -> Notice {
        Notice::bad(self.words.hindrance(code).to_owned())
    }

    fn render(&self, status: StatusCode, template: &str, values: Value) -> Response {
        let made = self.environment.get_template(template).and_then(|template| template.render(values));
        match made {
            Ok(html) => (status, [(header::CONTENT_TYPE, "text/html; charset=utf-8")], html).into_response(),
            Err(error) => {
                tracing::error!(error = chain(&error), template, "page not made");
                Trouble::Failed.into_response()
            }
        }
    }
}

impl Console {
    /// A page with the menu of whoever is signed in. `here` is the menu's line that it belongs to.
    pub(super) fn page(
        &self,
        status: StatusCode,
        signed: &Signed,
        here: &str,
        template: &str,
        values: Value,
    ) -> Response {
        let seen = |entry: &&Entry| entry.access.admits(&signed.account);
        let menu: Vec<Value> = MENU
            .iter()
            .filter(seen)
            .map(|entry| context! { path => entry.path, name => entry.name, here => entry.path == here })
            .collect();
        let me = context! {
            name => signed.account.name.as_str(),
            post => signed.account.post.code(),
            id => signed.account.id.0,
        };
        self.pages.plain(status, template, Some(&signed.key), context! { menu, me, ..values })
    }
}

/// What people typed, as HTML: escaped, isolated in its direction, with characters that cannot be seen as tags.
fn shown(text: &str) -> Value {
    let mut html = String::from("<bdi>");
    for c in text.chars() {
        // Writing to a string cannot fail.
        let _ = if is_hidden(c) {
            write!(html, "<span class=\"hidden-char\">U+{:04X}</span>", u32::from(c))
        } else {
            write!(html, "{}", HtmlEscape(c.encode_utf8(&mut [0; 4])))
        };
    }
    html.push_str("</bdi>");
    Value::from_safe_string(html)
}

/// The same for a page's title, which holds no tags.
fn bare(text: &str) -> String {
    text.chars().filter(|c| !is_hidden(*c)).collect()
}
