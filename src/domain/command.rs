//! The chat grammar: which lines are commands, and with what arguments. Pattern work on the normal form of a line,
//! before any segmentation. The words themselves are data (`dictionaries/commands.toml`); whether the speaker may use
//! a command, and what it does, is decided elsewhere.

use serde::{Deserialize, Serialize};

use super::{
    category::{Act, codes},
    ticket_no::TicketNo,
    words::silent_debug,
};

codes! {
    /// One kind of command; a row of `commands.toml` gives each its words.
    CommandKind {
        /// 进度 \[号\]
        Progress = "progress",
        /// 补充 \[号\] 话
        Supplement = "supplement",
        /// 改 \[地点\]
        Change = "change",
        /// 撤回 \[号\]
        Withdraw = "withdraw",
        /// 附议 \[号\]
        CoSign = "cosign",
        /// 催 \[号\]
        Urge = "urge",
        /// 解决了
        Solved = "solved",
        /// 没解决
        NotSolved = "not_solved",
        /// 满意
        Satisfied = "satisfied",
        /// 基本满意
        RatherSatisfied = "rather_satisfied",
        /// 不满意
        Dissatisfied = "dissatisfied",
        /// 参加
        Going = "going",
        /// 去不了
        NotGoing = "not_going",
        /// 带话
        Message = "message",
        /// 人工
        Human = "human",
        /// 帮助
        Help = "help",
        /// 我住 灵武新村 3-2-501
        Live = "live",
        /// 更多
        More = "more",
        /// 为什么 \[号\]
        Why = "why",
        /// 私密 \[号\]
        Private = "private",
        /// 删除我的信息
        Forget = "forget",
        /// 绑定 123456
        Bind = "bind",
        /// 我的
        Mine = "mine",
        /// 签收 号…
        SignFor = "sign_for",
        /// 到场 号
        Arrive = "arrive",
        /// 约 号 \[明天下午3点\]
        Appoint = "appoint",
        /// 情况 \[号\] 话
        Note = "note",
        /// 办结 号 话
        Done = "done",
        /// 核查 号 通过|不过
        Verify = "verify",
        /// 代报 话
        OnBehalf = "on_behalf",
        /// 地点 号 地点
        Locate = "locate",
        /// 并单 号 到号
        Merge = "merge",
        /// 属实 住户号
        ConfirmHome = "confirm_home",
        /// 不属实 住户号
        RejectHome = "reject_home",
        /// 喊会 时间 地点 会种 议题
        CallMeeting = "call_meeting",
        /// 发
        Publish = "publish",
        /// 已发
        Posted = "posted",
        /// 已播
        Broadcast = "broadcast",
        /// 取消
        Cancel = "cancel",
        /// 加词 词 类别 \[权重\] \[优先\]
        AddWord = "add_word",
        /// 加短语 话 类别 \[权重\] \[优先\]
        AddPhrase = "add_phrase",
        /// 停词 词
        StopWord = "stop_word",
        /// 降权 词 \[类别\] \[多少\]
        Lower = "lower",
        /// 加地名 叫法 小区
        AddPlace = "add_place",
        /// 错字 错 对
        AddSlip = "add_slip",
        /// 优先, in an edit only
        Decides = "decides",
        /// 理由, before the words of a reason
        Reason = "reason",
        /// 不管金样本, after 发布词典 only
        DespiteGolden = "despite_golden",
        /// 试跑 \[句子\]
        TryOut = "try_out",
        /// 看错
        ShowWorse = "show_worse",
        /// 发布词典 理由
        PublishDictionary = "publish_dictionary",
        /// 回滚 \[版\] 理由
        Rollback = "rollback",
        /// 词典
        Dictionary = "dictionary",
        /// 改类 号 类别
        Refile = "refile",
        /// 不知道, as an answer to "where?"
        DontKnow = "dont_know",
        /// 通过, after 核查 only
        Passed = "passed",
        /// 不过, after 核查 only
        Failed = "failed",
        /// 要, 好的, 是
        Yes = "yes",
        /// 不用, 不要
        No = "no",
        /// 派单 号 给谁, 转派 号 给谁
        HandOut = "hand_out",
        /// 退单 号 原因
        Return = "return",
        /// 挂账 号 到哪天 原因
        Hold = "hold",
        /// 恢复 号 原因
        Resume = "resume",
        /// 不予受理 号 原因
        Decline = "decline",
        /// 拆单 号
        Unmerge = "unmerge",
        /// 上报 号 原因
        Raise = "raise",
        /// 下放 号 原因
        PassDown = "pass_down",
        /// 销号 号
        WriteOff = "write_off",
        /// 说明结案 号 话
        Explain = "explain",
        /// 同意说明 号
        Countersign = "countersign",
        /// 直办 号 话
        OnSpot = "on_spot",
        /// 定级 号 一般|难点|重大
        Grade = "grade",
        /// 分段 号 1.… 3月15日 2.…
        Segment = "segment",
        /// 段完成 号 话
        SegmentDone = "segment_done",
        /// 领办 号, with or without a 姓名
        Lead = "lead",
        /// 联办 号 原因
        JoinForces = "join_forces",
        /// 督办 号
        Supervise = "supervise",
        /// 吹哨 部门 号 话
        Whistle = "whistle",
        /// 同意 哨号
        Approve = "approve",
        /// 不同意 哨号 原因
        Refuse = "refuse",
        /// 报到 哨号 话
        ReportIn = "report_in",
        /// 退哨 哨号 原因
        ReturnWhistle = "return_whistle",
        /// 评哨 哨号 快4 到4 办5 评话
        RateWhistle = "rate_whistle",
        /// 今天
        Today = "today",
        /// 超期
        Overdue = "overdue",
        /// 谁来办 话
        WhoWould = "who_would",
        /// 交接 给谁
        HandOver = "hand_over",
        /// 记 1.… 2.… 3.…
        Record = "record",
        /// 走访 3-2-501 1.… 2.…
        Visit = "visit",
        /// 申诉 号 话
        Appeal = "appeal",
        /// 为啥是19号
        WhyDate = "why_date",
        /// 谁负责 3号楼
        WhoOwns = "who_owns",
        /// 点单 话
        Order = "order",
        /// 接单 \[号\]
        Claim = "claim",
        /// 放单 号
        Release = "release",
        /// 立项 名称 号…
        OpenProject = "open_project",
        /// 项目 \[1 \[加|进展|完成 …\]\]
        Project = "project",
        /// 服务 类别 名称 时限 \[小区\] \[从哪天\] \[到哪天\]
        Service = "service",
        /// 资源 车位 500个 地下车库 \[小区\] \[从哪天\] \[到哪天\]
        Resource = "resource",
        /// 清单 \[1 \[改|撤 …\]\]
        Lists = "lists",
        /// 巡查 \[号\] \[每天|每周|停|话\]
        Patrol = "patrol",
        /// 现场 见证人老高 话
        OnSite = "on_site",
        /// 意见箱 \[3号箱\] \[3月12日\] 话
        FromBox = "from_box",
        /// 经费 \[2025\] \[网格\]
        Fund = "fund",
        /// 支出 120 水泥 \[号\]
        Spend = "spend",
        /// 冲销 支号 原因
        Reverse = "reverse",
        /// A command word of the grammar whose work comes with a later version.
        Later = "later",
        /// 台账 \[本月\]
        Ledger = "ledger",
        /// 月报 \[2026-03\]
        MonthlyReport = "monthly_report",
        /// 周报 \[2026-03-09\]
        WeeklyReport = "weekly_report",
        /// 本周, after 周报 and 台账 only
        ThisWeek = "this_week",
        /// 上周, after 周报 and 台账 only
        LastWeek = "last_week",
        /// 本月, after 台账 only
        ThisMonth = "this_month",
        /// 上月, after 台账 only
        LastMonth = "last_month",
        /// 今年, after 台账 only
        ThisYear = "this_year",
    }
}

