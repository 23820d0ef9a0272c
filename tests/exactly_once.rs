//! One delivery has one effect and one answer, however often and however close together it comes, also over a restart;
//! and what only looks like the same delivery is another one.

mod support;

use std::collections::HashSet;

use lianxin::{
    channel::bridge::Message,
    domain::message::{Content, Event},
};
use support::{Door, GROUP, LAMP, LI, World, ZHANG, deliver, key, number_in, stamp, text};

const SECONDS: i64 = 1_710_291_600;

fn in_group(id: &str, from: &str, words: &str) -> Message {
    Message {
        id: id.into(),
        group: Some(GROUP.into()),
        from: from.into(),
        name: from.into(),
        at_bot: true,
        kind: "text".into(),
        text: Some(words.into()),
        media: None,
        time: SECONDS,
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_at_once_are_one() {
    let world = World::new().await;
    let (door, before) = (world.door(), world.rows("ticket"));
    let delivery = door.post(&key(ZHANG, SECONDS, "1"), &text(LAMP));
    let tasks: Vec<_> = (0..1000)
        .map(|_| {
            let (router, delivery) = (world.router(), delivery.clone());
            tokio::spawn(async move { deliver(&router, &delivery).await })
        })
        .collect();
    let mut replies = HashSet::new();
    for task in tasks {
        let answered = task.await.expect("no panic");
        assert_eq!(answered.status, 200);
        // Text and time both: a retry is told the first one's time.
        let reply = door.platform.open_reply(answered.text()).expect("a reply").expect("no silence");
        replies.insert((reply.text, reply.create_time, reply.to));
    }
    assert_eq!(replies.len(), 1, "{replies:?}");
    assert_eq!(world.rows("ticket"), before + 1);
    assert_eq!(world.rows("delivery"), 1);
    world.assert_sound().await;
}

/// An order is in the pool, and both party members say 接单 at once: one has it, the other reads who.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_claims_at_once_one_wins() {
    const MEMBERS: [&str; 2] = ["oStaffZhangJianGuo000000041", "oStaffLiXiuLan0000000000042"];
    let world = World::new().await;
    let door = world.door();
    for round in 1..=8 {
        let who = format!("oOrders{round}");
        let said = world.say(&who, &format!("点单 灵武新村{round}号楼水龙头坏了")).await;
        let no = number_in(&said).unwrap_or_else(|| panic!("no number: {said}"));
        world.say("oStaffXiaoWang00000000000005", &format!("派单 {no}")).await;
        let claims: Vec<_> = MEMBERS
            .iter()
            .map(|member| {
                let key = key(member, SECONDS + round, &round.to_string());
                let delivery = door.post(&key, &text(&format!("接单 {no}")));
                let router = world.router();
                tokio::spawn(async move { deliver(&router, &delivery).await })
            })
            .collect();
        let mut answers = vec![];
        for claim in claims {
            answers.push(door.shown(&claim.await.expect("no panic")).expect("an answer"));
        }
        let won = |answer: &&String| answer.contains(&format!("{no} 归您了"));
        let lost = |answer: &&String| answer.contains(&format!("{no} 已经由党员"));
        assert_eq!(answers.iter().filter(won).count(), 1, "{answers:?}");
        assert_eq!(answers.iter().filter(lost).count(), 1, "{answers:?}");
    }
    world.assert_sound().await;
}

/// Turns are committed together; one that cannot be is told so, and is the only one.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_turn_that_fails_harms_no_other() {
    let world = World::new().await;
    let (door, before, known) = (world.door(), world.rows("ticket"), world.rows("identity"));
    let foreign = rusqlite::Connection::open(world.database()).expect("the database");
    foreign
        .execute_batch(
            "CREATE TRIGGER trap BEFORE INSERT ON delivery WHEN NEW.content LIKE '%电梯%'
             BEGIN SELECT RAISE(ABORT, 'trapped'); END",
        )
        .expect("the trap");
    let tasks: Vec<_> = (0..200)
        .map(|n| {
            let words = if n % 20 == 7 { "电梯坏了" } else { "路灯不亮" };
            let said = format!("灵武新村{}号楼{words}", n % 9 + 1);
            let delivery = door.post(&key(&format!("oMany{n}"), SECONDS, "1"), &text(&said));
            let router = world.router();
            tokio::spawn(async move { (n, deliver(&router, &delivery).await) })
        })
        .collect();
    let mut numbers = HashSet::new();
    for task in tasks {
        let (n, answered) = task.await.expect("no panic");
        let shown = door.shown(&answered).expect("an answer");
        assert_eq!(number_in(&shown).is_none(), n % 20 == 7, "{n}: {shown}");
        numbers.extend(number_in(&shown));
    }
    assert_eq!(numbers.len(), 190);
    assert_eq!(world.rows("ticket"), before + 190);
    assert_eq!(world.rows("delivery"), 190);
    assert_eq!(world.rows("identity"), known + 190);
    world.assert_sound().await;
}

