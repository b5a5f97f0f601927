//! Edits that put something into a document, in the way its neighbours are
//! written: as lines of their own, or between brackets.

use super::{Data, Entry, Kind, Lookup, Node, Style, Tree};
use crate::text::{Edit, Span};

/// How far in a mapping stands below its key where a document doesn't show it.
const STEP: usize = 2;

impl Node {
    /// Sets the value at a path of keys below a mapping, of which the first may
    /// be there. `value` is YAML on one line. `None` if it can't be said where
    /// that is, or if the lines aren't those of the file.
    pub fn put(&self, path: &[&str], value: &str) -> Option<Edit> {
        let (key, rest) = path.split_first()?;
        match self.get(key) {
            Lookup::Found(entry) => entry.put(rest, value),
            Lookup::Absent if self.kind() == Kind::Map => {
                self.add(&block(path, value, self.tree.step()), &flow(path, value))
            }
            Lookup::Absent | Lookup::Unknown => None,
        }
    }

    /// Puts lines behind the last entry of a mapping; in brackets, `inline`.
    pub fn add(&self, lines: &[String], inline: &str) -> Option<Edit> {
        if self.is_alias() || self.kind() != Kind::Map {
            return None;
        }
        let tree = &self.tree;
        let (first, last) = (self.entries().next()?, self.entries().last()?);
        let (start, end) = (tree.start(first.key.id), tree.end(last.key.id, last.value.id));
        let is_certain = !self.is_partial() && tree.is_certain(&(tree.start(last.key.id)..end));
        if !is_certain {
            return None;
        }
        if tree.is_flow(self.id) {
            let (from, inline) =
                (tree.start(last.key.id), Some(inline).filter(|it| !it.is_empty())?);
            let old = tree.text.get(from..end)?;
            return Some(Edit::new(tree.outer(from, end), old, format!("{old}, {inline}")));
        }
        let before = &tree.text[tree.line_start(start)..start];
        // Behind the dash of an item, other keys stand below the first.
        let indent: String = before.chars().map(|c| if c == '\t' { c } else { ' ' }).collect();
        tree.insertion(start, end, &indent, lines)
    }

    /// Another text for all of it. `None` for what stands on several lines.
    pub fn replacement(&self, text: impl Into<String>) -> Option<Edit> {
        let (start, end) = (self.tree.start(self.id), self.tree.end(self.id, self.id));
        let old = self.written().filter(|_| !self.is_alias())?;
        Some(Edit::new(self.tree.outer(start, end), old, text))
    }

    /// As it is written, if that is on one line and may stand behind any key.
    pub fn written(&self) -> Option<&str> {
        let text = self.tree.text.get(self.tree.start(self.id)..self.tree.end(self.id, self.id))?;
        let is_block =
            self.kind() != Kind::Scalar && !self.is_alias() && !self.tree.is_flow(self.id);
        (!text.is_empty() && !text.contains('\n') && !is_block).then_some(text)
    }
}

impl Entry {
    fn put(&self, path: &[&str], value: &str) -> Option<Edit> {
        let node = &self.value;
        if node.is_alias() || node.is_unknown() {
            return None;
        }
        let is_empty = node.entries().next().is_none();
        match node.kind() {
            _ if path.is_empty() => match node.style() {
                Some(Style::Literal | Style::Folded) => None,
                _ => node.replacement(value),
            },
            Kind::Map if !is_empty => node.put(path, value),
            Kind::Map => node.replacement(format!("{{{}}}", flow(path, value))),
            Kind::Scalar if node.is_null() && node.written().is_some() => {
                node.replacement(format!("{{{}}}", flow(path, value)))
            }
            Kind::Scalar if node.is_null() => self.add_below(&block(path, value, node.tree.step())),
            Kind::Scalar | Kind::Seq => None,
        }
    }

    /// Puts lines below a key that has no value.
    pub fn add_below(&self, lines: &[String]) -> Option<Edit> {
        let tree = &self.key.tree;
        let (start, end) = (tree.start(self.key.id), tree.end(self.key.id, self.value.id));
        let indent = " ".repeat(tree.column(start) + tree.step());
        tree.insertion(start, end, &indent, lines)
    }

