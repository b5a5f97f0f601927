//! Cluster API's objects that machines with RKE2 are made from, and all that
//! they bring to these machines.
//!
//! Source: rancher/cluster-api-provider-rke2
//! `bootstrap/internal/controllers/rke2config_controller.go`,
//! `bootstrap/internal/ignition`, v0.1.0 to v0.25.0. `write_files` of additional
//! cloud-init are dropped there (`bootstrap/internal/cloudinit/cloudinit.go`).

use super::{
    boot, capi,
    carrier::{Carried, Carrier, Container, Content},
    class::{self, Patch},
    cloud_init,
    machine::Role,
    object::Object,
    packed,
};
use crate::yaml::{Lookup, Maker, Node, Sourced, Tree};
use std::sync::Arc;

pub(super) const KIND: &str = "Cluster API";
const CONFIG: &str = "/etc/rancher/rke2/config.yaml";
const MANIFESTS: &str = "/var/lib/rancher/rke2/server/manifests";

/// An object alone, which is carried for the release that it says.
const RELEASE: &str = "/release.yaml";

/// One object that machines are made from.
pub(super) struct Blueprint<'a> {
    pub(super) object: &'a Object,
    pub(super) role: Role,
    /// Of its machines: where `agentConfig` and `files` stand.
    pub(super) spec: Node,
    /// What classes of clusters change in it, if it is a template.
    pub(super) patches: Vec<Patch>,
    /// It is a template, of which no class in the file makes clusters.
    pub(super) classless: bool,
}

impl<'a> Blueprint<'a> {
    pub(super) fn of(object: &'a Object, objects: &'a [Object]) -> Option<Blueprint<'a>> {
        let (role, is_template) = role(object)?;
        let path: &[&str] = if is_template { &["spec", "template", "spec"] } else { &["spec"] };
        let spec = object.node.at(path).found()?.value;
        let patches = if is_template { class::patches(object, objects) } else { Vec::new() };
        // What machines are started by is no class's.
        let started = class::cluster_of_machines(object, objects).is_some();
        let classless = is_template && !started && !class::has_class(objects);
        Some(Blueprint { object, role, spec, patches, classless })
    }

    /// As paths have it; kinds tell objects of one name apart.
    fn name(&self) -> String {
        format!("{} {}", self.object.kind, self.object.name.text).trim_end().to_owned()
    }
}

fn role(object: &Object) -> Option<(Role, bool)> {
    let (group, role, is_template) = match object.kind.as_str() {
        "RKE2ControlPlane" => ("controlplane.cluster.x-k8s.io/", Role::Server, false),
        "RKE2ControlPlaneTemplate" => ("controlplane.cluster.x-k8s.io/", Role::Server, true),
        "RKE2Config" => ("bootstrap.cluster.x-k8s.io/", Role::Agent, false),
        "RKE2ConfigTemplate" => ("bootstrap.cluster.x-k8s.io/", Role::Agent, true),
        _ => return None,
    };
    object.api_version.starts_with(group).then_some((role, is_template))
}

/// What runs once files are there, and before RKE2 starts.
const COMMANDS: &str = "preRKE2Commands";

fn commands(spec: &Node) -> Option<Sourced> {
    boot::commands(&spec.get(COMMANDS).found()?.value)
}

/// What a command adds to the configuration stands nowhere else.
pub(super) fn commands_may_add(spec: &Node) -> bool {
    let adds = |commands: Sourced| commands.text.contains("config.yaml");
    boot::are_unseen(&spec.get(COMMANDS)) || commands(spec).is_some_and(adds)
}

/// Whether all that an object carries is read here.
pub(super) fn reads(object: &Object) -> bool {
    role(object).is_some() || class::is_class(object)
}

/// The ConfigMaps whose manifests or contents an object asks for.
pub(super) fn names_of_maps(object: &Object) -> Vec<String> {
    let Some((_, is_template)) = role(object) else { return Vec::new() };
    let path: &[&str] = if is_template { &["spec", "template", "spec"] } else { &["spec"] };
    let Some(spec) = object.node.at(path).found().map(|entry| entry.value) else {
        return Vec::new();
    };
    let files = spec.get("files").found().map(|entry| entry.value);
    let of_files = files.iter().flat_map(Node::items);
    let of_files = of_files.filter_map(|file| file.text_at(&["contentFrom", "configMap", "name"]));
    spec.text_at(&["manifestsConfigMapReference", "name"]).into_iter().chain(of_files).collect()
}

