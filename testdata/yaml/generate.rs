//! Random YAML streams together with what is in them and where.
//!
//! A stream is written piece by piece, and each piece notes where it begins
//! and ends, so nothing that is expected comes from a parser.

#[path = "inline.rs"]
mod inline;

use crate::encode::{Place, Writer, Written};
use arbtest::arbitrary::{Result, Unstructured};
use rke2lint::yaml::Style;
use std::{ops::Range, rc::Rc};

pub(crate) struct Stream {
    pub text: String,
    pub docs: Vec<Tree>,
    pub comments: Vec<Range<usize>>,
}

#[derive(Clone)]
pub(crate) enum Tree {
    Scalar(Rc<Scalar>),
    /// The place of the brackets if there are any.
    Seq(Option<Range<usize>>, Rc<Vec<Tree>>),
    Map(Option<Range<usize>>, Rc<Vec<(Tree, Tree)>>),
    /// Where it stands and what it stands for.
    Alias(Range<usize>, Box<Tree>),
}

pub(crate) struct Scalar {
    /// Of an empty value: none, and behind the last token before it.
    pub span: Range<usize>,
    pub style: Style,
    pub text: String,
    /// For each byte of `text`, what it stands for in the file.
    pub map: Vec<Range<usize>>,
    pub inner: Option<Stream>,
}

impl Tree {
    /// The end of its last token.
    fn end(&self) -> usize {
        match self {
            Tree::Scalar(scalar) => scalar.span.end,
            Tree::Alias(span, _) | Tree::Seq(Some(span), _) | Tree::Map(Some(span), _) => span.end,
            Tree::Seq(None, items) => items.last().map_or(0, Tree::end),
            Tree::Map(None, entries) => entries.last().map_or(0, |(_, value)| value.end()),
        }
    }
}

impl Scalar {
    /// Words between blanks, commas and line breaks: ranges of `text`.
    pub(crate) fn words(&self) -> Vec<Range<usize>> {
        let starts = self.text.split([' ', ',', '\n', '\t']).map(|word| {
            let start = word.as_ptr() as usize - self.text.as_ptr() as usize;
            start..start + word.len()
        });
        starts.filter(|range| !range.is_empty()).collect()
    }
}

#[derive(Clone, Copy)]
pub(crate) struct Shape {
    /// How deep collections nest at most.
    pub depth: usize,
    /// How deep strings that are documents nest.
    pub embedded: usize,
    /// One document without indentation and blanks at the ends of lines,
    /// which even single quotes can hold.
    pub flat: bool,
}

pub(crate) fn stream(random: &mut Unstructured, shape: Shape, inner: bool) -> Result<Stream> {
    let breaks: &[&str] = match inner {
        true => &["\n"],
        false => [&["\n"][..], &["\n"], &["\r\n"], &["\n", "\r\n"]][random.int_in_range(0..=3)?],
    };
    let out = String::new();
    let writer = Writer { random, out, breaks, comments: Vec::new() };
    let mut maker = Maker { writer, shape, anchors: Vec::new(), ended: false, keys: 0 };
    let docs = maker.stream(inner)?;
    Ok(Stream { text: maker.writer.out, docs, comments: maker.writer.comments })
}

struct Maker<'u, 'b> {
    writer: Writer<'u, 'b>,
    shape: Shape,
    anchors: Vec<(String, Tree)>,
    /// The last line has its break already: a block scalar ended there.
    ended: bool,
    keys: usize,
}

const WORDS: [&str; 28] = [
    "a",
    "é",
    "b1",
    "10.42.0.0/16",
    "true",
    "☕",
    "x𐐷y",
    "0x1F",
    "k#v",
    "http://h:80",
    "it's",
    "\"q\"",
    "\\n",
    "[z]",
    "{w}",
    "&k",
    "!t",
    "p%",
    "@q",
    "`r",
    "?s",
    "-",
    "- i",
    "#",
    "k:",
    "~",
    "é=☕",
    "-v",
];

impl Maker<'_, '_> {
    fn stream(&mut self, inner: bool) -> Result<Vec<Tree>> {
        if !inner && self.writer.once_in(4)? {
            self.writer.out.push('\u{feff}');
        }
        let mut docs = Vec::new();
        let most = if self.shape.flat { 0 } else { 2 };
        for number in 0..=self.writer.up_to(most)? {
            self.filler(-1, self.ended)?;
            self.anchors.clear();
            let marked = number > 0 || self.writer.once_in(3)?;
            if marked {
                if number == 0 && self.writer.once_in(4)? {
                    self.writer.out.push_str("%YAML 1.1");
                    self.writer.line_break()?;
                }
                if number > 0 && self.writer.once_in(3)? {
                    self.writer.out.push_str("...");
                    self.writer.line_break()?;
                    self.ended = false;
                    self.filler(-1, false)?;
                }
                self.writer.out.push_str("---");
            }
            docs.push(self.document(marked)?);
        }
        // A last line without a break means less to a block scalar.
        if !self.ended && self.writer.once_in(3)? {
            let len = self.writer.out.trim_end_matches(['\n', '\r']).len();
            self.writer.out.truncate(len);
        }
        Ok(docs)
    }

    fn document(&mut self, marked: bool) -> Result<Tree> {
        let column = if self.shape.flat { 0 } else { self.writer.up_to(2)? };
        self.ended = false;
        let collection = !self.writer.once_in(5)?;
        if !collection {
            if marked {
                self.blanks()?;
            }
            let node = self.inline(-1, !marked)?;
            self.finish_line(-1)?;
            return Ok(node);
        }
        if marked {
            self.finish_line(-1)?;
        }
        self.block_collection(column, false)
    }

