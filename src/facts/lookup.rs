//! Paths and versions of charts as people write and sort them.

use super::paths::{Mask, Paths, Row, Shape, join};

/// How far a path goes that no version has.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Miss {
    /// What there is of it.
    pub path: String,
    /// The first key that isn't there.
    pub key: String,
    /// Anything may stand there.
    pub open: bool,
}

/// A path as somebody writes it, `ports.web.hostPort` or `ipPools[0].cidr`, as
/// the tables have it in some version: with `*` where keys are free.
///
/// # Errors
/// If no version has it: how far it goes, and whether anything may stand there
/// in some of `versions`.
pub fn resolve(paths: &Paths, written: &str, versions: Mask) -> Result<String, Miss> {
    let has = |path: &str| {
        let mut rows = paths.at(path).iter().chain(paths.below(path));
        rows.any(|row| row.is_real() || row.is_refused())
    };
    let mut path = String::new();
    for key in keys(written) {
        let (own, star) = (join(&path, &key), join(&path, "*"));
        if has(&own) {
            path = own;
        } else if has(&star) {
            path = star;
        } else {
            let takes_any = |row: &&Row| matches!(row.shape(), Shape::Open | Shape::Unread);
            let open = paths.at(&path).iter().filter(takes_any).any(|row| row.is_in(versions));
            return Err(Miss { path, key, open });
        }
    }
    Ok(path)
}

/// The keys of a path; an item of a list is `*`.
fn keys(written: &str) -> Vec<String> {
    let mut keys = vec![String::new()];
    let mut chars = written.chars();
    while let Some(char) = chars.next() {
        let key = keys.last_mut().expect("there is always one");
        match char {
            '.' => keys.push(String::new()),
            '[' => {
                chars.by_ref().find(|char| *char == ']');
                keys.push("*".to_owned());
            }
            '\\' => key.extend(chars.next()),
            _ => key.push(char),
        }
    }
    keys.retain(|key| !key.is_empty());
    keys
}

/// The versions of a chart, each with its bit, by their numbers.
pub fn sorted(paths: &Paths) -> Vec<(&'static str, Mask)> {
    let versions = paths.versions().iter().copied().enumerate();
    let mut versions: Vec<_> = versions.map(|(bit, version)| (version, 1 << bit)).collect();
    versions.sort_by_key(|(version, _)| numbers(version));
    versions
}

/// The numbers in a version. Calico's chart had `v3.1906` before `v3.19.2-203`.
fn numbers(version: &str) -> Vec<u64> {
    let digits = version.split(|char: char| !char.is_ascii_digit());
    let numbers = digits.filter_map(|digits| Some((digits.len(), digits.parse::<u64>().ok()?)));
    let parts = |(digits, number)| match digits {
        4 => vec![number / 100, 0, number % 100],
        _ => vec![number],
    };
    numbers.flat_map(parts).collect()
}

#[cfg(test)]
mod tests {
    use super::{
        super::paths::{CRDS, of},
        *,
    };

    #[test]
    fn paths_as_people_write_them() {
        let resolve = |chart: &str, path: &str| {
            let paths = of(chart).expect(chart);
            resolve(paths, path, 1 << (paths.versions().len() - 1))
        };
        assert_eq!(resolve("rke2-traefik", "ports.web.hostPort"), Ok("ports.*.hostPort".into()));
        assert_eq!(resolve("rke2-traefik", "ports.*.hostPort"), Ok("ports.*.hostPort".into()));
        let cidr = "installation.calicoNetwork.ipPools[0].cidr";
        assert_eq!(resolve(CRDS, cidr), Ok(cidr.replace("[0]", ".*")));
        let miss = |path: &str, key: &str, open| {
            Err(Miss { path: path.to_owned(), key: key.to_owned(), open })
        };
        assert_eq!(resolve("rke2-cilium", "cni.exclusiv"), miss("cni", "exclusiv", false));
        assert_eq!(resolve("rke2-cilium", "cilium.TODO"), miss("cilium", "TODO", false));
        assert_eq!(resolve("rke2-calico", "nodeSelector.a"), miss("nodeSelector", "a", true));
        assert_eq!(keys(r"a.b\.c[0].d"), ["a", "b.c", "*", "d"]);
    }

    #[test]
    fn versions_sort_as_people_do() {
        let sorted = |versions: &[&str]| versions.is_sorted_by_key(|version| numbers(version));
        assert!(sorted(&["v3.1906", "v3.1907", "v3.19.2-203", "v3.20.102", "v3.100.0"]));
        assert!(sorted(&["27.0.202", "27.0.203", "34.2.000"]));
    }
}
