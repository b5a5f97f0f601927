//! A scalar's bytes, decoded again by ourselves, with the place of each.
//!
//! The parser decodes too, and doesn't say from where. What comes out here is
//! compared with its text, and used only if they are equal.

use super::{Node, Style, map::SpanMap};
use std::ops::Range;

pub(super) struct Decoded {
    pub(super) text: String,
    /// To offsets of what `text` was decoded from.
    pub(super) map: SpanMap,
}

impl Decoded {
    fn new() -> Decoded {
        Decoded { text: String::new(), map: SpanMap::default() }
    }

    fn copy(&mut self, source: &str, range: Range<usize>) {
        self.text.push_str(&source[range.clone()]);
        self.map.push(range.len(), range.start, range.end, true);
    }

    fn synth(&mut self, text: &str, range: Range<usize>) {
        self.text.push_str(text);
        self.map.push(text.len(), range.start, range.end, false);
    }
}

/// `None` if the node is no scalar, or if its text can't be mapped.
pub(super) fn decode(node: &Node) -> Option<Decoded> {
    let (range, style, indent) = node.layout()?;
    let raw = node.raw()?;
    let tree = node.tree();
    let decoded = decode_range(&tree.text, range, style, indent, trailing_breaks(raw));
    if decoded.text != raw {
        return None;
    }
    Some(Decoded { map: decoded.map.through(&tree.map), text: decoded.text })
}

pub(super) fn trailing_breaks(text: &str) -> usize {
    text.len() - text.trim_end_matches('\n').len()
}

/// Decodes the bytes of one scalar, its quotes or block header included.
/// `indent` and `trailing`, the number of line breaks at the end of the text,
/// matter for block scalars only.
pub(super) fn decode_range(
    source: &str,
    range: Range<usize>,
    style: Style,
    indent: u16,
    trailing: usize,
) -> Decoded {
    match style {
        Style::Literal | Style::Folded => {
            block(source, range, style == Style::Folded, usize::from(indent), trailing)
        }
        Style::Plain => flow(source, range, style),
        Style::SingleQuoted | Style::DoubleQuoted => {
            let inner = range.start + 1..range.end.saturating_sub(1).max(range.start + 1);
            flow(source, inner, style)
        }
    }
}

/// A block scalar's range ends with its last character that isn't blank; its
/// text goes on to the last blank that isn't indentation.
fn with_blanks(source: &str, range: Range<usize>, indent: usize) -> Range<usize> {
    let rest = &source[range.end..];
    let blank = rest.len() - rest.trim_start_matches([' ', '\t', '\n', '\r']).len();
    // What stands before a next token is that one's indentation.
    let whole = match blank == rest.len() {
        true => blank,
        false => rest[..blank].rfind('\n').map_or(0, |at| at + 1),
    };
    let last = lines(source, range.end..range.end + whole)
        .into_iter()
        .enumerate()
        .filter(|(number, (line, _))| *number == 0 || line.len() > indent)
        .map(|(_, (line, _))| line.end)
        .next_back();
    range.start..last.unwrap_or(range.end)
}

/// The lines of `range`: without their break, and the break.
fn lines(source: &str, range: Range<usize>) -> Vec<(Range<usize>, Range<usize>)> {
    let mut lines = Vec::new();
    let mut at = range.start;
    while at < range.end {
        let rest = &source[at..range.end];
        let len = rest.find('\n').map_or(rest.len(), |found| found + 1);
        let line = &rest[..len];
        let content = line.trim_end_matches(['\n', '\r']).len();
        lines.push((at..at + content, at + content..at + len));
        at += len;
    }
    lines
}

fn block(
    source: &str,
    range: Range<usize>,
    folded: bool,
    indent: usize,
    trailing: usize,
) -> Decoded {
    let mut decoded = Decoded::new();
    let mut breaks: Vec<Range<usize>> = Vec::new();
    let mut last_blank_start = None;
    let range = with_blanks(source, range, indent);
    // The first line is the header.
    for (line, end) in lines(source, range.clone()).into_iter().skip(1) {
        let text = &source[line.clone()];
        let spaces = text.len() - text.trim_start_matches(' ').len();
        if text.len() <= indent && text.chars().all(|c| c == ' ') {
            breaks.push(end);
            continue;
        }
        let content = line.start + spaces.min(indent)..line.end;
        let blank_start = source[content.clone()].starts_with([' ', '\t']);
        let folds = folded && last_blank_start == Some(false) && !blank_start;
        match (folds, breaks.len()) {
            (true, 1) => {
                let gap = breaks[0].start..content.start;
                decoded.synth(" ", gap);
            }
            // The first of several breaks is folded away.
            (true, _) => breaks.drain(..).skip(1).for_each(|range| decoded.synth("\n", range)),
            (false, _) => breaks.drain(..).for_each(|range| decoded.synth("\n", range)),
        }
        decoded.copy(source, content);
        breaks = vec![end];
        last_blank_start = Some(blank_start);
    }
    let end = range.end;
    for _ in 0..trailing {
        decoded.synth("\n", end..end);
    }
    decoded
}

