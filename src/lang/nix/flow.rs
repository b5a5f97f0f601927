//! A value as YAML in one line: what `toJSON` makes of it, with its places.

use super::Value;
use crate::{lang::shell::UNKNOWN, yaml::Sourced};

/// One document, for a list or a set of any depth.
pub fn flow(value: &Value) -> Sourced {
    let mut document = Sourced::empty(start(value));
    write(&mut document, value);
    document
}

fn start(value: &Value) -> usize {
    match value {
        Value::Text(text) | Value::Word(text) | Value::Unknown(text) => text.start(),
        Value::File(name, _) => name.start(),
        Value::List(items) => items.first().map_or(0, start),
        Value::Set(set) => set.entries.first().map_or(0, |(key, _)| key.start()),
    }
}

fn write(document: &mut Sourced, value: &Value) {
    match value {
        Value::Text(text) => quoted(document, text),
        Value::Word(text) => document.append(text),
        Value::File(_, inner) => write(document, inner),
        Value::Unknown(place) => glue(document, UNKNOWN, place.start()),
        Value::List(items) => {
            glue(document, "[", start(value));
            for item in items {
                write(document, item);
                glue(document, ", ", document.end());
            }
            glue(document, "]", document.end());
        }
        Value::Set(set) => {
            glue(document, "{", start(value));
            for (key, value) in &set.entries {
                quoted(document, key);
                glue(document, ": ", key.end());
                write(document, value);
                glue(document, ", ", document.end());
            }
            if set.open {
                glue(document, &format!("\n{UNKNOWN}\n"), document.end());
            }
            glue(document, "}", document.end());
        }
    }
}

/// In single quotes; line breaks need double ones.
fn quoted(document: &mut Sourced, text: &Sourced) {
    let double = text.text.contains('\n');
    let quote = if double { "\"" } else { "'" };
    glue(document, quote, text.start());
    for (char, at) in text.chars() {
        match (char, double) {
            ('\'', false) => glue(document, "''", at),
            ('\n', true) => glue(document, "\\n", at),
            ('"' | '\\', true) => {
                document.push('\\', at);
                document.push(char, at);
            }
            _ => document.push(char, at),
        }
    }
    glue(document, quote, text.end());
}

fn glue(document: &mut Sourced, text: &str, at: usize) {
    text.chars().for_each(|char| document.push_at(char, at));
}
