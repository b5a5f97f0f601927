//! What `yamlencode` makes of a value, as text with the place of each byte.
//!
//! The text isn't Terraform's to the byte, but means the same.

use super::{
    Expr, Value,
    object::{Entries, PLACEHOLDER, is_odd_number},
};
use crate::yaml::Sourced;

/// A document in block style. Strings are in double quotes, which stand where
/// those of the source do.
pub(super) fn encode(expr: &Expr) -> Sourced {
    let mut encoder = Encoder { out: Sourced::empty(expr.span.start as usize), at: 0 };
    encoder.at = expr.span.start as usize;
    encoder.node(expr, 0);
    encoder.glue("\n");
    encoder.out
}

struct Encoder {
    out: Sourced,
    /// Where the source was left.
    at: usize,
}

impl Encoder {
    /// Text that the source hasn't got.
    fn glue(&mut self, text: &str) {
        text.chars().for_each(|char| self.out.push_from(char, self.at, self.at));
    }

    fn line(&mut self, depth: usize) {
        if !self.out.text.is_empty() {
            self.glue("\n");
        }
        self.glue(&"  ".repeat(depth));
    }

    fn node(&mut self, expr: &Expr, depth: usize) {
        match &expr.value {
            Value::List(items) if items.is_empty() => self.stand_in("[]", expr),
            Value::List(items) => {
                for item in items {
                    self.line(depth);
                    self.glue("- ");
                    self.node(item, depth + 1);
                }
            }
            Value::Object(_) => self.mapping(expr, depth),
            Value::Call(call) if call.name == "merge" => self.mapping(expr, depth),
            _ => self.scalar(expr),
        }
    }

    fn scalar(&mut self, expr: &Expr) {
        match &expr.value {
            Value::Literal(text) if !is_odd_number(text) => self.stand_in(text, expr),
            _ => match expr.text() {
                Some(text) => self.quoted(&text, expr),
                None => self.stand_in(PLACEHOLDER, expr),
            },
        }
    }

    fn mapping(&mut self, expr: &Expr, depth: usize) {
        let entries = Entries::of(expr);
        if entries.entries.is_empty() && entries.unseen.is_empty() {
            return self.stand_in("{}", expr);
        }
        for entry in &entries.entries {
            self.line(depth);
            match &entry.key.value {
                // A key is a string, whatever it is written as.
                Value::Literal(text) => self.stand_in(&format!("\"{text}\""), entry.key),
                _ => self.scalar(entry.key),
            }
            self.glue(": ");
            match entry.overridden {
                true => self.stand_in(PLACEHOLDER, entry.value),
                false => self.node(entry.value, depth + 1),
            }
        }
        for unseen in &entries.unseen {
            self.line(depth);
            self.stand_in(PLACEHOLDER, unseen);
            self.glue(": ");
            self.stand_in(PLACEHOLDER, unseen);
        }
    }

    /// Text that lies, all of it, where an expression does.
    fn stand_in(&mut self, text: &str, expr: &Expr) {
        let (start, end) = (expr.span.start as usize, expr.span.end as usize);
        self.out.append(&Sourced::in_place_of(text.to_owned(), start, end));
        self.at = end;
    }

    fn quoted(&mut self, text: &Sourced, expr: &Expr) {
        self.at = expr.span.start as usize;
        self.glue("\"");
        let mut plain = 0;
        for (at, char) in text.text.char_indices() {
            let escaped = match char {
                '"' | '\\' => char,
                '\n' => 'n',
                '\r' => 'r',
                '\t' => 't',
                _ => continue,
            };
            self.out.append(&text.slice(plain, at));
            plain = at + char.len_utf8();
            let place = text.slice(at, plain);
            ['\\', escaped].into_iter().for_each(|char| {
                self.out.push_from(char, place.start(), place.end());
            });
        }
        self.out.append(&text.slice(plain, text.text.len()));
        self.at = expr.span.end as usize;
        self.glue("\"");
    }
}
