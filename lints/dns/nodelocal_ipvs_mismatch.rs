use super::{CHART, REDIRECT, cache};
use crate::{
    lint::{Check, Cx, Lint},
    model::{ChartValue, Cluster, Machine, Word},
};

pub static LINT: Lint =
    Lint::new(include_str!("nodelocal-ipvs-mismatch.md"), Check::Cluster(check));

fn check(cluster: &Cluster, cx: &mut Cx) {
    let Some(cache) = cache(cluster) else { return };
    let off = match cluster.value(CHART, &["nodelocal", "ipvs"]) {
        ChartValue::Default(_) => None,
        ChartValue::Set(entry) if entry.value.as_bool() == Some(false) => Some(entry),
        ChartValue::Set(_) | ChartValue::Unknown => return,
    };
    let replaced = cluster.servers().any(|server| server.flag("disable-kube-proxy") != Some(false));
    let Some(mode) = cluster.machines.iter().find_map(ipvs) else { return };
    if replaced || !cluster.value(CHART, &REDIRECT).is_default() {
        return;
    }
    let message = "the cache of names isn't made for `ipvs`, which is kube-proxy's mode";
    let span = off.as_ref().map_or(cache.value.span(), |entry| entry.value.span());
    cx.report(span, message)
        .label(mode.span, "kube-proxy's mode")
        .why("the cache takes the address of CoreDNS' Service for an interface of its own, and in this mode kube-proxy has it on one of its: pods' questions don't reach the cache")
        .fix("`nodelocal.ipvs: true`, and `cluster-dns=169.254.20.10` in `kubelet-arg` of every machine");
}

fn ipvs(machine: &Machine) -> Option<Word> {
    let mode = machine.component_arg("kube-proxy-arg", "proxy-mode").set()?;
    (mode.text == "ipvs").then_some(mode)
}
