use crate::{
    diag::{Confidence, Fix, Level},
    facts::{Answer, charts, cni},
    lint::{Check, Cx, Lint},
    model::{ChartConfig, Cluster, Read, Repo},
    text::{Edit, nearest},
};

pub static LINT: Lint =
    Lint::new(include_str!("helmchartconfig-name-mismatch.md"), Check::Repo(check));

const WHY: &str = "a HelmChartConfig acts only on a HelmChart of its namespace and name; nobody says that there is none";

fn check(repo: &Repo, cx: &mut Cx) {
    for cluster in &repo.clusters {
        for config in &cluster.chart_configs {
            check_config(repo, cluster, config, cx);
        }
    }
}

fn check_config(repo: &Repo, cluster: &Cluster, config: &ChartConfig, cx: &mut Cx) {
    let name = config.chart.name();
    let span = config.chart.object.name.span;
    let exists = || repo.clusters.iter().any(|cluster| cluster.has_helm_chart(name));
    if let Some(chart) = charts::packaged(name) {
        let releases = &cluster.releases;
        let absent = releases.answer(&chart.gate) == Answer::No
            || chart.removed.as_ref().is_some_and(|gate| releases.answer(gate) == Answer::Yes);
        if absent && !exists() {
            cx.report(span, format!("{releases} packages no chart called `{name}`"))
                .text("these values are never used")
                .why(WHY);
        }
        return;
    }
    if name.is_empty() || exists() {
        return;
    }
    let has_servers = cluster.servers().next().is_some() && !config.adopted;
    if charts::is_known_elsewhere(name) && !has_servers {
        return;
    }
    let Some(near) = suggestion(name) else {
        // Its HelmChart may come from anywhere.
        if !repo.has_unread_charts() {
            let message =
                format!("`{name}` is no packaged chart, and no HelmChart of this repository");
            cx.report(span, message)
                .level(Level::Warning)
                .why(WHY)
                .fix("correct the name, or add the HelmChart; if it comes from elsewhere, all is well")
                .assume(Confidence::Medium, "HelmCharts that other repositories or people create aren't known");
        }
        return;
    };
    let diagnostic =
        cx.report(span, format!("RKE2 packages no chart called `{name}`; did you mean `{near}`?"));
    diagnostic
        .text("these values are never used")
        .why(WHY)
        .fix(format!("`name: {near}`"))
        .repair(Fix::unsure(format!("write `{near}`"), vec![Edit::new(span, name, near)]));
    if let Read::Set((_, found)) = cluster.cni()
        && let Some(word) = found.primary()
        && cni::cni(&word.text).is_some_and(|cni| cni.chart == near)
    {
        diagnostic.label(word.span, format!("its chart is `{near}`"));
    }
    if charts::is_known_elsewhere(name) {
        diagnostic
            .assume(Confidence::Medium, format!("`{name}` is a chart of other distributions"));
    }
}

/// The packaged chart that a name is meant for: with another prefix, an ending
/// too many, or a slip.
fn suggestion(name: &str) -> Option<&'static str> {
    let plain = name.to_ascii_lowercase().replace('_', "-");
    let stem = plain.strip_suffix("-config").or_else(|| plain.strip_suffix("-values"));
    let stem = stem.unwrap_or(&plain);
    let prefixed = format!("rke2-{stem}");
    let exact = [stem, &prefixed].into_iter().find_map(charts::packaged);
    let names = || charts::all().map(|chart| chart.name);
    let begins = |name: &&str| stem.contains('-') && name.starts_with(&format!("{stem}-"));
    exact
        .map(|chart| chart.name)
        .or_else(|| names().find(begins))
        .or_else(|| nearest(stem, names()).filter(|_| stem.starts_with("rke")))
}
