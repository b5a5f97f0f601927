use super::{DEGRADED, PLUGIN, assume_release, takes_pools};
use crate::{
    facts::{self, Answer},
    lint::{Check, Cx, Lint},
    model::{
        ChartValue, Cluster, Read,
        calico::CHART,
        net::{Family, families},
    },
    text::Span,
};

pub static LINT: Lint =
    Lint::new(include_str!("calico-encapsulation-needs-bgp.md"), Check::Cluster(check));

fn check(cluster: &Cluster, cx: &mut Cx) {
    let bgp = match cluster.calico_network("bgp") {
        ChartValue::Default(_) => None,
        ChartValue::Set(entry) if entry.value.as_str() == Some("Disabled") => {
            Some(entry.value.span())
        }
        ChartValue::Set(_) | ChartValue::Unknown => return,
    };
    let routed = !cluster.calico_network("clusterRoutingMode").is_default();
    let other_plugin = !cluster.value(CHART, &["installation", "cni"]).is_default();
    if !cluster.may_deploy(PLUGIN)
        || routed
        || other_plugin
        || may_have_ipv6(cluster) && !takes_pools(cluster)
    {
        return;
    }
    if let Some(pools) = cluster.calico_pools() {
        for pool in pools.pools.iter().filter(|pool| pool.range.family() == Family::V4) {
            match &pool.encapsulation {
                Some(entry) => written(cluster, entry.value.as_str(), entry.value.span(), bgp, cx),
                None => {
                    let message = format!(
                        "the pool {} has no `encapsulation`, which makes it `IPIP`, and BGP is off",
                        pool.range.text
                    );
                    report(cluster, "IPIP", message, pool.span, bgp, cx);
                }
            }
        }
    }
    let gate = facts::gate("calico-pools-have-backend");
    if cluster.calico_network("ipPools").is_default()
        && cluster.releases.answer(gate) == Answer::Yes
        && let Some(entry) = cluster.value(CHART, &["installation", "backend"]).set()
    {
        written(cluster, entry.value.as_str(), entry.value.span(), bgp, cx);
    }
}

/// Older charts turn BGP on then.
fn may_have_ipv6(cluster: &Cluster) -> bool {
    match cluster.ranges("cluster-cidr") {
        Read::Default => false,
        Read::Set((_, ranges)) => families(&ranges) != [Family::V4],
        Read::Unknown => true,
    }
}

fn written(cluster: &Cluster, text: Option<&str>, span: Span, bgp: Option<Span>, cx: &mut Cx) {
    if let Some(text @ ("IPIP" | "IPIPCrossSubnet" | "None")) = text {
        let message = format!("encapsulation `{text}` needs BGP, which is off");
        report(cluster, text, message, span, bgp, cx);
    }
}

fn report(
    cluster: &Cluster,
    encapsulation: &str,
    message: String,
    span: Span,
    bgp: Option<Span>,
    cx: &mut Cx,
) {
    let felix = cluster.releases.answer(facts::gate("calico-felix-routes"));
    let says = match (encapsulation, felix) {
        ("None", Answer::No) => "Unencapsulated IP pools require that BGP is enabled",
        ("None", Answer::Yes) => {
            "with BIRD cluster routing mode, unencapsulated IP pools require that BGP is enabled"
        }
        ("None", Answer::Depends) => "IP pools require that BGP is enabled",
        (_, Answer::Yes) => {
            "with BIRD cluster routing mode, IPIP encapsulation requires that BGP is enabled"
        }
        (_, Answer::No | Answer::Depends) => "IPIP encapsulation requires that BGP is enabled",
    };
    let diagnostic = cx.report(span, message);
    diagnostic
        .why(format!("{DEGRADED}: \"{says}\""))
        .fix("`VXLAN`, or `installation.calicoNetwork.bgp: Enabled`");
    if may_have_ipv6(cluster) {
        assume_release(cluster, diagnostic);
    }
    match bgp {
        Some(span) => diagnostic.label(span, "BGP is off"),
        None => diagnostic.note("nothing sets `bgp`, which is `Disabled` in RKE2's chart"),
    };
}
