//! Listings of AsciiDoc.
//!
//! What opens and closes one is a whole line, so lines are all that is read;
//! the rest of the language says nothing of them.
//!
//! Source: docs.asciidoctor.org, AsciiDoc, Delimited Blocks and Source Code Blocks.

use super::Block;
use crate::{lang::shell::UNKNOWN, yaml::Sourced};

/// A line without its break, and where it begins and the next one does.
type Line<'t> = (usize, &'t str, usize);

/// In the order of the page.
pub fn asciidoc(page: &Sourced) -> Vec<Block> {
    let mut reader = Reader::new(page);
    let lines = lines(&page.text);
    let mut at = 0;
    while let Some(line) = lines.get(at) {
        at = reader.line(&lines, at, line.1);
    }
    reader.blocks
}

fn lines(text: &str) -> Vec<Line<'_>> {
    let mut at = 0;
    let mut lines = Vec::new();
    for line in text.split_inclusive('\n') {
        let start = at;
        at += line.len();
        lines.push((start, line.trim_end(), at));
    }
    lines
}

struct Reader<'p> {
    page: &'p Sourced,
    /// The text of `[source,yaml]`, if the next block is its.
    attributes: Option<String>,
    /// `.Title`
    title: String,
    before: Sourced,
    heading: String,
    /// Where the next block's first line is, its attributes included.
    start: Option<usize>,
    blocks: Vec<Block>,
}

impl<'p> Reader<'p> {
    fn new(page: &'p Sourced) -> Reader<'p> {
        Reader {
            page,
            attributes: None,
            title: String::new(),
            before: Sourced::empty(page.start()),
            heading: String::new(),
            start: None,
            blocks: Vec::new(),
        }
    }

    /// Reads a line, or the block that it opens; returns the next one's number.
    fn line(&mut self, lines: &[Line], at: usize, text: &str) -> usize {
        let (start, _, next) = lines[at];
        if let Some(inner) = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')) {
            if !inner.starts_with('[') {
                self.attributes = Some(inner.to_owned());
                self.start.get_or_insert(start);
            }
        } else if text.starts_with('.') && text[1..].starts_with(char::is_alphanumeric) {
            self.title = text[1..].to_owned();
            self.start.get_or_insert(start);
        } else if let Some(language) = text.strip_prefix("```") {
            return self.block(lines, at, "```", Some(language));
        } else if is_delimiter(text, b"-.") {
            return self.block(lines, at, text, None);
        } else if is_delimiter(text, b"/+") {
            return end_of(lines, at, text) + 1;
        } else if self.is_source() && !text.is_empty() && !is_delimiter(text, b"=_*-") {
            return self.paragraph(lines, at);
        } else {
            self.prose(start, text, next);
        }
        at + 1
    }

    fn is_source(&self) -> bool {
        let attributes = self.attributes.as_deref().unwrap_or("");
        attributes.starts_with("source") || attributes.starts_with(',')
    }

    fn prose(&mut self, start: usize, text: &str, next: usize) {
        let heading = text.trim_start_matches('=');
        if heading.len() < text.len() && heading.starts_with(' ') {
            self.heading = heading.trim().to_owned();
        }
        if !text.is_empty() && text != "+" {
            let end = next - (next - start - text.len());
            self.before = self.page.slice(start, end);
            self.attributes = None;
            self.title.clear();
            self.start = None;
        }
    }

    fn block(&mut self, lines: &[Line], at: usize, fence: &str, language: Option<&str>) -> usize {
        let end = end_of(lines, at, fence);
        if let Some(language) = language {
            self.attributes = Some(format!("source,{language}"));
        }
        self.push(lines, at + 1..end, at..(end + 1).min(lines.len()));
        end + 1
    }

    /// A listing without fences ends with a blank line.
    fn paragraph(&mut self, lines: &[Line], at: usize) -> usize {
        let len = lines[at..].iter().take_while(|(_, text, _)| !text.is_empty()).count();
        self.push(lines, at..at + len, at..at + len);
        at + len
    }

    fn push(
        &mut self,
        lines: &[Line],
        inner: std::ops::Range<usize>,
        whole: std::ops::Range<usize>,
    ) {
        let attributes = self.attributes.take().unwrap_or_default();
        let substitutes = attributes.contains("attributes") || attributes.contains("normal");
        let at = lines.get(inner.start).map_or(self.page.text.len(), |line| line.0);
        let mut content = Sourced::empty(self.page.place(at));
        for line in lines.get(inner).unwrap_or(&[]) {
            self.content(&mut content, line, substitutes);
        }
        let mut words = attributes.split(',').map(str::trim);
        let source = words.next().is_some_and(|word| ["", "source"].contains(&word));
        let language = words.next().filter(|_| source).unwrap_or("").to_ascii_lowercase();
        let start = self.start.take().unwrap_or(lines[whole.start].0);
        let end = lines[whole.end - 1].2;
        self.blocks.push(Block {
            language,
            notes: std::mem::take(&mut self.title),
            content,
            before: self.before.clone(),
            heading: self.heading.clone(),
            span: self.page.place(start)..self.page.slice(start, end).end(),
        });
    }

    /// A line of a listing without its callouts (`<1>`).
    fn content(&self, content: &mut Sourced, line: &Line, substitutes: bool) {
        let (start, text, next) = *line;
        let directive = ["include::", "ifdef::", "ifndef::", "ifeval::", "endif::"];
        if directive.iter().any(|word| text.starts_with(word)) {
            let place = self.page.place(start);
            UNKNOWN.chars().chain(['\n']).for_each(|char| content.push_at(char, place));
            return;
        }
        let end = start + without_callouts(text).len();
        let mut at = start;
        while let Some(open) = self.page.text[at..end].find('{').map(|found| at + found) {
            let is_name = |char: char| char.is_ascii_alphanumeric() || "-_".contains(char);
            let rest = &self.page.text[open + 1..end];
            let len = rest.find(|char| !is_name(char)).unwrap_or(rest.len());
            let named = substitutes && len > 0 && rest[len..].starts_with('}');
            content.append(&self.page.slice(at, open));
            if named {
                content.push_at('$', self.page.place(open));
            }
            content.append(&self.page.slice(open, open + 1));
            at = open + 1;
        }
        content.append(&self.page.slice(at, end));
        content.append(&self.page.slice(start + text.len(), next));
    }
}

/// `----`, four of one of the signs or more.
fn is_delimiter(text: &str, signs: &[u8]) -> bool {
    let bytes = text.as_bytes();
    let sign = bytes.first().filter(|first| signs.contains(first));
    sign.is_some_and(|sign| bytes.len() >= 4 && bytes.iter().all(|byte| byte == sign))
}

/// The number of the line that closes a block, or of none.
fn end_of(lines: &[Line], at: usize, fence: &str) -> usize {
    let inside = lines[at + 1..].iter().take_while(|(_, text, _)| *text != fence).count();
    at + 1 + inside
}

fn without_callouts(text: &str) -> &str {
    let mut rest = text;
    while let Some(inner) = rest.strip_suffix('>') {
        let Some(open) = inner.rfind('<') else { break };
        let number = &inner[open + 1..];
        let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
        if !is_number && number != "." {
            break;
        }
        rest = rest[..open].trim_end();
    }
    rest
}
