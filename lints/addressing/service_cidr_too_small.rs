use crate::{
    facts::{self, Answer, defaults},
    lint::{Check, Cx, Lint},
    model::{
        Machine, Read, Role,
        net::{host_bits, nth_address},
    },
};

pub static LINT: Lint = Lint::new(include_str!("service-cidr-too-small.md"), Check::Machine(check));

fn check(machine: &Machine, cx: &mut Cx) {
    let Read::Set(ranges) = machine.ranges("service-cidr") else { return };
    let Some(first) = ranges.first().filter(|_| machine.role != Role::Agent) else { return };
    let Some(span) = first.span else { return };
    let least: u128 = defaults::number("service-min-addresses");
    let index: u128 = defaults::number("dns-index");
    let size = 1u128.checked_shl(u32::from(host_bits(&first.net))).unwrap_or(u128::MAX);
    if size < least {
        cx.report(span, format!("`{}` has {size} addresses, and Services need {least}", first.text))
            .why(format!("`rke2 server` exits at start: \"the service cluster IP range must be at least {least} IP addresses\""))
            .fix("take a larger range; it can't be changed on a running cluster");
        return;
    }
    if machine.words("cluster-dns") != Read::Default {
        return;
    }
    // Older releases make a default of the first range alone.
    let each = machine.releases.answer(facts::gate("dual-stack-cluster-dns")) == Answer::Yes;
    for range in ranges.iter().take(if each { usize::MAX } else { 1 }) {
        let (Some(span), None) = (range.span, nth_address(&range.net, index)) else { continue };
        let text = &range.text;
        cx.report(span, format!("`{text}` has no address number {index}, which is CoreDNS' if `cluster-dns` isn't set"))
            .why(format!("`rke2 server` exits at start: \"cannot configure default cluster-dns address: can't generate IP with index {index} from subnet\""))
            .fix("take a larger range, or set `cluster-dns` to an address in it");
    }
}
