use super::PLUGIN;
use crate::{
    lint::{Check, Cx, Lint},
    model::{Cluster, Replacement, values},
};

pub static LINT: Lint =
    Lint::new(include_str!("cilium-kpr-missing-api-endpoint.md"), Check::Cluster(check));

fn check(cluster: &Cluster, cx: &mut Cx) {
    let Some(plugin) = cluster.plugin().filter(|plugin| plugin.name == PLUGIN) else { return };
    let Replacement::On(entry) = cluster.replacement(PLUGIN) else { return };
    let mut servers = cluster.servers();
    let off = servers.next().is_some()
        && cluster.servers().all(|server| server.flag("disable-kube-proxy") == Some(true));
    if !off || !cluster.may_deploy(PLUGIN) || !cluster.cilium_lacks_endpoint() {
        return;
    }
    let text = values::text(&entry).unwrap_or_default();
    let message = format!(
        "`kubeProxyReplacement` is `{text}` without kube-proxy, and `k8sServiceHost` isn't set"
    );
    let diagnostic = cx.report(entry.value.span(), message);
    diagnostic
        .why("Cilium's agents and operator look for the API server at the address of its Service, which nobody translates before they run: they crash, and nodes stay NotReady")
        .fix("`k8sServiceHost: \"localhost\"` and `k8sServicePort: \"6443\"`: RKE2 serves the API there on every node");
    for key in cluster.servers().filter_map(|server| server.key_span("disable-kube-proxy")) {
        diagnostic.label(key, "no kube-proxy");
    }
    if let Some(span) = plugin.span {
        diagnostic.label(span, "the plugin");
    }
}
