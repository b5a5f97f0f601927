use crate::{
    facts::Answer,
    lint::{Check, Cx, Lint},
    model::{Cluster, Machine, Read},
};

pub static LINT: Lint =
    Lint::new(include_str!("selected-ingress-disabled.md"), Check::Cluster(check));

fn check(cluster: &Cluster, cx: &mut Cx) {
    for machine in cluster.servers() {
        check_server(cluster, machine, cx);
    }
}

fn check_server(cluster: &Cluster, machine: &Machine, cx: &mut Cx) {
    let (Read::Set(chosen), Read::Set(disabled)) =
        (machine.words("ingress-controller"), machine.words("disable"))
    else {
        return;
    };
    // Releases without the key skip it.
    if machine.takes("ingress-controller") == Answer::No {
        return;
    }
    for word in chosen {
        let chart = format!("rke2-{}", word.text);
        let Some(off) = disabled.iter().find(|off| off.text == chart) else { continue };
        if cluster.has_helm_chart(&chart) {
            continue;
        }
        cx.report(
            off.span,
            format!("`disable` removes `{chart}`, which `ingress-controller` chooses"),
        )
        .label(word.span, "chooses it")
        .why("`disable` wins: the chart is deleted, and nothing serves Ingresses in its place")
        .fix(format!("take `{chart}` off the list, or say `ingress-controller: none`"));
    }
}
