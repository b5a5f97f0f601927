//! Several writes to one file, as the documents that they make.

use super::{UNKNOWN, Written, is_unknown, marker, unknown};
use crate::yaml::Sourced;
use std::ops::Range;

/// What one file of a script's may hold. Two of one path are alternatives.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Document {
    /// As in [`Written`].
    pub target: Option<Sourced>,
    pub content: Sourced,
    pub conditional: bool,
    pub scope: Vec<usize>,
    /// The statement that begins it.
    pub span: Range<usize>,
}

/// In the order of the script, without those of which nothing is known. What
/// is added in a branch is left out, and a line says so.
pub fn documents(written: Vec<Written>) -> Vec<Document> {
    let mut documents: Vec<Document> = Vec::new();
    for write in written {
        if !write.append || !add(&mut documents, &write) {
            documents.push(begun(write));
        }
    }
    documents.retain(|document| !is_unknown(&document.content.text));
    documents
}

fn begun(write: Written) -> Document {
    let Written { target, append, content, conditional, scope, span } = write;
    // Nobody knows what it is added to.
    let content = if append && target.is_some() {
        let mut whole = marker(0, content.start());
        whole.append(&content);
        whole
    } else {
        content
    };
    Document { target, content, conditional, scope, span }
}

/// What is added to a file that the script doesn't write itself. `None` if the
/// document is a whole file.
pub fn addition(content: &Sourced) -> Option<Sourced> {
    let rest = content.text.strip_prefix(UNKNOWN)?.strip_prefix('\n')?;
    Some(content.slice(content.text.len() - rest.len(), content.text.len()))
}

/// Adds a write to the documents that it may be an addition to; whether its
/// text is in one of them now.
fn add(documents: &mut [Document], write: &Written) -> bool {
    let path = |target: &Option<Sourced>| target.as_ref().map(|target| target.text.clone());
    let same = |document: &&mut Document| path(&document.target) == path(&write.target);
    let mut added = false;
    for document in documents.iter_mut().filter(same).rev() {
        if document.scope.starts_with(&write.scope) {
            append(&mut document.content, &write.content);
            added = true;
            if document.scope == write.scope {
                break;
            }
        } else {
            append(&mut document.content, &unknown(&write.content));
            if write.scope.starts_with(&document.scope) {
                return true;
            }
        }
    }
    added
}

/// Adds text to a document.
pub fn append(content: &mut Sourced, more: &Sourced) {
    if !content.text.is_empty() && !content.text.ends_with('\n') && is_unknown(&more.text) {
        let end = content.place(content.text.len());
        content.push('\n', end);
    }
    content.append(more);
}