/// How a line names a ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum NoRef {
    /// `LX240313007`, or the same digits without letters.
    Full(TicketNo),
    /// `#7`, `007`, `7号单` after a command word: a serial among the tickets in sight.
    Serial(u32),
}

/// A line that is a command.
#[derive(Clone, PartialEq, Eq)]
pub enum ChatCommand {
    /// A command word with its arguments.
    Word {
        /// Which.
        kind: CommandKind,
        /// The tickets named.
        nos: Vec<NoRef>,
        /// What else was said, trimmed; may be empty.
        rest: String,
    },
    /// Nothing but a ticket number.
    Number(NoRef),
    /// Nothing but a building: 3号楼.
    Building(String),
    /// A bare choice, 0 to 9.
    Choice(u8),
}

silent_debug! { ChatCommand }

impl ChatCommand {
    /// Whether it binds an account to a person.
    pub fn binds(&self) -> bool {
        matches!(self, Self::Word { kind: CommandKind::Bind, .. })
    }

    /// The act that the command is.
    pub fn act(&self) -> Act {
        match self {
            Self::Word { kind, .. } => kind.act(),
            Self::Number(_) => Act::Status,
            Self::Building(_) => Act::StaffCommand,
            Self::Choice(_) => Act::Control,
        }
    }
}

