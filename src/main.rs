//! The program: reads the command line, hands over to `cli`, and prints the one error chain that comes back.

use std::process::ExitCode;

use clap::Parser;
use lianxin::cli::{Cli, run};

fn main() -> ExitCode {
    // A panic's own words may hold a resident's sentence: only where it happened is told.
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map_or_else(String::new, ToString::to_string);
        eprintln!("lianxin: panicked at {place}");
    }));
    match run(Cli::parse()) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("lianxin: {error:#}");
            ExitCode::FAILURE
        }
    }
}
