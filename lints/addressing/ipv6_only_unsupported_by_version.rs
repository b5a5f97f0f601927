use crate::{
    facts::{self, Answer},
    lint::{Check, Cx, Lint},
    model::{
        Machine, Read, Role,
        net::{Family, families},
    },
};

pub static LINT: Lint =
    Lint::new(include_str!("ipv6-only-unsupported-by-version.md"), Check::Machine(check));

fn check(machine: &Machine, cx: &mut Cx) {
    let gate = facts::gate("ipv6-only");
    if machine.role == Role::Agent || machine.releases.answer(gate) != Answer::No {
        return;
    }
    for key in ["cluster-cidr", "service-cidr"] {
        let Read::Set(ranges) = machine.ranges(key) else { continue };
        let Some(span) = ranges.first().and_then(|range| range.span) else { continue };
        if families(&ranges) != [Family::V6] {
            continue;
        }
        let releases = &machine.releases;
        cx.report(span, format!("`{key}` has IPv6 alone, and {releases} needs IPv4"))
            .why(format!("`rke2 server` exits at start: \"cannot configure IPv4 {key}: no IPv4 CIDRs found\"; IPv6 alone is possible from {gate}"))
            .fix("add an IPv4 range, or take a newer release");
    }
}