/// One after another, later, and after a restart; the retry of the platform and one that was encrypted anew.
#[tokio::test]
async fn a_retry_gets_the_stored_answer() {
    let world = World::new().await;
    let (door, before) = (world.door(), world.rows("ticket"));
    let key = key(ZHANG, SECONDS, "1");
    let delivery = door.post(&key, &text(LAMP));
    let first = door.platform.open_reply(deliver(&world.router(), &delivery).await.text()).unwrap().unwrap();
    for minutes in [0, 5, 60 * 24] {
        world.clock.set(world.clock.now().plus_minutes(minutes));
        for again in [delivery.clone(), door.post(&key, &text(LAMP))] {
            let reply =
                door.platform.open_reply(deliver(&world.router(), &again).await.text()).unwrap().unwrap();
            assert_eq!(reply, first, "after {minutes} minutes");
        }
    }
    let world = world.reopen().await;
    let reply = door.platform.open_reply(deliver(&world.router(), &delivery).await.text()).unwrap().unwrap();
    assert_eq!(reply, first, "after a restart");
    assert_eq!(world.rows("ticket"), before + 1);
    world.assert_sound().await;
}

/// The number of a message is unique for one sender at one second only.
#[tokio::test]
async fn other_people_and_other_times_are_other_deliveries() {
    let world = World::new().await;
    let door = world.door();
    let keys = [
        key("oStrangerA", SECONDS, "1"),
        key("oStrangerB", SECONDS, "1"),
        key("oStrangerC", SECONDS + 1, "1"),
        key("oStrangerC", SECONDS + 1, "2"),
    ];
    let (mut numbers, words) = (HashSet::new(), ["路灯不亮", "下水道堵了", "电梯坏了", "垃圾没人清"]);
    for (key, what) in keys.iter().zip(words) {
        let said = format!("灵武新村3号楼{what}");
        let reply = door.shown(&deliver(&world.router(), &door.post(key, &text(&said))).await).unwrap();
        numbers.insert(number_in(&reply).unwrap_or_else(|| panic!("no number for {said}: {reply}")));
    }
    assert_eq!(numbers.len(), 4, "{numbers:?}");
    let same_words = [key("oStrangerD", SECONDS, "7"), key("oStrangerE", SECONDS, "7")];
    for key in &same_words {
        let reply = door.shown(&deliver(&world.router(), &door.post(key, &text("福林新村2号楼漏水"))).await);
        numbers.insert(number_in(&reply.unwrap()).expect("a number"));
    }
    assert_eq!(numbers.len(), 6, "{numbers:?}");
}

