use crate::{
    diag::Confidence,
    facts::packaged,
    lint::{Check, Cx, Lint},
    model::{Cluster, Injection},
};

pub static LINT: Lint = Lint::new(include_str!("canal-podcidr-ignored.md"), Check::Cluster(check));

/// The chart's value, and what RKE2 sets in its place.
const VALUES: [(&str, &str); 2] = [("podCidr", "clusterCIDRv4"), ("podCidrv6", "clusterCIDRv6")];

fn check(cluster: &Cluster, cx: &mut Cx) {
    for (path, name) in VALUES {
        let entry = cluster.value("rke2-canal", &[path]).set();
        let Some(entry) = entry.filter(|_| cluster.may_deploy("canal")) else { continue };
        let injected = packaged::injected().iter().find(|injected| injected.path == name);
        let (Some(text), Some(injected)) = (entry.value.as_str(), injected) else { continue };
        let given: Option<Vec<Injection>> =
            cluster.servers().map(|server| server.injected(injected)).collect();
        let Some(given) = given.filter(|given| !given.is_empty()) else { continue };
        if given.iter().any(|given| given.texts.iter().any(|other| other == text)) {
            continue;
        }
        let message = format!("`{path}: {text}` has no effect: pods get `cluster-cidr`");
        let diagnostic = cx.report(entry.value.span(), message);
        diagnostic
            .why(format!("the chart takes `global.{name}` before `{path}`, and RKE2 sets it"))
            .fix("remove it, and set `cluster-cidr` in the servers' configuration");
        for span in cluster.servers().filter_map(|server| server.key_span("cluster-cidr")) {
            diagnostic.label(span, "the range that is used");
        }
        if given.iter().any(|given| !given.sure) {
            diagnostic.assume(Confidence::Medium, "the machines have IPv4, as almost all do");
        }
    }
}
