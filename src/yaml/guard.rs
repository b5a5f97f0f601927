//! What of a tree is there in a reading of its template: entries and items
//! under a condition that nobody knows are set apart.

use super::{
    Data, Tree,
    region::{Guard, Presence},
};

/// Of a mapping or a sequence, what may be there or not.
#[derive(Default, Debug)]
pub(super) struct Hidden {
    pub(super) pairs: Vec<(u32, u32)>,
    pub(super) items: Vec<u32>,
    /// Of what is there, something may be there several times; or the value of
    /// a key, a scalar, may not be there.
    pub(super) unsure: bool,
}

impl Hidden {
    fn is_empty(&self) -> bool {
        self.pairs.is_empty() && self.items.is_empty() && !self.unsure
    }
}

/// Splits each collection of a tree that was just built. `holder` is where the
/// string stands that the tree was parsed from.
pub(super) fn split(tree: &mut Tree, holder: Option<Guard>) {
    if tree.regions.is_empty() {
        return;
    }
    let docs = std::mem::take(&mut tree.docs);
    let alone = docs.len() == 1 && holder.is_none();
    let holder = holder.flatten();
    for doc in docs {
        let guard = if alone || holder.is_none() { document_guard(tree, doc) } else { holder };
        let presence = tree.regions.presence(holder, guard);
        match presence {
            _ if alone => {
                tree.conditional = guard.filter(|_| presence != Presence::Visible);
                tree.docs.push(doc);
            }
            Presence::Visible => tree.docs.push(doc),
            Presence::Hidden => tree.hidden_docs.push(doc),
            Presence::Impossible => {}
        }
        below(tree, doc, guard);
    }
}

/// The innermost branch that holds all of a document.
fn document_guard(tree: &Tree, doc: u32) -> Guard {
    let children: Vec<u32> = match &tree.data(doc).kind {
        Data::Map(pairs) => pairs.iter().map(|(key, _)| *key).collect(),
        Data::Seq(items) => items.clone(),
        Data::Scalar { .. } | Data::Alias(_) => vec![doc],
    };
    let mut guards = children.into_iter().map(|child| guard(tree, child));
    let first = guards.next().flatten();
    guards.fold(first, |common, guard| tree.regions.common(common, guard))
}

fn guard(tree: &Tree, id: u32) -> Guard {
    guard_at(tree, tree.data(id).start as usize)
}

fn guard_at(tree: &Tree, at: usize) -> Guard {
    tree.regions.guard(tree.map.outer(at, at + 1).0 as u32)
}

/// Where the dash of an item is, if nothing but blanks is between.
fn dash(tree: &Tree, item: u32) -> usize {
    let start = tree.data(item).start as usize;
    let before = tree.text.get(..start).unwrap_or("").trim_end();
    if before.ends_with('-') { before.len() - 1 } else { start }
}

fn below(tree: &mut Tree, root: u32, context: Guard) {
    let mut todo = vec![(root, context)];
    while let Some((id, context)) = todo.pop() {
        match std::mem::replace(&mut tree.nodes[id as usize].kind, Data::Alias(None)) {
            Data::Map(pairs) => {
                let mut kept = Vec::with_capacity(pairs.len());
                let mut hidden = Hidden::default();
                for (key, value) in pairs {
                    let guard = guard(tree, key);
                    match tree.regions.presence(context, guard) {
                        Presence::Visible => kept.push((key, value)),
                        Presence::Hidden => hidden.pairs.push((key, value)),
                        Presence::Impossible => continue,
                    }
                    veil(tree, value, guard);
                    todo.push((value, guard));
                }
                tree.nodes[id as usize].kind = Data::Map(kept);
                hide(tree, id, hidden);
            }
            Data::Seq(items) => {
                let mut kept = Vec::with_capacity(items.len());
                let mut hidden = Hidden::default();
                for item in items {
                    let guard = guard_at(tree, dash(tree, item));
                    match tree.regions.presence(context, guard) {
                        Presence::Visible => kept.push(item),
                        Presence::Hidden => hidden.items.push(item),
                        Presence::Impossible => continue,
                    }
                    hidden.unsure |= tree.regions.repeats(context, guard);
                    veil(tree, item, guard);
                    todo.push((item, guard));
                }
                tree.nodes[id as usize].kind = Data::Seq(kept);
                hide(tree, id, hidden);
            }
            kind => tree.nodes[id as usize].kind = kind,
        }
    }
}

