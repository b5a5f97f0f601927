use super::{helm_says, holds, refused, rest_on_release};
use crate::{
    diag::{Fix, Safety},
    facts::{
        Answer, Gate, charts,
        limits::{self, Broken},
        paths::Row,
    },
    lint::{Check, Cx, Lint, release_words},
    model::{ChartEntry, Cluster, Type},
    text::{Edit, nearest},
    yaml::{Node, Scalar},
};

pub static LINT: Lint =
    Lint::new(include_str!("chart-value-not-allowed.md"), Check::Cluster(check));

/// Values of which the chart's templates make something of their own.
const PASSED_OVER: [&str; 2] = ["installation.backend", "installation.natOutgoing"];

fn check(cluster: &Cluster, cx: &mut Cx) {
    for chart in charts::all() {
        let entries = cluster.chart_entries(chart.name);
        let pools = entries.iter().any(|it| it.path == "installation.calicoNetwork.ipPools");
        for entry in entries.iter().filter(|entry| entry.unknown.is_none()) {
            let unasked = pools && PASSED_OVER.contains(&entry.path.as_str());
            let refuses = |row| !fits(row, &entry.value);
            if !unasked && holds(cluster, entry, refuses) {
                report(cluster, entry, cx);
            }
        }
    }
}

/// Whether it is one of those that a schema lists, and within its limits; yes
/// for what has another type.
fn fits(row: &'static Row, value: &Node) -> bool {
    let Some(text) = value.as_str().filter(|text| !text.is_empty()) else { return true };
    let typed = Type::of(value)
        .is_some_and(|of| row.schema().filter_map(Type::parse).any(|wanted| of.fits(wanted)));
    let listed = row.choices().next().is_none() || row.choices().any(|it| it == json(value, text));
    !typed || listed && broken(row, value).is_none()
}

/// A scalar in JSON, as tables have it.
fn json(value: &Node, text: &str) -> String {
    match value.scalar() {
        Some(Scalar::Null) => "null".to_owned(),
        Some(Scalar::Bool(value)) => value.to_string(),
        Some(Scalar::Int(value)) => value.to_string(),
        Some(Scalar::Float(value)) => value.to_string(),
        Some(Scalar::Text) | None => format!("\"{text}\""),
    }
}

fn broken(row: &'static Row, value: &Node) -> Option<Broken> {
    let limits = row.limits()?;
    match value.scalar()? {
        Scalar::Int(number) => limits::by_number(limits, number as f64),
        Scalar::Float(number) => limits::by_number(limits, number),
        Scalar::Text => limits::by_text(limits, value.as_str()?),
        Scalar::Null | Scalar::Bool(_) => None,
    }
}

fn report(cluster: &Cluster, entry: &ChartEntry, cx: &mut Cx) {
    let text = entry.value.as_str().unwrap_or_default();
    let releases = release_words(&cluster.releases);
    let broken = entry.said(|row| broken(row, &entry.value)).flatten();
    let message = match broken {
        Some(Broken::Min(min)) => {
            format!("`{}` is {text}, below its least value {min}", entry.name)
        }
        Some(Broken::Max(max)) => {
            format!("`{}` is {text}, above its greatest value {max}", entry.name)
        }
        Some(Broken::Pattern(_)) | None => {
            format!("`{text}` is no value of `{}` on {releases}", entry.name)
        }
    };
    let diagnostic = cx.report(entry.value.span(), message);
    diagnostic.why(refused(entry, says(cluster, entry, text, broken)));
    let choices = choices(entry);
    let lower: Vec<String> = choices.iter().map(|choice| choice.to_ascii_lowercase()).collect();
    let near = nearest(text, lower.iter().map(String::as_str));
    let near = near.and_then(|near| choices.iter().find(|it| it.eq_ignore_ascii_case(near)));
    match (near, broken) {
        (Some(near), _) => {
            let same = near.eq_ignore_ascii_case(text);
            let safety = if same { Safety::Safe } else { Safety::Unsafe };
            // What a later release takes may be meant as it is.
            let edit =
                later(cluster, entry).is_none().then(|| Edit::new(entry.value.span(), text, *near));
            let fix = Fix::new(format!("write `{near}`"), safety, edit);
            diagnostic.fix(format!("`{near}`")).repair(fix)
        }
        (None, Some(Broken::Min(min))) => diagnostic.fix(format!("{min} or more")),
        (None, Some(Broken::Max(max))) => diagnostic.fix(format!("{max} or less")),
        (None, _) if !choices.is_empty() => {
            let choices: Vec<String> = choices.iter().map(|it| format!("`{it}`")).collect();
            diagnostic.fix(format!("one of {}", choices.join(", ")))
        }
        (None, _) => diagnostic.fix("a text that the pattern matches"),
    };
    if let Some(since) = later(cluster, entry) {
        diagnostic.fix(format!("or a release from {since} on"));
    }
    rest_on_release(cluster, entry, diagnostic);
}

/// Since when another version takes it.
fn later(cluster: &Cluster, entry: &ChartEntry) -> Option<Gate> {
    let paths = entry.view.paths;
    let rows = paths.at(&entry.path).iter().filter(|row| fits(row, &entry.value));
    let versions = rows.fold(0, |mask, row| mask | row.versions());
    let since = paths.releases(versions).filter(|_| versions != 0)?.since;
    (cluster.releases.answer(&since) == Answer::No).then_some(since)
}

/// What a list, or a pattern that is one, lets pass.
fn choices(entry: &ChartEntry) -> Vec<&'static str> {
    let listed = |row: &'static Row| -> Vec<&str> {
        row.choices().filter_map(|choice| choice.strip_prefix('"')?.strip_suffix('"')).collect()
    };
    let mut all: Vec<&str> = entry.rows.iter().flat_map(|row| listed(row)).collect();
    if all.is_empty() {
        all = entry
            .rows
            .iter()
            .flat_map(|row| row.limits().map_or(Vec::new(), limits::listed))
            .collect();
    }
    all.retain(|choice| !choice.is_empty());
    all.sort_unstable();
    all.dedup();
    all
}

fn says(
    cluster: &Cluster,
    entry: &ChartEntry,
    text: &str,
    broken: Option<Broken>,
) -> Option<String> {
    if !entry.is_of_api() {
        let old = format!("{} must be one of the following", entry.name);
        return helm_says(cluster, entry, &old, "value must be one of")
            .filter(|_| broken.is_none());
    }
    Some(match broken {
        None => format!("Unsupported value: \"{text}\""),
        Some(Broken::Min(min)) => format!("should be greater than or equal to {min}"),
        Some(Broken::Max(max)) => format!("should be less than or equal to {max}"),
        Some(Broken::Pattern(pattern)) => format!("should match '{pattern}'"),
    })
}
