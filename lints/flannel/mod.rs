//! Flannel, alone or as the half of Canal that connects nodes.

pub mod canal_podcidr_ignored;
pub mod cni_mtu_inconsistent;
pub mod flannel_backend_unknown;
pub mod flannel_without_network_policy;

use crate::lint::Lint;

pub(super) static LINTS: &[&Lint] = &[
    &canal_podcidr_ignored::LINT,
    &cni_mtu_inconsistent::LINT,
    &flannel_backend_unknown::LINT,
    &flannel_without_network_policy::LINT,
];
