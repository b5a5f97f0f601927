//! Files that set the namespace of what lies beside or below them, or change it.

use super::path::name;
use crate::yaml::{Lookup, Node, Tree};
use std::sync::Arc;

/// Kustomize's, Fleet's and Helm's, by name, and objects of Flux and Argo CD.
/// A chart's templates always get the namespace of their release.
pub(super) fn sets_namespace(path: &str, tree: &Arc<Tree>) -> bool {
    let keys: &[&[&str]] = match name(path) {
        "kustomization.yaml" | "kustomization.yml" => &[&["namespace"]],
        "fleet.yaml" => &[&["namespace"], &["defaultNamespace"]],
        "Chart.yaml" => &[&["apiVersion"]],
        _ => &[],
    };
    let by_kind = |doc: &Node| match doc.text_at(&["kind"]).as_deref() {
        Some("Kustomization") => doc.at(&["spec", "targetNamespace"]).found().is_some(),
        Some("Application" | "ApplicationSet") => {
            doc.text_at(&["apiVersion"]).is_some_and(|api| api.starts_with("argoproj.io/"))
        }
        _ => false,
    };
    let mut docs = tree.docs().chain(tree.hidden_docs());
    docs.any(|doc| keys.iter().any(|key| doc.at(key).found().is_some()) || by_kind(&doc))
}

/// Whether a kustomization may change what objects say.
pub(super) fn changes_objects(tree: &Arc<Tree>) -> bool {
    const KEYS: [&str; 6] = [
        "components",
        "patches",
        "patchesJson6902",
        "patchesStrategicMerge",
        "replacements",
        "transformers",
    ];
    let changes = |doc: Node| KEYS.iter().any(|key| !matches!(doc.get(key), Lookup::Absent));
    tree.is_open() || tree.docs().chain(tree.hidden_docs()).any(changes)
}

/// The file of a folder that Kustomize puts together.
pub(super) fn is_kustomization(path: &str) -> bool {
    ["kustomization.yaml", "kustomization.yml"].contains(&name(path))
}
