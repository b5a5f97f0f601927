//! Markers of template languages: where they stand, and what each does to the
//! text around it.
//!
//! Jinja, Go's `text/template`, Terraform's `templatefile`, ERB, and the
//! sections of Mustache. What isn't known as a statement is taken for one that
//! writes text.

use std::ops::Range;

/// How far a marker may reach, in bytes; more is not a marker.
const MAX_LEN: usize = 1 << 14;

const OPENERS: [(&str, &str); 6] =
    [("{{", "}}"), ("{%", "%}"), ("{#", "#}"), ("${", "}"), ("%{", "}"), ("<%", "%>")];

/// One marker, its signs included.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Marker {
    pub(super) range: Range<usize>,
    pub(super) class: Class,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Class {
    /// Text comes out of it.
    Output,
    Comment,
    /// It sets a variable, or says how to read what follows.
    Silent,
    Open(Block),
    /// `else`, `elif`: the branch before ends, and one begins.
    Next {
        last: bool,
    },
    Close,
}

/// What a statement that is closed by another does with what it holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Block {
    /// It is there once, or not at all.
    If,
    /// It may be there several times.
    Loop,
    /// Nobody sees where it ends up: a macro, a filter.
    Elsewhere,
    /// `case`: its branches begin with `when`.
    Case,
}

impl Marker {
    /// It decides on, or ends, what is there.
    pub(super) fn is_control(&self) -> bool {
        matches!(self.class, Class::Open(_) | Class::Next { .. } | Class::Close)
    }

    pub(super) fn is_silent(&self) -> bool {
        self.class != Class::Output
    }
}

/// In order.
pub(super) fn markers(text: &str) -> Vec<Marker> {
    let ranges = ranges(text);
    let is_jinja = ranges.iter().any(|range| text[range.clone()].starts_with("{%"));
    let marker = |range: Range<usize>| {
        let class = classify(&text[range.clone()], is_jinja);
        Marker { range, class }
    };
    ranges.into_iter().map(marker).collect()
}

fn ranges(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut at = 0;
    // For each pair, how far no closer begins: nothing is searched twice.
    let mut clear = [0; OPENERS.len()];
    while let Some(next) = text[at..].find(['{', '$', '%', '<']) {
        let start = at + next;
        match end(text, start, &mut clear) {
            Some(end) => {
                found.push(start..end);
                at = end;
            }
            None => at = start + 1,
        }
    }
    found
}

/// The end of the marker that begins at `start`, if one does.
fn end(text: &str, start: usize, clear: &mut [usize; OPENERS.len()]) -> Option<usize> {
    let rest = &text[start..];
    let pair = OPENERS.iter().position(|(open, _)| rest.starts_with(open))?;
    let (open, close) = OPENERS[pair];
    let from = clear[pair].max(start + open.len());
    let limit = boundary(text, start + MAX_LEN);
    let Some(found) = text.get(from..limit).and_then(|inner| inner.find(close)) else {
        clear[pair] = boundary(text, limit.saturating_sub(1)).max(clear[pair]);
        return None;
    };
    clear[pair] = from + found;
    let mut end = from + found + close.len();
    if close == "}" {
        end = balanced(text, start + open.len(), end)?;
    }
    // Braces of JSON that happen to close together aren't a marker: its text
    // begins with a quote.
    let inner = &text[start + open.len()..end];
    if open == "{{" && inner.starts_with('"') && inner.contains("\":") {
        return None;
    }
    let triple = rest.starts_with("{{{") && text[end..].starts_with('}');
    Some(end + usize::from(triple))
}

/// The end of what `${` or `%{` opens, past braces in it. Over lines only if
/// it calls a function.
fn balanced(text: &str, inner: usize, first: usize) -> Option<usize> {
    let is_call = || text[inner..first].contains('(');
    let plain = !text[inner..first - 1].contains(['{', '\n']);
    if plain {
        return Some(first);
    }
    let mut depth = 1;
    let limit = boundary(text, inner + MAX_LEN);
    for (at, sign) in text[inner..limit].char_indices() {
        match sign {
            '{' => depth += 1,
            '}' if depth == 1 => return Some(inner + at + 1),
            '}' => depth -= 1,
            '\n' if !is_call() => return None,
            _ => {}
        }
    }
    None
}