pub(super) fn carried(container: &Container<'_>, objects: &[Object]) -> Vec<Carried> {
    if container.is_inside(RELEASE) {
        return Vec::new();
    }
    let made = objects.iter().filter_map(|object| Blueprint::of(object, objects));
    let blueprints: Vec<Blueprint<'_>> = made.collect();
    let mut names = Vec::new();
    let mut all = Vec::new();
    for blueprint in &blueprints {
        let name = unique(blueprint.name(), &mut names);
        let owner = owner(blueprint, &blueprints, objects).map_or(name.clone(), Blueprint::name);
        let cluster = format!("{}:{owner}", container.path);
        let load =
            Load { container, objects, blueprint, name, cluster, open: false, files: vec![] };
        all.extend(load.all());
    }
    all
}

/// Objects of one name may lie in several namespaces.
fn unique(name: String, taken: &mut Vec<String>) -> String {
    let mut own = name.clone();
    let mut count = 1;
    while taken.contains(&own) {
        count += 1;
        own = format!("{name} {count}");
    }
    taken.push(own.clone());
    own
}

/// The control plane of the cluster that machines join, if the file says it.
fn owner<'b, 'a>(
    blueprint: &'b Blueprint<'a>,
    all: &'b [Blueprint<'a>],
    objects: &[Object],
) -> Option<&'b Blueprint<'a>> {
    if blueprint.role == Role::Server {
        return None;
    }
    let mut servers = all.iter().filter(|other| other.role == Role::Server);
    if let (Some(only), None) = (servers.next(), servers.next()) {
        return Some(only);
    }
    let cluster = class::cluster_of_machines(blueprint.object, objects)?;
    let owned = |other: &&Blueprint<'_>| {
        other.role == Role::Server
            && matches!(class::network(other.object, objects), class::Network::Of(node)
                if node.text_at(&["metadata", "name"]).as_deref() == Some(&cluster))
    };
    all.iter().find(owned)
}

/// What one blueprint brings.
struct Load<'a> {
    container: &'a Container<'a>,
    objects: &'a [Object],
    blueprint: &'a Blueprint<'a>,
    name: String,
    cluster: String,
    /// Files come with it that can't be seen.
    open: bool,
    files: Vec<Carried>,
}

