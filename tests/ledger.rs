//! The ledger: what an exported file holds when a spreadsheet opens it, what is hidden in it and what is on record about
//! it, and that every figure can be counted again from the events.

#![allow(clippy::unwrap_used)]

mod support;

use std::{
    io::Cursor,
    time::{Duration, Instant},
};

use calamine::{Data, Reader, Xlsx};
use lianxin::{
    app::ledger::Wanted,
    domain::{
        account::{Reason, Refusal, Sight},
        command::CommandKind,
        ledger::{Figures, Filter, Named, Ratio, Reach, Slice, Tally},
        moment::Moment,
        ticket::Ticket,
        ticket_no::TicketNo,
    },
    sheet::{Column, Format, SheetWords},
};
use support::{LI, MA, SHIPPED, World, ZHANG, moment, program, run, stderr, stdout};

/// What a resident might type to reach the office's computer, with all that is personal.
const ODD: &str =
    "=HYPERLINK(\"http://evil.example\",\"3号楼2单元501路灯不亮\")，我叫王建国，电话13800138000，宁A12345";

fn all() -> Filter {
    Filter::default()
}

fn wanted(filter: Filter, format: Format, sight: Sight) -> Wanted {
    Wanted { filter, format, sight, account: None, by: "王芳".into(), office: "城区街道".into() }
}

async fn file(world: &World, filter: Filter, format: Format, sight: Sight) -> (String, Vec<u8>, u32) {
    let made = world.play.app.ledgers.export(wanted(filter, format, sight)).await.unwrap();
    (made.name, made.bytes, made.rows)
}

fn plain() -> Sight {
    Sight::Plain(Reason::parse("上级督查调阅").unwrap())
}

/// A world in which somebody said odd things and one matter went its whole way.
async fn busy() -> World {
    let world = World::new().await;
    world.say(ZHANG, ODD).await;
    world.say(LI, "5号楼东边消防通道被堵了").await;
    let no = world.rows("ticket");
    assert!(no >= 2);
    world.say(MA, "签收 LX240313002").await;
    world.say(MA, "情况 LX240313002 =1+1，车主在3-2-501").await;
    world
}

#[tokio::test]
async fn a_workbook_opens_as_offices_expect_it() {
    let world = busy().await;
    let (name, bytes, rows) = file(&world, all(), Format::Xlsx, Sight::Masked).await;
    assert_eq!(name, "居民诉求办理台账（全部）.xlsx");
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).unwrap();
    assert_eq!(book.sheet_names(), ["台账"]);
    assert!(book.worksheet_formula("台账").unwrap().used_cells().next().is_none(), "no formula at all");
    let sheet = book.worksheet_range("台账").unwrap();
    let at = |row: u32, column: u32| sheet.get_value((row, column)).cloned().unwrap_or(Data::Empty);
    assert_eq!(at(0, 0), Data::String("城区街道居民诉求办理台账（全部）".into()));
    assert!(at(1, 0).to_string().contains("王芳") && at(1, 0).to_string().contains("个人信息已遮掩"));
    let words = SheetWords::shipped().unwrap();
    let place = |column: Column| Column::ALL.iter().position(|c| *c == column).unwrap() as u32;
    for column in Column::ALL {
        assert_eq!(at(2, place(*column)), Data::String(words.column(*column).into()));
    }
    let row_of =
        |no: &str| (3..3 + rows).find(|row| at(*row, place(Column::No)) == Data::String(no.into())).unwrap();
    let row = row_of("LX240313001");
    // A date is a date: a number with a format, not a text that looks like one.
    let Data::DateTime(received) = at(row, place(Column::Received)) else { panic!("{:?}", at(row, 2)) };
    assert_eq!(received.as_f64(), 45364.375, "2024-03-13 09:00");
    assert!(matches!(at(row, place(Column::Due)), Data::DateTime(_)));
    assert_eq!(at(row, place(Column::Number)), Data::Float(f64::from(row - 2)));
    let problem = at(row, place(Column::Problem)).to_string();
    assert!(problem.starts_with("=HYPERLINK("), "as text: {problem}");
    for told in ["13800138000", "王建国", "501", "宁A12345"] {
        assert!(!problem.contains(told), "{told} is hidden: {problem}");
    }
    assert!(problem.contains("138******00") && problem.contains("路灯不亮"));
    let note = at(row_of("LX240313002"), place(Column::Measure)).to_string();
    assert_eq!(note, "=1+1,车主在3-*-***");
    assert_eq!(at(row, place(Column::Overdue)), Data::String("否".into()));
    assert!(at(3 + rows + 1, 0).to_string().contains("审核人"), "who signs stands below the rows");
    // Text that begins like a formula stays text also when somebody edits it.
    let (_, bytes, _) = file(&world, all(), Format::Xlsx, Sight::Masked).await;
    let mut parts = zip_parts(&bytes);
    let styles = parts.remove("xl/styles.xml").unwrap();
    assert!(styles.contains("quotePrefix=\"1\""));
    let sheet = parts.remove("xl/worksheets/sheet1.xml").unwrap();
    for wanted in [
        "<pane xSplit=\"2\" ySplit=\"3\"",
        "orientation=\"landscape\"",
        "paperSize=\"9\"",
        "fitToHeight=\"0\"",
        "第 &amp;P 页，共 &amp;N 页",
        "<autoFilter",
        "<mergeCell ref=\"A1:T1\"",
    ] {
        assert!(sheet.contains(wanted), "{wanted}");
    }
    assert!(parts["xl/workbook.xml"].contains("_xlnm.Print_Titles"));
}