    /// Makes a document of an empty string: the lines of a literal block.
    /// `None` if something stands there.
    pub fn fill(&self, lines: &[String]) -> Option<Edit> {
        let (tree, value) = (&self.key.tree, &self.value);
        let start = tree.start(self.key.id);
        let mut margin = tree.column(start) + tree.step();
        let text = value.as_str().unwrap_or("");
        let says = |line: &str| !line.trim().is_empty() && !line.trim_start().starts_with('#');
        if value.is_unknown() || text.lines().any(says) {
            return None;
        }
        match &tree.data(value.id).kind {
            Data::Scalar { style: Style::Literal, indent, .. } => {
                margin = if text.trim().is_empty() { margin } else { usize::from(*indent) };
                let header = tree.start(value.id);
                let line = tree.text[header..].lines().next()?;
                tree.insertion(start, header + line.trim_end().len(), &" ".repeat(margin), lines)
            }
            Data::Scalar { style: Style::SingleQuoted | Style::DoubleQuoted, .. } => {
                let found = tree.lines(start, tree.end(self.key.id, value.id))?;
                let indent = format!("{}{}", found.margin, " ".repeat(margin));
                let lines = lines.iter().map(|line| format!("{}{indent}{line}", found.end));
                value.replacement(format!("|-{}", lines.collect::<String>()))
            }
            _ => None,
        }
    }

    /// The mapping that it is an entry of.
    pub fn holder(&self) -> Option<Node> {
        let tree = &self.key.tree;
        let own = (self.key.id, self.value.id);
        let (id, _) = tree
            .nodes
            .iter()
            .enumerate()
            .find(|(_, node)| matches!(&node.kind, Data::Map(pairs) if pairs.contains(&own)))?;
        Some(self.key.at_id(id as u32))
    }

    /// Other entries in its place, each on one line as the entry is.
    pub fn replaced(&self, entries: &[String]) -> Option<Edit> {
        let tree = &self.key.tree;
        let (start, end) = (tree.start(self.key.id), tree.end(self.key.id, self.value.id));
        let old = tree.text.get(start..end).filter(|old| !old.contains('\n'))?;
        let span = tree.outer(start, end);
        if tree.is_flow(self.holder()?.id) {
            return Some(Edit::new(span, old, entries.join(", ")));
        }
        let found = tree.lines(start, end)?;
        let gap = format!("{}{}{}", found.end, found.margin, " ".repeat(tree.column(start)));
        Some(Edit::new(span, old, entries.join(&gap)))
    }

    /// Makes a literal block of the mapping below a key.
    pub fn quoted_block(&self) -> Option<Edit> {
        let (tree, value) = (&self.key.tree, &self.value);
        let (start, end) = (tree.start(self.key.id), tree.end(self.key.id, self.key.id));
        let first = value.entries().next().filter(|_| !value.is_alias() && !value.is_partial())?;
        let is_below = tree.column(tree.start(first.key.id)) > tree.column(start);
        let line = tree.text[end..].lines().next()?;
        let is_bare = line.trim_end() == ":" && !tree.is_flow(value.id) && is_below;
        is_bare.then(|| Edit::new(tree.outer(end, end + 1), ":", ": |-"))
    }

    /// A key of several words, `a.b: 1`, as mappings below each other. `None`
    /// for values of several lines, and where the words are keys already.
    pub fn nested(&self, words: &[&str]) -> Option<Edit> {
        let tree = &self.key.tree;
        let (start, end) = (tree.start(self.key.id), tree.end(self.key.id, self.key.id));
        let old = tree.text.get(start..end)?;
        let is_one_line = !tree.text[start..tree.end(self.key.id, self.value.id)].contains('\n');
        let holder = self.holder()?;
        // Of several with the same first word, all but the first go to it.
        let others = holder.entries().filter_map(|entry| Some(entry.key.raw()?.to_owned()));
        let mut before = others.take_while(|other| other != old);
        let is_same = |other: &str| other.split('.').next() == words.first().copied();
        let is_taken = matches!(holder.get(words.first()?), Lookup::Found(_) | Lookup::Unknown);
        if !is_one_line
            || is_taken
            || before.any(|other| is_same(&other))
            || tree.is_flow(holder.id)
        {
            return None;
        }
        let found = tree.lines(start, end)?;
        let mut text = String::new();
        for (depth, word) in words.iter().enumerate() {
            if depth > 0 {
                let indent = " ".repeat(tree.column(start) + depth * tree.step());
                text += &format!(":{}{}{indent}", found.end, found.margin);
            }
            text += word;
        }
        Some(Edit::new(tree.outer(start, end), old, text))
    }

