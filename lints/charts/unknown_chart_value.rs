use crate::{
    diag::Level,
    facts::{charts, paths},
    lint::{Check, Cx, Lint},
    model::{ChartEntry, Cluster, Unknown},
    text,
};

pub static LINT: Lint = Lint::new(include_str!("unknown-chart-value.md"), Check::Cluster(check));

fn check(cluster: &Cluster, cx: &mut Cx) {
    for chart in charts::all() {
        let entries = cluster.chart_entries(chart.name);
        for entry in entries.iter().filter(|it| matches!(it.unknown, Some(Unknown::Never))) {
            // Who writes a name in two cases means releases that differ in it.
            let other =
                |it: &ChartEntry| it.unknown.is_none() && plain(&it.name) == plain(&entry.name);
            if !entries.iter().any(other) {
                report(cluster, chart.name, entry, cx);
            }
        }
    }
}

fn plain(text: &str) -> String {
    text.to_ascii_lowercase().replace(['-', '_'], "")
}

fn report(cluster: &Cluster, chart: &str, entry: &ChartEntry, cx: &mut Cx) {
    let releases = match cluster.releases.is_supported_set() {
        true => "any supported release".to_owned(),
        false => cluster.releases.to_string(),
    };
    let near = near(entry);
    let question = near.as_ref().map_or(String::new(), |near| format!("; did you mean `{near}`?"));
    let what = if entry.is_of_api() { "no field of the objects of" } else { "no value of" };
    let message = format!("`{}` is {what} `{chart}` on {releases}{question}", entry.name);
    let diagnostic = cx.report(entry.span(), message);
    if entry.is_of_api() {
        diagnostic.level(Level::Error).why(
            "the chart passes it on to Kubernetes' API, which refuses a field that it doesn't know: the chart can't be installed",
        );
    } else {
        diagnostic.why("Helm takes any key without a word, and no template of the chart reads this one: nothing is set, and the default stays");
    }
    diagnostic.fix(match near {
        Some(near) => format!("write `{near}`"),
        None => format!("remove it; `rke2lint explain {chart}` lists the values of the chart"),
    });
    if let Some(span) = cluster.release_source {
        diagnostic.label(span, "the release is said here");
    }
}

/// The path that was probably meant: of a sibling, or of the same key
/// elsewhere in the chart.
fn near(entry: &ChartEntry) -> Option<String> {
    let key = entry.key.as_ref()?.as_str()?;
    let parent = entry.parent();
    let siblings: Vec<String> =
        entry.view.children(parent).filter(|row| row.is_real()).map(|row| row.key()).collect();
    let written = |key: &str| match entry.name.rsplit_once('.') {
        Some((above, _)) if !parent.is_empty() => format!("{above}.{key}"),
        _ => key.to_owned(),
    };
    let same = siblings.iter().find(|sibling| plain(sibling) == plain(key));
    let slip = || siblings.iter().find(|sibling| text::is_slip_of(key, sibling));
    if let Some(sibling) = same.or_else(slip) {
        return Some(written(sibling));
    }
    // Requests and limits belong below `resources`, wherever they stand.
    if ["requests", "limits"].contains(&key) && siblings.iter().any(|it| it == "resources") {
        return Some(written(&format!("resources.{key}")));
    }
    // `service.port` for `service.servicePort`.
    let prefixed = plain(&format!("{}{key}", parent.rsplit('.').next().unwrap_or("")));
    if let Some(sibling) = siblings.iter().find(|sibling| plain(sibling) == prefixed) {
        return Some(written(sibling));
    }
    let nearest = || text::nearest(key, siblings.iter().map(String::as_str)).map(written);
    elsewhere(entry, key, parent).or_else(nearest)
}

/// The only path with that last key whose place is nearest.
fn elsewhere(entry: &ChartEntry, key: &str, parent: &str) -> Option<String> {
    let shared = |path: &str| {
        path.split('.').zip(parent.split('.')).take_while(|(one, other)| one == other).count()
    };
    let rows = entry.view.named(key).filter(|row| row.is_real() && !row.path.contains('*'));
    let mut found: Vec<(usize, &str)> = rows.map(|row| (shared(row.path), row.path)).collect();
    found.sort_by_key(|(shared, path)| (std::cmp::Reverse(*shared), path.matches('.').count()));
    found.dedup();
    let (best, path) = *found.first()?;
    let next = found.get(1).filter(|(shared, _)| *shared == best);
    let alone = next.is_none_or(|(_, other)| {
        other.matches('.').count() > path.matches('.').count() && best > 0
    });
    let generic = ["enabled", "name", "type", "image", "create", "annotations", "labels"];
    (alone && !(generic.contains(&key) && best == 0) && paths::parent(path) != parent)
        .then(|| path.to_owned())
}