/// The texts of a workbook's parts.
fn zip_parts(bytes: &[u8]) -> std::collections::BTreeMap<String, String> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    (0..archive.len())
        .map(|at| {
            let mut part = archive.by_index(at).unwrap();
            let mut text = String::new();
            std::io::Read::read_to_string(&mut part, &mut text).unwrap();
            (part.name().unwrap().into_owned(), text)
        })
        .collect()
}

#[tokio::test]
async fn plain_text_opens_in_chinese_and_runs_nothing() {
    let world = busy().await;
    let (name, bytes, rows) =
        file(&world, Filter::month_of(moment("2024-03-13 09:00")), Format::Csv, Sight::Masked).await;
    assert_eq!(name, "居民诉求办理台账（2024年3月1日至2024年3月31日）.csv");
    let text = String::from_utf8(bytes).unwrap();
    assert!(text.starts_with("\u{feff}\"序号\",\"单号\",\"受理时间\""));
    let lines: Vec<&str> = text.trim_end().split("\r\n").collect();
    assert_eq!(lines.len() as u32, rows + 1);
    let line = lines.iter().find(|line| line.contains("LX240313001")).unwrap();
    assert!(
        line.contains("\"2024-03-13 09:00\"") && line.contains("\"'=HYPERLINK(\"\"http://evil.example\"\""),
        "{line}"
    );
    for field in lines.iter().flat_map(|line| line.split("\",\"")) {
        assert!(!field.trim_start_matches('"').starts_with(['=', '+', '-', '@', '\t', '\r']), "{field}");
    }
    assert!(!text.contains("13800138000") && !text.contains("王建国") && !text.contains("宁A12345"));
}

#[tokio::test]
async fn what_names_people_leaves_only_for_a_reason_and_is_on_record() {
    let world = busy().await;
    assert_eq!(Reason::parse("  "), Err(Refusal::ReasonUnfit));
    assert_eq!(Reason::parse("a\u{202e}b"), Err(Refusal::ReasonUnfit));
    let before = world.rows("audited");
    let (_, bytes, _) = file(&world, all(), Format::Csv, plain()).await;
    let text = String::from_utf8(bytes).unwrap();
    assert!(text.contains("13800138000") && text.contains("宁A12345"), "unhidden");
    let rows = world.play.app.store.audit_before(i64::MAX, 1).await.unwrap();
    assert_eq!(rows[0].kind, "ledger_unmasked");
    assert!(rows[0].body.contains("上级督查调阅") && rows[0].body.contains("王芳"), "{}", rows[0].body);
    file(&world, all(), Format::Csv, Sight::Masked).await;
    assert_eq!(world.rows("audited"), before + 2);
    assert_eq!(world.play.app.store.audit_before(i64::MAX, 1).await.unwrap()[0].kind, "ledger_exported");
    world.assert_sound().await;
}

