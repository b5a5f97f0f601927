//! Where a value goes that a fix sets: into a chart's values, a HelmChartConfig
//! of its own, or a machine's configuration.

use super::{Chart, Cluster, Machine, Origin, Write};
use crate::{
    facts::{chart_values, charts, helm},
    text::{Change, Edit},
    yaml::{Entry, Kind, Lookup, Node, block},
};
use std::collections::BTreeSet;

impl Write {
    pub fn entry(&self) -> Entry {
        Entry { key: self.key.clone(), value: self.value.clone() }
    }

    /// The mapping that holds it.
    fn root(&self) -> Option<Node> {
        let root = self.key.tree().docs().next()?;
        let is_own = root.entries().any(|entry| entry.key.span() == self.key.span());
        is_own.then_some(root)
    }
}

impl Machine {
    /// Sets a key in a file of the configuration, the one that sets it or the
    /// first. `value` is YAML on one line.
    pub fn put(&self, key: &str, value: &str) -> Option<Edit> {
        let in_file = |write: &&Write| write.origin == Origin::File;
        if let Some(setting) = self.settings.get(key) {
            let write = setting.effective().last().filter(in_file)?;
            return write.root()?.put(&[key], value);
        }
        let writes = self.settings.values().flat_map(|setting| &setting.writes);
        let own = |write: &&Write| write.key.tree().file().path == self.path;
        let first = writes.filter(in_file).filter(own).min_by_key(|write| write.key.span())?;
        first.root()?.put(&[key], value)
    }
}

impl Chart {
    /// Sets a value in `valuesContent`. `path` has no wrapper; `value` is YAML on
    /// one line.
    pub fn put(&self, path: &[&str], value: &str) -> Option<Edit> {
        if self.open || self.values.is_some() {
            return None;
        }
        let spec = match self.object.node.get("spec") {
            Lookup::Found(entry) => Some(entry),
            Lookup::Absent => None,
            Lookup::Unknown => return None,
        };
        let step = self.object.node.tree().step();
        let values = block(path, value, step);
        let below = |head: &str, lines: Vec<String>| -> Vec<String> {
            let lines = lines.into_iter().map(|line| format!("{}{line}", " ".repeat(step)));
            std::iter::once(head.to_owned()).chain(lines).collect()
        };
        match (&self.content, spec) {
            (Some(content), _) => {
                let root =
                    content.tree.docs().next().filter(|root| root.entries().next().is_some());
                match root {
                    Some(root) => root.put(path, value),
                    None if content.tree.is_open() => None,
                    None => content.entry.fill(&values),
                }
            }
            (None, Some(spec)) => {
                let lines = below("valuesContent: |-", values);
                match spec.value.kind() {
                    Kind::Map if matches!(spec.value.get("valuesContent"), Lookup::Absent) => {
                        spec.value.add(&lines, "")
                    }
                    Kind::Scalar if spec.value.is_null() => spec.add_below(&lines),
                    Kind::Scalar | Kind::Seq | Kind::Map => None,
                }
            }
            (None, None) => {
                let lines = below("spec:", below("valuesContent: |-", values));
                self.object.node.add(&lines, "")
            }
        }
    }
}

impl Cluster {
    /// Sets a value of a packaged chart, in its HelmChartConfig or in a new one
    /// beside the others. `None` if there are several, or no place for one.
    pub fn put(&self, chart: &str, path: &[&str], value: &str) -> Option<Change> {
        if self.has_helm_chart(chart) {
            return None;
        }
        let wrapper = chart_values::wrapper(chart, &self.releases);
        let full: Vec<&str> = wrapper.iter().chain(path).copied().collect();
        let mut configs = self.configs_of(chart);
        match (configs.next(), configs.next()) {
            (Some(config), None) => config.chart.put(&full, value).map(Change::Edit),
            (None, _) => {
                let folder = self.manifests_folder()?;
                let separator = if folder.is_empty() { "" } else { "/" };
                let path = format!("{folder}{separator}{chart}-config.yaml");
                Some(Change::Create { path, text: new_config(chart, &full, value) })
            }
            (Some(_), Some(_)) => None,
        }
    }

    /// The one folder that the cluster's manifests lie in.
    fn manifests_folder(&self) -> Option<String> {
        let configs = self.chart_configs.iter();
        let configs = configs.filter(|config| config.containers.is_empty() && !config.adopted);
        let of_config = configs.map(|config| config.folder.clone());
        let of_manifest = self.folder.iter().map(|manifest| manifest.base.clone());
        let folders: BTreeSet<String> = of_config.chain(of_manifest).collect();
        let mut folders = folders.into_iter();
        folders.next().filter(|_| folders.next().is_none())
    }
}

fn new_config(chart: &str, path: &[&str], value: &str) -> String {
    let values = block(path, value, 2);
    let values: String = values.iter().map(|line| format!("    {line}\n")).collect();
    format!(
        "apiVersion: {}\nkind: {}\nmetadata:\n  name: {chart}\n  namespace: {}\nspec:\n  \
        valuesContent: |-\n{values}",
        helm::API,
        helm::CONFIG,
        charts::NAMESPACE
    )
}
