//! Expressions as YAML: what `yamlencode` and `jsonencode` write, with the
//! place of each key and value in the file.
//!
//! Source of what the functions do: the pages on functions of Terraform's
//! documentation (`merge`, `concat`, `join`, `indent`, `chomp`, `trimspace`).

use super::{Call, Expr, Value, encode};
use crate::{
    text::SourceFile,
    yaml::{Made, Maker, Node, Sourced, is_placeholder},
};
use std::sync::Arc;

impl Expr {
    /// The value as a document.
    pub fn document(&self, file: &Arc<SourceFile>) -> Option<Node> {
        let mut maker = Maker::over(file);
        let root = self.write(file, &mut maker);
        maker.finish(root).docs().next()
    }

    /// The value as a node among others of the file.
    pub fn write(&self, file: &SourceFile, maker: &mut Maker) -> Made {
        Writer { file, maker }.write(self)
    }

    /// The text that it is, with placeholders where something isn't known.
    /// `None` if it isn't text for all that can be known.
    pub fn text(&self) -> Option<Sourced> {
        match &self.value {
            Value::Text(text) => Some(text.text.clone()),
            Value::Call(call) => call.text(),
            _ => None,
        }
    }
}

impl Call {
    fn text(&self) -> Option<Sourced> {
        match (self.name.as_str(), self.args.as_slice()) {
            ("trimspace", [text]) => {
                let text = text.text()?;
                let start = text.text.len() - text.text.trim_start().len();
                Some(text.slice(start, start + text.text.trim().len()))
            }
            ("chomp", [text]) => {
                let text = text.text()?;
                Some(text.slice(0, text.text.trim_end_matches(['\r', '\n']).len()))
            }
            ("indent", [width, text]) => {
                let Value::Literal(width) = &width.value else { return None };
                Some(indented(&text.text()?, width.parse().ok().filter(|width| *width <= 100)?))
            }
            ("yamlencode" | "jsonencode", [value]) => Some(encode::encode(value)),
            ("sensitive" | "nonsensitive", [text]) => text.text(),
            ("join", [separator, list]) if !self.spreads => {
                let Value::List(items) = &list.value else { return None };
                joined(&separator.text()?.text, items)
            }
            _ => None,
        }
    }
}

/// Source: "adds a given number of spaces to the beginnings of all but the
/// first line".
fn indented(text: &Sourced, width: usize) -> Sourced {
    let mut result = Sourced::empty(text.start());
    let mut start = 0;
    for line in text.text.split_inclusive('\n') {
        let end = start + line.len();
        let at = text.place(start);
        (0..if start == 0 { 0 } else { width }).for_each(|_| result.push_from(' ', at, at));
        result.append(&text.slice(start, end));
        start = end;
    }
    result
}

fn joined(separator: &str, items: &[Expr]) -> Option<Sourced> {
    let mut result: Option<Sourced> = None;
    for item in items {
        let (start, end) = (item.span.start as usize, item.span.end as usize);
        let text = item.text();
        let text = text.unwrap_or_else(|| Sourced::in_place_of(PLACEHOLDER.to_owned(), start, end));
        match &mut result {
            Some(result) => {
                let at = result.end();
                separator.chars().for_each(|char| result.push_from(char, at, at));
                result.append(&text);
            }
            None => result = Some(text),
        }
    }
    result
}

/// What `yaml` takes for something that is still to be filled in.
pub(super) const PLACEHOLDER: &str = "${unknown}";

struct Writer<'a> {
    file: &'a SourceFile,
    maker: &'a mut Maker,
}

