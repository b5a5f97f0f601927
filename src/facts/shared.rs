//! What the servers of one cluster must share, and who compares it.

use super::{Gate, table::rows};
use std::sync::LazyLock;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// A server that joins exits if it differs.
    Compared,
    /// RKE2's documentation wants it equal, and nothing compares it.
    Documented,
    /// Each server follows its own.
    Own,
}

/// How two values are compared.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum How {
    Ranges,
    Addresses,
    Text,
    Flag,
    /// Words in order.
    List,
    /// Words in any order.
    Set,
    /// Never shown.
    Secret,
}

/// One key.
#[derive(Debug)]
pub struct SharedSetting {
    pub key: &'static str,
    /// From when on the verdict holds.
    pub gate: Gate,
    pub how: How,
    pub verdict: Verdict,
    /// `None` if it hangs on something else, or is empty.
    pub default: Option<&'static str>,
    /// What RKE2's log calls a difference.
    pub printed: &'static str,
}

static SETTINGS: LazyLock<Vec<SharedSetting>> = LazyLock::new(|| {
    let setting = |row: Vec<&'static str>| SharedSetting {
        key: row[0],
        gate: Gate::parse(row[1]).expect("a test reads every row"),
        how: match row[2] {
            "ranges" => How::Ranges,
            "addresses" => How::Addresses,
            "flag" => How::Flag,
            "list" => How::List,
            "set" => How::Set,
            "secret" => How::Secret,
            _ => How::Text,
        },
        verdict: match row[3] {
            "compared" => Verdict::Compared,
            "documented" => Verdict::Documented,
            _ => Verdict::Own,
        },
        default: (row[4] != "-").then_some(row[4]),
        printed: row[5],
    };
    rows(include_str!("tables/shared_settings.tsv")).map(setting).collect()
});

/// Sorted by key.
pub fn of(verdict: Verdict) -> impl Iterator<Item = &'static SharedSetting> {
    SETTINGS.iter().filter(move |setting| setting.verdict == verdict)
}

pub fn find(key: &str) -> Option<&'static SharedSetting> {
    SETTINGS.iter().find(|setting| setting.key == key)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::flags;

    #[test]
    fn what_servers_share() {
        let keys = |verdict| of(verdict).map(|setting| setting.key).collect::<Vec<_>>();
        assert!(keys(Verdict::Compared).contains(&"cluster-domain"));
        assert_eq!(keys(Verdict::Documented), ["agent-token", "disable-kube-proxy"]);
        assert!(keys(Verdict::Own).contains(&"cni"));
        assert!(SETTINGS.iter().all(|setting| flags::flag(setting.key).is_some()));
    }
}
