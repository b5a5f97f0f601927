//! The values that each packaged chart has, version by version: one table for
//! each chart, read when that chart is first asked for.
//!
//! A path is keys with dots between them, where `\.` is a dot in a key and `*`
//! any item of a list, or any key of a mapping whose keys are free.

use super::{Accepted, RELEASES, Release, Releases, charts, table::comment};
use std::{
    collections::{BTreeMap, HashMap},
    sync::LazyLock,
};

/// What Calico's operator and Felix take below some of the values of
/// `rke2-calico`, by the version of this chart.
pub const CRDS: &str = "rke2-calico-crd";
/// The chart that passes them on.
pub const CALICO: &str = "rke2-calico";

/// All that is known of one chart's values.
#[derive(Debug)]
pub struct Paths {
    chart: &'static str,
    /// In the order of their first release; at most as many as a mask has bits.
    versions: Vec<&'static str>,
    /// Beside the releases of the tables, the version that each bundles: no
    /// bit if it bundles none, `None` if nothing is known of it.
    bundled: Vec<Option<Mask>>,
    /// Sorted by path, byte for byte.
    rows: Vec<Row>,
}

/// What holds for a path in some versions of a chart.
#[derive(Debug)]
pub struct Row {
    pub path: &'static str,
    /// The cells behind the path, with tabs between them.
    cells: &'static str,
    versions: Mask,
}

/// Versions of a chart, a bit for each.
pub type Mask = u128;

/// What may stand below a path.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Shape {
    /// A mapping whose keys are all known: no other is read.
    Closed,
    /// A mapping whose keys are free, and whose values are `*`.
    Keyed,
    /// A list, whose items are `*`.
    List,
    /// Anything.
    Open,
    /// Anything: the chart doesn't read it.
    Unread,
    Scalar,
}

/// The versions of a chart that a cluster may have.
#[derive(Clone, Copy, Debug)]
pub struct View {
    pub paths: &'static Paths,
    /// Never empty.
    pub versions: Mask,
}

macro_rules! tables {
    ($($name:literal)*) => {
        [$(($name, LazyLock::new(|| {
            Paths::read($name, include_str!(concat!("tables/values/", $name, ".tsv")))
        }))),*]
    };
}

#[rustfmt::skip]
static CHARTS: [(&str, LazyLock<Paths>); 19] = tables!(
    "harvester-cloud-provider" "harvester-csi-driver" "rancher-vsphere-cpi" "rancher-vsphere-csi"
    "rke2-calico" "rke2-calico-crd" "rke2-canal" "rke2-cilium" "rke2-coredns" "rke2-flannel"
    "rke2-ingress-nginx" "rke2-kube-proxy" "rke2-metrics-server" "rke2-multus"
    "rke2-ovirt-csi-driver" "rke2-runtimeclasses" "rke2-snapshot-controller"
    "rke2-snapshot-validation-webhook" "rke2-traefik"
);

/// `None` for a chart that has no values, or of which nothing is known.
pub fn of(chart: &str) -> Option<&'static Paths> {
    CHARTS.iter().find(|(name, _)| *name == chart).map(|(_, paths)| &**paths)
}

/// `None` if some of the releases may bundle a version of which nothing is
/// known, or if none bundles the chart.
pub fn view(chart: &str, releases: &Releases) -> Option<View> {
    let paths = of(chart)?;
    let add = |versions: Mask, release| Some(versions | paths.bundled(release)?);
    let versions = releases.iter().try_fold(0, add)?;
    (versions != 0).then_some(View { paths, versions })
}

