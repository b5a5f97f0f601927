//! A machine's configuration, or a part of one: which documents are one.

use super::path::Path;
use crate::{
    facts::{
        cni,
        flags::{self, FlagRole},
    },
    yaml::{Kind, Lookup, Node},
};

/// The mapping that RKE2 would read, the first document of the file.
#[derive(Clone, Debug)]
pub struct ConfigFile {
    pub root: Node,
    /// `X.yaml` if the file lies in `X.yaml.d/`.
    pub drop_in_of: Option<String>,
    /// The path says that RKE2 reads it, or the repository does.
    pub placed: bool,
    /// Set by the keys, where they leave no doubt.
    pub keys_say: Option<FlagRole>,
    /// `server:` is set: an agent, or a server that joins.
    pub joins: bool,
}

impl ConfigFile {
    /// `None` if the document isn't a configuration of RKE2.
    pub(super) fn of(path: &str, root: &Node, declared: bool) -> Option<ConfigFile> {
        let path = Path::of(path);
        let json = path.name.ends_with(".json");
        let foreign = !declared && (json || path.is_k3s() || path.is_variables());
        if foreign || path.is_unread_drop_in || root.kind() != Kind::Map {
            return None;
        }
        let mut known = 0;
        let mut specific = 0;
        let mut own = 0;
        let mut total = 0;
        let mut k3s_only = 0;
        let mut keys_say = None;
        let visible = root.entries().map(|entry| (entry, true));
        for (entry, visible) in visible.chain(root.hidden_entries().map(|entry| (entry, false))) {
            let Some(key) = entry.key.as_str() else { continue };
            if key == "<<" {
                continue;
            }
            total += 1;
            let key = key.trim_end_matches('+');
            k3s_only += usize::from(flags::k3s_only(key));
            if let Some(flag) = flags::flag(key) {
                known += 1;
                specific += usize::from(flag.specific);
                own += usize::from(flag.specific && !flag.k3s);
                if visible && flag.role() != FlagRole::Both {
                    keys_say = Some(flag.role());
                }
            }
        }
        let supervisor = names_supervisor(root);
        specific += usize::from(supervisor);
        let rke2_folder = path.is_rke2_folder();
        let hides = |key: &str| root.hidden_entries().any(|entry| entry.key.as_str() == Some(key));
        let has = |key: &str| matches!(root.get(key), Lookup::Found(_)) || hides(key);
        // Chart values have a `cni` too, and other programs a `server`.
        let is_map =
            |key: &str| root.get(key).found().is_some_and(|entry| entry.value.kind() == Kind::Map);
        let others = is_map("server") || is_map("cni") && !path.is_config_name();
        let ours = if declared {
            true
        } else if others {
            false
        } else if path.is_image_builder() {
            // K3s' lie there too.
            known > 0 && (known == total || own > 0 && 2 * known >= total)
        } else if path.is_etc_rancher() {
            known > 0
        } else if rke2_folder || path.drop_in_of.is_some() || path.names_rke2() {
            known > 0 && 2 * known >= total && (specific > 0 || known == total)
        } else if path.is_config_name() {
            specific > 0 && known == total
                || specific >= 2 && 2 * known > total
                || names_plugin(root) && 2 * known >= total
        } else {
            // Any name: what it holds has to leave no doubt.
            let enough = 4 * known >= 3 * total || has("cni") && known == total;
            specific >= 2 && enough && (own > 0 || supervisor)
        };
        let says_rke2 = declared || rke2_folder || supervisor || path.names_rke2() || has("cni");
        if !ours || k3s_only > 0 && !says_rke2 {
            return None;
        }
        Some(ConfigFile {
            root: root.clone(),
            placed: declared || path.is_rke2s_own() || path.is_of_role(),
            drop_in_of: path.drop_in_of,
            keys_say,
            joins: has("server"),
        })
    }
}

/// RKE2's servers listen there for machines that join, K3s' on 6443.
pub(super) fn names_supervisor(root: &Node) -> bool {
    root.text_at(&["server"]).is_some_and(|server| server.ends_with(":9345"))
}

/// `cni` with a plugin that RKE2 has.
fn names_plugin(root: &Node) -> bool {
    let Some(entry) = root.get("cni").found() else { return false };
    let is_plugin = |node: &Node| {
        node.as_str().is_some_and(|name| cni::cni(name).is_some() || name == cni::MULTUS)
    };
    is_plugin(&entry.value) || entry.value.items().any(|item| is_plugin(&item))
}
