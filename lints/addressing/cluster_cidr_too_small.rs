use crate::{
    lint::{Check, Cx, Lint},
    model::{
        Allocator, Cluster, Machine, Read,
        net::{Range, families},
    },
    text::Span,
};
use std::collections::BTreeSet;

pub static LINT: Lint = Lint::new(include_str!("cluster-cidr-too-small.md"), Check::Cluster(check));

fn check(cluster: &Cluster, cx: &mut Cx) {
    let machines = machines(cluster);
    let Read::Set((server, ranges)) = cluster.ranges("cluster-cidr") else { return };
    if cluster.allocator() != Some(Allocator::Blocks) {
        return;
    }
    let dual = families(&ranges).len() > 1;
    for range in &ranges {
        let Some((mask, place)) = server.node_mask(range.family(), dual) else { continue };
        let Some(bits) = mask.checked_sub(range.net.prefix_len()) else { continue };
        let blocks = 1_u64.checked_shl(u32::from(bits)).unwrap_or(u64::MAX);
        if blocks < machines {
            report(range, blocks, machines, (mask, place), cx);
            return;
        }
    }
}

/// How many there are at least: those that say a name or an address of their
/// own, or that are declared one by one.
fn machines(cluster: &Cluster) -> u64 {
    let own = |machine: &Machine| {
        ["node-name", "node-ip"]
            .iter()
            .find_map(|key| Some(machine.words(key).set()?.first()?.text.clone()))
    };
    let names: BTreeSet<String> = cluster.machines.iter().filter_map(own).collect();
    let count = if cluster.declared { cluster.machines.len() } else { names.len() };
    u64::try_from(count).unwrap_or(u64::MAX)
}

fn report(range: &Range, blocks: u64, machines: u64, mask: (u8, Option<Span>), cx: &mut Cx) {
    let Some(span) = range.span else { return };
    let (mask, place) = mask;
    let plural = if blocks == 1 { "one block" } else { &format!("{blocks} blocks") };
    let message = format!(
        "`{}` has {plural} of `/{mask}`, and the cluster at least {machines} machines",
        range.text
    );
    let diagnostic = cx.report(span, message);
    if let Some(place) = place {
        diagnostic.label(place, "the block of a node");
    }
    diagnostic
        .why("each machine needs a block for its pods; one too many gets none (\"CIDRNotAvailable\"), and stays NotReady")
        .fix("write a larger range, or smaller blocks in `kube-controller-manager-arg`; neither can be changed on a running cluster");
}
