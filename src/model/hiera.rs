//! Puppet's Hiera: `rke2::config`, a mapping of RKE2's keys.
//!
//! Puppet may merge it with those of other levels, of which nobody here knows
//! the order: keys may be set that can't be seen.
//!
//! Source: lsst-it/puppet-rke2 v2.0.0 `manifests/init.pp` and `config.pp`.

use super::{
    Role,
    carrier::{Carried, Carrier, Container, Content},
};
use crate::yaml::{Kind, Maker};

const CONFIG: &str = "rke2::config";

pub(super) fn carried(container: &Container<'_>) -> Vec<Carried> {
    let configs = container.docs.iter().filter_map(|doc| {
        let config = doc.get(CONFIG).found()?.value;
        let is_config = config.kind() == Kind::Map && !config.is_unknown();
        let role = doc.text_at(&["rke2::node_type"]);
        is_config.then_some((config, role))
    });
    let carried = configs.map(|(config, role)| {
        let mut maker = Maker::beside(&config);
        maker.open();
        let root = maker.copy(&config);
        let mut carrier = Carrier::new("Hiera", CONFIG);
        carrier.role = match role.as_deref() {
            Some("server") => Some(Role::Server),
            Some("agent") => Some(Role::Agent),
            _ => None,
        };
        Carried {
            path: container.inside("", "/etc/rancher/rke2/config.yaml"),
            content: Content::Yaml(maker.finish(root)),
            carrier,
        }
    });
    carried.take(1).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        text::{FileId, SourceFile},
        yaml::{self, Lookup, Node, Sourced},
    };
    use std::sync::Arc;

    fn read(text: &str) -> Vec<Carried> {
        let source = Arc::new(SourceFile::new(FileId(0), "data/node.yaml", text));
        let docs: Vec<Node> = yaml::parse(&source).docs().collect();
        let path = source.path.as_str();
        carried(&Container { source: &source, path, text: &Sourced::default(), docs: &docs })
    }

    #[test]
    fn the_mapping_is_a_configuration_with_keys_unseen() {
        let text = "rke2::node_type: agent\nrke2::config:\n  node-ip: \"%{facts.ip}\"\n";
        let [carried] = &read(text)[..] else { panic!("one") };
        assert_eq!(carried.path, "data/node.yaml:/etc/rancher/rke2/config.yaml");
        assert_eq!(carried.carrier.role, Some(Role::Agent));
        let Content::Yaml(tree) = &carried.content else { panic!("YAML") };
        let root = tree.docs().next().expect("a document");
        let found = root.get("node-ip").found().expect("it is there");
        assert!(found.value.is_unknown());
        assert_eq!(tree.file().slice(found.key.span()), "node-ip");
        assert!(matches!(root.get("server"), Lookup::Unknown));
    }

    #[test]
    fn what_says_how_to_merge_is_none() {
        assert!(read("lookup_options:\n  rke2::config:\n    merge: deep\n").is_empty());
        assert!(read("rke2::config: \"%{alias('x')}\"\n").is_empty());
    }
}
