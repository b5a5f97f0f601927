use super::{CHART, Switch, multus, switch};
use crate::{
    diag::{Confidence, Level},
    facts::{self, Answer},
    lint::{Check, Cx, Lint},
    model::{Cluster, Repo},
};

pub static LINT: Lint = Lint::new(include_str!("whereabouts-not-enabled.md"), Check::Repo(check));

const PATH: &[&str] = &["rke2-whereabouts", "enabled"];

fn check(repo: &Repo, cx: &mut Cx) {
    if repo.may_bring(&["whereabouts"]) {
        return;
    }
    repo.clusters.iter().for_each(|cluster| check_cluster(cluster, cx));
}

fn check_cluster(cluster: &Cluster, cx: &mut Cx) {
    let Some(multus) = multus(cluster) else { return };
    let Some(switch) = switch(cluster, PATH) else { return };
    let gate = facts::gate("multus-with-whereabouts");
    let lacks = cluster.releases.answer(gate) == Answer::No;
    let entry = match &switch {
        Switch::On(_) if !lacks => return,
        Switch::On(entry) | Switch::Off(entry) => Some(entry),
        Switch::Default => None,
    };
    for attachment in &cluster.attachments {
        for ipam in attachment.ipams_of("whereabouts") {
            let name = &attachment.object.name.text;
            let message = match (&switch, lacks) {
                (_, true) => format!(
                    "`{name}` takes addresses from Whereabouts, which RKE2 brings from {gate}"
                ),
                (Switch::Off(_), _) => {
                    format!("`{name}` takes addresses from Whereabouts, which is turned off")
                }
                _ => format!("`{name}` takes addresses from Whereabouts, which nothing turns on"),
            };
            let diagnostic = cx.report(ipam.kind.span, message);
            diagnostic
                .label(multus.span, "Multus")
                .why("pods of it stay in ContainerCreating: `failed to find plugin \"whereabouts\" in path`");
            if let Some(entry) = entry {
                diagnostic.label(entry.value.span(), "the switch of the chart");
            }
            for config in cluster.configs_of(CHART).filter(|_| entry.is_none()) {
                let span = config.chart.object.name.span;
                diagnostic.label(span, "doesn't set `rke2-whereabouts.enabled`");
            }
            if !lacks {
                diagnostic.fix(
                    "set `rke2-whereabouts.enabled: true` in the HelmChartConfig `rke2-multus`",
                );
            }
            // What the chart hasn't is brought from elsewhere; so may be a HelmChartConfig.
            if entry.is_none() && (lacks || cluster.configs_of(CHART).next().is_none()) {
                diagnostic.level(Level::Warning);
            }
            diagnostic.assume(Confidence::Medium, "nothing outside of this repository installs it");
        }
    }
}
