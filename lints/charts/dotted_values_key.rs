use crate::{
    diag::Fix,
    facts::{charts, paths},
    lint::{Check, Cx, Lint},
    model::{ChartEntry, Cluster, Unknown},
    text::Edit,
    yaml::Entry,
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

fn edits(own: &Entry, words: &[&str]) -> Option<Vec<Edit>> {
    if let Some(edit) = own.nested(words) {
        return Some(vec![edit]);
    }
    let holder = own.holder()?;
    holder.get(words.first()?).found()?;
    let put = holder.put(words, own.value.written()?)?;
    // A value that is there already is another.
    put.old.is_empty().then(|| own.removal().map(|removal| vec![put, removal]))?
}

/// The chart has the path that is meant.
fn is_known(entry: &ChartEntry, key: &str) -> bool {
    let path = key.split('.').fold(entry.parent().to_owned(), |path, key| paths::join(&path, key));
    entry.view.having(&path) != 0
}

fn report(chart: &str, entry: &ChartEntry, cx: &mut Cx) {
    let Some(key) = entry.key.as_ref().and_then(|key| key.as_str()) else { return };
    let Some((section, rest)) = key.split_once('.') else { return };
    let words: Vec<&str> = key.split('.').collect();
    let own = entry.entry();
    cx.report(entry.span(), format!("`{key}` is one key with dots in it, not a path"))
        .why(format!(
            "only Helm's `--set` takes dots for nesting: `{chart}` has no such key, and what it has below `{section}` stays as it is"
        ))
        .fix(format!("nest it: `{section}:`, and below it `{}:`", rest.replace('.', ":`, and below it `")))
        .repair(Fix::safe(
            "nest it, as the chart has it",
            own.filter(|_| is_known(entry, key))
                .and_then(|own| edits(&own, &words))
                .unwrap_or_default(),
        ));
}
