//! Edits that take something out of a document by whole lines: what stands
//! around stays as it is. `put` puts something in.
//!
//! A document inside of another is edited like any other if its lines stand in
//! the file as they are, behind an indentation of their own. Where they don't,
//! there is no edit.

use super::{Data, Entry, Node, Tree};
use crate::text::{Edit, Span};
use std::ops::Range;

/// Some lines of a document, and where they lie in the file.
pub(super) struct Lines {
    /// Whole lines of the file, with their breaks.
    pub outer: Range<usize>,
    /// What stands in the file before each line of the document.
    pub margin: String,
    /// `\n` or `\r\n`.
    pub end: &'static str,
}

impl Entry {
    /// Takes the entry out, with the comments above it. If nothing would be
    /// left of what holds it, that is taken out, too. `None` if nothing would
    /// be left of the file, or if its lines aren't those of the file.
    pub fn removal(&self) -> Option<Edit> {
        let (tree, key, value) = (&self.key.tree, self.key.id, self.value.id);
        let (holder, pairs) = tree.nodes.iter().enumerate().find_map(|(id, node)| {
            let Data::Map(pairs) = &node.kind else { return None };
            pairs.contains(&(key, value)).then_some((id as u32, pairs))
        })?;
        let ranges: Vec<Range<usize>> =
            pairs.iter().map(|(key, value)| tree.start(*key)..tree.end(*key, *value)).collect();
        let index = pairs.iter().position(|pair| *pair == (key, value))?;
        removal(tree, holder, &ranges, index, "")
    }
}

impl Node {
    /// Takes an item out of its sequence; otherwise like [`Entry::removal`].
    pub fn removal(&self) -> Option<Edit> {
        let tree = &self.tree;
        let (holder, items) = tree.nodes.iter().enumerate().find_map(|(id, node)| {
            let Data::Seq(items) = &node.kind else { return None };
            items.contains(&self.id).then_some((id as u32, items))
        })?;
        let ranges: Vec<Range<usize>> =
            items.iter().map(|id| tree.start(*id)..tree.end(*id, *id)).collect();
        let index = items.iter().position(|id| *id == self.id)?;
        removal(tree, holder, &ranges, index, "-")
    }
}

/// Takes one of several out; `sign` is what stands before each in a block.
fn removal(
    tree: &Tree,
    holder: u32,
    ranges: &[Range<usize>],
    index: usize,
    sign: &str,
) -> Option<Edit> {
    let own = ranges[index].clone();
    if tree.hidden.contains_key(&holder) || !tree.is_certain(&own) {
        return None;
    }
    if ranges.len() == 1 {
        match tree.parent(holder) {
            Some(parent) => return parent.removal(),
            // A string may be empty; a file with nothing in it was hardly meant.
            None if *tree.text == *tree.file.text || tree.is_flow(holder) => return None,
            None => {}
        }
    }
    if tree.is_flow(holder) {
        let range = match ranges.get(index + 1) {
            Some(next) => own.start..next.start,
            None => ranges[index - 1].end..own.end,
        };
        let span = tree.outer(range.start, range.end);
        return Some(Edit::new(span, tree.text.get(range)?, ""));
    }
    let before = &tree.text[tree.line_start(own.start)..own.start];
    let after = tree.text[own.end..].lines().next().unwrap_or("").trim_start();
    let is_alone = before.trim() == sign && (after.is_empty() || after.starts_with('#'));
    let start = tree.with_comments(own.start, before.find(|c: char| !c.is_whitespace()));
    let lines = tree.lines(start, own.end).filter(|_| is_alone)?;
    let file = &tree.file.text;
    let mut range = lines.outer;
    if range.end == file.len() && !file.ends_with('\n') {
        range.start = file[..range.start].trim_end_matches(['\r', '\n']).len();
    }
    let old = &file[range.clone()];
    Some(Edit::new(Span::new(tree.file.id, range.start, range.end), old, ""))
}

impl Tree {
    pub(super) fn start(&self, id: u32) -> usize {
        self.data(id).start as usize
    }

    /// Of an entry, or of an item that is its own key.
    pub(super) fn end(&self, key: u32, value: u32) -> usize {
        self.data(key).end.max(self.data(value).end) as usize
    }

