//! What servers have, and what they must share.

pub mod agent_token_mismatch;
pub mod cis_kernel_defaults_unprotected;
pub mod cloud_provider_config_without_name;
pub mod cluster_reset_with_server;
pub mod control_plane_resource_malformed;
pub mod critical_config_mismatch;
pub mod disable_kube_proxy_mismatch;
pub mod disable_without_effect;
pub mod egress_selector_mode_unknown;
pub mod helmchartconfig_differs_between_servers;
pub mod ingress_controller_comma_string;
pub mod ingress_controller_unknown_value;
pub mod ingress_disabled_by_old_name;
pub mod join_server_missing_url;
pub mod join_url_not_https;
pub mod join_url_of_itself;
pub mod join_url_wrong_port;
pub mod node_external_ip_with_cloud_provider;
pub mod node_port_range_invalid;
pub mod node_taint_malformed;
pub mod profile_unsupported_value;
pub mod secrets_encryption_provider_unknown;
pub mod server_settings_mismatch;
pub mod snapshot_reconcile_interval_not_positive;
pub mod tls_san_missing_registration_address;

use crate::{
    diag::{Confidence, Diagnostic},
    lint::{Cx, Lint},
    model::{Join, SharedValue},
};

pub(super) static LINTS: &[&Lint] = &[
    &agent_token_mismatch::LINT,
    &cis_kernel_defaults_unprotected::LINT,
    &cloud_provider_config_without_name::LINT,
    &cluster_reset_with_server::LINT,
    &control_plane_resource_malformed::LINT,
    &critical_config_mismatch::LINT,
    &disable_kube_proxy_mismatch::LINT,
    &disable_without_effect::LINT,
    &egress_selector_mode_unknown::LINT,
    &helmchartconfig_differs_between_servers::LINT,
    &ingress_controller_comma_string::LINT,
    &ingress_controller_unknown_value::LINT,
    &ingress_disabled_by_old_name::LINT,
    &join_server_missing_url::LINT,
    &join_url_not_https::LINT,
    &join_url_of_itself::LINT,
    &join_url_wrong_port::LINT,
    &node_external_ip_with_cloud_provider::LINT,
    &node_port_range_invalid::LINT,
    &node_taint_malformed::LINT,
    &profile_unsupported_value::LINT,
    &secrets_encryption_provider_unknown::LINT,
    &server_settings_mismatch::LINT,
    &snapshot_reconcile_interval_not_positive::LINT,
    &tls_san_missing_registration_address::LINT,
];

/// A finding that two servers of a cluster differ; `None` if neither says so.
fn both_say<'a>(
    join: &Join,
    key: &str,
    own: &SharedValue,
    other: &SharedValue,
    cx: &'a mut Cx<'_>,
) -> Option<&'a mut Diagnostic> {
    let value = |value: &SharedValue| match (value.texts.join("` or `"), value.span) {
        (text, _) if text.is_empty() => "nothing".to_owned(),
        (text, Some(_)) => format!("`{text}`"),
        (text, None) => format!("by default `{text}`"),
    };
    let (here, there) = (value(own), value(other));
    let message = format!(
        "`{key}` is {here} on a server that joins, and {there} on the cluster's first server"
    );
    let diagnostic = match (own.span, other.span) {
        (None, None) => return None,
        (Some(span), Some(first)) => cx.report(span, message).label(first, "on the first server"),
        (Some(span), None) => cx
            .report(span, message)
            .label(join.first.head, format!("no `{key}` on the first server")),
        (None, Some(first)) => cx
            .report(join.joiner.head, message)
            .text(format!("no `{key}` here"))
            .label(first, "on the first server"),
    };
    if let Some(doubt) = join.doubt {
        diagnostic.assume(Confidence::Medium, doubt);
    }
    Some(diagnostic)
}
