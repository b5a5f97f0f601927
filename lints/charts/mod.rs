//! x

use crate::lint::Lint;

pub(super) static LINTS: &[&Lint] = &[];
