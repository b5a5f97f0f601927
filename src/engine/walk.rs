//! Which files are read: the only door to the file system's folders.
//!
//! One parallel walk reads each candidate once. A search for words that only
//! RKE2's configuration has leaves the rest of a repository's YAML unparsed.

use crate::{config::Patterns, facts::flags};
use aho_corasick::AhoCorasick;
use ignore::{DirEntry, WalkBuilder, WalkState};
use std::{
    fs,
    io::{self, Read},
    path::Path,
    sync::{
        LazyLock,
        atomic::{AtomicUsize, Ordering},
        mpsc,
    },
};

/// Larger files of ours are a finding; no RKE2 configuration comes near.
pub const MAX_FILE_LEN: u64 = 8 << 20;

/// Files that may be parsed.
pub(super) struct Walked {
    /// Sorted by path.
    pub(super) texts: Vec<(String, String)>,
    /// Paths with the reason.
    pub(super) unread: Vec<(String, String)>,
    /// Files with a name that could be ours.
    pub(super) seen: usize,
}

enum Outcome {
    Text(String, String),
    Unread(String, String),
}

/// Words, one of which every file of ours has, whatever its name.
static MARKS: LazyLock<AhoCorasick> = LazyLock::new(|| {
    let mut words: Vec<String> = [
        "HelmChart",
        "helm.cattle.io",
        "NetworkAttachmentDefinition",
        "+rke2r",
        "-rke2r",
        "INSTALL_RKE2_",
        "machineGlobalConfig",
        "RKE2ControlPlane",
        "RKE2ConfigTemplate",
    ]
    .map(str::to_owned)
    .to_vec();
    for system in ["os: windows", "os: \"windows", "os: 'windows", "os\": \"windows"] {
        words.push(format!("kubernetes.io/{system}"));
    }
    for flag in flags::all().filter(|flag| flag.specific) {
        if flag.key.len() > 4 {
            words.push(flag.key.to_owned());
        } else {
            // `cni` alone is in too many words.
            words.extend([":", "+:", "\""].map(|end| format!("{}{end}", flag.key)));
        }
    }
    AhoCorasick::new(words).expect("a few hundred short words make an automaton")
});

pub(super) fn walk(root: &Path, exclude: &Patterns) -> io::Result<Walked> {
    // A root that isn't there is the caller's mistake, not a finding.
    fs::metadata(root)?;
    let seen = AtomicUsize::new(0);
    let (send, receive) = mpsc::channel();
    let walker = WalkBuilder::new(root)
        .hidden(false)
        .require_git(false)
        .filter_entry(|entry| !is_hidden_folder(entry))
        .threads(rayon::current_num_threads())
        .build_parallel();
    walker.run(|| {
        let send = send.clone();
        let seen = &seen;
        let mut buffer = Vec::new();
        Box::new(move |entry| {
            let outcome = match entry {
                Ok(entry) => {
                    let path = relative(root, entry.path());
                    if !is_file(&entry) || !is_candidate(&path) || exclude.matches(&path) {
                        return WalkState::Continue;
                    }
                    seen.fetch_add(1, Ordering::Relaxed);
                    read(entry.path(), path, &mut buffer)
                }
                Err(error) => unreadable(root, &error),
            };
            if let Some(outcome) = outcome {
                // The receiver lives until all senders are gone.
                drop(send.send(outcome));
            }
            WalkState::Continue
        })
    });
    drop(send);
    let mut walked = Walked { texts: Vec::new(), unread: Vec::new(), seen: 0 };
    for outcome in receive {
        match outcome {
            Outcome::Text(path, text) => walked.texts.push((path, text)),
            Outcome::Unread(path, reason) => walked.unread.push((path, reason)),
        }
    }
    walked.texts.sort();
    walked.unread.sort();
    walked.seen = seen.into_inner();
    Ok(walked)
}

/// `.git`, `.terraform`, caches. A hidden file may be a drop-in, which RKE2
/// reads like any other.
fn is_hidden_folder(entry: &DirEntry) -> bool {
    let folder = entry.file_type().is_some_and(|kind| kind.is_dir());
    let name = entry.file_name().to_string_lossy();
    folder && entry.depth() > 0 && name.starts_with('.')
}

fn is_file(entry: &DirEntry) -> bool {
    match entry.file_type() {
        Some(kind) if kind.is_symlink() => entry.path().is_file(),
        Some(kind) => kind.is_file(),
        None => false,
    }
}

/// With `/` between its parts.
fn relative(root: &Path, path: &Path) -> String {
    let path = path.strip_prefix(root).unwrap_or(path);
    let parts = path.components().map(|part| part.as_os_str().to_string_lossy());
    parts.collect::<Vec<_>>().join("/")
}

fn name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

fn is_candidate(path: &str) -> bool {
    let name = name(path).to_ascii_lowercase();
    if name == crate::config::FILE_NAME {
        return false;
    }
    let yaml = [".yaml", ".yml", ".json"].iter().any(|end| name.ends_with(end));
    yaml || name.ends_with(".env")
}

/// Read whatever they hold: their place makes them ours.
fn is_ours_by_path(path: &str) -> bool {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    let drop_in = folder.ends_with(".yaml.d") || folder.ends_with(".yml.d");
    let named = name == "config.yaml" || name == "config.yml";
    let sets_namespace =
        ["kustomization.yaml", "kustomization.yml", "fleet.yaml", "Chart.yaml"].contains(&name);
    !name.ends_with(".json")
        && (path.contains("rancher/rke2/")
            || drop_in
            || named && folder.contains("rke2")
            || sets_namespace)
}

fn read(path: &Path, shown: String, buffer: &mut Vec<u8>) -> Option<Outcome> {
    let unread = |shown: String, error: &io::Error| Some(Outcome::Unread(shown, describe(error)));
    let mut file = match fs::File::open(path) {
        Ok(file) => file,
        Err(error) => return unread(shown, &error),
    };
    let len = file.metadata().map_or(0, |data| data.len());
    if len > MAX_FILE_LEN {
        return match MARKS.stream_find_iter(file).next() {
            None => None,
            Some(Ok(_)) => {
                let limit = MAX_FILE_LEN >> 20;
                let len = len >> 20;
                let reason = format!("it has {len} MiB, and {limit} MiB are the most that is read");
                Some(Outcome::Unread(shown, reason))
            }
            Some(Err(error)) => unread(shown, &error),
        };
    }
    buffer.clear();
    if let Err(error) = file.read_to_end(buffer) {
        return unread(shown, &error);
    }
    if !is_ours_by_path(&shown) && !MARKS.is_match(&*buffer) {
        return None;
    }
    match std::str::from_utf8(buffer) {
        Ok(text) => Some(Outcome::Text(shown, text.to_owned())),
        Err(error) => {
            let reason = format!("byte {} isn't UTF-8", error.valid_up_to());
            Some(Outcome::Unread(shown, reason))
        }
    }
}

/// Without the number that the system gives the error.
fn describe(error: &io::Error) -> String {
    let text = error.to_string();
    let end = text.find(" (os error").unwrap_or(text.len());
    text[..end].to_lowercase()
}

fn unreadable(root: &Path, error: &ignore::Error) -> Option<Outcome> {
    let mut path = String::new();
    let mut inner = error;
    loop {
        match inner {
            ignore::Error::WithPath { path: at, err } => {
                path = relative(root, at);
                inner = err;
            }
            ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => {
                inner = err;
            }
            ignore::Error::Io(error) => return Some(Outcome::Unread(path, describe(error))),
            // A mistake in a `.gitignore` is not ours to report.
            _ => return None,
        }
    }
}
