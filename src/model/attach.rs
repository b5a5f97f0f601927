//! NetworkAttachmentDefinitions: which plugins they call.
//!
//! How a plugin reads its addresses is `ipam`'s.

use super::{
    ipam::Ipam,
    object::{Embedded, Object},
    setting::Word,
};
use crate::{
    text::Span,
    yaml::{Entry, Kind, Lookup, Node, embed_json},
};

/// Which resource of a node a network needs.
pub const RESOURCE: &str = "k8s.v1.cni.cncf.io/resourceName";

/// A NetworkAttachmentDefinition.
#[derive(Clone, Debug)]
pub struct Attachment {
    pub object: Object,
    /// `spec.config`. Absent is legal: Multus then takes a file of that name
    /// on the node.
    pub config: Option<Embedded>,
    /// `None` if it comes from the node, isn't known, or isn't JSON.
    pub network: Option<Network>,
    /// It joined the cluster without being in its folder.
    pub adopted: bool,
}

/// A CNI configuration, or a list of them.
#[derive(Clone, Debug)]
pub struct Network {
    pub root: Node,
    /// One, or those of `plugins` in order; none if the configuration names none.
    pub plugins: Vec<Plugin>,
}

#[derive(Clone, Debug)]
pub struct Plugin {
    pub node: Node,
    /// `type`, if it is known.
    pub kind: Option<Word>,
    pub ipam: Option<Ipam>,
}

/// What a program says when it refuses a value, and where the value is.
#[derive(Clone, Debug)]
pub struct Refusal {
    pub span: Span,
    /// A clause that stands alone.
    pub message: String,
    /// In the program's own words, as far as they are the same in all versions;
    /// may be empty.
    pub printed: String,
    /// It is the API server that refuses, and not a program that starts a pod.
    pub by_api_server: bool,
}

impl Refusal {
    /// As a pod starts.
    pub(super) fn of_pod(span: Span, message: String, printed: impl Into<String>) -> Refusal {
        Refusal { span, message, printed: printed.into(), by_api_server: false }
    }

    /// As the object is applied.
    pub(super) fn of_object(span: Span, message: String, printed: impl Into<String>) -> Refusal {
        Refusal { span, message, printed: printed.into(), by_api_server: true }
    }

    /// What comes of it. `pods` are those that it is about, in the words of a sentence.
    pub fn outcome(&self, pods: &str) -> String {
        let then = match self.by_api_server {
            true => "the API server refuses the object".to_owned(),
            false => format!("{pods} stays in ContainerCreating"),
        };
        match self.printed.as_str() {
            "" => then,
            printed => format!("{then}; the error has `{printed}`"),
        }
    }
}

impl Attachment {
    pub fn of(object: &Object) -> Option<Attachment> {
        if !object.is("k8s.cni.cncf.io/v1", "NetworkAttachmentDefinition") {
            return None;
        }
        let entry = object.node.at(&["spec", "config"]).found();
        let entry = entry.filter(|entry| entry.value.kind() == Kind::Scalar);
        let config = entry.and_then(|entry| {
            let tree = embed_json(&entry.value)?;
            Some(Embedded { entry, tree, path: "config" })
        });
        let network = config.as_ref().and_then(Network::of);
        Some(Attachment { object: object.clone(), config, network, adopted: false })
    }

    /// The annotation that names the resource.
    pub fn resource(&self) -> Lookup {
        self.object.node.at(&["metadata", "annotations", RESOURCE])
    }

    pub fn plugins(&self) -> impl Iterator<Item = &Plugin> {
        self.network.iter().flat_map(|network| &network.plugins)
    }

    pub fn ipams(&self) -> impl Iterator<Item = &Ipam> {
        self.plugins().filter_map(|plugin| plugin.ipam.as_ref())
    }

    /// Those of one kind.
    pub fn ipams_of<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = &'a Ipam> {
        self.ipams().filter(move |ipam| ipam.kind.text == kind)
    }
}

impl Network {
    /// Source: k8snetworkplumbingwg/multus-cni `pkg/types/conf.go`,
    /// `LoadDelegateNetConf`: without a `type` it is a list.
    fn of(config: &Embedded) -> Option<Network> {
        let tree = &config.tree;
        let root = tree.docs().next().filter(|_| tree.errors.is_empty() && !tree.is_open())?;
        if root.kind() != Kind::Map || root.is_unknown() {
            return None;
        }
        let is_empty = |entry: &Entry| entry.value.raw() == Some("");
        let plugins = match field(&root, "type") {
            Lookup::Found(entry) if !is_empty(&entry) => vec![Plugin::of(&root)],
            Lookup::Unknown => return None,
            Lookup::Found(_) | Lookup::Absent => match field(&root, "plugins") {
                Lookup::Found(entry) if entry.value.is_unknown() => return None,
                Lookup::Found(entry) => entry.value.items().map(|node| Plugin::of(&node)).collect(),
                Lookup::Absent => Vec::new(),
                Lookup::Unknown => return None,
            },
        };
        Some(Network { root, plugins })
    }
}

impl Plugin {
    fn of(node: &Node) -> Plugin {
        let kind = text(node, "type");
        // These make the addresses' configuration of their own.
        let own = kind.as_ref().is_some_and(|kind| ["calico", "flannel"].contains(&&*kind.text));
        let ipam = field(node, "ipam").found().filter(|_| !own);
        Plugin { node: node.clone(), kind, ipam: ipam.and_then(|entry| Ipam::of(&entry.value)) }
    }

    pub fn is(&self, kind: &str) -> bool {
        self.kind.as_ref().is_some_and(|found| found.text == kind)
    }

    /// What its interfaces share with those of other networks: the same words
    /// are the same wire. `None` if it isn't known.
    pub fn wire(&self) -> Option<String> {
        let value = |key: &str| text(&self.node, key).map(|word| word.text);
        let number = |key: &str| match field(&self.node, key) {
            Lookup::Found(entry) => entry.value.as_str().map(str::to_owned),
            Lookup::Absent => Some("0".to_owned()),
            Lookup::Unknown => None,
        };
        match self.kind.as_ref()?.text.as_str() {
            "macvlan" | "ipvlan" => Some(format!("`{}`", value("master")?)),
            "vlan" => Some(format!("VLAN {} of `{}`", number("vlanId")?, value("master")?)),
            "bridge" => Some(match number("vlan")?.as_str() {
                "0" => format!("`{}`", value("bridge")?),
                vlan => format!("VLAN {vlan} of `{}`", value("bridge")?),
            }),
            _ => None,
        }
    }
}

/// A field as Go's decoder finds it: in any case of letters, the last that
/// stands there.
pub fn field(node: &Node, name: &str) -> Lookup {
    let is_it =
        |entry: &Entry| entry.key.as_str().is_some_and(|key| key.eq_ignore_ascii_case(name));
    match node.entries().filter(is_it).last() {
        Some(entry) => Lookup::Found(entry),
        None => node.get(name),
    }
}

/// A field's text, if it is known.
pub fn text(node: &Node, name: &str) -> Option<Word> {
    word(&field(node, name).found()?)
}

/// A scalar that is known, with the place of its text.
pub fn word(entry: &Entry) -> Option<Word> {
    let text = entry.value.as_str()?.to_owned();
    Some(Word { text, span: entry.value.span(), key: entry.key.span() })
}
