//! Text that was put together from bytes of a file, and trees made of it.
//!
//! What a command line or a file of variables sets is read like a document:
//! nothing above `yaml` knows that its nodes never were YAML.

use super::{
    Node, Tree,
    embed::content,
    map::SpanMap,
    read::{parse_apart, parse_sourced},
    region::{Reading, Regions},
};
use crate::text::{SourceFile, Span};
use std::sync::Arc;

/// Text and where each of its bytes lies in one file.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Sourced {
    pub text: String,
    map: SpanMap,
    /// The branches of the template that it is a part of, if it was one of YAML.
    regions: Option<Arc<Regions>>,
    /// What stands there is under the conditions that all of the text is under;
    /// without it those of its first byte.
    holder: Option<usize>,
}

impl Sourced {
    /// Empty text at an offset.
    pub fn empty(at: usize) -> Sourced {
        Sourced { map: SpanMap::identity(at, 0), ..Sourced::default() }
    }

    /// Text that lies in the file as it is, from `start` on.
    pub fn verbatim(text: &str, start: usize) -> Sourced {
        let map = SpanMap::identity(start, text.len());
        Sourced { text: text.to_owned(), map, ..Sourced::default() }
    }

    /// All of a file.
    pub fn of_file(file: &SourceFile) -> Sourced {
        let bom = if file.text.starts_with('\u{feff}') { 3 } else { 0 };
        Sourced::verbatim(&file.text[bom..], bom)
    }

    /// The text of a scalar. `None` if the node is no scalar.
    pub fn of_scalar(node: &Node) -> Option<Sourced> {
        let (text, map) = content(node)?;
        Some(Sourced {
            text,
            map,
            regions: Some(Arc::clone(&node.tree().regions)),
            holder: Some(node.span().start as usize),
        })
    }

    /// Text that is written in another way in the file, from `start` to `end`.
    pub fn in_place_of(text: String, start: usize, end: usize) -> Sourced {
        let mut map = SpanMap::default();
        map.push(text.len(), start, end, false);
        Sourced { text, map, ..Sourced::default() }
    }

    /// Adds a character that begins at `at`.
    pub fn push(&mut self, char: char, at: usize) {
        self.push_from(char, at, at + char.len_utf8());
    }

    /// Adds a character that stands for the bytes from `at` to `end`.
    pub fn push_from(&mut self, char: char, at: usize, end: usize) {
        let len = char.len_utf8();
        self.text.push(char);
        self.map.push(len, at, end, end - at == len);
    }

    /// Adds a character that isn't written: it lies between others.
    pub fn push_at(&mut self, char: char, at: usize) {
        self.push_from(char, at, at);
    }

    /// Adds text behind its own.
    pub fn append(&mut self, other: &Sourced) {
        self.text.push_str(&other.text);
        self.map.append(&other.map);
        if self.regions.is_none() {
            (self.regions, self.holder) = (other.regions.clone(), other.holder);
        }
    }

    pub(super) fn map(&self) -> &SpanMap {
        &self.map
    }

    /// Other text of the same length, byte by byte in the same places.
    pub fn reworded(&self, text: String) -> Sourced {
        debug_assert_eq!(text.len(), self.text.len(), "places go by bytes");
        Sourced { text, ..self.clone() }
    }

    /// Where the byte at an offset of `text` lies.
    pub fn place(&self, at: usize) -> usize {
        match at < self.text.len() {
            true => self.map.outer(at, at + 1).0,
            false => self.end(),
        }
    }

    /// The characters with the place of each.
    pub fn chars(&self) -> impl Iterator<Item = (char, usize)> {
        self.text.char_indices().map(|(offset, char)| (char, self.place(offset)))
    }

