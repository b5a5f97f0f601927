//! What Ansible's roles write into a machine's configuration.
//!
//! The nodes are those of the variables: nobody sees the file that a role makes.

use super::{
    File, Role,
    ansible::{is_computed, join, paths},
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
    /// There may be others.
    pub(super) unseen: bool,
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

/// What a role adds to a configuration that it makes of a mapping, as it runs,
/// and up to which of its versions.
///
/// Source: rancherfederal/rke2-ansible v1.0.0 `roles/rke2_common/tasks/config.yml`,
/// v2.0.0 `roles/rke2/tasks/config.yml` and `save_generated_token.yml`.
const ADDED: [(&str, u8); 10] = [
    ("advertise-address", 1),
    ("bind-address", 1),
    ("cloud-provider-name", 1),
    ("node-external-ip", 1),
    ("node-ip", 1),
    ("node-label", 1),
    ("node-name", 1),
    ("node-taint", 1),
    ("server", 2),
    ("token", 2),
];

impl Rendered {
    /// `None` if nothing is known of its configuration.
    fn of(scope: &Scope<'_>, target: &Target) -> Option<Rendered> {
        let values = scope.values(target);
        let role = said_role(&values).or(target.role);
        let mut machine = Rendered {
            root: scope.root(),
            path: String::new(),
            role,
            writes: BTreeMap::new(),
            veiled: Vec::new(),
            open: true,
            all_veiled: false,
            head: None,
            manifests: Vec::new(),
            unseen: false,
        };
        let fits = |variable: &Variable| match variable.machine {
            For::Both => true,
            For::Server => role != Some(Role::Agent),
            For::Agent => role == Some(Role::Agent),
        };
        let fitting: Vec<&Variable> =
            ansible::variables().iter().filter(|variable| fits(variable)).collect();
        let mut merged = Vec::new();
        // Mappings come last: what roles append to the rest.
        for of_many in [false, true] {
            for variable in fitting.iter().filter(|variable| variable.key.is_none() == of_many) {
                match values.get(variable.name) {
                    Some(Value::Set { entry, wide }) if variable.form == Form::Merged => {
                        merged.push((entry, *wide));
                    }
                    Some(Value::Set { entry, wide }) => machine.add(variable, entry, *wide),
                    Some(Value::Unknown) => machine.veil(variable),
                    None => {}
                }
            }
        }
        merged.sort_by_key(|(entry, _)| level(entry));
        machine.merge(&merged);
        let first = machine.writes.values().flatten().map(|write| &write.key);
        let place = |key: &&Node| (key.tree().file().path.clone(), key.span());
        let head = first.min_by_key(place)?;
        let (path, head) = place(&head);
        let name = target.name.replace(['/', ':'], ".");
        machine.path = format!("{path}:{name}:/etc/rancher/rke2/config.yaml");
        machine.head = Some(head);
        let sets = |variable: &&&Variable| {
            let sets = variable.key.is_some() || variable.form == Form::Lines;
            (sets || is_whole(variable)) && values.contains_key(variable.name)
        };
        // A role that makes the file of a mapping takes nothing else for it.
        let makes = |variable: &&Variable| {
            is_whole(variable) && values.get(variable.name).is_none_or(Value::is_mapping)
        };
        if fitting.iter().filter(sets).all(makes) && !machine.all_veiled {
            machine.open = false;
            let old = values.contains_key("rke2_config");
            let added = ADDED.iter().filter(|(_, since)| old || *since > 1);
            machine.veiled.extend(added.map(|(key, _)| (*key).to_owned()));
        }
        let server_only =
            |key: &String| flags::flag(key).is_some_and(|flag| flag.role() == FlagRole::Server);
        if machine.role.is_none() && machine.writes.keys().any(server_only) {
            machine.role = Some(Role::Server);
        }
        Some(machine)
    }

    /// Paths of its manifests in the repository, each looked for from the folder
    /// of the inventory or of the playbook, and from those above it; and whether
    /// there are others.
    pub(super) fn manifests(&self, files: &[Arc<File>]) -> (Vec<String>, bool) {
        let holding = files.iter().filter(|file| file.holds_objects());
        let paths: Vec<&String> = holding.map(|file| &file.path).collect();
        let mut found = Vec::new();
        let mut unseen = self.unseen;
        for manifest in &self.manifests {
            let above = std::iter::successors(Some(group::parent(&self.path)), |folder| {
                (!folder.is_empty()).then(|| group::parent(folder))
            });
            let here = |folder: &str| {
                let at = join(folder, manifest);
                let fits = paths.iter().filter(|path| **path == &at || group::parent(path) == at);
                fits.map(|path| (*path).clone()).collect::<Vec<_>>()
            };
            let first = above.map(here).find(|paths| !paths.is_empty());
            unseen |= first.is_none();
            found.extend(first.unwrap_or_default());
        }
        (found, unseen)
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
            (None, Form::Manifests) => self.unseen = true,
            (None, Form::Lines | Form::Keys | Form::Merged) => self.all_veiled = true,
            (None, _) => {}
        }
    }

    fn add(&mut self, variable: &Variable, entry: &Entry, wide: bool) {
        let value = &entry.value;
        match (variable.key, variable.form) {
            (Some(key), form) => match is_set(form, value) {
                Some(true) => self.write(key, entry.key.clone(), value.clone()),
                Some(false) => {}
                None => self.veiled.push(key.to_owned()),
            },
            (None, Form::Lines) => self.add_lines(value, wide),
            (None, Form::Keys) => self.add_keys(value, wide),
            (None, Form::Manifests) => {
                self.unseen |= is_computed(value);
                self.manifests.extend(paths(value));
            }
            (None, _) => {}
        }
    }

    /// A mapping of RKE2's keys, or the name of a template that makes them.
    fn add_keys(&mut self, value: &Node, wide: bool) {
        if value.is_unknown() || value.kind() == Kind::Seq {
            self.all_veiled = true;
        }
        for entry in value.entries() {
            let key = argument::key(&entry.key).filter(|(_, append)| !append);
            match key.filter(|_| !entry.is_merge()) {
                Some((name, _)) if self.skips(&name, wide) => {}
                Some((name, _)) => self.write(&name, entry.key, entry.value),
                None => self.all_veiled = true,
            }
        }
    }

    fn add_lines(&mut self, value: &Node, wide: bool) {
        let lines: Vec<Node> = match value.kind() {
            Kind::Seq => value.items().collect(),
            Kind::Scalar | Kind::Map => vec![value.clone()],
        };
        for line in lines {
            match line.kind() {
                Kind::Map if !line.is_unknown() => self.add_keys(&line, wide),
                Kind::Scalar => {
                    let Some(tree) = embed_yaml(&line) else { continue };
                    if tree.is_open() || !tree.errors.is_empty() {
                        self.all_veiled = true;
                    }
                    tree.docs().for_each(|doc| self.add_keys(&doc, wide));
                }
                Kind::Map | Kind::Seq => self.all_veiled = true,
            }
        }
    }

    /// An agent passes over what is said of servers too, and for them.
    fn skips(&self, key: &str, wide: bool) -> bool {
        let no_key = flags::flag(key).is_none_or(|flag| flag.role() == FlagRole::Server);
        self.role == Some(Role::Agent) && wide && no_key
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
    fn merge(&mut self, levels: &[(&Entry, bool)]) {
        for (level, wide) in levels {
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
                if self.skips(&name, *wide) {
                    continue;
                }
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

/// The configuration is made of it alone, where its role makes it.
fn is_whole(variable: &Variable) -> bool {
    variable.form == Form::Merged || variable.name == "rke2_config"
}

/// The variables of rancherfederal's role in the order in which it merges them.
fn level(entry: &Entry) -> usize {
    const LEVELS: [&str; 3] = ["cluster_rke2_config", "group_rke2_config", "host_rke2_config"];
    let name = entry.key.as_str().unwrap_or("");
    LEVELS.iter().position(|level| *level == name).unwrap_or(LEVELS.len())
}

fn said_role(values: &BTreeMap<&'static str, Value>) -> Option<Role> {
    match values.get("rke2_type")? {
        Value::Set { entry, .. } => match entry.value.as_str()? {
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
        Form::Switch => match (value.as_bool(), value.as_str()?) {
            (Some(set), _) => Some(set),
            // Strings that are true to Ansible, in words that RKE2 reads too.
            (None, "true" | "True" | "1") => Some(true),
            (None, "false" | "False" | "0" | "") => Some(false),
            (None, _) => None,
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

#[cfg(test)]
mod tests {
    use super::{
        super::{Read, variables::scopes},
        *,
    };
    use crate::{config::Told, text::FileId, text::SourceFile};

    /// One line for each machine: its cluster, role, and what it sets.
    #[track_caller]
    fn check(files: &[(&str, &str)], expected: &[&str]) {
        let read = |(path, text): &(&str, &str)| {
            let source = Arc::new(SourceFile::new(FileId(0), *path, *text));
            Arc::new(File::read(source, Told::Nothing))
        };
        let files: Vec<Arc<File>> = files.iter().map(read).collect();
        let line = |machine: &Rendered| {
            let mut settings = BTreeMap::new();
            let open = machine.write_into(&mut settings);
            let role = machine.role.map_or("?".to_owned(), |role| role.to_string());
            let mut line = format!("{}|{role}{}", machine.root, if open { "+" } else { "" });
            for (key, setting) in settings.iter().filter(|(_, setting)| !setting.writes.is_empty())
            {
                let value = match setting.words() {
                    Read::Set(words) => {
                        words.iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(",")
                    }
                    Read::Default => "[]".to_owned(),
                    Read::Unknown => "?".to_owned(),
                };
                line.push_str(&format!(" {key}={value}"));
            }
            line
        };
        let found: Vec<String> = machines(&scopes(&files)).iter().map(line).collect();
        assert_eq!(found, expected);
    }

    const HOSTS: &str = "k8s_cluster: {children: {masters: {hosts: {a: , b: }}}}\n";

    #[test]
    fn the_narrower_wins() {
        let defaults = ("roles/rke2/defaults/main.yml", "rke2_cni: canal\n");
        let hosts = ("hosts.yml", HOSTS);
        let all = ("group_vars/all.yml", "rke2_cni: calico\n");
        let parent = ("group_vars/k8s_cluster.yml", "rke2_cni: flannel\n");
        let group = ("group_vars/masters.yml", "rke2_cni: cilium\n");
        let host = ("host_vars/b.yml", "rke2_cni: none\n");
        let play = ("site.yml", "- hosts: masters\n  vars: {rke2_cni: multus}\n");
        check(&[defaults, hosts, all], &["|server+ cni=calico"]);
        check(&[defaults, hosts, all, parent], &["|server+ cni=flannel"]);
        check(&[hosts, all, parent, group], &["|server+ cni=cilium"]);
        check(&[hosts, group, host], &["|server+ cni=cilium", "|server+ cni=none"]);
        check(&[hosts, group, play], &["|server+ cni=multus"]);
    }

    #[test]
    fn what_nobody_can_say_is_unknown() {
        let masters = ("group_vars/masters.yml", "rke2_cni: cilium\nrke2_debug: true\n");
        let other = ("group_vars/site_a.yml", "rke2_cni: calico\n");
        let set = ("site.yml", "- hosts: all\n  tasks: [{set_fact: {rke2_cni: canal}}]\n");
        let file = "- hosts: all\n  vars: {rke2_selinux: true}\n  vars_files: [x.yml]\n";
        check(&[masters, other], &["|server+ debug=true"]);
        check(&[masters, set], &["|server+ debug=true"]);
        check(&[masters, ("site.yml", file)], &[]);
        check(&[("group_vars/all.yml", "rke2_cni: '{{ cni }}'\n")], &["|server+ cni=?"]);
    }

    #[test]
    fn mappings_are_merged_with_lists_in_front() {
        let all = ("i/group_vars/all.yml", "cluster_rke2_config: {cni: [cilium], debug: true}\n");
        let servers = "group_rke2_config: {cni: [multus], debug: false, disable: [a]}\n";
        let servers = ("i/group_vars/rke2_servers.yml", servers);
        check(&[all, servers], &["i|server cni=multus,cilium debug=false disable=a"]);
        let same = ("i/group_vars/rke2_servers.yml", "group_rke2_config: {cni: [cilium]}\n");
        check(&[all, same], &["i|server cni=cilium debug=true"]);
        let path = ("i/group_vars/all.yml", "rke2_config: templates/own.j2\nrke2_cni: canal\n");
        check(&[path], &["i|server+ cni=canal"]);
    }

    #[test]
    fn forms_of_variables() {
        let text = "\
rke2_cluster_cidr: [10.1.0.0/16, 'fd01::/56']
disable_kube_proxy: no
rke2_disable: []
rke2_server_options:
  - 'node-ip: 10.0.0.1'
  - {debug: true}
rke2_agent_options: ['node-ip: 10.0.0.2']
";
        let servers = "|server+ cluster-cidr=10.1.0.0/16,fd01::/56 debug=true node-ip=10.0.0.1";
        check(&[("group_vars/all.yml", text)], &[servers]);
        let quoted = ("group_vars/all.yml", "rke2_debug: 'on'\nrke2_selinux: 'true'\n");
        check(&[quoted], &["|server+ selinux=true"]);
        let agents = ("group_vars/workers.yml", "rke2_debug: yes\n");
        let found = [servers, "|agent+ debug=true node-ip=10.0.0.2"];
        check(&[("group_vars/all.yml", text), agents], &found);
    }

    #[test]
    fn inventories_do_not_mix() {
        let prod = ("envs/prod/group_vars/masters.yml", "rke2_cni: cilium\n");
        let lab = ("envs/lab/group_vars/masters.yml", "rke2_cni: calico\n");
        let both = ("group_vars/all.yml", "rke2_debug: true\n");
        check(
            &[lab, prod, both],
            &["envs/lab|server+ cni=calico debug=true", "envs/prod|server+ cni=cilium debug=true"],
        );
        let test = ("molecule/x/converge.yml", "- hosts: all\n  vars: {rke2_cni: none}\n");
        let own = ("group_vars/masters.yml", "rke2_cni: canal\n");
        check(&[own, test], &["|server+ cni=canal", "molecule/x|server+ cni=none"]);
    }

    #[test]
    fn what_a_role_would_do_is_alone() {
        let defaults = ("roles/rke2/defaults/main.yml", "rke2_cni: canal\n");
        check(&[defaults], &["roles/rke2/defaults|server+ cni=canal"]);
    }
}
