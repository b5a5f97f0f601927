//! The programs that Multus calls: those that its chart brings, the versions of
//! CNI that they speak, and what Whereabouts reads.

use super::{Answer, Gate, Releases, table::rows};
use std::sync::LazyLock;

#[derive(Debug)]
pub struct Plugin {
    pub name: &'static str,
    /// From when on Multus' chart brings it; never, if others do.
    pub gate: Gate,
    /// It gives out addresses, and stands in `ipam`.
    pub gives_addresses: bool,
}

static PLUGINS: LazyLock<Vec<Plugin>> = LazyLock::new(|| {
    let plugin = |row: Vec<&'static str>| Plugin {
        name: row[0],
        gate: gate(row[1]),
        gives_addresses: row[2] == "y",
    };
    rows(include_str!("tables/cni_plugins.tsv")).map(plugin).collect()
});

/// A version of CNI, and from when on the three take it.
#[derive(Debug)]
pub struct CniVersion {
    pub version: &'static str,
    pub multus: Gate,
    /// Those that Multus' chart brings.
    pub plugins: Gate,
    pub whereabouts: Gate,
}

static VERSIONS: LazyLock<Vec<CniVersion>> = LazyLock::new(|| {
    let version = |row: Vec<&'static str>| CniVersion {
        version: row[0],
        multus: gate(row[1]),
        plugins: gate(row[2]),
        whereabouts: gate(row[3]),
    };
    rows(include_str!("tables/cni_versions.tsv")).map(version).collect()
});

/// What Whereabouts reads in its `ipam`.
#[derive(Debug)]
pub struct WhereaboutsOption {
    pub name: &'static str,
    pub since: Gate,
    pub removed: Option<Gate>,
}

static OPTIONS: LazyLock<Vec<WhereaboutsOption>> = LazyLock::new(|| {
    let option = |row: Vec<&'static str>| WhereaboutsOption {
        name: row[0],
        since: gate(row[1]),
        removed: (row[2] != "-").then(|| gate(row[2])),
    };
    rows(include_str!("tables/whereabouts_options.tsv")).map(option).collect()
});

fn gate(text: &str) -> Gate {
    Gate::parse(text).expect("a test reads every row")
}

pub fn plugin(name: &str) -> Option<&'static Plugin> {
    PLUGINS.iter().find(|plugin| plugin.name == name)
}

/// Those of others included. Sorted by name.
pub fn all() -> impl Iterator<Item = &'static Plugin> {
    PLUGINS.iter()
}

/// `None` if no version of the specification has that number.
pub fn version(text: &str) -> Option<&'static CniVersion> {
    VERSIONS.iter().find(|version| version.version == text)
}

/// Ascending.
pub fn versions() -> impl Iterator<Item = &'static CniVersion> {
    VERSIONS.iter()
}

/// In any case of letters, as Go's decoder takes it.
pub fn whereabouts_option(name: &str) -> Option<&'static WhereaboutsOption> {
    OPTIONS.iter().find(|option| option.name.eq_ignore_ascii_case(name))
}

pub fn whereabouts_options() -> impl Iterator<Item = &'static WhereaboutsOption> {
    OPTIONS.iter()
}

impl WhereaboutsOption {
    /// Whether the Whereabouts of the releases reads it.
    pub fn is_read(&self, releases: &Releases) -> Answer {
        let gone = |release| self.removed.as_ref().is_some_and(|gate| gate.holds(release));
        releases.all(|release| self.since.holds(release) && !gone(release))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plugins_came_one_by_one() {
        let releases = |text| Releases::parse(text).expect(text);
        let brought = |name, text| releases(text).answer(&plugin(name).expect(name).gate);
        assert_eq!(brought("tap", "v1.28.6+rke2r1"), Answer::No);
        assert_eq!(brought("tap", "v1.28.7+rke2r1"), Answer::Yes);
        assert_eq!(brought("bond", "v1.33.0+rke2r1"), Answer::Yes);
        assert_eq!(brought("sriov", "v1.34.2+rke2r1"), Answer::No);
        assert!(plugin("mac-vlan").is_none());
        assert!(version("1.0.0").is_some() && version("0.5.0").is_none());
    }

    #[test]
    fn etcd_went_as_ranges_came() {
        let read = |name, text| {
            let releases = Releases::parse(text).expect(text);
            whereabouts_option(name).expect(name).is_read(&releases)
        };
        assert_eq!(read("etcd_host", "v1.26.0+rke2r1"), Answer::Yes);
        assert_eq!(read("etcd_host", "v1.26.1+rke2r1"), Answer::No);
        assert_eq!(read("ipranges", "v1.26.1+rke2r1"), Answer::Yes);
        assert!(whereabouts_option("rangeStart").is_none());
    }
}
