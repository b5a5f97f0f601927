//! The house in order: layers, doors, pairs, lists, sizes.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

/// Longest file of code, in lines.
const MAX_LINES: usize = 500;

/// Each foreign crate and the files that may name it.
const DOORS: [(&str, &[&str]); 27] = [
    ("aho_corasick", &["src/engine/walk.rs"]),
    ("base64", &["src/model/packed.rs"]),
    ("clap", &["src/cli/args.rs"]),
    ("clap_complete", &["src/cli/args.rs"]),
    ("clap_mangen", &["src/cli/args.rs"]),
    ("codespan_reporting", &["src/report/excerpt.rs", "src/report/human.rs"]),
    ("flate2", &["src/model/packed.rs"]),
    ("fnv", &["src/engine/fingerprint.rs"]),
    ("globset", &["src/config.rs"]),
    ("granit_parser", &["src/yaml/parse.rs"]),
    ("hcl_edit", &["src/lang/hcl.rs"]),
    ("ignore", &["src/engine/walk.rs"]),
    ("ipnet", &["src/model/net.rs"]),
    ("mimalloc", &["src/main.rs"]),
    ("percent_encoding", &["src/report/sarif.rs"]),
    ("pulldown_cmark", &["src/lang/docs/markdown.rs"]),
    ("quick_junit", &["src/report/junit.rs"]),
    (
        "rayon",
        &[
            "src/cli/check.rs",
            "src/engine.rs",
            "src/engine/readings.rs",
            "src/engine/walk.rs",
            "src/model/build.rs",
        ],
    ),
    ("regex_automata", &["src/facts/limits.rs"]),
    ("rnix", &["src/lang/nix/syntax.rs"]),
    (
        "serde",
        &[
            "src/report/baseline.rs",
            "src/report/json.rs",
            "src/report/page.rs",
            "src/yaml/embed.rs",
        ],
    ),
    (
        "serde_json",
        &[
            "src/report/baseline.rs",
            "src/report/gitlab.rs",
            "src/report/json.rs",
            "src/report/page.rs",
            "src/report/rdjson.rs",
            "src/report/sarif.rs",
            "src/report/schema.rs",
            "src/report/settings.rs",
            "src/yaml/embed.rs",
        ],
    ),
    ("similar", &["src/report/diff.rs"]),
    ("strsim", &["src/text.rs"]),
    ("tree_sitter", &["src/lang/shell/syntax.rs"]),
    ("tree_sitter_bash", &["src/lang/shell/syntax.rs"]),
    ("unicode_width", &[]),
];

/// Path from the repository's root, and text.
fn sources() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut open: Vec<PathBuf> =
        ["src", "lints", "testdata", "benches"].map(|folder| root.join(folder)).to_vec();
    let mut found = Vec::new();
    while let Some(path) = open.pop() {
        if path.is_dir() {
            let entries = fs::read_dir(&path).expect("a folder of the repository");
            open.extend(entries.flatten().map(|entry| entry.path()));
        } else if path.extension().is_some_and(|end| end == "rs") {
            let text = fs::read_to_string(&path).expect("a file of the repository");
            let name = path.strip_prefix(root).expect("below the root");
            found.push((name.to_string_lossy().replace('\\', "/"), text));
        }
    }
    found.sort();
    found
}

/// From the table in `lib.rs`.
fn layers() -> BTreeMap<String, BTreeSet<String>> {
    let text = include_str!("../src/lib.rs");
    let rows = text.lines().filter_map(|line| line.strip_prefix("//! | `"));
    let row = |row: &str| {
        let (module, rest) = row.split_once('`').expect("a module's name");
        let names = rest.split('`').skip(1).step_by(2);
        (module.to_owned(), names.map(str::to_owned).collect())
    };
    rows.map(row).collect()
}

fn layer_of(path: &str) -> Option<String> {
    let rest = path.strip_prefix("src/").or(path.starts_with("lints/").then_some("lints/"))?;
    let name = rest.split(['/', '.']).next()?;
    (!["lib", "main"].contains(&name)).then(|| name.to_owned())
}

/// The first names after `crate::` in a file, in braces too.
fn imports(text: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let word = |text: &str| {
        let end = text.find(|c: char| !c.is_alphanumeric() && c != '_');
        text[..end.unwrap_or(text.len())].to_owned()
    };
    for (at, _) in text.match_indices("crate::") {
        let rest = &text[at + "crate::".len()..];
        let Some(group) = rest.strip_prefix('{') else {
            found.insert(word(rest));
            continue;
        };
        let mut depth = 0;
        let mut start = true;
        for (offset, char) in group.char_indices() {
            match char {
                '{' => depth += 1,
                '}' if depth == 0 => break,
                '}' => depth -= 1,
                ',' if depth == 0 => start = true,
                _ if char.is_whitespace() => {}
                _ if start => {
                    found.insert(word(&group[offset..]));
                    start = false;
                }
                _ => {}
            }
        }
    }
    found
}

