use crate::{
    diag::{Confidence, Diagnostic},
    facts::{cni, kernels},
    lint::{Check, Cx, Lint},
    model::{Cluster, NodeKernel, Replacement},
    text::Span,
};

pub static LINT: Lint = Lint::new(include_str!("kernel-too-old.md"), Check::Cluster(check));

fn check(cluster: &Cluster, cx: &mut Cx) {
    let Some(plugin) = cluster.plugin().filter(|_| !cluster.kernels.is_empty()) else { return };
    let replaces = match cluster.replacement(&plugin.name) {
        Replacement::On(entry) => Some(entry.value.span()),
        Replacement::Off(_) | Replacement::Unknown => None,
    };
    for node in &cluster.kernels {
        let lacks =
            |what| kernels::needed(what, &cluster.releases).filter(|least| node.kernel < *least);
        let own = &node.text;
        if let Some(least) = lacks(&plugin.name) {
            let message = format!("this node runs Linux {own}, and Cilium needs {least}");
            report(node, message, plugin.span, cx)
                .why("Cilium's agent exits, or can't load its programs: pods of the node get no network")
                .fix(format!("run Linux {least} or newer"));
        } else if let (Some(least), Some(span)) = (lacks("kube-proxy-replacement"), replaces) {
            let message = format!("this node runs Linux {own}, and kube-proxy is replaced");
            report(node, message, Some(span), cx)
                .why(format!("RKE2 advises against it before Linux {least}, which has fixes and features that it needs"))
                .fix(format!("run Linux {least} or newer, or keep kube-proxy"));
        } else if let (Some(least), Some(span)) =
            (lacks("wireguard"), wireguard(cluster, &plugin.name))
        {
            let message = format!("this node runs Linux {own}, which has no WireGuard of its own");
            report(node, message, Some(span), cx)
                .why("without WireGuard's module Flannel exits, and the node stays NotReady")
                .fix(format!("run Linux {least} or newer, or install the module"))
                .assume(Confidence::Medium, "the distribution hasn't added the module");
        }
    }
}

/// Where it is chosen as Flannel's backend.
fn wireguard(cluster: &Cluster, plugin: &str) -> Option<Span> {
    let chart = cni::cni(plugin)?.chart;
    let entry = cluster.value(chart, &["flannel", "backend"]).set()?;
    (entry.value.as_str() == Some("wireguard")).then(|| entry.value.span())
}

fn report<'a>(
    node: &NodeKernel,
    message: String,
    place: Option<Span>,
    cx: &'a mut Cx,
) -> &'a mut Diagnostic {
    let diagnostic = cx.report(node.span, message);
    if let Some(span) = place {
        diagnostic.label(span, "chosen here");
    }
    diagnostic
}
