use crate::{
    facts::{self, Answer},
    lint::{Check, Cx, Lint},
    model::{
        Machine, Read, Role,
        net::{Family, distinct},
    },
};

pub static LINT: Lint =
    Lint::new(include_str!("dual-stack-cluster-dns-unsupported.md"), Check::Machine(check));

fn check(machine: &Machine, cx: &mut Cx) {
    let gate = facts::gate("dual-stack-cluster-dns");
    if machine.role == Role::Agent || machine.releases.answer(gate) != Answer::No {
        return;
    }
    let Read::Set(addresses) = machine.addresses("cluster-dns") else { return };
    let [.., last] = addresses.as_slice() else { return };
    if distinct(addresses.iter().map(|address| Family::of(address.ip))).len() < 2 {
        return;
    }
    cx.report(last.span, format!("{} doesn't take addresses of both families in `cluster-dns`", machine.releases))
        .why("`rke2 server` exits at start: \"dual-stack cluster-dns is not supported\"")
        .fix(format!("keep the address of the family that comes first, or use a release that takes both: from {gate}"));
}
