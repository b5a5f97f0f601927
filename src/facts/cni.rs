//! The plugins that `cni` takes.

use super::{Answer, Gate, Releases, defaults, table::rows};
use std::sync::LazyLock;

/// Only as the first of two.
pub const MULTUS: &str = "multus";
/// No plugin of RKE2's.
pub const NONE: &str = "none";

#[derive(Debug)]
pub struct Cni {
    pub name: &'static str,
    pub gate: Gate,
    pub chart: &'static str,
    /// From when on Windows agents run with it.
    pub windows: Gate,
    /// Its chart has an option to do kube-proxy's work.
    pub replaces_kube_proxy: bool,
}

static CNIS: LazyLock<Vec<Cni>> = LazyLock::new(|| {
    let gate = |text: &str| Gate::parse(text).expect("a test reads every row");
    let cni = |row: Vec<&'static str>| Cni {
        name: row[0],
        gate: gate(row[1]),
        chart: row[2],
        windows: gate(row[3]),
        replaces_kube_proxy: row[4] == "y",
    };
    rows(include_str!("tables/cnis.tsv")).map(cni).collect()
});

pub fn cni(name: &str) -> Option<&'static Cni> {
    CNIS.iter().find(|cni| cni.name == name)
}

/// In the order in which RKE2 lists them.
pub fn all() -> impl Iterator<Item = &'static Cni> {
    CNIS.iter()
}

/// What RKE2 deploys if nobody says.
pub fn default() -> &'static str {
    defaults::default("cni")
}

/// The plugins that some of the releases take, as RKE2 prints them.
pub fn names(releases: &Releases) -> String {
    let taken = CNIS.iter().filter(|cni| releases.answer(&cni.gate) != Answer::No);
    taken.map(|cni| cni.name).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flannel_came_later() {
        let releases = |text| Releases::parse(text).expect(text);
        assert_eq!(names(&releases("v1.28.6+rke2r1")), "calico, canal, cilium");
        assert_eq!(names(&releases("v1.28.7+rke2r1")), "calico, canal, cilium, flannel");
        assert_eq!(default(), "canal");
    }
}
