//! The working calendar against the field's vectors, an independent list of holidays and an independent way to count.

use std::time::Duration;

use lianxin::domain::{
    calendar::{Calendar, CalendarError, DayKind, Period},
    category::{Limit, LimitUnit},
    moment::{Date, Moment},
};
use proptest::prelude::*;

const HOUR: i64 = 3_600_000;

fn at(text: &str) -> Moment {
    Moment::parse(text).expect("a moment")
}

fn limit(amount: u32, unit: LimitUnit) -> Limit {
    Limit { amount, unit }
}

fn hours(amount: u32) -> Limit {
    limit(amount, LimitUnit::WorkingHours)
}

#[test]
fn due_gives_the_fields_vectors() {
    let calendar = Calendar::shipped();
    let due = |start, limit| calendar.due(at(start), limit).map(|m| m.to_string());
    for (start, amount, expected) in [
        ("2026-02-13 17:00", 8, "2026-02-14 17:00"),
        ("2026-02-14 17:30", 4, "2026-02-24 11:30"),
        ("2026-05-08 16:00", 8, "2026-05-09 16:00"),
        ("2026-09-18 15:00", 8, "2026-09-20 15:00"),
        ("2026-09-30 17:30", 16, "2026-10-09 17:30"),
        ("2026-03-13 12:30", 2, "2026-03-13 16:00"),
    ] {
        assert_eq!(due(start, hours(amount)).unwrap(), expected, "{start} + {amount}");
    }
    assert_eq!(due("2026-12-31 17:00", hours(4)), Err(CalendarError::YearMissing(2027)));
    assert_eq!(due("2026-02-17 03:00", limit(2, LimitUnit::Hours)).unwrap(), "2026-02-17 05:00");
}

#[test]
fn seven_working_days_over_two_weekends() {
    let calendar = Calendar::shipped();
    let start = at("2024-03-08 16:20");
    let due = calendar.due(start, limit(7, LimitUnit::WorkingDays)).unwrap();
    assert_eq!(due.to_string(), "2024-03-19 16:20");
    assert_eq!(due.weekday_name(), "周二");
    let skipped: Vec<i8> = calendar.skipped(start, due).unwrap().iter().map(|d| d.day()).collect();
    assert_eq!(skipped, [9, 10, 16, 17]);
}

#[test]
fn a_limit_ends_with_the_period_that_it_fills() {
    let calendar = Calendar::shipped();
    for (start, limit, expected) in [
        ("2026-03-13 08:00", hours(4), "2026-03-13 12:00"),
        ("2026-03-13 12:00", hours(4), "2026-03-13 18:00"),
        ("2026-03-13 18:00", hours(1), "2026-03-16 09:00"),
        ("2026-03-14 03:00", hours(1), "2026-03-16 09:00"),
        ("2026-03-14 03:00", hours(0), "2026-03-16 08:00"),
        ("2026-03-13 09:30", limit(1, LimitUnit::WorkingDays), "2026-03-16 09:30"),
        ("2026-12-31 17:00", hours(1), "2026-12-31 18:00"),
        ("2023-12-31 23:59", limit(2, LimitUnit::Minutes), "2024-01-01 00:01"),
    ] {
        assert_eq!(calendar.due(at(start), limit).unwrap().to_string(), expected, "{start} {limit:?}");
    }
}

#[test]
fn no_year_and_no_end_are_errors() {
    let calendar = Calendar::shipped();
    let start = at("2026-11-22 10:00");
    let due = |unit| calendar.due(start, limit(u32::MAX, unit));
    assert_eq!(due(LimitUnit::WorkingDays), Err(CalendarError::YearMissing(2027)));
    assert_eq!(due(LimitUnit::Hours), Err(CalendarError::OutOfRange));
    assert_eq!(due(LimitUnit::Minutes), Err(CalendarError::OutOfRange));
    assert_eq!(calendar.due(at("2023-12-31 10:00"), hours(1)), Err(CalendarError::YearMissing(2023)));
    assert_eq!(calendar.last_year(), Some(2026));
    for edge in [i64::MIN, i64::MAX] {
        let edge = Moment::from_millis(edge);
        assert!(calendar.due(edge, hours(1)).is_err());
        assert!(calendar.is_working_time(edge).is_err());
        assert!(calendar.skipped(edge, edge).is_err());
        assert_eq!(edge.plus(Duration::MAX).minus(Duration::MAX).since(edge).as_millis(), 0);
        let _ = (edge.yymmdd(), edge.start_of_day(), edge.days_until(start), edge.to_string());
    }
}

