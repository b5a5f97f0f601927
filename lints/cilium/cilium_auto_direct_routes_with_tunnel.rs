use super::{CHART, is, is_empty, set};
use crate::{
    diag::{Confidence, Level},
    facts::{self, Answer},
    lint::{Check, Cx, Lint},
    model::{
        Cluster,
        net::{Family, Range},
        values,
    },
};

pub static LINT: Lint =
    Lint::new(include_str!("cilium-auto-direct-routes-with-tunnel.md"), Check::Cluster(check));

/// What else decides how packets travel, or whether agents get these values.
const OTHERS: [&str; 10] = [
    "eni",
    "gke",
    "azure",
    "aksbyocni",
    "alibabacloud",
    "ipv4",
    "ipv6",
    "extraConfig",
    "extraArgs",
    "upgradeCompatibility",
];

fn check(cluster: &Cluster, cx: &mut Cx) {
    let Some(entry) = set(cluster, &["autoDirectNodeRoutes"]) else { return };
    let value = |path: &str| cluster.value(CHART, &[path]);
    let mode = value("routingMode");
    let tunnels = (is_empty(mode.clone()) && !by_old_name(cluster)) || is(mode.clone(), "tunnel");
    let plain = OTHERS.iter().all(|path| value(path).is_default());
    if values::text(&entry).as_deref() != Some("true") || !tunnels || !plain {
        return;
    }
    let ipv4 = if mode.is_default() { has_ipv4(cluster) } else { Answer::Yes };
    if ipv4 == Answer::No {
        return;
    }
    let diagnostic = cx.report(
        entry.value.span(),
        "`autoDirectNodeRoutes` is `true`, and Cilium's packets go through a tunnel",
    );
    diagnostic
        .why("Cilium's agents exit: \"auto-direct-node-routes cannot be used with tunneling. Packets must be routed through the tunnel device.\"")
        .fix("`routingMode: native` with `ipv4NativeRoutingCIDR`, or no `autoDirectNodeRoutes`");
    match mode.set() {
        Some(mode) => diagnostic.label(mode.value.span(), "a tunnel"),
        None => diagnostic.note("nothing sets `routingMode`, which is `tunnel` by default"),
    };
    if ipv4 == Answer::Depends {
        let note = "no `cluster-cidr` here, so it is RKE2's default for nodes with IPv4";
        diagnostic.level(Level::Warning).assume(Confidence::Medium, note);
    }
}

/// `tunnel`, which charts before 1.15.100 read, turns it off or may do so.
fn by_old_name(cluster: &Cluster) -> bool {
    let tunnel = cluster.value(CHART, &["tunnel"]);
    !is_empty(tunnel.clone()) && !is(tunnel.clone(), "vxlan") && !is(tunnel, "geneve")
}

/// Whether a tunnel is the default: with IPv4, or on any newer release.
fn has_ipv4(cluster: &Cluster) -> Answer {
    if cluster.releases.answer(facts::gate("cilium-no-native-for-ipv6")) == Answer::Yes {
        return Answer::Yes;
    }
    let is_v4 = |range: &Range| range.family() == Family::V4;
    let plans = cluster.plans();
    let with_v4 = plans.iter().filter(|plan| plan.cluster.iter().any(is_v4)).count();
    match with_v4 {
        0 => Answer::No,
        count if count == plans.len() => Answer::Yes,
        _ => Answer::Depends,
    }
}