#[tokio::test]
async fn a_private_ticket_is_a_number_and_nothing_else() {
    let world = World::new().await;
    let said = world.say(ZHANG, "老公天天打我，我住3号楼2单元501").await;
    world.say(ZHANG, "我家漏水，找物业王经理没人管").await;
    world.say(ZHANG, "私密").await;
    let tickets = tickets(&world).await;
    let private: Vec<_> = tickets.iter().filter(|ticket| ticket.private).collect();
    assert!(!private.is_empty(), "{said}");
    let (_, bytes, _) = file(&world, all(), Format::Csv, plain()).await;
    let text = String::from_utf8(bytes).unwrap();
    for ticket in private {
        assert!(!text.contains(ticket.text.as_str()), "not even unhidden");
        let line = text.lines().find(|line| line.contains(&ticket.no.to_string())).unwrap();
        assert!(line.contains("私密件"), "{line}");
    }
}

/// Every ticket as its events tell it, without asking its row.
async fn tickets(world: &World) -> Vec<Ticket> {
    let store = &world.play.app.store;
    let mut folded = vec![];
    for day in 1..=31 {
        for serial in 1..=20 {
            let no = TicketNo::new(240_300 + day, serial);
            let mut events = store.happened(no).await.unwrap().into_iter();
            let Some(first) = events.next() else { continue };
            let mut ticket = Ticket::open(no, first.at, &first.event.unwrap()).unwrap();
            for next in events {
                ticket.apply(next.at, next.actor, &next.event.unwrap()).unwrap();
            }
            folded.push(ticket);
        }
    }
    folded
}

#[tokio::test]
async fn figures_are_what_the_events_say() {
    let world = World::new().await;
    let now = || world.clock.now();
    // One way to the end, one back again, one withdrawn, one left lying.
    world.say(LI, "5号楼东边消防通道被堵了").await;
    world.say(ZHANG, "3号楼路灯不亮").await;
    world.say(LI, "小区里野狗咬人没人管").await;
    world.say(LI, "撤回 LX240313003").await;
    world.say(ZHANG, "2号楼电梯按钮坏了").await;
    world.say(MA, "签收 LX240313002").await;
    let of_all = world.play.app.ledgers.figures(all()).await.unwrap();
    let mut counted = Figures::default();
    tickets(&world).await.iter().for_each(|ticket| counted.add(ticket, now()));
    assert_eq!(of_all, counted);
    assert_eq!(of_all.received, world.rows("ticket") as u64);
    let lost: u64 = of_all.excluded.values().sum();
    assert_eq!(of_all.response.all + lost, of_all.received, "nothing is left out silently");
    assert_eq!(of_all.by_state.values().sum::<u64>(), of_all.received);
    assert_eq!(of_all.by_category.values().sum::<u64>(), of_all.received);
    assert_eq!(of_all.by_month.values().map(|month| month.received).sum::<u64>(), of_all.received);

    // The day alone: four came, one was taken back, one was signed for.
    let today = Filter::days(Some(now().date()), Some(now().date()));
    let figures = world.play.app.ledgers.figures(today.clone()).await.unwrap();
    assert_eq!((figures.received, figures.open, figures.overdue), (4, 3, 0));
    assert_eq!(figures.response, Ratio { of: 1, all: 3 });
    assert_eq!(figures.response.permille(), Some(333));
    assert_eq!(figures.solve.permille(), None, "of nobody there is no share");

    // A fortnight later all that is open is late, and slices agree with figures.
    world.clock.set(now().plus_minutes(60 * 24 * 30));
    let late = world.play.app.ledgers.figures(today.clone()).await.unwrap();
    assert_eq!((late.received, late.overdue, late.overdue_open), (4, 3, 3));
    for (slice, count) in
        [(Slice::Open, late.open), (Slice::Overdue, late.overdue), (Slice::Closed, late.closed)]
    {
        let filter = Filter { slice: Some(slice), ..today.clone() };
        assert_eq!(world.play.app.ledgers.figures(filter).await.unwrap().received, count, "{slice}");
    }
}

