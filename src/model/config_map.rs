//! ConfigMaps and Secrets that hold manifests for other clusters, such as those
//! of a ClusterResourceSet. In a cluster of its own such an object is nothing
//! but data, so it never joins one.

use super::{
    blueprint,
    carrier::{Carried, Carrier, Container, Content},
    object::Object,
};
use crate::yaml::{Entry, embed_yaml};

pub(super) const KIND: &str = "ConfigMap";

/// Those that a blueprint of the same file names are carried by it.
pub(super) fn carried(container: &Container<'_>, objects: &[Object]) -> Vec<Carried> {
    let named: Vec<String> = objects.iter().flat_map(blueprint::names_of_maps).collect();
    let maps = objects.iter().filter(|object| !named.contains(&object.name.text));
    maps.flat_map(|object| of_object(container, object)).collect()
}

fn of_object(container: &Container<'_>, object: &Object) -> Vec<Carried> {
    let field = match object.kind.as_str() {
        "ConfigMap" => "data",
        "Secret" => "stringData",
        _ => return Vec::new(),
    };
    let entries = object.node.get(field).found();
    let entries = entries.iter().flat_map(|field| field.value.entries());
    let manifest = |entry: Entry| {
        let text = entry.value.raw()?;
        let holds = |word: &str| text.lines().any(|line| line.contains(word));
        if !holds("apiVersion:") || !holds("kind:") {
            return None;
        }
        let name = format!("{} {}", object.kind, object.name.text);
        let path = container.inside(&name, entry.key.as_str()?);
        let content = Content::Yaml(embed_yaml(&entry.value)?);
        let crumb = object.node.path_to(entry.value.span());
        let mut carrier = Carrier::new(KIND, crumb);
        carrier.cluster = Some(format!("{}:{name}", container.path));
        Some(Carried { path, content, carrier })
    };
    entries.into_iter().filter_map(manifest).collect()
}
