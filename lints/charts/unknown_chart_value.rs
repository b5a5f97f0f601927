use crate::{
    diag::{Fix, Level},
    facts::{
        charts,
        paths::{self, Shape, View},
    },
    lint::{Check, Cx, Lint},
    model::{ChartEntry, Cluster, Unknown},
    text::{self, Edit},
    yaml::{Kind, Node},
};

pub static LINT: Lint = Lint::new(include_str!("unknown-chart-value.md"), Check::Cluster(check));

fn check(cluster: &Cluster, cx: &mut Cx) {
    for chart in charts::all() {
        let entries = cluster.chart_entries(chart.name);
        for entry in entries.iter().filter(|it| matches!(it.unknown, Some(Unknown::Never))) {
            if !entry.has_twin(&entries) {
                report(cluster, chart.name, entry, &entries, cx);
            }
        }
    }
}

fn report(cluster: &Cluster, chart: &str, entry: &ChartEntry, all: &[ChartEntry], cx: &mut Cx) {
    let releases = match cluster.releases.is_supported_set() {
        true => "any supported release".to_owned(),
        false => cluster.releases.to_string(),
    };
    let crds = paths::view(paths::CRDS, &cluster.releases).filter(|_| chart == "rke2-calico");
    let near = near(entry, crds);
    let question = near.as_ref().map_or(String::new(), |near| format!("; did you mean `{near}`?"));
    let what = if entry.is_of_api() { "no field of the objects of" } else { "no value of" };
    let message = format!("`{}` is {what} `{chart}` on {releases}{question}", entry.name);
    let diagnostic = cx.report(entry.span(), message);
    if entry.is_of_api() {
        diagnostic.level(Level::Error).why(
            "the chart passes it on to Kubernetes' API, which refuses a field that it doesn't know: the chart can't be installed",
        );
    } else {
        diagnostic.why("Helm takes any key without a word, and no template of the chart reads this one: what was meant keeps its default");
    }
    if let Some(fix) = near.as_ref().and_then(|near| rename(entry, near, all)) {
        diagnostic.repair(fix);
    }
    diagnostic.fix(match near {
        Some(near) => format!("write `{near}`"),
        None => format!("remove it; `rke2lint explain {chart}` lists the values of the chart"),
    });
    if let Some(span) = cluster.release_source {
        diagnostic.label(span, "the release is said here");
    }
}

/// Only the key changes, and no other has its name.
fn rename(entry: &ChartEntry, near: &str, all: &[ChartEntry]) -> Option<Fix> {
    let node = entry.key.as_ref()?;
    let key = node.as_str()?;
    let meant = near.strip_prefix(above(entry, key)).filter(|key| !key.contains(['.', '[']))?;
    let is_free = all.iter().all(|other| other.name != near);
    let edits = vec![Edit::new(node.span(), key, meant)];
    is_free.then(|| Fix::unsure(format!("write `{meant}`"), edits))
}

/// The path that was probably meant: of a sibling, or of the same key
/// elsewhere in the chart. `crds` have siblings at the top too.
fn near(entry: &ChartEntry, crds: Option<View>) -> Option<String> {
    let key = entry.key.as_ref()?.as_str()?;
    let (parent, above) = (entry.parent(), above(entry, key));
    let views = [Some(entry.view), crds.filter(|_| parent.is_empty())];
    let siblings: Vec<String> = views
        .iter()
        .flatten()
        .flat_map(|view| view.children(parent).filter(|row| row.is_real()).map(|row| row.key()))
        .collect();
    let written = |key: &str| format!("{above}{key}");
    let best = text::nearest(key, siblings.iter().map(String::as_str));
    if let Some(sibling) = best.filter(|sibling| text::is_slip_of(key, sibling)) {
        return Some(written(sibling));
    }
    // Requests and limits belong below `resources`, wherever they stand.
    if ["requests", "limits"].contains(&key) && siblings.iter().any(|it| it == "resources") {
        return Some(written(&format!("resources.{key}")));
    }
    // `service.port` for `service.servicePort`, and `imageTag` for `image.tag`.
    let folded = text::folded(key);
    let prefixed = text::folded(parent.rsplit('.').next().unwrap_or("")) + &folded;
    if let Some(sibling) = siblings.iter().find(|sibling| text::folded(sibling) == prefixed) {
        return Some(written(sibling));
    }
    let below = siblings.iter().filter(|it| folded.starts_with(&text::folded(it))).find_map(|it| {
        let section = paths::join(parent, it);
        let mut keys = entry.view.children(&section).map(|row| row.key());
        let own = keys.find(|own| text::folded(it) + &text::folded(own) == folded)?;
        Some(format!("{it}.{own}"))
    });
    if let Some(below) = below {
        return Some(written(&below));
    }
    elsewhere(entry, key, parent).or_else(|| best.map(written))
}

/// How the mapping around an entry is written, with a dot behind.
fn above<'a>(entry: &'a ChartEntry, key: &str) -> &'a str {
    entry.name.strip_suffix(key).unwrap_or_default()
}

/// The only path with that last key whose place is nearest, where the value
/// could stand. A key that many have must be above the place or below it.
fn elsewhere(entry: &ChartEntry, key: &str, parent: &str) -> Option<String> {
    let shared = |path: &str| {
        path.split('.').zip(parent.split('.')).take_while(|(one, other)| one == other).count()
    };
    let rows = entry.view.named(key).filter(|row| row.is_real() && !row.path.contains('*'));
    let rows = rows.filter(|row| !row.path.starts_with("global."));
    let mut found: Vec<(usize, &str)> = rows.map(|row| (shared(row.path), row.path)).collect();
    found.sort_by_key(|(shared, path)| (std::cmp::Reverse(*shared), path.matches('.').count()));
    found.dedup();
    let many = found.len() > 3;
    let (best, path) = *found.first()?;
    let next = found.get(1).filter(|(shared, _)| *shared == best);
    let alone = next.is_none_or(|(_, other)| {
        other.matches('.').count() > path.matches('.').count() && best > 0
    });
    let place = paths::parent(path);
    let in_line = best > 0 && (best == depth(parent) || best == depth(place));
    (alone && (in_line || !many) && place != parent && fits(entry.view, path, &entry.value))
        .then(|| path.to_owned())
}

fn depth(path: &str) -> usize {
    if path.is_empty() { 0 } else { path.split('.').count() }
}

/// Whether a value could stand at a path: most of its keys are known there.
fn fits(view: View, path: &str, value: &Node) -> bool {
    let is = |shape: Shape| view.at(path).any(|row| row.shape() == shape);
    match value.kind() {
        Kind::Map if is(Shape::Closed) => {
            let (mut known, mut all) = (0, 0);
            for key in value.entries().filter_map(|entry| entry.key.as_str().map(str::to_owned)) {
                known += usize::from(view.having(&paths::join(path, &key)) != 0);
                all += 1;
            }
            all == 0 || 2 * known > all
        }
        Kind::Map => !is(Shape::Scalar) && !is(Shape::List),
        Kind::Seq => !is(Shape::Closed) && !is(Shape::Keyed),
        Kind::Scalar => !is(Shape::Closed) && !is(Shape::Keyed) && !is(Shape::List),
    }
}
