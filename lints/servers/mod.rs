//! What servers have, and what they must share.

pub mod server_key_on_agent;

use crate::lint::Lint;

pub(super) static LINTS: &[&Lint] = &[&server_key_on_agent::LINT];
