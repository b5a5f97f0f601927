//! Expressions as values, as far as they are written out.

use super::{
    Module, Set, Value, flow,
    syntax::{self, Binding, Expr, ExprKind, Part},
};
use crate::yaml::Sourced;
use std::collections::{BTreeMap, BTreeSet};

/// How far names of `let` lead to others.
const MAX_NAMES: usize = 8;

pub(super) fn read(text: &str) -> Option<Module> {
    let root = syntax::parse(text)?;
    let mut reader = Reader { text, ..Reader::default() };
    reader.names(&root);
    let mut module = Module::default();
    reader.modules(&root, &mut module);
    module.files = reader.files;
    Some(module)
}

#[derive(Default)]
struct Reader<'t> {
    text: &'t str,
    /// What `let` binds; `None` if a name is bound twice.
    names: BTreeMap<String, Option<Expr>>,
    /// Names that are being looked up.
    depth: usize,
    /// Where sets begin that are part of a module already.
    seen: BTreeSet<usize>,
    files: Vec<(Sourced, Value)>,
}

impl Reader<'_> {
    fn names(&mut self, expr: &Expr) {
        if let ExprKind::Let(bindings, _) = &expr.kind {
            for binding in bindings {
                if let Binding::Value(keys, value) = binding
                    && let [key] = &keys[..]
                {
                    let name = self.text[key.range.clone()].to_owned();
                    let bound = self.names.entry(name);
                    bound.and_modify(|bound| *bound = None).or_insert(Some(value.clone()));
                }
            }
        }
        for_each_part(expr, &mut |part| self.names(part));
    }

    /// The file's own set, and those that no other set holds.
    fn modules(&mut self, expr: &Expr, module: &mut Module) {
        if matches!(expr.kind, ExprKind::Set(_))
            && !self.seen.contains(&expr.range.start)
            && let Value::Set(set) = self.value(expr)
            && !set.entries.is_empty()
        {
            module.sets.push(set);
        }
        if matches!(expr.kind, ExprKind::Apply(..)) && !self.seen.contains(&expr.range.start) {
            self.value(expr);
        }
        if let ExprKind::Binary(..) = expr.kind
            && !self.seen.contains(&expr.range.start)
            && let Value::Set(set) = self.value(expr)
        {
            module.sets.push(set);
        }
        for_each_part(expr, &mut |part| self.modules(part, module));
    }

    fn place(&self, expr: &Expr) -> Sourced {
        Sourced::verbatim(&self.text[expr.range.clone()], expr.range.start)
    }

    fn unknown(&self, expr: &Expr) -> Value {
        Value::Unknown(self.place(expr))
    }

    fn value(&mut self, expr: &Expr) -> Value {
        match &expr.kind {
            ExprKind::Text { indented, parts } => Value::Text(self.string(expr, *indented, parts)),
            ExprKind::Word => Value::Word(self.place(expr)),
            ExprKind::Name => self.name(expr),
            ExprKind::Set(bindings) => {
                self.seen.insert(expr.range.start);
                Value::Set(self.set(bindings))
            }
            ExprKind::List(items) => {
                Value::List(items.iter().map(|item| self.value(item)).collect())
            }
            ExprKind::Apply(..) => self.applied(expr),
            ExprKind::Binary(sign, left, right) => self.binary(expr, sign, left, right),
            ExprKind::Let(_, body) | ExprKind::Inside(body) => self.value(body),
            ExprKind::Select | ExprKind::Other => self.unknown(expr),
        }
    }

    fn name(&mut self, expr: &Expr) -> Value {
        let name = &self.text[expr.range.clone()];
        if ["true", "false", "null"].contains(&name) {
            return Value::Word(self.place(expr));
        }
        match self.names.get(name) {
            Some(Some(bound)) if self.depth < MAX_NAMES => {
                let bound = bound.clone();
                self.depth += 1;
                let value = self.value(&bound);
                self.depth -= 1;
                value
            }
            _ => self.unknown(expr),
        }
    }

    fn set(&mut self, bindings: &[Binding]) -> Set {
        let mut set = Set::default();
        for binding in bindings {
            match binding {
                Binding::Value(keys, value) => {
                    let keys: Vec<Sourced> = keys.iter().map(|key| self.key(key)).collect();
                    let value = self.value(value);
                    let Some((first, rest)) = keys.split_first() else { continue };
                    let nest = |value, key: &Sourced| {
                        Value::Set(Set { entries: vec![(key.clone(), value)], open: false })
                    };
                    set.define(first.clone(), rest.iter().rev().fold(value, nest));
                }
                Binding::Inherit(names, from) => {
                    for name in names {
                        let value = if *from { self.unknown(name) } else { self.name(name) };
                        set.define(self.place(name), value);
                    }
                }
            }
        }
        set
    }

    fn key(&mut self, key: &Expr) -> Sourced {
        match self.value_of_key(key) {
            Some(text) => text,
            None => self.place(key),
        }
    }

    fn value_of_key(&mut self, key: &Expr) -> Option<Sourced> {
        match &key.kind {
            ExprKind::Text { indented, parts } => Some(self.string(key, *indented, parts)),
            _ => None,
        }
    }

    fn binary(&mut self, expr: &Expr, sign: &str, left: &Expr, right: &Expr) -> Value {
        self.seen.insert(expr.range.start);
        let place = |value: &Value| matches!(value, Value::Unknown(_));
        match (sign, self.value(left), self.value(right)) {
            ("//", Value::Set(left), Value::Set(right)) => Value::Set(updated(left, right)),
            ("//", Value::Set(set), other) | ("//", other, Value::Set(set)) if place(&other) => {
                Value::Set(Set { open: true, ..set })
            }
            ("++", Value::List(mut left), Value::List(right)) => {
                left.extend(right);
                Value::List(left)
            }
            ("++", Value::List(mut left), other) if place(&other) => {
                left.push(other);
                Value::List(left)
            }
            ("++", other, Value::List(right)) if place(&other) => {
                Value::List(std::iter::once(other).chain(right).collect())
            }
            ("+", Value::Text(mut left), Value::Text(right)) => {
                left.append(&right);
                Value::Text(left)
            }
            _ => self.unknown(expr),
        }
    }

    /// A function with its arguments: those of the module system that leave a
    /// value as it is, and those that make files.
    fn applied(&mut self, expr: &Expr) -> Value {
        self.seen.insert(expr.range.start);
        let mut arguments = Vec::new();
        let mut function = expr;
        while let ExprKind::Apply(inner, argument) = &function.kind {
            arguments.insert(0, &**argument);
            function = inner;
        }
        if let ExprKind::Inside(inner) = &function.kind {
            function = inner;
        }
        let name = &self.text[function.range.clone()];
        let name = name.rsplit('.').next().unwrap_or(name).trim();
        match (name, &arguments[..]) {
            ("mkDefault" | "mkForce" | "mkBefore" | "mkAfter" | "mkVMOverride", [value])
            | ("mkOverride" | "mkOrder", [_, value]) => self.value(value),
            ("toJSON", [value]) | ("toYAML" | "toJSON", [_, value]) => match self.value(value) {
                Value::Unknown(place) => Value::Unknown(place),
                known => Value::Text(flow(&known)),
            },
            ("mkIf" | "optionalAttrs", [_, value]) => match self.value(value) {
                Value::Set(set) => Value::Set(set),
                _ => self.unknown(expr),
            },
            ("mkMerge", [values]) => self.merged(expr, values),
            ("recursiveUpdate", [left, right]) => self.binary(expr, "//", left, right),
            ("optional" | "optionals", [..]) => Value::List(vec![self.unknown(expr)]),
            ("flatten", [value]) => self.value(value),
            ("toFile" | "writeText" | "generate", [name, value]) => self.file(expr, name, value),
            ("writeTextFile", [arguments]) => self.text_file(expr, arguments),
            _ => self.unknown(expr),
        }
    }

    fn merged(&mut self, expr: &Expr, values: &Expr) -> Value {
        let Value::List(values) = self.value(values) else { return self.unknown(expr) };
        let mut merged = Set::default();
        for value in values {
            match value {
                Value::Set(set) => merged.merge(set),
                _ => merged.open = true,
            }
        }
        Value::Set(merged)
    }

    fn file(&mut self, expr: &Expr, name: &Expr, value: &Expr) -> Value {
        match (self.value(name), self.value(value)) {
            (Value::Text(name), value) => self.made(name, value),
            _ => self.unknown(expr),
        }
    }

    fn text_file(&mut self, expr: &Expr, arguments: &Expr) -> Value {
        let Value::Set(set) = self.value(arguments) else { return self.unknown(expr) };
        let entry = |key: &str| set.entries.iter().find(|(name, _)| name.text == key).cloned();
        match (entry("name"), entry("text")) {
            (Some((_, Value::Text(name))), Some((_, value))) => self.made(name, value),
            _ => self.unknown(expr),
        }
    }

    fn made(&mut self, name: Sourced, value: Value) -> Value {
        let file = (name, value);
        if !self.files.contains(&file) {
            self.files.push(file.clone());
        }
        Value::File(file.0, Box::new(file.1))
    }

    fn string(&self, expr: &Expr, indented: bool, parts: &[Part]) -> Sourced {
        let start = expr.range.start + if indented { 2 } else { 1 };
        let mut string = Sourced::empty(start);
        let strip = if indented { indentation(self.text, parts) } else { 0 };
        // Spaces left to strip on this line; `None` behind its first character.
        let mut left = Some(strip);
        for (index, part) in parts.iter().enumerate() {
            match part {
                Part::Interpolation(range) => {
                    placeholder(&mut string, self.text, range.clone());
                    left = None;
                }
                Part::Literal(range) => {
                    let mut range = range.clone();
                    if indented && index == 0 {
                        range.start += blank_first_line(&self.text[range.clone()]);
                    }
                    let raw = &self.text[range.clone()];
                    match indented {
                        true => stripped(&mut string, raw, range.start, strip, &mut left),
                        false => unescaped(&mut string, raw, range.start),
                    }
                }
            }
        }
        if indented {
            let end = string.text.rfind('\n').map_or(0, |at| at + 1);
            if end > 0 && string.text[end..].chars().all(|char| char == ' ') {
                string = string.slice(0, end);
            }
        }
        string
    }
}

