//! What is known of RKE2, release by release: tables with their sources.
//!
//! RKE2 backports, so a fact begins at a release *of each minor*; what a rule
//! asks is answered yes, no, or "it depends on the patch".

pub mod capi;
pub mod chart_fails;
pub mod chart_values;
pub mod charts;
pub mod cni;
pub mod defaults;
pub mod flags;
pub mod helm;
pub mod kernels;
pub mod limits;
pub mod lookup;
pub mod outcomes;
pub mod packaged;
pub mod paths;
pub mod plugins;
pub mod ports;
pub mod rancher;
pub mod shared;
mod table;
pub mod values;

use std::{collections::BTreeMap, fmt, sync::LazyLock};
use table::{first_cells, rows};

/// A release of RKE2 for Kubernetes 1.x: `v1.34.2+rke2r1`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Release {
    pub minor: u16,
    pub patch: u16,
    pub rke2: u16,
}

impl Release {
    /// A whole tag, with or without `v`; `-rke2r1` as images write it. `None`
    /// for anything else, release candidates included.
    pub fn parse(text: &str) -> Option<Release> {
        let text = text.strip_prefix('v').unwrap_or(text);
        let (version, rke2) = text.split_once("+rke2r").or_else(|| text.split_once("-rke2r"))?;
        let mut numbers = version.split('.');
        if numbers.next() != Some("1") {
            return None;
        }
        let minor = numbers.next()?.parse().ok()?;
        let patch = numbers.next()?.parse().ok()?;
        let release = Release { minor, patch, rke2: rke2.parse().ok()? };
        numbers.next().is_none().then_some(release)
    }
}

impl fmt::Display for Release {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "v1.{}.{}+rke2r{}", self.minor, self.patch, self.rke2)
    }
}

/// What holds for the releases that a cluster may run.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Answer {
    Yes,
    No,
    /// For some of them.
    Depends,
}

impl std::ops::Not for Answer {
    type Output = Answer;

    fn not(self) -> Answer {
        match self {
            Answer::Yes => Answer::No,
            Answer::No => Answer::Yes,
            Answer::Depends => Answer::Depends,
        }
    }
}

/// The first release of each minor that has something, ascending.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Gate {
    first: Vec<Release>,
}

impl Gate {
    /// `v1.31.14, v1.32.10`, `all` or `never`.
    pub fn parse(text: &str) -> Option<Gate> {
        let first = match text {
            "all" => vec![Release { minor: 0, patch: 0, rke2: 0 }],
            "never" => Vec::new(),
            _ => text.split(", ").map(Gate::parse_one).collect::<Option<Vec<_>>>()?,
        };
        let ascends = first.windows(2).all(|pair| pair[0].minor < pair[1].minor);
        ascends.then_some(Gate { first })
    }

    fn parse_one(text: &str) -> Option<Release> {
        let tagged = text.contains('+');
        Release::parse(&if tagged { text.to_owned() } else { format!("{text}+rke2r0") })
    }

    /// From when on, and until when, releases have something: all of the
    /// tables', ascending, each with whether it has it. A release that lost it
    /// in the course of a minor is never one that got it again.
    ///
    /// `gates` in .github/facts/releases.py does the same.
    fn of(releases: &[(Release, bool)]) -> (Gate, Option<Gate>) {
        let newest =
            releases.iter().filter(|(_, has)| *has).map(|(release, _)| release.minor).max();
        let (mut since, mut removed) = (Vec::new(), Vec::new());
        for of_minor in releases.chunk_by(|a, b| a.0.minor == b.0.minor) {
            let start = of_minor[0].0;
            if let Some(first) = of_minor.iter().position(|(_, has)| *has) {
                since.push(of_minor[first].0);
                removed.extend(of_minor[first..].iter().find(|(_, has)| !has).map(|gone| gone.0));
            } else if newest.is_some_and(|newest| start.minor > newest) {
                // `removed` alone tells of these.
                since.push(start);
                removed.push(start);
            }
        }
        let removed = (!removed.is_empty()).then(|| Gate::shortest(removed, releases));
        (Gate::shortest(since, releases), removed)
    }