impl CommandKind {
    /// The act that a line of this command is.
    pub fn act(self) -> Act {
        match self {
            Self::Progress | Self::Urge | Self::WhyDate | Self::Project | Self::Lists => Act::Status,
            Self::Supplement | Self::Note => Act::Addition,
            Self::CoSign => Act::Cosign,
            Self::Solved => Act::Resolved,
            Self::NotSolved | Self::Satisfied | Self::RatherSatisfied | Self::Dissatisfied => Act::Rating,
            Self::Going | Self::NotGoing | Self::Message => Act::Rsvp,
            Self::Change
            | Self::Withdraw
            | Self::Human
            | Self::Help
            | Self::Live
            | Self::More
            | Self::Why
            | Self::Private
            | Self::Forget
            | Self::Bind
            | Self::Cancel => Act::Control,
            Self::Appeal => Act::Rating,
            Self::WhoOwns => Act::Consultation,
            Self::Order => Act::Report,
            Self::DontKnow | Self::Yes | Self::No => Act::Smalltalk,
            Self::Passed | Self::Failed => Act::StaffCommand,
            Self::Mine
            | Self::SignFor
            | Self::Arrive
            | Self::Appoint
            | Self::Done
            | Self::Verify
            | Self::OnBehalf
            | Self::Locate
            | Self::Merge
            | Self::ConfirmHome
            | Self::RejectHome
            | Self::CallMeeting
            | Self::Publish
            | Self::Posted
            | Self::Broadcast
            | Self::AddWord
            | Self::AddPhrase
            | Self::StopWord
            | Self::Lower
            | Self::AddPlace
            | Self::AddSlip
            | Self::Decides
            | Self::Reason
            | Self::DespiteGolden
            | Self::TryOut
            | Self::ShowWorse
            | Self::PublishDictionary
            | Self::Rollback
            | Self::Dictionary
            | Self::Refile
            | Self::HandOut
            | Self::Return
            | Self::Hold
            | Self::Resume
            | Self::Decline
            | Self::Unmerge
            | Self::Raise
            | Self::PassDown
            | Self::WriteOff
            | Self::Explain
            | Self::Countersign
            | Self::OnSpot
            | Self::Grade
            | Self::Segment
            | Self::SegmentDone
            | Self::Lead
            | Self::JoinForces
            | Self::Supervise
            | Self::Whistle
            | Self::Approve
            | Self::Refuse
            | Self::ReportIn
            | Self::ReturnWhistle
            | Self::RateWhistle
            | Self::Today
            | Self::Overdue
            | Self::WhoWould
            | Self::HandOver
            | Self::Record
            | Self::Visit
            | Self::Claim
            | Self::Release
            | Self::FromBox
            | Self::OnSite
            | Self::OpenProject
            | Self::Service
            | Self::Resource
            | Self::Patrol
            | Self::Fund
            | Self::Spend
            | Self::Reverse
            | Self::Ledger
            | Self::MonthlyReport
            | Self::WeeklyReport
            | Self::ThisWeek
            | Self::LastWeek
            | Self::ThisMonth
            | Self::LastMonth
            | Self::ThisYear
            | Self::Later => Act::StaffCommand,
        }
    }

    /// Whether only staff command with it; from anybody else the words are ordinary words.
    pub fn is_for_staff(self) -> bool {
        self.act() == Act::StaffCommand || self == Self::Note
    }

    /// Whether a line may begin with it; the others only follow another command.
    fn stands_alone(self) -> bool {
        !matches!(
            self,
            Self::Passed
                | Self::Failed
                | Self::Decides
                | Self::Reason
                | Self::DespiteGolden
                | Self::ThisWeek
                | Self::LastWeek
                | Self::ThisMonth
                | Self::LastMonth
                | Self::ThisYear
        )
    }

