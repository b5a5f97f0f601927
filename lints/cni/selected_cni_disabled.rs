use crate::{
    diag::{Confidence, Level},
    facts::{charts, cni},
    lint::{Check, Cx, Lint},
    model::{Cluster, Machine, Read},
};

pub static LINT: Lint = Lint::new(include_str!("selected-cni-disabled.md"), Check::Cluster(check));

fn check(cluster: &Cluster, cx: &mut Cx) {
    for machine in cluster.servers() {
        check_server(cluster, machine, cx);
        check_helper(cluster, machine, cx);
    }
}

/// Charts that the selection brings beside the plugin's own.
fn check_helper(cluster: &Cluster, machine: &Machine, cx: &mut Cx) {
    let (Read::Set(disabled), Read::Set(cni)) = (machine.words("disable"), machine.cni()) else {
        return;
    };
    let crds = cni.primary().map(|word| (format!("rke2-{}-crd", word.text), word.span));
    let multus = cni.multus().map(|word| (format!("rke2-{}", word.text), word.span));
    for (chart, selected) in crds.into_iter().chain(multus) {
        let Some(word) = disabled.iter().find(|word| word.text == chart) else { continue };
        if charts::packaged(&chart).is_none() || cluster.has_helm_chart(&chart) {
            continue;
        }
        cx.report(word.span, format!("`disable` removes `{chart}`, which `cni` selects"))
            .label(selected, "selects it")
            .level(Level::Warning)
            .why("`disable` wins: the chart is deleted, and what needs it doesn't work")
            .fix(format!("take `{chart}` off the list, or select something else"));
    }
}

fn check_server(cluster: &Cluster, machine: &Machine, cx: &mut Cx) {
    let Read::Set(disabled) = machine.words("disable") else { return };
    let Some(plugin) = machine.cni().selected() else { return };
    let Some(chart) = cni::cni(&plugin.name).map(|cni| cni.chart) else { return };
    let own =
        cni::all().any(|cni| cluster.has_helm_chart(cni.chart) || cluster.has_helm_chart(cni.name));
    let Some(word) = disabled.iter().find(|word| word.text.trim() == chart) else { return };
    // Whoever brings a chart of the same kind knows what `disable` does.
    if own || cluster.has_helm_chart("tigera-operator") {
        return;
    }
    let which =
        if plugin.span.is_some() { "the plugin that is selected" } else { "the default plugin" };
    let message = format!("`disable` removes `{chart}`, the chart of {which}");
    let diagnostic = cx.report(word.span, message);
    diagnostic
        .why("the chart is deleted and no other takes its place: nodes stay NotReady until somebody installs a plugin")
        .fix(format!("take `{chart}` off the list; if you bring a plugin of your own, say `cni: none`"));
    match plugin.span {
        Some(span) => {
            diagnostic.label(span, "selects it");
        }
        None => {
            let note = format!("no `cni` here, so it is RKE2's default, `{}`", plugin.name);
            // Who turns off kube-proxy too brings a plugin that replaces it.
            let brings = machine.flag("disable-kube-proxy") != Some(false);
            diagnostic
                .level(if brings { Level::Note } else { Level::Warning })
                .assume(Confidence::Medium, note);
        }
    }
}