impl Writer<'_> {
    fn write(&mut self, expr: &Expr) -> Made {
        let at = expr.span.range();
        match &expr.value {
            Value::Literal(text) if is_odd_number(text) => self.maker.unknown(at),
            Value::Literal(text) => self.maker.plain(text, at),
            Value::Text(text) => self.string(&text.text, expr),
            Value::List(items) => {
                let items: Vec<Made> = items.iter().map(|item| self.write(item)).collect();
                self.maker.seq(&items, at)
            }
            Value::Object(_) => self.mapping(expr),
            Value::Call(call) => self.call(call, expr),
            Value::Reference(_) | Value::Choice(_) | Value::Unknown(_) => self.maker.unknown(at),
        }
    }

    fn call(&mut self, call: &Call, expr: &Expr) -> Made {
        let at = expr.span.range();
        match (call.name.as_str(), call.args.as_slice()) {
            ("merge", _) => self.mapping(expr),
            ("concat", _) if !call.spreads => {
                let items: Vec<Made> = call.args.iter().flat_map(|list| self.items(list)).collect();
                self.maker.seq(&items, at)
            }
            ("tolist" | "tomap" | "sensitive" | "nonsensitive", [inner]) => self.write(inner),
            _ => match call.text() {
                Some(text) => self.string(&text, expr),
                None => self.maker.unknown(at),
            },
        }
    }

    /// A list's items, or something unknown among other lists' items.
    fn items(&mut self, list: &Expr) -> Vec<Made> {
        match &list.value {
            Value::List(items) => items.iter().map(|item| self.write(item)).collect(),
            _ => vec![self.maker.unknown(list.span.range())],
        }
    }

    fn string(&mut self, text: &Sourced, expr: &Expr) -> Made {
        // What both languages write in quotes alike has its places by them.
        let shown = self.file.slice(expr.span);
        let alike = shown.starts_with('"') && !shown.contains("$${") && !shown.contains("%%{");
        match alike && matches!(expr.value, Value::Text(_)) {
            true => self.maker.text(&text.text, expr.span.range()),
            false => self.maker.lines(text, expr.span.start as usize),
        }
    }

    fn mapping(&mut self, expr: &Expr) -> Made {
        let entries = Entries::of(expr);
        let written: Vec<(Made, Made)> = entries
            .entries
            .iter()
            .map(|entry| {
                let value = match entry.overridden {
                    true => self.maker.unknown(entry.value.span.range()),
                    false => self.write(entry.value),
                };
                (self.key(entry.key), value)
            })
            .collect();
        let unseen = entries.unseen.iter().map(|unseen| {
            let at = unseen.span.range();
            (self.maker.unknown(at.clone()), self.maker.unknown(at))
        });
        let all: Vec<(Made, Made)> =
            written.into_iter().chain(unseen.collect::<Vec<_>>()).collect();
        self.maker.map(&all, expr.span.range())
    }

    fn key(&mut self, key: &Expr) -> Made {
        match &key.value {
            // A key is a string, whatever it is written as.
            Value::Literal(text) => self.maker.text(text, key.span.range()),
            _ => self.write(key),
        }
    }
}

/// `yamlencode` writes numbers with an exponent in its own way.
pub(super) fn is_odd_number(text: &str) -> bool {
    text.starts_with(|c: char| c == '-' || c.is_ascii_digit()) && text.contains(['e', 'E', ' '])
}

/// What a mapping holds after `merge`.
#[derive(Default)]
pub(super) struct Entries<'a> {
    pub(super) entries: Vec<Entry<'a>>,
    /// Other keys may come from there.
    pub(super) unseen: Vec<&'a Expr>,
}

pub(super) struct Entry<'a> {
    pub(super) key: &'a Expr,
    pub(super) value: &'a Expr,
    /// Something later may have set the key to something else.
    pub(super) overridden: bool,
}

impl<'a> Entries<'a> {
    pub(super) fn of(expr: &'a Expr) -> Entries<'a> {
        let mut entries = Entries::default();
        entries.add(expr);
        entries
    }

    fn add(&mut self, part: &'a Expr) {
        match &part.value {
            Value::Object(entries) => {
                for (key, value) in entries {
                    if let Some(name) = name(key) {
                        self.entries.retain(|old| self::name(old.key) != Some(name));
                    }
                    self.entries.push(Entry { key, value, overridden: false });
                }
            }
            Value::Call(call) if call.name == "merge" && !call.spreads => {
                call.args.iter().for_each(|part| self.add(part));
            }
            Value::Choice(outcomes) => {
                self.unseen.push(part);
                outcomes.iter().for_each(|outcome| self.override_by(outcome));
            }
            _ => {
                self.unseen.push(part);
                self.override_by(part);
            }
        }
    }

    fn override_by(&mut self, part: &Expr) {
        let names: Option<Vec<&str>> = match &part.value {
            Value::Object(entries) => entries.iter().map(|(key, _)| name(key)).collect(),
            _ => None,
        };
        for entry in &mut self.entries {
            let spared = names
                .as_ref()
                .is_some_and(|names| name(entry.key).is_some_and(|name| !names.contains(&name)));
            entry.overridden |= !spared;
        }
    }
}

fn name(key: &Expr) -> Option<&str> {
    match &key.value {
        Value::Text(key) => Some(key.text.text.as_str()).filter(|text| !is_placeholder(text)),
        Value::Literal(text) => Some(text),
        _ => None,
    }
}
