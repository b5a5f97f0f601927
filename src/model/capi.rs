//! Cluster API Provider RKE2: the configuration that it writes on machines.
//!
//! Source: rancher/cluster-api-provider-rke2 `pkg/rke2/config.go` and
//! `bootstrap/internal/controllers/rke2config_controller.go`, v0.1.0 to v0.25.0.
//! What the provider adds by itself (`token`, `server`, the address of the
//! control plane among `tls-san`) nobody can know.

use super::{
    blueprint::{self, Blueprint},
    class::{self, Patch},
    machine::Role,
    object::Object,
};
use crate::{
    facts::capi::{self, Field, Form, In},
    yaml::{Entry, Kind, Lookup, Made, Maker, Node, Scalar},
};

/// The configuration that the provider writes, as a mapping whose nodes lie
/// where the fields do. `objects` are those of the file.
pub(super) fn config(blueprint: &Blueprint<'_>, objects: &[Object]) -> Node {
    let mut config = Config::beside(blueprint);
    config.fields("agentConfig", In::Agent);
    if blueprint.role == Role::Server {
        config.cni();
        config.fields("serverConfig", In::Server);
        config.network(class::network(blueprint.object, objects));
    }
    config.finish()
}

/// The mapping in the making.
struct Config<'a> {
    spec: &'a Node,
    patches: &'a [Patch],
    maker: Maker,
    entries: Vec<(Made, Made)>,
}

/// What a field is set to.
enum Set {
    To(Entry),
    /// By something that can't be read; the node shows where.
    Unknown(Node),
}

