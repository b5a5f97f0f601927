//! Values of the packaged charts, as far as rules ask for them: defaults,
//! values that take one of a few, and values that a chart gave up.
//!
//! Paths are keys with dots between them. Which version of a chart a release
//! bundles, `charts` says; here are the releases that come of it.

use super::{
    Accepted, Answer, Gate, Release, Releases, charts,
    paths::{self, Paths, Row, Shape},
    table::rows,
};
use std::sync::LazyLock;

/// The chart whose values stood below a key, this key, and the gate that ended
/// it.
const WRAPPED: (&str, &str, &str) = ("rke2-cilium", "cilium", "cilium-values-on-top");

/// A value of a path, with the releases whose chart has it.
struct Known {
    chart: &'static str,
    path: &'static str,
    value: &'static str,
    accepted: Accepted,
}

/// A value that versions of a chart gave up; since when, `paths` says.
#[derive(Debug)]
pub struct Removal {
    /// What does its work now, in words.
    pub instead: Option<&'static str>,
    /// With what words the chart refuses it.
    pub says: Option<&'static str>,
    /// Versions whose templates name it, and yet ignore it.
    named: Option<&'static str>,
}

/// What RKE2, and the program that reads a value, do with it.
#[derive(Debug)]
pub struct Note {
    pub path: &'static str,
    /// A sentence or two.
    pub about: &'static str,
    pub source: &'static str,
}

fn gate(text: &str) -> Gate {
    Gate::parse(text).expect("a test reads every row")
}

fn known(table: &'static str) -> Vec<Known> {
    let known = |row: Vec<&'static str>| Known {
        chart: row[0],
        path: row[1],
        value: row[2],
        accepted: Accepted { since: gate(row[3]), removed: (row[4] != "-").then(|| gate(row[4])) },
    };
    rows(table).map(known).collect()
}

static DEFAULTS: LazyLock<Vec<Known>> =
    LazyLock::new(|| known(include_str!("tables/chart_defaults.tsv")));

static CHOICES: LazyLock<Vec<Known>> =
    LazyLock::new(|| known(include_str!("tables/chart_choices.tsv")));

static REMOVALS: LazyLock<Vec<(&str, &str, Removal)>> = LazyLock::new(|| {
    let cell = |text: &'static str| (text != "-").then_some(text);
    let removal = |row: &[&'static str]| Removal {
        instead: cell(row[2]),
        says: cell(row[3]),
        named: cell(row[4]),
    };
    let rows = rows(include_str!("tables/chart_removals.tsv"));
    rows.map(|row| (row[0], row[1], removal(&row))).collect()
});

static MOVES: LazyLock<Vec<Vec<&str>>> =
    LazyLock::new(|| rows(include_str!("tables/value_moves.tsv")).collect());

static NOTES: LazyLock<Vec<(&str, Note)>> = LazyLock::new(|| {
    let note =
        |row: Vec<&'static str>| (row[0], Note { path: row[1], about: row[2], source: row[3] });
    rows(include_str!("tables/value_notes.tsv")).map(note).collect()
});

/// What a value is if nobody sets it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Default {
    /// In JSON.
    pub value: &'static str,
    /// Of the chart.
    pub version: &'static str,
}

/// The default in the version that a release bundles. `None` if the tables
/// don't say.
pub fn default(chart: &str, path: &str, release: Release) -> Option<Default> {
    let version = charts::version(chart, release)?;
    Defaults::of(chart, path).at(release).map(|value| Default { value, version })
}

/// The defaults that the releases have, as plain text, in the order in which
/// they came; none if the tables don't say of one of the releases.
pub fn defaults(chart: &str, path: &str, releases: &Releases) -> Vec<&'static str> {
    let of_path = Defaults::of(chart, path);
    let mut found = Vec::new();
    if of_path.is_empty() {
        return found;
    }
    for release in releases.iter().filter(|release| of_path.is_bundled(*release)) {
        let Some(text) = of_path.at(release).and_then(text) else { return Vec::new() };
        if !found.contains(&text) {
            found.push(text);
        }
    }
    found
}

/// What the templates of a release's chart read at a path that nobody sets, in
/// JSON: `null` if its values.yaml has no such path. `None` if the tables don't
/// say, as of a mapping.
pub fn given(chart: &str, path: &str, release: Release) -> Option<&'static str> {
    tabled(chart, path, release).or_else(|| {
        let of_path = DEFAULTS.iter().filter(|known| (known.chart, known.path) == (chart, path));
        of_path.into_iter().find(|known| known.accepted.holds(release)).map(|known| known.value)
    })
}

