//! Text that was put together from bytes of a file, and trees made of it.
//!
//! What a command line or a file of variables sets is read like a document:
//! nothing above `yaml` knows that its nodes never were YAML.

use super::{Node, Tree, map::SpanMap, read::parse_apart};
use crate::text::{SourceFile, Span};
use std::sync::Arc;

/// Text and where each of its bytes lies in one file.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Sourced {
    pub text: String,
    /// One offset for each byte of `text`, ascending.
    at: Vec<usize>,
    /// Behind the last byte; the place of empty text.
    end: usize,
}

impl Sourced {
    /// Empty text at an offset.
    pub fn empty(at: usize) -> Sourced {
        Sourced { text: String::new(), at: Vec::new(), end: at }
    }

    /// Text that lies in the file as it is, from `start` on.
    pub fn verbatim(text: &str, start: usize) -> Sourced {
        let end = start + text.len();
        Sourced { text: text.to_owned(), at: (start..end).collect(), end }
    }

    /// Adds a character that begins at `at`.
    pub fn push(&mut self, char: char, at: usize) {
        self.text.push(char);
        self.end = at + char.len_utf8();
        self.at.extend(at..self.end);
    }

    /// The part between two offsets of `text`.
    pub fn slice(&self, start: usize, end: usize) -> Sourced {
        let place = |at: usize| self.at.get(at).copied().unwrap_or(self.end);
        let end_place = if end > start { place(end - 1) + 1 } else { place(start) };
        Sourced {
            text: self.text[start..end].to_owned(),
            at: self.at[start..end].to_vec(),
            end: end_place,
        }
    }

    /// The pieces between a separator, without the blanks around them.
    pub fn split_trimmed(&self, separator: char) -> Vec<Sourced> {
        let mut pieces = Vec::new();
        let mut start = 0;
        for piece in self.text.split(separator) {
            let before = start + piece.len() - piece.trim_start().len();
            let len = piece.trim().len();
            let before = if len == 0 { start } else { before };
            pieces.push(self.slice(before, before + len));
            start += piece.len() + separator.len_utf8();
        }
        pieces
    }

    pub fn start(&self) -> usize {
        self.at.first().copied().unwrap_or(self.end)
    }

    pub fn span(&self, file: &SourceFile) -> Span {
        Span::new(file.id, self.start(), self.end)
    }
}

/// The tree of a file that isn't YAML: it has no documents.
pub fn nothing(file: &Arc<SourceFile>) -> Arc<Tree> {
    Arc::new(parse_apart(Arc::clone(file), Arc::from(""), SpanMap::default()))
}

/// What a key is set to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum SourcedValue {
    One(Sourced),
    Many(Vec<Sourced>),
    /// Text that isn't written, and what stands for it.
    Implied(&'static str, Sourced),
    /// Something lies there that can't be known.
    Unknown(Sourced),
}

/// A mapping, with repeated keys if there are any, as a document of its own.
/// `None` if it has no entries.
pub fn sourced_mapping(
    file: &Arc<SourceFile>,
    entries: &[(Sourced, SourcedValue)],
) -> Option<Node> {
    let mut writer = Writer::default();
    for (key, value) in entries {
        writer.quoted(key);
        writer.glue(": ");
        match value {
            SourcedValue::One(text) => writer.quoted(text),
            SourcedValue::Many(texts) => {
                writer.glue("[");
                for (index, text) in texts.iter().enumerate() {
                    if index > 0 {
                        writer.glue(", ");
                    }
                    writer.quoted(text);
                }
                writer.glue("]");
            }
            SourcedValue::Implied(text, place) => writer.stand_in(&format!("'{text}'"), place),
            // What `yaml` takes for a placeholder.
            SourcedValue::Unknown(place) => writer.stand_in("${unknown}", place),
        }
        writer.glue("\n");
    }
    let tree: Tree = parse_apart(Arc::clone(file), Arc::from(writer.text), writer.map);
    Arc::new(tree).docs().next()
}

#[derive(Default)]
struct Writer {
    text: String,
    map: SpanMap,
    /// Where the file was left.
    end: usize,
}

impl Writer {
    /// A scalar in single quotes, which have no place of their own.
    fn quoted(&mut self, text: &Sourced) {
        self.end = text.start();
        self.glue("'");
        for (offset, char) in text.text.char_indices() {
            let at = text.at[offset];
            if char == '\'' {
                self.text.push('\'');
                self.map.push(1, at, at, false);
            }
            self.text.push(char);
            self.map.push(char.len_utf8(), at, at + char.len_utf8(), true);
        }
        self.end = text.end;
        self.glue("'");
    }

    /// Text that lies, all of it, where other text lies.
    fn stand_in(&mut self, text: &str, place: &Sourced) {
        self.text.push_str(text);
        self.map.push(text.len(), place.start(), place.end, false);
        self.end = place.end;
    }

    fn glue(&mut self, text: &str) {
        self.text.push_str(text);
        self.map.push(text.len(), self.end, self.end, false);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::FileId;

    #[test]
    fn nodes_lie_where_their_text_does() {
        let text = "x --cni='multus, canal' --it\"'\"s=y";
        let file = Arc::new(SourceFile::new(FileId(0), "unit", text));
        let key = Sourced::verbatim("cni", 4);
        let value = Sourced::verbatim("multus, canal", 9);
        let mut odd = Sourced::verbatim("it", 26);
        odd.push('\'', 29);
        odd.push('s', 31);
        let entries = [
            (key, SourcedValue::Many(value.split_trimmed(','))),
            (odd, SourcedValue::One(Sourced::empty(32))),
        ];
        let root = sourced_mapping(&file, &entries).expect("it has entries");
        let entries: Vec<_> = root.entries().collect();
        let slice = |node: &Node| file.slice(node.span()).to_owned();
        assert_eq!(slice(&entries[0].key), "cni");
        let items: Vec<String> = entries[0].value.items().map(|item| slice(&item)).collect();
        assert_eq!(items, ["multus", "canal"]);
        assert_eq!(entries[1].key.raw(), Some("it's"));
        assert_eq!(slice(&entries[1].key), "it\"'\"s");
        assert_eq!(entries[1].value.raw(), Some(""));
        assert_eq!(entries[1].value.span().range(), 32..32);
    }
}