/// Day by day against a library's own list, which ends (and panics) after 2026-12-25.
#[test]
fn every_day_agrees_with_an_independent_list() {
    let calendar = Calendar::shipped();
    let (mut date, last) = (Date::new(2024, 1, 1).unwrap(), Date::new(2026, 12, 25).unwrap());
    while date <= last {
        let ymd = (date.year() as u16, date.month() as u8, date.day() as u8);
        let theirs = chinese_holiday::chinese_holiday(ymd).is_workday();
        assert_eq!(calendar.day_kind(date).unwrap().is_work(), theirs, "{date}");
        date = date.tomorrow().unwrap();
    }
}

#[test]
fn the_years_have_as_many_working_days_as_announced() {
    let calendar = Calendar::shipped();
    for (year, expected) in [(2024, 251), (2025, 248), (2026, 248)] {
        let mut date = Date::new(year, 1, 1).unwrap();
        let mut worked = 0;
        while date.year() == year {
            worked += u32::from(calendar.day_kind(date).unwrap().is_work());
            date = date.tomorrow().unwrap();
        }
        assert_eq!(worked, expected, "{year}");
    }
}

#[test]
fn a_day_says_why() {
    let calendar = Calendar::shipped();
    let kind = |y, m, d| calendar.day_kind(Date::new(y, m, d).unwrap());
    assert_eq!(kind(2026, 2, 14), Ok(DayKind::MakeUpWork("春节".into())));
    assert_eq!(kind(2026, 10, 1), Ok(DayKind::Holiday("国庆节".into())));
    assert_eq!(kind(2026, 11, 22), Ok(DayKind::Weekend));
    assert_eq!(kind(2026, 11, 23), Ok(DayKind::Work));
    assert_eq!(kind(2027, 1, 1), Err(CalendarError::YearMissing(2027)));
    assert!(calendar.source(Date::new(2026, 11, 23).unwrap()).unwrap().contains("国办发明电〔2025〕7号"));
    assert_eq!(calendar.is_working_time(at("2026-11-23 11:59")), Ok(true));
    assert_eq!(calendar.is_working_time(at("2026-11-23 12:00")), Ok(false));
    assert_eq!(calendar.is_working_time(at("2026-11-22 10:00")), Ok(false));
}

#[test]
fn other_periods_keep_the_working_day_of_eight_hours() {
    let summer = [(8 * 60, 12 * 60), (15 * 60, 19 * 60)].map(|(s, e)| Period::new(s, e).unwrap());
    let calendar = Calendar::shipped().with_periods(summer.to_vec()).unwrap();
    assert_eq!(calendar.periods()[1].to_string(), "15:00–19:00");
    let due = calendar.due(at("2026-07-01 14:00"), hours(1)).unwrap();
    assert_eq!(due.to_string(), "2026-07-01 16:00");
    let overlapping = vec![summer[1], summer[0]];
    assert_eq!(Calendar::shipped().with_periods(overlapping), None);
    assert_eq!(Calendar::shipped().with_periods(vec![]), None);
    assert_eq!(Period::new(600, 600), None);
    assert_eq!(Period::new(600, 1441), None);
}

#[test]
fn a_loader_reports_every_fault_with_its_line() {
    let bad = "year = 2027\nsource = \"s\"\n[[holiday]]\nname = \"元旦\"\nfrom = 2027-01-03\nto = 2027-01-01\n\
        work = [2027-01-04, 2028-01-01]\n[[holiday]]\nname = \"春节\"\nfrom = 2027-02-06\nto = 2027-02-06\n\
        work = [2027-02-06]\n";
    let problems = Calendar::from_toml(&[("2027.toml", bad), ("x.toml", "yaer = 1"), ("again.toml", bad)]);
    let problems: Vec<String> = problems.unwrap_err().iter().map(ToString::to_string).collect();
    let expected = [
        "2027.toml:5: 2027-01-03 在 2027-01-01 之后",
        "2027.toml:7: 2027-01-04 不是周六周日",
        "2027.toml:7: 2028-01-01 不是 2027 年的日期",
        "2027.toml:12: 2027-02-06 写了两次:春节和春节",
        "x.toml:1: unknown field `yaer`",
        "again.toml:1: 2027 年已经有一份文件",
    ];
    for (problem, expected) in problems.iter().zip(expected) {
        assert!(problem.starts_with(expected), "{problem} / {expected}");
    }
    assert!(problems.len() >= expected.len());
}

