//! The few lines of a file that a frame shows, made fit for a terminal.
//!
//! Control characters can't reach the terminal, long lines are cropped around
//! what is pointed at, and secrets are blotted out.

use crate::{
    engine::secrets,
    text::{SourceFile, Span},
};
use codespan_reporting::files::{Error, Files};
use std::{collections::BTreeMap, ops::Range};

/// Lines are cropped to about this many characters.
const MAX_LINE: usize = 160;
/// Characters kept before what is pointed at in a cropped line.
const BEFORE: usize = 40;
/// A place of more lines than this is shown by its first.
const MAX_LINES: usize = 4;

/// Excerpts of the files of one finding, in the order of the ids given.
pub(super) struct Excerpts<'a> {
    excerpts: Vec<Excerpt<'a>>,
}

/// A text made of some lines of a file, with their true numbers.
struct Excerpt<'a> {
    file: &'a SourceFile,
    text: String,
    /// Start in `text` and zero-based number in the file; a gap of several
    /// lines is two empty ones, which no frame shows.
    lines: Vec<(usize, usize)>,
    /// True columns of places in `text`.
    columns: BTreeMap<usize, usize>,
}

impl<'a> Excerpts<'a> {
    pub(super) fn new() -> Excerpts<'a> {
        Excerpts { excerpts: Vec::new() }
    }

    /// Adds a file with all places that will be pointed at; returns its id and
    /// the places in the excerpt.
    pub(super) fn add(
        &mut self,
        file: &'a SourceFile,
        spans: &[Span],
    ) -> (usize, Vec<Range<usize>>) {
        let (excerpt, ranges) = Excerpt::new(file, spans);
        self.excerpts.push(excerpt);
        (self.excerpts.len() - 1, ranges)
    }

    fn get(&self, id: usize) -> Result<&Excerpt<'a>, Error> {
        self.excerpts.get(id).ok_or(Error::FileMissing)
    }
}

impl<'a> Excerpt<'a> {
    fn new(file: &'a SourceFile, spans: &[Span]) -> (Excerpt<'a>, Vec<Range<usize>>) {
        let spans: Vec<Span> = spans.iter().map(|span| shorten(file, *span)).collect();
        let mut wanted: BTreeMap<usize, Vec<Span>> = BTreeMap::new();
        for span in &spans {
            for line in file.line(span.start)..=last_line(file, *span) {
                wanted.entry(line).or_default().push(*span);
            }
        }
        let numbers: Vec<usize> = wanted.keys().copied().collect();
        for pair in numbers.windows(2) {
            if pair[1] - pair[0] == 2 {
                wanted.entry(pair[0] + 1).or_default();
            }
        }
        let mut excerpt =
            Excerpt { file, text: String::new(), lines: Vec::new(), columns: BTreeMap::new() };
        let mut places: BTreeMap<u32, usize> = BTreeMap::new();
        let mut previous = None;
        for (number, pointed) in wanted {
            if previous.is_some_and(|previous| previous + 1 < number) {
                excerpt.gap(number);
            }
            excerpt.line(number, &pointed, &mut places);
            previous = Some(number);
        }
        let range = |span: &Span| {
            let start = places.get(&span.start).copied().unwrap_or(0);
            start..places.get(&span.end).copied().unwrap_or(start).max(start)
        };
        let ranges: Vec<Range<usize>> = spans.iter().map(range).collect();
        for (span, range) in spans.iter().zip(&ranges) {
            excerpt.columns.insert(range.start, file.position(span.start).column);
        }
        (excerpt, ranges)
    }

    fn gap(&mut self, before: usize) {
        for number in [before - 2, before - 1] {
            self.lines.push((self.text.len(), number));
            self.text.push('\n');
        }
    }

    /// Adds a line and notes where the ends of `pointed` lie in it.
    fn line(&mut self, number: usize, pointed: &[Span], places: &mut BTreeMap<u32, usize>) {
        self.lines.push((self.text.len(), number));
        let range = self.file.line_range(number).unwrap_or(0..0);
        let line = &self.file.text[range.clone()];
        let secrets = secrets(self.file, number);
        let ends = pointed.iter().flat_map(|span| [span.start as usize, span.end as usize]);
        let ends: Vec<usize> = ends.filter(|at| range.start <= *at && *at <= range.end).collect();
        let window = window(line, ends.iter().map(|at| at - range.start));
        if window.start > 0 {
            self.text.push('…');
        }
        for (offset, char) in line.char_indices() {
            if !window.contains(&offset) {
                continue;
            }
            if ends.contains(&(range.start + offset)) {
                places.insert((range.start + offset) as u32, self.text.len());
            }
            let hidden = secrets.iter().any(|secret| secret.contains(&offset));
            match char {
                '\u{feff}' if offset == 0 && number == 0 => {}
                _ if hidden => self.text.push('*'),
                _ => self.text.push(visible(char)),
            }
        }
        places.entry(range.end as u32).or_insert(self.text.len());
        if window.end < line.len() {
            self.text.push('…');
        }
        self.text.push('\n');
    }
}

/// Places of many lines are shown by the first, up to its end.
fn shorten(file: &SourceFile, span: Span) -> Span {
    let first = file.line(span.start);
    if last_line(file, span) - first < MAX_LINES {
        return span;
    }
    let end = file.line_range(first).map_or(span.start as usize, |range| range.end);
    Span::new(span.file, span.start as usize, end)
}