fn tabled(chart: &str, path: &str, release: Release) -> Option<&'static str> {
    let paths = paths::of(chart)?;
    let version = paths.bundled(release).filter(|version| *version != 0)?;
    let at = |path: &str| paths.at(path).iter().find(|row| row.is_in(version));
    let wrapped = chart == WRAPPED.0 && !super::gate(WRAPPED.2).holds(release);
    let path = if wrapped { &format!("{}.{path}", WRAPPED.1) } else { path };
    if let Some(row) = at(path) {
        let absent = row.types().next().is_none();
        return if absent { Some("null") } else { row.default() };
    }
    // Nothing is said below what the chart has, but doesn't name the keys of.
    let mut above = paths::parent(path);
    while !above.is_empty() {
        if let Some(row) = at(above) {
            let bare = row.default() == Some("{}") || row.types().next().is_none();
            return (bare || row.shape() == Shape::Closed).then_some("null");
        }
        above = paths::parent(above);
    }
    Some("null")
}

/// The versions of a chart that the releases bundle, in the order in which
/// they came.
pub fn versions(chart: &str, releases: &Releases) -> Vec<&'static str> {
    let mut found: Vec<&str> = Vec::new();
    for version in releases.iter().filter_map(|release| charts::version(chart, release)) {
        if !found.contains(&version) {
            found.push(version);
        }
    }
    found
}

/// A JSON scalar as Helm's templates print it, a list as it is. `None` for
/// `null`, and for a string with escapes, of which nobody asks.
pub fn text(json: &'static str) -> Option<&'static str> {
    let inner = json.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    Some(inner.unwrap_or(json)).filter(|text| *text != "null" && !text.contains('\\'))
}

/// The strings of a JSON list of strings.
pub fn items(list: &str) -> impl Iterator<Item = &str> {
    let inner = list.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    let items = inner.into_iter().flat_map(|inner| inner.split(','));
    items.map(|item| item.trim_matches(['"', ' '])).filter(|item| !item.is_empty())
}

/// All that is known of the defaults of one path.
struct Defaults {
    by_hand: Vec<&'static Known>,
    paths: Option<&'static Paths>,
    rows: &'static [Row],
    /// Of releases whose chart has its values below a key.
    wrapped: &'static [Row],
}

impl Defaults {
    fn of(chart: &str, path: &str) -> Defaults {
        let of_path = |known: &&Known| (known.chart, known.path) == (chart, path);
        let paths = paths::of(chart);
        Defaults {
            by_hand: DEFAULTS.iter().filter(of_path).collect(),
            paths,
            rows: paths.map_or(&[], |paths| paths.at(path)),
            wrapped: wrapped(chart, path),
        }
    }

    fn is_empty(&self) -> bool {
        self.by_hand.is_empty() && self.rows.is_empty() && self.wrapped.is_empty()
    }

    /// Also if nothing is known of the release.
    fn is_bundled(&self, release: Release) -> bool {
        self.paths.is_none_or(|paths| paths.bundled(release) != Some(0))
    }

    fn at(&self, release: Release) -> Option<&'static str> {
        let known = self.by_hand.iter().find(|known| known.accepted.holds(release));
        known.map(|known| known.value).or_else(|| {
            let version = self.paths?.bundled(release)?;
            let mut rows = self.rows.iter().chain(self.wrapped);
            rows.find(|row| row.is_in(version))?.default()
        })
    }
}

/// The rows of a path where the chart's values stand below that key.
pub fn wrapped(chart: &str, path: &str) -> &'static [Row] {
    let paths = paths::of(chart).filter(|_| chart == WRAPPED.0);
    paths.map_or(&[], |paths| paths.at(&format!("{}.{path}", WRAPPED.1)))
}

/// The key below which the values of a release's chart stand, if there is one.
pub fn wrapper(chart: &str, releases: &Releases) -> Option<&'static str> {
    let wrapped = chart == WRAPPED.0 && releases.answer(super::gate(WRAPPED.2)) == Answer::No;
    wrapped.then_some(WRAPPED.1)
}

/// The values that some of the releases take, sorted; none if it may be any.
pub fn choices(chart: &str, path: &str, releases: &Releases) -> Vec<&'static str> {
    let of_path = CHOICES.iter().filter(|known| (known.chart, known.path) == (chart, path));
    let has = of_path.filter(|known| known.accepted.answer(releases) != Answer::No);
    has.map(|known| known.value).collect()
}

/// Whether the releases take a value of a path that takes one of a few.
pub fn takes(chart: &str, path: &str, value: &str, releases: &Releases) -> Answer {
    let of_path = |known: &&Known| (known.chart, known.path) == (chart, path);
    let known = CHOICES.iter().filter(of_path).find(|known| known.value == value);
    known.map_or(Answer::No, |known| known.accepted.answer(releases))
}

