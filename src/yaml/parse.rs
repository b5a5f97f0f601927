//! The only door to the YAML parser: its events become our nodes.

use super::{
    Data, Node, NodeData, Style, alias,
    error::RawError,
    leniency::Fault,
    scalar,
    tokens::{behind_indicators, block_header, column, dash},
};
use granit_parser::{ErrorKind, Event, Parser, ScalarStyle, StructureStyle};
use std::{collections::HashMap, ops::Range};

/// One run of the parser over a text.
#[derive(Default)]
pub(super) struct Build {
    pub(super) nodes: Vec<NodeData>,
    pub(super) docs: Vec<u32>,
    pub(super) comments: Vec<Range<usize>>,
    pub(super) errors: Vec<RawError>,
    /// Collections that are still open.
    stack: Vec<Open>,
    anchors: HashMap<usize, u32>,
    /// Of the open document, the first alias that has an anchor.
    first_alias: Option<usize>,
    /// The open document has an error already.
    failed: bool,
    /// The end of the last token that has a width, where the header of a
    /// block scalar is searched.
    last_end: usize,
}

struct Open {
    id: u32,
    flow: bool,
    map: bool,
    children: Vec<u32>,
}

impl Build {
    pub(super) fn run(text: &str) -> Build {
        let options = granit_parser::options! {
            emit_unresolved_aliases: true,
            max_buffered_comment_events: usize::MAX,
            block_scalar_eof_without_line_feed: true,
        };
        let mut build = Build::default();
        let mut parser = Parser::new_from_str_with_options(text, options);
        loop {
            match parser.next_event() {
                None => break,
                Some(Ok((Event::StreamEnd, _))) => break,
                Some(Ok((event, span))) => {
                    let range = span.byte_range().unwrap_or(0..0);
                    build.event(text, event, range);
                }
                Some(Err(error)) => {
                    let at = error.marker().byte_offset().unwrap_or(0);
                    build.fail(text, at, describe(&error.to_string()), fault_of(error.kind()));
                    match parser.proceed_next_document() {
                        Ok(true) => {}
                        Ok(false) | Err(_) => break,
                    }
                }
            }
        }
        build.close_all();
        build
    }

    fn event(&mut self, text: &str, event: Event, range: Range<usize>) {
        match event {
            // One that isn't written has the place of its first token, which
            // for a block scalar is behind the header.
            Event::DocumentStart(explicit, ..) if explicit => {
                self.last_end = self.last_end.max(range.end);
            }
            Event::DocumentEnd => self.end_document(),
            Event::Comment(..) => self.comments.push(range),
            Event::Alias(anchor) => {
                let mut target = self.anchors.get(&anchor).copied();
                // Whoever walks the tree would never come back.
                if self.stack.iter().any(|open| Some(open.id) == target) {
                    self.refuse(range.start, "the value of an anchor contains itself".to_owned());
                    target = None;
                }
                if target.is_some() {
                    self.first_alias = self.first_alias.or(Some(range.start));
                }
                self.last_end = range.end;
                self.add(range, Data::Alias(target), 0);
            }
            Event::UnresolvedAlias(name) => {
                self.refuse(range.start, format!("unknown anchor `{name}`"));
                self.last_end = range.end;
                self.add(range, Data::Alias(None), 0);
            }
            Event::Scalar(value, style, anchor, tag) => {
                let style = style_of(style);
                let tag = tag.map_or(scalar::Tag::None, |tag| tag_of(&tag));
                let block = matches!(style, Style::Literal | Style::Folded);
                let mut indent = 0;
                let mut place = range.clone();
                if block {
                    // The parser's own hint is the key's column if this is a key.
                    indent = column(text, range.start).min(usize::from(u16::MAX)) as u16;
                    let header = block_header(text, self.last_end, range.start);
                    place.start = header.unwrap_or(range.start);
                    let content = text[place.start..range.end.max(place.start)].trim_end();
                    place.end = place.start + content.len();
                }
                let empty = range.is_empty() && style == Style::Plain;
                if empty {
                    let end = self.empty_place(text, range.start);
                    place = end..end;
                }
                self.last_end = place.end.max(self.last_end);
                let slice = text.get(place.clone()) == Some(&*value) || empty;
                let text = (!slice).then(|| value.into_owned().into_boxed_str());
                self.add(place, Data::Scalar { style, text, tag, indent }, anchor);
            }
            Event::SequenceStart(style, anchor, _) => {
                let flow = style == StructureStyle::Flow;
                let start = match self.stack.last() {
                    Some(open) if open.map && !flow => {
                        let from = self.nodes[open.id as usize].start as usize;
                        dash(text, from.max(self.last_end), range.start)
                    }
                    _ => range.start,
                };
                self.open(start..range.end, Data::Seq(Vec::new()), flow, anchor);
            }
            Event::MappingStart(style, anchor, _) => {
                let flow = style == StructureStyle::Flow;
                self.open(range, Data::Map(Vec::new()), flow, anchor);
            }
            Event::SequenceEnd | Event::MappingEnd => {
                // The end of a block collection is the next token's; its own
                // is that of its last child.
                let flow = self.stack.last().is_some_and(|open| open.flow);
                if flow {
                    self.last_end = range.end;
                }
                self.close(flow.then_some(range.end));
            }
            _ => {}
        }
    }

    /// Where nothing is written: behind the last indicator before it. The
    /// parser's place is that of a colon, or of a next token.
    fn empty_place(&self, text: &str, at: usize) -> usize {
        let top = self.stack.last();
        let Some(map) = top.filter(|open| open.map && open.children.len() % 2 == 1) else {
            return behind_indicators(text, self.last_end, at, false);
        };
        // The colon of a map around this one, whose key ends here, isn't ours.
        let start = self.nodes[map.id as usize].start as usize;
        let same_line = !text[self.last_end.min(at)..at].contains('\n');
        let ours = map.flow || same_line || column(text, at) == column(text, start);
        let colon = ours && text[at..].starts_with(':');
        behind_indicators(text, self.last_end, at + usize::from(colon), true)
    }

