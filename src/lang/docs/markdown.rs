//! Fenced blocks of Markdown and MDX.

use super::Block;
use crate::yaml::Sourced;
use pulldown_cmark::{CodeBlockKind, Event, OffsetIter, Parser, Tag, TagEnd};
use std::ops::Range;

/// How deep pages stand in indented blocks.
const MAX_DEPTH: usize = 4;

/// In the order of the page.
pub fn markdown(page: &Sourced) -> Vec<Block> {
    let mut blocks = Vec::new();
    read(page, String::new(), 0, &mut blocks);
    blocks
}

fn read(page: &Sourced, heading: String, depth: usize, blocks: &mut Vec<Block>) {
    let text = without_tags(&page.text);
    let mut heading = heading;
    let mut before = Sourced::empty(page.start());
    let mut events = Parser::new(&text).into_offset_iter();
    while let Some((event, range)) = events.next() {
        match event {
            Event::Start(Tag::Paragraph | Tag::Item) => before = first_lines(page, range),
            Event::Start(Tag::Heading { .. }) => {
                before = first_lines(page, range);
                heading = before.text.trim_start_matches('#').trim().to_owned();
            }
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info))) => {
                let content = content(page, &mut events);
                let (language, notes) = described(&info);
                let span = page.place(range.start)..page.slice(range.start, range.end).end();
                let (before, heading) = (before.clone(), heading.clone());
                blocks.push(Block { language, notes, content, before, heading, span });
            }
            // Tabs and notes of MkDocs are indented like code.
            Event::Start(Tag::CodeBlock(CodeBlockKind::Indented)) => {
                let content = content(page, &mut events);
                let fenced = |line: &str| line.trim_start().starts_with("```");
                if depth < MAX_DEPTH && content.text.lines().any(fenced) {
                    read(&content, heading.clone(), depth + 1, blocks);
                }
            }
            _ => {}
        }
    }
}

/// Lines with nothing but a tag of HTML or JSX are blank: a fence behind one
/// would be text to Markdown, and isn't to MDX.
fn without_tags(text: &str) -> String {
    let mut blank = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        let inner = line.trim();
        match inner.starts_with('<') && inner.ends_with('>') {
            true => blank.extend(line.bytes().map(|byte| if byte == b'\n' { '\n' } else { ' ' })),
            false => blank.push_str(line),
        }
    }
    blank
}

/// A paragraph, without what a list's item holds beside it.
fn first_lines(page: &Sourced, range: Range<usize>) -> Sourced {
    let text = &page.text[range.clone()];
    let end = text.find("\n\n").or(text.find("```")).unwrap_or(text.len());
    page.slice(range.start, range.start + end)
}

fn content(page: &Sourced, events: &mut OffsetIter) -> Sourced {
    let mut content = Sourced::empty(page.start());
    for (event, range) in events {
        match event {
            Event::Text(text) if page.text.get(range.clone()) == Some(&*text) => {
                if content.text.is_empty() {
                    content = Sourced::empty(page.place(range.start));
                }
                content.append(&page.slice(range.start, range.end));
            }
            // Carriage returns and tabs that are indentation.
            Event::Text(text) => {
                text.chars().for_each(|char| content.push_at(char, page.place(range.start)));
            }
            Event::End(TagEnd::CodeBlock) => break,
            _ => {}
        }
    }
    content
}

/// ` ```yaml title="x" `
fn described(info: &str) -> (String, String) {
    let info = info.trim();
    let end = info.find(|char: char| char.is_whitespace() || "{,".contains(char));
    let (language, notes) = info.split_at(end.unwrap_or(info.len()));
    (language.to_ascii_lowercase(), notes.trim().to_owned())
}
