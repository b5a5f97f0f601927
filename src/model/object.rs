//! Kubernetes objects of a manifest, as far as rules look at them.

use crate::{
    facts::{Answer, Releases, helm},
    text::Span,
    yaml::{Entry, Kind, Lookup, Maker, Node, Tree, embed_yaml},
};
use std::sync::Arc;

/// One object of a document, or of a `List` in it.
#[derive(Clone, Debug)]
pub struct Object {
    pub node: Node,
    pub api_version: String,
    pub kind: String,
    pub name: Name,
    pub namespace: Namespace,
}

/// `metadata.name`.
#[derive(Clone, Debug)]
pub struct Name {
    /// Empty if it isn't known.
    pub text: String,
    pub span: Span,
}

#[derive(Clone, Debug)]
pub enum Namespace {
    /// The object lands in `default`.
    ///
    /// Source: rancher/wrangler `pkg/apply/desiredset_process.go`; RKE2's
    /// deploy controller sets no other.
    Absent,
    Set(Entry),
    Unknown,
}

impl Object {
    /// The objects of one document; none if it holds none.
    pub fn of_document(doc: &Node) -> Vec<Object> {
        let Some(object) = Object::of_node(doc) else { return Object::below(doc) };
        if object.kind == "List" || object.kind.ends_with("List") {
            let items = doc.get("items").found();
            let items: Vec<Node> = items.map_or(Vec::new(), |entry| entry.value.items().collect());
            return items.iter().filter_map(Object::of_node).collect();
        }
        vec![object]
    }

    /// Other programs' documents hold objects as values of their keys, or as
    /// `resources`.
    ///
    /// Source: rancher/rancherd `pkg/config/types.go`.
    fn below(doc: &Node) -> Vec<Object> {
        let has = |node: &Node, key: &str| node.text_at(&[key]).is_some();
        let is_object = |node: &Node| has(node, "apiVersion") && has(node, "kind");
        let resources = doc.get("resources").found().map(|entry| entry.value);
        let listed = resources.iter().flat_map(Node::items);
        let values = doc.entries().map(|entry| entry.value);
        let nodes = values.chain(listed.collect::<Vec<_>>()).filter(is_object);
        nodes.filter_map(|node| Object::of_node(&node)).collect()
    }

    fn of_node(node: &Node) -> Option<Object> {
        let kind = node.text_at(&["kind"])?;
        let api_version = node.text_at(&["apiVersion"]).unwrap_or_default();
        let name = match node.at(&["metadata", "name"]) {
            Lookup::Found(entry) => Name {
                text: entry.value.as_str().unwrap_or("").to_owned(),
                span: entry.value.span(),
            },
            Lookup::Absent | Lookup::Unknown => Name { text: String::new(), span: head(node) },
        };
        let namespace = match node.at(&["metadata", "namespace"]) {
            Lookup::Found(entry) if entry.value.is_unknown() => Namespace::Unknown,
            Lookup::Found(entry) if entry.value.is_null() => Namespace::Absent,
            Lookup::Found(entry) => Namespace::Set(entry),
            Lookup::Absent => Namespace::Absent,
            Lookup::Unknown => Namespace::Unknown,
        };
        Some(Object { node: node.clone(), api_version, kind, name, namespace })
    }

    pub fn is(&self, api: &str, kind: &str) -> bool {
        self.kind == kind && self.api_version == api
    }

    /// `default` if none is set; `None` if it isn't known.
    pub fn namespace_name(&self) -> Option<String> {
        match &self.namespace {
            Namespace::Absent => Some("default".to_owned()),
            Namespace::Set(entry) => entry.value.raw().map(str::to_owned),
            Namespace::Unknown => None,
        }
    }

    /// `HelmChartConfig kube-system/rke2-cilium`, as far as it is known.
    pub fn title(&self) -> String {
        match self.namespace_name() {
            Some(namespace) => format!("{} {namespace}/{}", self.kind, self.name.text),
            None => format!("{} {}", self.kind, self.name.text),
        }
    }
}

/// A node's first key.
pub fn head(node: &Node) -> Span {
    let first = node.entries().chain(node.hidden_entries()).next();
    first.map_or_else(|| node.span(), |entry| entry.key.span())
}

/// A string of an object that is a document.
#[derive(Clone, Debug)]
pub struct Embedded {
    /// The entry that holds the string.
    pub entry: Entry,
    pub tree: Arc<Tree>,
    /// Where it lies in the object, such as `valuesContent`.
    pub path: &'static str,
}

/// What a look-up in a chart's values finds.
#[derive(Clone, Debug)]
pub enum Value {
    /// The repository says so, here.
    Set(Entry),
    /// The repository doesn't say: the chart's default applies.
    Default,
    /// A template, a Secret or a broken line may say.
    Unknown,
}

/// A HelmChart or a HelmChartConfig.
#[derive(Clone, Debug)]
pub struct Chart {
    pub object: Object,
    /// `spec.valuesContent`.
    pub content: Option<Embedded>,
    /// `spec.values`, which wins over `valuesContent`.
    pub values: Option<Node>,
    /// What `spec` sets, in order.
    pub fields: Vec<Entry>,
    /// Fields of `spec` that stand beside it or in `metadata`, and a `spec` in
    /// `metadata`.
    pub misplaced: Vec<Entry>,
    /// Values come from elsewhere too, or can't be seen.
    pub open: bool,
}