#[test]
fn layers_import_one_way() {
    let layers = layers();
    assert!(layers.len() > 8, "the table in lib.rs is read");
    for (path, text) in sources() {
        let Some(layer) = layer_of(&path) else { continue };
        let allowed = layers.get(&layer).unwrap_or_else(|| panic!("{path}: no row in lib.rs"));
        if path.ends_with("/tests.rs") {
            continue;
        }
        let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or("");
        for import in imports(code) {
            let fine = import == layer || allowed.contains(&import);
            assert!(fine, "{path}: `{layer}` may not import `{import}`");
        }
    }
}

#[test]
fn foreign_crates_have_one_door() {
    let manifest = include_str!("../Cargo.toml");
    let (_, rest) = manifest.split_once("[dependencies]\n").expect("dependencies");
    let (dependencies, _) = rest.split_once("\n[").expect("a section after them");
    for line in dependencies.lines().filter(|line| line.contains('=')) {
        let name = line.split([' ', '=']).next().unwrap_or("").replace('-', "_");
        assert!(DOORS.iter().any(|(door, _)| *door == name), "{name} has no door");
        assert!(line.contains("# "), "{name} has no reason");
    }
    for (path, text) in sources() {
        if !path.starts_with("src/") && !path.starts_with("lints/") {
            continue;
        }
        for (name, files) in DOORS {
            let named = text.lines().any(|line| {
                let code = line.trim_start();
                !code.starts_with("//")
                    && code.match_indices(&format!("{name}::")).any(|(at, _)| {
                        !code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':')
                    })
            });
            assert!(!named || files.contains(&path.as_str()), "{path} names {name}");
        }
    }
}

#[test]
fn only_some_files_touch_the_system() {
    let allowed = [
        "src/cli.rs",
        "src/cli/changes.rs",
        "src/cli/check.rs",
        "src/cli/output.rs",
        "src/cli/repair.rs",
        "src/cli/scope.rs",
        "src/engine.rs",
        "src/engine/walk.rs",
        "src/main.rs",
    ];
    for (path, text) in sources() {
        let layer = layer_of(&path).is_some();
        let touches = ["std::fs", "fs::read", "std::env", "std::process", "std::net::Tcp"];
        let touches = touches.iter().any(|name| text.contains(name));
        assert!(!layer || !touches || allowed.contains(&path.as_str()), "{path}");
    }
}

#[test]
fn every_table_is_read_by_the_tests_of_tables() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let names = |folder: &str, prefix: &str| -> Vec<String> {
        let entries =
            fs::read_dir(root.join(folder)).expect("a folder of the repository").flatten();
        let files = entries.filter(|entry| entry.path().is_file());
        files.map(|entry| format!("{prefix}{}", entry.file_name().to_string_lossy())).collect()
    };
    let values = names("src/facts/tables/values", "values/");
    for name in names("src/facts/tables", "").iter().chain(&values) {
        let named = include_str!("../src/facts/table.rs").contains(&format!("\"{name}\""));
        assert!(named, "src/facts/table.rs has no {name}");
    }
}

#[test]
fn files_are_short_and_say_what_they_are() {
    for (path, text) in sources() {
        let lines = text.lines().count();
        assert!(lines <= MAX_LINES, "{path} has {lines} lines");
        let rule = path.starts_with("lints/") && !path.ends_with("mod.rs");
        assert!(rule || text.starts_with("//! "), "{path} doesn't say what it is");
        let open = ["TO", "FIX"].iter().any(|word| text.contains(&format!("{word}{}", "DO:")));
        assert!(!open, "{path} has something left to do");
        assert!(!text.contains(&format!("#[{}", "ignore")), "{path} leaves a test out");
    }
}

#[test]
fn a_rule_is_a_page_and_a_function_on_a_list() {
    let lints = Path::new(env!("CARGO_MANIFEST_DIR")).join("lints");
    let mut count = 0;
    for lint in rke2lint::lints::all() {
        let meta = lint.meta();
        let folder = lints.join(&meta.group);
        let module = meta.id.replace('-', "_");
        assert!(folder.join(format!("{}.md", meta.id)).is_file(), "{} has its page", meta.id);
        assert!(folder.join(format!("{module}.rs")).is_file(), "{} has its function", meta.id);
        assert!(!meta.sources.is_empty(), "{} has a source", meta.id);
        count += 1;
    }
    let mut pages = 0;
    for group in fs::read_dir(&lints).expect("lints/").flatten() {
        if group.path().is_dir() {
            let files = fs::read_dir(group.path()).expect("a group").flatten();
            pages +=
                files.filter(|file| file.path().extension().is_some_and(|e| e == "md")).count();
        }
    }
    assert_eq!(count, pages, "each page is on a list");
}

#[test]
fn messages_have_no_full_stop() {
    let mut checked = 0;
    for lint in rke2lint::lints::all() {
        let summary = &lint.meta().summary;
        assert!(!summary.ends_with('.'), "{}: {summary}", lint.id());
        checked += 1;
    }
    assert!(checked > 20);
}
