//! Which lines differ from a commit, as git says. Nothing is written, and no
//! program that a repository names is run.

use super::Error;
use std::{
    collections::BTreeMap,
    env,
    path::{self, Path},
    process::{Command, Output},
};

/// By path, relative to the folder that git was asked in.
#[derive(Default, Debug)]
pub(super) struct Changes {
    files: BTreeMap<String, Vec<Lines>>,
}

/// Zero-based and half-open.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Lines {
    start: usize,
    end: usize,
}

/// A file of the index that differs from what lies on disk.
pub(super) struct Staged {
    pub(super) path: String,
    /// `None` if it won't be committed.
    pub(super) bytes: Option<Vec<u8>>,
}

impl Staged {
    /// `None` if it won't be committed.
    pub(super) fn text(&self) -> Result<Option<String>, Error> {
        let text = self.bytes.clone().map(String::from_utf8).transpose();
        text.map_err(|error| Error(format!("{}: {error}", self.path)))
    }
}

impl Changes {
    /// What was changed on disk since HEAD parted from `reference`, new files
    /// too.
    pub(super) fn since(root: &Path, reference: &str) -> Result<Changes, Error> {
        let commit = format!("{reference}^{{commit}}");
        let found = git(root, &["rev-parse", "--verify", "--quiet", "--end-of-options", &commit])?;
        if !found.status.success() {
            in_repository(root)?;
            return Err(Error(format!("--since {reference}: git knows no such commit")));
        }
        let commit = text(&found.stdout).trim().to_owned();
        let base = git(root, &["merge-base", &commit, "HEAD"])?;
        let base = Some(text(&base.stdout).trim().to_owned()).filter(|base| !base.is_empty());
        let base = base.unwrap_or(commit);
        let mut changes = Changes::default();
        changes.read(&text(&done(git(root, &[DIFF, &[base.as_str(), "--"]].concat())?)?));
        for path in others(root)? {
            changes.files.insert(path, vec![Lines { start: 0, end: usize::MAX }]);
        }
        Ok(changes)
    }

    /// What is staged, and which files of the index differ from those on disk.
    pub(super) fn staged(root: &Path) -> Result<(Changes, Vec<Staged>), Error> {
        in_repository(root)?;
        let mut changes = Changes::default();
        changes.read(&text(&done(git(root, &[DIFF, &["--cached", "--"]].concat())?)?));
        let differ = ["diff", "--name-only", "--relative", "--no-renames", "-z", "--"];
        let differ = text(&done(git(root, &differ)?)?);
        let mut staged = Vec::new();
        for path in differ.split('\0').filter(|path| !path.is_empty()) {
            let blob = git(root, &["cat-file", "blob", &format!(":./{path}")])?;
            let bytes = blob.status.success().then_some(blob.stdout);
            staged.push(Staged { path: path.to_owned(), bytes });
        }
        let others = others(root)?.into_iter();
        staged.extend(others.map(|path| Staged { path, bytes: None }));
        Ok((changes, staged))
    }

    /// Whether one of some zero-based lines differs, the last of them included.
    pub(super) fn touch(&self, path: &str, first: usize, last: usize) -> bool {
        let changed = self.files.get(path).map_or(&[][..], Vec::as_slice);
        changed.iter().any(|lines| lines.start <= last && first < lines.end)
    }

    /// Reads a diff without context.
    fn read(&mut self, diff: &str) {
        let mut path = None;
        let mut left = 0;
        for line in diff.lines() {
            if left > 0 && line.starts_with(['+', '-']) {
                left -= 1;
            } else if let Some(name) = line.strip_prefix("+++ ") {
                path = named(name);
            } else if let Some(hunk) = line.strip_prefix("@@ -").and_then(Hunk::read) {
                left = hunk.removed + hunk.added.end - hunk.added.start;
                if let Some(path) = &path {
                    self.files.entry(path.clone()).or_default().push(hunk.touched());
                }
            }
        }
    }
}

/// What doesn't run what a repository's configuration or attributes name.
const DIFF: &[&str] = &[
    "diff",
    "--unified=0",
    "--relative",
    "--find-renames",
    "--no-color",
    "--no-ext-diff",
    "--no-textconv",
    "--ignore-submodules",
    "--src-prefix=a/",
    "--dst-prefix=b/",
];

/// `@@ -REMOVED +ADDED @@`.
struct Hunk {
    removed: usize,
    added: Lines,
}

