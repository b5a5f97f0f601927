//! Values of Calico's chart that its operator refuses, or that leave pods
//! without what `cluster-cidr` promises.

pub mod calico_ebpf_incomplete;
pub mod calico_encapsulation_needs_bgp;
pub mod calico_ippool_family_missing;
pub mod calico_ippool_outside_cluster_cidr;
pub mod calico_multiple_autodetection_methods;
pub mod calico_v3_resource_without_apiserver;

use crate::{
    diag::{Confidence, Diagnostic},
    facts::{self, Answer},
    lint::Lint,
    model::{Cluster, calico::Pools},
};

pub(super) static LINTS: &[&Lint] = &[
    &calico_ebpf_incomplete::LINT,
    &calico_encapsulation_needs_bgp::LINT,
    &calico_ippool_family_missing::LINT,
    &calico_ippool_outside_cluster_cidr::LINT,
    &calico_multiple_autodetection_methods::LINT,
    &calico_v3_resource_without_apiserver::LINT,
];

const PLUGIN: &str = "calico";

/// The operator's answer to an Installation that it doesn't take.
const DEGRADED: &str = "Calico's operator takes nothing of the Installation, calico-node isn't rolled out, and a new cluster's nodes stay NotReady";

/// The pools of a cluster whose plugin may be Calico, if its chart takes them
/// as they are.
fn pools(cluster: &Cluster) -> Option<Pools> {
    let taken = takes_pools(cluster) && cluster.may_deploy(PLUGIN);
    taken.then(|| cluster.calico_pools())?
}

/// See [`assume_release`].
fn takes_pools(cluster: &Cluster) -> bool {
    cluster.releases.are_past(facts::gate("calico-pools-replace"))
}

fn assume_release(cluster: &Cluster, diagnostic: &mut Diagnostic) {
    let gate = facts::gate("calico-pools-replace");
    if cluster.releases.answer(gate) != Answer::Yes {
        let note =
            format!("nobody says the release; charts before {gate} change the pools themselves");
        diagnostic.assume(Confidence::Medium, note);
    }
}
