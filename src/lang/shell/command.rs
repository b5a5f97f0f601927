//! Programs that print, pass on or take text.

use super::{
    marker, print,
    redirect::Redirect,
    run::{Script, Shell},
    syntax::{Node, named},
};
use crate::yaml::Sourced;

/// Programs that print nothing where text is put together.
#[rustfmt::skip]
const SILENT: &[&str] = &[
    ":", "[", "cd", "chmod", "chown", "exit", "export", "local", "mkdir", "return", "set", "shift",
    "sleep", "test", "true", "unset", "touch",
];

const SHELLS: [&str; 5] = ["bash", "sh", "zsh", "dash", "ash"];

/// Programs that start another one, whose name stands in their arguments.
#[rustfmt::skip]
const WRAPPERS: &[&str] = &[
    "ssh", "sshpass", "docker", "podman", "multipass", "lxc", "incus", "vagrant", "chroot",
    "nsenter", "gcloud", "su", "runuser", "timeout", "kubectl",
];

/// A command with its words, and what it reads.
struct Call<'c> {
    script: &'c Script<'c>,
    node: Node<'c>,
    stdin: Option<&'c Sourced>,
}

impl Shell {
    pub(super) fn command(
        &mut self,
        script: &Script,
        node: Node,
        stdin: Option<&Sourced>,
        redirects: &[Redirect],
    ) -> Sourced {
        let given = self.given_to(script, node);
        let stdin = given.as_ref().or(stdin);
        let mut own = self.redirects_of(script, node);
        own.extend_from_slice(redirects);
        let is_word = |child: &Node| {
            !child.kind().ends_with("_redirect") && child.kind() != "variable_assignment"
        };
        let words: Vec<Sourced> =
            named(node).filter(is_word).map(|child| script.word(child)).collect();
        let printed = self.call(&Call { script, node, stdin }, without_prefix(&words));
        self.redirect(script, node, printed, &own)
    }

    fn call(&mut self, call: &Call, words: &[Sourced]) -> Sourced {
        let at = call.script.place(call.node);
        let nothing = Sourced::empty(at);
        let Some((name, arguments)) = words.split_first() else { return nothing };
        let program = base(&name.text);
        let passed = || call.stdin.cloned().unwrap_or_else(|| marker(0, at));
        match program {
            "echo" => print::echo(&self.held_by(arguments), at).unwrap_or(marker(0, at)),
            "printf" => print::printf(&self.held_by(arguments)).unwrap_or(marker(0, at)),
            "cat" if !arguments.iter().all(|word| is_stdin(&word.text)) => marker(0, at),
            "cat" | "envsubst" => passed(),
            "tee" => self.tee(call, arguments),
            "install" | "cp" if arguments.iter().any(|word| is_stdin(&word.text)) => {
                self.write_to(call, arguments.last(), false, passed());
                nothing
            }
            "dd" => {
                let file = arguments.iter().find_map(|word| {
                    Some(word.slice(word.text.strip_prefix("of=").map(|_| 3)?, word.text.len()))
                });
                self.write_to(call, file.as_ref(), false, passed());
                nothing
            }
            "sed" | "yq" if arguments.iter().any(|word| is_in_place(&word.text)) => {
                self.write_to(call, arguments.last(), true, marker(0, at));
                nothing
            }
            "read" => {
                if let (Some(stdin), Some(name)) = (call.stdin, arguments.last()) {
                    self.set(name.text.clone(), Some(stdin.clone()));
                }
                nothing
            }
            _ if self.functions.contains_key(program) => self.functions[program].clone(),
            _ if SILENT.contains(&program) => nothing,
            _ => self.other(call, words),
        }
    }

    /// Words that are one variable each, as what it holds.
    fn held_by(&self, words: &[Sourced]) -> Vec<Sourced> {
        words.iter().map(|word| self.resolved(word.clone())).collect()
    }

