//! Storage that fails: the reply says at once that nothing was recorded and whom to phone, nothing stays under the key,
//! and once it is healed the retry is recorded. A slow store is not a failed one: then nothing is said, and the retry
//! collects what was committed meanwhile.

#![allow(clippy::unwrap_used)]

mod support;

use std::{
    path::Path,
    process::Command,
    time::{Duration, Instant},
};

use lianxin::{playground, web::listener};
use rusqlite::Connection;
use support::{
    DUTY_PHONE, Door, LAMP, LI, Service, World, ZHANG, deliver, key, number_in, over_tcp, program, rows,
    settings, text,
};

const SECONDS: i64 = 1_710_291_600;
const NOT_RECORDED: &str = "没有记下来";

/// A small file system of its own; `None` where we may not mount one.
struct Disk {
    folder: tempfile::TempDir,
}

impl Disk {
    fn of(bytes: &str) -> Option<Self> {
        let folder = playground::temporary_directory().expect("a folder");
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &format!("size={bytes}"), "tmpfs"])
            .arg(folder.path())
            .stderr(std::process::Stdio::null())
            .status();
        mounted.is_ok_and(|status| status.success()).then_some(Self { folder })
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Writes until nothing more fits.
    fn fill(&self) {
        let mut filler = std::fs::File::create(self.path().join("filler")).expect("the filler");
        let mut block = vec![1_u8; 64 * 1024];
        while !block.is_empty() {
            if std::io::Write::write_all(&mut filler, &block).is_err() {
                block.truncate(block.len() / 2);
            }
        }
    }

    fn free(&self) {
        std::fs::remove_file(self.path().join("filler")).expect("the filler");
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        // Lazily: a service that is just ending may still hold a file.
        let _ = Command::new("umount").arg("-l").arg(self.path()).status();
    }
}

/// On the real program, over TCP: full, honest, healed, recorded; five times over.
#[test]
fn a_full_disk_is_told_and_survived() {
    let Some(disk) = Disk::of("16m") else {
        eprintln!("skipped: no right to mount a small file system");
        return;
    };
    let service = Service::demo(disk.path());
    let door = Door::new(&settings(&[]));
    let database = playground::database_in(disk.path());
    let get = |target: &str| support::Delivery {
        method: "GET",
        target: target.into(),
        headers: vec![],
        body: vec![],
    };
    let status = |target: &str| {
        over_tcp(service.address, &get(target), Duration::from_secs(10)).unwrap().unwrap().status
    };
    for round in 0..5 {
        let sender = format!("oFull{round}");
        let said = format!("灵武新村{}号楼路灯不亮", round + 1);
        let delivery = door.post(&key(&sender, SECONDS, "1"), &text(&said));
        let post = || over_tcp(service.address, &delivery, Duration::from_secs(10)).unwrap().unwrap();
        let before = (rows(&database, "ticket"), rows(&database, "delivery"));
        disk.fill();
        // What fits into pages already allocated may still be taken; after that the disk is full for everybody.
        for filler in 0..200 {
            let more = door.post(&key("oFiller", SECONDS, &format!("{round}-{filler}")), &text("你好"));
            let answered = over_tcp(service.address, &more, Duration::from_secs(10)).unwrap().unwrap();
            if door.shown(&answered).is_some_and(|shown| shown.contains(NOT_RECORDED)) {
                break;
            }
            assert!(filler < 199, "the disk is never full");
        }
        let full = (rows(&database, "ticket"), rows(&database, "delivery"));
        assert_eq!(full.0, before.0);
        let started = Instant::now();
        for _ in 0..2 {
            let shown = door.shown(&post()).expect("an honest answer");
            assert!(shown.contains(NOT_RECORDED) && shown.contains(DUTY_PHONE), "{shown}");
            assert_eq!(number_in(&shown), None, "no number was given: {shown}");
        }
        assert!(started.elapsed() < Duration::from_secs(2), "told late: {:?}", started.elapsed());
        assert_eq!(status("/readyz"), 503);
        assert_eq!(status("/healthz"), 200);
        assert_eq!((rows(&database, "ticket"), rows(&database, "delivery")), full, "something was kept");
        disk.free();
        let shown = door.shown(&post()).expect("an answer");
        assert!(number_in(&shown).is_some(), "after healing: {shown}");
        assert_eq!(door.shown(&post()), Some(shown), "the retry");
        assert_eq!(rows(&database, "ticket"), before.0 + 1);
        assert_eq!(status("/readyz"), 200);
    }
    service.kill();
    let output = support::run(program().args(["verify", "--data"]).arg(disk.path()), "");
    assert!(output.status.success(), "{}", support::stdout(&output));
}

