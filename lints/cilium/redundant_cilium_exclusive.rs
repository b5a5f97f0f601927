use super::{CHART, PLUGIN};
use crate::{
    diag::Fix,
    facts::{self, chart_values},
    lint::{Check, Cx, Lint, default_words},
    model::{Cluster, values},
};

pub static LINT: Lint =
    Lint::new(include_str!("redundant-cilium-exclusive.md"), Check::Cluster(check));

const PATH: &str = "cni.exclusive";

fn check(cluster: &Cluster, cx: &mut Cx) {
    let Some(entry) = cluster.value(CHART, &["cni", "exclusive"]).set() else { return };
    let defaults = chart_values::defaults(CHART, PATH, &cluster.releases);
    let says_false = values::text(&entry).as_deref() == Some("false");
    if !says_false || defaults != ["false"] || !cluster.may_deploy(PLUGIN) {
        return;
    }
    let diagnostic = cx.report(entry.value.span(), "`exclusive` is `false` by default");
    if let Some(words) = default_words(CHART, PATH, &cluster.releases) {
        let gate = facts::gate("cilium-exclusive-default-false");
        diagnostic.why(format!("{words}, and so it is from {gate} on"));
    }
    diagnostic.fix("remove it");
    let edits = entry.removal();
    diagnostic.repair(Fix::safe("remove it: the chart does the same without", edits));
    if let Some(span) = cluster.release_source {
        diagnostic.label(span, "the release is said here");
    }
}
