//! One community's year: three thousand tickets worked, forgotten, put on hold and reopened, with every timer fired at its
//! minute. An oracle of its own, which knows the year's holidays from the notice and counts working minutes one by one,
//! says when each must have fired.
#![allow(clippy::unwrap_used)]

mod support;

use std::collections::{BTreeMap, BinaryHeap};

use lianxin::domain::{
    category::{LimitUnit, Urgency},
    clock::STAGES,
    moment::Moment,
    person::PersonId,
    ticket::{Ticket, TicketEvent, TicketState},
    ticket_no::TicketNo,
};
use support::{Dice, SHIPPED, World, moment, number_in};

const MINUTE: i64 = 60_000;
const DAY: i64 = 24 * 60 * MINUTE;
const FIRST: &str = "2026-01-02 00:00";
/// Later tickets would be due in 2027, whose calendar is not there.
const LAST_REPORT: &str = "2026-11-20 00:00";
const END: &str = "2026-12-31 00:00";

const WORKER: &str = "oStaffXiaoBai000000000000003";
const COMMUNITY: &str = "oStaffXiaoZhao00000000000007";

/// Sentences whose sub-categories ask for no photos, from an hour to fifteen working days.
const WHAT: [&str; 8] = [
    "路灯不亮",
    "门口垃圾没人清",
    "路面坑洼不平",
    "楼顶漏雨",
    "停水了",
    "楼上半夜装修吵得睡不着",
    "树枝伸到窗户里了",
    "物业收了费不打扫",
];

/// Something that somebody will say, earliest first.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Planned(std::cmp::Reverse<i64>, u64, Deed);

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Deed {
    Report { resident: u64, words: String },
    Sign(String),
    Done(String, u64),
    Verify(String, u64),
    Answer(String, u64, bool),
    Rate(String, u64),
    Hold(String),
}

#[tokio::test]
async fn every_timer_of_a_year_fires_once_and_in_time() {
    let tickets: u64 = std::env::var("YEAR_TICKETS").ok().and_then(|n| n.parse().ok()).unwrap_or(300);
    let world = World::new().await;
    let mut dice = Dice(20_260_101);
    let (first, last) = (moment(FIRST).millis(), moment(LAST_REPORT).millis());
    let mut plan = BinaryHeap::new();
    let mut serial = 0;
    let mut add = |plan: &mut BinaryHeap<Planned>, at: i64, deed: Deed| {
        serial += 1;
        plan.push(Planned(std::cmp::Reverse(at / MINUTE * MINUTE), serial, deed));
    };
    for n in 0..tickets {
        let at = first + dice.below((last - first) as u64) as i64;
        let words = format!(
            "盛世灵州小区{}号楼{}单元{}0{}室{}",
            dice.below(40) + 1,
            dice.below(4) + 1,
            dice.below(6) + 1,
            dice.below(4) + 1,
            WHAT[dice.below(8) as usize]
        );
        add(&mut plan, at, Deed::Report { resident: n, words });
    }
    let end = moment(END).millis();
    let connection = rusqlite::Connection::open(world.database()).unwrap();
    let mut next_timer = connection.prepare("SELECT min(due_at) FROM timer").unwrap();
    let mut opened = 0;
    loop {
        let timer: Option<i64> = next_timer.query_row([], |r| r.get(0)).unwrap();
        let timer = timer.map_or(end, |at| (at + MINUTE - 1) / MINUTE * MINUTE);
        let planned = plan.peek().map_or(end, |p| p.0.0);
        let now = timer.min(planned).max(world.clock.now().millis());
        if now >= end {
            break;
        }
        world.clock.set(Moment::from_millis(now));
        if timer <= planned {
            world.play.app.fire_due().await.unwrap();
            continue;
        }
        let Planned(_, _, deed) = plan.pop().unwrap();
        match deed {
            Deed::Report { resident, words } => {
                let reply = world.say(&resident_id(resident), &words).await;
                let no = number_in(&reply).unwrap_or_else(|| panic!("{words}: {reply}"));
                opened += 1;
                // One in seven is forgotten altogether.
                if dice.below(7) > 0 {
                    add(&mut plan, now + dice.below(DAY as u64) as i64, Deed::Sign(no.clone()));
                    let done = DAY + dice.below(14 * DAY as u64) as i64;
                    add(&mut plan, now + done, Deed::Done(no, resident));
                }
            }
            Deed::Sign(no) => {
                world.say(WORKER, &format!("签收 {no}")).await;
                if dice.below(12) == 0 {
                    add(&mut plan, now + MINUTE, Deed::Hold(no));
                }
            }
            Deed::Hold(no) => {
                let reply = world.say(COMMUNITY, &format!("挂账 {no} 20天 等维修资金批下来")).await;
                assert!(reply.contains("已挂账"), "{reply}");
            }
            Deed::Done(no, resident) => {
                let reply = world.say(WORKER, &format!("办结 {no} 办好了")).await;
                if reply.contains("已转核查") {
                    add(&mut plan, now + dice.below(DAY as u64) as i64, Deed::Verify(no, resident));
                }
            }
            Deed::Verify(no, resident) => {
                world.say(COMMUNITY, &format!("核查 {no} 通过")).await;
                match dice.below(10) {
                    0..3 => {}
                    n => {
                        let at = now + dice.below(2 * DAY as u64) as i64;
                        add(&mut plan, at, Deed::Answer(no, resident, n < 8));
                    }
                }
            }
            Deed::Answer(no, resident, solved) => {
                let word = if solved { "解决" } else { "没解决" };
                world.say(&resident_id(resident), &format!("{word} {no}")).await;
                if solved {
                    add(&mut plan, now + MINUTE, Deed::Rate(no, resident));
                } else {
                    add(&mut plan, now + DAY + dice.below(3 * DAY as u64) as i64, Deed::Done(no, resident));
                }
            }
            Deed::Rate(no, resident) => {
                world.say(&resident_id(resident), &format!("满意 {no}")).await;
            }
        }
    }
    assert_eq!(opened, tickets);
    world.assert_sound().await;
    let checked = check(&connection);
    let stages: usize = checked.values().sum();
    println!("{tickets} tickets, parts of the time over: {checked:?}, {stages} in all");
    assert!(checked.values().all(|n| *n > 0), "{checked:?}");
    let ownerless: i64 = connection
        .query_row("SELECT count(*) FROM ticket WHERE open = 1 AND owner IS NULL", [], |r| r.get(0))
        .unwrap();
    assert_eq!(ownerless, 0, "tickets without an owner");
}

