//! The chat grammar with the shipped command words: what is a command, what only looks like one, and that no line at
//! all makes the parser panic.

use std::sync::LazyLock;

use lianxin::domain::{
    command::{ChatCommand, CodeRow, CommandKind, CommandRow, CommandWords, NoRef},
    ticket_no::TicketNo,
};
use proptest::prelude::*;

#[derive(serde::Deserialize)]
struct Rows {
    command: Vec<CommandRow>,
    code: Vec<CodeRow>,
}

static WORDS: LazyLock<CommandWords> = LazyLock::new(|| {
    let rows: Rows =
        toml::from_str(include_str!("../dictionaries/commands.toml")).expect("the shipped words are good");
    CommandWords::new(&rows.command, &rows.code)
});

fn parse(line: &str) -> Option<ChatCommand> {
    WORDS.parse(line)
}

fn word(kind: CommandKind, nos: &[NoRef], rest: &str) -> Option<ChatCommand> {
    Some(ChatCommand::Word { kind, nos: nos.to_vec(), rest: rest.to_owned() })
}

const fn serial(serial: u32) -> NoRef {
    NoRef::Serial(serial)
}

const SEVENTH: NoRef = NoRef::Full(TicketNo::new(240_313, 7));

#[test]
fn commands_with_their_arguments() {
    use CommandKind::*;
    for (line, expected) in [
        ("签收 007 011 015", word(SignFor, &[serial(7), serial(11), serial(15)], "")),
        ("签收 7、11,15", word(SignFor, &[serial(7), serial(11), serial(15)], "")),
        ("签收7号单", word(SignFor, &[serial(7)], "")),
        ("办结 011 车已挪走", word(Done, &[serial(11)], "车已挪走")),
        ("办结 011 车已挪走,画了禁停线", word(Done, &[serial(11)], "车已挪走,画了禁停线")),
        ("办结", word(Done, &[], "")),
        ("3号楼归谁管", word(WhoOwns, &[], "3号楼")),
        ("灵武新村3号楼 谁负责?", word(WhoOwns, &[], "灵武新村3号楼")),
        ("归谁管 3号楼", word(WhoOwns, &[], "3号楼")),
        // What is asked about there is another matter.
        ("3号楼的垃圾归谁管", None),
        ("谁管管3号楼的漏水", None),
        // Twelve households are no ticket.
        ("情况 LX240313007 12 户停水", word(Note, &[SEVENTH], "12 户停水")),
        ("情况 LX240313007 120 户停水", word(Note, &[SEVENTH], "120 户停水")),
        ("情况 007 12 户停水", word(Note, &[serial(7)], "12 户停水")),
        ("签收 LX240313007 12", word(SignFor, &[SEVENTH, serial(12)], "")),
        ("附议 011", word(CoSign, &[serial(11)], "")),
        ("附议", word(CoSign, &[], "")),
        ("+1", word(CoSign, &[], "")),
        ("核查 018 不过 坑没填平", word(Verify, &[serial(18)], "不过 坑没填平")),
        ("核查 018 通过", word(Verify, &[serial(18)], "通过")),
        ("补充一下#17,还在漏", word(Supplement, &[serial(17)], "还在漏")),
        ("补充 LX240313007 还在漏", word(Supplement, &[SEVENTH], "还在漏")),
        ("进度", word(Progress, &[], "")),
        ("查 240313007", word(Progress, &[SEVENTH], "")),
        ("查lx240313007", word(Progress, &[SEVENTH], "")),
        ("催一下", word(Urge, &[], "")),
        ("不满意", word(Dissatisfied, &[], "")),
        ("不满意 还是漏", word(Dissatisfied, &[], "还是漏")),
        ("满意", word(Satisfied, &[], "")),
        ("基本满意", word(RatherSatisfied, &[], "")),
        ("没解决", word(NotSolved, &[], "")),
        ("解决了。", word(Solved, &[], "")),
        ("我住灵武新村3-2-501", word(Live, &[], "灵武新村3-2-501")),
        ("我住 灵武新村 3-2-501", word(Live, &[], "灵武新村 3-2-501")),
        ("绑定 123456", word(Bind, &[], "123456")),
        ("绑定123456", word(Bind, &[], "123456")),
        ("到场 007", word(Arrive, &[serial(7)], "")),
        ("参加", word(Going, &[], "")),
        ("去不了 带话 垃圾箱太远了", word(NotGoing, &[], "带话 垃圾箱太远了")),
        ("人工", word(Human, &[], "")),
        ("删除我的信息", word(Forget, &[], "")),
        ("改", word(Change, &[], "")),
        ("LX240313007", Some(ChatCommand::Number(SEVENTH))),
        ("240313007", Some(ChatCommand::Number(SEVENTH))),
        ("#240313007", Some(ChatCommand::Number(SEVENTH))),
        ("3号楼", Some(ChatCommand::Building("3".into()))),
        ("十二栋", Some(ChatCommand::Building("12".into()))),
    ] {
        assert_eq!(parse(line), expected, "{line}");
    }
}

