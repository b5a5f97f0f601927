use crate::{
    lint::{Check, Cx, Lint},
    model::{Machine, Read},
};

pub static LINT: Lint = Lint::new(include_str!("forbidden-node-label.md"), Check::Machine(check));

/// Of those that Kubernetes keeps to itself, what a kubelet may set.
const PREFIXES: [&str; 2] = ["kubelet.kubernetes.io", "node.kubernetes.io"];
const LABELS: [&str; 10] = [
    "beta.kubernetes.io/arch",
    "beta.kubernetes.io/instance-type",
    "beta.kubernetes.io/os",
    "failure-domain.beta.kubernetes.io/region",
    "failure-domain.beta.kubernetes.io/zone",
    "kubernetes.io/arch",
    "kubernetes.io/hostname",
    "kubernetes.io/os",
    "topology.kubernetes.io/region",
    "topology.kubernetes.io/zone",
];

fn check(machine: &Machine, cx: &mut Cx) {
    let Read::Set(words) = machine.words("node-label") else { return };
    for word in &words {
        // A kubelet gets them all in one argument, which it splits on commas.
        let labels = word.text.split(',').map(|label| label.split('=').next().unwrap_or(""));
        for label in labels.filter(|label| is_forbidden(label)) {
            cx.report(word.span, format!("a kubelet may not give its node the label `{label}`"))
                .why(format!("the kubelet exits again and again, and the node never joins: \"unknown 'kubernetes.io' or 'k8s.io' labels specified with --node-labels: [{label}]\""))
                .fix("take another prefix, or label the node by kubectl once it has joined");
        }
    }
}

fn is_forbidden(label: &str) -> bool {
    let Some((prefix, _)) = label.split_once('/') else { return false };
    let within = |domain: &str| {
        prefix.strip_suffix(domain).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    };
    let reserved = within("kubernetes.io") || within("k8s.io");
    reserved && !PREFIXES.iter().any(|allowed| within(allowed)) && !LABELS.contains(&label)
}