    /// One to three blanks between two tokens.
    fn blanks(&mut self) -> Result<()> {
        let text = self.writer.pick(&[" ", " ", " ", "  ", "   "])?;
        self.writer.out.push_str(text);
        Ok(())
    }

    /// The end of a line behind a node, and lines without meaning.
    fn finish_line(&mut self, parent: isize) -> Result<()> {
        let after_block = std::mem::take(&mut self.ended);
        if !after_block {
            if self.writer.once_in(6)? {
                self.blanks()?;
                self.writer.comment()?;
            } else if !self.shape.flat && self.writer.once_in(8)? {
                self.blanks()?;
            }
            self.writer.line_break()?;
        }
        self.filler(parent, after_block)?;
        self.ended = after_block;
        Ok(())
    }

    /// Comments and blank lines. Behind a block scalar a comment has to stand
    /// left of its text, and blank lines are the scalar's.
    fn filler(&mut self, parent: isize, after_block: bool) -> Result<()> {
        let mut blank_lines = !after_block;
        while self.writer.once_in(6)? {
            if blank_lines && self.writer.once_in(2)? {
                let most = if self.shape.flat { 0 } else { 5 };
                let spaces = self.writer.up_to(most)?;
                self.writer.spaces(spaces);
            } else {
                let most = if after_block { parent.max(0) as usize } else { 5 };
                let most = if self.shape.flat { 0 } else { most };
                let column = self.writer.up_to(most)?;
                self.writer.spaces(column);
                self.writer.comment()?;
                blank_lines = true;
            }
            self.writer.line_break()?;
        }
        Ok(())
    }

    /// What follows `:`, `-` or `?` in a block collection at column `parent`,
    /// with the rest of its line.
    fn value(&mut self, parent: isize, compact: bool, of_key: bool) -> Result<Tree> {
        self.ended = false;
        let column = parent.max(0) as usize;
        let fits = self.shape.depth > 0 && (of_key || !self.shape.flat);
        let deep = fits && self.writer.once_in(3)?;
        if !deep {
            if self.writer.once_in(8)? {
                let at = self.writer.out.len();
                self.finish_line(parent)?;
                return Ok(empty(at));
            }
            self.blanks()?;
            let node = self.inline(parent, false)?;
            self.finish_line(parent)?;
            return Ok(node);
        }
        self.shape.depth -= 1;
        let node = if compact && self.writer.once_in(2)? {
            let before = self.writer.out.len();
            self.blanks()?;
            let column = column + 1 + self.writer.out.len() - before;
            self.block_collection(column, true)
        } else {
            let anchor = self.properties(false)?;
            self.finish_line(parent)?;
            let indent = self.writer.up_to(2)?;
            let node = match self.shape.flat || of_key && indent == 0 {
                true => self.block_seq(column, false),
                false => self.block_collection(column + indent.max(1), false),
            }?;
            self.remember(anchor, &node);
            Ok(node)
        };
        self.shape.depth += 1;
        node
    }

    /// A node that begins on this line: anything but a block collection.
    fn inline(&mut self, parent: isize, line_start: bool) -> Result<Tree> {
        let place = place(parent, false, self.shape.flat);
        if line_start && self.writer.once_in(2)? {
            return self.plain_word();
        }
        match self.writer.up_to(9)? {
            0 | 1 => self.plain_word(),
            2..=4 => self.scalar(place),
            5 | 6 if !self.shape.flat => self.block_scalar(parent),
            7 if self.shape.depth > 0 => {
                self.shape.depth -= 1;
                let node = self.flow(parent);
                self.shape.depth += 1;
                node
            }
            8 if !self.anchors.is_empty() => self.alias(),
            _ if self.shape.embedded > 0 && !self.shape.flat => self.embedded(parent),
            _ => self.scalar(place),
        }
    }

    fn block_collection(&mut self, column: usize, first_inline: bool) -> Result<Tree> {
        match self.writer.once_in(3)? {
            true => self.block_seq(column, first_inline),
            false => self.block_map(column, first_inline),
        }
    }

    fn block_seq(&mut self, column: usize, first_inline: bool) -> Result<Tree> {
        let mut items = Vec::new();
        for number in 0..=self.writer.up_to(2)? {
            if number > 0 || !first_inline {
                self.writer.spaces(column);
            }
            self.writer.out.push('-');
            items.push(self.value(column as isize, !self.shape.flat, false)?);
        }
        Ok(Tree::Seq(None, Rc::new(items)))
    }

    fn block_map(&mut self, column: usize, first_inline: bool) -> Result<Tree> {
        let mut entries = Vec::new();
        for number in 0..=self.writer.up_to(3)? {
            if number > 0 || !first_inline {
                self.writer.spaces(column);
            }
            let parent = column as isize;
            if !self.shape.flat && self.writer.once_in(10)? {
                self.writer.out.push('?');
                let key = self.value(parent, true, false)?;
                let value = match self.writer.once_in(4)? {
                    true => empty(key.end()),
                    false => {
                        self.writer.spaces(column);
                        self.writer.out.push(':');
                        self.value(parent, true, false)?
                    }
                };
                entries.push((key, value));
                continue;
            }
            let place = place(parent, false, true);
            let key = self.key(place)?;
            self.writer.out.push(':');
            entries.push((key, self.value(parent, false, true)?));
        }
        Ok(Tree::Map(None, Rc::new(entries)))
    }
}

fn empty(at: usize) -> Tree {
    let (text, map) = (String::new(), Vec::new());
    Tree::Scalar(Rc::new(Scalar { span: at..at, style: Style::Plain, text, map, inner: None }))
}

fn place(parent: isize, flow: bool, one_line: bool) -> Place {
    Place { parent, flow, one_line, leftmost: false }
}
