//! `--fix` and `--diff`: what is written, and that it is written whole.

use super::{Error, scope::Scope};
use crate::{
    engine::{Repaired, Rewritten},
    report::{self, plural},
};
use std::{
    fs,
    io::{self, Write},
    path::Path,
};

/// Writes each file that was changed.
///
/// # Errors
/// If a file isn't as it was read, or lies outside of the repository, or can't
/// be written. Files before it are written, those behind it aren't.
pub(super) fn write_files(repaired: &Repaired, scope: &Scope) -> Result<(), Error> {
    for (path, texts) in &repaired.files {
        let full = scope.root().join(path);
        write_file(&full, texts, scope.root())
            .map_err(|error| Error(format!("{path}: {error}; nothing is changed in it")))?;
    }
    Ok(())
}

/// The patch that `write_files` would be. Returns the paths that it leaves out,
/// since it would show a secret.
pub(super) fn write_patch<'a>(
    repaired: &'a Repaired,
    out: &mut dyn Write,
) -> io::Result<Vec<&'a str>> {
    let mut left_out = Vec::new();
    for (path, texts) in &repaired.files {
        if !report::write_diff(path, &texts.old, &texts.new, out)? {
            left_out.push(path.as_str());
        }
    }
    Ok(left_out)
}

pub(super) fn words(repaired: &Repaired) -> String {
    let files = plural(repaired.files.len(), "file");
    format!("{} in {files}", plural(repaired.fixes, "finding"))
}

/// Beside the old file, with its permissions, and in its place by one step:
/// whoever reads it sees the old text or the new one.
fn write_file(path: &Path, texts: &Rewritten, root: &Path) -> io::Result<()> {
    let target = path.canonicalize()?;
    if !target.starts_with(root) {
        return Err(io::Error::other("a link that leaves the repository"));
    }
    if fs::read(&target)? != texts.old.as_bytes() {
        return Err(io::Error::other("it isn't as it was read"));
    }
    let name = target.file_name().unwrap_or_default().to_string_lossy();
    let hidden = target.with_file_name(format!(".{name}.{}.part", std::process::id()));
    let written = write_new(&hidden, texts.new.as_bytes())
        .and_then(|()| fs::set_permissions(&hidden, fs::metadata(&target)?.permissions()))
        .and_then(|()| fs::rename(&hidden, &target));
    if written.is_err() {
        drop(fs::remove_file(&hidden));
    }
    written
}

fn write_new(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = fs::OpenOptions::new().write(true).create_new(true).open(path)?;
    file.write_all(bytes)?;
    // On disk before the old text is gone.
    file.sync_all()
}
