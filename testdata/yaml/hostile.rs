//! Files that were written to do harm: none of them may bring us down, or
//! take longer than it takes to read them a few times.

use rke2lint::{
    text::{FileId, SourceFile},
    yaml::{Kind, Node, Tree, embed_json, embed_yaml, parse},
};
use std::sync::Arc;

/// Of bytes. What takes time with the square of its length takes minutes.
const MANY: usize = 1 << 19;

fn tree(text: &str) -> Arc<Tree> {
    parse(&Arc::new(SourceFile::new(FileId(0), "a.yaml", text)))
}

/// How many nodes there are to somebody who follows aliases, as rules do.
fn walk(node: &Node) -> usize {
    assert!(node.tree().span().contains(node.span()), "{:?} lies outside", node.span());
    match node.kind() {
        Kind::Scalar => 1,
        Kind::Seq => 1 + node.items().map(|item| walk(&item)).sum::<usize>(),
        Kind::Map => 1 + node.entries().map(|e| walk(&e.key) + walk(&e.value)).sum::<usize>(),
    }
}

/// Reads all there is, and returns how many documents and errors there are.
#[track_caller]
fn check(text: &str) -> (usize, usize) {
    let tree = tree(text);
    let nodes: usize = tree.docs().map(|doc| walk(&doc)).sum();
    assert!(nodes <= 2 * text.len() + 2, "{nodes} nodes of {} bytes", text.len());
    let all = tree.span();
    for error in &tree.errors {
        assert!(all.contains(error.span), "{error:?}");
        assert!(tree.file().text.get(error.span.range()).is_some(), "{error:?}");
    }
    for comment in &tree.comments {
        assert!(tree.file().slice(*comment).starts_with('#'), "{comment:?}");
    }
    (tree.docs().count(), tree.errors.len())
}

#[test]
fn nesting_ends_in_an_error() {
    for deep in ["[", "{a: ", "- ", "? ", "[{a: ", "- ? ", "[[{", "{? ", "!a [", "&a [", "'a': {"] {
        let (_, errors) = check(&deep.repeat(10_000));
        assert!(errors > 0, "{deep}");
    }
    let steps: String = (0..1_000).map(|n| format!("{}a:\n", " ".repeat(n))).collect();
    assert!(check(&steps).1 > 0);
    let closed = format!("{}{}", "[".repeat(200), "]".repeat(200));
    assert_eq!(check(&closed), (1, 0));
}

#[test]
fn strings_in_strings_end() {
    let mut text = "a: 1\n".to_owned();
    for _ in 0..200 {
        let lines: String = text.lines().map(|line| format!(" {line}\n")).collect();
        text = format!("v: |\n{lines}");
    }
    let mut node = tree(&text).docs().next().expect("a document");
    let mut depth = 0;
    while let Some(entry) = node.get("v").found() {
        let inner = embed_yaml(&entry.value).expect("a string");
        node = inner.docs().next().expect("a document");
        depth += 1;
    }
    assert_eq!(depth, 200);
    let place = node.get("a").found().expect("a").value.span();
    assert_eq!(node.tree().file().slice(place), "1");
}

#[test]
fn laughs() {
    let line = |n: usize| format!("a{n}: &a{n} [{}]\n", vec![format!("*a{}", n - 1); 9].join(", "));
    let laughs: String = (1..1_000).map(line).collect();
    assert_eq!(check(&format!("a0: &a0 x\n{laughs}")), (1, 1));
    assert_eq!(check("a: &a [*a, &b {c: *b, *a : d}]\n"), (1, 1));
    assert_eq!(check(&"*a\n---\n".repeat(2_000)), (2_001, 2_000));
}

#[test]
fn long_lines() {
    let json = "{\"b\": \"c\", \"d\": [1, 2]}, ".repeat(MANY / 25);
    assert_eq!(check(&format!("{{\"a\": [{json}1]}}")), (1, 0));
    assert_eq!(check(&format!("v: '{{\"a\": [{json}1]}}'")), (1, 0));
    assert_eq!(check(&format!("a: {}\n", "b ".repeat(MANY))), (1, 0));
    assert_eq!(check(&format!("a: \"{}\"\n", "\\u00e9".repeat(MANY / 6))), (1, 0));
    assert_eq!(check(&format!("a: [{}]\n", "${b}, ".repeat(MANY / 6))), (1, 0));
    assert_eq!(check(&format!("a: [{}]\n", "{x: }, ".repeat(MANY / 7))), (1, 0));
}

