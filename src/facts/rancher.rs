//! What Rancher writes on the machines of a cluster that it provisions.

use super::table::rows;

/// What it sets a key to, where the user doesn't.
pub fn default(key: &str) -> Option<&'static str> {
    value(key, "default")
}

/// The absolute path of the file that a field of `rkeConfig` ends up in.
pub fn file(field: &str) -> Option<&'static str> {
    value(field, "file")
}

fn value(name: &str, what: &str) -> Option<&'static str> {
    let mut rows = rows(include_str!("tables/rancher.tsv"));
    rows.find(|row| row[0] == name && row[1] == what).map(|row| row[2])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::{cni, flags};

    #[test]
    fn rancher_prefers_calico() {
        let default = default("cni").expect("it has one");
        assert!(cni::cni(default).is_some() && default != cni::default());
    }

    #[test]
    fn keys_are_of_rke2_and_files_absolute() {
        for row in rows(include_str!("tables/rancher.tsv")) {
            match row[1] {
                "file" => assert!(file(row[0]).is_some_and(|path| path.starts_with('/'))),
                _ => assert!(flags::flag(row[0]).is_some(), "{row:?}"),
            }
        }
    }
}
