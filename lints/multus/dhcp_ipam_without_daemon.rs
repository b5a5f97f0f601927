use super::Missing;
use crate::{
    lint::{Check, Cx, Lint},
    model::{Cluster, Repo},
};

pub static LINT: Lint = Lint::new(include_str!("dhcp-ipam-without-daemon.md"), Check::Repo(check));

const PATH: &[&str] = &["manifests", "dhcpDaemonSet"];

fn check(repo: &Repo, cx: &mut Cx) {
    if !repo.may_bring(&["dhcp", "cni"]) {
        repo.clusters.iter().for_each(|cluster| check_cluster(cluster, cx));
    }
}

fn check_cluster(cluster: &Cluster, cx: &mut Cx) {
    let Some(missing) = Missing::of(cluster, PATH, "multus-with-dhcp-daemon") else { return };
    for attachment in &cluster.attachments {
        for ipam in attachment.ipams_of("dhcp") {
            let name = &attachment.object.name.text;
            let message =
                format!("`{name}` takes addresses by DHCP, and nothing runs the daemon for it");
            let diagnostic = cx.report(ipam.kind.span, message);
            diagnostic.why("pods of it stay in ContainerCreating: `dial unix /run/cni/dhcp.sock: connect: no such file or directory`");
            if missing.lacks {
                let gate = missing.gate;
                diagnostic.fix(format!("run `/opt/cni/bin/dhcp daemon` on each machine; RKE2's chart does it from {gate}"));
            }
            missing.explain(cluster, diagnostic);
        }
    }
}