    fn add(&mut self, range: Range<usize>, kind: Data, anchor: usize) -> u32 {
        let id = self.nodes.len() as u32;
        let (start, end) = (range.start as u32, range.end.max(range.start) as u32);
        self.nodes.push(NodeData { start, end, kind });
        if anchor != 0 {
            self.anchors.insert(anchor, id);
        }
        match self.stack.last_mut() {
            Some(open) => open.children.push(id),
            None => self.docs.push(id),
        }
        id
    }

    fn open(&mut self, range: Range<usize>, kind: Data, flow: bool, anchor: usize) {
        let map = matches!(kind, Data::Map(_));
        if flow {
            self.last_end = range.end;
        }
        let id = self.add(range, kind, anchor);
        self.stack.push(Open { id, flow, map, children: Vec::new() });
    }

    fn close(&mut self, end: Option<usize>) {
        let Some(open) = self.stack.pop() else { return };
        let last = open.children.last().map(|child| self.nodes[*child as usize].end);
        let node = &mut self.nodes[open.id as usize];
        node.end = end.map(|end| end as u32).or(last).unwrap_or(node.end).max(node.start);
        match &mut node.kind {
            Data::Map(entries) if open.map => {
                let pairs = open.children.chunks_exact(2);
                *entries = pairs.map(|pair| (pair[0], pair[1])).collect();
            }
            Data::Seq(items) => *items = open.children,
            _ => {}
        }
    }

    fn close_all(&mut self) {
        while !self.stack.is_empty() {
            self.close(None);
        }
    }

    fn end_document(&mut self) {
        self.close_all();
        if let (Some(at), Some(root)) = (self.first_alias.take(), self.docs.last().copied())
            && alias::are_excessive(&self.nodes, root)
        {
            self.refuse(at, "document contains excessive aliasing".to_owned());
            alias::cut(&mut self.nodes, root);
        }
        self.anchors.clear();
        self.failed = false;
    }

    /// An error after which the parser goes on.
    fn refuse(&mut self, at: usize, message: String) {
        if !self.failed {
            let (opener, stops, fault, is_gos) = (None, false, None, false);
            self.errors.push(RawError { at, message, opener, stops, fault, is_gos });
            self.failed = true;
        }
    }

    /// An error at which the parser stops; it counts more than one before.
    fn fail(&mut self, text: &str, at: usize, message: String, fault: Option<Fault>) {
        let flow = self.stack.iter().rev().find(|open| open.flow);
        let bracket = flow.map(|open| self.nodes[open.id as usize].start as usize);
        // An unclosed quote runs to the end of the text; the parser says
        // where it began.
        let quote = text.get(at..).filter(|rest| rest.starts_with(['"', '\''])).map(|_| at);
        if self.failed {
            self.errors.pop();
        }
        // Of a bracket that may open a key the parser hasn't told yet.
        let goes_on = || {
            let line = text[..at].rfind('\n').unwrap_or(0);
            text[..line].trim_end().ends_with(['[', '{', ','])
        };
        let fault = fault.filter(|fault| *fault != Fault::Tab || bracket.is_some() || goes_on());
        let opener = bracket.or(quote);
        self.errors.push(RawError { at, message, opener, stops: true, fault, is_gos: false });
        self.failed = true;
        self.end_document();
    }
}

fn fault_of(kind: &ErrorKind) -> Option<Fault> {
    match kind {
        ErrorKind::CommentNotSeparated => Some(Fault::Comment),
        ErrorKind::TabInBlockIndentation => Some(Fault::Tab),
        ErrorKind::UnknownQuotedScalarEscape => Some(Fault::Escape),
        ErrorKind::BomInsideDocument => Some(Fault::Mark),
        _ => None,
    }
}

/// The parser's message without its place, which the finding has.
fn describe(message: &str) -> String {
    let end = message.rfind(" at char ").or_else(|| message.rfind(" at byte "));
    let message = message[..end.unwrap_or(message.len())].trim_end_matches([',', '.']);
    // It quotes as "`x'".
    match message.split_once(": `").and_then(|(what, rest)| Some((what, rest.strip_suffix('\'')?)))
    {
        Some((what, "`")) => format!("{what}: a backtick"),
        Some((what, quoted)) => format!("{what}: `{quoted}`"),
        None => message.to_owned(),
    }
}

fn style_of(style: ScalarStyle) -> Style {
    match style {
        ScalarStyle::Plain => Style::Plain,
        ScalarStyle::SingleQuoted => Style::SingleQuoted,
        ScalarStyle::DoubleQuoted => Style::DoubleQuoted,
        ScalarStyle::Literal => Style::Literal,
        ScalarStyle::Folded => Style::Folded,
    }
}

fn tag_of(tag: &granit_parser::Tag) -> scalar::Tag {
    match tag.core_suffix() {
        Some("str") => scalar::Tag::Str,
        Some("null") => scalar::Tag::Null,
        Some("bool") => scalar::Tag::Bool,
        Some("int") => scalar::Tag::Int,
        Some("float") => scalar::Tag::Float,
        _ => scalar::Tag::Other,
    }
}

impl Node {
    /// Used by `decode`, which needs what the tree keeps of a scalar.
    pub(super) fn layout(&self) -> Option<(Range<usize>, Style, u16)> {
        let data = self.resolved();
        match data.kind {
            Data::Scalar { style, indent, .. } => {
                Some((data.start as usize..data.end as usize, style, indent))
            }
            _ => None,
        }
    }
}
