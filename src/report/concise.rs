//! One line for each finding, for `grep` and for editors.

use super::Report;
use std::io::{self, Write};

pub(super) fn write(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    for finding in &report.shown {
        let diagnostic = &finding.diagnostic;
        let file = report.sources.get(diagnostic.primary.span.file);
        let at = file.position(diagnostic.primary.span.start);
        let (level, rule) = (diagnostic.level.name(), diagnostic.rule);
        let message = super::excerpt::clean(&diagnostic.message);
        writeln!(out, "{}:{}:{}: {level}[{rule}]: {message}", file.path, at.line, at.column)?;
    }
    Ok(())
}
