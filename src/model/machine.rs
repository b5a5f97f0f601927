//! A machine's configuration, with typed reads of what rules ask for.

use super::{
    go,
    net::{Address, Family, Range, families},
    setting::{Read, Setting, Word, Write},
};
use crate::{
    facts::{
        self, Answer, Releases, cni, defaults,
        flags::{self, FlagRole, Split},
    },
    text::Span,
    yaml::Node,
};
use std::{collections::BTreeMap, fmt};

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Role {
    Server,
    Agent,
    /// Nothing says which of the two reads the file.
    Unknown,
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Role::Server => "server",
            Role::Agent => "agent",
            Role::Unknown => "server or agent",
        })
    }
}

/// One `config.yaml` with its drop-ins and the units and variables of its
/// service: one machine, or several alike.
#[derive(Clone, Debug)]
pub struct Machine {
    /// The path of `config.yaml`, of its first drop-in, or of the first file of
    /// the service.
    pub path: String,
    pub role: Role,
    /// The first key of the configuration: the place of what isn't there.
    pub head: Span,
    pub settings: BTreeMap<String, Setting>,
    /// Keys may be set that can't be seen: a template, a broken line, a
    /// `config.yaml` that isn't in the repository.
    pub open: bool,
    /// Its path says that RKE2 reads it, a drop-in beside it, or the repository.
    pub placed: bool,
    pub releases: Releases,
    /// Paths of units, their drop-ins and files of variables.
    pub services: Vec<String>,
    /// Kinds of containers that its configuration was read through.
    pub containers: Vec<&'static str>,
    /// Flags on the command line that its command doesn't have, without dashes.
    pub refused: Vec<Refused>,
    /// Something says that it runs Windows.
    pub windows: bool,
}

/// A flag that makes RKE2 exit at start.
#[derive(Clone, Debug)]
pub struct Refused {
    pub name: String,
    pub span: Span,
}

/// RKE2's `cni`: the plugins, in order.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Cni {
    pub words: Vec<Word>,
}

impl Cni {
    /// The plugin that is meant to give pods their first interface: the one
    /// beside Multus, in whatever order.
    pub fn primary(&self) -> Option<&Word> {
        let is_multus = |word: &Word| word.text == cni::MULTUS;
        match self.words.as_slice() {
            [only] if !is_multus(only) => Some(only),
            [multus, other] | [other, multus] if is_multus(multus) && !is_multus(other) => {
                Some(other)
            }
            _ => None,
        }
    }

    /// Whether RKE2 takes their number and order, whatever their names.
    pub fn is_in_order(&self) -> bool {
        let multus: Vec<bool> = self.words.iter().map(|word| word.text == cni::MULTUS).collect();
        matches!(multus.as_slice(), [false] | [true, false])
    }

    pub fn multus(&self) -> Option<&Word> {
        self.words.iter().find(|word| word.text == cni::MULTUS)
    }

    pub fn names(&self) -> Vec<&str> {
        self.words.iter().map(|word| word.text.as_str()).collect()
    }
}

/// The plugin that a configuration selects.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Selected {
    pub name: String,
    /// `None` if nothing says so, and it is RKE2's default.
    pub span: Option<Span>,
}

impl Read<Cni> {
    /// `None` if it isn't known, or no plugin stands there.
    pub fn selected(&self) -> Option<Selected> {
        match self {
            Read::Set(found) => {
                let word = found.primary()?;
                Some(Selected { name: word.text.clone(), span: Some(word.span) })
            }
            Read::Default => Some(Selected { name: cni::default().to_owned(), span: None }),
            Read::Unknown => None,
        }
    }
}

/// The ranges and addresses of a server, with RKE2's defaults where it says
/// nothing. One plan for each family that the host may have, where only the
/// host decides.
#[derive(Clone, Debug)]
pub struct Plan {
    pub cluster: Vec<Range>,
    pub service: Vec<Range>,
}

