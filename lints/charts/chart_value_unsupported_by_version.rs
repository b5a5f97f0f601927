use crate::{
    diag::Level,
    facts::charts,
    lint::{Check, Cx, Lint, release_words},
    model::{Cluster, Unknown},
};

pub static LINT: Lint =
    Lint::new(include_str!("chart-value-unsupported-by-version.md"), Check::Cluster(check));

fn check(cluster: &Cluster, cx: &mut Cx) {
    for chart in charts::all() {
        for entry in cluster.chart_entries(chart.name) {
            let Some(Unknown::Later(accepted)) = &entry.unknown else { continue };
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
                diagnostic
                    .why("no template of that version reads it: it is ignored without a word");
            }
            diagnostic.fix(format!("remove it, or a release from {} on", accepted.since));
            if let Some(span) = cluster.release_source {
                diagnostic.label(span, "the release is said here");
            }
        }
    }
}
