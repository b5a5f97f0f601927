//! Which files belong to one cluster.
//!
//! Folders decide: `server/`, `agents/web-1/` or `var/lib/rancher/…` are parts
//! of the cluster whose folder they lie in. Two clusters are never mixed: what
//! has no machine near it joins one only if there is no second one to join.

/// Folders that are a part of a cluster's, by themselves.
const PARTS: [&str; 34] = [
    "agent",
    "agents",
    "bootstrap",
    "config",
    "configs",
    "control-plane",
    "controlplane",
    "controlplanes",
    "etc",
    "files",
    "group_vars",
    "host_vars",
    "hosts",
    "inventories",
    "inventory",
    "kubernetes",
    "linux",
    "machines",
    "manifest",
    "manifests",
    "master",
    "masters",
    "node",
    "nodes",
    "os-files",
    "playbooks",
    "rke2",
    "server",
    "servers",
    "systemd",
    "templates",
    "windows",
    "worker",
    "workers",
];

/// Folders with one folder for each machine.
const CONTAINERS: [&str; 10] = [
    "agents",
    "controlplanes",
    "hosts",
    "machines",
    "masters",
    "nodes",
    "os-files",
    "rootfs",
    "servers",
    "workers",
];

/// Paths on a machine, longest first.
const MACHINE_PATHS: [&str; 9] = [
    "var/lib/rancher/rke2/server/manifests",
    "usr/local/lib/systemd/system",
    "usr/lib/systemd/system",
    "etc/systemd/system",
    "lib/systemd/system",
    "etc/rancher/rke2",
    "etc/sysconfig",
    "etc/rancher",
    "etc/default",
];

/// Folders that hold one folder for each of several clusters.
const COLLECTIONS: [&str; 14] = [
    "clusters",
    "demo",
    "demos",
    "docs",
    "edge-clusters",
    "env",
    "envs",
    "environments",
    "example",
    "examples",
    "overlays",
    "samples",
    "test",
    "tests",
];

/// Other distributions of Kubernetes, whose clusters people keep beside RKE2's.
const DISTRIBUTIONS: [&str; 14] = [
    "aks",
    "eks",
    "gke",
    "k0s",
    "k3d",
    "k3s",
    "kind",
    "kops",
    "kubeadm",
    "kubespray",
    "microk8s",
    "minikube",
    "openshift",
    "talos",
];

/// Words that tell machines of one cluster apart.
#[rustfmt::skip]
const MACHINE_WORDS: [&str; 34] = [
    "additional", "bootstrap", "config", "control", "controlplane", "controlplanes", "cp", "first",
    "follower", "host", "init", "initial", "join", "joiner", "joining", "leader", "machine",
    "main", "master", "masters", "next", "node", "nodes", "other", "others", "plane", "primary",
    "rest", "second", "secondary", "server", "servers", "srv", "third",
];

/// Words that tell clusters, or drafts of one file, apart.
#[rustfmt::skip]
const VARIANT_WORDS: [&str; 20] = [
    "alt", "demo", "dev", "development", "edge", "example", "lab", "new", "old", "prod",
    "production", "qa", "sample", "sandbox", "stage", "staging", "template", "test", "testing",
    "uat",
];

/// Whether two paths may be those of two machines of one cluster: they differ
/// only in words for machines, in numbers, and in the names of folders that
/// hold one machine each.
pub(super) fn are_twins(a: &str, b: &str) -> bool {
    let (a, b) = (a.to_ascii_lowercase(), b.to_ascii_lowercase());
    let (a, b): (Vec<&str>, Vec<&str>) = (a.split('/').collect(), b.split('/').collect());
    let words = |part: &str| -> Vec<String> {
        let words = part.split(|c: char| !c.is_ascii_alphabetic());
        words.filter(|word| word.len() > 1).map(str::to_owned).collect()
    };
    let rest = |part: &str| -> Vec<String> {
        let words = words(part).into_iter();
        words.filter(|word| !MACHINE_WORDS.contains(&word.as_str())).collect()
    };
    let same = |at: usize| {
        let machines = at > 0 && CONTAINERS.contains(&a[at - 1]);
        let variants = [a[at], b[at]]
            .iter()
            .any(|part| words(part).iter().any(|word| VARIANT_WORDS.contains(&word.as_str())));
        a[at] == b[at] || rest(a[at]) == rest(b[at]) || machines && !variants
    };
    a.len() == b.len() && (0..a.len()).all(same)
}

