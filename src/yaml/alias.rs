//! What aliases make of a document: a few lines can stand for more nodes than
//! there is time to walk over.

use super::{Data, NodeData};

/// Nodes that are decoded, and how many of them because of an alias.
#[derive(Clone, Copy, Default)]
struct Weight {
    all: u64,
    aliased: u64,
}

/// Whether yaml.v2 gives up on the document, whose nodes are `root` and those
/// behind it. No alias may lead to a node that it is part of.
///
/// Source: gopkg.in/yaml.v2 v2.4.0 `decode.go`, `allowedAliasRatio` and
/// `unmarshal`.
pub(super) fn are_excessive(nodes: &[NodeData], root: u32) -> bool {
    let mut known = vec![None; nodes.len() - root as usize];
    let Weight { all, aliased } = weight(nodes, root, root, &mut known);
    let allowed = match all {
        0..=400_000 => 0.99,
        400_001..4_000_000 => 0.99 - 0.89 * (all - 400_000) as f64 / 3_600_000.0,
        _ => 0.1,
    };
    aliased > 100 && all > 1000 && aliased as f64 / all as f64 > allowed
}

/// Of each node once, so it takes as long as the document is written.
fn weight(nodes: &[NodeData], root: u32, id: u32, known: &mut [Option<Weight>]) -> Weight {
    let at = (id - root) as usize;
    if let Some(weight) = known[at] {
        return weight;
    }
    let mut sum = Weight { all: 1, aliased: 0 };
    let mut add = |child: u32| {
        let child = weight(nodes, root, child, known);
        sum.all = sum.all.saturating_add(child.all);
        sum.aliased = sum.aliased.saturating_add(child.aliased);
    };
    match &nodes[id as usize].kind {
        Data::Scalar { .. } | Data::Alias(None) => {}
        Data::Seq(items) => items.iter().for_each(|item| add(*item)),
        Data::Map(entries) => entries.iter().for_each(|(key, value)| {
            add(*key);
            add(*value);
        }),
        Data::Alias(Some(target)) => {
            add(*target);
            sum.aliased = sum.all - 1;
        }
    }
    known[at] = Some(sum);
    sum
}

/// From here on the document's aliases lead nowhere.
pub(super) fn cut(nodes: &mut [NodeData], root: u32) {
    for node in &mut nodes[root as usize..] {
        if let Data::Alias(target) = &mut node.kind {
            *target = None;
        }
    }
}