    /// Whether it works on the dictionaries.
    pub fn tunes(self) -> bool {
        matches!(
            self,
            Self::AddWord
                | Self::AddPhrase
                | Self::StopWord
                | Self::Lower
                | Self::AddPlace
                | Self::AddSlip
                | Self::TryOut
                | Self::ShowWorse
                | Self::PublishDictionary
                | Self::Rollback
                | Self::Dictionary
        )
    }

    /// Whether it asks for figures.
    pub fn counts(self) -> bool {
        matches!(self, Self::Ledger | Self::WeeklyReport | Self::MonthlyReport)
    }

    fn arguments(self) -> Arguments {
        match self {
            Self::Human
            | Self::Help
            | Self::More
            | Self::Forget
            | Self::Mine
            | Self::Publish
            | Self::Posted
            | Self::Broadcast
            | Self::Cancel
            | Self::DontKnow
            | Self::Yes
            | Self::No
            | Self::Passed
            | Self::Failed
            | Self::Today
            | Self::Overdue => Arguments::None,
            Self::Progress | Self::Withdraw | Self::CoSign | Self::Urge | Self::Why | Self::Private => {
                Arguments::Numbers
            }
            Self::SignFor
            | Self::Claim
            | Self::Arrive
            | Self::Merge
            | Self::ConfirmHome
            | Self::RejectHome
            | Self::Unmerge
            | Self::WriteOff
            | Self::Countersign => Arguments::Numbers,
            Self::ShowWorse | Self::Dictionary | Self::Decides | Self::Reason | Self::DespiteGolden => {
                Arguments::None
            }
            Self::AddWord
            | Self::AddPhrase
            | Self::StopWord
            | Self::Lower
            | Self::AddPlace
            | Self::AddSlip
            | Self::TryOut
            | Self::PublishDictionary
            | Self::Rollback
            | Self::Whistle
            | Self::Approve
            | Self::Refuse
            | Self::ReportIn
            | Self::ReturnWhistle
            | Self::RateWhistle
            | Self::WhoWould
            | Self::HandOver
            | Self::Record
            | Self::Visit
            | Self::OpenProject
            | Self::Service
            | Self::Resource
            | Self::Fund
            | Self::Reverse => Arguments::Words,
            Self::WhyDate | Self::WhoOwns | Self::Spend | Self::FromBox | Self::Project | Self::Lists => {
                Arguments::Free
            }
            Self::Done
            | Self::Appoint
            | Self::Verify
            | Self::Locate
            | Self::Refile
            | Self::HandOut
            | Self::Return
            | Self::Hold
            | Self::Resume
            | Self::Decline
            | Self::Raise
            | Self::PassDown
            | Self::Explain
            | Self::OnSpot
            | Self::Grade
            | Self::Release
            | Self::Segment
            | Self::SegmentDone
            | Self::Lead
            | Self::JoinForces
            | Self::Patrol
            | Self::Supervise => Arguments::NumberThenText,
            Self::Supplement
            | Self::Note
            | Self::Change
            | Self::Solved
            | Self::NotSolved
            | Self::Satisfied
            | Self::RatherSatisfied
            | Self::Dissatisfied
            | Self::Going
            | Self::NotGoing
            | Self::Appeal => Arguments::MaybeText,
            Self::Message
            | Self::Live
            | Self::OnBehalf
            | Self::OnSite
            | Self::Order
            | Self::CallMeeting
            | Self::Bind => Arguments::Text,
            Self::Later => Arguments::MaybeText,
            Self::Ledger | Self::WeeklyReport | Self::MonthlyReport => Arguments::Words,
            Self::ThisWeek | Self::LastWeek | Self::ThisMonth | Self::LastMonth | Self::ThisYear => {
                Arguments::None
            }
        }
    }
}

/// What may follow a command word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Arguments {
    /// Nothing but closing punctuation.
    None,
    /// Ticket numbers only, or nothing.
    Numbers,
    /// One number, then words.
    NumberThenText,
    /// Perhaps numbers, perhaps words, set off by a space or punctuation.
    MaybeText,
    /// Words, set off by a space or punctuation.
    Text,
    /// Whatever follows, close or set off.
    Free,
    /// Words kept as they are, also numbers, set off by a space; or nothing.
    Words,
}

/// One row of `dictionaries/commands.toml`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CommandRow {
    /// Which command.
    pub kind: CommandKind,
    /// The words that call it, any of them.
    pub words: Vec<String>,
}

