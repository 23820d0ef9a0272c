//! Who may say what: every staff command of the command table, said by every post about a private and an ordinary ticket
//! of somebody else's grid. `docs/ROLES.zh-CN.md` is the table of the answers, written by this test with BLESS_ROLES=1.
#![allow(clippy::unwrap_used)]

mod support;

use std::fmt::Write;

use lianxin::domain::command::{ChatCommand, CommandKind};
use support::{SHIPPED, World};

/// Posts, and who holds them in the shipped world; none of them has to do with 小丁's grid but those above it.
const POSTS: [(&str, &str); 8] = [
    ("居民", "oRolesResident0000000000001"),
    ("别的网格员", "oStaffXiaoMa0000000000000001"),
    ("别的社区", "oStaffXiaoWang00000000000005"),
    ("本社区", "oStaffXiaoSun000000000000006"),
    ("街道", "oStaffLaoDing00000000000031"),
    ("部门", "oStaffZhiFa0000000000000033"),
    ("物业", "oStaffWuYeLiu000000000000013"),
    ("调解员", "oStaffChenJie000000000000009"),
];

/// Those who stand above the ticket and may move it.
const ABOVE: [&str; 2] = ["本社区", "街道"];

/// What is said after the number, so that only the speaker's post can stand in the way.
fn tail(kind: CommandKind) -> &'static str {
    match kind {
        CommandKind::Verify => "通过",
        CommandKind::Locate => "水产站商品楼小区2号楼",
        CommandKind::Refile => "停水",
        CommandKind::HandOut => "物业刘经理",
        CommandKind::Hold => "到4月1日 等维修资金批下来",
        CommandKind::Grade => "难点",
        CommandKind::Merge => "LX240311002",
        kind if takes_words(kind) => "这件事归住建局管，我们这里办不了",
        _ => "",
    }
}

fn takes_words(kind: CommandKind) -> bool {
    let line = format!("{} LX240313001 办不了", SHIPPED.lexicon().commands().word(kind));
    is_about(SHIPPED.lexicon().commands().parse(&line))
}

fn is_about(command: Option<ChatCommand>) -> bool {
    matches!(command, Some(ChatCommand::Word { nos, .. }) if !nos.is_empty())
}

/// Whether a command is for staff and takes a ticket's number. 属实 takes a household's.
fn concerns_a_ticket(kind: CommandKind) -> bool {
    let line = format!("{} LX240313001 {}", SHIPPED.lexicon().commands().word(kind), tail(kind));
    let others = [CommandKind::Later, CommandKind::ConfirmHome, CommandKind::RejectHome];
    kind.is_for_staff() && !others.contains(&kind) && is_about(SHIPPED.lexicon().commands().parse(&line))
}

#[tokio::test]
async fn nobody_moves_a_ticket_that_is_not_theirs() {
    let mut table = String::from(
        "# 谁能对单子做什么\n\n\
         由 `tests/roles.rs` 从指令表生成：每个岗位对**小丁网格里的一张单子**（`LX240313001`，西苑社区，不归说话的人）\n\
         说每一个指令，机器人回什么。自己手上的单子怎么办，见 `fixtures/transcripts/`。\n\n",
    );
    let heads: Vec<&str> = POSTS.iter().map(|(post, _)| *post).collect();
    writeln!(table, "| 指令 | {} |", heads.join(" | ")).unwrap();
    writeln!(table, "|---{}|", "|---".repeat(POSTS.len())).unwrap();
    let kinds: Vec<CommandKind> =
        CommandKind::ALL.iter().copied().filter(|k| concerns_a_ticket(*k)).collect();
    let mut columns = vec![];
    for (post, sender) in POSTS {
        let world = World::new().await;
        let reply = world.say("oRolesReporter000000000001", "水产站商品楼小区2号楼门口路灯不亮").await;
        assert!(reply.contains("LX240313001"), "{reply}");
        let private = world.say("oRolesReporter000000000002", "举报水产站商品楼小区有人在楼顶搭彩钢房").await;
        assert!(private.contains("LX240313002"), "{private}");
        world.say("oStaffXiaoDing00000000000002", "签收").await;
        let before = world.ticket("LX240313001").await.unwrap();
        let hidden = world.ticket("LX240313002").await.unwrap();
        assert!(hidden.private);
        let mut column = vec![];
        for kind in &kinds {
            let word = SHIPPED.lexicon().commands().word(*kind);
            let secret = world.say(sender, &format!("{word} LX240313002 {}", tail(*kind))).await;
            assert!(!secret.contains("彩钢"), "{post} {word}: {secret}");
            let words = format!("{word} LX240313001 {}", tail(*kind));
            column.push(world.say(sender, &words).await);
        }
        assert_eq!(world.ticket("LX240313002").await.unwrap(), hidden, "{post} moved a private ticket");
        if !ABOVE.contains(&post) {
            assert_eq!(world.ticket("LX240313001").await.unwrap(), before, "{post} moved it");
        }
        world.assert_sound().await;
        columns.push(column);
    }
    for (row, kind) in kinds.iter().enumerate() {
        let cells: Vec<String> = columns.iter().map(|column| cell(&column[row])).collect();
        writeln!(table, "| {} | {} |", SHIPPED.lexicon().commands().word(*kind), cells.join(" | ")).unwrap();
    }
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/ROLES.zh-CN.md");
    if std::env::var("BLESS_ROLES").is_ok() {
        std::fs::write(path, &table).unwrap();
    }
    let written = std::fs::read_to_string(path).unwrap_or_default();
    assert!(written == table, "docs/ROLES.zh-CN.md is stale: BLESS_ROLES=1 cargo test --test roles");
}

/// The last line of an answer, which is the answer itself where others waited before it, short enough for a table.
fn cell(reply: &str) -> String {
    let line = reply.lines().rfind(|line| !line.trim().is_empty()).unwrap_or("—").trim();
    let line = line.replace('|', "/");
    let short: String = line.chars().take(28).collect();
    if short.len() < line.len() { format!("{short}…") } else { short }
}
