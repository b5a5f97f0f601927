use crate::{
    diag::Fix,
    lint::{Check, Cx, Lint},
    model::File,
    yaml::{Entry, Kind, Node},
};
use std::collections::BTreeMap;

pub static LINT: Lint = Lint::new(include_str!("duplicate-config-key.md"), Check::File(check));

fn check(file: &File, cx: &mut Cx) {
    if let Some(config) = file.config.as_ref().filter(|_| !file.tree.is_open()) {
        check_mapping(&config.root, "RKE2", cx);
    }
    let contents = file.charts.iter().filter_map(|chart| chart.content.as_ref());
    for content in contents.filter(|content| !content.tree.is_open()) {
        content.tree.docs().for_each(|doc| check_tree(&doc, cx));
    }
}

fn check_tree(node: &Node, cx: &mut Cx) {
    match node.kind() {
        Kind::Map => {
            check_mapping(node, "Helm", cx);
            node.entries().for_each(|entry| check_tree(&entry.value, cx));
        }
        Kind::Seq => node.items().for_each(|item| check_tree(&item, cx)),
        Kind::Scalar => {}
    }
}

/// `reader` takes the last of several entries.
fn check_mapping(node: &Node, reader: &str, cx: &mut Cx) {
    let mut seen: BTreeMap<String, Entry> = BTreeMap::new();
    for entry in node.entries() {
        let Some(key) = entry.key.as_str().filter(|key| *key != "<<") else { continue };
        let Some(earlier) = seen.insert(key.to_owned(), entry.clone()) else { continue };
        // A branch of a template that sets it anew means to.
        if same(&earlier.value, &entry.value) || !earlier.key.shares_branch(&entry.key) {
            continue;
        }
        cx.report(entry.key.span(), format!("`{key}` is set a second time in one mapping"))
            .text("counts")
            .label(earlier.key.span(), "lost")
            .why(format!(
                "{reader} takes the last one, and loses what the earlier one says without a word"
            ))
            .fix("merge the two")
            .repair(Fix::unsure("remove the earlier one, which doesn't count", earlier.removal()));
    }
}

/// Whether two values are certainly the same.
fn same(a: &Node, b: &Node) -> bool {
    match (a.kind(), b.kind()) {
        (Kind::Scalar, Kind::Scalar) => a.raw() == b.raw(),
        (Kind::Seq, Kind::Seq) => {
            let (a, b): (Vec<Node>, Vec<Node>) = (a.items().collect(), b.items().collect());
            a.len() == b.len() && a.iter().zip(&b).all(|(a, b)| same(a, b))
        }
        (Kind::Map, Kind::Map) => {
            let (a, b): (Vec<Entry>, Vec<Entry>) = (a.entries().collect(), b.entries().collect());
            let pairs = || a.iter().zip(&b);
            a.len() == b.len()
                && pairs().all(|(a, b)| same(&a.key, &b.key) && same(&a.value, &b.value))
        }
        _ => false,
    }
}
