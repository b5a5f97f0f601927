//! Findings that turn with the release, at the very release.
//!
//! RKE2 backports: a gate opens at another patch in each minor.

use rke2lint::{config, engine::Workspace};
use std::collections::BTreeSet;

/// A line of `flips.tsv`.
struct Flip<'a> {
    rule: &'a str,
    role: &'a str,
    config: String,
    found: &'a str,
    silent: &'a str,
}

fn flips() -> impl Iterator<Item = Flip<'static>> {
    let lines = include_str!("flips.tsv").lines().filter(|line| !line.starts_with('#'));
    lines.map(|line| {
        let cells: Vec<&str> = line.split('\t').collect();
        let [rule, role, config, found, silent] = cells[..] else { panic!("five cells: {line}") };
        Flip { rule, role, config: config.replace("\\n", "\n"), found, silent }
    })
}

#[test]
fn findings_turn_at_their_release() {
    let mut failures = Vec::new();
    for flip in flips() {
        for (release, expected) in [(flip.found, true), (flip.silent, false)] {
            let rules = rules(&flip, release);
            if rules.contains(flip.rule) != expected {
                failures.push(format!("{} {}: {release}: {rules:?}", flip.rule, flip.config));
            }
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn many_gates_are_tried_in_every_minor() {
    let gates: BTreeSet<(&str, String)> = flips().map(|flip| (flip.rule, flip.config)).collect();
    assert!(gates.len() >= 60 && flips().count() >= 150, "{}", gates.len());
    for minor in 21..=36 {
        let minor = format!("v1.{minor}.");
        let tried = flips().any(|flip| flip.found.starts_with(&minor));
        assert!(tried, "no finding turns in {minor}*");
    }
}

fn rules(flip: &Flip<'_>, release: &str) -> BTreeSet<&'static str> {
    let mut workspace = Workspace::new();
    let config = format!(
        "clusters:\n  - name: flips\n    release: {release}\n    servers: server\n    agents: agent\n"
    );
    workspace.set(config::FILE_NAME, &config);
    let first = if flip.role == "agent" { "server: https://10.0.0.2:9345" } else { "cni: canal" };
    let cni = if flip.config.starts_with("cni") { "node-name: a" } else { first };
    let text = format!("{cni}\n{}\n", flip.config);
    workspace.set(&format!("{}/config.yaml", flip.role), &text);
    let checked = workspace.check();
    assert!(!checked.config_is_wrong, "{release}");
    checked.findings.iter().map(|finding| finding.diagnostic.rule).collect()
}
