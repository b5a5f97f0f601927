use super::checked_by_release;
use crate::{
    lint::{Check, Cx, Lint},
    model::{
        Machine, Plan, Role,
        net::{Range, families, family_names},
    },
};

pub static LINT: Lint =
    Lint::new(include_str!("dual-stack-family-mismatch.md"), Check::Machine(check));

fn check(machine: &Machine, cx: &mut Cx) {
    if machine.role == Role::Agent {
        return;
    }
    let plans = machine.plans();
    let (Some(plan), true) = (plans.first(), !plans.iter().any(Plan::families_agree)) else {
        return;
    };
    // A second range of one family is `too-many-cidrs`' to report: which family
    // was meant isn't known.
    let too_many = |ranges: &[Range]| ranges.len() > families(ranges).len();
    if too_many(&plan.cluster) || too_many(&plan.service) {
        return;
    }
    // The key that somebody wrote, the later one if both are.
    let written = |ranges: &[Range]| {
        let first = ranges.first()?.span?;
        Some(first.to(ranges.last()?.span?))
    };
    let (cluster, service) = (written(&plan.cluster), written(&plan.service));
    let pods = family_names(&families(&plan.cluster));
    let services = family_names(&families(&plan.service));
    let diagnostic = match (cluster, service) {
        (Some(cluster), Some(service)) => {
            let message = format!("Services have {services}, and pods {pods}");
            let diagnostic = cx.report(service, message);
            diagnostic.text(services).label(cluster, pods);
            diagnostic
        }
        (Some(cluster), None) => {
            let message =
                format!("pods have {pods}, and Services one family, the default of `service-cidr`");
            let diagnostic = cx.report(cluster, message);
            diagnostic.text(pods);
            diagnostic
        }
        (None, Some(service)) => {
            let message = format!(
                "Services have {services}, and pods one family, the default of `cluster-cidr`"
            );
            let diagnostic = cx.report(service, message);
            diagnostic.text(services);
            diagnostic
        }
        (None, None) => return,
    };
    diagnostic
        .why("each machine exits when its agent starts: \"must share the same IP version (IPv4, IPv6 or dual-stack)\"")
        .fix("give `cluster-cidr` and `service-cidr` the same families in the same order; neither can be changed on a running cluster");
    checked_by_release(diagnostic, &machine.releases, "with addresses of one family only");
}
