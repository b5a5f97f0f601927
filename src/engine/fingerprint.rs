//! What a finding is known by from one run to the next: the rule, the path, the
//! place in the document and the text there, but no line.

use super::secrets;
use crate::{
    diag::Diagnostic,
    text::{SourceFile, Span},
};
use fnv::FnvHasher;
use std::{collections::BTreeMap, hash::Hasher};

/// Gives fingerprints to findings in their order; equal ones are numbered.
#[derive(Default)]
pub(super) struct Fingerprints {
    seen: BTreeMap<u64, u32>,
}

impl Fingerprints {
    /// `place` names the document and the keys. Sixteen hexadecimal digits and
    /// a number that is 1 unless others are the same.
    pub(super) fn next(
        &mut self,
        diagnostic: &Diagnostic,
        file: &SourceFile,
        place: &str,
    ) -> String {
        let mut hasher = FnvHasher::default();
        let text = value(file, diagnostic.primary.span);
        for part in [diagnostic.rule, &file.path, &without_indices(place), &text] {
            hasher.write(part.as_bytes());
            hasher.write_u8(0);
        }
        let hash = hasher.finish();
        let count = self.seen.entry(hash).or_insert(0);
        *count += 1;
        format!("{hash:016x}:{count}")
    }
}

/// `a[1].b` becomes `a[].b`: an item added above moves the others.
fn without_indices(place: &str) -> String {
    let mut text = String::new();
    let mut is_index = false;
    for char in place.chars() {
        match char {
            '[' => is_index = true,
            ']' => is_index = false,
            _ if is_index && char.is_ascii_digit() => continue,
            _ => is_index = false,
        }
        text.push(char);
    }
    text
}

/// The words of a place without comments on lines of their own, and without
/// secrets, which could be guessed by their hash.
fn value(file: &SourceFile, span: Span) -> String {
    let mut text = String::new();
    let last = file.line(span.end.saturating_sub(1).max(span.start));
    for number in file.line(span.start)..=last {
        let Some(line) = file.line_range(number) else { continue };
        let part = line.start.max(span.start as usize)..line.end.min(span.end as usize);
        if file.text[line.clone()].trim_start().starts_with('#') || part.is_empty() {
            continue;
        }
        let hidden = secrets(file, number);
        let is_shown = |at: usize| !hidden.iter().any(|secret| secret.contains(&at));
        let chars = file.text[part.clone()].char_indices();
        let shown = chars.filter(|(at, _)| is_shown(part.start + at - line.start));
        let shown: String = shown.map(|(_, char)| char).collect();
        shown.split_whitespace().for_each(|word| {
            text.push_str(word);
            text.push(' ');
        });
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::FileId;

    #[test]
    fn places_have_no_indices() {
        assert_eq!(without_indices("a[12].b[] › c"), "a[].b[] › c");
        assert_eq!(without_indices("Pod [x1]/y2"), "Pod [x1]/y2");
    }

    #[test]
    fn values_have_no_layout_comments_or_secrets() {
        let text = "a:\n  # c\n  b:   1\n\n  token: x\n";
        let file = SourceFile::new(FileId(0), "a.yaml", text);
        assert_eq!(value(&file, Span::new(FileId(0), 0, text.len())), "a: b: 1 token: ");
    }
}
