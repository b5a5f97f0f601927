use crate::{
    diag::{Diagnostic, Fix, Level},
    facts::{
        Answer,
        chart_values::{self, Removal},
        charts,
    },
    lint::{Check, Cx, Lint},
    model::{ChartEntry, ChartValue, Cluster, Unknown, values},
    text::Edit,
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
                repair(cluster, chart.name, entry, removal, diagnostic);
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
    repair(cluster, chart, entry, removal, diagnostic);
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

/// Takes the value out, or to what does its work now.
fn repair(
    cluster: &Cluster,
    chart: &str,
    entry: &ChartEntry,
    removal: Option<&Removal>,
    diagnostic: &mut Diagnostic,
) {
    let Some(own) = entry.entry() else { return };
    let Some(removal) = removal.filter(|it| it.instead.is_some() && !follows(cluster, chart, it))
    else {
        diagnostic.repair(Fix::safe("remove it: the chart does the same without", own.removal()));
        return;
    };
    let Some(value) = own.value.written() else { return };
    let text = own.value.as_str().unwrap_or("");
    let becomes = chart_values::moved(chart, &entry.path, text);
    if !becomes.is_empty() {
        let free = becomes.iter().filter_map(|line| line.split_once(": "));
        let is_free = free.into_iter().all(|(path, _)| cluster.value(chart, &[path]).is_default());
        let edit = own.replaced(&becomes).filter(|_| is_free);
        diagnostic.repair(Fix::safe(format!("write `{}`", becomes.join("`, `")), edit));
    } else if let Some(path) = removal.renamed() {
        let path: Vec<&str> = path.split('.').collect();
        let is_free = cluster.value(chart, &path).is_default();
        let depth = entry.path.split('.').count() == 1;
        let put = own.holder().filter(|_| is_free && depth).and_then(|it| it.put(&path, value));
        let edits: Option<Vec<Edit>> = [put, own.removal()].into_iter().collect();
        let title = format!("write `{}`, which does its work now", path.join("."));
        diagnostic.repair(Fix::unsure(title, edits.unwrap_or_default()));
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
