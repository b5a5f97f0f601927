//! What a repository says of the operating system of machines: the kernel of
//! a node, and its `/etc/hosts`.

use super::{Object, group, install::ADDRESS, unit};
use crate::{
    facts::kernels::Kernel,
    text::{SourceFile, Span},
    yaml::{Entry, Lookup, Sourced},
};
use std::net::IpAddr;

/// The kernel of a node, from a Node object.
#[derive(Clone, Debug)]
pub struct NodeKernel {
    pub kernel: Kernel,
    pub text: String,
    pub span: Span,
}

/// Where Kubernetes and Node Feature Discovery write it.
const PATHS: [&[&str]; 2] = [
    &["status", "nodeInfo", "kernelVersion"],
    &["metadata", "labels", "feature.node.kubernetes.io/kernel-version.full"],
];

/// Kernels of enterprise distributions carry what is newer than their number.
const PATCHED: [&str; 3] = [".el", "amzn", ".uek"];

pub(super) fn kernel_in_object(object: &Object) -> Option<NodeKernel> {
    if object.kind != "Node" {
        return None;
    }
    let found = |path: &&[&str]| match object.node.at(path) {
        Lookup::Found(entry) => Some(entry),
        Lookup::Absent | Lookup::Unknown => None,
    };
    let Entry { value, .. } = PATHS.iter().find_map(found)?;
    let text = value.as_str().filter(|text| PATCHED.iter().all(|mark| !text.contains(mark)))?;
    let kernel = Kernel::parse(text)?;
    Some(NodeKernel { kernel, text: text.to_owned(), span: value.span() })
}

/// An `/etc/hosts` in a machine's root folder.
#[derive(Clone, Debug)]
pub struct Hosts {
    /// The folder that stands for `/`.
    pub root: String,
    /// Each address of `localhost`, with its line's place.
    pub localhost: Vec<(IpAddr, Span)>,
}

/// The name of the file, by which `engine` finds it.
pub fn is_hosts(path: &str) -> bool {
    path == "etc/hosts" || path.ends_with("/etc/hosts")
}

impl Hosts {
    pub(super) fn of(source: &SourceFile, path: &str, text: &Sourced) -> Option<Hosts> {
        if !is_hosts(path) {
            return None;
        }
        let root = group::parent(group::parent(path)).to_owned();
        let mut localhost = Vec::new();
        let mut start = 0;
        for line in text.text.split_inclusive('\n') {
            let code = line.split('#').next().unwrap_or("").trim_end();
            let mut words = code.split_whitespace();
            let address = words.next().and_then(|word| word.parse().ok());
            if let Some(address) = address
                && words.any(|word| word == "localhost")
            {
                localhost.push((address, text.slice(start, start + code.len()).span(source)));
            }
            start += line.len();
        }
        Some(Hosts { root, localhost })
    }

    /// Whether a file belongs to the same machine.
    pub fn shares_root(&self, path: &str) -> bool {
        let start = if self.root.is_empty() { String::new() } else { format!("{}/", self.root) };
        path.strip_prefix(&start).is_some_and(|rest| rest.starts_with("etc/rancher/rke2/"))
    }
}

const MANAGERS: [&str; 7] = ["apt", "apt-get", "dnf", "microdnf", "tdnf", "yum", "zypper"];
const REMOVE: [&str; 5] = ["autoremove", "erase", "purge", "remove", "rm"];
const INSTALL: [&str; 2] = ["in", "install"];

/// The word in a script that installs RKE2, if the script leaves the machine
/// without iptables.
pub(super) fn removes_iptables(source: &SourceFile) -> Option<Span> {
    if ![ADDRESS, "INSTALL_RKE2_"].iter().any(|mark| source.text.contains(mark)) {
        return None;
    }
    let mut removed = None;
    for (start, line) in unit::lines(&source.text) {
        let code = line.split('#').next().unwrap_or("");
        for command in code.split([';', '|', '&']) {
            let words: Vec<&str> = command.split_whitespace().collect();
            let does = |verbs: &[&str]| {
                let manager = words.iter().position(|word| MANAGERS.contains(word));
                manager.is_some_and(|at| words[at..].iter().any(|word| verbs.contains(word)))
            };
            if does(&INSTALL) && words.iter().any(|word| word.contains("tables")) {
                return None;
            }
            if let Some(word) = words.iter().find(|word| **word == "iptables")
                && does(&REMOVE)
            {
                let at = start + offset(line, word);
                removed = removed.or(Some(Span::new(source.id, at, at + word.len())));
            }
        }
    }
    removed
}

/// Of a part of a text in it, in bytes.
fn offset(text: &str, part: &str) -> usize {
    part.as_ptr() as usize - text.as_ptr() as usize
}