fn for_each_part<'e>(expr: &'e Expr, visit: &mut impl FnMut(&'e Expr)) {
    let of_bindings = |bindings: &'e [Binding], visit: &mut dyn FnMut(&'e Expr)| {
        for binding in bindings {
            if let Binding::Value(_, value) = binding {
                visit(value);
            }
        }
    };
    match &expr.kind {
        ExprKind::Set(bindings) => of_bindings(bindings, visit),
        ExprKind::Let(bindings, body) => {
            of_bindings(bindings, visit);
            visit(body);
        }
        ExprKind::List(items) => items.iter().for_each(visit),
        ExprKind::Apply(a, b) | ExprKind::Binary(_, a, b) => {
            visit(a);
            visit(b);
        }
        ExprKind::Inside(body) => visit(body),
        ExprKind::Text { .. }
        | ExprKind::Word
        | ExprKind::Name
        | ExprKind::Select
        | ExprKind::Other => {}
    }
}

/// `left // right`: the right side's keys win, whole.
fn updated(mut left: Set, right: Set) -> Set {
    left.open |= right.open;
    for (key, value) in right.entries {
        left.entries.retain(|(name, _)| name.text != key.text);
        left.entries.push((key, value));
    }
    left
}

/// `${x}` with nothing in it that ends it early.
fn placeholder(string: &mut Sourced, text: &str, range: std::ops::Range<usize>) {
    let inner = range.start + 2..range.end.saturating_sub(1).max(range.start + 2);
    string.push('$', range.start);
    string.push('{', range.start + 1);
    for (offset, char) in text[inner.clone()].char_indices() {
        let harmless = !matches!(char, '{' | '}' | '\n' | '\r' | '\\');
        string.push(if harmless { char } else { '_' }, inner.start + offset);
    }
    string.push('}', range.end - 1);
}