impl Paths {
    fn read(chart: &'static str, table: &'static str) -> Paths {
        let versions: Vec<&str> = comment(table, "versions").split(' ').collect();
        let at: BTreeMap<&str, usize> = versions.iter().copied().zip(0..).collect();
        let lines = table.lines().filter(|line| !line.starts_with('#')).skip(1);
        // Thousands of rows share a few hundred ranges.
        let mut masks: HashMap<&str, Option<Mask>> = HashMap::new();
        let mut row = |line: &'static str| {
            let (path, rest) = line.split_once('\t')?;
            let (cells, ranges) = rest.rsplit_once('\t')?;
            let versions = *masks.entry(ranges).or_insert_with(|| mask(ranges, &at));
            Some(Row { path, cells, versions: versions? })
        };
        let rows = lines.map(|line| row(line).expect("a test reads every row")).collect();
        let bit = |release: &Release| match charts::version(chart, *release) {
            Some(version) => at.get(version).map(|bit| 1 << bit),
            None => Some(0),
        };
        let bundled = RELEASES.iter().map(bit).collect();
        Paths { chart, versions, bundled, rows }
    }

    pub fn chart(&self) -> &'static str {
        self.chart
    }

    /// In the order of their first release.
    pub fn versions(&self) -> &[&'static str] {
        &self.versions
    }

    /// The version that the newest of the releases that bundle one has.
    pub fn newest(&'static self) -> Option<View> {
        let versions = self.bundled.iter().rev().flatten().find(|bit| **bit != 0)?;
        Some(View { paths: self, versions: *versions })
    }

    /// The version that a release bundles, none if it doesn't bundle the
    /// chart. `None` if nothing is known of it.
    pub fn bundled(&self, release: Release) -> Option<Mask> {
        self.bundled[RELEASES.binary_search(&release).ok()?]
    }

    /// Versions as the tables write them.
    pub(super) fn mask(&self, ranges: &str) -> Option<Mask> {
        mask(ranges, &self.versions.iter().copied().zip(0..).collect())
    }

    /// The rows of a path, in any version.
    pub fn at(&self, path: &str) -> &[Row] {
        let start = self.rows.partition_point(|row| row.path < path);
        let rows = &self.rows[start..];
        &rows[..rows.partition_point(|row| row.path == path)]
    }

    /// All rows below a path, or of the whole chart for "".
    pub fn below(&self, path: &str) -> &[Row] {
        if path.is_empty() {
            return &self.rows;
        }
        let prefix = format!("{path}.");
        let start = self.rows.partition_point(|row| row.path < prefix.as_str());
        let rows = &self.rows[start..];
        &rows[..rows.partition_point(|row| row.path.starts_with(&prefix))]
    }

    /// The releases that bundle one of the versions; `None` if gates can't tell.
    pub fn releases(&self, versions: Mask) -> Option<Accepted> {
        Accepted::of(|release| self.bundled(release).is_some_and(|bit| versions & bit != 0))
    }
}

