use crate::{
    lint::{Check, Cx, Lint},
    model::{Chart, File},
    yaml::{Kind, Node},
};
use std::collections::BTreeMap;

pub static LINT: Lint =
    Lint::new(include_str!("values-content-invalid-yaml.md"), Check::File(check));

const WHY: &str = "Kubernetes takes any string here; the job that installs the chart fails and is retried forever";

fn check(file: &File, cx: &mut Cx) {
    for chart in &file.charts {
        check_chart(chart, cx);
    }
}

fn check_chart(chart: &Chart, cx: &mut Cx) {
    let Some(content) = &chart.content else { return };
    if content.tree.template {
        return;
    }
    // Helm stops at the first, and what the parser says behind it may follow
    // from it.
    if let Some(error) = content.tree.errors.first() {
        let message = format!("the values of `{}` are not YAML: {}", chart.name(), error.message);
        let diagnostic = cx.report(error.span, message);
        diagnostic.why(WHY);
        if let Some(opener) = error.opener {
            diagnostic.label(opener, "still open");
        }
        return;
    }
    let Some(doc) = content.tree.docs().next() else { return };
    match doc.kind() {
        Kind::Map => duplicates(&doc, cx),
        Kind::Scalar if doc.is_null() || doc.is_unknown() => {}
        Kind::Scalar | Kind::Seq => {
            let message = format!("the values of `{}` are not a mapping", chart.name());
            cx.report(doc.span(), message).why(WHY);
        }
    }
}

/// At any depth, without following aliases.
fn duplicates(node: &Node, cx: &mut Cx) {
    let mut open = vec![node.clone()];
    while let Some(node) = open.pop() {
        let mut seen: BTreeMap<String, Node> = BTreeMap::new();
        for entry in node.entries() {
            let Some(key) = entry.key.as_str().filter(|key| *key != "<<") else { continue };
            if let Some(first) = seen.insert(key.to_owned(), entry.key.clone()) {
                cx.report(
                    entry.key.span(),
                    format!("`{key}` stands here twice, and the last one wins"),
                )
                .label(first.span(), "lost, with all below it")
                .why("Helm keeps the last of two equal keys and says nothing")
                .fix("put both into one");
            }
            if !entry.value.is_alias() {
                open.push(entry.value);
            }
        }
        open.extend(node.items().filter(|item| !item.is_alias()));
    }
}
