//! Contents that are written in another way: Base64, gzip, `data:` URLs.
//!
//! The only door to base64 and flate2.

use crate::yaml::{Node, Sourced};
use base64::{Engine, engine::general_purpose};
use flate2::read::GzDecoder;
use std::io::Read;

/// How long a compressed file may get, in bytes.
const MAX_INFLATED: u64 = 1 << 20;

/// What `encoding` makes of a content; `None` if that can't be undone.
pub(super) fn decoded(content: &Node, encoding: &str) -> Option<Sourced> {
    let text = Sourced::of_scalar(content)?;
    let packed = encoding.starts_with("gz");
    let coded = encoding.ends_with("b64") || encoding.ends_with("base64");
    if !packed && !coded {
        return Some(text);
    }
    if content.is_unknown() || !coded {
        return None;
    }
    let bytes = of_base64(&text.text)?;
    let plain = if packed { inflated(&bytes)? } else { String::from_utf8(bytes).ok()? };
    Some(Sourced::in_place_of(plain, text.start(), text.end()))
}

fn of_base64(text: &str) -> Option<Vec<u8>> {
    let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    general_purpose::STANDARD.decode(text).ok()
}

fn inflated(bytes: &[u8]) -> Option<String> {
    let mut text = String::new();
    let mut reader = GzDecoder::new(bytes).take(MAX_INFLATED + 1);
    reader.read_to_string(&mut text).ok()?;
    (text.len() as u64 <= MAX_INFLATED).then_some(text)
}

/// The text of a `data:` URL.
///
/// Source: RFC 2397.
pub(super) fn of_url(node: &Node) -> Option<Sourced> {
    if node.is_unknown() {
        return None;
    }
    let text = Sourced::of_scalar(node)?;
    let comma = text.text.find(',').filter(|_| text.text.starts_with("data:"))?;
    let data = text.slice(comma + 1, text.text.len());
    if text.text[..comma].ends_with(";base64") {
        let plain = String::from_utf8(of_base64(&data.text)?).ok()?;
        return Some(Sourced::in_place_of(plain, data.start(), data.end()));
    }
    percent_decoded(&data)
}

/// `None` if it isn't UTF-8.
fn percent_decoded(data: &Sourced) -> Option<Sourced> {
    let mut plain = Sourced::empty(data.start());
    let mut bytes: Vec<u8> = Vec::new();
    let mut start = 0;
    let mut at = 0;
    while at < data.text.len() {
        let rest = &data.text[at..];
        let code = rest.strip_prefix('%').and_then(|rest| rest.get(..2));
        let len = if code.is_some() { 3 } else { rest.chars().next()?.len_utf8() };
        match code {
            Some(code) => bytes.push(u8::from_str_radix(code, 16).ok()?),
            None => bytes.extend(&rest.as_bytes()[..len]),
        }
        at += len;
        if let Ok(text) = std::str::from_utf8(&bytes) {
            let end = data.place(at - 1) + 1;
            text.chars().for_each(|char| plain.push_from(char, data.place(start), end));
            bytes.clear();
            start = at;
        }
    }
    bytes.is_empty().then_some(plain)
}
