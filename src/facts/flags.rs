//! The keys of `config.yaml`: the flags of `rke2 server` and `rke2 agent`.

use super::{Accepted, Answer, Gate, Releases, table::rows};
use std::{collections::BTreeMap, sync::LazyLock};

/// Whose flag it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FlagRole {
    Server,
    Agent,
    Both,
}

/// What the flag library makes of a value.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// Go's `strconv.ParseBool`.
    Bool,
    /// Go's `strconv.ParseInt` with base 0.
    Int,
    /// Go's `time.ParseDuration`: a bare number is none.
    Duration,
    /// Of several values the last one counts.
    Text,
    /// All values count.
    List,
}

/// How values with commas are read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Split {
    Never,
    Commas,
    /// And blanks around the pieces are taken off.
    Trimmed,
    Until(Gate),
}

/// One key.
#[derive(Debug)]
pub struct Flag {
    pub key: &'static str,
    pub kind: Kind,
    pub server: Option<Accepted>,
    pub agent: Option<Accepted>,
    pub split: Split,
    /// No other program has a key of this name by chance.
    pub specific: bool,
    /// K3s has it too.
    pub k3s: bool,
    /// Lists of several files are usually meant together.
    pub adds: bool,
    /// Its value is never shown.
    pub secret: bool,
    /// Not in the command's help.
    pub hidden: bool,
    pub default: Option<&'static str>,
    /// One letter each.
    pub aliases: Vec<&'static str>,
    /// Environment variables that set it, the first wins.
    pub env: Vec<&'static str>,
    /// What it does, as a clause without a full stop.
    pub about: &'static str,
}

/// A flag that K3s has and RKE2 takes out of its commands.
#[derive(Debug)]
pub struct Dropped {
    pub key: &'static str,
    /// Whose it would be.
    pub role: FlagRole,
    /// The releases that drop it.
    pub dropped: Accepted,
    /// What to do about it, as a clause.
    pub instead: &'static str,
    /// The value that RKE2 gives it whatever is written.
    pub forced: Option<&'static str>,
}

/// A flag that a command takes and calls deprecated.
#[derive(Debug)]
pub struct Deprecated {
    pub key: &'static str,
    pub role: FlagRole,
    pub since: Gate,
    /// It does something.
    pub works: bool,
    /// What to do about it, as a clause.
    pub instead: &'static str,
}

/// A key whose values hold nothing but ASCII, if they are to work.
#[derive(Debug)]
pub struct Plain {
    pub key: &'static str,
    /// Only of what stands before the first `=`.
    pub name_only: bool,
    /// What a value is, as a noun.
    pub what: &'static str,
    /// Something doesn't start otherwise.
    pub fatal: bool,
}

impl Flag {
    pub fn role(&self) -> FlagRole {
        match (&self.server, &self.agent) {
            (Some(_), Some(_)) => FlagRole::Both,
            (_, None) => FlagRole::Server,
            (None, _) => FlagRole::Agent,
        }
    }

    /// Whether commands of a role take it: for `Both`, one of the two.
    pub fn answer(&self, role: FlagRole, releases: &Releases) -> Answer {
        let of = |accepted: &Option<Accepted>| match accepted {
            Some(accepted) => accepted.answer(releases),
            None => Answer::No,
        };
        match (role, of(&self.server), of(&self.agent)) {
            (FlagRole::Server, server, _) => server,
            (FlagRole::Agent, _, agent) => agent,
            (FlagRole::Both, Answer::Yes, _) | (FlagRole::Both, _, Answer::Yes) => Answer::Yes,
            (FlagRole::Both, Answer::No, Answer::No) => Answer::No,
            (FlagRole::Both, _, _) => Answer::Depends,
        }
    }

    /// When the commands of a role took it. For `Both`, the server's.
    pub fn accepted(&self, role: FlagRole) -> Option<&Accepted> {
        match role {
            FlagRole::Server => self.server.as_ref(),
            FlagRole::Agent => self.agent.as_ref(),
            FlagRole::Both => self.server.as_ref().or(self.agent.as_ref()),
        }
    }

