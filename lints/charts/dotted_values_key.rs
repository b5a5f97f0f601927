use crate::{
    facts::{charts, packaged},
    lint::{Check, Cx, Lint},
    model::Cluster,
    yaml::Entry,
};

pub static LINT: Lint = Lint::new(include_str!("dotted-values-key.md"), Check::Cluster(check));

fn check(cluster: &Cluster, cx: &mut Cx) {
    let names = charts::all().map(|chart| chart.name);
    for name in names.filter(|name| !cluster.has_helm_chart(name)) {
        for config in cluster.configs_of(name) {
            for root in config.chart.roots(&cluster.releases) {
                root.entries().for_each(|entry| check_entry(name, &entry, cx));
            }
        }
    }
}

fn check_entry(chart: &str, entry: &Entry, cx: &mut Cx) {
    let Some(key) = entry.key.as_str() else { return };
    let Some((section, rest)) = key.split_once('.') else { return };
    let is_section = section == "global" || packaged::is_section(chart, section);
    if !is_section || rest.split('.').any(str::is_empty) {
        return;
    }
    cx.report(entry.key.span(), format!("`{key}` is one key with dots in it, not a path"))
        .why(format!(
            "only Helm's `--set` takes dots for nesting: `{chart}` has no such key, and what it has below `{section}` stays as it is"
        ))
        .fix(format!("nest it: `{section}:`, and below it `{}:`", rest.replace('.', ":`, and below it `")));
}