#[tokio::test]
async fn what_the_calendar_cannot_place_is_asked_for_again() {
    let world = World::new().await;
    world.clock.set(moment("2026-12-25 09:00"));
    let reply = world.say("oYearEnd", "盛世灵州小区2号楼路灯不亮").await;
    assert!(reply.contains("LX261225001"), "{reply}");
    for day in
        ["2026-12-28 12:00", "2026-12-29 12:00", "2026-12-30 12:00", "2026-12-31 12:00", "2027-01-01 13:00"]
    {
        world.clock.set(moment(day));
        world.play.app.fire_due().await.unwrap();
    }
    // Three working days are over; half as much again ends in a year that nobody knows yet.
    let ticket = world.ticket("LX261225001").await.unwrap();
    assert_eq!(ticket.road.passed, 100);
    assert_eq!(world.rows("timer WHERE kind = 'clock'"), 1, "the clock goes on");
}

fn resident_id(n: u64) -> String {
    format!("oYearResident{n:015}")
}

/// Replays the history against the oracle; how often each part of the time was over.
fn check(connection: &rusqlite::Connection) -> BTreeMap<u8, usize> {
    let oracle = Oracle::new();
    let mut histories: BTreeMap<i64, Vec<(i64, i64, TicketEvent)>> = BTreeMap::new();
    let mut statement = connection
        .prepare(
            "SELECT subject, at, actor, body FROM history WHERE kind = 'ticket' AND at >= ?1 ORDER BY seq",
        )
        .unwrap();
    let mut rows = statement.query([moment(FIRST).millis()]).unwrap();
    while let Some(row) = rows.next().unwrap() {
        let body: String = row.get(3).unwrap();
        let event = serde_json::from_str(&body).unwrap();
        histories.entry(row.get(0).unwrap()).or_default().push((
            row.get(1).unwrap(),
            row.get(2).unwrap(),
            event,
        ));
    }
    let mut passed = BTreeMap::new();
    let end = moment(END).millis();
    for (no, events) in &histories {
        let no = TicketNo::from_row(*no);
        let Some(mut ticket) = Ticket::open(no, Moment::from_millis(events[0].0), &events[0].2) else {
            continue;
        };
        let mut since = events[0].0;
        let ends = events.iter().skip(1).map(|(at, ..)| *at).chain([end]);
        for ((at, actor, event), until) in events.iter().zip(ends) {
            if !matches!(event, TicketEvent::Reported { .. }) {
                let was = running(ticket.state);
                ticket.apply(Moment::from_millis(*at), PersonId(*actor), event).unwrap();
                if !was && running(ticket.state) {
                    since = *at;
                }
            }
            if matches!(event, TicketEvent::Accepted { .. } | TicketEvent::Reopened { .. }) {
                since = *at;
            }
            if let TicketEvent::ClockPassed { percent } = event {
                *passed.entry(*percent).or_default() += 1;
                let expected = oracle.stage(&ticket, *percent);
                assert!(*at >= expected, "{no}: {percent} % {} s early", (expected - at) / 1000);
                let late = at - expected.max(since);
                assert!(late <= MINUTE, "{no}: {percent} % {} s late", late / 1000);
            }
            // Nothing that was due before the next event may have been left out.
            if running(ticket.state) && ticket.due_at.is_some() {
                let next = STAGES.iter().find(|p| **p > ticket.road.passed);
                if let Some(percent) = next {
                    let expected = oracle.stage(&ticket, *percent).max(since) + MINUTE;
                    assert!(expected >= until, "{no}: {percent} % never came");
                }
            }
        }
    }
    passed
}

