//! 巡查: every day that nobody was there is counted once, whenever its timer fires, and none on which somebody was.
#![allow(clippy::unwrap_used)]

mod support;

use lianxin::domain::moment::Moment;
use support::{Dice, MA, World, ZHANG, moment};

const DAY: i64 = 24 * 60;

#[tokio::test]
async fn every_day_is_counted_once() {
    let world = World::new().await;
    let mut dice = Dice(20_240_313);
    assert!(world.say(ZHANG, "灵武新村3号楼配电箱门开着,有安全隐患").await.contains("LX240313001"));
    assert!(world.say(MA, "巡查 001 每天").await.contains("已安排每天巡查"));
    let first = moment("2024-03-13 00:00");
    let mut missed = 0;
    for day in 0..40 {
        let morning = first.plus_minutes(day * DAY);
        // From half past eight of the day: what is later than that counts for it.
        let visits = dice.below(3);
        for _ in 0..visits {
            let at = morning.plus_minutes(9 * 60 + dice.below(14 * 60) as i64);
            tick(&world, at).await;
            assert!(world.say(MA, "巡查 001 没事").await.contains("巡查过"));
        }
        missed += u32::from(visits == 0);
        // One week nobody is there to fire timers.
        if !(10..17).contains(&day) {
            tick(&world, morning.plus_minutes(DAY + 8 * 60 + 30)).await;
            let patrol = world.ticket("LX240313001").await.unwrap().road.patrol.unwrap();
            assert_eq!(patrol.missed, missed, "day {day}");
        }
    }
    // Set anew: the timer of the first one and its own find the same days.
    assert!(world.say(MA, "巡查 001 停 换了带锁的").await.contains("不再巡查"));
    assert!(world.say(MA, "巡查 001 每天").await.contains("已安排每天巡查"));
    let before = world.rows("outbox");
    tick(&world, first.plus_minutes(40 * DAY + 17 * 60 + 30)).await;
    tick(&world, first.plus_minutes(41 * DAY + 8 * 60 + 30)).await;
    let ticket = world.ticket("LX240313001").await.unwrap();
    assert_eq!(ticket.road.patrol.unwrap().missed, 1);
    // One reminder, one word to the patroller and one to the community; and at most the briefs of two half days.
    let told = world.rows("outbox") - before;
    assert!((3..=3 + 8).contains(&told), "{told} lines");
    world.assert_sound().await;
}

async fn tick(world: &World, at: Moment) {
    if world.clock.now() < at {
        world.clock.set(at);
    }
    world.play.app.fire_due().await.unwrap();
}
