use crate::lint::{Check, Lint};

pub static LINT: Lint = Lint::new(include_str!("config-invalid.md"), Check::Engine);
