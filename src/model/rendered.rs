//! What Ansible's roles write into a machine's configuration.
//!
//! The nodes are those of the variables: nobody sees the file that a role makes.

use super::{
    File, Role,
    ansible::join,
    argument, group,
    setting::{Origin, Setting, Write},
    variables::{Scope, Target, Value},
};
use crate::{
    facts::{
        ansible::{self, For, Form, Variable},
        flags::{self, FlagRole},
    },
    text::Span,
    yaml::{Entry, Kind, Node, embed_yaml},
};
use std::{collections::BTreeMap, sync::Arc};

/// One machine of an inventory's, or several alike.
#[derive(Clone, Debug)]
pub(super) struct Rendered {
    /// The folder of its cluster.
    pub(super) root: String,
    /// Where most of it is said, and of whom.
    pub(super) path: String,
    pub(super) role: Option<Role>,
    /// Of each key that is set, in RKE2's order.
    pub(super) writes: BTreeMap<String, Vec<Write>>,
    /// Keys that are set to what nobody knows.
    pub(super) veiled: Vec<String>,
    /// Any key may be set.
    pub(super) open: bool,
    /// Whatever is written may be something else.
    pub(super) all_veiled: bool,
    /// The first key of it.
    pub(super) head: Option<Span>,
    /// Paths of manifests, from the folder of the playbook.
    pub(super) manifests: Vec<String>,
}

