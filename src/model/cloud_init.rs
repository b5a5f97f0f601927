//! Lists of files that a machine is to get: cloud-init's `write_files` with the
//! commands that run after them, and Butane's and Ignition's `storage.files` and `systemd.units`, in whatever
//! object they stand.
//!
//! Source: canonical/cloud-init `cloudinit/config/cc_write_files.py`;
//! coreos/butane `config/fcos/v1_5`, coreos/ignition `config/v3_4`.

use super::{
    boot,
    carrier::{Carried, Carrier, Container, Content, is_of_interest, may_be_of_interest},
    packed,
};
use crate::yaml::{Kind, Lookup, Node, Sourced, embed_yaml};

/// How deep lists are searched in a document.
const MAX_NESTING: usize = 16;

/// By its name; user data has one without an ending.
pub fn may_be_user_data(path: &str) -> bool {
    let name = super::path::name(path);
    let named = ["user-data", "user_data"].iter().any(|word| name.contains(word));
    named || name.ends_with(".cfg") || is_butane(name)
}

fn is_butane(name: &str) -> bool {
    [".bu", ".butane", ".ign"].iter().any(|end| name.ends_with(end))
}

/// User data says what it is.
pub(super) fn is_user_data(path: &str, text: &str) -> bool {
    let says = || text.lines().take(3).any(|line| line.trim_end() == "#cloud-config");
    may_be_user_data(path) && (is_butane(path) || says())
}

const CLOUD_INIT: &str = "cloud-init";

pub(super) fn carried(container: &Container<'_>) -> Vec<Carried> {
    let mut lists = Vec::new();
    for doc in container.docs {
        let crumb = String::new();
        Search { lists: &mut lists, depth: 0 }.node(doc, &crumb);
    }
    let names: Vec<String> = match lists.len() {
        0 | 1 => vec![String::new()],
        _ => lists.iter().enumerate().map(|(index, list)| list.name(index)).collect(),
    };
    let files = lists.iter().zip(&names).flat_map(|(list, name)| list.carried(container, name));
    files.collect()
}

/// The files of Butane or Ignition in a string, which lies at `crumb`.
pub(super) fn butane(
    container: &Container<'_>,
    text: &Node,
    crumb: &str,
    name: &str,
) -> Vec<Carried> {
    let mut lists = Vec::new();
    Search { lists: &mut lists, depth: 0 }.string(text, crumb);
    let lists = lists.iter().filter(|list| list.kind != CLOUD_INIT);
    lists.flat_map(|list| list.carried(container, name)).collect()
}

/// One machine's files.
struct List {
    kind: &'static str,
    /// Where in the document the list stands.
    crumb: String,
    files: Vec<Written>,
    /// What runs once the files are there.
    commands: Option<Sourced>,
    /// A branch of a template may bring more.
    open: bool,
}

/// One file of a list.
struct Written {
    path: String,
    content: Sourced,
    crumb: String,
    append: bool,
}

impl List {
    /// What tells the machine apart from others of the container.
    fn name(&self, index: usize) -> String {
        format!("{}{}", index + 1, self.crumb)
    }

    fn carried(&self, container: &Container<'_>, name: &str) -> Vec<Carried> {
        let mut all: Vec<Carried> = Vec::new();
        for file in &self.files {
            let path = container.inside(name, &file.path);
            let before = all.iter_mut().find(|other| other.path == path);
            match before {
                Some(Carried { content: Content::Text(text), .. }) if file.append => {
                    text.append(&file.content);
                }
                _ => {
                    let content = Content::Text(file.content.clone());
                    let carrier = Carrier::new(self.kind, file.crumb.clone());
                    let carrier = Carrier { open: self.open, ..carrier };
                    all.push(Carried { path, content, carrier });
                }
            }
        }
        if let Some(commands) = &self.commands {
            boot::run(container, name, (self.kind, "runcmd"), commands, &mut all);
        }
        all
    }
}

struct Search<'a> {
    lists: &'a mut Vec<List>,
    depth: usize,
}

