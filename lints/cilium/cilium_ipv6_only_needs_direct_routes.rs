use super::{CHART, PLUGIN};
use crate::{
    diag::Confidence,
    facts::{self, Answer},
    lint::{Check, Cx, Lint},
    model::{
        Cluster, Read,
        net::{Family, families},
    },
};

pub static LINT: Lint =
    Lint::new(include_str!("cilium-ipv6-only-needs-direct-routes.md"), Check::Cluster(check));

/// Values that may bring routes, or make them needless.
const OTHERS: [&str; 10] = [
    "autoDirectNodeRoutes",
    "bgp",
    "bgpControlPlane",
    "ipam",
    "eni",
    "routingMode",
    "tunnel",
    "tunnelProtocol",
    "cni",
    "extraConfig",
];

fn check(cluster: &Cluster, cx: &mut Cx) {
    let Read::Set((_, ranges)) = cluster.ranges("cluster-cidr") else { return };
    let Read::Set((_, services)) = cluster.ranges("service-cidr") else { return };
    let selected = cluster.plugin().filter(|plugin| plugin.name == PLUGIN);
    let gate = facts::gate("cilium-no-native-for-ipv6");
    let native = cluster.releases.answer(gate) == Answer::No;
    let (Some(plugin), Some(span)) = (selected, ranges.first().and_then(|range| range.span)) else {
        return;
    };
    let plain = OTHERS.iter().all(|key| cluster.value(CHART, &[key]).is_default());
    let several = cluster.machines.len() > 1;
    // Servers of two families don't start.
    let alone = families(&ranges) == [Family::V6] && families(&services) == [Family::V6];
    if !alone || !native || !plain || !several {
        return;
    }
    let diagnostic = cx.report(
        span,
        format!(
            "pods have IPv6 alone, and Cilium of {} routes it without a tunnel",
            cluster.releases
        ),
    );
    diagnostic
        .why(format!("without IPv4 the chart sets `routing-mode: native`, and no node knows the way to the others' pods; from {gate} on it tunnels"))
        .fix("`autoDirectNodeRoutes: true` in the values of `rke2-cilium`, if the nodes are of one network")
        .assume(Confidence::Medium, "routers that know the nodes' blocks would do as well");
    if let Some(span) = plugin.span {
        diagnostic.label(span, "the plugin");
    }
}
