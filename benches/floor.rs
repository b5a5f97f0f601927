//! The least that any tool does which looks at every YAML file: walk, open,
//! read. Nothing is kept and nothing is searched.

use ignore::{DirEntry, WalkBuilder, WalkState};
use std::{
    fs::File,
    io::Read,
    path::Path,
    sync::atomic::{AtomicU64, Ordering::Relaxed},
};

pub(crate) struct Total {
    pub(crate) files: u64,
    pub(crate) bytes: u64,
}

/// Walks with the options of the engine, so that both see the same files.
pub(crate) fn read_all(root: &Path) -> Total {
    let files = AtomicU64::new(0);
    let bytes = AtomicU64::new(0);
    let walker = WalkBuilder::new(root)
        .hidden(false)
        .require_git(false)
        .filter_entry(is_visible)
        .build_parallel();
    walker.run(|| {
        let mut buffer = Vec::new();
        let (files, bytes) = (&files, &bytes);
        Box::new(move |entry| {
            let entry = entry.expect("the tree is ours and whole");
            if is_yaml(&entry) {
                buffer.clear();
                let read =
                    File::open(entry.path()).and_then(|mut file| file.read_to_end(&mut buffer));
                files.fetch_add(1, Relaxed);
                bytes.fetch_add(read.expect("the tree is ours and whole") as u64, Relaxed);
            }
            WalkState::Continue
        })
    });
    Total { files: files.into_inner(), bytes: bytes.into_inner() }
}

fn is_visible(entry: &DirEntry) -> bool {
    let folder = entry.file_type().is_some_and(|kind| kind.is_dir());
    !(folder && entry.depth() > 0 && entry.file_name().as_encoded_bytes().starts_with(b"."))
}

fn is_yaml(entry: &DirEntry) -> bool {
    let yaml = entry.path().extension().is_some_and(|end| end == "yaml" || end == "yml");
    yaml && entry.file_type().is_some_and(|kind| kind.is_file())
}
