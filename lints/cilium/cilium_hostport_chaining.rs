use super::{CHART, PLUGIN, set};
use crate::{
    facts::chart_values,
    lint::{Check, Cx, Lint, default_words},
    model::{Cluster, Replacement, values},
};

pub static LINT: Lint =
    Lint::new(include_str!("cilium-hostport-chaining.md"), Check::Cluster(check));

const PATH: &str = "cni.chainingMode";

fn check(cluster: &Cluster, cx: &mut Cx) {
    let Some(entry) = set(cluster, &["cni", "chainingMode"]) else { return };
    let Replacement::Off(value) = cluster.replacement(PLUGIN) else { return };
    // Where it is the chart's default, RKE2's own pods don't ask for host ports.
    let defaults = chart_values::defaults(CHART, PATH, &cluster.releases);
    if values::text(&entry).as_deref() != Some("none") || defaults == ["none"] {
        return;
    }
    let diagnostic = cx.report(
        entry.value.span(),
        "`chainingMode` is `none` without a replacement of kube-proxy: no `hostPort` works",
    );
    diagnostic
        .why("host ports are the work of the plugin `portmap`, or of Cilium if it replaces kube-proxy; RKE2's ingress controllers listen on host ports 80 and 443")
        .fix("remove `chainingMode`, or set `kubeProxyReplacement: true`");
    if let Some(words) = default_words(CHART, PATH, &cluster.releases) {
        diagnostic.why(words);
    }
    if let Some(value) = value {
        diagnostic.label(value.value.span(), "no replacement of kube-proxy");
    }
}
