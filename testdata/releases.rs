//! Where a cluster's release is read, and how sure findings are that rest on it.

use rke2lint::{
    diag::Confidence,
    engine::Workspace,
    facts::Releases,
    model::{Cluster, Repo},
};

const CONFIG: (&str, &str) = ("prod/config.yaml", "cni: [multus, cilium]\n");

fn workspace(files: &[(&str, &str)]) -> Workspace {
    let mut workspace = Workspace::new();
    for (path, text) in files {
        workspace.set(path, text);
    }
    workspace
}

fn cluster<'a>(repo: &'a Repo, name: &str) -> &'a Cluster {
    let found = repo.clusters.iter().find(|cluster| cluster.name == name);
    found.unwrap_or_else(|| panic!("no cluster {name}"))
}

/// The release, and the text at its place.
#[track_caller]
fn check(path: &str, text: &str, release: &str, at: &str) {
    let workspace = workspace(&[CONFIG, (path, text)]);
    let repo = workspace.model();
    let cluster = cluster(&repo, "prod");
    assert_eq!(cluster.releases.to_string(), release, "{path}");
    let span = cluster.release_source.expect(path);
    assert_eq!(workspace.sources().get(span.file).slice(span), at, "{path}");
}

#[track_caller]
fn check_silent(path: &str, text: &str) {
    let repo = workspace(&[CONFIG, (path, text)]).model();
    assert!(cluster(&repo, "prod").releases.is_supported_set(), "{path}");
}

#[test]
fn scripts_variables_and_cloud_init() {
    let line = "curl -sfL https://get.rke2.io | INSTALL_RKE2_VERSION=v1.30.4+rke2r1 sh -\n";
    let tag = "v1.30.4+rke2r1";
    check("prod/install.sh", line, tag, tag);
    check("prod/Dockerfile", "ENV INSTALL_RKE2_VERSION=\"v1.30.4+rke2r1\"\n", tag, tag);
    check("prod/cloud-init.yaml", &format!("#cloud-config\nruncmd:\n  - {line}"), tag, tag);
    check(
        "prod/play.yml",
        "- environment:\n    INSTALL_RKE2_VERSION: v1.30.4+rke2r1 # x\n",
        tag,
        tag,
    );
    let channel = "INSTALL_RKE2_CHANNEL=v1.30\n";
    check("prod/etc/default/rke2-server", channel, "v1.30.0 to v1.30.14", "v1.30");
    check_silent("prod/install.sh", "INSTALL_RKE2_VERSION=${1:-v1.30.4+rke2r1}\n");
    check_silent("prod/install.sh", "# INSTALL_RKE2_VERSION=v1.30.4+rke2r1\n");
    check_silent("prod/install.sh", "INSTALL_K3S_VERSION=v1.30.4+k3s1\n");
}

#[test]
fn plans_and_inventories() {
    let tag = "v1.34.2+rke2r1";
    let plan = "apiVersion: upgrade.cattle.io/v1\nkind: Plan\nmetadata: {name: a}\nspec:\n";
    check("prod/plan.yaml", &format!("{plan}  version: \"{tag}\"\n"), tag, tag);
    let channel = "  channel: https://update.rke2.io/v1-release/channels/v1.33\n";
    check("prod/plan.yaml", &format!("{plan}{channel}"), "v1.33.0 to v1.33.13", "v1.33");
    check("prod/group_vars/all.yml", "rke2_version: v1.34.2+rke2r1\n", tag, tag);
    let inventory = "all:\n  vars:\n    rke2_install_version: v1.34.2+rke2r1\n";
    check("prod/inventory.yml", inventory, tag, tag);
    check_silent("prod/roles/rke2/defaults/main.yml", "rke2_version: v1.34.2+rke2r1\n");
    check_silent("prod/group_vars/all.yml", "k3s_version: v1.34.2+k3s1\n");
    let k3s = "  channel: https://update.k3s.io/v1-release/channels/v1.33\n";
    check_silent("prod/plan.yaml", &format!("{plan}{k3s}"));
}

#[test]
fn objects_of_clusters_elsewhere() {
    let managed = [
        "apiVersion: provisioning.cattle.io/v1\nkind: Cluster\nmetadata: {name: a}\nspec:\n  kubernetesVersion: v1.34.2+rke2r1\n",
        "apiVersion: controlplane.cluster.x-k8s.io/v1beta1\nkind: RKE2ControlPlane\nmetadata: {name: a}\nspec:\n  version: v1.34.2\n",
        "apiVersion: controlplane.cluster.x-k8s.io/v1alpha1\nkind: RKE2ControlPlane\nmetadata: {name: a}\nspec:\n  agentConfig: {version: v1.34.2+rke2r1}\n",
        "apiVersion: cluster.x-k8s.io/v1beta1\nkind: Cluster\nmetadata: {name: a}\nspec:\n  topology: {version: v1.34.2+rke2r1}\n",
    ];
    let chart = "apiVersion: helm.cattle.io/v1\nkind: HelmChartConfig\nmetadata: {name: rke2-canal, namespace: kube-system}\nspec: {valuesContent: \"a: 1\"}\n";
    for text in managed {
        // Machines are those of the cluster that manages, if there are any.
        check_silent("prod/cluster.yaml", text);
        let repo = workspace(&[("away/a.yaml", text), ("away/manifests/c.yaml", chart)]).model();
        assert_eq!(cluster(&repo, "away").releases.to_string(), "v1.34.2+rke2r1", "{text}");
    }
    let other = "apiVersion: cluster.x-k8s.io/v1beta1\nkind: Cluster\nmetadata: {name: a}\nspec:\n  topology: {version: v1.34.2}\n";
    let repo = workspace(&[("away/a.yaml", other), ("away/manifests/c.yaml", chart)]).model();
    assert!(cluster(&repo, "away").releases.is_supported_set());
}

