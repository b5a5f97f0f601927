//! The services that run RKE2: units, their drop-ins, and files of variables.
//!
//! A file is read on its own here; what several of them set together is
//! `command`'s to say.
//!
//! Source: rancher/rke2 `bundle/lib/systemd/system`, v1.21 to v1.36.

use super::{machine::Role, unit};
use crate::{
    facts::flags::{self, Kind},
    text::{SourceFile, Span},
    yaml::{Node, Sourced, SourcedValue, sourced_mapping},
};
use std::sync::Arc;

/// One file of a service, named after `rke2-server` or `rke2-agent`.
#[derive(Debug)]
pub struct Service {
    /// By its name.
    pub role: Role,
    pub kind: FileKind,
    /// Where the first thing lies that it says.
    pub head: Span,
    /// `ExecStart=` without a value: what other files run isn't run.
    pub(super) resets_commands: bool,
    /// What `ExecStart` runs, after a reset.
    pub(super) commands: Vec<Command>,
    pub(super) resets_variables: bool,
    /// Names and values, in order.
    pub(super) variables: Option<Node>,
    pub(super) resets_files: bool,
    /// Paths of `EnvironmentFile`.
    pub(super) files: Vec<String>,
    /// Variables are set in a way that isn't read.
    pub(super) opaque: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FileKind {
    Unit,
    DropIn,
    Variables,
}

/// `rke2 server --cni=canal`.
#[derive(Debug)]
pub(super) struct Command {
    /// `None` if it isn't RKE2 that is run, or nobody knows.
    pub(super) role: Option<Role>,
    /// Flags without dashes, and their values, in order.
    pub(super) flags: Option<Node>,
    /// A word may be anything, or it isn't known how they are read.
    pub(super) veiled: bool,
}

/// What a path says of such a file: its role and kind.
pub fn kind_of(path: &str) -> Option<(Role, FileKind)> {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    let role = |stem: &str| match stem {
        "rke2-server" => Some(Role::Server),
        "rke2-agent" => Some(Role::Agent),
        _ => None,
    };
    let parent = folder.rsplit('/').next().unwrap_or("");
    if let Some(stem) = name.strip_suffix(".service") {
        return Some((role(stem)?, FileKind::Unit));
    }
    if name.ends_with(".conf") {
        return Some((role(parent.strip_suffix(".service.d")?)?, FileKind::DropIn));
    }
    if let Some(stem) = name.strip_suffix(".env") {
        return Some((role(stem)?, FileKind::Variables));
    }
    let placed = ["default", "sysconfig"].contains(&parent);
    Some((role(name).filter(|_| placed)?, FileKind::Variables))
}

impl Service {
    /// `None` if the file is none of a service, or says nothing of RKE2.
    pub(super) fn of(source: &Arc<SourceFile>, path: &str, text: &Sourced) -> Option<Service> {
        let (role, kind) = kind_of(path)?;
        let mut service = Service {
            role,
            kind,
            head: Span::new(source.id, 0, 0),
            resets_commands: false,
            commands: Vec::new(),
            resets_variables: false,
            variables: None,
            resets_files: false,
            files: Vec::new(),
            opaque: false,
        };
        let mut reader = Reader { source, text, heads: Vec::new(), variables: Vec::new() };
        match kind {
            FileKind::Variables => reader.read_variables(),
            FileKind::Unit | FileKind::DropIn => reader.read_unit(&mut service),
        }
        service.variables = sourced_mapping(source, &reader.variables);
        let head = reader.heads.into_iter().min_by_key(Sourced::start)?;
        service.head = head.span(source);
        Some(service)
    }

    /// All that has a place in it.
    pub(super) fn roots(&self) -> impl Iterator<Item = &Node> {
        let flags = self.commands.iter().filter_map(|command| command.flags.as_ref());
        flags.chain(&self.variables)
    }

