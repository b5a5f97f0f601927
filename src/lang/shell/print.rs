//! What `echo` and `printf` print.

use super::placeholder;
use crate::yaml::Sourced;

/// `None` where shells differ: a backslash, and nobody says whether it counts.
pub(super) fn echo(words: &[Sourced], at: usize) -> Option<Sourced> {
    let is_option = |word: &&Sourced| {
        let letters = word.text.strip_prefix('-');
        letters.is_some_and(|l| !l.is_empty() && l.chars().all(|char| "neE".contains(char)))
    };
    let options = words.iter().take_while(is_option).count();
    let has = |letter| words[..options].iter().any(|word| word.text.contains(letter));
    let mut text = Sourced::empty(at);
    for (index, word) in words[options..].iter().enumerate() {
        if index > 0 {
            text.push(' ', word.start());
        }
        text.append(word);
    }
    if has('e') {
        text = escapes(&text);
    } else if text.text.contains("\\n") && !has('E') {
        return None;
    }
    if !has('n') {
        let end = text.place(text.text.len());
        text.push('\n', end);
    }
    Some(text)
}

/// `None` if what is printed depends on the number of arguments that a
/// variable holds.
pub(super) fn printf(words: &[Sourced]) -> Option<Sourced> {
    let (format, mut words) = words.split_first()?;
    if format.text.starts_with('-') || super::word::variable(&format.text).is_some() {
        return None;
    }
    let mut text = Sourced::empty(format.start());
    // The format is used again until no argument is left.
    loop {
        let before = words.len();
        words = format_once(format, words, &mut text);
        if words.is_empty() || words.len() == before {
            return Some(text);
        }
    }
}

fn format_once<'w>(format: &Sourced, words: &'w [Sourced], text: &mut Sourced) -> &'w [Sourced] {
    let mut words = words.iter();
    let mut literal = Sourced::empty(format.start());
    let mut chars = format.chars().peekable();
    while let Some((char, at)) = chars.next() {
        if char != '%' {
            literal.push(char, at);
            // An escaped percent sign isn't one to us either.
            continue;
        }
        text.append(&escapes(&literal));
        literal = Sourced::empty(at);
        match chars.next() {
            Some(('%', at)) => text.push('%', at),
            Some(('s' | 'd' | 'q', _)) => {
                words.next().into_iter().for_each(|word| text.append(word));
            }
            Some(('b', _)) => words.next().into_iter().for_each(|word| text.append(&escapes(word))),
            // A template's statement, or a width: a placeholder.
            _ => text.append(&placeholder(at)),
        }
    }
    text.append(&escapes(&literal));
    words.as_slice()
}

/// Escapes of `echo -e`, which are those of `printf` and of `$'…'` too.
pub(super) fn escapes(raw: &Sourced) -> Sourced {
    let mut text = Sourced::empty(raw.start());
    let mut chars = raw.chars().peekable();
    while let Some((char, at)) = chars.next() {
        if char != '\\' {
            text.push(char, at);
            continue;
        }
        let Some((kind, next_at)) = chars.next() else {
            text.push('\\', at);
            break;
        };
        match kind {
            'n' => text.push('\n', at),
            't' => text.push('\t', at),
            'r' => text.push('\r', at),
            '\\' | '"' | '\'' => text.push(kind, next_at),
            'c' => break,
            // Bells and numbers of characters: as written.
            _ => {
                text.push('\\', at);
                text.push(kind, next_at);
            }
        }
    }
    text
}