/// One row `[[code]]` of `dictionaries/commands.toml`: what people call a reason, a level, a grade, a cause.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CodeRow {
    /// The code meant.
    pub code: String,
    /// The words that mean it, any of them.
    pub words: Vec<String>,
}

/// The command words, longest first, ready to parse lines with.
#[derive(Debug, Clone, Default)]
pub struct CommandWords {
    words: Vec<(String, CommandKind)>,
    codes: Vec<(String, String)>,
    /// The first word of each row, in the order of the data file: what a command and a code are called.
    names: Vec<(CommandKind, String)>,
    code_names: Vec<(String, String)>,
}

impl CommandWords {
    /// From the rows of the data file. A word given twice is the loader's to refuse.
    pub fn new(rows: &[CommandRow], codes: &[CodeRow]) -> Self {
        let mut coded: Vec<_> =
            codes.iter().flat_map(|row| row.words.iter().map(|w| (w.clone(), row.code.clone()))).collect();
        coded.sort_by(|a, b| b.0.len().cmp(&a.0.len()).then_with(|| a.0.cmp(&b.0)));
        let mut words: Vec<_> =
            rows.iter().flat_map(|row| row.words.iter().map(|w| (w.clone(), row.kind))).collect();
        words.sort_by(|a, b| b.0.len().cmp(&a.0.len()).then_with(|| a.0.cmp(&b.0)));
        let names = rows.iter().filter_map(|row| Some((row.kind, row.words.first()?.clone()))).collect();
        let code_names =
            codes.iter().filter_map(|row| Some((row.code.clone(), row.words.first()?.clone()))).collect();
        Self { words, codes: coded, names, code_names }
    }

    /// What a command is called: the first word that its row names.
    pub fn name(&self, kind: CommandKind) -> &str {
        self.names.iter().find(|(known, _)| *known == kind).map_or("", |(_, name)| name)
    }

    /// What a code is called: the first word that its row names.
    pub fn code_name(&self, code: &str) -> &str {
        self.code_names.iter().find(|(known, _)| known == code).map_or("", |(_, name)| name)
    }

    /// The first of some codes that a text speaks of, by its longest word: a reason, a level, a cause.
    pub fn coded<T>(&self, text: &str, from_code: impl Fn(&str) -> Option<T>) -> Option<T> {
        let mut found = self.codes.iter().filter(|(word, _)| text.contains(word.as_str()));
        found.find_map(|(_, code)| from_code(code))
    }

    /// The code that exactly this word stands for.
    pub fn code_of<T>(&self, word: &str, from_code: impl Fn(&str) -> Option<T>) -> Option<T> {
        let mut found = self.codes.iter().filter(|(known, _)| known == word);
        found.find_map(|(_, code)| from_code(code))
    }

