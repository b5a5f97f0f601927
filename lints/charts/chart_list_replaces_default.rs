use super::{holds, rest_on_release};
use crate::{
    facts::{
        charts,
        outcomes::{self, Needed},
    },
    lint::{Check, Cx, Lint},
    model::{ChartEntry, Cluster},
    yaml::{Kind, Lookup, Node},
};

pub static LINT: Lint =
    Lint::new(include_str!("chart-list-replaces-default.md"), Check::Cluster(check));

fn check(cluster: &Cluster, cx: &mut Cx) {
    for chart in charts::all() {
        let mut needed = outcomes::needed(chart.name).peekable();
        if needed.peek().is_none() {
            continue;
        }
        let entries = cluster.chart_entries(chart.name);
        for needed in needed {
            for entry in entries.iter().filter(|entry| entry.path == needed.path) {
                let has = holds(cluster, entry, |_| true);
                if has && tolerates(&entry.value, needed) == Some(false) {
                    report(cluster, entry, needed, cx);
                }
            }
        }
    }
}

/// `None` if it isn't known.
fn tolerates(list: &Node, needed: &Needed) -> Option<bool> {
    if list.kind() != Kind::Seq || list.is_unknown() {
        return None;
    }
    let answers: Vec<Option<bool>> =
        list.items().map(|toleration| covers(&toleration, needed)).collect();
    match answers.contains(&Some(true)) {
        true => Some(true),
        false => (!answers.contains(&None)).then_some(false),
    }
}

/// Source: k8s.io/api core/v1 `Toleration.ToleratesTaint`.
fn covers(toleration: &Node, needed: &Needed) -> Option<bool> {
    if toleration.kind() != Kind::Map {
        return None;
    }
    let field = |name: &str| match toleration.get(name) {
        Lookup::Found(entry) if entry.value.is_null() => Some(String::new()),
        Lookup::Found(entry) => entry.value.as_str().map(str::to_owned),
        Lookup::Absent => Some(String::new()),
        Lookup::Unknown => None,
    };
    let (key, operator) = (field("key")?, field("operator")?);
    let (value, effect) = (field("value")?, field("effect")?);
    let any = operator == "Exists";
    Some(
        (effect.is_empty() || effect == "NoSchedule")
            && (key == needed.taint || key.is_empty() && any)
            && (any || value == needed.value),
    )
}

fn report(cluster: &Cluster, entry: &ChartEntry, needed: &Needed, cx: &mut Cx) {
    let message = format!(
        "`{}` takes the place of the chart's own list, and doesn't tolerate `{}`",
        entry.name, needed.taint
    );
    let diagnostic = cx.report(entry.span(), message);
    diagnostic
        .why(format!("Helm replaces lists whole: {}", needed.then))
        .fix(format!(
            "add `- {{key: {}, operator: Exists, effect: NoSchedule}}`, or `- operator: Exists` for all taints",
            needed.taint
        ));
    rest_on_release(cluster, entry, diagnostic);
}
