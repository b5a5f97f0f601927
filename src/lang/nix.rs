//! Nix modules: attribute sets with the place of each key and value.
//!
//! Nothing is evaluated but what is written as it stands: what a function or
//! an argument makes is unknown. Wrappers of the module system that leave a
//! value as it is (`mkDefault`) are looked through.

mod eval;
mod flow;
mod syntax;

use crate::yaml::Sourced;

pub use flow::flow;

/// What an expression is known to be.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Value {
    /// A string; what is put into it stays `${…}`.
    Text(Sourced),
    /// A number, `true`, `false` or `null`, or a path.
    Word(Sourced),
    List(Vec<Value>),
    Set(Set),
    /// `pkgs.writeText name text` and functions like it: a file.
    File(Sourced, Box<Value>),
    /// The place of what can't be known.
    Unknown(Sourced),
}

/// An attribute set; `a.b = 1` is a set in a set.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Set {
    /// In order, each key once.
    pub entries: Vec<(Sourced, Value)>,
    /// Keys may exist that aren't here.
    pub open: bool,
}

/// What a look-up by keys finds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Attribute<'s> {
    Set(&'s Sourced, &'s Value),
    Absent,
    Unknown,
}

impl Set {
    pub fn get(&self, key: &str) -> Attribute<'_> {
        let found = self.entries.iter().find(|(name, _)| name.text == key);
        let dynamic = || self.entries.iter().any(|(name, _)| name.text.contains("${"));
        match found {
            Some((_, Value::Unknown(_))) => Attribute::Unknown,
            Some((name, value)) => Attribute::Set(name, value),
            None if self.open || dynamic() => Attribute::Unknown,
            None => Attribute::Absent,
        }
    }

    pub fn at(&self, path: &[&str]) -> Attribute<'_> {
        let [first, rest @ ..] = path else { return Attribute::Absent };
        match self.get(first) {
            found if rest.is_empty() => found,
            Attribute::Set(_, Value::Set(set)) => set.at(rest),
            Attribute::Absent => Attribute::Absent,
            _ => Attribute::Unknown,
        }
    }

    /// All sets that stand at a path below this one, whatever is above:
    /// `nodes.server.services.rke2` for `services.rke2`.
    pub fn all_at<'s>(&'s self, path: &[&str], found: &mut Vec<&'s Set>) {
        if let Attribute::Set(_, Value::Set(set)) = self.at(path) {
            found.push(set);
        }
        for (_, value) in &self.entries {
            value.all_at(path, found);
        }
    }

    /// Adds an attribute as the module system merges definitions: sets and
    /// lists are put together, others contradict each other.
    fn define(&mut self, key: Sourced, value: Value) {
        let Some((_, old)) = self.entries.iter_mut().find(|(name, _)| name.text == key.text) else {
            self.entries.push((key, value));
            return;
        };
        match (old, value) {
            (Value::Set(old), Value::Set(new)) => old.merge(new),
            (Value::List(old), Value::List(new)) => old.extend(new),
            (old, new) if *old != new => *old = Value::Unknown(key),
            _ => {}
        }
    }

    fn merge(&mut self, other: Set) {
        self.open |= other.open;
        for (key, value) in other.entries {
            self.define(key, value);
        }
    }
}

impl Value {
    pub fn all_at<'s>(&'s self, path: &[&str], found: &mut Vec<&'s Set>) {
        match self {
            Value::Set(set) => set.all_at(path, found),
            Value::List(items) => items.iter().for_each(|item| item.all_at(path, found)),
            Value::File(_, value) => value.all_at(path, found),
            Value::Text(_) | Value::Word(_) | Value::Unknown(_) => {}
        }
    }
}

/// What a file holds.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Module {
    /// Each is a module of its own, such as those in a flake's list.
    pub sets: Vec<Set>,
    /// Texts of `writeText` and the like, wherever they stand: their name and
    /// what they hold.
    pub files: Vec<(Sourced, Value)>,
}

/// `None` if it is no Nix, or too deep to be read.
pub fn read(text: &str) -> Option<Module> {
    eval::read(text)
}

#[cfg(test)]
mod tests;
