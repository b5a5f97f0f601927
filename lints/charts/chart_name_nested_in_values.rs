use crate::{
    facts::charts,
    lint::{Check, Cx, Lint},
    model::{Cluster, Unknown},
    yaml::Kind,
};

pub static LINT: Lint =
    Lint::new(include_str!("chart-name-nested-in-values.md"), Check::Cluster(check));

fn check(cluster: &Cluster, cx: &mut Cx) {
    for chart in charts::all() {
        for entry in cluster.chart_entries(chart.name) {
            let nested = matches!(entry.unknown, Some(Unknown::Nested));
            if !nested || entry.value.kind() != Kind::Map {
                continue;
            }
            let (name, key) = (chart.name, &entry.name);
            let message =
                format!("values of `{name}` stand below `{key}`, where the chart has none");
            cx.report(entry.span(), message)
                .text("nothing below is used")
                .why("what is in `valuesContent` are the chart's values themselves: it never reads these, and keeps its defaults")
                .fix(format!("remove `{key}:`, and indent what is below it less"));
        }
    }
}
