//! Files that aren't what they seem to a parser.

pub mod yaml_syntax;

use crate::lint::Lint;

pub(super) static LINTS: &[&Lint] = &[&yaml_syntax::LINT];
