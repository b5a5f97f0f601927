//! `--fix` and `--diff`: what is written, and that it is written whole.

use super::{Error, scope::Scope};
use crate::{
    engine::Repaired,
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
        let (root, from) = (scope.root(), texts.from.as_ref());
        let written = match (&texts.old, from) {
            (None, _) => create_file(&root.join(path), &texts.new, root),
            (Some(old), None) => write_file(&root.join(path), old, &texts.new, root),
            (Some(old), Some(from)) => write_file(&root.join(from), old, &texts.new, root)
                .and_then(|()| rename_file(&root.join(from), &root.join(path), root)),
        };
        let place = from.unwrap_or(path);
        written.map_err(|error| Error(format!("{place}: {error}; nothing is changed in it")))?;
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
        let from = texts.from.as_ref().unwrap_or(path);
        if !report::write_diff(from, path, texts.old.as_deref(), &texts.new, out)? {
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
fn write_file(path: &Path, old: &str, new: &str, root: &Path) -> io::Result<()> {
    let target = path.canonicalize()?;
    if !target.starts_with(root) {
        return Err(io::Error::other("a link that leaves the repository"));
    }
    if fs::read(&target)? != old.as_bytes() {
        return Err(io::Error::other("it isn't as it was read"));
    }
    if old == new {
        return Ok(());
    }
    replace(&target, new, |hidden| {
        fs::set_permissions(hidden, fs::metadata(&target)?.permissions())
    })
}

/// As whole as a file that is written anew.
fn create_file(path: &Path, text: &str, root: &Path) -> io::Result<()> {
    free_place(path, root)?;
    replace(path, text, |_| Ok(()))
}

fn rename_file(from: &Path, to: &Path, root: &Path) -> io::Result<()> {
    if from.is_symlink() {
        return Err(io::Error::other("a link, which isn't renamed"));
    }
    free_place(to, root)?;
    fs::rename(from, to)
}

/// # Errors
/// If a file can't be made there, or there is one.
fn free_place(path: &Path, root: &Path) -> io::Result<()> {
    let folder = path.parent().unwrap_or(root).canonicalize()?;
    if !folder.starts_with(root) {
        return Err(io::Error::other("a link that leaves the repository"));
    }
    match path.symlink_metadata() {
        Ok(_) => Err(io::Error::other(format!("{} is there", path.display()))),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
    }
}

fn replace(target: &Path, text: &str, prepare: impl Fn(&Path) -> io::Result<()>) -> io::Result<()> {
    let name = target.file_name().unwrap_or_default().to_string_lossy();
    let hidden = target.with_file_name(format!(".{name}.{}.part", std::process::id()));
    let written = write_new(&hidden, text.as_bytes())
        .and_then(|()| prepare(&hidden))
        .and_then(|()| fs::rename(&hidden, target));
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
