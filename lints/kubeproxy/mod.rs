//! kube-proxy and what replaces it.

pub mod kpr_with_kube_proxy_running;
pub mod kube_proxy_disabled_without_replacement;
pub mod kube_proxy_ipvs_deprecated;

use crate::lint::Lint;

pub(super) static LINTS: &[&Lint] = &[
    &kpr_with_kube_proxy_running::LINT,
    &kube_proxy_disabled_without_replacement::LINT,
    &kube_proxy_ipvs_deprecated::LINT,
];

/// The key of RKE2 that turns kube-proxy off.
const OFF: &str = "disable-kube-proxy";
