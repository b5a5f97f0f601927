//! Multus and NetworkAttachmentDefinitions.

pub mod multus_cilium_exclusive;
pub mod nad_config_invalid_json;

use crate::lint::Lint;

pub(super) static LINTS: &[&Lint] =
    &[&multus_cilium_exclusive::LINT, &nad_config_invalid_json::LINT];
