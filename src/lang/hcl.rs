//! HCL, the language of Terraform and OpenTofu: blocks, attributes and
//! expressions with their places, and the text of templates with the place
//! of each byte. The only door to the HCL parser.
//!
//! Nothing is evaluated: what depends on a reference, a condition or a loop
//! is kept with its parts, for a reader that looks for text in them. The parser
//! is stricter than Terraform in two things, which cost a block: a key that an
//! object has twice, and a line of a heredoc that begins with its delimiter.

mod encode;
mod object;
mod text;

use crate::{
    text::{SourceFile, Span},
    yaml::Sourced,
};
use hcl_edit::{
    expr::{Expression, FuncCall, Object, ObjectKey, TraversalOperator},
    structure::{self, Structure},
    template::{Directive, Element, Template},
};
use std::{ops::Range, sync::Arc};

/// What stands between braces, or in a file.
#[derive(Default, Debug)]
pub struct Body {
    pub attributes: Vec<Attribute>,
    pub blocks: Vec<Block>,
    /// Where the parser gave up. What was read stands in blocks beside it;
    /// a block of the outermost level that holds an error isn't there.
    pub errors: Vec<Span>,
}

#[derive(Debug)]
pub struct Attribute {
    pub name: String,
    /// The name's place.
    pub key: Span,
    pub value: Expr,
}

/// `kind "label" "label" { … }`
#[derive(Debug)]
pub struct Block {
    pub kind: String,
    pub labels: Vec<String>,
    /// From the kind to the last label.
    pub head: Span,
    /// From the kind to the closing brace.
    pub span: Span,
    pub body: Body,
}

#[derive(Clone, Debug)]
pub struct Expr {
    pub span: Span,
    pub value: Value,
}

#[derive(Clone, Debug)]
pub enum Value {
    /// `null`, `true`, or a number, as it is written.
    Literal(String),
    /// A string or a heredoc. Interpolations and directives stand in it as
    /// placeholders that `yaml` knows.
    Text(Text),
    List(Vec<Expr>),
    /// Keys and values in order.
    Object(Vec<(Expr, Expr)>),
    Call(Call),
    /// Names with dots between them: `local.cni`.
    Reference(Vec<String>),
    /// What both outcomes of a condition are.
    Choice(Box<[Expr; 2]>),
    /// Anything else, with the expressions in it.
    Unknown(Vec<Expr>),
}

#[derive(Clone, Debug)]
pub struct Text {
    pub text: Sourced,
    /// What its interpolations hold.
    pub parts: Vec<Expr>,
}

#[derive(Clone, Debug)]
pub struct Call {
    pub name: String,
    pub args: Vec<Expr>,
    /// The last argument is a list of arguments: `f(a, b...)`.
    pub spreads: bool,
}

impl Body {
    pub fn attribute(&self, name: &str) -> Option<&Attribute> {
        self.attributes.iter().find(|attribute| attribute.name == name)
    }

    /// Blocks of a kind, and what `dynamic` blocks make of it.
    pub fn blocks_of<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = &'a Block> {
        let made = move |block: &'a Block| {
            let dynamic =
                block.kind == "dynamic" && block.labels.first().is_some_and(|l| l == kind);
            let content = block.body.blocks.iter().find(|inner| inner.kind == "content");
            content.filter(|_| dynamic)
        };
        self.blocks.iter().filter_map(
            move |block| {
                if block.kind == kind { Some(block) } else { made(block) }
            },
        )
    }
}

impl Expr {
    /// The expressions that it is made of.
    pub fn parts(&self) -> Vec<&Expr> {
        match &self.value {
            Value::Literal(_) | Value::Reference(_) => Vec::new(),
            Value::Text(text) => text.parts.iter().collect(),
            Value::List(parts) | Value::Unknown(parts) => parts.iter().collect(),
            Value::Object(entries) => {
                entries.iter().flat_map(|(key, value)| [key, value]).collect()
            }
            Value::Call(call) => call.args.iter().collect(),
            Value::Choice(outcomes) => outcomes.iter().collect(),
        }
    }

