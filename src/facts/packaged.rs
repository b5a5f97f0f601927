//! What is known of the values of packaged charts: their sections, and what
//! RKE2 sets itself.

use super::{Gate, table::rows};
use std::{collections::BTreeMap, sync::LazyLock};

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

static SECTIONS: LazyLock<BTreeMap<&str, Vec<&str>>> = LazyLock::new(|| {
    let rows = rows(include_str!("tables/chart_sections.tsv"));
    rows.map(|row| (row[0], row[1].split(' ').collect())).collect()
});

static INJECTED: LazyLock<Vec<Injected>> = LazyLock::new(|| {
    let gate = |text| Gate::parse(text).expect("a test reads every row");
    let rows = rows(include_str!("tables/injected_values.tsv"));
    rows.map(|row| Injected { path: row[0], gate: gate(row[1]), key: row[2] }).collect()
});

/// Whether a key at the top of the chart's values holds further keys, in some
/// version of the chart.
pub fn is_section(chart: &str, key: &str) -> bool {
    SECTIONS.get(chart).is_some_and(|sections| sections.contains(&key))
}

/// Sorted by path.
pub fn injected() -> &'static [Injected] {
    &INJECTED
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sections_of_charts() {
        assert!(
            is_section("rke2-cilium", "hubble") && is_section("rke2-multus", "rke2-whereabouts")
        );
        assert!(is_section("rke2-canal", "flannel") && !is_section("rke2-canal", "canal"));
        assert!(!is_section("rke2-coredns", "rke2-coredns"));
        assert_eq!(injected().len(), 11);
    }
}
