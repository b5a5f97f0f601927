use crate::{
    diag::Fix,
    facts::{charts, paths},
    lint::{Check, Cx, Lint},
    model::{ChartEntry, Cluster, Unknown},
    text::Edit,
    yaml::{Kind, Lookup},
};

pub static LINT: Lint =
    Lint::new(include_str!("chart-name-nested-in-values.md"), Check::Cluster(check));

fn check(cluster: &Cluster, cx: &mut Cx) {
    for chart in charts::all() {
        for entry in cluster.chart_entries(chart.name) {
            let nested = matches!(entry.unknown, Some(Unknown::Nested));
            if !nested || entry.value.kind() != Kind::Map {
                continue;
            }
            let (name, key) = (chart.name, &entry.name);
            let message =
                format!("values of `{name}` stand below `{key}`, where the chart has none");
            cx.report(entry.span(), message)
                .text("nothing below is used")
                .why("what is in `valuesContent` are the chart's values themselves: it never reads these, and keeps its defaults")
                .fix(format!("remove `{key}:`, and indent what is below it less"))
                .repair(Fix::safe(
                    format!("take them out of `{key}`, as the chart reads them"),
                    unwrapped(&entry),
                ));
        }
    }
}

/// `None` if the chart has none of the keys below either, or one of them stands
/// beside it too.
fn unwrapped(entry: &ChartEntry) -> Option<Edit> {
    let own = entry.entry()?;
    let holder = own.holder()?;
    let fits = |key: &str| {
        let is_known = entry.view.having(&paths::join(entry.parent(), key)) != 0;
        is_known && matches!(holder.get(key), Lookup::Absent)
    };
    let mut keys = own.value.entries();
    keys.all(|below| below.key.as_str().is_some_and(fits)).then(|| own.unwrapped())?
}
