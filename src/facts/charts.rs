//! The charts that RKE2 packages, all in the namespace `kube-system`, and what
//! makes it deploy each.

use super::{Gate, cni, defaults, table::rows};
use std::sync::LazyLock;

pub const NAMESPACE: &str = "kube-system";

#[derive(Debug)]
pub struct PackagedChart {
    pub name: &'static str,
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

static CHARTS: LazyLock<Vec<PackagedChart>> = LazyLock::new(|| {
    let chart = |row: Vec<&'static str>| {
        let gate = |text: &str| Gate::parse(text).expect("a test reads every row");
        let on = match row[3].split_once(' ') {
            Some(("cni", name)) => On::Cni(name),
            Some(("ingress", name)) => On::Ingress(name),
            Some(("cloud", name)) => On::CloudProvider(name),
            _ if row[3] == cni::MULTUS => On::Multus,
            _ => On::Always,
        };
        let removed = (row[2] != "-").then(|| gate(row[2]));
        PackagedChart { name: row[0], gate: gate(row[1]), removed, on }
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
}