/// Another process holds the database: for a moment that is waited for, and the answer is the usual one.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_short_foreign_lock_is_waited_for() {
    let world = World::new().await;
    let door = world.door();
    let foreign = Connection::open(world.database()).unwrap();
    foreign.execute_batch("BEGIN IMMEDIATE").unwrap();
    let (router, delivery) = (world.router(), door.post(&key(ZHANG, SECONDS, "1"), &text(LAMP)));
    let under_way = tokio::spawn(async move { deliver(&router, &delivery).await });
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert!(!under_way.is_finished(), "answered without a commit");
    foreign.execute_batch("COMMIT").unwrap();
    let shown = door.shown(&under_way.await.unwrap()).expect("an answer");
    assert!(number_in(&shown).is_some(), "{shown}");
    world.assert_sound().await;
}

/// A long one: the resident hears that nothing was recorded, nothing was, and the retry is decided afresh.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_long_foreign_lock_is_told() {
    let world = World::new().await;
    let (door, tickets) = (world.door(), world.rows("ticket"));
    let foreign = Connection::open(world.database()).unwrap();
    foreign.execute_batch("BEGIN IMMEDIATE").unwrap();
    let delivery = door.post(&key(ZHANG, SECONDS, "1"), &text(LAMP));
    let shown = door.shown(&deliver(&world.router(), &delivery).await).expect("an honest answer");
    assert!(shown.contains(NOT_RECORDED) && shown.contains(DUTY_PHONE), "{shown}");
    foreign.execute_batch("ROLLBACK").unwrap();
    assert_eq!((world.rows("ticket"), world.rows("delivery")), (tickets, 0));
    let shown = door.shown(&deliver(&world.router(), &delivery).await).expect("an answer");
    assert!(number_in(&shown).is_some(), "{shown}");
    assert_eq!(world.rows("ticket"), tickets + 1);
    world.assert_sound().await;
}

/// Time stands still but for the deadlines: at 4.5 s nothing is said, at 6 s the connection is given up. The store
/// commits late, and the retry collects exactly that.
#[tokio::test(start_paused = true)]
async fn a_late_commit_is_collected_by_the_retry() {
    let world = World::new().await;
    let (door, tickets) = (world.door(), world.rows("ticket"));
    let foreign = Connection::open(world.database()).unwrap();
    foreign.execute_batch("BEGIN IMMEDIATE").unwrap();
    let delivery = door.post(&key(ZHANG, SECONDS, "1"), &text(LAMP));
    let started = tokio::time::Instant::now();
    let answered = deliver(&world.router(), &delivery).await;
    assert!(answered.hung_up && answered.body.is_empty(), "said something: {answered:?}");
    assert_eq!(started.elapsed().as_millis(), 6000);
    foreign.execute_batch("COMMIT").unwrap();
    // The writer is a thread of its own and knows no paused time.
    let database = world.database();
    support::eventually("the late commit", || rows(&database, "ticket") == tickets + 1);
    tokio::time::resume();
    let shown = door.shown(&deliver(&world.router(), &delivery).await).expect("the stored answer");
    assert!(number_in(&shown).is_some(), "{shown}");
    assert_eq!((world.rows("ticket"), world.rows("delivery")), (tickets + 1, 1));
    world.assert_sound().await;
}

