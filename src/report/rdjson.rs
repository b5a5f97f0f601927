//! Reviewdog's format, with suggestions. Its columns count bytes of UTF-8.
//!
//! Source: reviewdog/reviewdog `proto/rdf/reviewdog.proto`.

use super::{Report, excerpt::clean, lines, page_address};
use crate::{
    diag::{Fix, Level},
    engine::Finding,
    text::{SourceFile, Span},
};
use serde_json::{Value, json};
use std::io::{self, Write};

pub(super) fn write(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let root = json!({
        "source": { "name": env!("CARGO_PKG_NAME"), "url": env!("CARGO_PKG_REPOSITORY") },
        "diagnostics": report.shown.iter().map(|it| diagnostic(report, it)).collect::<Vec<_>>(),
    });
    serde_json::to_writer_pretty(&mut *out, &root)?;
    writeln!(out)
}

fn diagnostic(report: &Report<'_>, finding: &Finding) -> Value {
    let diagnostic = &finding.diagnostic;
    let file = report.sources.get(diagnostic.primary.span.file);
    let place = |span: Span| {
        let file = report.sources.get(span.file);
        json!({ "path": report.forge_path(file), "range": range(file, span) })
    };
    let related = diagnostic.related.iter();
    let related =
        related.map(|it| json!({ "message": clean(&it.text), "location": place(it.span) }));
    json!({
        "message": lines(diagnostic).join("\n"),
        "location": place(diagnostic.primary.span),
        "severity": match diagnostic.level {
            Level::Error => "ERROR",
            Level::Warning => "WARNING",
            Level::Note => "INFO",
        },
        "code": { "value": diagnostic.rule, "url": page_address(diagnostic.rule) },
        "suggestions": report.fixes(diagnostic).flat_map(|fix| suggestions(file, fix)).collect::<Vec<_>>(),
        "related_locations": related.collect::<Vec<_>>(),
    })
}

/// Only those that lie in the file of the finding can be said.
fn suggestions(file: &SourceFile, fix: &Fix) -> Vec<Value> {
    let here = fix.files.is_empty() && fix.edits.iter().all(|edit| edit.span.file == file.id);
    let edits = fix.edits.iter().filter(|_| here);
    edits.map(|edit| json!({ "range": range(file, edit.span), "text": edit.text })).collect()
}

fn range(file: &SourceFile, span: Span) -> Value {
    let place = |at: u32| {
        let line = file.line(at);
        let start = file.line_range(line).map_or(0, |range| range.start);
        json!({ "line": line + 1, "column": at as usize - start + 1 })
    };
    json!({ "start": place(span.start), "end": place(span.end) })
}
