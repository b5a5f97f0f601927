//! Ansible's inventories: which machines there are, and in which groups.
//!
//! Source: ansible/ansible `lib/ansible/plugins/inventory/yaml.py`, `ini.py`
//! and `lib/ansible/inventory/group.py`, 2.18.

use super::group;
use crate::{
    text::SourceFile,
    yaml::{Entry, Kind, Node, Sourced, SourcedValue, Tree, sourced_mapping},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// The group of all machines.
pub(super) const ALL: &str = "all";

/// What one file says.
#[derive(Clone, Default, Debug)]
pub(super) struct Inventory {
    pub(super) groups: BTreeMap<String, Members>,
    /// Variables of groups, in the order of the file.
    pub(super) group_vars: Vec<(String, Entry)>,
    pub(super) host_vars: Vec<(String, Entry)>,
}

/// What a group holds.
#[derive(Clone, Default, Debug)]
pub(super) struct Members {
    pub(super) hosts: BTreeSet<String>,
    pub(super) children: BTreeSet<String>,
}

/// Whether a file may be one by its name: its words need not be RKE2's.
pub fn is_named(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let stem = name.strip_suffix(".yml").or_else(|| name.strip_suffix(".yaml"));
    matches!(stem, Some("hosts" | "inventory")) && !group::is_placed(path)
}

/// The same of one that isn't YAML.
pub fn is_named_ini(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let bare = ["hosts", "inventory"].contains(&name) && !path.ends_with("etc/hosts");
    bare || ["hosts.ini", "inventory.ini"].contains(&name)
}

impl Inventory {
    /// `None` if a document is something else: each key is a group with
    /// nothing but hosts, children and variables.
    pub(super) fn of_document(doc: &Node) -> Option<Inventory> {
        let is_group = |entry: &Entry| {
            const PARTS: [&str; 3] = ["hosts", "children", "vars"];
            let part = |part: Entry| part.key.as_str().is_some_and(|key| PARTS.contains(&key));
            match entry.value.kind() {
                Kind::Map => entry.value.entries().all(part),
                Kind::Scalar => entry.value.is_null(),
                Kind::Seq => false,
            }
        };
        let has = |part: &'static str| {
            move |entry: Entry| {
                let found = entry.value.get(part).found();
                found.is_some_and(|found| found.value.kind() == Kind::Map)
            }
        };
        let members = doc.entries().any(has("hosts")) || doc.entries().any(has("children"));
        if !members || !doc.entries().all(|entry| is_group(&entry)) {
            return None;
        }
        let mut inventory = Inventory::default();
        inventory.add_groups(doc, 16);
        Some(inventory)
    }

    fn add_groups(&mut self, groups: &Node, depth: usize) {
        for entry in groups.entries().filter(|_| depth > 0) {
            let Some(name) = entry.key.as_str() else { continue };
            self.groups.entry(name.to_owned()).or_default();
            let part = |part: &str| entry.value.get(part).found().map(|entry| entry.value);
            if let Some(vars) = part("vars") {
                self.group_vars.extend(vars.entries().map(|entry| (name.to_owned(), entry)));
            }
            for host in part("hosts").iter().flat_map(|hosts| hosts.entries().collect::<Vec<_>>()) {
                let Some(host_name) = host.key.as_str() else { continue };
                let vars = host.value.entries();
                self.host_vars.extend(vars.map(|entry| (host_name.to_owned(), entry)));
                self.members(name).hosts.insert(host_name.to_owned());
            }
            if let Some(children) = part("children") {
                let names = children.entries().filter_map(|entry| Some(entry.key.as_str()?.into()));
                let names: Vec<String> = names.collect();
                self.members(name).children.extend(names);
                self.add_groups(&children, depth - 1);
            }
        }
    }

    fn members(&mut self, group: &str) -> &mut Members {
        self.groups.entry(group.to_owned()).or_default()
    }

    /// `None` if the text names no group.
    pub(super) fn of_lines(file: &Arc<SourceFile>) -> Option<Inventory> {
        let mut inventory = Inventory::default();
        let mut section = String::new();
        let mut start = 0;
        for line in file.text.split_inclusive('\n') {
            let text = line.trim();
            let at = start + line.len() - line.trim_start().len();
            start += line.len();
            if text.is_empty() || text.starts_with(['#', ';']) {
                continue;
            }
            if let Some(name) = text.strip_prefix('[') {
                name.split(']').next().unwrap_or("").clone_into(&mut section);
                if !section.contains(':') {
                    inventory.members(&section);
                }
                continue;
            }
            match section.split_once(':') {
                Some((group, "children")) => {
                    let child = text.split_whitespace().next().unwrap_or("").to_owned();
                    inventory.members(group).children.insert(child);
                }
                Some((group, "vars")) => {
                    let entry = assignment(file, text, at);
                    inventory.group_vars.extend(entry.map(|entry| (group.to_owned(), entry)));
                }
                Some(_) => {}
                None => inventory.add_host(file, &section, text, at),
            }
        }
        (!inventory.groups.is_empty()).then_some(inventory)
    }

    fn add_host(&mut self, file: &Arc<SourceFile>, group: &str, text: &str, at: usize) {
        let text = text.split(" #").next().unwrap_or(text);
        let mut words = text.split_whitespace();
        let Some(name) = words.next() else { return };
        let mut offset = name.len();
        for word in words {
            offset += text[offset..].find(word).unwrap_or(0);
            let entry = assignment(file, word, at + offset);
            self.host_vars.extend(entry.map(|entry| (name.to_owned(), entry)));
            offset += word.len();
        }
        let group = if group.is_empty() { ALL } else { group };
        self.members(group).hosts.insert(name.to_owned());
    }

    /// Hosts with the groups that they are in, each with how far it is below
    /// `all`.
    pub(super) fn hosts(&self) -> BTreeMap<String, BTreeMap<String, usize>> {
        let depths = self.depths();
        let mut found: BTreeMap<String, BTreeMap<String, usize>> = BTreeMap::new();
        for group in self.groups.keys() {
            for host in self.hosts_below(group) {
                let depth = depths.get(group.as_str()).copied().unwrap_or(1);
                found.entry(host.to_owned()).or_default().insert(group.clone(), depth);
            }
        }
        found
    }

    /// The longest way down from `all`.
    fn depths(&self) -> BTreeMap<&str, usize> {
        let mut depths: BTreeMap<&str, usize> =
            self.groups.keys().map(|group| (group.as_str(), usize::from(group != ALL))).collect();
        // A ring of groups is an error of Ansible's, and ends here all the same.
        for _ in 0..self.groups.len() {
            for (group, members) in &self.groups {
                let depth = depths.get(group.as_str()).copied().unwrap_or(1);
                for child in &members.children {
                    let below = depths.entry(child).or_insert(1);
                    *below = (*below).max((depth + 1).min(self.groups.len()));
                }
            }
        }
        depths
    }

    fn hosts_below(&self, group: &str) -> BTreeSet<&str> {
        let mut groups = vec![group];
        let mut seen = BTreeSet::new();
        let mut hosts = BTreeSet::new();
        while let Some(group) = groups.pop() {
            let Some(members) = self.groups.get(group).filter(|_| seen.insert(group)) else {
                continue;
            };
            hosts.extend(members.hosts.iter().map(String::as_str));
            groups.extend(members.children.iter().map(String::as_str));
        }
        hosts
    }
}

