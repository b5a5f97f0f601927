//! The keys of `config.yaml`: the flags of `rke2 server` and `rke2 agent`.

use super::{Gate, table::rows};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::LazyLock,
};

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FlagRole {
    Server,
    Agent,
    Both,
}

/// One key.
#[derive(Debug)]
pub struct Flag {
    pub key: &'static str,
    pub role: FlagRole,
    /// RKE2 splits its values on commas, without trimming.
    pub splits: bool,
    /// No other program has a key of this name by chance.
    pub specific: bool,
    /// From when on RKE2 takes it.
    pub gate: Gate,
    pub removed: Option<Gate>,
}

static FLAGS: LazyLock<BTreeMap<&str, Flag>> = LazyLock::new(|| {
    let mut flags: BTreeMap<&str, Flag> = BTreeMap::new();
    for row in rows(include_str!("tables/flags.tsv")) {
        let gate = |text: &str| Gate::parse(text).expect("a test reads every row");
        let role = match row[1] {
            "server" => FlagRole::Server,
            "agent" => FlagRole::Agent,
            _ => FlagRole::Both,
        };
        let flag = Flag {
            key: row[0],
            role,
            splits: row[3] == "comma",
            specific: row[4] == "y",
            gate: gate(row[5]),
            removed: (row[6] != "-").then(|| gate(row[6])),
        };
        // Two rows where the roles got it at different releases.
        let other = flags.insert(row[0], flag);
        if other.is_some()
            && let Some(flag) = flags.get_mut(row[0])
        {
            flag.role = FlagRole::Both;
        }
    }
    flags
});

static ALIASES: LazyLock<BTreeMap<&str, &str>> = LazyLock::new(|| {
    let rows = rows(include_str!("tables/flags.tsv")).filter(|row| row[7] != "-");
    rows.flat_map(|row| row[7].split(',').map(move |alias| (alias, row[0]))).collect()
});

static K3S: LazyLock<BTreeSet<&str>> =
    LazyLock::new(|| rows(include_str!("tables/k3s_flags.tsv")).map(|row| row[0]).collect());

/// By key, without a `+` at its end, or by alias.
pub fn flag(key: &str) -> Option<&'static Flag> {
    FLAGS.get(key).or_else(|| FLAGS.get(ALIASES.get(key)?))
}

/// Sorted by key.
pub fn all() -> impl Iterator<Item = &'static Flag> {
    FLAGS.values()
}

/// A flag that K3s has and RKE2 drops.
pub fn k3s_only(key: &str) -> bool {
    K3S.contains(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_and_their_aliases() {
        let flag = |key| flag(key).expect(key);
        assert!(flag("cni").splits && flag("cni").role == FlagRole::Server);
        assert!(!flag("kubelet-arg").splits && flag("kubelet-arg").role == FlagRole::Both);
        assert_eq!(flag("i").key, "node-ip");
        assert_eq!(flag("bind-address").role, FlagRole::Both);
        assert!(!flag("token").specific);
        assert!(k3s_only("flannel-backend") && !k3s_only("cni"));
        assert!(all().count() > 120);
    }
}