    /// What follows a word of that code in a text.
    pub fn after_code<'t>(&self, text: &'t str, wanted: &str) -> Option<&'t str> {
        let mut words = self.codes.iter().filter(|(_, code)| code == wanted);
        words.find_map(|(word, _)| text.find(word.as_str()).map(|at| &text[at + word.len()..]))
    }

    /// What follows the longest word of that code at the beginning of a text.
    pub fn after_leading_code<'t>(&self, text: &'t str, wanted: &str) -> Option<&'t str> {
        let mut words = self.codes.iter().filter(|(_, code)| code == wanted);
        words.find_map(|(word, _)| text.strip_prefix(word.as_str()))
    }

    /// The first word of a command, as help texts name it.
    pub fn word(&self, kind: CommandKind) -> &str {
        self.words.iter().rev().find(|(_, k)| *k == kind).map_or("", |(word, _)| word)
    }

    /// The command that exactly this word calls.
    pub fn kind_of(&self, word: &str) -> Option<CommandKind> {
        self.words.iter().find(|(known, _)| known == word).map(|(_, kind)| *kind)
    }

    /// The verdict that follows 核查 号: passed or not, and the words after it.
    pub fn verdict<'t>(&self, rest: &'t str) -> Option<(bool, &'t str)> {
        self.words.iter().find_map(|(word, kind)| {
            let passed = *kind == CommandKind::Passed;
            if !passed && *kind != CommandKind::Failed {
                return None;
            }
            Some((passed, rest.strip_prefix(word.as_str())?.trim_matches(is_break)))
        })
    }

    /// Reads a line in normal form (half-width, simplified, trimmed, without @连心). `None`: not a command.
    pub fn parse(&self, line: &str) -> Option<ChatCommand> {
        let line = line.trim();
        if let Some(choice) = parse_choice(line) {
            return Some(ChatCommand::Choice(choice));
        }
        if let Some((number, "")) = parse_full_no(line) {
            return Some(ChatCommand::Number(NoRef::Full(number)));
        }
        if let Some(building) = parse_building(line) {
            return Some(ChatCommand::Building(building));
        }
        let commands = self.words.iter().filter(|(_, kind)| kind.stands_alone());
        let mut read = commands.filter_map(|(word, kind)| {
            let tail = line.strip_prefix(word.as_str())?;
            // +1 is a word, +10 is not that word with a ticket 0.
            let runs_on = word.ends_with(is_digit) && tail.starts_with(is_digit);
            if runs_on { None } else { parse_arguments(*kind, tail) }
        });
        read.next().or_else(|| self.who_owns(line))
    }

    /// 3号楼归谁管 asks as 谁负责 3号楼 does: a building, and nothing but the question behind it.
    fn who_owns(&self, line: &str) -> Option<ChatCommand> {
        let words = self.words.iter().filter(|(_, kind)| *kind == CommandKind::WhoOwns);
        let line = line.trim_end_matches(is_break);
        let place =
            words.filter_map(|(word, _)| line.strip_suffix(word.as_str())).next()?.trim_matches(is_break);
        let building = ["号楼", "栋", "幢"].iter().any(|end| place.ends_with(end));
        let rest = place.to_owned();
        building.then_some(ChatCommand::Word { kind: CommandKind::WhoOwns, nos: vec![], rest })
    }
}

fn parse_arguments(kind: CommandKind, tail: &str) -> Option<ChatCommand> {
    let set_off = tail.chars().next().is_none_or(is_break);
    let body = tail.trim_matches(is_break);
    if kind.arguments() == Arguments::Words {
        // Closing punctuation stays: a sentence to try is tried as it is.
        let rest = tail.trim().to_owned();
        return set_off.then_some(ChatCommand::Word { kind, nos: vec![], rest });
    }
    if kind.arguments() == Arguments::Free {
        // 怎么是黄水 tells of water, 谁负责打扫 of dirt: only what goes on with a day, a place, an amount, a box or a number is meant.
        let meant = match kind {
            CommandKind::WhyDate => is_day(body),
            CommandKind::Project | CommandKind::Lists => {
                body.is_empty() || matches!(parse_no(body), Some((NoRef::Serial(_), _)))
            }
            CommandKind::FromBox => set_off || body.starts_with(is_digit),
            CommandKind::Spend => set_off || body.starts_with(|c: char| is_digit(c) || "¥￥".contains(c)),
            _who_owns => set_off || is_building(body),
        };
        return meant.then(|| ChatCommand::Word { kind, nos: vec![], rest: body.to_owned() });
    }
    let (nos, rest) = parse_numbers(body, kind);
    let done = |nos, rest: &str| Some(ChatCommand::Word { kind, nos, rest: rest.to_owned() });
    match kind.arguments() {
        Arguments::None => body.is_empty().then(|| done(vec![], "")).flatten(),
        Arguments::Numbers if rest.is_empty() => done(nos, ""),
        Arguments::Numbers => None,
        Arguments::NumberThenText if !nos.is_empty() => done(nos, rest),
        // Without a number the desk asks for one, unless the word merely begins a sentence.
        Arguments::NumberThenText => set_off.then(|| done(nos, rest)).flatten(),
        Arguments::MaybeText => (set_off || !nos.is_empty()).then(|| done(nos, rest)).flatten(),
        // 我住灵武新村 3-2-501 is typed without a space as often as with one; its caller checks that only a place
        // follows. A code's digits may stand close too.
        Arguments::Text if kind == CommandKind::Live => {
            (!body.is_empty()).then(|| done(vec![], body)).flatten()
        }
        Arguments::Text if kind == CommandKind::Bind => {
            let digits = !body.is_empty() && body.chars().all(|c| c.is_ascii_digit());
            (set_off || digits).then(|| done(vec![], body)).flatten()
        }
        Arguments::Text | Arguments::Words | Arguments::Free => set_off.then(|| done(vec![], body)).flatten(),
    }
}

