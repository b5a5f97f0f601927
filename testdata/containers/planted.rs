//! Twelve mistakes, in pieces that a container puts into its own words.

/// One mistake and what it takes to make it.
pub(super) struct Mistake {
    pub(super) rule: &'static str,
    /// The configuration of a server.
    pub(super) config: &'static [(&'static str, Value)],
    pub(super) manifest: Option<Manifest>,
}

pub(super) enum Value {
    One(&'static str),
    Many(&'static [&'static str]),
}

pub(super) enum Manifest {
    /// Name, namespace and values of a HelmChartConfig.
    Chart { name: &'static str, namespace: &'static str, values: &'static str },
    /// The ranges of a NetworkAttachmentDefinition, in JSON.
    Network { ranges: &'static str },
}

use Manifest::{Chart, Network};
use Value::{Many, One};

const CANAL: &[(&str, Value)] = &[("cni", One("canal"))];
const CLUSTER_CIDR: &str = "10.60.0.0/16";
const SYSTEM: &str = "kube-system";

#[rustfmt::skip]
pub(super) const MISTAKES: [Mistake; 12] = [
    config("cni-unknown-value", &[("cni", One("«flanel»"))]),
    config("multus-not-first", &[("cni", Many(&["canal", "«multus»"]))]),
    config("cluster-service-cidr-overlap", &[
        ("cluster-cidr", One(CLUSTER_CIDR)), ("service-cidr", One("«10.60.128.0/17»")),
    ]),
    config("cluster-dns-outside-service-cidr", &[
        ("service-cidr", One("10.61.0.0/16")), ("cluster-dns", One("«10.43.0.10»")),
    ]),
    config("max-pods-exceeds-node-cidr", &[
        ("cni", One("canal")), ("kubelet-arg", Many(&["«max-pods=500»"])),
    ]),
    config("unknown-config-key", &[
        ("cni", One("canal")), ("«tls-sans»", Many(&["rke2.example.com"])),
    ]),
    manifest("helmchartconfig-name-mismatch", CANAL, Chart {
        name: "«multus»", namespace: SYSTEM, values: "rke2-whereabouts:\n  enabled: true",
    }),
    manifest("helmchartconfig-namespace-mismatch", CANAL, Chart {
        name: "rke2-canal", namespace: "«default»", values: "flannel:\n  iface: eth1",
    }),
    manifest("unknown-chart-value", CANAL, Chart {
        name: "rke2-canal", namespace: SYSTEM, values: "flannel:\n  «ifaces»: eth1",
    }),
    manifest("chart-name-nested-in-values", CANAL, Chart {
        name: "rke2-canal", namespace: SYSTEM, values: "«rke2-canal»:\n  flannel:\n    iface: eth1",
    }),
    manifest("helmchartconfig-for-unselected-chart", CANAL, Chart {
        name: "«rke2-cilium»", namespace: SYSTEM, values: "hubble:\n  enabled: true",
    }),
    manifest("nad-ipam-range-invalid", &[("cni", Many(&["multus", "canal"]))], Network {
        ranges: r#"[[{"subnet": "192.168.9.0/24", "rangeStart": "«192.168.8.10»"}]]"#,
    }),
];

const fn config(rule: &'static str, config: &'static [(&'static str, Value)]) -> Mistake {
    Mistake { rule, config, manifest: None }
}

const fn manifest(
    rule: &'static str,
    config: &'static [(&'static str, Value)],
    manifest: Manifest,
) -> Mistake {
    Mistake { rule, config, manifest: Some(manifest) }
}

impl Mistake {
    /// It is a mistake whoever has the manifest, and whatever else there is.
    pub(super) fn is_of_manifest_alone(&self) -> bool {
        self.manifest.is_some() && self.rule != "helmchartconfig-for-unselected-chart"
    }

    /// `config.yaml`.
    pub(super) fn config_yaml(&self) -> String {
        self.config.iter().map(|(key, value)| yaml_entry(key, value)).collect()
    }

    pub(super) fn manifest_yaml(&self) -> Option<String> {
        self.manifest.as_ref().map(Manifest::yaml)
    }

    pub(super) fn value(&self, key: &str) -> Option<&Value> {
        self.config.iter().find(|(other, _)| *other == key).map(|(_, value)| value)
    }
}

impl Value {
    pub(super) fn all(&self) -> Vec<&'static str> {
        match self {
            One(value) => vec![value],
            Many(values) => values.to_vec(),
        }
    }
}

/// With a line's end.
pub(super) fn yaml_entry(key: &str, value: &Value) -> String {
    match value {
        One(value) => format!("{key}: {value}\n"),
        Many(values) => {
            let items: String = values.iter().map(|value| format!("  - {value}\n")).collect();
            format!("{key}:\n{items}")
        }
    }
}

impl Manifest {
    fn yaml(&self) -> String {
        match self {
            Chart { name, namespace, values } => format!(
                "apiVersion: helm.cattle.io/v1\nkind: HelmChartConfig\nmetadata:\n  \
                 name: {name}\n  namespace: {namespace}\nspec:\n  valuesContent: |-\n{}",
                indented(values, 4)
            ),
            Network { ranges } => format!(
                "apiVersion: k8s.cni.cncf.io/v1\nkind: NetworkAttachmentDefinition\n\
                 metadata:\n  name: storage\n  namespace: apps\nspec:\n  config: |-\n    \
                 {{\"cniVersion\": \"0.3.1\", \"type\": \"macvlan\", \"master\": \"eth1\", \
                 \"ipam\": {{\"type\": \"host-local\", \"ranges\": {ranges}}}}}\n"
            ),
        }
    }
}

/// Each line behind so many blanks, and with an end.
pub(super) fn indented(text: &str, by: usize) -> String {
    text.lines().map(|line| format!("{:by$}{line}\n", "")).collect()
}
