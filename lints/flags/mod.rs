//! The keys of `config.yaml`: which there are, for whom, and what they take.

pub mod server_key_on_agent;

use crate::lint::Lint;

pub(super) static LINTS: &[&Lint] = &[&server_key_on_agent::LINT];
