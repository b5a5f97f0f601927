use super::{CHART, set};
use crate::{
    diag::Confidence,
    facts::chart_values,
    lint::{Check, Cx, Lint},
    model::{
        ChartValue, Cluster, Plan,
        net::{Family, Range},
        values,
    },
    yaml::Kind,
};

pub static LINT: Lint =
    Lint::new(include_str!("cilium-ipam-ignores-cluster-cidr.md"), Check::Cluster(check));

const POOL: [&str; 3] = ["ipam", "operator", "clusterPoolIPv4PodCIDRList"];
/// Of charts before 1.14.
const OLD_POOL: [&str; 3] = ["ipam", "operator", "clusterPoolIPv4PodCIDR"];

fn check(cluster: &Cluster, cx: &mut Cx) {
    let Some(mode) = set(cluster, &["ipam", "mode"]) else { return };
    let old = cluster.value(CHART, &OLD_POOL).is_default();
    if values::text(&mode).as_deref() != Some("cluster-pool") || !old {
        return;
    }
    let Some(pools) = pools(cluster) else { return };
    let plans = cluster.plans();
    let is_v4 = |range: &&Range| range.family() == Family::V4;
    let with_v4: Vec<&Plan> =
        plans.iter().filter(|plan| plan.cluster.iter().any(|range| is_v4(&range))).collect();
    let holds =
        |plan: &&Plan, pool: &Range| plan.cluster.iter().any(|range| range.net.contains(&pool.net));
    let outside =
        |pool: &Range| !with_v4.is_empty() && !with_v4.iter().any(|plan| holds(plan, pool));
    for pool in pools.iter().filter(|pool| outside(pool)) {
        let span = pool.span.unwrap_or(mode.value.span());
        let by = if pool.span.is_some() { "" } else { ", the chart's default," };
        let message = format!(
            "Cilium gives pods addresses of {}{by} which `cluster-cidr` doesn't hold",
            pool.text
        );
        let diagnostic = cx.report(span, message);
        diagnostic
            .why("with `cluster-pool` Cilium's operator divides its own pool, and not the range that RKE2 and kube-proxy know pods by")
            .fix("remove `ipam.mode`, or set `ipam.operator.clusterPoolIPv4PodCIDRList` to the range of `cluster-cidr`")
            .label(mode.value.span(), "pods' addresses come from the pool");
        let mut ranges = plans.iter().flat_map(|plan| &plan.cluster).filter(is_v4);
        if let Some(span) = ranges.clone().find_map(|range| range.span) {
            diagnostic.label(span, "`cluster-cidr`");
        } else if let Some(range) = ranges.next() {
            let note = format!("no `cluster-cidr` here, so it is RKE2's default, {}", range.text);
            diagnostic.assume(Confidence::Medium, note);
        }
    }
}

/// `None` if they aren't known.
fn pools(cluster: &Cluster) -> Option<Vec<Range>> {
    let entry = match cluster.value(CHART, &POOL) {
        ChartValue::Set(entry) => entry,
        ChartValue::Default(defaults) => {
            let items = defaults.into_iter().flat_map(chart_values::items);
            return items.map(|text| Range::parse(text, None)).collect();
        }
        ChartValue::Unknown => return None,
    };
    if entry.value.kind() != Kind::Seq {
        return None;
    }
    let items = entry.value.items();
    items.map(|item| Range::parse(item.as_str()?, Some(item.span()))).collect()
}
