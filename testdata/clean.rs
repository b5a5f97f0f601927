//! Whole repositories without a mistake, each with something that looks like
//! one.
//!
//! They are read from disk, as users' are. What was understood of each is
//! asserted too: silence over files that nobody read proves nothing.

use crate::repos;
use rke2lint::{diag::Level, engine::Checked, model::Repo};

/// A folder of `clean/`.
struct Clean {
    name: &'static str,
    clusters: usize,
    machines: usize,
    /// Templates that aren't read, and are said to be.
    templates: usize,
    /// What a linter that knows less would report.
    trap: &'static str,
}

#[rustfmt::skip]
const CLEAN: [Clean; 75] = [
    clean("alternatives", 1, 4, 0, "three values of `cni` side by side, and a Windows agent's file below"),
    clean("ansible-inventories", 3, 3, 0, "two inventories of one playbook, a role and a test: none of them mix"),
    clean("ansible-vars", 1, 2, 0, "Multus and Cilium in variables; an agent that is a host of its own"),
    clean("append-merges", 1, 1, 0, "`multus` alone, a range without room for DNS, one family, all mended by drop-ins"),
    clean("attachments", 1, 1, 0, "configurations quoted, folded, as a list, in JSON, empty and absent"),
    clean("cloud-init", 1, 1, 0, "files of a machine in strings, merged as RKE2 merges them"),
    clean("cluster-api", 2, 2, 0, "RKE2's keys in other words, and a HelmChartConfig in a string"),
    clean("cluster-class", 1, 1, 0, "patches of a class, some under a condition, and two Clusters that are made of it"),
    clean("cluster-kustomized", 2, 2, 0, "control planes that Kustomize patches"),
    clean("commented-out", 1, 1, 0, "what is wrong is a comment or prose"),
    clean("coredns-template", 1, 1, 0, "braces of CoreDNS, which are no template's"),
    clean("declared", 2, 3, 0, "two clusters in one folder, each right on its own release"),
    clean("docs-calico-mtu", 1, 1, 0, "an example of the documentation"),
    clean("docs-canal-interface", 1, 0, 0, "values for a plugin that nothing selects"),
    clean("docs-canal-wireguard", 1, 0, 0, "values for a plugin that nothing selects"),
    clean("docs-cilium-by-flags", 1, 0, 0, "values for a plugin that only a flag selects"),
    clean("docs-cilium-eni", 1, 1, 0, "an example of the documentation"),
    clean("docs-cilium-kube-proxy", 1, 1, 0, "kube-proxy is off, and places to fill in"),
    clean("docs-multus", 1, 1, 0, "an example of the documentation"),
    clean("docs-multus-by-flags", 1, 0, 0, "Whereabouts, and no Multus in sight"),
    clean("docs-multus-cilium", 1, 1, 0, "Multus and Cilium on a release that nobody says"),
    clean("docs-networks", 19, 19, 0, "the documentation's examples of data planes, each at a release that it was written for"),
    clean("docs-whereabouts", 1, 1, 0, "an example of the documentation"),
    clean("docs-whereabouts-image", 1, 1, 0, "an example of the documentation"),
    clean("dual-stack", 2, 3, 0, "three forms of two ranges, and IPv6 alone in a cluster beside"),
    clean("dual-stack-lists", 1, 6, 0, "IPv6 first, in lists, strings and both orders of `node-ip`"),
    clean("kustomize-overlay", 1, 0, 0, "the namespace comes from an overlay elsewhere"),
    clean("copies-declared", 1, 2, 0, "each server has its copy of a manifest"),
    clean("names-above", 2, 3, 0, "folders above the cluster say agent and windows"),
    clean("boot-commands", 4, 4, 0, "Multus alone and kube-proxy twice, until commands have run"),
    clean("chart-values", 1, 1, 0, "values of a chart have a key `cni` too"),
    clean("edge-image", 1, 2, 0, "Multus and Cilium, a /64 for Services: the release is in another file"),
    clean("edge-image-defaults", 1, 1, 0, "Cilium, which SUSE Edge Image Builder selects where nobody does"),
    clean("envsubst", 1, 2, 0, "nothing but names to be replaced"),
    clean("fleet-bundle", 3, 0, 0, "no namespace: Fleet or Kustomize gives it"),
    clean("foreign", 1, 1, 0, "keys that RKE2 has too, and objects in strings"),
    clean("further-networks", 1, 1, 0, "ranges shared, excluded and on VLANs; names to be replaced; an annotation twice"),
    clean("gitops-flat", 4, 4, 0, "equal names and ranges, each in a cluster of its own"),
    clean("hard-yaml", 1, 1, 0, "embedded documents in every style"),
    clean("image-builder", 1, 1, 0, "Multus and Cilium: the release is in another file"),
    clean("independent-clusters", 3, 4, 0, "equal names and other plugins in clusters side by side"),
    clean("installs", 1, 1, 0, "scripts for two releases, K3s' script, and a comment"),
    clean("k3s-beside", 1, 1, 0, "K3s' keys and charts, and files without a name of K3s'"),
    clean("k3s-unnamed", 0, 0, 0, "keys that RKE2 has too, in a file that no name gives away"),
    clean("k3s-twin", 1, 1, 0, "K3s' keys, ranges that overlap, and charts of K3s'"),
    clean("machines-by-folder", 1, 3, 0, "drop-ins that sort by bytes, and one that isn't read"),
    clean("names-in-signs", 0, 0, 1, "scalars that begin with signs that no scalar begins with"),
    clean("namespace-of-kustomize", 2, 0, 0, "no namespace: Kustomize or Fleet gives it"),
    clean("other-programs", 0, 0, 0, "keys that RKE2 has too"),
    clean("overlap", 1, 1, 0, "an example of the documentation, with a mistake"),
    clean("own-charts", 1, 1, 0, "HelmCharts of the user's own in three forms"),
    clean("own-multus", 1, 1, 0, "networks and `cni` without Multus, which a DaemonSet brings"),
    clean("own-cilium", 1, 1, 0, "charts of the user's own, and no plugin of RKE2's"),
    clean("placeholders", 2, 2, 2, "names to be replaced, and both branches of a template"),
    clean("rancher-clusters", 4, 4, 0, "Rancher's own default, a selector's keys, charts without values, a cluster of K3s, a template for both"),
    clean("role-defaults", 0, 0, 0, "two of a role's variables are called like keys"),
    clean("rootfs-nodes", 1, 5, 0, "the same manifest on each of three servers"),
    clean("script-per-release", 1, 1, 0, "scripts that are called after the release that they install"),
    clean("same-values-twice", 1, 1, 0, "two HelmChartConfigs of one name"),
    clean("servers-side-by-side", 4, 8, 0, "servers that differ: drafts, clusters of one machine, two tokens, names to be replaced"),
    clean("set-aside", 1, 1, 0, "backups, templates and notes beside what RKE2 reads, and characters that are free"),
    clean("shapes-of-yaml", 1, 1, 0, "lists, tags, anchors, a byte order mark, CRLF, JSON, objects in strings"),
    clean("snippets", 1, 4, 0, "one folder with four values of `cni`, and values for two of them"),
    clean("templates", 4, 4, 1, "both branches of a template, one after the other; a role's defaults beside them"),
    clean("template-edges", 1, 1, 1, "lines at the left edge that continue a text, one of them with `exclusive`; a template that is no YAML"),
    clean("template-branches", 2, 2, 0, "alternatives, each of which is right"),
    clean("terraform", 7, 8, 0, "parts of configurations, values that only a caller knows, prose, and a cluster of K3s'"),
    clean("units-by-hand", 1, 3, 0, "Multus alone in the file, its plugin in the unit; variables of every kind"),
    clean("upgrade-plan", 1, 1, 0, "what only the release of a Plan takes"),
    clean("values-unseen", 7, 6, 0, "kube-proxy is off, and what replaces it is in a Secret, a placeholder, a merge key, a chart of one's own, another folder, or parts"),
    clean("scripts", 7, 5, 0, "branches and functions that contradict each other, words that sed replaces, files of other programs"),
    clean("nixos", 1, 1, 0, "options that another module adds to, values that are known in part, comments"),
    clean("vagrant", 1, 2, 0, "two machines with places to fill in, and a comment"),
    clean("docs", 3, 2, 0, "alternatives, a change with what was before, variables of a playbook, listings without a language"),
    clean("windows-calico", 2, 4, 0, "workloads for Windows beside Cilium and IPv6, as DaemonSets"),
];

