//! What the tool itself has to say: files that it couldn't read, its own
//! configuration.

pub mod config_invalid;
pub mod unreadable_file;

use crate::lint::Lint;

pub(super) static LINTS: &[&Lint] = &[&config_invalid::LINT, &unreadable_file::LINT];
