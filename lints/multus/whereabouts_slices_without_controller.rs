use super::{CHART, Switch, multus, switch};
use crate::{
    diag::Confidence,
    facts::{self, Answer},
    lint::{Check, Cx, Lint},
    model::{Cluster, Repo},
};

pub static LINT: Lint =
    Lint::new(include_str!("whereabouts-slices-without-controller.md"), Check::Repo(check));

const OPTION: &str = "node_slice_size";
const PATH: &[&str] = &["rke2-whereabouts", "nodeSliceController", "enabled"];

fn check(repo: &Repo, cx: &mut Cx) {
    if repo.may_bring(&["whereabouts"]) {
        return;
    }
    repo.clusters.iter().for_each(|cluster| check_cluster(cluster, cx));
}

fn check_cluster(cluster: &Cluster, cx: &mut Cx) {
    let Some(Switch::On(_)) = switch(cluster, &["rke2-whereabouts", "enabled"]) else { return };
    let (Some(multus), Some(switch)) = (multus(cluster), switch(cluster, PATH)) else { return };
    let read = facts::plugins::whereabouts_option(OPTION).map(|it| it.is_read(&cluster.releases));
    let gate = facts::gate("multus-with-node-slices");
    let lacks = cluster.releases.answer(gate) == Answer::No;
    if read != Some(Answer::Yes) || matches!(switch, Switch::On(_)) && !lacks {
        return;
    }
    for attachment in &cluster.attachments {
        for ipam in attachment.ipams_of("whereabouts") {
            let Some(entry) = ipam.field(OPTION).found() else { continue };
            if entry.value.as_str().is_none_or(str::is_empty) {
                continue;
            }
            let name = &attachment.object.name.text;
            let message = match lacks {
                true => format!("`{name}` needs slices, whose controller RKE2 brings from {gate}"),
                false => format!("`{name}` needs slices, whose controller nothing turns on"),
            };
            let diagnostic = cx.report(entry.key.span(), message);
            diagnostic.label(multus.span, "Multus");
            match &switch {
                Switch::On(entry) | Switch::Off(entry) => {
                    diagnostic.label(entry.value.span(), "the switch of the chart");
                }
                Switch::Default => {
                    for config in cluster.configs_of(CHART) {
                        let text = format!("doesn't set `{}`", PATH.join("."));
                        diagnostic.label(config.chart.object.name.span, text);
                    }
                }
            }
            diagnostic.why(
                "no machine has a slice of the range, and pods of it stay in ContainerCreating",
            );
            if !lacks {
                diagnostic.fix(format!("set `{}: true`", PATH.join(".")));
            }
            diagnostic.assume(Confidence::Medium, "nothing outside of this repository runs it");
        }
    }
}
