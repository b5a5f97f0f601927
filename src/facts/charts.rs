//! The charts that RKE2 packages, all in the namespace `kube-system`, and what
//! makes it deploy each.

use super::{
    Gate, RELEASES, RELEASES_TABLE, Release, cni, defaults,
    table::{names, rows},
};
use std::{collections::BTreeMap, sync::LazyLock};

pub const NAMESPACE: &str = "kube-system";

#[derive(Debug)]
pub struct PackagedChart {
    pub name: &'static str,
    /// From when on RKE2 bundles it.
    pub gate: Gate,
    pub removed: Option<Gate>,
    pub on: On,
}

/// What deploys a chart, unless `disable` names it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum On {
    Always,
    Cni(&'static str),
    Multus,
    Ingress(&'static str),
    CloudProvider(&'static str),
}

/// The versions of each chart, as many as there are releases in the tables and
/// in their order; `-` where it isn't bundled.
static BUNDLED: LazyLock<BTreeMap<&str, Vec<&str>>> = LazyLock::new(|| {
    let rows: Vec<Vec<&str>> = rows(RELEASES_TABLE).collect();
    let column = |at: usize| rows.iter().map(|row| row[at]).collect();
    // The first two are the release and its day.
    names(RELEASES_TABLE).enumerate().skip(2).map(|(at, name)| (name, column(at))).collect()
});

static VERSIONS: LazyLock<BTreeMap<&str, Vec<&str>>> = LazyLock::new(|| {
    let mut days: Vec<(&str, usize)> =
        rows(RELEASES_TABLE).enumerate().map(|(at, row)| (row[1], at)).collect();
    days.sort_unstable();
    let ordered = |bundled: &Vec<&'static str>| {
        let mut versions: Vec<&str> = Vec::new();
        for version in days.iter().map(|(_, at)| bundled[*at]) {
            if version != "-" && !versions.contains(&version) {
                versions.push(version);
            }
        }
        versions
    };
    BUNDLED.iter().map(|(chart, bundled)| (*chart, ordered(bundled))).collect()
});

static CHARTS: LazyLock<Vec<PackagedChart>> = LazyLock::new(|| {
    let chart = |row: Vec<&'static str>| {
        let on = match row[1].split_once(' ') {
            Some(("cni", name)) => On::Cni(name),
            Some(("ingress", name)) => On::Ingress(name),
            Some(("cloud", name)) => On::CloudProvider(name),
            _ if row[1] == cni::MULTUS => On::Multus,
            _ => On::Always,
        };
        let has = BUNDLED[row[0]].iter().map(|version| *version != "-");
        let (gate, removed) = Gate::of(&RELEASES.iter().copied().zip(has).collect::<Vec<_>>());
        PackagedChart { name: row[0], gate, removed, on }
    };
    rows(include_str!("tables/charts.tsv")).map(chart).collect()
});

static OTHERS: LazyLock<Vec<(&str, &str)>> = LazyLock::new(|| {
    rows(include_str!("tables/other_charts.tsv")).map(|row| (row[0], row[1])).collect()
});

static K3S_ITEMS: LazyLock<Vec<(&str, Option<&str>)>> = LazyLock::new(|| {
    let rows = rows(include_str!("tables/k3s_items.tsv"));
    rows.map(|row| (row[0], (row[1] != "-").then_some(row[1]))).collect()
});

pub fn packaged(name: &str) -> Option<&'static PackagedChart> {
    CHARTS.iter().find(|chart| chart.name == name)
}

/// Sorted by name.
pub fn all() -> impl Iterator<Item = &'static PackagedChart> {
    CHARTS.iter()
}

/// The version of a packaged chart that a release bundles, as RKE2 writes it.
/// `None` too for a release that the tables don't know.
pub fn version(chart: &str, release: Release) -> Option<&'static str> {
    let at = RELEASES.binary_search(&release).ok()?;
    let version = BUNDLED.get(chart)?[at];
    (version != "-").then_some(version)
}

