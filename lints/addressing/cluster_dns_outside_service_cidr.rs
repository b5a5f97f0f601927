use crate::{
    lint::{Check, Cx, Lint},
    model::{
        Machine, Plan, Read, Role,
        net::{Address, nth_address},
    },
};

pub static LINT: Lint =
    Lint::new(include_str!("cluster-dns-outside-service-cidr.md"), Check::Machine(check));

fn check(machine: &Machine, cx: &mut Cx) {
    let Read::Set(addresses) = machine.addresses("cluster-dns") else { return };
    let plans = machine.plans();
    let Some(plan) = plans.first().filter(|_| machine.role != Role::Agent) else { return };
    for address in &addresses {
        if plans.iter().all(|plan| outside(plan, address)) {
            report(plan, address, false, cx);
        } else if plans.iter().all(|plan| is_first(plan, address) || outside(plan, address)) {
            report(plan, address, true, cx);
        }
    }
}

fn outside(plan: &Plan, address: &Address) -> bool {
    !plan.service.iter().any(|range| range.contains(address.ip))
}

fn is_first(plan: &Plan, address: &Address) -> bool {
    plan.service.iter().any(|range| nth_address(&range.net, 1) == Some(address.ip))
}

fn report(plan: &Plan, address: &Address, first: bool, cx: &mut Cx) {
    let ranges: Vec<String> =
        plan.service.iter().map(|range| format!("`{}`", range.text)).collect();
    let default =
        if plan.service.iter().any(|range| range.span.is_none()) { ", the default" } else { "" };
    let ranges = ranges.join(" and ");
    let message = match first {
        true => format!(
            "`cluster-dns` (`{}`) is the first address of Services, which is the API server's",
            address.ip
        ),
        false => format!(
            "`cluster-dns` (`{}`) is not in the range of Services ({ranges}{default})",
            address.ip
        ),
    };
    let diagnostic = cx.report(address.span, message);
    for range in &plan.service {
        if let Some(span) = range.span {
            diagnostic.label(span, "the range of Services");
        }
    }
    let tenth = plan.service.iter().find_map(|range| {
        let same = range.net.addr().is_ipv4() == address.ip.is_ipv4();
        let index = crate::facts::defaults::number("dns-index");
        nth_address(&range.net, index).filter(|_| same)
    });
    diagnostic
        .why("the Service of CoreDNS asks for this address and can't be made: no name resolves");
    diagnostic.fix(match tenth {
        Some(tenth) => format!("leave `cluster-dns` out, or write `{tenth}` here"),
        None => "leave `cluster-dns` out".to_owned(),
    });
}
