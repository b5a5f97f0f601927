use crate::{
    diag::{Confidence, Level},
    facts::{self, Answer},
    lint::{Check, Cx, Lint},
    model::{
        Cluster, Machine, Read,
        net::{Family, Range},
    },
    text::Span,
};

pub static LINT: Lint = Lint::new(include_str!("windows-dual-stack.md"), Check::Cluster(check));

fn check(cluster: &Cluster, cx: &mut Cx) {
    let Some(sign) = cluster.windows_sign() else { return };
    let Some((span, message)) = cluster.servers().find_map(pods_have_v6) else { return };
    let gate = facts::gate("windows-dual-stack-check");
    let diagnostic = cx.report(span, message);
    diagnostic
        .label(sign.span, sign.text.clone())
        .fix("use IPv4 only in a cluster with Windows machines");
    match cluster.releases.answer(gate) {
        Answer::No => diagnostic
            .level(Level::Warning)
            .why(format!("before {gate} the agent on the Windows machine starts, and leaves IPv6 out")),
        Answer::Yes | Answer::Depends => diagnostic.why(format!("from {gate} the agent on the Windows machine exits at start: \"dual-stack or IPv6 are not supported on Windows node\"")),
    };
    if let Some(doubt) = sign.doubt {
        diagnostic.assume(Confidence::Medium, doubt);
    }
}

/// Where a server says so, be it by its address alone.
fn pods_have_v6(machine: &Machine) -> Option<(Span, String)> {
    let v6 = |ranges: &[Range]| ranges.iter().find(|range| range.family() == Family::V6).cloned();
    let message =
        |range: &Range| format!("Windows machines can't run with IPv6 for pods (`{}`", range.text);
    if let Read::Set(ranges) = machine.ranges("cluster-cidr") {
        let range = v6(&ranges)?;
        return Some((range.span?, format!("{})", message(&range))));
    }
    let plans = machine.plans();
    let ranges: Option<Vec<Range>> = plans.iter().map(|plan| v6(&plan.cluster)).collect();
    let range = ranges?.into_iter().next()?;
    let address = machine.addresses("node-ip").set()?.into_iter().next()?;
    Some((address.span, format!("{}, the default beside `{}`)", message(&range), address.ip)))
}
