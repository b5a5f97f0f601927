//! What a machine gets of Ansible's variables: the layers that hold for it,
//! and of each variable the one that wins.
//!
//! Variables from the command line, facts and what roles compute can't be
//! seen; a variable that one of them is known to set is unknown.
//!
//! Source: ansible/ansible `lib/ansible/vars/manager.py`, `get_vars`, and
//! `lib/ansible/inventory/helpers.py`, `sort_groups`, 2.18; its documentation,
//! "Understanding variable precedence".

use super::{
    File, Role,
    ansible::{Layer, Named, Of},
    group, host,
    inventory::{ALL, Inventory},
};
use crate::{
    facts::ansible::{self, For},
    yaml::{Entry, Kind},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// What one playbook run would see: the layers of one inventory.
pub(super) struct Scope<'a> {
    /// Its folder, or that of the role or the playbook alone.
    pub(super) base: String,
    /// With the folder above the inventory, for those beside a playbook.
    layers: Vec<(&'a Layer, bool)>,
    graph: Option<BTreeMap<String, BTreeMap<String, usize>>>,
    /// Variables that plays set to what nobody knows.
    set: BTreeSet<&'a str>,
    /// Plays read files that aren't here: what is below them is unknown.
    unseen: bool,
}

/// Machines that the same layers hold for.
#[derive(Clone, Debug)]
pub(super) struct Target {
    /// A host's name, or a group's.
    pub(super) name: String,
    host: bool,
    /// With how deep they lie.
    groups: BTreeMap<String, usize>,
    /// It is in no other group.
    complete: bool,
    pub(super) role: Option<Role>,
}

/// The value of a variable.
#[derive(Clone, Debug)]
pub(super) enum Value {
    /// Said of servers and agents alike, or of these machines.
    Set {
        entry: Entry,
        wide: bool,
    },
    Unknown,
}

/// Whether a layer holds for a machine.
enum Holds {
    /// How deep its group lies.
    Yes(usize),
    No,
    Maybe,
}

/// Of a role.
pub(super) const DEFAULTS: &str = "defaults";

/// Folders of what is no cluster of the inventories above it.
const ASIDE: [&str; 7] = ["docs", "example", "examples", "molecule", "sample", "samples", "tests"];

/// All that the files have, apart by what one run would see.
pub(super) fn scopes(files: &[Arc<File>]) -> Vec<Scope<'_>> {
    let layers: Vec<&Layer> = files.iter().flat_map(|file| &file.ansible.layers).collect();
    let has_file = |base: &str| {
        let here = |file: &&Arc<File>| group::parent(&file.source.path) == base;
        files.iter().filter(here).any(|file| file.ansible.inventory.is_some())
    };
    let of_inventory = |layer: &&&Layer| matches!(layer.of, Of::Group { .. } | Of::Host { .. });
    let bases: BTreeSet<&str> =
        layers.iter().filter(of_inventory).map(|layer| layer.base.as_str()).collect();
    // A folder of variables above inventories is a playbook's.
    let above = |base: &str| {
        let below = |other: &&str| *other != base && is_for(base, other);
        !has_file(base) && bases.iter().any(below)
    };
    let own: Vec<&str> = bases.iter().copied().filter(|base| !above(base)).collect();
    let mut found: Vec<Scope<'_>> = own
        .iter()
        .map(|base| Scope::of(base, &layers, files, |other| above(other) && is_for(other, base)))
        .collect();
    let plays: BTreeSet<&str> = layers
        .iter()
        .filter(|layer| matches!(layer.of, Of::Play(_) | Of::Params(_)))
        .map(|layer| layer.base.as_str())
        .collect();
    for base in plays.iter().filter(|base| !own.iter().any(|own| is_for(base, own))) {
        found.push(Scope::of(base, &layers, files, |_| false));
    }
    for layer in &layers {
        let Of::Defaults(folder) = &layer.of else { continue };
        let used = found
            .iter()
            .any(|scope| scope.layers.iter().any(|(other, _)| std::ptr::eq(*other, *layer)));
        if !used && !found.iter().any(|scope| scope.base == *folder) {
            let layers: Vec<&Layer> =
                layers.iter().copied().filter(|other| other.is_of(folder)).collect();
            found.push(Scope::alone(folder, layers));
        }
    }
    found
}

/// Whether what lies at `base` is for an inventory at `inventory`.
fn is_for(base: &str, inventory: &str) -> bool {
    let below = || inventory[base.len()..].split('/').any(|part| ASIDE.contains(&part));
    group::is_within(inventory, base) && !below()
}

