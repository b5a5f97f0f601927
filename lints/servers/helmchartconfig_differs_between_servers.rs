use crate::{
    diag::Confidence,
    lint::{Check, Cx, Lint},
    model::{ChartConfig, Cluster, Join, Machine},
};

pub static LINT: Lint =
    Lint::new(include_str!("helmchartconfig-differs-between-servers.md"), Check::Cluster(check));

fn check(cluster: &Cluster, cx: &mut Cx) {
    for join in cluster.joins() {
        let of = |own, other| {
            cluster
                .chart_configs
                .iter()
                .filter(move |config| Machine::owns(own, &config.folder, other))
        };
        for config in of(join.joiner, join.first) {
            for first in of(join.first, join.joiner) {
                compare(&join, config, first, cx);
            }
        }
    }
}

fn compare(join: &Join, config: &ChartConfig, first: &ChartConfig, cx: &mut Cx) {
    let (chart, other) = (&config.chart, &first.chart);
    let namespace = chart.object.namespace_name();
    let same = chart.name() == other.name() && namespace == other.object.namespace_name();
    let (Some(own), Some(others), Some(namespace)) = (chart.said(), other.said(), namespace) else {
        return;
    };
    if !same || chart.name().is_empty() || own == others {
        return;
    }
    let message = format!(
        "HelmChartConfig `{namespace}/{}` has other values than on the cluster's first server",
        chart.name()
    );
    let diagnostic = cx.report(chart.object.name.span, message);
    diagnostic
        .label(other.object.name.span, "on the first server")
        .why("there is one object of a name, and each server applies its own file at start: the chart is installed with the values of the server that started last")
        .fix("put the same file on all servers, or on one");
    if let Some(doubt) = join.doubt {
        diagnostic.assume(Confidence::Medium, doubt);
    }
}
