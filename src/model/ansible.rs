//! Ansible's variables, file by file: whose they are, and which of them come
//! to RKE2's configuration.
//!
//! What a machine gets of them is `variables`' to say.

use super::{
    group,
    inventory::{self, Inventory},
    path::{self, is_yaml},
    release::{self, Statement},
};
use crate::{
    facts::ansible,
    text::SourceFile,
    yaml::{Entry, Kind, Node, Tree},
};
use std::sync::Arc;

/// Variables that one place sets.
#[derive(Clone, Debug)]
pub(super) struct Layer {
    /// Of the file.
    pub(super) path: String,
    /// The folder of the inventory, of the playbook, or above the role's.
    pub(super) base: String,
    pub(super) of: Of,
    /// Those that roles make configuration of.
    pub(super) entries: Vec<Entry>,
    /// Others may be there that can't be seen.
    pub(super) open: bool,
}

/// Whose variables.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Of {
    /// The defaults of a role, by its folder.
    Defaults(String),
    /// `vars/main.yml` of a role.
    RoleVars(String),
    /// Of a group, beside the inventory's file or in it.
    Group {
        name: String,
        beside: bool,
    },
    Host {
        name: String,
        beside: bool,
    },
    /// Of a play, for the machines of its pattern.
    Play(String),
    /// What a play gives a role, or sets as it runs.
    Params(String),
    /// Of nobody, unless a play names the file.
    File,
}

/// Files of variables that a play reads.
#[derive(Clone, Debug)]
pub(super) struct Named {
    pub(super) base: String,
    pub(super) hosts: String,
    /// `None` if it isn't known.
    pub(super) path: Option<String>,
}

/// What a file has of Ansible's.
#[derive(Clone, Default, Debug)]
pub(super) struct Ansible {
    pub(super) layers: Vec<Layer>,
    pub(super) named: Vec<Named>,
    pub(super) inventory: Option<Inventory>,
    /// The release that an inventory in lines installs.
    pub(super) releases: Vec<Statement>,
    /// Variables that tasks of a play set: nobody can say to what.
    pub(super) set: Vec<(String, String)>,
}

impl Ansible {
    pub(super) fn of(source: &Arc<SourceFile>, tree: &Arc<Tree>) -> Ansible {
        let path = source.path.as_str();
        if !is_yaml(path) {
            let named = inventory::is_named_ini(path);
            let inventory = named.then(|| Inventory::of_lines(source)).flatten();
            let vars = inventory.iter().flat_map(|all| all.group_vars.iter().chain(&all.host_vars));
            let releases = vars.filter_map(|(_, entry)| release::of_variable(entry)).collect();
            return Ansible { releases, ..Ansible::of_inventory(path, inventory) };
        }
        let Some(doc) = tree.docs().next() else { return Ansible::default() };
        match doc.kind() {
            Kind::Map => match place(path) {
                Some((of, base)) => {
                    Ansible { layers: layer(path, base, of, &doc), ..Ansible::default() }
                }
                None => match inventory::in_tree(tree) {
                    Some(inventory) => Ansible::of_inventory(path, Some(inventory)),
                    None => {
                        let base = group::parent(path).to_owned();
                        let layers = layer(path, base, Of::File, &doc);
                        Ansible { layers, ..Ansible::default() }
                    }
                },
            },
            Kind::Seq => Ansible::of_playbook(path, &doc),
            Kind::Scalar => Ansible::default(),
        }
    }

    /// Whether somebody reads what it says.
    pub(super) fn is_of_interest(&self) -> bool {
        !self.layers.is_empty() || self.inventory.is_some() || !self.named.is_empty()
    }