    /// A minor above the last one listed has it from its start, so the list
    /// stops where that tells the rest, and starts of minors have no patch.
    fn shortest(mut first: Vec<Release>, releases: &[(Release, bool)]) -> Gate {
        let minors = releases.chunk_by(|a, b| a.0.minor == b.0.minor);
        let starts: Vec<Release> = minors.map(|of_minor| of_minor[0].0).collect();
        let Some(untold) = starts.iter().rfind(|start| !first.contains(start)) else {
            return Gate { first: vec![Release { minor: 0, patch: 0, rke2: 0 }] };
        };
        // If that minor never got it, the one above has to be listed.
        let last = first.iter().position(|release| release.minor >= untold.minor);
        first.truncate(last.map_or(first.len(), |last| last + 1));
        for release in &mut first {
            let same =
                |other: &Release| (other.minor, other.patch) == (release.minor, release.patch);
            let builds = releases.iter().map(|(release, _)| release);
            if starts.contains(release) {
                *release = Release { patch: 0, rke2: 0, ..*release };
            } else if builds.copied().find(same) == Some(*release) {
                release.rke2 = 0;
            }
        }
        Gate { first }
    }

    /// Every release has it.
    pub fn is_all(&self) -> bool {
        self.first.first().is_some_and(|first| first.minor == 0)
    }

    /// No release has it.
    pub fn is_never(&self) -> bool {
        self.first.is_empty()
    }

    /// A minor that isn't listed, between two that are, never got it.
    pub fn holds(&self, release: Release) -> bool {
        match self.first.iter().find(|first| first.minor == release.minor) {
            Some(first) => release >= *first,
            None => self.first.last().is_some_and(|last| release.minor > last.minor),
        }
    }
}

/// `v1.31.14, v1.32.10, v1.33.6 and v1.34.2`, `every release` or `no release`.
impl fmt::Display for Gate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.first.first() {
            None => return f.write_str("no release"),
            Some(_) if self.is_all() => return f.write_str("every release"),
            Some(_) => {}
        }
        for (index, first) in self.first.iter().enumerate() {
            let separator = match index {
                0 => "",
                _ if index + 1 == self.first.len() => " and ",
                _ => ", ",
            };
            match first.rke2 {
                0 => write!(f, "{separator}v1.{}.{}", first.minor, first.patch)?,
                _ => write!(f, "{separator}{first}")?,
            }
        }
        Ok(())
    }
}

/// The releases that have something: those since one gate, until another.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Accepted {
    pub since: Gate,
    pub removed: Option<Gate>,
}

impl Accepted {
    /// Of what the tables' releases have. `None` if two gates can't tell:
    /// something came, went, and came again.
    pub fn of(has: impl Fn(Release) -> bool) -> Option<Accepted> {
        let releases: Vec<(Release, bool)> = RELEASES.iter().map(|it| (*it, has(*it))).collect();
        let (since, removed) = Gate::of(&releases);
        let accepted = Accepted { since, removed };
        releases.iter().all(|(release, has)| accepted.holds(*release) == *has).then_some(accepted)
    }

    pub fn holds(&self, release: Release) -> bool {
        let removed = self.removed.as_ref().is_some_and(|gate| gate.holds(release));
        self.since.holds(release) && !removed
    }

    pub fn answer(&self, releases: &Releases) -> Answer {
        releases.all(|release| self.holds(release))
    }
}

const RELEASES_TABLE: &str = include_str!("facts/tables/releases.tsv");

/// Ascending.
static RELEASES: LazyLock<Vec<Release>> = LazyLock::new(|| {
    let parse = |tag| Release::parse(tag).expect("a test reads every row");
    first_cells(RELEASES_TABLE).map(parse).collect()
});

/// The releases that a cluster may run: one, or several if that is all that is
/// known. Sorted, without repeats, never empty.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Releases {
    candidates: Vec<Release>,
}

