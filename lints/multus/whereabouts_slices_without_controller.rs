use super::{Missing, Switch, switch};
use crate::{
    facts::{Answer, plugins},
    lint::{Check, Cx, Lint},
    model::{Cluster, Repo},
};

pub static LINT: Lint =
    Lint::new(include_str!("whereabouts-slices-without-controller.md"), Check::Repo(check));

const OPTION: &str = "node_slice_size";
const PATH: &[&str] = &["rke2-whereabouts", "nodeSliceController", "enabled"];

fn check(repo: &Repo, cx: &mut Cx) {
    if !repo.may_bring(&["whereabouts"]) {
        repo.clusters.iter().for_each(|cluster| check_cluster(cluster, cx));
    }
}

fn check_cluster(cluster: &Cluster, cx: &mut Cx) {
    let Some(Switch::On(_)) = switch(cluster, &["rke2-whereabouts", "enabled"]) else { return };
    let Some(missing) = Missing::of(cluster, PATH, "multus-with-node-slices") else { return };
    let read = plugins::whereabouts_option(OPTION).map(|it| it.is_read(&cluster.releases));
    if read != Some(Answer::Yes) {
        return;
    }
    let reason = match missing.lacks {
        true => format!("RKE2 brings from {}", missing.gate),
        false => "nothing turns on".to_owned(),
    };
    for attachment in &cluster.attachments {
        for ipam in attachment.ipams_of("whereabouts") {
            let Some(entry) = ipam.field(OPTION).found() else { continue };
            if entry.value.as_str().is_none_or(str::is_empty) {
                continue;
            }
            let name = &attachment.object.name.text;
            let message = format!("`{name}` needs slices, whose controller {reason}");
            let diagnostic = cx.report(entry.key.span(), message);
            diagnostic.why(
                "no machine has a slice of the range, and pods of it stay in ContainerCreating",
            );
            missing.explain(cluster, diagnostic);
        }
    }
}