    fn of_inventory(path: &str, inventory: Option<Inventory>) -> Ansible {
        let Some(mut inventory) = inventory else { return Ansible::default() };
        let base = group::parent(path);
        let mut layers: Vec<Layer> = Vec::new();
        let groups = std::mem::take(&mut inventory.group_vars)
            .into_iter()
            .map(|(name, entry)| (Of::Group { name, beside: false }, entry));
        let hosts = std::mem::take(&mut inventory.host_vars)
            .into_iter()
            .map(|(name, entry)| (Of::Host { name, beside: false }, entry));
        for (of, entry) in groups.chain(hosts).filter(|(_, entry)| is_known(entry)) {
            match layers.iter_mut().find(|layer| layer.of == of) {
                Some(layer) => layer.entries.push(entry),
                None => layers.push(Layer {
                    path: path.to_owned(),
                    base: base.to_owned(),
                    of,
                    open: is_broken(entry.key.tree()),
                    entries: vec![entry],
                }),
            }
        }
        Ansible { layers, inventory: Some(inventory), ..Ansible::default() }
    }

    fn of_playbook(path: &str, doc: &Node) -> Ansible {
        let mut ansible = Ansible::default();
        for play in doc.items().filter(|item| item.get("hosts").found().is_some()) {
            ansible.add_play(path, &play);
        }
        ansible
    }

    fn add_play(&mut self, path: &str, play: &Node) {
        let base = base_of_playbook(path);
        let part = |part: &str| play.get(part).found().map(|entry| entry.value);
        let hosts = part("hosts").and_then(|node| pattern(&node)).unwrap_or_default();
        let vars =
            part("vars").map(|vars| layer(path, base.clone(), Of::Play(hosts.clone()), &vars));
        let vars = vars.unwrap_or_default();
        let mut installs = !vars.is_empty();
        self.layers.extend(vars);
        for role in part("roles").iter().flat_map(|roles| roles.items().collect::<Vec<_>>()) {
            let name = role.as_str().map(str::to_owned);
            let name = name.or_else(|| role.text_at(&["role"])).or_else(|| role.text_at(&["name"]));
            installs |= name.is_some_and(|name| name.contains("rke2"));
            let of = || Of::Params(hosts.clone());
            self.layers.extend(layer(path, base.clone(), of(), &role));
            if let Some(vars) = role.get("vars").found() {
                self.layers.extend(layer(path, base.clone(), of(), &vars.value));
            }
        }
        for tasks in ["pre_tasks", "tasks", "post_tasks"].into_iter().filter_map(part) {
            self.add_set(&tasks, &base, 6);
        }
        let files = part("vars_files").filter(|_| installs);
        for file in files.iter().flat_map(|files| files.items().collect::<Vec<_>>()) {
            let named = file.as_str().map(|name| join(group::parent(path), name));
            self.named.push(Named { base: base.clone(), hosts: hosts.clone(), path: named });
        }
    }

    /// `set_fact`, and `vars` of tasks.
    fn add_set(&mut self, tasks: &Node, base: &str, depth: usize) {
        const SETS: [&str; 3] = ["set_fact", "ansible.builtin.set_fact", "vars"];
        const BLOCKS: [&str; 3] = ["block", "rescue", "always"];
        for task in tasks.items().filter(|_| depth > 0) {
            for entry in task.entries() {
                match entry.key.as_str() {
                    Some(name) if SETS.contains(&name) => {
                        let known = entry.value.entries().filter(is_known);
                        let names = known.filter_map(|entry| Some(entry.key.as_str()?.to_owned()));
                        self.set.extend(names.map(|name| (base.to_owned(), name)));
                    }
                    Some(name) if BLOCKS.contains(&name) => {
                        self.add_set(&entry.value, base, depth - 1);
                    }
                    _ => {}
                }
            }
        }
    }
}

/// A variable of a role's.
fn is_known(entry: &Entry) -> bool {
    entry.key.as_str().is_some_and(|name| ansible::variable(name).is_some())
}

fn layer(path: &str, base: String, of: Of, vars: &Node) -> Vec<Layer> {
    let entries: Vec<Entry> = vars.entries().filter(is_known).collect();
    let open = is_broken(vars.tree()) || vars.entries().any(|entry| entry.is_merge());
    let any = !entries.is_empty();
    any.then(|| Layer { path: path.to_owned(), base, of, entries, open }).into_iter().collect()
}