/// A scalar that stands under another condition than its key.
fn veil(tree: &mut Tree, value: u32, context: Guard) {
    let node = tree.data(value);
    if node.start == node.end || !matches!(node.kind, Data::Scalar { .. } | Data::Alias(_)) {
        return;
    }
    let guard = guard(tree, value);
    if tree.regions.presence(context, guard) != Presence::Visible {
        hide(tree, value, Hidden { unsure: true, ..Hidden::default() });
    }
}

fn hide(tree: &mut Tree, id: u32, hidden: Hidden) {
    if !hidden.is_empty() {
        tree.hidden.insert(id, hidden);
    }
}

#[cfg(test)]
mod tests {
    use crate::{
        text::{FileId, SourceFile},
        yaml::{Kind, Lookup, Node, Reading, Tree, embed_yaml, parse_reading},
    };
    use std::sync::Arc;

    fn tree(text: &str, reading: &Reading) -> Arc<Tree> {
        let tree = parse_reading(&Arc::new(SourceFile::new(FileId(0), "a.yaml", text)), reading);
        assert_eq!(tree.errors, [], "{text}");
        assert!(!tree.unbalanced, "{text}");
        tree
    }

    /// As flow YAML, what may be there or not with a `?`.
    fn show(node: &Node) -> String {
        let entry = |sign: &str, entry: super::super::Entry| {
            format!("{sign}{}: {}", entry.key.raw().unwrap_or(""), show(&entry.value))
        };
        match node.kind() {
            Kind::Scalar if node.is_unknown() => "?".to_owned(),
            Kind::Scalar => node.raw().unwrap_or("").to_owned(),
            Kind::Seq => {
                let mut items: Vec<String> = node.items().map(|item| show(&item)).collect();
                items.extend(node.is_unknown().then(|| "?".to_owned()));
                format!("[{}]", items.join(", "))
            }
            Kind::Map => {
                let visible = node.entries().map(|it| entry("", it));
                let hidden = node.hidden_entries().map(|it| entry("?", it));
                format!("{{{}}}", visible.chain(hidden).collect::<Vec<_>>().join(", "))
            }
        }
    }

