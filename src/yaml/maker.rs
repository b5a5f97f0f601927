//! Trees that a reader of something else puts together: an object of another
//! language, or a mapping whose keys are called otherwise there.
//!
//! Nothing above `yaml` knows that their nodes never were a YAML document.

use super::{Data, Node, NodeData, Sourced, Style, Tree, guard::Hidden, map::SpanMap, scalar::Tag};
use crate::text::SourceFile;
use std::{collections::HashMap, ops::Range, sync::Arc};

/// A tree in the making.
pub struct Maker {
    tree: Tree,
}

/// A node of a [`Maker`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Made(u32);

impl Maker {
    /// Ranges are those of the file's bytes.
    pub fn over(file: &Arc<SourceFile>) -> Maker {
        let map = SpanMap::identity(0, file.text.len());
        Maker::new(file, Arc::from(file.text.as_str()), map)
    }

    /// Ranges are those of the text that the node was read from, as
    /// [`Maker::at`] gives them; nodes of its tree can be copied.
    pub fn beside(node: &Node) -> Maker {
        let tree = node.tree();
        let mut maker = Maker::new(&tree.file, Arc::clone(&tree.text), tree.map.clone());
        maker.tree.template = tree.template;
        maker.tree.conditional = tree.conditional;
        maker.tree.regions = Arc::clone(&tree.regions);
        maker.tree.cuts.clone_from(&tree.cuts);
        maker
    }

    fn new(file: &Arc<SourceFile>, text: Arc<str>, map: SpanMap) -> Maker {
        let tree = Tree {
            file: Arc::clone(file),
            text,
            map,
            nodes: Vec::new(),
            docs: Vec::new(),
            errors: Vec::new(),
            comments: Vec::new(),
            folded: false,
            open: false,
            template: false,
            unbalanced: false,
            conditional: None,
            regions: Arc::default(),
            hidden: HashMap::new(),
            hidden_docs: Vec::new(),
            cuts: Vec::new(),
        };
        Maker { tree }
    }

    /// Adds text that its nodes may be read from too: ranges of it begin at the
    /// offset that this gives.
    pub fn append(&mut self, text: &Sourced) -> usize {
        let offset = self.tree.text.len();
        self.tree.text = Arc::from(format!("{}{}", self.tree.text, text.text));
        self.tree.map.append(text.map());
        offset
    }

    /// Where a node lies.
    pub fn at(node: &Node) -> Range<usize> {
        let data = node.tree.data(node.id);
        data.start as usize..data.end as usize
    }

    /// A string, whatever it looks like. `at` takes its quotes in.
    pub fn text(&mut self, text: &str, at: Range<usize>) -> Made {
        self.scalar(text, Style::DoubleQuoted, at)
    }

    /// A scalar that means what YAML makes of it without quotes: `true`, `12`.
    pub fn plain(&mut self, text: &str, at: Range<usize>) -> Made {
        self.scalar(text, Style::Plain, at)
    }

    /// Something that can't be known.
    pub fn unknown(&mut self, at: Range<usize>) -> Made {
        self.plain("${unknown}", at)
    }

    /// A string whose text isn't written as YAML would write it, and begins to be
    /// at an offset of the file: it is appended, as a block scalar, and each of
    /// its bytes keeps its place.
    pub fn lines(&mut self, text: &Sourced, begins: usize) -> Made {
        let end = text.end();
        let mut block = Sourced::in_place_of("|\n".to_owned(), begins, begins);
        block.append(text);
        "\n.".chars().for_each(|char| block.push_from(char, end, end));
        let start = self.append(&block);
        let at = start..start + "|\n".len() + text.text.trim_end().len();
        let text = Some(Box::from(text.text.as_str()));
        self.add(at, Data::Scalar { style: Style::Literal, text, tag: Tag::None, indent: 0 })
    }

    fn scalar(&mut self, text: &str, style: Style, at: Range<usize>) -> Made {
        let kind = Data::Scalar { style, text: Some(Box::from(text)), tag: Tag::None, indent: 0 };
        self.add(at, kind)
    }

    pub fn seq(&mut self, items: &[Made], at: Range<usize>) -> Made {
        self.add(at, Data::Seq(items.iter().map(|item| item.0).collect()))
    }

    /// Keys and values in order.
    pub fn map(&mut self, entries: &[(Made, Made)], at: Range<usize>) -> Made {
        self.add(at, Data::Map(entries.iter().map(|(key, value)| (key.0, value.0)).collect()))
    }

    /// A node with all that is in it; unknown if it is of another text.
    pub fn copy(&mut self, node: &Node) -> Made {
        if !Arc::ptr_eq(&node.tree.text, &self.tree.text) {
            let start = Maker::at(node).start.min(self.tree.text.len());
            return self.unknown(start..start);
        }
        self.copy_moved(node, 0, false)
    }

