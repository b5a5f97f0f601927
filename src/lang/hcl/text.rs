//! The text of HCL's strings and heredocs, with the place of each byte.
//!
//! Source of what is decoded, and of how `<<-` strips indentation:
//! hashicorp/hcl `hclsyntax/spec.md` (String Literals, Template Expressions)
//! and `hclsyntax/parser_template.go`, `flushHeredocTemplateParts`.

use crate::yaml::Sourced;
use std::ops::Range;

/// What stands between the quotes. `holes` are places of the file, in order.
pub(super) fn quoted(source: &str, range: Range<usize>, holes: &[Range<usize>]) -> Sourced {
    let mut decoder = Decoder { source, text: Sourced::empty(range.start), escapes: true };
    decoder.decode(range, holes);
    decoder.text
}

/// The lines between a heredoc's markers.
pub(super) fn heredoc(
    source: &str,
    range: Range<usize>,
    holes: &[Range<usize>],
    strips: bool,
) -> Sourced {
    let mut decoder = Decoder { source, text: Sourced::empty(range.start), escapes: false };
    let lines = lines(source, range, holes);
    let indent = if strips { common_indent(source, &lines, holes) } else { 0 };
    for line in lines {
        let blanks = leading_blanks(source, &line, holes);
        let is_blank = blanks == line.len();
        let kept = source[line.start..line.start + blanks].char_indices().nth(indent);
        let skipped = if is_blank { 0 } else { kept.map_or(blanks, |(at, _)| at) };
        decoder.decode(line.start + skipped..line.end, holes);
    }
    decoder.text
}

/// With their breaks. A line that begins inside of a hole is a part of the
/// one before.
fn lines(source: &str, range: Range<usize>, holes: &[Range<usize>]) -> Vec<Range<usize>> {
    let mut lines: Vec<Range<usize>> = Vec::new();
    let mut start = range.start;
    for line in source[range].split_inclusive('\n') {
        let end = start + line.len();
        match lines.last_mut() {
            Some(last) if hole_at(holes, start).is_some_and(|hole| hole.start < start) => {
                last.end = end;
            }
            _ => lines.push(start..end),
        }
        start = end;
    }
    lines
}

/// How many characters each line begins with that `<<-` takes away. Lines
/// without text don't count.
fn common_indent(source: &str, lines: &[Range<usize>], holes: &[Range<usize>]) -> usize {
    let indents = lines.iter().filter_map(|line| {
        let blanks = leading_blanks(source, line, holes);
        let text = &source[line.start..line.start + blanks];
        (blanks < line.len()).then(|| text.chars().count())
    });
    indents.min().unwrap_or(0)
}

/// Bytes of white space before the first text or hole of a line.
fn leading_blanks(source: &str, line: &Range<usize>, holes: &[Range<usize>]) -> usize {
    let text = &source[line.clone()];
    let blanks = text.len() - text.trim_start().len();
    let next = holes.get(holes.partition_point(|hole| hole.start < line.start));
    next.map_or(blanks, |hole| blanks.min(hole.start - line.start))
}

/// The hole that holds the byte at `at`.
fn hole_at(holes: &[Range<usize>], at: usize) -> Option<&Range<usize>> {
    let index = holes.partition_point(|hole| hole.end <= at);
    holes.get(index).filter(|hole| hole.start <= at)
}

struct Decoder<'a> {
    source: &'a str,
    text: Sourced,
    /// A backslash escapes, as in quotes.
    escapes: bool,
}

impl Decoder<'_> {
    fn decode(&mut self, range: Range<usize>, holes: &[Range<usize>]) {
        let mut at = range.start;
        while at < range.end {
            if let Some(hole) = hole_at(holes, at) {
                self.placeholder(at..hole.end.min(range.end));
                at = hole.end.min(range.end);
                continue;
            }
            let rest = &self.source[at..range.end];
            let first = rest.chars().next().expect("`at` is before the end, at a character");
            if rest.starts_with("$${") || rest.starts_with("%%{") {
                self.text.push_from(first, at, at + 2);
                self.text.push('{', at + 2);
                at += 3;
            } else if first == '\\' && self.escapes {
                at = self.escape(at);
            } else {
                self.text.push(first, at);
                at += first.len_utf8();
            }
        }
    }

    /// A marker as `yaml` knows it: on one line, without braces inside.
    fn placeholder(&mut self, hole: Range<usize>) {
        let inner = hole.start + 2..hole.end.saturating_sub(1);
        for (offset, char) in self.source[hole.clone()].char_indices() {
            let at = hole.start + offset;
            match char {
                '{' | '}' | '\n' | '\r' if inner.contains(&at) => {
                    self.text.push_from('_', at, at + char.len_utf8());
                }
                char => self.text.push(char, at),
            }
        }
    }

    /// Returns where the text goes on.
    fn escape(&mut self, at: usize) -> usize {
        let rest = &self.source[at + 1..];
        let digits = |len: usize| {
            let code = u32::from_str_radix(rest.get(1..=len)?, 16).ok()?;
            Some((char::from_u32(code)?, at + 2 + len))
        };
        let (char, after) = match rest.chars().next() {
            Some('n') => ('\n', at + 2),
            Some('r') => ('\r', at + 2),
            Some('t') => ('\t', at + 2),
            Some('u') => digits(4).unwrap_or(('u', at + 2)),
            Some('U') => digits(8).unwrap_or(('U', at + 2)),
            Some(char) => (char, at + 1 + char.len_utf8()),
            None => ('\\', at + 1),
        };
        self.text.push_from(char, at, after);
        after
    }
}

/// The parts of a file that begin with a name at the start of a line: its
/// blocks, if it is written as everybody writes it.
pub(super) fn blocks(source: &str, start: usize) -> Vec<Range<usize>> {
    let mut starts = Vec::new();
    let mut delimiter: Option<&str> = None;
    let mut at = start;
    for line in source[start..].split_inclusive('\n') {
        match delimiter {
            Some(word) if line.trim() == word => delimiter = None,
            Some(_) => {}
            None => {
                if line.starts_with(|c: char| c.is_alphabetic() || c == '_') {
                    starts.push(at);
                }
                delimiter = heredoc_delimiter(line);
            }
        }
        at += line.len();
    }
    let ends = starts.iter().skip(1).copied().chain([source.len()]).collect::<Vec<_>>();
    starts.into_iter().zip(ends).map(|(start, end)| start..end).collect()
}

/// `EOF` of a line that ends with `<<EOF` or `<<-EOF`.
fn heredoc_delimiter(line: &str) -> Option<&str> {
    let (_, word) = line.trim_end().rsplit_once("<<")?;
    let word = word.strip_prefix('-').unwrap_or(word);
    let is_name = word.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '-');
    (is_name && !word.is_empty()).then_some(word)
}
