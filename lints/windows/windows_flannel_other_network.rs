use crate::{
    diag::Confidence,
    lint::{Check, Cx, Lint},
    model::{Cluster, Value},
};

pub static LINT: Lint =
    Lint::new(include_str!("windows-flannel-other-network.md"), Check::Cluster(check));

/// What RKE2 writes into Flannel's configuration on Windows, whatever the
/// chart says.
const NETWORK: [(&[&str], &str); 3] = [
    (&["flannel", "backend"], "vxlan"),
    (&["flannel", "vni"], "4096"),
    (&["flannel", "backendPort"], "4789"),
];

fn check(cluster: &Cluster, cx: &mut Cx) {
    let sign = cluster.windows_sign().filter(|_| cluster.machines.iter().any(|m| m.windows));
    let plugin = cluster.cni().map(|(_, cni)| cni).selected();
    let (Some(sign), Some("flannel")) = (sign, plugin.as_ref().map(|cni| cni.name.as_str())) else {
        return;
    };
    for config in cluster.configs_of("rke2-flannel") {
        for (path, fixed) in NETWORK {
            let Value::Set(entry) = config.chart.value(path, &cluster.releases) else { continue };
            let Some(own) = entry.value.raw().filter(|own| *own != fixed) else { continue };
            if entry.value.is_unknown() || own.is_empty() {
                continue;
            }
            let key = path.join(".");
            let diagnostic = cx.report(
                entry.value.span(),
                format!("`{key}` is {own}, and Windows machines always use {fixed}"),
            );
            diagnostic
                .label(sign.span, sign.text.clone())
                .why("the Windows agent writes its own configuration of Flannel: pods on Windows and on Linux don't reach each other, and nothing says so")
                .fix(format!("leave `{key}` at {fixed}"));
            if let Some(doubt) = sign.doubt {
                diagnostic.assume(Confidence::Medium, doubt);
            }
        }
    }
}
