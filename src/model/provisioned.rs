//! Rancher's Cluster objects, and all that they bring to machines.
//!
//! What Rancher makes of each part is `rancher`'s to say.

use super::{
    carrier::{Carried, Carrier, Container, Content},
    machine::Role,
    object::Object,
    rancher,
};
use crate::{
    facts::{flags, rancher::file},
    yaml::{Entry, Lookup, Maker, Node, Sourced, Tree},
};
use std::sync::Arc;

const KIND: &str = "Rancher";
const CONFIG: &str = "/etc/rancher/rke2/config.yaml";
const DROP_INS: &str = "/etc/rancher/rke2/config.yaml.d";

/// The object alone, carried for what it says of releases and Windows.
const OBJECT: &str = "/cluster.yaml";

pub(super) fn carried(container: &Container<'_>, objects: &[Object]) -> Vec<Carried> {
    if container.is_inside(OBJECT) {
        return Vec::new();
    }
    let clusters = objects.iter().enumerate().filter(|(_, object)| is_cluster(object));
    let all = clusters.filter_map(|(index, object)| {
        let rke = object.node.at(&["spec", "rkeConfig"]).found()?;
        let version = object.node.at(&["spec", "kubernetesVersion"]).found();
        let parts = Parts::of(&rke);
        if !parts.are_of_rke2(version.as_ref().map(|entry| &entry.value)) {
            return None;
        }
        // Two objects may have one name, in two namespaces, or none that is known.
        let same = objects[..index].iter().filter(|it| it.name.text == object.name.text).count();
        let known = Some(&object.name.text).filter(|name| !name.is_empty());
        let name = known.map_or("cluster", |name| name.as_str());
        let name = if same == 0 { name.to_owned() } else { format!("{name} {}", same + 1) };
        let load = Load { container, object, cluster: format!("{}:{name}", container.path), name };
        Some(load.all(&parts, version.as_ref(), &rke))
    });
    all.flatten().collect()
}

/// Whether charts of a file are `chartValues`, which Rancher writes as text.
pub(super) fn packs_values(carrier: Option<&Carrier>, path: &str) -> bool {
    let ours = carrier.is_some_and(|carrier| carrier.kinds.contains(&KIND));
    ours && file("chartValues").is_some_and(|own| path.ends_with(own))
}

fn is_cluster(object: &Object) -> bool {
    object.kind == "Cluster" && object.api_version.starts_with("provisioning.cattle.io/")
}

/// The parts of `rkeConfig` that are read.
struct Parts {
    global: Option<Entry>,
    selected: Vec<Selected>,
    charts: Option<Entry>,
    manifest: Option<Entry>,
    pools: Option<Entry>,
    /// Where defaults are shown.
    anchor: Node,
}

/// One item of `machineSelectorConfig`.
struct Selected {
    config: Node,
    /// For machines with certain labels alone.
    conditional: bool,
    role: Option<Role>,
}

impl Parts {
    fn of(rke: &Entry) -> Parts {
        let part = |key: &str| rke.value.get(key).found().filter(|entry| !entry.value.is_null());
        let global = part("machineGlobalConfig");
        let items = part("machineSelectorConfig");
        let items: Vec<Node> = items.iter().flat_map(|entry| entry.value.items()).collect();
        Parts {
            anchor: global.as_ref().map_or(rke.key.clone(), |global| global.key.clone()),
            global,
            selected: items.iter().filter_map(Selected::of).collect(),
            charts: part("chartValues"),
            manifest: part("additionalManifest"),
            pools: part("machinePools"),
        }
    }

    /// By the version, or, if that isn't known, by what K3s hasn't got. What a
    /// template has for K3s, in whatever branch, leaves it open.
    fn are_of_rke2(&self, version: Option<&Node>) -> bool {
        let configs: Vec<&Node> = self
            .global
            .iter()
            .map(|global| &global.value)
            .chain(self.selected.iter().map(|selected| &selected.config))
            .collect();
        let name = |entry: Entry| entry.key.as_str().map(str::to_owned);
        let is_own = |key: String| flags::flag(&key).is_some_and(|flag| !flag.k3s);
        let has_own = || configs.iter().flat_map(|it| it.entries()).filter_map(name).any(is_own);
        let is_k3s = |key: String| flags::k3s_only(&key);
        let hidden = || configs.iter().flat_map(|it| it.hidden_entries());
        let all = || configs.iter().flat_map(|it| it.entries()).chain(hidden());
        let charts = || self.charts.iter().flat_map(|charts| charts.value.entries());
        let has_chart = || charts().filter_map(name).any(|chart| chart.starts_with("rke2-"));
        rancher::is_rke2(version)
            .unwrap_or_else(|| (has_own() || has_chart()) && !all().filter_map(name).any(is_k3s))
    }
}

