//! `lianxin dict …`: work on the dictionaries. What is asked of a store goes through the workshop, as from chat and
//! console; here are the words of the command line.

mod edit;
mod files;
mod measure;

use std::{path::PathBuf, process::ExitCode};

use clap::{Args, Subcommand};

use super::ConfigFile;

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Check dictionaries, or a file of edits: every problem with its line
    #[command(after_help = "Example:\n  lianxin dict check\n  lianxin dict check dictionaries/\n  \
                            lianxin dict check spring.txt")]
    Check(Check),
    /// Measure the dictionaries on labelled messages (JSON lines)
    #[command(after_help = "Example:\n  lianxin dict eval labelled.jsonl --misses")]
    Eval(Eval),
    /// Learn weights from labelled messages into a learnt layer
    #[command(after_help = "Example:\n  lianxin dict learn a.jsonl b.jsonl -o dictionaries/learned.toml\n  \
                            lianxin dict learn a.jsonl --folds 5 --extra b.jsonl")]
    Learn(Learn),
    /// Try a sentence: how it is cut, what spoke, who won, live and in the draft
    #[command(after_help = "Example:\n  lianxin dict try 3号楼路灯不亮")]
    Try(Try),
    /// 加词: a word that has to stand by itself, into the draft
    #[command(after_help = "Example:\n  lianxin dict add 路灯 facility.streetlight --weight 6")]
    Add(Term),
    /// 加短语: a phrase found anywhere, into the draft
    #[command(after_help = "Example:\n  lianxin dict phrase 楼道灯 楼道灯 --first")]
    Phrase(Term),
    /// Weigh a term anew, in the draft
    #[command(after_help = "Example:\n  lianxin dict weight 广场 公共设施 1.5")]
    Weight(Weight),
    /// 停词: a term means nothing any more, and is never cut
    #[command(after_help = "Example:\n  lianxin dict disable 灯不亮")]
    Disable(Word),
    /// 加地名: another name for an estate or village
    #[command(after_help = "Example:\n  lianxin dict place 老供销社 灵武新村")]
    Place(Pair),
    /// 错字: a slip of the pen, and what is meant
    #[command(after_help = "Example:\n  lianxin dict slip 亭车 停车")]
    Slip(Pair),
    /// Take an edit of the draft back, by its line as `dict diff` shows it
    #[command(after_help = "Example:\n  lianxin dict undo 停词 灯不亮")]
    Undo(Line),
    /// Throw the draft away
    #[command(after_help = "Example:\n  lianxin dict discard")]
    Discard(Author),
    /// Words that corrections speak for, with their evidence
    #[command(after_help = "Example:\n  lianxin dict suggest --days 90")]
    Suggest(Back),
    /// What differs: the draft from the live version, or one version from another
    #[command(after_help = "Example:\n  lianxin dict diff\n  lianxin dict diff 3 5")]
    Diff(Diff),
    /// Read past tickets with the draft: how many change, which better, which worse
    #[command(after_help = "Example:\n  lianxin dict dry-run --days 90 --all")]
    DryRun(DryRun),
    /// Make the draft live
    #[command(after_help = "Example:\n  lianxin dict publish --reason 春季路灯报修多")]
    Publish(Publish),
    /// Make an older version live again; 0 is the shipped one
    #[command(after_help = "Example:\n  lianxin dict rollback 3 --reason 误伤太多")]
    Rollback(Rollback),
    /// List the versions
    #[command(after_help = "Example:\n  lianxin dict versions --json")]
    Versions(Listing),
    /// Write a version's edits, or the draft's, to a file or standard output
    #[command(after_help = "Example:\n  lianxin dict export -o spring.txt")]
    Export(Export),
    /// Take a file of edits into the draft
    #[command(after_help = "Example:\n  lianxin dict import spring.txt")]
    Import(Import),
    /// Write what workers put right by 改类, masked, as labelled messages for `dict learn`
    #[command(after_help = "Example:\n  lianxin dict lessons -o ours.jsonl")]
    Lessons(Lessons),
    /// Golden sentences: run them, list them, add or drop one
    #[command(
        after_help = "Example:\n  lianxin dict golden\n  lianxin dict golden --add 路灯不亮 --class 路灯"
    )]
    Golden(Golden),
}

