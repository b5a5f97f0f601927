//! The values that RKE2 knows of keys that take one of a few.
//!
//! Whether a release has the key at all, `flags` says; `cni` says the plugins.

use super::{Accepted, Answer, Gate, Releases, table::rows};
use std::sync::LazyLock;

struct Known {
    key: &'static str,
    value: &'static str,
    accepted: Accepted,
}

static KNOWN: LazyLock<Vec<Known>> = LazyLock::new(|| {
    let gate = |text: &str| Gate::parse(text).expect("a test reads every row");
    let known = |row: Vec<&'static str>| Known {
        key: row[0],
        value: row[1],
        accepted: Accepted { since: gate(row[2]), removed: (row[3] != "-").then(|| gate(row[3])) },
    };
    rows(include_str!("tables/values.tsv")).map(known).collect()
});

/// Those that some of the releases take, sorted by name.
pub fn allowed(key: &str, releases: &Releases) -> Vec<&'static str> {
    let of_key = KNOWN.iter().filter(|known| known.key == key);
    let taken = of_key.filter(|known| known.accepted.answer(releases) != Answer::No);
    taken.map(|known| known.value).collect()
}

/// Whether the releases take a value. No for one that none does.
pub fn answer(key: &str, value: &str, releases: &Releases) -> Answer {
    let known = KNOWN.iter().find(|known| known.key == key && known.value == value);
    known.map_or(Answer::No, |known| known.accepted.answer(releases))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(key: &str, release: &str, expected: &str) {
        let releases = Releases::parse(release).expect(release);
        assert_eq!(allowed(key, &releases).join(" "), expected, "{key} {release}");
    }

    #[test]
    fn profiles_come_and_go() {
        check("profile", "v1.24.17+rke2r1", "cis-1.5 cis-1.6");
        check("profile", "v1.25.14+rke2r1", "cis-1.23");
        check("profile", "v1.25.15+rke2r1", "cis cis-1.23");
        check("profile", "v1.28.1+rke2r1", "cis-1.23");
        check("profile", "v1.32.5+rke2r1", "cis cis-1.23");
        check("profile", "v1.32.6+rke2r1", "cis etcd");
        check("profile", "v1.36.3+rke2r1", "cis etcd");
    }

    #[test]
    fn controllers_and_what_is_never_known() {
        check("ingress-controller", "v1.29.15+rke2r1", "ingress-nginx none");
        check("ingress-controller", "v1.30.3+rke2r1", "ingress-nginx none traefik");
        let all = Releases::supported();
        assert_eq!(answer("ingress-controller", "nginx", &all), Answer::No);
        assert_eq!(answer("profile", "cis", &all), Answer::Depends);
    }
}