    /// Whether it gives RKE2 a setting.
    pub(super) fn sets_something(&self) -> bool {
        let flags = self.commands.iter().any(|command| command.flags.is_some());
        let ours = |node: &Node| node.raw().is_some_and(|name| by_variable(name).is_some());
        flags || self.variables.iter().any(|root| root.entries().any(|entry| ours(&entry.key)))
    }
}

/// The flag that a variable sets.
pub(super) fn by_variable(name: &str) -> Option<&'static flags::Flag> {
    flags::all().find(|flag| flag.env.contains(&name))
}

struct Reader<'a> {
    source: &'a Arc<SourceFile>,
    text: &'a Sourced,
    heads: Vec<Sourced>,
    variables: Vec<(Sourced, SourcedValue)>,
}

impl Reader<'_> {
    fn read_variables(&mut self) {
        for (name, value) in unit::variables(self.text) {
            if name.text.starts_with("RKE") {
                self.heads.push(name.clone());
            }
            self.variable(name, value);
        }
    }

    fn variable(&mut self, name: Sourced, value: Option<Sourced>) {
        let value = match value {
            Some(value) => SourcedValue::One(value),
            None => SourcedValue::Unknown(name.clone()),
        };
        self.variables.push((name, value));
    }

    fn read_unit(&mut self, service: &mut Service) {
        let assignments = unit::assignments(self.text);
        for line in assignments.into_iter().filter(|line| line.section == "Service") {
            let empty = line.value.text.is_empty();
            match line.name.as_str() {
                "ExecStart" if empty => {
                    service.resets_commands = true;
                    service.commands.clear();
                }
                "ExecStart" => {
                    let command = self.command(&line.value);
                    service.commands.push(command);
                }
                "Environment" if empty => {
                    service.resets_variables = true;
                    self.variables.clear();
                }
                "Environment" => service.opaque |= !self.environment(&line.value),
                "EnvironmentFile" if empty => {
                    service.resets_files = true;
                    service.files.clear();
                }
                "EnvironmentFile" => {
                    self.heads.push(line.value.clone());
                    service.files.push(line.value.text.trim_start_matches('-').to_owned());
                }
                "PassEnvironment" | "UnsetEnvironment" => service.opaque = true,
                _ => {}
            }
        }
    }

    /// Returns whether all of it could be read.
    fn environment(&mut self, value: &Sourced) -> bool {
        let Some(words) = unit::words(value) else { return false };
        let mut all = true;
        for word in words {
            let name = word.text.text.split_once('=').map_or(0, |(name, _)| name.len());
            if name == 0 {
                all = false;
                continue;
            }
            let key = word.text.slice(0, name);
            let value = word.text.slice(name + 1, word.text.text.len());
            self.heads.push(key.clone());
            self.variable(key, Some(value).filter(|_| word.known));
        }
        all
    }

    fn command(&mut self, value: &Sourced) -> Command {
        let unknown = Command { role: None, flags: None, veiled: true };
        let Some(words) = unit::words(value) else {
            self.heads.push(value.clone());
            return unknown;
        };
        let [program, subcommand, rest @ ..] = words.as_slice() else {
            self.heads.push(value.clone());
            return unknown;
        };
        self.heads.push(program.text.clone());
        let path = program.text.text.trim_start_matches(['-', '@', ':', '+', '!', '|']);
        let role = match subcommand.text.text.as_str() {
            "server" => Role::Server,
            "agent" => Role::Agent,
            _ => return unknown,
        };
        // With `@` the second word is a name for the program.
        let prefixed = program.text.text.starts_with('@');
        if !program.known || prefixed || path.rsplit('/').next() != Some("rke2") {
            return unknown;
        }
        let (flags, veiled) = flags_of(rest);
        Command { role: Some(role), flags: sourced_mapping(self.source, &flags), veiled }
    }
}

