use crate::{
    diag::Level,
    facts::{chart_values, charts},
    lint::{Check, Cx, Lint, release_words},
    model::{Cluster, Unknown},
};

pub static LINT: Lint =
    Lint::new(include_str!("chart-value-unsupported-by-version.md"), Check::Cluster(check));

fn check(cluster: &Cluster, cx: &mut Cx) {
    for chart in charts::all() {
        let entries = cluster.chart_entries(chart.name);
        for entry in &entries {
            let Some(Unknown::Later(accepted)) = &entry.unknown else { continue };
            if entry.has_twin(&entries) {
                continue;
            }
            let releases = release_words(&cluster.releases);
            let message = format!(
                "`{}` is no value of the chart `{}` on {releases} yet",
                entry.name, chart.name
            );
            let diagnostic = cx.report(entry.span(), message);
            if entry.is_of_api() {
                diagnostic.level(Level::Error).why(
                    "the API server refuses a field that it doesn't know, so the chart can't be installed",
                );
            } else {
                let level = if entry.is_idle() { Level::Note } else { Level::Warning };
                diagnostic
                    .level(level)
                    .why("no template of that version reads it: it is ignored without a word");
            }
            let before = chart_values::predecessor(chart.name, &entry.path);
            let wrapped =
                chart.name.strip_prefix("rke2-").map(|own| format!("{own}.{}", entry.path));
            let mut others = before.map(str::to_owned).into_iter().chain(wrapped);
            let has = |path: &String| entry.view.having(path) == entry.view.versions;
            diagnostic.fix(match others.find(has) {
                Some(path) => format!("`{path}`, or a release from {} on", accepted.since),
                None => format!("remove it, or a release from {} on", accepted.since),
            });
            if let Some(span) = cluster.release_source {
                diagnostic.label(span, "the release is said here");
            }
        }
    }
}
