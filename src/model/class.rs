//! Cluster API's objects around a control plane: the Cluster that owns it, and
//! the ClusterClass that changes a template before machines are made of it.
//!
//! Only objects of one file know each other here.
//!
//! Source: kubernetes-sigs/cluster-api `api/core/v1beta1/clusterclass_types.go`,
//! `cluster_types.go`, and their v1beta2.

use super::object::Object;
use crate::yaml::{Entry, Kind, Lookup, Node, Tree, embed_yaml};
use std::sync::Arc;

const API: &str = "cluster.x-k8s.io/";

/// Where a control plane's ranges are said.
pub(super) enum Network {
    /// In this Cluster, or not at all.
    Of(Node),
    /// In another file, or in one of several.
    Elsewhere,
}

/// One JSON patch of a ClusterClass.
pub(super) struct Patch {
    /// Below the `spec` of the template's machines.
    pub(super) path: Vec<String>,
    /// What is written there for sure.
    pub(super) value: Option<Node>,
    /// Its own path, as it is written.
    pub(super) place: Node,
    /// What is written, or the text of the template.
    pub(super) source: Option<Node>,
    /// It is applied to some clusters of the class alone.
    pub(super) conditional: bool,
    /// A text that is read as YAML when its variables are filled in.
    pub(super) template: Option<Arc<Tree>>,
}

impl Patch {
    /// It writes the field, something that holds it, or a part of it.
    pub(super) fn touches(&self, path: &[&str]) -> bool {
        self.path.iter().zip(path).all(|(own, other)| own == other)
    }

    /// What it writes at a path that it touches; `None` if that can't be known.
    pub(super) fn value_at(&self, path: &[&str]) -> Option<Lookup> {
        let value = self.value.as_ref().filter(|_| !self.conditional)?;
        // Of a part of it nobody knows what the rest is.
        let rest = path.get(self.path.len()..)?;
        let whole = || Lookup::Found(Entry { key: self.place.clone(), value: value.clone() });
        Some(if rest.is_empty() { whole() } else { value.at(rest) })
    }
}

/// The Cluster that owns a control plane, or is made of a class with it.
pub(super) fn network(control_plane: &Object, objects: &[Object]) -> Network {
    let classes: Vec<&Object> = classes(control_plane, objects).collect();
    let owns = |object: &&Object| {
        let reference = object.node.at(&["spec", "controlPlaneRef"]).found();
        let topology = ["spec", "topology"];
        let class = object.node.text_at(&[topology[0], topology[1], "class"]);
        let class =
            class.or_else(|| object.node.text_at(&[topology[0], topology[1], "classRef", "name"]));
        object.kind == "Cluster"
            && object.api_version.starts_with(API)
            && (reference.is_some_and(|entry| refers(&entry.value, control_plane))
                || class
                    .is_some_and(|class| classes.iter().any(|object| object.name.text == class)))
    };
    let mut owners = objects.iter().filter(owns);
    match (owners.next(), owners.next()) {
        (Some(only), None) => Network::Of(only.node.clone()),
        _ => Network::Elsewhere,
    }
}

fn refers(reference: &Node, object: &Object) -> bool {
    let text = |key: &str| reference.text_at(&[key]);
    !object.name.text.is_empty()
        && text("kind").as_deref() == Some(&object.kind)
        && text("name").as_deref() == Some(&object.name.text)
}

/// The classes whose control planes are made of a template.
fn classes<'a>(
    template: &'a Object,
    objects: &'a [Object],
) -> impl Iterator<Item = &'a Object> + 'a {
    objects.iter().filter(move |object| {
        let spec = ["spec", "controlPlane"];
        let reference = |key: &str| object.node.at(&[spec[0], spec[1], key]).found();
        is_class(object)
            && ["ref", "templateRef"]
                .into_iter()
                .filter_map(reference)
                .any(|entry| refers(&entry.value, template))
    })
}

pub(super) fn is_class(object: &Object) -> bool {
    object.kind == "ClusterClass" && object.api_version.starts_with(API)
}

/// Some class in the file makes clusters, which says what its templates get.
pub(super) fn has_class(objects: &[Object]) -> bool {
    objects.iter().any(is_class)
}

/// The Cluster of the MachineDeployments that start machines by a template.
pub(super) fn cluster_of_machines(template: &Object, objects: &[Object]) -> Option<String> {
    let uses = |object: &&Object| {
        let path = ["spec", "template", "spec", "bootstrap", "configRef"];
        let reference = object.node.at(&path).found();
        object.api_version.starts_with(API)
            && reference.is_some_and(|entry| refers(&entry.value, template))
    };
    let mut names = objects.iter().filter(uses).map(|it| it.node.text_at(&["spec", "clusterName"]));
    let first = names.next()?;
    names.all(|name| name == first).then_some(first).flatten()
}

/// The patches that may change a template, in order: those of its kind.
pub(super) fn patches(template: &Object, objects: &[Object]) -> Vec<Patch> {
    let mut found = Vec::new();
    for class in objects.iter().filter(|object| is_class(object)) {
        for patch in list(&class.node, &["spec", "patches"]) {
            let conditional = !matches!(patch.get("enabledIf"), Lookup::Absent);
            for definition in list(&patch, &["definitions"]) {
                let kind = definition.text_at(&["selector", "kind"]);
                if kind.is_none_or(|kind| kind == template.kind) {
                    let patches = list(&definition, &["jsonPatches"]);
                    found.extend(patches.iter().filter_map(|node| json_patch(node, conditional)));
                }
            }
        }
    }
    found
}

fn list(node: &Node, path: &[&str]) -> Vec<Node> {
    node.at(path).found().map_or(Vec::new(), |entry| entry.value.items().collect())
}

fn json_patch(node: &Node, conditional: bool) -> Option<Patch> {
    const BELOW: &str = "/spec/template/spec";
    let place = node.get("path").found()?.value;
    let path = place.as_str()?.strip_prefix(BELOW)?;
    let path = path.split('/').filter(|part| !part.is_empty()).map(str::to_owned).collect();
    let written = matches!(node.text_at(&["op"]).as_deref(), Some("add" | "replace"));
    let value = node.get("value").found().map(|entry| entry.value).filter(|_| written);
    let template = node.at(&["valueFrom", "template"]).found().filter(|_| written);
    let template = template.filter(|entry| entry.value.kind() == Kind::Scalar);
    let text = template.map(|entry| entry.value);
    let template = text.as_ref().and_then(embed_yaml);
    let source = value.clone().or(text);
    Some(Patch { path, value, place, source, conditional, template })
}
