//! SriovNetworkNodePolicies: which machines the operator of SR-IOV looks at.
//!
//! They belong to no cluster here: nobody asks for theirs.

use super::{Repo, State, object::Object};
use crate::yaml::{Entry, Lookup};

/// The label by which policies find machines with such cards.
pub const CAPABLE: &str = "feature.node.kubernetes.io/network-sriov.capable";

const KIND: &str = "SriovNetworkNodePolicy";

#[derive(Clone, Debug)]
pub struct Policy {
    /// The entries of `spec.nodeSelector`.
    pub selector: Vec<Entry>,
    /// The entries of `spec.nicSelector`.
    pub cards: Vec<Entry>,
}

impl Repo {
    /// In the order of the files.
    pub fn policies(&self) -> Vec<Policy> {
        let files = self
            .files
            .iter()
            .filter(|file| file.state != State::Template && file.source.text.contains(KIND));
        let docs = files.flat_map(|file| file.tree.docs().collect::<Vec<_>>());
        docs.flat_map(|doc| Object::of_document(&doc)).filter_map(|it| Policy::of(&it)).collect()
    }
}

impl Policy {
    fn of(object: &Object) -> Option<Policy> {
        if !object.is("sriovnetwork.openshift.io/v1", KIND) {
            return None;
        }
        let entries = |key| match object.node.at(&["spec", key]) {
            Lookup::Found(entry) => entry.value.entries().collect(),
            Lookup::Absent | Lookup::Unknown => Vec::new(),
        };
        Some(Policy { selector: entries("nodeSelector"), cards: entries("nicSelector") })
    }
}
