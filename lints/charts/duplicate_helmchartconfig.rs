use crate::{
    diag::{Confidence, Level},
    lint::{Check, Cx, Lint},
    model::{ChartConfig, Cluster, Repo},
};
use std::collections::BTreeMap;

pub static LINT: Lint = Lint::new(include_str!("duplicate-helmchartconfig.md"), Check::Repo(check));

fn check(repo: &Repo, cx: &mut Cx) {
    repo.clusters.iter().for_each(|cluster| check_cluster(repo, cluster, cx));
}

fn check_cluster(repo: &Repo, cluster: &Cluster, cx: &mut Cx) {
    let mut seen: BTreeMap<(&str, String, String), &ChartConfig> = BTreeMap::new();
    for config in &cluster.chart_configs {
        let name = config.chart.name();
        let Some(namespace) = config.chart.object.namespace_name() else { continue };
        if name.is_empty() || repo.is_kustomized(&config.folder) {
            continue;
        }
        // Each server has a copy of the same files; only one folder counts.
        let place = manifests(&config.folder);
        let Some(first) = seen.get(&(name, namespace.clone(), place.clone())) else {
            seen.insert((name, namespace, place), config);
            continue;
        };
        if config.chart.said().is_some_and(|said| first.chart.said() == Some(said)) {
            continue;
        }
        let first_name = &first.chart.object.name;
        let second = &config.chart.object.name;
        let diagnostic = cx
            .report(second.span, format!("this is a second HelmChartConfig `{namespace}/{name}`"));
        diagnostic
            .label(first_name.span, "the first")
            .why("there is one object of a name: the one applied last replaces the other whole, and values aren't merged")
            .fix("put the values of both into one HelmChartConfig");
        let sure = first_name.span.file == second.span.file || is_manifests(&config.folder);
        if !sure {
            diagnostic.level(Level::Warning).assume(
                Confidence::Medium,
                "both lie in one folder, which was taken for one cluster's manifests",
            );
        }
    }
}

fn is_manifests(folder: &str) -> bool {
    folder.split('/').any(|part| part == "manifests")
}

/// The folder that RKE2 walks with all that is in it.
fn manifests(folder: &str) -> String {
    let parts: Vec<&str> = folder.split('/').collect();
    let end = parts.iter().rposition(|part| *part == "manifests").map(|at| at + 1);
    parts[..end.unwrap_or(parts.len())].join("/")
}
