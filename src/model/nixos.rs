//! NixOS' module for RKE2: its options as the unit that it makes of them, and
//! the files that it and `environment.etc` put on the machine.
//!
//! Other modules of a system may set more options: what isn't set here is
//! unknown, and all of it is if the role is another module's to say.
//!
//! Source: NixOS/nixpkgs `nixos/modules/services/cluster/rancher/default.nix`
//! and `rke2.nix` (26.05); before, `nixos/modules/services/cluster/rke2/default.nix`.

use super::{
    carrier::{Carried, Carrier, Container, Content, is_of_interest},
    document, path,
};
use crate::{
    facts::nixos::{self, Shape},
    lang::{
        nix::{self, Attribute, Module, Set, Value},
        shell::UNKNOWN,
    },
    yaml::Sourced,
};
use std::collections::BTreeSet;

/// Words that nobody sees.
const HIDDEN: &str = " ${unknown}\n";

const MANIFESTS: &str = "/var/lib/rancher/rke2/server/manifests";

pub(super) fn carried(container: &Container<'_>) -> Vec<Carried> {
    if !container.path.ends_with(".nix") {
        return Vec::new();
    }
    let Some(module) = nix::read(&container.source.text) else { return Vec::new() };
    let mut reader = Reader { container, taken: BTreeSet::new(), found: Vec::new() };
    reader.module(&module);
    reader.found
}

struct Reader<'c> {
    container: &'c Container<'c>,
    /// Where texts begin that lie somewhere already.
    taken: BTreeSet<usize>,
    found: Vec<Carried>,
}

impl Reader<'_> {
    fn module(&mut self, module: &Module) {
        let services = all_at(module, &["services", "rke2"]);
        let several = services.len() > 1;
        for set in services {
            let line = set.entries.first().map_or(0, |(key, _)| self.line(key.start()));
            let name = if several { format!("line-{line}") } else { String::new() };
            self.service(set, &name);
        }
        for set in all_at(module, &["environment", "etc"]) {
            for (key, value) in &set.entries {
                self.etc(key, value);
            }
        }
        for (name, value) in &module.files {
            let named = path::is_yaml(&name.text) || super::script::is_script(&name.text);
            let end = if named { "" } else { ".yaml" };
            let path = format!("/{}{end}", name.text.trim_start_matches('/'));
            self.file("", &path, value, &name.text);
        }
    }

    fn line(&self, at: usize) -> usize {
        self.container.source.line(u32::try_from(at).unwrap_or(u32::MAX)) + 1
    }

    fn service(&mut self, set: &Set, name: &str) {
        self.unit(set, name);
        if let Attribute::Set(_, Value::File(..)) = set.get("configPath")
            && let Attribute::Set(_, value) = set.get("configPath")
        {
            self.file(name, "/etc/rancher/rke2/config.yaml", value, "services.rke2.configPath");
        }
        let Attribute::Set(_, Value::Set(manifests)) = set.get("manifests") else { return };
        for (key, value) in &manifests.entries {
            let Value::Set(manifest) = value else { continue };
            let text = |key| match manifest.get(key) {
                Attribute::Set(_, Value::Text(text)) => Some(text.text.clone()),
                _ => None,
            };
            let target = text("target").unwrap_or_else(|| key.text.clone());
            let end = if path::is_yaml(&target) { "" } else { ".yaml" };
            let path = format!("{MANIFESTS}/{target}{end}");
            let crumb = format!("services.rke2.manifests.{}", key.text);
            for content in ["content", "source"] {
                if let Attribute::Set(_, value) = manifest.get(content) {
                    self.file(name, &path, value, &format!("{crumb}.{content}"));
                }
            }
        }
    }

    fn etc(&mut self, key: &Sourced, value: &Value) {
        let path = format!("/etc/{}", key.text.trim_start_matches('/'));
        let Value::Set(set) = value else { return };
        if !is_of_interest(&path) {
            return;
        }
        for content in ["text", "source"] {
            if let Attribute::Set(_, value) = set.get(content) {
                self.file("", &path, value, &format!("environment.etc.\"{}\"", key.text));
            }
        }
    }

    /// A file that holds a text, or what is made of a value.
    fn file(&mut self, name: &str, path: &str, value: &Value, crumb: &str) {
        let value = match value {
            Value::File(_, inner) => inner,
            other => other,
        };
        let content = match value {
            Value::Text(text) => text.clone(),
            Value::List(_) => listed(value),
            Value::Set(_) => nix::flow(value),
            Value::Word(_) | Value::File(..) | Value::Unknown(_) => return,
        };
        // Options of other modules are flags beside it.
        let config = path.contains("etc/rancher/rke2/config.yaml");
        let content = if config { document::opened(&content) } else { content };
        if self.taken.insert(content.start()) {
            self.found.push(Carried {
                path: self.container.inside(name, path),
                content: Content::Text(content),
                carrier: Carrier::new("NixOS", crumb),
            });
        }
    }

    /// What `ExecStart` is, in one line.
    fn unit(&mut self, set: &Set, name: &str) {
        let role = match set.get("role") {
            Attribute::Set(_, Value::Text(role)) => role.text.clone(),
            Attribute::Absent if matches!(set.get("enable"), Attribute::Set(..)) => {
                "server".to_owned()
            }
            _ => return,
        };
        let Some((first, _)) = set.entries.first() else { return };
        if !["server", "agent"].contains(&&*role) {
            return;
        }
        let mut unit = Sourced::empty(first.start());
        glue(&mut unit, &format!("[Service]\nExecStart=/bin/rke2 {role}"), first.start());
        for (option, flag, shape) in nixos::options() {
            if let Attribute::Set(key, value) = set.get(option) {
                flags(&mut unit, key, flag, value, shape);
            }
        }
        let hidden = match set.get("extraFlags") {
            Attribute::Set(_, value) => extra(&mut unit, value),
            Attribute::Absent => false,
            Attribute::Unknown => true,
        };
        let end = unit.end();
        let hidden = hidden || set.open || matches!(set.get("role"), Attribute::Absent);
        glue(&mut unit, if hidden { HIDDEN } else { "\n" }, end);
        let path = format!("/etc/systemd/system/rke2-{role}.service");
        self.found.push(Carried {
            path: self.container.inside(name, &path),
            content: Content::Text(unit),
            carrier: Carrier::new("NixOS", "services.rke2"),
        });
    }
}

