//! `lianxin ledger …`: the ledger as a file, and its figures. Reading is `app/ledger`'s; here are the words of the
//! command line.

use std::{io::Write, os::unix::fs::OpenOptionsExt, path::PathBuf, process::ExitCode};

use anyhow::{Context, anyhow, bail};
use clap::{
    Args, Subcommand,
    builder::{PossibleValuesParser, TypedValueParser},
};

use super::{ConfigFile, problems};
use crate::{
    app::{
        Clock, Shipped,
        ledger::{Ledgers, Wanted},
        open_store,
    },
    domain::{
        account::{Reason, Sight},
        category::Category,
        ledger::{Figures, Filter, Ratio, Slice},
        moment::Date,
        world::Office,
    },
    sheet::Format,
    store::Purpose,
    web::console::Wording,
};

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Write the ledger to a file; masked unless --unmasked, and on record either way
    #[command(
        after_help = "Example:\n  lianxin ledger export --from 2026-01-01 --to 2026-03-31 --out 一季度.xlsx"
    )]
    Export(Export),
    /// Print the figures: received, closed, overdue, and the three rates
    #[command(after_help = "Example:\n  lianxin ledger figures --from 2026-01-01 --json")]
    Figures(Counted),
}

/// Which tickets.
#[derive(Debug, Args)]
struct Which {
    /// First day of receipt
    #[arg(long, value_name = "DATE")]
    from: Option<Date>,
    /// Last day of receipt
    #[arg(long, value_name = "DATE")]
    to: Option<Date>,
    /// Name of a community
    #[arg(long, value_name = "NAME")]
    community: Option<String>,
    /// Code of a category, like water
    #[arg(long, value_parser = categories())]
    category: Option<Category>,
    /// Only what is open, closed or overdue
    #[arg(long, value_parser = slices())]
    only: Option<Slice>,
    #[command(flatten)]
    config: ConfigFile,
    /// A demo's data directory instead of the configured store
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(super) struct Export {
    #[command(flatten)]
    which: Which,
    /// Kind of file
    #[arg(long, value_parser = formats(), default_value = "xlsx")]
    format: Format,
    /// Where to; none: a name of its own in the current directory
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Leave personal things readable
    #[arg(long, requires = "reason")]
    unmasked: bool,
    /// Why; recorded
    #[arg(long)]
    reason: Option<String>,
    /// Who does it; recorded
    #[arg(long, value_name = "NAME", env = "USER", default_value = "root")]
    by: String,
}

#[derive(Debug, Args)]
pub(super) struct Counted {
    #[command(flatten)]
    which: Which,
    /// Print as JSON
    #[arg(long)]
    json: bool,
}

pub(super) async fn run(command: Command) -> anyhow::Result<ExitCode> {
    match command {
        Command::Export(export) => write(export).await?,
        Command::Figures(counted) => {
            let (ledgers, filter, _) = counted.which.open()?;
            let figures = ledgers.figures(filter).await?;
            if counted.json { say!("{}", json(&figures))? } else { print(&ledgers, &figures)? }
        }
    }
    Ok(ExitCode::SUCCESS)
}

async fn write(export: Export) -> anyhow::Result<()> {
    let sight = match (export.unmasked, export.reason.as_deref()) {
        (true, reason) => {
            let words = Wording::load().map_err(problems)?;
            let reason = Reason::parse(reason.unwrap_or_default());
            Sight::Plain(reason.map_err(|refusal| anyhow!("{}", words.refusal(refusal)))?)
        }
        (false, _) => Sight::Masked,
    };
    let plain = sight.is_plain();
    let (ledgers, filter, office) = export.which.open()?;
    let wanted =
        Wanted { filter, format: export.format, sight, account: None, by: export.by, office: office.name };
    let made = ledgers.export(wanted).await?;
    let path = export.out.unwrap_or_else(|| PathBuf::from(&made.name));
    // What names people is for whoever asked for it.
    let mode = if plain { 0o600 } else { 0o640 };
    let mut file = std::fs::OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(mode)
        .open(&path)
        .with_context(|| format!("cannot write {}", path.display()))?;
    file.write_all(&made.bytes).with_context(|| format!("cannot write {}", path.display()))?;
    say!("{} rows · {}", made.rows, path.display())?;
    Ok(())
}

impl Which {
    fn open(&self) -> anyhow::Result<(Ledgers, Filter, Office)> {
        let shipped = Shipped::load()?;
        let (store, office) = match &self.data {
            Some(directory) => {
                let database = crate::playground::database_in(directory);
                let office = crate::playground::demo_config(std::iter::empty()).map_err(problems)?.office();
                (open_store(&shipped, database, Purpose::Demo, &office, &Clock::System)?, office)
            }
            None => {
                let config = self.config.load()?;
                let office = config.office();
                (open_store(&shipped, config.store.path, Purpose::Serve, &office, &Clock::System)?, office)
            }
        };
        let ledgers = Ledgers::new(store, shipped.kit(Clock::System));
        let mut filter = Filter::days(self.from, self.to);
        filter.category = self.category;
        filter.slice = self.only;
        if let Some(name) = &self.community {
            let directory = ledgers.directory();
            let Some(community) = directory.communities.iter().find(|c| c.name == *name) else {
                let known: Vec<&str> = directory.communities.iter().map(|c| c.name.as_str()).collect();
                bail!("no community is called {name}; known: {}", known.join(" "));
            };
            filter.community = Some(community.id);
        }
        Ok((ledgers, filter, office))
    }
}

fn print(ledgers: &Ledgers, figures: &Figures) -> anyhow::Result<()> {
    let ratio = |ratio: Ratio| match ratio.permille() {
        Some(permille) => format!("{}.{}% ({}/{})", permille / 10, permille % 10, ratio.of, ratio.all),
        None => "- (0/0)".to_owned(),
    };
    say!(
        "received {} · closed {} · open {} · overdue {} (open {}) · reopened {}",
        figures.received,
        figures.closed,
        figures.open,
        figures.overdue,
        figures.overdue_open,
        figures.reopened
    )?;
    say!("response {}", ratio(figures.response))?;
    say!("solve {}", ratio(figures.solve))?;
    say!("satisfaction {}", ratio(figures.satisfaction))?;
    say!("closed in time {}", ratio(figures.in_time))?;
    for (state, count) in &figures.excluded {
        say!("in no rate {state} {count}")?;
    }
    for (state, count) in &figures.by_state {
        say!("state {state} {count}")?;
    }
    for (category, count) in &figures.by_category {
        let name = ledgers.taxonomy().subs.get(category.code()).map_or("", |sub| &sub.name);
        say!("category {category} {name} {count}")?;
    }
    for (level, count) in &figures.settled_at {
        say!("settled at {level} {count}")?;
    }
    for (kind, count) in &figures.meetings {
        say!("meeting {kind} {count}")?;
    }
    for ((year, month), counted) in &figures.by_month {
        say!("month {year}-{month:02} received {} closed {}", counted.received, counted.closed)?;
    }
    Ok(())
}

fn json(figures: &Figures) -> serde_json::Value {
    let ratio = |ratio: Ratio| serde_json::json!({ "of": ratio.of, "all": ratio.all });
    let months = figures.by_month.iter().map(|((year, month), counted)| {
        let counted = serde_json::json!({ "received": counted.received, "closed": counted.closed });
        (format!("{year}-{month:02}"), counted)
    });
    serde_json::json!({
        "received": figures.received, "closed": figures.closed, "open": figures.open, "overdue": figures.overdue,
        "overdue_open": figures.overdue_open, "reopened": figures.reopened, "response": ratio(figures.response),
        "solve": ratio(figures.solve), "satisfaction": ratio(figures.satisfaction), "in_time": ratio(figures.in_time),
        "excluded": figures.excluded.iter().map(|(s, n)| (s.code(), *n)).collect::<std::collections::BTreeMap<_, _>>(),
        "by_state": figures.by_state.iter().map(|(s, n)| (s.code(), *n)).collect::<std::collections::BTreeMap<_, _>>(),
        "by_channel": figures.by_channel.iter().map(|(c, n)| (c.code(), *n)).collect::<std::collections::BTreeMap<_, _>>(),
        "by_category":
            figures.by_category.iter().map(|(c, n)| (c.code(), *n)).collect::<std::collections::BTreeMap<_, _>>(),
        "settled_at": figures.settled_at.iter().map(|(l, n)| (l.code(), *n)).collect::<std::collections::BTreeMap<_, _>>(),
        "meetings": figures.meetings,
        "by_month": months.collect::<serde_json::Map<_, _>>(),
    })
}

fn formats() -> impl TypedValueParser<Value = Format> {
    PossibleValuesParser::new(Format::ALL.iter().map(|format| format.code()))
        .try_map(|code| Format::from_code(&code).ok_or("no such format"))
}

fn categories() -> impl TypedValueParser<Value = Category> {
    PossibleValuesParser::new(Category::ALL.iter().map(|category| category.code()))
        .try_map(|code| Category::from_code(&code).ok_or("no such category"))
}

fn slices() -> impl TypedValueParser<Value = Slice> {
    PossibleValuesParser::new(Slice::ALL.iter().map(|slice| slice.code()))
        .try_map(|code| Slice::from_code(&code).ok_or("no such part"))
}
