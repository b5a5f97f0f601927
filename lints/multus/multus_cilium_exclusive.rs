use crate::{
    facts::{self, Answer},
    lint::{Check, Cx, Lint},
    model::{Chart, Cluster, Cni, Read, Repo, Value},
};

pub static LINT: Lint = Lint::new(include_str!("multus-cilium-exclusive.md"), Check::Repo(check));

const CHART: &str = "rke2-cilium";
const PATH: &[&str] = &["cni", "exclusive"];
const WHY: &str = "Cilium renames the files of other plugins in /etc/cni/net.d: Multus is never called, and pods get one interface";

fn check(repo: &Repo, cx: &mut Cx) {
    repo.clusters.iter().for_each(|cluster| check_cluster(repo, cluster, cx));
}

fn check_cluster(repo: &Repo, cluster: &Cluster, cx: &mut Cx) {
    let Read::Set((_, found)) = cluster.cni() else { return };
    let cilium = found.primary().filter(|word| word.text == "cilium");
    let (Some(cilium), Some(_)) = (cilium, found.multus()) else { return };
    let mut configs = cluster.configs_of(CHART).peekable();
    if configs.peek().is_none() {
        // What sets it may be in a file that nobody could read, or in one that
        // belongs to no cluster we know.
        let silent = |chart: &Chart| matches!(chart.value(PATH, &cluster.releases), Value::Default);
        let elsewhere = cluster.open
            || !repo.strays(CHART).all(silent)
            || repo.templates_mention(&[CHART, "exclusive"]);
        if !elsewhere
            && !cluster.has_helm_chart(CHART)
            && let Some(diagnostic) = not_set(cluster, &found, cx)
        {
            diagnostic.fix(
                "add a HelmChartConfig `rke2-cilium` in `kube-system` with `cni.exclusive: false`",
            );
        }
        return;
    }
    for config in configs {
        match config.chart.value(PATH, &cluster.releases) {
            Value::Set(entry)
                if entry.value.as_bool() == Some(true) || entry.value.as_str() == Some("true") =>
            {
                cx.report(
                    entry.value.span(),
                    "`exclusive` is `true`, and Cilium runs beside Multus",
                )
                .label(cilium.span, "Cilium beside Multus")
                .why(WHY)
                .fix("`exclusive: false`");
            }
            Value::Default => {
                if let Some(diagnostic) = not_set(cluster, &found, cx) {
                    diagnostic
                        .label(config.chart.object.name.span, "doesn't set `cni.exclusive`")
                        .fix("set `cni.exclusive: false` in it");
                }
            }
            Value::Set(_) | Value::Unknown => {}
        }
    }
}

fn not_set<'a>(
    cluster: &Cluster,
    found: &Cni,
    cx: &'a mut Cx,
) -> Option<&'a mut crate::diag::Diagnostic> {
    let gate = facts::gate("cilium-exclusive-default-false");
    if cluster.releases.answer(gate) != Answer::No {
        return None;
    }
    let (multus, cilium) = (found.multus()?, found.primary()?);
    let releases = &cluster.releases;
    let message = format!(
        "Cilium beside Multus needs `cni.exclusive: false` on {releases}, and nothing sets it"
    );
    let diagnostic = cx.report(cilium.span, message);
    diagnostic.label(multus.span, "Multus");
    if let Some(span) = cluster.release_source {
        diagnostic.label(span, "the release is said here");
    }
    diagnostic
        .why(WHY)
        .why(format!("the chart's default is `true` there, and `false` from {gate}"));
    Some(diagnostic)
}
