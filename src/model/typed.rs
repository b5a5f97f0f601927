//! The JSON types of what a chart's values are written as, beside those that
//! a schema takes.

use crate::yaml::{Kind, Node, Scalar};

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Type {
    Null,
    Bool,
    /// Or a number that is whole, which JSON tells apart from no integer.
    Int,
    Float,
    Text,
    List,
    Map,
}

impl Type {
    /// As Helm reads it; `None` if that isn't known.
    pub fn of(node: &Node) -> Option<Type> {
        if node.is_unknown() {
            return None;
        }
        Some(match node.kind() {
            Kind::Map => Type::Map,
            Kind::Seq => Type::List,
            Kind::Scalar => match node.scalar()? {
                Scalar::Null => Type::Null,
                Scalar::Bool(_) => Type::Bool,
                Scalar::Int(_) => Type::Int,
                Scalar::Float(value) if value.fract() == 0.0 => Type::Int,
                Scalar::Float(_) => Type::Float,
                Scalar::Text => Type::Text,
            },
        })
    }

    /// As `facts::paths` writes it.
    pub fn parse(word: &str) -> Option<Type> {
        let types = [
            ("null", Type::Null),
            ("bool", Type::Bool),
            ("int", Type::Int),
            ("num", Type::Float),
            ("str", Type::Text),
            ("list", Type::List),
            ("map", Type::Map),
        ];
        types.iter().find(|(name, _)| *name == word).map(|(_, of)| *of)
    }

    /// Where a schema wants the other, it takes this one.
    pub fn fits(self, wanted: Type) -> bool {
        self == wanted || (self, wanted) == (Type::Int, Type::Float)
    }

    /// As JSON Schema calls it.
    pub fn json(self) -> &'static str {
        match self {
            Type::Null => "null",
            Type::Bool => "boolean",
            Type::Int => "integer",
            Type::Float => "number",
            Type::Text => "string",
            Type::List => "array",
            Type::Map => "object",
        }
    }
}
