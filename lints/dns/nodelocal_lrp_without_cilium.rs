use super::{CHART, REDIRECT, cache};
use crate::{
    facts::{self, Answer, cni},
    lint::{Check, Cx, Lint},
    model::Cluster,
};

pub static LINT: Lint =
    Lint::new(include_str!("nodelocal-lrp-without-cilium.md"), Check::Cluster(check));

fn check(cluster: &Cluster, cx: &mut Cx) {
    let Some(redirect) = cluster.value(CHART, &REDIRECT).set() else { return };
    let on = redirect.value.as_bool() == Some(true) && cache(cluster).is_some();
    let read = cluster.releases.answer(facts::gate("coredns-redirect-of-cilium")) != Answer::No;
    let Some(plugin) = cluster.plugin().filter(|_| on && read) else { return };
    // Who brings a plugin of their own may bring Cilium.
    if plugin.name == "cilium" || cni::cni(&plugin.name).is_none() {
        return;
    }
    let name = &plugin.name;
    let message = format!("`use_cilium_lrp` needs Cilium, and the plugin is `{name}`");
    let diagnostic = cx.report(redirect.value.span(), message);
    diagnostic
        .why("the chart has a CiliumLocalRedirectPolicy then, a kind that the cluster doesn't have: CoreDNS' chart can't be installed, and no name resolves: \"no matches for kind \"CiliumLocalRedirectPolicy\" in version \"cilium.io/v2\"\"")
        .fix("remove it: with kube-proxy the cache does without");
    if let Some(span) = plugin.span {
        diagnostic.label(span, "the plugin");
    }
}
