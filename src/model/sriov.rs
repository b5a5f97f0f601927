//! SriovNetworkNodePolicies: which machines the operator of SR-IOV looks at.
//!
//! They belong to no cluster here: nobody asks for theirs.

use super::{Repo, State, object::Object};
use crate::yaml::Entry;

/// The label by which policies find machines with such cards.
pub const CAPABLE: &str = "feature.node.kubernetes.io/network-sriov.capable";

#[derive(Clone, Debug)]
pub struct Policy {
    /// The entries of `spec.nodeSelector`.
    pub selector: Vec<Entry>,
}

impl Repo {
    /// In the order of the files.
    pub fn policies(&self) -> Vec<Policy> {
        let files = self.files.iter().filter(|file| file.state != State::Template);
        let docs = files.flat_map(|file| file.tree.docs().collect::<Vec<_>>());
        docs.flat_map(|doc| Object::of_document(&doc)).filter_map(|it| Policy::of(&it)).collect()
    }
}

impl Policy {
    fn of(object: &Object) -> Option<Policy> {
        if !object.is("sriovnetwork.openshift.io/v1", "SriovNetworkNodePolicy") {
            return None;
        }
        let selector = object.node.at(&["spec", "nodeSelector"]).found()?.value;
        Some(Policy { selector: selector.entries().collect() })
    }
}
