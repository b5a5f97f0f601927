//! Which server joins which: what makes two files two servers of one cluster,
//! and not two drafts of one.
//!
//! A server with `server:` joins, one without starts a cluster. Two are paired
//! if the address in `server:` is the other's, if `.rke2lint.yaml` says so, or
//! if their paths differ only in what tells machines apart.

use super::{Cluster, Machine, Read, Role, Word, group, net::parse_ip};
use crate::text::Span;

/// The value of `server:`, as Go reads it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct JoinUrl {
    pub text: String,
    pub span: Span,
    /// Lower case; empty if there is none.
    pub scheme: String,
    /// Without brackets.
    pub host: String,
    pub port: Option<u16>,
}

impl JoinUrl {
    fn of(word: &Word) -> JoinUrl {
        let text = word.text.as_str();
        let (scheme, rest) = text.split_once("://").unwrap_or(("", text));
        let authority = rest.split(['/', '?', '#']).next().unwrap_or("");
        let authority = authority.rsplit('@').next().unwrap_or("");
        let (host, port) = match authority.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
            Some((host, port)) => (host, port.strip_prefix(':')),
            None => match authority.rsplit_once(':') {
                Some((host, port)) if !host.contains(':') => (host, Some(port)),
                _ => (authority, None),
            },
        };
        JoinUrl {
            text: word.text.clone(),
            span: word.span,
            scheme: scheme.to_ascii_lowercase(),
            host: host.to_ascii_lowercase(),
            port: port.and_then(|port| port.parse().ok()),
        }
    }

    pub fn is_loopback(&self) -> bool {
        let ip = parse_ip(&self.host);
        self.host == "localhost" || ip.is_some_and(|ip| ip.is_loopback())
    }
}

/// A server that joins, and the one whose values it has to share.
#[derive(Clone, Debug)]
pub struct Join<'a> {
    pub joiner: &'a Machine,
    pub first: &'a Machine,
    /// Why the two may be no pair, for a note.
    pub doubt: Option<&'static str>,
}

const BY_PATH: &str = "by their paths and `server:`, these are two servers of one cluster";

impl Machine {
    /// Unknown too if it is empty, which is as good as none.
    pub fn join_url(&self) -> Read<JoinUrl> {
        match self.words("server") {
            Read::Set(words) => match words.last().filter(|word| !word.text.is_empty()) {
                Some(word) => Read::Set(JoinUrl::of(word)),
                None => Read::Unknown,
            },
            Read::Default => Read::Default,
            Read::Unknown => Read::Unknown,
        }
    }

    /// The address that lets it in. `None` if it isn't known, or for a server
    /// whose data is elsewhere, which asks nobody.
    pub fn asks(&self) -> Option<JoinUrl> {
        self.join_url().set().filter(|_| !self.is_server() || self.has_etcd())
    }

    /// Whether a folder is one of this machine's and of no other's.
    pub fn owns(&self, folder: &str, other: &Machine) -> bool {
        let (own, others) = (group::host(&self.path), group::host(&other.path));
        let apart = !group::is_within(own, others) && !group::is_within(others, own);
        apart && group::is_within(folder, own)
    }

    /// Its data is in etcd, which RKE2 runs itself.
    pub fn has_etcd(&self) -> bool {
        self.words("datastore-endpoint") == Read::Default
    }

    /// The names and addresses that its configuration gives it.
    pub fn is_called(&self, host: &str) -> bool {
        let ip = parse_ip(host);
        ["node-ip", "node-external-ip", "advertise-address", "node-name"].iter().any(|key| {
            let words = self.words(key).set().unwrap_or_default();
            words.iter().any(|word| match ip {
                Some(ip) => parse_ip(&word.text) == Some(ip),
                None => word.text.eq_ignore_ascii_case(host),
            })
        })
    }

    /// Two known tokens that aren't the same one are those of two clusters.
    fn has_other_token(&self, other: &Machine) -> bool {
        let token = |machine: &Machine| {
            let words = machine.words("token").set()?;
            Some(words.last()?.text.clone())
        };
        let (Some(own), Some(other)) = (token(self), token(other)) else { return false };
        // The long form of a token holds the short one.
        own != other && !own.ends_with(&format!(":{other}")) && !other.ends_with(&format!(":{own}"))
    }
}

impl Cluster {
    /// Machines that may have started the cluster: nothing says that they join.
    pub fn founders(&self) -> impl Iterator<Item = &Machine> {
        let founds =
            |machine: &&Machine| machine.role != Role::Agent && machine.setting("server").is_none();
        self.machines.iter().filter(founds)
    }

    /// Sorted by the path of the one that joins.
    pub fn joins(&self) -> Vec<Join<'_>> {
        let joiners = self.servers().filter(|machine| machine.setting("server").is_some());
        joiners.filter_map(|joiner| self.join_of(joiner)).collect()
    }

    fn join_of<'a>(&'a self, joiner: &'a Machine) -> Option<Join<'a>> {
        let Read::Set(url) = joiner.join_url() else { return None };
        let founders: Vec<&Machine> = self.founders().collect();
        let named = founders.iter().find(|founder| founder.is_called(&url.host));
        let first = match (named, founders.as_slice()) {
            (Some(named), _) => named,
            (None, [only]) => only,
            (None, _) => return None,
        };
        let sure = named.is_some() || self.declared;
        let known = first.is_server() && joiner.has_etcd() && first.has_etcd();
        if !known || joiner.has_other_token(first) || !(sure || are_twins(joiner, first)) {
            return None;
        }
        Some(Join { joiner, first, doubt: (!sure).then_some(BY_PATH) })
    }

    /// The servers that start a cluster though another of theirs does; empty
    /// if one of them may not, or if they may be clusters of their own.
    pub fn rivals(&self) -> Vec<&Machine> {
        let founders: Vec<&Machine> = self.founders().collect();
        let known = founders
            .iter()
            .all(|founder| founder.is_server() && !founder.open && founder.has_etcd());
        let Some((first, others)) = founders.split_first().filter(|_| known) else {
            return Vec::new();
        };
        let joined = self.servers().any(|machine| machine.setting("server").is_some());
        let one_cluster = |other: &&&Machine| {
            let token = first.words("token").set();
            let texts =
                |words: Vec<Word>| words.into_iter().map(|word| word.text).collect::<Vec<_>>();
            let same = token.map(texts).is_some_and(|own| {
                other.words("token").set().map(texts).is_some_and(|other| own == other)
            });
            !first.has_other_token(other)
                && (self.declared || are_twins(first, other) && (same || joined))
        };
        if others.iter().all(|other| one_cluster(&other)) { others.to_vec() } else { Vec::new() }
    }
}

/// Their paths differ only in what tells machines of one cluster apart.
fn are_twins(a: &Machine, b: &Machine) -> bool {
    group::are_twins(&a.path, &b.path)
}