    /// In the base reading, then in that of each branch.
    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let base = tree(text, &Reading::default());
        let mut found = vec![all(&base)];
        for branch in 0..base.branches().len() {
            found.push(all(&tree(text, &base.reading(branch))));
        }
        assert_eq!(found, expected, "{text}");
    }

    fn all(tree: &Arc<Tree>) -> String {
        tree.docs().map(|doc| show(&doc)).collect::<Vec<_>>().join(" --- ")
    }

    #[test]
    fn entries() {
        check(
            "a: 1\n{% if x %}\nb: 2\n{% else %}\nb: 3\n{% endif %}\n",
            &["{a: 1, ?b: 2, ?b: 3}", "{a: 1, b: 2}", "{a: 1, b: 3}"],
        );
        check(
            "{{ if x }}\na: 1\n{{ if y }}\nb: 2\n{{ end }}\n{{ end }}\nc: 3\n",
            &["{c: 3, ?a: 1, ?b: 2}", "{a: 1, c: 3, ?b: 2}", "{a: 1, b: 2, c: 3}"],
        );
        check(
            "a:\n%{ if x ~}\n  b: 1\n%{ endif ~}\n  c: 2\n",
            &["{a: {c: 2, ?b: 1}}", "{a: {b: 1, c: 2}}"],
        );
        check(
            "a: 1\n{% for x in y %}\nb: {{ x }}\n{% else %}\nc: 1\n{% endfor %}\n",
            &["{a: 1, ?b: ?, ?c: 1}", "{a: 1, b: ?}", "{a: 1, c: 1}"],
        );
    }

    #[test]
    fn elif_and_case() {
        check(
            "a: 1\n{% if x %}\nb: 2\n{% elif y %}\nb: 3\n{% endif %}\n",
            &["{a: 1, ?b: 2, ?b: 3}", "{a: 1, b: 2}", "{a: 1, b: 3}"],
        );
        check(
            "a: 1\n<% case x -%>\n<% when 1 -%>\nb: 2\n<% when 2 -%>\nb: 3\n<% end -%>\n",
            &["{a: 1, ?b: 2, ?b: 3}", "{a: 1, b: 2}", "{a: 1, b: 3}"],
        );
    }

    #[test]
    fn items() {
        check("a:\n- b\n{% if x %}\n- c\n{% endif %}\n", &["{a: [b, ?]}", "{a: [b, c]}"]);
        check("a:\n{% for x in y %}\n- c\n{% endfor %}\n", &["{a: [?]}", "{a: [c, ?]}"]);
        check(
            "a:\n- b: 1\n{% if x %}\n  c: 2\n{% endif %}\n",
            &["{a: [{b: 1, ?c: 2}]}", "{a: [{b: 1, c: 2}]}"],
        );
        check(
            "a:\n-\n{% if x %}\n  b: 1\n{% endif %}\n  c: 2\n",
            &["{a: [{c: 2, ?b: 1}]}", "{a: [{b: 1, c: 2}]}"],
        );
    }

    #[test]
    fn scalars_that_a_branch_chooses() {
        check("a:\n{% if x %}\n  b\n{% endif %}\n", &["{a: ?}", "{a: b}"]);
        check(
            "a:\n{% if x %}\n  b\n{% else %}\n  c\n{% endif %}\n",
            &["{a: ?}", "{a: ?}", "{a: ?}"],
        );
        check("a: |\n  b\n  {% if x %}\n  c\n  {% endif %}\n", &["{a: ?}", "{a: ?}"]);
        check("a: b{% if x %}c{% endif %}\n", &["{a: ?}", "{a: ?}"]);
    }

    #[test]
    fn a_condition_has_one_value() {
        check(
            "a: 1\n{% if x %}\nb: 2\n{% endif %}\n{% if x %}\nc: 3\n{% else %}\nd: 4\n{% endif %}\n",
            &[
                "{a: 1, ?b: 2, ?c: 3, ?d: 4}",
                "{a: 1, b: 2, c: 3}",
                "{a: 1, b: 2, c: 3}",
                "{a: 1, d: 4}",
            ],
        );
    }

    #[test]
    fn documents() {
        let text = "a: 1\n{{ if .x }}\n---\nb: 2\n{{ end }}\n";
        check(text, &["{a: 1}", "{a: 1} --- {b: 2}"]);
        let hidden = tree(text, &Reading::default());
        assert_eq!(hidden.hidden_docs().map(|doc| show(&doc)).collect::<Vec<_>>(), ["{b: 2}"]);
        check("{{ if .x }}\na: 1\n---\n{{ end }}\nb: 2\n", &["{b: 2}", "{a: 1} --- {b: 2}"]);
    }

    #[test]
    fn a_document_alone_is_there() {
        let text = "{{ if .x }}\na: 1\n{{ if .y }}\nb: 2\n{{ end }}\n{{ end }}\n";
        check(text, &["{a: 1, ?b: 2}", "{a: 1, ?b: 2}", "{a: 1, b: 2}"]);
        let base = tree(text, &Reading::default());
        assert_eq!(base.condition(), Some(0));
        assert_eq!(tree(text, &base.reading(0)).condition(), None);
    }

    #[test]
    fn strings_that_are_documents() {
        let text = "v: |\n  a: 1\n  {% if x %}\n  b: 2\n  {% endif %}\n  c: 3\n";
        let inner = |tree: &Arc<Tree>| {
            let value = tree.docs().next().expect("a document").get("v").found().expect("v").value;
            embed_yaml(&value).expect("a string")
        };
        let base = tree(text, &Reading::default());
        assert_eq!(all(&inner(&base)), "{a: 1, c: 3, ?b: 2}");
        let taken = inner(&tree(text, &base.reading(0)));
        assert_eq!(all(&taken), "{a: 1, b: 2, c: 3}");
        let entry = taken.docs().next().and_then(|doc| doc.get("c").found()).expect("c");
        assert_eq!(entry.value.span().start as usize, text.rfind('3').expect("3"));
    }

    #[test]
    fn what_is_hidden_is_unknown() {
        let text = "a: 1\n{% if x %}\na: 2\n{% endif %}\nb: 3\n";
        let doc = tree(text, &Reading::default()).docs().next().expect("a document");
        assert!(matches!(doc.get("a"), Lookup::Unknown));
        assert!(matches!(doc.get("b"), Lookup::Found(_)));
        assert!(matches!(doc.get("c"), Lookup::Absent));
    }

    #[test]
    fn a_statement_alone_belongs_to_nothing() {
        for text in ["{% if x %}\na: 1\n", "a: 1\n{{ end }}\n", "{% else %}\na: 1\n"] {
            let file = Arc::new(SourceFile::new(FileId(0), "a.yaml", text));
            assert!(parse_reading(&file, &Reading::default()).unbalanced, "{text}");
        }
    }
}
