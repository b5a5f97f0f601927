use super::{assume_release, pools};
use crate::{
    diag::Confidence,
    lint::{Check, Cx, Lint},
    model::{Cluster, Plan, calico::Pool, net::Range},
};

pub static LINT: Lint =
    Lint::new(include_str!("calico-ippool-outside-cluster-cidr.md"), Check::Cluster(check));

fn check(cluster: &Cluster, cx: &mut Cx) {
    let Some(pools) = pools(cluster) else { return };
    let plans = cluster.plans();
    let holds = |plan: &Plan, pool: &Pool| {
        plan.cluster.iter().any(|range| range.net.contains(&pool.range.net))
    };
    // A family that the cluster doesn't have is another mistake.
    let same_family = |pool: &Pool| {
        let of_family = |range: &Range| pool.range.family() == range.family();
        plans.iter().filter(|plan| plan.cluster.iter().any(of_family)).collect::<Vec<_>>()
    };
    for pool in pools.pools.iter().filter(|pool| !pool.special) {
        let plans = same_family(pool);
        if plans.is_empty() || plans.iter().any(|plan| holds(plan, pool)) {
            continue;
        }
        let message = format!("Calico's pool {} lies outside of `cluster-cidr`", pool.range.text);
        let diagnostic = cx.report(pool.span, message);
        diagnostic
            .why("pods get addresses that kube-proxy doesn't take for pods': it masquerades what they send to Services")
            .fix("write the range of `cluster-cidr`, or leave `ipPools` out: the chart makes them of it");
        assume_release(cluster, diagnostic);
        let ranges = plans.iter().flat_map(|plan| &plan.cluster);
        let mut ranges = ranges.filter(|range| range.family() == pool.range.family());
        if let Some(span) = ranges.clone().find_map(|range| range.span) {
            diagnostic.label(span, "`cluster-cidr`");
        } else if let Some(range) = ranges.next() {
            let note = format!("no `cluster-cidr` here, so it is RKE2's default, {}", range.text);
            diagnostic.assume(Confidence::Medium, note);
        }
    }
}
