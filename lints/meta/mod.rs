//! What the tool itself has to say: files that it couldn't read, its own
//! configuration, the comments and the baseline that silence findings.

pub mod allow_invalid;
pub mod allow_unused;
pub mod baseline_stale;
pub mod config_invalid;
pub mod unreadable_file;

use crate::lint::Lint;

pub(super) static LINTS: &[&Lint] = &[
    &allow_invalid::LINT,
    &allow_unused::LINT,
    &baseline_stale::LINT,
    &config_invalid::LINT,
    &unreadable_file::LINT,
];
