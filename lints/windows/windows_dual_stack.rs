use crate::{
    diag::Confidence,
    facts,
    lint::{Check, Cx, Lint},
    model::{Cluster, Machine, Read, net::Family},
};

pub static LINT: Lint = Lint::new(include_str!("windows-dual-stack.md"), Check::Cluster(check));

fn check(cluster: &Cluster, cx: &mut Cx) {
    let Some(sign) = cluster.windows_sign() else { return };
    let v6 = |machine: &Machine| {
        let Read::Set(ranges) = machine.ranges("cluster-cidr") else { return None };
        ranges.into_iter().find(|range| range.family() == Family::V6)
    };
    let Some(range) = cluster.servers().find_map(v6) else { return };
    let Some(span) = range.span else { return };
    let gate = facts::gate("windows-dual-stack-check");
    let diagnostic = cx
        .report(span, format!("Windows machines can't run with IPv6 for pods (`{}`)", range.text));
    diagnostic
        .label(sign.span, sign.text.clone())
        .why(format!("from {gate} the agent on the Windows machine exits at start: \"dual-stack or IPv6 are not supported on Windows node\""))
        .fix("use IPv4 only in a cluster with Windows machines");
    if let Some(doubt) = sign.doubt {
        diagnostic.assume(Confidence::Medium, doubt);
    }
}
