//! The phones of the demo page: what stands on each, what is sent from them through the real doors, and the gateway that
//! carries lines to them.

use std::{
    collections::{HashMap, VecDeque},
    path::PathBuf,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::Duration,
};

use axum::{
    Json,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde::Serialize;
use serde_json::json;
use tokio::sync::broadcast;

use crate::{
    domain::{message::Content, problem::chain},
    playground::{Playground, Sent},
    store::organisation::PersonRow,
};

/// Lines kept for one phone.
const KEPT: usize = 500;

/// Deliveries that can be made again.
const RETRIES: usize = 500;

/// How often the gateway's outbox is asked.
const POLL: Duration = Duration::from_millis(500);

/// One line on a phone.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Line {
    pub(super) seq: u64,
    pub(super) at: String,
    pub(super) from: String,
    pub(super) who: String,
    pub(super) text: String,
    pub(super) image: Option<String>,
    pub(super) pushed: bool,
    pub(super) message: Option<String>,
}

/// A line and the phone it is on, as streamed.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Shown {
    pub(super) phone: String,
    pub(super) line: Line,
}

/// The page's server side.
pub(super) struct Simulator {
    pub(super) world: Playground,
    pub(super) people: Vec<PersonRow>,
    pub(super) groups: Vec<GroupPhone>,
    pub(super) callback: serde_json::Value,
    pub(super) console: serde_json::Value,
    pub(super) title: String,
    pub(super) photos: PathBuf,
    pub(super) lines: Mutex<HashMap<String, VecDeque<Line>>>,
    pub(super) sent: Mutex<VecDeque<(String, Sent, String)>>,
    pub(super) seq: AtomicU64,
    pub(super) stream: broadcast::Sender<Shown>,
}

/// A group on the page: the estate group of those who have a phone.
#[derive(Debug, Clone)]
pub(super) struct GroupPhone {
    pub(super) id: String,
    pub(super) gateway: String,
    pub(super) name: String,
    pub(super) members: Vec<PersonRow>,
}

/// A fault told to the page, in the reader's language.
pub(super) struct Trouble(pub(super) StatusCode, pub(super) &'static str);

impl IntoResponse for Trouble {
    fn into_response(self) -> Response {
        (self.0, Json(json!({"error": self.1}))).into_response()
    }
}

pub(super) const GONE: Trouble = Trouble(StatusCode::NOT_FOUND, "没有这部手机，请刷新页面");

pub(super) const FAILED: Trouble = Trouble(StatusCode::INTERNAL_SERVER_ERROR, "没有发出去，请再试一次");

pub(super) fn clock(simulator: &Simulator) -> String {
    simulator.world.app.clock.now().to_string()
}

impl Simulator {
    pub(super) fn group(&self, phone: &str) -> Option<&GroupPhone> {
        self.groups.iter().find(|group| group.id == phone)
    }

    pub(super) fn person(&self, phone: &str) -> Option<&PersonRow> {
        self.people.iter().find(|person| person.key == phone)
    }

    /// Says something on a phone: shows it there, and delivers it through the door that the phone has.
    pub(super) async fn send(
        &self,
        phone: &str,
        member: Option<&str>,
        content: &Content,
        at_bot: bool,
        shown: String,
        image: Option<String>,
    ) -> Result<Response, Trouble> {
        let (sent, who) = if let Some(group) = self.group(phone) {
            let member = group.members.iter().find(|m| Some(m.key.as_str()) == member).ok_or(GONE)?;
            let id = member.gateway.clone().ok_or(GONE)?;
            let sent = self.world.through_gateway(&id, &member.name, Some(&group.gateway), at_bot, content);
            (sent, member.name.clone())
        } else {
            let person = self.person(phone).ok_or(GONE)?;
            let open_id = person.wechat.clone().ok_or(GONE)?;
            (self.world.privately(&open_id, content), person.name.clone())
        };
        let message = format!("m-{}", self.seq.load(Relaxed));
        let from = if self.group(phone).is_some() { who.clone() } else { "me".into() };
        self.show(phone, from, who, shown, image, false, Some(message.clone()));
        {
            let mut kept = self.sent.lock().unwrap_or_else(PoisonError::into_inner);
            kept.push_back((message.clone(), sent.clone(), phone.to_owned()));
            if kept.len() > RETRIES {
                kept.pop_front();
            }
        }
        self.deliver(phone, &sent, message).await
    }

    pub(super) async fn deliver(
        &self,
        phone: &str,
        sent: &Sent,
        message: String,
    ) -> Result<Response, Trouble> {
        let started = std::time::Instant::now();
        let response = self.world.deliver(sent).await.map_err(|error| {
            tracing::error!(error = chain(&error), "demo delivery failed");
            FAILED
        })?;
        let took = started.elapsed().as_secs_f64() * 1000.0;
        if let Some(text) = response.text {
            self.show(phone, "bot".into(), "连心".into(), text, None, false, None);
        }
        Ok(Json(json!({"message": message, "ms": (took * 10.0).round() / 10.0})).into_response())
    }

    #[expect(clippy::too_many_arguments, reason = "the columns of one line, named by its struct")]
    fn show(
        &self,
        phone: &str,
        from: String,
        who: String,
        text: String,
        image: Option<String>,
        pushed: bool,
        message: Option<String>,
    ) {
        let civil = self.world.app.clock.now().civil();
        let at = format!("{:02}:{:02}", civil.hour(), civil.minute());
        let mut phones = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        // Numbered under the lock, so that numbers and order agree.
        let seq = self.seq.fetch_add(1, Relaxed);
        let line = Line { seq, at, from, who, text, image, pushed, message };
        let lines = phones.entry(phone.to_owned()).or_default();
        lines.push_back(line.clone());
        if lines.len() > KEPT {
            lines.pop_front();
        }
        // No page is open: nobody to tell.
        let _ = self.stream.send(Shown { phone: phone.to_owned(), line });
    }

    pub(super) fn lines_since(&self, seq: u64) -> VecDeque<Shown> {
        let phones = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        let mut shown: Vec<_> = phones
            .iter()
            .flat_map(|(phone, lines)| {
                lines.iter().map(|line| Shown { phone: phone.clone(), line: line.clone() })
            })
            .filter(|shown| shown.line.seq > seq)
            .collect();
        shown.sort_by_key(|shown| shown.line.seq);
        shown.into()
    }

    /// Is the gateway: asks the outbox and puts each line on its phone.
    pub(super) async fn carry(self: Arc<Self>) {
        let mut after = self.world.app.store.last_line().await.unwrap_or(0);
        let mut interval = tokio::time::interval(POLL);
        loop {
            interval.tick().await;
            match self.world.outbox(after).await {
                Ok((items, next)) => {
                    after = next;
                    for item in items {
                        self.put(&item.to, item.text);
                    }
                }
                Err(error) => tracing::warn!(error = chain(&error), "outbox not read"),
            }
        }
    }

    fn put(&self, to: &crate::channel::bridge::Address, text: String) {
        use crate::channel::bridge::Address;
        let phone = match to {
            Address::Group(gateway) => {
                self.groups.iter().find(|g| g.gateway == *gateway).map(|g| g.id.clone())
            }
            Address::User(id) => {
                self.people.iter().find(|p| p.gateway.as_deref() == Some(id)).map(|p| p.key.clone())
            }
        };
        if let Some(phone) = phone {
            self.show(&phone, "bot".into(), "连心".into(), text, None, true, None);
        }
    }
}
