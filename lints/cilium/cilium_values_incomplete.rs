use super::{CHART, PLUGIN, set};
use crate::{
    facts::chart_values,
    lint::{Check, Cx, Lint, default_words},
    model::{ChartValue, Cluster},
};

pub static LINT: Lint =
    Lint::new(include_str!("cilium-values-incomplete.md"), Check::Cluster(check));

fn check(cluster: &Cluster, cx: &mut Cx) {
    let value = |path: &str| cluster.value(CHART, &path.split('.').collect::<Vec<_>>());
    for need in chart_values::needs(CHART) {
        let Some(entry) = set(cluster, &need.path.split('.').collect::<Vec<_>>()) else { continue };
        let old = !cluster.releases.are_past(&need.since);
        // The UI may run without what it usually asks.
        let alone = need.path == "hubble.ui.enabled" && !value("hubble.ui.standalone").is_default();
        if old || alone || entry.value.as_bool() != Some(true) {
            continue;
        }
        let off = match value(need.needs) {
            ChartValue::Default(_) if !need.default => None,
            ChartValue::Set(off) if off.value.as_bool() == Some(false) => Some(off.value.span()),
            _ => continue,
        };
        let message = match off {
            Some(_) => format!("`{}` needs `{}`, which is `false`", need.path, need.needs),
            None => {
                format!("`{}` needs `{}`, which RKE2's chart leaves off", need.path, need.needs)
            }
        };
        let diagnostic = cx.report(entry.value.span(), message);
        diagnostic
            .why(format!(
                "the chart can't be installed, and a new cluster's nodes stay NotReady: \"{}\"",
                need.says
            ))
            .fix(format!("`{}: true`", need.needs));
        if let Some(span) = off {
            diagnostic.label(span, "turned off");
        } else if let Some(words) = default_words(CHART, need.needs, &cluster.releases) {
            diagnostic.why(words);
        }
        if let Some(span) = cluster.plugin().filter(|it| it.name == PLUGIN).and_then(|it| it.span) {
            diagnostic.label(span, "the plugin");
        }
    }
}
