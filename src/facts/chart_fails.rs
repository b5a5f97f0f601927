//! What the templates of packaged charts refuse: conditions over the charts'
//! values, and the versions that have them.
//!
//! Whether one holds in a cluster, `model/condition.rs` says.

use super::{charts, table::rows};
use std::sync::LazyLock;

/// Values that a chart's templates fail on.
#[derive(Debug)]
pub struct Fail {
    pub chart: &'static str,
    /// Rows of one name are one mistake, which versions test for or speak of
    /// differently.
    pub name: &'static str,
    pub condition: Expr,
    /// Of the chart, in the order of [`charts::versions`].
    versions: Vec<&'static str>,
    /// What Helm prints then, or the middle of it.
    pub says: &'static str,
    /// Which values are in conflict, with `{.path}` for what one is.
    pub fact: &'static str,
    /// What to write.
    pub fix: &'static str,
    /// What the templates look for in the cluster: they fail without it.
    pub without: Option<&'static str>,
}

/// A condition of Go's templates in prefix form, such as
/// `(and .hubble.relay.enabled (not .hubble.enabled))`.
#[derive(PartialEq, Debug)]
pub enum Expr {
    /// `.hubble.enabled`
    Path(Vec<&'static str>),
    /// `@.port`: below the entry that `any` looks at; `@@`: that the `any`
    /// around it does.
    Entry(usize, Vec<&'static str>),
    /// `@key`, `@@key`
    Key(usize),
    Text(&'static str),
    Number(f64),
    Bool(bool),
    Call(Function, Vec<Expr>),
    /// `(any .ports web,websecure (…))`: something holds for an entry of a map
    /// or an item of a list. The names are those that the chart itself has.
    Any {
        of: Vec<&'static str>,
        names: Vec<&'static str>,
        such: Box<Expr>,
    },
}

/// As in Go's templates and in Sprig, but for `hasKey`, which takes a path,
/// `has`, which takes any number of arguments, and `isLabel`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Function {
    And,
    Or,
    Not,
    Eq,
    Ne,
    Lt,
    Le,
    Gt,
    Ge,
    /// The first is one of the others.
    Has,
    HasKey,
    KindIs,
    Empty,
    Default,
    ToString,
    Int,
    Len,
    Contains,
    HasPrefix,
    /// Lower case letters, digits and `-`, which is neither first nor last.
    IsLabel,
}

const FUNCTIONS: [(&str, Function); 20] = [
    ("and", Function::And),
    ("or", Function::Or),
    ("not", Function::Not),
    ("eq", Function::Eq),
    ("ne", Function::Ne),
    ("lt", Function::Lt),
    ("le", Function::Le),
    ("gt", Function::Gt),
    ("ge", Function::Ge),
    ("has", Function::Has),
    ("hasKey", Function::HasKey),
    ("kindIs", Function::KindIs),
    ("empty", Function::Empty),
    ("default", Function::Default),
    ("toString", Function::ToString),
    ("int", Function::Int),
    ("len", Function::Len),
    ("contains", Function::Contains),
    ("hasPrefix", Function::HasPrefix),
    ("isLabel", Function::IsLabel),
];

static FAILS: LazyLock<Vec<Fail>> = LazyLock::new(|| {
    let fail = |row: Vec<&'static str>| Fail {
        chart: row[0],
        name: row[1],
        condition: Expr::parse(row[2]).expect("a test reads every row"),
        versions: versions(row[0], row[3]).expect("a test reads every row"),
        says: row[4],
        fact: row[5],
        fix: row[6],
        without: (row[7] != "-").then_some(row[7]),
    };
    rows(include_str!("tables/chart_fails.tsv")).map(fail).collect()
});

/// Sorted by chart and name; of one name, in the order of their versions.
pub fn all() -> &'static [Fail] {
    &FAILS
}

impl Fail {
    pub fn is_in(&self, version: &str) -> bool {
        self.versions.contains(&version)
    }

    /// Every version of the chart that a release bundles refuses them.
    pub fn is_in_all(&self) -> bool {
        self.versions.len() == charts::versions(self.chart).len()
    }
}

/// `all`, or `1.14.000..1.15.500, 1.18.000..`, with both ends in.
fn versions(chart: &str, text: &str) -> Option<Vec<&'static str>> {
    let known = charts::versions(chart);
    if text == "all" {
        return Some(known.to_vec());
    }
    let at = |version: &str| known.iter().position(|known| *known == version);
    let mut found = Vec::new();
    for range in text.split(", ") {
        let (first, last) = match range.split_once("..") {
            None => (at(range)?, at(range)?),
            Some((first, "")) => (at(first)?, known.len() - 1),
            Some((first, last)) => (at(first)?, at(last)?),
        };
        found.extend_from_slice(known.get(first..=last)?);
    }
    Some(found)
}

