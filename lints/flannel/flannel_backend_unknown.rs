use crate::{
    facts::{Answer, chart_values, cni},
    lint::{Check, Cx, Lint},
    model::Cluster,
};

pub static LINT: Lint =
    Lint::new(include_str!("flannel-backend-unknown.md"), Check::Cluster(check));

const PATH: [&str; 2] = ["flannel", "backend"];

fn check(cluster: &Cluster, cx: &mut Cx) {
    for cni in ["canal", "flannel"].into_iter().filter_map(cni::cni) {
        let Some(entry) = cluster.value(cni.chart, &PATH).set() else { continue };
        let Some(text) = entry.value.as_str().filter(|text| !text.is_empty()) else { continue };
        let path = PATH.join(".");
        let name = text.to_lowercase();
        let takes = chart_values::takes(cni.chart, &path, &name, &cluster.releases);
        if takes != Answer::No || !cluster.may_deploy(cni.name) {
            continue;
        }
        let releases = &cluster.releases;
        let choices = chart_values::choices(cni.chart, &path, releases);
        let choices: Vec<String> = choices.iter().map(|choice| format!("`{choice}`")).collect();
        let message = if name == "wireguard" {
            format!("Flannel of {releases} has no backend `{text}`")
        } else {
            format!("`{text}` is no backend of Flannel's")
        };
        let diagnostic = cx.report(entry.value.span(), message);
        diagnostic.why(format!(
            "Flannel exits on every node, and nodes stay NotReady: \"unknown backend type: {name}\""
        ));
        if name == "wireguard" {
            diagnostic.fix("`vxlan`, or RKE2 v1.23.3 or newer");
        } else if name.starts_with("wireguard") {
            diagnostic.fix("`wireguard`: `wireguard-native` is a name of K3s'");
        } else {
            diagnostic.fix(format!("one of {}", choices.join(", ")));
        }
        if let Some(span) = cluster.release_source.filter(|_| name == "wireguard") {
            diagnostic.label(span, "the release is said here");
        }
    }
}
