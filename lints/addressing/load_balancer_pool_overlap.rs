use crate::{
    diag::{Confidence, Diagnostic},
    lint::{Check, Cx, Lint},
    model::{
        Balancer, Cluster,
        plan::{Claim, Owner},
    },
};

pub static LINT: Lint =
    Lint::new(include_str!("load-balancer-pool-overlap.md"), Check::Cluster(check));

fn check(cluster: &Cluster, cx: &mut Cx) {
    let mut others = cluster.own_claims();
    others.extend(cluster.machine_claims());
    others.extend(cluster.network_claims());
    for (at, balancer) in cluster.balancers.iter().enumerate() {
        let rivals = cluster.balancers[..at].iter().filter(|rival| is_rival(rival, balancer));
        let rivals: Vec<&Claim> = rivals.flat_map(|rival| &rival.claims).collect();
        for pool in &balancer.claims {
            let mut all = others.iter().chain(rivals.iter().copied());
            if let Some(other) = all.find(|other| other.meets(pool) && !is_meant(pool, other)) {
                report(cluster, balancer, pool, other, cx);
            }
        }
    }
}

/// Two lists of one program, and not two editions of one list.
fn is_rival(a: &Balancer, b: &Balancer) -> bool {
    (a.program, &a.folder) == (b.program, &b.folder) && a.name != b.name
}

/// A pool of a machine's own address, and of nothing else, is chosen.
fn is_meant(pool: &Claim, other: &Claim) -> bool {
    other.owner == Owner::Machine && pool.stretch.first == pool.stretch.last
}

fn report(cluster: &Cluster, balancer: &Balancer, pool: &Claim, other: &Claim, cx: &mut Cx) {
    let Some(span) = pool.span else { return };
    let message = format!(
        "`{}` of the pool `{}` has addresses of {} ({})",
        pool.text,
        balancer.name,
        other.owner.name(),
        other.shown()
    );
    let diagnostic = cx.report(span, message);
    if let Some(span) = other.span {
        diagnostic.label(span, format!("the addresses of {}", other.owner.name()));
    } else if let Some(server) = cluster.servers().next() {
        diagnostic.label(server.head, format!("{} have the default here", other.owner.name()));
    }
    explain(diagnostic, balancer, other);
    if !other.sure {
        diagnostic.assume(Confidence::Medium, "the machines have IPv4, as almost all do");
    }
}

fn explain(diagnostic: &mut Diagnostic, balancer: &Balancer, other: &Claim) {
    let program = balancer.program;
    match &other.owner {
        Owner::Pods => diagnostic
            .why("a pod may have the address that a Service gets, and the way to it leads to the machine that has its block")
            .fix("choose addresses apart from `cluster-cidr`"),
        Owner::Services => diagnostic
            .why(format!("Kubernetes may give an address to one Service and {program} to another: each node sends it to one of them"))
            .fix("choose addresses apart from `service-cidr`"),
        Owner::Machine => diagnostic
            .why("a Service may get the machine's address, and the machine isn't reached any more")
            .fix("leave the machines' addresses out"),
        Owner::Network(_) => diagnostic
            .why("a pod of this network and a Service may get one address")
            .fix("set the ranges apart")
            .assume(Confidence::Medium, "both are taken to be of one network"),
        Owner::Balancer(_) if program == "MetalLB" => diagnostic
            .why("MetalLB takes none of its configuration then: \"overlaps with already defined CIDR\"")
            .fix("set the pools apart"),
        Owner::Balancer(_) => diagnostic
            .why(format!("{program} knows of two pools for one address, and of one of them makes no use"))
            .fix("set the pools apart"),
    };
}