impl Layer {
    /// It is of the role in a folder.
    fn is_of(&self, role: &str) -> bool {
        matches!(&self.of, Of::Defaults(folder) | Of::RoleVars(folder) if folder == role)
    }
}

impl<'a> Scope<'a> {
    fn of(
        base: &str,
        layers: &[&'a Layer],
        files: &'a [Arc<File>],
        is_playbooks: impl Fn(&str) -> bool,
    ) -> Scope<'a> {
        let fits = |layer: &&Layer| match &layer.of {
            Of::Group { .. } | Of::Host { .. } => layer.base == base || is_playbooks(&layer.base),
            Of::Defaults(folder) | Of::RoleVars(folder) => {
                is_for(&layer.base, base) && folder != &layer.base
            }
            Of::Play(_) | Of::Params(_) => is_for(&layer.base, base),
            Of::File => false,
        };
        let own = layers.iter().copied().filter(fits);
        let mut scope = Scope {
            base: base.to_owned(),
            layers: own.map(|layer| (layer, layer.base != base)).collect(),
            graph: graph(base, files),
            set: BTreeSet::new(),
            unseen: false,
        };
        for file in files {
            let set = file.ansible.set.iter().filter(|(at, _)| is_for(at, base));
            scope.set.extend(set.map(|(_, name)| name.as_str()));
            for named in file.ansible.named.iter().filter(|named| is_for(&named.base, base)) {
                scope.add_named(named, files);
            }
        }
        scope
    }

