//! YAML as a tree with places: every key and scalar has its span in the file
//! on disk, duplicates are kept, and what can't be known is said to be so.
//!
//! No Kubernetes and no RKE2 here. A [`Node`] that came out of a string of
//! another document looks like any other, and its span is one of the outer file.

mod alias;
mod crumb;
mod decode;
mod edit;
mod embed;
mod error;
mod guard;
mod leniency;
mod maker;
mod map;
mod marker;
mod parse;
mod placeholder;
mod prepare;
mod put;
mod read;
mod region;
mod scalar;
mod sourced;
mod strictness;
mod tabs;
#[cfg(test)]
mod tests;
mod tokens;

use crate::text::{SourceFile, Span};
use std::{collections::HashMap, sync::Arc};

pub use {
    embed::{embed_json, embed_yaml},
    maker::{Made, Maker},
    placeholder::{has_percent_name, is_blank, is_placeholder},
    put::block,
    read::{parse, parse_reading},
    region::{Branch, Reading},
    scalar::Scalar,
    sourced::{Sourced, SourcedValue, nothing, parse_text, parse_text_reading, sourced_mapping},
};

/// All documents of a YAML stream, read as far as it could be.
#[derive(Debug)]
pub struct Tree {
    /// The outermost file.
    file: Arc<SourceFile>,
    /// What was parsed: the file's text, or a string in it, decoded.
    text: Arc<str>,
    /// From offsets in `text` to offsets in `file`.
    map: map::SpanMap,
    nodes: Vec<NodeData>,
    docs: Vec<u32>,
    /// At most one for each document, in order.
    pub errors: Vec<SyntaxError>,
    /// Comments from `#` to the end of the line, in order.
    pub comments: Vec<Span>,
    /// It lies in a string whose line breaks are blanks.
    folded: bool,
    /// Keys may exist that aren't in the tree: a line is a placeholder, or
    /// was given up as broken.
    open: bool,
    /// Template markers of any kind occur.
    pub template: bool,
    /// Statements of a template lack what they belong to: nobody knows what is
    /// there at all.
    pub unbalanced: bool,
    /// The branch that all of the only document lies in, if it isn't taken.
    conditional: region::Guard,
    /// The branches of the template.
    regions: Arc<region::Regions>,
    /// What is under a condition, by the node that holds it.
    hidden: HashMap<u32, guard::Hidden>,
    hidden_docs: Vec<u32>,
    /// Where statements stood in `text`, in order.
    cuts: Vec<usize>,
}

/// Where and why a document stops being YAML.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SyntaxError {
    pub span: Span,
    /// In the parser's words, lower case, no full stop.
    pub message: String,
    /// The bracket or quote that is still open there.
    pub opener: Option<Span>,
    /// What yaml.v2 says of it, where that is known.
    pub printed: Option<String>,
}

#[derive(Debug)]
struct NodeData {
    /// Offsets in `Tree::text`.
    start: u32,
    end: u32,
    kind: Data,
}

#[derive(Debug)]
enum Data {
    /// `text` is `None` if it is the slice of its span.
    Scalar {
        style: Style,
        text: Option<Box<str>>,
        tag: scalar::Tag,
        /// Columns that a block scalar's lines are indented by.
        indent: u16,
    },
    Seq(Vec<u32>),
    /// Keys and values in order.
    Map(Vec<(u32, u32)>),
    /// `None` where the anchor doesn't exist, which is an error of its own.
    Alias(Option<u32>),
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Style {
    Plain,
    SingleQuoted,
    DoubleQuoted,
    Literal,
    Folded,
}

/// A node of a [`Tree`], cheap to copy. Aliases are followed by all methods
/// but [`Node::span`] and [`Node::is_alias`].
#[derive(Clone)]
pub struct Node {
    tree: Arc<Tree>,
    id: u32,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    Scalar,
    Seq,
    Map,
}

/// One entry of a mapping.
#[derive(Clone, Debug)]
pub struct Entry {
    pub key: Node,
    pub value: Node,
}

/// What a look-up by key or path finds.
#[derive(Clone, Debug)]
pub enum Lookup {
    Found(Entry),
    Absent,
    /// A placeholder, a merge key or a broken line may hold it.
    Unknown,
}

impl Lookup {
    pub fn found(self) -> Option<Entry> {
        match self {
            Lookup::Found(entry) => Some(entry),
            Lookup::Absent | Lookup::Unknown => None,
        }
    }
}

impl Entry {
    /// `<<`, whose value holds keys of the mapping. In quotes it is a key.
    pub fn is_merge(&self) -> bool {
        self.key.raw() == Some("<<") && self.key.style() == Some(Style::Plain)
    }
}

impl Tree {
    pub fn docs(self: &Arc<Tree>) -> impl Iterator<Item = Node> + '_ {
        self.docs.iter().map(|id| Node { tree: Arc::clone(self), id: *id })
    }

    pub fn file(&self) -> &Arc<SourceFile> {
        &self.file
    }

