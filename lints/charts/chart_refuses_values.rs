use crate::{
    diag::{Confidence, Level},
    facts::{
        self, Answer, Release, Releases,
        chart_fails::{self, Fail},
        charts::{self, On},
    },
    lint::{Check, Cx, Lint},
    model::{Cluster, Part, Repo},
};

pub static LINT: Lint = Lint::new(include_str!("chart-refuses-values.md"), Check::Repo(check));

fn check(repo: &Repo, cx: &mut Cx) {
    for cluster in &repo.clusters {
        let of_chart = |a: &Fail, b: &Fail| a.chart == b.chart;
        for fails in chart_fails::all().chunk_by(of_chart) {
            let chart = fails[0].chart;
            let configured = cluster.configs_of(chart).next().is_some();
            if configured && cluster.deploys(chart) != Answer::No {
                let versions = versions(cluster, chart);
                for fails in fails.chunk_by(|a, b| a.name == b.name) {
                    report(repo, cluster, fails, &versions, cx);
                }
            }
        }
    }
}

/// The versions of the chart that the cluster may get, each with a release
/// that bundles it; that of the newest release last.
fn versions(cluster: &Cluster, chart: &str) -> Vec<(&'static str, Releases)> {
    let unsaid = cluster.releases.is_supported_set();
    let likely = |release: &Release| !unsaid || facts::gate("releases-of-late").holds(*release);
    let mut found: Vec<(&str, Releases)> = Vec::new();
    for release in cluster.releases.iter().filter(likely) {
        if let Some(version) = charts::version(chart, release) {
            found.retain(|(other, _)| *other != version);
            found.push((version, Releases::one(release)));
        }
    }
    found
}

/// Of rows of one name. All versions have to refuse the values.
fn report(
    repo: &Repo,
    cluster: &Cluster,
    fails: &[Fail],
    versions: &[(&str, Releases)],
    cx: &mut Cx,
) {
    let refused = |(version, release): &(&str, Releases)| {
        let mut fails = fails.iter().filter(|fail| fail.is_in(version));
        fails.find_map(|fail| {
            let parts = cluster.holds(fail.chart, &fail.condition, release)?;
            Some((fail, parts))
        })
    };
    let Some((newest, older)) = versions.split_last() else { return };
    let Some((fail, parts)) = refused(newest) else { return };
    if !older.iter().all(|version| refused(version).is_some())
        || fail.without.is_some_and(|it| repo.may_bring(&[it]))
    {
        return;
    }
    let set: Vec<_> = parts.iter().filter_map(|part| Some((part, part.entry.as_ref()?))).collect();
    let Some((_, first)) = set.first() else { return };
    let chart = fail.chart;
    let diagnostic =
        cx.report(first.value.span(), format!("{}, which `{chart}` refuses", fact(fail, &parts)));
    let job = format!("the job `helm-install-{chart}`");
    let then = match charts::packaged(chart).map(|chart| chart.on) {
        Some(On::Cni(_)) => "nothing is installed, and a new cluster's nodes stay NotReady",
        _ => "nothing is installed or changed, and it tries again and again",
    };
    diagnostic.why(format!("the chart's templates fail in {job}: \"{}\"; {then}", fail.says));
    diagnostic.fix(fail.fix);
    for (part, entry) in &set {
        diagnostic.label(entry.value.span(), words(part));
    }
    for part in parts.iter().filter(|part| part.entry.is_none()) {
        let named = fail.fact.contains(&format!("`{}`", part.path));
        if let Some(text) = part.text.as_deref().filter(|text| named && !is_empty(text)) {
            diagnostic.note(format!("`{}` is `{text}` by default", part.path));
        } else if named {
            diagnostic.note(format!("`{}` is not set by default", part.path));
        }
    }
    if let Some(it) = fail.without {
        let note = format!("nothing was seen to bring `{it}` before the chart comes");
        diagnostic.level(Level::Warning).assume(Confidence::Medium, note);
    }
    if let Some(span) = cluster.release_source.filter(|_| !fail.is_in_all()) {
        diagnostic.label(span, "the release is said here");
    }
}

/// What the row says, with values in the place of paths in braces.
fn fact(fail: &Fail, parts: &[Part]) -> String {
    let mut fact = fail.fact.to_owned();
    for part in parts {
        let text = part.text.as_deref().unwrap_or("…");
        fact = fact.replace(&format!("{{.{}}}", part.path), text);
    }
    fact
}

/// The label of a value of the user's.
fn words(part: &Part) -> String {
    match part.text.as_deref() {
        Some("") => format!("`{}` is empty", part.path),
        Some(text) if !text.contains('\n') => format!("`{}` is `{text}`", part.path),
        _ => format!("`{}`", part.path),
    }
}

/// A default that says nothing.
fn is_empty(text: &str) -> bool {
    ["null", "\"\"", "[]", "{}"].contains(&text)
}
