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
    yaml::{Entry, Kind, Lookup, Node, Scalar, embed_json, is_placeholder},
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
    /// Why no pod attaches, as far as the form of the configuration tells.
    pub refusals: Vec<Refusal>,
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
        let object = object.clone();
        let mut attachment =
            Attachment { object, config: None, network: None, refusals: Vec::new() };
        if let Lookup::Found(entry) = attachment.object.node.at(&["spec", "config"]) {
            attachment.read(entry);
        }
        Some(attachment)
    }

    fn read(&mut self, entry: Entry) {
        let name = &self.object.name.text;
        if !is_string(&entry.value) {
            let message = format!("`config` of `{name}` isn't a string");
            let printed = "spec.config in body must be of type string";
            return self.refusals.push(Refusal::of_object(entry.value.span(), message, printed));
        }
        let Some(tree) = embed_json(&entry.value) else { return };
        let text = entry.value.raw().unwrap_or("").trim();
        if let Some(error) = tree.errors.first().filter(|_| !text.is_empty() && is_json(text)) {
            let message = format!("the configuration of `{name}` is not JSON: {}", error.message);
            self.refusals.push(Refusal::of_pod(error.span, message, "failed to unmarshal"));
        }
        let root = tree.docs().next().filter(|_| tree.errors.is_empty() && !tree.is_open());
        self.config = Some(Embedded { entry, tree, path: "config" });
        let Some(root) = root.filter(|root| !root.is_unknown()) else { return };
        if root.kind() == Kind::Map {
            self.refusals = refusals(&root, &self.object.name.text);
            self.network = Network::of(root);
        } else {
            let message = format!("the configuration of `{}` is no object", self.object.name.text);
            self.refusals.push(Refusal::of_pod(root.span(), message, ""));
        }
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
    fn of(root: Node) -> Option<Network> {
        let plugins = match field(&root, "type") {
            Lookup::Found(entry) if !is_empty(&entry.value) => vec![Plugin::of(&root)],
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

/// What Multus and its library refuse before they call a plugin.
///
/// Source: k8snetworkplumbingwg/network-attachment-definition-client
/// `pkg/utils/cniconfig.go`, `GetCNIConfigFromSpec`; multus-cni
/// `pkg/types/conf.go`, `LoadDelegateNetConf`; containernetworking/cni
/// `libcni/conf.go` and `pkg/utils/utils.go`, `ValidateNetworkName`.
fn refusals(root: &Node, name: &str) -> Vec<Refusal> {
    let mut found = Vec::new();
    for key in ["cniVersion", "name", "type"] {
        let entry = field(root, key).found().filter(|entry| !is_string(&entry.value));
        found.extend(entry.map(|entry| {
            let message = format!("`{key}` of the configuration of `{name}` isn't a string");
            Refusal::of_pod(entry.value.span(), message, format!("{key} of type string"))
        }));
    }
    if let Some(entry) = root.get("name").found()
        && let Some(text) = entry.value.as_str()
        && !is_empty(&entry.value)
        && !is_network_name(text)
    {
        let message = format!("`{text}` in the configuration of `{name}` is no name of a network");
        let printed = "invalid characters found in network name";
        found.push(Refusal::of_pod(entry.value.span(), message, printed));
    }
    let missing = |key| match field(root, key) {
        Lookup::Found(entry) => is_empty(&entry.value),
        Lookup::Absent => true,
        Lookup::Unknown => false,
    };
    if !missing("type") {
        return found;
    }
    if missing("plugins") {
        let message = format!("the configuration of `{name}` has neither `type` nor `plugins`");
        let printed = "delegate must have the 'type' or 'plugin' field";
        found.push(Refusal::of_pod(root.span(), message, printed));
    } else if let Lookup::Found(entry) = field(root, "plugins") {
        found.extend(refusal_of_list(&entry, name));
    }
    found
}

fn refusal_of_list(plugins: &Entry, name: &str) -> Option<Refusal> {
    let span = plugins.value.span();
    if plugins.value.is_unknown() {
        return None;
    }
    if plugins.value.kind() != Kind::Seq {
        let message = format!("`plugins` of `{name}` is no list");
        return Some(Refusal::of_pod(span, message, "cannot unmarshal"));
    }
    if plugins.value.items().next().is_none() {
        return Some(Refusal::of_pod(span, format!("`plugins` of `{name}` is empty"), ""));
    }
    if let Some(key) = plugins.key.as_str().filter(|key| *key != "plugins") {
        let message = format!("`{key}` of `{name}` has to be written `plugins`");
        return Some(Refusal::of_pod(plugins.key.span(), message, "no 'plugins' key"));
    }
    let bare = |node: &Node| match field(node, "type") {
        Lookup::Found(entry) => is_empty(&entry.value),
        Lookup::Absent => node.kind() == Kind::Map && !node.is_unknown(),
        Lookup::Unknown => false,
    };
    let (index, plugin) = plugins.value.items().enumerate().find(|(_, node)| bare(node))?;
    let message = format!("a plugin of `{name}` has no `type`");
    let printed = match index {
        0 => "a plugin delegate must have the 'type' field",
        _ => "missing 'type'",
    };
    Some(Refusal::of_pod(plugin.span(), message, printed))
}

/// `^[a-zA-Z0-9][a-zA-Z0-9_.\-]*$`
fn is_network_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphanumeric())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || "_.-".contains(c))
}

/// As good as absent to Go's decoder.
fn is_empty(value: &Node) -> bool {
    value.raw() == Some("") || value.is_null()
}

/// Nothing is to be filled in. Brackets side by side, markers elsewhere, are
/// nothing to JSON but brackets.
pub fn is_json(text: &str) -> bool {
    let apart = if text.contains("{{") { text.to_owned() } else { text.replace('}', " }") };
    !is_placeholder(&apart.replace("[[{", "[ [{"))
}

/// What the API server takes for a string, or what isn't known; an empty
/// value is none.
pub fn is_string(value: &Node) -> bool {
    let scalar = value.scalar();
    value.is_unknown()
        || value.kind() == Kind::Scalar
            && scalar.is_none_or(|scalar| matches!(scalar, Scalar::Text | Scalar::Null))
}

/// A field as Go's decoder finds it: in any case of letters, the last that
/// stands there.
pub fn field(node: &Node, name: &str) -> Lookup {
    let is_it =
        |entry: &Entry| entry.key.as_str().is_some_and(|key| key.eq_ignore_ascii_case(name));
    match node.entries().filter(is_it).last() {
        Some(_) if node.hidden_entries().any(|entry| is_it(&entry)) => Lookup::Unknown,
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
