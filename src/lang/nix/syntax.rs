//! The tree of a file: the one place that knows the parser.

use rnix::{SyntaxKind as Kind, SyntaxNode};
use std::ops::Range;

/// Nesting that the recursive parser is trusted with.
const MAX_DEPTH: usize = 200;

/// Larger files are lists of packages.
const MAX_LEN: usize = 1 << 20;

/// An expression and the bytes that it is written with.
#[derive(Clone, Debug)]
pub(super) struct Expr {
    pub(super) range: Range<usize>,
    pub(super) kind: ExprKind,
}

#[derive(Clone, Debug)]
pub(super) enum ExprKind {
    /// `''…''` if indented.
    Text {
        indented: bool,
        parts: Vec<Part>,
    },
    Word,
    Name,
    /// `lib.mkIf`
    Select,
    Set(Vec<Binding>),
    List(Vec<Expr>),
    Apply(Box<Expr>, Box<Expr>),
    /// The operator's kind is told by its text.
    Binary(&'static str, Box<Expr>, Box<Expr>),
    Let(Vec<Binding>, Box<Expr>),
    /// A lambda, `with`, `assert` or parentheses: what is in them.
    Inside(Box<Expr>),
    Other,
}

/// A piece of a string.
#[derive(Clone, Debug)]
pub(super) enum Part {
    Literal(Range<usize>),
    Interpolation(Range<usize>),
}

#[derive(Clone, Debug)]
pub(super) enum Binding {
    /// The keys of `a.b = x`, with the parts of those in quotes.
    Value(Vec<Expr>, Expr),
    /// `inherit a b;`, and whether they are another set's.
    Inherit(Vec<Expr>, bool),
}

/// `None` for what is too large or too deep.
pub(super) fn parse(text: &str) -> Option<Expr> {
    if text.len() > MAX_LEN || is_deep(text) {
        return None;
    }
    let root = rnix::Root::parse(text).syntax();
    root.children().find_map(|node| expression(&node))
}

/// How deep the parser's functions may call each other: brackets, and tokens
/// after which an expression goes on to its end.
fn is_deep(text: &str) -> bool {
    // Tokens since the last bracket or semicolon, for each open bracket.
    let mut open: Vec<(usize, bool)> = vec![(0, false)];
    let mut sum = 0;
    for (kind, _) in rnix::tokenize(text) {
        let in_list = open.last().is_some_and(|(_, list)| *list);
        match kind {
            Kind::TOKEN_L_BRACE
            | Kind::TOKEN_L_PAREN
            | Kind::TOKEN_INTERPOL_START
            | Kind::TOKEN_LET => {
                open.push((0, false));
            }
            Kind::TOKEN_L_BRACK => open.push((0, true)),
            Kind::TOKEN_R_BRACE
            | Kind::TOKEN_R_PAREN
            | Kind::TOKEN_R_BRACK
            | Kind::TOKEN_INTERPOL_END
            | Kind::TOKEN_IN => {
                if open.len() > 1 {
                    sum -= open.pop().map_or(0, |(count, _)| count);
                }
                count(&mut open, &mut sum);
            }
            Kind::TOKEN_SEMICOLON => {
                if let Some((tokens, _)) = open.last_mut() {
                    sum -= *tokens;
                    *tokens = 0;
                }
            }
            Kind::TOKEN_WHITESPACE | Kind::TOKEN_COMMENT | Kind::TOKEN_DOT => {}
            Kind::TOKEN_WITH | Kind::TOKEN_ASSERT => {
                // Its semicolon doesn't end anything.
                sum += 1;
            }
            _ if in_list => {}
            _ => count(&mut open, &mut sum),
        }
        if open.len() > MAX_DEPTH || sum > 8 * MAX_DEPTH {
            return true;
        }
    }
    false
}

fn count(open: &mut [(usize, bool)], sum: &mut usize) {
    if let Some((tokens, false)) = open.last_mut() {
        *tokens += 1;
        *sum += 1;
    }
}

fn range(node: &SyntaxNode) -> Range<usize> {
    let range = node.text_range();
    usize::from(range.start())..usize::from(range.end())
}

/// `None` for nodes that are none, such as the arguments of a lambda.
fn expression(node: &SyntaxNode) -> Option<Expr> {
    let mut parts = node.children().filter_map(|child| expression(&child));
    let kind = match node.kind() {
        Kind::NODE_STRING => text(node),
        Kind::NODE_LITERAL | Kind::NODE_PATH_ABS | Kind::NODE_PATH_REL => ExprKind::Word,
        Kind::NODE_IDENT => ExprKind::Name,
        Kind::NODE_SELECT => ExprKind::Select,
        Kind::NODE_ATTR_SET => ExprKind::Set(bindings(node)),
        Kind::NODE_LIST => ExprKind::List(parts.collect()),
        Kind::NODE_APPLY => ExprKind::Apply(parts.next()?.into(), parts.next()?.into()),
        Kind::NODE_BIN_OP => {
            let sign = operator(node);
            ExprKind::Binary(sign, parts.next()?.into(), parts.next()?.into())
        }
        Kind::NODE_LET_IN => {
            let body = parts.last()?;
            ExprKind::Let(bindings(node), body.into())
        }
        Kind::NODE_LAMBDA
        | Kind::NODE_WITH
        | Kind::NODE_ASSERT
        | Kind::NODE_PAREN
        | Kind::NODE_ROOT => ExprKind::Inside(parts.last()?.into()),
        Kind::NODE_IF_ELSE
        | Kind::NODE_UNARY_OP
        | Kind::NODE_HAS_ATTR
        | Kind::NODE_DYNAMIC
        | Kind::NODE_ERROR
        | Kind::NODE_PATH_HOME
        | Kind::NODE_PATH_SEARCH
        | Kind::NODE_LEGACY_LET
        | Kind::NODE_CUR_POS => ExprKind::Other,
        _ => return None,
    };
    Some(Expr { range: range(node), kind })
}

fn operator(node: &SyntaxNode) -> &'static str {
    let tokens = node.children_with_tokens().filter_map(|child| child.into_token());
    tokens
        .filter_map(|token| match token.kind() {
            Kind::TOKEN_UPDATE => Some("//"),
            Kind::TOKEN_CONCAT => Some("++"),
            Kind::TOKEN_ADD => Some("+"),
            _ => None,
        })
        .next()
        .unwrap_or("")
}

