//! The state machine of a ticket by itself: which moves it never makes, whoever tries them, and what holds after any moves.
#![allow(clippy::unwrap_used)]

use lianxin::domain::{
    category::{RequestKind, Sphere, SubCode, Urgency},
    directory::{DepartmentId, GridId},
    moment::Moment,
    person::PersonId,
    place::EstateId,
    ticket::{
        DeclineReason, Filing, Grade, HandlingMode, Level, Place, Rating, ReturnReason, Segment, Ticket,
        TicketEvent as Event, TicketState as State,
    },
    ticket_no::TicketNo,
    whistle::{Summoned, WhistleId},
    words::Words,
};
use proptest::prelude::*;

const REPORTER: PersonId = PersonId(1);
const WORKER: PersonId = PersonId(2);
const OFFICE: PersonId = PersonId(3);
const SECOND: PersonId = PersonId(4);

fn at(minute: i64) -> Moment {
    Moment::parse("2026-03-02 09:00").unwrap().plus_minutes(minute)
}

fn no(serial: u32) -> TicketNo {
    TicketNo::new(260_302, serial)
}

fn words() -> Words {
    "说明".into()
}

fn segment(due: i64) -> Segment {
    Segment { goal: words(), due: at(due), done_at: None, late: false }
}

fn reported() -> Event {
    Event::Reported {
        reporter: REPORTER,
        on_behalf: false,
        group: None,
        text: "路灯不亮".into(),
        filing: Filing {
            subcategory: SubCode::new("facility.street_light"),
            kind: RequestKind::Complaint,
            sphere: Sphere::Neighbour,
            urgency: Urgency::Normal,
            hazard: None,
            lexicon: String::new(),
        },
        place: Place { estate: Some(EstateId(1)), ..Place::default() },
        private: false,
    }
}

/// Every event there is, with something in it.
fn all_events() -> Vec<Event> {
    vec![
        Event::Located { place: Place::default() },
        Event::PlaceUnknown,
        Event::Accepted { grid: None, due: Some(at(1000)) },
        Event::Dispatched { owner: WORKER },
        Event::Rerouted { grid: None, owner: WORKER },
        Event::Regridded { grid: GridId(9), owner: Some(WORKER) },
        Event::Regridded { grid: GridId(9), owner: None },
        Event::SignedFor,
        Event::Arrived,
        Event::Added { text: words() },
        Event::Noted { text: words() },
        Event::Done { note: words() },
        Event::Verified { passed: true, note: words() },
        Event::Verified { passed: false, note: words() },
        Event::Confirmed { solved: true, text: words() },
        Event::Confirmed { solved: false, text: words() },
        Event::Rated { rating: Rating::Satisfied, text: words() },
        Event::Reopened { text: words() },
        Event::Withdrawn,
        Event::Merged { into: no(9) },
        Event::CoSigned { by: PersonId(7), confirmed: true },
        Event::Joined { by: PersonId(8) },
        Event::Linked { similar: no(8) },
        Event::MadePrivate,
        Event::Urged,
        Event::Proposed { households: 10 },
        Event::Handed { owner: SECOND, text: words() },
        Event::Returned { reason: ReturnReason::NotMine, text: words(), to: OFFICE },
        Event::Held { review: at(9000), text: words() },
        Event::Resumed { text: words(), due: Some(at(9000)) },
        Event::Declined { reason: DeclineReason::InCourt, text: words() },
        Event::Appealed { text: words(), to: SECOND },
        Event::Unmerged,
        Event::Parted { people: vec![PersonId(7)] },
        Event::Levelled { level: Level::Community, text: words() },
        Event::Graded { grade: Grade::Hard },
        Event::ClockPassed { percent: 50 },
        Event::ClockPassed { percent: 100 },
        Event::DueSet { due: at(2000) },
        Event::Supervised { by: OFFICE },
        Event::SettledOnSpot { note: words() },
        Event::ClosedUnanswered,
        Event::Explained { text: words() },
        Event::Countersigned,
        Event::Whistled { whistle: WhistleId(1), summoned: Summoned::Department(DepartmentId(1)) },
        Event::Segmented { segments: vec![segment(100), segment(200)] },
        Event::SegmentDone { text: words() },
        Event::Led { mode: HandlingMode::CadreLed, by: OFFICE },
        Event::Accounted,
        Event::SegmentLate,
        Event::Ordered,
        Event::Pooled,
        Event::Claimed,
        Event::Released,
    ]
}

