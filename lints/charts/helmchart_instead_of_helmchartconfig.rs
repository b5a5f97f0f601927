use crate::{
    diag::{Fix, Level},
    facts::{Answer, charts, helm},
    lint::{Check, Cx, Lint},
    model::{Chart, Cluster},
    text::{Edit, Span},
    yaml::Entry,
};

pub static LINT: Lint =
    Lint::new(include_str!("helmchart-instead-of-helmchartconfig.md"), Check::Cluster(check));

fn check(cluster: &Cluster, cx: &mut Cx) {
    for chart in &cluster.helm_charts {
        let has = |field: &str| chart.fields.iter().any(|entry| entry.key.raw() == Some(field));
        let ours = chart.object.namespace_name().as_deref() == Some(charts::NAMESPACE)
            && cluster.deploys(chart.name()) == Answer::Yes;
        // A copy of RKE2's own, or a file that another rule speaks of.
        let copy =
            has("chartContent") || cluster.reserved.iter().any(|file| is_in(file.span, chart));
        if ours && !copy && !chart.open {
            report(chart, has("chart"), cx);
        }
    }
}

fn is_in(span: Span, chart: &Chart) -> bool {
    span.file == chart.object.name.span.file
}

/// The kind, and without what only a HelmChart has.
fn edits(chart: &Chart) -> Vec<Edit> {
    let kind = chart.object.node.get("kind").found();
    let kind = kind.and_then(|entry| entry.value.replacement(helm::CONFIG));
    let has = |entry: &&Entry| {
        entry.key.as_str().is_some_and(|key| helm::field(helm::CONFIG, key).is_some())
    };
    let foreign = chart.fields.iter().filter(|entry| !has(entry));
    let edits = std::iter::once(kind).chain(foreign.map(Entry::removal));
    edits.collect::<Option<Vec<Edit>>>().unwrap_or_default()
}

fn report(chart: &Chart, own: bool, cx: &mut Cx) {
    let name = chart.name();
    let message = format!("`{name}` is a HelmChart of RKE2's own, and this is another of its name");
    let diagnostic = cx.report(chart.object.name.span, message);
    if own {
        diagnostic.level(Level::Warning).why(
            "every server applies both to one object at each start: the chart is installed anew each time, and the file that is applied last decides which",
        );
    } else {
        diagnostic.why(
            "every server applies both to one object at each start: with this one the object has no chart, and nothing is installed from it; with RKE2's it hasn't these values",
        );
    }
    match own {
        true => diagnostic.fix(format!(
            "for values, a {}; for another version, `disable: {name}` and a HelmChart with a name of its own",
            helm::CONFIG
        )),
        false => diagnostic
            .fix(format!("`kind: {}`", helm::CONFIG))
            .repair(Fix::unsure(format!("make a {} of it", helm::CONFIG), edits(chart))),
    };
}
