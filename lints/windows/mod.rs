//! Clusters with Windows machines.

pub mod windows_calico_other_network;
pub mod windows_dual_stack;
pub mod windows_flannel_other_network;
pub mod windows_unsupported_cni;
pub mod windows_without_multus;

use crate::lint::Lint;

pub(super) static LINTS: &[&Lint] = &[
    &windows_calico_other_network::LINT,
    &windows_dual_stack::LINT,
    &windows_flannel_other_network::LINT,
    &windows_unsupported_cni::LINT,
    &windows_without_multus::LINT,
];
