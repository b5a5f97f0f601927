use crate::{
    diag::Confidence,
    lint::{Check, Cx, Lint},
    model::{Cluster, Read},
};

pub static LINT: Lint = Lint::new(include_str!("windows-without-multus.md"), Check::Cluster(check));

fn check(cluster: &Cluster, cx: &mut Cx) {
    // A workload for Windows says nothing of Multus.
    let sign = cluster.windows_sign().filter(|_| cluster.machines.iter().any(|m| m.windows));
    let (Some(sign), Read::Set((_, cni))) = (sign, cluster.cni()) else { return };
    let Some(multus) = cni.multus().filter(|_| cni.is_in_order()) else { return };
    let diagnostic =
        cx.report(multus.span, "Multus runs on Linux only, and the cluster has a Windows machine");
    diagnostic
        .label(sign.span, sign.text.clone())
        .why("the pods of its DaemonSet select Linux: pods on Windows get one interface, whatever they ask for, and nothing says so")
        .fix("run what needs further networks on Linux machines; if it does, all is well");
    if let Some(doubt) = sign.doubt {
        diagnostic.assume(Confidence::Medium, doubt);
    }
}
