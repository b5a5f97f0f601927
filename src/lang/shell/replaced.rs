//! Words that a script replaces by `sed`: placeholders, whatever they look like.

use crate::yaml::Sourced;
use std::collections::BTreeSet;

/// What `sed`'s commands in a script look for, where that is a name in
/// capitals: `s/TOKEN/…/`, `s|@CIDR@|…|`.
pub(super) fn words(script: &str) -> BTreeSet<&str> {
    let starts = script.match_indices('s').filter(|(at, _)| {
        let before = script[..*at].chars().next_back();
        before.is_some_and(|char| char.is_whitespace() || "'\";".contains(char))
    });
    starts.filter_map(|(at, _)| pattern(&script[at + 1..])).collect()
}

/// The pattern of a command that follows its `s`.
fn pattern(rest: &str) -> Option<&str> {
    let sign = rest.chars().next().filter(|char| "/|#,:".contains(*char))?;
    let line = rest[1..].lines().next()?;
    let (pattern, rest) = line.split_once(sign)?;
    let capitals = pattern.chars().filter(char::is_ascii_uppercase).count();
    let fits =
        |char: char| char.is_ascii_uppercase() || char.is_ascii_digit() || "_-@%<>".contains(char);
    (capitals > 1 && pattern.chars().all(fits) && rest.contains(sign)).then_some(pattern)
}

/// The text with each of the words as `${…}`.
pub(super) fn without(text: &Sourced, words: &BTreeSet<&str>) -> Sourced {
    let mut clean = Sourced::empty(text.start());
    let mut at = 0;
    while let Some((start, end)) = first(&text.text[at..], words) {
        let (start, end) = (at + start, at + end);
        clean.append(&text.slice(at, start));
        let place = text.place(start);
        "${".chars().for_each(|char| clean.push_from(char, place, place));
        for (char, place) in text.slice(start, end).chars() {
            clean.push(char, place);
        }
        let last = text.slice(start, end).end();
        clean.push_from('}', last, last);
        at = end;
    }
    clean.append(&text.slice(at, text.text.len()));
    clean
}

/// The first of the words in a text, and of those the longest.
fn first(text: &str, words: &BTreeSet<&str>) -> Option<(usize, usize)> {
    let found = words.iter().filter_map(|word| Some((text.find(word)?, word.len())));
    let (start, len) = found.min_by_key(|(start, len)| (*start, usize::MAX - len))?;
    Some((start, start + len))
}