#[test]
fn many_lines() {
    assert_eq!(check(&"# comment\n".repeat(MANY)), (0, 0));
    assert_eq!(check(&"\n".repeat(MANY)), (0, 0));
    assert_eq!(check(&format!("a:\n{}b: 1\n", "  # c\n".repeat(MANY / 6))), (1, 0));
    assert_eq!(check(&"-\n".repeat(MANY / 8)), (1, 0));
    assert_eq!(check(&"- |\n".repeat(MANY / 16)), (1, 0));
    assert_eq!(check(&format!("- |\n{}", "\n".repeat(MANY))), (1, 0));
    assert_eq!(check(&"---\n".repeat(MANY / 16)), (MANY / 16, 0));
}

#[test]
fn many_errors() {
    for line in
        ["---\n: : a\n", "---\n{\n", "- 'a'#b\n", "a: \"\\'\"#b\n", "- &a *a\n", ": - : -\n"]
    {
        check(&line.repeat(2_000));
    }
    assert_eq!(check(&format!("a: [\n{}]\n", "\t1,\n\t".repeat(20_000))), (1, 0));
}

#[test]
fn markers_that_never_end() {
    for opener in ["{{", "{%", "{#", "${", "%{", "{{{", "{{é", "{{\":"] {
        check(&opener.repeat(MANY / 8));
        check(&format!("a: '{}'\n", opener.repeat(MANY / 8)));
    }
    check(&"{{ if a }}\n".repeat(MANY / 11));
}

#[test]
fn odd_characters() {
    let odd = [
        "\r",
        "\r\r",
        "\u{85}",
        "\u{2028}",
        "\u{2029}",
        "\0",
        "\u{7}",
        "\u{b}",
        "\u{c}",
        "\u{1b}",
        "\u{7f}",
        "\u{a0}",
        "\u{feff}",
        "\u{fffe}",
        "\u{ffff}",
        "\u{200b}",
        "\u{202e}",
        "\u{10ffff}",
        "\t",
    ];
    let places = [
        "@",
        "@a: b\n",
        "a@: b\n",
        "a:@b\n",
        "a: @b\n",
        "a: b@c\n",
        "a: b@\n",
        "a: b\n@c: d\n",
        "a: '@'\n",
        "a: 'b@c'\n",
        "a: \"@\"\n",
        "a: \"\\@\"\n",
        "a: \"\\x4@\"\n",
        "a: \"\\u00@\"\n",
        "a: |\n@b\n",
        "a: |\n  @b\n",
        "a: |\n  b@\n",
        "a: |@\n  b\n",
        "a: >\n  b@\n  c\n",
        "[@]\n",
        "[a@, b]\n",
        "{a@: b}\n",
        "{@}\n",
        "- @\n",
        "-@a\n",
        "# @\n",
        "#@\na: b\n",
        "&@ a\n",
        "*@\n",
        "!@ a\n",
        "!<@> a\n",
        "%@\n",
        "---@\n",
        "--- @\n",
        "...@\n",
        "? @\n: @\n",
        "a: {{ @ }}\n",
        "{{ @ }}\n",
        "a: ${@}\n",
    ];
    for odd in odd {
        for place in places {
            let text = place.replace('@', odd);
            check(&text);
            let quoted = serde_json::to_string(&text).expect("a string");
            let outer = tree(&format!("v: {quoted}\n"));
            let Some(doc) = outer.docs().next() else { continue };
            let Some(entry) = doc.get("v").found() else { continue };
            for inner in [embed_yaml(&entry.value), embed_json(&entry.value)] {
                let inner = inner.expect("a string");
                inner.docs().for_each(|doc| {
                    walk(&doc);
                });
            }
        }
    }
}

#[test]
fn half_a_file() {
    let text = "a: &b \"c\\u00e9\\\"\n  d\" # e\nf:\n- |2-\n    é\n\n- {{ g }}\n- {h: ['i''', *b], !!str j: \"\\x41\"}\n\
                ? k\n: >+\n  ☕\n\n...\n%YAML 1.1\n---\n${l}: 'm\n\n  𐐷'\n";
    for (at, _) in text.char_indices() {
        check(&text[..at]);
        check(&text[at..]);
        let mut less = text.to_owned();
        less.remove(at);
        check(&less);
    }
}
