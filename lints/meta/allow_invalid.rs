use crate::lint::{Check, Lint};

pub static LINT: Lint = Lint::new(include_str!("allow-invalid.md"), Check::Engine);