    fn alone(folder: &str, layers: Vec<&'a Layer>) -> Scope<'a> {
        Scope {
            base: folder.to_owned(),
            layers: layers.into_iter().map(|layer| (layer, false)).collect(),
            graph: None,
            set: BTreeSet::new(),
            unseen: false,
        }
    }

    /// What a file sets for a play goes before almost all; it is not read with
    /// its pattern, so it is for all machines or makes values unknown.
    fn add_named(&mut self, named: &Named, files: &'a [Arc<File>]) {
        let file = files.iter().find(|file| Some(&file.source.path) == named.path.as_ref());
        let all = ["all", "*"].contains(&named.hosts.as_str());
        let loose = |layers: &&Vec<Layer>| layers.iter().all(|layer| layer.of == Of::File);
        let layers = file.map(|file| &file.ansible.layers).filter(|_| all).filter(loose);
        let Some(layers) = layers else {
            self.unseen = true;
            return;
        };
        self.layers.extend(layers.iter().map(|layer| (layer, false)));
    }

    /// The folder of its cluster: that of the files beside an inventory. What a
    /// role would do by itself is nobody's cluster, so its defaults are alone.
    pub(super) fn root(&self) -> String {
        let is_defaults = |layer: &Layer| matches!(layer.of, Of::Defaults(_) | Of::RoleVars(_));
        let alone = self.layers.iter().all(|(layer, _)| is_defaults(layer));
        match (alone, self.base.as_str()) {
            (true, "") => DEFAULTS.to_owned(),
            (true, base) => format!("{base}/{DEFAULTS}"),
            (false, "") => String::new(),
            (false, base) => group::root(&format!("{base}/x")),
        }
    }

    /// The machines, each once with those that the same holds for.
    pub(super) fn targets(&self) -> Vec<Target> {
        let mut targets = match &self.graph {
            Some(graph) => {
                let hosts = graph.iter().map(|(name, groups)| self.host(name, groups));
                hosts.collect()
            }
            None => self.groups(),
        };
        // Beside RKE2's own machines, others are somebody else's.
        if self.graph.is_some() && targets.iter().any(|target| target.role.is_some()) {
            targets.retain(|target| target.role.is_some());
        }
        let mut seen: Vec<(Vec<*const Layer>, Option<Role>)> = Vec::new();
        targets.retain(|target| {
            let layers = self.layers.iter().map(|(layer, _)| *layer);
            let held = layers.filter(|layer| !matches!(self.holds(layer, target), Holds::No));
            let key = (held.map(std::ptr::from_ref).collect(), target.role);
            let new = !seen.contains(&key);
            seen.extend(new.then_some(key));
            new
        });
        targets
    }

    fn host(&self, name: &str, groups: &BTreeMap<String, usize>) -> Target {
        let mut roles = groups.keys().filter_map(|group| self.role_of(group));
        let role = roles.next().filter(|first| roles.all(|role| role == *first));
        Target { name: name.to_owned(), host: true, groups: groups.clone(), complete: true, role }
    }

    /// Without an inventory: the groups and hosts that have variables.
    fn groups(&self) -> Vec<Target> {
        let group = |layer: &Layer| match &layer.of {
            Of::Group { name, .. } => Some(name.clone()),
            _ => None,
        };
        let names: BTreeSet<String> =
            self.layers.iter().filter_map(|(layer, _)| group(layer)).collect();
        let target = |name: String, role: Option<Role>| Target {
            groups: BTreeMap::from([(name.clone(), 2)]),
            name,
            host: false,
            complete: false,
            role,
        };
        let mut found = vec![target("servers".to_owned(), Some(Role::Server))];
        for name in &names {
            let of_all = name == ALL || self.is_of_all(name);
            match self.role_of(name) {
                Some(role) => {
                    // One of several groups of servers holds for some of them.
                    found.retain(|target| target.name != "servers" || role != Role::Server);
                    found.push(target(name.clone(), Some(role)));
                }
                None if of_all => {}
                None => found.push(target(name.clone(), None)),
            }
        }
        let hosts: BTreeSet<&String> = self
            .layers
            .iter()
            .filter_map(|(layer, _)| match &layer.of {
                Of::Host { name, .. } => Some(name),
                _ => None,
            })
            .collect();
        found.extend(hosts.into_iter().map(|name| Target {
            name: name.clone(),
            host: true,
            groups: BTreeMap::new(),
            complete: false,
            role: host::role_in_path(name),
        }));
        found
    }

    /// What the machines of a group are.
    fn role_of(&self, group: &str) -> Option<Role> {
        let named = |machine: For| {
            let mut names = ansible::variables().iter().filter(|variable| {
                variable.form == ansible::Form::Group && variable.machine == machine
            });
            names.any(|variable| self.says(variable.name, group))
        };
        let by_name = || match ansible::group(group) {
            Some(For::Server) => Some(Role::Server),
            Some(For::Agent) => Some(Role::Agent),
            Some(For::Both) => None,
            None => host::role_in_path(group),
        };
        match (named(For::Server), named(For::Agent), named(For::Both)) {
            (true, false, false) => Some(Role::Server),
            (false, true, false) => Some(Role::Agent),
            (false, false, false) => by_name(),
            _ => None,
        }
    }

    fn is_of_all(&self, group: &str) -> bool {
        ansible::group(group) == Some(For::Both) || self.says("rke2_cluster_group_name", group)
    }

    /// It is for servers and agents alike.
    fn is_wide(&self, layer: &Layer) -> bool {
        match &layer.of {
            Of::Group { name, .. } => name == ALL || self.role_of(name).is_none(),
            Of::Host { .. } => false,
            _ => true,
        }
    }

    fn says(&self, variable: &str, value: &str) -> bool {
        let mut entries = self.layers.iter().flat_map(|(layer, _)| &layer.entries);
        entries.any(|entry| {
            entry.key.as_str() == Some(variable) && entry.value.as_str() == Some(value)
        })
    }

    fn holds(&self, layer: &Layer, target: &Target) -> Holds {
        match &layer.of {
            Of::Defaults(_) | Of::RoleVars(_) | Of::File => Holds::Yes(0),
            Of::Group { name, .. } => self.holds_for_group(name, target),
            Of::Host { name, .. } if target.host && *name == target.name => Holds::Yes(0),
            Of::Host { .. } => Holds::No,
            Of::Play(pattern) | Of::Params(pattern) => self.holds_for(pattern, target),
        }
    }

    fn holds_for_group(&self, name: &str, target: &Target) -> Holds {
        let other = |role: Role| target.role.is_some_and(|own| own != role);
        match target.groups.get(name) {
            _ if name == ALL => Holds::Yes(0),
            Some(depth) => Holds::Yes(*depth),
            None if target.complete => Holds::No,
            None if self.is_of_all(name) => Holds::Yes(1),
            None if self.role_of(name).is_some_and(other) => Holds::No,
            None => Holds::Maybe,
        }
    }

    fn holds_for(&self, pattern: &str, target: &Target) -> Holds {
        if pattern == "*" {
            return Holds::Yes(0);
        }
        let plain = |c: char| c.is_alphanumeric() || "_-.".contains(c);
        let mut maybe = false;
        for word in pattern.split([',', ':']) {
            if target.host && word == target.name {
                return Holds::Yes(0);
            }
            match self.holds_for_group(word.trim(), target) {
                Holds::Yes(_) => return Holds::Yes(0),
                Holds::Maybe => maybe = true,
                Holds::No => maybe |= word.is_empty() || !word.trim().chars().all(plain),
            }
        }
        if maybe { Holds::Maybe } else { Holds::No }
    }

    /// The variables of a machine that something sets.
    pub(super) fn values(&self, target: &Target) -> BTreeMap<&'static str, Value> {
        let mut held: Vec<(Order<'a>, &'a Layer, bool)> = Vec::new();
        for (layer, beside_playbook) in &self.layers {
            let sure = match self.holds(layer, target) {
                Holds::Yes(depth) => Some((depth, true)),
                Holds::Maybe => Some((usize::MAX, false)),
                Holds::No => None,
            };
            held.extend(sure.map(|(depth, sure)| {
                (Order::of(layer, *beside_playbook, depth, target.complete), *layer, sure)
            }));
        }
        held.sort_by(|(a, ..), (b, ..)| a.cmp(b));
        let mut found = BTreeMap::new();
        for variable in ansible::variables() {
            let value = self.value(variable.name, &held);
            found.extend(value.map(|value| (variable.name, value)));
        }
        found
    }

