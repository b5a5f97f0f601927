//! Workloads that ask Multus for further networks.
//!
//! Source: k8snetworkplumbingwg/multus-cni `pkg/k8sclient/k8sclient.go`,
//! `parsePodNetworkAnnotation`, v3.7 to v4.3.

use super::{
    attach::{Refusal, field, is_json, is_string, text},
    net::{Range, parse_ip},
    object::Object,
    setting::Word,
};
use crate::{
    text::Span,
    yaml::{Entry, Kind, Lookup, Node, Scalar, embed_json},
};

pub const NETWORKS: &str = "k8s.v1.cni.cncf.io/networks";
/// Instead of the cluster's own network.
pub const DEFAULT: &str = "v1.multus-cni.io/default-network";
/// What an interface's name may have in Linux.
const MAX_INTERFACE: usize = 15;

/// A pod, or what makes pods, with an annotation that Multus reads.
#[derive(Clone, Debug)]
pub struct NetworkRequest {
    pub object: Object,
    /// Names with commas between, or a list in JSON.
    pub annotation: Entry,
    /// What is asked for, as far as it is known and not refused.
    pub asked: Vec<Asked>,
    /// Values with which no pod starts.
    pub refusals: Vec<Refusal>,
    /// It stands on what makes the pods, and none of them gets it.
    pub idle: bool,
}

/// One network.
#[derive(Clone, Debug)]
pub struct Asked {
    pub name: Word,
    pub namespace: Option<Word>,
    /// In the short form, which takes no dots.
    pub short: bool,
}

impl NetworkRequest {
    /// At most one for pods, and one that reaches none.
    pub fn of(object: &Object) -> Vec<NetworkRequest> {
        let template: &[&str] = match (object.kind.as_str(), object.api_version.as_str()) {
            ("Pod", "v1") => &[],
            ("Deployment" | "StatefulSet" | "DaemonSet" | "ReplicaSet", "apps/v1") => {
                &["spec", "template"]
            }
            ("Job", "batch/v1") => &["spec", "template"],
            ("CronJob", "batch/v1" | "batch/v1beta1") => {
                &["spec", "jobTemplate", "spec", "template"]
            }
            _ => return Vec::new(),
        };
        let look = |above: &[&str], name: &str| {
            object.node.at(&[above, &["metadata", "annotations", name]].concat())
        };
        let mut found: Vec<NetworkRequest> = Vec::new();
        if let Lookup::Found(annotation) = look(template, NETWORKS) {
            found.push(NetworkRequest::read(object, annotation, false));
        }
        // Without containers it is a patch of another file's object.
        let containers = [template, &["spec", "containers"]].concat();
        let whole = !template.is_empty() && object.node.at(&containers).found().is_some();
        for name in [NETWORKS, DEFAULT].into_iter().filter(|_| whole) {
            if let (Lookup::Found(annotation), Lookup::Absent) =
                (look(&[], name), look(template, name))
            {
                found.push(NetworkRequest::read(object, annotation, true));
            }
        }
        found
    }

    /// How many pods there are of it at a time; `None` if that isn't said.
    pub fn pods(&self) -> Option<i128> {
        let key = match self.object.kind.as_str() {
            "Pod" => return Some(1),
            "Deployment" | "StatefulSet" | "ReplicaSet" => "replicas",
            "Job" => "parallelism",
            _ => return None,
        };
        match self.object.node.at(&["spec", key]) {
            Lookup::Found(entry) => match entry.value.scalar()? {
                Scalar::Int(count) => Some(count),
                _ => None,
            },
            Lookup::Absent => Some(1),
            Lookup::Unknown => None,
        }
    }

    fn read(object: &Object, annotation: Entry, idle: bool) -> NetworkRequest {
        let object = object.clone();
        let (asked, refusals) = (Vec::new(), Vec::new());
        let mut request = NetworkRequest { object, annotation, asked, refusals, idle };
        let value = request.annotation.value.clone();
        if !is_string(&value) {
            let message = "the annotation isn't a string".to_owned();
            request.refusals.push(Refusal::of_object(value.span(), message, "of type string"));
            return request;
        }
        match value.raw().filter(|text| is_json(text)) {
            None | Some("") => {}
            Some(text) if text.contains(['[', '{', '"']) => request.read_json(&value),
            Some(text) => request.read_short(text, &value),
        }
        request
    }

    fn refuse(&mut self, span: Span, message: String, printed: impl Into<String>) {
        self.refusals.push(Refusal::of_pod(span, message, printed));
    }

    /// `[namespace/]name[@interface]`, with commas between.
    fn read_short(&mut self, text: &str, value: &Node) {
        let key = self.annotation.key.span();
        let mut at = 0;
        for item in text.split(',') {
            // Where a piece of it lies, without the blanks around it.
            let base = item.as_ptr() as usize;
            let word = |piece: &str| {
                let start = at + (piece.as_ptr() as usize - base);
                let trimmed = piece.trim();
                let from = start + (piece.len() - piece.trim_start().len());
                let span = value.part_span(from, from + trimmed.len());
                Word { text: trimmed.to_owned(), span, key }
            };
            let whole = word(item);
            let parts: Vec<&str> = item.split('/').collect();
            let (namespace, rest) = match parts.as_slice() {
                [rest] => (None, *rest),
                [namespace, rest] => (Some(word(namespace)), *rest),
                _ => {
                    let message = format!("`{}` has more than one `/`", whole.text);
                    let printed = "Invalid network object (failed at '/')";
                    return self.refuse(whole.span, message, printed);
                }
            };
            let parts: Vec<&str> = rest.split('@').collect();
            let (name, interface) = match parts.as_slice() {
                [name] => (word(name), None),
                [name, interface] => (word(name), Some(word(interface))),
                _ => {
                    let message = format!("`{}` has more than one `@`", whole.text);
                    let printed = "Invalid network object (failed at '@')";
                    return self.refuse(whole.span, message, printed);
                }
            };
            if name.text.is_empty() {
                let span = if whole.text.is_empty() { value.span() } else { whole.span };
                let message =
                    "a comma or a `/` stands where the name of a network should".to_owned();
                self.refuse(span, message, "cannot find a network-attachment-definition ()");
            }
            for word in namespace.iter().chain([&name]) {
                if !is_label(&word.text) && !word.text.is_empty() {
                    let message = format!("`{}` can't be named in the short form", word.text);
                    self.refuse(word.span, message, format!("mismatch @ '{}'", word.text));
                }
            }
            if let Some(interface) = interface {
                self.check_interface(&interface);
            }
            let namespace = namespace.filter(|word| !word.text.is_empty());
            self.asked.push(Asked { name, namespace, short: true });
            at += item.len() + 1;
        }
    }