fn is_digit(c: char) -> bool {
    c.is_ascii_digit()
}

/// Whether a text begins with a day or a span of days: 19号, 4月3日, 十五天, 这么久.
fn is_day(text: &str) -> bool {
    let numeral = |c: char| c.is_ascii_digit() || "一二三四五六七八九十两".contains(c);
    let unit = text.trim_start_matches(numeral);
    let counted = unit.len() < text.len() && unit.starts_with(['号', '日', '天', '月']);
    (counted && !unit.starts_with("号楼")) || text.starts_with("这么久") || text.starts_with("那么久")
}

/// Whether a text tells a building: 3号楼, 灵武新村5栋.
fn is_building(text: &str) -> bool {
    text.contains("号楼") || text.ends_with(['栋', '幢'])
}

/// White space and punctuation that may stand between a command word and what follows.
pub(super) fn is_break(c: char) -> bool {
    c.is_whitespace() || ",.;:!?、。,;:!?~…".contains(c)
}

/// `1`, `①`, `一`, `1.`, 第一个 and the like.
fn parse_choice(line: &str) -> Option<u8> {
    let core = line.trim_matches(is_break);
    let core = core.strip_prefix('第').map_or(core, |c| c.trim_end_matches(['个', '条', '种']));
    let core = core.strip_prefix('选').unwrap_or(core);
    let mut chars = core.chars();
    let (Some(c), None) = (chars.next(), chars.next()) else { return None };
    match c {
        '0'..='9' => Some(c as u8 - b'0'),
        '零' => Some(0),
        '幺' => Some(1),
        '①'..='⑨' => Some((c as u32 - '①' as u32) as u8 + 1),
        _ => "一二三四五六七八九".chars().position(|d| d == c).map(|i| i as u8 + 1),
    }
}

/// `LX240313007` or `240313007` at the start of a text, and what follows. A phone number is never one.
fn parse_full_no(text: &str) -> Option<(TicketNo, &str)> {
    let text = text.strip_prefix('#').unwrap_or(text);
    let lettered = text.get(..2).is_some_and(|p| p.eq_ignore_ascii_case("LX"));
    let digits = if lettered { &text[2..] } else { text };
    let len = digits.bytes().take_while(u8::is_ascii_digit).count();
    let (number, rest) = digits.split_at(len);
    if !lettered && is_phone(number) {
        return None;
    }
    Some((TicketNo::from_digits(number)?, rest))
}

/// A mainland mobile number: eleven digits, 1 then 3–9.
fn is_phone(digits: &str) -> bool {
    digits.len() == 11 && digits.starts_with('1') && matches!(digits.as_bytes()[1], b'3'..=b'9')
}

/// Ticket numbers at the start of a command's arguments, and the words after them.
fn parse_numbers(body: &str, kind: CommandKind) -> (Vec<NoRef>, &str) {
    let mut nos = vec![];
    let mut rest = body;
    while let Some((no, after)) = parse_no(rest) {
        if is_count(&nos, rest, after) {
            break;
        }
        nos.push(no);
        rest = after.trim_start_matches(is_break);
        if kind.arguments() == Arguments::NumberThenText {
            break;
        }
    }
    (nos, rest)
}

/// 情况 LX240313007 12 户停水: behind a whole number, or short as no serial is written beside another, a bare number that words
/// follow counts something.
fn is_count(nos: &[NoRef], rest: &str, after: &str) -> bool {
    let written = &rest[..rest.len() - after.len()];
    let bare = written.bytes().all(|b| b.is_ascii_digit());
    let behind_whole = nos.iter().any(|no| matches!(no, NoRef::Full(_)));
    let short = !nos.is_empty() && written.len() < 3;
    bare && (behind_whole || short) && !is_only_numbers(after)
}

fn is_only_numbers(text: &str) -> bool {
    let text = text.trim_matches(is_break);
    text.is_empty() || parse_no(text).is_some_and(|(_, rest)| is_only_numbers(rest))
}

/// A ticket's number at the start of a text, and what follows it.
pub fn leading_no(text: &str) -> Option<(NoRef, &str)> {
    parse_no(text.trim_start_matches(is_break)).map(|(no, rest)| (no, rest.trim_matches(is_break)))
}

