use crate::{
    facts::charts,
    lint::{Check, Cx, Lint},
    model::{ChartEntry, Cluster, Unknown},
};

pub static LINT: Lint = Lint::new(include_str!("dotted-values-key.md"), Check::Cluster(check));

fn check(cluster: &Cluster, cx: &mut Cx) {
    for chart in charts::all() {
        for entry in cluster.chart_entries(chart.name) {
            if matches!(entry.unknown, Some(Unknown::Dotted)) {
                report(chart.name, &entry, cx);
            }
        }
    }
}

fn report(chart: &str, entry: &ChartEntry, cx: &mut Cx) {
    let Some(key) = entry.key.as_ref().and_then(|key| key.as_str()) else { return };
    let Some((section, rest)) = key.split_once('.') else { return };
    cx.report(entry.span(), format!("`{key}` is one key with dots in it, not a path"))
        .why(format!(
            "only Helm's `--set` takes dots for nesting: `{chart}` has no such key, and what it has below `{section}` stays as it is"
        ))
        .fix(format!("nest it: `{section}:`, and below it `{}:`", rest.replace('.', ":`, and below it `")));
}
