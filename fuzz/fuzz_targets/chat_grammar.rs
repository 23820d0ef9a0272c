//! Any line through the chat grammar with the shipped command words: no panic, and the same answer when trimmed.
#![no_main]

use std::sync::LazyLock;

use lianxin::domain::command::{CommandRow, CommandWords};
use libfuzzer_sys::fuzz_target;

#[derive(serde::Deserialize)]
struct Rows {
    command: Vec<CommandRow>,
}

static WORDS: LazyLock<CommandWords> = LazyLock::new(|| {
    let rows: Rows =
        toml::from_str(include_str!("../../dictionaries/commands.toml")).expect("the shipped file");
    CommandWords::new(&rows.command, &[])
});

fuzz_target!(|line: &str| {
    assert_eq!(WORDS.parse(line), WORDS.parse(line.trim()));
});