impl<'a> Config<'a> {
    fn beside(blueprint: &'a Blueprint<'_>) -> Config<'a> {
        let spec = &blueprint.spec;
        let mut maker = Maker::beside(spec);
        let added = blueprint::commands_may_add(spec);
        if spec.tree().is_open() || blueprint.classless || added {
            maker.open();
        }
        Config { spec, patches: &blueprint.patches, maker, entries: Vec::new() }
    }

    fn fields(&mut self, part: &'static str, place: In) {
        let is_cni = |field: &&Field| matches!(field.form, Form::Cni | Form::Multus);
        for field in capi::fields(place).filter(|field| !is_cni(field)) {
            let mut path = vec![part];
            path.extend(&field.path);
            match self.look(&path) {
                Some(Set::To(entry)) if says_nothing(&entry.value) => {}
                Some(Set::To(entry)) => self.write(field, &entry),
                Some(Set::Unknown(node)) => self.write_unknown(field.key, &node),
                None => {}
            }
        }
    }

    /// Multus is said beside the plugin, and comes before it.
    fn cni(&mut self) {
        let mut said = |form| {
            let field = capi::fields(In::Server).find(|field| field.form == form)?;
            let mut path = vec!["serverConfig"];
            path.extend(&field.path);
            match self.look(&path)? {
                Set::To(entry) if says_nothing(&entry.value) => None,
                Set::To(entry) if entry.value.is_unknown() => Some(Set::Unknown(entry.value)),
                set => Some(set),
            }
        };
        let (multus, plugin) = (said(Form::Multus), said(Form::Cni));
        match (multus, plugin) {
            (None, None) => {}
            (Some(Set::Unknown(place)), _) | (_, Some(Set::Unknown(place))) => {
                self.write_unknown("cni", &place);
            }
            (None, Some(Set::To(plugin))) => {
                let value = self.maker.copy(&plugin.value);
                self.add("cni", &plugin.key, value);
            }
            (Some(Set::To(multus)), plugin) => {
                let mut items = vec![self.maker.text("multus", Maker::at(&multus.value))];
                let entry = match plugin {
                    Some(Set::To(plugin)) => {
                        items.push(self.maker.copy(&plugin.value));
                        plugin
                    }
                    _ => multus,
                };
                let value = self.maker.seq(&items, Maker::at(&entry.value));
                self.add("cni", &entry.key, value);
            }
        }
    }

    /// A patch wins over what the template says.
    fn look(&mut self, path: &[&str]) -> Option<Set> {
        if let Some(patch) = self.patches.iter().rev().find(|patch| patch.touches(path)) {
            return match patch.value_at(path) {
                Some(Lookup::Found(entry)) => Some(Set::To(entry)),
                Some(Lookup::Absent) => None,
                Some(Lookup::Unknown) | None => Some(Set::Unknown(patch.place.clone())),
            };
        }
        match self.spec.at(path) {
            Lookup::Found(entry) => Some(Set::To(entry)),
            Lookup::Absent => None,
            Lookup::Unknown => {
                self.maker.open();
                None
            }
        }
    }

    fn write(&mut self, field: &Field, entry: &Entry) {
        let value = &entry.value;
        let at = Maker::at(value);
        let is_true = value.as_bool();
        let made = match field.form {
            _ if value.is_unknown() && !matches!(field.form, Form::Fixed(_)) => {
                self.maker.unknown(at)
            }
            Form::Copied | Form::Ranges => self.maker.copy(value),
            Form::Inverted => {
                let text = if is_true == Some(true) { "false" } else { "true" };
                self.maker.plain(text, at)
            }
            Form::Env => self.pairs(value, '='),
            Form::Mounts => self.pairs(value, ':'),
            Form::Fixed(text) => self.maker.plain(text, at),
            Form::Unknown => self.maker.unknown(at),
            Form::Item(word) => {
                let Some(item) = value.items().find(|item| item.as_str() == Some(word)) else {
                    return;
                };
                self.maker.plain("true", Maker::at(&item))
            }
            Form::Cni | Form::Multus => return,
        };
        self.add(field.key, &entry.key, made);
    }

    fn pairs(&mut self, map: &Node, separator: char) -> Made {
        let mut items = Vec::new();
        for entry in map.entries() {
            let at = Maker::at(&entry.key).start..Maker::at(&entry.value).end;
            items.push(match (entry.key.as_str(), entry.value.as_str()) {
                (Some(key), Some(value)) => {
                    self.maker.text(&format!("{key}{separator}{value}"), at)
                }
                _ => self.maker.unknown(at),
            });
        }
        self.maker.seq(&items, Maker::at(map))
    }

    /// The ranges of the Cluster that owns the control plane.
    fn network(&mut self, network: class::Network) {
        for field in capi::fields(In::Network) {
            match &network {
                class::Network::Of(cluster) => {
                    let mut path = vec!["spec", "clusterNetwork"];
                    path.extend(&field.path);
                    match cluster.at(&path) {
                        Lookup::Found(entry) if says_nothing(&entry.value) => {}
                        Lookup::Found(entry) => self.write(field, &entry),
                        Lookup::Absent => {}
                        Lookup::Unknown => self.write_unknown(field.key, cluster),
                    }
                }
                class::Network::Elsewhere => {
                    let spec = self.spec.clone();
                    self.write_unknown(field.key, &spec);
                }
            }
        }
    }

    fn write_unknown(&mut self, key: &'static str, place: &Node) {
        let start = Maker::at(place).start;
        let value = self.maker.unknown(start..start);
        let key = self.maker.plain(key, start..start);
        self.entries.push((key, value));
    }

    fn add(&mut self, key: &'static str, place: &Node, value: Made) {
        let key = self.maker.plain(key, Maker::at(place));
        self.entries.push((key, value));
    }

    fn finish(mut self) -> Node {
        let root = self.maker.map(&self.entries, Maker::at(self.spec));
        let tree = self.maker.finish(root);
        tree.docs().next().expect("a tree that was made has one document")
    }
}