/// How sure the finding is that Cilium takes Multus' place, which rests on the
/// release.
#[track_caller]
fn confidence(workspace: &Workspace) -> Option<(Confidence, Vec<String>)> {
    let checked = workspace.check();
    let found = checked.findings.into_iter().map(|finding| finding.diagnostic);
    let mut found = found.filter(|diagnostic| diagnostic.rule == "multus-cilium-exclusive");
    let first = found.next()?;
    Some((first.confidence, first.notes))
}

#[test]
fn what_is_said_above_several_clusters_is_a_default() {
    let version = (".env", "INSTALL_RKE2_VERSION=v1.30.4+rke2r1\n");
    let alone = workspace(&[CONFIG, version]);
    assert_eq!(confidence(&alone).map(|found| found.0), Some(Confidence::High));
    let both = workspace(&[CONFIG, version, ("lab/config.yaml", "cni: [multus, canal]\n")]);
    let (sure, notes) = confidence(&both).expect("the release is taken all the same");
    assert_eq!(sure, Confidence::Low);
    assert!(notes.iter().any(|note| note.contains("`.env`, above several clusters")), "{notes:?}");
    assert!(cluster(&both.model(), "prod").release_is_shared);
    // A cluster that says its own doesn't care.
    let own = ("prod/rke2.env", "INSTALL_RKE2_VERSION=v1.30.5+rke2r1\n");
    let own = workspace(&[CONFIG, version, own, ("lab/config.yaml", "cni: canal\n")]);
    assert_eq!(confidence(&own).map(|found| found.0), Some(Confidence::High));
}

#[test]
fn a_release_newer_than_the_tables_answers_like_the_newest_and_is_less_sure() {
    let wrong = [("server/config.yaml", "cni: [canal, multus]\nservice-cidr: fd00::/64\n")];
    let mut newer = workspace(&wrong);
    let all = |workspace: &Workspace| {
        let findings = workspace.check().findings;
        let found = findings.into_iter().map(|finding| finding.diagnostic);
        found.map(|found| (found.rule, found.confidence, found.notes)).collect::<Vec<_>>()
    };
    newer.release = Releases::parse("v1.99.0+rke2r1");
    let found = all(&newer);
    let order = found.iter().find(|found| found.0 == "multus-not-first").expect("it is found");
    assert_eq!(order.1, Confidence::High, "it is so on every release");
    let mut known = workspace(&wrong);
    known.release = Releases::parse("v1.36.3+rke2r1");
    let rules = |found: Vec<(&'static str, Confidence, Vec<String>)>| {
        found.into_iter().map(|found| found.0).collect::<Vec<_>>()
    };
    assert_eq!(rules(all(&newer)), rules(all(&known)));
    // A key that was taken away is away still, as far as anybody knows.
    newer = workspace(&[("server/config.yaml", "cni: canal\nmulti-cluster-cidr: true\n")]);
    newer.release = Releases::parse("v1.99.0+rke2r1");
    let found = all(&newer);
    let [(rule, sure, notes)] = found.as_slice() else { panic!("{found:?}") };
    assert_eq!((*rule, *sure), ("unknown-config-key", Confidence::Medium));
    assert_eq!(notes, &["v1.99.0+rke2r1 is newer than what this version knows"]);
}

/// A manifest of a folder of its own joins the only cluster above it, by guess.
#[test]
fn what_rests_on_a_manifests_cluster_is_less_sure() {
    let text = "apiVersion: helm.cattle.io/v1\nkind: HelmChartConfig\nmetadata:\n  name: rke2-cilium\n  namespace: kube-system\nspec:\n  valuesContent: |-\n    cni:\n      exclusive: true\n";
    let confidence = |path: &str| {
        let checked = workspace(&[CONFIG, (path, text)]).check();
        let found = checked.findings.iter().map(|finding| &finding.diagnostic);
        let found = found.filter(|found| found.rule == "multus-cilium-exclusive");
        found.map(|found| (found.confidence, found.notes.len())).collect::<Vec<_>>()
    };
    assert_eq!(confidence("prod/manifests/cilium.yaml"), [(Confidence::High, 0)]);
    assert_eq!(confidence("prod/apps/cilium.yaml"), [(Confidence::Medium, 1)]);
}
