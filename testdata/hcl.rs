//! Random HCL, written with the place of each value and of each character of
//! its strings, against what is read of it.

use arbtest::{
    arbitrary::{Result, Unstructured},
    arbtest,
};
use rke2lint::{
    lang::hcl,
    text::{FileId, SourceFile, Span},
    yaml::{Kind, Node, Sourced},
};
use std::{ops::Range, sync::Arc};

/// Files for each test; 100,000 of each have passed.
const FILES: u64 = 3_000;

enum Value {
    /// As it is written, and what a string of it says.
    Scalar(Range<usize>, Option<String>),
    Unknown(Range<usize>),
    List(Range<usize>, Vec<Value>),
    Object(Range<usize>, Vec<(Value, Value)>),
}

struct Writer<'u, 'b> {
    random: &'u mut Unstructured<'b>,
    out: String,
}

impl Writer<'_, '_> {
    fn pick<'t>(&mut self, texts: &[&'t str]) -> Result<&'t str> {
        self.random.choose(texts).copied()
    }

    fn write(&mut self, text: &str) -> Range<usize> {
        let start = self.out.len();
        self.out.push_str(text);
        start..self.out.len()
    }

    fn blanks(&mut self) -> Result<()> {
        let blanks = self.pick(&["", " ", "  ", "\t", " /* } */ "])?;
        self.write(blanks);
        Ok(())
    }

    fn value(&mut self, depth: usize) -> Result<Value> {
        let kinds = if depth == 0 { 4 } else { 6 };
        Ok(match self.random.int_in_range(0..=kinds)? {
            0 | 1 => self.string()?,
            2 => {
                let text = self.pick(&["true", "null", "12", "0.5", "-3"])?;
                Value::Scalar(self.write(text), None)
            }
            3 => {
                let text =
                    self.pick(&["a.b", "f(1, [\"x\"])", "c ? 1 : {}", "\"é${ d }\"", "1 + 2"])?;
                Value::Unknown(self.write(text))
            }
            4 => {
                self.write("(");
                self.blanks()?;
                let value = self.value(depth.saturating_sub(1))?;
                self.blanks()?;
                self.write(")");
                value
            }
            5 => self.list(depth - 1)?,
            _ => self.object(depth - 1)?,
        })
    }

    fn string(&mut self) -> Result<Value> {
        let start = self.out.len();
        self.write("\"");
        let mut text = String::new();
        for _ in 0..self.random.int_in_range(0..=6)? {
            let pairs = [
                "a a",
                "é é",
                "\\n \n",
                "\\\" \"",
                "\\u00e9 é",
                "$${ ${",
                ", ,",
                "# #",
                "} }",
                "\\\\ \\",
            ];
            let pair = self.pick(&pairs)?;
            let (written, read) = pair.split_once(' ').expect("a blank between them");
            self.write(written);
            text.push_str(read);
        }
        self.write("\"");
        Ok(Value::Scalar(start..self.out.len(), Some(text)))
    }

    fn list(&mut self, depth: usize) -> Result<Value> {
        let start = self.out.len();
        self.write("[");
        let mut items = Vec::new();
        for index in 0..self.random.int_in_range(0..=3)? {
            if index > 0 {
                self.write(",");
            }
            let gap = self.pick(&["", " ", "\n  ", " # ]\n", "// \"\n"])?;
            self.write(gap);
            items.push(self.value(depth)?);
            self.blanks()?;
        }
        let end = if items.is_empty() { "]" } else { self.pick(&["]", ",]", ",\n]"])? };
        self.write(end);
        Ok(Value::List(start..self.out.len(), items))
    }

    fn object(&mut self, depth: usize) -> Result<Value> {
        let start = self.out.len();
        self.write("{");
        let mut entries = Vec::new();
        let count = self.random.int_in_range(0..=3)?;
        for index in 0..count {
            let gap = self.pick(&["", " ", "\n", "\n  # é\n  ", " /* = */ "])?;
            self.write(gap);
            let key = self.key(index)?;
            self.blanks()?;
            let sign = self.pick(&["=", ":", " = "])?;
            self.write(sign);
            self.blanks()?;
            let value = self.value(depth)?;
            let ends: &[&str] =
                if index + 1 < count { &["\n", ",", " # c\n", ",\n"] } else { &["", "\n", ","] };
            let end = self.pick(ends)?;
            self.write(end);
            entries.push((key, value));
        }
        self.write("}");
        Ok(Value::Object(start..self.out.len(), entries))
    }

    fn key(&mut self, index: usize) -> Result<Value> {
        Ok(match self.random.int_in_range(0..=3)? {
            0 => Value::Unknown(self.write(&format!("\"k{index}${{x}}\""))),
            1 => {
                let text = format!("q.{index}");
                Value::Scalar(self.write(&format!("\"{text}\"")), Some(text))
            }
            _ => {
                let text = format!("k-{index}");
                Value::Scalar(self.write(&text), Some(text))
            }
        })
    }
}

