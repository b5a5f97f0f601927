use super::PLUGIN;
use crate::{
    diag::Level,
    facts::{self, Answer},
    lint::{Check, Cx, Lint},
    model::{ChartValue, Cluster, Repo, calico::CHART, values},
    yaml::Entry,
};

pub static LINT: Lint = Lint::new(include_str!("calico-ebpf-incomplete.md"), Check::Repo(check));

const OFF: &str = "disable-kube-proxy";
/// What the chart makes of its endpoint, and anybody may make by hand.
const CONFIG_MAP: &str = "kubernetes-services-endpoint";

fn check(repo: &Repo, cx: &mut Cx) {
    for cluster in &repo.clusters {
        let bpf = cluster.calico_network("linuxDataplane").set();
        let bpf = bpf.filter(|entry| entry.value.as_str() == Some("BPF"));
        let selected = cluster.plugin().is_some_and(|plugin| plugin.name == PLUGIN);
        let Some(bpf) = bpf.filter(|_| selected) else { continue };
        let servers = || cluster.servers().map(|server| server.flag(OFF));
        if servers().next().is_none() {
            continue;
        }
        if servers().all(|off| off == Some(false)) && !is_tolerant(cluster) {
            with_kube_proxy(cluster, &bpf, cx);
        } else if servers().all(|off| off == Some(true))
            && lacks_endpoint(cluster)
            && !repo.may_bring(&[CONFIG_MAP])
        {
            without_endpoint(cluster, &bpf, cx);
        }
    }
}

/// Felix may be told to leave kube-proxy's rules alone.
fn is_tolerant(cluster: &Cluster) -> bool {
    let felix = ["felixConfiguration", "defaultFelixConfiguration"];
    !felix.iter().all(|key| {
        let path = [*key, "bpfKubeProxyIptablesCleanupEnabled"];
        cluster.value(CHART, &path).is_default()
    })
}

fn lacks_endpoint(cluster: &Cluster) -> bool {
    let host = match cluster.value(CHART, &["kubernetesServiceEndpoint", "host"]) {
        ChartValue::Default(_) => true,
        ChartValue::Set(entry) => values::text(&entry).is_some_and(|text| text.is_empty()),
        ChartValue::Unknown => false,
    };
    host && cluster.calico_network("bpfNetworkBootstrap").is_default()
}

fn with_kube_proxy(cluster: &Cluster, bpf: &Entry, cx: &mut Cx) {
    let diagnostic = cx.report(bpf.value.span(), "Calico replaces kube-proxy, which runs too");
    diagnostic
        .level(Level::Warning)
        .why("RKE2 runs kube-proxy on every node unless it is told not to: Felix removes its rules, and it writes them again")
        .fix(format!("`{OFF}: true` in the `config.yaml` of every server"));
    for key in cluster.servers().filter_map(|server| server.key_span(OFF)) {
        diagnostic.label(key, "kube-proxy runs");
    }
}

fn without_endpoint(cluster: &Cluster, bpf: &Entry, cx: &mut Cx) {
    let gate = facts::gate("calico-endpoint-of-api");
    let diagnostic = cx.report(
        bpf.value.span(),
        "Calico replaces kube-proxy, and nothing tells it where the API server is",
    );
    diagnostic.why("calico-node and the operator look for the API server at the address of its Service, which nobody translates before they run, and a new cluster's nodes stay NotReady");
    match cluster.releases.answer(gate) {
        Answer::No => diagnostic.fix(format!(
            "a ConfigMap `{CONFIG_MAP}` in the namespace `tigera-operator`, or a release from {gate} on"
        )),
        Answer::Yes | Answer::Depends => diagnostic
            .fix("`kubernetesServiceEndpoint.host` and `port`: an address of a server, and `\"6443\"`"),
    };
    for key in cluster.servers().filter_map(|server| server.key_span(OFF)) {
        diagnostic.label(key, "no kube-proxy");
    }
}
