//! The tree of a script: the one place that knows the parser.
//!
//! The bodies of here-documents are cut out by ourselves, by the shell's rule:
//! the parser's begin behind the blanks of their first line.

use crate::yaml::Sourced;
use std::ops::Range;

pub(super) use tree_sitter::{Node, Tree};

/// `None` if the parser gave up.
pub(super) fn parse(text: &str) -> Option<Tree> {
    let mut parser = tree_sitter::Parser::new();
    parser.set_language(&tree_sitter_bash::LANGUAGE.into()).ok()?;
    parser.parse(masked(text), None)
}

/// Template markers, whose quotes and braces aren't the shell's, become words
/// of the same length.
fn masked(text: &str) -> String {
    let mut masked = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((start, end)) = marker(rest) {
        masked.push_str(&rest[..start]);
        let blot = |byte: u8| if byte == b'\n' { '\n' } else { 'x' };
        masked.extend(rest[start..end].bytes().map(blot));
        rest = &rest[end..];
    }
    masked.push_str(rest);
    masked
}

/// `{{ x }}`, `{% x %}`, `%{ x }`: the first, from its start to its end.
fn marker(text: &str) -> Option<(usize, usize)> {
    let closed = |open: &str, close: &str| {
        let start = text.find(open)?;
        let line = text[start..].find('\n').unwrap_or(text.len() - start);
        let end = text[start..start + line].find(close)? + close.len();
        Some((start, start + end))
    };
    let found = [closed("{{", "}}"), closed("{%", "%}"), closed("%{ ", "}"), closed("%{~", "}")];
    found.into_iter().flatten().min()
}

/// A here-document as it is given to the command.
pub(super) struct HereDocument {
    pub(super) body: Sourced,
    /// Variables in it are replaced.
    pub(super) expands: bool,
}

/// `None` if its end is missing.
pub(super) fn here_document(script: &Sourced, redirect: Node) -> Option<HereDocument> {
    let text = &script.text;
    let strips = text[redirect.start_byte()..].starts_with("<<-");
    let start = children(redirect).find(|child| child.kind() == "heredoc_start")?;
    let word = &text[start.byte_range()];
    let name: String = word.chars().filter(|char| !"'\"\\".contains(*char)).collect();
    let mut at = start.end_byte() + text[start.end_byte()..].find('\n')? + 1;
    let mut body = Sourced::empty(at);
    loop {
        let rest = &text[at..];
        let end = at + rest.find('\n').map_or(rest.len(), |end| end + 1);
        let line = &text[at..end];
        let stripped = if strips { line.trim_start_matches('\t') } else { line };
        if stripped.trim_end_matches(['\n', '\r']) == name {
            return Some(HereDocument { body, expands: name == word });
        }
        if end == at {
            return None;
        }
        body.append(&script.slice(end - stripped.len(), end));
        at = end;
    }
}

pub(super) fn children<'t>(node: Node<'t>) -> impl Iterator<Item = Node<'t>> {
    (0..node.child_count()).filter_map(move |index| node.child(index))
}

/// Without signs and words of the grammar.
pub(super) fn named<'t>(node: Node<'t>) -> impl Iterator<Item = Node<'t>> {
    children(node).filter(|child| child.is_named() && child.kind() != "comment")
}

/// Parts of a template that are written only sometimes, as whole lines say:
/// from a `{% if %}` to its `{% endif %}`.
pub(super) fn branches(text: &str) -> Vec<Range<usize>> {
    let mut open: Vec<usize> = Vec::new();
    let mut found = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let word = statement(line);
        if ["end", "endif", "endfor", "else", "elif"].contains(&word) {
            found.extend(open.pop().map(|start| start..at));
        }
        at += line.len();
        if ["if", "for", "range", "with", "else", "elif"].contains(&word) {
            open.push(at);
        }
    }
    found.extend(open.into_iter().map(|start| start..text.len()));
    found
}

/// The word of a template's statement that has a line for itself.
fn statement(line: &str) -> &str {
    let line = line.trim();
    let inner = ["{%", "%{", "{{"].into_iter().find_map(|open| line.strip_prefix(open));
    let alone = |inner: &&str| inner.find('}').is_some_and(|end| end + 2 >= inner.len());
    let Some(inner) = inner.filter(|inner| inner.ends_with('}')).filter(alone) else { return "" };
    let inner = inner.trim_start_matches(['-', '~', '+', ' ']);
    let end = inner.find(|char: char| !char.is_ascii_lowercase()).unwrap_or(inner.len());
    &inner[..end]
}
