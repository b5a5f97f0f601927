use super::{holds, rest_on_release};
use crate::{
    diag::Fix,
    facts::{charts, outcomes, paths::Row},
    lint::{Check, Cx, Lint},
    model::{ChartEntry, Cluster, Type},
};

pub static LINT: Lint =
    Lint::new(include_str!("chart-value-string-is-true.md"), Check::Cluster(check));

/// Texts that mean no, and are none to a template.
const NO: [&str; 5] = ["false", "no", "off", "n", "0"];

fn check(cluster: &Cluster, cx: &mut Cx) {
    for chart in charts::all() {
        for entry in cluster.chart_entries(chart.name) {
            let no = entry
                .value
                .as_str()
                .is_some_and(|text| NO.iter().any(|no| no.eq_ignore_ascii_case(text)));
            let asked = no
                && Type::of(&entry.value) == Some(Type::Text)
                && outcomes::is_switch(chart.name, &entry.path)
                && holds(cluster, &entry, is_asked);
            if asked {
                report(cluster, chart.name, &entry, cx);
            }
        }
    }
}

/// A boolean by default, and a condition to the templates, with no schema that
/// refuses a text.
fn is_asked(row: &Row) -> bool {
    let free = row.schema().next().is_none() && row.compared().next().is_none();
    free && row.types().eq(["bool"]) && row.is_condition()
}

fn report(cluster: &Cluster, chart: &str, entry: &ChartEntry, cx: &mut Cx) {
    let text = entry.value.as_str().unwrap_or_default();
    let key = entry.key.as_ref().and_then(|key| key.as_str()).unwrap_or(&entry.name);
    let message = format!("`{}` is the text `{text}`, which is true to `{chart}`", entry.name);
    let diagnostic = cx.report(entry.value.span(), message);
    diagnostic
        .why("Helm takes no text but an empty one for false: what this should turn off is on")
        .fix(format!("`{key}: false`, without quotes"))
        .repair(Fix::unsure(
            "write `false`, which turns off what is on until now",
            entry.value.replacement("false"),
        ));
    rest_on_release(cluster, entry, diagnostic);
}