/// The folder of the cluster that a file belongs to; empty for the
/// repository's root.
pub(super) fn root(path: &str) -> String {
    let mut folder = beside_drop_ins(path).to_owned();
    loop {
        let lower = folder.to_ascii_lowercase();
        let on_machine = MACHINE_PATHS.iter().find(|end| ends_with_path(&lower, end));
        if let Some(end) = on_machine {
            folder.truncate(folder.len() - end.len());
            folder = strip_machine(folder.trim_end_matches('/')).to_owned();
        } else if is_part(last(&lower)) {
            folder = parent(&folder).to_owned();
        } else if strip_machine(&folder) != folder {
            folder = strip_machine(&folder).to_owned();
        } else {
            return folder;
        }
    }
}

/// One that is a part of a cluster's, or a container in place of one.
fn is_part(name: &str) -> bool {
    PARTS.contains(&name) || is_numbered(name) || name.ends_with(':')
}

/// `server-1`, `master02`, `first-server`, `rke2_agent`: one machine's folder, by its name.
fn is_numbered(name: &str) -> bool {
    const ROLES: [&str; 9] =
        ["agent", "control", "controlplane", "cp", "master", "node", "server", "srv", "worker"];
    let known =
        |word: &str| word == "rke" || ROLES.contains(&word) || MACHINE_WORDS.contains(&word);
    let mut words = name.split(|c: char| !c.is_ascii_alphabetic()).filter(|word| !word.is_empty());
    words.clone().any(|word| ROLES.contains(&word)) && words.all(known)
}

/// The folder of the file that a drop-in is for, or of the file itself.
fn beside_drop_ins(path: &str) -> &str {
    let folder = parent(path);
    let is_drop_in = last(folder)
        .strip_suffix(".d")
        .is_some_and(|base| base.contains(".y") || base.ends_with(".service"));
    if is_drop_in { parent(folder) } else { folder }
}

/// The folder that stands for the root of a machine's files, if the file lies
/// where it would on a machine; its own folder otherwise.
pub(super) fn host(path: &str) -> &str {
    let folder = beside_drop_ins(path);
    let lower = folder.to_ascii_lowercase();
    match MACHINE_PATHS.iter().find(|end| ends_with_path(&lower, end)) {
        Some(end) => folder[..folder.len() - end.len()].trim_end_matches('/'),
        None => folder,
    }
}

/// Whether a file lies where it would on a machine.
pub(super) fn is_placed(path: &str) -> bool {
    host(path) != beside_drop_ins(path)
}

/// Whether a folder is one machine's, beside others for other machines.
pub(super) fn is_of_one_machine(folder: &str) -> bool {
    strip_machine(folder) != folder
}

/// The part of a path below the folder of its cluster.
pub(super) fn within(path: &str) -> &str {
    path[root(path).len()..].trim_start_matches('/')
}

/// `clusters/x/nodes/web-1` → `clusters/x/nodes`
fn strip_machine(folder: &str) -> &str {
    let above = last(parent(folder)).to_ascii_lowercase();
    if CONTAINERS.contains(&above.as_str()) { parent(folder) } else { folder }
}

/// The cluster folder, of those in `roots`, that something in `folder`
/// belongs to though its own has no machine: the nearest one above it, or,
/// if it is a statement about what is below, none.
pub(super) fn adopt<'a>(folder: &str, roots: &[&'a str]) -> Option<&'a str> {
    let above = roots.iter().copied().filter(|root| is_within(folder, root));
    let nearest = above.max_by_key(|root| root.len())?;
    let siblings = roots.iter().filter(|root| **root != nearest && is_within(root, nearest));
    if siblings.count() > 0 {
        return None;
    }
    let between = folder[nearest.len()..].to_ascii_lowercase();
    let collection = between.split('/').any(|part| COLLECTIONS.contains(&part));
    let mut words = between.split(|char: char| !char.is_ascii_alphanumeric());
    let of_another = words.any(|word| DISTRIBUTIONS.contains(&word));
    (!collection && !of_another).then_some(nearest)
}