    /// Documents that may be there or not.
    pub fn hidden_docs(self: &Arc<Tree>) -> impl Iterator<Item = Node> + '_ {
        self.hidden_docs.iter().map(|id| Node { tree: Arc::clone(self), id: *id })
    }

    /// The branches of the file's template, in order.
    pub fn branches(&self) -> &[Branch] {
        self.regions.branches()
    }

    /// The branch that all of the file's only document lies in, if it isn't
    /// taken to be there.
    pub fn condition(&self) -> Option<usize> {
        self.conditional.map(|branch| branch as usize)
    }

    /// The reading in which one of the branches is there, and those around it.
    pub fn reading(&self, branch: usize) -> Reading {
        self.regions.reading(branch as u32)
    }

    /// Whether keys may exist that the tree doesn't show.
    pub fn is_open(&self) -> bool {
        self.open || self.unbalanced
    }

    /// The first document with its markers: a parser that wants one reads no
    /// further.
    pub fn first_document(&self) -> Span {
        let mut end = 0;
        let mut begun = false;
        for line in self.text.split_inclusive('\n') {
            let rest = line.strip_prefix("---").or_else(|| line.strip_prefix("..."));
            let marker = rest.is_some_and(|rest| rest.trim_start() != rest || rest.is_empty());
            if marker && begun {
                break;
            }
            let text = line.trim_start();
            begun |= !(text.is_empty() || text.starts_with('#') || line.starts_with('%'));
            end += line.len();
        }
        self.outer(0, end)
    }

    /// What was parsed: the text of the file, or of a string in it.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// All of what was parsed.
    pub fn span(&self) -> Span {
        self.outer(0, self.text.len())
    }

    fn outer(&self, start: usize, end: usize) -> Span {
        let (start, end) = self.map.outer(start, end);
        Span::new(self.file.id, start, end)
    }

    fn data(&self, id: u32) -> &NodeData {
        &self.nodes[id as usize]
    }

    /// The node behind aliases, or the last alias that leads nowhere.
    fn resolve(&self, mut id: u32) -> u32 {
        // An alias of an alias can't be written, so one step is enough; the
        // bound makes sure.
        for _ in 0..8 {
            match self.data(id).kind {
                Data::Alias(Some(target)) => id = target,
                _ => return id,
            }
        }
        id
    }
}

impl Node {
    fn at_id(&self, id: u32) -> Node {
        Node { tree: Arc::clone(&self.tree), id }
    }

    fn resolved(&self) -> &NodeData {
        self.tree.data(self.tree.resolve(self.id))
    }

    pub fn tree(&self) -> &Arc<Tree> {
        &self.tree
    }

    /// The bytes of the outer file. A scalar's begin at its quote or block
    /// indicator and end with its last character; an empty value's are none
    /// and lie behind its key.
    pub fn span(&self) -> Span {
        let data = self.tree.data(self.id);
        self.tree.outer(data.start as usize, data.end as usize)
    }

    pub fn kind(&self) -> Kind {
        match self.resolved().kind {
            Data::Scalar { .. } | Data::Alias(_) => Kind::Scalar,
            Data::Seq(_) => Kind::Seq,
            Data::Map(_) => Kind::Map,
        }
    }

    pub fn is_alias(&self) -> bool {
        matches!(self.tree.data(self.id).kind, Data::Alias(_))
    }

    pub fn style(&self) -> Option<Style> {
        match self.resolved().kind {
            Data::Scalar { style, .. } => Some(style),
            _ => None,
        }
    }

    /// A scalar's text as YAML decodes it, placeholders and all.
    pub fn raw(&self) -> Option<&str> {
        let data = self.resolved();
        match &data.kind {
            Data::Scalar { text: Some(text), .. } => Some(text),
            Data::Scalar { text: None, .. } => {
                self.tree.text.get(data.start as usize..data.end as usize)
            }
            _ => None,
        }
    }

    /// A scalar's text, if it is known.
    pub fn as_str(&self) -> Option<&str> {
        self.raw().filter(|text| !is_placeholder(text) && !self.has_alternatives())
    }

    /// Nothing can be said of the value as a whole.
    pub fn is_unknown(&self) -> bool {
        if self.is_alias() && self.tree.hidden.contains_key(&self.id) {
            return true;
        }
        match self.kind() {
            Kind::Scalar => {
                matches!(self.resolved().kind, Data::Alias(_))
                    || self.raw().is_some_and(is_placeholder)
                    || self.has_alternatives()
            }
            Kind::Map => {
                let hidden = self.hidden().is_some_and(|hidden| !hidden.pairs.is_empty());
                self.is_flow_placeholder() || hidden && self.entries().next().is_none()
            }
            Kind::Seq => self.hidden().is_some(),
        }
    }

    fn hidden(&self) -> Option<&guard::Hidden> {
        self.tree.hidden.get(&self.tree.resolve(self.id))
    }

    /// A scalar that a template chooses, or parts of it.
    fn has_alternatives(&self) -> bool {
        let data = self.resolved();
        let cuts = &self.tree.cuts;
        let next = cuts.partition_point(|cut| *cut <= data.start as usize);
        cuts.get(next).is_some_and(|cut| *cut < data.end as usize)
            || self.tree.hidden.contains_key(&self.id)
            || self.hidden().is_some()
    }

