//! `cni`: which plugins, and in which order.

pub mod cis_canal_comma_string;
pub mod cni_malformed_list;
pub mod cni_too_many_values;
pub mod cni_unknown_value;
pub mod cni_unsupported_by_version;
pub mod multus_not_first;
pub mod multus_standalone;
pub mod selected_cni_disabled;

use crate::lint::Lint;

pub(super) static LINTS: &[&Lint] = &[
    &cis_canal_comma_string::LINT,
    &cni_malformed_list::LINT,
    &cni_too_many_values::LINT,
    &cni_unknown_value::LINT,
    &cni_unsupported_by_version::LINT,
    &multus_not_first::LINT,
    &multus_standalone::LINT,
    &selected_cni_disabled::LINT,
];
