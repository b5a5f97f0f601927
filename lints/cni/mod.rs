//! `cni`: which plugins, and in which order.

pub mod multus_not_first;

use crate::lint::Lint;

pub(super) static LINTS: &[&Lint] = &[&multus_not_first::LINT];
