//! Reports: what was found, for people and for programs.
//!
//! A report is a function of what was checked: no time, no absolute path, no
//! count of threads.

mod chart;
mod children;
mod concise;
mod excerpt;
mod history;
mod human;
mod json;
mod model;
mod page;
mod schema;
mod value;

use crate::{
    diag::Level,
    engine::{Checked, Finding},
    text::SourceMap,
};
use std::io::{self, Write};

pub use chart::write_chart;
pub use model::{write_files, write_model};
pub use page::{write_page, write_rules};
pub use schema::write_schema;
pub use value::{Asked, write_value};

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Format {
    Human,
    Concise,
    Json,
}

/// All that a report may tell.
pub struct Report<'a> {
    pub checked: &'a Checked,
    /// What is to be shown of `checked.findings`.
    pub shown: Vec<&'a Finding>,
    pub sources: &'a SourceMap,
    pub summary: Summary,
    /// Colour and box drawing characters, for people.
    pub color: bool,
}

/// What was looked at, as far as it lies below the paths asked for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Summary {
    pub files_checked: usize,
    /// Files of ours that were not read, or in part, templates among them.
    pub files_unread: usize,
    pub templates_unread: usize,
    pub clusters: usize,
    /// What they are checked for, in words, sorted.
    pub releases: Vec<String>,
    /// A release is newer than those that are known.
    pub is_newer: bool,
    pub rules: usize,
    pub errors: usize,
    pub warnings: usize,
    pub notes: usize,
}

impl Report<'_> {
    /// # Errors
    /// If `out` can't be written to.
    pub fn write(&self, format: Format, out: &mut dyn Write) -> io::Result<()> {
        match format {
            Format::Human => human::write(self, out),
            Format::Concise => concise::write(self, out),
            Format::Json => json::write(self, out),
        }
    }
}

impl Summary {
    pub fn count(&mut self, level: Level) {
        match level {
            Level::Error => self.errors += 1,
            Level::Warning => self.warnings += 1,
            Level::Note => self.notes += 1,
        }
    }
}

/// `1 file`, `2 files`.
pub fn plural(count: usize, word: &str) -> String {
    match count {
        1 => format!("1 {word}"),
        _ => format!("{count} {word}s"),
    }
}

/// How long lines of text get.
const WIDTH: usize = 100;

/// Text in lines that break between words, those after the first behind
/// `indent`.
fn wrap(out: &mut dyn Write, indent: &str, text: &str) -> io::Result<()> {
    let start = text.len() - text.trim_start().len();
    let mut line = text[..start].to_owned();
    let mut is_start = true;
    for word in text[start..].split(' ') {
        let longer = line.chars().count() + 1 + word.chars().count() > WIDTH;
        if longer && !is_start {
            writeln!(out, "{}", line.trim_end())?;
            line = indent.to_owned();
            is_start = true;
        }
        if !is_start {
            line.push(' ');
        }
        line += word;
        is_start = false;
    }
    writeln!(out, "{}", line.trim_end())
}
