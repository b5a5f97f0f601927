//! Words without their quotes, and variables as placeholders.
//!
//! Every expansion becomes `${…}` with no brace or line break inside, whatever
//! way it is written: `$X`, `$(date)`, `` `date` ``, `${X:-${Y}}`.

use crate::yaml::Sourced;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Quotes {
    None,
    Double,
    /// A here-document's body: only expansions and their escapes count.
    Here,
}

/// A character and its place.
type Char = (char, usize);

/// Longest text between the braces of a placeholder.
const MAX_NAME: usize = 200;

/// A word, or several that stand together, as the command gets it.
pub(super) fn word(raw: &Sourced) -> Sourced {
    Reader::new(raw).read(Quotes::None)
}

/// The body of a here-document whose name isn't in quotes.
pub(super) fn expanded(body: &Sourced) -> Sourced {
    Reader::new(body).read(Quotes::Here)
}

/// The name of the variable if the text is nothing else.
pub(super) fn variable(text: &str) -> Option<&str> {
    let name = text.strip_prefix("${")?.strip_suffix('}')?;
    let fits = |char: char| char.is_ascii_alphanumeric() || char == '_';
    name.chars().all(fits).then_some(name)
}

struct Reader {
    chars: Vec<Char>,
    at: usize,
    out: Sourced,
}

impl Reader {
    fn new(raw: &Sourced) -> Reader {
        let out = Sourced::empty(raw.start());
        Reader { chars: raw.chars().collect(), at: 0, out }
    }

    fn peek(&self, offset: usize) -> Option<char> {
        self.chars.get(self.at + offset).map(|(char, _)| *char)
    }

    /// Copies characters as they are.
    fn copy(&mut self, count: usize) {
        let end = (self.at + count).min(self.chars.len());
        for (char, at) in &self.chars[self.at..end] {
            self.out.push(*char, *at);
        }
        self.at = end;
    }

    fn read(mut self, mut quotes: Quotes) -> Sourced {
        while let Some(char) = self.peek(0) {
            match (char, quotes) {
                ('"', Quotes::None) => (quotes, self.at) = (Quotes::Double, self.at + 1),
                ('"', Quotes::Double) => (quotes, self.at) = (Quotes::None, self.at + 1),
                ('\'', Quotes::None) => self.single_quoted(),
                ('$', Quotes::None) if self.peek(1) == Some('\'') => self.escaped_quoted(),
                ('$', Quotes::None) if self.peek(1) == Some('"') => self.at += 1,
                ('{', _) if self.peek(1) == Some('{') => self.marker(),
                ('\\', _) => self.backslash(quotes),
                ('$' | '`', _) => self.expansion(),
                _ => self.copy(1),
            }
        }
        self.out
    }

    fn single_quoted(&mut self) {
        self.at += 1;
        let rest = &self.chars[self.at..];
        let len = rest.iter().position(|(char, _)| *char == '\'').unwrap_or(rest.len());
        self.copy(len);
        self.at += 1;
    }

    /// `$'…'`, whose escapes are those of `echo -e`.
    fn escaped_quoted(&mut self) {
        self.at += 2;
        let mut raw = Sourced::empty(self.out.start());
        while let Some((char, at)) = self.chars.get(self.at).copied() {
            self.at += 1;
            if char == '\'' {
                break;
            }
            raw.push(char, at);
            if char == '\\'
                && let Some((next, at)) = self.chars.get(self.at).copied()
            {
                raw.push(next, at);
                self.at += 1;
            }
        }
        self.out.append(&super::print::escapes(&raw));
    }

    /// `{{ x }}` of a template, whose quotes aren't the shell's.
    fn marker(&mut self) {
        let rest = &self.chars[self.at..];
        let closes = |pair: &[Char]| pair[0].0 == '}' && pair[1].0 == '}';
        let line = rest.iter().position(|(char, _)| *char == '\n').unwrap_or(rest.len());
        match rest[..line].windows(2).position(closes) {
            Some(end) => self.copy(end + 2),
            None => self.copy(2),
        }
    }

    fn backslash(&mut self, quotes: Quotes) {
        let next = self.peek(1);
        let escapes = match (quotes, next) {
            (_, Some('\n')) => {
                self.at += 2;
                return;
            }
            (Quotes::None, Some(_)) => true,
            (Quotes::Double, Some(next)) => "$`\"\\".contains(next),
            (Quotes::Here, Some(next)) => "$`\\".contains(next),
            (_, None) => false,
        };
        // A dollar that the script keeps is one that somebody else replaces,
        // or none: a placeholder to YAML in both cases.
        self.at += usize::from(escapes);
        self.copy(1);
    }

    fn expansion(&mut self) {
        // Terraform's way to write `${` for the shell.
        if self.peek(1) == Some('$') && self.peek(2) == Some('{') {
            self.at += 1;
        }
        let Some((from, to, end)) = self.extent() else { return self.copy(1) };
        let start = self.chars[self.at].1;
        self.out.push('$', start);
        self.out.push('{', start);
        let inner: Vec<Char> = self.chars[from..to].iter().take(MAX_NAME).copied().collect();
        for (char, at) in inner {
            let harmless = !matches!(char, '{' | '}' | '\n' | '\r' | '\\');
            self.out.push(if harmless { char } else { '_' }, at);
        }
        self.out.push('}', self.chars[end - 1].1);
        self.at = end;
    }

    /// Of an expansion: its inner text, and where it ends.
    fn extent(&self) -> Option<(usize, usize, usize)> {
        let at = self.at;
        if self.peek(0) == Some('`') {
            let rest = &self.chars[at + 1..];
            let len = rest.iter().position(|(char, _)| *char == '`')?;
            return Some((at + 1, at + 1 + len, at + len + 2));
        }
        match self.peek(1)? {
            '{' => self.closing('{', '}').map(|end| (at + 2, end - 1, end)),
            '(' => self.closing('(', ')').map(|end| (at + 1, end, end)),
            char if char.is_ascii_alphabetic() || char == '_' => {
                let fits = |(char, _): &&Char| char.is_ascii_alphanumeric() || *char == '_';
                let len = self.chars[at + 1..].iter().take_while(fits).count();
                Some((at + 1, at + 1 + len, at + 1 + len))
            }
            char if char.is_ascii_digit() || "@*#?!$".contains(char) => {
                Some((at + 1, at + 2, at + 2))
            }
            _ => None,
        }
    }

    /// Behind the bracket that closes the one after the dollar.
    fn closing(&self, open: char, close: char) -> Option<usize> {
        let mut depth = 0;
        let mut quote = None;
        let mut at = self.at + 1;
        while let Some((char, _)) = self.chars.get(at).copied() {
            at += 1;
            match quote {
                Some(end) => quote = Some(end).filter(|end| *end != char),
                None if char == '\\' => at += 1,
                None if char == '\'' && open == '(' || char == '"' => quote = Some(char),
                None if char == open => depth += 1,
                None if char == close => depth -= 1,
                None => {}
            }
            if depth == 0 && quote.is_none() {
                return Some(at);
            }
        }
        None
    }
}