    /// Whether RKE2 splits its values on commas.
    pub fn splits(&self, releases: &Releases) -> Answer {
        match &self.split {
            Split::Never => Answer::No,
            Split::Commas | Split::Trimmed => Answer::Yes,
            Split::Until(gate) => !releases.answer(gate),
        }
    }
}

fn gate(text: &str) -> Gate {
    Gate::parse(text).expect("a test reads every row")
}

fn accepted(since: &str, removed: &str) -> Accepted {
    Accepted { since: gate(since), removed: (removed != "-").then(|| gate(removed)) }
}

fn list(cell: &'static str) -> Vec<&'static str> {
    if cell == "-" { Vec::new() } else { cell.split(',').collect() }
}

fn role(cell: &str) -> FlagRole {
    match cell {
        "server" => FlagRole::Server,
        "agent" => FlagRole::Agent,
        _ => FlagRole::Both,
    }
}

static FLAGS: LazyLock<BTreeMap<&str, Flag>> = LazyLock::new(|| {
    let mut flags: BTreeMap<&str, Flag> = BTreeMap::new();
    for row in rows(include_str!("tables/keys.tsv")) {
        let split = match row[1] {
            "-" => Split::Never,
            "comma" => Split::Commas,
            "trim" => Split::Trimmed,
            until => Split::Until(gate(until.trim_start_matches("until "))),
        };
        let flag = Flag {
            key: row[0],
            kind: Kind::Text,
            server: None,
            agent: None,
            split,
            specific: row[2] != "n",
            k3s: row[2] == "k3s",
            adds: row[3] == "y",
            secret: row[4] == "y",
            hidden: false,
            default: None,
            aliases: Vec::new(),
            env: Vec::new(),
            about: row[5],
        };
        flags.insert(row[0], flag);
    }
    // One row, or two where the roles differ.
    for row in rows(include_str!("tables/flags.tsv")) {
        let flag = flags.get_mut(row[0]).expect("a test says that keys.tsv has every flag");
        flag.kind = match row[2] {
            "bool" => Kind::Bool,
            "int" => Kind::Int,
            "duration" => Kind::Duration,
            "list" => Kind::List,
            _ => Kind::Text,
        };
        let accepted = accepted(row[3], row[4]);
        match role(row[1]) {
            FlagRole::Server => flag.server = Some(accepted),
            FlagRole::Agent => flag.agent = Some(accepted),
            FlagRole::Both => {
                flag.server = Some(accepted.clone());
                flag.agent = Some(accepted);
            }
        }
        flag.default = flag.default.or((row[5] != "-").then_some(row[5]));
        flag.hidden = row[6] == "y";
        flag.aliases = list(row[7]);
        flag.env = list(row[8]);
    }
    flags
});

static ALIASES: LazyLock<BTreeMap<&str, &str>> = LazyLock::new(|| {
    let aliases = |flag: &'static Flag| flag.aliases.iter().map(|alias| (*alias, flag.key));
    FLAGS.values().flat_map(aliases).collect()
});

static DROPPED: LazyLock<BTreeMap<&str, Dropped>> = LazyLock::new(|| {
    let twins = rows(include_str!("tables/k3s_twins.tsv")).map(|row| (row[0], (row[1], row[2])));
    let twins: BTreeMap<&str, (&str, &str)> = twins.collect();
    let mut dropped: BTreeMap<&str, Dropped> = BTreeMap::new();
    for row in rows(include_str!("tables/dropped_flags.tsv")) {
        let (instead, forced) = twins[row[0]];
        let flag = Dropped {
            key: row[0],
            role: role(row[1]),
            dropped: accepted(row[2], row[3]),
            instead,
            forced: (forced != "-").then_some(forced),
        };
        // Two rows where the roles differ; one is enough to know it.
        dropped.entry(row[0]).or_insert(flag);
    }
    dropped
});

static DEPRECATED: LazyLock<Vec<Deprecated>> = LazyLock::new(|| {
    let deprecated = |row: Vec<&'static str>| Deprecated {
        key: row[0],
        role: role(row[1]),
        since: gate(row[2]),
        works: row[3] == "y",
        instead: row[4],
    };
    rows(include_str!("tables/deprecated_flags.tsv")).map(deprecated).collect()
});

