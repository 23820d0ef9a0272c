//! The program: for now only its name.

fn main() {}