    /// A scalar as Go's yaml.v2 resolves it. `None` for collections and for
    /// what isn't known.
    pub fn scalar(&self) -> Option<Scalar> {
        let Data::Scalar { style, tag, .. } = &self.resolved().kind else { return None };
        Some(scalar::resolve(self.as_str()?, *style, *tag))
    }

    pub fn is_null(&self) -> bool {
        self.scalar() == Some(Scalar::Null)
    }

    pub fn as_bool(&self) -> Option<bool> {
        match self.scalar()? {
            Scalar::Bool(value) => Some(value),
            _ => None,
        }
    }

    /// A sequence's nodes; none for other kinds. Of one that
    /// [`Node::is_unknown`], more may be there.
    pub fn items(&self) -> impl Iterator<Item = Node> + '_ {
        let ids: &[u32] = match &self.resolved().kind {
            Data::Seq(ids) => ids,
            _ => &[],
        };
        ids.iter().map(|id| self.at_id(*id))
    }

    /// A mapping's entries in order, duplicates and merge keys included; none
    /// for other kinds. Without those that may be there or not.
    pub fn entries(&self) -> impl Iterator<Item = Entry> + '_ {
        let pairs: &[(u32, u32)] = match &self.resolved().kind {
            Data::Map(pairs) => pairs,
            _ => &[],
        };
        pairs.iter().map(|(key, value)| Entry { key: self.at_id(*key), value: self.at_id(*value) })
    }

    /// Whether two nodes of a file are there under the same conditions.
    pub fn shares_branch(&self, other: &Node) -> bool {
        let guard = |node: &Node| node.tree.regions.guard(node.span().start);
        guard(self) == guard(other)
    }

    /// Of a mapping or a sequence, something may be there or not.
    pub fn is_partial(&self) -> bool {
        self.hidden().is_some()
    }

    /// A mapping's entries that may be there or not.
    pub fn hidden_entries(&self) -> impl Iterator<Item = Entry> + '_ {
        let pairs = self.hidden().map_or(&[][..], |hidden| &hidden.pairs);
        pairs.iter().map(|(key, value)| Entry { key: self.at_id(*key), value: self.at_id(*value) })
    }

    /// A sequence's nodes that may be there or not.
    pub fn hidden_items(&self) -> impl Iterator<Item = Node> + '_ {
        let items = self.hidden().map_or(&[][..], |hidden| &hidden.items);
        items.iter().map(|id| self.at_id(*id))
    }

    /// The entry that Go's decoder keeps, the last of its key.
    pub fn get(&self, key: &str) -> Lookup {
        if self.is_unknown() {
            return Lookup::Unknown;
        }
        let mut found = None;
        let mut open = self.tree.is_open();
        for entry in self.entries() {
            match entry.key.as_str() {
                Some("<<") => open = true,
                Some(text) if text == key => found = Some(entry),
                Some(_) => {}
                None => open = true,
            }
        }
        for entry in self.hidden_entries() {
            match entry.key.as_str() {
                Some(text) if text != key && text != "<<" => {}
                Some(_) | None => return Lookup::Unknown,
            }
        }
        match found {
            Some(entry) => Lookup::Found(entry),
            None if open => Lookup::Unknown,
            None => Lookup::Absent,
        }
    }

    /// The last step's entry of a path of keys.
    pub fn at(&self, path: &[&str]) -> Lookup {
        let mut node = self.clone();
        let mut last = Lookup::Absent;
        for key in path {
            last = node.get(key);
            match &last {
                Lookup::Found(entry) => node = entry.value.clone(),
                Lookup::Absent | Lookup::Unknown => return last,
            }
        }
        last
    }

    /// The text at a path, if it is set and known.
    pub fn text_at(&self, path: &[&str]) -> Option<String> {
        self.at(path).found()?.value.as_str().map(str::to_owned)
    }

    /// `{{ x }}` outside of quotes is a mapping to YAML, and a hole to us.
    fn is_flow_placeholder(&self) -> bool {
        let data = self.resolved();
        let text = self.tree.text.get(data.start as usize..data.end as usize).unwrap_or("");
        text.starts_with("{{")
    }

    /// The place of one piece of a scalar's text, such as the second range of
    /// `"a,b"`. `start` and `end` are bytes of [`Node::raw`]. Exact for all
    /// styles; the whole scalar where the text can't be mapped.
    pub fn part_span(&self, start: usize, end: usize) -> Span {
        if self.is_alias() {
            return self.span();
        }
        let whole = self.span();
        match decode::decode(self) {
            Some(decoded) => {
                let (start, end) = decoded.map.outer(start, end);
                Span::new(self.tree.file.id, start, end)
            }
            None => whole,
        }
    }
}

impl std::fmt::Debug for Node {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.kind() {
            Kind::Scalar => write!(f, "{:?}", self.raw().unwrap_or("*")),
            Kind::Seq => f.debug_list().entries(self.items()).finish(),
            Kind::Map => f.debug_map().entries(self.entries().map(|e| (e.key, e.value))).finish(),
        }
    }
}