/// `None` if nobody knows what became of it.
pub fn removal(chart: &str, path: &str) -> Option<&'static Removal> {
    let removal = REMOVALS.iter().find(|(of, at, _)| (*of, *at) == (chart, path));
    removal.map(|(_, _, removal)| removal)
}

/// What a value that is gone becomes: entries of the same mapping. None if
/// nobody knows.
pub fn moved(chart: &str, path: &str, value: &str) -> Vec<String> {
    let row = MOVES.iter().find(|row| row[..3] == [chart, path, value]);
    row.map_or(Vec::new(), |row| row[3].split("; ").map(str::to_owned).collect())
}

/// What did the work of a value, or of one below it, in versions before it.
pub fn predecessor(chart: &str, path: &str) -> Option<&'static str> {
    let below = format!("{path}.");
    let names = |removal: &Removal| {
        let instead = removal.instead.unwrap_or_default();
        let mut named = instead.split('`').skip(1).step_by(2);
        named.any(|name| name == path || name.starts_with(&below))
    };
    let row = REMOVALS.iter().find(|(of, _, removal)| *of == chart && names(removal));
    row.map(|(_, path, _)| *path)
}

impl Removal {
    /// The value that does its work now, and what it must be if not just any.
    pub fn successor(&self) -> Option<(&'static str, Option<&'static str>)> {
        let name = self.instead?.split('`').nth(1)?;
        Some(match name.split_once(": ") {
            Some((path, value)) => (path, Some(value)),
            None => (name, None),
        })
    }

    /// The path that takes its value as it is.
    pub fn renamed(&self) -> Option<&'static str> {
        let name = self.instead?.strip_prefix('`')?.strip_suffix('`')?;
        (!name.contains(['`', ':', '*'])).then_some(name)
    }

    /// The releases whose charts do more than name the path. `None` for one
    /// that no chart names in vain.
    pub fn accepted(&self, chart: &str, path: &str) -> Option<Accepted> {
        let (paths, named) = (paths::of(chart)?, self.named?);
        let having = paths.at(path).iter().fold(0, |mask, row| mask | row.versions());
        paths.releases(having & !paths.mask(named)?)
    }
}

/// Sorted by path.
pub fn notes(chart: &str) -> impl Iterator<Item = &'static Note> {
    NOTES.iter().filter(move |(of, _)| *of == chart).map(|(_, note)| note)
}

#[cfg(test)]
mod tests {
    use super::{super::RELEASES, *};

    #[track_caller]
    fn check(path: &str, release: &str, expected: &str) {
        let releases = Releases::parse(release).expect(release);
        let found = defaults("rke2-cilium", path, &releases);
        assert_eq!(found.join(" "), expected, "{path} {release}");
    }

    #[test]
    fn defaults_change_with_the_chart() {
        check("kubeProxyReplacement", "v1.21.4+rke2r3", "probe");
        check("kubeProxyReplacement", "v1.27.4+rke2r1", "disabled");
        check("kubeProxyReplacement", "v1.27.5+rke2r1", "false");
        check("cni.exclusive", "v1.34.1+rke2r1", "true");
        check("cni.exclusive", "v1.34.2+rke2r1", "false");
        check("cni.chainingMode", "v1.21.7+rke2r1", "none");
        check("cni.chainingMode", "v1.22.16+rke2r1", "none");
        check("hubble.enabled", "v1.34.2+rke2r1", "false");
        check("ipam.mode", "v1.22.7+rke2r1", "kubernetes");
        check("tunnel", "v1.22.7+rke2r1", "vxlan");
    }

    /// Releases have the default from one gate until another, and no others.
    #[track_caller]
    fn check_gates(chart: &str, path: &str, value: &str, since: &str, removed: &str) {
        let gate = |text| Gate::parse(text).expect(text);
        let removed = (removed != "-").then(|| gate(removed));
        let expected = Accepted { since: gate(since), removed };
        for release in RELEASES.iter().filter(|it| charts::version(chart, **it).is_some()) {
            let found = default(chart, path, *release).and_then(|default| text(default.value));
            assert_eq!(
                found == Some(value),
                expected.holds(*release),
                "{path} {release} {found:?}"
            );
        }
    }

