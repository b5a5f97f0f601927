//! Files inside of files: what a container such as cloud-init's user data
//! brings to a machine or a cluster.
//!
//! A reader of a kind of container looks at one file and yields [`Carried`]:
//! a path, a content, and how it is to be found in the container. What is
//! carried becomes a [`File`](super::File) of its own, read by the same code as
//! one that lies at that path in the repository, and may carry files itself.
//! Spans are always those of the outermost file, so no rule knows of it.
//!
//! A path begins with the container's, followed by a colon, as in
//! `prod/user-data.yaml:/etc/rancher/rke2/config.yaml`. Files of one machine
//! share all before the path on the machine; a container that holds several
//! machines puts a name in between, `prod/vms.yaml:vm-1:/etc/…`. They belong to
//! the cluster of the container's folder, unless [`Carrier::cluster`] says that
//! the container knows clusters of its own.

use super::{
    blueprint, cloud_init, config_map, document, hiera, machine::Role, nixos, object::Object, path,
    provisioned, script, tasks, terraform, vagrant,
};
use crate::{
    text::{SourceFile, Span},
    yaml::{Node, Sourced, Tree},
};
use std::sync::Arc;

/// Something that a container carries.
pub(super) struct Carried {
    /// Where it lies, as above. All that paths say holds for it.
    pub(super) path: String,
    pub(super) content: Content,
    pub(super) carrier: Carrier,
}

impl Carried {
    /// The path on the machine.
    pub(super) fn place(&self) -> &str {
        self.path.rsplit_once(":/").map_or(self.path.as_str(), |(_, place)| place)
    }
}

pub(super) enum Content {
    /// A file of whatever kind the path says.
    Text(Sourced),
    /// YAML that was read, or put together, already.
    Yaml(Arc<Tree>),
}

/// How a file is carried.
#[derive(Clone, Debug)]
pub struct Carrier {
    /// Through which kinds of containers, the outermost first: `cloud-init`.
    pub kinds: Vec<&'static str>,
    /// Where its text lies in the container, such as `write_files[0].content`;
    /// empty if its nodes are the container's own.
    pub crumb: String,
    /// Who reads it, if the container says so.
    pub role: Option<Role>,
    /// The cluster that it belongs to, as a path like those of files.
    pub cluster: Option<String>,
    /// Nothing but what lies in the same cluster belongs to it.
    pub alone: bool,
    /// More comes with it than can be seen.
    pub open: bool,
}

impl Carrier {
    pub(super) fn new(kind: &'static str, crumb: impl Into<String>) -> Carrier {
        let (crumb, kinds) = (crumb.into(), vec![kind]);
        Carrier { kinds, crumb, role: None, cluster: None, alone: false, open: false }
    }

    /// In a cluster of this name, which nothing joins.
    pub(super) fn alone(self, container: &Container<'_>, name: &str) -> Carrier {
        Carrier { cluster: Some(format!("{}:{name}", container.path)), alone: true, ..self }
    }
}

/// What a reader looks at: a file, or what was carried.
#[derive(Clone, Copy)]
pub(super) struct Container<'a> {
    pub(super) source: &'a Arc<SourceFile>,
    /// As that of [`Carried`].
    pub(super) path: &'a str,
    /// Empty if it is YAML.
    pub(super) text: &'a Sourced,
    /// YAML's documents; none if it is something else.
    pub(super) docs: &'a [Node],
}

impl Container<'_> {
    /// The path of a file on a machine that the container brings; `name` is
    /// empty if there is but one.
    pub(super) fn inside(&self, name: &str, path: &str) -> String {
        inside(self.path, name, path)
    }

    /// The path of one of its machines, for what that brings itself; `name` as
    /// above.
    pub(super) fn of_machine(&self, name: &str) -> String {
        if name.is_empty() { self.path.to_owned() } else { format!("{}:{}", self.path, word(name)) }
    }

    /// It is what another container carries at that path.
    pub(super) fn is_inside(&self, path: &str) -> bool {
        self.path.strip_suffix(path).is_some_and(|container| container.ends_with(':'))
    }
}

