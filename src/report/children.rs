//! The values that stand below another, or at the top of a chart: a line for
//! each.

use super::{WIDTH, value::kinds};
use crate::facts::{
    Releases, chart_values,
    paths::{CALICO, CRDS, Row, Shape, View, of},
};
use std::{
    collections::BTreeSet,
    io::{self, Write},
};

/// What stands right below a value in one version of the chart; nothing if
/// nothing is known to.
pub(super) fn write_children(
    chart: &str,
    path: &str,
    version: &str,
    view: View,
    out: &mut dyn Write,
) -> io::Result<()> {
    // Of a list, or where keys are free, what each entry holds.
    let star = format!("{path}.*");
    let starred = view.children(&star).next().is_some();
    let path = if starred { &star } else { path };
    let rows: Vec<&'static Row> = view.children(path).filter(|row| row.is_real()).collect();
    match rows[..] {
        [] => return Ok(()),
        [only] if only.key() == "*" => {
            let kinds = kinds(only).join(" or ");
            return if kinds.is_empty() { Ok(()) } else { writeln!(out, "Each entry: {kinds}") };
        }
        _ => {}
    }
    let of_each = if starred { "Values of each entry" } else { "Values" };
    writeln!(out, "{of_each}, in {version}:")?;
    write_rows(chart, view, &rows, out)
}

pub(super) fn write_rows(
    chart: &str,
    view: View,
    rows: &[&'static Row],
    out: &mut dyn Write,
) -> io::Result<()> {
    let width = rows.iter().map(|row| row.key().len()).max().unwrap_or(0).min(40);
    for row in rows {
        let (view, row) = inner(chart, view, row);
        let kinds = kinds(row).join(" or ");
        let said = match row.shape() {
            Shape::Closed | Shape::Keyed | Shape::List => count(view, row.path),
            Shape::Open | Shape::Unread | Shape::Scalar => default(chart, view, row),
        };
        let line = format!("  {:width$}  {kinds:7}  {said}", row.key());
        writeln!(out, "{}", cut(line.trim_end()))?;
    }
    Ok(())
}

/// Where Calico's API knows more of a value than the chart, its row.
pub(super) fn inner(chart: &str, view: View, row: &'static Row) -> (View, &'static Row) {
    let crds = of(CRDS).filter(|_| chart == CALICO && row.shape() != Shape::Closed);
    let found = crds.and_then(|paths| {
        let view = paths.newest()?;
        view.at(row.path).next().map(|row| (view, row))
    });
    found.unwrap_or((view, row))
}

/// How many values stand below, those of mappings in it included.
fn count(view: View, path: &str) -> String {
    let below = view.paths.below(path).iter().filter(|row| row.is_in(view.versions));
    let real = below.filter(|row| row.is_real() && row.shape() != Shape::Closed);
    // An entry that holds nothing is none to look up.
    let real = real.filter(|row| row.key() != "*");
    let paths: BTreeSet<&str> = real.map(|row| row.path).collect();
    match paths.len() {
        0 => String::new(),
        1 => "1 value".to_owned(),
        count => format!("{count} values"),
    }
}

fn default(chart: &str, view: View, row: &Row) -> String {
    let bundles =
        |release: &_| view.paths.bundled(*release).is_some_and(|it| it & view.versions != 0);
    let supported = Releases::supported();
    let release = supported.iter().filter(bundles).last();
    let default = release.and_then(|release| chart_values::default(chart, row.path, release));
    match default.map(|default| default.value) {
        Some("null") | None => String::new(),
        Some(json) => written(json),
    }
}

/// A JSON value as a user writes it in YAML: text without quotes where it
/// stays text without.
pub(super) fn written(json: &str) -> String {
    let plain = json.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    let is_word = |text: &&str| {
        let mut chars = text.chars();
        let starts = chars.next().is_some_and(|char| char.is_ascii_alphabetic() || char == '/');
        let word = |char: char| char.is_ascii_alphanumeric() || "-_./%".contains(char);
        let other = ["true", "false", "null", "yes", "no", "on", "off", "y", "n"];
        starts && chars.all(word) && !other.contains(&text.to_ascii_lowercase().as_str())
    };
    plain.filter(is_word).unwrap_or(json).to_owned()
}

fn cut(line: &str) -> String {
    match line.char_indices().nth(WIDTH) {
        None => line.to_owned(),
        Some(_) => line.chars().take(WIDTH - 1).chain(['…']).collect(),
    }
}