/// The items of a pasted list, each without its number: 1.… 2.… or ①…②… or one to a line; and what stands before
/// the first number. A text without numbers or line breaks is one item.
pub fn list_items(text: &str) -> (&str, Vec<&str>) {
    let circled = |c: char| ('①'..='⑳').contains(&c);
    let mut starts = vec![];
    let mut before = ' ';
    for (at, c) in text.char_indices() {
        if circled(c) {
            starts.push((at, at + c.len_utf8()));
        } else if c.is_ascii_digit() && !before.is_ascii_digit() {
            let digits = text[at..].bytes().take_while(u8::is_ascii_digit).count();
            let after = &text[at + digits..];
            let mark = after.chars().next().filter(|m| ".、)）:：".contains(*m));
            // 3.5米 and 10:30 are no items.
            if let Some(mark) = mark
                && digits <= 2
                && !after[mark.len_utf8()..].starts_with(is_digit)
            {
                starts.push((at, at + digits + mark.len_utf8()));
            }
        }
        before = c;
    }
    let Some((first, _)) = starts.first() else {
        return ("", text.lines().map(str::trim).filter(|line| !line.is_empty()).collect());
    };
    let ends = starts.iter().skip(1).map(|(at, _)| *at).chain([text.len()]);
    let items = starts.iter().zip(ends).map(|((_, from), to)| text[*from..to].trim_matches(is_break));
    (text[..*first].trim_matches(is_break), items.filter(|item| !item.is_empty()).collect())
}

/// The first word of a text, up to a space or punctuation, and what follows it.
pub fn leading_word(text: &str) -> (&str, &str) {
    let text = text.trim_matches(is_break);
    let (word, rest) = text.split_at(text.find(is_break).unwrap_or(text.len()));
    (word, rest.trim_matches(is_break))
}

fn parse_no(text: &str) -> Option<(NoRef, &str)> {
    let text = text.strip_prefix("单号").unwrap_or(text).trim_start_matches([' ', ':', ':']);
    if let Some((no, rest)) = parse_full_no(text) {
        return Some((NoRef::Full(no), rest));
    }
    let (marked, digits) = match text.strip_prefix(['#', '#']).or_else(|| text.strip_prefix("尾号")) {
        Some(digits) => (true, digits.trim_start()),
        None => (false, text),
    };
    let len = digits.bytes().take_while(u8::is_ascii_digit).count();
    if !(1..=6).contains(&len) {
        return None;
    }
    let (number, rest) = digits.split_at(len);
    let serial = number.parse().ok()?;
    if let Some(rest) = rest.strip_prefix("号单") {
        return Some((NoRef::Serial(serial), rest));
    }
    // 3号楼, 3栋, 3-2-501 and 3单元 are places, 3天 and 50元 are not numbers of tickets: what follows must be a break,
    // and 3.5米 and 10:30 go on behind theirs.
    let goes_on = rest.strip_prefix(['.', ':']).is_some_and(|r| r.starts_with(is_digit));
    let ends = rest.chars().next().is_none_or(is_break) && !goes_on;
    (ends || marked).then_some((NoRef::Serial(serial), rest))
}

/// A line that is nothing but a building: 3号楼, 3栋, 三号楼, 12幢.
fn parse_building(line: &str) -> Option<String> {
    let core = line.trim_matches(is_break);
    let number = ["号楼", "栋楼", "栋", "幢", "#楼"].iter().find_map(|suffix| core.strip_suffix(suffix))?;
    building_number(number)
}

/// The Arabic digits of a small number written in digits or Chinese numerals: 3, 三, 十二, 二十一 (up to 99).
pub fn building_number(text: &str) -> Option<String> {
    if !text.is_empty() && text.len() <= 4 && text.bytes().all(|b| b.is_ascii_digit()) {
        let trimmed = text.trim_start_matches('0');
        return (!trimmed.is_empty()).then(|| trimmed.to_owned());
    }
    let digit = |c: char| "零一二三四五六七八九".chars().position(|d| d == c).filter(|&i| i > 0);
    let chars: Vec<char> = text.chars().map(|c| if c == '两' { '二' } else { c }).collect();
    let value = match chars[..] {
        ['十'] => 10,
        [d] => digit(d)?,
        ['十', d] => 10 + digit(d)?,
        [d, '十'] => digit(d)? * 10,
        [d, '十', e] => digit(d)? * 10 + digit(e)?,
        _ => return None,
    };
    Some(value.to_string())
}
