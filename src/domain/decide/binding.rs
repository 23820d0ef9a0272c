//! 绑定: a chat account gets the role of a person of the organisation, by a one-time code (ten minutes, five tries).

use super::desk::Desk;
use crate::domain::{
    effect::{Effect, args},
    message::MessageKey,
    reply_key::ReplyKey as Key,
    world::World,
};

/// Wrong codes before an account must wait.
const TRIES: u8 = 5;
/// How long it waits.
const LOCK_MINUTES: i64 = 10;

/// 绑定 123456
pub(super) fn bind<W: World>(desk: &mut Desk<'_, W>, key: &MessageKey, code: &str) -> Result<(), W::Error> {
    if desk.in_group() {
        desk.say(Key::BindPrivately, args! {});
        return Ok(());
    }
    let locked_since = desk.person.bind_failed_at.filter(|at| desk.now.minutes_since(*at) < LOCK_MINUTES);
    if locked_since.is_none() {
        desk.person.bind_failures = 0;
    }
    if desk.person.bind_failures >= TRIES {
        desk.say(Key::BindLocked, args! {minutes: LOCK_MINUTES as usize});
        return Ok(());
    }
    let digits: String = code.chars().filter(char::is_ascii_digit).collect();
    let found = desk.world.binding_code(&digits)?.filter(|c| c.expires_at > desk.now);
    let Some(found) = found else {
        desk.person.bind_failures += 1;
        desk.person.bind_failed_at = locked_since.or(Some(desk.now));
        let left = TRIES - desk.person.bind_failures;
        desk.keep_person(Some("bind_failed"));
        desk.say(Key::BindWrong, args! {left: u32::from(left)});
        return Ok(());
    };
    desk.effect(Effect::Bind { account: key.account.clone(), sender: key.sender.clone(), to: found.person });
    let role = desk.world.person(found.person)?.map(|p| p.role).unwrap_or_default();
    let name = desk.world.directory().staff_name(found.person).to_owned();
    desk.say(Key::Bound, args! {name: name, role: role.code()});
    Ok(())
}
