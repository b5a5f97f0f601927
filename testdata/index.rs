//! The index of rules, `lints/README.md`, and what each covers of RKE2's page
//! on network options.

use rke2lint::{
    lint::{Lint, Meta},
    lints,
};
use std::{collections::BTreeMap, env, fmt::Write, fs, path::Path};

/// What the operator writes at run time: no file can have it wrong.
const NO_RULE: &str = "S68";

/// Number, section and text.
fn statements() -> Vec<[&'static str; 3]> {
    let rows = include_str!("statements.tsv").lines().filter(|line| !line.starts_with('#'));
    let row = |line: &'static str| line.split('\t').collect::<Vec<_>>().try_into();
    rows.skip(1).map(|line| row(line).expect("three columns")).collect()
}

/// The rules that cover each statement, sorted.
fn covered() -> BTreeMap<&'static str, Vec<&'static str>> {
    let mut covered: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for meta in lints::all().map(Lint::meta) {
        for id in &meta.seed {
            covered.entry(id.as_str()).or_default().push(meta.id);
        }
    }
    covered.values_mut().for_each(|rules| rules.sort_unstable());
    covered
}

#[test]
fn every_statement_has_a_rule() {
    let statements = statements();
    let covered = covered();
    let ids: Vec<&str> = statements.iter().map(|row| row[0]).collect();
    assert_eq!(ids, (1..=71).map(|number| format!("S{number}")).collect::<Vec<_>>());
    let without: Vec<&str> = ids.iter().filter(|id| !covered.contains_key(*id)).copied().collect();
    assert_eq!(without, [NO_RULE]);
    let unknown: Vec<_> = covered.keys().filter(|id| !ids.contains(id)).collect();
    assert!(unknown.is_empty(), "{unknown:?}");
}

#[test]
fn the_index_is_fresh() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("lints/README.md");
    let fresh = index();
    if env::var_os("UPDATE").is_some() {
        fs::write(&path, &fresh).expect("a file of the repository");
    }
    let text = fs::read_to_string(&path).unwrap_or_default();
    assert!(text == fresh, "lints/README.md is not what the pages say: UPDATE=1 cargo test index");
}

fn index() -> String {
    let mut out = String::from("# Rules\n\n");
    let count = lints::all().count();
    writeln!(out, "Made by `UPDATE=1 cargo test index` from the pages of all {count} rules.\n")
        .expect("a string takes all");
    out += "A rule that is fixable has a `## Fixed` section.\n\n";
    out += "| rule | group | level | fixable | releases | finds |\n|---|---|---|---|---|---|\n";
    for lint in lints::all() {
        let Meta { id, group, level, releases, summary, .. } = lint.meta();
        let fixable = if lint.text().contains("\n## Fixed\n") { "yes" } else { "no" };
        let releases = if releases.is_empty() { "–" } else { releases };
        let page = format!("[`{id}`]({group}/{id}.md)");
        let row = [&page, group, level.name(), fixable, releases, summary];
        writeln!(out, "| {} |", row.map(|cell| cell.replace('|', "\\|")).join(" | "))
            .expect("a string takes all");
    }
    out += "\n## Statements of RKE2's page on network options\n\n";
    out += "| statement | section | what it says | rules |\n|---|---|---|---|\n";
    let covered = covered();
    for [id, section, text] in statements() {
        let rules = covered.get(id).map_or(Vec::new(), |rules| rules.clone());
        let rules: Vec<String> = rules.iter().map(|rule| format!("`{rule}`")).collect();
        let rules = if rules.is_empty() { "–".to_owned() } else { rules.join(", ") };
        writeln!(out, "| {id} | {section} | {text} | {rules} |").expect("a string takes all");
    }
    out
}