/// What Go's encoder leaves out: the provider marks all fields so.
fn says_nothing(value: &Node) -> bool {
    match value.kind() {
        Kind::Scalar => match value.scalar() {
            Some(Scalar::Null | Scalar::Bool(false)) => true,
            _ => value.as_str() == Some(""),
        },
        Kind::Seq => value.items().next().is_none() && !value.is_unknown(),
        Kind::Map => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        text::{FileId, SourceFile},
        yaml,
    };
    use std::sync::Arc;

    /// `key = value` of each entry, and where both lie, in the words of the file.
    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let file = Arc::new(SourceFile::new(FileId(0), "a.yaml", text));
        let tree = yaml::parse(&file);
        let objects: Vec<Object> = tree.docs().flat_map(|doc| Object::of_document(&doc)).collect();
        let blueprint = objects.iter().find_map(|object| Blueprint::of(object, &objects));
        let root = config(&blueprint.expect("one is there"), &objects);
        let place = |node: &Node| file.slice(node.span()).to_owned();
        let found: Vec<String> = root
            .entries()
            .map(|entry| {
                let (key, value) = (entry.key.raw().unwrap_or("?").to_owned(), &entry.value);
                let shown = if value.is_unknown() { "?".into() } else { format!("{value:?}") };
                format!("{key} = {shown} @ {} {}", place(&entry.key), place(value))
            })
            .collect();
        assert_eq!(found, expected);
    }

    const CONTROL_PLANE: &str = "apiVersion: controlplane.cluster.x-k8s.io/v1beta1\n\
        kind: RKE2ControlPlane\nmetadata: {name: a}\n";

    fn cluster(network: &str) -> String {
        format!(
            "---\napiVersion: cluster.x-k8s.io/v1beta1\nkind: Cluster\nmetadata: {{name: a}}\n\
             spec:\n  controlPlaneRef: {{kind: RKE2ControlPlane, name: a}}\n{network}"
        )
    }

    #[test]
    fn fields_become_keys_where_they_stand() {
        let spec = "spec:\n  agentConfig:\n    kubelet:\n      extraArgs: [max-pods=250]\n  \
            serverConfig:\n    cni: cilium\n    cniMultusEnable: true\n    disableComponents:\n      \
            kubernetesComponents: [cloudController, kubeProxy]\n    clusterDNS: ''\n    \
            kubeAPIServer: {extraEnv: {A: b}}\n    embeddedRegistry: false\n";
        let network = "  clusterNetwork:\n    pods: {cidrBlocks: [10.1.0.0/16, 'fd::/48']}\n";
        let text = format!("{CONTROL_PLANE}{spec}{}", cluster(network));
        check(
            &text,
            &[
                "kubelet-arg = [\"max-pods=250\"] @ extraArgs [max-pods=250]",
                "cni = [\"multus\", \"cilium\"] @ cni cilium",
                "disable-cloud-controller = \"true\" @ kubernetesComponents cloudController",
                "disable-kube-proxy = \"true\" @ kubernetesComponents kubeProxy",
                "kube-apiserver-extra-env = [\"A=b\"] @ extraEnv {A: b}",
                "cluster-cidr = [\"10.1.0.0/16\", \"fd::/48\"] @ cidrBlocks [10.1.0.0/16, 'fd::/48']",
            ],
        );
    }

    #[test]
    fn ranges_of_a_cluster_that_is_not_there_are_unknown() {
        let unknown = ["cluster-cidr = ? @  ", "service-cidr = ? @  "];
        check(&format!("{CONTROL_PLANE}spec: {{replicas: 3}}\n"), &unknown);
        let two = cluster("").repeat(2);
        check(&format!("{CONTROL_PLANE}spec: {{replicas: 3}}\n{two}"), &unknown);
        check(&format!("{CONTROL_PLANE}spec: {{replicas: 3}}\n{}", cluster("")), &[]);
    }

    #[test]
    fn placeholders_stay_unknown() {
        let spec = "spec:\n  serverConfig:\n    cni: ${CNI}\n    cniMultusEnable: ${MULTUS}\n";
        let text = format!("{CONTROL_PLANE}{spec}{}", cluster(""));
        check(&text, &["cni = ? @  "]);
    }

    #[test]
    fn patches_of_a_class_win() {
        let template = "apiVersion: controlplane.cluster.x-k8s.io/v1beta1\n\
            kind: RKE2ControlPlaneTemplate\nmetadata: {name: a}\nspec: {template: {spec: \
            {serverConfig: {cni: canal, clusterDomain: a.b, tlsSan: [a]}}}}\n";
        let class = "---\napiVersion: cluster.x-k8s.io/v1beta1\nkind: ClusterClass\n\
            metadata: {name: c}\nspec:\n  controlPlane: {ref: {kind: RKE2ControlPlaneTemplate, \
            name: a}}\n  patches:\n  - definitions:\n    - selector: {kind: RKE2ControlPlaneTemplate}\n      \
            jsonPatches:\n      - {op: replace, path: /spec/template/spec/serverConfig/cni, \
            valueFrom: {variable: cni}}\n      - {op: add, path: \
            /spec/template/spec/serverConfig/clusterDomain, value: c.d}\n      - {op: add, path: \
            /spec/template/spec/serverConfig/tlsSan/-, value: b}\n---\n\
            apiVersion: cluster.x-k8s.io/v1beta1\nkind: Cluster\nspec: {topology: {class: c}}\n";
        let path = "/spec/template/spec/serverConfig";
        check(
            &format!("{template}{class}"),
            &[
                "cni = ? @  ",
                &format!("cluster-domain = \"c.d\" @ {path}/clusterDomain c.d"),
                "tls-san = ? @  ",
            ],
        );
    }
}