impl Row {
    fn cell(&self, at: usize) -> &'static str {
        self.cells.split('\t').nth(at).unwrap_or("-")
    }

    /// The parts of a cell; none for `-`.
    fn parts(&self, at: usize, separator: char) -> impl Iterator<Item = &'static str> {
        self.cell(at).split(separator).filter(|part| *part != "-")
    }

    pub fn is_in(&self, versions: Mask) -> bool {
        self.versions & versions != 0
    }

    pub fn versions(&self) -> Mask {
        self.versions
    }

    pub fn shape(&self) -> Shape {
        match self.cell(0) {
            "closed" => Shape::Closed,
            "keyed" => Shape::Keyed,
            "list" => Shape::List,
            "unread" => Shape::Unread,
            "scalar" => Shape::Scalar,
            _ => Shape::Open,
        }
    }

    /// What the chart's values.yaml has there: `map`, `str`, `bool`, `int`,
    /// `float`, `list`, `null`.
    pub fn types(&self) -> impl Iterator<Item = &'static str> {
        self.parts(1, '|')
    }

    /// What its schema takes, if Helm asks one; the same words.
    pub fn schema(&self) -> impl Iterator<Item = &'static str> {
        self.parts(2, '|')
    }

    /// The values that the schema takes, in JSON; none if it may be any.
    pub fn choices(&self) -> impl Iterator<Item = &'static str> {
        self.parts(3, '|')
    }

    /// What else the schema asks: `min=`, `max=`, `pattern=`.
    pub fn limits(&self) -> Option<&'static str> {
        Some(self.cell(4)).filter(|cell| *cell != "-")
    }

    /// A template asks whether it is true.
    pub fn is_condition(&self) -> bool {
        self.parts(5, ',').any(|part| part == "if")
    }

    /// No template reads it.
    pub fn is_unread(&self) -> bool {
        self.parts(5, ',').any(|part| part == "unread")
    }

    /// Templates read it only to refuse it.
    pub fn is_refused(&self) -> bool {
        let refused = self.parts(5, ',').any(|part| part == "fail");
        refused && !self.cell(6).contains(['v', 's'])
    }

    /// More than a comment of the values.yaml speaks of it.
    pub fn is_real(&self) -> bool {
        self.cell(6).contains(['v', 's', 't', 'd']) && !self.is_refused()
    }

    /// The constants that templates compare it with; `#` before numbers and
    /// booleans, `~` before what is made a text first.
    pub fn compared(&self) -> impl Iterator<Item = &'static str> {
        self.parts(7, '|')
    }

    /// The default, in JSON. `None` if the values.yaml has none, or one that
    /// each build changes.
    pub fn default(&self) -> Option<&'static str> {
        Some(self.cell(8)).filter(|cell| !["-", "~"].contains(cell))
    }

    /// Each build changes the default.
    pub fn is_built(&self) -> bool {
        self.cell(8) == "~"
    }

    /// The path's last key, as a user writes it.
    pub fn key(&self) -> String {
        unescaped(last(self.path))
    }
}

impl View {
    /// The rows of a path in these versions.
    pub fn at(self, path: &str) -> impl Iterator<Item = &'static Row> {
        self.paths.at(path).iter().filter(move |row| row.is_in(self.versions))
    }

    /// The versions that have a path.
    pub fn having(self, path: &str) -> Mask {
        self.at(path).fold(0, |mask, row| mask | row.versions & self.versions)
    }

    /// The rows right below a path.
    pub fn children(self, path: &str) -> impl Iterator<Item = &'static Row> {
        let depth = if path.is_empty() { 0 } else { path.len() + 1 };
        let rows = self.paths.below(path).iter();
        let rows = rows.filter(move |row| row.is_in(self.versions));
        rows.filter(move |row| last(&row.path[depth..]).len() == row.path.len() - depth)
    }

    /// The rows below a path whose last key is this one, in these versions.
    pub fn named(self, key: &str) -> impl Iterator<Item = &'static Row> {
        let key = escaped(key);
        // The cheapest question first: most rows are of other keys.
        let is = move |row: &&Row| row.path.ends_with(&key) && last(row.path) == key;
        self.paths.rows.iter().filter(is).filter(move |row| row.is_in(self.versions))
    }
}

/// A key as a path has it.
pub fn escaped(key: &str) -> String {
    key.replace('\\', "\\\\").replace('.', "\\.")
}

fn unescaped(key: &str) -> String {
    key.replace("\\.", ".").replace("\\\\", "\\")
}

/// A path with one more key.
pub fn join(path: &str, key: &str) -> String {
    let key = escaped(key);
    if path.is_empty() { key } else { format!("{path}.{key}") }
}

/// A path without its last key; "" at the top.
pub fn parent(path: &str) -> &str {
    path[..path.len() - last(path).len()].trim_end_matches('.')
}

/// The last key of a path.
fn last(path: &str) -> &str {
    let bytes = path.as_bytes();
    let at = (1..bytes.len()).rev().find(|at| bytes[*at] == b'.' && bytes[at - 1] != b'\\');
    at.map_or(path, |at| &path[at + 1..])
}