impl Hunk {
    /// Behind the first `-`.
    fn read(text: &str) -> Option<Hunk> {
        let (old, rest) = text.split_once(" +")?;
        let (new, _) = rest.split_once(" @@")?;
        let numbers = |text: &str| -> Option<(usize, usize)> {
            let (start, count) = text.split_once(',').unwrap_or((text, "1"));
            Some((start.parse().ok()?, count.parse().ok()?))
        };
        let ((_, removed), (start, count)) = (numbers(old)?, numbers(new)?);
        // Without lines, the place is behind the line of that number.
        let first = if count == 0 { start } else { start.saturating_sub(1) };
        Some(Hunk { removed, added: Lines { start: first, end: first + count } })
    }

    /// Where lines were taken out, those around the place are touched.
    fn touched(&self) -> Lines {
        let Lines { start, end } = self.added;
        if start < end {
            self.added
        } else {
            Lines { start: start.saturating_sub(1), end: start + 1 }
        }
    }
}

/// The path of a `+++` line; git quotes odd ones as C does.
fn named(text: &str) -> Option<String> {
    let text = text.trim_end_matches('\t');
    let Some(quoted) = text.strip_prefix('"').and_then(|text| text.strip_suffix('"')) else {
        return text.strip_prefix("b/").map(str::to_owned);
    };
    let mut bytes = Vec::new();
    let mut rest = quoted.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'\\' {
            bytes.push(byte);
            continue;
        }
        bytes.push(match rest.next()? {
            b'n' => b'\n',
            b't' => b'\t',
            b'r' => b'\r',
            digit @ b'0'..=b'3' => {
                let low = |byte: u8| byte.wrapping_sub(b'0') & 7;
                let (second, third) = (rest.next()?, rest.next()?);
                low(digit) << 6 | low(second) << 3 | low(third)
            }
            other => other,
        });
    }
    String::from_utf8_lossy(&bytes).strip_prefix("b/").map(str::to_owned)
}

/// Files that git doesn't track, and isn't told to ignore.
fn others(root: &Path) -> Result<Vec<String>, Error> {
    let listed = git(root, &["ls-files", "--others", "--exclude-standard", "-z"])?;
    let listed = text(&done(listed)?);
    Ok(listed.split('\0').filter(|path| !path.is_empty()).map(str::to_owned).collect())
}

fn in_repository(root: &Path) -> Result<(), Error> {
    let inside = git(root, &["rev-parse", "--is-inside-work-tree"])?;
    match inside.status.success() {
        true => Ok(()),
        false => Err(Error(format!("{}: not in a git work tree", root.display()))),
    }
}

fn git(root: &Path, args: &[&str]) -> Result<Output, Error> {
    let mut command = Command::new("git");
    command.arg("-C").arg(root);
    command.args(["-c", "core.quotePath=false", "-c", "core.fsmonitor=false"]);
    command.env("GIT_OPTIONAL_LOCKS", "0").env("LC_ALL", "C");
    // Git sets these for its hooks, relative to where it runs them.
    for name in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"] {
        let path = env::var_os(name).and_then(|path| path::absolute(path).ok());
        path.map(|path| command.env(name, path));
    }
    command.args(args).output().map_err(|error| Error(format!("git can't be run: {error}")))
}

fn done(output: Output) -> Result<Vec<u8>, Error> {
    if output.status.success() {
        return Ok(output.stdout);
    }
    let said = text(&output.stderr);
    let first = said.lines().next().unwrap_or("git failed");
    Err(Error(format!("git: {}", first.trim_start_matches("fatal: "))))
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(diff: &str, expected: &[(usize, usize)]) {
        let mut changes = Changes::default();
        changes.read(diff);
        let found = changes.files.get("x").map_or(&[][..], Vec::as_slice);
        let found: Vec<(usize, usize)> = found.iter().map(|it| (it.start, it.end)).collect();
        assert_eq!(found, expected);
        assert!(changes.files.len() <= 1, "{changes:?}");
    }

    #[test]
    fn hunks_are_ranges_of_lines() {
        let head = "diff --git a/x b/x\nindex 1..2 100644\n--- a/x\n+++ b/x\n";
        check(&format!("{head}@@ -1 +1,2 @@ a:\n-a\n+++ b/y\n+c\n"), &[(0, 2)]);
        let two = "@@ -4,2 +3,0 @@\n-a\n-b\n@@ -9,0 +8 @@\n+c\n";
        check(&format!("{head}{two}"), &[(2, 4), (7, 8)]);
        check("--- a/x\n+++ /dev/null\n@@ -1 +0,0 @@\n-a\n", &[]);
    }

    #[test]
    fn paths_are_unquoted() {
        assert_eq!(named("b/a b.yaml\t").as_deref(), Some("a b.yaml"));
        assert_eq!(named("\"b/\\303\\251\\t\\\"x\"").as_deref(), Some("é\t\"x"));
        assert_eq!(named("/dev/null"), None);
    }
}
