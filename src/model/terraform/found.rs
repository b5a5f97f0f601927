//! Texts and objects of a module that are files, by the path beside them or by
//! what they say.

use super::{KIND, Locals};
use crate::{
    facts::flags,
    lang::hcl::{Block, Body, Expr, Value},
    model::{
        carrier::{self, Carried, Carrier, Container, Content},
        path,
    },
    text::Span,
    yaml::{Kind, Lookup, Maker, Node, Sourced, Tree, parse_text},
};
use std::sync::Arc;

/// Attributes whose text is for people.
const PROSE: [&str; 3] = ["description", "error_message", "condition"];

/// Attributes that say where a text is written to.
///
/// Source: `local_file`, `provisioner "file"`, cloud-init's `write_files`.
const PATHS: [&str; 4] = ["destination", "filename", "file", "path"];

pub(super) fn carried(
    container: &Container<'_>,
    body: &Body,
    locals: &Locals<'_>,
    read: &[Span],
) -> Vec<Carried> {
    let mut search = Search { container, locals, read, all: Vec::new() };
    search.attributes(body, "");
    for block in body.blocks.iter().filter(|block| block.kind != "output") {
        search.block(block, &address(block));
    }
    search.all
}

/// As Terraform calls it: `aws_instance.server`, `module.rke2`, `local`.
fn address(block: &Block) -> String {
    let kind = match block.kind.as_str() {
        "resource" => None,
        "locals" => Some("local"),
        "variable" => Some("var"),
        kind => Some(kind),
    };
    let parts = kind.into_iter().chain(block.labels.iter().map(String::as_str));
    parts.collect::<Vec<_>>().join(".")
}

struct Search<'a> {
    container: &'a Container<'a>,
    locals: &'a Locals<'a>,
    /// What was read already.
    read: &'a [Span],
    all: Vec<Carried>,
}

/// Where an expression stands.
#[derive(Clone)]
struct Place {
    /// `module.rke2.servers[0].rke2_config`.
    crumb: String,
    /// The last name of it.
    name: String,
    /// Where the file is written to.
    path: Option<String>,
}

impl Place {
    fn item(&self, index: usize) -> Place {
        Place { crumb: format!("{}[{index}]", self.crumb), ..self.clone() }
    }

    fn entry(&self, name: &str, path: Option<String>) -> Place {
        let crumb = format!("{}.{name}", self.crumb);
        Place { crumb, name: name.to_owned(), path }
    }
}

impl Search<'_> {
    fn block(&mut self, block: &Block, crumb: &str) {
        self.attributes(&block.body, crumb);
        for inner in &block.body.blocks {
            self.block(inner, &format!("{crumb}.{}", inner.kind));
        }
    }

    fn attributes(&mut self, body: &Body, crumb: &str) {
        let named = body.attributes.iter().map(|it| (it.name.as_str(), &it.value));
        let path = written_to(named);
        for attribute in &body.attributes {
            let name = attribute.name.as_str();
            if PROSE.contains(&name) {
                continue;
            }
            let dot = if crumb.is_empty() { "" } else { "." };
            let place = Place {
                crumb: format!("{crumb}{dot}{name}"),
                name: name.to_owned(),
                path: path.clone().filter(|_| is_content(name)),
            };
            self.expr(&attribute.value, &place);
        }
    }

    fn expr(&mut self, expr: &Expr, place: &Place) {
        if self.read.iter().any(|read| read.contains(expr.span)) {
            return;
        }
        match &expr.value {
            Value::Object(entries) => self.object(expr, entries, place),
            Value::List(items) => {
                if place.name == "inline" {
                    return self.commands(items, place);
                }
                for (index, item) in items.iter().enumerate() {
                    self.expr(item, &place.item(index));
                }
            }
            Value::Call(call) => match (call.name.as_str(), call.args.as_slice()) {
                ("yamlencode" | "jsonencode", [inner]) => self.document(inner, place),
                _ => self.other(expr, place),
            },
            _ => self.other(expr, place),
        }
    }

    fn other(&mut self, expr: &Expr, place: &Place) {
        match expr.text() {
            Some(text) => self.text(text, place),
            // What a function makes of a text may be the same in another form.
            None => expr.parts().into_iter().for_each(|part| self.expr(part, place)),
        }
        if let Value::Text(text) = &expr.value {
            text.parts.iter().for_each(|part| self.expr(part, place));
        }
    }

    fn object(&mut self, expr: &Expr, entries: &[(Expr, Expr)], place: &Place) {
        let named = entries.iter().filter_map(|(key, value)| Some((name(key)?, value)));
        let named: Vec<(&str, &Expr)> = named.collect();
        let has = |key: &str| named.iter().any(|(name, _)| *name == key);
        if has("apiVersion") && has("kind") {
            return self.document(expr, place);
        }
        let path = written_to(named.iter().copied());
        for (name, value) in named {
            let path = path.clone().filter(|_| is_content(name));
            self.expr(value, &place.entry(name, path));
        }
    }

    /// What `yamlencode` writes.
    fn document(&mut self, expr: &Expr, place: &Place) {
        let expr = self.locals.resolve(expr);
        let Some(root) = expr.document(self.container.source) else { return };
        if is_of_interest(&root) {
            let whole = is_whole(&root, place);
            let tree = if whole { Arc::clone(root.tree()) } else { seen(&root) };
            self.carry(place, ".yaml", Content::Yaml(tree));
        }
    }

    fn text(&mut self, text: Sourced, place: &Place) {
        let placed = place.path.as_deref().is_some_and(carrier::is_of_interest);
        if text.text.starts_with("#!") {
            return self.carry(place, ".sh", Content::Text(text));
        }
        if placed && !place.path.as_deref().is_some_and(path::is_yaml) {
            return self.carry(place, "", Content::Text(text));
        }
        if !(placed || text.text.contains('\n') && begins_like_yaml(&text.text)) {
            return;
        }
        let tree = parse_text(self.container.source, &text);
        // Another language's text may look like YAML at its first line.
        let readable = tree.errors.is_empty() || tree.template || placed;
        let docs = tree.docs().collect::<Vec<_>>();
        let ours = tree.docs().chain(tree.hidden_docs()).any(|doc| is_of_interest(&doc));
        if !readable || !(placed || ours) {
            return;
        }
        let content = match docs.as_slice() {
            [root] if tree.errors.is_empty() && !is_whole(root, place) => Content::Yaml(seen(root)),
            // It may be read again, with a branch of it.
            _ if place.path.as_deref().is_none_or(path::is_yaml) => Content::Text(text),
            _ => Content::Yaml(tree),
        };
        self.carry(place, ".yaml", content);
    }

    /// `inline` of `remote-exec`: lines of a script.
    fn commands(&mut self, items: &[Expr], place: &Place) {
        let mut script: Option<Sourced> = None;
        for text in items.iter().filter_map(Expr::text) {
            match &mut script {
                Some(script) => {
                    let end = script.end();
                    script.push_from('\n', end, end);
                    script.append(&text);
                }
                None => script = Some(text),
            }
        }
        if let Some(script) = script {
            self.carry(place, ".sh", Content::Text(script));
        }
    }

    fn carry(&mut self, place: &Place, ending: &str, content: Content) {
        let path = place.path.clone().unwrap_or_else(|| format!("{}{ending}", place.name));
        let path = self.container.inside(&place.crumb, &path);
        self.all.push(Carried { path, content, carrier: Carrier::new(KIND, place.crumb.as_str()) });
    }
}

