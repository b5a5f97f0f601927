use super::multus;
use crate::{
    diag::Confidence,
    lint::{Check, Cx, Lint},
    model::{Attachment, Cluster, Ipam, NetworkRequest, Plugin, Read, attach::text},
    text::Span,
    yaml::Lookup,
};

pub static LINT: Lint =
    Lint::new(include_str!("host-local-ipam-multi-node.md"), Check::Cluster(check));

/// Plugins whose interfaces share a wire with those of other machines.
const SHARED: [&str; 5] = ["host-device", "ipvlan", "macvlan", "sriov", "vlan"];
/// Interfaces that lead out of no machine.
const INNER: [&str; 7] = ["br", "cni", "docker", "dummy", "lo", "veth", "virbr"];
/// Which machines the network is for.
const SELECTOR: &str = "k8s.v1.cni.cncf.io/nodeSelector";

fn check(cluster: &Cluster, cx: &mut Cx) {
    let (Some(multus), Some(joins)) = (multus(cluster), joins(cluster)) else { return };
    for attachment in &cluster.attachments {
        for plugin in attachment.plugins() {
            let Some(ipam) = plugin.ipam.as_ref().filter(|ipam| ipam.kind.text == "host-local")
            else {
                continue;
            };
            if !is_shared(plugin) || !gives_out_many(ipam) || !is_for_all(attachment, cluster) {
                continue;
            }
            let name = &attachment.object.name.text;
            let message = format!(
                "`{name}` gives out the same addresses on each machine: host-local counts machine by machine"
            );
            let diagnostic = cx.report(ipam.kind.span, message);
            diagnostic
                .label(joins, "a second machine joins")
                .label(multus.span, "Multus")
                .why("its list of what is taken is a folder on the machine: pods on two of them get one address, on one wire")
                .fix("Whereabouts, with `rke2-whereabouts.enabled: true`, or a network for each machine with a range of its own")
                .assume(Confidence::Medium, "the machines share the wire, and pods of the network run on more than one");
        }
    }
}

/// A machine besides the first.
fn joins(cluster: &Cluster) -> Option<Span> {
    let linux = cluster.machines.iter().filter(|machine| !machine.windows);
    let urls = linux.filter_map(|machine| match machine.join_url() {
        Read::Set(url) => Some(url.span),
        Read::Default | Read::Unknown => None,
    });
    urls.min_by_key(|span| (span.file, span.start))
}

fn is_shared(plugin: &Plugin) -> bool {
    let known = |word: &str| SHARED.contains(&word);
    plugin.kind.as_ref().is_some_and(|kind| known(&kind.text))
        && text(&plugin.node, "master")
            .is_none_or(|master| !INNER.iter().any(|inner| master.text.starts_with(inner)))
}

/// One address is as good as a fixed one, and a folder of its own may be shared.
fn gives_out_many(ipam: &Ipam) -> bool {
    ipam.pools.iter().any(|pool| pool.stretch.first != pool.stretch.last)
        && matches!(ipam.field("dataDir"), Lookup::Absent)
}

/// Not one of several, each for a machine, nor for one pod alone.
fn is_for_all(attachment: &Attachment, cluster: &Cluster) -> bool {
    let name = &attachment.object.name.text;
    let wires = |it: &Attachment| -> Vec<String> {
        let plugins = it.plugins().filter(|plugin| {
            plugin.ipam.as_ref().is_some_and(|ipam| ipam.kind.text == "host-local")
        });
        plugins.filter_map(Plugin::wire).collect()
    };
    let own = wires(attachment);
    let others = cluster.attachments.iter().filter(|it| it.object.name.text != *name);
    let series = others.flat_map(wires).any(|wire| own.contains(&wire));
    let asks = |request: &&NetworkRequest| request.asked.iter().any(|it| it.name.text == *name);
    let pods = cluster.requests.iter().filter(asks).map(NetworkRequest::pods);
    let few = pods.sum::<Option<i128>>() == Some(1);
    let selected = attachment.object.node.at(&["metadata", "annotations", SELECTOR]);
    !series && !few && matches!(selected, Lookup::Absent)
}
