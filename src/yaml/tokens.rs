//! What stands between two events of the parser: indicators, comments,
//! anchors and tags, whose places it doesn't tell.

/// Where `|` or `>` stands: after the last token, over indicators, comments,
/// an anchor and a tag.
pub(super) fn block_header(text: &str, from: usize, until: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = from;
    while at <= until {
        match bytes.get(at)? {
            b'|' | b'>' => return Some(at),
            b'#' => at = line_end(text, at),
            b'&' | b'!' => at = property_end(text, at),
            byte if byte.is_ascii_whitespace() => at += 1,
            b':' | b'-' | b'?' | b',' => at += 1,
            _ => return None,
        }
    }
    None
}

/// The end of the last indicator or property before `until`, over blanks and
/// comments; `from` if there is none. A value ends before a comma.
pub(super) fn behind_indicators(text: &str, from: usize, until: usize, value: bool) -> usize {
    let (mut at, mut end) = (from, from);
    while at < until {
        match text.as_bytes()[at] {
            b'#' => at = line_end(text, at),
            b'&' | b'!' => {
                at = property_end(text, at);
                end = at;
            }
            b',' if value => break,
            b':' | b'-' | b'?' | b',' => {
                at += 1;
                end = at;
            }
            byte if byte.is_ascii_whitespace() => at += 1,
            _ => break,
        }
    }
    end
}

/// A sequence that isn't indented more than its key is said to start at its
/// first item; the dash is the first one behind the key.
pub(super) fn dash(text: &str, from: usize, start: usize) -> usize {
    let bytes = text.as_bytes();
    let mut at = from;
    while at < start && bytes[at] != b'-' {
        at = match bytes[at] {
            b'#' => line_end(text, at),
            b'&' | b'!' => property_end(text, at),
            _ => at + 1,
        };
    }
    at.min(start)
}

/// In bytes.
pub(super) fn column(text: &str, at: usize) -> usize {
    at - text[..at].rfind('\n').map_or(0, |found| found + 1)
}

fn line_end(text: &str, at: usize) -> usize {
    text[at..].find('\n').map_or(text.len(), |found| at + found)
}

/// The end of an anchor or a tag.
fn property_end(text: &str, at: usize) -> usize {
    if text[at..].starts_with("!<") {
        return text[at..].find('>').map_or(text.len(), |found| at + found + 1);
    }
    let stop = |c: char| c.is_ascii_whitespace() || matches!(c, ',' | ']' | '}');
    text[at..].find(stop).map_or(text.len(), |found| at + found)
}
