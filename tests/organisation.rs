//! The organisation file as a whole: whoever leaves must have handed on what they hold; and the tables it is imported from.
#![allow(clippy::unwrap_used)]

mod support;

use lianxin::{
    domain::{directory::Gap, ticket::TicketState},
    sheet::read::{self, NoTable},
    store::organisation::Organisation,
};
use support::{MA, World, ZHANG};

const WANG: &str = "oStaffXiaoWang00000000000005";
const BAI: &str = "oStaffXiaoBai000000000000003";
const SEED: &str = include_str!("../fixtures/seed/lingwu.toml");

fn refused(text: &str) -> Vec<String> {
    Organisation::from_toml("own.toml", text).unwrap_err().iter().map(ToString::to_string).collect()
}

/// Somebody's block without their post, or not there at all.
fn leaves(key: &str, gone: bool) -> String {
    let at = SEED.find(&format!("[[person]]\nkey = {key:?}")).unwrap();
    let end = at + 1 + SEED[at + 1..].find("[[person]]").unwrap();
    let block = if gone { String::new() } else { SEED[at..end].replace("role = \"grid_worker\"\n", "") };
    format!("{}{block}{}", &SEED[..at], &SEED[end..])
}

/// A13: the only worker of a grid cannot leave before somebody takes it over.
#[test]
fn the_only_worker_of_a_grid_leaves_only_with_a_substitute() {
    let told = refused(&leaves("laotian", false));
    let wanted =
        "\"laotian\" is at work no more and still holds 沙滩村网格: name who takes it over as its worker";
    assert!(told.iter().any(|problem| problem.contains(wanted)), "{told:#?}");
    assert!(!refused(&leaves("laotian", true)).is_empty());
    let handed_on = leaves("laotian", false).replace("worker = \"laotian\"", "worker = \"xiaobai\"");
    Organisation::from_toml("own.toml", &handed_on).unwrap();
}

#[test]
fn a_ladder_begins_at_the_grid() {
    for wrong in ["{ community = \"社区\" }", "{ grid = \"\", community = \"社区\" }"] {
        let text =
            SEED.replace("ladder = { grid = \"村\", subdistrict = \"镇\" }", &format!("ladder = {wrong}"));
        assert!(refused(&text).iter().any(|problem| problem.contains("needs the rung where matters begin")));
    }
    let odd =
        SEED.replace("ladder = { grid = \"村\", subdistrict = \"镇\" }", "ladder = { street = \"街\" }");
    assert!(refused(&odd).iter().any(|problem| problem.contains("street")));
}

#[test]
fn text_is_read_in_whatever_way_a_spreadsheet_saves_it() {
    let wanted = vec![vec!["姓名".to_owned(), "岗位".into()], vec!["马志强".into(), "网格员".into()]];
    let gbk = b"\xd0\xd5\xc3\xfb,\xb8\xda\xce\xbb\r\n\xc2\xed\xd6\xbe\xc7\xbf,\xcd\xf8\xb8\xf1\xd4\xb1\r\n"
        .to_vec();
    let utf16 =
        "\u{feff}姓名\t岗位\r\n马志强\t网格员\r\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let marked = "\u{feff}姓名,岗位\n马志强,网格员".as_bytes().to_vec();
    for saved in [gbk, utf16, marked] {
        assert_eq!(read::rows(&saved), Ok(wanted.clone()));
    }
    let picture = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR";
    assert_eq!(read::rows(picture), Err(NoTable::Unreadable));
}

/// The seed with building 3 of 灵武新村 in a grid of its own, worked by 小白.
fn split() -> Organisation {
    let grid = "[[grid]]\nname = \"育才街第2网格\"\ncommunity = \"育才街社区\"\nworker = \"xiaobai\"\n\
                covers = [{ estate = \"灵武新村\", buildings = [\"3\"] }]\n\n[[grid]]\nname = \"西苑第1网格\"";
    let text = SEED.replacen("[[grid]]\nname = \"西苑第1网格\"", grid, 1);
    Organisation::from_toml("own.toml", &text).unwrap()
}

