//! What yaml.v2 refuses and our parser lets pass, but for tabs: a tag that
//! isn't that of its text, and a version of YAML that isn't 1.1.
//!
//! Source: gopkg.in/yaml.v2 v2.4.0 `resolve.go`, `resolve`, and `parserc.go`,
//! `yaml_parser_process_directives`.

use super::{Data, NodeData, error::RawError, scalar};

/// The first of them. `text` has no other error.
pub(super) fn refused(text: &str, nodes: &[NodeData]) -> Option<RawError> {
    let (at, message) = version(text).or_else(|| nodes.iter().find_map(|node| tag(text, node)))?;
    Some(RawError { at, message, opener: None, stops: false, fault: None, is_gos: false })
}

fn tag(text: &str, node: &NodeData) -> Option<(usize, String)> {
    let Data::Scalar { text: decoded, tag, .. } = &node.kind else { return None };
    let range = node.start as usize..node.end as usize;
    let decoded = decoded.as_deref().or_else(|| text.get(range.clone()))?;
    Some((range.start, scalar::refusal(decoded, *tag)?))
}

/// Of the first document.
fn version(text: &str) -> Option<(usize, String)> {
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let version = line.strip_prefix("%YAML ").map(|rest| rest.split_whitespace().next());
        if version.is_some_and(|version| version != Some("1.1")) {
            return Some((at, "found incompatible YAML document".to_owned()));
        }
        if !line.starts_with(['%', '#']) && !line.trim().is_empty() {
            return None;
        }
        at += line.len();
    }
    None
}
