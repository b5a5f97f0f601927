use crate::{
    diag::{Confidence, Diagnostic, Level},
    lint::{Check, Cx, Lint},
    model::{
        Allocator, Cluster, Machine, Read,
        net::{Family, parse_ip},
        plan::{self, Claim, Owner},
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
    let all = plan::claims(&cluster.plans());
    let allocator = cluster.allocator();
    let from_range = allocator.is_some();
    let in_order = allocator == Some(Allocator::Blocks);
    let mut said: Vec<IpAddr> = Vec::new();
    for machine in &cluster.machines {
        let own = plan::claims(&machine.plans());
        let claims = if machine.is_server() { &own } else { &all };
        for (ip, span, of) in addresses(machine) {
            let taken = |claim: &&Claim| match claim.owner {
                Owner::Pods => from_range,
                Owner::Services => of == Of::Machine,
                Owner::Machine | Owner::Network(_) | Owner::Balancer(_) => false,
            };
            let mut meets = claims.iter().filter(|claim| claim.sure && claim.stretch.contains(ip));
            let Some(claim) = meets.find(taken) else { continue };
            if said.contains(&ip) {
                continue;
            }
            said.push(ip);
            let given = in_order
                && claim.owner == Owner::Pods
                && block(ip, claim, cluster) < cluster.machines.len();
            let diagnostic = report(ip, span, of, claim, cx);
            if given && of == Of::Machine {
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

/// The number of the block that has the address: they are given out in order.
fn block(ip: IpAddr, pods: &Claim, cluster: &Cluster) -> usize {
    let family = Family::of(ip);
    let mask = cluster.servers().next().and_then(|server| server.node_mask(family, false));
    let number = |ip: IpAddr| match ip {
        IpAddr::V4(v4) => u128::from(v4.to_bits()) << 96,
        IpAddr::V6(v6) => v6.to_bits(),
    };
    let Some((mask @ 1..=128, _)) = mask else { return usize::MAX };
    let offset = number(ip) - number(pods.stretch.first);
    usize::try_from(offset >> (128 - u32::from(mask))).unwrap_or(usize::MAX)
}

fn report<'a>(
    ip: IpAddr,
    span: Span,
    of: Of,
    claim: &Claim,
    cx: &'a mut Cx<'_>,
) -> &'a mut Diagnostic {
    let whose = claim.owner.name();
    let what = match of {
        Of::Machine => format!("`{ip}` is a machine's, and"),
        Of::Name => format!("`{ip}` in `tls-san`"),
    };
    let diagnostic =
        cx.report(span, format!("{what} lies in the range of {whose} ({})", claim.shown()));
    if let Some(place) = claim.span {
        diagnostic.label(place, format!("the range of {whose}"));
    }
    if claim.owner == Owner::Pods {
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
