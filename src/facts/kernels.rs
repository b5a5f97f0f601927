//! The oldest Linux kernels that plugins work on.

use super::{Gate, Releases, table::rows};
use std::{fmt, sync::LazyLock};

/// The first three numbers of what `uname -r` prints.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Kernel(pub u32, pub u32, pub u32);

impl Kernel {
    /// Of the start of a text such as `5.4.0-150-generic`; two numbers at least.
    pub fn parse(text: &str) -> Option<Kernel> {
        let end = text.find(|c: char| c != '.' && !c.is_ascii_digit()).unwrap_or(text.len());
        let mut parts = text[..end].split('.').filter(|part| !part.is_empty());
        let mut number = || parts.next().and_then(|part| part.parse().ok());
        Some(Kernel(number()?, number()?, number().unwrap_or(0)))
    }
}

impl fmt::Display for Kernel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.0, self.1)?;
        if self.2 > 0 { write!(f, ".{}", self.2) } else { Ok(()) }
    }
}

struct Need {
    what: &'static str,
    kernel: Kernel,
    since: Gate,
}

static NEEDS: LazyLock<Vec<Need>> = LazyLock::new(|| {
    let need = |row: Vec<&'static str>| Need {
        what: row[0],
        kernel: Kernel::parse(row[1]).expect("a test reads every row"),
        since: Gate::parse(row[2]).expect("a test reads every row"),
    };
    rows(include_str!("tables/kernels.tsv")).map(need).collect()
});

/// What the least demanding of the releases needs; `None` if the table has
/// nothing of it.
pub fn needed(what: &str, releases: &Releases) -> Option<Kernel> {
    let of_release = |release| {
        let needs = NEEDS.iter().filter(|need| need.what == what && need.since.holds(release));
        needs.map(|need| need.kernel).max()
    };
    releases.iter().filter_map(of_release).min()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(what: &str, releases: &str, expected: &str) {
        let releases = Releases::parse(releases).expect(releases);
        let found = needed(what, &releases).map(|kernel| kernel.to_string());
        assert_eq!(found.unwrap_or_default(), expected, "{what} {releases}");
    }

    #[test]
    fn charts_bring_newer_needs() {
        check("cilium", "v1.23.4+rke2r1", "4.9.17");
        check("cilium", "v1.28.12+rke2r1", "4.19.57");
        check("cilium", "v1.28.13+rke2r1", "5.4");
        check("cilium", "v1.34.1+rke2r1", "5.10");
        let minor = Releases::of_minor(33).expect("a known minor");
        assert_eq!(needed("cilium", &minor), Some(Kernel(5, 4, 0)));
        check("canal", "v1.34.1+rke2r1", "");
    }

    #[test]
    fn kernels_as_uname_prints_them() {
        assert_eq!(Kernel::parse("5.15.0-105-generic"), Some(Kernel(5, 15, 0)));
        assert_eq!(Kernel::parse("6.4.0-150600.23.7-default"), Some(Kernel(6, 4, 0)));
        assert_eq!(Kernel::parse("5.10"), Some(Kernel(5, 10, 0)));
        assert_eq!(Kernel::parse("linux"), None);
        assert!(Kernel(5, 4, 0) < Kernel(5, 10, 0));
    }
}
