//! What a command reads from its script, and the files that it writes.

use super::{
    Written,
    run::{Script, Shell},
    syntax::{self, HereDocument, Node, children, named},
    word,
};
use crate::yaml::Sourced;
use std::ops::Range;

/// Where a command's output goes.
#[derive(Clone)]
pub(super) struct Redirect {
    target: Sourced,
    append: bool,
}

impl Shell {
    /// What a here-document or a string gives a command to read.
    pub(super) fn given_to(&self, script: &Script, node: Node) -> Option<Sourced> {
        let mut given = None;
        for child in named(node) {
            given = match child.kind() {
                "heredoc_redirect" => {
                    let HereDocument { body, expands } =
                        syntax::here_document(script.source, child)?;
                    Some(if expands { word::expanded(&body) } else { body })
                }
                "herestring_redirect" => {
                    let mut text = self.resolved(script.word(named(child).next()?));
                    let end = text.place(text.text.len());
                    text.push('\n', end);
                    Some(text)
                }
                _ => given,
            };
        }
        given
    }

    /// Files that the output of a command goes to.
    pub(super) fn redirects_of(&self, script: &Script, node: Node) -> Vec<Redirect> {
        let files = named(node).filter(|child| child.kind() == "file_redirect");
        let redirect = |file: Node| {
            let sign = children(file).find(|child| !child.is_named())?.kind();
            let other = named(file).find(|child| child.kind() == "file_descriptor");
            let other = other.is_some_and(|other| script.word(other).text != "1");
            let target = self.path(script.word(file.child_by_field_name("destination")?));
            let output = [">", ">>", ">|", "&>", "&>>"].contains(&sign);
            let append = sign.ends_with(">>");
            (output && !other).then_some(Redirect { target, append })
        };
        files.filter_map(redirect).collect()
    }

    /// Writes what is printed to the file that it goes to, and returns what is
    /// left to print.
    pub(super) fn redirect(
        &mut self,
        script: &Script,
        node: Node,
        printed: Sourced,
        redirects: &[Redirect],
    ) -> Sourced {
        let Some(redirect) = redirects.first() else { return printed };
        let nothing = Sourced::empty(script.place(node));
        if !redirect.target.text.starts_with("/dev/") {
            let target = Some(redirect.target.clone());
            self.write(script, node, target, redirect.append, printed);
        }
        nothing
    }

    pub(super) fn write(
        &mut self,
        script: &Script,
        node: Node,
        target: Option<Sourced>,
        append: bool,
        content: Sourced,
    ) {
        let whole = whole(node);
        let span =
            script.place(whole)..script.source.slice(whole.start_byte(), whole.end_byte()).end();
        let inside = |branch: &&Range<usize>| branch.contains(&whole.start_byte());
        let branches = script.branches.iter().filter(inside);
        let mut scope = self.scope.clone();
        scope.extend(branches.map(|branch| script.source.place(branch.start)));
        scope.sort_unstable();
        scope.dedup();
        let conditional = self.branches > 0 || script.branches.iter().any(|b| inside(&b));
        self.written.push(Written { target, append, content, conditional, scope, span });
    }
}

/// The statement that a command is the last part of.
fn whole(node: Node) -> Node {
    let mut whole = node;
    while let Some(parent) = whole.parent() {
        let grows = ["redirected_statement", "pipeline", "heredoc_redirect"];
        if !grows.contains(&parent.kind()) {
            break;
        }
        whole = parent;
    }
    whole
}
