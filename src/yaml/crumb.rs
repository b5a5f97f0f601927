//! How to name a place in a document, for people.

use super::{Entry, Node};
use crate::text::Span;

impl Node {
    /// The keys and indices from this node to the innermost one that holds
    /// `span`, such as `cni[1]` or `installation.calicoNetwork.mtu`. Empty if
    /// that is this node.
    pub fn path_to(&self, span: Span) -> String {
        let mut path = String::new();
        let mut node = self.clone();
        while let Some((step, next)) = node.step_to(span) {
            if !path.is_empty() && !step.starts_with('[') {
                path.push('.');
            }
            path.push_str(&step);
            match next {
                Some(next) => node = next,
                None => break,
            }
        }
        path
    }

    /// The child that holds `span`: how to name it, and where to go on.
    fn step_to(&self, span: Span) -> Option<(String, Option<Node>)> {
        let entry = |entry: &Entry| entry.key.span().to(entry.value.span()).contains(span);
        if let Some(entry) = self.entries().chain(self.hidden_entries()).find(entry) {
            let name = entry.key.raw()?.to_owned();
            let ends = entry.key.span().contains(span) || entry.value.is_alias();
            return Some((name, (!ends).then_some(entry.value)));
        }
        let item = |(_, item): &(usize, Node)| item.span().contains(span) && !item.is_alias();
        if let Some((index, item)) = self.items().enumerate().find(item) {
            return Some((format!("[{index}]"), Some(item)));
        }
        // Nobody knows how many are there before it.
        let (_, item) = self.hidden_items().enumerate().find(item)?;
        Some(("[]".to_owned(), Some(item)))
    }
}
