//! Clusters that Rancher provisions: what their `rkeConfig` comes to on machines.
//!
//! Source: rancher/rancher `pkg/capr/planner/config.go`, `filter.go` and
//! `manifests.go`, v2.15.0; before v2.8 in `pkg/provisioningv2/rke2/planner`.

use crate::{
    facts::rancher,
    yaml::{Entry, Kind, Lookup, Made, Maker, Node, Scalar, Tree},
};
use std::sync::Arc;

/// `machineGlobalConfig` as Rancher hands it on: keys pass, and `cni` has a
/// default that isn't RKE2's. `anchor` is where defaults are shown.
pub(super) fn global_config(global: Option<&Node>, anchor: &Node) -> Node {
    let mut maker = Maker::beside(global.unwrap_or(anchor));
    let mut entries = global.map_or(Vec::new(), |global| passed(&mut maker, global));
    let cni = global.map_or(Lookup::Absent, |global| global.get("cni"));
    if let (Lookup::Absent, Some(plugin)) = (cni, rancher::default("cni")) {
        let at = Maker::at(anchor);
        entries.push((maker.plain("cni", at.clone()), maker.text(plugin, at)));
    }
    let root = maker.map(&entries, Maker::at(global.unwrap_or(anchor)));
    only_document(&maker.finish(root))
}

/// `machineSelectorConfig[].config`, whose keys replace those of the global one.
pub(super) fn selected_config(config: &Node) -> Node {
    let mut maker = Maker::beside(config);
    let entries = passed(&mut maker, config);
    let root = maker.map(&entries, Maker::at(config));
    only_document(&maker.finish(root))
}

/// The same keys, of which nobody knows on which machines they are set.
pub(super) fn veil(config: &Node) -> Node {
    let mut maker = Maker::beside(config);
    let veiled = config.entries().chain(config.hidden_entries()).map(|entry| {
        let key = maker.copy(&entry.key);
        (key, maker.unknown(Maker::at(&entry.value)))
    });
    let entries: Vec<(Made, Made)> = veiled.collect();
    let root = maker.map(&entries, Maker::at(config));
    only_document(&maker.finish(root))
}

/// Texts, true, false and lists pass; of anything else Rancher drops the key,
/// in releases that we don't know apart.
fn passed(maker: &mut Maker, config: &Node) -> Vec<(Made, Made)> {
    if config.tree().is_open() {
        maker.open();
    }
    let passes = |value: &Node| match value.kind() {
        Kind::Seq => true,
        Kind::Map => false,
        Kind::Scalar => matches!(value.scalar(), Some(Scalar::Text | Scalar::Bool(_))),
    };
    let mut entry = |entry: Entry| {
        let key = maker.copy(&entry.key);
        let at = Maker::at(&entry.value);
        let value = if passes(&entry.value) { maker.copy(&entry.value) } else { maker.unknown(at) };
        (key, value)
    };
    let mut all: Vec<(Made, Made)> = config.entries().map(&mut entry).collect();
    all.extend(config.hidden_entries().map(|entry| {
        let key = maker.copy(&entry.key);
        (key, maker.unknown(Maker::at(&entry.value)))
    }));
    all
}

/// The HelmChartConfigs that Rancher makes of `chartValues`, as a List.
pub(super) fn chart_configs(charts: &Node) -> Arc<Tree> {
    let mut maker = Maker::beside(charts);
    if charts.tree().is_open() {
        maker.open();
    }
    let named = |entry: &Entry| entry.key.as_str().is_some();
    let known = charts.entries().filter(named).filter(|entry| says_something(&entry.value));
    let mut objects: Vec<Made> =
        known.map(|entry| chart_config(&mut maker, &entry, false)).collect();
    let hidden = charts.hidden_entries().filter(named);
    objects.extend(hidden.map(|entry| chart_config(&mut maker, &entry, true)));
    let at = Maker::at(charts);
    let items = maker.seq(&objects, at.clone());
    let kind = (maker.plain("kind", at.clone()), maker.text("List", at.clone()));
    let items = (maker.plain("items", at.clone()), items);
    let root = maker.map(&[kind, items], at);
    maker.finish(root)
}

