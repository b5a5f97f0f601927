//! Where a text stops being YAML: the place to show, and the line to do without.

use super::{SyntaxError, Tree, leniency::Fault};
use crate::text::Span;
use std::ops::Range;

/// An error in offsets of the parsed text.
#[derive(Clone, Debug)]
pub(super) struct RawError {
    pub(super) at: usize,
    pub(super) message: String,
    /// Where the innermost bracket or quote that is still open stands.
    pub(super) opener: Option<usize>,
    /// The parser stopped here; otherwise the tree is whole.
    pub(super) stops: bool,
    /// What yaml.v2 may let pass.
    pub(super) fault: Option<Fault>,
}

impl RawError {
    pub(super) fn place(&self, tree: &Tree) -> SyntaxError {
        let text = &tree.text;
        let mut at = self.at.min(text.len());
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        // At the end of the text there is nothing to show; the last character is.
        if text[at..].trim().is_empty() && !text[at..].starts_with('\t') {
            at = text.trim_end().char_indices().next_back().map_or(0, |(last, _)| last);
        }
        // The parser points behind the tab that it can't take.
        at -= text[..at].len() - text[..at].trim_end_matches('\t').len();
        let len = text[at..].chars().next().map_or(0, char::len_utf8);
        let opener = self.opener.filter(|opener| *opener < at && text.is_char_boundary(*opener));
        SyntaxError {
            span: tree.outer(at, at + len),
            message: self.message.clone(),
            opener: opener.map(|at| tree.outer(at, at + 1)),
        }
    }

    /// The line to do without: that of the open bracket or quote, or else
    /// that of the error, or else the last one before it that isn't empty.
    pub(super) fn line_to_blank(&self, bytes: &[u8]) -> Option<Range<usize>> {
        let line = |at: usize| {
            let at = at.min(bytes.len());
            let start = bytes[..at].iter().rposition(|b| *b == b'\n').map_or(0, |found| found + 1);
            let end = bytes[at..].iter().position(|b| *b == b'\n').map_or(bytes.len(), |n| at + n);
            start..end
        };
        let full = |line: &Range<usize>| !bytes[line.clone()].trim_ascii().is_empty();
        let own = line(self.at);
        let candidates = [self.opener.map(line), Some(own.clone())];
        candidates.into_iter().flatten().find(|line| full(line)).or_else(|| {
            let mut end = own.start;
            while end > 0 {
                let before = line(end - 1);
                if full(&before) {
                    return Some(before);
                }
                end = before.start;
            }
            None
        })
    }
}

impl SyntaxError {
    /// An error that something other than the YAML parser found.
    pub fn new(span: Span, message: impl Into<String>) -> SyntaxError {
        SyntaxError { span, message: message.into(), opener: None }
    }
}