    fn check_interface(&mut self, interface: &Word) {
        let text = &interface.text;
        if text.len() > MAX_INTERFACE {
            let message = format!(
                "`{text}` is longer than the {MAX_INTERFACE} characters of an interface's name"
            );
            self.refuse(interface.span, message, "");
        } else if text.contains(|c: char| c.is_whitespace() || "/:".contains(c))
            || [".", ".."].contains(&text.as_str())
        {
            let message = format!("`{text}` is no name of an interface");
            self.refuse(interface.span, message, "");
        }
    }

    fn read_json(&mut self, value: &Node) {
        const START: &str =
            "failed to parse pod Network Attachment Selection Annotation JSON format";
        let Some(tree) = embed_json(value) else { return };
        if let Some(error) = tree.errors.first() {
            let message = format!("the annotation is not JSON: {}", error.message);
            return self.refuse(error.span, message, START);
        }
        let Some(root) = tree.docs().next().filter(|_| !tree.is_open()) else { return };
        if root.is_unknown() {
            return;
        }
        if root.kind() != Kind::Seq {
            return self.refuse(root.span(), "the annotation is no list".to_owned(), START);
        }
        for item in root.items().filter(|item| !item.is_unknown()) {
            if item.kind() != Kind::Map {
                let message = "an item of the list is no object".to_owned();
                self.refuse(item.span(), message, START);
                continue;
            }
            self.read_element(&item);
        }
    }

    fn read_element(&mut self, item: &Node) {
        let key = self.annotation.key.span();
        match field(item, "name") {
            Lookup::Absent => {
                let message = "a network has no `name`".to_owned();
                let printed = "cannot find a network-attachment-definition ()";
                self.refuse(item.span(), message, printed);
            }
            Lookup::Found(entry) => {
                let Some(name) = entry.value.as_str() else { return };
                if !name.split('.').all(is_label) {
                    let hint =
                        if name.contains('/') { "; `namespace` is a field of its own" } else { "" };
                    let message =
                        format!("`{name}` is no name of a NetworkAttachmentDefinition{hint}");
                    let printed = format!("cannot find a network-attachment-definition ({name})");
                    self.refuse(entry.value.span(), message, printed);
                } else {
                    let name = Word { text: name.to_owned(), span: entry.value.span(), key };
                    match field(item, "namespace") {
                        Lookup::Found(entry) if entry.value.is_unknown() => {}
                        Lookup::Unknown => {}
                        Lookup::Found(_) | Lookup::Absent => {
                            let namespace =
                                text(item, "namespace").filter(|word| !word.text.is_empty());
                            self.asked.push(Asked { name, namespace, short: false });
                        }
                    }
                }
            }
            Lookup::Unknown => return,
        }
        for name in ["mac", "infiniband-guid"] {
            let Some(word) = text(item, name).filter(|word| !word.text.is_empty()) else {
                continue;
            };
            if !is_mac(&word.text) {
                let message = format!("`{}` in `{name}` is no hardware address", word.text);
                self.refuse(
                    word.span,
                    message,
                    format!("address {}: invalid MAC address", word.text),
                );
            }
        }
        if let Some(interface) = text(item, "interface") {
            self.check_interface(&interface);
        }
        let Lookup::Found(ips) = field(item, "ips") else { return };
        if ips.value.kind() != Kind::Seq && !ips.value.is_unknown() && !ips.value.is_null() {
            let message = "`ips` is no list".to_owned();
            return self.refuse(ips.value.span(), message, "of type []string");
        }
        for node in ips.value.items() {
            let Some(ip) = node.as_str() else { continue };
            if ip.contains('/') && Range::parse(ip, None).is_none() {
                let message = format!("`{ip}` in `ips` is no address");
                self.refuse(node.span(), message, format!("failed to parse CIDR \"{ip}\""));
            } else if !ip.contains('/') && parse_ip(ip).is_none() {
                let message = format!("`{ip}` in `ips` is no address");
                self.refuse(node.span(), message, format!("failed to parse IP address \"{ip}\""));
            }
        }
    }
}

/// `^[a-z0-9]([-a-z0-9]*[a-z0-9])?$`
pub fn is_label(text: &str) -> bool {
    let fine = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    text.starts_with(fine) && text.ends_with(fine) && text.chars().all(|c| fine(c) || c == '-')
}

/// What Go's `net.ParseMAC` takes.
fn is_mac(text: &str) -> bool {
    let groups = |separator: char, width: usize| {
        let parts: Vec<&str> = text.split(separator).collect();
        let hex = |part: &&str| part.len() == width && part.bytes().all(|b| b.is_ascii_hexdigit());
        parts.iter().all(hex) && [6, 8, 20].contains(&(parts.len() * width / 2))
    };
    groups(':', 2) || groups('-', 2) || groups('.', 4)
}