#[test]
fn moments_read_as_beijing_time() {
    let moment = at("2024-03-13 09:00");
    assert_eq!(moment.millis(), 1_710_291_600_000);
    assert_eq!(moment.yymmdd(), 240_313);
    assert_eq!(Moment::from_civil(2024, 3, 13, 9, 0), Some(moment));
    assert_eq!(Moment::from_civil(2024, 2, 30, 9, 0), None);
    assert_eq!(moment.start_of_day().to_string(), "2024-03-13 00:00");
    assert_eq!(moment.days_until(at("2024-03-14 00:00")), 1);
    assert_eq!(moment.days_until(at("2024-03-12 23:59")), -1);
    assert_eq!(at("2024-03-14 09:00").since(moment), Duration::from_secs(86_400));
    assert_eq!(at("2024-03-13T09:00:00"), moment);
    for bad in ["", "2024-03-13", "2024-13-01 09:00", "2024-03-13 24:00", "明天"] {
        assert!(Moment::parse(bad).is_err(), "{bad}");
    }
}

/// Counts working minutes one by one from a list of days, as one would by hand.
fn by_stepping(start: Moment, minutes: u32) -> Option<Moment> {
    let works = |m: Moment| {
        let date = m.date();
        let ymd = (date.year() as u16, date.month() as u8, date.day() as u8);
        let hour = m.hour();
        chinese_holiday::chinese_holiday(ymd).is_workday()
            && ((8..12).contains(&hour) || (14..18).contains(&hour))
    };
    let (mut now, mut left) = (start, minutes);
    while left > 0 {
        if now > at("2026-12-24 00:00") {
            return None;
        }
        left -= u32::from(works(now));
        now = now.plus(Duration::from_secs(60));
    }
    Some(now)
}

prop_compose! {
    fn minute()(offset in 0_i64..(2 * 365 + 300) * 24 * 60) -> Moment {
        Moment::from_millis(at("2024-01-01 00:00").millis() + offset * 60_000)
    }
}

proptest! {
    #[test]
    fn due_agrees_with_counting_minutes(start in minute(), amount in 1_u32..60) {
        let expected = by_stepping(start, amount * 60);
        prop_assume!(expected.is_some());
        prop_assert_eq!(calendar().due(start, hours(amount)).ok(), expected);
    }

    #[test]
    fn due_grows_with_start_and_amount(start in minute(), later in 0_i64..100 * HOUR, amount in 0_u32..40, more in 0_u32..9) {
        let due = |start, amount| calendar().due(start, hours(amount)).unwrap();
        let after = Moment::from_millis(start.millis() + later);
        prop_assert!(due(start, amount) <= due(after, amount));
        prop_assert!(due(start, amount) <= due(start, amount + more));
        prop_assert!(due(start, amount) >= start);
        prop_assert_eq!(due(start, 8 * amount), calendar().due(start, limit(amount, LimitUnit::WorkingDays)).unwrap());
    }

    #[test]
    fn nothing_panics(millis: i64, amount: u32, unit in 0..4_usize) {
        let start = Moment::from_millis(millis);
        let _ = calendar().due(start, limit(amount, LimitUnit::ALL[unit]));
        let _ = (start.yymmdd(), start.to_string(), start.start_of_day());
    }

    #[test]
    fn a_moment_survives_its_text(start in minute()) {
        prop_assert_eq!(Moment::parse(&start.to_string()), Ok(start));
    }
}

fn calendar() -> &'static Calendar {
    static SHIPPED: std::sync::LazyLock<Calendar> = std::sync::LazyLock::new(Calendar::shipped);
    &SHIPPED
}

const LOCAL: &str = include_str!("../fixtures/calendar/local-demo.toml");

