use crate::{
    lint::{Check, Cx, Lint},
    model::{
        Hosts, Machine, Read, Repo,
        net::{Family, families},
    },
    text::Span,
};

pub static LINT: Lint =
    Lint::new(include_str!("ipv6-only-missing-localhost.md"), Check::Repo(check));

fn check(repo: &Repo, cx: &mut Cx) {
    for hosts in repo.files.iter().filter_map(|file| file.hosts.as_ref()) {
        let machines = repo.clusters.iter().flat_map(|cluster| cluster.servers());
        for machine in machines.filter(|machine| hosts.shares_root(&machine.path)) {
            check_hosts(hosts, machine, cx);
        }
    }
}

fn check_hosts(hosts: &Hosts, machine: &Machine, cx: &mut Cx) {
    let Some(span) = ipv6_alone(machine) else { return };
    let is_v6 = hosts.localhost.iter().any(|(address, _)| address.is_ipv6());
    let Some((address, place)) = hosts.localhost.first().filter(|_| !is_v6) else { return };
    cx.report(*place, format!("`localhost` is `{address}` alone, in a cluster of IPv6 alone"))
        .label(span, "IPv6 alone")
        .why("etcd listens on `::1`, and the kubelet probes it at `localhost`: the probe fails, and etcd is restarted again and again")
        .fix("add a line `::1 localhost`");
}

/// Where it says so.
fn ipv6_alone(machine: &Machine) -> Option<Span> {
    let mut place = None;
    for key in ["cluster-cidr", "service-cidr"] {
        let Read::Set(ranges) = machine.ranges(key) else { return None };
        if families(&ranges) != [Family::V6] {
            return None;
        }
        place = place.or(ranges.first().and_then(|range| range.span));
    }
    place
}
