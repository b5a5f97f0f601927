use crate::{
    diag::{Confidence, Fix, Level},
    facts::charts::{self, NAMESPACE},
    lint::{Check, Cx, Lint},
    model::{Chart, ChartConfig, Cluster, Namespace, Object, Repo},
    text::Edit,
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
        let Some(namespace) = config.chart.object.namespace_name() else { continue };
        let name = config.chart.name();
        if repo.sets_namespace(&config.folder) || has_chart(repo, name, &namespace) {
            continue;
        }
        // An overlay elsewhere may set it.
        let is_set = matches!(config.chart.object.namespace, Namespace::Set(_));
        if !is_set && repo.sets_namespaces() {
            continue;
        }
        if charts::packaged(name).is_none() {
            own(repo, cluster, config, &namespace, cx);
        } else if namespace != NAMESPACE {
            packaged(config, &namespace, cx);
        }
    }
}

/// A HelmChart of the repository's own, in any cluster.
fn has_chart(repo: &Repo, name: &str, namespace: &str) -> bool {
    let mut charts = repo.clusters.iter().flat_map(|cluster| &cluster.helm_charts);
    charts.any(|chart| {
        chart.name() == name && chart.object.namespace_name().is_none_or(|found| found == namespace)
    })
}

fn packaged(config: &ChartConfig, namespace: &str, cx: &mut Cx) {
    let object = &config.chart.object;
    let name = config.chart.name();
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
        .fix(format!("`namespace: {NAMESPACE}`"))
        .repair(Fix::safe(
            format!("write `namespace: {NAMESPACE}`"),
            edit(object, namespace),
        ));
}

/// Another namespace, or one where there is none.
fn edit(object: &Object, namespace: &str) -> Option<Edit> {
    match &object.namespace {
        Namespace::Set(entry) => Some(Edit::new(entry.value.span(), namespace, NAMESPACE)),
        Namespace::Absent => object.node.put(&["metadata", "namespace"], NAMESPACE),
        Namespace::Unknown => None,
    }
}

/// The chart is one of the cluster's own HelmCharts, in another namespace.
fn own(repo: &Repo, cluster: &Cluster, config: &ChartConfig, namespace: &str, cx: &mut Cx) {
    let name = config.chart.name();
    let mut charts = cluster.helm_charts.iter().filter(|chart| chart.name() == name);
    let Some(chart) = charts.next().filter(|chart| is_at_rest(repo, chart)) else { return };
    let Some(other) = chart.object.namespace_name() else { return };
    let object = &config.chart.object;
    let span = match &object.namespace {
        Namespace::Set(entry) => entry.value.span(),
        Namespace::Absent | Namespace::Unknown => object.name.span,
    };
    let message =
        format!("the HelmChart `{name}` is in `{other}`, and its HelmChartConfig in `{namespace}`");
    cx.report(span, message)
        .level(Level::Warning)
        .text("these values are never used")
        .label(chart.object.name.span, "the HelmChart")
        .why("a HelmChartConfig acts only on a HelmChart of its own namespace, and nobody says that there is none")
        .fix(format!("`namespace: {other}`"))
        .assume(Confidence::Medium, format!("no other HelmChart `{name}` is known"));
}

/// Nothing beside the HelmChart gives it another namespace.
fn is_at_rest(repo: &Repo, chart: &Chart) -> bool {
    matches!(chart.object.namespace, Namespace::Set(_)) || !repo.sets_namespaces()
}
