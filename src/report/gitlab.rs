//! GitLab's Code Quality: an array of issues.
//!
//! Source: gitlab-org/gitlab `doc/ci/testing/code_quality.md`. The name of the
//! check isn't shown, so it is said in the description.

use super::{Report, excerpt::clean};
use crate::diag::Level;
use serde_json::{Value, json};
use std::io::{self, Write};

pub(super) fn write(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let issues = report.shown.iter().map(|finding| {
        let diagnostic = &finding.diagnostic;
        let span = diagnostic.primary.span;
        let file = report.sources.get(span.file);
        let line = |at: u32| file.position(at).line;
        json!({
            "type": "issue",
            "check_name": diagnostic.rule,
            "description": format!("{}: {}", diagnostic.rule, clean(&diagnostic.message)),
            "severity": match diagnostic.level {
                Level::Error => "major",
                Level::Warning => "minor",
                Level::Note => "info",
            },
            "fingerprint": finding.fingerprint,
            "location": {
                "path": report.forge_path(file),
                "lines": { "begin": line(span.start), "end": line(span.end) },
            },
        })
    });
    let issues: Vec<Value> = issues.collect();
    serde_json::to_writer_pretty(&mut *out, &issues)?;
    writeln!(out)
}