impl Expr {
    /// `None` for what is none.
    pub fn parse(text: &'static str) -> Option<Expr> {
        let mut rest = text;
        let expr = Expr::read(&mut rest)?;
        rest.trim().is_empty().then_some(expr)
    }

    fn read(rest: &mut &'static str) -> Option<Expr> {
        let token = token(rest)?;
        if let Some(text) = token.strip_prefix('"') {
            return Some(Expr::Text(text.strip_suffix('"')?));
        }
        if let Some(path) = token.strip_prefix('.') {
            return Some(Expr::Path(path.split('.').collect()));
        }
        let name = token.trim_start_matches('@');
        match token.len() - name.len() {
            0 => {}
            up => {
                return match name.strip_prefix('.') {
                    Some(path) => Some(Expr::Entry(up - 1, path.split('.').collect())),
                    None if name.is_empty() => Some(Expr::Entry(up - 1, Vec::new())),
                    None => (name == "key").then_some(Expr::Key(up - 1)),
                };
            }
        }
        match token {
            "(" => Expr::call(rest),
            "true" | "false" => Some(Expr::Bool(token == "true")),
            _ => token.parse().ok().map(Expr::Number),
        }
    }

    /// From the name of the function to the closing parenthesis.
    fn call(rest: &mut &'static str) -> Option<Expr> {
        let name = token(rest)?;
        if name == "any" {
            let Expr::Path(of) = Expr::read(rest)? else { return None };
            let names = token(rest)?.split(',').filter(|name| *name != "-").collect();
            let such = Box::new(Expr::read(rest)?);
            return (token(rest)? == ")").then_some(Expr::Any { of, names, such });
        }
        let (_, function) = FUNCTIONS.iter().find(|(known, _)| *known == name)?;
        let mut arguments = Vec::new();
        while !rest.trim_start().starts_with(')') {
            arguments.push(Expr::read(rest)?);
        }
        token(rest)?;
        match (function, arguments.as_mut_slice()) {
            (Function::HasKey, [Expr::Path(path), Expr::Text(key)]) => {
                path.push(key);
                arguments.truncate(1);
            }
            (Function::HasKey, _) | (_, []) => return None,
            _ => {}
        }
        Some(Expr::Call(*function, arguments))
    }
}

/// A parenthesis, a text with its quotes, or a word.
fn token(rest: &mut &'static str) -> Option<&'static str> {
    let text = rest.trim_start();
    let end = match text.chars().next()? {
        '(' | ')' => 1,
        '"' => text[1..].find('"')? + 2,
        _ => text.find([' ', ')']).unwrap_or(text.len()),
    };
    *rest = &text[end..];
    Some(&text[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditions_are_read() {
        let parse = |text| Expr::parse(text).expect(text);
        let path = |text: &'static str| Expr::Path(text.split('.').collect());
        assert_eq!(
            parse("(and .a.b (not .c))"),
            Expr::Call(
                Function::And,
                vec![path("a.b"), Expr::Call(Function::Not, vec![path("c")])]
            )
        );
        assert_eq!(parse("(hasKey .a \"b\")"), Expr::Call(Function::HasKey, vec![path("a.b")]));
        assert_eq!(
            parse("(any .a b,c (eq @@key \"d e\" -1))"),
            Expr::Any {
                of: vec!["a"],
                names: vec!["b", "c"],
                such: Box::new(Expr::Call(
                    Function::Eq,
                    vec![Expr::Key(1), Expr::Text("d e"), Expr::Number(-1.0)]
                )),
            }
        );
        for wrong in ["(and .a", "(and)", "and .a", "(nand .a)", "(not .a) .b", "\"a", "@other"] {
            assert_eq!(Expr::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn rows_are_whole() {
        for fail in all() {
            let what = format!("{} {}", fail.chart, fail.name);
            assert!(charts::packaged(fail.chart).is_some(), "{what}");
            assert!(fail.versions.is_sorted_by_key(|version| {
                charts::versions(fail.chart).iter().position(|known| known == version)
            }));
            let plain = !fail.fact.ends_with('.') && !fail.fix.ends_with('.');
            assert!(plain && fail.fact.contains('`'), "{what}");
        }
    }

    #[test]
    fn ranges_of_versions() {
        let count = |text| versions("rke2-cilium", text).map(|versions| versions.len());
        assert_eq!(count("all"), Some(charts::versions("rke2-cilium").len()));
        assert_eq!(count("1.14.000..1.14.200, 1.15.100"), Some(4));
        assert_eq!(count("1.19.601.."), Some(1));
        assert_eq!(count("1.14.999"), None);
    }
}
