//! Files and places in them. Bytes in, lines and columns out.
//!
//! Nothing here knows of YAML: a place is a range of bytes of one file as it
//! lies on disk, with its byte order mark and its carriage returns.

use std::sync::Arc;

/// A file of the repository, by its place in [`SourceMap`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct FileId(pub u32);

/// A range of bytes of one file: zero-based, half-open.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Span {
    pub file: FileId,
    pub start: u32,
    pub end: u32,
}

impl Span {
    pub fn new(file: FileId, start: usize, end: usize) -> Span {
        Span { file, start: offset(start), end: offset(end.max(start)) }
    }

    /// From the start of `self` to the end of `other`; `self` if they lie in
    /// different files.
    pub fn to(self, other: Span) -> Span {
        let end = if other.file == self.file { other.end.max(self.start) } else { self.end };
        Span { end, ..self }
    }

    pub fn contains(self, other: Span) -> bool {
        self.file == other.file && self.start <= other.start && other.end <= self.end
    }

    pub fn range(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// Bytes of a file that another text takes the place of.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Edit {
    pub span: Span,
    /// What is taken to be there. If it isn't, the place is written in another
    /// way (escaped, folded, encoded), and nothing may be edited.
    pub old: String,
    pub text: String,
}

impl Edit {
    pub fn new(span: Span, old: impl Into<String>, text: impl Into<String>) -> Edit {
        Edit { span, old: old.into(), text: text.into() }
    }
}

/// What a fix makes of a repository.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Change {
    Edit(Edit),
    /// A new file, by its path from the repository's root.
    Create {
        path: String,
        text: String,
    },
    /// Another name for a file. Both are ends of paths, such as `a.yaml` or
    /// `config.yaml.d/a.yaml`; if the file isn't called `old`, its name comes
    /// from elsewhere, and nothing may be renamed.
    Rename {
        file: FileId,
        old: String,
        new: String,
    },
}

impl From<Edit> for Change {
    fn from(edit: Edit) -> Change {
        Change::Edit(edit)
    }
}

/// Files are read up to a size that is far below 4 GiB.
fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

/// A text file of the repository.
#[derive(Debug)]
pub struct SourceFile {
    pub id: FileId,
    /// Relative to the repository's root, with `/` between its parts.
    pub path: String,
    /// As on disk, byte for byte.
    pub text: String,
    /// Byte offsets; the first is 0.
    line_starts: Vec<u32>,
}

/// One-based line and column, as people and reports count them.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Position {
    pub line: usize,
    /// In UTF-16 code units, as SARIF and editors count; a byte order mark
    /// counts as nothing.
    pub column: usize,
}

impl SourceFile {
    pub fn new(id: FileId, path: impl Into<String>, text: impl Into<String>) -> SourceFile {
        let text = text.into();
        let breaks = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        let line_starts = std::iter::once(0).chain(breaks.map(|(at, _)| offset(at + 1))).collect();
        SourceFile { id, path: path.into(), text, line_starts }
    }

    /// The zero-based line that holds the byte at `at`.
    pub fn line(&self, at: u32) -> usize {
        self.line_starts.partition_point(|start| *start <= at).saturating_sub(1)
    }

    pub fn line_count(&self) -> usize {
        self.line_starts.len()
    }

    /// The bytes of a zero-based line without its line break.
    pub fn line_range(&self, line: usize) -> Option<std::ops::Range<usize>> {
        let start = *self.line_starts.get(line)? as usize;
        let end = self.line_starts.get(line + 1).map_or(self.text.len(), |next| *next as usize);
        let text = &self.text[start..end];
        let text = text.strip_suffix('\n').unwrap_or(text);
        let text = text.strip_suffix('\r').unwrap_or(text);
        Some(start..start + text.len())
    }

    pub fn position(&self, at: u32) -> Position {
        let line = self.line(at);
        let start = self.line_starts.get(line).map_or(0, |start| *start as usize);
        let before = self.text.get(start..(at as usize).min(self.text.len())).unwrap_or("");
        let before = before.trim_start_matches('\u{feff}');
        Position { line: line + 1, column: before.encode_utf16().count() + 1 }
    }

    /// The path with another end. `None` if it doesn't end so.
    pub fn renamed(&self, old: &str, new: &str) -> Option<String> {
        let folder = self.path.strip_suffix(old)?;
        let is_whole = folder.is_empty() || folder.ends_with('/');
        (is_whole && !old.is_empty()).then(|| format!("{folder}{new}"))
    }

    pub fn slice(&self, span: Span) -> &str {
        self.text.get(span.range()).unwrap_or("")
    }
}

/// The files of a repository that somebody may point at.
#[derive(Default, Clone, Debug)]
pub struct SourceMap {
    files: Vec<Arc<SourceFile>>,
}

impl SourceMap {
    pub fn insert(&mut self, file: Arc<SourceFile>) {
        let at = file.id.0 as usize;
        debug_assert!(at <= self.files.len(), "ids are given in order");
        match self.files.get_mut(at) {
            Some(old) => *old = file,
            None => self.files.push(file),
        }
    }

    pub fn next_id(&self) -> FileId {
        FileId(offset(self.files.len()))
    }

    /// # Panics
    /// If `id` is of another map.
    pub fn get(&self, id: FileId) -> &Arc<SourceFile> {
        &self.files[id.0 as usize]
    }
}

/// The candidate that `word` is most likely a slip of, if any is near enough.
pub fn nearest<'a>(word: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let limit = 1 + word.chars().count() / 5;
    let scored = candidates.map(|candidate| {
        let distance = strsim::osa_distance(&folded(word), &folded(candidate));
        (distance, strsim::osa_distance(word, candidate), candidate)
    });
    scored.filter(|(distance, ..)| *distance <= limit).min().map(|(.., candidate)| candidate)
}

/// One letter is missing, too many, another, or in its neighbor's place; or
/// only case and dashes differ.
pub fn is_slip_of(word: &str, candidate: &str) -> bool {
    word != candidate
        && (folded(word) == folded(candidate)
            || candidate.len() > 4 && strsim::osa_distance(word, candidate) == 1)
}

/// Without what names are often written apart in: case and dashes.
pub fn folded(word: &str) -> String {
    word.to_ascii_lowercase().replace(['-', '_'], "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_utf16_and_no_byte_order_mark() {
        let file = SourceFile::new(FileId(0), "a.yaml", "\u{feff}a: 𐐷x\r\nb: é\n");
        assert_eq!(file.position(3), Position { line: 1, column: 1 });
        assert_eq!(file.position(10), Position { line: 1, column: 6 });
        assert_eq!(file.line_range(0), Some(0..11));
        assert_eq!(file.position(18), Position { line: 2, column: 5 });
    }
}
