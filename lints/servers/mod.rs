//! What the servers of a cluster must share, and how machines join them.

pub mod agent_token_mismatch;
pub mod critical_config_mismatch;
pub mod disable_kube_proxy_mismatch;
pub mod helmchartconfig_differs_between_servers;
pub mod join_server_missing_url;
pub mod join_url_not_https;
pub mod join_url_of_itself;
pub mod join_url_wrong_port;
pub mod server_settings_mismatch;
pub mod tls_san_missing_registration_address;

use crate::{
    diag::{Confidence, Diagnostic},
    lint::{Cx, Lint},
    model::{Join, SharedValue},
};

pub(super) static LINTS: &[&Lint] = &[
    &agent_token_mismatch::LINT,
    &critical_config_mismatch::LINT,
    &disable_kube_proxy_mismatch::LINT,
    &helmchartconfig_differs_between_servers::LINT,
    &join_server_missing_url::LINT,
    &join_url_not_https::LINT,
    &join_url_of_itself::LINT,
    &join_url_wrong_port::LINT,
    &server_settings_mismatch::LINT,
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
