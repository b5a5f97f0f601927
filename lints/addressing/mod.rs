//! Addresses and ranges: families, sizes, overlap.

pub mod advertise_address_family_mismatch;
pub mod cidr_host_bits;
pub mod cluster_cidr_too_small;
pub mod cluster_dns_outside_service_cidr;
pub mod cluster_service_cidr_overlap;
pub mod dual_stack_cluster_dns_unsupported;
pub mod dual_stack_family_mismatch;
pub mod invalid_cidr;
pub mod ipv6_only_unsupported_by_version;
pub mod load_balancer_pool_overlap;
pub mod max_pods_exceeds_node_cidr;
pub mod node_cidr_mask_mismatch;
pub mod node_ip_family_mismatch;
pub mod node_network_overlaps_cluster_cidr;
pub mod service_cidr_too_large;
pub mod service_cidr_too_small;
pub mod too_many_cidrs;

use crate::{
    diag::{Confidence, Diagnostic, Level},
    facts::{self, Answer, Releases},
    lint::Lint,
};

pub(super) static LINTS: &[&Lint] = &[
    &advertise_address_family_mismatch::LINT,
    &cidr_host_bits::LINT,
    &cluster_cidr_too_small::LINT,
    &cluster_dns_outside_service_cidr::LINT,
    &cluster_service_cidr_overlap::LINT,
    &dual_stack_cluster_dns_unsupported::LINT,
    &dual_stack_family_mismatch::LINT,
    &invalid_cidr::LINT,
    &ipv6_only_unsupported_by_version::LINT,
    &load_balancer_pool_overlap::LINT,
    &max_pods_exceeds_node_cidr::LINT,
    &node_cidr_mask_mismatch::LINT,
    &node_ip_family_mismatch::LINT,
    &node_network_overlaps_cluster_cidr::LINT,
    &service_cidr_too_large::LINT,
    &service_cidr_too_small::LINT,
    &too_many_cidrs::LINT,
];

/// Families are compared from v1.24.1 on; older releases start, `without` what
/// the finding is about. All of them are past their end of life, so one that
/// isn't known is taken to be newer, and the finding says so.
fn checked_by_release(diagnostic: &mut Diagnostic, releases: &Releases, without: &str) {
    match releases.answer(facts::gate("family-check")) {
        Answer::Yes => {}
        Answer::No => {
            let note = format!("releases before v1.24.1 start, {without}");
            diagnostic.level(Level::Warning).note(note);
        }
        Answer::Depends => {
            let note = "the release isn't known; v1.24.1 or newer is assumed";
            diagnostic.assume(Confidence::Medium, note);
        }
    }
}
