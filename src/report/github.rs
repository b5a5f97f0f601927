//! Annotations of a pull request: GitHub's workflow commands.
//!
//! GitHub shows ten of a level for each step, so the gravest come first.
//!
//! Source: github/docs `content/actions/reference/workflows-and-actions/workflow-commands.md`.

use super::{Report, excerpt::clean, lines, plural};
use crate::{diag::Level, engine::Finding};
use std::io::{self, Write};

/// How many annotations of a level GitHub shows for a step.
const SHOWN: usize = 10;

pub(super) fn write(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut hidden = Vec::new();
    for level in [Level::Error, Level::Warning, Level::Note] {
        let of_level = report.shown.iter().filter(|finding| finding.diagnostic.level == level);
        of_level.clone().try_for_each(|finding| annotate(report, finding, out))?;
        let more = of_level.count().saturating_sub(SHOWN);
        if more > 0 {
            hidden.push(plural(more, level.name()));
        }
    }
    if hidden.is_empty() {
        return Ok(());
    }
    let hidden = hidden.join(", ");
    writeln!(out, "GitHub annotates {SHOWN} findings of a level: see this log for {hidden} more.")
}

fn annotate(report: &Report<'_>, finding: &Finding, out: &mut dyn Write) -> io::Result<()> {
    let diagnostic = &finding.diagnostic;
    let span = diagnostic.primary.span;
    let file = report.sources.get(span.file);
    let (start, end) = (file.position(span.start), file.position(span.end));
    let command = match diagnostic.level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Note => "notice",
    };
    let path = property(&report.forge_path(file));
    let place = format!("line={},endLine={}", start.line, end.line);
    // Columns are taken only if they are of one line.
    let columns = match start.line == end.line {
        true => format!(",col={},endColumn={}", start.column, end.column),
        false => String::new(),
    };
    let mut text = lines(diagnostic);
    for label in diagnostic.related.iter().filter(|label| !label.text.is_empty()) {
        let file = report.sources.get(label.span.file);
        let line = file.position(label.span.start).line;
        text.push(format!("{}:{line}: {}", report.forge_path(file), clean(&label.text)));
    }
    let (rule, text) = (diagnostic.rule, data(&text.join("\n")));
    writeln!(out, "::{command} file={path},{place}{columns},title={rule}::{text}")
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
