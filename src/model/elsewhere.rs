//! Whether something in the repository other than RKE2 may install a plugin:
//! a DaemonSet, a chart, a script.
//!
//! Only that a thing is mentioned where it may be installed, never that it is.

use super::{
    Repo,
    file::{File, State},
};
use crate::{text::Span, yaml::Node};

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
    const WORDS: [&str; 11] = [
        "calico-apiserver",
        "cluster-info",
        "kind: APIServer",
        "kubernetes-services-endpoint",
        "monitoring.coreos.com",
        "multus",
        "run/cni",
        "sriovnetwork.openshift.io/",
        "supported-nic-ids",
        "supportedExtraNICs",
        "whereabouts",
    ];
    WORDS.iter().any(|word| text.contains(word))
}

/// The spans without what lies in `hole`.
fn without(spans: Vec<Span>, hole: Span) -> Vec<Span> {
    let around = |span: Span| {
        if !span.contains(hole) {
            return vec![span];
        }
        vec![Span { end: hole.start, ..span }, Span { start: hole.end, ..span }]
    };
    spans.into_iter().flat_map(around).collect()
}

impl Repo {
    /// All words stand together where something may install what they name.
    pub fn may_bring(&self, words: &[&str]) -> bool {
        let has = |text: &str| words.iter().all(|word| text.contains(word));
        self.files.iter().flat_map(|file| file.active_texts()).any(has)
    }
}

impl File {
    /// What of it may install something, in bytes of the text. What it carries
    /// speaks for itself.
    pub(super) fn active_parts(&self) -> Vec<Span> {
        let mut all = self.tree.docs().chain(self.tree.hidden_docs());
        if self.state == State::Template || all.next().is_none() {
            return if self.service.is_none() { vec![self.span] } else { Vec::new() };
        }
        let is_active = |doc: &Node| {
            let kind = doc.text_at(&["kind"]);
            !kind.is_some_and(|kind| PASSIVE.contains(&kind.as_str()))
        };
        let docs = self.tree.docs().skip(usize::from(self.config.is_some()));
        let docs = docs.chain(self.tree.hidden_docs());
        let active = docs.filter(is_active).map(|doc| doc.span()).collect();
        let carried = self.cargo.iter().map(|file| file.span);
        carried.filter(|span| *span != self.span).fold(active, without)
    }

    fn active_texts(&self) -> impl Iterator<Item = &str> {
        self.active.iter().map(|span| self.source.slice(*span))
    }
}
