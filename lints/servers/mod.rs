//! What servers have, and what they must share.

pub mod cis_kernel_defaults_unprotected;
pub mod cluster_reset_with_server;
pub mod control_plane_resource_malformed;
pub mod disable_without_effect;
pub mod egress_selector_mode_unknown;
pub mod ingress_controller_comma_string;
pub mod ingress_controller_unknown_value;
pub mod ingress_disabled_by_old_name;
pub mod node_port_range_invalid;
pub mod node_taint_malformed;
pub mod profile_unsupported_value;
pub mod secrets_encryption_provider_unknown;
pub mod snapshot_reconcile_interval_not_positive;

use crate::lint::Lint;

pub(super) static LINTS: &[&Lint] = &[
    &cis_kernel_defaults_unprotected::LINT,
    &cluster_reset_with_server::LINT,
    &control_plane_resource_malformed::LINT,
    &disable_without_effect::LINT,
    &egress_selector_mode_unknown::LINT,
    &ingress_controller_comma_string::LINT,
    &ingress_controller_unknown_value::LINT,
    &ingress_disabled_by_old_name::LINT,
    &node_port_range_invalid::LINT,
    &node_taint_malformed::LINT,
    &profile_unsupported_value::LINT,
    &secrets_encryption_provider_unknown::LINT,
    &snapshot_reconcile_interval_not_positive::LINT,
];
