use crate::{
    facts::{self, Answer, defaults},
    lint::{Check, Cx, Lint},
    model::{
        Machine, Read, Role,
        net::{Family, Range, host_bits},
    },
};

pub static LINT: Lint = Lint::new(include_str!("service-cidr-too-large.md"), Check::Machine(check));

fn check(machine: &Machine, cx: &mut Cx) {
    let Read::Set(ranges) = machine.ranges("service-cidr") else { return };
    if machine.role == Role::Agent {
        return;
    }
    for range in &ranges {
        check_range(machine, range, cx);
    }
}

fn check_range(machine: &Machine, range: &Range, cx: &mut Cx) {
    let Some(span) = range.span else { return };
    let bits: u8 = defaults::number("service-bits");
    let widest: u8 = defaults::number("service-mask-v6-new");
    let releases = &machine.releases;
    let over_old = host_bits(&range.net) > bits;
    let over_new = range.family() == Family::V6 && range.net.prefix_len() < widest;
    let (over, limit) = match releases.answer(facts::gate("large-service-cidr")) {
        Answer::No => (over_old, range.net.max_prefix_len() - bits),
        Answer::Yes => (over_new, widest),
        // What even the newer ones don't take.
        Answer::Depends => (over_old && over_new, widest),
    };
    if !over {
        return;
    }
    let printed = match range.family() {
        Family::V4 => "for 32-bit addresses, the mask must be >= 12",
        Family::V6 => "for 128-bit addresses, the mask must be >= 108",
    };
    let on =
        if releases.is_supported_set() { "any release".to_owned() } else { releases.to_string() };
    let message =
        format!("`{}` is too large for Services on {on}: `/{limit}` is the largest", range.text);
    let diagnostic = cx.report(span, message);
    diagnostic.why(match releases.answer(facts::gate("large-service-cidr")) {
        Answer::No => format!("kube-apiserver exits again and again: \"specified --service-cluster-ip-range is too large; {printed}\""),
        Answer::Yes | Answer::Depends => {
            format!("the API server gives no Service an address: \"shortest allowed prefix length for service CIDR is {widest}\"")
        }
    });
    diagnostic.fix(format!(
        "take a smaller range, `/{limit}` or longer; it can't be changed on a running cluster"
    ));
}
