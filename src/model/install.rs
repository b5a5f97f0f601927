//! What is given to RKE2's install script, line by line.
//!
//! No shell is parsed here: a value that isn't plain text is left alone.
//!
//! Source: rancher/rke2 `install.sh`, v1.21 to v1.36.

use super::unit;
use crate::{
    text::{SourceFile, Span},
    yaml::{Sourced, is_placeholder},
};

/// One thing that the script is given.
#[derive(Clone, Debug)]
pub struct Install {
    pub kind: Given,
    pub text: String,
    pub span: Span,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Given {
    /// `INSTALL_RKE2_EXEC`.
    Exec,
    /// `INSTALL_RKE2_TYPE`.
    Type,
    /// After `sh -s -`.
    Arguments,
}

/// A variable that a line sets.
pub(super) struct Assigned {
    pub(super) name: &'static str,
    pub(super) value: Sourced,
    /// Nothing in it is a variable or a placeholder.
    pub(super) plain: bool,
    /// Of the line, with those that it continues.
    pub(super) line: usize,
}

const NAMES: [&str; 4] =
    ["INSTALL_RKE2_EXEC", "INSTALL_RKE2_TYPE", "INSTALL_RKE2_VERSION", "INSTALL_RKE2_CHANNEL"];

pub(super) const ADDRESS: &str = "get.rke2.io";

pub(super) fn installs(source: &SourceFile) -> Vec<Install> {
    let mut found = Vec::new();
    let given = |kind, value: &Sourced| Install {
        kind,
        text: value.text.clone(),
        span: value.span(source),
    };
    // Whatever a variable in it holds, a flag beside it is a flag.
    let told = |assigned: &Assigned| assigned.plain || has_flags(&assigned.value.text);
    for assigned in assigned(source).into_iter().filter(told) {
        match assigned.name {
            "INSTALL_RKE2_EXEC" => found.push(given(Given::Exec, &assigned.value)),
            "INSTALL_RKE2_TYPE" => found.push(given(Given::Type, &assigned.value)),
            _ => {}
        }
    }
    if source.text.contains(ADDRESS) {
        let joined = unit::join_lines(&source.text);
        for (start, line) in unit::lines(&joined).filter(|(_, line)| !is_comment(line)) {
            found.extend(arguments(start, line).map(|value| given(Given::Arguments, &value)));
        }
    }
    found
}

pub(super) fn assigned(source: &SourceFile) -> Vec<Assigned> {
    let mut found = Vec::new();
    if !source.text.contains("INSTALL_RKE2_") {
        return found;
    }
    let joined = unit::join_lines(&source.text);
    for (start, line) in unit::lines(&joined).filter(|(_, line)| !is_comment(line)) {
        for name in NAMES {
            for (at, _) in line.match_indices(name) {
                let inside = |c: char| c.is_ascii_alphanumeric() || "_${!".contains(c);
                if line[..at].ends_with(inside) {
                    continue;
                }
                let end = at + name.len();
                let value = value(&line[end..]).map(|(offset, text)| {
                    let value = Sourced::verbatim(text, start + end + offset);
                    let plain = is_plain(text);
                    Assigned { name, value, plain, line: start }
                });
                found.extend(value);
            }
        }
    }
    found.sort_by_key(|assigned| assigned.value.start());
    found
}

fn is_comment(line: &str) -> bool {
    line.trim_start().starts_with(['#', ';']) || line.trim_start().starts_with("//")
}

/// The value behind a name, and where it begins: `=x`, `="x y"`, `: x`.
fn value(rest: &str) -> Option<(usize, &str)> {
    let (text, offset) = match rest.strip_prefix('=') {
        Some(text) => (text, 1),
        None => {
            let text = rest.strip_prefix(':')?;
            let value = text.trim_start_matches(' ');
            (value, 1 + (text.len() - value.len()))
        }
    };
    let mapping = rest.starts_with(':');
    // A script in a string of JSON or YAML escapes its quotes.
    for open in ["\\\"", "\"", "'"] {
        if let Some(inner) = text.strip_prefix(open) {
            let end = inner.find(open)?;
            return Some((offset + open.len(), &inner[..end]));
        }
    }
    let ends = |c: char| match mapping {
        true => c == '#',
        false => c.is_whitespace() || ";|&)(\"'\\,<>".contains(c),
    };
    let end = text.find(ends).unwrap_or(text.len());
    Some((offset, outer(&text[..end]).trim_end()))
}

/// Without a bracket that closes what opened before the text: a list of
/// words, such as Ruby's `%w[A=1 B=2]`.
fn outer(text: &str) -> &str {
    for (open, close) in [('[', ']'), ('{', '}')] {
        if let Some(end) = text.find(close).filter(|end| !text[..*end].contains(open)) {
            return &text[..end];
        }
    }
    text
}

fn is_plain(text: &str) -> bool {
    !text.contains(['$', '`', '\\', '\n']) && !is_placeholder(text)
}

/// Whether some of the words are flags, whatever the others are.
pub(super) fn has_flags(text: &str) -> bool {
    flags_in(text).next().is_some()
}

/// Names of flags, with their dashes.
pub fn flags_in(text: &str) -> impl Iterator<Item = &str> {
    let words = text.split_whitespace().filter(|word| {
        let name = word.strip_prefix("--");
        name.is_some_and(|name| name.starts_with(|c: char| c.is_ascii_lowercase()))
    });
    words.map(|word| word.split('=').next().unwrap_or(word))
}

/// What stands behind `sh -s -` where RKE2's script is piped into a shell.
fn arguments(start: usize, line: &str) -> Option<Sourced> {
    let address = line.find(ADDRESS)?;
    let pipe = address + line[address..].find('|')? + 1;
    let rest = Sourced::verbatim(&line[pipe..], start + pipe);
    let words = unit::words(&rest)?;
    let text = |word: &unit::Word| word.text.text.clone();
    let mut words = words.iter().skip_while(|word| {
        let text = text(word);
        ["sudo", "env", "-E", "-H"].contains(&text.as_str()) || text.contains('=')
    });
    let shell = text(words.next()?);
    if !["sh", "bash", "dash"].contains(&shell.rsplit('/').next()?) {
        return None;
    }
    let mut reads_input = false;
    let mut options = words.clone();
    for word in options.by_ref() {
        let text = text(word);
        match text.as_str() {
            "-" | "--" => break,
            _ if text.starts_with('-') && !text.starts_with("--") => {
                reads_input |= text.contains('s');
                words.next();
            }
            // No dash ends the options: these are arguments already.
            _ => {
                options = words.clone();
                break;
            }
        }
    }
    let ends = |text: &str| {
        text.starts_with(['>', '<', '#', ';', '|', '&', ')']) || text.starts_with("2>")
    };
    let given: Vec<&unit::Word> = options.take_while(|word| !ends(&word.text.text)).collect();
    let (first, last) = (given.first()?, given.last()?);
    let odd = given.iter().any(|word| !word.known || word.text.text.contains([';', ')']));
    if !reads_input || odd {
        return None;
    }
    let from = first.text.start() - rest.start();
    let to = last.text.start() + last.text.text.len() - rest.start();
    let whole = rest.slice(from, to);
    Some(whole)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::FileId;

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let source = SourceFile::new(FileId(0), "install.sh", text);
        let found = installs(&source);
        let texts: Vec<&str> = found.iter().map(|install| install.text.as_str()).collect();
        assert_eq!(texts, expected, "{text}");
        for install in &found {
            assert_eq!(source.slice(install.span), install.text);
        }
    }

