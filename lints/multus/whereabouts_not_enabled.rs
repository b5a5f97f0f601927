use super::Missing;
use crate::{
    lint::{Check, Cx, Lint},
    model::{Cluster, Repo},
};

pub static LINT: Lint = Lint::new(include_str!("whereabouts-not-enabled.md"), Check::Repo(check));

const PATH: &[&str] = &["rke2-whereabouts", "enabled"];

fn check(repo: &Repo, cx: &mut Cx) {
    if !repo.may_bring(&["whereabouts"]) {
        repo.clusters.iter().for_each(|cluster| check_cluster(cluster, cx));
    }
}

fn check_cluster(cluster: &Cluster, cx: &mut Cx) {
    let Some(missing) = Missing::of(cluster, PATH, "multus-with-whereabouts") else { return };
    let reason = match &missing.entry {
        _ if missing.lacks => format!("RKE2 brings from {}", missing.gate),
        Some(_) => "is turned off".to_owned(),
        None => "nothing turns on".to_owned(),
    };
    for attachment in &cluster.attachments {
        for ipam in attachment.ipams_of("whereabouts") {
            let name = &attachment.object.name.text;
            let message = format!("`{name}` takes addresses from Whereabouts, which {reason}");
            let diagnostic = cx.report(ipam.kind.span, message);
            diagnostic.why("pods of it stay in ContainerCreating: `failed to find plugin \"whereabouts\" in path`");
            missing.explain(cluster, diagnostic);
        }
    }
}
