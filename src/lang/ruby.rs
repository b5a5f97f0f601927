//! Here-documents and words of Ruby, as in a Vagrantfile.
//!
//! Lines are all that is read: which settings a block gets stands on lines of
//! their own, and no program is run.
//!
//! Source: docs.ruby-lang.org, `syntax/literals.rdoc`, Here Document Literals
//! and Percent Literals.

use crate::yaml::Sourced;
use std::ops::Range;

/// `rke2.config = <<~YAML`, or `inline: <<-SHELL`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Assigned {
    /// Before `=` or `:`, such as `rke2.config`.
    pub name: Sourced,
    pub value: Given,
    /// From the name to the end of the value.
    pub span: Range<usize>,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Given {
    /// What Ruby puts into it is `${…}`.
    Text(Sourced),
    Words(Vec<Sourced>),
}

/// In the order of the file.
pub fn assigned(file: &Sourced) -> Vec<Assigned> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < file.text.len() {
        let end = end_of_line(&file.text, at);
        let line = &file.text[at..end];
        let mut next = end;
        if !line.trim_start().starts_with('#') {
            if let Some((one, after)) = here_document(file, at, end) {
                found.push(one);
                next = after;
            } else {
                found.extend(words(file, at, line));
            }
        }
        at = next;
    }
    found
}

fn end_of_line(text: &str, at: usize) -> usize {
    text[at..].find('\n').map_or(text.len(), |found| at + found + 1)
}

/// The name before the last `=` or `:` of a line's start, and where it is.
fn name(start: &str) -> Option<Range<usize>> {
    let before = start.trim_end().trim_end_matches(['=', ':', '(']).trim_end();
    let is_name = |char: char| char.is_ascii_alphanumeric() || "._".contains(char);
    let from = before.rfind(|char| !is_name(char)).map_or(0, |found| found + 1);
    (from < before.len()).then_some(from..before.len())
}

/// One whose opening stands on the line, and where the line after it begins.
fn here_document(file: &Sourced, at: usize, end: usize) -> Option<(Assigned, usize)> {
    let line = &file.text[at..end];
    let open = line.find("<<")?;
    let (kind, rest) = match line.as_bytes().get(open + 2)? {
        b'~' | b'-' => (line.as_bytes()[open + 2], &line[open + 3..]),
        _ => (b' ', &line[open + 2..]),
    };
    let quote = rest.chars().next().filter(|char| "'\"`".contains(*char));
    let rest = rest.trim_start_matches(['\'', '"', '`']);
    let is_name = |char: char| char.is_ascii_alphanumeric() || char == '_';
    let mark = &rest[..rest.find(|char| !is_name(char)).unwrap_or(rest.len())];
    // `list << Item` is no here-document.
    if mark.is_empty() || kind == b' ' && !mark.chars().all(|char| !char.is_ascii_lowercase()) {
        return None;
    }
    let name = name(&line[..open])?;
    let mut close = end;
    loop {
        let after = end_of_line(&file.text, close);
        let text = file.text[close..after].trim_end();
        let text = if kind == b' ' { text } else { text.trim_start() };
        if text == mark {
            break;
        }
        if after == close {
            return None;
        }
        close = after;
    }
    let after = end_of_line(&file.text, close);
    let body = file.slice(end, close);
    let body = if kind == b'~' { outdented(&body) } else { body };
    let text = if quote == Some('\'') { body } else { interpolated(&body) };
    let span = file.place(at + name.start)..file.slice(end, after).end();
    let name = file.slice(at + name.start, at + name.end);
    Some((Assigned { name, value: Given::Text(text), span }, after))
}

/// Without the blanks that all lines begin with, those with nothing else aside.
fn outdented(body: &Sourced) -> Sourced {
    let depth = |line: &str| line.len() - line.trim_start_matches([' ', '\t']).len();
    let filled = body.text.lines().filter(|line| !line.trim().is_empty());
    let least = filled.map(depth).min().unwrap_or(0);
    let mut text = Sourced::empty(body.start());
    let mut at = 0;
    for line in body.text.split_inclusive('\n') {
        let blanks = depth(line).min(least);
        text.append(&body.slice(at + blanks, at + line.len()));
        at += line.len();
    }
    text
}

/// Escapes are replaced, and `#{x}` becomes `${x}` without a brace in it.
fn interpolated(raw: &Sourced) -> Sourced {
    let chars: Vec<(char, usize)> = raw.chars().collect();
    let mut text = Sourced::empty(raw.start());
    let mut at = 0;
    while let Some((char, place)) = chars.get(at).copied() {
        let next = chars.get(at + 1).map(|(char, _)| *char);
        at += 1;
        match (char, next) {
            ('\\', Some(next)) => {
                let place = chars[at].1;
                match next {
                    'n' => text.push('\n', place),
                    't' => text.push('\t', place),
                    _ => text.push(next, place),
                }
                at += 1;
            }
            ('#', Some('{')) => {
                text.push_at('$', place);
                let len = closing(&chars[at..]);
                let last = (at + len).min(chars.len()) - 1;
                for (index, (char, place)) in chars[at..=last].iter().enumerate() {
                    let inner = index > 0 && at + index < last;
                    let brace = inner && matches!(char, '{' | '}' | '\n');
                    text.push(if brace { '_' } else { *char }, *place);
                }
                at = last + 1;
            }
            _ => text.push(char, place),
        }
    }
    text
}

