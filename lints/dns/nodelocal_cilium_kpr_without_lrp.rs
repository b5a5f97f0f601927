use super::{CHART, REDIRECT, cache};
use crate::{
    facts::{self, Answer},
    lint::{Check, Cx, Lint},
    model::{ChartValue, Cluster, Machine, Read, Replacement},
};

pub static LINT: Lint =
    Lint::new(include_str!("nodelocal-cilium-kpr-without-lrp.md"), Check::Cluster(check));

const CILIUM: &str = "rke2-cilium";
/// Cilium's switch, and what it is called from 1.18 on.
const POLICIES: [&[&str]; 2] = [&["localRedirectPolicy"], &["localRedirectPolicies", "enabled"]];

fn check(cluster: &Cluster, cx: &mut Cx) {
    let Some(cache) = cache(cluster) else { return };
    let selected = cluster.plugin().is_some_and(|plugin| plugin.name == "cilium");
    let Replacement::On(replacement) = cluster.replacement("cilium") else { return };
    let Some(redirect) = is_on(cluster.value(CHART, &REDIRECT)) else { return };
    let policies: Option<Vec<bool>> =
        POLICIES.iter().map(|path| is_on(cluster.value(CILIUM, path))).collect();
    // Pods that are told the cache's own address ask it.
    let told = |machine: &Machine| {
        !matches!(machine.component_arg("kubelet-arg", "cluster-dns"), Read::Default)
    };
    let asked = cluster.machines.iter().any(told);
    let Some(policies) = policies.filter(|_| selected && !asked) else { return };
    let policies = policies.contains(&true);
    let gate = facts::gate("coredns-redirect-of-cilium");
    let (message, fix) = match (redirect, policies, cluster.releases.answer(gate)) {
        (_, _, Answer::No) => (
            "the cache of names is never asked: Cilium replaces kube-proxy",
            format!("leave the cache out; from {gate} on Cilium can send questions to it"),
        ),
        (false, _, _) => (
            "the cache of names is never asked: Cilium replaces kube-proxy, and `nodelocal.use_cilium_lrp` isn't set",
            "`nodelocal.use_cilium_lrp: true`, and `localRedirectPolicy: true` in the values of `rke2-cilium`".to_owned(),
        ),
        (true, false, _) => (
            "the cache of names is never asked: Cilium's `localRedirectPolicy` isn't set",
            "`localRedirectPolicy: true` in the values of `rke2-cilium`".to_owned(),
        ),
        (true, true, _) => return,
    };
    cx.report(cache.value.span(), message)
        .label(replacement.value.span(), "kube-proxy is replaced")
        .why("Cilium translates the address of CoreDNS' Service before the cache could: pods ask CoreDNS as if there were none")
        .fix(fix);
}

/// `None` if it isn't known.
fn is_on(value: ChartValue) -> Option<bool> {
    match value {
        ChartValue::Default(_) => Some(false),
        ChartValue::Set(entry) => entry.value.as_bool(),
        ChartValue::Unknown => None,
    }
}
