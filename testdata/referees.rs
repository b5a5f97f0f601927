//! Our trees against those of two other parsers, which share no code with the
//! one that made ours: yaml-rust2 event by event, and libyaml, by way of
//! serde_yaml, value by value. Where a referee refuses a text there is nothing
//! to compare; how often that may happen is asserted.

use crate::{generate::Shape, positions::each_stream, repos::root};
use rke2lint::{
    text::{FileId, SourceFile},
    yaml::{Kind, Node, Tree, parse},
};
use serde_yaml::Value;
use std::{cell::Cell, fs, path::PathBuf, sync::Arc};
use yaml_rust2::parser::{Event, EventReceiver, Parser};

fn tree(text: &str) -> Arc<Tree> {
    parse(&Arc::new(SourceFile::new(FileId(0), "a.yaml", text)))
}

/// All YAML files of this folder that are meant to be YAML.
fn files() -> Vec<(PathBuf, String)> {
    let mut open = vec![root()];
    let mut found = Vec::new();
    while let Some(path) = open.pop() {
        if path.is_dir() {
            open.extend(fs::read_dir(&path).expect("a folder").flatten().map(|e| e.path()));
        } else if path.extension().is_some_and(|end| end == "yaml" || end == "yml") {
            let text = fs::read_to_string(&path).expect("a text");
            let whole = tree(&text);
            if whole.errors.is_empty() && !whole.template {
                found.push((path, text));
            }
        }
    }
    found
}

/// A tree, or what the referee says of it, as a line of tokens.
#[derive(Default)]
struct Tokens(Vec<String>);

impl EventReceiver for Tokens {
    fn on_event(&mut self, event: Event) {
        let token = match event {
            Event::Scalar(text, ..) => format!("={text}"),
            Event::SequenceStart(..) => "[".to_owned(),
            Event::SequenceEnd => "]".to_owned(),
            Event::MappingStart(..) => "{".to_owned(),
            Event::MappingEnd => "}".to_owned(),
            Event::Alias(_) => "*".to_owned(),
            Event::DocumentStart => "---".to_owned(),
            _ => return,
        };
        self.0.push(token);
    }
}

impl Tokens {
    fn node(&mut self, node: &Node) {
        if node.is_alias() {
            return self.0.push("*".to_owned());
        }
        match node.kind() {
            Kind::Scalar => {
                let text = node.raw().unwrap_or("");
                // An empty value is null, which yaml-rust2 writes so.
                let empty = text.is_empty() && node.is_null();
                self.0.push(format!("={}", if empty { "~" } else { text }));
            }
            Kind::Seq => {
                self.0.push("[".to_owned());
                node.items().for_each(|item| self.node(&item));
                self.0.push("]".to_owned());
            }
            Kind::Map => {
                self.0.push("{".to_owned());
                node.entries().for_each(|entry| {
                    self.node(&entry.key);
                    self.node(&entry.value);
                });
                self.0.push("}".to_owned());
            }
        }
    }
}

/// False if the referee refuses the text.
#[track_caller]
fn same_events(text: &str) -> bool {
    let mut theirs = Tokens::default();
    let source = text.strip_prefix('\u{feff}').unwrap_or(text);
    if Parser::new_from_str(source).load(&mut theirs, true).is_err() {
        return false;
    }
    let mut ours = Tokens::default();
    for doc in tree(text).docs() {
        ours.0.push("---".to_owned());
        ours.node(&doc);
    }
    // A tagged empty value isn't written as null.
    let plain = |tokens: Tokens| -> Vec<String> {
        tokens.0.into_iter().map(|token| if token == "=~" { "=".into() } else { token }).collect()
    };
    assert_eq!(plain(ours), plain(theirs), "{text:?}");
    true
}

#[test]
fn yaml_rust2_sees_the_same_events() {
    let files = files();
    let refused = files.iter().filter(|(_, text)| !same_events(text)).count();
    assert!(files.len() > 50 && refused <= 1, "{refused} of {} refused", files.len());
    let (total, refused) = (Cell::new(0), Cell::new(0));
    each_stream(1_000, Shape { depth: 4, embedded: 0, flat: false }, |stream| {
        total.set(total.get() + 1);
        refused.set(refused.get() + usize::from(!same_events(&stream.text)));
    });
    // It wants more indentation than YAML of old does, and than Go.
    let compared = total.get() - refused.get();
    assert!(compared >= 600, "{compared} of {} compared", total.get());
}

fn same_value(node: &Node, value: &Value) -> bool {
    match value {
        Value::Null => node.is_null(),
        Value::Bool(value) => node.raw() == Some(if *value { "true" } else { "false" }),
        Value::Number(number) => node.raw().and_then(|text| text.parse().ok()) == number.as_f64(),
        Value::String(text) => node.raw() == Some(text),
        Value::Sequence(items) => {
            let ours: Vec<Node> = node.items().collect();
            ours.len() == items.len() && ours.iter().zip(items).all(|(a, b)| same_value(a, b))
        }
        Value::Mapping(entries) => {
            let ours: Vec<_> = node.entries().collect();
            ours.len() == entries.len()
                && ours.iter().zip(entries).all(|(ours, (key, value))| {
                    same_value(&ours.key, key) && same_value(&ours.value, value)
                })
        }
        Value::Tagged(tagged) => same_value(node, &tagged.value),
    }
}

#[test]
fn libyaml_sees_the_same_values() {
    let mut compared = 0;
    for (path, text) in files() {
        let tree = tree(&text);
        let docs: Vec<Node> = tree.docs().collect();
        let values = serde_yaml::Deserializer::from_str(&text);
        for (doc, value) in docs.iter().zip(values) {
            // Equal keys are refused, which ours keep.
            let Ok(value) = <Value as serde::Deserialize>::deserialize(value) else { continue };
            assert!(same_value(doc, &value), "{}: {doc:?}\n{value:?}", path.display());
            compared += 1;
        }
    }
    assert!(compared > 60, "{compared} documents");
}