/// `name=value`; a list or a mapping of Python's isn't read.
fn assignment(file: &Arc<SourceFile>, text: &str, at: usize) -> Option<Entry> {
    let (name, value) = text.split_once('=')?;
    let (key, bare) = (name.trim(), value.trim());
    let from = at + name.len() + 1 + (value.len() - value.trim_start().len());
    let quoted = [('"', '"'), ('\'', '\'')]
        .iter()
        .any(|(open, close)| bare.len() > 1 && bare.starts_with(*open) && bare.ends_with(*close));
    let inner = if quoted { &bare[1..bare.len() - 1] } else { bare };
    let written = Sourced::verbatim(inner, from + usize::from(quoted));
    let known = !bare.starts_with(['[', '{']);
    let value = if known { SourcedValue::One(written) } else { SourcedValue::Unknown(written) };
    let root = sourced_mapping(file, &[(Sourced::verbatim(key, at), value)])?;
    root.entries().next()
}

/// The inventory in a tree, if its first document is one.
pub(super) fn in_tree(tree: &Arc<Tree>) -> Option<Inventory> {
    let doc = tree.docs().next()?;
    Inventory::of_document(&doc)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{text::FileId, yaml};

    fn file(text: &str) -> Arc<SourceFile> {
        Arc::new(SourceFile::new(FileId(0), "hosts", text))
    }

    #[track_caller]
    fn check(inventory: &Inventory, expected: &[(&str, &[(&str, usize)])]) {
        let hosts = inventory.hosts();
        let found: Vec<(&str, Vec<(&str, usize)>)> = hosts
            .iter()
            .map(|(host, groups)| {
                let groups = groups.iter().map(|(group, depth)| (group.as_str(), *depth));
                (host.as_str(), groups.collect())
            })
            .collect();
        let expected: Vec<(&str, Vec<(&str, usize)>)> =
            expected.iter().map(|(host, groups)| (*host, groups.to_vec())).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn groups_in_yaml() {
        let text = "\
all:
  vars: {a: 1}
  children:
    rke2_cluster:
      children:
        rke2_servers:
          hosts:
            s1: {rke2_type: server}
            s2:
        rke2_agents:
          hosts: {a1: }
";
        let inventory = in_tree(&yaml::parse(&file(text))).expect("it is one");
        let server: &[(&str, usize)] = &[("all", 0), ("rke2_cluster", 1), ("rke2_servers", 2)];
        let agent: &[(&str, usize)] = &[("all", 0), ("rke2_agents", 2), ("rke2_cluster", 1)];
        check(&inventory, &[("a1", agent), ("s1", server), ("s2", server)]);
        assert_eq!(inventory.group_vars[0].0, "all");
        assert_eq!(inventory.host_vars[0].0, "s1");
    }

    #[test]
    fn what_is_no_inventory() {
        for text in ["server: x\ncni: canal\n", "hosts: {a: 1}\nb: [1]\n", "- hosts: all\n", ""] {
            assert!(in_tree(&yaml::parse(&file(text))).is_none(), "{text}");
        }
    }

    #[test]
    fn groups_in_lines() {
        let text = "\
# comment
lone
[masters]
m1 ansible_host=10.0.0.1 rke2_type=server # first
[workers]
w1
[k8s_cluster:children]
masters
workers
[k8s_cluster:vars]
rke2_cni = 'calico'
";
        let file = file(text);
        let inventory = Inventory::of_lines(&file).expect("it is one");
        check(
            &inventory,
            &[
                ("lone", &[("all", 0)]),
                ("m1", &[("k8s_cluster", 1), ("masters", 2)]),
                ("w1", &[("k8s_cluster", 1), ("workers", 2)]),
            ],
        );
        let (group, entry) = &inventory.group_vars[0];
        assert_eq!((group.as_str(), entry.value.as_str()), ("k8s_cluster", Some("calico")));
        assert_eq!(file.slice(entry.value.span()), "calico");
        let (_, last) = inventory.host_vars.last().expect("two of them");
        assert_eq!(file.slice(last.key.span()), "rke2_type");
    }
}
