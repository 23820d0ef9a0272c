//! The organisation file as a whole: whoever leaves must have handed on what they hold; and the tables it is imported from.
#![allow(clippy::unwrap_used)]

mod support;

use lianxin::{
    domain::{directory::Gap, ticket::TicketState},
    playground::seed,
    sheet::read::{self, NoTable},
    store::organisation::{Organisation, RowFault, TableKind},
};
use support::{MA, World, ZHANG};

const WANG: &str = "oStaffXiaoWang00000000000005";
const BAI: &str = "oStaffXiaoBai000000000000003";
const SUN: &str = "oStaffSunAYi0000000000000051";
const OLD: &str = include_str!("../fixtures/seed/old-estates.toml");
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
            Gap::Workerless(_) | Gap::Headless(_) | Gap::Unstaffed(_) | Gap::CatchAll => {
                "something else".to_owned()
            }
        })
        .collect();
    assert_eq!(found, ["no grid: 福林新村", "in part: 水产站商品楼小区"]);
}

/// A8: a micro-grid has a head who is at work, names its buildings, and shares none with another.
#[test]
fn a_micro_grid_that_cannot_stand_is_refused() {
    Organisation::from_toml("own.toml", OLD).unwrap();
    let gone = OLD.replacen("role = \"micro_grid_head\"\n", "", 1);
    assert!(refused(&gone).iter().any(|problem| problem.contains("still heads 灵武新村3号楼微网格")));
    let shared = OLD.replacen("buildings = [\"7\"]", "buildings = [\"7\", \"4\"]", 1);
    let wanted = "holds 灵武新村 4, which 灵武新村3号楼微网格 holds";
    assert!(refused(&shared).iter().any(|problem| problem.contains(wanted)));
    let empty = OLD.replacen("buildings = [\"7\"]", "buildings = []", 1);
    assert!(refused(&empty).iter().any(|problem| problem.contains("names no building")));
    let nobody = OLD.replacen("head = \"sunayi\"", "head = \"nobody\"", 1);
    assert!(refused(&nobody).iter().any(|problem| problem.contains("is no [[person]] key")));
}

/// Whoever heads a micro-grid no longer gives what they have to the grid worker; a new head takes nothing from anybody.
#[tokio::test]
async fn what_a_head_has_goes_to_the_grid_worker_when_they_head_it_no_more() {
    let world = World::new().await;
    let store = &world.play.app.store;
    store.import(seed("old-estates").unwrap()).await.unwrap();
    world.say(ZHANG, "3号楼楼道灯不亮").await;
    let no = "LX240313001";
    world.say(SUN, &format!("签收 {no}")).await;
    let headless = OLD.replacen("head = \"sunayi\"\n", "", 1);
    let headless = Organisation::from_toml("own.toml", &headless).unwrap();
    assert_eq!(store.would_change(headless.clone()).await.unwrap().moved, 1);
    assert_eq!(store.import(headless).await.unwrap().moved, 1);
    world.play.app.fire_due().await.unwrap();
    let worker = store.directory().borrow().grids[0].worker;
    let moved = world.ticket(no).await.unwrap();
    assert_eq!((moved.owner, moved.state), (Some(worker), TicketState::Dispatched));
    assert!(world.say(MA, "今天").await.contains(no));
    assert_eq!(store.import(seed("old-estates").unwrap()).await.unwrap().moved, 0);
    world.play.app.fire_due().await.unwrap();
    assert_eq!(world.ticket(no).await.unwrap().owner, Some(worker));
    world.assert_sound().await;
}

/// A7: what is open is counted by the building's grid, whoever has it, next to the households.
#[tokio::test]
async fn what_is_open_is_counted_by_building() {
    let world = World::new().await;
    let store = &world.play.app.store;
    store.import(seed("old-estates").unwrap()).await.unwrap();
    world.say(ZHANG, "3号楼楼道灯不亮").await;
    world.say(ZHANG, "福林新村2号楼下水道堵了").await;
    world.say(ZHANG, "水产站商品楼小区门口路灯不亮").await;
    let open = store.open_by_building().await.unwrap();
    let directory = store.directory().borrow().clone();
    let of = |grid: &str| {
        let here = |(estate, building, _): &&(_, Option<String>, u32)| {
            directory.grid_at(*estate, building.as_deref()).is_some_and(|found| found.name == grid)
        };
        open.iter().filter(here).map(|(_, _, count)| count).sum::<u32>()
    };
    assert_eq!((of("育才街第1网格"), of("西苑第1网格")), (2, 1), "{open:?}");
    assert_eq!(directory.grid_named("育才街第1网格").unwrap().households, Some(420));
}

/// A14: 27 secretaries of grid branches come as a table, each with where they come from, and go out as the same table.
#[tokio::test]
async fn secretaries_come_and_go_as_a_table_with_their_background() {
    let world = World::new().await;
    let app = &world.play.app;
    let mut rows = vec![["姓名", "岗位", "社区", "网格", "背景"].map(str::to_owned).to_vec()];
    let grids = ["育才街第1网格", "西苑第1网格"];
    let backgrounds = ["离退休党员", "社会组织负责人", "直管党员"];
    for n in 0..27 {
        let (grid, background) = (grids.get(n).copied().unwrap_or_default(), backgrounds[n % 3]);
        let name = format!("支书{n}");
        rows.push(vec![name, "网格党支部书记".into(), String::new(), grid.into(), background.into()]);
    }
    let (plan, _) = app.plan_table(TableKind::People, &rows).await.unwrap().unwrap();
    assert!(plan.bad.is_empty() && plan.changes.len() == 27, "{:?}", plan.bad);
    app.store.import(plan.organisation).await.unwrap();

    let file = app.people_file().await.unwrap().unwrap();
    for background in backgrounds {
        let with = file.lines().filter(|row| row.contains("网格党支部书记") && row.contains(background));
        assert_eq!(with.count(), 9, "{file}");
    }
    let again = read::rows(file.as_bytes()).unwrap();
    let (same, _) = app.plan_table(TableKind::People, &again).await.unwrap().unwrap();
    assert!(same.bad.is_empty() && same.changes.is_empty(), "{:?} {:?}", same.bad, same.changes);
    assert!(world.say(ZHANG, "3号楼归谁管").await.contains("网格党支部书记支书0"));

    // Whoever takes another post is secretary no more; a background that nobody knows is told.
    let row = |post: &str, background: &str| ["支书0", post, "", "", background].map(str::to_owned).to_vec();
    let (plan, _) = app
        .plan_table(TableKind::People, &[rows[0].clone(), row("党员", "离退休党员")])
        .await
        .unwrap()
        .unwrap();
    app.store.import(plan.organisation).await.unwrap();
    assert!(!world.say(ZHANG, "3号楼归谁管").await.contains("支书0"));
    let wrong = [rows[0].clone(), row("网格党支部书记", "老干部")];
    let (plan, _) = app.plan_table(TableKind::People, &wrong).await.unwrap().unwrap();
    assert_eq!(plan.bad[0].fault, RowFault::BackgroundUnknown);
    assert_eq!(plan.bad[0].known.len(), 3);
}
