//! What becomes of values that are of another kind than the chart's own:
//! anything where templates read keys of a mapping, texts where they ask for
//! true and false, lists in the place of a list.

use super::{
    paths::{self, Mask},
    table::rows,
};
use std::sync::LazyLock;

/// What a chart's own list tolerates, and has to be in one that replaces it.
#[derive(Debug)]
pub struct Needed {
    chart: &'static str,
    pub path: &'static str,
    /// Of the effect `NoSchedule`.
    pub taint: &'static str,
    /// Of the taint; "" for most.
    pub value: &'static str,
    /// What comes of it.
    pub then: &'static str,
}

/// What stands in the place of a mapping.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Instead {
    Null,
    /// Nothing to a condition: `false`, an empty text or list.
    Empty,
    Other,
}

/// Chart, path, what templates fail on, and in which versions.
static MAPS: LazyLock<Vec<(&str, &str, &str, Mask)>> = LazyLock::new(|| {
    let row = |row: Vec<&'static str>| {
        let chart = paths::of(row[0]).expect("a test reads every row");
        let versions = chart.mask(row[3]).expect("a test reads every row");
        (row[0], row[1], row[2], versions)
    };
    rows(include_str!("tables/chart_maps.tsv")).map(row).collect()
});

static SWITCHES: LazyLock<Vec<(&str, &str)>> = LazyLock::new(|| {
    let table = include_str!("tables/chart_switches.tsv");
    rows(table).map(|row| (row[0], row[1])).collect()
});

static NEEDED: LazyLock<Vec<Needed>> = LazyLock::new(|| {
    let needed = |row: Vec<&'static str>| {
        let value = if row[3] == "-" { "" } else { row[3] };
        Needed { chart: row[0], path: row[1], taint: row[2], value, then: row[4] }
    };
    rows(include_str!("tables/chart_lists.tsv")).map(needed).collect()
});

/// The versions whose templates fail without a mapping at the path, with all
/// else at its default.
pub fn fail_without_map(chart: &str, path: &str, instead: Instead) -> Mask {
    let fails = |on: &str| match instead {
        Instead::Null => ["all", "null"].contains(&on),
        Instead::Empty => ["all", "set"].contains(&on),
        Instead::Other => ["all", "set", "true"].contains(&on),
    };
    let rows = MAPS.iter().filter(|(of, at, ..)| (*of, *at) == (chart, path));
    rows.filter(|(_, _, on, _)| fails(on)).fold(0, |mask, row| mask | row.3)
}

/// Templates only ask whether it is true, which any text is.
pub fn is_switch(chart: &str, path: &str) -> bool {
    SWITCHES.contains(&(chart, path))
}

/// Sorted by path.
pub fn needed(chart: &str) -> impl Iterator<Item = &'static Needed> {
    NEEDED.iter().filter(move |needed| needed.chart == chart)
}

#[cfg(test)]
mod tests {
    use super::{super::Releases, *};

    #[track_caller]
    fn check(chart: &str, path: &str, release: &str, instead: Instead, fails: bool) {
        let view = paths::view(chart, &Releases::parse(release).expect(release)).expect(chart);
        let failing = fail_without_map(chart, path, instead);
        assert_eq!(view.versions & !failing == 0, fails, "{chart} {path} {release}");
    }

    #[test]
    fn maps_that_templates_fail_without() {
        check("rke2-canal", "flannel", "v1.34.2+rke2r1", Instead::Other, true);
        check("rke2-canal", "flannel", "v1.34.2+rke2r1", Instead::Null, true);
        check("rke2-canal", "calico.kubeControllerImage", "v1.34.2+rke2r1", Instead::Other, false);
        check("rke2-cilium", "hubble", "v1.34.2+rke2r1", Instead::Null, true);
    }

    #[test]
    fn every_row_is_of_a_known_path() {
        assert!(MAPS.iter().all(|row| ["all", "set", "true", "null"].contains(&row.2)));
        let paths = MAPS.iter().map(|row| (row.0, row.1)).chain(SWITCHES.iter().copied());
        let paths = paths.chain(NEEDED.iter().map(|needed| (needed.chart, needed.path)));
        for (chart, path) in paths {
            let known = paths::of(chart).is_some_and(|paths| !paths.at(path).is_empty());
            assert!(known, "{chart} {path}");
        }
    }
}
