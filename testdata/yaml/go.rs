//! Our reading against that of Go's yaml.v2, from tables that were made with
//! it. Go itself isn't needed here.

use rke2lint::{
    text::{FileId, SourceFile},
    yaml::{Node, Scalar, Tree, parse},
};
use std::sync::Arc;

fn tree(text: &str) -> Arc<Tree> {
    parse(&Arc::new(SourceFile::new(FileId(0), "a.yaml", text)))
}

/// The columns of a table; lines that begin with `# ` are about it.
fn rows(table: &str) -> impl Iterator<Item = Vec<&str>> {
    table
        .lines()
        .filter(|line| !line.starts_with("# ") || line.contains('\t'))
        .map(|line| line.split('\t').collect())
}

/// A string as Go quotes it, which for these tables is as JSON does.
fn unquoted(text: &str) -> String {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn value(node: &Node) -> Option<Node> {
    node.get("v").found().map(|entry| entry.value)
}

#[test]
fn scalars() {
    let mut count = 0;
    let mut differences = Vec::new();
    for row in rows(include_str!("go-scalars.tsv")) {
        let [input, kind, expected] = row[..] else { panic!("three columns: {row:?}") };
        let expected = unquoted(expected);
        let tree = tree(&format!("v: {input}\n"));
        count += 1;
        if kind == "error" && !tree.errors.is_empty() {
            continue;
        }
        if let Some(error) = tree.errors.first() {
            differences.push(format!("`{input}`: {}", error.message));
            continue;
        }
        let doc = tree.docs().next().expect("a document");
        let node = value(&doc).expect("an entry");
        let found = node.scalar();
        let number = || expected.parse::<f64>().unwrap_or_else(|error| panic!("{input}: {error}"));
        let same = match (kind, &found) {
            ("nil", Some(Scalar::Null)) => true,
            ("bool", Some(Scalar::Bool(found))) => found.to_string() == expected,
            ("int" | "int64" | "uint64", Some(Scalar::Int(found))) => found.to_string() == expected,
            ("float64", Some(Scalar::Float(found))) => {
                *found == number() || found.is_nan() && number().is_nan()
            }
            // Base64 is left as it is written.
            ("string", Some(Scalar::Text)) => {
                node.raw() == Some(&expected) || input.starts_with("!!binary")
            }
            // For a tag that lies yaml.v2 refuses the whole document; a tree
            // with an error has a text there.
            ("error", Some(Scalar::Text)) => input.starts_with("!!"),
            // A placeholder to us.
            ("string", None) => node.is_unknown(),
            _ => false,
        };
        if !same {
            differences.push(format!("`{input}` is {kind} {expected:?} to Go and {found:?} to us"));
        }
    }
    assert!(differences.is_empty(), "{}", differences.join("\n"));
    assert!(count > 500, "the table is all there");
}

/// Both take a text, as the same number of documents, or both refuse it; where
/// we are known to differ, we do: `alarm` if only we refuse it, `miss` if only
/// Go does.
#[test]
fn documents() {
    let (mut count, mut known) = (0, 0);
    let mut wrong = Vec::new();
    for row in rows(include_str!("go-documents.tsv")) {
        let [text, answer, difference] = row[..] else { panic!("three columns: {row:?}") };
        let (source, answer) = (unquoted(text), unquoted(answer));
        let tree = tree(&source);
        let theirs = answer.parse::<usize>().ok();
        let ours = tree.errors.is_empty().then(|| tree.docs().count());
        let found = match (theirs, ours) {
            (Some(_), None) => "alarm",
            (None, Some(_)) => "miss",
            (theirs, ours) if theirs != ours => "count",
            _ => "",
        };
        if found != difference.split(':').next().unwrap_or("") {
            let message = tree.errors.first().map(|error| &error.message);
            wrong.push(format!("{text}: {found:?}; Go says {answer}, we {message:?} {ours:?}"));
        }
        count += 1;
        known += usize::from(!difference.is_empty());
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(count > 200 && known < count / 4, "{known} differences in {count}");
}