fn running(state: TicketState) -> bool {
    matches!(
        state,
        TicketState::Submitted
            | TicketState::Accepted
            | TicketState::Dispatched
            | TicketState::InProgress
            | TicketState::PendingVerify
    )
}

/// Working minutes of 2026, counted one by one, in Beijing time.
struct Oracle {
    /// For each minute of the year whether it is worked.
    worked: Vec<bool>,
    start: i64,
}

impl Oracle {
    /// The days off and the worked weekends of 国办发明电〔2025〕7号, typed from the notice.
    fn new() -> Self {
        let off = [(101, 103), (215, 223), (404, 406), (501, 505), (619, 621), (925, 927), (1001, 1007)];
        let worked_weekends = [104, 214, 228, 509, 920, 1010];
        let start = moment("2026-01-01 00:00").millis();
        let mut worked = vec![];
        // 1 January 2026 is a Thursday.
        let mut weekday = 4;
        for (month, days) in (1..).zip([31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]) {
            for day in 1..=days {
                let date = month * 100 + day;
                let rests = off.iter().any(|(from, to)| (*from..=*to).contains(&date));
                let works = worked_weekends.contains(&date) || (weekday <= 5 && !rests);
                for minute in 0..24 * 60 {
                    let hour = minute / 60;
                    worked.push(works && ((8..12).contains(&hour) || (14..18).contains(&hour)));
                }
                weekday = weekday % 7 + 1;
            }
        }
        Self { worked, start }
    }

    fn index(&self, at: i64) -> usize {
        ((at - self.start) / MINUTE) as usize
    }

    /// Minutes worked from one time to another.
    fn between(&self, from: i64, to: i64) -> i64 {
        self.worked[self.index(from)..self.index(to)].iter().filter(|w| **w).count() as i64
    }

    /// When so many worked minutes have passed: the end of the last of them.
    fn after(&self, from: i64, minutes: i64) -> i64 {
        let mut left = minutes;
        let mut at = self.index(from);
        while left > 0 {
            // Beyond the year nobody knows, and nobody may guess.
            let Some(worked) = self.worked.get(at) else { return i64::MAX / 2 };
            left -= i64::from(*worked);
            at += 1;
        }
        self.start + at as i64 * MINUTE
    }

    fn stage(&self, ticket: &Ticket, percent: u8) -> i64 {
        let limit = SHIPPED.lexicon().taxonomy().get(&ticket.filing.subcategory).unwrap().limit;
        let works = matches!(limit.unit, LimitUnit::WorkingDays | LimitUnit::WorkingHours)
            && ticket.filing.urgency == Urgency::Normal;
        let due = ticket.due_at.unwrap().millis();
        let start = ticket.road.clock_from.unwrap_or(ticket.received_at).millis();
        let percent = i64::from(percent);
        let minutes = i64::from(limit.amount)
            * match limit.unit {
                LimitUnit::Minutes => 1,
                LimitUnit::Hours | LimitUnit::WorkingHours => 60,
                LimitUnit::WorkingDays => 8 * 60,
                LimitUnit::Days => 24 * 60,
            };
        match (works, percent > 100) {
            (true, false) => self.after(start, self.between(start, due) * percent / 100),
            (true, true) => self.after(due, minutes * (percent - 100) / 100),
            (false, false) => start + (due - start) * percent / 100,
            (false, true) => {
                let whole = match ticket.filing.urgency {
                    Urgency::Normal => minutes,
                    Urgency::Urgent if limit.unit == LimitUnit::Hours => minutes,
                    Urgency::Urgent | Urgency::Emergency => 24 * 60,
                };
                due + whole * MINUTE * (percent - 100) / 100
            }
        }
    }
}
