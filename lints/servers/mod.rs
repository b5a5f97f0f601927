//! What servers have, and what they must share.

pub mod egress_selector_mode_unknown;
pub mod node_port_range_invalid;
pub mod server_key_on_agent;

use crate::lint::Lint;

pub(super) static LINTS: &[&Lint] = &[
    &egress_selector_mode_unknown::LINT,
    &node_port_range_invalid::LINT,
    &server_key_on_agent::LINT,
];
