//! systemd's files as lines and words, each byte with its place.
//!
//! What the words mean to RKE2 is `service`'s to say.
//!
//! Source: systemd `src/shared/conf-parser.c`, `src/basic/extract-word.c` and
//! `src/basic/env-file.c`.

use crate::yaml::Sourced;
use std::borrow::Cow;

/// A `Name=value` line of a unit.
#[derive(Debug)]
pub(super) struct Assignment {
    pub(super) section: String,
    pub(super) name: String,
    pub(super) value: Sourced,
}

/// A word without its quotes.
#[derive(Debug)]
pub(super) struct Word {
    pub(super) text: Sourced,
    /// No variable, specifier or escape is in it.
    pub(super) known: bool,
}

/// The assignments of a unit or of a drop-in, in order.
pub(super) fn assignments(text: &Sourced) -> Vec<Assignment> {
    let joined = text.reworded(join_lines(&text.text).into_owned());
    let mut section = String::new();
    let mut found = Vec::new();
    for (start, line) in lines(&joined.text) {
        let trimmed = line.trim();
        if trimmed.is_empty() || trimmed.starts_with(['#', ';']) {
            continue;
        }
        if let Some(name) = trimmed.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            name.clone_into(&mut section);
            continue;
        }
        let Some((name, value)) = line.split_once('=') else { continue };
        let blank = value.len() - value.trim_start().len();
        let at = start + name.len() + 1 + blank;
        found.push(Assignment {
            section: section.clone(),
            name: name.trim().to_owned(),
            value: joined.slice(at, at + value.trim().len()),
        });
    }
    found
}

/// The words of a value, as systemd takes them apart: quotes go wherever they
/// stand. `None` if a quote isn't closed.
pub(super) fn words(value: &Sourced) -> Option<Vec<Word>> {
    let mut words = Vec::new();
    let mut word: Option<Word> = None;
    let mut quote = None;
    let mut chars = value.text.char_indices();
    while let Some((offset, char)) = chars.next() {
        let at = value.place(offset);
        if quote.is_none() && char.is_ascii_whitespace() {
            words.extend(word.take());
            continue;
        }
        let word = word.get_or_insert_with(|| Word { text: Sourced::empty(at), known: true });
        match char {
            '\'' | '"' if quote.is_none() => {
                quote = Some(char);
                if word.text.text.is_empty() {
                    word.text = Sourced::empty(at + 1);
                }
            }
            _ if quote == Some(char) => quote = None,
            '\\' => match chars.next() {
                Some((next, plain @ ('\\' | '"' | '\''))) => {
                    word.text.push(plain, value.place(next))
                }
                _ => word.known = false,
            },
            _ => {
                word.known &= !matches!(char, '$' | '%');
                word.text.push(char, at);
            }
        }
    }
    words.extend(word);
    quote.is_none().then_some(words)
}

/// The variables of an `EnvironmentFile`, in order: `None` for a value with
/// escapes. Lines whose name isn't one, such as `export X=…`, are skipped.
pub(super) fn variables(text: &Sourced) -> Vec<(Sourced, Option<Sourced>)> {
    let joined = text.reworded(join_lines(&text.text).into_owned());
    let mut found = Vec::new();
    for (start, line) in lines(&joined.text) {
        let indent = line.len() - line.trim_start().len();
        let statement = &line[indent..];
        if statement.starts_with(['#', ';']) {
            continue;
        }
        let Some((name, value)) = statement.split_once('=') else { continue };
        if !is_name(name.trim_end()) {
            continue;
        }
        let piece = |at: usize, text: &str| joined.slice(at, at + text.len());
        let key = piece(start + indent, name.trim_end());
        let blank = value.len() - value.trim_start().len();
        let at = start + indent + name.len() + 1 + blank;
        let value = value.trim();
        let quoted = |quote: char| {
            let inner = value.strip_prefix(quote)?.strip_suffix(quote)?;
            (!inner.contains(quote)).then_some(inner)
        };
        let value = match quoted('"').or_else(|| quoted('\'')) {
            Some(inner) => Some(piece(at + 1, inner)),
            None => Some(piece(at, value)).filter(|_| !value.contains(['"', '\''])),
        };
        found.push((key, value.filter(|value| !value.text.contains('\\'))));
    }
    found
}

pub(super) fn is_name(text: &str) -> bool {
    let word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    !text.is_empty() && !text.starts_with(|c: char| c.is_ascii_digit()) && text.chars().all(word)
}

/// Text of the same length in which lines that a backslash continues are one
/// line; comments between them are blank.
pub(super) fn join_lines(text: &str) -> Cow<'_, str> {
    if !text.contains("\\\n") && !text.contains("\\\r\n") {
        return Cow::Borrowed(text);
    }
    let mut joined = String::with_capacity(text.len());
    let mut continues = false;
    for line in text.split_inclusive('\n') {
        let body = line.trim_end_matches(['\n', '\r']);
        let comment = body.trim_start().starts_with(['#', ';']);
        if continues && comment {
            joined.extend(line.bytes().map(|_| ' '));
            continue;
        }
        match body.strip_suffix('\\').filter(|_| !comment) {
            Some(kept) => {
                joined.push_str(kept);
                joined.extend(line[kept.len()..].bytes().map(|_| ' '));
                continues = true;
            }
            None => {
                joined.push_str(line);
                continues = false;
            }
        }
    }
    Cow::Owned(joined)
}

/// Lines with the offset of each.
pub(super) fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0;
    text.split_inclusive('\n').map(move |line| {
        let start = at;
        at += line.len();
        (start, line.trim_end_matches(['\n', '\r']))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(line: &str, expected: &[&str]) {
        let words = words(&Sourced::verbatim(line, 0)).unwrap_or_default();
        let texts: Vec<&str> = words.iter().map(|word| word.text.text.as_str()).collect();
        assert_eq!(texts, expected, "{line}");
    }

    #[test]
    fn quotes_go_wherever_they_stand() {
        check("/usr/bin/rke2  server", &["/usr/bin/rke2", "server"]);
        check("\"--cni=a b\" --x='' --y=\"1\"2", &["--cni=a b", "--x=", "--y=12"]);
        check("a\\\"b ''", &["a\"b", ""]);
        check("\"open", &[]);
    }

    #[test]
    fn a_continued_line_keeps_its_places() {
        let text = "[Service]\nExecStart=/bin/rke2 server \\\n  # no\n  --cni=canal \\\r\n\t--debug\nX=y\n";
        let found = assignments(&Sourced::verbatim(text, 0));
        assert_eq!(found.len(), 2);
        assert_eq!((found[0].section.as_str(), found[0].name.as_str()), ("Service", "ExecStart"));
        let words = words(&found[0].value).unwrap_or_default();
        for word in &words {
            let start = word.text.start();
            assert_eq!(&text[start..start + word.text.text.len()], word.text.text);
        }
        assert_eq!(words.len(), 4);
    }

    #[test]
    fn variables_are_names() {
        let text = "# x\nexport A=1\nB = \"x y\" \n C='z'\nD=a\\ b\nE=\n";
        let found = variables(&Sourced::verbatim(text, 0));
        let texts: Vec<(&str, Option<&str>)> = found
            .iter()
            .map(|(name, value)| {
                (name.text.as_str(), value.as_ref().map(|value| value.text.as_str()))
            })
            .collect();
        assert_eq!(texts, [("B", Some("x y")), ("C", Some("z")), ("D", None), ("E", Some(""))]);
    }
}