impl Releases {
    /// All of the tables: nothing is known.
    pub fn supported() -> Releases {
        Releases { candidates: RELEASES.clone() }
    }

    pub fn one(release: Release) -> Releases {
        Releases { candidates: vec![release] }
    }

    /// The newest of the tables.
    pub fn newest_known() -> Releases {
        Releases { candidates: vec![newest_known()] }
    }

    /// `v1.34.2+rke2r1`, `1.34.2` (all its builds), or `v1.34` (the newest
    /// patch in the tables). A release newer than the tables is taken at its
    /// word.
    pub fn parse(text: &str) -> Option<Releases> {
        if let Some(release) = Release::parse(text) {
            return Some(Releases { candidates: vec![release] });
        }
        let version = text.strip_prefix('v').unwrap_or(text).strip_prefix("1.")?;
        let (minor, patch) = match version.split_once('.') {
            Some((minor, patch)) => (minor.parse().ok()?, Some(patch.parse().ok()?)),
            None => (version.parse().ok()?, None),
        };
        let mut of_minor = RELEASES.iter().copied().filter(|release| release.minor == minor);
        let candidates: Vec<Release> = match patch {
            Some(patch) => of_minor.filter(|release| release.patch == patch).collect(),
            None => of_minor.next_back().into_iter().collect(),
        };
        if !candidates.is_empty() {
            return Some(Releases { candidates });
        }
        let release = Release { minor, patch: patch.unwrap_or(0), rke2: 1 };
        let newer = RELEASES.last().is_some_and(|last| release > *last);
        (newer || patch.is_some()).then_some(Releases { candidates: vec![release] })
    }

    /// All patches of a minor.
    pub fn of_minor(minor: u16) -> Option<Releases> {
        let of_minor = RELEASES.iter().copied().filter(|release| release.minor == minor);
        let candidates: Vec<Release> = of_minor.collect();
        (!candidates.is_empty()).then_some(Releases { candidates })
    }

    pub fn union(&self, other: &Releases) -> Releases {
        let mut candidates = [self.candidates.as_slice(), &other.candidates].concat();
        candidates.sort();
        candidates.dedup();
        Releases { candidates }
    }

    pub fn answer(&self, gate: &Gate) -> Answer {
        self.all(|release| gate.holds(release))
    }

    /// Whether something holds for all of them, for none, or for some.
    pub fn all(&self, such: impl Fn(Release) -> bool) -> Answer {
        let mut holds = self.candidates.iter().map(|release| such(*release));
        let first = holds.next().unwrap_or(false);
        match (first, holds.all(|next| next == first)) {
            (true, true) => Answer::Yes,
            (false, true) => Answer::No,
            (_, false) => Answer::Depends,
        }
    }

    pub fn iter(&self) -> impl Iterator<Item = Release> + '_ {
        self.candidates.iter().copied()
    }

    /// Nothing is known.
    pub fn is_supported_set(&self) -> bool {
        self.candidates == *RELEASES
    }

    /// All are past the gate. Who doesn't say the release runs hardly one of
    /// the first that the tables have: for gates of old only.
    pub fn are_past(&self, gate: &Gate) -> bool {
        self.is_supported_set() || self.answer(gate) == Answer::Yes
    }

    /// One of them is newer than what the tables know of its minor.
    pub fn beyond_tables(&self) -> bool {
        self.candidates.iter().any(|release| {
            let known = RELEASES.iter().filter(|known| known.minor == release.minor).max();
            known.or(RELEASES.last()).is_some_and(|known| known < release)
        })
    }
}

/// `v1.34.2+rke2r1`, `v1.34.2`, or `v1.34.1 to v1.34.10`.
impl fmt::Display for Releases {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (Some(first), Some(last)) = (self.candidates.first(), self.candidates.last()) else {
            return Ok(());
        };
        if self.candidates.len() == 1 {
            write!(f, "{first}")
        } else if (first.minor, first.patch) == (last.minor, last.patch) {
            write!(f, "v1.{}.{}", first.minor, first.patch)
        } else {
            let (a, b) = ((first.minor, first.patch), (last.minor, last.patch));
            write!(f, "v1.{}.{} to v1.{}.{}", a.0, a.1, b.0, b.1)
        }
    }
}

