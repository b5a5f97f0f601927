//! Values of the packaged charts, as far as rules ask for them: defaults,
//! values that take one of a few, and values that a chart gave up.
//!
//! Paths are keys with dots between them. Which version of a chart a release
//! bundles, `charts` says; here are the releases that come of it.

use super::{Accepted, Answer, Gate, Releases, paths, table::rows};
use std::sync::LazyLock;

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

/// A value that a chart's templates fail on without another.
#[derive(Debug)]
pub struct Need {
    pub path: &'static str,
    pub needs: &'static str,
    /// What `needs` is by default.
    pub default: bool,
    pub since: Gate,
    /// What the templates say.
    pub says: &'static str,
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

static NEEDS: LazyLock<Vec<(&str, Need)>> = LazyLock::new(|| {
    let need = |row: Vec<&'static str>| {
        let default = row[3] == "true";
        let since = gate(row[4]);
        (row[0], Need { path: row[1], needs: row[2], default, since, says: row[5] })
    };
    rows(include_str!("tables/chart_needs.tsv")).map(need).collect()
});

/// The defaults of a path that some of the releases have, sorted; none if the
/// tables don't say.
pub fn defaults(chart: &str, path: &str, releases: &Releases) -> Vec<&'static str> {
    some(&DEFAULTS, chart, path, releases)
}

/// The values that some of the releases take, sorted; none if it may be any.
pub fn choices(chart: &str, path: &str, releases: &Releases) -> Vec<&'static str> {
    some(&CHOICES, chart, path, releases)
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

    /// The releases whose charts do more than name the path. `None` for one
    /// that no chart names in vain.
    pub fn accepted(&self, chart: &str, path: &str) -> Option<Accepted> {
        let (paths, named) = (paths::of(chart)?, self.named?);
        let having = paths.at(path).iter().fold(0, |mask, row| mask | row.versions());
        paths.releases(having & !paths.versions(named)?)
    }
}

/// Sorted by path.
pub fn needs(chart: &str) -> impl Iterator<Item = &'static Need> {
    NEEDS.iter().filter(move |(of, _)| *of == chart).map(|(_, need)| need)
}

fn some(
    table: &'static [Known],
    chart: &str,
    path: &str,
    releases: &Releases,
) -> Vec<&'static str> {
    let of_path = table.iter().filter(|known| (known.chart, known.path) == (chart, path));
    let has = of_path.filter(|known| known.accepted.answer(releases) != Answer::No);
    has.map(|known| known.value).collect()
}

#[cfg(test)]
mod tests {
    use super::{super::charts, *};

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
        check("cni.chainingMode", "v1.22.16+rke2r1", "none");
        check("hubble.enabled", "v1.34.2+rke2r1", "");
    }

    /// Each release has at most one default, and as many as its neighbors.
    #[test]
    fn a_release_has_one_default() {
        for known in DEFAULTS.iter() {
            for release in Releases::supported().iter() {
                let bundled = charts::version(known.chart, release).is_some();
                let one = Releases::parse(&release.to_string()).expect("a release");
                let found = defaults(known.chart, known.path, &one).len();
                let once = found == 1 || !bundled || known.path == "installation.backend";
                assert!(once, "{} {} at {release}: {found}", known.chart, known.path);
            }
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
