//! Our trees against those of two other parsers, which share no code with the
//! one that made ours: yaml-rust2 event by event, and libyaml, by way of
//! serde_yaml, value by value. Where a referee refuses a text there is nothing
//! to compare; how often that may happen is asserted.

use crate::{generate::Shape, positions::each_stream, repos::root};
use rke2lint::{
    text::{FileId, SourceFile},
    yaml::{Kind, Node, Tree, parse},
};
use serde::{
    Deserialize, Deserializer,
    de::{DeserializeSeed, Error, IgnoredAny, MapAccess, SeqAccess, Unexpected, Visitor},
};
use std::{cell::Cell, fs, path::PathBuf, sync::Arc};
use yaml_rust2::parser::{Event, EventReceiver, Parser};

/// Streams for each referee. 20,000 have passed libyaml; yaml-rust2 closes the
/// braces of `[a: {b, c: d}]` too early, which 1,000 happen not to hold.
const STREAMS: u64 = 1_000;

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

/// Asks a referee about every file and about random streams; it may refuse
/// one file, and must have read at least `enough` of the streams.
#[track_caller]
fn agrees(same: fn(&str) -> bool, enough: u32) {
    let files = files();
    let refused = files.iter().filter(|(_, text)| !same(text)).count();
    assert!(files.len() > 50 && refused <= 1, "{refused} of {} refused", files.len());
    let compared = Cell::new(0);
    each_stream(STREAMS, Shape { depth: 4, embedded: 0, flat: false }, |stream| {
        compared.set(compared.get() + u32::from(same(&stream.text)));
    });
    let compared = compared.get();
    assert!(compared >= enough, "{compared} streams compared");
}

#[test]
fn yaml_rust2_sees_the_same_events() {
    // It wants more indentation than YAML of old does, and than Go.
    agrees(same_events, 600);
}

/// A question to libyaml: is this node there what it is here? Text is asked
/// for where we see a scalar, so serde_yaml gives what is written and not what
/// it takes it for, and aliases are followed.
struct Ask<'a>(&'a Node);

impl<'de> DeserializeSeed<'de> for Ask<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, theirs: D) -> Result<(), D::Error> {
        match self.0.kind() {
            Kind::Scalar => theirs.deserialize_str(self),
            Kind::Seq => theirs.deserialize_seq(self),
            Kind::Map => theirs.deserialize_map(self),
        }
    }
}

impl<'de> Visitor<'de> for Ask<'_> {
    type Value = ();

    fn expecting(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        write!(f, "{:?}", self.0)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<(), E> {
        match self.0.raw() == Some(text) {
            true => Ok(()),
            false => Err(E::invalid_value(Unexpected::Str(text), &self)),
        }
    }

    /// A document with nothing in it.
    fn visit_none<E: Error>(self) -> Result<(), E> {
        self.visit_str("")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut theirs: A) -> Result<(), A::Error> {
        for (at, item) in self.0.items().enumerate() {
            let found = theirs.next_element_seed(Ask(&item))?;
            found.ok_or_else(|| A::Error::invalid_length(at, &self))?;
        }
        let more = theirs.next_element::<IgnoredAny>()?;
        more.map_or(Ok(()), |_| Err(A::Error::custom("an item more")))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut theirs: A) -> Result<(), A::Error> {
        for (at, entry) in self.0.entries().enumerate() {
            let found = theirs.next_key_seed(Ask(&entry.key))?;
            found.ok_or_else(|| A::Error::invalid_length(at, &self))?;
            theirs.next_value_seed(Ask(&entry.value))?;
        }
        let more = theirs.next_key::<IgnoredAny>()?;
        more.map_or(Ok(()), |_| Err(A::Error::custom("an entry more")))
    }
}

/// False if the referee refuses the text, or can't be trusted with it: where
/// a name is given to two anchors, serde_yaml numbers later ones twice.
#[track_caller]
fn same_values(text: &str) -> bool {
    let twice = |name: &&str| text.matches(*name).count() > 1;
    if ["&x", "&y1", "&long-name_2"].iter().any(twice) {
        return false;
    }
    let source = text.strip_prefix('\u{feff}').unwrap_or(text);
    let theirs = || serde_yaml::Deserializer::from_str(source);
    if theirs().any(|doc| IgnoredAny::deserialize(doc).is_err()) {
        return false;
    }
    let ours: Vec<Node> = tree(text).docs().collect();
    // It sees an empty document where there is none.
    let count = theirs().count();
    assert!(ours.len() == count || ours.is_empty() && count == 1, "{count} documents: {text:?}");
    for (node, doc) in ours.iter().zip(theirs()) {
        if let Err(error) = Ask(node).deserialize(doc) {
            panic!("{error}\n{text:?}");
        }
    }
    true
}

#[test]
fn libyaml_sees_the_same_values() {
    agrees(same_values, 700);
}
