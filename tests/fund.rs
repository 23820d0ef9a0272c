//! 网格经费: money is read and written exactly, books never lose an entry and never go below zero unless somebody else
//! agreed, and every year has its own.
#![allow(clippy::unwrap_used)]

mod support;

use lianxin::{
    domain::{
        directory::GridId,
        fund::{Entry, ExpenseId, ExpenseState, Fund, FundEvent, FundId, YEARLY},
        money::Fen,
        person::PersonId,
    },
    playground::LINGWU,
    store::organisation::Organisation,
};
use proptest::prelude::*;
use support::{MA, World, moment};

const WANG: &str = "oStaffXiaoWang00000000000005";
const DING: &str = "oStaffXiaoDing00000000000002";
const WORKER: PersonId = PersonId(1);
const COMMUNITY: PersonId = PersonId(2);

#[test]
fn amounts_are_read_exactly_or_not_at_all() {
    for (text, fen) in [
        ("120", 12_000),
        ("120.5", 12_050),
        ("120.50", 12_050),
        ("0.01", 1),
        ("1,200", 120_000),
        ("1,234,567.89", 123_456_789),
        ("007", 700),
        ("999999999.99", 99_999_999_999),
    ] {
        assert_eq!(Fen::read(text), Some(Fen(fen)), "{text}");
    }
    for text in
        ["", ".", "12.", ".5", "12.345", "-5", "+5", "1e3", "1,20", "1234,567", ",123", "1000000000", "十二"]
    {
        assert_eq!(Fen::read(text), None, "{text}");
    }
    assert_eq!(Fen(-1_205).to_string(), "-12.05");
}

proptest! {
    #[test]
    fn what_is_written_is_read_back(fen in 0_i64..=99_999_999_999) {
        prop_assert_eq!(Fen::read(&Fen(fen).to_string()), Some(Fen(fen)));
    }

    #[test]
    fn no_text_panics(text in any::<String>()) {
        let _ = Fen::read(&text);
    }
}

/// Something that somebody tries with the books.
#[derive(Debug, Clone)]
enum Tried {
    Spend(i64),
    Approve(i64, PersonId),
    Refuse(i64),
    Reverse(i64),
}

fn tried() -> impl Strategy<Value = Tried> {
    let by = prop::sample::select(vec![WORKER, COMMUNITY]);
    prop_oneof![
        4 => (-50_i64..60_000).prop_map(Tried::Spend),
        1 => (0_i64..40, by).prop_map(|(id, by)| Tried::Approve(id, by)),
        1 => (0_i64..40).prop_map(Tried::Refuse),
        2 => (0_i64..40).prop_map(Tried::Reverse),
    ]
}

proptest! {
    #[test]
    fn the_balance_is_what_was_given_less_what_counts(steps in prop::collection::vec(tried(), 0..60)) {
        let id = FundId { grid: GridId(1), year: 2024 };
        let mut fund = Fund::open(id, YEARLY);
        let at = moment("2024-03-13 09:00");
        let mut agreed = false;
        for (n, step) in (0..).map(ExpenseId).zip(steps) {
            let before = fund.clone();
            let entry = |amount| Entry { id: n, amount: Fen(amount), purpose: "水泥".into(), ticket: None };
            let done = match step {
                Tried::Spend(amount) => {
                    let spent = fund.apply(at, WORKER, &FundEvent::Spent(entry(amount)));
                    prop_assert!(!spent || fund.balance() >= Fen(0));
                    spent || fund.apply(at, WORKER, &FundEvent::Asked(entry(amount)))
                }
                Tried::Approve(id, by) => {
                    let done = fund.apply(at, by, &FundEvent::Approved { id: ExpenseId(id) });
                    agreed |= done;
                    prop_assert!(!done || by == COMMUNITY, "somebody agreed with themselves");
                    done
                }
                Tried::Refuse(id) => {
                    fund.apply(at, COMMUNITY, &FundEvent::Refused { id: ExpenseId(id), text: "不行".into() })
                }
                Tried::Reverse(id) => {
                    let original = ExpenseId(id);
                    fund.apply(at, WORKER, &FundEvent::Reversed { id: n, original, text: "记错".into() })
                }
            };
            if !done {
                prop_assert_eq!(&fund, &before);
            }
            let counted: i64 =
                fund.expenses.iter().filter(|e| e.state == ExpenseState::Booked).map(|e| e.amount.0).sum();
            prop_assert_eq!(fund.balance(), Fen(YEARLY.0 - counted));
            prop_assert!(agreed || fund.balance() >= Fen(0));
            // Nothing that was entered is ever gone, and its amount is never another.
            for old in &before.expenses {
                prop_assert_eq!(fund.expense(old.id).map(|e| e.amount), Some(old.amount));
            }
        }
    }
}

