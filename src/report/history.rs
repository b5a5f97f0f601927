//! When something holds, in versions of a chart and releases of RKE2.

use crate::facts::{
    Releases, lookup,
    paths::{Mask, Paths},
};

/// The versions of one chart, as people sort them.
pub(super) struct History {
    paths: &'static Paths,
    versions: Vec<(&'static str, Mask)>,
}

impl History {
    pub(super) fn of(paths: &'static Paths) -> History {
        History { paths, versions: lookup::sorted(paths) }
    }

    pub(super) fn all(&self) -> Mask {
        self.versions.iter().fold(0, |mask, (_, bit)| mask | bit)
    }

    /// The last of the versions, as a mask of it alone.
    pub(super) fn newest(&self, versions: Mask) -> Option<(&'static str, Mask)> {
        self.versions.iter().rfind(|(_, bit)| versions & bit != 0).copied()
    }

    /// Where the first of the versions stands among all.
    pub(super) fn rank(&self, versions: Mask) -> Option<usize> {
        self.versions.iter().position(|(_, bit)| versions & bit != 0)
    }

    /// `1.18.103`, or `1.18.103 to 1.18.601`.
    pub(super) fn names(&self, versions: Mask) -> String {
        let held = self.versions.iter().filter(|(_, bit)| versions & bit != 0);
        name(&held.copied().collect::<Vec<_>>())
    }

    /// Which versions of some these are, in the shortest words that are true;
    /// "" if they are all. With the releases that brought them.
    pub(super) fn when(&self, versions: Mask, some: Mask) -> String {
        let order: Vec<_> = self.versions.iter().filter(|(_, bit)| some & bit != 0).collect();
        let order: Vec<(&str, Mask)> = order.into_iter().copied().collect();
        let held = |version: &(&str, Mask)| versions & version.1 != 0;
        let runs = order.chunk_by(|a, b| held(a) == held(b));
        let runs: Vec<&[(&str, Mask)]> = runs.filter(|run| held(&run[0])).collect();
        match runs[..] {
            [only] if only.len() == order.len() => String::new(),
            [only] if only.first() == order.first() => format!("until {}", only[only.len() - 1].0),
            [only] if only.last() == order.last() => {
                format!("from {}{}", only[0].0, self.since(versions))
            }
            [only] => format!("in {}{}", name(only), self.since(versions)),
            _ => format!("in {}", runs.iter().map(|run| name(run)).collect::<Vec<_>>().join(", ")),
        }
    }

    /// ` = v1.31.14, v1.32.10, v1.33.6 and v1.34.2`.
    fn since(&self, versions: Mask) -> String {
        let accepted = self.paths.releases(versions).filter(|it| !it.since.is_all());
        accepted.map_or(String::new(), |accepted| format!(" = {}", accepted.since))
    }
}

fn name(run: &[(&str, Mask)]) -> String {
    match run {
        [] => String::new(),
        [(only, _)] => (*only).to_owned(),
        [(first, _), .., (last, _)] => format!("{first} to {last}"),
    }
}

/// `, which v1.34.2+rke2r1 bundles`.
pub(super) fn bundled_by(releases: &Releases) -> String {
    let releases = releases.to_string();
    let verb = if releases.contains(" to ") { "bundle" } else { "bundles" };
    format!(", which {releases} {verb}")
}