fn text(node: &SyntaxNode) -> ExprKind {
    let mut indented = false;
    let mut parts = Vec::new();
    for child in node.children_with_tokens() {
        let range = child.text_range();
        let range = usize::from(range.start())..usize::from(range.end());
        match child.kind() {
            Kind::TOKEN_STRING_START => indented = range.len() == 2,
            Kind::TOKEN_STRING_CONTENT => parts.push(Part::Literal(range)),
            Kind::NODE_INTERPOL => parts.push(Part::Interpolation(range)),
            _ => {}
        }
    }
    ExprKind::Text { indented, parts }
}

fn bindings(node: &SyntaxNode) -> Vec<Binding> {
    let binding = |child: SyntaxNode| match child.kind() {
        Kind::NODE_ATTRPATH_VALUE => {
            let path = child.children().find(|part| part.kind() == Kind::NODE_ATTRPATH)?;
            let keys = path.children().filter_map(|key| expression(&key)).collect();
            let value = child.children().filter_map(|part| expression(&part)).last()?;
            Some(Binding::Value(keys, value))
        }
        Kind::NODE_INHERIT => {
            let from = child.children().any(|part| part.kind() == Kind::NODE_INHERIT_FROM);
            let names = child.children().filter_map(|part| expression(&part)).collect();
            Some(Binding::Inherit(names, from))
        }
        _ => None,
    };
    node.children().filter_map(binding).collect()
}
