//! What the values of a packaged chart come to in a cluster: set by one of its
//! HelmChartConfigs, the chart's default, or unknown.
//!
//! Charts of the user's own have values too, of which nothing is known here.

use super::{Cluster, File, Selected, State, Value, object::Chart, setting::Read};
use crate::{
    facts::{Answer, chart_values, charts, cni, helm, paths},
    yaml::{Entry, Kind, Scalar},
};
use std::{collections::BTreeMap, sync::Arc};

/// What the cluster's HelmChartConfigs and the chart say of a path.
#[derive(Clone, Debug)]
pub enum ChartValue {
    /// Here, and to a value that can be read; not null.
    Set(Entry),
    /// Nobody sets it: the defaults of the versions of the chart that the
    /// cluster may have, as Helm prints them, in the order in which they came;
    /// none if the tables don't say.
    Default(Vec<&'static str>),
    Unknown,
}

impl ChartValue {
    pub fn is_default(&self) -> bool {
        matches!(self, ChartValue::Default(_))
    }

    pub fn set(self) -> Option<Entry> {
        match self {
            ChartValue::Set(entry) => Some(entry),
            ChartValue::Default(_) | ChartValue::Unknown => None,
        }
    }
}

/// Who does kube-proxy's work, as far as a plugin's values say.
#[derive(Clone, Debug)]
pub enum Replacement {
    /// The plugin.
    On(Entry),
    /// Not the plugin, by this value or because nothing turns it on.
    Off(Option<Entry>),
    Unknown,
}

/// What may set values without being a part of any cluster.
#[derive(Debug, Default)]
pub struct Elsewhere {
    /// HelmChartConfigs that no machine was found for, and charts that are
    /// there under a condition, by name.
    strays: BTreeMap<String, Vec<Chart>>,
    /// Templates that nobody read, by each packaged chart that they mention.
    templates: BTreeMap<&'static str, Vec<Arc<File>>>,
}

impl Elsewhere {
    pub(super) fn of(files: &[Arc<File>], clusters: &[Cluster]) -> Elsewhere {
        let mut elsewhere = Elsewhere::default();
        let orphans = clusters.iter().filter(|cluster| cluster.machines.is_empty());
        let orphans = orphans.flat_map(|cluster| &cluster.chart_configs);
        let hidden = files.iter().flat_map(|file| &file.hidden_charts);
        for chart in orphans.map(|config| &config.chart).chain(hidden) {
            let name = chart.name().to_owned();
            elsewhere.strays.entry(name).or_default().push(chart.clone());
        }
        for file in files.iter().filter(|file| file.state == State::Template) {
            for chart in charts::all().filter(|chart| file.source.text.contains(chart.name)) {
                elsewhere.templates.entry(chart.name).or_default().push(Arc::clone(file));
            }
        }
        elsewhere
    }

    fn may_set(&self, cluster: &Cluster, chart: &str, path: &[&str]) -> bool {
        let last = path.last().copied().unwrap_or_default();
        let mut strays = self.strays.get(chart).into_iter().flatten();
        let mut templates = self.templates.get(chart).into_iter().flatten();
        let may = |stray: &Chart| {
            let own = stray.object.kind == helm::CHART;
            own || !matches!(stray.value(path, &cluster.releases), Value::Default)
        };
        strays.any(may) || templates.any(|file| file.source.text.contains(last))
    }
}

impl Cluster {
    /// What a value of a packaged chart comes to. Unknown too if several
    /// HelmChartConfigs of a name say different things.
    pub fn value(&self, chart: &str, path: &[&str]) -> ChartValue {
        if self.has_helm_chart(chart) {
            return ChartValue::Unknown;
        }
        let wrapper = chart_values::wrapper(chart, &self.releases);
        let full: Vec<&str> = wrapper.iter().chain(path).copied().collect();
        let mut found: Option<Value> = None;
        for config in self.configs_of(chart) {
            let value = config.chart.value(&full, &self.releases);
            // A document under a condition sets it, or nobody does.
            let value = match value {
                Value::Set(_) if config.chart.object.node.tree().condition().is_some() => {
                    Value::Unknown
                }
                value => value,
            };
            found = match (found, value) {
                (_, Value::Unknown) => return ChartValue::Unknown,
                (None, value) => Some(value),
                (Some(first), other) if same(&first, &other) => Some(first),
                (Some(_), _) => return ChartValue::Unknown,
            };
        }
        match found {
            Some(Value::Set(entry)) if entry.value.is_unknown() || entry.value.is_null() => {
                ChartValue::Unknown
            }
            Some(Value::Set(entry)) => ChartValue::Set(entry),
            None if self.open || self.elsewhere.may_set(self, chart, &full) => ChartValue::Unknown,
            Some(Value::Default | Value::Unknown) | None => {
                let path = path.iter().fold(String::new(), |path, key| paths::join(&path, key));
                ChartValue::Default(chart_values::defaults(chart, &path, &self.releases))
            }
        }
    }

    /// The plugin that all servers select.
    pub fn plugin(&self) -> Option<Selected> {
        self.cni().map(|(_, cni)| cni).selected()
    }

