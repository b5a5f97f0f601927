use super::{helm_says, holds, refused, rest_on_release};
use crate::{
    diag::{Fix, Level},
    facts::{
        charts,
        outcomes::{self, Instead},
        paths::{Mask, Row, Shape},
    },
    lint::{Check, Cx, Lint},
    model::{ChartEntry, Cluster, Type},
    yaml::{Node, Scalar},
};

pub static LINT: Lint = Lint::new(include_str!("chart-value-wrong-type.md"), Check::Cluster(check));

fn check(cluster: &Cluster, cx: &mut Cx) {
    for chart in charts::all() {
        let entries = cluster.chart_entries(chart.name);
        for entry in entries.iter().filter(|entry| entry.unknown.is_none()) {
            let Some(given) = Type::of(&entry.value) else { continue };
            let off = entries.iter().any(|other| turns_off(other, entry));
            let refuses = |row| given != Type::Null && refuses(row, given);
            let is_map = |row| is_map(row) || entry.is_of_api() && wanted(row) == [Type::Map];
            let (all, fail) = (entry.view.having(&entry.path), failing(entry, given));
            if holds(cluster, entry, refuses) && !(entry.is_of_api() && all & !fail == 0) {
                report_refused(cluster, chart.name, entry, given, cx);
            } else if given != Type::Map && holds(cluster, entry, is_map) {
                let refuse = entry.rows.iter().filter(|row| refuses(row));
                let refuse = refuse.fold(0, |mask, row| mask | row.versions());
                let fails = !off && all & !(fail | refuse) == 0;
                report_map(cluster, chart.name, entry, given, fails, cx);
            }
        }
    }
}

fn wanted(row: &Row) -> Vec<Type> {
    row.schema().filter_map(Type::parse).collect()
}

fn refuses(row: &Row, given: Type) -> bool {
    let wanted = wanted(row);
    !wanted.is_empty() && !wanted.iter().any(|wanted| given.fits(*wanted))
}

/// A mapping by default, of which templates read keys.
fn is_map(row: &Row) -> bool {
    row.shape() == Shape::Closed && row.types().eq(["map"])
}

/// The versions of which a template fails on it.
fn failing(entry: &ChartEntry, given: Type) -> Mask {
    let instead = match given {
        Type::Map => return 0,
        Type::Null => Instead::Null,
        _ if is_empty(&entry.value) => Instead::Empty,
        _ => Instead::Other,
    };
    outcomes::fail_without_map(entry.view.paths.chart(), &entry.path, instead)
}

fn report_refused(cluster: &Cluster, chart: &str, entry: &ChartEntry, given: Type, cx: &mut Cx) {
    let wanted = entry.said(wanted).unwrap_or_default();
    let choices: Vec<&str> = entry.said(|row| row.choices().collect()).unwrap_or_default();
    let words = in_words(&wanted);
    let message = format!(
        "`{}` is {}, where the chart `{chart}` takes {words}",
        entry.name,
        written(entry, given, &wanted)
    );
    let diagnostic = cx.report(entry.value.span(), message);
    let only = match wanted.as_slice() {
        [only] if choices.is_empty() => Some(*only),
        _ => None,
    };
    let says = if entry.is_of_api() {
        let says = |only: Type| format!("must be of type {}: \"{}\"", only.json(), given.json());
        only.filter(|only| *only != Type::Map).map(says)
    } else {
        only.and_then(|only| {
            let (want, given) = (only.json(), given.json());
            let old = format!("Invalid type. Expected: {want}, given: {given}");
            let number = if given == "integer" { "number" } else { given };
            helm_says(cluster, entry, &old, &format!("got {number}, want {want}"))
        })
    };
    diagnostic.why(refused(entry, says)).fix(match choices.as_slice() {
        [] => instead(entry, given, &wanted).unwrap_or_else(|| words.clone()),
        choices => format!("one of {}", choices.join(", ").replace('"', "`")),
    });
    if let Some(scalar) = retyped(entry, given, &wanted).filter(|_| choices.is_empty()) {
        let title = format!("write `{scalar}`, as the chart wants it");
        diagnostic.repair(Fix::safe(title, entry.value.replacement(&scalar)));
    }
    rest_on_release(cluster, entry, diagnostic);
}

/// Templates may not come to read what is below the other.
fn turns_off(other: &ChartEntry, entry: &ChartEntry) -> bool {
    let above = other.parent();
    let holds = above.is_empty() || entry.path.starts_with(&format!("{above}."));
    holds && other.path.ends_with("enabled") && is_empty(&other.value)
}

