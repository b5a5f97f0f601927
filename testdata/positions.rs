//! Places of keys and scalars, against documents that were written with the
//! place of each known, through strings that are documents.

use crate::generate::{Scalar, Shape, Stream, Tree, stream};
use arbtest::arbtest;
use rke2lint::{
    text::{FileId, SourceFile},
    yaml::{Kind, Node, embed_yaml, parse},
};
use std::{ops::Range, sync::Arc};

/// Streams for each test; 20,000 of each have passed.
const STREAMS: u64 = 3_000;

/// Bytes of randomness for one stream.
const SIZES: Range<u64> = 8..1500;

/// From a range of a string to one of the file.
type Outer<'a> = &'a dyn Fn(&Range<usize>) -> Range<usize>;

/// The same streams on each run; `minimize` behind `seed` makes one smaller.
#[track_caller]
pub(crate) fn each_stream(count: u64, shape: Shape, check: impl Fn(&Stream)) {
    for number in 0..count {
        let size = SIZES.start + number * 37 % (SIZES.end - SIZES.start);
        let search = arbtest(|random| {
            check(&stream(random, shape, false)?);
            Ok(())
        });
        search.seed(number << 32 | size).run();
    }
}

fn check_stream(stream: &Stream) {
    let file = Arc::new(SourceFile::new(FileId(0), "a.yaml", stream.text.as_str()));
    let tree = parse(&file);
    Check { whole: &stream.text }.tree(&tree, stream, &|range| range.clone());
}

struct Check<'a> {
    /// For messages.
    whole: &'a str,
}

impl Check<'_> {
    fn tree(&self, tree: &Arc<rke2lint::yaml::Tree>, stream: &Stream, outer: Outer) {
        assert_eq!(tree.errors, [], "{:?}\nin {:?}", stream.text, self.whole);
        let comments: Vec<_> = tree.comments.iter().map(|span| span.range()).collect();
        let expected: Vec<_> = stream.comments.iter().map(outer).collect();
        assert_eq!(comments, expected, "comments of {:?}\nin {:?}", stream.text, self.whole);
        let docs: Vec<Node> = tree.docs().collect();
        assert_eq!(docs.len(), stream.docs.len(), "{:?}", self.whole);
        for (node, expected) in docs.iter().zip(&stream.docs) {
            self.node(node, expected, outer);
        }
    }

    fn node(&self, node: &Node, expected: &Tree, outer: Outer) {
        let kind = |expected| assert_eq!(node.kind(), expected, "{node:?} in {:?}", self.whole);
        let span = node.span();
        match expected {
            Tree::Alias(place, target) => {
                assert!(node.is_alias(), "{node:?} in {:?}", self.whole);
                self.same(span.range(), outer(place), "alias");
                match &**target {
                    Tree::Scalar(scalar) => assert_eq!(node.raw(), Some(&*scalar.text)),
                    Tree::Seq(_, items) => assert_eq!(node.items().count(), items.len()),
                    Tree::Map(_, entries) => assert_eq!(node.entries().count(), entries.len()),
                    Tree::Alias(..) => unreachable!("an alias has no anchor"),
                }
            }
            Tree::Scalar(scalar) => {
                kind(Kind::Scalar);
                self.scalar(node, scalar, outer);
            }
            Tree::Seq(brackets, items) => {
                kind(Kind::Seq);
                if let Some(brackets) = brackets {
                    self.same(span.range(), outer(brackets), "brackets");
                }
                let found: Vec<Node> = node.items().collect();
                assert_eq!(found.len(), items.len(), "{node:?} in {:?}", self.whole);
                for (item, expected) in found.iter().zip(&**items) {
                    assert!(span.contains(item.span()), "{item:?} of {node:?} in {:?}", self.whole);
                    self.node(item, expected, outer);
                }
            }
            Tree::Map(brackets, entries) => {
                kind(Kind::Map);
                if let Some(brackets) = brackets {
                    self.same(span.range(), outer(brackets), "braces");
                }
                let found: Vec<_> = node.entries().collect();
                assert_eq!(found.len(), entries.len(), "{node:?} in {:?}", self.whole);
                for (entry, (key, value)) in found.iter().zip(&**entries) {
                    let inside =
                        span.contains(entry.key.span()) && span.contains(entry.value.span());
                    assert!(inside, "{entry:?} of {node:?} in {:?}", self.whole);
                    let order = entry.key.span().end <= entry.value.span().start;
                    assert!(order, "{entry:?} in {:?}", self.whole);
                    self.node(&entry.key, key, outer);
                    self.node(&entry.value, value, outer);
                }
            }
        }
    }

    fn scalar(&self, node: &Node, expected: &Scalar, outer: Outer) {
        assert_eq!(node.style(), Some(expected.style), "{node:?} in {:?}", self.whole);
        assert_eq!(node.raw(), Some(&*expected.text), "in {:?}", self.whole);
        let found = node.span().range();
        match expected.span.is_empty() {
            true => {
                // Behind the key, or behind its colon.
                let at = expected.span.start;
                let around = outer(&(at - 1..at));
                let near = around.start <= found.start && found.end <= around.end;
                assert!(found.is_empty() && near, "{found:?} for {around:?} in {:?}", self.whole);
            }
            false => self.same(found, outer(&expected.span), &expected.text),
        }
        let within = |range: &Range<usize>| {
            outer(&(expected.map[range.start].start..expected.map[range.end - 1].end))
        };
        for word in expected.words() {
            let found = node.part_span(word.start, word.end).range();
            self.same(found, within(&word), &expected.text[word.clone()]);
        }
        if let Some(inner) = &expected.inner {
            let tree = embed_yaml(node).expect("a scalar has a text");
            self.tree(&tree, inner, &within);
        }
    }

    fn same(&self, found: Range<usize>, expected: Range<usize>, what: &str) {
        let shown = |range: &Range<usize>| self.whole.get(range.clone()).unwrap_or("?").to_owned();
        assert_eq!(
            (&found, shown(&found)),
            (&expected, shown(&expected)),
            "{what:?} in {:?}",
            self.whole
        );
    }
}

#[test]
fn keys_and_scalars() {
    each_stream(STREAMS, Shape { depth: 4, embedded: 0, flat: false }, check_stream);
}

#[test]
fn embedded_documents() {
    each_stream(STREAMS, Shape { depth: 3, embedded: 2, flat: false }, check_stream);
}