    /// Whether a plugin's chart may be deployed: nothing selects another, nor
    /// disables it. Values of one that isn't do no harm.
    pub fn may_deploy(&self, plugin: &str) -> bool {
        let chart = cni::cni(plugin).map(|cni| cni.chart);
        let disabled = match self.words("disable") {
            Read::Set((_, words)) => words.iter().any(|word| Some(word.text.trim()) == chart),
            Read::Default | Read::Unknown => false,
        };
        !disabled && self.plugin().is_none_or(|selected| selected.name == plugin)
    }

    /// Whether a plugin replaces kube-proxy.
    pub fn replacement(&self, plugin: &str) -> Replacement {
        match cni::cni(plugin) {
            Some(cni) if !cni.replaces_kube_proxy => Replacement::Off(None),
            Some(cni) if cni.name == "cilium" => self.replacement_of_cilium(cni.chart),
            Some(cni) if cni.name == "calico" => self.replacement_of_calico(cni.chart),
            Some(_) | None => Replacement::Unknown,
        }
    }

    fn replacement_of_cilium(&self, chart: &str) -> Replacement {
        const PATH: &str = "kubeProxyReplacement";
        // Parts of the replacement that may be on without the whole.
        const PARTS: [&str; 5] =
            ["nodePort", "hostPort", "externalIPs", "socketLB", "hostServices"];
        let plain = PARTS.iter().all(|part| self.value(chart, &[part]).is_default());
        let off = |text: &str| text == "false" || text == "disabled";
        match self.value(chart, &[PATH]) {
            ChartValue::Set(entry) => {
                let Some(text) = text(&entry) else { return Replacement::Unknown };
                let taken = chart_values::takes(chart, PATH, &text, &self.releases) != Answer::No;
                match text.as_str() {
                    _ if !taken => Replacement::Unknown,
                    "true" | "strict" => Replacement::On(entry),
                    text if off(text) && plain => Replacement::Off(Some(entry)),
                    _ => Replacement::Unknown,
                }
            }
            // Who doesn't say the release runs hardly one of 2021.
            ChartValue::Default(values) => {
                let all = values.iter().all(|value| off(value));
                let off = !values.is_empty() && (all || self.releases.is_supported_set());
                if off && plain { Replacement::Off(None) } else { Replacement::Unknown }
            }
            ChartValue::Unknown => Replacement::Unknown,
        }
    }

    /// Nothing tells Cilium where the API server is, so it asks at the address
    /// of the Service. No if it isn't known.
    ///
    /// Source: rancher/rke2-charts rke2-cilium, templates/cilium-agent/daemonset.yaml,
    /// KUBERNETES_SERVICE_HOST; templates/cilium-configmap.yaml, k8s.apiServerURLs.
    pub fn cilium_lacks_endpoint(&self) -> bool {
        const OTHERS: [&str; 5] =
            ["k8s", "k8sServiceHostRef", "extraEnv", "extraArgs", "extraConfig"];
        let value = |key| self.value("rke2-cilium", &[key]);
        let host = match value("k8sServiceHost") {
            ChartValue::Set(entry) => text(&entry).is_some_and(|text| text.is_empty()),
            ChartValue::Default(_) => true,
            ChartValue::Unknown => false,
        };
        host && OTHERS.iter().all(|key| value(key).is_default())
    }

    /// Source: tigera/operator api/v1, LinuxDataplane, which is Iptables by
    /// default; kubeProxyManagement and Felix may say otherwise.
    fn replacement_of_calico(&self, chart: &str) -> Replacement {
        const OTHERS: [&[&str]; 3] = [
            &["installation", "calicoNetwork", "kubeProxyManagement"],
            &["felixConfiguration", "bpfEnabled"],
            &["defaultFelixConfiguration"],
        ];
        let plain = OTHERS.iter().all(|path| self.value(chart, path).is_default());
        match self.value(chart, &["installation", "calicoNetwork", "linuxDataplane"]) {
            ChartValue::Set(entry) => match entry.value.as_str() {
                Some("BPF" | "VPP") => Replacement::On(entry),
                Some("Iptables" | "Nftables") if plain => Replacement::Off(Some(entry)),
                _ => Replacement::Unknown,
            },
            ChartValue::Default(_) if plain => Replacement::Off(None),
            ChartValue::Default(_) | ChartValue::Unknown => Replacement::Unknown,
        }
    }
}

/// A scalar as Helm's templates print it. `None` for collections and numbers.
pub fn text(entry: &Entry) -> Option<String> {
    match entry.value.scalar()? {
        Scalar::Bool(value) => Some(value.to_string()),
        Scalar::Text => entry.value.as_str().map(str::to_owned),
        Scalar::Null | Scalar::Int(_) | Scalar::Float(_) => None,
    }
}

/// Whether a condition of Helm's templates holds for it; no for numbers, of
/// which nobody asks.
pub fn is_true(entry: &Entry) -> bool {
    match entry.value.kind() {
        Kind::Scalar => match entry.value.scalar() {
            Some(Scalar::Bool(value)) => value,
            Some(Scalar::Text) => entry.value.as_str().is_some_and(|text| !text.is_empty()),
            _ => false,
        },
        Kind::Map => entry.value.entries().next().is_some(),
        Kind::Seq => entry.value.items().next().is_some(),
    }
}

fn same(first: &Value, other: &Value) -> bool {
    match (first, other) {
        (Value::Default, Value::Default) => true,
        (Value::Set(a), Value::Set(b)) => format!("{:?}", a.value) == format!("{:?}", b.value),
        _ => false,
    }
}