    /// The part between two offsets of `text`.
    pub fn slice(&self, start: usize, end: usize) -> Sourced {
        let text = self.text[start..end].to_owned();
        let map = match end > start {
            true => SpanMap::identity(start, end - start).through(&self.map),
            false => SpanMap::identity(self.map.outer(start, start).1, 0),
        };
        // What ends before it, such as the line above, is not in its branches.
        let holder = if start == 0 { self.holder } else { Some(self.place(start - 1)) };
        Sourced { text, map, regions: self.regions.clone(), holder }
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
        self.map.outer(0, 0).0
    }

    /// A file in which each character stands where it is from, and nothing but
    /// blanks around. `None` if a character isn't written as itself there.
    pub fn alone_in(&self, file: &SourceFile) -> Option<SourceFile> {
        let blank = |byte: u8| if byte == b'\n' { byte } else { b' ' };
        let mut bytes: Vec<u8> = file.text.bytes().map(blank).collect();
        for (at, char) in self.text.char_indices() {
            let place = self.place(at);
            let range = place..place + char.len_utf8();
            if file.text.get(range.clone())? != char.encode_utf8(&mut [0; 4]) {
                return None;
            }
            char.encode_utf8(&mut bytes[range]);
        }
        Some(SourceFile::new(file.id, file.path.as_str(), String::from_utf8(bytes).ok()?))
    }

    pub fn span(&self, file: &SourceFile) -> Span {
        Span::new(file.id, self.start(), self.end())
    }

    /// Behind its last byte.
    pub fn end(&self) -> usize {
        self.map.outer(0, self.text.len()).1
    }
}

/// Reads text that was put together as YAML. Never fails: errors are in the tree.
pub fn parse_text(file: &Arc<SourceFile>, text: &Sourced) -> Arc<Tree> {
    parse_text_reading(file, text, &Reading::default())
}

/// Reads a template with some of its branches taken to be there.
pub fn parse_text_reading(file: &Arc<SourceFile>, text: &Sourced, reading: &Reading) -> Arc<Tree> {
    let regions = text.regions.as_ref().filter(|regions| !regions.is_empty());
    let holder = text.holder.unwrap_or_else(|| text.start());
    let regions = regions.map(|regions| (regions, holder));
    let (map, text) = (text.map.clone(), Arc::from(text.text.as_str()));
    Arc::new(parse_sourced(file, text, map, regions, reading))
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
            let at = text.place(offset);
            if char == '\'' {
                self.text.push('\'');
                self.map.push(1, at, at, false);
            }
            self.text.push(char);
            self.map.push(char.len_utf8(), at, at + char.len_utf8(), true);
        }
        self.end = text.end();
        self.glue("'");
    }

    /// Text that lies, all of it, where other text lies.
    fn stand_in(&mut self, text: &str, place: &Sourced) {
        self.text.push_str(text);
        self.map.push(text.len(), place.start(), place.end(), false);
        self.end = place.end();
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

    #[test]
    fn text_of_several_places_is_read_as_one() {
        let text = "echo 'cni: canal'\ncat <<EOF\n\tmtu: \\\"x\\\"\nEOF\n";
        let file = Arc::new(SourceFile::new(FileId(0), "a.sh", text));
        let first = text.find("cni").expect("it is there");
        let mut all = Sourced::verbatim("cni: canal", first);
        all.append(&Sourced::in_place_of("\n".to_owned(), first + 10, first + 11));
        let second = text.find("mtu").expect("it is there");
        let mut line = Sourced::verbatim("mtu: ", second);
        line.push_from('"', second + 5, second + 7);
        line.push('x', second + 7);
        line.push_from('"', second + 8, second + 10);
        all.append(&line);
        let root = parse_text(&file, &all).docs().next().expect("a document");
        let at = |key| root.get(key).found().expect("it is there");
        assert_eq!(file.slice(at("cni").value.span()), "canal");
        assert_eq!(at("mtu").value.raw(), Some("x"));
        assert_eq!(file.slice(at("mtu").value.span()), "\\\"x\\\"");
        let whole = all.slice(5, 16);
        assert_eq!((whole.text.as_str(), whole.start()), ("canal\nmtu: ", first + 5));
        assert_eq!(all.slice(3, 3).start(), first + 3);
    }
}
