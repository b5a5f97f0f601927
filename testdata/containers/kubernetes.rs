//! Objects of Kubernetes that machines and clusters are made from.

use super::{
    Container, Files,
    machines::{MANIFEST, escaped},
    planted::{Manifest, Mistake, Value, indented},
};

pub(super) const ALL: [Container; 7] = [
    ("capi", capi),
    ("capi-ignition", capi_ignition),
    ("capi-class", capi_class),
    ("rancher", rancher),
    ("rancher-chart-values", rancher_chart_values),
    ("config-map", config_map),
    ("config-map-of-capi", config_map_of_capi),
];

/// `serverConfig` and what goes beside it; a control plane can't be told all
/// that RKE2 takes.
fn server_config(mistake: &Mistake) -> Option<String> {
    let mut server = String::new();
    let mut agent = String::new();
    for (key, value) in mistake.config {
        match (*key, value.all().as_slice()) {
            ("cni", ["multus", plugin]) => {
                server += &format!("cni: {plugin}\ncniMultusEnable: true\n");
            }
            ("cni", [plugin]) => server += &format!("cni: {plugin}\n"),
            ("cluster-dns", [address]) => server += &format!("clusterDNS: {address}\n"),
            ("cluster-cidr" | "service-cidr", _) => {}
            ("kubelet-arg", args) => {
                let args: String = args.iter().map(|arg| format!("    - {arg}\n")).collect();
                agent += &format!("kubelet:\n  extraArgs:\n{args}");
            }
            _ => return None,
        }
    }
    let agent = if agent.is_empty() {
        String::new()
    } else {
        format!("  agentConfig:\n{}", indented(&agent, 4))
    };
    Some(format!("  version: v1.33.5+rke2r1\n  serverConfig:\n{}{agent}", indented(&server, 4)))
}

fn cluster(mistake: &Mistake) -> String {
    let range = |key: &str, field: &str| {
        let ranges = mistake.value(key).map(Value::all).unwrap_or_default();
        ranges.first().map_or(String::new(), |range| {
            format!("    {field}:\n      cidrBlocks:\n        - {range}\n")
        })
    };
    format!(
        "apiVersion: cluster.x-k8s.io/v1beta1\nkind: Cluster\nmetadata:\n  name: edge\nspec:\n  \
         clusterNetwork:\n{}{}  controlPlaneRef:\n    \
         apiVersion: controlplane.cluster.x-k8s.io/v1beta1\n    kind: RKE2ControlPlane\n    \
         name: edge\n---\napiVersion: controlplane.cluster.x-k8s.io/v1beta1\n\
         kind: RKE2ControlPlane\nmetadata:\n  name: edge\nspec:\n",
        range("cluster-cidr", "pods"),
        range("service-cidr", "services"),
    )
}

fn capi(mistake: &Mistake) -> Option<Files> {
    let files = mistake.manifest_yaml().map_or(String::new(), |text| {
        format!("  files:\n    - path: {MANIFEST}\n      content: |\n{}", indented(&text, 8))
    });
    let text = format!("{}{}{files}", cluster(mistake), server_config(mistake)?);
    Some(vec![("clusters/edge.yaml", text)])
}

/// YAML in YAML in YAML, and values in that.
fn capi_ignition(mistake: &Mistake) -> Option<Files> {
    let manifest = mistake.manifest_yaml()?;
    let butane = format!(
        "variant: fcos\nversion: 1.4.0\nstorage:\n  files:\n    - path: {MANIFEST}\n      \
         contents:\n        inline: |\n{}",
        indented(&manifest, 10)
    );
    let config = server_config(mistake)?;
    let data = format!(
        "  agentConfig:\n    format: ignition\n    additionalUserData:\n      config: |\n{}",
        indented(&butane, 8)
    );
    Some(vec![("clusters/edge.yaml", format!("{}{config}{data}", cluster(mistake)))])
}

/// A file that a patch of a ClusterClass adds.
fn capi_class(mistake: &Mistake) -> Option<Files> {
    let manifest = mistake.manifest_yaml()?;
    let config = indented(&server_config(mistake)?, 4);
    let class = format!(
        "apiVersion: cluster.x-k8s.io/v1beta1\nkind: ClusterClass\nmetadata:\n  name: edge\n\
         spec:\n  controlPlane:\n    ref:\n      \
         apiVersion: controlplane.cluster.x-k8s.io/v1beta1\n      \
         kind: RKE2ControlPlaneTemplate\n      name: edge\n  patches:\n    - name: files\n      \
         definitions:\n        - selector:\n            \
         apiVersion: controlplane.cluster.x-k8s.io/v1beta1\n            \
         kind: RKE2ControlPlaneTemplate\n            matchResources:\n              \
         controlPlane: true\n          jsonPatches:\n            - op: add\n              \
         path: /spec/template/spec/files\n              value:\n                \
         - path: {MANIFEST}\n                  content: |\n{}---\n\
         apiVersion: controlplane.cluster.x-k8s.io/v1beta1\nkind: RKE2ControlPlaneTemplate\n\
         metadata:\n  name: edge\nspec:\n  template:\n    spec:\n{config}",
        indented(&manifest, 20)
    );
    Some(vec![("clusters/class.yaml", class)])
}

fn provisioned(rke_config: &str) -> Files {
    let text = format!(
        "apiVersion: provisioning.cattle.io/v1\nkind: Cluster\nmetadata:\n  name: downstream\n  \
         namespace: fleet-default\nspec:\n  kubernetesVersion: v1.33.5+rke2r1\n  rkeConfig:\n{}",
        indented(rke_config, 4)
    );
    vec![("clusters/downstream.yaml", text)]
}

fn rancher(mistake: &Mistake) -> Option<Files> {
    let config = format!("machineGlobalConfig:\n{}", indented(&mistake.config_yaml(), 2));
    let manifest = mistake
        .manifest_yaml()
        .map_or(String::new(), |text| format!("additionalManifest: |-\n{}", indented(&text, 2)));
    Some(provisioned(&format!("{config}{manifest}")))
}

/// Rancher makes HelmChartConfigs of these, whose namespace is right.
fn rancher_chart_values(mistake: &Mistake) -> Option<Files> {
    let Some(Manifest::Chart { name, namespace: "kube-system", values }) = mistake.manifest else {
        return None;
    };
    let config = format!("machineGlobalConfig:\n{}", indented(&mistake.config_yaml(), 2));
    let values = format!("chartValues:\n  {name}:\n{}", indented(values, 4));
    Some(provisioned(&format!("{config}{values}")))
}

fn config_map(mistake: &Mistake) -> Option<Files> {
    if !mistake.is_of_manifest_alone() {
        return None;
    }
    let text = format!(
        "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: addons\n  namespace: default\n\
         data:\n  extra.yaml: |\n{}",
        indented(&mistake.manifest_yaml()?, 4)
    );
    Some(vec![("addons/map.yaml", text)])
}

/// In JSON's quotes.
fn config_map_of_capi(mistake: &Mistake) -> Option<Files> {
    let manifest = escaped(&mistake.manifest_yaml()?);
    let reference = "  manifestsConfigMapReference:\n    name: addons\n    namespace: default\n";
    let text = format!(
        "{}{}{reference}---\napiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: addons\n  \
         namespace: default\ndata:\n  extra.yaml: \"{manifest}\"\n",
        cluster(mistake),
        server_config(mistake)?
    );
    Some(vec![("clusters/edge.yaml", text)])
}