/// A7: open tickets follow the building, the history keeps the old grid, and those who wait learn the new worker's name.
#[tokio::test]
async fn when_a_grid_is_split_open_tickets_follow_their_building() {
    let world = World::new().await;
    for line in ["灵武新村3号楼的自来水管架子掉落", "灵武新村5号楼门口路灯不亮", "灵武新村3号楼电梯门关不上"]
    {
        world.say(ZHANG, line).await;
        world.clock.set(world.clock.now().plus_minutes(1));
    }
    let [water, light, lift] = ["LX240313001", "LX240313002", "LX240313003"];
    world.say(MA, &format!("签收 {water}")).await;
    world.say(MA, &format!("派单 {lift} 物业")).await;
    world.say(ZHANG, "灵武新村3号楼楼顶瓷砖往下掉").await;
    let given = "LX240313004";
    world.say(WANG, &format!("转派 {given} 小丁")).await;
    let handed_to = world.ticket(given).await.unwrap().owner;
    assert_ne!(handed_to, world.ticket(water).await.unwrap().owner);
    let before = world.ticket(water).await.unwrap();
    let old = before.grid.unwrap();

    let store = &world.play.app.store;
    let would = store.would_change(split()).await.unwrap();
    assert_eq!(would.moved, 3);
    assert_eq!(store.import(split()).await.unwrap().moved, 3);
    world.play.app.fire_due().await.unwrap();

    let moved = world.ticket(water).await.unwrap();
    let directory = store.directory().borrow().clone();
    let new = directory.grids.iter().find(|grid| grid.name == "育才街第2网格").unwrap();
    assert_eq!((moved.grid, moved.owner), (Some(new.id), Some(new.worker)));
    assert_eq!((moved.due_at, moved.received_at), (before.due_at, before.received_at), "the clock runs on");
    assert_eq!(moved.state, TicketState::Dispatched, "the new worker signs for it");
    assert_eq!(world.ticket(light).await.unwrap().grid, Some(old), "another building stays");
    let handed = world.ticket(lift).await.unwrap();
    assert_eq!(handed.grid, Some(new.id));
    assert_ne!(handed.owner, Some(new.worker), "the property company goes on working it");

    let given = world.ticket(given).await.unwrap();
    assert_eq!((given.grid, given.owner), (Some(new.id), handed_to), "whoever was named goes on working it");

    let told = world.say(ZHANG, "进度").await;
    assert_eq!(told.matches("网格员换成小白").count(), 1, "{told}");
    assert!(told.contains("育才街第2网格"), "{told}");
    assert!(!world.say(ZHANG, "进度").await.contains("网格员换成"), "once");
    assert!(world.say(BAI, "今天").await.contains(water));
    let refused = world.say(MA, &format!("办结 {water} 好了")).await;
    assert!(world.ticket(water).await.unwrap().state.is_open() && !refused.contains("已转"), "{refused}");

    // The same file again moves nothing.
    assert_eq!(store.import(split()).await.unwrap().moved, 0);
    world.play.app.fire_due().await.unwrap();
    assert_eq!(world.rows("history WHERE kind = 'ticket' AND body LIKE '%regridded%'"), 3);
    world.assert_sound().await;
}

/// What is finished keeps the grid that finished it.
#[tokio::test]
async fn what_is_finished_stays_with_the_grid_that_finished_it() {
    let world = World::new().await;
    world.say(ZHANG, "灵武新村3号楼门口路灯不亮").await;
    world.say(ZHANG, "撤回").await;
    world.say(ZHANG, "1").await;
    let done = world.ticket("LX240313001").await.unwrap();
    assert!(!done.state.is_open(), "{:?}", done.state);
    assert_eq!(world.play.app.store.import(split()).await.unwrap().moved, 0);
    world.play.app.fire_due().await.unwrap();
    assert_eq!(world.ticket("LX240313001").await.unwrap().grid, done.grid);
    world.assert_sound().await;
}

#[tokio::test]
async fn what_nobody_answers_for_is_found() {
    let world = World::new().await;
    let store = &world.play.app.store;
    assert_eq!(store.directory().borrow().gaps(), [], "the shipped world leaves nothing open");
    let part = SEED.replacen(
        "{ estate = \"水产站商品楼小区\" }",
        "{ estate = \"水产站商品楼小区\", buildings = [\"1\"] }",
        1,
    );
    let none = part.replacen("{ estate = \"福林新村\" }, ", "", 1);
    store.import(Organisation::from_toml("own.toml", &none).unwrap()).await.unwrap();
    let directory = store.directory().borrow().clone();
    let found: Vec<String> = directory
        .gaps()
        .into_iter()
        .map(|gap| match gap {
            Gap::Ungridded(estate) => format!("no grid: {}", estate.name.name),
            Gap::PartlyGridded(estate) => format!("in part: {}", estate.name.name),
            Gap::Workerless(_) | Gap::Unstaffed(_) | Gap::CatchAll => "something else".to_owned(),
        })
        .collect();
    assert_eq!(found, ["no grid: 福林新村", "in part: 水产站商品楼小区"]);
}
