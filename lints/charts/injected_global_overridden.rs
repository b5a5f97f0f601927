use crate::{
    diag::{Confidence, Fix},
    facts::{charts, packaged},
    lint::{Check, Cx, Lint},
    model::{Chart, Cluster, Injection, Value, values},
};

pub static LINT: Lint =
    Lint::new(include_str!("injected-global-overridden.md"), Check::Cluster(check));

fn check(cluster: &Cluster, cx: &mut Cx) {
    for packaged in charts::all().filter(|chart| !cluster.has_helm_chart(chart.name)) {
        for config in cluster.configs_of(packaged.name) {
            check_chart(cluster, &config.chart, cx);
        }
    }
}

fn check_chart(cluster: &Cluster, chart: &Chart, cx: &mut Cx) {
    for injected in packaged::injected() {
        let path: Vec<&str> = std::iter::once("global").chain(injected.path.split('.')).collect();
        let Value::Set(entry) = chart.value(&path, &cluster.releases) else { continue };
        let sets = cluster.releases.are_past(&injected.gate);
        // Empty is what the charts have, and who copies their values means nothing.
        let text = values::text(&entry).filter(|text| sets && !text.is_empty());
        let Some(text) = text else { continue };
        let given: Option<Vec<Injection>> =
            cluster.servers().map(|server| server.injected(injected)).collect();
        let Some(given) = given.filter(|given| !given.is_empty()) else { continue };
        let mut texts = given.iter().flat_map(|given| &given.texts);
        if texts.clone().any(|other| *other == text) {
            continue;
        }
        let own = match texts.next() {
            Some(first) if texts.all(|other| other == first) => format!("to `{first}`"),
            _ => "itself".to_owned(),
        };
        let (name, key) = (path.join("."), injected.key);
        let message = format!("`{name}: {text}` has no effect: RKE2 sets it {own}");
        let diagnostic = cx.report(entry.value.span(), message);
        diagnostic
            .why("RKE2 writes it into `spec.set` of each HelmChart that it packages, and Helm prefers that to all values of a HelmChartConfig")
            .fix(format!("remove it, and set `{key}` in the servers' configuration"))
            .repair(Fix::safe("remove it: RKE2's own value is the one that counts", entry.removal()));
        for span in cluster.servers().filter_map(|server| server.key_span(key)) {
            diagnostic.label(span, "the value that is used");
        }
        if given.iter().any(|given| !given.sure) {
            diagnostic.assume(Confidence::Medium, "the machines have IPv4, as almost all do");
        }
    }
}
