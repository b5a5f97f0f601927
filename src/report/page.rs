//! A rule's page on a terminal, and the list of rules.

use super::page_address;
use crate::{diag::Safety, lint::Lint};
use serde::Serialize;
use std::io::{self, Write};

/// The page's text under its name. Markdown stays as it is: it reads well.
///
/// # Errors
/// If `out` can't be written to.
pub fn write_page(lint: &Lint, out: &mut dyn Write) -> io::Result<()> {
    let meta = lint.meta();
    writeln!(out, "{} ({}, {})", meta.id, meta.level.name(), meta.group)?;
    writeln!(out, "{}\n", meta.summary)?;
    writeln!(out, "{}", lint.text().trim_end())?;
    if !meta.releases.is_empty() {
        writeln!(out, "\nReleases: {}", meta.releases)?;
    }
    writeln!(out, "Sources:")?;
    for source in &meta.sources {
        writeln!(out, "  {source}")?;
    }
    Ok(())
}

/// The same as text.
pub(super) fn plain_page(lint: &Lint) -> String {
    let mut bytes = Vec::new();
    write_page(lint, &mut bytes).expect("memory takes all");
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The page as Markdown, with what its front matter says.
pub fn markdown_page(lint: &Lint) -> String {
    let meta = lint.meta();
    let mut text = format!("# {}\n\n{}\n\n{}\n", meta.id, meta.summary, lint.text().trim_end());
    if !meta.releases.is_empty() {
        text += &format!("\n## Releases\n\n{}\n", meta.releases);
    }
    text += "\n## Sources\n\n";
    meta.sources.iter().for_each(|source| text += &format!("- {source}\n"));
    text
}

#[derive(Serialize)]
struct Page<'a> {
    id: &'a str,
    level: &'a str,
    group: &'a str,
    summary: &'a str,
    since: &'a str,
    releases: &'a str,
    sources: &'a [String],
    help: String,
    markdown: String,
}

impl Page<'_> {
    fn of(lint: &Lint) -> Page<'_> {
        let meta = lint.meta();
        Page {
            id: meta.id,
            level: meta.level.name(),
            group: &meta.group,
            summary: &meta.summary,
            since: &meta.since,
            releases: &meta.releases,
            sources: &meta.sources,
            help: page_address(meta.id),
            markdown: markdown_page(lint),
        }
    }
}

/// An object.
///
/// # Errors
/// If `out` can't be written to.
pub fn write_page_json(lint: &Lint, out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, &Page::of(lint))?;
    writeln!(out)
}

/// An array of such objects.
///
/// # Errors
/// If `out` can't be written to.
pub fn write_pages_json(
    lints: impl Iterator<Item = &'static Lint>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let pages: Vec<Page<'_>> = lints.map(Page::of).collect();
    serde_json::to_writer_pretty(&mut *out, &pages)?;
    writeln!(out)
}

#[derive(Serialize)]
struct Row<'a> {
    id: &'a str,
    level: &'a str,
    fixable: bool,
    fix: Option<&'a str>,
    group: &'a str,
    summary: &'a str,
}

/// One line for each rule, with `[*]` if it has a safe fix and `[!]` if it has an
/// unsafe one; or a JSON array.
///
/// # Errors
/// If `out` can't be written to.
pub fn write_rules(
    lints: impl Iterator<Item = &'static Lint>,
    json: bool,
    out: &mut dyn Write,
) -> io::Result<()> {
    let row = |lint: &'static Lint| {
        let meta = lint.meta();
        let (level, summary) = (meta.level.name(), meta.summary.as_str());
        let fix = meta.fix.map(Safety::name);
        Row { id: meta.id, level, fixable: fix.is_some(), fix, group: &meta.group, summary }
    };
    let rows: Vec<Row<'_>> = lints.map(row).collect();
    if json {
        serde_json::to_writer_pretty(&mut *out, &rows)?;
        return writeln!(out);
    }
    let width = rows.iter().map(|row| row.id.len()).max().unwrap_or(0);
    for row in rows {
        let (id, level, group) = (row.id, row.level, row.group);
        let mark = match row.fix {
            Some("safe") => "[*]",
            Some(_) => "[!]",
            None => "",
        };
        writeln!(out, "{id:width$}  {level:7}  {mark:3}  {group:10}  {}", row.summary)?;
    }
    Ok(())
}