    /// The entries of a mapping in place of the entry that holds them. `None`
    /// for values in brackets.
    pub fn unwrapped(&self) -> Option<Edit> {
        let (tree, value) = (&self.key.tree, &self.value);
        let (start, end) = (tree.start(self.key.id), tree.end(self.key.id, self.value.id));
        let first = value.entries().next().filter(|_| !value.is_alias() && !value.is_partial())?;
        let (from, to) = (tree.column(start), tree.column(tree.start(first.key.id)));
        let is_alone = tree.text[tree.line_start(start)..start].trim().is_empty();
        let is_certain = tree.is_certain(&(start..end));
        if tree.is_flow(value.id) || to <= from || !is_alone || !is_certain {
            return None;
        }
        let found = tree.lines(start, end)?;
        let old = tree.file.text.get(found.outer.clone())?;
        let mut lines = old.split_inclusive('\n');
        let bom = if lines.next()?.starts_with('\u{feff}') { "\u{feff}" } else { "" };
        let mut text = bom.to_owned();
        for line in lines {
            let line_of = line.strip_prefix(found.margin.as_str());
            let Some(rest) = line_of.filter(|rest| !rest.trim().is_empty()) else {
                text += line;
                continue;
            };
            let blanks = rest.len() - rest.trim_start_matches(' ').len();
            text += &found.margin;
            text += &rest[blanks.min(to - from)..];
        }
        let span = Span::new(tree.file.id, found.outer.start, found.outer.end);
        Some(Edit::new(span, old, text))
    }
}

impl Tree {
    /// Puts lines behind those that hold a range of the text.
    fn insertion(&self, start: usize, end: usize, indent: &str, lines: &[String]) -> Option<Edit> {
        let found = self.lines(start, end)?;
        let at = found.outer.end;
        let line = |line: &String| format!("{}{indent}{line}", found.margin);
        let text = lines.iter().map(line).collect::<Vec<_>>().join(found.end);
        let text = match self.file.text[..at].ends_with('\n') {
            true => format!("{text}{}", found.end),
            false => format!("{}{text}", found.end),
        };
        Some(Edit::new(Span::new(self.file.id, at, at), "", text))
    }

    /// How many columns a place is from the start of its line; a dash before it
    /// counts as a blank.
    fn column(&self, at: usize) -> usize {
        let before = &self.text[self.line_start(at)..at];
        before.trim_start_matches('\u{feff}').chars().count()
    }

    /// How far in mappings stand below their keys.
    pub fn step(&self) -> usize {
        let pairs = self.nodes.iter().filter_map(|node| match &node.kind {
            Data::Map(pairs) => Some(pairs),
            _ => None,
        });
        let steps = pairs.flatten().filter_map(|(key, value)| {
            let Data::Map(inner) = &self.data(*value).kind else { return None };
            let (first, _) = inner.first().filter(|_| !self.is_flow(*value))?;
            self.column(self.start(*first)).checked_sub(self.column(self.start(*key)))
        });
        steps.into_iter().find(|step| *step > 0).unwrap_or(STEP)
    }
}

/// A value at a path of keys, as lines.
pub fn block(path: &[&str], value: &str, step: usize) -> Vec<String> {
    let last = path.len().saturating_sub(1);
    let line = |(depth, key): (usize, &&str)| {
        let value = if depth == last { format!(" {value}") } else { String::new() };
        format!("{}{key}:{value}", " ".repeat(depth * step))
    };
    path.iter().enumerate().map(line).collect()
}

