//! How often each rule was met, the most frequent first.

use super::Report;
use crate::{diag::Level, lints};
use std::{
    cmp::Reverse,
    collections::BTreeMap,
    io::{self, Write},
};

pub(super) fn write(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut counts: BTreeMap<(&str, Level), usize> = BTreeMap::new();
    for finding in &report.shown {
        *counts.entry((finding.diagnostic.rule, finding.diagnostic.level)).or_default() += 1;
    }
    let mut rows: Vec<_> = counts.into_iter().collect();
    rows.sort_by_key(|((rule, level), count)| (Reverse(*count), Reverse(*level), *rule));
    let width = rows.iter().map(|((rule, _), _)| rule.len()).max().unwrap_or(0);
    for ((rule, level), count) in rows {
        let summary = lints::find(rule).map_or("", |lint| lint.meta().summary.as_str());
        writeln!(out, "{count:>6}  {:7}  {rule:width$}  {summary}", level.name())?;
    }
    Ok(())
}
