//! Whether something in the repository other than RKE2 may install a plugin:
//! a DaemonSet, a chart, a script.
//!
//! Only that a thing is mentioned where it may be installed, never that it is.

use super::{
    Repo,
    file::{File, State},
};
use crate::yaml::Node;

/// Kinds of objects that configure or use a network and install nothing.
const PASSIVE: [&str; 12] = [
    "CronJob",
    "Deployment",
    "HelmChartConfig",
    "Job",
    "Namespace",
    "NetworkAttachmentDefinition",
    "Node",
    "Pod",
    "ReplicaSet",
    "Service",
    "StatefulSet",
    "VirtualMachine",
];

/// Files that are kept for what they may install.
pub(super) fn is_of_interest(text: &str) -> bool {
    const WORDS: [&str; 7] = [
        "calico-apiserver",
        "kind: APIServer",
        "kubernetes-services-endpoint",
        "multus",
        "run/cni",
        "sriovnetwork.openshift.io/",
        "whereabouts",
    ];
    WORDS.iter().any(|word| text.contains(word))
}

impl Repo {
    /// All words stand together where something may install what they name.
    pub fn may_bring(&self, words: &[&str]) -> bool {
        self.files.iter().any(|file| file.may_bring(words))
    }
}

impl File {
    fn may_bring(&self, words: &[&str]) -> bool {
        let has = |text: &str| words.iter().all(|word| text.contains(word));
        if !has(&self.source.text) {
            return false;
        }
        if self.state == State::Template || self.tree.docs().next().is_none() {
            return self.service.is_none();
        }
        let active = |doc: &Node| {
            let kind = doc.text_at(&["kind"]);
            let passive = kind.is_some_and(|kind| PASSIVE.contains(&kind.as_str()));
            !passive && has(self.source.slice(doc.span()))
        };
        self.tree.docs().skip(usize::from(self.config.is_some())).any(|doc| active(&doc))
    }
}