    #[test]
    fn defaults_of_every_release() {
        const PORTMAP: &str = "v1.22.17, v1.23.14, v1.24.8, v1.25.4";
        const SHARED: &str = "v1.31.14, v1.32.10, v1.33.6, v1.34.2";
        check_gates("rke2-calico", "installation.calicoNetwork.bgp", "Disabled", "all", "-");
        check_gates("rke2-canal", "calico.vethuMTU", "1450", "all", "-");
        check_gates("rke2-canal", "flannel.backend", "vxlan", "all", "-");
        check_gates("rke2-cilium", "cni.chainingMode", "none", "all", PORTMAP);
        check_gates("rke2-cilium", "cni.chainingMode", "portmap", PORTMAP, "-");
        // Cilium 1.9 had no such value.
        check_gates("rke2-cilium", "cni.exclusive", "true", "v1.21.5", SHARED);
        check_gates("rke2-cilium", "cni.exclusive", "false", SHARED, "-");
        check_gates("rke2-cilium", "ipam.mode", "kubernetes", "all", "-");
        check_gates("rke2-cilium", "kubeProxyReplacement", "probe", "all", "v1.21.5");
    }

    #[test]
    fn unknown_is_no_default() {
        check("cni.exclusive", "v1.21.4+rke2r3", "");
        check("cni.exclusive", "v1.99.0+rke2r1", "");
        check("cni.exclusiv", "v1.34.2+rke2r1", "");
        check("bpf.masquerade", "v1.34.2+rke2r1", "");
        check("affinity.nodeAffinity.some", "v1.34.2+rke2r1", "");
        let all = defaults("rke2-cilium", "cni.exclusive", &Releases::of_minor(34).expect("34"));
        assert_eq!(all, ["true", "false"]);
        assert!(defaults("rke2-flannel", "flannel.backend", &Releases::supported()) == ["vxlan"]);
    }

    #[test]
    fn a_default_has_the_version_that_says_it() {
        let release = Release::parse("v1.34.1+rke2r1").expect("a release");
        let found = default("rke2-cilium", "cni.chainingMode", release).expect("a default");
        assert_eq!((found.value, found.version), ("\"portmap\"", "1.18.103"));
        let list = default("rke2-cilium", "ipam.operator.clusterPoolIPv4PodCIDRList", release);
        assert!(list.is_some_and(|list| items(list.value).eq(["10.0.0.0/8"])));
        assert_eq!(items("[]").count(), 0);
    }

    /// A row that the tables say themselves is one too many.
    #[test]
    fn defaults_by_hand_are_those_that_the_tables_dont_say() {
        for known in DEFAULTS.iter() {
            let mut tables = Defaults::of(known.chart, known.path);
            tables.by_hand.clear();
            let mut releases = RELEASES.iter().filter(|release| known.accepted.holds(**release));
            let told = releases.all(|release| tables.at(*release) == Some(known.value));
            assert!(!told, "{} {} {}", known.chart, known.path, known.value);
        }
    }

    #[test]
    fn removals_name_paths_of_their_charts() {
        for (chart, path, removal) in REMOVALS.iter() {
            let paths = paths::of(chart).expect(chart);
            assert!(!paths.at(path).is_empty(), "{chart} {path}");
            assert!(removal.named.is_none() || removal.accepted(chart, path).is_some(), "{path}");
            let known = |(path, _): (&str, _)| {
                !paths.at(path).is_empty() || !paths.at(paths::parent(path)).is_empty()
            };
            assert!(removal.successor().is_none_or(known), "{chart} {path}");
        }
        assert_eq!(predecessor("rke2-cilium", "routingMode"), Some("tunnel"));
        assert_eq!(predecessor("rke2-traefik", "ports.*.http"), Some("ports.*.middlewares"));
        assert_eq!(predecessor("rke2-cilium", "cni"), None);
    }

    #[test]
    fn what_is_moved_is_gone_and_what_it_becomes_is_there() {
        for row in MOVES.iter() {
            assert!(removal(row[0], row[1]).is_some(), "{row:?}");
            for entry in moved(row[0], row[1], row[2]) {
                let (path, _) = entry.split_once(": ").expect("an entry");
                assert!(!paths::of(row[0]).expect("a chart").at(path).is_empty(), "{row:?}");
            }
        }
    }

    #[test]
    fn choices_come_and_go() {
        let takes = |value, release| {
            let releases = Releases::parse(release).expect(release);
            takes("rke2-cilium", "kubeProxyReplacement", value, &releases)
        };
        assert_eq!(takes("strict", "v1.30.3+rke2r1"), Answer::Yes);
        assert_eq!(takes("strict", "v1.30.4+rke2r1"), Answer::No);
        assert_eq!(takes("true", "v1.27.4+rke2r1"), Answer::No);
        assert_eq!(takes("true", "v1.27.5+rke2r1"), Answer::Yes);
        assert_eq!(takes("maybe", "v1.27.5+rke2r1"), Answer::No);
    }
}