/// The flags among the words of a command line, as Go's `flag` reads them, and
/// whether some of the words can't be told.
fn flags_of(words: &[unit::Word]) -> (Vec<(Sourced, SourcedValue)>, bool) {
    let mut found = Vec::new();
    let mut words = words.iter();
    while let Some(word) = words.next() {
        let text = word.text.text.as_str();
        let dashes = text.len() - text.trim_start_matches('-').len();
        // What begins with a variable may be several words. A word that is no
        // flag ends the flags, and releases differ in whether for good.
        if !(1..=2).contains(&dashes) || text.len() == dashes || text.starts_with("--=") {
            return (found, true);
        }
        let end = text.find('=').unwrap_or(text.len());
        let name = word.text.slice(dashes, end);
        if name.text.contains(['$', '%', ' ']) || (!word.known && end == text.len()) {
            return (found, true);
        }
        let kind = flags::flag(&name.text).map(|flag| flag.kind);
        let value = if end < text.len() {
            let value = word.text.slice(end + 1, text.len());
            // Releases differ in whether they trim it.
            let known = word.known && value.text.trim() == value.text;
            if known { SourcedValue::One(value) } else { SourcedValue::Unknown(value) }
        } else if kind == Some(Kind::Bool) {
            SourcedValue::Implied("true", name.clone())
        } else if kind.is_none() {
            found.push((name.clone(), SourcedValue::Unknown(name)));
            return (found, true);
        } else {
            match words.next() {
                Some(next) if next.known && next.text.text.trim() == next.text.text => {
                    SourcedValue::One(next.text.clone())
                }
                Some(next) if next.text.text.starts_with('$') => return (found, true),
                Some(next) => SourcedValue::Unknown(next.text.clone()),
                None => return (found, true),
            }
        };
        found.push((name, value));
    }
    (found, false)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::FileId;

    fn service(path: &str, text: &str) -> Service {
        let source = Arc::new(SourceFile::new(FileId(0), path, text));
        Service::of(&source, path, &Sourced::of_file(&source)).expect(text)
    }

    /// Keys and values, `?` for what isn't known.
    fn entries(root: Option<&Node>) -> Vec<String> {
        let text = |node: &Node| node.as_str().unwrap_or("?").to_owned();
        let entry =
            |entry: crate::yaml::Entry| format!("{}={}", text(&entry.key), text(&entry.value));
        root.map_or(Vec::new(), |root| root.entries().map(entry).collect())
    }

    #[track_caller]
    fn check(exec: &str, expected: &[&str], veiled: bool) {
        let service = service("rke2-server.service", &format!("[Service]\nExecStart={exec}\n"));
        let command = &service.commands[0];
        assert_eq!(entries(command.flags.as_ref()), expected, "{exec}");
        assert_eq!(command.veiled, veiled, "{exec}");
    }

    #[test]
    fn words_of_a_command_line() {
        check("/usr/local/bin/rke2 server", &[], false);
        check("-/opt/bin/rke2 server --cni=multus,canal", &["cni=multus,canal"], false);
        check("/bin/rke2 server -cni \"a\" --debug -t=x", &["cni=a", "debug=true", "t=x"], false);
        check("/bin/rke2 server --node-name=%H --selinux", &["node-name=?", "selinux=true"], false);
        check("/bin/rke2 server --cni=a $ARGS", &["cni=a"], true);
        check("/bin/rke2 server --cni=${CNI}", &["cni=?"], false);
        check("/bin/rke2 server --cni $CNI", &[], true);
        check("/bin/rke2 server --debug false --cni=a", &["debug=true"], true);
        check("/bin/sh -c 'rke2 server --cni=a'", &[], true);
    }

    #[test]
    fn environment_of_a_unit() {
        let text = "[Service]\nEnvironment=A=1\nEnvironment=\nEnvironment=\"B=x y\" C=%H 'D=$x'\n";
        let service = service("etc/systemd/system/rke2-agent.service.d/1.conf", text);
        assert!(service.resets_variables && service.kind == FileKind::DropIn);
        assert_eq!(entries(service.variables.as_ref()), ["B=x y", "C=?", "D=?"]);
    }

    #[test]
    fn names_of_files() {
        let kind = kind_of;
        assert_eq!(kind("etc/default/rke2-server"), Some((Role::Server, FileKind::Variables)));
        assert_eq!(kind("a/rke2-agent.env"), Some((Role::Agent, FileKind::Variables)));
        assert_eq!(kind("bin/rke2-server"), None);
        assert_eq!(kind("x/k3s.service"), None);
        assert_eq!(kind("nginx.service.d/1.conf"), None);
    }
}
