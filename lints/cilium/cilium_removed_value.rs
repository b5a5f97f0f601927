use super::{CHART, set};
use crate::{
    diag::{Diagnostic, Level},
    facts::{
        Answer,
        chart_values::{self, Removal},
    },
    lint::{Check, Cx, Lint},
    model::{Cluster, values},
};

pub static LINT: Lint = Lint::new(include_str!("cilium-removed-value.md"), Check::Cluster(check));

fn check(cluster: &Cluster, cx: &mut Cx) {
    for removal in chart_values::removals(CHART) {
        let path: Vec<&str> = removal.path.split('.').collect();
        let Some(entry) = set(cluster, &path).filter(values::is_true) else { continue };
        let refused = cluster.releases.answer(&removal.refused);
        if refused == Answer::Yes {
            let message =
                format!("`{}` is gone from Cilium's chart, which refuses it", removal.path);
            let diagnostic = cx.report(entry.key.span(), message);
            diagnostic.why(format!("the chart fails to install: \"{}\"", removal.says));
            finish(cluster, removal, diagnostic);
        } else if refused == Answer::No
            && cluster.releases.answer(&removal.ignored) == Answer::Yes
            // What became of it is the default.
            && entry.value.as_str() != Some("vxlan")
        {
            let message =
                format!("`{}` is gone from Cilium's chart, which reads it no more", removal.path);
            let diagnostic = cx.report(entry.key.span(), message);
            diagnostic
                .level(Level::Warning)
                .why("it is ignored without a word: Cilium takes its default, a VXLAN tunnel");
            finish(cluster, removal, diagnostic);
        }
    }
}

fn finish(cluster: &Cluster, removal: &Removal, diagnostic: &mut Diagnostic) {
    match removal.instead {
        Some(instead) => diagnostic.fix(format!("{instead} instead")),
        None => diagnostic.fix("remove it"),
    };
    if let Some(span) = cluster.release_source {
        diagnostic.label(span, "the release is said here");
    }
}