/// Ansible fills in what YAML has read: a line that is but a placeholder is
/// part of a string, and hides no variable.
fn is_broken(tree: &Tree) -> bool {
    !tree.errors.is_empty()
}

/// A pattern of machines: words with commas between them.
fn pattern(node: &Node) -> Option<String> {
    match node.kind() {
        Kind::Seq => {
            let items: Option<Vec<String>> =
                node.items().map(|item| Some(item.as_str()?.to_owned())).collect();
            Some(items?.join(","))
        }
        Kind::Scalar => node.as_str().map(str::to_owned),
        Kind::Map => None,
    }
}

/// Whose variables a file holds by its path, and the folder that they are of.
fn place(path: &str) -> Option<(Of, String)> {
    let parts: Vec<&str> = path.split('/').collect();
    let folders = &parts[..parts.len() - 1];
    let stem = |at: usize| parts[at].rsplit_once('.').map_or(parts[at], |(stem, _)| stem);
    let above = |at: usize| parts[..at].join("/");
    if let Some(at) = folders.iter().rposition(|part| *part == "group_vars") {
        let name = if at + 2 == parts.len() { stem(at + 1) } else { parts[at + 1] };
        return Some((Of::Group { name: name.to_owned(), beside: true }, above(at)));
    }
    if let Some(at) = folders.iter().rposition(|part| *part == "host_vars") {
        let name = if at + 2 == parts.len() { stem(at + 1) } else { parts[at + 1] };
        return Some((Of::Host { name: name.to_owned(), beside: true }, above(at)));
    }
    let at = folders.iter().rposition(|part| ["defaults", "vars"].contains(part))?;
    let main = parts.get(at + 1).is_some_and(|_| stem(at + 1) == "main");
    let in_roles = at > 1 && parts[at - 2] == "roles";
    let of = match parts[at] {
        "defaults" if main => Of::Defaults(above(at)),
        "vars" if main && in_roles => Of::RoleVars(above(at)),
        _ => return None,
    };
    let base = if in_roles { above(at - 2) } else { above(at) };
    Some((of, strip_playbooks(&base).to_owned()))
}

/// The folder of what a playbook is for.
fn base_of_playbook(path: &str) -> String {
    strip_playbooks(group::parent(path)).to_owned()
}

fn strip_playbooks(folder: &str) -> &str {
    const PLAYBOOKS: [&str; 3] = ["playbooks", "playbook", "plays"];
    if PLAYBOOKS.contains(&path::name(folder)) { group::parent(folder) } else { folder }
}

