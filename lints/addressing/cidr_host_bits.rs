use crate::{
    diag::Fix,
    lint::{Check, Cx, Lint},
    model::{Machine, Read, Role},
    text::Edit,
};

pub static LINT: Lint = Lint::new(include_str!("cidr-host-bits.md"), Check::Machine(check));

fn check(machine: &Machine, cx: &mut Cx) {
    if machine.role == Role::Agent {
        return;
    }
    for key in ["cluster-cidr", "service-cidr"] {
        let Read::Set(ranges) = machine.ranges(key) else { continue };
        for range in ranges.iter().filter(|range| range.has_host_bits) {
            let Some(span) = range.span else { continue };
            cx.report(span, format!("`{}` in `{key}` is `{}` to RKE2", range.text, range.net))
                .why("the bits behind the prefix are dropped without a word")
                .fix(format!("write `{}`, or the prefix length that was meant", range.net))
                .repair(Fix::safe(
                    format!("write `{}`, which RKE2 takes it for", range.net),
                    vec![Edit::new(span, &*range.text, range.net.to_string())],
                ));
        }
    }
}