fn last_line(file: &SourceFile, span: Span) -> usize {
    file.line(span.end.saturating_sub(1).max(span.start))
}

/// The bytes of a long line that are shown: on char boundaries.
fn window(line: &str, ends: impl Iterator<Item = usize>) -> Range<usize> {
    if line.chars().count() <= MAX_LINE {
        return 0..line.len();
    }
    let boundary = |count: usize| line.char_indices().nth(count).map_or(line.len(), |(at, _)| at);
    let first = ends.min().unwrap_or(0);
    let first = line[..first].chars().count().saturating_sub(BEFORE);
    boundary(first)..boundary(first + MAX_LINE)
}

/// A text on one line, without anything that a terminal would obey.
pub(super) fn clean(text: &str) -> String {
    text.chars().map(visible).collect()
}

fn visible(char: char) -> char {
    match char {
        '\t' => '\t',
        '\u{7f}' => '␡',
        '\0'..='\u{1f}' => char::from_u32(0x2400 + char as u32).unwrap_or('·'),
        '\u{80}'..='\u{9f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' => '·',
        '\u{2028}' | '\u{2029}' | '\u{2066}'..='\u{2069}' | '\u{feff}' => '·',
        _ => char,
    }
}

impl<'a> Files<'a> for Excerpts<'_> {
    type FileId = usize;
    type Name = String;
    type Source = &'a str;

    fn name(&'a self, id: usize) -> Result<String, Error> {
        Ok(clean(&self.get(id)?.file.path))
    }

    fn source(&'a self, id: usize) -> Result<&'a str, Error> {
        Ok(&self.get(id)?.text)
    }

    fn line_index(&'a self, id: usize, at: usize) -> Result<usize, Error> {
        let lines = &self.get(id)?.lines;
        Ok(lines.partition_point(|(start, _)| *start <= at).saturating_sub(1))
    }

    fn line_number(&'a self, id: usize, index: usize) -> Result<usize, Error> {
        let lines = &self.get(id)?.lines;
        let last = lines.last().map_or(0, |(_, number)| number + 1);
        Ok(lines.get(index).map_or(last, |(_, number)| *number) + 1)
    }

    fn column_number(&'a self, id: usize, index: usize, at: usize) -> Result<usize, Error> {
        let excerpt = self.get(id)?;
        let start = excerpt.lines.get(index).map_or(0, |(start, _)| *start);
        let column = excerpt.text.get(start..at).map_or(0, |text| text.chars().count()) + 1;
        Ok(excerpt.columns.get(&at).copied().unwrap_or(column))
    }

    fn line_range(&'a self, id: usize, index: usize) -> Result<Range<usize>, Error> {
        let excerpt = self.get(id)?;
        let max = excerpt.lines.len();
        let (start, _) =
            *excerpt.lines.get(index).ok_or(Error::LineTooLarge { given: index, max })?;
        let end = excerpt.lines.get(index + 1).map_or(excerpt.text.len(), |(next, _)| *next);
        Ok(start..end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::FileId;

    #[track_caller]
    fn check(text: &str, at: &str, expected: &str) {
        let file = SourceFile::new(FileId(0), "a.yaml", text);
        let start = text.find(at).expect("a place");
        let span = Span::new(FileId(0), start, start + at.len());
        let (excerpt, ranges) = Excerpt::new(&file, &[span]);
        assert_eq!(excerpt.text, expected);
        let shown = &excerpt.text[ranges[0].clone()];
        assert!(shown.chars().count() == at.chars().count(), "{shown}");
    }

    #[test]
    fn control_characters_are_shown_as_pictures() {
        check("a: \u{1b}[31mred\n", "red", "a: ␛[31mred\n");
        check("a: \u{202e}x\n", "x", "a: ·x\n");
        check("\u{feff}a: x\r\n", "a", "a: x\n");
    }

    #[test]
    fn long_lines_are_cropped_around_the_place() {
        let text = format!("a: {}here{}\n", "x".repeat(500), "y".repeat(500));
        let expected = format!("…{}here{}…\n", "x".repeat(40), "y".repeat(116));
        check(&text, "here", &expected);
    }

    #[test]
    fn secrets_are_blotted_out() {
        check("token: hunter2\n", "token", "token:********\n");
        check("agent-token: |\n  hunter2\n", "hunter2", "  *******\n");
        check("t: hunter2\n", "t", "t:********\n");
        check("datastore-endpoint: a://b:c@d\n", "datastore", "datastore-endpoint:**********\n");
        check("RKE2_DATASTORE_ENDPOINT=a://b\n", "RKE2", "RKE2_DATASTORE_ENDPOINT=*****\n");
        check("cni: canal # token\n", "canal", "cni: canal # token\n");
        check("X=r --token=hunter2 --cni=a\n", "cni", "X=r --token=******* --cni=a\n");
        check("X=r --agent-token 'h 2' -t x\n", "X", "X=r --agent-token ** 2' -t *\n");
        check("X=1 RKE2_TOKEN=\"h 2\" sh -\n", "sh", "X=1 RKE2_TOKEN=***** sh -\n");
        check("a --token \\\n  hunter2 --x\n", "x", "  ******* --x\n");
        let object = "x({ cni = \"a\", \"token\" = \"h2\" })\n";
        check(object, "cni", "x({ cni = \"a\", \"token\" =********\n");
        check("{cni: a, token: h2}\n", "cni", "{cni: a, token:****\n");
    }
}
