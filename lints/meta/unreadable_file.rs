use crate::lint::{Check, Lint};

pub static LINT: Lint = Lint::new(include_str!("unreadable-file.md"), Check::Engine);