impl Plan {
    /// The same families, and the same one first.
    ///
    /// Source: k3s-io/k3s `pkg/agent/run.go`, `validateNetworkConfiguration`.
    pub fn families_agree(&self) -> bool {
        let (pods, services) = (families(&self.cluster), families(&self.service));
        pods.first() == services.first() && (pods.len() > 1) == (services.len() > 1)
    }
}

impl Role {
    /// Whose flags the configuration is read with.
    pub fn flags(self) -> FlagRole {
        match self {
            Role::Server => FlagRole::Server,
            Role::Agent => FlagRole::Agent,
            Role::Unknown => FlagRole::Both,
        }
    }
}

impl Machine {
    pub fn is_server(&self) -> bool {
        self.role == Role::Server
    }

    /// Whether RKE2 takes a key from this configuration, or skips it.
    pub fn takes(&self, key: &str) -> Answer {
        let flag = flags::flag(key);
        flag.map_or(Answer::No, |flag| flag.answer(self.role.flags(), &self.releases))
    }

    /// `None` also if something unseen may set it.
    pub fn setting(&self, key: &str) -> Option<&Setting> {
        self.settings.get(key).filter(|setting| !setting.veiled)
    }

    /// The value that RKE2 uses of a key that takes one.
    pub fn last(&self, key: &str) -> Option<&Write> {
        self.setting(key)?.effective().last()
    }

    /// The arguments of a key; split on commas if RKE2 splits it.
    pub fn words(&self, key: &str) -> Read<Vec<Word>> {
        let Some(setting) = self.settings.get(key) else { return self.absent() };
        let flag = flags::flag(key);
        let read = match flag.map_or(Answer::No, |flag| flag.splits(&self.releases)) {
            Answer::Yes => setting.words(),
            Answer::No => setting.arguments(),
            Answer::Depends => match (setting.words(), setting.arguments()) {
                (words, arguments) if words == arguments => words,
                _ => Read::Unknown,
            },
        };
        match read {
            Read::Default => self.absent(),
            Read::Set(words) if flag.is_some_and(|flag| flag.split == Split::Trimmed) => {
                Read::Set(words.into_iter().map(Word::trimmed).collect())
            }
            read => read,
        }
    }

    fn absent<T>(&self) -> Read<T> {
        if self.open { Read::Unknown } else { Read::Default }
    }

    /// [`Read::Default`] means `canal`.
    pub fn cni(&self) -> Read<Cni> {
        self.words("cni").map(|words| Cni { words })
    }

    /// Unknown if one of them isn't a CIDR, which is for another rule to say.
    pub fn ranges(&self, key: &str) -> Read<Vec<Range>> {
        let words = match self.words(key) {
            Read::Set(words) => words,
            Read::Default => return Read::Default,
            Read::Unknown => return Read::Unknown,
        };
        let parsed: Option<Vec<Range>> =
            words.iter().map(|word| Range::parse(&word.text, Some(word.span))).collect();
        parsed.map_or(Read::Unknown, Read::Set)
    }

    pub fn addresses(&self, key: &str) -> Read<Vec<Address>> {
        let words = match self.words(key) {
            Read::Set(words) => words,
            Read::Default => return Read::Default,
            Read::Unknown => return Read::Unknown,
        };
        let parsed: Option<Vec<Address>> = words.iter().map(Address::parse).collect();
        parsed.map_or(Read::Unknown, Read::Set)
    }

    /// A boolean key. `None` if it isn't known.
    pub fn flag(&self, key: &str) -> Option<bool> {
        match self.words(key) {
            Read::Default => Some(false),
            Read::Set(words) => go::parse_bool(&words.last()?.text),
            Read::Unknown => None,
        }
    }