fn report_map(
    cluster: &Cluster,
    chart: &str,
    entry: &ChartEntry,
    given: Type,
    fails: bool,
    cx: &mut Cx,
) {
    // What is nothing to a condition does no harm where nothing fails.
    if !fails && is_empty(&entry.value) {
        return;
    }
    let written = written(entry, given, &[]);
    let message =
        format!("`{}` is {written}, where `{chart}` reads the keys of a mapping", entry.name);
    let diagnostic = cx.report(entry.span(), message);
    if !fails {
        diagnostic.level(Level::Warning).why(
            "Helm keeps it in the place of the chart's mapping: the chart's defaults below it are gone, and a template that reads one of its keys fails",
        );
    } else if given == Type::Null {
        diagnostic.why("with null, Helm drops the chart's mapping, and its templates fail on the keys that they read of it: the chart can't be installed or upgraded");
    } else {
        diagnostic.why("Helm keeps it in the place of the chart's mapping, and its templates fail on the keys that they read of it: the chart can't be installed or upgraded");
    }
    diagnostic.fix(match given {
        Type::Null => format!("remove `{}`, or write keys below it", entry.name),
        _ => mapping(entry, given),
    });
    rest_on_release(cluster, entry, diagnostic);
}

/// Nothing to a template's condition.
fn is_empty(value: &Node) -> bool {
    match value.scalar() {
        Some(Scalar::Text) => value.as_str() == Some(""),
        Some(scalar) => [Scalar::Null, Scalar::Bool(false), Scalar::Int(0)].contains(&scalar),
        None => value.items().next().is_none(),
    }
}

/// What is written; a text only where it can be no secret.
fn written(entry: &ChartEntry, given: Type, wanted: &[Type]) -> String {
    let text = entry.value.as_str().unwrap_or_default();
    let plain = [Type::Int, Type::Float, Type::Bool].iter().any(|plain| wanted.contains(plain));
    match given {
        Type::Null => "null".to_owned(),
        Type::Bool => format!("the boolean `{text}`"),
        Type::Int | Type::Float => format!("the number `{text}`"),
        Type::Text if plain && text.len() <= 40 => format!("the text `{text}`"),
        Type::Text => "text".to_owned(),
        Type::List => "a list".to_owned(),
        Type::Map => "a mapping".to_owned(),
    }
}

fn in_words(wanted: &[Type]) -> String {
    let word = |of: &Type| match of {
        Type::Null => None,
        Type::Bool => Some("`true` or `false`"),
        Type::Int => Some("a whole number"),
        Type::Float => Some("a number"),
        Type::Text => Some("text"),
        Type::List => Some("a list"),
        Type::Map => Some("a mapping"),
    };
    let words: Vec<&str> = wanted.iter().filter_map(word).collect();
    if words.is_empty() { "another type".to_owned() } else { words.join(" or ") }
}

/// What the mapping might be that is meant.
fn mapping(entry: &ChartEntry, given: Type) -> String {
    let rows = entry.view.children(&entry.path).filter(|row| row.is_real());
    let mut keys: Vec<String> = rows.map(|row| row.key()).filter(|key| key != "*").collect();
    keys.dedup();
    let text = entry.value.as_str().unwrap_or_default();
    match keys.as_slice() {
        keys if given == Type::Bool && keys.iter().any(|key| key == "enabled") => {
            format!("`{}.enabled: {text}`", entry.name)
        }
        [] => "a mapping".to_owned(),
        keys => {
            format!("a mapping, with keys such as `{}`", keys[..keys.len().min(4)].join("`, `"))
        }
    }
}

/// The same value as the type that is wanted.
fn instead(entry: &ChartEntry, given: Type, wanted: &[Type]) -> Option<String> {
    if wanted == [Type::Map] {
        return Some(mapping(entry, given));
    }
    let key = entry
        .key
        .as_ref()
        .and_then(|key| key.as_str())
        .map_or("- ".to_owned(), |key| format!("{key}: "));
    let scalar = retyped(entry, given, wanted)?;
    let quotes = if given == Type::Text { "without quotes" } else { "in quotes" };
    Some(format!("`{key}{scalar}`, {quotes}"))
}

/// A scalar with its quotes, or without.
fn retyped(entry: &ChartEntry, given: Type, wanted: &[Type]) -> Option<String> {
    let text = entry.value.as_str()?;
    let wants = |of| wanted.contains(&of);
    match given {
        Type::Text if wants(Type::Int) && text.parse::<i64>().is_ok() => Some(text.to_owned()),
        Type::Text if wants(Type::Bool) && ["true", "false"].contains(&text) => {
            Some(text.to_owned())
        }
        Type::Bool | Type::Int | Type::Float if wants(Type::Text) => Some(format!("\"{text}\"")),
        _ => None,
    }
}
