//! Which release a cluster runs, and who says so.

pub mod release_statements_disagree;

use crate::lint::Lint;

pub(super) static LINTS: &[&Lint] = &[&release_statements_disagree::LINT];
