use super::{CHART, set};
use crate::{
    diag::Fix,
    facts::{self, Answer, chart_values},
    lint::{Check, Cx, Lint, release_words},
    model::{Cluster, values},
    text::Edit,
    yaml::Scalar,
};

pub static LINT: Lint =
    Lint::new(include_str!("cilium-kpr-value-invalid.md"), Check::Cluster(check));

const PATH: &str = "kubeProxyReplacement";

fn check(cluster: &Cluster, cx: &mut Cx) {
    let Some(entry) = set(cluster, &[PATH]) else { return };
    let Some(text) = values::text(&entry).filter(|text| !text.is_empty()) else { return };
    let releases = &cluster.releases;
    let is_bool = matches!(entry.value.scalar(), Some(Scalar::Bool(_)));
    let booleans = releases.answer(facts::gate("cilium-kpr-booleans"));
    // Templates take a false for nothing at all.
    if is_bool && text == "false" && booleans != Answer::Yes
        || chart_values::takes(CHART, PATH, &text, releases) != Answer::No
    {
        return;
    }
    let why = match (booleans, releases.answer(facts::gate("cilium-kpr-only-booleans"))) {
        (_, Answer::Yes) => "the chart fails to install: \"kubeProxyReplacement must be explicitly set to a valid value (true or false) to continue.\"".to_owned(),
        (Answer::Yes, Answer::No) => "the chart fails to install: \"kubeProxyReplacement must be explicitly set to a valid value (true, false, disabled (deprecated), partial (deprecated), or strict (deprecated)) to continue.\"".to_owned(),
        (Answer::No, _) if is_bool => "the chart fails to install: it compares the boolean with a text, \"incompatible types for comparison\"".to_owned(),
        (Answer::No, _) => format!("the chart installs, and Cilium's agents exit: \"Invalid value for --kube-proxy-replacement: {text}\""),
        _ => "no version of the chart that these releases bundle works with it".to_owned(),
    };
    let choices = chart_values::choices(CHART, PATH, releases);
    let choices: Vec<String> = choices.iter().map(|choice| format!("`{choice}`")).collect();
    let instead = match text.as_str() {
        "strict" | "true" if booleans == Answer::No => "`strict`".to_owned(),
        "strict" => "`true`".to_owned(),
        "partial" | "probe" | "disabled" => "`false`".to_owned(),
        _ => choices.join(", "),
    };
    let diagnostic = cx.report(
        entry.value.span(),
        format!(
            "`{text}` is no value of `{PATH}` on {}: it takes {}",
            release_words(releases),
            choices.join(", ")
        ),
    );
    let meant = ["`strict`", "`true`", "`false`"].contains(&instead.as_str());
    if meant && text != "true" {
        let new = instead.trim_matches('`');
        let edit = Edit::new(entry.value.span(), &*text, new);
        diagnostic.repair(Fix::safe(format!("write {instead}, which it meant"), vec![edit]));
    }
    diagnostic.why(why).fix(instead);
    if let Some(span) = cluster.release_source {
        diagnostic.label(span, "the release is said here");
    }
}
