use super::OFF;
use crate::{
    diag::{Confidence, Level},
    facts::cni,
    lint::{Check, Cx, Lint},
    model::{Cluster, Machine, Read, Replacement},
    yaml::Entry,
};

pub static LINT: Lint =
    Lint::new(include_str!("kube-proxy-disabled-without-replacement.md"), Check::Cluster(check));

const WHY: &str =
    "no node programs the addresses of Services: pods reach neither the API server nor DNS";

fn check(cluster: &Cluster, cx: &mut Cx) {
    for server in cluster.servers().filter(|server| server.flag(OFF) == Some(true)) {
        let Some(plugin) = server.cni().selected() else { continue };
        let Some(cni) = cni::cni(&plugin.name).filter(|cni| !disables(server, cni.chart)) else {
            continue;
        };
        if !cni.replaces_kube_proxy {
            never_replaced(server, cx);
        } else if cluster.plugin().is_some_and(|agreed| agreed.name == plugin.name)
            && let Replacement::Off(value) = cluster.replacement(&plugin.name)
        {
            not_replaced(cluster, server, cni, value.as_ref(), cx);
        }
    }
}

/// With its chart disabled, some other plugin does the work.
fn disables(server: &Machine, chart: &str) -> bool {
    match server.words("disable") {
        Read::Set(words) => words.iter().any(|word| word.text.trim() == chart),
        Read::Default => false,
        Read::Unknown => true,
    }
}

fn never_replaced(server: &Machine, cx: &mut Cx) {
    let (Some(key), Some(plugin)) = (server.key_span(OFF), server.cni().selected()) else { return };
    let message =
        format!("kube-proxy is disabled, and `{}` has nothing to put in its place", plugin.name);
    let diagnostic = cx.report(key, message);
    diagnostic.why(WHY).fix(
        "remove `disable-kube-proxy`, or use Cilium or Calico with their replacement of kube-proxy",
    );
    match plugin.span {
        Some(span) => {
            diagnostic.label(span, "this plugin has nothing in place of kube-proxy");
        }
        None => {
            let note = format!("no `cni` here, so it is RKE2's default, `{}`", plugin.name);
            diagnostic.level(Level::Warning).assume(Confidence::Medium, note);
        }
    }
}

fn not_replaced(
    cluster: &Cluster,
    server: &Machine,
    cni: &cni::Cni,
    value: Option<&Entry>,
    cx: &mut Cx,
) {
    let Some(key) = server.key_span(OFF) else { return };
    let (path, on, host, port) = match cni.name {
        "cilium" => ("kubeProxyReplacement", "true", "k8sServiceHost", "k8sServicePort"),
        _ => (
            "installation.calicoNetwork.linuxDataplane",
            "BPF",
            "kubernetesServiceEndpoint.host",
            "kubernetesServiceEndpoint.port",
        ),
    };
    let name = path.rsplit('.').next().unwrap_or(path);
    let message = match value.and_then(|entry| entry.value.raw()) {
        Some(text) => format!("kube-proxy is disabled, and `{name}` is `{text}`"),
        None => format!("kube-proxy is disabled, and nothing sets `{name}` of `{}`", cni.chart),
    };
    let diagnostic = cx.report(key, message);
    let alone = cni.name == "cilium" && !cluster.cilium_lacks_endpoint();
    if alone {
        // Agents start, and serve pods.
        diagnostic.level(Level::Warning).why("Cilium translates the addresses of Services for pods only: nobody serves node ports, load balancers' addresses, and Services for what runs on the host");
    } else if cni.name == "cilium" {
        diagnostic.why("Cilium's agents look for the API server at the address of its Service, which nobody translates before they run: they crash, and nodes stay NotReady");
    } else {
        diagnostic.why(WHY);
    }
    diagnostic.fix(format!(
        "remove `disable-kube-proxy`, or set `{path}: {on}` with `{host}` and `{port}` in the HelmChartConfig `{}`",
        cni.chart
    ));
    if let Some(span) = server.cni().selected().and_then(|plugin| plugin.span) {
        diagnostic.label(span, "the plugin");
    }
    let mut configs = cluster.configs_of(cni.chart);
    match (value, configs.next()) {
        (Some(entry), _) => {
            diagnostic.label(entry.value.span(), "leaves the work to kube-proxy");
        }
        (None, Some(config)) => {
            diagnostic.label(config.chart.object.name.span, format!("doesn't set `{name}`"));
            if cni.name == "calico" {
                let note = "no FelixConfiguration elsewhere turns eBPF on";
                diagnostic.level(Level::Warning).assume(Confidence::Medium, note);
            }
        }
        (None, None) => {
            let note = format!("no HelmChartConfig `{}` lies elsewhere", cni.chart);
            diagnostic.level(Level::Warning).assume(Confidence::Medium, note);
        }
    }
}