/// A path of Ansible's from a folder on.
pub(super) fn join(folder: &str, path: &str) -> String {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// Paths in a list, in a string, or in an expression that puts them together.
pub(super) fn paths(value: &Node) -> Vec<String> {
    let mut found = Vec::new();
    for text in strings(value).iter().filter_map(Node::raw).map(below_folder) {
        if !text.contains("{{") {
            found.extend((!text.is_empty()).then(|| text.to_owned()));
            continue;
        }
        let quoted = text.split('\'').skip(1).step_by(2);
        let is_manifest = |part: &&str| part.ends_with(".yaml") || part.ends_with(".yml");
        found.extend(quoted.filter(is_manifest).map(str::to_owned));
    }
    found
}

/// Some of the paths hang on what nobody knows.
pub(super) fn is_computed(value: &Node) -> bool {
    strings(value).iter().filter_map(Node::raw).any(|text| below_folder(text).contains("{{"))
}

fn strings(value: &Node) -> Vec<Node> {
    match value.kind() {
        Kind::Seq => value.items().collect(),
        Kind::Scalar | Kind::Map => vec![value.clone()],
    }
}

/// The part below the folder of the playbook or of the inventory.
fn below_folder(text: &str) -> &str {
    const FOLDERS: [&str; 3] = ["{{ playbook_dir }}/", "{{playbook_dir}}/", "{{ inventory_dir }}/"];
    FOLDERS.iter().find_map(|folder| text.strip_prefix(folder)).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{text::FileId, yaml};

    fn read(path: &str, text: &str) -> Ansible {
        let file = Arc::new(SourceFile::new(FileId(0), path, text));
        let tree = yaml::parse(&file);
        Ansible::of(&file, &tree)
    }

    #[track_caller]
    fn check(path: &str, of: Of, base: &str) {
        let ansible = read(path, "rke2_cni: canal\nother: 1\n");
        let [layer] = ansible.layers.as_slice() else { panic!("{path}: {ansible:?}") };
        assert_eq!((&layer.of, layer.base.as_str()), (&of, base), "{path}");
        assert_eq!(layer.entries.len(), 1, "{path}");
    }

    fn group(name: &str) -> Of {
        Of::Group { name: name.to_owned(), beside: true }
    }

    #[test]
    fn paths_say_whose_variables_they_are() {
        check("group_vars/all.yml", group("all"), "");
        check("inventories/prod/group_vars/masters/rke2.yml", group("masters"), "inventories/prod");
        let host = Of::Host { name: "s1.example.com".to_owned(), beside: true };
        check("inventory/host_vars/s1.example.com.yaml", host, "inventory");
        check("a/roles/rke2/defaults/main.yml", Of::Defaults("a/roles/rke2".to_owned()), "a");
        check("defaults/main.yml", Of::Defaults(String::new()), "");
        check("roles/rke2/vars/main.yml", Of::RoleVars("roles/rke2".to_owned()), "");
        check("vars/rke2.yml", Of::File, "vars");
    }

    #[test]
    fn plays() {
        let text = "\
- hosts: [masters, workers]
  vars: {rke2_cni: calico, x: 1}
  vars_files: [../vars/rke2.yml, '{{ env }}.yml']
  roles:
    - role: lablabs.rke2
      rke2_disable: [rke2-canal]
  tasks:
    - block:
        - set_fact: {rke2_cluster_cidr: [10.0.0.0/8]}
- hosts: db
  vars_files: [secret.yml]
";
        let ansible = read("ops/playbooks/site.yml", text);
        let of: Vec<&Of> = ansible.layers.iter().map(|layer| &layer.of).collect();
        let hosts = "masters,workers".to_owned();
        assert_eq!(of, [&Of::Play(hosts.clone()), &Of::Params(hosts)]);
        assert!(ansible.layers.iter().all(|layer| layer.base == "ops"));
        let named: Vec<Option<&str>> =
            ansible.named.iter().map(|named| named.path.as_deref()).collect();
        assert_eq!(named, [Some("ops/vars/rke2.yml"), None]);
        assert_eq!(ansible.set, [("ops".to_owned(), "rke2_cluster_cidr".to_owned())]);
    }

    #[test]
    fn paths_of_manifests() {
        let text = "\
a: ['{{ playbook_dir }}/files/a.yaml', b.yaml]
b: \"{{ [playbook_dir + '/../c.yaml'] + (['d.yaml'] if gpu else []) }}\"
c: \"\"
";
        let file = Arc::new(SourceFile::new(FileId(0), "a.yml", text));
        let doc = yaml::parse(&file).docs().next().expect("a document");
        let of = |key: &str| doc.get(key).found().expect("it is there").value;
        assert_eq!(paths(&of("a")), ["files/a.yaml", "b.yaml"]);
        assert_eq!(paths(&of("b")), ["/../c.yaml", "d.yaml"]);
        assert!(paths(&of("c")).is_empty());
        assert!(is_computed(&of("b")) && !is_computed(&of("a")));
        assert_eq!(join("ops/playbooks", "/../c.yaml"), "ops/c.yaml");
    }

    #[test]
    fn what_is_none_of_ansibles() {
        assert!(!read("config.yaml", "cni: canal\n").is_of_interest());
        assert!(!read("a.yaml", "- cni: canal\n").is_of_interest());
    }
}