static PLAIN: LazyLock<Vec<Plain>> = LazyLock::new(|| {
    let plain = |row: Vec<&'static str>| Plain {
        key: row[0],
        name_only: row[1] == "name",
        what: row[2],
        fatal: row[3] == "error",
    };
    rows(include_str!("tables/plain_keys.tsv")).map(plain).collect()
});

/// By key, without a `+` at its end, or by alias.
pub fn flag(key: &str) -> Option<&'static Flag> {
    FLAGS.get(key).or_else(|| FLAGS.get(ALIASES.get(key)?))
}

/// `None` if a value may hold any character, or it isn't known.
pub fn plain(key: &str) -> Option<&'static Plain> {
    PLAIN.iter().find(|plain| plain.key == key)
}

/// Whether a key, an alias or a variable sets what is never shown.
pub fn is_secret(name: &str) -> bool {
    let names = |flag: &Flag| flag.key == name || flag.env.contains(&name);
    all().any(|flag| flag.secret && (names(flag) || flag.aliases.contains(&name)))
}

/// Sorted by key.
pub fn all() -> impl Iterator<Item = &'static Flag> {
    FLAGS.values()
}

/// A flag that K3s has and RKE2 drops, at some release or at all.
pub fn dropped(key: &str) -> Option<&'static Dropped> {
    DROPPED.get(key)
}

/// If the command of that very role calls the flag deprecated.
pub fn deprecated(key: &str, role: FlagRole, releases: &Releases) -> Option<&'static Deprecated> {
    let mut rows = DEPRECATED.iter().filter(|flag| flag.key == key && flag.role == role);
    rows.find(|flag| releases.answer(&flag.since) == Answer::Yes)
}

/// A flag of K3s that no release of RKE2 takes.
pub fn k3s_only(key: &str) -> bool {
    dropped(key).is_some() && !FLAGS.contains_key(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_and_their_aliases() {
        let flag = |key| flag(key).expect(key);
        let newest = Releases::parse("v1.36").expect("v1.36 is in the table");
        let older = Releases::parse("v1.35").expect("v1.35 is in the table");
        assert!(flag("cni").role() == FlagRole::Server && flag("cni").kind == Kind::List);
        assert_eq!(flag("cni").splits(&newest), Answer::Yes);
        assert_eq!(flag("kubelet-arg").splits(&newest), Answer::No);
        assert_eq!(flag("ingress-controller").splits(&older), Answer::Yes);
        assert_eq!(flag("ingress-controller").splits(&newest), Answer::No);
        assert_eq!(flag("i").key, "node-ip");
        assert_eq!(flag("bind-address").role(), FlagRole::Both);
        assert!(!flag("token").specific && flag("token").secret);
        assert!(k3s_only("flannel-backend") && !k3s_only("cni"));
        assert!(!k3s_only("datastore-endpoint") && dropped("datastore-endpoint").is_some());
        assert!(all().count() > 120);
    }

    #[test]
    fn roles_get_a_flag_at_different_releases() {
        let flag = flag("bind-address").expect("it is in the table");
        let releases = Releases::parse("v1.26.15+rke2r1").expect("it is in the table");
        assert_eq!(flag.answer(FlagRole::Server, &releases), Answer::Yes);
        assert_eq!(flag.answer(FlagRole::Agent, &releases), Answer::No);
        assert_eq!(flag.answer(FlagRole::Both, &releases), Answer::Yes);
    }

    #[test]
    fn plain_keys_are_keys() {
        assert!(PLAIN.iter().all(|plain| flag(plain.key).is_some_and(|flag| !flag.secret)));
    }

    #[test]
    fn every_flag_has_a_row_in_both_tables() {
        let orphans = all().filter(|flag| flag.server.is_none() && flag.agent.is_none());
        assert_eq!(orphans.map(|flag| flag.key).collect::<Vec<_>>(), Vec::<&str>::new());
    }
}
