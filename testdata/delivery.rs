//! What is delivered beside the binary speaks of this version, and of all files
//! that it reads.

use crate::repos::{folders, open};
use regex_automata::meta::Regex;
use rke2lint::{
    text::{FileId, SourceFile},
    yaml,
};
use std::{fs, path::Path, sync::Arc};

fn read(path: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    fs::read_to_string(path).expect("a file of the repository")
}

#[test]
fn all_speak_of_one_version() {
    let version = env!("CARGO_PKG_VERSION");
    for (path, texts) in [
        ("pyproject.toml", &["version = \"{}\"", "\"rke2lint=={}\""][..]),
        ("action.yml", &["default: \"{}\""]),
        ("recipes/gitlab.yml", &["RKE2LINT_VERSION: \"{}\"", "/v{}/recipes/"]),
        ("recipes/azure-pipelines.yml", &["default: \"{}\"", "tags/v{}"]),
        ("README.md", &["rev: v{}", "\"rke2lint=={}\"", "rke2lint@v{}", "/v{}/schemas/"]),
    ] {
        let found = read(path);
        for text in texts {
            let text = text.replace("{}", version);
            assert!(found.contains(&text), "{path}: {text}");
        }
    }
}

/// Whether a commit of this file alone runs the hook.
#[test]
fn the_hook_runs_for_each_file_that_is_read() {
    let text = read(".pre-commit-hooks.yaml");
    let tree = yaml::parse(&Arc::new(SourceFile::new(FileId(0), "hooks", text)));
    let hooks = tree.docs().next().expect("a document");
    let hook = hooks.items().next().expect("a hook");
    let files = hook.get("files").found().expect("a pattern").value;
    let pattern = Regex::new(files.as_str().expect("a text")).expect("a pattern");
    let runs = |path: &str| pattern.is_match(path);
    let mut seen = 0;
    for folder in folders("repos").into_iter().chain(folders("clean")) {
        for file in open(&folder).model().files.iter().filter(|file| file.carrier.is_none()) {
            let is_page = file.path.ends_with(".md") || file.path.ends_with(".adoc");
            assert!(is_page || runs(&file.path), "{}", file.path);
            seen += 1;
        }
    }
    assert!(seen > 200, "{seen}");
    for path in
        [".rke2lint.yaml", ".rke2lint-baseline.json", "a/Vagrantfile", "etc/default/rke2-server"]
    {
        assert!(runs(path), "{path}");
    }
    for path in ["README.md", "logo.svg", "main.go", "config.yaml.bak"] {
        assert!(!runs(path), "{path}");
    }
}
