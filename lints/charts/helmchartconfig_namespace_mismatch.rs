use crate::{
    facts::charts::{self, NAMESPACE},
    lint::{Check, Cx, Lint},
    model::{Chart, Cluster, Namespace, Repo},
};

pub static LINT: Lint =
    Lint::new(include_str!("helmchartconfig-namespace-mismatch.md"), Check::Repo(check));

fn check(repo: &Repo, cx: &mut Cx) {
    for cluster in &repo.clusters {
        check_cluster(repo, cluster, cx);
    }
}

fn check_cluster(repo: &Repo, cluster: &Cluster, cx: &mut Cx) {
    for config in &cluster.chart_configs {
        let object = &config.chart.object;
        let name = config.chart.name();
        let Some(namespace) = object.namespace_name() else { continue };
        let packaged = charts::packaged(name).is_some();
        if !packaged || namespace == NAMESPACE || repo.sets_namespace(&config.folder) {
            continue;
        }
        let charts = repo.clusters.iter().flat_map(|cluster| &cluster.helm_charts);
        let own = |chart: &Chart| {
            chart.name() == name && chart.object.namespace_name().as_ref() == Some(&namespace)
        };
        if charts.into_iter().any(own) {
            continue;
        }
        // An overlay elsewhere may set it.
        if !matches!(object.namespace, Namespace::Set(_)) && repo.sets_namespaces() {
            continue;
        }
        let (span, message) = match &object.namespace {
            Namespace::Set(entry) => (
                entry.value.span(),
                format!(
                    "the chart `{name}` is in `{NAMESPACE}`, and its HelmChartConfig in `{namespace}`"
                ),
            ),
            Namespace::Absent | Namespace::Unknown => (
                object.name.span,
                format!("the HelmChartConfig `{name}` has no namespace, and lands in `default`"),
            ),
        };
        cx.report(span, message)
            .text("these values are never used")
            .why(format!("the chart itself is in `{NAMESPACE}`, and a HelmChartConfig acts only within its own namespace"))
            .fix(format!("`namespace: {NAMESPACE}`"));
    }
}
