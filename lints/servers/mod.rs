//! What servers have, and what they must share.

pub mod egress_selector_mode_unknown;
pub mod node_port_range_invalid;

use crate::lint::Lint;

pub(super) static LINTS: &[&Lint] =
    &[&egress_selector_mode_unknown::LINT, &node_port_range_invalid::LINT];
