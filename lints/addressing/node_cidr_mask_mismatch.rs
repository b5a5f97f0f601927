use crate::{
    facts::defaults,
    lint::{Check, Cx, Lint},
    model::{
        Machine, Read, Role,
        net::{Family, Range, families},
    },
    text::Span,
};

pub static LINT: Lint =
    Lint::new(include_str!("node-cidr-mask-mismatch.md"), Check::Machine(check));

const ARGS: &str = "kube-controller-manager-arg";

fn check(machine: &Machine, cx: &mut Cx) {
    if machine.role == Role::Agent {
        return;
    }
    other_family(machine, cx);
    let plain = machine.component_arg(ARGS, "node-cidr-mask-size");
    let Read::Set(ranges) = machine.ranges("cluster-cidr") else { return };
    let dual = families(&ranges).len() > 1;
    if let (Read::Set(arg), true) = (&plain, dual) {
        let diagnostic = cx.report(
            arg.span,
            "`node-cidr-mask-size` without a family is refused in a dual-stack cluster",
        );
        if let Some(span) = ranges.first().and_then(|range| range.span) {
            diagnostic.label(span, "dual-stack");
        }
        diagnostic
            .why("kube-controller-manager exits again and again: \"usage of --node-cidr-mask-size is not allowed with dual-stack clusters\"")
            .fix("use `node-cidr-mask-size-ipv4` and `node-cidr-mask-size-ipv6`");
        return;
    }
    for range in &ranges {
        let Some((mask, place)) = machine.node_mask(range.family(), dual) else { continue };
        check_range(range, mask, place, cx);
    }
}

/// The block of a family that a cluster with one family doesn't have.
fn other_family(machine: &Machine, cx: &mut Cx) {
    let plans = machine.plans();
    for (own, other) in [(Family::V4, Family::V6), (Family::V6, Family::V4)] {
        let alone = plans.iter().all(|plan| families(&plan.cluster) == [own]);
        let arg = format!("node-cidr-mask-size-{}", other.name().to_lowercase());
        let (Read::Set(word), true) = (machine.component_arg(ARGS, &arg), alone) else { continue };
        if plans.is_empty() {
            continue;
        }
        let own = own.name();
        cx.report(word.span, format!("`{arg}` is refused in a cluster that has {own} only"))
            .why(format!("kube-controller-manager exits again and again: \"usage of --{arg} is not allowed for a single-stack {own} cluster\""))
            .fix(format!("use `node-cidr-mask-size-{}`", own.to_lowercase()));
    }
}

/// `mask` is the prefix length of a node's block, and `place` where it is set.
fn check_range(range: &Range, mask: u8, place: Option<Span>, cx: &mut Cx) {
    let Some(span) = range.span else { return };
    let prefix = range.net.prefix_len();
    let most: u8 = defaults::number("node-bits-v6");
    let (message, printed) = if prefix > mask {
        (
            format!("`{}` is smaller than the block of one node, `/{mask}`", range.text),
            "mask size of cluster CIDR must be less than or equal to --node-cidr-mask-size configured for CIDR family",
        )
    } else if range.family() == Family::V6 && mask - prefix > most {
        (
            format!(
                "`{}` is {} bits larger than the block of one node, `/{mask}`, and {most} are the most",
                range.text,
                mask - prefix
            ),
            "New CIDR set failed; the node CIDR size is too big",
        )
    } else {
        return;
    };
    let diagnostic = cx.report(span, message);
    if let Some(place) = place {
        diagnostic.label(place, "the block of a node");
    }
    diagnostic
        .why(format!("kube-controller-manager exits again and again (\"{printed}\"): no node gets addresses for its pods"))
        .fix("change the prefix length, or the block of a node in `kube-controller-manager-arg`; the range can't be changed on a running cluster");
}
