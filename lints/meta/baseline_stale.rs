use crate::lint::{Check, Lint};

pub static LINT: Lint = Lint::new(include_str!("baseline-stale.md"), Check::Engine);
