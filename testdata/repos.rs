//! Whole repositories: what the reports say of them, to the byte.
//!
//! `UPDATE=1 cargo test` rewrites `.expected`; the diff is reviewed as code.

use crate::reports::write;
use rke2lint::{
    config,
    engine::{Finding, Options, Workspace},
    report::{Format, Origin},
};
use std::{
    fs,
    path::{Path, PathBuf},
};

#[test]
fn reports_are_as_expected() {
    let mut failures = Vec::new();
    for folder in folders("repos") {
        let workspace = open(&folder);
        let checked = workspace.check();
        let mut reports = vec![
            (Format::Human, "human.txt"),
            (Format::Concise, "concise.txt"),
            (Format::Json, "report.json"),
        ];
        if folder.ends_with("demo") {
            reports.extend([
                (Format::Github, "github.txt"),
                (Format::Gitlab, "gitlab.json"),
                (Format::Junit, "junit.xml"),
                (Format::Rdjson, "rdjson.json"),
                (Format::Statistics, "statistics.txt"),
            ]);
        }
        for (format, name) in reports {
            let text = write(&workspace, &checked, format, Origin::default());
            let path = folder.join(".expected").join(name);
            if std::env::var_os("UPDATE").is_some() {
                fs::create_dir_all(folder.join(".expected")).expect("the folder is ours");
                fs::write(&path, &text).expect("the file is ours");
            }
            let expected = fs::read_to_string(&path).unwrap_or_default();
            if text != expected {
                failures.push(format!("{}:\n{text}", path.display()));
            }
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
}

#[test]
fn the_five_mistakes_are_found_once_each() {
    let found = |rule: &str, findings: &[Finding]| {
        findings.iter().filter(|finding| finding.diagnostic.rule == rule).count()
    };
    let checked = open(&root().join("repos/demo")).check();
    for rule in [
        "helmchartconfig-name-mismatch",
        "helmchartconfig-namespace-mismatch",
        "multus-not-first",
        "multus-cilium-exclusive",
        "windows-unsupported-cni",
        "invalid-cidr",
    ] {
        assert_eq!(found(rule, &checked.findings), 1, "{rule}");
    }
    let repaired = open(&root().join("repos/demo-repaired")).check();
    assert_eq!(repaired.findings.len(), 0);
}

#[test]
fn order_of_files_and_threads_changes_nothing() {
    let folder = root().join("repos/demo");
    let workspace = open(&folder);
    let expected = write(&workspace, &workspace.check(), Format::Json, Origin::default());
    let mut other = Workspace::new();
    let config = fs::read_to_string(folder.join(config::FILE_NAME)).expect("a configuration");
    let model = workspace.model();
    for file in model.files.iter().rev() {
        other.set(&file.source.path, "cni: [");
        other.set(&file.source.path, &file.source.text);
    }
    other.set(config::FILE_NAME, &config);
    let one = rayon::ThreadPoolBuilder::new().num_threads(1).build().expect("a pool");
    let checked = one.install(|| other.check());
    assert_eq!(write(&other, &checked, Format::Json, Origin::default()), expected);
}

pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata")
}

/// Sorted.
pub(crate) fn folders(of: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(root().join(of)).expect("the folder is in the repository");
    let mut folders: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    folders.retain(|path| path.is_dir());
    folders.sort();
    folders
}

pub(crate) fn open(folder: &Path) -> Workspace {
    let config = fs::read_to_string(folder.join(config::FILE_NAME)).ok();
    let config = config.map(|text| (config::FILE_NAME.to_owned(), text));
    // A repository of this name is about pages.
    let pages = folder.file_name().is_some_and(|name| name == "docs");
    Workspace::open(folder, &Options { config, lists: false, pages })
        .expect("the folder can be read")
}
