//! Files that a shell script writes, as files of the machine that runs it.
//!
//! What is written in a branch is a cluster of its own: nobody knows which of
//! the branches goes with what stands elsewhere. Functions are machines of one
//! cluster, since such scripts set up servers and agents.

use super::{
    carrier::{Carried, Carrier, Container, Content, is_of_interest},
    path,
};
use crate::lang::shell::{self, Document};
use std::collections::BTreeSet;

pub(super) fn is_script(path: &str) -> bool {
    let path = path::untemplated(path);
    [".sh", ".bash"].iter().any(|end| path.ends_with(end))
}

pub(super) fn carried(container: &Container<'_>) -> Vec<Carried> {
    if is_script(container.path) { written(container) } else { Vec::new() }
}

/// What a container's text writes, taken for a script.
pub(super) fn written(container: &Container<'_>) -> Vec<Carried> {
    let documents = shell::documents(shell::written(container.text));
    let mut applied = 0;
    let found = documents.into_iter().filter_map(|document| {
        let path = match &document.target {
            Some(target) => on_machine(&target.text)?,
            None => {
                applied += 1;
                format!("/kubectl-{applied}.yaml")
            }
        };
        Some((path, document))
    });
    let found: Vec<(String, Document)> = found.collect();
    let names = names(container, &found);
    let carry = |((path, document), name): ((String, Document), Name)| {
        let carrier = Carrier::new("shell", crumb(&document));
        Carried {
            path: container.inside(&name.machine, &path),
            carrier: match name.apart {
                Some(apart) => carrier.alone(container, &apart),
                None => carrier,
            },
            content: Content::Text(document.content),
        }
    };
    found.into_iter().zip(names).map(carry).collect()
}

/// The path of a file that may be ours, as far as it is known: a local file is
/// one that is copied later.
fn on_machine(target: &str) -> Option<String> {
    let known = match target.rfind('}') {
        Some(end) if target.contains("${") => &target[end + 1..],
        _ => target,
    };
    let known = known.trim_start_matches(['.', '~']);
    let hosts = super::system::is_hosts(known);
    let named = path::is_yaml(known) || is_script(known);
    // A name that a variable ends is none that RKE2 reads for sure.
    (!known.is_empty() && !hosts && (named || is_of_interest(known)))
        .then(|| format!("/{}", known.trim_start_matches('/')))
}

/// Who has a file that a script writes.
struct Name {
    /// Empty if the script sets up but one machine.
    machine: String,
    /// It goes with nothing else of the script.
    apart: Option<String>,
}

fn names(container: &Container<'_>, found: &[(String, Document)]) -> Vec<Name> {
    let label = |at: &usize| scope_name(container, *at);
    let paths = found.iter().filter(|(_, document)| !document.conditional).map(|(path, _)| path);
    let count = paths.clone().count();
    let several = paths.collect::<BTreeSet<_>>().len() < count;
    let mut taken = BTreeSet::new();
    let name = |(index, (path, document)): (usize, &(String, Document))| {
        // Nobody knows whose API it speaks to, and what that has by then.
        if document.target.is_none() {
            let apart = path.trim_start_matches('/').trim_end_matches(".yaml").to_owned();
            return Name { machine: String::new(), apart: Some(apart) };
        }
        let scope = match document.conditional {
            true => document.scope.last(),
            false => document.scope.first().filter(|_| several),
        };
        let machine = scope.map(label).unwrap_or_default();
        let again = !taken.insert((machine.clone(), path.clone()));
        let machine = if again { format!("{machine}-{}", index + 1) } else { machine };
        let apart = (document.conditional || again).then(|| machine.clone());
        Name { machine, apart }
    };
    found.iter().enumerate().map(name).collect()
}

/// A function's name, or the line of a branch.
fn scope_name(container: &Container<'_>, at: usize) -> String {
    let rest = &container.source.text[at..];
    let line = container.source.line(u32::try_from(at).unwrap_or(u32::MAX)) + 1;
    let word = rest.strip_prefix("function ").unwrap_or(rest).trim_start();
    let end = word.find(|c: char| !c.is_ascii_alphanumeric() && !"_-".contains(c));
    let (name, rest) = word.split_at(end.unwrap_or(word.len()));
    match rest.trim_start().starts_with('(') || name != rest && word.len() < rest.len() {
        true => name.to_owned(),
        false => format!("line-{line}"),
    }
}

fn crumb(document: &Document) -> String {
    document.target.as_ref().map_or("kubectl".to_owned(), |target| target.text.clone())
}
