use crate::{
    diag::{Diagnostic, Fix, Level},
    facts::helm::{self, CHART, CONFIG},
    lint::{Check, Cx, Lint},
    model::{Chart, Cluster},
    text::nearest,
    yaml::Entry,
};

pub static LINT: Lint = Lint::new(include_str!("helm-field-unknown.md"), Check::Cluster(check));

const WHY: &str =
    "from the manifests folder the object is applied without a word, and the field is never used";

fn check(cluster: &Cluster, cx: &mut Cx) {
    let configs = cluster.chart_configs.iter().map(|config| &config.chart);
    for chart in cluster.helm_charts.iter().chain(configs) {
        for entry in &chart.misplaced {
            misplaced(chart, entry, cx);
        }
        // A newer release may have more fields.
        if !cluster.releases.beyond_tables() {
            chart.fields.iter().for_each(|entry| unknown(chart, entry, cx));
        }
    }
}

fn misplaced(chart: &Chart, entry: &Entry, cx: &mut Cx) {
    let key = entry.key.raw().unwrap_or("");
    let message = match key {
        "spec" => "`spec` stands in `metadata`, not beside it".to_owned(),
        _ => format!("`{key}` stands outside of `spec`"),
    };
    let fix = match key {
        "spec" => "indent `spec` as far as `metadata`".to_owned(),
        _ => format!("put `{key}` below `spec`"),
    };
    cx.report(entry.key.span(), message).why(lost(chart)).fix(fix);
}

/// What comes of it, for a field that holds values.
fn lost(chart: &Chart) -> String {
    format!("{WHY}: `{}` keeps the values that it has", chart.name())
}

fn unknown(chart: &Chart, entry: &Entry, cx: &mut Cx) {
    let kind = chart.object.kind.as_str();
    let Some(key) = entry.key.as_str().filter(|key| *key != "<<") else { return };
    if helm::field(kind, key).is_some() {
        return;
    }
    let near = nearest(key, helm::fields(kind).map(|field| field.name));
    let other = helm::field(CHART, key).is_some();
    let ask = match near {
        Some(near) => format!("; did you mean `{near}`?"),
        None if other => format!(", but of a {CHART}"),
        None => String::new(),
    };
    let diagnostic = cx.report(entry.key.span(), format!("`{key}` is no field of a {kind}{ask}"));
    diagnostic.why(WHY);
    match near {
        Some(near) => drop(
            diagnostic
                .fix(format!("`{near}`"))
                .repair(Fix::unsure(format!("write `{near}`"), entry.key.replacement(near))),
        ),
        None if kind == CONFIG && !other => {
            diagnostic.fix("values of the chart go below `valuesContent: |-`");
        }
        None => soften(diagnostic),
    }
}

/// What else a HelmChart says is used.
fn soften(diagnostic: &mut Diagnostic) {
    diagnostic.level(Level::Warning).fix("remove it");
}