/// Rancher's forms list every chart, most of them with `{}`.
fn says_something(values: &Node) -> bool {
    values.is_unknown() || values.is_partial() || values.entries().next().is_some()
}

/// `hidden`: nobody knows whether the chart is listed.
fn chart_config(maker: &mut Maker, chart: &Entry, hidden: bool) -> Made {
    let at = Maker::at(&chart.key);
    let mut text =
        |key: &str, value: &str| (maker.plain(key, at.clone()), maker.text(value, at.clone()));
    let api = text("apiVersion", "helm.cattle.io/v1");
    let kind = text("kind", "HelmChartConfig");
    let namespace = text("namespace", "kube-system");
    let name = (maker.plain("name", at.clone()), maker.copy(&chart.key));
    let metadata = maker.map(&[name, namespace], at.clone());
    let metadata = (maker.plain("metadata", at.clone()), metadata);
    let values = match hidden {
        true => maker.unknown(Maker::at(&chart.value)),
        false => maker.copy(&chart.value),
    };
    let values = (maker.plain("values", at.clone()), values);
    let spec = maker.map(&[values], Maker::at(&chart.value));
    let spec = (maker.plain("spec", at.clone()), spec);
    maker.map(&[api, kind, metadata, spec], at.start..Maker::at(&chart.value).end)
}

fn only_document(tree: &Arc<Tree>) -> Node {
    tree.docs().next().expect("a tree that was made has one document")
}

/// Whether a version of Kubernetes is one of RKE2's. `None` if it isn't known.
pub(super) fn is_rke2(version: Option<&Node>) -> Option<bool> {
    let version = version?.as_str().filter(|version| !version.is_empty())?;
    Some(version.contains("rke2"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        text::{FileId, SourceFile},
        yaml,
    };

    fn root(text: &str) -> Node {
        let file = Arc::new(SourceFile::new(FileId(0), "a.yaml", text));
        only_document(&yaml::parse(&file))
    }

    /// The mapping as it was made, `?` for what isn't known.
    fn shown(node: &Node) -> String {
        let value = |value: &Node| match value.is_unknown() {
            true => "?".to_owned(),
            false => format!("{value:?}"),
        };
        let entries =
            node.entries().map(|entry| format!("{:?}: {}", entry.key, value(&entry.value)));
        entries.collect::<Vec<_>>().join(", ")
    }

    #[test]
    fn keys_pass_and_calico_is_the_default() {
        let global = root("{disable: [rke2-coredns], write-kubeconfig-mode: 644}");
        let config = global_config(Some(&global), &global);
        let expected =
            "\"disable\": [\"rke2-coredns\"], \"write-kubeconfig-mode\": ?, \"cni\": \"calico\"";
        assert_eq!(shown(&config), expected);
        let global = root("{cni: cilium}");
        assert_eq!(shown(&global_config(Some(&global), &global)), "\"cni\": \"cilium\"");
        assert_eq!(shown(&global_config(None, &global)), "\"cni\": \"calico\"");
        assert_eq!(shown(&veil(&global)), "\"cni\": ?");
    }

    #[test]
    fn values_become_chart_configs() {
        let charts = root(
            "rke2-cilium:\n  cni: {exclusive: false}\nrke2-coredns: {}\nrke2-multus: {a: 1}\n",
        );
        let list = only_document(&chart_configs(&charts));
        let items: Vec<Node> = list.get("items").found().expect("a list").value.items().collect();
        let name = |item: &Node| item.text_at(&["metadata", "name"]);
        let names: Vec<_> = items.iter().filter_map(name).collect();
        assert_eq!(names, ["rke2-cilium", "rke2-multus"]);
        let found = items[0].at(&["spec", "values", "cni", "exclusive"]).found();
        let value = found.expect("it was copied").value;
        assert_eq!(charts.tree().file().slice(value.span()), "false");
    }

    #[test]
    fn versions_of_others() {
        let is = |text: &str| is_rke2(Some(&root(&format!("'{text}'"))));
        assert_eq!(is("v1.34.2+rke2r1"), Some(true));
        assert_eq!(is("v1.34.2+k3s1"), Some(false));
        assert_eq!(is("${VERSION}"), None);
    }
}
