//! One message whose handling panics costs nobody else anything: in one batch with others it alone is told that nothing
//! was recorded, it leaves no trace, the service goes on, and its retry is decided afresh.

#![allow(clippy::unwrap_used)]

mod support;

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering::Relaxed},
};

use lianxin::{
    app::{App, Clock, Setup},
    domain::{
        effect::{Arg, Line, Render},
        moment::Moment,
    },
    playground,
    reply::Replies,
    store::Purpose,
    web::{self, Paths},
};
use rusqlite::Connection;
use support::{
    DUTY_PHONE, Delivery, Door, SHIPPED, deliver, key, lingwu, moment, number_in, rows, settings, text,
};

const SECONDS: i64 = 1_710_291_600;
/// Stands in the words of the message that cannot be worded.
const MARK: &str = "绊脚石";
const NOT_RECORDED: &str = "没有记下来";

/// The shipped wordings, but for one message.
struct Stumbling {
    replies: Replies,
    healed: Arc<AtomicBool>,
}

impl Render for Stumbling {
    fn render_all(&self, lines: &[Line], now: Moment) -> String {
        // The report's own words are told to the worker only: by then ticket and dialogue are written already.
        let marked = lines.iter().any(|l| {
            let mut values = (*l.args).clone().into_iter();
            values.any(|(_, arg)| matches!(arg, Arg::Text(t) if t.contains(MARK)))
        });
        assert!(!marked || self.healed.load(Relaxed), "a wording that panics");
        self.replies.render_all(lines, now)
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_panic_costs_only_its_own_message() {
    let folder = playground::temporary_directory().unwrap();
    let database = playground::database_in(folder.path());
    let config = settings(&[]);
    let (account, bridge) = config.doors("test").expect("good settings");
    let healed = Arc::new(AtomicBool::new(false));
    let wording =
        Stumbling { replies: Replies::shipped().expect("shipped wordings"), healed: healed.clone() };
    let setup = Setup {
        database: database.clone(),
        purpose: Purpose::Serve,
        office: config.office(),
        account,
        bridge,
        clock: Clock::manual(moment("2024-03-13 09:00")),
        wording: Some(Arc::new(wording)),
    };
    let app = App::start(&SHIPPED, setup).await.expect("it starts");
    app.store.import(lingwu()).await.expect("an organisation");
    app.refresh_places(&app.store.directory().borrow().clone());
    let router = web::router(
        app.clone(),
        &Paths { account: "/wechat".into(), bridge: Some("/bridge".into()), metrics: false },
    );
    let door = Door::new(&config);
    let tickets = rows(&database, "ticket");
    let report = |n: usize| {
        let stone = if n == 4 { MARK } else { "" };
        let words = format!("灵武新村{n}号楼路灯不亮{stone}");
        door.post(&key(&format!("oNeighbour{n}"), SECONDS, &n.to_string()), &text(&words))
    };

    // Another process holds the database: the first message waits for it in the writer, the rest queues up behind.
    let foreign = Connection::open(&database).unwrap();
    foreign.execute_batch("BEGIN IMMEDIATE").unwrap();
    let commits = app.store.figures().commits.load(Relaxed);
    let send = |delivery: Delivery| {
        let router = router.clone();
        tokio::spawn(async move { deliver(&router, &delivery).await })
    };
    let mut under_way = vec![send(report(1))];
    tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    under_way.extend((2..=8).map(|n| send(report(n))));
    tokio::time::sleep(std::time::Duration::from_millis(500)).await;
    foreign.execute_batch("COMMIT").unwrap();

    let mut numbers = vec![];
    for (n, task) in (1..).zip(under_way) {
        let shown = door.shown(&task.await.unwrap()).expect("an answer");
        match number_in(&shown) {
            Some(no) if n != 4 => numbers.push(no),
            found => {
                assert!((n, found) == (4, None), "{n}: {shown}");
                assert!(shown.contains(NOT_RECORDED) && shown.contains(DUTY_PHONE), "{shown}");
            }
        }
    }
    assert_eq!(app.store.figures().commits.load(Relaxed), commits + 2, "the seven were not one batch");
    assert_eq!(app.store.figures().failed.load(Relaxed), 1);
    // On disk: everybody else's, and of the one no trace; not even of who wrote.
    assert_eq!(rows(&database, "delivery"), 7);
    assert_eq!(rows(&database, "ticket"), tickets + 7);
    let known = |sender: &str| -> i64 {
        let connection = Connection::open(&database).unwrap();
        connection
            .query_row("SELECT count(*) FROM identity WHERE sender = ?1", [sender], |r| r.get(0))
            .unwrap()
    };
    assert_eq!((known("oNeighbour3"), known("oNeighbour4")), (1, 0));
    numbers.sort();
    let serials: Vec<_> = (1..=7).map(|serial| format!("LX240313{serial:03}")).collect();
    assert_eq!(numbers, serials, "a number was lost with the panic");

    // The service goes on; a retry is decided afresh, fails alike while it must, and then gets its number, once.
    let shown = door.shown(&deliver(&router, &report(4)).await).expect("an answer");
    assert!(shown.contains(NOT_RECORDED), "{shown}");
    assert_eq!(rows(&database, "ticket"), tickets + 7);
    healed.store(true, Relaxed);
    let shown = door.shown(&deliver(&router, &report(4)).await).expect("an answer");
    assert_eq!(number_in(&shown).as_deref(), Some("LX240313008"), "{shown}");
    assert_eq!(door.shown(&deliver(&router, &report(4)).await), Some(shown), "the retry");
    assert_eq!(rows(&database, "ticket"), tickets + 8);
    let sound = app.store.verify().await.expect("a readable store");
    assert!(sound.faults.is_empty(), "{:#?}", sound.faults);
    app.stop();
}
