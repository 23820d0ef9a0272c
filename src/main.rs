//! The program: reads the command line, hands over to `cli`, and prints the one error chain that comes back.

use std::process::ExitCode;

use clap::Parser;
use lianxin::cli::{Cli, run};

fn main() -> ExitCode {
    match run(Cli::parse()) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("lianxin: {error:#}");
            ExitCode::FAILURE
        }
    }
}
