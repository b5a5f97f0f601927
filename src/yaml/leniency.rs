//! What yaml.v2 lets pass and our parser doesn't, made harmless in place.
//!
//! A rewritten text has the same length, so every place stays what it was.

use std::ops::Range;

/// What the parser stopped at.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Fault {
    /// `'a'#b`
    Comment,
    /// A tab before a line of a flow collection.
    Tab,
    /// `"it\'s"`
    Escape,
    /// A byte order mark, at the start of a line: a letter like others.
    Mark,
}

/// What was let pass so far.
#[derive(Default, Debug)]
pub(super) struct Pardon {
    /// Empty if nothing was rewritten.
    text: String,
    /// Rewritten to blanks, in no order.
    comments: Vec<Range<usize>>,
    /// Rewritten to other text, in no order.
    pub(super) escapes: Vec<Range<usize>>,
}

impl Pardon {
    pub(super) fn text<'a>(&'a self, original: &'a str) -> &'a str {
        if self.text.is_empty() { original } else { &self.text }
    }

    pub(super) fn with_comments(&self, mut comments: Vec<Range<usize>>) -> Vec<Range<usize>> {
        if !self.comments.is_empty() {
            comments.extend(self.comments.iter().cloned());
            comments.sort_by_key(|range| range.start);
        }
        comments
    }

    /// All that was rewritten and is text, in order.
    pub(super) fn with_escapes(&self, holes: &[Range<usize>]) -> Vec<Range<usize>> {
        let mut all: Vec<_> = holes.iter().chain(&self.escapes).cloned().collect();
        all.sort_by_key(|range| range.start);
        all
    }

    /// Rewrites what is at fault. False if there is nothing more to rewrite.
    pub(super) fn grant(&mut self, original: &str, faults: &[(Fault, usize)]) -> bool {
        let mut bytes = self.text(original).as_bytes().to_vec();
        let mut granted = false;
        for (fault, at) in faults {
            granted |= match fault {
                Fault::Comment => self.comment(&mut bytes, *at),
                Fault::Tab => tabs(&mut bytes, *at),
                Fault::Escape => self.escapes(&mut bytes, *at),
                Fault::Mark => self.mark(&mut bytes, *at),
            };
        }
        self.text = String::from_utf8(bytes).expect("whole characters were replaced by ASCII");
        granted
    }

    fn comment(&mut self, bytes: &mut [u8], at: usize) -> bool {
        if bytes.get(at) != Some(&b'#') {
            return false;
        }
        let len = bytes[at..].iter().take_while(|byte| !matches!(byte, b'\n' | b'\r')).count();
        bytes[at..at + len].fill(b' ');
        self.comments.push(at..at + len);
        true
    }

    fn mark(&mut self, bytes: &mut [u8], at: usize) -> bool {
        let range = at..at + '\u{feff}'.len_utf8();
        if bytes.get(range.clone()) != Some("\u{feff}".as_bytes()) {
            return false;
        }
        bytes[range.clone()].fill(b'x');
        self.escapes.push(range);
        true
    }

    /// `\'` in the double-quoted scalar at `at`.
    fn escapes(&mut self, bytes: &mut [u8], at: usize) -> bool {
        if bytes.get(at) != Some(&b'"') {
            return false;
        }
        let before = self.escapes.len();
        let mut at = at + 1;
        while let Some(byte) = bytes.get(at) {
            match byte {
                b'"' => break,
                b'\\' if bytes.get(at + 1) == Some(&b'\'') => {
                    bytes[at..at + 2].fill(b'x');
                    self.escapes.push(at..at + 2);
                    at += 2;
                }
                b'\\' => at += 2,
                _ => at += 1,
            }
        }
        self.escapes.len() > before
    }
}

/// Tabs before the line at `at` and those below it.
fn tabs(bytes: &mut [u8], at: usize) -> bool {
    let before = bytes[..at.min(bytes.len())].iter().rposition(|byte| *byte == b'\n');
    let mut line = before.map_or(0, |found| found + 1);
    let mut any = false;
    loop {
        let indent = bytes[line..].iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        let indent = &mut bytes[line..line + indent];
        if !indent.contains(&b'\t') {
            return any;
        }
        indent.fill(b' ');
        any = true;
        let Some(len) = bytes[line..].iter().position(|byte| *byte == b'\n') else { return any };
        line += len + 1;
    }
}