/// The same over a real connection and in real time: it closes without a byte. The first delivery occupies the writer,
/// so that the second waits behind it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_late_connection_closes_without_a_byte() {
    let world = World::new().await;
    let door = world.door();
    let bound = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = bound.local_addr().unwrap();
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let serving = tokio::spawn(listener::serve(bound, world.router(), async {
        let _ = stopped.await;
    }));
    let foreign = Connection::open(world.database()).unwrap();
    foreign.execute_batch("BEGIN IMMEDIATE").unwrap();
    let send = |delivery: support::Delivery| {
        tokio::task::spawn_blocking(move || {
            let started = Instant::now();
            (over_tcp(address, &delivery, Duration::from_secs(12)), started.elapsed())
        })
    };
    let first = send(door.post(&key(LI, SECONDS, "1"), &text("物华兴洲苑5号楼路灯不亮")));
    tokio::time::sleep(Duration::from_millis(300)).await;
    let late = door.post(&key(ZHANG, SECONDS, "2"), &text(LAMP));
    let second = send(late.clone());
    let (answered, _) = first.await.unwrap();
    assert!(
        door.shown(&answered.unwrap().expect("an answer")).is_some_and(|shown| shown.contains(NOT_RECORDED))
    );
    // The writer now waits for the second's sake; it gets the lock after the second's deadline.
    tokio::time::sleep(Duration::from_millis(2100)).await;
    foreign.execute_batch("COMMIT").unwrap();
    let (answered, took) = second.await.unwrap();
    assert_eq!(answered.expect("no error"), None, "a byte was sent");
    assert!((5900..7500).contains(&took.as_millis()), "held for {took:?}");
    let (answered, took) = send(late).await.unwrap();
    let shown = door.shown(&answered.unwrap().expect("an answer")).expect("the stored answer");
    assert!(number_in(&shown).is_some() && took < Duration::from_secs(1), "{shown} after {took:?}");
    assert_eq!(world.rows("delivery"), 1);
    let _ = stop.send(());
    serving.await.unwrap();
    world.assert_sound().await;
}

/// The gateway, too, is told that nothing was recorded.
#[tokio::test]
async fn the_gateway_is_told_as_well() {
    let world = World::new().await;
    let foreign = Connection::open(world.database()).unwrap();
    foreign.execute_batch("BEGIN IMMEDIATE").unwrap();
    let said = world.say_in_group("lishu", "李叔", "物华兴洲苑5号楼路灯不亮", true).await;
    assert!(said.contains(NOT_RECORDED) && said.contains(DUTY_PHONE), "{said}");
    foreign.execute_batch("ROLLBACK").unwrap();
    assert_eq!(world.rows("delivery"), 0);
}

/// A file that is no database, a flipped byte in the ledger and a version from the future are told, not overwritten.
#[tokio::test]
async fn a_damaged_file_is_refused_and_named() {
    let directory = playground::temporary_directory().unwrap();
    let database = playground::database_in(directory.path());
    let rubbish = "this is no database ".repeat(1000);
    std::fs::write(&database, &rubbish).unwrap();
    let output = support::run(program().args(["verify", "--data"]).arg(directory.path()), "");
    assert_eq!(output.status.code(), Some(1));
    assert!(support::stderr(&output).contains("damaged"), "{}", support::stderr(&output));
    assert_eq!(std::fs::read_to_string(&database).unwrap(), rubbish);

    let world = World::new().await;
    world.say(ZHANG, LAMP).await;
    let foreign = Connection::open(world.database()).unwrap();
    foreign
        .execute_batch(
            "UPDATE ticket SET body = replace(body, '路灯', '路口') WHERE no = (SELECT max(no) FROM ticket)",
        )
        .unwrap();
    let report = world.play.app.store.verify().await.unwrap();
    assert!(report.faults.iter().any(|f| f.contains("LX240313001")), "{:?}", report.faults);
    let changed = foreign.execute("UPDATE history SET body = '{}' WHERE seq = 1", []);
    assert!(changed.is_err_and(|e| e.to_string().contains("append-only")));
    assert!(foreign.execute("DELETE FROM history", []).is_err());
}
