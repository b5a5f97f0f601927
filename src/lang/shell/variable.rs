//! What variables hold, where a script sets them to one text.

use super::{
    run::{Script, Shell},
    syntax::{Node, named},
    word,
};
use crate::yaml::Sourced;

impl Shell {
    pub(super) fn assign(&mut self, script: &Script, node: Node) {
        if node.kind() == "declaration_command" {
            for child in named(node).filter(|child| child.kind() == "variable_assignment") {
                self.assign(script, child);
            }
            return;
        }
        let Some(name) = node.child_by_field_name("name") else { return };
        let value = node.child_by_field_name("value").and_then(|value| match value.kind() {
            "command_substitution" => self.substituted(script, value),
            "array" => None,
            _ => Some(self.path(script.word(value))),
        });
        self.set(script.word(name).text, value);
    }

    /// What the commands of `$(…)` print, if that is known.
    fn substituted(&mut self, script: &Script, node: Node) -> Option<Sourced> {
        let printed = self.block(script, node, None);
        let end = printed.text.trim_end_matches('\n').len();
        let known = end > 0 && !printed.text.contains(super::UNKNOWN);
        known.then(|| printed.slice(0, end))
    }

    pub(super) fn set(&mut self, name: String, value: Option<Sourced>) {
        let before = self.variables.get(&name);
        let same = |before: &Option<Sourced>| match (before, &value) {
            (Some(before), Some(value)) => before.text == value.text,
            _ => false,
        };
        // From the top of a script on, in its order, the last one counts.
        let certain = self.scope.is_empty();
        let value = if certain || before.is_none_or(same) { value } else { None };
        self.variables.insert(name, value);
    }

    /// A word that is one variable, as what the variable holds.
    pub(super) fn resolved(&self, word: Sourced) -> Sourced {
        let held = word::variable(&word.text).and_then(|name| self.variables.get(name));
        held.cloned().flatten().filter(|text| text.text.contains(':')).unwrap_or(word)
    }

    /// A path with the variables that are known.
    pub(super) fn path(&self, word: Sourced) -> Sourced {
        let mut path = Sourced::empty(word.start());
        let mut at = 0;
        while let Some(start) = word.text[at..].find("${").map(|found| at + found) {
            let Some(end) = word.text[start..].find('}').map(|found| start + found + 1) else {
                break;
            };
            path.append(&word.slice(at, start));
            path.append(&self.held(word.slice(start, end)));
            at = end;
        }
        path.append(&word.slice(at, word.text.len()));
        path
    }

    /// What stands for an expansion in a path: the variable's text, or the
    /// default of `${X:-default}`.
    fn held(&self, expansion: Sourced) -> Sourced {
        let inner = expansion.text.trim_start_matches("${").trim_end_matches('}');
        let (name, default) = match inner.split_once(":-") {
            Some((name, default)) => (name, Some(default)),
            None => (inner, None),
        };
        match (self.variables.get(name), default) {
            (Some(Some(text)), _) => text.clone(),
            (None, Some(default)) if default.starts_with('/') => {
                let start = expansion.text.len() - 1 - default.len();
                expansion.slice(start, start + default.len())
            }
            _ => expansion,
        }
    }
}
