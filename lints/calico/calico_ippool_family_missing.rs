use super::{assume_release, pools};
use crate::{
    lint::{Check, Cx, Lint},
    model::{
        Cluster,
        net::{Family, Range},
    },
};

pub static LINT: Lint =
    Lint::new(include_str!("calico-ippool-family-missing.md"), Check::Cluster(check));

fn check(cluster: &Cluster, cx: &mut Cx) {
    let Some(pools) = pools(cluster) else { return };
    let plans = cluster.plans();
    for family in [Family::V4, Family::V6] {
        let has = |range: &Range| range.family() == family;
        let wanted = !plans.is_empty() && plans.iter().all(|plan| plan.cluster.iter().any(has));
        if !wanted || pools.pools.iter().any(|pool| has(&pool.range)) {
            continue;
        }
        let name = family.name();
        let message = format!("`cluster-cidr` has {name}, and no pool of `ipPools` has");
        let diagnostic = cx.report(pools.key, message);
        diagnostic
            .why(format!("Calico gives pods no {name} address: pools that are listed replace those which the chart makes of `cluster-cidr`"))
            .fix(format!("add a pool with the {name} range of `cluster-cidr`, or remove `ipPools`"));
        assume_release(cluster, diagnostic);
        let mut ranges = plans.iter().flat_map(|plan| &plan.cluster).filter(|range| has(range));
        if let Some(span) = ranges.find_map(|range| range.span) {
            diagnostic.label(span, format!("{name} for pods"));
        }
    }
}
