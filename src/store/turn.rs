//! One turn inside the writer's transaction: seen before? then the stored reply; else decide, compose the reply, apply,
//! and keep the reply under the delivery's key.

use rusqlite::{Connection, OptionalExtension, params};

use super::{Answer, StoreError, apply::Bench, world::StoredWorld, writer::Heads};
use crate::domain::{
    compose::{Composed, compose},
    decide::{Heard, Turn, decide},
    directory::Directory,
    effect::{Decision, Effect, Line, Render, args},
    message::{Content, MessageKey},
    moment::Moment,
    person::PersonId,
    reply_key::ReplyKey,
    words::Words,
    world::{Standing, World},
};

/// Waiting lines looked at for one reply.
const WAITING: usize = 20;

/// What a turn needs besides the connection.
pub(super) struct Room<'r> {
    pub(super) standing: &'r Standing,
    pub(super) directory: &'r Directory,
    pub(super) wording: &'r dyn Render,
    pub(super) now: Moment,
}

/// What became of a turn.
pub(super) struct Done {
    pub(super) answer: Answer,
    pub(super) tickets_opened: u64,
    pub(super) alarms: Vec<String>,
}

pub(super) fn run(
    connection: &Connection,
    heads: &mut Heads,
    room: &Room<'_>,
    turn: &Turn,
) -> Result<Done, StoreError> {
    if let Turn::Heard(heard) = turn
        && let Some(answer) = stored_reply(connection, &heard.inbound.key)?
    {
        return Ok(Done { answer, tickets_opened: 0, alarms: vec![] });
    }
    let tickets_before = heads.ticket;
    let world = StoredWorld { connection, standing: room.standing, directory: room.directory, heads };
    let mut decision = decide(&world, turn, room.now)?;
    let answer = room.wording.render_all(&decision.reply, room.now);
    let composed = say(&world, room, &mut decision, &answer)?;
    let mut bench = Bench {
        connection,
        directory: room.directory,
        wording: room.wording,
        heads,
        now: room.now,
        actor: decision.speaker.unwrap_or(PersonId(0)),
    };
    for effect in &decision.effects {
        bench.apply(effect)?;
    }
    if let Turn::Heard(heard) = turn
        && !(composed.text.is_empty() && decision.effects.is_empty())
    {
        keep_reply(connection, heard, &composed.text, room.now)?;
    }
    let opened = heads.ticket != tickets_before;
    Ok(Done {
        answer: Answer {
            reply: composed.text,
            at: room.now,
            repeated: false,
            changed: !decision.effects.is_empty(),
        },
        tickets_opened: u64::from(opened),
        alarms: decision.alarms,
    })
}

/// The answer with what waited for the speaker; what was said and what did not fit become effects.
fn say(
    world: &StoredWorld<'_>,
    room: &Room<'_>,
    decision: &mut Decision,
    answer: &str,
) -> Result<Composed, StoreError> {
    let newcomer = matches!(decision.effects.first(), Some(Effect::Newcomer { .. }));
    let waiting = match decision.speaker {
        Some(speaker) if decision.say_waiting && !newcomer => world.waiting_for(speaker, WAITING)?,
        Some(_) | None => vec![],
    };
    let hint = |count: usize| {
        room.wording.render_all(&[Line::new(ReplyKey::MoreWaiting, args! {count: count})], room.now)
    };
    let composed = if waiting.is_empty() && answer.len() <= crate::domain::compose::REPLY_BYTES {
        Composed { text: answer.to_owned(), ..Composed::default() }
    } else {
        let unfinished = room.wording.render_all(&[Line::new(ReplyKey::Unfinished, args! {})], room.now);
        compose(answer, &waiting, hint, &unfinished)
    };
    if !composed.said.is_empty() {
        decision.effects.push(Effect::Said(composed.said.clone()));
    }
    if !composed.remainder.is_empty()
        && let Some(speaker) = decision.speaker
    {
        let changed = decision.effects.iter().rev().find_map(|effect| match effect {
            Effect::Person { after, .. } if after.id == speaker => Some((**after).clone()),
            Effect::Newcomer { person, .. } if person.id == speaker => Some(person.clone()),
            _ => None,
        });
        if let Some(mut person) = changed.map_or_else(|| world.person(speaker), |p| Ok(Some(p)))? {
            person.remainder = Words(composed.remainder.clone());
            decision.effects.push(Effect::Person { after: Box::new(person), what: None });
        }
    }
    Ok(composed)
}

fn stored_reply(connection: &Connection, key: &MessageKey) -> Result<Option<Answer>, StoreError> {
    Ok(connection
        .prepare_cached(
            "SELECT delivery.reply, delivery.received_at FROM identity
             JOIN delivery ON delivery.identity = identity.id
             WHERE identity.sender = ?1 AND identity.account = ?2
               AND delivery.create_time = ?3 AND delivery.id = ?4",
        )?
        .query_row(params![key.sender, key.account, key.create_time, key.id], |row| {
            let at = Moment::from_millis(row.get(1)?);
            Ok(Answer { reply: row.get(0)?, at, repeated: true, changed: false })
        })
        .optional()?)
}

fn keep_reply(connection: &Connection, heard: &Heard, reply: &str, now: Moment) -> Result<(), StoreError> {
    let key = &heard.inbound.key;
    let content = match &heard.inbound.content {
        Content::Text(text) => text.as_str(),
        Content::Voice { recognition, .. } => recognition.as_deref().unwrap_or_default(),
        Content::Image(media) | Content::Video(media) => media.id.as_str(),
        Content::Location { label, .. } => label.as_str(),
        Content::Link { title, .. } => title.as_str(),
        Content::Other(name) => name.as_str(),
        Content::Sticker | Content::Event(_) => "",
    };
    connection
        .prepare_cached(
            "INSERT INTO delivery (identity, create_time, id, received_at, content, reply)
             SELECT id, ?3, ?4, ?5, ?6, ?7 FROM identity WHERE sender = ?1 AND account = ?2",
        )?
        .execute(params![key.sender, key.account, key.create_time, key.id, now.millis(), content, reply])?;
    Ok(())
}