#[tokio::test]
async fn pages_hand_over_every_row_once_and_files_hold_the_same() {
    let world = busy().await;
    let ledgers = &world.play.app.ledgers;
    let (mut seen, mut before) = (vec![], None);
    loop {
        let page = ledgers.page(all(), before, 2).await.unwrap();
        assert!(page.rows.len() <= 2);
        seen.extend(page.rows.iter().map(|row| row.no));
        before = page.older;
        if before.is_none() {
            break;
        }
    }
    assert_eq!(seen.len() as i64, world.rows("ticket"));
    assert!(seen.is_sorted_by(|a, b| a > b), "newest first, none twice");
    let (_, _, rows) = file(&world, all(), Format::Csv, Sight::Masked).await;
    assert_eq!(i64::from(rows), world.rows("ticket"));
    // Communities share the tickets among themselves.
    let directory = ledgers.directory();
    let mut shared = 0;
    for community in &directory.communities {
        let filter = Filter { community: Some(community.id), ..all() };
        shared += ledgers.figures(filter).await.unwrap().received;
    }
    assert_eq!(shared as i64, world.rows("ticket"));
}

#[test]
fn months_are_named_as_people_name_them() {
    let words = SHIPPED.lexicon().commands().clone();
    let now = moment("2024-03-13 09:00");
    let read = |said: &str, kind| {
        Named::read(said, kind, &words, now).map(|named| match named {
            Named::Year(year) => (year, None),
            Named::Month(year, month) => (year, Some(month)),
            Named::Week(monday) => panic!("{said} is the week of {monday}"),
        })
    };
    for (said, named) in [
        ("", Some((2024, Some(3)))),
        ("本月", Some((2024, Some(3)))),
        ("上个月", Some((2024, Some(2)))),
        ("今年", Some((2024, None))),
        ("2023", Some((2023, None))),
        ("2024-01", Some((2024, Some(1)))),
        ("2024年1月", Some((2024, Some(1)))),
        ("2月", Some((2024, Some(2)))),
        ("12月", Some((2023, Some(12)))),
        ("2024-13", None),
        ("13月", None),
        ("1999-01", None),
        ("99999999999999", None),
        ("词典", None),
        ("下雨", None),
    ] {
        assert_eq!(read(said, CommandKind::Ledger), named, "{said}");
    }
    assert_eq!(read("", CommandKind::MonthlyReport), Some((2024, Some(2))), "a report is of a whole month");
    assert_eq!(Named::Month(2024, 1).before(), Named::Month(2023, 12));
    let filter = Named::Month(2024, 2).filter(Reach::All);
    assert_eq!(filter.until, Some(moment("2024-03-01 00:00")), "leap years too");
}

#[test]
fn weeks_begin_on_monday_and_are_named_by_any_of_their_days() {
    let words = SHIPPED.lexicon().commands().clone();
    // A Wednesday.
    let now = moment("2024-03-13 09:00");
    let weekly = |said: &str| match Named::read(said, CommandKind::WeeklyReport, &words, now) {
        Some(Named::Week(monday)) => Some(monday.to_string()),
        Some(Named::Month(..) | Named::Year(_)) => panic!("{said} is no week"),
        None => None,
    };
    for (said, monday) in [
        ("", Some("2024-03-04")),
        ("上周", Some("2024-03-04")),
        ("本周", Some("2024-03-11")),
        ("3月4日", Some("2024-03-04")),
        ("3月10日", Some("2024-03-04")),
        // The year's turn lies within a week; a day that has not come yet is last year's.
        ("2024-01-01", Some("2024-01-01")),
        ("12月31日", Some("2023-12-25")),
        ("2024-02-29", Some("2024-02-26")),
        ("2023-02-29", None),
        ("本月", None),
        ("今年", None),
        ("3月", None),
        ("下周", None),
    ] {
        assert_eq!(weekly(said).as_deref(), monday, "{said}");
    }
    // A month's report is not of a week; a ledger may be.
    assert_eq!(Named::read("本周", CommandKind::MonthlyReport, &words, now), None);
    let week = Named::read("上周", CommandKind::Ledger, &words, now).unwrap();
    let filter = week.filter(Reach::All);
    assert_eq!(filter.since, Some(moment("2024-03-04 00:00")));
    assert_eq!(filter.until, Some(moment("2024-03-11 00:00")));
}

