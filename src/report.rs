//! Reports: what was found, for people and for programs.
//!
//! A report is a function of what was checked: no time, no absolute path, no
//! count of threads.

mod baseline;
mod chart;
mod children;
mod concise;
mod diff;
mod excerpt;
mod github;
mod gitlab;
mod history;
mod human;
mod json;
mod junit;
mod line_hash;
mod model;
mod page;
mod rdjson;
mod sarif;
mod schema;
mod settings;
mod statistics;
mod value;

use crate::{
    diag::{Diagnostic, Fix, Level},
    engine::{Checked, Finding, shows_secret},
    lints,
    text::{Edit, SourceFile, SourceMap},
};
use std::{
    collections::BTreeMap,
    io::{self, Write},
};

pub use baseline::write_baseline;
pub use chart::write_chart;
pub use diff::write_diff;
pub use model::{write_files, write_model};
pub use page::{markdown_page, write_page, write_page_json, write_pages_json, write_rules};
pub use schema::write_schema;
pub use settings::{write_settings, write_settings_schema};
pub use value::{Asked, write_value};

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Format {
    Human,
    Concise,
    Json,
    /// The findings of `Json`, one on each line.
    Jsonl,
    Sarif,
    /// Workflow commands of GitHub Actions.
    Github,
    /// GitLab's Code Quality.
    Gitlab,
    Junit,
    /// Reviewdog's.
    Rdjson,
    /// Counts by rule.
    Statistics,
}

impl Format {
    /// Those that can be asked for by name.
    pub const NAMED: [(&str, Format); 9] = [
        ("human", Format::Human),
        ("concise", Format::Concise),
        ("json", Format::Json),
        ("jsonl", Format::Jsonl),
        ("sarif", Format::Sarif),
        ("github", Format::Github),
        ("gitlab", Format::Gitlab),
        ("junit", Format::Junit),
        ("rdjson", Format::Rdjson),
    ];
}

/// All that a report may tell.
pub struct Report<'a> {
    pub checked: &'a Checked,
    /// What is to be shown of `checked.findings`.
    pub shown: Vec<&'a Finding>,
    /// What is to be told of `checked.silenced`, where a format can say that it
    /// is silenced.
    pub silenced: Vec<&'a Finding>,
    pub sources: &'a SourceMap,
    pub summary: Summary,
    /// Colour and box drawing characters, for people.
    pub color: bool,
    pub origin: Origin,
}

/// What reports to other programs tell of the run.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Origin {
    /// Where the repository's root lies in its work tree: empty, or `a/b/`.
    /// Forges want paths from the top of the work tree.
    pub prefix: String,
    /// Symbolic links below the root, with the files that they lead to: forges
    /// show those.
    pub links: BTreeMap<String, String>,
    pub exit_code: u8,
    /// Known findings were left out.
    pub has_baseline: bool,
    pub category: Option<String>,
    pub max_results: usize,
}

impl Default for Origin {
    fn default() -> Origin {
        Origin {
            prefix: String::new(),
            links: BTreeMap::new(),
            exit_code: 0,
            has_baseline: false,
            category: None,
            max_results: 25_000,
        }
    }
}

/// What was looked at, as far as it lies below the paths asked for.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
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
    /// Those that have a safe fix, and those that have only an unsafe one.
    pub fixable: usize,
    pub unsafely_fixable: usize,
    /// Accepted by comments.
    pub suppressed: usize,
    pub baselined: usize,
}

impl Report<'_> {
    /// # Errors
    /// If `out` can't be written to.
    pub fn write(&self, format: Format, out: &mut dyn Write) -> io::Result<()> {
        match format {
            Format::Human => human::write(self, out),
            Format::Concise => concise::write(self, out),
            Format::Json => json::write(self, out),
            Format::Jsonl => json::write_lines(self, out),
            Format::Sarif => sarif::write(self, out),
            Format::Github => github::write(self, out),
            Format::Gitlab => gitlab::write(self, out),
            Format::Junit => junit::write(self, out),
            Format::Rdjson => rdjson::write(self, out),
            Format::Statistics => statistics::write(self, out),
        }
    }

    /// A diagnostic's fixes, but for those that would show a secret.
    fn fixes<'a>(&'a self, diagnostic: &'a Diagnostic) -> impl Iterator<Item = &'a Fix> {
        let shows = |edit: &Edit| shows_secret(self.sources.get(edit.span.file), edit);
        diagnostic.fixes.iter().filter(move |fix| !fix.edits.iter().any(shows))
    }

    /// A file's path from the top of the work tree.
    fn forge_path(&self, file: &SourceFile) -> String {
        let path = self.origin.links.get(&file.path).unwrap_or(&file.path);
        format!("{}{path}", self.origin.prefix)
    }
}

impl Summary {
    /// There was nothing of RKE2's.
    pub fn is_empty(&self) -> bool {
        self.files_checked + self.files_unread == 0
    }

    pub fn count(&mut self, level: Level) {
        match level {
            Level::Error => self.errors += 1,
            Level::Warning => self.warnings += 1,
            Level::Note => self.notes += 1,
        }
    }
}

/// Where a rule's page can be read, as it was in this version.
fn page_address(rule: &str) -> String {
    let group = lints::find(rule).map_or("", |lint| lint.meta().group.as_str());
    let (home, version) = (env!("CARGO_PKG_REPOSITORY"), env!("CARGO_PKG_VERSION"));
    format!("{home}/blob/v{version}/lints/{group}/{rule}.md")
}

/// What is said of a finding, a line each, for programs that show text.
fn lines(diagnostic: &Diagnostic) -> Vec<String> {
    let mut lines = vec![excerpt::clean(&diagnostic.message)];
    let said = [("why", &diagnostic.why), ("fix", &diagnostic.fix), ("note", &diagnostic.notes)];
    for (word, texts) in said {
        lines.extend(texts.iter().map(|text| format!("{word}: {}", excerpt::clean(text))));
    }
    lines
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
