use crate::{
    diag::Fix,
    facts,
    lint::{Check, Cx, Lint, default_words},
    model::{ChartValue, Cluster, Read, values},
    text::Edit,
};

pub static LINT: Lint =
    Lint::new(include_str!("multus-cilium-exclusive.md"), Check::Cluster(check));

const CHART: &str = "rke2-cilium";
const WHY: &str = "Cilium renames the files of other plugins in /etc/cni/net.d: Multus is never called, and pods get one interface";

fn check(cluster: &Cluster, cx: &mut Cx) {
    let Read::Set((_, found)) = cluster.cni() else { return };
    let cilium = found.primary().filter(|word| word.text == "cilium");
    let (Some(cilium), Some(multus)) = (cilium, found.multus()) else { return };
    match cluster.value(CHART, &["cni", "exclusive"]) {
        ChartValue::Set(entry) if values::text(&entry).as_deref() == Some("true") => {
            let message = "`exclusive` is `true`, and Cilium runs beside Multus";
            cx.report(entry.value.span(), message)
                .label(cilium.span, "Cilium beside Multus")
                .why(WHY)
                .fix("`exclusive: false`")
                .repair(Fix::unsure(
                    "write `false`, which leaves other plugins' configurations alone",
                    vec![Edit::new(entry.value.span(), "true", "false")],
                ));
        }
        ChartValue::Default(defaults) if defaults == ["true"] => {
            let gate = facts::gate("cilium-exclusive-default-false");
            let message = format!(
                "Cilium beside Multus needs `cni.exclusive: false` on {}, and nothing sets it",
                cluster.releases
            );
            let diagnostic = cx.report(cilium.span, message);
            diagnostic.label(multus.span, "Multus");
            if let Some(span) = cluster.release_source {
                diagnostic.label(span, "the release is said here");
            }
            diagnostic.why(WHY);
            if let Some(words) = default_words(CHART, "cni.exclusive", &cluster.releases) {
                diagnostic.why(format!("{words}, and `false` from {gate} on"));
            }
            match cluster.configs_of(CHART).next() {
                Some(config) => diagnostic
                    .label(config.chart.object.name.span, "doesn't set `cni.exclusive`")
                    .fix("set `cni.exclusive: false` in the HelmChartConfig `rke2-cilium`"),
                None => diagnostic.fix(
                    "add a HelmChartConfig `rke2-cilium` in `kube-system` with `cni.exclusive: false`",
                ),
            };
            diagnostic.repair(Fix::unsure(
                "set `cni.exclusive: false`, which leaves other plugins' configurations alone",
                cluster.put(CHART, &["cni", "exclusive"], "false"),
            ));
        }
        ChartValue::Set(_) | ChartValue::Default(_) | ChartValue::Unknown => {}
    }
}
