//! Documentation: blocks of code, and what stands before them.

mod asciidoc;
mod markdown;

use crate::yaml::Sourced;
use std::ops::Range;

pub use {asciidoc::asciidoc, markdown::markdown};

/// A listing of a page.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Block {
    /// In lower case; empty if the page doesn't say.
    pub language: String,
    /// What else is said of it, a title among that: `title="config.yaml"`.
    pub notes: String,
    /// Without the indentation of the list or quote that it stands in.
    pub content: Sourced,
    /// The paragraph or heading before it, as written.
    pub before: Sourced,
    /// The heading that it stands under.
    pub heading: String,
    /// With its fences.
    pub span: Range<usize>,
}

#[cfg(test)]
mod tests;
