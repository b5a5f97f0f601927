//! The values of packaged charts that RKE2 sets itself.

use super::{Gate, table::rows};
use std::sync::LazyLock;

/// A value below `global` that RKE2 gives each packaged chart, in a way that
/// no HelmChartConfig can override.
#[derive(Debug)]
pub struct Injected {
    /// Below `global`, such as `clusterCIDR`.
    pub path: &'static str,
    pub gate: Gate,
    /// The configuration's key that it comes from.
    pub key: &'static str,
}

static INJECTED: LazyLock<Vec<Injected>> = LazyLock::new(|| {
    let gate = |text| Gate::parse(text).expect("a test reads every row");
    let rows = rows(include_str!("tables/injected_values.tsv"));
    rows.map(|row| Injected { path: row[0], gate: gate(row[1]), key: row[2] }).collect()
});

/// Sorted by path.
pub fn injected() -> &'static [Injected] {
    &INJECTED
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn injected_values_are_read() {
        assert!(injected().is_sorted_by_key(|value| value.path) && injected().len() == 11);
    }
}
