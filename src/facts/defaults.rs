//! RKE2's and Kubernetes' defaults and limits.

use super::table::rows;
use std::{collections::BTreeMap, str::FromStr, sync::LazyLock};

static DEFAULTS: LazyLock<BTreeMap<&str, &str>> = LazyLock::new(|| {
    rows(include_str!("tables/defaults.tsv")).map(|row| (row[0], row[1])).collect()
});

/// # Panics
/// If `defaults.tsv` has no such row: a slip of the caller.
pub fn default(name: &str) -> &'static str {
    let Some(value) = DEFAULTS.get(name) else { panic!("no row `{name}` in defaults.tsv") };
    value
}

/// # Panics
/// If `defaults.tsv` has no such row, or it is no number.
pub fn number<T: FromStr>(name: &str) -> T {
    let Ok(number) = default(name).parse() else { panic!("`{name}` is no number") };
    number
}
