//! Trees by example.

use super::*;
use crate::text::FileId;

fn tree(text: &str) -> Arc<Tree> {
    parse(&Arc::new(SourceFile::new(FileId(0), "a.yaml", text)))
}

fn scalars(node: &Node, found: &mut Vec<String>) {
    let file = node.tree().file();
    match node.kind() {
        Kind::Scalar => found.push(file.slice(node.span()).to_owned()),
        Kind::Seq => node.items().for_each(|item| scalars(&item, found)),
        Kind::Map => node.entries().for_each(|entry| {
            scalars(&entry.key, found);
            scalars(&entry.value, found);
        }),
    }
}

/// The source of each scalar, in order.
#[track_caller]
fn check(text: &str, expected: &[&str]) {
    let mut found = Vec::new();
    tree(text).docs().for_each(|doc| scalars(&doc, &mut found));
    assert_eq!(found, expected, "{text}");
}

/// The source of each scalar of the document in the value of the first key.
#[track_caller]
fn check_embedded(text: &str, expected: &[&str]) {
    let doc = tree(text).docs().next().expect("a document");
    let value = doc.entries().next().expect("an entry").value;
    let mut found = Vec::new();
    let inner = embed_yaml(&value).expect("a scalar");
    assert_eq!(inner.errors, []);
    inner.docs().for_each(|doc| scalars(&doc, &mut found));
    assert_eq!(found, expected, "{text}");
}

#[track_caller]
fn check_error(text: &str, at: &str, others: &[&str]) {
    let tree = tree(text);
    let error = tree.errors.first().expect("an error");
    let start = error.span.start as usize;
    assert!(text[start..].starts_with(at), "{:?} {}", &text[start..], error.message);
    let mut found = Vec::new();
    tree.docs().for_each(|doc| scalars(&doc, &mut found));
    for other in others {
        assert!(found.iter().any(|text| text == other), "{other} in {found:?}");
    }
}

#[test]
fn styles() {
    check("a: b c\nd: 'e''f'\ng: \"h\\n\"\n", &["a", "b c", "d", "'e''f'", "g", "\"h\\n\""]);
    check(
        "a: |-\n\n  b\n\nc: >2 # d\n    e\n  f\n",
        &["a", "|-\n\n  b", "c", ">2 # d\n    e\n  f"],
    );
    check("a:\nb: ~\n", &["a", "", "b", "~"]);
    check("a: {b: [c, 'd'], e}\n", &["a", "b", "c", "'d'", "e", ""]);
    check("- a\n- - b\n  - c: d\n", &["a", "b", "c", "d"]);
    check("\u{feff}é: ☕\r\n𐐷: x\r\n", &["é", "☕", "𐐷", "x"]);
    check("a: &x b\nc: *x\n? d\n: !!str 12\n", &["a", "b", "c", "*x", "d", "12"]);
    check("a: &x|y |\n  b\n", &["a", "|\n  b"]);
    check("a\n---\nb\n...\n---\nc\n", &["a", "b", "c"]);
}

#[test]
fn embedded_documents_lie_in_the_outer_file() {
    check_embedded("v: |\n\n  a: 1\n\n  # c\n  b: 'x'\n", &["a", "1", "b", "'x'"]);
    check_embedded("v: |2-\n    a: 1\n    b: é\n", &["a", "1", "b", "é"]);
    check_embedded("v: |\r\n  a: ☕\r\n  b: 2\r\n", &["a", "☕", "b", "2"]);
    check_embedded("v: \"a: 1\\nb: \\\"x\\\"\\n\"\n", &["a", "1", "b", "\\\"x\\\""]);
    check_embedded("v: 'a: ''x'''\n", &["a", "''x''"]);
    check_embedded("v: >\n  a: 1\n\n  b: 2\n", &["a", "1", "b", "2"]);
    check_embedded("v: a\n", &["a"]);
}

#[test]
fn documents_nest() {
    let tree = tree("v: |\n  w: |\n    a: \"b\\tc\"\n");
    let doc = tree.docs().next().expect("a document");
    let outer = embed_yaml(&doc.get("v").found().expect("v").value).expect("text");
    let doc = outer.docs().next().expect("a document");
    let inner = embed_yaml(&doc.get("w").found().expect("w").value).expect("text");
    let doc = inner.docs().next().expect("a document");
    let value = doc.get("a").found().expect("a").value;
    assert_eq!(value.raw(), Some("b\tc"));
    assert_eq!(tree.file().slice(value.span()), "\"b\\tc\"");
    assert_eq!(tree.file().slice(value.part_span(2, 3)), "c");
}

#[test]
fn an_error_costs_little() {
    check_error("a: 1\nb: : x\nc: 3\n---\nd: 4\n", ": x", &["a", "1", "c", "3", "d", "4"]);
    check_error("a: 1\nb: [1, 2\nc: 3\n", ":", &["a", "1", "c", "3"]);
    check_error("a: 1\nb: \"x\nc: 3\nd: 4\n", "\"x", &["a", "1"]);
    check_error("a: 1\nb:\n\tc: 2\nd: 3\n", "\t", &["a", "d"]);
    check_error("a: *b\nc: 1\n", "*b", &["a", "c", "1"]);
    check_error("a: 1\n  b: 2\nc: 3\n", ":", &["a", "c", "3"]);
}

