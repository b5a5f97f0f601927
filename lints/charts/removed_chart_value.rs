use crate::{
    diag::{Diagnostic, Level},
    facts::{chart_values, charts},
    lint::{Check, Cx, Lint},
    model::{ChartEntry, Cluster, Unknown, values},
    yaml::{Entry, Kind, Node, Scalar},
};

pub static LINT: Lint = Lint::new(include_str!("removed-chart-value.md"), Check::Cluster(check));

fn check(cluster: &Cluster, cx: &mut Cx) {
    for chart in charts::all() {
        for entry in cluster.chart_entries(chart.name) {
            if refuses(&entry) {
                let message = format!(
                    "`{}` is gone from the chart `{}`, which refuses it",
                    entry.name, chart.name
                );
                let diagnostic = cx.report(entry.span(), message);
                let removal = chart_values::removal(chart.name, &entry.path);
                let says = removal.and_then(|removal| removal.says);
                diagnostic
                    .why(says.map_or(REFUSED.to_owned(), |says| format!("{REFUSED}: \"{says}\"")));
                finish(cluster, chart.name, &entry, diagnostic);
            } else if let Some(Unknown::Gone(accepted)) = &entry.unknown {
                let Some(removed) = &accepted.removed else { continue };
                let message = format!(
                    "`{}` is gone from the chart `{}`, which reads it no more",
                    entry.name, chart.name
                );
                let level = if is_idle(&entry) { Level::Note } else { Level::Warning };
                let diagnostic = cx.report(entry.span(), message);
                diagnostic.level(level).why(format!(
                    "it is ignored without a word from {removed} on, and nothing is set"
                ));
                finish(cluster, chart.name, &entry, diagnostic);
            }
        }
    }
}

const REFUSED: &str = "its templates fail, so the chart can't be installed or upgraded";

/// The chart's templates fail because of the value.
fn refuses(entry: &ChartEntry) -> bool {
    let Some(key) = entry.key.clone() else { return false };
    entry.agreed(|row| row.is_refused()) == Some(true)
        && values::is_true(&Entry { key, value: entry.value.clone() })
}

/// Nothing is lost: it turns off what is no longer there, or says what was
/// the default.
fn is_idle(entry: &ChartEntry) -> bool {
    let defaults: Vec<&str> =
        entry.view.paths.at(&entry.path).iter().filter_map(|row| row.default()).collect();
    turns_off(&entry.value)
        || entry
            .value
            .as_str()
            .is_some_and(|text| defaults.last() == Some(&format!("\"{text}\"").as_str()))
}

fn turns_off(value: &Node) -> bool {
    match value.kind() {
        Kind::Map => value.entries().all(|entry| turns_off(&entry.value)),
        Kind::Seq => value.items().next().is_none(),
        Kind::Scalar => match value.scalar() {
            Some(Scalar::Null | Scalar::Bool(false)) => true,
            Some(Scalar::Text) => value.as_str() == Some(""),
            _ => false,
        },
    }
}

fn finish(cluster: &Cluster, chart: &str, entry: &ChartEntry, diagnostic: &mut Diagnostic) {
    match chart_values::removal(chart, &entry.path).and_then(|removal| removal.instead) {
        Some(instead) => diagnostic.fix(format!("{instead} instead")),
        None => diagnostic.fix("remove it"),
    };
    if let Some(span) = cluster.release_source {
        diagnostic.label(span, "the release is said here");
    }
}
