//! What fixes change, as a patch: the only door to similar.

use crate::{
    engine::secrets,
    text::{FileId, SourceFile},
};
use similar::TextDiff;
use std::io::{self, Write};

/// A unified diff of one file, such as `patch -p1` and `git apply` take, with
/// paths as `a/FROM` and `b/TO`, and with as much around the changes as can be
/// shown without a secret. `old` is `None` for a new file. False if there is no
/// such diff: nothing is written.
///
/// # Errors
/// If `out` can't be written to.
pub fn write_diff(
    from: &str,
    to: &str,
    old: Option<&str>,
    new: &str,
    out: &mut dyn Write,
) -> io::Result<bool> {
    // Behind a tab, whatever has a blank before it is still a name.
    let named = |sign: char, path: &str| {
        let end = if path.contains(' ') { "\t" } else { "" };
        format!("{sign}/{path}{end}")
    };
    let before = if old.is_none() { "/dev/null".to_owned() } else { named('a', from) };
    let after = named('b', to);
    let (old, path) = (old.unwrap_or(""), to);
    let renamed = match from == to {
        true => String::new(),
        false => format!("diff --git a/{from} b/{to}\nrename from {from}\nrename to {to}\n"),
    };
    if old == new {
        write!(out, "{renamed}")?;
        return Ok(true);
    }
    let file = |text: &str| SourceFile::new(FileId(0), path, text);
    let (old_file, new_file) = (file(old), file(new));
    let diff = TextDiff::from_lines(old, new);
    for radius in [3, 2, 1] {
        let mut unified = diff.unified_diff();
        unified.context_radius(radius).header(&before, &after);
        let hunks = unified.iter_hunks().collect::<Vec<_>>();
        let mut changes = hunks.iter().flat_map(|hunk| hunk.iter_changes());
        let shows_secret = changes.any(|change| {
            let is_secret = |file: &SourceFile, line: Option<usize>| {
                line.is_some_and(|line| !secrets(file, line).is_empty())
            };
            is_secret(&old_file, change.old_index()) || is_secret(&new_file, change.new_index())
        });
        if !shows_secret {
            write!(out, "{renamed}{unified}")?;
            return Ok(true);
        }
    }
    Ok(false)
}
