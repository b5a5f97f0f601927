use super::{CHART, Switch, multus, switch};
use crate::{
    diag::{Confidence, Level},
    facts::{self, Answer},
    lint::{Check, Cx, Lint},
    model::{Cluster, Repo},
};

pub static LINT: Lint = Lint::new(include_str!("dhcp-ipam-without-daemon.md"), Check::Repo(check));

const PATH: &[&str] = &["manifests", "dhcpDaemonSet"];

fn check(repo: &Repo, cx: &mut Cx) {
    if repo.may_bring(&["dhcp", "cni"]) {
        return;
    }
    repo.clusters.iter().for_each(|cluster| check_cluster(cluster, cx));
}

fn check_cluster(cluster: &Cluster, cx: &mut Cx) {
    let Some(multus) = multus(cluster) else { return };
    let Some(switch) = switch(cluster, PATH) else { return };
    let gate = facts::gate("multus-with-dhcp-daemon");
    let lacks = cluster.releases.answer(gate) == Answer::No;
    let entry = match &switch {
        Switch::On(_) if !lacks => return,
        Switch::On(entry) | Switch::Off(entry) => Some(entry),
        Switch::Default => None,
    };
    for attachment in &cluster.attachments {
        for ipam in attachment.ipams_of("dhcp") {
            let name = &attachment.object.name.text;
            let message =
                format!("`{name}` takes addresses by DHCP, and nothing runs the daemon for it");
            let diagnostic = cx.report(ipam.kind.span, message);
            diagnostic
                .label(multus.span, "Multus")
                .why("pods of it stay in ContainerCreating: `dial unix /run/cni/dhcp.sock: connect: no such file or directory`");
            if let Some(entry) = entry {
                let text = if lacks { "these releases have no such value" } else { "turned off" };
                diagnostic.label(entry.value.span(), text);
            }
            for config in cluster.configs_of(CHART).filter(|_| entry.is_none()) {
                let span = config.chart.object.name.span;
                diagnostic.label(span, "doesn't set `manifests.dhcpDaemonSet`");
            }
            if lacks {
                diagnostic.fix(format!("run `/opt/cni/bin/dhcp daemon` on each machine; RKE2's chart does it from {gate}"));
            } else {
                diagnostic.fix(
                    "set `manifests.dhcpDaemonSet: true` in the HelmChartConfig `rke2-multus`",
                );
            }
            // What the chart hasn't is brought from elsewhere; so may be a HelmChartConfig.
            if entry.is_none() && (lacks || cluster.configs_of(CHART).next().is_none()) {
                diagnostic.level(Level::Warning);
            }
            diagnostic.assume(Confidence::Medium, "nothing outside of this repository runs it");
        }
    }
}