    #[test]
    fn variables_with_plain_values() {
        check("export INSTALL_RKE2_TYPE=agent;", &["agent"]);
        check("curl x | INSTALL_RKE2_EXEC=\"server --cni=a\" sh -", &["server --cni=a"]);
        check("- \"INSTALL_RKE2_EXEC=\\\"server --x\\\" sh -\"", &["server --x"]);
        check("    INSTALL_RKE2_TYPE: \"agent\"  # c", &["agent"]);
        check("ENV INSTALL_RKE2_TYPE='agent'", &["agent"]);
        check("x.env = %W[ #{a} INSTALL_RKE2_TYPE=agent]", &["agent"]);
        check("x.env = %w{A=1 INSTALL_RKE2_TYPE=agent}", &["agent"]);
    }

    #[test]
    fn what_is_no_plain_value() {
        check("INSTALL_RKE2_EXEC=\"server $ARGS\"", &[]);
        check("INSTALL_RKE2_EXEC=\"agent $A --debug\"", &["agent $A --debug"]);
        check("echo ${INSTALL_RKE2_TYPE:-server} $INSTALL_RKE2_TYPE", &[]);
        check("  # INSTALL_RKE2_EXEC=\"server --cni=a\"", &[]);
        check("MY_INSTALL_RKE2_TYPE=x", &[]);
        check("INSTALL_RKE2_TYPE: \"{{ type }}\"", &[]);
    }

    #[test]
    fn arguments_of_the_script() {
        check("curl -sfL https://get.rke2.io | sh -s - --cni=a --debug", &["--cni=a --debug"]);
        check("curl -sfL https://get.rke2.io | \\\n  sudo A=1 sh -s -- server", &["server"]);
        check("curl https://get.rke2.io | bash -xs agent > log", &["agent"]);
        check("curl https://get.rke2.io | sh -s - $ARGS", &[]);
        check("curl https://get.rke2.io | sh -", &[]);
        check("curl https://get.k3s.io | sh -s - --cni=a", &[]);
        check("curl https://get.rke2.io | sh - || { echo \"no\"; exit 1; }", &[]);
    }
}