const fn clean(
    name: &'static str,
    clusters: usize,
    machines: usize,
    templates: usize,
    trap: &'static str,
) -> Clean {
    Clean { name, clusters, machines, templates, trap }
}

#[test]
fn clean_repositories_are_silent() {
    let folders = repos::folders("clean");
    let mut failures = Vec::new();
    for folder in &folders {
        let name = folder.file_name().expect("a folder has a name").to_string_lossy();
        let checked = repos::open(folder).check();
        let found = complaints(&checked);
        let rules: Vec<&str> = found.iter().map(|(rule, _)| *rule).collect();
        // The documentation's own example until November 2023.
        let mistakes: &[&str] =
            if name == "overlap" { &["cluster-service-cidr-overlap"] } else { &[] };
        let Some(expected) = CLEAN.iter().find(|clean| clean.name == name) else {
            failures.push(format!("{name}: not on the list"));
            continue;
        };
        if rules != mistakes {
            failures.push(format!("{name} ({}): {found:#?}", expected.trap));
        }
        let clusters = checked.repo.clusters.len();
        let machines = checked.repo.clusters.iter().map(|cluster| cluster.machines.len()).sum();
        let understood = (clusters, machines, checked.templates.len());
        if understood != (expected.clusters, expected.machines, expected.templates) {
            failures.push(format!("{name}: {understood:?} clusters, machines, templates"));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    assert_eq!(folders.len(), CLEAN.len());
}

/// The models of all of them, by name.
pub(crate) fn repos() -> impl Iterator<Item = (String, Repo)> {
    repos::folders("clean").into_iter().map(|folder| {
        let name = folder.file_name().expect("a folder has a name").to_string_lossy().into_owned();
        (name, repos::open(&folder).model())
    })
}

/// Rule and message of what isn't a note, whatever its confidence.
fn complaints(checked: &Checked) -> Vec<(&'static str, &str)> {
    let found = checked.findings.iter().map(|finding| &finding.diagnostic);
    let found = found.filter(|diagnostic| diagnostic.level > Level::Note);
    found.map(|diagnostic| (diagnostic.rule, diagnostic.message.as_str())).collect()
}
