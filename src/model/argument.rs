//! The text that RKE2 makes an argument of, as Go prints a value.
//!
//! Source: k3s-io/k3s `pkg/configfilearg/parser.go`, `readConfigFile`;
//! rancher/wrangler `pkg/data/convert/convert.go`, `ToString`; Go `src/fmt`.

use crate::yaml::{Kind, Node, Scalar};

/// A value's text: of a list its first element's, without the white space
/// around it. `None` if it isn't known.
pub fn text(node: &Node) -> Option<String> {
    let printed = match node.kind() {
        Kind::Seq if node.is_unknown() => return None,
        Kind::Seq => match node.items().next() {
            Some(first) => print(&first, "")?,
            None => String::new(),
        },
        Kind::Scalar | Kind::Map => print(node, "")?,
    };
    Some(printed.trim().to_owned())
}

/// A key's name, and whether it ends with the `+` that appends. `None` if it
/// isn't known.
pub fn key(node: &Node) -> Option<(String, bool)> {
    let text = text(node)?;
    Some(match text.strip_suffix('+') {
        Some(name) => (name.to_owned(), true),
        None => (text, false),
    })
}

/// Go's `%v`, with `nothing` for null. A mapping is a list of pairs to it.
fn print(node: &Node, nothing: &str) -> Option<String> {
    if node.is_unknown() || node.is_partial() {
        return None;
    }
    Some(match node.kind() {
        Kind::Scalar => match node.scalar()? {
            // In a broken file the line below may have been its value.
            Scalar::Null if node.tree().is_open() => return None,
            Scalar::Null => nothing.to_owned(),
            Scalar::Bool(value) => value.to_string(),
            Scalar::Int(value) => value.to_string(),
            Scalar::Float(value) => float(value),
            Scalar::Text => node.as_str()?.to_owned(),
        },
        Kind::Seq => {
            let items: Option<Vec<String>> =
                node.items().map(|item| print(&item, "<nil>")).collect();
            format!("[{}]", items?.join(" "))
        }
        Kind::Map => {
            let written = node.entries().filter(|entry| !entry.is_merge());
            let pair = |key: &Node, value: &Node| {
                Some(format!("{{{} {}}}", print(key, "<nil>")?, print(value, "<nil>")?))
            };
            let pairs: Option<Vec<String>> =
                written.map(|entry| pair(&entry.key, &entry.value)).collect();
            format!("[{}]", pairs?.join(" "))
        }
    })
}

/// With an exponent from a million on, and below a ten-thousandth.
fn float(value: f64) -> String {
    if value.is_infinite() {
        return if value > 0.0 { "+Inf" } else { "-Inf" }.to_owned();
    }
    let scientific = format!("{value:e}");
    let Some((mantissa, exponent)) = scientific.split_once('e') else { return scientific };
    if matches!(exponent.parse(), Ok(-4..=5)) {
        return value.to_string();
    }
    let (sign, digits) = match exponent.strip_prefix('-') {
        Some(digits) => ('-', digits),
        None => ('+', exponent),
    };
    format!("{mantissa}e{sign}{digits:0>2}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        text::{FileId, SourceFile},
        yaml,
    };
    use std::sync::Arc;

    #[track_caller]
    fn check(value: &str, expected: &str) {
        let source = SourceFile::new(FileId(0), "config.yaml", format!("v: {value}\n"));
        let root = yaml::parse(&Arc::new(source)).docs().next().expect("a document");
        let entry = root.entries().next().expect("an entry");
        assert_eq!(text(&entry.value).as_deref(), Some(expected), "{value}");
    }

    #[test]
    fn numbers() {
        check("0644", "420");
        check("5.0", "5");
        check("999999.0", "999999");
        check("1e6", "1e+06");
        check("1234567.5", "1.2345675e+06");
        check("0.0001", "0.0001");
        check("0.00001", "1e-05");
        check("-.inf", "-Inf");
        check(".inf", "+Inf");
        check(".NaN", "NaN");
    }

    #[test]
    fn texts() {
        check("' a '", "a");
        check("", "");
        check("2001-12-14", "2001-12-14");
        check("[]", "");
        check("[a, b]", "a");
        check("[null]", "");
        check("[[a, 1e6], b]", "[a 1e+06]");
        check("{}", "[]");
        check(
            "{a: b, c: , d: [1, ~], e: {f: yes}}",
            "[{a b} {c <nil>} {d [1 <nil>]} {e [{f true}]}]",
        );
    }
}
