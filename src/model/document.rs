//! Blocks of documentation that show a file of RKE2's, a script, or a module of
//! Terraform's.
//!
//! A page shows alternatives and parts, so each block is a cluster of its own,
//! and what a configuration doesn't show is unknown.

use super::{
    carrier::{Carried, Carrier, Container, Content},
    config_file::ConfigFile,
    path,
};
use crate::{
    lang::{
        docs::{self, Block},
        shell::UNKNOWN,
    },
    yaml::{self, Sourced},
};
use std::collections::BTreeSet;

/// Where a block lies that nothing names.
const NAMELESS: &str = "/block.yaml";

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
    let hcl = ["hcl", "terraform", "tf"].contains(&&*block.language);
    let path = if shell {
        "/block.sh".to_owned()
    } else if hcl {
        "/block.tf".to_owned()
    } else if yaml {
        named_path(&block).unwrap_or(NAMELESS.to_owned())
    } else {
        return None;
    };
    let part = path.contains("etc/rancher/rke2/") || path == NAMELESS;
    let objects = block.content.text.contains("apiVersion:");
    let content = if part && !objects { opened(&block.content) } else { block.content };
    if yaml && !objects && !may_be_ours(container, &path, &content) {
        return None;
    }
    Some(Carried {
        path: container.inside(&name, &path),
        content: Content::Text(content),
        carrier: Carrier::new("docs", block.heading).alone(container, &name),
    })
}

/// Whether a block is one of RKE2's by what it holds, and one text: the folder
/// of a page says little, and a key that is there twice is one before a change
/// and after it.
fn may_be_ours(container: &Container<'_>, path: &str, content: &Sourced) -> bool {
    let tree = yaml::parse_text(container.source, content);
    let lists = ["write_files:", "storage:"].iter().any(|key| content.text.contains(key));
    let Some(first) = tree.docs().next() else { return lists };
    let mut keys = BTreeSet::new();
    let mut names = first.entries().filter_map(|entry| entry.key.raw().map(str::to_owned));
    let once = names.all(|key| keys.insert(key));
    lists || once && ConfigFile::of(path, &first, false).is_some()
}

/// A part of something: keys may exist that it doesn't show.
pub(super) fn opened(content: &Sourced) -> Sourced {
    let mut open = Sourced::empty(content.start());
    UNKNOWN.chars().chain(['\n']).for_each(|char| open.push_at(char, content.start()));
    open.append(content);
    open
}

/// The path that the block's first comment, its title or the text before it
/// names. One that isn't RKE2's says whose the block is.
fn named_path(block: &Block) -> Option<String> {
    let first = block.content.text.lines().next().unwrap_or("");
    let comment = first.trim_start().strip_prefix('#').unwrap_or("");
    [comment, &block.notes, &block.before.text].iter().find_map(|text| path_in(text))
}

/// The last path of RKE2's in a text, or of any other file of YAML.
fn path_in(text: &str) -> Option<String> {
    let is_path = |char: char| char.is_ascii_alphanumeric() || "/._-".contains(char);
    let words = text.split(|char| !is_path(char)).map(|word| word.trim_end_matches('.'));
    let files: Vec<&str> = words.filter(|word| path::is_yaml(word)).collect();
    let ours = files.iter().rfind(|word| word.contains("rancher/rke2/"));
    let file = ours.or(files.last())?;
    Some(format!("/{}", file.trim_start_matches(['/', '.'])))
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
        check("in `inventory/group_vars/all.yml`:", Some("/inventory/group_vars/all.yml"));
        check(
            "Copy `./a.yaml` to /etc/rancher/rke2/config.yaml, then b.yaml",
            Some("/etc/rancher/rke2/config.yaml"),
        );
        check("Restart RKE2.", None);
    }
}
