use crate::{
    lint::{Check, Cx, Lint},
    model::{
        Allocator, Cluster, Machine, Read,
        net::{Family, families},
    },
    text::Span,
};

pub static LINT: Lint =
    Lint::new(include_str!("max-pods-exceeds-node-cidr.md"), Check::Cluster(check));

fn check(cluster: &Cluster, cx: &mut Cx) {
    if cluster.allocator() != Some(Allocator::Blocks) {
        return;
    }
    let masks: Option<Vec<_>> = cluster.servers().map(mask).collect();
    // The controller manager that leads may be any server's.
    let Some((mask, place)) = masks.and_then(|masks| {
        let first = *masks.first()?;
        masks.iter().all(|(mask, _)| *mask == first.0).then_some(first)
    }) else {
        return;
    };
    // The first and the last address of a block are no pod's.
    let addresses = 1_u64.checked_shl(u32::from(32_u8.saturating_sub(mask))).unwrap_or(0);
    let most = addresses.saturating_sub(2);
    for machine in &cluster.machines {
        let Read::Set(word) = machine.component_arg("kubelet-arg", "max-pods") else { continue };
        let Ok(pods) = word.text.parse::<u64>() else { continue };
        if pods <= most {
            continue;
        }
        let message =
            format!("`max-pods` is {pods}, and a machine's block (`/{mask}`) has {most} addresses");
        let diagnostic = cx.report(word.span, message);
        if let Some(place) = place {
            diagnostic.label(place, "the block of a node");
        }
        diagnostic
            .why("pods beyond that are scheduled and never start, for want of an address; those on the host's network need none")
            .fix("lower `max-pods`, or build the cluster with larger blocks (`node-cidr-mask-size` in `kube-controller-manager-arg`)");
    }
}

/// Of IPv4; `None` if pods may have none.
fn mask(server: &Machine) -> Option<(u8, Option<Span>)> {
    let plans = server.plans();
    let has_v4 = plans.iter().all(|plan| families(&plan.cluster).contains(&Family::V4));
    let dual = plans.first()?.cluster.len() > 1;
    let written = matches!(server.ranges("cluster-cidr"), Read::Set(_));
    // Without `node-ip` and ranges hosts have IPv4, as almost all do.
    let default = plans.first().is_some_and(|plan| families(&plan.cluster).contains(&Family::V4));
    if has_v4 || !written && default { server.node_mask(Family::V4, dual) } else { None }
}
