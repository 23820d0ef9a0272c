//! A fault in a data file (dictionary, wording, configuration, organisation), with place and cure.
//! Loaders return every problem they find, never only the first. Nothing here reads a file.

use std::fmt;

/// One thing wrong in one data file.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Problem {
    /// The file's name, as the person who edits it knows it.
    pub file: String,
    /// Line, counted from 1; 0 when the fault is not on one line.
    pub line: usize,
    /// What is wrong and what would be right.
    pub text: String,
}

impl Problem {
    /// A problem on a line of a file.
    pub fn new(file: impl Into<String>, line: usize, text: impl Into<String>) -> Self {
        Self { file: file.into(), line, text: text.into() }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => write!(f, "{}: {}", self.file, self.text),
            line => write!(f, "{}:{line}: {}", self.file, self.text),
        }
    }
}

/// The line (from 1) on which a byte offset of a text lies; TOML errors carry offsets, people want lines.
pub fn line_of(text: &str, offset: usize) -> usize {
    text.as_bytes().iter().take(offset).filter(|&&b| b == b'\n').count() + 1
}

/// An error with all its sources in one line: what a log line shows, once, where the error is handled.
pub fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        text.push_str(": ");
        text.push_str(&error.to_string());
        source = error.source();
    }
    text
}
