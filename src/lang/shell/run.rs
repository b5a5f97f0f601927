//! A walk over a script, as if every branch were taken once.
//!
//! Each statement is asked what it prints; redirections and pipes say where
//! that goes.

use super::{
    Written,
    redirect::Redirect,
    syntax::{self, Node, children, named},
    unknown, word,
};
use crate::yaml::Sourced;
use std::{collections::BTreeMap, ops::Range};

/// How deep scripts stand in scripts: `ssh host "bash -c '…'"`.
const MAX_DEPTH: usize = 4;

pub(super) fn run(script: &Sourced) -> Vec<Written> {
    let mut shell = Shell::default();
    shell.script(script, None);
    shell.written
}

#[derive(Default)]
pub(super) struct Shell {
    pub(super) written: Vec<Written>,
    /// What a variable holds; `None` if it is set in several ways.
    pub(super) variables: BTreeMap<String, Option<Sourced>>,
    /// What a function prints.
    pub(super) functions: BTreeMap<String, Sourced>,
    pub(super) scope: Vec<usize>,
    /// How many of the scopes may be left out.
    pub(super) branches: usize,
    depth: usize,
}

/// The script that is walked, and what its text is in the file.
pub(super) struct Script<'s> {
    pub(super) source: &'s Sourced,
    /// Parts that a template leaves out.
    pub(super) branches: Vec<Range<usize>>,
}

impl Script<'_> {
    pub(super) fn word(&self, node: Node) -> Sourced {
        word::word(&self.source.slice(node.start_byte(), node.end_byte()))
    }

    pub(super) fn place(&self, node: Node) -> usize {
        self.source.place(node.start_byte())
    }
}

impl Shell {
    /// Walks a script, and returns what it prints.
    pub(super) fn script(&mut self, source: &Sourced, stdin: Option<Sourced>) -> Sourced {
        let nothing = Sourced::empty(source.start());
        if self.depth == MAX_DEPTH {
            return nothing;
        }
        let Some(tree) = syntax::parse(&source.text) else { return nothing };
        self.depth += 1;
        let script = Script { source, branches: syntax::branches(&source.text) };
        let printed = self.block(&script, tree.root_node(), stdin.as_ref());
        self.depth -= 1;
        printed
    }

    /// All statements of a node, one after the other.
    pub(super) fn block(
        &mut self,
        script: &Script,
        node: Node,
        stdin: Option<&Sourced>,
    ) -> Sourced {
        let mut printed = Sourced::empty(script.place(node));
        for child in named(node) {
            let text = self.statement(script, child, stdin, &[]);
            printed.append(&text);
        }
        printed
    }

    /// As [`Shell::block`], of what may not happen at all.
    fn branch(&mut self, script: &Script, node: Node, stdin: Option<&Sourced>) -> Sourced {
        let printed = self.within(script, node, |shell| shell.block(script, node, stdin));
        unknown(&printed)
    }

    /// Runs what happens only on a condition, at `node`.
    fn within(
        &mut self,
        script: &Script,
        node: Node,
        run: impl FnOnce(&mut Shell) -> Sourced,
    ) -> Sourced {
        self.scope.push(script.place(node));
        self.branches += 1;
        let printed = run(self);
        self.branches -= 1;
        self.scope.pop();
        printed
    }

    /// Runs a statement whose output goes to `redirects`; returns what is
    /// printed on the way out of it.
    pub(super) fn statement(
        &mut self,
        script: &Script,
        node: Node,
        stdin: Option<&Sourced>,
        redirects: &[Redirect],
    ) -> Sourced {
        let nothing = Sourced::empty(script.place(node));
        match node.kind() {
            "redirected_statement" => return self.redirected(script, node, stdin, redirects),
            "list" => return self.list(script, node, stdin, redirects),
            "pipeline" => return self.pipeline(script, node, stdin, redirects),
            _ => {}
        }
        let printed = match node.kind() {
            "command" => return self.command(script, node, stdin, redirects),
            "program" | "compound_statement" | "subshell" | "ERROR" | "negated_command" => {
                self.block(script, node, stdin)
            }
            "if_statement" => self.choice(script, node, stdin),
            "case_statement" | "while_statement" | "for_statement" | "c_style_for_statement" => {
                self.parts(script, node, stdin)
            }
            "function_definition" => self.function(script, node),
            "variable_assignment" | "declaration_command" => {
                self.assign(script, node);
                nothing
            }
            _ => nothing,
        };
        self.redirect(script, node, printed, redirects)
    }

