//! Values of the packaged charts, as far as rules ask for them: defaults,
//! values that take one of a few, and values that a chart gave up.
//!
//! Paths are keys with dots between them. Which version of a chart a release
//! bundles, `charts` says; here are the releases that come of it.

use super::{Answer, Gate, Releases, flags::Accepted, table::rows};
use std::sync::LazyLock;

/// A value of a path, with the releases whose chart has it.
struct Known {
    chart: &'static str,
    path: &'static str,
    value: &'static str,
    accepted: Accepted,
}

/// A value that a chart once had.
#[derive(Debug)]
pub struct Removal {
    pub chart: &'static str,
    pub path: &'static str,
    /// From when on the chart doesn't read it.
    pub ignored: Gate,
    /// From when on its templates fail if it is set.
    pub refused: Gate,
    /// With these words.
    pub says: &'static str,
    /// What does its work now, in words.
    pub instead: Option<&'static str>,
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

static REMOVALS: LazyLock<Vec<Removal>> = LazyLock::new(|| {
    let removal = |row: Vec<&'static str>| Removal {
        chart: row[0],
        path: row[1],
        ignored: gate(row[2]),
        refused: gate(row[3]),
        says: row[4],
        instead: (row[5] != "-").then_some(row[5]),
    };
    rows(include_str!("tables/chart_removals.tsv")).map(removal).collect()
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

/// Sorted by path.
pub fn removals(chart: &str) -> impl Iterator<Item = &'static Removal> {
    REMOVALS.iter().filter(move |removal| removal.chart == chart)
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
        check("hubble.enabled", "v1.34.2+rke2r1", "false");
        check("hubble", "v1.34.2+rke2r1", "");
    }

    /// One that came back has no row for the releases before it was away.
    #[test]
    fn a_release_has_at_most_one_default() {
        for known in DEFAULTS.iter() {
            for release in Releases::supported().iter() {
                let bundled = charts::version(known.chart, release).is_some();
                let one = Releases::parse(&release.to_string()).expect("a release");
                let found = defaults(known.chart, known.path, &one).len();
                assert!(
                    found <= 1 || !bundled,
                    "{} {} at {release}: {found}",
                    known.chart,
                    known.path
                );
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
