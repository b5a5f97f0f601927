//! Templates: which bytes some program will replace before RKE2 reads them.
//!
//! A masked text has the same length, so every place stays what it was. Only
//! literal parts are ever judged.

use std::ops::Range;

/// A text with its template markers made harmless to a YAML parser.
pub(super) struct Masked {
    pub(super) text: String,
    /// Where markers stood, in order.
    pub(super) holes: Vec<Range<usize>>,
    /// Those that choose between parts of the text.
    pub(super) statements: Vec<Range<usize>>,
    /// A whole line is a marker: any key may come out of it.
    pub(super) whole_lines: Vec<Range<usize>>,
}

/// How far a marker may reach; more is not a marker.
const MAX_HOLE: usize = 4096;

const OPENERS: [(&str, &str); 5] =
    [("{{", "}}"), ("{%", "%}"), ("{#", "#}"), ("${", "}"), ("%{", "}")];

/// `None` if the text has no markers.
pub(super) fn mask(text: &str) -> Option<Masked> {
    let holes = holes(text);
    if holes.is_empty() {
        return None;
    }
    let mut bytes = text.as_bytes().to_vec();
    let mut statements = Vec::new();
    let mut whole_lines = Vec::new();
    for hole in &holes {
        let marker = &text[hole.clone()];
        if is_statement(marker) {
            statements.push(hole.clone());
        }
        let whole = is_whole_line(text, hole);
        if whole {
            whole_lines.push(hole.clone());
        }
        for byte in &mut bytes[hole.clone()] {
            if !matches!(byte, b'\n' | b'\r') {
                *byte = b'x';
            }
        }
        if whole {
            comment_out(&mut bytes, hole.clone());
        }
    }
    let text = String::from_utf8(bytes).expect("whole markers were replaced by ASCII");
    Some(Masked { text, holes, statements, whole_lines })
}

fn holes(text: &str) -> Vec<Range<usize>> {
    let mut holes = Vec::new();
    let mut at = 0;
    // For each pair, how far no closer begins: nothing is searched twice.
    let mut clear = [0; OPENERS.len()];
    while let Some(found) = text[at..].find(['{', '$', '%']) {
        let start = at + found;
        let rest = &text[start..];
        let pair = OPENERS.iter().position(|(open, _)| rest.starts_with(open));
        let end = pair.and_then(|pair| {
            let (open, close) = OPENERS[pair];
            let from = clear[pair].max(start + open.len());
            let limit = boundary(text, start + MAX_HOLE);
            let Some(found) = text.get(from..limit).and_then(|inner| inner.find(close)) else {
                clear[pair] = boundary(text, limit.saturating_sub(1)).max(clear[pair]);
                return None;
            };
            clear[pair] = from + found;
            let end = from + found + close.len();
            // Braces of JSON that happen to close together aren't a marker:
            // `{{` opens one only if its text holds no quote-colon pair.
            let inner = &text[start..end];
            let json = open == "{{" && inner.contains("\":");
            let lines = open == "${" || open == "%{";
            let broken = lines && inner.contains('\n');
            (!json && !broken).then_some(end)
        });
        match end {
            Some(mut end) => {
                if rest.starts_with("{{{") && text[end..].starts_with('}') {
                    end += 1;
                }
                holes.push(start..end);
                at = end;
            }
            None => at = start + 1,
        }
    }
    holes
}