#[test]
fn choices_in_every_hand() {
    for (line, choice) in [
        ("1", 1),
        ("①", 1),
        ("一", 1),
        ("幺", 1),
        ("第一个", 1),
        ("第1个", 1),
        ("1。", 1),
        ("1.", 1),
        (" 1 ", 1),
        ("选二", 2),
        ("2", 2),
        ("⑨", 9),
        ("0", 0),
        ("零", 0),
        ("第三条", 3),
    ] {
        assert_eq!(parse(line), Some(ChatCommand::Choice(choice)), "{line}");
    }
    for line in ["", "。", "第", "10", "一楼", "1号", "两千"] {
        assert_eq!(parse(line), None, "{line}");
    }
}

#[test]
fn sentences_are_not_commands() {
    for line in [
        "到场的人都说好",
        "发洪水了",
        "改天再说",
        "退休老师",
        "转弯处有坑",
        "记者来了",
        "查水表的来了",
        "13812345678",
        "查 13812345678",
        "3号楼的灯坏了",
        "解决不了",
        "好了没有",
        "找人说说",
        "满意吗",
        "我的灯坏了",
        "人工湖里有死鱼",
        "取消了班车",
        "发霉了",
        "催了三次没人管",
        "方案什么时候出",
        "今天 小区又停水了",
        "今天,3号楼停水",
        "LX24031300",
        "LX240313",
        "签收 3号楼",
        "+10",
        "+1楼",
        "LX241340007",
        "2403130007",
    ] {
        assert_eq!(parse(line), None, "{line}");
    }
}

#[test]
fn numbers_in_words_are_not_tickets() {
    for rest in [
        "3号楼还在漏",
        "3栋也是",
        "3-2-501漏水",
        "3天了没人管",
        "50元",
        "3.5米长",
        "10:30又停了",
        "20240315来过",
    ] {
        let line = format!("补充 {rest}");
        assert_eq!(parse(&line), word(CommandKind::Supplement, &[], rest), "{line}");
    }
}

proptest! {
    #[test]
    fn no_line_panics(line in any::<String>()) {
        prop_assert_eq!(parse(&line), parse(line.trim()));
    }

    #[test]
    fn no_line_after_a_command_word_panics(
        word in prop::sample::select(vec!["签收", "补充", "改", "查", "LX", "#", "第", "单号", "尾号", "记", "绑定", "我住"]),
        tail in "[0-9０-９#＃LX号楼栋单第个一十,，。: éß🀄\u{2005}]{0,20}",
    ) {
        let _ = parse(&format!("{word}{tail}"));
        let _ = parse(&format!("{tail}{word}"));
    }

    #[test]
    fn a_building_is_never_a_ticket(n in 1_u32..=99, word in prop::sample::select(vec!["签收", "附议", "催", "查"])) {
        for suffix in ["号楼", "栋", "幢"] {
            prop_assert_eq!(parse(&format!("{n}{suffix}")), Some(ChatCommand::Building(n.to_string())));
            prop_assert_eq!(parse(&format!("{word} {n}{suffix}")), None);
        }
    }

    #[test]
    fn a_phone_is_never_a_ticket(phone in "1[3-9][0-9]{9}") {
        prop_assert_eq!(parse(&phone), None);
        let line = format!("补充 {phone}");
        prop_assert_eq!(parse(&line), word(CommandKind::Supplement, &[], &phone));
    }

    #[test]
    fn every_ticket_number_is_read_back(month in 1_u32..=12, day in 1_u32..=28, n in 1_u32..=9_999_999) {
        let no = TicketNo::new(240_000 + month * 100 + day, n);
        let text = no.to_string();
        prop_assert_eq!(parse(&text), Some(ChatCommand::Number(NoRef::Full(no))));
        // Without letters too, unless it reads as a phone number, which 24… never does.
        prop_assert_eq!(parse(&text[2..]), Some(ChatCommand::Number(NoRef::Full(no))));
    }
}

#[test]
fn asking_for_a_date_or_a_worker_is_not_telling_of_a_problem() {
    for line in
        ["怎么是黄水啊", "为啥是我们楼停水", "谁负责打扫卫生啊", "怎么是3号楼停水", "为什么要等他来修"]
    {
        assert_eq!(parse(line), None, "{line}");
    }
    for line in
        ["为啥是19号", "为啥是19号,不是说7天吗", "为什么要等十五天", "为啥要到4月3日", "为啥要等这么久"]
    {
        assert!(matches!(parse(line), Some(ChatCommand::Word { kind: CommandKind::WhyDate, .. })), "{line}");
    }
    for line in ["谁负责", "谁负责 灵武新村", "谁负责灵武新村3号楼"] {
        assert!(matches!(parse(line), Some(ChatCommand::Word { kind: CommandKind::WhoOwns, .. })), "{line}");
    }
}
