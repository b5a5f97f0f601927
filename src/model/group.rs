//! Which files belong to one cluster.
//!
//! Folders decide: `server/`, `agents/web-1/` or `var/lib/rancher/…` are parts
//! of the cluster whose folder they lie in. Two clusters are never mixed: what
//! has no machine near it joins one only if there is no second one to join.

/// Folders that are a part of a cluster's, by themselves.
const PARTS: [&str; 27] = [
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
    "hosts",
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
    "rke2",
    "server",
    "servers",
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
const MACHINE_PATHS: [&str; 4] =
    ["var/lib/rancher/rke2/server/manifests", "etc/rancher/rke2", "etc/rancher", "etc/default"];

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

/// The folder of the cluster that a file belongs to; empty for the
/// repository's root.
pub(super) fn root(path: &str) -> String {
    let mut folder = parent(path).to_owned();
    if let Some(base) = last(&folder).strip_suffix(".d").filter(|base| base.contains(".y")) {
        debug_assert!(!base.is_empty(), "a drop-in folder is called after a file");
        folder = parent(&folder).to_owned();
    }
    loop {
        let lower = folder.to_ascii_lowercase();
        let on_machine = MACHINE_PATHS.iter().find(|end| ends_with_path(&lower, end));
        if let Some(end) = on_machine {
            folder.truncate(folder.len() - end.len());
            folder = strip_machine(folder.trim_end_matches('/')).to_owned();
        } else if PARTS.contains(&last(&lower)) {
            folder = parent(&folder).to_owned();
        } else if strip_machine(&folder) != folder {
            folder = strip_machine(&folder).to_owned();
        } else {
            return folder;
        }
    }
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
    (!collection).then_some(nearest)
}

pub(super) fn is_within(folder: &str, root: &str) -> bool {
    root.is_empty()
        || folder == root
        || folder.strip_prefix(root).is_some_and(|rest| rest.starts_with('/'))
}

pub(super) fn parent(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(parent, _)| parent)
}

fn last(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or("")
}

fn ends_with_path(folder: &str, end: &str) -> bool {
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
    }

    #[test]
    fn orphans_join_the_only_cluster_above_them() {
        assert_eq!(adopt("prod/network/cilium", &["prod", "lab"]), Some("prod"));
        assert_eq!(adopt("network", &[""]), Some(""));
        assert_eq!(adopt("network", &["", "lab"]), None);
        assert_eq!(adopt("clusters/b", &[""]), None);
        assert_eq!(adopt("network", &["prod"]), None);
    }
}