fn flow(path: &[&str], value: &str) -> String {
    match path {
        [] => String::new(),
        [key] => format!("{key}: {value}"),
        [key, rest @ ..] => format!("{key}: {{{}}}", flow(rest, value)),
    }
}

#[cfg(test)]
mod tests {
    use super::super::{embed_yaml, parse};
    use super::*;
    use crate::text::{FileId, SourceFile};
    use std::sync::Arc;

    fn root(text: &str) -> Node {
        let file = SourceFile::new(FileId(0), "a.yaml", text);
        parse(&Arc::new(file)).docs().next().expect("a document")
    }

    fn edited(text: &str, edit: Option<Edit>) -> Option<String> {
        let edit = edit?;
        assert_eq!(&text[edit.span.range()], edit.old);
        let mut text = text.to_owned();
        text.replace_range(edit.span.range(), &edit.text);
        Some(text)
    }

    #[track_caller]
    fn puts(text: &str, path: &[&str], expected: Option<&str>) {
        let edit = root(text).put(path, "1");
        assert_eq!(edited(text, edit).as_deref(), expected, "{text}");
    }

    #[test]
    fn entries_are_put_behind_the_last() {
        puts("a: 1\nb:\n  c: 2\n\nd: 3\n", &["b", "n"], Some("a: 1\nb:\n  c: 2\n  n: 1\n\nd: 3\n"));
        puts("a: 1", &["n"], Some("a: 1\nn: 1"));
        puts("a: {b: 1}\n", &["a", "n"], Some("a: {b: 1, n: 1}\n"));
        puts("a: 1\r\nb: 2\r\n", &["n"], Some("a: 1\r\nb: 2\r\nn: 1\r\n"));
        puts("a: |\n  x\n\nb: |\n  y\n", &["n"], Some("a: |\n  x\n\nb: |\n  y\nn: 1\n"));
    }

    #[test]
    fn paths_are_put_where_they_end() {
        puts("a:\n    b: 2\n", &["n", "m"], Some("a:\n    b: 2\nn:\n    m: 1\n"));
        puts("a:\n  b: 2\n", &["a", "n", "m"], Some("a:\n  b: 2\n  n:\n    m: 1\n"));
        puts("a: {b: 2}\n", &["a", "n", "m"], Some("a: {b: 2, n: {m: 1}}\n"));
        puts("a: # x\nb: 1\n", &["a", "n"], Some("a: # x\n  n: 1\nb: 1\n"));
        puts("a: {}\n", &["a", "n"], Some("a: {n: 1}\n"));
        puts("a: null\n", &["a", "n", "m"], Some("a: {n: {m: 1}}\n"));
        puts("a: 2 # x\n", &["a"], Some("a: 1 # x\n"));
        puts("a: \"2\"\n", &["a"], Some("a: 1\n"));
    }

    #[test]
    fn nothing_is_put_where_something_else_is() {
        for text in ["a: 1\n", "a: [1]\n", "a: |\n  x\n", "b: &b {c: 1}\na: *b\n", "<<: {a: {}}\n"]
        {
            puts(text, &["a", "n"], None);
        }
        puts("a: |\n  x\n", &["a"], None);
    }

    #[test]
    fn nothing_is_put_behind_what_may_be_there() {
        let text = "a:\n  b: 1\n{% if x %}\n  c: 2\n{% endif %}\n";
        puts(text, &["n"], None);
        puts(text, &["a", "n"], None);
        puts(
            "{% if x %}\nd: 1\n{% endif %}\na:\n  b: 1\n",
            &["a", "n"],
            Some("{% if x %}\nd: 1\n{% endif %}\na:\n  b: 1\n  n: 1\n"),
        );
    }

    #[track_caller]
    fn puts_inside(text: &str, expected: Option<&str>) {
        let holder = root(text).get("v").found().expect("a string").value;
        let inner = embed_yaml(&holder).expect("a scalar");
        let edit = inner.docs().next().expect("a document").put(&["a", "n"], "1");
        assert_eq!(edited(text, edit).as_deref(), expected, "{text}");
    }

