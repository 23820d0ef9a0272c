//! `kill -9` under load, on the real program over TCP: what was acknowledged is there exactly once with the same answer,
//! what was not is taken on the retry, and the ledger is clean each time. `KILL_ROUNDS` sets how many kills.

#![allow(clippy::unwrap_used)]

mod support;

use std::{
    collections::{HashMap, HashSet},
    net::SocketAddr,
    sync::{
        Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed},
    },
    time::{Duration, Instant},
};

use lianxin::{app::random, playground};
use support::{
    Delivery, Door, Service, key, number_in, over_tcp, program, rows, run, settings, stdout, text,
};

const SENDERS: usize = 4;
const WITHIN: Duration = Duration::from_secs(10);
const BUILDINGS: [&str; 4] = ["灵武新村", "福林新村", "物华兴洲苑", "唐城苑小区"];
const TROUBLES: [&str; 5] = ["路灯不亮", "下水道堵了", "电梯坏了", "垃圾没人清", "楼道漏水"];

struct Message {
    delivery: Delivery,
    opens_ticket: bool,
    /// Answered on the first delivery: before the kill.
    at_once: bool,
    /// What the phone showed on each delivery that was answered: words and time.
    replies: Vec<(String, i64)>,
}

fn message(door: &Door, serial: usize) -> Message {
    // Some people write again and again, most once; each complaint is of a place and trouble of its own.
    let opens_ticket = serial % 5 != 4;
    let sender =
        if opens_ticket { format!("oKilled{serial:08}") } else { format!("oKilled{:08}", serial % 50) };
    let (estate, trouble) = (BUILDINGS[serial % 4], TROUBLES[serial / 4 % 5]);
    let words =
        if opens_ticket { format!("{estate}{}号楼{trouble}", serial + 1) } else { "进度".to_owned() };
    let seconds = 1_710_291_600 + serial as i64;
    let delivery = door.post(&key(&sender, seconds, &serial.to_string()), &text(&words));
    Message { delivery, opens_ticket, at_once: false, replies: vec![] }
}

/// Sends until the service dies; remembers what was sent and what was answered.
fn send_until_dead(
    address: SocketAddr,
    door: &Door,
    serial: &AtomicUsize,
    dead: &AtomicBool,
    sent: &Mutex<Vec<Message>>,
) {
    while !dead.load(Relaxed) {
        let mut message = message(door, serial.fetch_add(1, Relaxed));
        // An error is the kill, at whatever byte it struck.
        let answered = over_tcp(address, &message.delivery, WITHIN).ok().flatten();
        let failed = answered.is_none();
        if let Some(answered) = answered {
            assert_eq!(answered.status, 200);
            message.replies.push(reply(door, answered.text()));
            message.at_once = true;
        }
        sent.lock().expect("no poison").push(message);
        if failed {
            break;
        }
    }
}

fn reply(door: &Door, body: &str) -> (String, i64) {
    let reply = door.platform.open_reply(body).expect("a whole reply").expect("no silence");
    assert!(!reply.text.contains("没有记下来"), "storage was never down: {}", reply.text);
    (reply.text, reply.create_time)
}

#[test]
fn nothing_acknowledged_is_lost_and_nothing_is_doubled() {
    let rounds: usize = std::env::var("KILL_ROUNDS").map_or(3, |n| n.parse().expect("a number of kills"));
    let directory = playground::temporary_directory().unwrap();
    let database = playground::database_in(directory.path());
    let door = Door::new(&settings(&[]));
    let serial = AtomicUsize::new(0);
    let mut all: Vec<Message> = vec![];
    let mut slowest_start = Duration::ZERO;
    let mut seeded = None;
    for round in 0..=rounds {
        let started = Instant::now();
        let service = Service::demo(directory.path());
        let ready = Delivery { method: "GET", target: "/readyz".into(), headers: vec![], body: vec![] };
        support::eventually("ready", || {
            over_tcp(service.address, &ready, WITHIN).is_ok_and(|a| a.is_some_and(|a| a.status == 200))
        });
        slowest_start = slowest_start.max(started.elapsed());
        let seeded = *seeded.get_or_insert_with(|| rows(&database, "ticket"));
        // What got no answer comes again, and each third of what did.
        for (index, message) in all.iter_mut().enumerate() {
            if message.replies.is_empty() || index % 3 == round % 3 {
                let answered = over_tcp(service.address, &message.delivery, WITHIN);
                let answered = answered.expect("the service is up").expect("it answers");
                message.replies.push(reply(&door, answered.text()));
            }
        }
        if round == rounds {
            check(
                &door,
                service.address,
                &mut all,
                rows(&database, "ticket") - seeded,
                rounds,
                slowest_start,
            );
        } else {
            let moment = Duration::from_millis(100 + u64::from(random::<1>()[0]) * 3);
            let (dead, sent) = (AtomicBool::new(false), Mutex::new(vec![]));
            let address = service.address;
            std::thread::scope(|scope| {
                for _ in 0..SENDERS {
                    scope.spawn(|| send_until_dead(address, &door, &serial, &dead, &sent));
                }
                // The random moment is the experiment, not a synchronisation.
                std::thread::sleep(moment);
                service.kill();
                dead.store(true, Relaxed);
            });
            all.extend(sent.into_inner().unwrap());
        }
        let output = run(program().args(["verify", "--data"]).arg(directory.path()), "");
        assert!(output.status.success() && stdout(&output).contains("clean"), "{}", stdout(&output));
    }
}

fn check(
    door: &Door,
    address: SocketAddr,
    all: &mut [Message],
    tickets: i64,
    rounds: usize,
    slowest_start: Duration,
) {
    let mut owners: HashMap<String, usize> = HashMap::new();
    let mut opened = 0;
    for (index, message) in all.iter_mut().enumerate() {
        let answered = over_tcp(address, &message.delivery, WITHIN).expect("up").expect("it answers");
        message.replies.push(reply(door, answered.text()));
        let different: HashSet<_> = message.replies.iter().collect();
        assert_eq!(different.len(), 1, "one message, several answers: {different:#?}");
        if message.opens_ticket {
            opened += 1;
            let no = number_in(&message.replies[0].0).unwrap_or_else(|| panic!("{:?}", message.replies[0]));
            if let Some(other) = owners.insert(no.clone(), index) {
                panic!("{no} was given to messages {other} and {index}");
            }
        }
    }
    let acknowledged = all.iter().filter(|message| message.at_once).count();
    println!(
        "messages {} · acknowledged {acknowledged} · the rest on retry · complaints {opened} · kills {rounds} · tickets {tickets} · slowest start {} ms",
        all.len(),
        slowest_start.as_millis()
    );
    assert!(opened > 0, "nothing was sent between the kills");
    assert_eq!(tickets, opened, "each complaint is one ticket");
}