impl Load<'_> {
    fn all(mut self) -> Vec<Carried> {
        let blueprint = self.blueprint;
        self.open |= blueprint.classless;
        let spec = &blueprint.spec;
        self.list(spec.get("files"), &blueprint.object.node, "");
        self.user_data(spec.at(&["agentConfig", "additionalUserData", "config"]), spec, "");
        for patch in &blueprint.patches {
            self.patch(patch);
        }
        self.config_map(spec);
        self.release();
        let config = capi::config(blueprint, self.objects);
        self.add(CONFIG, Content::Yaml(Arc::clone(config.tree())), String::new());
        if let Some(commands) = commands(spec) {
            let from = (KIND, COMMANDS);
            boot::run(self.container, &self.name, from, &commands, &mut self.files);
        }
        for file in &mut self.files {
            file.carrier.role = Some(blueprint.role);
            // What a command writes in a branch stands alone.
            file.carrier.cluster.get_or_insert_with(|| self.cluster.clone());
            // Agents apply no manifests.
            file.carrier.open = self.open && blueprint.role == Role::Server;
        }
        self.files
    }

    fn add(&mut self, path: &str, content: Content, crumb: String) {
        let path = self.container.inside(&self.name, path);
        self.files.push(Carried { path, content, carrier: Carrier::new(KIND, crumb) });
    }

    /// `files[]`; `root` is the document that they stand in, and `before` where
    /// that stands itself.
    fn list(&mut self, files: Lookup, root: &Node, before: &str) {
        match files {
            Lookup::Found(entry) => {
                self.open |= entry.value.is_unknown();
                for item in entry.value.items() {
                    self.file(&item, root, before);
                }
            }
            Lookup::Absent => {}
            Lookup::Unknown => self.open = true,
        }
    }

    fn file(&mut self, item: &Node, root: &Node, before: &str) {
        let Some(path) = item.text_at(&["path"]) else {
            self.open = true;
            return;
        };
        if !super::carrier::may_be_of_interest(&path) {
            return;
        }
        let encoding = item.text_at(&["encoding"]).unwrap_or_default();
        let content = item.get("content").found().map(|entry| entry.value);
        let content = content.or_else(|| self.content_from(item));
        let text = content.as_ref().and_then(|node| packed::decoded(node, &encoding));
        match (text, content) {
            (Some(text), Some(node)) => {
                let crumb = format!("{before}{}", root.path_to(node.span()));
                self.add(&path, Content::Text(text), crumb);
            }
            _ => self.open = true,
        }
    }

    /// A ConfigMap of the same file.
    fn content_from(&self, item: &Node) -> Option<Node> {
        let source = item.at(&["contentFrom", "configMap"]).found()?.value;
        let (name, key) = (source.text_at(&["name"])?, source.text_at(&["key"])?);
        let map = self.config_map_called(&name)?;
        Some(map.node.at(&["data", &key]).found()?.value)
    }

    fn config_map_called(&self, name: &str) -> Option<&Object> {
        let mut maps = self.objects.iter().filter(|object| {
            object.is("v1", "ConfigMap") && !name.is_empty() && object.name.text == name
        });
        let first = maps.next();
        first.filter(|_| maps.next().is_none())
    }

    /// Butane: what cloud-init would write the provider leaves out.
    fn user_data(&mut self, config: Lookup, root: &Node, before: &str) {
        let Lookup::Found(entry) = config else {
            self.open |= matches!(config, Lookup::Unknown);
            return;
        };
        let root = if before.is_empty() { &self.blueprint.object.node } else { root };
        let crumb = format!("{before}{}", root.path_to(entry.value.span()));
        let files = cloud_init::butane(self.container, &entry.value, &crumb, &self.name);
        self.open |= entry.value.is_unknown();
        for mut file in files {
            file.carrier.kinds.insert(0, KIND);
            self.files.push(file);
        }
    }

    /// Files that a class adds to a template.
    fn patch(&mut self, patch: &Patch) {
        let path: Vec<&str> = patch.path.iter().map(String::as_str).collect();
        let docs: Vec<Node> = patch.template.iter().flat_map(Tree::docs).collect();
        let Some(value) = patch.value.clone().or_else(|| docs.first().cloned()) else {
            self.open |= matches!(path.first(), Some(&"files"));
            return;
        };
        let may_hold_more = |tree: &Arc<Tree>| {
            tree.unbalanced || tree.condition().is_some() || tree.hidden_docs().next().is_some()
        };
        let unread = patch.template.as_ref().is_some_and(may_hold_more) || value.is_unknown();
        let crumb =
            format!("{} › ", self.class_crumb(patch.source.as_ref().unwrap_or(&patch.place)));
        match path.as_slice() {
            ["files"] | ["files", _] if patch.conditional || unread => self.open = true,
            ["files"] => value.items().for_each(|item| self.file(&item, &value, &crumb)),
            ["files", _] => self.file(&value, &value, &crumb),
            ["agentConfig", "additionalUserData"] if patch.conditional || unread => {
                self.open = true;
            }
            ["agentConfig", "additionalUserData"] => {
                self.user_data(value.get("config"), &value, &crumb);
            }
            _ => {}
        }
    }

    fn class_crumb(&self, place: &Node) -> String {
        let holds = |object: &&Object| object.node.span().contains(place.span());
        let class = self.objects.iter().find(holds);
        class.map_or(String::new(), |class| class.node.path_to(place.span()))
    }

    /// All that `manifestsConfigMapReference` names is a manifest.
    fn config_map(&mut self, spec: &Node) {
        let reference = match spec.get("manifestsConfigMapReference") {
            Lookup::Found(entry) => entry.value,
            Lookup::Absent => return,
            Lookup::Unknown => {
                self.open = true;
                return;
            }
        };
        let name = reference.text_at(&["name"]).unwrap_or_default();
        let Some(map) = self.config_map_called(&name).cloned() else {
            self.open = true;
            return;
        };
        for entry in map.node.get("data").found().iter().flat_map(|data| data.value.entries()) {
            let text = Sourced::of_scalar(&entry.value);
            let (Some(key), Some(text)) = (entry.key.as_str(), text) else { continue };
            let crumb = map.node.path_to(entry.value.span());
            self.add(&format!("{MANIFESTS}/{key}"), Content::Text(text), crumb);
        }
    }

    /// `version`, as the object alone says it.
    fn release(&mut self) {
        let blueprint = self.blueprint;
        if blueprint.role != Role::Server {
            return;
        }
        let spec = &blueprint.spec;
        let found = |path: &[&str]| spec.at(path).found().map(|entry| entry.value);
        let own = found(&["version"]).or_else(|| found(&["agentConfig", "version"]));
        let topology = || match class::network(blueprint.object, self.objects) {
            class::Network::Of(cluster) => {
                cluster.at(&["spec", "topology", "version"]).found().map(|entry| entry.value)
            }
            class::Network::Elsewhere => None,
        };
        let Some(version) = topology().or(own) else { return };
        let mut maker = Maker::beside(&version);
        let at = Maker::at(&version);
        let mut text =
            |key: &str, value: &str| (maker.plain(key, at.clone()), maker.text(value, at.clone()));
        let api = text("apiVersion", "controlplane.cluster.x-k8s.io/v1beta1");
        let kind = text("kind", "RKE2ControlPlane");
        let value = (maker.plain("version", at.clone()), maker.copy(&version));
        let spec = maker.map(&[value], at.clone());
        let spec = (maker.plain("spec", at.clone()), spec);
        let root = maker.map(&[api, kind, spec], at);
        self.add(RELEASE, Content::Yaml(maker.finish(root)), String::new());
    }
}
