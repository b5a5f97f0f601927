use crate::{
    diag::{Confidence, Diagnostic, Level},
    lint::{Check, Cx, Lint},
    model::{
        Allocator, Cluster, Machine, Plan, Read,
        net::{Range, parse_ip},
    },
    text::Span,
};
use std::net::IpAddr;

pub static LINT: Lint =
    Lint::new(include_str!("node-network-overlaps-cluster-cidr.md"), Check::Cluster(check));

/// What an address is, as far as the finding differs.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Of {
    Machine,
    /// In `tls-san`: it may be a Service's.
    Name,
}

fn check(cluster: &Cluster, cx: &mut Cx) {
    let all = cluster.plans();
    let allocator = cluster.allocator();
    let from_range = allocator.is_some();
    let in_order = allocator == Some(Allocator::Blocks);
    let mut said: Vec<IpAddr> = Vec::new();
    for machine in &cluster.machines {
        let own = machine.plans();
        let plans = if machine.is_server() { &own } else { &all };
        for (ip, span, of) in addresses(machine) {
            let pods = from_range.then(|| inside(ip, plans, |plan| &plan.cluster)).flatten();
            let services = inside(ip, plans, |plan| &plan.service);
            let (range, whose) = match (pods, services) {
                (Some(range), _) => (range, "the pods"),
                (None, Some(range)) if of == Of::Machine => (range, "Services"),
                _ => continue,
            };
            if said.contains(&ip) {
                continue;
            }
            said.push(ip);
            let taken = in_order
                && whose == "the pods"
                && block(ip, &range, cluster) < cluster.machines.len();
            let diagnostic = report(ip, span, of, &range, whose, cx);
            if taken && of == Of::Machine {
                diagnostic.level(Level::Error);
            }
        }
    }
}

/// Those of machines before those of names, which may be the same.
fn addresses(machine: &Machine) -> Vec<(IpAddr, Span, Of)> {
    let mut found = Vec::new();
    for (key, of) in
        [("node-ip", Of::Machine), ("advertise-address", Of::Machine), ("tls-san", Of::Name)]
    {
        let Read::Set(words) = machine.words(key) else { continue };
        let skipped = !machine.is_server() && key != "node-ip";
        let read = words.iter().filter(|_| !skipped);
        found.extend(read.filter_map(|word| Some((parse_ip(&word.text)?, word.span, of))));
    }
    let url = machine.join_url().set();
    found.extend(url.and_then(|url| Some((parse_ip(&url.host)?, url.span, Of::Machine))));
    found
}

/// The range that it lies in, whatever the hosts are.
fn inside(ip: IpAddr, plans: &[Plan], of: impl Fn(&Plan) -> &Vec<Range>) -> Option<Range> {
    let hit = |plan: &Plan| of(plan).iter().find(|range| range.contains(ip)).cloned();
    let hits: Option<Vec<Range>> = plans.iter().map(hit).collect();
    hits?.into_iter().next()
}

/// The number of the block that has the address: they are given out in order.
fn block(ip: IpAddr, range: &Range, cluster: &Cluster) -> usize {
    let mask = cluster.servers().next().and_then(|server| server.node_mask(range.family(), false));
    let number = |ip: IpAddr| match ip {
        IpAddr::V4(v4) => u128::from(v4.to_bits()) << 96,
        IpAddr::V6(v6) => v6.to_bits(),
    };
    let Some((mask @ 1..=128, _)) = mask else { return usize::MAX };
    let offset = number(ip) - number(range.net.network());
    usize::try_from(offset >> (128 - u32::from(mask))).unwrap_or(usize::MAX)
}

fn report<'a>(
    ip: IpAddr,
    span: Span,
    of: Of,
    range: &Range,
    whose: &str,
    cx: &'a mut Cx<'_>,
) -> &'a mut Diagnostic {
    let default = if range.span.is_none() { ", the default" } else { "" };
    let what = match of {
        Of::Machine => format!("`{ip}` is a machine's, and"),
        Of::Name => format!("`{ip}` in `tls-san`"),
    };
    let diagnostic =
        cx.report(span, format!("{what} lies in the range of {whose} (`{}`{default})", range.text));
    if let Some(place) = range.span {
        diagnostic.label(place, format!("the range of {whose}"));
    }
    if whose == "the pods" {
        diagnostic.why("each machine gets a block of this range, and the way to it leads to its pods: a machine whose address is in another's block can't be reached");
    } else {
        diagnostic
            .why("a Service may get this address any time, and then the machine can't be reached");
    }
    diagnostic.fix("give pods and Services ranges that the network hasn't; they can't be changed on a running cluster");
    if of == Of::Name {
        diagnostic.assume(
            Confidence::Medium,
            "an address in `tls-san` is taken to be a machine's or a load balancer's",
        );
    }
    diagnostic
}