    /// An `if` or a part of one: the parts after the first are their own
    /// branches.
    fn choice(&mut self, script: &Script, node: Node, stdin: Option<&Sourced>) -> Sourced {
        let mut printed = self.within(script, node, |shell| {
            let mut printed = Sourced::empty(script.place(node));
            for child in named(node).filter(|child| !child.kind().ends_with("_clause")) {
                printed.append(&shell.statement(script, child, stdin, &[]));
            }
            printed
        });
        for clause in named(node).filter(|child| child.kind().ends_with("_clause")) {
            let text = self.choice(script, clause, stdin);
            printed.append(&text);
        }
        unknown(&printed)
    }

    /// The bodies of a loop or the items of a `case`.
    fn parts(&mut self, script: &Script, node: Node, stdin: Option<&Sourced>) -> Sourced {
        let mut printed = Sourced::empty(script.place(node));
        for part in named(node).filter(|part| ["do_group", "case_item"].contains(&part.kind())) {
            let text = self.branch(script, part, stdin);
            printed.append(&text);
        }
        unknown(&printed)
    }

    fn function(&mut self, script: &Script, node: Node) -> Sourced {
        let nothing = Sourced::empty(script.place(node));
        let Some(name) = node.child_by_field_name("name") else { return nothing };
        let Some(body) = node.child_by_field_name("body") else { return nothing };
        self.scope.push(script.place(node));
        let printed = self.statement(script, body, None, &[]);
        self.scope.pop();
        self.functions.insert(script.word(name).text, printed);
        nothing
    }

    /// `a && b`, `a || b`: the right side of a test happens or not.
    fn list(
        &mut self,
        script: &Script,
        node: Node,
        stdin: Option<&Sourced>,
        redirects: &[Redirect],
    ) -> Sourced {
        let parts: Vec<Node> = named(node).collect();
        let [left, right] = parts[..] else { return self.block(script, node, stdin) };
        let mut printed = self.statement(script, left, stdin, &[]);
        let either = children(node).any(|child| child.kind() == "||");
        let tests = ["test_command", "negated_command"].contains(&left.kind());
        let text = if either || tests {
            let run = |shell: &mut Shell| shell.statement(script, right, stdin, redirects);
            unknown(&self.within(script, right, run))
        } else {
            self.statement(script, right, stdin, redirects)
        };
        printed.append(&text);
        printed
    }

    fn pipeline(
        &mut self,
        script: &Script,
        node: Node,
        stdin: Option<&Sourced>,
        redirects: &[Redirect],
    ) -> Sourced {
        let mut flow = stdin.cloned();
        let stages: Vec<Node> = named(node).collect();
        for (index, stage) in stages.iter().enumerate() {
            let redirects = if index + 1 == stages.len() { redirects } else { &[] };
            flow = Some(self.statement(script, *stage, flow.as_ref(), redirects));
        }
        flow.unwrap_or(Sourced::empty(script.place(node)))
    }

    pub(super) fn redirected(
        &mut self,
        script: &Script,
        node: Node,
        stdin: Option<&Sourced>,
        redirects: &[Redirect],
    ) -> Sourced {
        let mut own = self.redirects_of(script, node);
        let here = named(node).find(|child| child.kind() == "heredoc_redirect");
        if let Some(here) = here {
            own.extend(self.redirects_of(script, here));
        }
        own.extend_from_slice(redirects);
        let given = self.given_to(script, node);
        let stdin = given.as_ref().or(stdin);
        let is_body = |child: &Node| !child.kind().ends_with("_redirect");
        let mut printed = match named(node).find(is_body) {
            Some(body) => self.statement(script, body, stdin, &own),
            None => {
                let nothing = Sourced::empty(script.place(node));
                self.redirect(script, node, nothing, &own)
            }
        };
        // The rest of a here-document's first line stands in its redirection.
        for rest in here.into_iter().flat_map(named) {
            match rest.kind() {
                "pipeline" => printed = self.pipeline(script, rest, Some(&printed), redirects),
                "command" | "list" | "redirected_statement" | "compound_statement" => {
                    let text = self.statement(script, rest, None, redirects);
                    printed.append(&text);
                }
                _ => {}
            }
        }
        printed
    }
}
