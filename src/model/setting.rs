//! One key of RKE2's configuration with every line that writes it.
//!
//! RKE2 reads `config.yaml`, then the files of `config.yaml.d` in byte order
//! of their names; a later key replaces an earlier one, `key+` appends. What
//! comes of it goes before the arguments of the command line: of a flag that
//! takes one value the last wins, a list gets all. An environment variable
//! counts if nothing else sets the flag.
//!
//! Source: k3s-io/k3s `pkg/configfilearg/parser.go`, `Parse` and
//! `readConfigFile`, v1.21 to v1.36; urfave/cli v1.22 and v2.27.

use super::argument;
use crate::{
    text::Span,
    yaml::{Kind, Node},
};

/// Who sets a key.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Origin {
    /// `config.yaml` or a drop-in of it.
    File,
    CommandLine,
    Environment,
}

/// One line that sets the key.
#[derive(Clone, Debug)]
pub struct Write {
    pub key: Node,
    pub value: Node,
    /// The key ends with `+`, or a list goes on.
    pub append: bool,
    pub origin: Origin,
}

/// All lines that set a key, in the order in which RKE2 reads them.
#[derive(Clone, Default, Debug)]
pub struct Setting {
    pub writes: Vec<Write>,
    /// Variables that set it for nothing, since a file or the command line does.
    pub ignored: Vec<Write>,
    /// Something that can't be seen may set it too, or instead.
    pub veiled: bool,
}

/// One argument that RKE2 makes of a value.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Word {
    pub text: String,
    pub span: Span,
    /// Where the key is that gave it.
    pub key: Span,
}

impl Word {
    /// Without the blanks around it.
    pub fn trimmed(self) -> Word {
        let text = self.text.trim();
        let (before, len) = (self.text.len() - self.text.trim_start().len(), text.len());
        let whole = self.span.range();
        let span = if whole.len() == self.text.len() {
            Span::new(self.span.file, whole.start + before, whole.start + before + len)
        } else {
            self.span
        };
        Word { text: text.to_owned(), span, ..self }
    }
}

/// What a machine's configuration says of a key.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Read<T> {
    /// Nothing: RKE2's default applies.
    Default,
    Set(T),
    /// A placeholder, a broken line, or something that could not be read.
    Unknown,
}

impl<T> Read<T> {
    pub fn map<U>(self, f: impl FnOnce(T) -> U) -> Read<U> {
        match self {
            Read::Default => Read::Default,
            Read::Set(value) => Read::Set(f(value)),
            Read::Unknown => Read::Unknown,
        }
    }

    pub fn set(self) -> Option<T> {
        match self {
            Read::Set(value) => Some(value),
            Read::Default | Read::Unknown => None,
        }
    }
}

impl Setting {
    /// The writes that count: the last one without `+`, and those after it.
    pub fn effective(&self) -> &[Write] {
        let start = self.writes.iter().rposition(|write| !write.append).unwrap_or(0);
        &self.writes[start..]
    }

    /// The writes that a later one replaces.
    pub fn overwritten(&self) -> &[Write] {
        let start = self.writes.iter().rposition(|write| !write.append).unwrap_or(0);
        &self.writes[..start]
    }

    /// The writes of `config.yaml` and its drop-ins that count among themselves.
    pub fn in_files(&self) -> &[Write] {
        let end = self.writes.iter().take_while(|write| write.origin == Origin::File).count();
        let files = &self.writes[..end];
        let start = files.iter().rposition(|write| !write.append).unwrap_or(0);
        &files[start..]
    }

    /// The arguments, one for each `--key=…`, unsplit. [`Read::Default`] for
    /// an empty list, which gives no argument at all.
    pub fn arguments(&self) -> Read<Vec<Word>> {
        self.read(|_, word| vec![word])
    }

    /// The arguments split on commas, as RKE2 does for some keys: blanks stay.
    pub fn words(&self) -> Read<Vec<Word>> {
        self.read(|node, word| split(node, &word))
    }

    fn read(&self, pieces: impl Fn(&Node, Word) -> Vec<Word>) -> Read<Vec<Word>> {
        if self.veiled {
            return Read::Unknown;
        }
        let writes = self.effective();
        let in_files = writes.iter().filter(|write| write.origin == Origin::File).count();
        let mut words = Vec::new();
        for write in writes {
            let (value, key) = (&write.value, write.key.span());
            let items: Vec<Node> = match value.kind() {
                _ if value.is_unknown() => return Read::Unknown,
                Kind::Seq => value.items().collect(),
                // Put together with other values, nothing adds nothing.
                _ if in_files > 1 && write.origin == Origin::File && value.is_null() => Vec::new(),
                Kind::Scalar | Kind::Map => vec![value.clone()],
            };
            for item in items {
                let Some(text) = argument::text(&item) else { return Read::Unknown };
                words.extend(pieces(&item, Word { text, span: item.span(), key }));
            }
        }
        if words.is_empty() { Read::Default } else { Read::Set(words) }
    }
}

fn split(node: &Node, word: &Word) -> Vec<Word> {
    // A number or a list in a list has no text of its own to point into.
    let raw = node.raw().unwrap_or("");
    let offset = raw.find(word.text.as_str()).filter(|_| raw.trim() == word.text);
    let (Some(offset), true) = (offset, word.text.contains(',')) else {
        return word
            .text
            .split(',')
            .map(|text| Word { text: text.into(), ..word.clone() })
            .collect();
    };
    let mut at = offset;
    let mut pieces = Vec::new();
    for text in word.text.split(',') {
        let span = node.part_span(at, at + text.len());
        pieces.push(Word { text: text.to_owned(), span, key: word.key });
        at += text.len() + 1;
    }
    pieces
}
