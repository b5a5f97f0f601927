//! What the operating system of a machine has to have.

pub mod ipv6_only_missing_localhost;
pub mod kernel_too_old;
pub mod script_removes_iptables;

use crate::lint::Lint;

pub(super) static LINTS: &[&Lint] =
    &[&ipv6_only_missing_localhost::LINT, &kernel_too_old::LINT, &script_removes_iptables::LINT];
