//! `lianxin classify`: how each line is understood. One output per input line, blank lines included.

use std::{
    fs::File,
    io::{self, BufRead, BufReader, BufWriter, Write},
    path::PathBuf,
    process::ExitCode,
};

use anyhow::Context;
use clap::Args;
use serde::Deserialize;

use crate::{app::Shipped, domain::understanding::Understanding, understand::understand};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// One JSON object per line
    #[arg(long)]
    json: bool,
    /// Text, one message a line; a line that begins with { is JSON with `text`. - or nothing: standard input
    #[arg(value_name = "FILE", default_value = "-")]
    file: PathBuf,
}

#[derive(Deserialize)]
struct Row {
    text: String,
}

pub(super) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let shipped = Shipped::load()?;
    let lexicon = shipped.demo_lexicon();
    let input: Box<dyn BufRead> = if arguments.file.as_os_str() == "-" {
        Box::new(io::stdin().lock())
    } else {
        let name = arguments.file.display();
        Box::new(BufReader::new(File::open(&arguments.file).with_context(|| format!("cannot read {name}"))?))
    };
    let mut out = BufWriter::new(io::stdout().lock());
    for (index, line) in input.lines().enumerate() {
        let line = line.with_context(|| format!("line {} cannot be read (is it UTF-8?)", index + 1))?;
        let text = if line.starts_with('{') {
            let row: Row = serde_json::from_str(&line)
                .with_context(|| format!("line {} is no JSON with `text`", index + 1))?;
            row.text
        } else {
            line
        };
        let understanding = understand(&text, &lexicon);
        if arguments.json {
            // As the I/O error that it is, so that a closed pipe is seen.
            serde_json::to_writer(&mut out, &understanding).map_err(io::Error::from)?;
            writeln!(out)?;
        } else {
            describe(&mut out, &understanding)?;
        }
    }
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}

fn describe(out: &mut impl Write, u: &Understanding) -> io::Result<()> {
    let places: Vec<_> = u.places.iter().map(|p| p.text.as_str()).collect();
    let evidence: Vec<_> =
        u.evidence.iter().map(|e| format!("{} → {} {:+.1}", e.term, e.category, e.weight)).collect();
    writeln!(
        out,
        "{}\n  {} · {} · {} · {} · {} ({:.2})\n  地点：{}\n  依据：{}",
        u.text,
        u.act,
        u.subcategory,
        u.kind,
        u.urgency,
        u.sphere,
        u.confidence,
        if places.is_empty() { "-".into() } else { places.join(" ") },
        if evidence.is_empty() { "-".into() } else { evidence.join("; ") },
    )
}
