//! Repositories that are right, though each has something that looks wrong:
//! RKE2's own examples as its documentation lays them out, and layouts as
//! people have them. No rule may say a word above the level of a note.

use crate::repos::{folders, open, root};
use rke2lint::diag::Level;

#[test]
fn nothing_is_said_of_what_is_right() {
    let mut failures = Vec::new();
    let mut count = 0;
    for folder in folders("clean") {
        let name = folder.file_name().expect("a folder's name").to_string_lossy().into_owned();
        if name == "overlap" {
            continue;
        }
        let workspace = open(&folder);
        let checked = workspace.check();
        assert!(!checked.repo.clusters.is_empty(), "{name}: nothing was recognized");
        for finding in &checked.findings {
            let diagnostic = &finding.diagnostic;
            if diagnostic.level > Level::Note {
                let file = workspace.sources().get(diagnostic.primary.span.file);
                let line = file.position(diagnostic.primary.span.start).line;
                let (rule, message) = (diagnostic.rule, &diagnostic.message);
                failures.push(format!("{name}/{}:{line}: [{rule}] {message}", file.path));
            }
        }
        count += 1;
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    assert!(count >= 20, "{count} repositories");
}

/// The dual-stack example that RKE2's documentation had until November 2023.
#[test]
fn the_overlapping_example_is_found() {
    let checked = open(&root().join("clean/overlap")).check();
    let rules: Vec<&str> = checked.findings.iter().map(|f| f.diagnostic.rule).collect();
    assert_eq!(rules, ["cluster-service-cidr-overlap"]);
}
