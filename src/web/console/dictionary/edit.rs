//! Changing a word: the forms, and what the change would do, shown at once.

use std::sync::Arc;

use axum::{
    Extension, Form,
    extract::{Query, State},
    http::StatusCode,
    response::Response,
};
use minijinja::{Value, context};
use serde::Deserialize;

use super::{
    super::{Console, guard::Signed, page::Notice},
    EDIT,
    shapes::{self, Names},
};
use crate::{
    domain::{
        decide::fault_line,
        dictionary::{DEFAULT_WEIGHT, Edit, EditFault, Tuning, parse_edits, parse_weight},
    },
    workshop::{Desk, WorkshopError},
};

/// Sentences shown under a change.
const SENTENCES: usize = 20;

/// What a form is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    /// 加词, or weighing one anew.
    Word,
    /// 加短语, likewise.
    Phrase,
    /// 停词
    Stop,
    /// 加地名
    Place,
    /// 错字
    Slip,
    /// An edit as a line.
    Line,
}

impl Kind {
    const fn code(self) -> &'static str {
        match self {
            Self::Word => "word",
            Self::Phrase => "phrase",
            Self::Stop => "stop",
            Self::Place => "place",
            Self::Slip => "slip",
            Self::Line => "line",
        }
    }
}

#[derive(Deserialize)]
pub(super) struct Fields {
    kind: Option<Kind>,
    #[serde(default)]
    words: String,
    #[serde(default)]
    class: String,
    #[serde(default)]
    weight: String,
    decides: Option<String>,
    #[serde(default)]
    meant: String,
    #[serde(default)]
    line: String,
}

impl Fields {
    fn value(&self) -> Value {
        context! {
            kind => self.kind.map(Kind::code), words => self.words.as_str(), class => self.class.as_str(), weight => self.weight.as_str(),
            decides => self.decides.is_some(), meant => self.meant.as_str(),
        }
    }
}

pub(super) async fn show(
    State(console): State<Arc<Console>>,
    Extension(signed): Extension<Signed>,
    Query(fields): Query<Fields>,
) -> Response {
    console.told(async { console.edit_form(&signed, StatusCode::OK, &fields, None).await }.await)
}

pub(super) async fn put(
    State(console): State<Arc<Console>>,
    Extension(signed): Extension<Signed>,
    Form(fields): Form<Fields>,
) -> Response {
    console.told(
        async {
            let desk = console.app.workshop.desk().await?;
            let edit = match console.edit_of(&fields, &desk) {
                Ok(edit) => edit,
                Err(why) => {
                    let status = StatusCode::UNPROCESSABLE_ENTITY;
                    return console.edit_form(&signed, status, &fields, Some(Notice::bad(why))).await;
                }
            };
            let (trial, obstacle) = console.tune(&signed, Tuning::Put(vec![edit.clone()])).await?;
            let desk = console.app.workshop.desk().await?;
            let names = Names::of(&desk);
            let values = context! {
                notice => console.not_made(obstacle), made => obstacle.is_none(), edit => names.edit(&edit),
                trial => names.trial(&trial, SENTENCES), typed => fields.value(),
            };
            let status = if obstacle.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
            Ok(console.dictionary_page(status, &signed, &desk, EDIT, "dictionary/put.html", values))
        }
        .await,
    )
}

impl Console {
    async fn edit_form(
        &self,
        signed: &Signed,
        status: StatusCode,
        fields: &Fields,
        notice: Option<Notice>,
    ) -> Result<Response, WorkshopError> {
        let desk = self.app.workshop.desk().await?;
        let classes = Names::of(&desk).classes();
        let estates = shapes::estates(&desk);
        let values = context! { notice, classes, estates, typed => fields.value() };
        Ok(self.dictionary_page(status, signed, &desk, EDIT, "dictionary/edit.html", values))
    }

    /// The edit that a form asks for.
    fn edit_of(&self, fields: &Fields, desk: &Desk) -> Result<Edit, String> {
        let (words, meant) = (fields.words.trim().to_owned(), fields.meant.trim().to_owned());
        let edit = match fields.kind {
            Some(kind @ (Kind::Word | Kind::Phrase)) => {
                let code = desk.live.taxonomy().named(&fields.class);
                let code = code.map_err(|near| EditFault::NoSuchClass(fields.class.clone(), near));
                let weight = match fields.weight.trim() {
                    "" => Ok(DEFAULT_WEIGHT),
                    typed => parse_weight(typed),
                };
                Edit::Term {
                    term: words,
                    code: code.map_err(|fault| self.explain(&fault, desk))?,
                    weight: weight.map_err(|fault| self.explain(&fault, desk))?,
                    decides: fields.decides.is_some(),
                    word: kind == Kind::Word,
                }
            }
            Some(Kind::Stop) => Edit::Stop { term: words },
            Some(Kind::Place) => Edit::Place { name: words, estate: meant },
            Some(Kind::Slip) => Edit::Slip { slip: words, meant },
            Some(Kind::Line) | None => return self.edit_line(&fields.line, desk),
        };
        desk.lexicon().check_edit(&edit)?;
        Ok(edit)
    }

    /// One edit, written as a line.
    pub(super) fn edit_line(&self, line: &str, desk: &Desk) -> Result<Edit, String> {
        let (taxonomy, words) = (desk.live.taxonomy(), desk.live.commands());
        let parsed = parse_edits("", line, taxonomy, words, |fault| self.explain(fault, desk));
        match parsed.as_deref() {
            Ok([(_, edit)]) => Ok(edit.clone()),
            Ok([] | [_, _, ..]) => Err(self.explain(&EditFault::NoEdit(line.to_owned()), desk)),
            Err(problems) => Err(problems.first().map_or(String::new(), |problem| problem.text.clone())),
        }
    }

    /// What is wrong with a written edit.
    pub(super) fn explain(&self, fault: &EditFault, desk: &Desk) -> String {
        let line = fault_line(fault, desk.live.taxonomy(), desk.live.commands(), true);
        self.app.replies.render_all(&[line], self.app.clock.now())
    }
}
