use crate::{
    diag::Level,
    facts::{Answer, helm},
    lint::{Check, Cx, Lint},
    model::{Chart, Cluster},
    yaml::Entry,
};

pub static LINT: Lint =
    Lint::new(include_str!("helm-field-unsupported-by-version.md"), Check::Cluster(check));

fn check(cluster: &Cluster, cx: &mut Cx) {
    let configs = cluster.chart_configs.iter().map(|config| &config.chart);
    for chart in cluster.helm_charts.iter().chain(configs) {
        chart.fields.iter().for_each(|entry| check_field(cluster, chart, entry, cx));
    }
}

fn check_field(cluster: &Cluster, chart: &Chart, entry: &Entry, cx: &mut Cx) {
    let kind = chart.object.kind.as_str();
    let key = entry.key.as_str().unwrap_or("");
    let releases = &cluster.releases;
    let field = helm::field(kind, key);
    let Some(field) = field.filter(|field| releases.answer(&field.gate) == Answer::No) else {
        return;
    };
    let message = format!("`{key}` is no field of a {kind} on {releases}");
    let diagnostic = cx.report(entry.key.span(), message);
    let since = &field.gate;
    diagnostic.why(format!("it came with {since}; before, the object is applied without a word, and the field is never used"));
    if let Some(source) = cluster.release_source {
        diagnostic.label(source, "the release");
    }
    match key {
        "values" => drop(diagnostic.fix("write the values as a string: `valuesContent: |-`")),
        "valuesSecrets" => drop(diagnostic.fix("put the values into `valuesContent`")),
        _ => drop(diagnostic.level(Level::Warning).fix("remove it, or upgrade")),
    }
}
