//! Wordings: the shipped texts of `dictionaries/replies.toml`, rendered with the values of a decision. Checked whole
//! when loaded: every name has its text, every text its name, every template parses. No I/O, no rules.

mod time;

use crate::domain::problem::chain;
use std::{collections::BTreeMap, fmt, sync::Arc};

use minijinja::{AutoEscape, Environment, UndefinedBehavior, Value, value::Object};
use serde::Deserialize;

use crate::domain::{
    effect::{Arg, Args, Line, Render},
    moment::Moment,
    problem::{Problem, line_of},
    reply_key::ReplyKey,
};
pub use time::TimeWords;

/// The shipped wordings.
const SHIPPED: (&str, &str) = ("replies.toml", include_str!("../dictionaries/replies.toml"));

/// Template steps before a wording is given up: an admin's loop must not hold the writer.
const FUEL: u64 = 20_000;

/// The file's shape.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    when: TimeWords,
    words: BTreeMap<String, String>,
    replies: BTreeMap<String, String>,
}

/// All wordings, ready to render; cheap to clone.
#[derive(Clone)]
pub struct Replies {
    book: Arc<Book>,
}

struct Book {
    environment: Environment<'static>,
    words: Value,
}

impl Replies {
    /// The shipped wordings.
    pub fn shipped() -> Result<Self, Vec<Problem>> {
        Self::from_toml(SHIPPED.0, SHIPPED.1)
    }

    /// Wordings from a file's text; every problem of the file, not the first.
    pub fn from_toml(file: &str, text: &str) -> Result<Self, Vec<Problem>> {
        let parsed: File = toml::from_str(text).map_err(|error| {
            let line = error.span().map_or(0, |span| line_of(text, span.start));
            vec![Problem::new(file, line, error.message())]
        })?;
        let line_of_key = |key: &str| {
            text.lines()
                .position(|l| l.strip_prefix(key).is_some_and(|r| r.trim_start().starts_with('=')))
                .map_or(0, |i| i + 1)
        };
        let mut problems = vec![];
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::SemiStrict);
        environment.set_auto_escape_callback(|_| AutoEscape::None);
        environment.set_fuel(Some(FUEL));
        parsed.when.install(&mut environment);
        for (key, template) in parsed.replies {
            if ReplyKey::from_code(&key).is_none() {
                problems.push(Problem::new(
                    file,
                    line_of_key(&key),
                    format!("{key}: no reply has this name"),
                ));
            }
            // TOML's opening line break is taken off by TOML; what an author leaves at the end is not meant.
            let template = template.trim_end().to_owned();
            let line = line_of_key(&key);
            if let Err(error) = environment.add_template_owned(key.clone(), template) {
                problems.push(Problem::new(file, line, format!("{key}: {error}")));
            }
        }
        for key in ReplyKey::ALL {
            if environment.get_template(key.code()).is_err() {
                problems.push(Problem::new(file, 0, format!("{} is missing from [replies]", key.code())));
            }
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        Ok(Self { book: Arc::new(Book { environment, words: Value::from_pairs(parsed.words) }) })
    }

    /// One wording, with its values at a time.
    pub fn render(&self, line: &Line, now: Moment) -> Result<String, RenderError> {
        let fail = |error| RenderError { key: line.key, error };
        let template = self.book.environment.get_template(line.key.code()).map_err(fail)?;
        let values = Values { book: self.clone(), args: line.args.clone(), now };
        let text = template.render(Value::from_object(values)).map_err(fail)?;
        Ok(text.trim().to_owned())
    }
}

/// The values of one wording, turned into the template's only where it asks for them: most wordings use a few of many.
struct Values {
    book: Replies,
    args: Arc<Args>,
    now: Moment,
}

impl Values {
    fn value(&self, arg: &Arg) -> Option<Value> {
        Some(match arg {
            Arg::Text(text) => Value::from(text.as_str()),
            Arg::Num(number) => Value::from(*number),
            Arg::Flag(flag) => Value::from(*flag),
            Arg::When(at) => Value::from(at.millis()),
            // A wording within that fails is missing, and the one around it fails for that.
            Arg::Line(line) => Value::from(self.book.render(line, self.now).ok()?),
            Arg::Rows(rows) => rows
                .iter()
                .map(|row| {
                    let (book, now) = (self.book.clone(), self.now);
                    Value::from_object(Self { book, args: row.clone(), now })
                })
                .collect(),
        })
    }
}

impl Object for Values {
    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        match key.as_str()? {
            "now" => Some(Value::from(self.now.millis())),
            "words" => Some(self.book.book.words.clone()),
            name => self.value(self.args.get(name)?),
        }
    }
}

impl fmt::Debug for Values {
    /// Values hold residents' words: never shown.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Values(***)")
    }
}

impl Render for Replies {
    fn render_all(&self, lines: &[Line], now: Moment) -> String {
        let mut texts = Vec::with_capacity(lines.len());
        for line in lines {
            match self.render(line, now) {
                Ok(text) => texts.push(text),
                // The number must still reach the resident: what the line is about is said without its wording.
                Err(error) => {
                    tracing::error!(reply = %line.key, error = chain(&error), "wording failed");
                    texts.extend(line.args.get("no").and_then(|no| match no {
                        Arg::Text(no) => Some(no.clone()),
                        Arg::Num(_) | Arg::Flag(_) | Arg::When(_) | Arg::Line(_) | Arg::Rows(_) => None,
                    }));
                }
            }
        }
        texts.join("\n")
    }
}

impl fmt::Debug for Replies {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Replies")
    }
}

/// A wording that could not be rendered with the values it was given.
#[derive(Debug, thiserror::Error)]
#[error("the wording {key} cannot be rendered")]
pub struct RenderError {
    key: ReplyKey,
    #[source]
    error: minijinja::Error,
}
