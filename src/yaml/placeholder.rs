//! Words that say "fill me in": what isn't meant to be read as it stands.

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