#[derive(Debug, Args)]
pub(super) struct Check {
    /// A directory with dictionary files, or a file of edits; none: the shipped ones
    #[arg(value_name = "PATH")]
    path: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(super) struct Eval {
    /// Rows with `text`, `primary` and, where known, `secondary`, `kind`, `act`, `urgency`, `places`
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Print everything as one line of JSON
    #[arg(long)]
    json: bool,
    /// Print what was read wrongly, row by row
    #[arg(long, conflicts_with = "json")]
    misses: bool,
    /// Read only the first line of each text
    #[arg(long)]
    titles: bool,
    /// Leave the learnt layer out
    #[arg(long)]
    curated: bool,
    /// Dictionaries of this directory instead of the shipped ones
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(super) struct Learn {
    /// Rows with `text` and `primary`; `act` and `urgency` where known
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    /// Where to write the learnt layer
    #[arg(short, long, value_name = "FILE", conflicts_with = "folds")]
    output: Option<PathBuf>,
    /// Measure on these rows instead, which are not learnt from
    #[arg(long, value_name = "FILE", conflicts_with_all = ["output", "folds"])]
    measure: Option<PathBuf>,
    /// Cross-validate instead: so many folds, rows of one `group` together
    #[arg(long, value_name = "K", value_parser = clap::value_parser!(u32).range(2..=20))]
    folds: Option<u32>,
    /// Rows to learn from in every fold, and never measured
    #[arg(long, value_name = "FILE", requires = "folds")]
    extra: Vec<PathBuf>,
    /// Measure titles only: the first line of each text
    #[arg(long, requires = "folds")]
    titles: bool,
    /// Print what was read wrongly, row by row
    #[arg(long)]
    misses: bool,
    /// Dictionaries of this directory instead of the shipped ones
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(super) struct Try {
    /// The sentence
    #[arg(value_name = "TEXT")]
    text: String,
    /// Print as JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    config: ConfigFile,
}

#[derive(Debug, Args)]
pub(super) struct Author {
    /// Who does it; recorded
    #[arg(long, value_name = "NAME", env = "USER", default_value = "root")]
    by: String,
    #[command(flatten)]
    config: ConfigFile,
}

#[derive(Debug, Args)]
pub(super) struct Term {
    /// The word or phrase
    term: String,
    /// Code or name of the sub-category
    class: String,
    /// How loudly, −20 to 20; negative speaks against
    #[arg(long, allow_hyphen_values = true)]
    weight: Option<f32>,
    /// 优先: where it stands it decides
    #[arg(long)]
    first: bool,
    #[command(flatten)]
    author: Author,
}

#[derive(Debug, Args)]
pub(super) struct Weight {
    /// The term as the dictionary has it
    term: String,
    /// Code or name of the sub-category
    class: String,
    /// How loudly, −20 to 20
    #[arg(allow_hyphen_values = true)]
    weight: f32,
    #[command(flatten)]
    author: Author,
}

#[derive(Debug, Args)]
pub(super) struct Word {
    /// The term as the dictionary has it
    term: String,
    #[command(flatten)]
    author: Author,
}

#[derive(Debug, Args)]
pub(super) struct Pair {
    /// What people say or type
    said: String,
    /// What is meant
    meant: String,
    #[command(flatten)]
    author: Author,
}

#[derive(Debug, Args)]
pub(super) struct Line {
    /// The edit, as a line
    #[arg(value_name = "EDIT", required = true)]
    words: Vec<String>,
    #[command(flatten)]
    author: Author,
}

#[derive(Debug, Args)]
pub(super) struct Back {
    /// Days looked back
    #[arg(long, default_value_t = 90)]
    days: u32,
    /// Print as JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    config: ConfigFile,
}

#[derive(Debug, Args)]
pub(super) struct Diff {
    /// Version; none: the live one
    from: Option<u32>,
    /// Version; none: the draft
    to: Option<u32>,
    #[command(flatten)]
    config: ConfigFile,
}

#[derive(Debug, Args)]
pub(super) struct DryRun {
    /// Print every message that changes, not only those that turn worse
    #[arg(long)]
    all: bool,
    #[command(flatten)]
    back: Back,
}

#[derive(Debug, Args)]
pub(super) struct Publish {
    /// Why; recorded
    #[arg(long)]
    reason: String,
    /// Publish although golden sentences are read wrongly; recorded
    #[arg(long)]
    despite_golden: bool,
    #[command(flatten)]
    author: Author,
}

#[derive(Debug, Args)]
pub(super) struct Rollback {
    /// The version
    to: u32,
    /// Why; recorded
    #[arg(long)]
    reason: String,
    #[command(flatten)]
    author: Author,
}

#[derive(Debug, Args)]
pub(super) struct Listing {
    /// Print as JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    config: ConfigFile,
}

#[derive(Debug, Args)]
pub(super) struct Export {
    /// Version; none: the draft, or the live one without a draft
    version: Option<u32>,
    /// Where to; none: standard output
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    #[command(flatten)]
    config: ConfigFile,
}

#[derive(Debug, Args)]
pub(super) struct Lessons {
    /// Where to; none: standard output
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    #[command(flatten)]
    config: ConfigFile,
}

#[derive(Debug, Args)]
pub(super) struct Import {
    /// Edits, a line each, as `dict export` writes them
    #[arg(value_name = "FILE")]
    file: PathBuf,
    #[command(flatten)]
    author: Author,
}

#[derive(Debug, Args)]
pub(super) struct Golden {
    /// A sentence that must stay right from now on
    #[arg(long, value_name = "TEXT", requires = "class")]
    add: Option<String>,
    /// What it has to be read as: code or name
    #[arg(long, value_name = "CLASS")]
    class: Option<String>,
    /// A sentence of this office that no longer must
    #[arg(long, value_name = "TEXT", conflicts_with = "add")]
    drop: Option<String>,
    #[command(flatten)]
    author: Author,
}

pub(super) fn run(command: Command) -> anyhow::Result<ExitCode> {
    match command {
        Command::Check(arguments) => files::check(&arguments),
        Command::Eval(arguments) => measure::eval(&arguments),
        Command::Learn(arguments) => measure::learn(&arguments),
        other => super::asynchronous(edit::run(other)),
    }
}