    /// Empty if a range isn't known. A rule reports what holds in all plans.
    pub fn plans(&self) -> Vec<Plan> {
        let hosts = match self.addresses("node-ip") {
            Read::Set(addresses) => self.default_families(&addresses),
            // The host has IPv4, as almost all do, or IPv6 only.
            Read::Default => vec![Family::V4, Family::V6],
            Read::Unknown => return Vec::new(),
        };
        let plan = |family: Family| {
            let or_default = |key: &str, v4: &str, v6: &str| match self.ranges(key) {
                Read::Set(ranges) => Some(ranges),
                Read::Default => {
                    let name = if family == Family::V4 { v4 } else { v6 };
                    Range::parse(defaults::default(name), None).map(|range| vec![range])
                }
                Read::Unknown => None,
            };
            Some(Plan {
                cluster: or_default("cluster-cidr", "cluster-cidr-v4", "cluster-cidr-v6")?,
                service: or_default("service-cidr", "service-cidr-v4", "service-cidr-v6")?,
            })
        };
        let plans: Option<Vec<Plan>> = hosts.into_iter().map(plan).collect();
        let mut plans = plans.unwrap_or_default();
        // What is written rules a host out that RKE2 would refuse to start on.
        if plans.iter().any(Plan::families_agree) {
            plans.retain(Plan::families_agree);
        }
        plans
    }

    /// Of the defaults of ranges, by the addresses of the machine.
    fn default_families(&self, addresses: &[Address]) -> Vec<Family> {
        let Some(first) = addresses.first().map(|address| Family::of(address.ip)) else {
            return Vec::new();
        };
        let any_v4 = addresses.iter().any(|address| Family::of(address.ip) == Family::V4);
        // Before IPv6 alone was possible, the defaults were IPv4's.
        if self.releases.answer(facts::gate("ipv6-only")) == Answer::No {
            return vec![Family::V4];
        }
        match self.releases.answer(facts::gate("first-node-ip-decides-family")) {
            _ if first == Family::V4 || !any_v4 => vec![first],
            Answer::Yes => vec![first],
            Answer::No => vec![Family::V4],
            Answer::Depends => vec![Family::V4, Family::V6],
        }
    }

    /// The value of one `name=value` argument of a `*-arg` key, such as
    /// `node-cidr-mask-size` of `kube-controller-manager-arg`, and where it is.
    pub fn component_arg(&self, key: &str, name: &str) -> Read<Word> {
        let words = match self.words(key) {
            Read::Set(words) => words,
            Read::Default => return Read::Default,
            Read::Unknown => return Read::Unknown,
        };
        let value = |word: &Word| {
            let text = word.text.trim_start_matches('-');
            let (found, value) = text.split_once('=')?;
            (found.trim_end_matches(['+', '-']) == name)
                .then(|| Word { text: value.to_owned(), ..word.clone() })
        };
        words.iter().rev().find_map(value).map_or(Read::Default, Read::Set)
    }

    /// The prefix length of a node's block, and where it is set. `None` if it
    /// isn't known.
    pub fn node_mask(&self, family: Family, dual: bool) -> Option<(u8, Option<Span>)> {
        const ARGS: &str = "kube-controller-manager-arg";
        let (key, default) = match family {
            Family::V4 => ("node-cidr-mask-size-ipv4", "node-mask-v4"),
            Family::V6 => ("node-cidr-mask-size-ipv6", "node-mask-v6"),
        };
        let own = match self.component_arg(ARGS, key) {
            Read::Default if !dual => self.component_arg(ARGS, "node-cidr-mask-size"),
            read => read,
        };
        match own {
            Read::Set(word) => Some((word.text.parse().ok()?, Some(word.span))),
            Read::Default => Some((defaults::number(default), None)),
            Read::Unknown => None,
        }
    }

    /// Where the configuration writes a key: for a label.
    pub fn key_span(&self, key: &str) -> Option<Span> {
        Some(self.last(key)?.key.span())
    }

    /// The node that the last write gives a key.
    pub fn value(&self, key: &str) -> Option<&Node> {
        Some(&self.last(key)?.value)
    }
}
