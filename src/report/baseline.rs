//! The file of known findings: one line for each entry, so that a change of it
//! reads well.

use crate::engine::{BASELINE_VERSION, BaselineEntry};
use serde_json::json;
use std::io::{self, Write};

/// A JSON object, with the entries in the order given.
///
/// # Errors
/// If `out` can't be written to.
pub fn write_baseline(entries: &[BaselineEntry], out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "{{\n  \"version\": {BASELINE_VERSION},\n  \"findings\": [")?;
    for (index, entry) in entries.iter().enumerate() {
        let line = json!({
            "path": entry.path,
            "breadcrumb": entry.breadcrumb,
            "rule": entry.rule,
            "message": entry.message,
            "fingerprint": entry.fingerprint,
        });
        let comma = if index + 1 < entries.len() { "," } else { "" };
        writeln!(out, "    {line}{comma}")?;
    }
    writeln!(out, "  ]\n}}")
}