    /// A node of a tree whose text was appended at an offset. Where that tree
    /// doesn't show all keys, each mapping says that it may have others.
    pub fn copy_appended(&mut self, node: &Node, offset: usize) -> Made {
        self.copy_moved(node, offset, node.tree.is_open())
    }

    fn copy_moved(&mut self, node: &Node, by: usize, open: bool) -> Made {
        let at = Maker::at(node);
        let at = at.start + by..at.end + by;
        let made = match &node.resolved().kind {
            Data::Scalar { style, tag, indent, .. } => {
                let text = node.raw().map(Box::from);
                self.add(at, Data::Scalar { style: *style, text, tag: *tag, indent: *indent })
            }
            Data::Alias(_) => self.unknown(at),
            Data::Seq(_) => {
                let items = node.items().map(|item| self.copy_moved(&item, by, open));
                let items: Vec<Made> = items.collect();
                self.seq(&items, at)
            }
            Data::Map(_) => {
                let mut entries: Vec<(Made, Made)> = Vec::new();
                for entry in node.entries() {
                    let key = self.copy_moved(&entry.key, by, open);
                    entries.push((key, self.copy_moved(&entry.value, by, open)));
                }
                if open {
                    let unseen = at.end..at.end;
                    entries.push((self.unknown(unseen.clone()), self.unknown(unseen)));
                }
                self.map(&entries, at)
            }
        };
        if let Some(hidden) = node.hidden() {
            let mut copy = |id: &u32| self.copy_moved(&node.at_id(*id), by, open).0;
            let pairs = hidden.pairs.iter().map(|(key, value)| (copy(key), copy(value))).collect();
            let items = hidden.items.iter().map(copy).collect();
            self.tree.hidden.insert(made.0, Hidden { pairs, items, unsure: hidden.unsure });
        }
        made
    }

    fn add(&mut self, at: Range<usize>, kind: Data) -> Made {
        let id = self.tree.nodes.len() as u32;
        let (start, end) = (at.start as u32, at.end.max(at.start) as u32);
        self.tree.nodes.push(NodeData { start, end, kind });
        Made(id)
    }

    /// Keys may exist that nobody sees.
    pub fn open(&mut self) {
        self.tree.open = true;
    }

    /// The tree of one document.
    pub fn finish(mut self, root: Made) -> Arc<Tree> {
        self.tree.docs.push(root.0);
        Arc::new(self.tree)
    }
}

#[cfg(test)]
mod tests {
    use super::super::parse;
    use super::*;
    use crate::text::FileId;

    #[test]
    fn copied_nodes_keep_their_places() {
        let text = "spec:\n  cniMultusEnable: true\n  cni: cilium\n  tlsSan: [\"a\\x62\", é]\n";
        let file = Arc::new(SourceFile::new(FileId(0), "a.yaml", text));
        let root = parse(&file).docs().next().expect("a document");
        let find = |path: &[&str]| root.at(path).found().expect("it is there");
        let (names, multus) = (find(&["spec", "tlsSan"]), find(&["spec", "cniMultusEnable"]));
        let mut maker = Maker::beside(&root);
        let key = maker.plain("tls-san", Maker::at(&names.key));
        let value = maker.copy(&names.value);
        let cni_key = maker.plain("cni", Maker::at(&multus.key));
        let cni = maker.text("multus", Maker::at(&multus.value));
        let all = maker.map(&[(key, value), (cni_key, cni)], Maker::at(&root));
        let made = maker.finish(all).docs().next().expect("a document");
        let slice = |node: &Node| file.slice(node.span()).to_owned();
        let made_names = made.get("tls-san").found().expect("it was made");
        assert_eq!(slice(&made_names.key), "tlsSan");
        let items: Vec<Node> = made_names.value.items().collect();
        assert_eq!(items.iter().map(Node::raw).collect::<Vec<_>>(), [Some("ab"), Some("é")]);
        assert_eq!(items.iter().map(slice).collect::<Vec<_>>(), ["\"a\\x62\"", "é"]);
        let second = items[0].part_span(1, 2);
        assert_eq!(file.slice(second), "\\x62");
        let entry = made.get("cni").found().expect("it was made");
        assert_eq!((entry.value.raw(), slice(&entry.value).as_str()), (Some("multus"), "true"));
    }

    #[test]
    fn another_text_is_unknown() {
        let file = |text: &str| Arc::new(SourceFile::new(FileId(0), "a.yaml", text));
        let root = |file| parse(&file).docs().next().expect("a document");
        let (one, other) = (root(file("a: 1\n")), root(file("b: 2\n")));
        let mut maker = Maker::beside(&one);
        let copy = maker.copy(&other);
        assert!(maker.finish(copy).docs().next().expect("a document").is_unknown());
    }
}