/// Events carry no number: several of one second are told apart by their name and key.
#[tokio::test]
async fn events_of_one_second_are_told_apart() {
    let world = World::new().await;
    let door = world.door();
    let key = key("oStranger", SECONDS, "");
    let say = |event: Event| door.post(&key, &Content::Event(event));
    let subscribe = say(Event::Subscribe { scene: None });
    let scan = say(Event::Scan { scene: "12".into() });
    let welcome = door.shown(&deliver(&world.router(), &subscribe).await).expect("a welcome");
    let help = door.shown(&deliver(&world.router(), &scan).await).expect("help");
    assert_ne!(welcome, help, "the second event got the first one's answer");
    assert_eq!(world.rows("delivery"), 2);
    let other = say(Event::Scan { scene: "13".into() });
    deliver(&world.router(), &other).await;
    assert_eq!(world.rows("delivery"), 3, "another key is another event");
    for (again, answer) in [(subscribe, welcome), (scan, help.clone()), (other, help)] {
        assert_eq!(door.shown(&deliver(&world.router(), &again).await), Some(answer));
    }
    assert_eq!(world.rows("delivery"), 3);
}

#[tokio::test]
async fn the_gateways_ids_are_taken_once() {
    let world = World::new().await;
    let (door, before) = (world.door(), world.rows("ticket"));
    let now = world.clock.now().seconds();
    let message = in_group("m1", "stranger-1", "灵武新村3号楼路灯不亮");
    let first = deliver(&world.router(), &door.by_gateway(&message, now)).await;
    assert!(number_in(first.text()).is_some(), "{}", first.text());
    let lines = world.rows("outbox");
    // Signed anew, as a gateway does that never saw the answer.
    for _ in 0..3 {
        assert_eq!(deliver(&world.router(), &door.by_gateway(&message, now)).await, first);
    }
    assert_eq!((world.rows("ticket"), world.rows("outbox")), (before + 1, lines));
    let other = in_group("m1", "stranger-2", "福林新村3号楼下水道堵了");
    assert_ne!(deliver(&world.router(), &door.by_gateway(&other, now)).await, first, "ids are per sender");
    assert_eq!(world.rows("ticket"), before + 2);
}

/// What the bot keeps silent on leaves nothing: neither the words nor who said them.
#[tokio::test]
async fn silence_leaves_no_rows() {
    const TABLES: [&str; 8] =
        ["delivery", "identity", "person", "ticket", "history", "outbox", "dialogue", "timer"];
    let world = World::new().await;
    let (door, now) = (world.door(), world.clock.now().seconds());
    let count = || TABLES.map(|table| world.rows(table));
    let before = count();
    let mut chatter = in_group("m1", "stranger", "今天天气真好啊");
    chatter.at_bot = false;
    let mut elsewhere = in_group("m2", "stranger", LAMP);
    elsewhere.group = Some("a-group-that-nobody-registered".into());
    for message in [chatter, elsewhere] {
        for _ in 0..2 {
            let answered = deliver(&world.router(), &door.by_gateway(&message, now)).await;
            assert_eq!(answered.text(), r#"{"messages":[]}"#);
        }
    }
    let event = door
        .post(&key("oStranger", SECONDS, "||9"), &Content::Event(Event::Silent { name: "LOCATION".into() }));
    for _ in 0..2 {
        assert_eq!(deliver(&world.router(), &event).await.text(), "success");
    }
    assert_eq!(count(), before);
    // Somebody known to the store, too.
    let mut known = in_group("m3", "lishu", "大家周末愉快");
    known.at_bot = false;
    assert_eq!(deliver(&world.router(), &door.by_gateway(&known, now)).await.text(), r#"{"messages":[]}"#);
    assert_eq!(count(), before);
}

/// Two people of one number, of whom one was answered with silence by the other door: accounts do not mix either.
#[tokio::test]
async fn the_doors_do_not_share_ids() {
    let world = World::new().await;
    let door: Door = world.door();
    let now = world.clock.now().seconds();
    assert_eq!(stamp(now).seconds(), now);
    let by_account =
        deliver(&world.router(), &door.post(&key(LI, 0, "m1"), &text("物华兴洲苑5号楼路灯不亮"))).await;
    let mut message = in_group("m1", LI, "你好");
    message.group = None;
    let by_gateway = deliver(&world.router(), &door.by_gateway(&message, now)).await;
    assert_eq!((by_account.status, by_gateway.status), (200, 200));
    let shown = door.shown(&by_account).expect("an answer");
    assert!(!by_gateway.text().contains(number_in(&shown).expect("a number").as_str()));
}