    fn value(&self, name: &str, held: &[(Order<'a>, &'a Layer, bool)]) -> Option<Value> {
        let mut found: Option<(Value, &Order<'a>)> = None;
        for (order, layer, sure) in held {
            let mut entries = layer.entries.iter().rev();
            let entry = entries.find(|entry| entry.key.as_str() == Some(name));
            let next = match entry {
                None if layer.open => Some(Value::Unknown),
                None => None,
                Some(entry) => {
                    let other = found.as_ref().filter(|(value, _)| !value.is(entry));
                    // Layers of one rank: nobody knows which of them comes last.
                    let tie = other.is_some_and(|(_, before)| *before == order);
                    let doubtful = !sure && (other.is_some() || found.is_none());
                    let known = !tie && !doubtful;
                    Some(if known {
                        Value::Set { entry: entry.clone(), wide: self.is_wide(layer) }
                    } else {
                        Value::Unknown
                    })
                }
            };
            found = next.map(|value| (value, order)).or(found);
        }
        let unknown = self.unseen || self.set.contains(name);
        found.map(|(value, _)| if unknown { Value::Unknown } else { value })
    }
}

impl Value {
    pub(super) fn is_mapping(&self) -> bool {
        matches!(self, Value::Set { entry, .. } if entry.value.kind() == Kind::Map)
    }

    /// The same text, or the same unknown.
    fn is(&self, other: &Entry) -> bool {
        let Value::Set { entry, .. } = self else { return false };
        format!("{:?}", entry.value) == format!("{:?}", other.value) && !other.value.is_unknown()
    }
}

/// In which order layers are laid on each other: those of one order are in
/// conflict if they differ.
#[derive(PartialEq, Eq, PartialOrd, Ord, Debug)]
struct Order<'a> {
    rank: u8,
    depth: usize,
    /// Of the group, if all groups are known; then that of the file in its folder.
    name: &'a str,
    file: &'a str,
}

impl<'a> Order<'a> {
    fn of(layer: &'a Layer, beside_playbook: bool, depth: usize, complete: bool) -> Order<'a> {
        let beside = |beside: bool, file: u8, folder: u8| match (beside, beside_playbook) {
            (false, _) => file,
            (true, false) => folder,
            (true, true) => folder + 1,
        };
        let rank = match &layer.of {
            Of::Defaults(_) => 0,
            Of::Group { name, beside: folder } if name == ALL => beside(*folder, 1, 2),
            Of::Group { beside: folder, .. } => beside(*folder, 1, 4),
            Of::Host { beside: folder, .. } => beside(*folder, 6, 7),
            Of::Play(_) => 9,
            Of::File => 10,
            Of::RoleVars(_) => 11,
            Of::Params(_) => 12,
        };
        let name = match &layer.of {
            Of::Group { name, .. } if complete => name.as_str(),
            _ => "",
        };
        let of_one = matches!(layer.of, Of::Group { .. } | Of::Host { .. });
        Order { rank, depth, name, file: if of_one { &layer.path } else { "" } }
    }
}

/// The machines of the only inventory file of a folder.
fn graph(base: &str, files: &[Arc<File>]) -> Option<BTreeMap<String, BTreeMap<String, usize>>> {
    let here = files.iter().filter(|file| group::parent(&file.source.path) == base);
    let mut inventories = here.filter_map(|file| file.ansible.inventory.as_ref());
    let only = inventories.next().filter(|_| inventories.next().is_none());
    only.map(Inventory::hosts).filter(|hosts| !hosts.is_empty())
}