/// How much of the first line is left out: all of it if it is blank.
fn blank_first_line(text: &str) -> usize {
    let end = text.find('\n');
    end.filter(|end| text[..*end].chars().all(|char| char == ' ')).map_or(0, |end| end + 1)
}

/// The spaces that each line of an indented string loses: those of the line
/// with the fewest, blank lines aside.
fn indentation(text: &str, parts: &[Part]) -> usize {
    let mut least = usize::MAX;
    // Spaces so far of a line that has nothing else yet.
    let mut spaces = Some(0);
    for (index, part) in parts.iter().enumerate() {
        let Part::Literal(range) = part else {
            least = spaces.take().map_or(least, |spaces: usize| spaces.min(least));
            continue;
        };
        let mut literal = &text[range.clone()];
        if index == 0 {
            literal = &literal[blank_first_line(literal)..];
        }
        for char in literal.chars() {
            match (char, spaces) {
                ('\n', _) => spaces = Some(0),
                (' ', Some(count)) => spaces = Some(count + 1),
                (_, Some(count)) => {
                    least = least.min(count);
                    spaces = None;
                }
                (_, None) => {}
            }
        }
    }
    if least == usize::MAX { 0 } else { least }
}

/// A part of an indented string without indentation and escapes.
fn stripped(string: &mut Sourced, raw: &str, start: usize, strip: usize, left: &mut Option<usize>) {
    let mut at = 0;
    while let Some(char) = raw[at..].chars().next() {
        let rest = &raw[at..];
        let place = start + at;
        at += char.len_utf8();
        match *left {
            Some(spaces) if char == ' ' => {
                *left = spaces.checked_sub(1);
                if spaces > 0 {
                    *left = Some(spaces - 1);
                    continue;
                }
                *left = Some(0);
            }
            Some(_) if char != '\n' => *left = None,
            _ => {}
        }
        if char == '\n' {
            *left = Some(strip);
        }
        if let Some(escaped) = rest.strip_prefix("''") {
            at = at - char.len_utf8() + indented_escape(string, escaped, place);
            continue;
        }
        string.push(char, place);
    }
}

/// What `''` and the text behind it stand for; returns the length of both.
fn indented_escape(string: &mut Sourced, rest: &str, place: usize) -> usize {
    match rest.chars().next() {
        Some('\'') => {
            string.push('\'', place);
            string.push('\'', place + 1);
            3
        }
        Some('$') => {
            string.push('$', place + 2);
            3
        }
        Some('\\') => {
            let escaped = rest[1..].chars().next().unwrap_or('\\');
            let char = match escaped {
                'n' => '\n',
                't' => '\t',
                'r' => '\r',
                other => other,
            };
            string.push(char, place + 3);
            3 + escaped.len_utf8()
        }
        _ => 2,
    }
}

fn unescaped(string: &mut Sourced, raw: &str, start: usize) {
    let mut chars = raw.char_indices();
    while let Some((at, char)) = chars.next() {
        if char != '\\' {
            string.push(char, start + at);
            continue;
        }
        match chars.next() {
            Some((_, 'n')) => string.push('\n', start + at),
            Some((_, 't')) => string.push('\t', start + at),
            Some((_, 'r')) => string.push('\r', start + at),
            Some((at, other)) => string.push(other, start + at),
            None => {}
        }
    }
}
