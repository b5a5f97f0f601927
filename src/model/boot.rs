//! Commands that a machine runs once it has its files: cloud-init's `runcmd`,
//! and what Cluster API Provider RKE2 puts there.
//!
//! They write files too, and change those that are there.
//!
//! Source: canonical/cloud-init `cloudinit/config/cc_runcmd.py` and
//! `cloudinit/util.py`, `shellify`; rancher/cluster-api-provider-rke2
//! `bootstrap/internal/cloudinit/controlplane_init.go`, v0.25.0.

use super::{
    carrier::{Carried, Container, Content},
    script,
};
use crate::{
    lang::shell,
    yaml::{Kind, Lookup, Node, Sourced},
};

/// Words of which a command that can matter here has one.
const WORDS: [&str; 3] = ["rke2", "kubectl", "config.yaml"];

/// A list of commands as a script. `None` if nothing in it can matter here.
pub(super) fn commands(list: &Node) -> Option<Sourced> {
    let mut script = Sourced::empty(list.span().start as usize);
    for command in list.items() {
        let Some(text) = command_text(&command) else { continue };
        script.append(&text);
        if !text.text.ends_with('\n') {
            script.push_at('\n', text.end());
        }
    }
    WORDS.iter().any(|word| script.text.contains(word)).then_some(script)
}

/// A text is the shell's; of a list of words, what is given to a shell is.
fn command_text(command: &Node) -> Option<Sourced> {
    if command.kind() != Kind::Seq {
        return Sourced::of_scalar(command);
    }
    let words: Vec<Node> = command.items().collect();
    let [shell, option, text] = words.as_slice() else { return None };
    let shell = shell.as_str()?;
    let is_shell = ["sh", "bash"].contains(&shell.rsplit('/').next()?);
    let runs = option.as_str().is_some_and(|it| it.starts_with('-') && it.ends_with('c'));
    if is_shell && runs { Sourced::of_scalar(text) } else { None }
}

/// Whether a branch of a template may bring a command that matters.
pub(super) fn are_unseen(commands: &Lookup) -> bool {
    let matters = |text: &str| WORDS.iter().any(|word| text.contains(word));
    let may = |item: Node| match item.kind() {
        Kind::Scalar => item.raw().is_some_and(matters),
        _ => item.items().any(|word| word.raw().is_some_and(matters)),
    };
    match commands {
        Lookup::Found(entry) => entry.value.hidden_items().any(may),
        Lookup::Absent => false,
        Lookup::Unknown => true,
    }
}

/// Runs a script on a machine that has `files`: what it writes is added to
/// them, and what it changes is unknown from there on. `list` is where the
/// commands stand.
pub(super) fn run(
    container: &Container<'_>,
    machine: &str,
    (kind, list): (&'static str, &str),
    commands: &Sourced,
    files: &mut Vec<Carried>,
) {
    let path = container.of_machine(machine);
    for file in files.iter_mut() {
        if let Content::Text(text) = &mut file.content {
            *text = shell::with_replaced(commands, text);
        }
    }
    let there = files.len();
    for mut written in script::written(&Container { path: &path, text: commands, ..*container }) {
        let Content::Text(new) = &written.content else { continue };
        let mut is_new = true;
        for file in files.iter_mut().take(there).filter(|file| file.place() == written.place()) {
            // From several places of the container, it is known by its own.
            let crumb = format!("/{}", file.place());
            let more = shell::addition(new);
            is_new &= file.path != written.path && more.is_none();
            // Who made a tree leaves it open.
            let Content::Text(text) = &mut file.content else { continue };
            file.carrier.crumb = crumb;
            match (file.path == written.path, more) {
                (true, Some(more)) => shell::append(text, &more),
                (true, None) => *text = new.clone(),
                // It happens, or it doesn't.
                (false, _) => shell::append(text, &shell::unknown_line(new.start())),
            }
        }
        if is_new {
            written.carrier.kinds.insert(0, kind);
            written.carrier.crumb = format!("{list} › {}", written.carrier.crumb);
            files.push(written);
        }
    }
}