    #[test]
    fn documents_inside_of_others_are_edited_in_place() {
        puts_inside(
            "v: |-\n  a:\n    b: 1\nw: 1\n",
            Some("v: |-\n  a:\n    b: 1\n    n: 1\nw: 1\n"),
        );
        puts_inside("v: |4\n      b: 1\n", Some("v: |4\n      b: 1\n      a:\n        n: 1\n"));
        puts_inside("v: \"a: {}\\n\"\n", Some("v: \"a: {n: 1}\\n\"\n"));
        puts_inside("v: \"b: 1\\n\"\n", None);
        puts_inside("v: >\n  b: 1\n", None);
    }

    #[track_caller]
    fn fills(text: &str, expected: Option<&str>) {
        let entry = root(text).at(&["s", "v"]).found().expect("a string");
        let edit = entry.fill(&["a:".to_owned(), "  n: 1".to_owned()]);
        assert_eq!(edited(text, edit).as_deref(), expected, "{text}");
    }

    #[test]
    fn empty_strings_become_documents() {
        let full = "s:\n  v: |-\n    a:\n      n: 1\n";
        fills("s:\n  v: |-\n", Some(full));
        fills("s:\n  v: |-", Some(full.trim_end()));
        fills("s:\n  v: \"\"\n", Some(full));
        fills("s:\n  v: |-\n      # x\n", Some("s:\n  v: |-\n      a:\n        n: 1\n      # x\n"));
        fills("s:\r\n  v: ''\r\n", Some(&full.replace('\n', "\r\n")));
        fills("s:\n  v: |-\n    b: 1\n", None);
    }

    #[track_caller]
    fn changes(text: &str, change: impl Fn(&Entry) -> Option<Edit>, expected: Option<&str>) {
        let root = root(text);
        let entry = root.entries().last().expect("an entry");
        assert_eq!(edited(text, change(&entry)).as_deref(), expected, "{text}");
    }

    #[test]
    fn keys_of_several_words_are_nested() {
        let nested = |entry: &Entry| entry.nested(&["a", "b"]);
        changes("c: 1\na.b: 2 # x\n", nested, Some("c: 1\na:\n  b: 2 # x\n"));
        changes("a.b: {x: 1}\n", nested, Some("a:\n  b: {x: 1}\n"));
        changes("a.b:\n  x: 1\n", nested, None);
        changes("{a.b: 1}\n", nested, None);
        changes("a.c: 1\na.b: 2\n", nested, None);
        changes("a:\n  c: 1\na.b: 2\n", nested, None);
    }

    #[test]
    fn mappings_become_strings() {
        let block = Entry::quoted_block;
        changes("a:\n  b: 1\n", block, Some("a: |-\n  b: 1\n"));
        changes("a: # x\n  b: 1\n", block, None);
        changes("a: {b: 1}\n", block, None);
        changes("a:\n- b\n", block, None);
    }

    #[test]
    fn entries_take_the_place_of_one() {
        let two = |entry: &Entry| entry.replaced(&["b: 2".to_owned(), "c: 3".to_owned()]);
        changes(
            "x:\n- d: 1\n  a: 1 # y\n",
            |entry| two(&entry.value.items().next()?.entries().last()?),
            Some("x:\n- d: 1\n  b: 2\n  c: 3 # y\n"),
        );
        changes("a: 1\r\n", two, Some("b: 2\r\nc: 3\r\n"));
        changes("{a: 1}\n", two, Some("{b: 2, c: 3}\n"));
        changes("a:\n  b: 1\n", two, None);
    }

    #[test]
    fn entries_come_out_of_what_holds_them() {
        changes(
            "a:\n  # x\n  b: |\n    y\n\n  c: 1\n",
            Entry::unwrapped,
            Some("# x\nb: |\n  y\n\nc: 1\n"),
        );
        changes("d: 1\r\na:\r\n    b: 1\r\n", Entry::unwrapped, Some("d: 1\r\nb: 1\r\n"));
        changes("a: {b: 1}\n", Entry::unwrapped, None);
        changes("a: 1\n", Entry::unwrapped, None);
    }
}