#[test]
fn unknown_is_no_value() {
    let tree = tree("a: ${B}\nc: {{ d }}\n{{ more }}\ne: 1\n");
    assert_eq!(tree.errors, []);
    let doc = tree.docs().next().expect("a document");
    assert_eq!(doc.get("a").found().expect("a").value.as_str(), None);
    assert!(doc.get("c").found().expect("c").value.is_unknown());
    assert_eq!(doc.get("e").found().expect("e").value.as_str(), Some("1"));
    assert!(matches!(doc.get("f"), Lookup::Unknown));
}

#[test]
fn paths() {
    let tree = tree("a:\n  b: [x, {c: d}]\n");
    let doc = tree.docs().next().expect("a document");
    let at = |text: &str| {
        let start = tree.file().text.find(text).expect("a place");
        doc.path_to(Span::new(FileId(0), start, start + 1))
    };
    assert_eq!(at("x"), "a.b[0]");
    assert_eq!(at("d}"), "a.b[1].c");
}

#[test]
fn json_is_strict() {
    let tree = tree("v: |\n  {\"a\": [1,\n  2],}\n");
    let doc = tree.docs().next().expect("a document");
    let json = embed_json(&doc.get("v").found().expect("v").value).expect("text");
    let error = json.errors.first().expect("an error");
    assert_eq!(tree.file().slice(error.span), "}");
}

#[test]
fn an_empty_string_is_no_json_and_has_a_place() {
    let tree = tree("v: ''\n");
    let doc = tree.docs().next().expect("a document");
    let json = embed_json(&doc.get("v").found().expect("v").value).expect("text");
    assert_eq!(tree.file().slice(json.errors[0].span), "''");
}

#[test]
fn what_go_lets_pass() {
    check("a: b\n\u{feff}c: d\n", &["a", "b", "\u{feff}c", "d"]);
    let fine = |text: &str| assert_eq!(tree(text).errors, [], "{text}");
    check("a: 'b'#c\nd: [e]#f\ng: |#h\n  i\n", &["a", "'b'", "d", "e", "g", "|#h\n  i"]);
    fine("a: 'b'#c\nd: [e]#f\ng: |#h\n  i\n");
    check("a: {\n\t\"b\": 1,\n\t'c': 2\n\t}\n", &["a", "\"b\"", "1", "'c'", "2"]);
    fine("a: {\n\t\"b\": 1,\n\t'c': 2\n\t}\n");
    fine("a: \"it\\'s\"\n");
    let tree = tree("{{ a }}\nb: \"it\\'s {{ c }}\" # d\ne: \"it\\'s\"#f\n");
    let comments: Vec<_> = tree.comments.iter().map(|span| tree.file().slice(*span)).collect();
    assert_eq!(comments, ["# d", "#f"]);
    let doc = tree.docs().next().expect("a document");
    assert_eq!(doc.get("b").found().expect("b").value.raw(), Some("it's {{ c }}"));
    let value = doc.get("e").found().expect("e").value;
    assert_eq!(value.raw(), Some("it's"));
    assert_eq!(tree.file().slice(value.part_span(2, 4)), "\\'s");
}

#[test]
fn a_tab_outside_of_brackets_is_an_error() {
    check_error("a:\n\tb: 1\n", "\t", &[]);
    check_error("a: [1]\nb:\n\tc: 1\n", "\t", &["a", "1"]);
}

#[test]
fn one_error_for_each_document() {
    assert_eq!(tree("a: *b\nc: *d\n").errors.len(), 1);
    assert_eq!(tree("a: *b\nc: : d\n---\n*e\n").errors.len(), 2);
}

#[test]
fn an_alias_within_its_own_anchor_leads_nowhere() {
    check_error("a: &b [c, *b]\nd: 1\n", "*b", &["a", "c", "d", "1"]);
    check_error("&a b: {c: [*a]}\n---\n&d\ne: *d\n", "*d", &["b", "c", "*a", "e"]);
}

#[test]
fn laughs_lead_nowhere() {
    let laughs: String = (1..30)
        .map(|n| format!("a{n}: &a{n} [{}]\n", vec![format!("*a{}", n - 1); 9].join(", ")))
        .collect();
    let laughs = format!("a0: &a0 x\n{laughs}");
    let within = |text: String| {
        let tree = tree(&text);
        assert_eq!(tree.errors.len(), 1);
        let doc = tree.docs().next().expect("a document");
        assert!(doc.at(&["a29"]).found().expect("a29").value.items().all(|item| item.is_unknown()));
        tree.errors[0].message.clone()
    };
    assert_eq!(within(laughs.clone()), "document contains excessive aliasing");
    assert_ne!(within(format!("{laughs}b: : c\n")), "document contains excessive aliasing");
    let few = "a: &a [b, c]\nd: [*a, *a, *a]\n---\ne: &a f\ng: *a\n";
    assert_eq!(tree(few).errors, []);
}

#[test]
fn a_character_is_quoted_as_code() {
    assert_eq!(tree("a: 1\n```yaml\n").errors[0].message, "unexpected character: a backtick");
    assert_eq!(tree("a: @b\n").errors[0].message, "unexpected character: `@`");
}
