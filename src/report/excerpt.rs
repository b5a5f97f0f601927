//! The few lines of a file that a frame shows, made fit for a terminal.
//!
//! Control characters can't reach the terminal, long lines are cropped around
//! what is pointed at, and secrets are blotted out.

use crate::{
    facts::flags,
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
        let mut secrets = secret_words(self.file, number);
        secrets.extend(secret_part(self.file, number));
        secrets.extend(secrets_within(line));
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

/// The bytes of a line that are a secret: the value of a key such as `token`
/// or `password`, on its line or on the lines below it.
fn secret_part(file: &SourceFile, number: usize) -> Option<Range<usize>> {
    let line = &file.text[file.line_range(number)?];
    if let Some(start) = secret_value(line) {
        return Some(start..line.len());
    }
    let indent = |line: &str| line.len() - line.trim_start().len();
    let own = indent(line);
    for above in (0..number).rev().take(MAX_SECRET_LINES) {
        let line = &file.text[file.line_range(above)?];
        if line.trim().is_empty() || indent(line) >= own && own > 0 {
            continue;
        }
        return (indent(line) < own && secret_value(line).is_some()).then_some(own..usize::MAX);
    }
    None
}

/// How far above a line its key is searched.
const MAX_SECRET_LINES: usize = 60;

/// Where the value of a secret key begins in a line: its first key, or one in
/// braces.
fn secret_value(line: &str) -> Option<usize> {
    const AROUND: [char; 7] = [' ', '\t', '-', '"', '\'', '{', '+'];
    let mut signs = line.match_indices([':', '=']).map(|(at, _)| at);
    let secret = |end: &usize| {
        let key = line[..*end].trim_matches(AROUND);
        is_secret(key.rsplit([' ', ',', '{', '"', '\'']).next().unwrap_or(key))
    };
    let first = signs.next()?;
    let in_braces = |end: &usize| {
        let key = line[..*end].trim_end_matches(AROUND);
        let start = key.rfind([' ', ',', '{', '"', '\'']).map_or(0, |at| at + 1);
        line[..start].trim_end_matches([' ', '"', '\'']).ends_with(['{', ','])
    };
    let later = || signs.find(|end| in_braces(end) && secret(end));
    Some(first).filter(secret).or_else(later).map(|end| end + 1)
}

fn is_secret(key: &str) -> bool {
    if flags::is_secret(key) {
        return true;
    }
    let key = key.to_ascii_lowercase();
    let names = ["token", "password", "passwd", "secret", "secret-key", "access-key", "apikey"];
    let ends = ["-token", "_token", "-password", "_password", "-secret", "-secret-key", "-key"];
    names.contains(&key.as_str()) || ends.iter().any(|end| key.ends_with(end))
}

/// The same of the words of a command: `--token x`, `-t=x`, `RKE2_TOKEN=x`.
fn secret_words(file: &SourceFile, number: usize) -> Vec<Range<usize>> {
    let line = |number: usize| file.line_range(number).map_or("", |range| &file.text[range]);
    let text = line(number);
    // A word on the line above may wait for its value.
    let above = number.checked_sub(1).and_then(|above| line(above).trim_end().strip_suffix('\\'));
    let mut waits =
        above.is_some_and(|above| above.split_whitespace().next_back().is_some_and(is_secret_flag));
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(start) = text[at..].find(|c: char| !c.is_whitespace()).map(|start| at + start) {
        let end = text[start..].find(char::is_whitespace).map_or(text.len(), |end| start + end);
        let word = &text[start..end];
        at = end;
        let name = word.find('=');
        let is_value = |name: usize| {
            let name = &word[..name];
            is_secret_flag(name)
                || name.contains('_') && is_secret(name.trim_start_matches(['"', '\'']))
        };
        match name.filter(|name| is_value(*name)) {
            Some(name) => {
                let value = start + name + 1;
                let quote = text[value..].chars().next().filter(|c| matches!(c, '"' | '\''));
                let close = quote.and_then(|quote| text[value + 1..].find(quote));
                at = close.map_or(end, |close| (value + close + 2).max(end));
                found.push(value..at);
            }
            None if waits => found.push(start..end),
            None => {}
        }
        waits = name.is_none() && is_secret_flag(word);
    }
    found
}

/// The values of secret keys in the middle of a line: `"…\\ntoken: x\\ncni: y"`
/// of a script, `{ token = "x"; cni = "y"; }` of a Nix set.
fn secrets_within(line: &str) -> Vec<Range<usize>> {
    let is_key = |char: char| char.is_ascii_alphanumeric() || "-_".contains(char);
    let mut found = Vec::new();
    for (sign, _) in line.match_indices([':', '=']) {
        let before = line[..sign].trim_end_matches([' ', '"', '\'', '\\']);
        let key = &before[before.trim_end_matches(is_key).len()..];
        // An `n` behind a backslash is the end of a line.
        let escaped = before[..before.len() - key.len()].ends_with('\\');
        let key = if escaped { key.strip_prefix(['n', 't']).unwrap_or(key) } else { key };
        let value = line[sign + 1..].trim_start();
        let start = line.len() - value.len();
        let quote = value.chars().next().filter(|char| "\"'".contains(*char));
        let end = match quote {
            Some(quote) => value[1..].find(quote).map(|end| end + 2),
            None => value
                .find([' ', '"', '\'', ';', '}', ','])
                .into_iter()
                .chain(value.find("\\n"))
                .min(),
        };
        let camel = ["Token", "Password", "Secret"].iter().any(|end| key.ends_with(end));
        if camel || is_secret(key) {
            found.push(start..end.map_or(line.len(), |end| start + end));
        }
    }
    found
}

fn is_secret_flag(word: &str) -> bool {
    let word = word.trim_start_matches(['"', '\'', '(']);
    word == "-t" || word.strip_prefix("--").is_some_and(is_secret)
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
