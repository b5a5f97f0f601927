use super::{PLUGIN, set};
use crate::{
    facts::{self, Answer},
    lint::{Check, Cx, Lint},
    model::{Cluster, Replacement},
};

pub static LINT: Lint =
    Lint::new(include_str!("cilium-feature-requires-kpr.md"), Check::Cluster(check));

/// What Cilium's operator calls them.
const FEATURES: [(&str, &str); 2] =
    [("gatewayAPI", "Gateway API"), ("ingressController", "Ingress Controller")];

fn check(cluster: &Cluster, cx: &mut Cx) {
    // Older charts fail on some of it.
    let old = !cluster.releases.are_past(facts::gate("cilium-kpr-booleans"));
    let Replacement::Off(off) = cluster.replacement(PLUGIN) else { return };
    if old {
        return;
    }
    for (key, name) in FEATURES {
        let entry = set(cluster, &[key, "enabled"]);
        let Some(entry) = entry.filter(|entry| entry.value.as_bool() == Some(true)) else {
            continue;
        };
        let says = match cluster.releases.answer(facts::gate("cilium-kpr-only-booleans")) {
            Answer::Yes => format!(
                ": \"{name} support requires either kube-proxy-replacement or enable-node-port enabled\""
            ),
            Answer::No | Answer::Depends => String::new(),
        };
        let message = format!("`{key}` does nothing without a replacement of kube-proxy");
        let diagnostic = cx.report(entry.value.span(), message);
        diagnostic
            .why(format!("Cilium's operator doesn't start that controller{says}"))
            .fix("`kubeProxyReplacement: true` with `disable-kube-proxy: true`, or `nodePort.enabled: true`");
        if let Some(off) = &off {
            diagnostic.label(off.value.span(), "no replacement");
        }
    }
}
