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
        Answer::Depends => (over_old && over_new, range.net.max_prefix_len() - bits),
    };
    if !over {
        return;
    }
    let size = range.net.max_prefix_len();
    let printed = format!("for {size}-bit addresses, the mask must be >= {}", size - bits);
    let on =
        if releases.is_supported_set() { "any release".to_owned() } else { releases.to_string() };
    let message = format!("`{}` is too large for Services on {on}", range.text);
    let diagnostic = cx.report(span, message);
    let old = format!(
        "kube-apiserver exits again and again: \"specified --service-cluster-ip-range is too large; {printed}\""
    );
    let new = format!(
        "the API server gives no Service an address: \"shortest allowed prefix length for service CIDR is {widest}\""
    );
    match releases.answer(facts::gate("large-service-cidr")) {
        Answer::No => diagnostic.why(old),
        Answer::Yes => diagnostic.why(new),
        Answer::Depends => {
            diagnostic.why(format!("before v1.34 {old}")).why(format!("from v1.34 {new}"))
        }
    };
    diagnostic.fix(format!(
        "take a range of `/{limit}` or smaller; it can't be changed on a running cluster"
    ));
}
