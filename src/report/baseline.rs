//! The file of known findings: one line for each entry, so that a change of it
//! reads well.

use crate::engine::{BASELINE_VERSION, BaselineEntry};
use serde::Serialize;
use std::io::{self, Write};

#[derive(Serialize)]
struct Row<'a> {
    path: &'a str,
    rule: &'a str,
    breadcrumb: &'a str,
    message: &'a str,
    fingerprint: &'a str,
}

/// A JSON object, with the entries in the order given.
///
/// # Errors
/// If `out` can't be written to.
pub fn write_baseline(entries: &[BaselineEntry], out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{{\n  \"version\": {BASELINE_VERSION},\n  \"findings\": [")?;
    for (index, entry) in entries.iter().enumerate() {
        let BaselineEntry { path, breadcrumb, rule, message, fingerprint } = entry;
        let line = serde_json::to_string(&Row { path, rule, breadcrumb, message, fingerprint })?;
        let comma = if index + 1 < entries.len() { "," } else { "" };
        writeln!(out, "    {line}{comma}")?;
    }
    writeln!(out, "  ]\n}}")
}