/// How many characters there are up to the brace that closes the first one.
fn closing(chars: &[(char, usize)]) -> usize {
    let mut depth = 0;
    for (index, (char, _)) in chars.iter().enumerate() {
        depth += i32::from(*char == '{') - i32::from(*char == '}');
        if depth == 0 {
            return index + 1;
        }
    }
    chars.len()
}

/// `x = %w[a b]`, `x = ["a", 'b']` or `x = "a"` on one line.
fn words(file: &Sourced, at: usize, line: &str) -> Option<Assigned> {
    let sign = line.find(" = ")?;
    let name = name(&line[..sign + 2])?;
    let start = sign + 3;
    let value = &line[start..];
    let skipped = value.len() - value.trim_start().len();
    let from = at + start + skipped;
    let value = value.trim();
    let inner = |open: usize| {
        let end = value.rfind([']', ')', '}'])?;
        (end >= open).then(|| file.slice(from + open, from + end))
    };
    let given = match value.as_bytes() {
        [b'%', b'w', ..] => Given::Words(split(&inner(3)?)),
        [b'%', b'W', ..] => Given::Words(split(&interpolated(&inner(3)?))),
        [b'[', ..] => Given::Words(quoted(&inner(1)?)),
        [b'"' | b'\'', ..] => {
            Given::Text(quoted(&file.slice(from, from + value.len())).into_iter().next()?)
        }
        _ => return None,
    };
    let span = file.place(at + name.start)..file.slice(from, from + value.len()).end();
    Some(Assigned { name: file.slice(at + name.start, at + name.end), value: given, span })
}

fn split(text: &Sourced) -> Vec<Sourced> {
    text.split_trimmed(' ').into_iter().filter(|word| !word.text.is_empty()).collect()
}

/// The strings of a list; a name among them is `${…}`.
fn quoted(list: &Sourced) -> Vec<Sourced> {
    let mut strings = Vec::new();
    let mut at = 0;
    while let Some(found) = list.text[at..].find(|char: char| !" ,".contains(char)) {
        let start = at + found;
        let rest = &list.text[start..];
        let quote = rest.chars().next().filter(|char| "'\"".contains(*char));
        let end = match quote {
            Some(quote) => rest[1..].find(quote).map_or(rest.len(), |end| end + 1),
            None => rest.find(',').unwrap_or(rest.len()),
        };
        match quote {
            Some('"') => strings.push(interpolated(&list.slice(start + 1, start + end))),
            Some(_) => strings.push(list.slice(start + 1, start + end)),
            None => {
                let name = list.slice(start, start + end);
                let mut hole = Sourced::empty(name.start());
                "${".chars().for_each(|char| hole.push_at(char, name.start()));
                hole.append(&name);
                hole.push_at('}', name.end());
                strings.push(hole);
            }
        }
        at = (start + end + usize::from(quote.is_some())).min(list.text.len());
    }
    strings
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each as its name and its text, or its words.
    #[track_caller]
    fn check(file: &str, expected: &[(&str, &[&str])]) {
        let found = assigned(&Sourced::verbatim(file, 0));
        let shown: Vec<(&str, Vec<&str>)> = found
            .iter()
            .map(|one| {
                let texts = match &one.value {
                    Given::Text(text) => vec![text.text.as_str()],
                    Given::Words(words) => words.iter().map(|word| word.text.as_str()).collect(),
                };
                (one.name.text.as_str(), texts)
            })
            .collect();
        let expected: Vec<(&str, Vec<&str>)> =
            expected.iter().map(|(name, texts)| (*name, texts.to_vec())).collect();
        assert_eq!(shown, expected, "{file}");
        for one in &found {
            assert!(file[one.span.clone()].starts_with(&one.name.text));
            let Given::Text(text) = &one.value else { continue };
            for (char, at) in text.chars().filter(|(char, _)| char.is_alphanumeric()) {
                assert!(file[at..].starts_with(char), "{file}: {char}");
            }
        }
    }

    #[test]
    fn here_documents() {
        check(
            "x.config = <<~YAML\n    a: 1\n      b: #{y[\"z\"]}\n\n    c: \\\"d\\\"\n  YAML\nend\n",
            &[("x.config", &["a: 1\n  b: ${y[\"z\"]}\n\nc: \"d\"\n"])],
        );
        check("  config = <<~'EOF'\n\ta: #{b}\n\tEOF\n", &[("config", &["a: #{b}\n"])]);
        check(
            "vm.provision \"shell\", inline: <<-SHELL\n  a\n  SHELL\n",
            &[("inline", &["  a\n"])],
        );
        check("x = <<EOF\na\n EOF\nEOF\n", &[("x", &["a\n EOF\n"])]);
        check("# x = <<~YAML\nlist << item\nx <<~YAML\n", &[]);
    }

    #[test]
    fn lists_of_words() {
        check("x.env = %w[A=1  B=#{c}]\n", &[("x.env", &["A=1", "B=#{c}"])]);
        check("x.env = %W[A=1 B=#{c}] # d\n", &[("x.env", &["A=1", "B=${c}"])]);
        check("x.env = ['A=1', \"B=#{c}\", d]\n", &[("x.env", &["A=1", "B=${c}", "${d}"])]);
        check("vm.box = \"a/b\"\n", &[("vm.box", &["a/b"])]);
    }
}
