use crate::{
    lint::{Check, Cx, Lint},
    model::{Machine, Read, Role, net::families},
};

pub static LINT: Lint = Lint::new(include_str!("too-many-cidrs.md"), Check::Machine(check));

fn check(machine: &Machine, cx: &mut Cx) {
    if machine.role == Role::Agent {
        return;
    }
    for (key, component) in
        [("cluster-cidr", "kube-controller-manager"), ("service-cidr", "kube-apiserver")]
    {
        let Read::Set(ranges) = machine.ranges(key) else { continue };
        let (at, message) = match ranges.as_slice() {
            [] | [_] => continue,
            [first, second] if first.family() != second.family() => continue,
            [first, second] => {
                let family = first.family().name();
                (
                    second,
                    format!(
                        "`{key}` has two {family} ranges; two have to be of different families"
                    ),
                )
            }
            [_, _, third, ..] => {
                (third, format!("`{key}` has {} ranges, and takes two at most", ranges.len()))
            }
        };
        let Some(span) = at.span else { continue };
        let diagnostic = cx.report(span, message);
        if let Some(first) = ranges.first().and_then(|range| range.span) {
            diagnostic.label(first, "the first");
        }
        let dual = if families(&ranges).len() > 1 { "one of each family" } else { "one range" };
        diagnostic
            .why(format!(
                "RKE2 passes them on, and {component} exits again and again: \"{}\"",
                printed(key, ranges.len())
            ))
            .fix(format!("keep {dual}"));
    }
}

fn printed(key: &str, count: usize) -> String {
    match (key, count) {
        ("cluster-cidr", 2) => "len of ClusterCIDRs==2 and they are not configured as dual stack (at least one from each IPFamily".to_owned(),
        ("cluster-cidr", _) => format!("length of clusterCIDRs is:{count} more than max allowed of 2"),
        (_, 2) => "must be of different IP family".to_owned(),
        _ => "--service-cluster-ip-range must not contain more than two entries".to_owned(),
    }
}