    /// `kubectl`, a shell, or what starts one.
    fn other(&mut self, call: &Call, words: &[Sourced]) -> Sourced {
        let at = call.script.place(call.node);
        let is = |text: &str| words.iter().any(|word| word.text == text);
        let name = base(&words[0].text).to_ascii_lowercase();
        if let Some(stdin) = call.stdin
            && name.contains("kubectl")
            && ["apply", "create", "replace"].into_iter().any(is)
        {
            self.write(call.script, call.node, None, false, stdin.clone());
            return Sourced::empty(at);
        }
        if SHELLS.contains(&&*name) || WRAPPERS.contains(&&*name) {
            return self.started(call, words);
        }
        marker(0, at)
    }

    /// A script in the words of a command, or in what it reads.
    fn started(&mut self, call: &Call, words: &[Sourced]) -> Sourced {
        let shell = words.iter().position(|word| SHELLS.contains(&base(&word.text)));
        let from = shell.unwrap_or(0);
        let is_option = |word: &Sourced| {
            let letters = word.text.strip_prefix('-').unwrap_or("");
            letters.ends_with('c') && letters.len() < 5 && !letters.starts_with('-')
        };
        if let Some(option) = words[from..].iter().position(is_option)
            && let Some(script) = words.get(from + option + 1)
        {
            return self.script(script, call.stdin.cloned());
        }
        if let Some(tee) = words.iter().position(|word| word.text == "tee") {
            return self.tee(call, &words[tee + 1..]);
        }
        let last = words.last().filter(|_| words.len() > 1);
        if let Some(script) = last.filter(|word| word.text.trim().contains([' ', '\n', '>'])) {
            return self.script(script, call.stdin.cloned());
        }
        match call.stdin {
            // A file with commands is none that we have.
            Some(script) if words[from..].len() < 4 => self.script(script, None),
            _ => marker(0, call.script.place(call.node)),
        }
    }

    fn tee(&mut self, call: &Call, arguments: &[Sourced]) -> Sourced {
        let is_option = |word: &Sourced| word.text.starts_with('-') && word.text.len() > 1;
        let append = arguments.iter().any(|word| {
            is_option(word) && (word.text == "--append" || word.text[1..].starts_with(['a', 'i']))
        });
        let at = call.script.place(call.node);
        let text = call.stdin.cloned().unwrap_or_else(|| marker(0, at));
        for file in arguments.iter().filter(|word| !is_option(word)) {
            self.write_to(call, Some(file), append, text.clone());
        }
        text
    }

    fn write_to(&mut self, call: &Call, file: Option<&Sourced>, append: bool, text: Sourced) {
        let target = file.filter(|file| !file.text.starts_with("/dev/"));
        if let Some(target) = target.map(|file| self.path(file.clone())) {
            self.write(call.script, call.node, Some(target), append, text);
        }
    }
}

fn base(name: &str) -> &str {
    name.rsplit('/').next().unwrap_or(name)
}

fn is_stdin(text: &str) -> bool {
    ["-", "/dev/stdin"].contains(&text)
}

fn is_in_place(text: &str) -> bool {
    text.starts_with("-i") || text.starts_with("--in") || text.starts_with("-ri")
}

/// Without `sudo`, `env` and what belongs to them.
fn without_prefix(words: &[Sourced]) -> &[Sourced] {
    let mut words = words;
    while let Some((first, rest)) = words.split_first() {
        let prefixes = ["sudo", "doas", "env", "exec", "command", "nohup", "time", "builtin"];
        if !prefixes.contains(&base(&first.text)) {
            break;
        }
        words = rest;
        while let Some((word, rest)) = words.split_first() {
            let takes_value = ["-u", "-g", "-h", "-C"].contains(&&*word.text);
            if !word.text.starts_with('-') && !word.text.contains('=') {
                break;
            }
            words = if takes_value { rest.get(1..).unwrap_or(&[]) } else { rest };
        }
    }
    words
}