/// All sets at a path, each once, however many names lead to it.
fn all_at<'m>(module: &'m Module, path: &[&str]) -> Vec<&'m Set> {
    let mut found = Vec::new();
    module.sets.iter().for_each(|set| set.all_at(path, &mut found));
    let mut seen = BTreeSet::new();
    found.retain(|set: &&Set| seen.insert(set.entries.first().map(|(key, _)| key.start())));
    found
}

/// Several objects, as the module writes them.
fn listed(value: &Value) -> Sourced {
    let items = nix::flow(value);
    let mut list = Sourced::empty(items.start());
    glue(&mut list, "{apiVersion: v1, kind: List, items: ", items.start());
    list.append(&items);
    glue(&mut list, "}\n", items.end());
    list
}

fn glue(text: &mut Sourced, more: &str, at: usize) {
    more.chars().for_each(|char| text.push_at(char, at));
}

/// A flag for each value of an option; nothing for what the module leaves out.
fn flags(unit: &mut Sourced, key: &Sourced, flag: &str, value: &Value, shape: Shape) {
    let values = match (value, shape) {
        (Value::List(items), _) => items.iter().collect(),
        _ => vec![value],
    };
    for value in values {
        let unset = match value {
            Value::Text(text) => text.text.is_empty(),
            Value::Word(word) => ["null", "false"].contains(&&*word.text),
            _ => false,
        };
        if unset {
            continue;
        }
        glue(unit, " --", key.start());
        // The flag lies where the option's name does.
        for (index, char) in flag.chars().enumerate() {
            let at = key.place(index.min(key.text.len().saturating_sub(1)));
            unit.push(char, at);
        }
        if shape == Shape::Bool {
            continue;
        }
        glue(unit, "=", key.end());
        match value {
            Value::Text(text) | Value::Word(text) if is_one_word(&text.text) => unit.append(text),
            Value::Text(text) | Value::Word(text) | Value::Unknown(text) => {
                glue(unit, UNKNOWN, text.start());
            }
            _ => glue(unit, UNKNOWN, key.end()),
        }
    }
}

/// The module doesn't quote them. Whether there are others that can't be seen.
fn extra(unit: &mut Sourced, value: &Value) -> bool {
    let items = match value {
        Value::List(items) => items.as_slice(),
        one => std::slice::from_ref(one),
    };
    let text = |item: &'_ Value| match item {
        Value::Text(text) => Some(text.clone()),
        _ => None,
    };
    let texts: Vec<Sourced> = items.iter().filter_map(text).collect();
    let mut hidden = texts.len() < items.len();
    // A word that is a variable may be several, or a flag of its own.
    let mut takes_value = false;
    for text in &texts {
        if text.text.contains(['\n', '\\']) {
            hidden = true;
            continue;
        }
        let is_flag = text.text.starts_with('-');
        hidden |= !is_flag && !takes_value;
        if is_flag || takes_value {
            glue(unit, " ", text.start());
            unit.append(text);
        }
        takes_value = is_flag && !text.text.contains(['=', ' ', '$']);
    }
    hidden
}

fn is_one_word(text: &str) -> bool {
    !text.contains(|c: char| c.is_whitespace() || "'\"\\%".contains(c))
}