/// A ticket brought to a state by moves that it does make.
fn ticket_in(state: State) -> Ticket {
    let mut ticket = Ticket::open(no(1), at(0), &reported()).unwrap();
    let mut go = |actor: PersonId, event: Event| ticket.apply(at(1), actor, &event).unwrap();
    let to_work = [
        (OFFICE, Event::Accepted { grid: None, due: Some(at(1000)) }),
        (OFFICE, Event::Dispatched { owner: WORKER }),
        (WORKER, Event::SignedFor),
    ];
    let done = [
        (WORKER, Event::Done { note: words() }),
        (OFFICE, Event::Verified { passed: true, note: words() }),
        (REPORTER, Event::Confirmed { solved: true, text: words() }),
        (REPORTER, Event::Rated { rating: Rating::Satisfied, text: words() }),
    ];
    let (work, finish, last) = match state {
        State::Submitted => (0, 0, None),
        State::Accepted => (1, 0, None),
        State::Dispatched => (2, 0, None),
        State::InProgress => (3, 0, None),
        State::OnHold => (3, 0, Some(Event::Held { review: at(9000), text: words() })),
        State::PendingVerify => (3, 1, None),
        State::PendingConfirm => (3, 2, None),
        State::Closed => (3, 4, None),
        State::Declined => (1, 0, Some(Event::Declined { reason: DeclineReason::InCourt, text: words() })),
        State::Merged => (2, 0, Some(Event::Merged { into: no(9) })),
        State::Withdrawn => (2, 0, Some(Event::Withdrawn)),
        State::Draft | State::Deliberating => panic!("not reached by these moves"),
    };
    to_work.into_iter().take(work).chain(done.into_iter().take(finish)).for_each(|(by, event)| go(by, event));
    if let Some(event) = last {
        go(OFFICE, event);
    }
    assert_eq!(ticket.state, state);
    ticket
}

fn refused(mut ticket: Ticket, actor: PersonId, event: &Event) {
    let before = ticket.clone();
    let answer = ticket.apply(at(5), actor, event);
    assert!(answer.is_err(), "{} in {}", event.name(), before.state);
    assert_eq!(ticket, before, "a refused move changes nothing");
}

#[test]
fn what_is_over_moves_only_by_its_way_back() {
    let ways = [
        (State::Closed, Some("reopened")),
        (State::Merged, Some("unmerged")),
        (State::Declined, Some("appealed")),
        (State::Withdrawn, None),
    ];
    for (state, way_back) in ways {
        for event in all_events() {
            if Some(event.name()) != way_back {
                refused(ticket_in(state), OFFICE, &event);
            }
        }
    }
}

#[test]
fn nobody_judges_their_own_work() {
    refused(ticket_in(State::PendingVerify), WORKER, &Event::Verified { passed: true, note: words() });
    refused(ticket_in(State::InProgress), WORKER, &Event::Held { review: at(9000), text: words() });
    let mut explained = ticket_in(State::PendingConfirm);
    refused(explained.clone(), SECOND, &Event::Countersigned);
    explained.apply(at(2), OFFICE, &Event::Explained { text: words() }).unwrap();
    refused(explained.clone(), OFFICE, &Event::Countersigned);
    refused(explained.clone(), WORKER, &Event::Countersigned);
    explained.apply(at(3), SECOND, &Event::Countersigned).unwrap();
    assert_eq!((explained.state, explained.rating), (State::Closed, None));
}

#[test]
fn nothing_is_struck_off_before_it_was_checked_and_confirmed() {
    let ends = [
        Event::Rated { rating: Rating::Satisfied, text: words() },
        Event::ClosedUnanswered,
        Event::Countersigned,
    ];
    let before = [
        State::Submitted,
        State::Accepted,
        State::Dispatched,
        State::InProgress,
        State::OnHold,
        State::PendingVerify,
    ];
    for state in before {
        ends.iter().for_each(|end| refused(ticket_in(state), REPORTER, end));
    }
    // Satisfied before anybody said that it is solved.
    refused(ticket_in(State::PendingConfirm), REPORTER, &ends[0]);
}

#[test]
fn only_an_order_is_pooled_claimed_once_and_given_back_by_its_claimer() {
    refused(ticket_in(State::Dispatched), OFFICE, &Event::Pooled);
    let mut order = Ticket::open(no(1), at(0), &reported()).unwrap();
    order.apply(at(0), REPORTER, &Event::Ordered).unwrap();
    order.apply(at(1), OFFICE, &Event::Accepted { grid: None, due: Some(at(1000)) }).unwrap();
    refused(order.clone(), WORKER, &Event::Claimed);
    order.apply(at(2), OFFICE, &Event::Pooled).unwrap();
    assert_eq!((order.state, order.owner), (State::Accepted, Some(OFFICE)));
    refused(order.clone(), OFFICE, &Event::Pooled);
    order.apply(at(3), WORKER, &Event::Claimed).unwrap();
    assert_eq!((order.state, order.owner), (State::InProgress, Some(WORKER)));
    refused(order.clone(), SECOND, &Event::Claimed);
    refused(order.clone(), SECOND, &Event::Released);
    let mut handed = order.clone();
    handed.apply(at(4), OFFICE, &Event::Handed { owner: SECOND, text: words() }).unwrap();
    refused(handed, WORKER, &Event::Claimed);
    order.apply(at(4), WORKER, &Event::Released).unwrap();
    order.apply(at(5), SECOND, &Event::Claimed).unwrap();
    assert_eq!(order.owner, Some(SECOND));
}