fn inside(container: &str, name: &str, path: &str) -> String {
    let name = word(name);
    let name = if name.is_empty() { name } else { format!("{name}:") };
    format!("{container}:{name}/{}", path.trim_start_matches('/'))
}

/// A name that holds no sign of a path's.
fn word(name: &str) -> String {
    name.replace(['/', ':'], ".")
}

/// The file of the repository that a path leads into, or the path itself.
pub fn outermost(path: &str) -> &str {
    path.find(":/").map_or(path, |at| {
        let start = path[..at].rfind('/').map_or(0, |slash| slash + 1);
        let name = path[start..=at].find(':').unwrap_or(at - start);
        &path[..start + name]
    })
}

/// How deep containers nest, at most.
const MAX_DEPTH: usize = 4;

/// All that a file carries.
pub(super) fn carried(container: &Container<'_>) -> Vec<Carried> {
    if container.path.matches(":/").count() >= MAX_DEPTH {
        return Vec::new();
    }
    if terraform::is_hcl(container.path) {
        return terraform::carried(container);
    }
    if !container.text.text.is_empty() {
        let readers = [script::carried, nixos::carried, vagrant::carried, document::carried];
        return readers.iter().flat_map(|read| read(container)).collect();
    }
    let objects: Vec<Object> = container.docs.iter().flat_map(Object::of_document).collect();
    if objects.is_empty() {
        let mut all = cloud_init::carried(container);
        all.extend(hiera::carried(container));
        all.extend(tasks::carried(container));
        return all;
    }
    let mut all = blueprint::carried(container, &objects);
    all.extend(provisioned::carried(container, &objects));
    all.extend(config_map::carried(container, &objects));
    // What blueprints say of files they say of their own machines.
    let others = objects.iter().filter(|object| !blueprint::reads(object));
    let others: Vec<Node> = others.map(|object| object.node.clone()).collect();
    all.extend(cloud_init::carried(&Container { docs: &others, ..*container }));
    all
}

/// Whether a file at a path on a machine is of interest.
pub(super) fn is_of_interest(path: &str) -> bool {
    path.contains("rancher/rke2")
        || super::service::kind_of(path).is_some()
        || super::system::is_hosts(path)
}

/// Whether a file somewhere on a machine may be of interest: commands may move
/// it, or run it.
pub(super) fn may_be_of_interest(path: &str) -> bool {
    is_of_interest(path) || path::is_yaml(path) || script::is_script(path)
}

/// Whether something is read as YAML by its path.
pub(super) fn is_yaml(path: &str, source: &SourceFile) -> bool {
    path::is_yaml(path) || path == source.path && cloud_init::is_user_data(path, &source.text)
}

/// The place of what is carried.
pub(super) fn span(content: &Content, source: &SourceFile) -> Span {
    match content {
        Content::Text(text) => text.span(source),
        // Of trees that were put together, a part is shown.
        Content::Yaml(tree) => match (tree.docs().next(), tree.docs().last()) {
            (Some(first), Some(last)) => first.span().to(last.span()),
            _ => tree.span(),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_lead_into_files() {
        let path = inside("a/b.yaml", "", "/etc/rancher/rke2/config.yaml");
        assert_eq!(path, "a/b.yaml:/etc/rancher/rke2/config.yaml");
        assert_eq!(outermost(&path), "a/b.yaml");
        let deeper = inside(&inside("b.yaml", "vm/1", "user-data"), "", "etc/hosts");
        assert_eq!(deeper, "b.yaml:vm.1:/user-data:/etc/hosts");
        assert_eq!(outermost(&deeper), "b.yaml");
        assert_eq!(outermost("a/b.yaml"), "a/b.yaml");
    }
}
