use crate::{
    facts::{self, Answer},
    lint::{Check, Cx, Lint},
    model::Cluster,
};

pub static LINT: Lint =
    Lint::new(include_str!("traefik-nginx-provider-key-case.md"), Check::Cluster(check));

const CHART: &str = "rke2-traefik";
const OLD: &str = "kubernetesIngressNginx";
const NEW: &str = "kubernetesIngressNGINX";

fn check(cluster: &Cluster, cx: &mut Cx) {
    let answer = |gate| cluster.releases.answer(facts::gate(gate));
    let [provider, new, both] =
        ["traefik-nginx-provider", "traefik-nginx-new-name", "traefik-nginx-both-names"]
            .map(answer);
    for (name, other) in [(OLD, NEW), (NEW, OLD)] {
        let on = cluster.value(CHART, &["providers", name, "enabled"]).set();
        let on = on.filter(|entry| entry.value.as_bool() == Some(true));
        // Who writes both is safe.
        let alone = cluster.value(CHART, &["providers", other]).is_default();
        let Some(on) = on.filter(|_| alone && cluster.deploys(CHART) != Answer::No) else {
            continue;
        };
        let (ignored, fix) = match (name, provider, new, both) {
            (_, Answer::No, _, _) => {
                let gate = facts::gate("traefik-nginx-provider");
                (true, format!("a release from {gate} on"))
            }
            (OLD, Answer::Yes, Answer::Yes, Answer::No) => (true, format!("`{NEW}`")),
            (NEW, Answer::Yes, Answer::No, _) => (true, format!("`{OLD}`")),
            _ => (false, String::new()),
        };
        if !ignored {
            continue;
        }
        let message = format!("Traefik's chart of {} doesn't read `{name}`", cluster.releases);
        let diagnostic = cx.report(on.value.span(), message);
        diagnostic
            .why("Traefik runs without that provider: annotations and classes of ingress-nginx mean nothing to it, and nobody says so")
            .fix(fix);
        if let Some(span) = cluster.release_source {
            diagnostic.label(span, "the release is said here");
        }
    }
}