#[test]
fn a_ticket_is_no_copy_of_itself_and_nobody_stands_behind_it_twice() {
    refused(ticket_in(State::Dispatched), OFFICE, &Event::Merged { into: no(1) });
    refused(ticket_in(State::Dispatched), REPORTER, &Event::CoSigned { by: REPORTER, confirmed: true });
    let mut signed = ticket_in(State::Dispatched);
    signed.apply(at(2), SECOND, &Event::CoSigned { by: SECOND, confirmed: true }).unwrap();
    refused(signed, SECOND, &Event::CoSigned { by: SECOND, confirmed: true });
}

#[test]
fn hard_matters_are_not_settled_on_the_spot_and_no_time_passes_twice() {
    let mut hard = ticket_in(State::InProgress);
    hard.apply(at(2), OFFICE, &Event::Graded { grade: Grade::Hard }).unwrap();
    refused(hard, WORKER, &Event::SettledOnSpot { note: words() });
    let mut late = ticket_in(State::InProgress);
    late.apply(at(2), OFFICE, &Event::ClockPassed { percent: 100 }).unwrap();
    refused(late.clone(), OFFICE, &Event::ClockPassed { percent: 100 });
    refused(late, OFFICE, &Event::ClockPassed { percent: 50 });
    let appeal = Event::Appealed { text: words(), to: SECOND };
    for state in
        [State::Submitted, State::Dispatched, State::InProgress, State::OnHold, State::PendingConfirm]
    {
        refused(ticket_in(state), REPORTER, &appeal);
    }
    let mut declined = ticket_in(State::Declined);
    declined.apply(at(2), REPORTER, &Event::Appealed { text: words(), to: SECOND }).unwrap();
    declined.apply(at(3), SECOND, &Event::Declined { reason: DeclineReason::Police, text: words() }).unwrap();
    refused(declined, REPORTER, &Event::Appealed { text: words(), to: SECOND });
}

#[test]
fn the_ways_of_handling_only_go_up_and_parts_are_done_in_order() {
    let led = |mode| Event::Led { mode, by: OFFICE };
    let mut ticket = ticket_in(State::Dispatched);
    ticket.apply(at(2), OFFICE, &led(HandlingMode::CadreLed)).unwrap();
    assert_eq!((ticket.state, ticket.owner), (State::InProgress, Some(OFFICE)));
    refused(ticket.clone(), OFFICE, &led(HandlingMode::CadreLed));
    ticket.apply(at(3), OFFICE, &led(HandlingMode::Joint)).unwrap();
    refused(ticket.clone(), OFFICE, &led(HandlingMode::CadreLed));
    refused(ticket.clone(), OFFICE, &led(HandlingMode::OnSite));
    refused(ticket.clone(), OFFICE, &Event::SegmentDone { text: words() });
    refused(ticket.clone(), OFFICE, &Event::Accounted);
    ticket.apply(at(4), OFFICE, &Event::Segmented { segments: vec![segment(100), segment(200)] }).unwrap();
    ticket.apply(at(5), OFFICE, &Event::SegmentDone { text: words() }).unwrap();
    // What is done stays; what is not is planned anew.
    ticket.apply(at(6), OFFICE, &Event::Segmented { segments: vec![segment(300)] }).unwrap();
    assert_eq!(ticket.road.segments.len(), 2);
    assert_eq!(ticket.current_segment().map(|(n, s)| (n, s.due)), Some((2, at(300))));
    ticket.apply(at(7), OFFICE, &Event::SegmentDone { text: words() }).unwrap();
    refused(ticket, OFFICE, &Event::SegmentDone { text: words() });
}

proptest! {
    /// Any moves by anybody, in any order.
    #[test]
    fn after_any_moves_the_ticket_is_sound(moves in prop::collection::vec((0..50usize, 1..5i64), 0..60)) {
        let events = all_events();
        let mut ticket = Ticket::open(no(1), at(0), &reported()).unwrap();
        let mut minute = 0;
        for (index, actor) in moves {
            minute += 1;
            let (before, event) = (ticket.clone(), &events[index % events.len()]);
            if ticket.apply(at(minute), PersonId(actor), event).is_err() {
                prop_assert_eq!(&ticket, &before);
                continue;
            }
            let worked = matches!(
                ticket.state,
                State::Dispatched | State::InProgress | State::OnHold | State::PendingVerify | State::PendingConfirm
            );
            prop_assert!(!worked || ticket.owner.is_some(), "{} has no owner", ticket.state);
            prop_assert_eq!(ticket.state == State::OnHold, ticket.road.hold.is_some());
            prop_assert_eq!(ticket.state == State::Merged, ticket.merged_into.is_some());
            prop_assert!(ticket.state != State::Closed || ticket.closed_at.is_some());
            prop_assert!(ticket.state != State::PendingConfirm || ticket.road.asked_at.is_some());
            prop_assert_eq!(ticket.reporter, REPORTER);
            let signers: Vec<_> = ticket.people().collect();
            let mut once = signers.clone();
            once.sort();
            once.dedup();
            prop_assert_eq!(once.len(), signers.len(), "somebody stands behind it twice");
            // What is stored reads back as it was.
            let stored = serde_json::to_string(&ticket).unwrap();
            prop_assert_eq!(&serde_json::from_str::<Ticket>(&stored).unwrap(), &ticket);
        }
    }
}