#[test]
fn local_days_off_move_due_dates() {
    let calendar = Calendar::shipped().with_local("local-demo.toml", LOCAL).unwrap();
    for (start, hours, national, local) in [
        ("2024-04-09 17:00", 8, "2024-04-10 17:00", "2024-04-12 17:00"),
        // Begun on a day off: counted from the next one worked.
        ("2024-04-10 10:00", 1, "2024-04-10 11:00", "2024-04-12 09:00"),
        ("2024-06-14 17:00", 4, "2024-06-17 11:00", "2024-06-18 11:00"),
        // Far from it nothing changes.
        ("2024-03-13 12:30", 2, "2024-03-13 16:00", "2024-03-13 16:00"),
    ] {
        let limit = limit(hours, LimitUnit::WorkingHours);
        assert_eq!(Calendar::shipped().due(at(start), limit).unwrap().to_string(), national, "{start}");
        assert_eq!(calendar.due(at(start), limit).unwrap().to_string(), local, "{start}");
    }
    let days: Vec<_> = calendar.local_days().map(|day| (day.date.to_string(), day.name, day.work)).collect();
    let wanted = [("2024-04-10", "开斋节"), ("2024-04-11", "开斋节"), ("2024-06-17", "古尔邦节")];
    assert_eq!(days, wanted.map(|(date, name)| (date.to_owned(), name, false)));
    assert_eq!(Calendar::shipped().local_days().count(), 0);
}

#[test]
fn local_days_that_cannot_stand_are_told_row_by_row() {
    let row = |rest: &str| format!("[[holiday]]\nname = \"开斋节\"\nsource = \"通知\"\n{rest}\n");
    for (text, line, told) in [
        (row("from = 2024-05-01"), 4, "2024-05-01 全国已经放假（劳动节），这一天不用写，也不能改"),
        (row("from = 2024-04-28"), 4, "2024-04-28 全国调休上班（劳动节）"),
        (row("from = 2031-04-10"), 4, "还没有 2031 年的全国放假安排"),
        (row("from = 2024-04-11\nto = 2024-04-10"), 4, "from 和 to 写反了"),
        (row("from = 2024-04-10T08:00:00"), 4, "要写成 2026-10-01 这样的日期"),
        (row("from = 2024-04-10\nwork = [2024-04-12]"), 5, "不是周六周日，不用写补班"),
        (row("from = 2024-04-10") + &row("from = 2024-04-10"), 8, "写了两次：开斋节和开斋节"),
        ("[[holiday]]\nname = \"开斋节\"\nfrom = 2024-04-10\n".into(), 1, "和 source（哪份通知放的）"),
        ("[[holidays]]\n".into(), 1, "unknown field `holidays`"),
    ] {
        let problems = Calendar::shipped().with_local("own.toml", &text).unwrap_err();
        assert!(
            problems.iter().any(|p| p.line == line && p.text.contains(told) && p.file == "own.toml"),
            "{told}: {problems:#?}"
        );
    }
    // Weekends within a longer holiday are off anyway.
    let week = row("from = 2024-06-14\nto = 2024-06-18\nwork = [2024-06-22]");
    let calendar = Calendar::shipped().with_local("own.toml", &week).unwrap();
    let days: Vec<i8> = calendar.local_days().map(|day| day.date.day()).collect();
    assert_eq!(days, [14, 17, 18, 22]);
}

#[test]
fn nobody_is_at_work_before_after_and_between_working_days() {
    let calendar = Calendar::shipped();
    for (moment, opens) in [
        ("2024-03-13 02:00", Some("2024-03-13 08:00")),
        ("2024-03-13 08:00", None),
        // The break at noon is not the end of the day.
        ("2024-03-13 12:30", None),
        ("2024-03-13 17:59", None),
        ("2024-03-13 18:00", Some("2024-03-14 08:00")),
        ("2024-03-15 18:00", Some("2024-03-18 08:00")),
        ("2024-03-16 10:00", Some("2024-03-18 08:00")),
        // A Sunday that is worked.
        ("2024-04-07 10:00", None),
    ] {
        let found = calendar.opens_again(at(moment)).unwrap().map(|m| m.to_string());
        assert_eq!(found.as_deref(), opens, "{moment}");
    }
}
