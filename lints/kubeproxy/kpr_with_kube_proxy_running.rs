use super::OFF;
use crate::{
    diag::Confidence,
    lint::{Check, Cx, Lint},
    model::{Cluster, Replacement, values},
};

pub static LINT: Lint =
    Lint::new(include_str!("kpr-with-kube-proxy-running.md"), Check::Cluster(check));

fn check(cluster: &Cluster, cx: &mut Cx) {
    let Some(plugin) = cluster.plugin().filter(|plugin| plugin.name == "cilium") else { return };
    let Replacement::On(entry) = cluster.replacement(&plugin.name) else { return };
    let mut servers = cluster.servers().peekable();
    let runs = servers.peek().is_some() && servers.all(|server| server.flag(OFF) == Some(false));
    if !runs || !cluster.may_deploy(&plugin.name) {
        return;
    }
    let text = values::text(&entry).unwrap_or_default();
    let message = format!("`kubeProxyReplacement` is `{text}`, and kube-proxy runs too");
    let diagnostic = cx.report(entry.value.span(), message);
    diagnostic
        .why("RKE2 runs kube-proxy on every node unless it is told not to: two programs translate the same Services, one with iptables and one with eBPF")
        .fix("`disable-kube-proxy: true` in the `config.yaml` of every server");
    if let Some(span) = plugin.span {
        diagnostic.label(span, "the plugin");
    }
    let keys: Vec<_> = cluster.servers().filter_map(|server| server.key_span(OFF)).collect();
    for key in &keys {
        diagnostic.label(*key, "kube-proxy runs");
    }
    if keys.is_empty() {
        diagnostic.assume(Confidence::Medium, "no server sets `disable-kube-proxy` elsewhere");
    }
}
