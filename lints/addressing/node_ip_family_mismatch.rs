use super::checked_by_release;
use crate::{
    lint::{Check, Cx, Lint},
    model::{
        Cluster, Machine, Read,
        net::{Address, Family, Range, distinct, families, family_names},
    },
    text::Span,
};

pub static LINT: Lint =
    Lint::new(include_str!("node-ip-family-mismatch.md"), Check::Cluster(check));

fn check(cluster: &Cluster, cx: &mut Cx) {
    let agreed = cluster.ranges("cluster-cidr");
    for machine in &cluster.machines {
        let Read::Set(addresses) = machine.addresses("node-ip") else { continue };
        let found = distinct(addresses.iter().map(|address| Family::of(address.ip)));
        let Some(span) = whole(&addresses) else { continue };
        if addresses.len() > found.len() {
            one_family(&addresses, span, cx);
            continue;
        }
        // A server says itself what its pods have; agents take it from the servers.
        let own = machine.ranges("cluster-cidr");
        let ranges = match (own, &agreed) {
            (Read::Set(ranges), _) if machine.is_server() => ranges,
            (_, Read::Set((_, ranges))) => ranges.clone(),
            (_, Read::Default) if !machine.is_server() => match certain(cluster) {
                Some(ranges) => ranges,
                None => continue,
            },
            _ => continue,
        };
        let ips: Vec<String> = addresses.iter().map(|address| address.ip.to_string()).collect();
        mismatch(machine, &ranges, &found, (span, &ips), cx);
    }
}

/// The default ranges of the pods, if the servers' addresses leave no choice.
fn certain(cluster: &Cluster) -> Option<Vec<Range>> {
    let plans = cluster.plans();
    let first = plans.first()?;
    plans.iter().all(|plan| plan.cluster == first.cluster).then(|| first.cluster.clone())
}

fn one_family(addresses: &[Address], span: Span, cx: &mut Cx) {
    let message = match addresses {
        [first, _] => format!(
            "`node-ip` has two {} addresses; two have to be of different families",
            Family::of(first.ip).name()
        ),
        _ => format!(
            "`node-ip` has {} addresses; one of each family at most is taken",
            addresses.len()
        ),
    };
    cx.report(span, message)
        .why("kubelet exits again and again: \"must contain either a single IP or a dual-stack pair of IPs\"")
        .fix("keep one address, or one IPv4 and one IPv6 address");
}

fn mismatch(
    machine: &Machine,
    ranges: &[Range],
    found: &[Family],
    (span, ips): (Span, &[String]),
    cx: &mut Cx,
) {
    let wanted = families(ranges);
    let Some(first) = wanted.first() else { return };
    if found.contains(first) && (wanted.len() < 2 || found.len() > 1) {
        return;
    }
    let (pods, node) = (family_names(&wanted), family_names(found));
    let diagnostic = cx
        .report(span, format!("this machine has {node} addresses, and the cluster's pods {pods}"));
    diagnostic.text(node);
    let place = |range: &Range| range.span;
    if let (Some(start), Some(end)) =
        (ranges.first().and_then(place), ranges.last().and_then(place))
    {
        diagnostic.label(start.to(end), pods);
    }
    diagnostic
        .why(format!("this machine exits when its agent starts: \"… and node-ip: [{}], must share the same IP version (IPv4, IPv6 or dual-stack)\"", ips.join(" ")))
        .fix("add the machine's address of the other family to `node-ip`");
    checked_by_release(diagnostic, &machine.releases, "without the family that is missing");
}

fn whole(addresses: &[Address]) -> Option<Span> {
    Some(addresses.first()?.span.to(addresses.last()?.span))
}