impl Chart {
    pub fn of(object: &Object) -> Option<Chart> {
        if !is_helm_kind(&object.kind) || object.api_version != helm::API {
            return None;
        }
        let spec = object.node.get("spec");
        let mut open = matches!(spec, Lookup::Unknown);
        let spec = spec.found().map(|entry| entry.value);
        let look = |key: &str| spec.as_ref().map_or(Lookup::Absent, |spec| spec.get(key));
        let content = match look("valuesContent") {
            Lookup::Found(entry) if entry.value.kind() == Kind::Scalar => {
                let tree = embed_yaml(&entry.value);
                let path = "valuesContent";
                tree.map(|tree| Embedded { entry, tree, path })
            }
            Lookup::Found(_) | Lookup::Absent => None,
            Lookup::Unknown => {
                open = true;
                None
            }
        };
        open |= matches!(look("valuesSecrets"), Lookup::Found(_) | Lookup::Unknown);
        let values = look("values").found().map(|entry| entry.value);
        let fields = spec.iter().flat_map(|spec| spec.entries().collect::<Vec<_>>()).collect();
        let misplaced = misplaced(object);
        Some(Chart { object: object.clone(), content, values, fields, misplaced, open })
    }

    /// A HelmChart or HelmChartConfig of an API that has no such kind.
    pub fn is_of_no_api(object: &Object) -> bool {
        let unread = match object.node.get("apiVersion") {
            Lookup::Found(entry) => entry.value.is_unknown(),
            Lookup::Absent => false,
            Lookup::Unknown => true,
        };
        // Other programs have a HelmChart too.
        let groups = ["helm.cattle.io/", "k3s.cattle.io/"];
        let theirs = object.kind == helm::CONFIG
            || object.kind == helm::CHART
                && groups.iter().any(|group| object.api_version.starts_with(group));
        theirs && !unread && !object.name.text.is_empty() && object.api_version != helm::API
    }

    /// Its structured values, as somebody writes them into `valuesContent`.
    pub(super) fn packed(mut self) -> Chart {
        let values = self.fields.iter().find(|field| field.key.raw() == Some("values"));
        self.content = values.map(|entry| {
            let mut maker = Maker::beside(&entry.value);
            let root = maker.copy(&entry.value);
            if entry.value.tree().is_open() {
                maker.open();
            }
            Embedded { entry: entry.clone(), tree: maker.finish(root), path: "" }
        });
        self.values = None;
        self.fields.clear();
        self
    }

    pub fn name(&self) -> &str {
        &self.object.name.text
    }

    /// Lines of its values that say something, as they are written; `None` if
    /// they aren't known.
    pub fn said(&self) -> Option<Vec<&str>> {
        let content = self.content.as_ref().map(|content| &content.entry.value);
        if self.open || content.is_some_and(Node::is_unknown) {
            return None;
        }
        let content = content.map_or(Some(""), Node::raw)?;
        let values = self.values.as_ref();
        let values = values.map_or("", |node| node.tree().file().slice(node.span()));
        let lines = content.lines().chain(values.lines());
        let says = |line: &&str| !line.trim().is_empty() && !line.trim_start().starts_with('#');
        Some(lines.filter(says).map(str::trim_end).collect())
    }

    /// The documents that its values come from, as far as they are known.
    pub fn roots(&self, releases: &Releases) -> Vec<Node> {
        let field = helm::field(&self.object.kind, "values");
        let known = field.is_some_and(|field| releases.answer(&field.gate) == Answer::Yes);
        let values = self.values.clone().filter(|_| known);
        let content = self.content.as_ref().and_then(|content| content.tree.docs().next());
        values.into_iter().chain(content).collect()
    }

    /// The value at a path of keys, as Helm would see it without the chart's
    /// own defaults. An explicit null is Helm's way to say "no default", and
    /// is [`Value::Set`]. Releases without `spec.values` drop it.
    pub fn value(&self, path: &[&str], releases: &Releases) -> Value {
        let mut open = self.open;
        let field = helm::field(&self.object.kind, "values");
        let known = field.map_or(Answer::No, |field| releases.answer(&field.gate));
        open |= self.values.is_some() && known == Answer::Depends;
        let values = self.values.clone().filter(|_| known == Answer::Yes);
        let content = self.content.as_ref().and_then(|content| content.tree.docs().next());
        let roots = values.into_iter().chain(content);
        for root in roots {
            match root.at(path) {
                Lookup::Found(entry) => return Value::Set(entry),
                Lookup::Unknown => open = true,
                Lookup::Absent => {}
            }
        }
        let unread = self.content.as_ref().is_some_and(|content| {
            content.tree.is_open() || content.tree.docs().next().is_some_and(|doc| doc.is_unknown())
        });
        if open || unread { Value::Unknown } else { Value::Default }
    }
}

fn is_helm_kind(kind: &str) -> bool {
    kind == helm::CHART || kind == helm::CONFIG
}

fn misplaced(object: &Object) -> Vec<Entry> {
    let is_field = |entry: &Entry| {
        entry.key.as_str().is_some_and(|key| helm::field(&object.kind, key).is_some())
    };
    let metadata = object.node.get("metadata").found().map(|entry| entry.value);
    let in_metadata = metadata.iter().flat_map(|node| node.entries().collect::<Vec<_>>());
    let in_metadata = in_metadata.filter(|entry| {
        is_field(entry) || entry.key.as_str() == Some("spec") && entry.value.kind() == Kind::Map
    });
    object.node.entries().filter(is_field).chain(in_metadata).collect()
}
