//! CoreDNS and the cache of names on each node.

pub mod coredns_servers_partial_override;
pub mod nodelocal_cilium_kpr_without_lrp;
pub mod nodelocal_ipvs_mismatch;
pub mod nodelocal_lrp_without_cilium;

use crate::{facts::Answer, lint::Lint, model::Cluster, yaml::Entry};

pub(super) static LINTS: &[&Lint] = &[
    &coredns_servers_partial_override::LINT,
    &nodelocal_cilium_kpr_without_lrp::LINT,
    &nodelocal_ipvs_mismatch::LINT,
    &nodelocal_lrp_without_cilium::LINT,
];

const CHART: &str = "rke2-coredns";
const REDIRECT: [&str; 2] = ["nodelocal", "use_cilium_lrp"];

/// What turns the cache on, if something does.
fn cache(cluster: &Cluster) -> Option<Entry> {
    let on = |entry: &Entry| entry.value.as_bool() == Some(true);
    let entry = cluster.value(CHART, &["nodelocal", "enabled"]).set().filter(on)?;
    (cluster.deploys(CHART) != Answer::No).then_some(entry)
}