impl Search<'_> {
    fn node(&mut self, node: &Node, crumb: &str) {
        if self.depth > MAX_NESTING {
            return;
        }
        self.depth += 1;
        match node.kind() {
            Kind::Map => self.mapping(node, crumb),
            Kind::Seq => {
                for (index, item) in node.items().enumerate() {
                    self.node(&item, &format!("{crumb}[{index}]"));
                }
            }
            Kind::Scalar => self.string(node, crumb),
        }
        self.depth -= 1;
    }

    fn mapping(&mut self, node: &Node, crumb: &str) {
        self.user_data(node, crumb);
        self.storage(node, crumb);
        for entry in node.entries() {
            let Some(key) = entry.key.raw() else { continue };
            if !["write_files", "runcmd"].contains(&key) {
                self.node(&entry.value, &step(crumb, key));
            }
        }
    }

    /// A document in a string.
    fn string(&mut self, node: &Node, crumb: &str) {
        let holds = |text: &str| {
            text.contains('\n')
                && text.contains("rke2")
                && ["write_files", "runcmd", "storage"].iter().any(|key| text.contains(key))
        };
        if !node.raw().is_some_and(holds) {
            return;
        }
        let Some(tree) = embed_yaml(node) else { return };
        for doc in tree.docs().filter(|doc| doc.kind() == Kind::Map) {
            self.node(&doc, &format!("{crumb} › "));
        }
    }

    /// User data: `write_files`, and `runcmd` beside them.
    fn user_data(&mut self, node: &Node, crumb: &str) {
        let list = match node.get("write_files") {
            Lookup::Found(entry) => Some(entry.value),
            _ => None,
        };
        let crumb = step(crumb, "write_files");
        let file = |(index, item): (usize, Node)| {
            let path = item.text_at(&["path"]).filter(|path| may_be_of_interest(path))?;
            let content = item.get("content").found()?.value;
            let encoding = item.text_at(&["encoding"]).unwrap_or_default();
            Some(Written {
                path,
                content: packed::decoded(&content, &encoding)?,
                crumb: format!("{crumb}[{index}].content"),
                append: item.get("append").found().and_then(|e| e.value.as_bool()) == Some(true),
            })
        };
        let files = list.iter().flat_map(Node::items).enumerate().filter_map(file).collect();
        let runcmd = node.get("runcmd");
        let open = list.as_ref().is_some_and(Node::is_partial) || boot::are_unseen(&runcmd);
        let commands = runcmd.found().and_then(|entry| boot::commands(&entry.value));
        self.keep(List { kind: CLOUD_INIT, crumb, files, commands, open });
    }

    fn storage(&mut self, node: &Node, crumb: &str) {
        let mut files = Vec::new();
        let found = |path: &[&str]| node.at(path).found().map(|entry| entry.value);
        let list = found(&["storage", "files"]);
        let mut open = list.as_ref().is_some_and(Node::is_partial);
        for (index, item) in list.iter().flat_map(Node::items).enumerate() {
            let at = format!("{}[{index}].contents", step(crumb, "storage.files"));
            files.extend(file_of_butane(&item, &at));
        }
        let units = found(&["systemd", "units"]);
        open |= units.as_ref().is_some_and(Node::is_partial);
        for (index, unit) in units.iter().flat_map(Node::items).enumerate() {
            let at = format!("{}[{index}]", step(crumb, "systemd.units"));
            files.extend(units_of(&unit, &at));
        }
        let kind = if node.get("ignition").found().is_some() { "Ignition" } else { "Butane" };
        self.keep(List { kind, crumb: crumb.to_owned(), files, commands: None, open });
    }

    fn keep(&mut self, list: List) {
        if !list.files.is_empty() || list.commands.is_some() {
            self.lists.push(list);
        }
    }
}

fn step(crumb: &str, key: &str) -> String {
    match crumb {
        "" => key.to_owned(),
        _ if crumb.ends_with("› ") => format!("{crumb}{key}"),
        _ => format!("{crumb}.{key}"),
    }
}

fn file_of_butane(item: &Node, crumb: &str) -> Option<Written> {
    let path = item.text_at(&["path"]).filter(|path| is_of_interest(path))?;
    let contents = item.get("contents").found()?.value;
    let (content, key) = match contents.get("inline") {
        Lookup::Found(entry) => (Sourced::of_scalar(&entry.value)?, "inline"),
        _ => (packed::of_url(&contents.get("source").found()?.value)?, "source"),
    };
    let packed = contents.text_at(&["compression"]).is_some_and(|how| !how.is_empty());
    let crumb = format!("{crumb}.{key}");
    (!packed).then_some(Written { path, content, crumb, append: false })
}

/// A unit and its drop-ins, in the folder that Ignition puts them in.
fn units_of(unit: &Node, crumb: &str) -> Vec<Written> {
    const FOLDER: &str = "/etc/systemd/system";
    let Some(name) = unit.text_at(&["name"]) else { return Vec::new() };
    let written = |node: &Node, path: String, crumb: String| {
        let content = Sourced::of_scalar(&node.get("contents").found()?.value)?;
        is_of_interest(&path).then_some(Written { path, content, crumb, append: false })
    };
    let own = written(unit, format!("{FOLDER}/{name}"), format!("{crumb}.contents"));
    let dropins = unit.get("dropins").found().map(|entry| entry.value);
    let dropins = dropins.iter().flat_map(Node::items).enumerate().filter_map(|(index, item)| {
        let path = format!("{FOLDER}/{name}.d/{}", item.text_at(&["name"])?);
        written(&item, path, format!("{crumb}.dropins[{index}].contents"))
    });
    own.into_iter().chain(dropins).collect()
}
