use crate::{
    diag::{Diagnostic, Level},
    facts::{
        Answer,
        chart_values::{self, Removal},
        charts,
    },
    lint::{Check, Cx, Lint},
    model::{ChartEntry, ChartValue, Cluster, Unknown, values},
    yaml::Entry,
};

pub static LINT: Lint = Lint::new(include_str!("removed-chart-value.md"), Check::Cluster(check));

fn check(cluster: &Cluster, cx: &mut Cx) {
    for chart in charts::all() {
        let entries = cluster.chart_entries(chart.name);
        // A null drops a default, and templates may fall back on what was.
        let plain = entries.iter().all(|entry| !entry.value.is_null());
        for entry in &entries {
            let removal = chart_values::removal(chart.name, &entry.path);
            let named = removal
                .filter(|_| plain)
                .and_then(|removal| removal.accepted(chart.name, &entry.path));
            let named = named.filter(|it| it.answer(&cluster.releases) == Answer::No);
            if refuses(entry) {
                report_refused(cluster, chart.name, entry, removal, cx);
            } else if let (Some(Unknown::Gone(accepted)), _) | (None, Some(accepted)) =
                (&entry.unknown, &named)
            {
                let Some(removed) = &accepted.removed else { continue };
                if entry.has_twin(&entries) {
                    continue;
                }
                let message = format!(
                    "`{}` is gone from the chart `{}`, which reads it no more",
                    entry.name, chart.name
                );
                let idle =
                    entry.is_idle() || removal.is_some_and(|it| follows(cluster, chart.name, it));
                let level = if idle { Level::Note } else { Level::Warning };
                let diagnostic = cx.report(entry.span(), message);
                diagnostic.level(level).why(format!(
                    "it is ignored without a word from {removed} on, and nothing is set"
                ));
                finish(cluster, removal, diagnostic);
            }
        }
    }
}

const REFUSED: &str = "its templates fail, so the chart can't be installed or upgraded";

fn report_refused(
    cluster: &Cluster,
    chart: &str,
    entry: &ChartEntry,
    removal: Option<&Removal>,
    cx: &mut Cx,
) {
    let message = format!("`{}` is gone from the chart `{chart}`, which refuses it", entry.name);
    let diagnostic = cx.report(entry.span(), message);
    let says = removal.and_then(|removal| removal.says);
    diagnostic.why(says.map_or(REFUSED.to_owned(), |says| format!("{REFUSED}: \"{says}\"")));
    finish(cluster, removal, diagnostic);
}

/// The chart's templates fail because of the value.
fn refuses(entry: &ChartEntry) -> bool {
    let Some(key) = entry.key.clone() else { return false };
    entry.agreed(|row| row.is_refused()) == Some(true)
        && values::is_true(&Entry { key, value: entry.value.clone() })
}

/// What does its work now is set too.
fn follows(cluster: &Cluster, chart: &str, removal: &Removal) -> bool {
    let Some((path, value)) = removal.successor() else { return false };
    match cluster.value(chart, &path.split('.').collect::<Vec<_>>()) {
        ChartValue::Set(entry) => {
            value.is_none_or(|value| values::text(&entry).as_deref() == Some(value))
        }
        ChartValue::Default(_) | ChartValue::Unknown => false,
    }
}

fn finish(cluster: &Cluster, removal: Option<&Removal>, diagnostic: &mut Diagnostic) {
    match removal.and_then(|removal| removal.instead) {
        Some(instead) => diagnostic.fix(format!("{instead} instead")),
        None => diagnostic.fix("remove it"),
    };
    if let Some(span) = cluster.release_source {
        diagnostic.label(span, "the release is said here");
    }
}
