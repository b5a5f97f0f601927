use crate::{
    diag::Fix,
    facts::{
        self, Answer, Releases,
        helm::{self, Field, Holds},
    },
    lint::{Check, Cx, Lint},
    model::{Chart, Cluster},
    yaml::{Entry, Kind, Node, Scalar},
};

pub static LINT: Lint =
    Lint::new(include_str!("helm-field-invalid-value.md"), Check::Cluster(check));

fn check(cluster: &Cluster, cx: &mut Cx) {
    let configs = cluster.chart_configs.iter().map(|config| &config.chart);
    for chart in cluster.helm_charts.iter().chain(configs) {
        chart.fields.iter().for_each(|entry| check_field(&cluster.releases, chart, entry, cx));
    }
}

fn check_field(releases: &Releases, chart: &Chart, entry: &Entry, cx: &mut Cx) {
    let key = entry.key.as_str().unwrap_or("");
    let Some(field) = helm::field(&chart.object.kind, key) else { return };
    if releases.answer(&field.gate) == Answer::No {
        return;
    }
    match held(&entry.value) {
        Some(held) if field.holds == Holds::Any || field.holds == held => {
            not_allowed(releases, field, entry, cx);
        }
        Some(held) => wrong_type(releases, field, held, entry, cx),
        None => {}
    }
}

/// `None` if it isn't known, or nothing.
fn held(node: &Node) -> Option<Holds> {
    Some(match node.kind() {
        _ if node.is_unknown() => return None,
        Kind::Map => Holds::Object,
        Kind::Seq => Holds::List,
        Kind::Scalar => match node.scalar()? {
            Scalar::Null => return None,
            Scalar::Bool(_) => Holds::Bool,
            Scalar::Int(_) => Holds::Int,
            Scalar::Float(_) => Holds::Number,
            Scalar::Text => Holds::Text,
        },
    })
}

fn wrong_type(releases: &Releases, field: &Field, held: Holds, entry: &Entry, cx: &mut Cx) {
    let (key, wanted) = (field.name, field.holds.noun());
    let message = format!("`{key}` is {}, and has to be {wanted}", held.noun());
    let name = field.holds.name();
    let refused =
        format!("the API server refuses the object: \"spec.{key} in body must be of type {name}\"");
    let undecoded = "the Helm controller can't decode the object, and uses nothing of it";
    let is_scalar = entry.value.kind() == Kind::Scalar;
    let place = if is_scalar { entry.value.span() } else { entry.key.span() };
    let diagnostic = cx.report(place, message);
    match releases.answer(facts::gate("helm-fields-checked")) {
        Answer::Yes => diagnostic.why(refused),
        Answer::No => diagnostic.why(undecoded),
        Answer::Depends => diagnostic.why(refused).why(format!("on old releases {undecoded}")),
    };
    match (entry.value.raw(), key) {
        (Some(raw), _) if field.holds == Holds::Text => {
            let edit = entry.value.replacement(format!("\"{raw}\""));
            diagnostic.repair(Fix::safe("write it in quotes", edit));
        }
        (None, "valuesContent") => {
            let title = "write `|-` behind the key, which makes a string of what is below";
            diagnostic.repair(Fix::safe(title, entry.quoted_block()));
        }
        _ => {}
    }
    diagnostic.fix(match entry.value.raw() {
        Some(raw) if field.holds == Holds::Text => format!("`{key}: \"{raw}\"`"),
        None if key == "valuesContent" => "put `|-` behind `valuesContent:`".to_owned(),
        _ => format!("write {wanted}"),
    });
}

fn not_allowed(releases: &Releases, field: &Field, entry: &Entry, cx: &mut Cx) {
    let Some(text) = entry.value.as_str() else { return };
    if field.values.is_empty() || field.takes(text, releases) != Answer::No {
        return;
    }
    let key = field.name;
    let allowed = field.allowed(releases);
    let later = field.values.iter().find(|(value, _)| *value == text);
    let message = match later {
        Some(_) => format!("`{key}` can't be `{text}` on {releases}"),
        None => format!("`{key}` can't be `{text}`"),
    };
    let diagnostic = cx.report(entry.value.span(), message);
    diagnostic.why(format!(
        "the API server refuses the object: `spec.{key}: Unsupported value: \"{text}\"`"
    ));
    if let Some((_, gate)) = later {
        diagnostic.note(format!("`{text}` came with {gate}"));
    }
    diagnostic.fix(format!("write one of {}", allowed.join(", ")));
}