/// `at`, or the start of the character that it is in.
fn boundary(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

fn classify(marker: &str, is_jinja: bool) -> Class {
    let inner = |open: usize, close: usize| {
        let trim = |c: char| c.is_whitespace() || matches!(c, '-' | '~' | '+');
        marker[open..marker.len() - close].trim_matches(trim)
    };
    match &marker[..2] {
        "{#" => Class::Comment,
        "{%" => jinja(inner(2, 2)),
        "{{" if !is_jinja => go(inner(2, 2)),
        "%{" => terraform(inner(2, 1)),
        "<%" => erb(&marker[2..marker.len() - 2]),
        _ => Class::Output,
    }
}

/// The letters and underscores that a text begins with.
fn word(text: &str) -> &str {
    let end = text.find(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    &text[..end.unwrap_or(text.len())]
}

/// Source: Jinja 3.1, "List of Control Structures".
fn jinja(inner: &str) -> Class {
    match word(inner) {
        "if" => Class::Open(Block::If),
        "for" => Class::Open(Block::Loop),
        "elif" => Class::Next { last: false },
        "else" => Class::Next { last: true },
        "set" if !inner.contains('=') => Class::Open(Block::Elsewhere),
        "macro" | "call" | "filter" | "block" => Class::Open(Block::Elsewhere),
        "endif" | "endfor" | "endset" | "endmacro" | "endcall" | "endfilter" | "endblock" => {
            Class::Close
        }
        "set" | "do" | "raw" | "endraw" | "with" | "endwith" | "autoescape" | "endautoescape"
        | "import" | "from" | "break" | "continue" => Class::Silent,
        _ => Class::Output,
    }
}

/// Source: Go `text/template`, "Actions". Mustache's sections, which begin with
/// a sign, are read too.
fn go(inner: &str) -> Class {
    let word = word(inner);
    let rest = &inner[word.len()..];
    let alone = rest.is_empty() || rest.starts_with([' ', '\t', '\n', '\r', '(']);
    match word {
        "" if inner.starts_with("/*") || inner.starts_with('!') => Class::Comment,
        "" if inner.starts_with('#') || inner.starts_with('^') => Class::Open(Block::Loop),
        "" if inner.starts_with('/') => Class::Close,
        "" if inner.starts_with('$') && is_assignment(inner) => Class::Silent,
        "if" | "with" if alone && !rest.is_empty() => Class::Open(Block::If),
        "range" if alone && !rest.is_empty() => Class::Open(Block::Loop),
        "define" | "block" if rest.trim_start().starts_with('"') => Class::Open(Block::Elsewhere),
        "else" if alone => Class::Next { last: rest.trim().is_empty() },
        "end" if rest.is_empty() => Class::Close,
        "break" | "continue" if rest.is_empty() => Class::Silent,
        _ => Class::Output,
    }
}

/// `$x := 1`, `$x = 1`
fn is_assignment(inner: &str) -> bool {
    let name = inner[1..].trim_start_matches(|c: char| c.is_ascii_alphanumeric() || c == '_');
    let sign = name.trim_start();
    sign.starts_with(":=") || sign.starts_with('=') && !sign.starts_with("==")
}

/// Source: Terraform, "Strings and Templates", directives.
fn terraform(inner: &str) -> Class {
    match word(inner) {
        "if" => Class::Open(Block::If),
        "for" => Class::Open(Block::Loop),
        "else" => Class::Next { last: true },
        "endif" | "endfor" => Class::Close,
        _ => Class::Output,
    }
}

/// Source: Ruby `ERB`, "Recognized Tags". A block is one that ends with `do` or
/// names its arguments.
fn erb(inner: &str) -> Class {
    if inner.starts_with('=') || inner.starts_with("-=") {
        return Class::Output;
    }
    if inner.starts_with('#') {
        return Class::Comment;
    }
    let inner = inner.trim_matches(|c: char| c.is_whitespace() || c == '-');
    let last = inner.rsplit(|c: char| c.is_whitespace()).next();
    match word(inner) {
        "if" | "unless" => Class::Open(Block::If),
        "case" => Class::Open(Block::Case),
        "elsif" | "when" => Class::Next { last: false },
        "else" => Class::Next { last: true },
        "end" => Class::Close,
        "for" | "while" | "until" => Class::Open(Block::Loop),
        _ if last == Some("do") || inner.ends_with('|') => Class::Open(Block::Loop),
        _ => Class::Silent,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[Class]) {
        let found: Vec<Class> = markers(text).into_iter().map(|marker| marker.class).collect();
        assert_eq!(found, expected, "{text}");
    }

    const IF: Class = Class::Open(Block::If);
    const LOOP: Class = Class::Open(Block::Loop);
    const ELSEWHERE: Class = Class::Open(Block::Elsewhere);
    const ELSE: Class = Class::Next { last: true };

    #[test]
    fn jinja_has_statements_of_its_own() {
        check(
            "{%- if a %}{% elif b %}{% else -%}{% endif %}",
            &[IF, Class::Next { last: false }, ELSE, Class::Close],
        );
        check("{% for a in b %}{{ end }}{% endfor %}", &[LOOP, Class::Output, Class::Close]);
        check("{% set a = 1 %}{% set b %}x{% endset %}", &[Class::Silent, ELSEWHERE, Class::Close]);
        check("{% include 'a' %}{# b #}", &[Class::Output, Class::Comment]);
        check("{% if a\n or b %}", &[IF]);
    }

    #[test]
    fn go_has_statements_where_jinja_writes() {
        check(
            "{{- if .a }}{{ else if .b }}{{ else }}{{ end }}",
            &[IF, Class::Next { last: false }, ELSE, Class::Close],
        );
        check("{{ range .a }}{{ end_of_life }}{{ range(3) }}", &[LOOP, Class::Output, LOOP]);
        check("{{/* a */}}{{- $a := 1 }}{{ $a }}", &[Class::Comment, Class::Silent, Class::Output]);
        check(
            "{{ define \"a\" }}{{ template \"b\" . }}{{ if }}",
            &[ELSEWHERE, Class::Output, Class::Output],
        );
    }

    #[test]
    fn terraform_and_hiera_share_a_sign() {
        check("%{ if a ~}%{ else }%{~ endif }", &[IF, ELSE, Class::Close]);
        check("%{facts.name} %{::a}", &[Class::Output, Class::Output]);
        check("${jsonencode({ a = 1 })}", &[Class::Output]);
        check("${a\n}", &[]);
        check("${f({\n a = 1 })}", &[Class::Output]);
    }

    #[test]
    fn ruby() {
        check("<% if a -%><%- else -%><% end %>", &[IF, ELSE, Class::Close]);
        check("<% @a.each do |b| %><%= b %><% end %>", &[LOOP, Class::Output, Class::Close]);
        check("<%# a %><% a = 1 %>", &[Class::Comment, Class::Silent]);
    }

    #[test]
    fn json_is_no_template() {
        check(r#"{{"a": {"b": 1}}}"#, &[]);
        check(r#"{{ {"a": 1} | to_yaml }}"#, &[Class::Output]);
    }
}
