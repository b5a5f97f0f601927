//! Values of Cilium's chart that it refuses, forgets or can't work with.

pub mod cilium_auto_direct_routes_with_tunnel;
pub mod cilium_feature_requires_kpr;
pub mod cilium_hostport_chaining;
pub mod cilium_ipam_ignores_cluster_cidr;
pub mod cilium_ipv6_only_needs_direct_routes;
pub mod cilium_kpr_missing_api_endpoint;
pub mod cilium_kpr_value_invalid;
pub mod redundant_cilium_exclusive;

use crate::{
    lint::Lint,
    model::{ChartValue, Cluster, values},
    yaml::Entry,
};

pub(super) static LINTS: &[&Lint] = &[
    &cilium_auto_direct_routes_with_tunnel::LINT,
    &cilium_feature_requires_kpr::LINT,
    &cilium_hostport_chaining::LINT,
    &cilium_ipam_ignores_cluster_cidr::LINT,
    &cilium_ipv6_only_needs_direct_routes::LINT,
    &cilium_kpr_missing_api_endpoint::LINT,
    &cilium_kpr_value_invalid::LINT,
    &redundant_cilium_exclusive::LINT,
];

const PLUGIN: &str = "cilium";
const CHART: &str = "rke2-cilium";

/// What the cluster sets at a path, if Cilium may be its plugin.
fn set(cluster: &Cluster, path: &[&str]) -> Option<Entry> {
    if !cluster.may_deploy(PLUGIN) {
        return None;
    }
    cluster.value(CHART, path).set()
}

fn is(value: ChartValue, text: &str) -> bool {
    value.set().is_some_and(|entry| values::text(&entry).as_deref() == Some(text))
}

/// Nothing sets it, or to an empty text.
fn is_empty(value: ChartValue) -> bool {
    value.is_default() || is(value, "")
}