/// A configuration that is given to a module, or that no path is known of, may
/// be a part of what a machine gets.
fn is_whole(root: &Node, place: &Place) -> bool {
    let has = |key: &str| !matches!(root.get(key), Lookup::Absent);
    place.path.is_some() || has("kind") || has("write_files") || root.kind() != Kind::Map
}

/// With keys that can't be seen.
fn seen(root: &Node) -> Arc<Tree> {
    let mut maker = Maker::beside(root);
    let copy = maker.copy(root);
    maker.open();
    maker.finish(copy)
}

/// `content`, `content_base64`.
fn is_content(name: &str) -> bool {
    name.starts_with("content")
}

fn name(key: &Expr) -> Option<&str> {
    match &key.value {
        Value::Text(text) => Some(text.text.text.as_str()),
        _ => None,
    }
}

/// The path on a machine that a file is written to, or the name of one that is
/// written elsewhere.
fn written_to<'a>(attributes: impl Iterator<Item = (&'a str, &'a Expr)>) -> Option<String> {
    let mut paths = attributes.filter(|(name, _)| PATHS.contains(name));
    let text = paths.find_map(|(_, value)| value.text())?.text;
    let literal = match text.rfind('}') {
        Some(at) => text[at..].split_once('/')?.1,
        None => &text,
    };
    let path = match text.starts_with('/') && carrier::is_of_interest(literal) {
        true => literal,
        false => path::name(literal),
    };
    (!path.is_empty() && !path.contains('\n')).then(|| path.to_owned())
}

/// The first line that says something is a key, an item or a marker.
fn begins_like_yaml(text: &str) -> bool {
    let says = |line: &&str| {
        let line = line.trim();
        !line.is_empty() && !line.starts_with(['#', '%']) && !line.starts_with("${")
    };
    let Some(line) = text.lines().find(says) else { return false };
    let line = line.trim();
    let key = line.split_once(':').filter(|(_, rest)| rest.is_empty() || rest.starts_with(' '));
    let is_key = |key: &str| !key.is_empty() && !key.trim_end().contains([' ', '$', '=', '(']);
    line == "---" || line.starts_with("- ") || key.is_some_and(|(key, _)| is_key(key))
}

/// Whether it may be an object of Kubernetes', cloud-init's or a configuration.
fn is_of_interest(root: &Node) -> bool {
    let has = |key: &str| !matches!(root.get(key), Lookup::Absent);
    let known = |node: &Node| node.as_str().is_some_and(|key| flags::flag(key).is_some());
    root.kind() == Kind::Map
        && (has("apiVersion") && has("kind")
            || has("write_files")
            || root.entries().any(|entry| known(&entry.key)))
}