/// The versions of a packaged chart that releases bundle, in the order of the
/// days of their first releases.
pub fn versions(chart: &str) -> &'static [&'static str] {
    VERSIONS.get(chart).map_or(&[], Vec::as_slice)
}

/// A chart that K3s, Harvester or a build of RKE2 brings.
pub fn is_known_elsewhere(name: &str) -> bool {
    OTHERS.iter().any(|(chart, _)| *chart == name)
}

/// A name that every server's deploy controller takes for RKE2's own: of a
/// chart, or of what RKE2 disables in K3s.
pub fn reserved(name: &str) -> Option<&'static str> {
    let item = K3S_ITEMS.iter().map(|(item, _)| *item).find(|item| *item == name);
    packaged(name).map(|chart| chart.name).or(item)
}

/// The key without which RKE2 disables one of K3s' components, whatever
/// `disable` says. `None` if there is none.
pub fn kept_by(item: &str) -> Option<&'static str> {
    K3S_ITEMS.iter().find(|(name, _)| *name == item)?.1
}

/// What RKE2 deploys for ingress if nobody says, before v1.36.
pub fn default_ingress() -> &'static str {
    defaults::default("ingress-controller-before-v1.36")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_turns_charts_on() {
        let on = |name| packaged(name).expect(name).on;
        assert_eq!(on("rke2-cilium"), On::Cni("cilium"));
        assert_eq!(on("rke2-multus"), On::Multus);
        assert_eq!(on("rke2-coredns"), On::Always);
        assert!(packaged("cilium").is_none() && is_known_elsewhere("traefik"));
        assert_eq!(all().count(), 21);
    }

    #[track_caller]
    fn check(name: &str, gate: &str, removed: Option<&str>) {
        let chart = packaged(name).expect(name);
        assert_eq!(chart.gate, Gate::parse(gate).expect(gate), "{name}");
        let parse = |text| Gate::parse(text).expect(text);
        assert_eq!(chart.removed, removed.map(parse), "{name}");
    }

    #[test]
    fn when_charts_are_bundled() {
        check("rke2-canal", "all", None);
        check("harvester-csi-driver", "v1.21.5", None);
        check("rke2-flannel", "v1.26.14, v1.27.11, v1.28.7, v1.29.2", None);
        check("rke2-kube-proxy", "all", Some("v1.22.0"));
        check("rke2-ovirt-csi-driver", "v1.36.0", None);
        let classes = "v1.29.13, v1.30.9, v1.31.5, v1.32.1";
        check("rke2-runtimeclasses", classes, None);
        check("rke2-snapshot-validation-webhook", "v1.25.7, v1.26.2", Some(classes));
        check("rke2-traefik", "v1.30.3", None);
    }

    #[test]
    fn gates_say_what_the_columns_say() {
        assert!(all().map(|chart| chart.name).eq(BUNDLED.keys().copied()));
        for (chart, release) in all().flat_map(|chart| RELEASES.iter().map(move |r| (chart, *r))) {
            let removed = chart.removed.as_ref().is_some_and(|gate| gate.holds(release));
            let bundled = chart.gate.holds(release) && !removed;
            assert_eq!(version(chart.name, release).is_some(), bundled, "{} {release}", chart.name);
        }
    }

    #[test]
    fn versions_of_a_release() {
        let version = |chart, release| version(chart, Release::parse(release).expect(release));
        assert_eq!(version("rke2-cilium", "v1.34.1+rke2r1"), Some("1.18.103"));
        assert_eq!(version("rke2-canal", "v1.36.3+rke2r1"), Some("v3.32.1-build2026072200"));
        assert_eq!(version("rke2-kube-proxy", "v1.22.3+rke2r1"), None);
        assert_eq!(version("rke2-cilium", "v1.99.0+rke2r1"), None);
        assert_eq!(version("cilium", "v1.34.1+rke2r1"), None);
    }
}