fn mask(ranges: &str, at: &BTreeMap<&str, usize>) -> Option<Mask> {
    let full = |from: usize, to: usize| (from..=to).fold(0, |mask: Mask, bit| mask | 1 << bit);
    let newest = at.len() - 1;
    if ranges == "all" {
        return Some(full(0, newest));
    }
    let range = |range: &str| match range.split_once("..") {
        Some((from, "")) => Some(full(*at.get(from)?, newest)),
        Some((from, to)) => Some(full(*at.get(from)?, *at.get(to)?)),
        None => at.get(range).map(|bit| 1 << bit),
    };
    ranges.split(',').map(range).try_fold(0, |mask, more| Some(mask | more?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn view_of(chart: &str, release: &str) -> View {
        view(chart, &Releases::parse(release).expect(release)).expect(chart)
    }

    /// The shapes of a path at a release.
    #[track_caller]
    fn check(chart: &str, path: &str, release: &str, expected: &[Shape]) {
        let shapes: Vec<Shape> = view_of(chart, release).at(path).map(Row::shape).collect();
        assert_eq!(shapes, expected, "{chart} {path} {release}");
    }

    #[test]
    fn paths_come_and_go() {
        check("rke2-cilium", "cni", "v1.34.2+rke2r1", &[Shape::Closed]);
        check("rke2-cilium", "cni.exclusive", "v1.34.2+rke2r1", &[Shape::Scalar]);
        check("rke2-cilium", "cni.exclusiv", "v1.34.2+rke2r1", &[]);
        check("rke2-cilium", "bgp", "v1.29.14+rke2r1", &[]);
        check("rke2-cilium", "bgp", "v1.29.13+rke2r1", &[Shape::Closed]);
        check("rke2-multus", "rke2-whereabouts.enabled", "v1.22.11+rke2r1", &[Shape::Scalar]);
        check("rke2-calico", "installation", "v1.34.2+rke2r1", &[Shape::Open]);
        check(CRDS, "installation.calicoNetwork", "v1.34.2+rke2r1", &[Shape::Closed]);
    }

    #[test]
    fn children_are_one_step_below() {
        let view = view_of("rke2-cilium", "v1.34.2+rke2r1");
        let below = |path: &str| -> Vec<String> { view.children(path).map(Row::key).collect() };
        assert!(below("cni").contains(&"exclusive".to_owned()));
        assert!(below("").contains(&"cni".to_owned()));
        assert!(below("").iter().all(|key| !key.contains('.')));
        assert!(below("cni.exclusive").is_empty());
    }

    #[test]
    fn defaults_are_json() {
        let default = |release| {
            let mut rows = view_of("rke2-cilium", release).at("cni.exclusive");
            rows.next().and_then(Row::default)
        };
        assert_eq!(default("v1.34.1+rke2r1"), Some("true"));
        assert_eq!(default("v1.34.2+rke2r1"), Some("false"));
    }

    #[test]
    fn a_version_of_which_nothing_is_known() {
        assert!(view("rke2-cilium", &Releases::parse("v1.99.0+rke2r1").expect("one")).is_none());
        assert!(view("rke2-traefik", &Releases::parse("v1.25.0+rke2r1").expect("one")).is_none());
        assert!(view("cilium", &Releases::newest_known()).is_none());
        assert!(view("rke2-cilium", &Releases::supported()).is_some());
    }

    #[test]
    fn every_table_is_read() {
        for (name, paths) in &CHARTS {
            assert!(!paths.rows.is_empty() && paths.versions.len() <= 128, "{name}");
            assert!(paths.rows.is_sorted_by_key(|row| row.path), "{name}");
            for row in &paths.rows {
                assert_eq!(row.cells.split('\t').count(), 9, "{name} {}", row.path);
                assert!(row.shape() != Shape::Open || row.cell(0) == "open", "{name} {}", row.path);
            }
        }
    }

    #[test]
    fn dots_in_keys_are_escaped() {
        assert_eq!(last(r"a.b\.c"), r"b\.c");
        assert_eq!(join("a", "b.c"), r"a.b\.c");
        assert_eq!(unescaped(&escaped(r"a\b.c")), r"a\b.c");
    }
}
