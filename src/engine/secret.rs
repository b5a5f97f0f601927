//! What must not be shown: the values of keys such as `token` or `password`,
//! in any of the languages that configurations stand in.

use crate::{
    facts::flags,
    text::{Edit, SourceFile},
};
use std::ops::Range;

/// The bytes of a zero-based line that are secret, from the line's start; they
/// may reach past its end.
pub fn secrets(file: &SourceFile, number: usize) -> Vec<Range<usize>> {
    let Some(range) = file.line_range(number) else { return Vec::new() };
    let mut found = secret_words(file, number);
    found.extend(secret_part(file, number));
    found.extend(secrets_within(&file.text[range]));
    found
}

/// Whether the text that an edit writes has a secret in it: one of its own, or
/// one that stands in the lines that it is about.
pub fn shows_secret(file: &SourceFile, edit: &Edit) -> bool {
    let written = SourceFile::new(file.id, &*file.path, &*edit.text);
    let own = (0..written.line_count()).any(|line| !secrets(&written, line).is_empty());
    let last = file.line(edit.span.end.saturating_sub(1).max(edit.span.start));
    own || (file.line(edit.span.start)..=last).any(|number| {
        let line = file.line_range(number).map_or("", |range| &file.text[range]);
        secrets(file, number).into_iter().any(|range| {
            let secret = line.get(range.start.min(line.len())..range.end.min(line.len()));
            let secret = secret.unwrap_or(line).trim_matches([' ', '"', '\'']);
            !secret.is_empty() && edit.text.contains(secret)
        })
    })
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