/// The newest release that the tables know.
pub fn newest_known() -> Release {
    *RELEASES.last().expect("a test says that the table isn't empty")
}

static GATES: LazyLock<BTreeMap<&str, Gate>> = LazyLock::new(|| {
    let rows = rows(include_str!("facts/tables/gates.tsv"));
    rows.map(|row| (row[0], Gate::parse(row[1]).expect("a test reads every row"))).collect()
});

/// From when on a fact holds.
///
/// # Panics
/// If `gates.tsv` has no such row: a slip of the caller.
pub fn gate(name: &str) -> &'static Gate {
    let Some(gate) = GATES.get(name) else { panic!("no row `{name}` in gates.tsv") };
    gate
}

#[cfg(test)]
mod tests {
    use super::*;

    fn releases(text: &str) -> Releases {
        Releases::parse(text).expect(text)
    }

    #[track_caller]
    fn check_flip(name: &str, before: &str, after: &str) {
        assert_eq!(releases(before).answer(gate(name)), Answer::No, "{name} {before}");
        assert_eq!(releases(after).answer(gate(name)), Answer::Yes, "{name} {after}");
    }

    #[test]
    fn releases_sort_by_number() {
        let parse = |text| Release::parse(text).expect(text);
        assert!(parse("v1.30.14+rke2r10") > parse("v1.30.14+rke2r2"));
        assert!(parse("1.30.14-rke2r1") > parse("v1.30.9+rke2r1"));
        assert_eq!(Release::parse("v1.30.14-rc1+rke2r1"), None);
        assert_eq!(Release::parse("v1.30.14"), None);
        assert!(RELEASES.is_sorted() && RELEASES.len() > 200);
    }

    #[test]
    fn gates_flip_per_minor() {
        check_flip("cilium-exclusive-default-false", "v1.32.9+rke2r1", "v1.32.10+rke2r1");
        check_flip("cilium-exclusive-default-false", "v1.31.13+rke2r1", "v1.31.14+rke2r1");
        check_flip("cilium-exclusive-default-false", "v1.34.1+rke2r1", "v1.35.0+rke2r1");
        check_flip("dual-stack-cluster-dns", "v1.28.2+rke2r1", "v1.28.3+rke2r1");
        check_flip("family-check", "v1.23.17+rke2r1", "v1.24.1+rke2r1");
        check_flip("large-service-cidr", "v1.33.13+rke2r2", "v1.34.1+rke2r1");
        check_flip("helm-fields-checked", "v1.27.1+rke2r1", "v1.27.2+rke2r1");
        check_flip("secrets-provider-message", "v1.34.3+rke2r1", "v1.34.3+rke2r2");
        check_flip("windows-dual-stack-check", "v1.26.9+rke2r1", "v1.26.10+rke2r1");
        check_flip("default-ingress-traefik", "v1.35.7+rke2r1", "v1.36.0+rke2r1");
    }

    #[test]
    fn what_is_not_known_depends() {
        let gate = gate("cilium-exclusive-default-false");
        assert_eq!(Releases::supported().answer(gate), Answer::Depends);
        let minor = Releases::of_minor(33).expect("v1.33 is in the table");
        assert_eq!(minor.answer(gate), Answer::Depends);
    }

    #[test]
    fn forms_of_a_release() {
        assert_eq!(releases("v1.34").to_string(), "v1.34.10+rke2r1");
        assert_eq!(releases("1.34.2").to_string(), "v1.34.2+rke2r1");
        assert!(releases("v1.99.0").beyond_tables());
        assert_eq!(Releases::parse("v1.2x"), None);
        assert_eq!(Releases::parse("latest"), None);
        assert_eq!(Releases::supported().to_string(), "v1.21.2 to v1.36.3");
    }
}