fn same(file: &SourceFile, node: &Node, expected: &Value) {
    let (range, kind) = match expected {
        Value::Scalar(range, _) | Value::Unknown(range) => (range, Kind::Scalar),
        Value::List(range, _) => (range, Kind::Seq),
        Value::Object(range, _) => (range, Kind::Map),
    };
    let mut range = range.clone();
    // Text that YAML would write otherwise ends with its last character.
    if matches!(expected, Value::Scalar(_, Some(_))) && file.text[range.clone()].contains("$${") {
        range.end = node.span().range().end.clamp(range.start + 1, range.end - 1);
    }
    assert_eq!((node.span().range(), node.kind()), (range, kind), "{}", file.text);
    match expected {
        Value::Unknown(_) => assert!(node.is_unknown(), "{}", file.text),
        Value::Scalar(_, Some(text)) => {
            assert_eq!(node.raw(), Some(text.as_str()), "{}", file.text)
        }
        Value::Scalar(range, None) => assert_eq!(node.raw(), file.text.get(range.clone())),
        Value::List(_, items) => {
            assert_eq!(node.items().count(), items.len(), "{}", file.text);
            node.items().zip(items).for_each(|(node, item)| same(file, &node, item));
        }
        Value::Object(_, entries) => {
            assert_eq!(node.entries().count(), entries.len(), "{}", file.text);
            for (entry, (key, value)) in node.entries().zip(entries) {
                same(file, &entry.key, key);
                same(file, &entry.value, value);
            }
        }
    }
}

/// The value of the file's first attribute.
fn read(text: &str) -> (Arc<SourceFile>, hcl::Expr) {
    let file = Arc::new(SourceFile::new(FileId(0), "main.tf", text));
    let body = hcl::parse(&file);
    assert_eq!(body.errors, [], "{text}");
    let value = body.attributes.into_iter().next().expect("the file sets something").value;
    (file, value)
}

#[track_caller]
fn each_file(check: impl Fn(&mut Unstructured) -> Result<()>) {
    for number in 0..FILES {
        let size = 16 + number * 13 % 600;
        arbtest(|random| check(random)).seed(number << 32 | size).run();
    }
}

#[test]
fn objects_lie_where_they_are_written() {
    each_file(|random| {
        let mut writer = Writer { random, out: String::new() };
        writer.write("a = ");
        let value = writer.value(4)?;
        writer.write("\n");
        let (file, found) = read(&writer.out);
        same(&file, &found.document(&file).expect("a document"), &value);
        Ok(())
    });
}

/// A heredoc, the text that it is, and what each character of it stands for.
fn heredoc(random: &mut Unstructured) -> Result<(String, String, Vec<Range<usize>>)> {
    let dash = random.ratio(1, 2)?;
    let mut out = format!("a = <<{}END\n", if dash { "-" } else { "" });
    let (mut text, mut places) = (String::new(), Vec::new());
    let widths = (0..random.int_in_range(0..=5)?).map(|_| random.int_in_range(0..=6));
    let widths = widths.collect::<Result<Vec<usize>>>()?;
    let mut lines = Vec::new();
    for width in widths {
        let pieces = [
            "a a",
            "é é",
            "\\n \\n",
            "\" \"",
            "$${ ${",
            "%%{ %{",
            "${x} ${x}",
            "${f({})} ${f(__)}",
            "-END -END",
            ": :",
        ];
        let count = random.int_in_range(0..=4)?;
        let chosen = (0..count).map(|_| random.choose(&pieces).copied());
        lines.push((width, chosen.collect::<Result<Vec<&str>>>()?));
    }
    let full = lines.iter().filter(|(_, pieces)| !pieces.is_empty()).map(|(width, _)| *width);
    let strip = if dash { full.min().unwrap_or(0) } else { 0 };
    for (width, pieces) in &lines {
        let skipped = if pieces.is_empty() { 0 } else { strip };
        for blank in 0..*width {
            if blank >= skipped {
                text.push(' ');
                places.push(out.len()..out.len() + 1);
            }
            out.push(' ');
        }
        for piece in pieces {
            let (written, read) = piece.split_once(' ').expect("a blank between them");
            let mut at = out.len();
            out.push_str(written);
            text.push_str(read);
            for (index, char) in read.chars().enumerate() {
                let doubled = index == 0 && written.len() > read.len();
                let end = at + if doubled { 2 } else { char.len_utf8() };
                places.push(at..end);
                at = end;
            }
        }
        text.push('\n');
        places.push(out.len()..out.len() + 1);
        out.push('\n');
    }
    out.push_str(random.choose(&["END\n", "  END\n"])?);
    Ok((out, text, places))
}

#[test]
fn characters_of_heredocs_lie_where_they_are_written() {
    each_file(|random| {
        let (out, text, places) = heredoc(random)?;
        let (file, value) = read(&out);
        let found: Sourced = value.text().expect("it is text");
        assert_eq!(found.text, text, "{out}");
        let span = |at: usize, char: char| found.slice(at, at + char.len_utf8()).span(&file);
        let spans: Vec<Span> = found.text.char_indices().map(|(at, char)| span(at, char)).collect();
        let expected: Vec<Span> =
            places.iter().map(|r| Span::new(file.id, r.start, r.end)).collect();
        assert_eq!(spans, expected, "{out}");
        Ok(())
    });
}
