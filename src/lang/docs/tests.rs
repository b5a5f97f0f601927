//! Blocks of pages, and the place of each of their words.

use super::*;
use crate::text::{FileId, SourceFile};

/// Each block as its language, its notes, its content.
#[track_caller]
fn check(page: &str, found: Vec<Block>, expected: &[(&str, &str, &str)]) {
    let shown: Vec<(&str, &str, &str)> =
        found.iter().map(|block| (&*block.language, &*block.notes, &*block.content.text)).collect();
    assert_eq!(shown, expected, "{page}");
    let file = SourceFile::new(FileId(0), "a.md", page);
    for block in &found {
        let text = &block.content.text;
        let mut at = 0;
        for word in text.split(|char: char| !char.is_alphanumeric() && char != '-') {
            let place = block.content.slice(at, at + word.len()).span(&file);
            assert_eq!(file.slice(place), word, "{page}");
            at += word.len() + text[at + word.len()..].chars().next().map_or(0, char::len_utf8);
        }
    }
}

#[track_caller]
fn check_markdown(page: &str, expected: &[(&str, &str, &str)]) {
    check(page, markdown(&Sourced::verbatim(page, 0)), expected);
}

#[track_caller]
fn check_asciidoc(page: &str, expected: &[(&str, &str, &str)]) {
    check(page, asciidoc(&Sourced::verbatim(page, 0)), expected);
}

#[test]
fn fences() {
    check_markdown("Text:\n```yaml\na: 1\n\n  b: é\n```\n", &[("yaml", "", "a: 1\n\n  b: é\n")]);
    check_markdown(
        "~~~~ YAML title=\"x.yaml\"\na: 1\n```\n~~~~\n",
        &[("yaml", "title=\"x.yaml\"", "a: 1\n```\n")],
    );
    check_markdown(
        "```\na: 1\n```\n```yaml {2}\nb: 1\n```\n",
        &[("", "", "a: 1\n"), ("yaml", "{2}", "b: 1\n")],
    );
    check_markdown("```yaml\r\na: 1\r\nb: 2\r\n```\r\n", &[("yaml", "", "a: 1\nb: 2\n")]);
    check_markdown("    a: 1\n\nb\n", &[]);
}

#[test]
fn fences_in_lists_quotes_and_tabs() {
    check_markdown(
        "1. Do:\n\n   ```yaml\n   a:\n     b: 1\n   ```\n",
        &[("yaml", "", "a:\n  b: 1\n")],
    );
    check_markdown("> ```yaml\n> a:\n>   b: 1\n> ```\n", &[("yaml", "", "a:\n  b: 1\n")]);
    check_markdown(
        "<Tabs>\n<TabItem value=\"x\">\n```yaml\na: <b>\n```\n</TabItem>\n</Tabs>\n",
        &[("yaml", "", "a: <b>\n")],
    );
    check_markdown(
        "=== \"Server\"\n\n    ```yaml\n    a:\n      b: 1\n    ```\n",
        &[("yaml", "", "a:\n  b: 1\n")],
    );
    check_markdown(":::note\n```yaml\na: 1\n```\n:::\n", &[("yaml", "", "a: 1\n")]);
}

#[test]
fn what_stands_before() {
    let page = "# Top\n\n## Server\n\nWrite `/etc/x`:\n\n```yaml\na: 1\n```\n\n### Next\n\n\
                1. Then `/y`:\n   ```yaml\n   b: 1\n   ```\n";
    let found = markdown(&Sourced::verbatim(page, 0));
    let shown: Vec<(&str, &str, &str)> = found
        .iter()
        .map(|block| (block.before.text.trim(), &*block.heading, &page[block.span.clone()][..7]))
        .collect();
    assert_eq!(
        shown,
        [("Write `/etc/x`:", "Server", "```yaml"), ("1. Then `/y`:", "Next", "```yaml"),]
    );
}

#[test]
fn listings() {
    check_asciidoc("[,yaml]\n----\na: 1\n\nb: [1]\n----\n", &[("yaml", "", "a: 1\n\nb: [1]\n")]);
    check_asciidoc(
        ".config.yaml\n[source, yaml,linenums]\n----\na: 1 # <1>\nb: 2 <2> <3>\n----\n",
        &[("yaml", "config.yaml", "a: 1 #\nb: 2\n")],
    );
    check_asciidoc("[source,yaml]\na: 1\nb: 2\n\nc\n", &[("yaml", "", "a: 1\nb: 2\n")]);
    check_asciidoc(
        "[,yaml,subs=\"attributes\"]\n----\na: {x-y}\nb: {c: 1}\n----\n",
        &[("yaml", "", "a: ${x-y}\nb: {c: 1}\n")],
    );
    check_asciidoc("[,yaml]\n----\na: {x}\n----\n", &[("yaml", "", "a: {x}\n")]);
    check_asciidoc(
        "----\na\n----\n....\nb\n....\n////\n----\nc\n----\n////\n",
        &[("", "", "a\n"), ("", "", "b\n")],
    );
    check_asciidoc("* x\n+\n[,yaml]\n----\na: 1\r\n----\n", &[("yaml", "", "a: 1\r\n")]);
    check_asciidoc("```yaml\na: 1\n```\n", &[("yaml", "", "a: 1\n")]);
    check_asciidoc("[,yaml]\n----\na: 1", &[("yaml", "", "a: 1")]);
    check_asciidoc("----", &[("", "", "")]);
}

#[test]
fn what_stands_before_a_listing() {
    let page = "== Server\n\nWrite `/etc/x`:\n\n[,yaml]\n----\na: 1\n----\n";
    let found = asciidoc(&Sourced::verbatim(page, 0));
    assert_eq!(found[0].before.text, "Write `/etc/x`:");
    assert_eq!(found[0].heading, "Server");
    assert_eq!(&page[found[0].span.clone()], "[,yaml]\n----\na: 1\n----\n");
    let page = "[,yaml]\n----\ninclude::x.yaml[]\na: 1\n----\n";
    let found = asciidoc(&Sourced::verbatim(page, 0));
    assert_eq!(found[0].content.text, "${unknown}\na: 1\n");
}