/// The machines of all inventories, plays and roles.
pub(super) fn machines(scopes: &[Scope<'_>]) -> Vec<Rendered> {
    let mut found = Vec::new();
    for scope in scopes {
        let targets = scope.targets();
        found.extend(targets.iter().filter_map(|target| Rendered::of(scope, target)));
    }
    found
}

/// What a role adds to a configuration that it makes of a mapping, as it runs.
///
/// Source: rancherfederal/rke2-ansible v1.0.0 `roles/rke2_common/tasks/config.yml`,
/// v2.0.0 `roles/rke2/tasks/config.yml` and `save_generated_token.yml`.
const ADDED: [&str; 10] = [
    "advertise-address",
    "bind-address",
    "cloud-provider-name",
    "node-external-ip",
    "node-ip",
    "node-label",
    "node-name",
    "node-taint",
    "server",
    "token",
];

impl Rendered {
    /// `None` if nothing is known of its configuration.
    fn of(scope: &Scope<'_>, target: &Target) -> Option<Rendered> {
        let values = scope.values(target);
        let role = said_role(&values).or(target.role);
        let mut machine = Rendered {
            root: root(&scope.base),
            path: String::new(),
            role,
            writes: BTreeMap::new(),
            veiled: Vec::new(),
            open: true,
            all_veiled: false,
            head: None,
            manifests: Vec::new(),
        };
        let fits = |variable: &Variable| match variable.machine {
            For::Both => true,
            For::Server => role != Some(Role::Agent),
            For::Agent => role == Some(Role::Agent),
        };
        let mut merged = Vec::new();
        let mut mappings = 0;
        let mut others = 0;
        // Mappings come last: what roles append to the rest.
        for of_many in [false, true] {
            for variable in ansible::variables().iter().filter(|variable| fits(variable)) {
                let Some(value) = values.get(variable.name) else { continue };
                if variable.key.is_none() != of_many {
                    continue;
                }
                let whole = matches!(variable.form, Form::Keys | Form::Merged);
                mappings += usize::from(whole);
                others +=
                    usize::from(!whole && (variable.key.is_some() || variable.form == Form::Lines));
                match value {
                    Value::Set(entry) if variable.form == Form::Merged => merged.push(entry),
                    Value::Set(entry) => machine.add(variable, entry),
                    Value::Unknown => machine.veil(variable),
                }
            }
        }
        merged.sort_by_key(|entry| level(entry));
        machine.merge(&merged);
        let first = machine.writes.values().flatten().map(|write| &write.key);
        let place = |key: &&Node| (key.tree().file().path.clone(), key.span());
        let head = first.min_by_key(place)?;
        let (path, head) = place(&head);
        machine.path = format!("{path} ({})", target.name);
        machine.head = Some(head);
        // A role that makes the file of a mapping takes nothing else for it.
        if mappings > 0 && others == 0 && !machine.all_veiled {
            machine.open = false;
            machine.veiled.extend(ADDED.map(str::to_owned));
        }
        let server_only =
            |key: &String| flags::flag(key).is_some_and(|flag| flag.role() == FlagRole::Server);
        if machine.role.is_none() && machine.writes.keys().any(server_only) {
            machine.role = Some(Role::Server);
        }
        Some(machine)
    }

    /// Paths of its manifests in the repository, each looked for from the folder
    /// of the inventory or of the playbook, and from those above it.
    pub(super) fn manifests(&self, files: &[Arc<File>]) -> Vec<String> {
        let mut found = Vec::new();
        let paths = files.iter().filter(|file| file.holds_objects()).map(|file| &file.source.path);
        let paths: Vec<&String> = paths.collect();
        for manifest in &self.manifests {
            let mut folder = group::parent(&self.path);
            loop {
                let at = join(folder, manifest);
                let here = |path: &&&String| **path == &at || group::parent(path) == at;
                let before = found.len();
                found.extend(paths.iter().filter(here).map(|path| (*path).clone()));
                if found.len() > before || folder.is_empty() {
                    break;
                }
                folder = group::parent(folder);
            }
        }
        found
    }

    /// Adds what it sets. Returns whether keys are hidden from us.
    pub(super) fn write_into(&self, settings: &mut BTreeMap<String, Setting>) -> bool {
        for (key, writes) in &self.writes {
            settings.entry(key.clone()).or_default().writes.extend(writes.iter().cloned());
        }
        for key in &self.veiled {
            settings.entry(key.clone()).or_default().veiled = true;
        }
        if self.all_veiled {
            settings.values_mut().for_each(|setting| setting.veiled = true);
        }
        self.open || self.all_veiled
    }

    fn veil(&mut self, variable: &Variable) {
        match (variable.key, variable.form) {
            (Some(key), _) => self.veiled.push(key.to_owned()),
            (None, Form::Lines | Form::Keys | Form::Merged) => self.all_veiled = true,
            (None, _) => {}
        }
    }

    fn add(&mut self, variable: &Variable, entry: &Entry) {
        let value = &entry.value;
        match (variable.key, variable.form) {
            (Some(key), form) => match is_set(form, value) {
                Some(true) => self.write(key, entry.key.clone(), value.clone()),
                Some(false) => {}
                None => self.veiled.push(key.to_owned()),
            },
            (None, Form::Lines) => self.add_lines(value),
            (None, Form::Keys) => self.add_keys(value),
            (None, Form::Manifests) => self.manifests.extend(paths(value)),
            (None, _) => {}
        }
    }

    /// A mapping of RKE2's keys, or the name of a template that makes them.
    fn add_keys(&mut self, value: &Node) {
        if value.is_unknown() || value.kind() == Kind::Seq {
            self.all_veiled = true;
        }
        for entry in value.entries() {
            let key = argument::key(&entry.key).filter(|(_, append)| !append);
            match key.filter(|_| !entry.is_merge()) {
                Some((name, _)) => self.write(&name, entry.key, entry.value),
                None => self.all_veiled = true,
            }
        }
    }

    fn add_lines(&mut self, value: &Node) {
        let lines: Vec<Node> = match value.kind() {
            Kind::Seq => value.items().collect(),
            Kind::Scalar | Kind::Map => vec![value.clone()],
        };
        for line in lines {
            match line.kind() {
                Kind::Map if !line.is_unknown() => self.add_keys(&line),
                Kind::Scalar => {
                    let Some(tree) = embed_yaml(&line) else { continue };
                    if tree.is_open() || !tree.errors.is_empty() {
                        self.all_veiled = true;
                    }
                    tree.docs().for_each(|doc| self.add_keys(&doc));
                }
                Kind::Map | Kind::Seq => self.all_veiled = true,
            }
        }
    }

    /// The last of several for a key counts: YAML keeps it.
    fn write(&mut self, key: &str, node: Node, value: Node) {
        let name = flags::flag(key).map_or(key, |flag| flag.key);
        let write = Write { key: node, value, append: false, origin: Origin::File };
        self.writes.insert(name.to_owned(), vec![write]);
    }

    /// Mappings from the widest level to the narrowest: a list goes in front of
    /// that of the level before, without what is in both.
    ///
    /// Source: ansible/ansible `lib/ansible/utils/vars.py`, `merge_hash`, with
    /// `list_merge='prepend_rp'`.
    fn merge(&mut self, levels: &[&Entry]) {
        for level in levels {
            if level.value.is_unknown() || level.value.kind() != Kind::Map {
                self.all_veiled |= !level.value.is_null();
                continue;
            }
            for entry in level.value.entries() {
                let Some((name, false)) = argument::key(&entry.key).filter(|_| !entry.is_merge())
                else {
                    self.all_veiled = true;
                    continue;
                };
                let name = flags::flag(&name).map_or(name.as_str(), |flag| flag.key).to_owned();
                let below = self.writes.remove(&name).unwrap_or_default();
                self.write(&name, entry.key, entry.value.clone());
                let lists = below.iter().all(|write| write.value.kind() == Kind::Seq);
                if entry.value.kind() == Kind::Seq && lists {
                    self.append_new(&name, &entry.value, below);
                }
            }
        }
    }

    fn append_new(&mut self, name: &str, upper: &Node, below: Vec<Write>) {
        let texts =
            |list: &Node| list.items().map(|item| argument::text(&item)).collect::<Vec<_>>();
        let own = texts(upper);
        for write in below {
            let others = texts(&write.value);
            let twice = others.iter().filter(|text| text.is_none() || own.contains(text)).count();
            if twice == others.len() && !others.contains(&None) {
                continue;
            }
            // A list that is taken apart has no node of its own.
            if twice > 0 {
                self.veiled.push(name.to_owned());
            }
            if let Some(writes) = self.writes.get_mut(name) {
                writes.push(Write { append: true, ..write });
            }
        }
    }
}

/// The variables of rancherfederal's role in the order in which it merges them.
fn level(entry: &Entry) -> usize {
    const LEVELS: [&str; 3] = ["cluster_rke2_config", "group_rke2_config", "host_rke2_config"];
    let name = entry.key.as_str().unwrap_or("");
    LEVELS.iter().position(|level| *level == name).unwrap_or(LEVELS.len())
}

fn said_role(values: &BTreeMap<&'static str, Value>) -> Option<Role> {
    match values.get("rke2_type")? {
        Value::Set(entry) => match entry.value.as_str()? {
            "server" => Some(Role::Server),
            "agent" => Some(Role::Agent),
            _ => None,
        },
        Value::Unknown => None,
    }
}

/// Whether a variable comes to its key. `None` if nobody knows.
fn is_set(form: Form, value: &Node) -> Option<bool> {
    if value.is_null() {
        return None;
    }
    match form {
        Form::Switch => match value.as_str()?.to_ascii_lowercase().as_str() {
            "true" | "yes" | "on" | "1" | "y" | "t" => Some(true),
            _ => Some(false),
        },
        Form::UnlessEmpty => match value.kind() {
            Kind::Seq => Some(value.items().next().is_some()),
            Kind::Scalar => Some(!value.as_str()?.is_empty()),
            Kind::Map => None,
        },
        _ => match value.kind() {
            Kind::Map => None,
            Kind::Seq => Some(true),
            // A role's default that stands for nothing.
            Kind::Scalar => Some(!value.raw()?.is_empty()),
        },
    }
}

/// Paths in a list, in a string, or in an expression that puts them together.
fn paths(value: &Node) -> Vec<String> {
    let strings: Vec<Node> = match value.kind() {
        Kind::Seq => value.items().collect(),
        Kind::Scalar | Kind::Map => vec![value.clone()],
    };
    let mut found = Vec::new();
    for text in strings.iter().filter_map(Node::raw) {
        let bare = ["{{ playbook_dir }}/", "{{playbook_dir}}/", "{{ inventory_dir }}/"]
            .iter()
            .find_map(|start| text.strip_prefix(start))
            .unwrap_or(text);
        if !bare.contains("{{") {
            found.push(bare.to_owned());
            continue;
        }
        let quoted = bare.split('\'').skip(1).step_by(2);
        let is_manifest = |part: &&str| part.ends_with(".yaml") || part.ends_with(".yml");
        found.extend(quoted.filter(is_manifest).map(str::to_owned));
    }
    found
}

/// The folder of an inventory's cluster: that of the files beside it.
fn root(base: &str) -> String {
    group::root(&if base.is_empty() { "x".to_owned() } else { format!("{base}/x") })
}
