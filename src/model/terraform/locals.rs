//! What `locals` of a file are set to.
//!
//! A module has one definition of each, and nothing from outside can change it,
//! which isn't so for variables.
//! Source: Terraform's documentation, "Local Values".

use crate::lang::hcl::{Body, Call, Expr, Text, Value};
use std::{cell::Cell, collections::BTreeMap};

/// How far a local may lead to others.
const MAX_DEPTH: usize = 8;

/// How many expressions are put in place of references, at most.
const MAX_EXPRESSIONS: usize = 20_000;

#[derive(Default)]
pub(super) struct Locals<'a> {
    values: BTreeMap<&'a str, &'a Expr>,
}

impl<'a> Locals<'a> {
    pub(super) fn of(body: &'a Body) -> Locals<'a> {
        let blocks = body.blocks.iter().filter(|block| block.kind == "locals");
        let attributes = blocks.flat_map(|block| &block.body.attributes);
        let values = attributes.map(|attribute| (attribute.name.as_str(), &attribute.value));
        Locals { values: values.collect() }
    }

    /// With what references to locals lead to in their place.
    pub(super) fn resolve(&self, expr: &Expr) -> Expr {
        let left = Cell::new(MAX_EXPRESSIONS);
        self.replace(expr, MAX_DEPTH, &left)
    }

    fn replace(&self, expr: &Expr, depth: usize, left: &Cell<usize>) -> Expr {
        left.set(left.get().saturating_sub(1));
        if left.get() == 0 {
            return Expr { span: expr.span, value: Value::Unknown(Vec::new()) };
        }
        let all = |parts: &[Expr]| -> Vec<Expr> {
            parts.iter().map(|part| self.replace(part, depth, left)).collect()
        };
        let value = match &expr.value {
            Value::Reference(names) => match self.target(names).filter(|_| depth > 0) {
                Some(target) => return self.replace(target, depth - 1, left),
                None => Value::Reference(names.clone()),
            },
            Value::Literal(text) => Value::Literal(text.clone()),
            Value::Text(text) => {
                Value::Text(Text { text: text.text.clone(), parts: all(&text.parts) })
            }
            Value::List(items) => Value::List(all(items)),
            Value::Object(entries) => {
                let value = |value: &Expr| self.replace(value, depth, left);
                let entries = entries.iter().map(|(key, of_key)| (key.clone(), value(of_key)));
                Value::Object(entries.collect())
            }
            Value::Call(call) => {
                let (name, spreads) = (call.name.clone(), call.spreads);
                Value::Call(Call { name, args: all(&call.args), spreads })
            }
            Value::Choice(outcomes) => {
                let [yes, no] = &**outcomes;
                let value = |outcome: &Expr| self.replace(outcome, depth, left);
                Value::Choice(Box::new([value(yes), value(no)]))
            }
            Value::Unknown(parts) => Value::Unknown(all(parts)),
        };
        Expr { span: expr.span, value }
    }

    /// What `local.a.b` is.
    fn target(&self, names: &[String]) -> Option<&'a Expr> {
        let [first, name, keys @ ..] = names else { return None };
        if first != "local" {
            return None;
        }
        let mut found = *self.values.get(name.as_str())?;
        for key in keys {
            let Value::Object(entries) = &found.value else { return None };
            let named =
                |name: &Expr| matches!(&name.value, Value::Text(text) if text.text.text == *key);
            found = &entries.iter().find(|(name, _)| named(name))?.1;
        }
        Some(found)
    }
}
