use super::PLUGIN;
use crate::{
    diag::{Confidence, Level},
    facts,
    lint::{Check, Cx, Lint},
    model::{ChartValue, Cluster, Object, Repo, calico::CHART},
};

pub static LINT: Lint =
    Lint::new(include_str!("calico-v3-resource-without-apiserver.md"), Check::Repo(check));

const API: &str = "projectcalico.org/v3";

fn check(repo: &Repo, cx: &mut Cx) {
    for cluster in &repo.clusters {
        let brought: [&[&str]; 2] = [&["calico-apiserver"], &["kind: APIServer"]];
        if !lacks_api(cluster) || brought.iter().any(|words| repo.may_bring(words)) {
            continue;
        }
        for manifest in &cluster.folder {
            let mut files = repo.files.iter();
            let Some(file) = files.find(|file| file.source.id == manifest.span.file) else {
                continue;
            };
            let objects = file.tree.docs().flat_map(|doc| Object::of_document(&doc));
            for object in objects.filter(|object| object.api_version == API) {
                let Some(entry) = object.node.get("apiVersion").found() else { continue };
                let kind = &object.kind;
                let diagnostic = cx.report(
                    entry.value.span(),
                    format!("nothing serves `{API}` here, so this {kind} is never made"),
                );
                diagnostic
                    .why(format!("Calico's API server is off in RKE2's charts; the deploy controller applies nothing of the file: \"no matches for kind \"{kind}\" in version \"{API}\"\""))
                    .fix("`crd.projectcalico.org/v1`, where the kind is the same, or with `cni: calico` the value `apiServer.enabled: true`");
                if let Some(span) = cluster.plugin().and_then(|plugin| plugin.span) {
                    diagnostic.label(span, "the plugin");
                }
                if !manifest.in_data_dir {
                    let note =
                        "what is declared as manifests was taken to lie in the servers' own folder";
                    diagnostic.level(Level::Warning).assume(Confidence::Medium, note);
                }
            }
        }
    }
}

fn lacks_api(cluster: &Cluster) -> bool {
    match cluster.plugin().as_ref().map(|plugin| plugin.name.as_str()) {
        Some("canal" | "flannel" | "cilium") => true,
        Some(PLUGIN) => match cluster.value(CHART, &["apiServer", "enabled"]) {
            // It was on for some time.
            ChartValue::Default(_) => {
                cluster.releases.are_past(facts::gate("calico-without-api-server"))
            }
            ChartValue::Set(entry) => entry.value.as_bool() == Some(false),
            ChartValue::Unknown => false,
        },
        _ => false,
    }
}