    pub(super) fn is_flow(&self, id: u32) -> bool {
        self.text[self.start(id)..].starts_with(['{', '['])
    }

    /// Nothing in a range of the text may be there or not.
    pub(super) fn is_certain(&self, range: &Range<usize>) -> bool {
        !self.hidden.keys().any(|id| range.contains(&self.start(*id)))
    }

    /// The entry or the item that a collection is the value of.
    fn parent(&self, id: u32) -> Option<Child<'_>> {
        self.nodes.iter().enumerate().find_map(|(holder, node)| match &node.kind {
            Data::Map(pairs) => {
                let index = pairs.iter().position(|(_, value)| *value == id)?;
                let range = |(key, value): &(u32, u32)| self.start(*key)..self.end(*key, *value);
                let ranges = pairs.iter().map(range).collect();
                Some(Child { tree: self, holder: holder as u32, ranges, index, sign: "" })
            }
            Data::Seq(items) => {
                let index = items.iter().position(|item| *item == id)?;
                let ranges = items.iter().map(|id| self.start(*id)..self.end(*id, *id)).collect();
                Some(Child { tree: self, holder: holder as u32, ranges, index, sign: "-" })
            }
            _ => None,
        })
    }

    pub(super) fn line_start(&self, at: usize) -> usize {
        self.text[..at].rfind('\n').map_or(0, |at| at + 1)
    }

    /// Where the comments begin that stand right above a line, as far in as it
    /// is. Those at the top are the document's.
    fn with_comments(&self, at: usize, dash: Option<usize>) -> usize {
        let line = self.line_start(at);
        let indent = dash.unwrap_or(at - line);
        let mut start = line;
        while start > 0 {
            let above = self.line_start(start - 1);
            let text = &self.text[above..start];
            let is_comment = text.trim_start().starts_with('#');
            if !is_comment || text.len() - text.trim_start().len() != indent {
                return start;
            }
            start = above;
        }
        line
    }

    /// The lines that hold a range of the text. `None` if the file has them in
    /// another way.
    pub(super) fn lines(&self, start: usize, end: usize) -> Option<Lines> {
        if self.folded {
            return None;
        }
        let file = &self.file;
        let mut at = self.line_start(start);
        let mut found: Option<(Range<usize>, String, usize)> = None;
        while at < end {
            let line = self.text[at..].split('\n').next().unwrap_or("");
            let text = line.trim_end_matches('\r');
            let number = match &found {
                None => {
                    let first = at + text.len() - text.trim_start().len();
                    file.line(self.outer(first, first + 1).start)
                }
                Some((.., number)) => number + 1,
            };
            let there = file.line_range(number)?;
            let own = file.text[there.clone()].trim_start_matches('\u{feff}');
            let margin = own.strip_suffix(text)?;
            let is_blank = text.trim().is_empty();
            if !margin.chars().all(|c| c == ' ' || c == '\t') {
                return None;
            }
            let next = file.line_range(number + 1).map_or(file.text.len(), |next| next.start);
            found = Some(match found {
                None => (there.start..next, margin.to_owned(), number),
                Some((range, margin_of, _)) if is_blank || margin == margin_of => {
                    (range.start..next, margin_of, number)
                }
                Some(_) => return None,
            });
            at += line.len() + 1;
        }
        let (outer, margin, _) = found?;
        let end = if file.text[outer.clone()].contains("\r\n") { "\r\n" } else { "\n" };
        Some(Lines { outer, margin, end })
    }
}

struct Child<'a> {
    tree: &'a Tree,
    holder: u32,
    ranges: Vec<Range<usize>>,
    index: usize,
    sign: &'static str,
}

impl Child<'_> {
    fn removal(&self) -> Option<Edit> {
        removal(self.tree, self.holder, &self.ranges, self.index, self.sign)
    }
}

#[cfg(test)]
mod tests {
    use super::super::{embed_yaml, parse};
    use super::*;
    use crate::text::{FileId, SourceFile};
    use std::sync::Arc;

    fn file(text: &str) -> Arc<SourceFile> {
        Arc::new(SourceFile::new(FileId(0), "a.yaml", text))
    }

    fn edited(text: &str, edit: Edit) -> String {
        assert_eq!(&text[edit.span.range()], edit.old);
        let mut text = text.to_owned();
        text.replace_range(edit.span.range(), &edit.text);
        text
    }

