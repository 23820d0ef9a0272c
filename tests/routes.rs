//! 派单表: which row decides, when none does, what an organisation file and a table may say, and that the table that goes out
//! can be taken in again.
#![allow(clippy::unwrap_used)]

mod support;

use lianxin::{
    app::organisation::Taken,
    domain::{account::AccountId, category::SubCode, moment::Date, ticket::Place},
    sheet::read,
    store::organisation::{Organisation, RowFault, TableKind},
};
use support::{SHIPPED, World, lingwu, moment};

const SEED: &str = include_str!("../fixtures/seed/lingwu.toml");

/// The shipped world with other rows.
fn with_routes(rows: &str) -> Result<Organisation, Vec<String>> {
    let (before, after) = SEED.split_once("# ---- 派单表").unwrap();
    let (_, after) = after.split_once("# ---- 群 ----").unwrap();
    Organisation::from_toml("own.toml", &format!("{before}\n{rows}\n{after}"))
        .map_err(|problems| problems.iter().map(ToString::to_string).collect())
}

fn route(what: &str, org: &str, why: &str) -> String {
    format!("[[route]]\n{what}\norg = {org:?}\nwhy = {why:?}\n")
}

#[tokio::test]
async fn the_narrowest_row_in_force_decides() {
    let rows = [
        route("", "综合执法局", "都归执法局"),
        route("community = \"育才街社区\"", "住建局", "社区的"),
        route("community = \"育才街社区\"\ncategory = \"facility\"", "综合执法局", "社区的公共设施"),
        route("community = \"育才街社区\"\ncategory = \"facility.street_light\"", "住建局", "社区的路灯"),
        route("estate = \"灵武新村\"", "综合执法局", "小区的"),
        route("estate = \"灵武新村\"\nfrom = 2024-03-01", "住建局", "小区三月起"),
        route("estate = \"灵武新村\"\nfrom = 2024-03-10\nuntil = 2024-03-20", "综合执法局", "小区中旬"),
        route("estate = \"灵武新村\"\nbuilding = \"3\"\nfrom = 2024-05-01", "住建局", "三号楼五月起"),
    ];
    let world = World::new().await;
    let store = &world.play.app.store;
    store.import(with_routes(&rows.concat()).unwrap()).await.unwrap();
    let directory = store.directory().borrow().clone();
    let estate = |name: &str| directory.estates.iter().find(|e| e.name.name == name).unwrap().name.id;
    for (name, building, code, day, wanted) in [
        ("沙滩村", None, "heating", "2024-03-13", "都归执法局"),
        ("福林新村", None, "heating", "2024-03-13", "社区的"),
        ("福林新村", None, "facility.fitness", "2024-03-13", "社区的公共设施"),
        ("福林新村", None, "facility.street_light", "2024-03-13", "社区的路灯"),
        ("灵武新村", None, "facility.street_light", "2024-02-29", "小区的"),
        ("灵武新村", None, "facility.street_light", "2024-03-01", "小区三月起"),
        ("灵武新村", Some("3"), "heating", "2024-03-10", "小区中旬"),
        ("灵武新村", Some("3"), "heating", "2024-03-20", "小区中旬"),
        ("灵武新村", Some("3"), "heating", "2024-03-21", "小区三月起"),
        ("灵武新村", Some("3"), "heating", "2024-05-01", "三号楼五月起"),
        ("灵武新村", Some("2"), "heating", "2024-05-01", "小区三月起"),
    ] {
        let place =
            Place { estate: Some(estate(name)), building: building.map(str::to_owned), ..Place::default() };
        let day: Date = day.parse().unwrap();
        let found = directory.routes_at(&place, &SubCode::new(code), day);
        assert_eq!(found[0].why, wanted, "{name} {building:?} {code} {day}");
        assert_eq!(found.last().unwrap().why, "都归执法局", "what is left comes after");
    }
    // What is private stays the mediator's, whatever the table says.
    let reply = world.say("oRouteResident00000000000001", "我家婆媳老吵架，想找人说说").await;
    assert!(!reply.contains("执法局"), "{reply}");
    world.assert_sound().await;
}

#[tokio::test]
async fn a_danger_that_goes_to_a_department_is_told_to_the_grid_worker_too() {
    let world = World::new().await;
    let rows = route("category = \"gas\"\nestate = \"灵武新村\"", "住建局", "燃气归住建局");
    world.play.app.store.import(with_routes(&rows).unwrap()).await.unwrap();
    world.say("oRouteResident00000000000002", "灵武新村3号楼煤气味好大，人头晕").await;
    let ticket = world.ticket("LX240313001").await.unwrap();
    let directory = world.play.app.store.directory().borrow().clone();
    assert_eq!(directory.staff_name(ticket.owner.unwrap()), "住建局老吴");
    let (lines, _) = world.play.outbox(0).await.unwrap();
    let to_worker =
        lines.iter().find(|line| line.to.to_string() == "user:xiaoma").expect("the grid worker hears of it");
    assert!(to_worker.text.contains("【紧急】LX240313001"), "{}", to_worker.text);
}

