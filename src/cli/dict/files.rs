//! Dictionary files and files of edits: reading, checking, writing. Nothing here changes a store.

use std::{path::Path, process::ExitCode};

use anyhow::{Context, bail};

use super::Check;
use crate::{
    app::Shipped,
    domain::{
        decide::fault_line,
        dictionary::{Edit, parse_edits},
        effect::Render,
        moment::Moment,
        problem::Problem,
    },
    understand::{Lexicon, tuning::golden_misses},
};

/// A file of edits at most; 100,000 lines are a few megabytes.
const LARGEST: u64 = 32 * 1024 * 1024;

/// The text of a file of edits, if it is one that a person can have written.
pub(super) fn read(path: &Path) -> anyhow::Result<String> {
    let name = path.display();
    let size = std::fs::metadata(path).with_context(|| format!("cannot read {name}"))?.len();
    if size > LARGEST {
        bail!("{name}: {size} 字节，太大了；一个词典文件最多 {LARGEST} 字节");
    }
    let bytes = std::fs::read(path).with_context(|| format!("cannot read {name}"))?;
    let text = String::from_utf8(bytes).map_err(|error| {
        let line =
            error.as_bytes()[..error.utf8_error().valid_up_to()].iter().filter(|b| **b == b'\n').count() + 1;
        anyhow::anyhow!("{name}:{line}: 不是 UTF-8 编码（多半是 GBK）。请在编辑器里另存为 UTF-8 再来")
    })?;
    if text.trim().is_empty() {
        bail!("{name}: 文件是空的。一行一条改动，比如“加短语 楼道灯 楼道灯 +5”");
    }
    Ok(text)
}

/// The edits of a file, each with its line; every line that is none is a problem.
pub(super) fn edits(shipped: &Shipped, path: &Path) -> anyhow::Result<Vec<(usize, Edit)>> {
    let text = read(path)?;
    let lexicon = shipped.lexicon();
    let explain = |fault: &_| {
        let line = fault_line(fault, lexicon.taxonomy(), lexicon.commands(), true);
        shipped.replies().render_all(&[line], Moment::from_millis(0))
    };
    let name = path.display().to_string();
    let parsed = parse_edits(&name, &text, lexicon.taxonomy(), lexicon.commands(), explain);
    parsed.map_err(crate::cli::problems)
}

/// Problems of edits that read well and cannot be laid over this lexicon.
pub(super) fn faults(path: &Path, edits: &[(usize, Edit)], lexicon: &Lexicon) -> Vec<Problem> {
    let name = path.display().to_string();
    let wrong = edits
        .iter()
        .filter_map(|(line, edit)| Some(Problem::new(name.as_str(), *line, lexicon.check_edit(edit).err()?)));
    wrong.collect()
}

pub(super) fn check(arguments: &Check) -> anyhow::Result<ExitCode> {
    let shipped = Shipped::load()?;
    let lexicon = match &arguments.path {
        None => (**shipped.lexicon()).clone(),
        Some(path) if path.is_dir() => directory(path)?,
        Some(path) => {
            let edits = edits(&shipped, path)?;
            let faults = faults(path, &edits, shipped.lexicon());
            if !faults.is_empty() {
                return Err(crate::cli::problems(faults));
            }
            let book = edits.into_iter().map(|(_, edit)| edit).collect::<Vec<_>>().into();
            shipped.lexicon().with_edits(&book).map_err(crate::cli::problems)?
        }
    };
    let golden = lexicon.golden();
    let misses = golden_misses(golden, &lexicon);
    for miss in &misses {
        say!("金样本没过：“{}” 认作 {}", miss.golden.text, miss.code)?;
    }
    say!(
        "词典没有问题：{} 个词和短语，金样本 {}/{}，校验码 {}",
        lexicon.size(),
        golden.len() - misses.len(),
        golden.len(),
        lexicon.hash()
    )?;
    Ok(if misses.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The dictionaries of a directory, by their names under it.
pub(super) fn directory(path: &Path) -> anyhow::Result<Lexicon> {
    let mut texts = vec![];
    for folder in [path.to_path_buf(), path.join("categories")] {
        let entries =
            std::fs::read_dir(&folder).with_context(|| format!("cannot read {}", folder.display()))?;
        for entry in entries {
            let file = entry?.path();
            if file.extension().is_some_and(|ending| ending == "toml") {
                let name = file.strip_prefix(path).unwrap_or(&file).display().to_string();
                texts.push((name, read(&file)?));
            }
        }
    }
    texts.sort();
    let texts: Vec<(&str, &str)> = texts.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    Lexicon::from_files(&texts).map_err(crate::cli::problems)
}