fn flow(source: &str, range: Range<usize>, style: Style) -> Decoded {
    let text = &source[..range.end];
    let mut decoded = Decoded::new();
    let mut at = range.start;
    while at < range.end {
        let rest = &text[at..];
        let first = rest.chars().next().expect("`at` is before the end, at a character");
        if matches!(first, ' ' | '\t' | '\n' | '\r') {
            at = white_space(&mut decoded, text, at);
        } else if first == '\\' && style == Style::DoubleQuoted {
            at = escape(&mut decoded, text, at);
        } else if style == Style::SingleQuoted && rest.starts_with("''") {
            decoded.synth("'", at..at + 2);
            at += 2;
        } else {
            decoded.copy(text, at..at + first.len_utf8());
            at += first.len_utf8();
        }
    }
    decoded
}

/// Blanks within a line are text; blanks around a line break are not.
fn white_space(decoded: &mut Decoded, text: &str, at: usize) -> usize {
    let rest = &text[at..];
    let len = rest.len() - rest.trim_start_matches([' ', '\t', '\n', '\r']).len();
    let end = at + len;
    match text[at..end].matches('\n').count() {
        0 => decoded.copy(text, at..end),
        1 => decoded.synth(" ", at..end),
        breaks => decoded.synth(&"\n".repeat(breaks - 1), at..end),
    }
    end
}

/// One escape of a double-quoted scalar; returns where the text goes on.
fn escape(decoded: &mut Decoded, text: &str, at: usize) -> usize {
    let rest = &text[at + 1..];
    let Some(kind) = rest.chars().next() else { return text.len() };
    let after = at + 1 + kind.len_utf8();
    let simple = match kind {
        '0' => Some("\0"),
        'a' => Some("\u{7}"),
        'b' => Some("\u{8}"),
        't' | '\t' => Some("\t"),
        'n' => Some("\n"),
        'v' => Some("\u{b}"),
        'f' => Some("\u{c}"),
        'r' => Some("\r"),
        'e' => Some("\u{1b}"),
        ' ' => Some(" "),
        '"' => Some("\""),
        // In no specification, but in libyaml and its children.
        '\'' => Some("'"),
        '/' => Some("/"),
        '\\' => Some("\\"),
        'N' => Some("\u{85}"),
        '_' => Some("\u{a0}"),
        'L' => Some("\u{2028}"),
        'P' => Some("\u{2029}"),
        _ => None,
    };
    if let Some(simple) = simple {
        decoded.synth(simple, at..after);
        return after;
    }
    let digits = match kind {
        'x' => 2,
        'u' => 4,
        'U' => 8,
        // A line that goes on: the break and the next indentation are no text.
        '\n' | '\r' => {
            let rest = &text[at + 1..];
            let body = rest.trim_start_matches([' ', '\t', '\n', '\r']);
            let skipped = &rest[..rest.len() - body.len()];
            let breaks = skipped.matches('\n').count();
            let end = at + 1 + skipped.len();
            decoded.synth(&"\n".repeat(breaks.saturating_sub(1)), at..end);
            return end;
        }
        _ => return after,
    };
    let hex = |at: usize| u32::from_str_radix(text.get(at..at + digits)?, 16).ok();
    let mut end = (after + digits).min(text.len());
    let mut code = hex(after);
    // JSON writes what lies beyond 16 bits as two surrogates.
    if let Some(high @ 0xd800..0xdc00) = code
        && text.get(end..).is_some_and(|rest| rest.starts_with("\\u"))
        && let Some(low @ 0xdc00..0xe000) = hex(end + 2)
    {
        code = Some(0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00));
        end += 6;
    }
    if let Some(char) = code.and_then(char::from_u32) {
        let mut buffer = [0; 4];
        decoded.synth(char.encode_utf8(&mut buffer), at..end);
    }
    end
}