/// `at`, or the start of the character that it is in.
fn boundary(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// Jinja's and Terraform's statements, and Go's control actions.
fn is_statement(marker: &str) -> bool {
    if marker.starts_with("{%") {
        return true;
    }
    let word = |text: &str| {
        let text = text.trim_start_matches(['-', '~', ' ', '\t', '\n', '\r']);
        let end = text.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(text.len());
        text[..end].to_owned()
    };
    if let Some(inner) = marker.strip_prefix("{{") {
        let words = ["if", "else", "end", "range", "with", "define", "block"];
        return words.contains(&word(inner).as_str());
    }
    if let Some(inner) = marker.strip_prefix("%{") {
        let words = ["if", "else", "endif", "for", "endfor"];
        return words.contains(&word(inner).as_str());
    }
    false
}

fn is_whole_line(text: &str, hole: &Range<usize>) -> bool {
    let blank = |c: char| c.is_whitespace() && c != '\n';
    let before = text[..hole.start].trim_end_matches(blank);
    let after = text[hole.end..].trim_start_matches(blank);
    (before.is_empty() || before.ends_with('\n')) && (after.is_empty() || after.starts_with('\n'))
}

/// Puts a `#` at the start of each of the marker's lines.
fn comment_out(bytes: &mut [u8], hole: Range<usize>) {
    let mut line_start = true;
    for at in hole {
        match bytes[at] {
            b'\n' => line_start = true,
            b'\r' => {}
            _ if line_start => {
                bytes[at] = b'#';
                line_start = false;
            }
            _ => {}
        }
    }
}

/// Whether a scalar's text holds something that isn't meant to be read as it
/// stands: a marker of a template language, or a word that says "fill me in".
pub fn is_placeholder(text: &str) -> bool {
    // Most text has few of these characters, and each marker needs one.
    let mut seen = [false; 128];
    text.bytes().filter(u8::is_ascii).for_each(|byte| seen[usize::from(byte)] = true);
    let has = |byte: u8| seen[usize::from(byte)];
    let any = |markers: &[&str]| markers.iter().any(|marker| text.contains(marker));
    (has(b'{') || has(b'}')) && any(&["{{", "}}", "{%", "${", "%{", "#{"])
        || has(b'[') && any(&["[[", "ENC["])
        || has(b'$') && (text.contains("$(") || has_dollar_word(text))
        || has(b'<') && (text.contains("<%") || has_wrapped_word(text, '<', '>'))
        || has(b'@') && has_wrapped_word(text, '@', '@')
        || has(b'%') && has_wrapped_word(text, '%', '%')
        || has(b'_') && (has_dunder(text) || is_capital_name(text))
        || has(b'E') && any(&FILL_ME_IN)
        || (has(b'x') || has(b'X')) && has_letters_for_octets(text)
}

/// All of them have an `E`.
const FILL_ME_IN: [&str; 6] =
    ["TO_BE_REPLACED", "PLACEHOLDER", "CHANGEME", "CHANGE_ME", "REPLACE_", "REPLACEME"];

/// Whether a text says that a person has to fill it in: `<node-ip>`,
/// `CHANGEME`. No template language writes so.
pub fn is_blank(text: &str) -> bool {
    has_wrapped_word(text, '<', '>') || FILL_ME_IN.iter().any(|word| text.contains(word))
}

/// `%CLUSTER_NAME%`, with which a value that isn't quoted can't begin.
pub fn has_percent_name(text: &str) -> bool {
    has_wrapped_word(text, '%', '%')
}

/// `<node-ip>`, `@IP@`: nothing but a name between the signs.
fn has_wrapped_word(text: &str, open: char, close: char) -> bool {
    let mut rest = text;
    while let Some(start) = rest.find(open) {
        let after = &rest[start + 1..];
        let Some(end) = after.find(close) else { return false };
        let word = &after[..end];
        let name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | ' ' | '.');
        if word.starts_with(char::is_alphabetic) && word.chars().all(name) {
            return true;
        }
        rest = after;
    }
    false
}

/// `10.x.0.0/16`, `X.X.X.X`
fn has_letters_for_octets(text: &str) -> bool {
    let letters = |part: &str| matches!(part, "x" | "xx" | "xxx" | "X" | "XX" | "XXX");
    text.contains('.') && text.split(['.', '/', ',']).any(letters)
}

/// `NODE_IP`
fn is_capital_name(text: &str) -> bool {
    text.contains('_')
        && text.starts_with(|c: char| c.is_ascii_uppercase())
        && text.bytes().all(|b| matches!(b, b'A'..=b'Z' | b'0'..=b'9' | b'_'))
}

fn has_dollar_word(text: &str) -> bool {
    text.match_indices('$')
        .any(|(at, _)| text[at + 1..].starts_with(|c: char| c.is_ascii_alphabetic() || c == '_'))
}

/// `__NODE_IP__`
fn has_dunder(text: &str) -> bool {
    let Some(start) = text.find("__") else { return false };
    text[start + 2..].find("__").is_some_and(|end| end > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(mask(text).map(|masked| masked.text).unwrap_or(text.into()), expected);
    }

    #[test]
    fn lengths_stay() {
        check("a: {{ b }}\n", "a: xxxxxxx\n");
        check("a: [${A}, ${B}]\n", "a: [xxxx, xxxx]\n");
        check("{{ all }}\nb: 1\n", "#xxxxxxxx\nb: 1\n");
        check("a: {b: {c: 1}}\n", "a: {b: {c: 1}}\n");
        check("a: {{é}}\n", "a: xxxxxx\n");
    }

    #[test]
    fn json_is_no_template() {
        check(r#"{{"a": {"b": 1}}}"#, r#"{{"a": {"b": 1}}}"#);
    }

    #[test]
    fn statements() {
        let statements = |text: &str| mask(text).map_or(0, |masked| masked.statements.len());
        assert_eq!(statements("{% if x %}\na: 1\n{% endif %}\n"), 2);
        assert_eq!(statements("{{- if .x }}\na: {{ .b }}\n{{ end }}\n"), 2);
        assert_eq!(statements("%{ if x ~}\na: ${b}\n%{ endif ~}\n"), 2);
        assert_eq!(statements("a: %{facts.name}\n"), 0);
    }

    #[test]
    fn placeholders() {
        for text in [
            "{{ x }}",
            "a${B}",
            "$NODE_IP",
            "<node-ip>",
            "__IP__",
            "CHANGEME",
            "@IP@",
            "<%= x %>",
            "%IP%",
            "[[ x ]]",
            "DNS_IP",
            "10.X.0.0/16",
            "ENC[a,b]",
        ] {
            assert!(is_placeholder(text), "{text}");
        }
        for text in ["10.0.0.1", "a # b", "100%", "<5", "rke2-canal", "a@b.example", "5 < 6 > 4"] {
            assert!(!is_placeholder(text), "{text}");
        }
    }
}