#[tokio::test]
async fn the_twenty_sixth_expense_needs_a_word() {
    let world = World::new().await;
    for n in 1..=25 {
        let reply = world.say(MA, "支出 120 水泥").await;
        let left = Fen(YEARLY.0 - n * 12_000);
        assert!(
            reply.contains(&format!("支{n:03}记下了")) && reply.contains(&format!("还剩{left}元")),
            "{reply}"
        );
    }
    let reply = world.say(MA, "支出 0.01 钉子").await;
    assert!(reply.contains("只剩0.00元") && reply.contains("支026"), "{reply}");
    assert!(world.say(MA, "经费").await.contains("还剩0.00元"));
    // Not by who asked, nor by somebody of another grid.
    for sender in [MA, DING] {
        assert!(world.say(sender, "同意 支026").await.contains("没有等您定的"), "{sender}");
    }
    assert!(world.say(WANG, "同意 支026").await.contains("超支0.01元"));
    assert!(world.say(MA, "经费").await.contains("超支0.01元"));
    world.clock.set(moment("2025-01-01 00:00"));
    assert!(world.say(MA, "经费").await.contains("2025年经费：全年3000.00元，已用0.00元"));
    assert!(world.say(MA, "经费 2024").await.contains("超支0.01元"));
    world.assert_sound().await;
    let world = world.reopen().await;
    assert!(world.say(MA, "经费 2024年").await.contains("（26笔）"));
}

/// An organisation that gives another amount gives it for this year, not for one that is over.
#[tokio::test]
async fn the_organisation_says_how_much() {
    let world = World::new().await;
    assert!(world.say(MA, "支出 500 锣鼓").await.contains("还剩2500.00元"));
    let more =
        LINGWU.1.replacen("staff = [\"xiaowang\"]", "staff = [\"xiaowang\"]\ngrid_fund = \"5000.50\"", 1);
    world.play.app.store.import(Organisation::from_toml("more", &more).unwrap()).await.unwrap();
    assert!(world.say(MA, "经费").await.contains("全年5000.50元，已用500.00元（1笔），还剩4500.50元"));
    assert!(world.say(MA, "支出 500 锣鼓").await.contains("还剩4000.50元"));
    assert!(world.say(DING, "经费").await.contains("西苑第1网格：全年3000.00元"));
    world.clock.set(moment("2025-01-01 00:00"));
    let less = more.replace("5000.50", "10");
    world.play.app.store.import(Organisation::from_toml("less", &less).unwrap()).await.unwrap();
    assert!(world.say(MA, "经费").await.contains("全年10.00元"));
    assert!(world.say(MA, "经费 2024").await.contains("全年5000.50元"));
    world.assert_sound().await;
    let wrong = more.replace("\"5000.50\"", "\"五千\"");
    let problems = Organisation::from_toml("wrong", &wrong).unwrap_err();
    assert!(problems.iter().any(|p| p.to_string().contains("3000.00")), "{problems:?}");
}

#[test]
fn books_are_named_by_grid_and_year() {
    let id = FundId { grid: GridId(12), year: 2024 };
    assert_eq!(id.row(), 122_024);
    assert_eq!(FundId::from_row(id.row()), id);
}