    fn at(root: &Node, path: &[&str]) -> Entry {
        root.at(path).found().expect("it is there")
    }

    #[track_caller]
    fn removes(text: &str, path: &[&str], expected: Option<&str>) {
        let tree = parse(&file(text));
        let root = tree.docs().next().expect("a document");
        let edit = at(&root, path).removal();
        assert_eq!(edit.map(|edit| edited(text, edit)).as_deref(), expected, "{text}");
    }

    #[test]
    fn entries_go_with_their_lines() {
        removes("a: 1\nb: 2 # x\nc: 3\n", &["b"], Some("a: 1\nc: 3\n"));
        removes("a: 1\nb:\n- 2\n- 3\nc: 3\n", &["b"], Some("a: 1\nc: 3\n"));
        removes("a: 1\r\nb: |\r\n  x\r\n\r\n  y\r\nc: 3\r\n", &["b"], Some("a: 1\r\nc: 3\r\n"));
        removes("a: 1\n\n# of b\nb: 2\nc: 3\n", &["b"], Some("a: 1\n\nc: 3\n"));
        removes("# of all\na: 1\nb: 2\n", &["a"], Some("# of all\nb: 2\n"));
        removes("a: 1\nb: 2", &["b"], Some("a: 1"));
        removes("\u{feff}a: 1\nb: 2\n", &["b"], Some("\u{feff}a: 1\n"));
    }

    #[test]
    fn what_would_be_empty_goes_too() {
        removes("a: 1\nb:\n  c:\n    d: 1\n", &["b", "c", "d"], Some("a: 1\n"));
        removes("a: {b: {c: 1}, d: 2}\n", &["a", "b", "c"], Some("a: {d: 2}\n"));
        removes("a: 1\n", &["a"], None);
    }

    #[test]
    fn flow_entries_go_with_their_commas() {
        removes("a: {b: 1, c: 2}\n", &["a", "b"], Some("a: {c: 2}\n"));
        removes("a: {b: 1, c: 2}\n", &["a", "c"], Some("a: {b: 1}\n"));
    }

    #[track_caller]
    fn removes_item(text: &str, index: usize, expected: Option<&str>) {
        let tree = parse(&file(text));
        let list = at(&tree.docs().next().expect("a document"), &["a"]).value;
        let edit = list.items().nth(index).expect("an item").removal();
        assert_eq!(edit.map(|edit| edited(text, edit)).as_deref(), expected, "{text}");
    }

    #[test]
    fn items_go_like_entries() {
        removes_item("a:\n- b\n# of c\n- c # x\n- d\n", 1, Some("a:\n- b\n- d\n"));
        removes_item("a: [b, c, d]\n", 0, Some("a: [c, d]\n"));
        removes_item("a: [b, c, d]\n", 2, Some("a: [b, c]\n"));
        removes_item("a:\n- b\nx: 1\n", 0, Some("x: 1\n"));
    }

    #[track_caller]
    fn removes_inside(text: &str, expected: Option<&str>) {
        let tree = parse(&file(text));
        let holder = at(&tree.docs().next().expect("a document"), &["v"]).value;
        let inner = embed_yaml(&holder).expect("a scalar");
        let edit = at(&inner.docs().next().expect("a document"), &["b"]).removal();
        assert_eq!(edit.map(|edit| edited(text, edit)).as_deref(), expected, "{text}");
    }

    #[test]
    fn documents_inside_of_others_may_be_empty() {
        removes_inside("v: |-\n  b:\n    c: 1\nw: 1\n", Some("v: |-\nw: 1\n"));
        removes_inside("v: |-\n  {b: 1}\n", None);
    }

    #[test]
    fn documents_inside_of_others_are_edited_in_place() {
        removes_inside(
            "v: |-\n  a: 1\n  # of b\n  b:\n    c: 2\nw: 1\n",
            Some("v: |-\n  a: 1\nw: 1\n"),
        );
        removes_inside("v: |4\n      a: 1\n      b: 2\n", Some("v: |4\n      a: 1\n"));
        removes_inside("v: \"a: 1\\nb: 2\\n\"\n", None);
        removes_inside("v: 'a: 1\n\n  b: 2'\n", None);
        removes_inside("v: >-\n  a: 1\n\n  b: 2\n", None);
    }
}
