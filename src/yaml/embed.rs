//! Strings that are documents: `valuesContent`, a CNI configuration.
//!
//! Nothing above `yaml` knows that a node came out of a string.

use super::{Node, Style, SyntaxError, Tree, decode, map::SpanMap, read::parse_mapped};
use std::sync::Arc;

/// The YAML in a scalar. `None` if the node is no scalar.
pub fn embed_yaml(node: &Node) -> Option<Arc<Tree>> {
    let (text, map) = content(node)?;
    let mut tree = parse_mapped(node.tree(), node.span().start, Arc::from(text), map);
    tree.folded = node.tree().folded || node.style() == Some(Style::Folded);
    Some(Arc::new(tree))
}

/// The JSON in a scalar. `None` if the node is no scalar. An error in the
/// tree means that it isn't JSON, whatever YAML makes of it.
pub fn embed_json(node: &Node) -> Option<Arc<Tree>> {
    let (text, map) = content(node)?;
    let error = json_error(&text);
    // YAML forbids the tabs that JSON may be indented with.
    let parsed = text.replace('\t', " ");
    let mut tree = parse_mapped(node.tree(), node.span().start, Arc::from(parsed), map);
    if error.is_none() && !tree.errors.is_empty() {
        tree.open = true;
    }
    tree.errors = error
        .map(|(at, message)| SyntaxError::new(tree.outer(at, at + 1), message))
        .into_iter()
        .collect();
    Some(Arc::new(tree))
}

/// A scalar's text and where each of its bytes lies in the outer file. Text
/// that can't be mapped lies, all of it, where the scalar lies.
pub(super) fn content(node: &Node) -> Option<(String, SpanMap)> {
    if let Some(decoded) = decode::decode(node).filter(|decoded| !decoded.text.is_empty()) {
        return Some((decoded.text, decoded.map));
    }
    let text = node.raw()?.to_owned();
    let span = node.span();
    let mut map = SpanMap::default();
    map.push(text.len(), span.start as usize, span.end as usize, false);
    Some((text, map))
}

/// The offset and the message of the first error.
fn json_error(text: &str) -> Option<(usize, String)> {
    let error = serde_json::from_str::<serde::de::IgnoredAny>(text).err()?;
    let message = error.to_string();
    let message = message[..message.rfind(" at line ").unwrap_or(message.len())].to_owned();
    let line_start = text
        .match_indices('\n')
        .map(|(at, _)| at + 1)
        .nth(error.line().saturating_sub(2))
        .filter(|_| error.line() > 1)
        .unwrap_or(0);
    let mut at = (line_start + error.column().saturating_sub(1)).min(text.len().saturating_sub(1));
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    Some((at, message))
}