#[test]
fn rows_that_cannot_stand_are_refused_with_both_named() {
    let same = route("estate = \"灵武新村\"\ncategory = \"heating\"\nfrom = 2026-11-01", "住建局", "一");
    let without_community = same.clone();
    let again =
        same.replace("estate =", "community = \"育才街社区\"\nestate =").replace("住建局", "综合执法局");
    for (rows, told) in [
        (without_community + &again, "stands in [[route]] no. 1 and no. 2"),
        (route("category = \"warmth\"", "住建局", "x"), "\"warmth\" is no category"),
        (route("", "供热公司", "x"), "\"供热公司\" is no [[department]]"),
        (route("estate = \"幸福里\"", "住建局", "x"), "\"幸福里\" is no [[estate]]"),
        (route("building = \"3\"", "住建局", "x"), "write its estate too"),
        (route("from = 2026-11-02\nuntil = 2026-11-01", "住建局", "x"), "ends before it begins"),
        (route("from = 2026-11-02T08:00:00", "住建局", "x"), "要写成 2026-11-01 这样的日期"),
    ] {
        let problems = with_routes(&rows).unwrap_err();
        assert!(problems.iter().any(|p| p.contains(told)), "{told}: {problems:#?}");
    }
    let unknown = with_routes(&route("category = \"heating.floor\"", "住建局", "x")).unwrap();
    let problems = unknown.unknown_categories("own.toml", SHIPPED.lexicon().taxonomy());
    assert!(problems[0].text.contains("heating.floor"), "{problems:#?}");
    assert_eq!(lingwu().unknown_categories("", SHIPPED.lexicon().taxonomy()), []);
}

#[tokio::test]
async fn the_table_goes_out_and_comes_in_again() {
    let world = World::new().await;
    let app = &world.play.app;
    let file = app.route_file().await.unwrap().unwrap();
    for told in [
        "\"类别\",\"社区\",\"小区\",\"楼号\"",
        "\"路灯\",\"鼓楼社区\",\"欧景豪庭小区\"",
        "\"供暖问题\",\"\",\"\",\"\",\"住建局\",\"2024-11-01\"",
    ] {
        assert!(file.contains(told), "{told}: {file}");
    }
    let rows = read::rows(file.as_bytes()).unwrap();
    let (plan, _) = app.plan_table(TableKind::Routes, &rows).await.unwrap().unwrap();
    assert_eq!((plan.bad.len(), plan.changes.len(), plan.same), (0, 0, 3), "{:?}", plan.bad);
    // Ended sooner, and one more; in force at once.
    let changed = file.replace("\"2024-03-31\"", "\"2024/3/25\"")
        + "\"全部\",\"\",\"灵武新村\",\"3号楼\",\"综合执法局\",\"\",\"\",\"三号楼整治\"\r\n";
    let rows = read::rows(changed.replace("2024/3/25", "2024-03-25").as_bytes()).unwrap();
    let (plan, version) = app.plan_table(TableKind::Routes, &rows).await.unwrap().unwrap();
    assert_eq!((plan.bad.len(), plan.changes.len(), plan.same), (0, 2, 2), "{:?}", plan.bad);
    let account = AccountId(1);
    assert_eq!(app.take_table(account, TableKind::Routes, &rows, version).await.unwrap(), Taken::In);
    world.say(support::ZHANG, "3号楼下水道堵了").await;
    let owner = world.ticket("LX240313001").await.unwrap().owner.unwrap();
    assert_eq!(app.store.directory().borrow().staff_name(owner), "执法局小陈");
    world.clock.set(moment("2024-03-26 09:00"));
    let who = world.say(support::MA, "谁来办 欧景豪庭小区 路灯不亮").await;
    assert!(who.contains("会派给网格员小丁"), "{who}");

    let bad = "类别,小区,楼号,部门,开始,结束,说明\n\
        路,灵武新村,,住建局,,,x\n\
        路灯,幸福里,,住建局,,,x\n\
        路灯,灵武新村,楼顶,住建局,,,x\n\
        路灯,,3,住建局,,,x\n\
        路灯,灵武新村,,供热公司,,,x\n\
        路灯,灵武新村,,住建局,明天,,x\n\
        路灯,灵武新村,,住建局,2026-03-02,2026-03-01,x\n\
        路灯,灵武新村,,住建局,2026-03-02,,x\n\
        路灯,灵武新村,,综合执法局,2026-03-02,,y\n";
    let rows = read::rows(bad.as_bytes()).unwrap();
    let (plan, _) = app.plan_table(TableKind::Routes, &rows).await.unwrap().unwrap();
    let faults: Vec<(usize, RowFault)> = plan.bad.iter().map(|bad| (bad.row, bad.fault)).collect();
    let wanted = [
        (2, RowFault::CategoryUnknown),
        (3, RowFault::EstateUnknown),
        (4, RowFault::BuildingUnfit),
        (5, RowFault::CellEmpty),
        (6, RowFault::DepartmentUnknown),
        (7, RowFault::DayUnfit),
        (8, RowFault::DaysReversed),
        (10, RowFault::RowTwice),
    ];
    assert_eq!(faults, wanted);
    assert_eq!(plan.bad.last().unwrap().known, ["9"], "both rows are named");
    world.assert_sound().await;
}