#[test]
fn a_period_is_found_by_numbers_alone() {
    let filter =
        Filter::days(Some(moment("2024-03-01 00:00").date()), Some(moment("2024-03-31 00:00").date()));
    let numbers = filter.numbers();
    assert_eq!(filter.since, Some(moment("2024-03-01 00:00")));
    assert_eq!(filter.until, Some(moment("2024-04-01 00:00")));
    for (no, within) in
        [(240_229, false), (240_301, true), (240_331, true), (240_401, true), (240_405, false)]
    {
        assert_eq!(numbers.contains(&TicketNo::new(no, 5)), within, "{no}");
    }
    let unbounded = Filter::default().numbers();
    assert!(unbounded.contains(&TicketNo::new(991_231, 9_999)) && unbounded.contains(&TicketNo::new(1, 1)));
    let odd = Filter {
        since: Some(Moment::from_millis(i64::MIN)),
        until: Some(Moment::from_millis(i64::MAX)),
        ..all()
    };
    assert_eq!(odd.numbers(), unbounded);
}

#[test]
fn the_command_line_writes_ledgers_too() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let world = runtime.block_on(busy());
    let data = world.database().parent().unwrap().to_owned();
    let out = data.join("台账.xlsx");
    let ledger =
        |arguments: &[&str]| run(program().args(["ledger"]).args(arguments).args(["--data"]).arg(&data), "");
    let made =
        ledger(&["export", "--from", "2024-03-13", "--to", "2024-03-13", "--out", out.to_str().unwrap()]);
    assert!(made.status.success(), "{}", stderr(&made));
    assert!(stdout(&made).starts_with("2 rows"), "{}", stdout(&made));
    let book: Xlsx<_> = Xlsx::new(Cursor::new(std::fs::read(&out).unwrap())).unwrap();
    assert_eq!(book.sheet_names(), ["台账"]);
    assert_eq!(ledger(&["export", "--unmasked"]).status.code(), Some(2), "no reason, no file");
    assert_eq!(ledger(&["export", "--unmasked", "--reason", " "]).status.code(), Some(1));
    assert_eq!(ledger(&["export", "--from", "2024-02-30"]).status.code(), Some(2));
    assert_eq!(ledger(&["export", "--community", "没有"]).status.code(), Some(1));
    let figures = ledger(&["figures", "--from", "2024-03-13", "--json"]);
    let json: serde_json::Value = serde_json::from_str(&stdout(&figures)).unwrap();
    assert_eq!(json["received"], 2);
    assert_eq!(json["response"], serde_json::json!({ "of": 1, "all": 2 }));
    let said = stdout(&ledger(&["figures", "--from", "2024-03-13"]));
    assert!(said.contains("response 50.0% (1/2)"), "{said}");
}

#[tokio::test]
async fn counting_that_takes_too_long_is_given_up() {
    let world = busy().await;
    let app = &world.play.app;
    let ma = app.store.person_at("wechat".to_owned(), MA.to_owned()).await.unwrap().unwrap();
    let month = Named::Month(2024, 3);
    let over = app.ledgers.counted(&ma, month, Instant::now()).await.unwrap();
    assert_eq!(over, Some(Tally::TooMany));
    let long = app.ledgers.counted(&ma, month, Instant::now() + Duration::from_secs(3600)).await.unwrap();
    assert!(matches!(long, Some(Tally::Counted(counted)) if counted.figures.received > 0));
}
