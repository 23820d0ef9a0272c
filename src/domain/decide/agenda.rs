//! 待办: what waits for one person, by what it waits for. The same tickets that 今天 tells of, and what waits for their word.

use super::{
    clockwork,
    desk::Desk,
    moves::{self, Filled},
    spending, whistling,
};
use crate::domain::{
    command::CommandKind,
    directory::GridId,
    fund::Expense,
    moment::Moment,
    person::Person,
    ticket::{Ticket, TicketState},
    whistle::Whistle,
    world::World,
};

/// Of each kind at most.
const LISTED: usize = 200;

/// What waits for somebody.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Agenda {
    /// To be signed for.
    pub to_sign: Vec<Ticket>,
    /// In hand and past its time.
    pub overdue: Vec<Ticket>,
    /// In hand and due before midnight.
    pub today: Vec<Ticket>,
    /// In hand, with time left.
    pub later: Vec<Ticket>,
    /// Done by somebody else, to be verified by this person.
    pub to_verify: Vec<Ticket>,
    /// Whistles asked for, and their tickets: this person's to let be blown.
    pub to_approve: Vec<(Whistle, Ticket)>,
    /// Expenses beyond what is left of a grid's fund: this person's to let be booked.
    pub to_allow: Vec<(GridId, Expense)>,
}

/// What waits for a person now. What is to be signed for stands there, whatever its time.
pub fn agenda<W: World>(world: &W, person: &Person, now: Moment) -> Result<Agenda, W::Error> {
    let desk = Desk::new(world, now, person.clone(), None);
    let mut found = Agenda::default();
    if !desk.actor.is_staff() {
        return Ok(found);
    }
    let midnight = now.start_of_day().plus_minutes(24 * 60);
    for ticket in clockwork::in_hand(&desk, person.id)?.tickets {
        let list = match ticket.due_at {
            _ if ticket.state == TicketState::Dispatched => &mut found.to_sign,
            // What is done waits for others.
            _ if ticket.state == TicketState::PendingVerify => continue,
            Some(due) if due < now => &mut found.overdue,
            Some(due) if due < midnight => &mut found.today,
            Some(_) | None => &mut found.later,
        };
        list.push(ticket);
    }
    let passed = world.standing().commands.name(CommandKind::Passed).to_owned();
    for ticket in world.unverified(LISTED)? {
        let filled = Filled { choice: passed.clone(), ..Filled::default() };
        if moves::would_move(world, person, &ticket, CommandKind::Verify, &filled, now)? {
            found.to_verify.push(ticket);
        }
    }
    for whistle in world.unapproved(LISTED)? {
        if let Some(ticket) = world.ticket(whistle.ticket)?
            && whistling::may_approve(&desk, &whistle, &ticket)
        {
            found.to_approve.push((whistle, ticket));
        }
    }
    for fund in world.funds_waiting(LISTED)? {
        let mine = |expense: &&Expense| spending::deciders(&desk, &fund, expense).contains(&person.id);
        found.to_allow.extend(fund.waiting().filter(mine).map(|expense| (fund.id.grid, expense.clone())));
    }
    Ok(found)
}
