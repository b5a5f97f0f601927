use crate::{
    lint::{Check, Cx, Lint},
    model::{Machine, Read, net::Family},
};

pub static LINT: Lint =
    Lint::new(include_str!("advertise-address-family-mismatch.md"), Check::Machine(check));

fn check(machine: &Machine, cx: &mut Cx) {
    if !machine.is_server() {
        return;
    }
    let mut first = None;
    for key in ["advertise-address", "node-external-ip", "node-ip"] {
        match machine.addresses(key) {
            Read::Set(addresses) => {
                first = addresses.into_iter().next().map(|address| (key, address));
                break;
            }
            Read::Default => {}
            Read::Unknown => return,
        }
    }
    let Some((key, address)) = first else { return };
    let plans = machine.plans();
    let family = Family::of(address.ip);
    let differs = |range: &crate::model::net::Range| range.family() != family;
    let mismatch = plans.iter().all(|plan| plan.service.first().is_some_and(differs));
    let (Some(plan), true) = (plans.first(), mismatch) else { return };
    let Some(service) = plan.service.first() else { return };
    // With one family each, `node-ip-family-mismatch` has the better words.
    if plan.service.len() < 2 && key == "node-ip" {
        return;
    }
    let (ours, theirs) = (family.name(), service.family().name());
    let message = format!(
        "the API server is announced at `{}` ({ours}), and Services have {theirs} first",
        address.ip
    );
    let diagnostic = cx.report(address.span, message);
    if let Some(span) = service.span {
        diagnostic.label(span, format!("{theirs} first"));
    }
    diagnostic
        .why("kube-apiserver exits again and again: \"service IP family must match public address family\"")
        .fix(format!("put the {theirs} address first in `{key}`, or set `advertise-address` to it"));
}
