use crate::{
    facts::{self, Answer, charts, packaged},
    lint::{Check, Cx, Lint},
    model::Cluster,
    yaml::{Entry, Kind},
};

pub static LINT: Lint =
    Lint::new(include_str!("chart-name-nested-in-values.md"), Check::Cluster(check));

const CILIUM: &str = "rke2-cilium";

fn check(cluster: &Cluster, cx: &mut Cx) {
    let names = charts::all().map(|chart| chart.name);
    for name in names.filter(|name| !cluster.has_helm_chart(name)) {
        for config in cluster.configs_of(name) {
            for root in config.chart.roots(&cluster.releases) {
                for entry in root.entries().filter(|entry| wraps(cluster, name, entry)) {
                    report(name, &entry, cx);
                }
            }
        }
    }
}

/// The entry holds values below the chart's name, for which it has no place.
fn wraps(cluster: &Cluster, name: &str, entry: &Entry) -> bool {
    let Some(key) = entry.key.as_str() else { return false };
    let own = key == name || Some(key) == name.strip_prefix("rke2-");
    // Cilium's own chart was once inside of RKE2's.
    let gate = facts::gate("cilium-values-on-top");
    let unwrapped = name == CILIUM && cluster.releases.answer(gate) == Answer::Yes;
    let has_place = packaged::is_section(name, key) && !unwrapped;
    own && !has_place && entry.value.kind() == Kind::Map && !entry.value.is_unknown()
}

fn report(name: &str, entry: &Entry, cx: &mut Cx) {
    let key = entry.key.as_str().unwrap_or(name);
    let message = format!("values of `{name}` stand below `{key}`, where the chart has none");
    cx.report(entry.key.span(), message)
        .text("nothing below is used")
        .why("what is in `valuesContent` are the chart's values themselves: it never reads these, and keeps its defaults")
        .fix(format!("remove `{key}:`, and indent what is below it less"));
}
