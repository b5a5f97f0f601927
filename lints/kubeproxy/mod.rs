//! kube-proxy and what replaces it.

pub mod kube_proxy_disabled_without_replacement;

use crate::lint::Lint;

pub(super) static LINTS: &[&Lint] = &[&kube_proxy_disabled_without_replacement::LINT];