impl Selected {
    fn of(item: &Node) -> Option<Selected> {
        let config = item.get("config").found()?.value;
        let selector = match item.get("machineLabelSelector") {
            Lookup::Found(entry) if !entry.value.is_null() => Some(entry.value),
            Lookup::Unknown => Some(item.clone()),
            _ => None,
        };
        let label = |key: &str| {
            let selector = selector.as_ref()?;
            selector.text_at(&["matchLabels", key])
        };
        let windows = label("cattle.io/os").as_deref() == Some("windows");
        let server = ["rke.cattle.io/control-plane-role", "rke.cattle.io/etcd-role"]
            .into_iter()
            .any(|role| label(role).as_deref() == Some("true"));
        let role = match (windows, server) {
            (true, _) => Some(Role::Agent),
            (_, true) => Some(Role::Server),
            _ => None,
        };
        Some(Selected { config, conditional: selector.is_some(), role })
    }
}

/// What one cluster brings.
struct Load<'a> {
    container: &'a Container<'a>,
    object: &'a Object,
    cluster: String,
    name: String,
}

impl Load<'_> {
    fn all(&self, parts: &Parts, version: Option<&Entry>, rke: &Entry) -> Vec<Carried> {
        let global = parts.global.as_ref().map(|entry| &entry.value);
        let config = rancher::global_config(global, &parts.anchor);
        let mut all = vec![self.server(CONFIG, Content::Yaml(Arc::clone(config.tree())))];
        for (index, selected) in parts.selected.iter().enumerate() {
            all.extend(self.selected(index, selected));
            let version = version.filter(|_| selected.conditional);
            all.extend(version.map(|version| self.release_of(index, version, rke)));
        }
        if let (Some(charts), Some(path)) = (&parts.charts, file("chartValues")) {
            let tree = rancher::chart_configs(&charts.value);
            all.push(self.server(path, Content::Yaml(tree)));
        }
        let manifest = parts.manifest.as_ref().map(|entry| &entry.value);
        let text = manifest.and_then(Sourced::of_scalar);
        if let (Some(text), Some(node), Some(path)) = (text, manifest, file("additionalManifest")) {
            let mut carried = self.server(path, Content::Text(text));
            carried.carrier.crumb = self.object.node.path_to(node.span());
            all.push(carried);
        }
        let alone = self.alone(version, parts.pools.as_ref(), rke);
        all.push(self.carried(&self.name, OBJECT, Content::Yaml(alone), None));
        all
    }

    /// The keys of a selector's configuration are set on some machines, of which
    /// nothing else is known, and may be set on those of the cluster.
    fn selected(&self, index: usize, selected: &Selected) -> Vec<Carried> {
        let path = format!("{DROP_INS}/{index:03}.yaml");
        let config = rancher::selected_config(&selected.config);
        let content = |node: &Node| Content::Yaml(Arc::clone(node.tree()));
        if !selected.conditional {
            return vec![self.server(&path, content(&config))];
        }
        let veil = rancher::veil(&config);
        vec![
            self.server(&path, content(&veil)),
            self.apart(index, &path, content(&config), selected.role),
        ]
    }

    fn release_of(&self, index: usize, version: &Entry, rke: &Entry) -> Carried {
        let alone = self.alone(Some(version), None, rke);
        self.apart(index, OBJECT, Content::Yaml(alone), None)
    }

    /// What is of a selector's machines alone is no part of what all servers say.
    fn apart(&self, index: usize, path: &str, content: Content, role: Option<Role>) -> Carried {
        let name = format!("{} machineSelectorConfig[{index}]", self.name);
        let mut carried = self.carried(&name, path, content, role);
        carried.carrier.cluster = Some(format!("{}:{name}", self.container.path));
        carried
    }

    fn server(&self, path: &str, content: Content) -> Carried {
        self.carried(&self.name, path, content, Some(Role::Server))
    }

    fn carried(&self, name: &str, path: &str, content: Content, role: Option<Role>) -> Carried {
        let mut carrier = Carrier::new(KIND, "");
        carrier.role = role;
        carrier.cluster = Some(self.cluster.clone());
        Carried { path: self.container.inside(name, path), content, carrier }
    }

    /// The object with what other readers look at.
    fn alone(&self, version: Option<&Entry>, pools: Option<&Entry>, rke: &Entry) -> Arc<Tree> {
        let mut maker = Maker::beside(&self.object.node);
        let at = Maker::at(&rke.key);
        let mut text =
            |key: &str, value: &str| (maker.plain(key, at.clone()), maker.text(value, at.clone()));
        let api = text("apiVersion", &self.object.api_version);
        let kind = text("kind", &self.object.kind);
        let mut copy = |entry: &Entry| (maker.copy(&entry.key), maker.copy(&entry.value));
        let mut spec: Vec<_> = version.map(&mut copy).into_iter().collect();
        let pools: Vec<_> = pools.map(&mut copy).into_iter().collect();
        let pools = maker.map(&pools, at.clone());
        spec.push((maker.copy(&rke.key), pools));
        let spec = maker.map(&spec, at.clone());
        let spec = (maker.plain("spec", at.clone()), spec);
        let root = maker.map(&[api, kind, spec], Maker::at(&self.object.node));
        maker.finish(root)
    }
}
