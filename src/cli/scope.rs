//! Which repository the paths on the command line lie in, and which part of it
//! they are.

use super::Error;
use crate::{
    config,
    engine::{Options, Workspace},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

/// The repository, and the part of it that is reported on.
pub(super) struct Scope {
    root: PathBuf,
    /// Relative to `root`; empty for all of it.
    parts: Vec<String>,
}

impl Scope {
    /// # Errors
    /// If a path doesn't exist, or they lie in different repositories.
    pub(super) fn new(paths: &[PathBuf]) -> Result<Scope, Error> {
        let here = [PathBuf::from(".")];
        let paths = if paths.is_empty() { &here[..] } else { paths };
        let mut root: Option<PathBuf> = None;
        let mut full = Vec::new();
        for path in paths {
            let found = path.canonicalize();
            let found = found.map_err(|error| Error(format!("{}: {error}", path.display())))?;
            let own = repository(&found);
            let same = root.as_ref().is_none_or(|root| *root == own);
            if !same {
                let message = "these paths lie in different repositories; check them one by one";
                return Err(Error(message.to_owned()));
            }
            root = Some(own);
            full.push(found);
        }
        let root = root.unwrap_or_default();
        let relative = |path: &PathBuf| slashed(path.strip_prefix(&root).unwrap_or(path));
        let parts: Vec<String> = full.iter().map(relative).collect();
        let whole = parts.iter().any(String::is_empty);
        Ok(Scope { parts: if whole { Vec::new() } else { parts }, root })
    }

    /// Of a file that need not be there.
    ///
    /// # Errors
    /// If nothing above it exists.
    pub(super) fn of_new_file(path: &Path) -> Result<Scope, Error> {
        let full = resolved(path);
        let folder = full.ancestors().skip(1).find(|folder| folder.is_dir());
        let folder = folder.ok_or_else(|| {
            Error(format!("--stdin-filename {}: this names no file", path.display()))
        })?;
        let mut scope = Scope::new(&[folder.to_owned()])?;
        scope.parts = vec![slashed(full.strip_prefix(&scope.root).unwrap_or(&full))];
        Ok(scope)
    }

    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    /// The one path that is asked for; empty if it is all of the repository.
    pub(super) fn only(&self) -> &str {
        self.parts.first().map_or("", String::as_str)
    }

    /// Relative to the root, with `/` between its parts; as it is if it lies
    /// elsewhere.
    pub(super) fn relative(&self, path: &Path) -> String {
        slashed(resolved(path).strip_prefix(&self.root).unwrap_or(path))
    }

    /// Where the root lies in its git work tree: empty, or `a/b/`.
    pub(super) fn prefix(&self) -> String {
        let top = self.root.ancestors().find(|folder| folder.join(".git").exists());
        match top.and_then(|top| self.root.strip_prefix(top).ok()) {
            Some(inner) if !inner.as_os_str().is_empty() => slashed(inner) + "/",
            _ => String::new(),
        }
    }

    /// Those of some paths that are symbolic links to other files of the
    /// repository, with where they lead.
    pub(super) fn links<'a>(
        &self,
        paths: impl Iterator<Item = &'a str>,
    ) -> BTreeMap<String, String> {
        let paths: BTreeSet<&str> = paths.collect();
        let target = |path: &&str| {
            let full = self.root.join(path);
            let is_link = full.symlink_metadata().is_ok_and(|it| it.is_symlink());
            let target = is_link.then(|| full.canonicalize().ok()).flatten()?;
            Some(((*path).to_owned(), slashed(target.strip_prefix(&self.root).ok()?)))
        };
        paths.iter().filter_map(target).collect()
    }

    /// The text of the repository's own configuration.
    pub(super) fn config(&self) -> Result<Option<String>, Error> {
        let path = self.root.join(config::FILE_NAME);
        path.is_file().then(|| read(&path)).transpose()
    }

    pub(super) fn open(
        &self,
        config: Option<String>,
        options: Options,
    ) -> Result<Workspace, Error> {
        let config = config.map(|text| (config::FILE_NAME.to_owned(), text));
        Workspace::open(&self.root, &Options { config, ..options })
            .map_err(|error| Error(format!("{}: {error}", self.root.display())))
    }

    pub(super) fn holds(&self, path: &str) -> bool {
        self.parts.is_empty()
            || self.parts.iter().any(|part| {
                path.strip_prefix(part.as_str())
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            })
    }
}

/// Absolute and without links, as far as it exists.
fn resolved(path: &Path) -> PathBuf {
    let full = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let known = full.ancestors().find_map(|folder| Some((folder, folder.canonicalize().ok()?)));
    let inner = |folder: &Path| full.strip_prefix(folder).map(Path::to_owned).unwrap_or_default();
    match known {
        // A slash would be left behind what is joined with nothing.
        Some((folder, known)) if folder == full => known,
        Some((folder, known)) => known.join(inner(folder)),
        None => full,
    }
}

fn slashed(path: &Path) -> String {
    let parts = path.components().map(|part| part.as_os_str().to_string_lossy());
    parts.collect::<Vec<_>>().join("/")
}

/// The nearest folder with a `.rke2lint.yaml`, or else a git work tree's root,
/// or else the path itself.
fn repository(path: &Path) -> PathBuf {
    let folder = if path.is_dir() { path } else { path.parent().unwrap_or(path) };
    let with = |name: &str| folder.ancestors().find(|folder| folder.join(name).exists());
    with(config::FILE_NAME).or_else(|| with(".git")).unwrap_or(folder).to_owned()
}

pub(super) fn read(path: &Path) -> Result<String, Error> {
    fs::read_to_string(path).map_err(|error| Error(format!("{}: {error}", path.display())))
}