    pub fn call(&self, name: &str) -> Option<&Call> {
        match &self.value {
            Value::Call(call) if call.name == name => Some(call),
            _ => None,
        }
    }
}

/// Parses a file. Never fails: what can't be parsed is left out.
pub fn parse(file: &Arc<SourceFile>) -> Body {
    let bom = if file.text.starts_with('\u{feff}') { 3 } else { 0 };
    let mut body = Body::default();
    let end = file.text.len();
    let whole = Reader { file, base: bom };
    if whole.read_into(&mut body, end).is_ok() {
        return body;
    }
    // One mistake makes the parser give up the file.
    for range in text::blocks(&file.text, bom) {
        let reader = Reader { file, base: range.start };
        if let Err(error) = reader.read_into(&mut body, range.end) {
            body.errors.push(error);
        }
    }
    body
}

struct Reader<'a> {
    file: &'a SourceFile,
    /// Where the parser's text begins in the file.
    base: usize,
}

impl Reader<'_> {
    /// Adds what stands between `base` and `end`, or nothing.
    fn read_into(&self, body: &mut Body, end: usize) -> Result<(), Span> {
        let text = &self.file.text[self.base..end];
        let parsed = hcl_edit::parser::parse_body(text).map_err(|error| {
            let at = error.location().offset();
            self.span(&(at..at))
        })?;
        let mut read = self.body(&parsed);
        body.attributes.append(&mut read.attributes);
        body.blocks.append(&mut read.blocks);
        Ok(())
    }

    fn span(&self, range: &Range<usize>) -> Span {
        Span::new(self.file.id, self.base + range.start, self.base + range.end)
    }

    fn place(&self, node: &impl hcl_edit::Span) -> Span {
        self.span(&node.span().unwrap_or_default())
    }

    fn body(&self, parsed: &structure::Body) -> Body {
        let mut body = Body::default();
        for structure in parsed {
            match structure {
                Structure::Attribute(attribute) => body.attributes.push(Attribute {
                    name: attribute.key.to_string(),
                    key: self.place(&attribute.key),
                    value: self.expr(&attribute.value),
                }),
                Structure::Block(block) => body.blocks.push(self.block(block)),
            }
        }
        body
    }

    fn block(&self, block: &structure::Block) -> Block {
        let kind = self.place(&block.ident);
        let last = block.labels.last().map_or(kind, |label| self.place(label));
        Block {
            kind: block.ident.as_str().to_owned(),
            labels: block.labels.iter().map(|label| label.as_str().to_owned()).collect(),
            head: kind.to(last),
            span: self.place(block),
            body: self.body(&block.body),
        }
    }

    fn expr(&self, parsed: &Expression) -> Expr {
        let value = match parsed {
            Expression::Null(_) | Expression::Bool(_) | Expression::Number(_) => {
                Value::Literal(self.file.slice(self.place(parsed)).to_owned())
            }
            Expression::String(_) => self.quoted(self.place(parsed), Holes::default()),
            Expression::StringTemplate(template) => {
                self.quoted(self.place(parsed), self.holes(template))
            }
            Expression::HeredocTemplate(heredoc) => {
                self.heredoc(&heredoc.template, self.place(parsed))
            }
            Expression::Array(items) => {
                Value::List(items.iter().map(|item| self.expr(item)).collect())
            }
            Expression::Object(object) => self.object(object),
            Expression::Parenthesis(inner) => return self.expr(inner.inner()),
            Expression::Variable(name) => Value::Reference(vec![name.as_str().to_owned()]),
            Expression::FuncCall(call) => self.call(call),
            Expression::Conditional(choice) => {
                let outcomes = [self.expr(&choice.true_expr), self.expr(&choice.false_expr)];
                Value::Choice(Box::new(outcomes))
            }
            Expression::Traversal(traversal) => match names(traversal) {
                Some(names) => Value::Reference(names),
                None => Value::Unknown(vec![self.expr(&traversal.expr)]),
            },
            Expression::UnaryOp(operation) => Value::Unknown(vec![self.expr(&operation.expr)]),
            Expression::BinaryOp(operation) => {
                let sides = [&operation.lhs_expr, &operation.rhs_expr];
                Value::Unknown(sides.map(|side| self.expr(side)).into())
            }
            Expression::ForExpr(each) => Value::Unknown(vec![self.expr(&each.value_expr)]),
        };
        Expr { span: self.place(parsed), value }
    }

    fn object(&self, object: &Object) -> Value {
        let key = |key: &ObjectKey| match key {
            ObjectKey::Ident(name) => {
                let span = self.place(name);
                let text = Sourced::verbatim(self.file.slice(span), span.start as usize);
                Expr { span, value: Value::Text(Text { text, parts: Vec::new() }) }
            }
            ObjectKey::Expression(key) => self.expr(key),
        };
        let entries = object.iter().map(|(name, value)| (key(name), self.expr(value.expr())));
        Value::Object(entries.collect())
    }

    fn call(&self, call: &FuncCall) -> Value {
        Value::Call(Call {
            name: call.name.name.as_str().to_owned(),
            args: call.args.iter().map(|argument| self.expr(argument)).collect(),
            spreads: call.args.expand_final(),
        })
    }

    fn quoted(&self, span: Span, holes: Holes) -> Value {
        let inner = span.start as usize + 1..span.end as usize - 1;
        let text = text::quoted(&self.file.text, inner, &holes.places);
        Value::Text(Text { text, parts: holes.parts })
    }

    fn heredoc(&self, template: &Template, span: Span) -> Value {
        let whole = self.file.slice(span);
        let start = span.start as usize;
        let header = whole.find('\n').map_or(whole.len(), |at| at + 1);
        // Behind the body stands the delimiter with its indentation.
        let end = whole[header..].rfind('\n').map_or(header, |at| header + at + 1);
        let body = start + header..start + end;
        let holes = self.holes(template);
        let text = text::heredoc(&self.file.text, body, &holes.places, whole.starts_with("<<-"));
        Value::Text(Text { text, parts: holes.parts })
    }

    fn holes<'a>(&self, template: impl IntoIterator<Item = &'a Element>) -> Holes {
        let mut holes = Holes::default();
        for element in template {
            match element {
                Element::Literal(_) => {}
                Element::Interpolation(inner) => {
                    holes.places.push(self.place(element).range());
                    holes.parts.push(self.expr(&inner.expr));
                }
                Element::Directive(directive) => {
                    let mut at = self.place(element).range();
                    for part in branches(directive) {
                        let inner = self.place(part).range();
                        holes.places.push(at.start..inner.start);
                        let mut of_part = self.holes(part);
                        holes.places.append(&mut of_part.places);
                        holes.parts.append(&mut of_part.parts);
                        at.start = inner.end;
                    }
                    holes.places.push(at);
                }
            }
        }
        holes
    }
}

/// What of a template isn't text.
#[derive(Default)]
struct Holes {
    /// Where interpolations and the markers of directives stand, in order.
    places: Vec<Range<usize>>,
    parts: Vec<Expr>,
}

fn branches(directive: &Directive) -> Vec<&Template> {
    match directive {
        Directive::If(directive) => {
            let other = directive.else_expr.as_ref().map(|other| &other.template);
            [Some(&directive.if_expr.template), other].into_iter().flatten().collect()
        }
        Directive::For(directive) => vec![&directive.for_expr.template],
    }
}

/// `None` if there is more to it than names and dots.
fn names(traversal: &hcl_edit::expr::Traversal) -> Option<Vec<String>> {
    let Expression::Variable(first) = &traversal.expr else { return None };
    let mut names = vec![first.as_str().to_owned()];
    for operator in &traversal.operators {
        let TraversalOperator::GetAttr(name) = operator.value() else { return None };
        names.push(name.as_str().to_owned());
    }
    Some(names)
}

#[cfg(test)]
mod tests;
