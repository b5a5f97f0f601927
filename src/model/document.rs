//! Blocks of documentation that show a file of RKE2's, or a script.
//!
//! A page shows alternatives and parts, so each block is a cluster of its own,
//! and what a configuration doesn't show is unknown.

use super::{
    carrier::{Carried, Carrier, Container, Content},
    path,
};
use crate::{
    lang::{
        docs::{self, Block},
        shell::UNKNOWN,
    },
    yaml::Sourced,
};

/// Documentation, which is read only if it is asked for.
pub fn is_page(path: &str) -> bool {
    is_markdown(path) || is_asciidoc(path)
}

fn is_markdown(path: &str) -> bool {
    [".md", ".mdx", ".markdown"].iter().any(|end| path.ends_with(end))
}

fn is_asciidoc(path: &str) -> bool {
    [".adoc", ".asciidoc"].iter().any(|end| path.ends_with(end))
}

pub(super) fn carried(container: &Container<'_>) -> Vec<Carried> {
    let blocks = if is_markdown(container.path) {
        docs::markdown(container.text)
    } else if is_asciidoc(container.path) {
        docs::asciidoc(container.text)
    } else {
        return Vec::new();
    };
    blocks.into_iter().filter_map(|block| of_block(container, block)).collect()
}

fn of_block(container: &Container<'_>, block: Block) -> Option<Carried> {
    let line = container.source.line(u32::try_from(block.span.start).unwrap_or(u32::MAX)) + 1;
    let name = format!("line-{line}");
    let shell = ["bash", "sh", "shell", "console"].contains(&&*block.language);
    let yaml = ["", "yaml", "yml"].contains(&&*block.language);
    let path = if shell {
        "/block.sh".to_owned()
    } else if yaml {
        named_path(&block).unwrap_or("/block.yaml".to_owned())
    } else {
        return None;
    };
    let part = path.contains("etc/rancher/rke2/") || path == "/block.yaml";
    let objects = block.content.text.contains("apiVersion:");
    let content = if part && !objects { opened(&block.content) } else { block.content };
    Some(Carried {
        path: container.inside(&name, &path),
        content: Content::Text(content),
        carrier: Carrier::new("docs", block.heading).alone(container, &name),
    })
}

/// A part of something: keys may exist that it doesn't show.
fn opened(content: &Sourced) -> Sourced {
    let mut open = Sourced::empty(content.start());
    UNKNOWN.chars().chain(['\n']).for_each(|char| open.push_at(char, content.start()));
    open.append(content);
    open
}

/// The path that the block's first comment, its title or the text before it
/// names.
fn named_path(block: &Block) -> Option<String> {
    let first = block.content.text.lines().next().unwrap_or("");
    let comment = first.trim_start().strip_prefix('#').unwrap_or("");
    [comment, &block.notes, &block.before.text].iter().find_map(|text| path_in(text))
}

/// The last path of RKE2's in a text.
fn path_in(text: &str) -> Option<String> {
    let is_path = |char: char| char.is_ascii_alphanumeric() || "/._-".contains(char);
    let mut words = text.split(|char| !is_path(char)).map(|word| word.trim_end_matches('.'));
    let ours = |word: &&str| word.contains("rancher/rke2/") && path::is_yaml(word);
    words.rfind(ours).map(|word| format!("/{}", word.trim_start_matches('/')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_in_prose() {
        let check = |text: &str, expected: Option<&str>| {
            assert_eq!(path_in(text).as_deref(), expected, "{text}");
        };
        check("Create `/etc/rancher/rke2/config.yaml`:", Some("/etc/rancher/rke2/config.yaml"));
        check(
            "in /etc/rancher/rke2/config.yaml.d/1.yaml.",
            Some("/etc/rancher/rke2/config.yaml.d/1.yaml"),
        );
        check("see [docs](https://x.io/rke2/config.yaml)", None);
        check("Restart RKE2.", None);
    }
}