pub(super) fn is_within(folder: &str, root: &str) -> bool {
    root.is_empty()
        || folder == root
        || folder.strip_prefix(root).is_some_and(|rest| rest.starts_with('/'))
}

pub(super) fn parent(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(parent, _)| parent)
}

pub(super) fn last(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or("")
}

pub(super) fn ends_with_path(folder: &str, end: &str) -> bool {
    folder == end || folder.strip_suffix(end).is_some_and(|rest| rest.ends_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(path: &str, expected: &str) {
        assert_eq!(root(path), expected, "{path}");
    }

    #[test]
    fn parts_of_a_cluster_share_its_folder() {
        check("config.yaml", "");
        check("rke2/config.yaml", "");
        check("prod/config.yaml", "prod");
        check("prod/config.yaml.d/50-x.yaml", "prod");
        check("clusters/prod/server/config.yaml", "clusters/prod");
        check("clusters/prod/agents/linux-01/config.yaml", "clusters/prod");
        check("clusters/prod/manifests/rke2-canal-config.yaml", "clusters/prod");
        check("clusters/prod/nodes/a-1/etc/rancher/rke2/config.yaml.d/1.yaml", "clusters/prod");
        check(
            "clusters/prod/nodes/a-1/var/lib/rancher/rke2/server/manifests/x.yaml",
            "clusters/prod",
        );
        check("mgmt/eib/kubernetes/config/server.yaml", "mgmt/eib");
        check("mgmt/eib/os-files/var/lib/rancher/rke2/server/manifests/x.yaml", "mgmt/eib");
        check("mgmt/eib/mgmt.yaml", "mgmt/eib");
        check("dev/prod/rke2/config.yaml", "dev/prod");
        check("prod/a/etc/systemd/system/rke2-server.service.d/10-cni.conf", "prod/a");
        check("prod/nodes/a/usr/local/lib/systemd/system/rke2-agent.env", "prod");
        check("prod/systemd/rke2-server.service", "prod");
        check("inventory/prod/group_vars/all.yml", "inventory/prod");
        check("prod/server-1/config.yaml", "prod");
        check("prod/control-plane-02/config.yaml", "prod");
        check("prod/first-server/rke2/config.yaml", "prod");
        check("prod/user-data.yaml:/etc/rancher/rke2/config.yaml", "prod");
        check("prod/nodes/a.yaml:vm-1:/var/lib/rancher/rke2/server/manifests/x.yaml", "prod");
        check("prod/server-west/config.yaml", "prod/server-west");
    }

    #[test]
    fn a_machine_has_one_root() {
        let files = ["etc/rancher/rke2/config.yaml", "etc/default/rke2-server"];
        let drop_in = "etc/systemd/system/rke2-server.service.d/1.conf";
        for file in files.into_iter().chain([drop_in]) {
            assert_eq!(host(&format!("prod/nodes/a/{file}")), "prod/nodes/a");
            assert_eq!(host(file), "");
        }
        assert_eq!(host("prod/server/config.yaml.d/1.yaml"), "prod/server");
        assert!(is_of_one_machine("prod/nodes/a") && !is_of_one_machine("prod/server"));
    }

    #[test]
    fn machines_of_one_cluster() {
        assert!(are_twins("prod/server-1/config.yaml", "prod/server-2/config.yaml"));
        assert!(are_twins("first-server.yaml", "joining-server.yaml"));
        assert!(are_twins("nodes/oak/etc/config.yaml", "nodes/elm/etc/config.yaml"));
        assert!(!are_twins("nodes/dev/etc/config.yaml", "nodes/prod/etc/config.yaml"));
        assert!(!are_twins("dev.yaml", "prod.yaml"));
        assert!(!are_twins("canal/server.yaml", "cilium/server.yaml"));
        assert!(!are_twins("config.yaml", "server-2/config.yaml"));
    }

    #[test]
    fn orphans_join_the_only_cluster_above_them() {
        assert_eq!(adopt("prod/network/cilium", &["prod", "lab"]), Some("prod"));
        assert_eq!(adopt("network", &[""]), Some(""));
        assert_eq!(adopt("network", &["", "lab"]), None);
        assert_eq!(adopt("clusters/b", &[""]), None);
        assert_eq!(adopt("network", &["prod"]), None);
        assert_eq!(adopt("talos-lab/network", &[""]), None);
    }
}
