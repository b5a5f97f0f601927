//! Pages as tests: what a rule's page shows is what the rule says.
//!
//! Prose starts a new repository, and so does a path that was there before; a
//! path in backticks names the next block; one without is `config.yaml`. `# error: text` asserts a finding of
//! the page's rule on that line, `# label: text` another place of one;
//! `# error@+2` points two lines down. A finding that no comment asserts fails.

use rke2lint::{
    diag::Level,
    engine::{Checked, Workspace},
    lint::{Check, Lint},
    lints,
};
use std::collections::BTreeSet;

/// One example of a page.
#[derive(Default, Debug)]
pub(crate) struct Example {
    pub(crate) section: String,
    /// Path and text.
    pub(crate) files: Vec<(String, String)>,
}

#[derive(PartialEq, Eq, Debug)]
struct Assertion {
    path: String,
    /// One-based.
    line: usize,
    /// `error`, `warning`, `note` or `label`.
    kind: String,
    text: String,
}

#[test]
fn pages_say_what_rules_say() {
    let mut failures = Vec::new();
    for lint in lints::all() {
        let examples = examples(lint.text());
        let has = |section: &str| examples.iter().any(|example| example.section == section);
        let complete = has("Bad") && has("Good") || matches!(lint.check, Check::Engine);
        if !complete {
            failures.push(format!("{}: a page needs `## Bad` and `## Good`", lint.id()));
        }
        // What is fixed shows the files that changed alone; see `fixes.rs`.
        for example in examples.iter().filter(|example| example.section != "Fixed") {
            failures.extend(check(lint, example));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
}

#[test]
fn page_examples_assert_findings() {
    let bad = examples("x\n\n## Bad\n\n```yaml\ncni: [canal, multus]\n```\n");
    let lint = lints::find("multus-not-first").expect("the rule exists");
    assert_eq!(check(lint, &bad[0]).len(), 1, "a finding without a comment fails");
    let bad = examples("x\n\n## Bad\n\n```yaml\ncni: canal  # error: x\n```\n");
    assert_eq!(check(lint, &bad[0]).len(), 1, "a comment without a finding fails");
}

pub(crate) fn examples(page: &str) -> Vec<Example> {
    let mut examples: Vec<Example> = Vec::new();
    let mut section = String::new();
    let mut path = None;
    let mut fresh = true;
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        if let Some(title) = line.strip_prefix("## ") {
            section = title.to_owned();
            fresh = true;
        } else if let Some(name) = line.strip_prefix('`').and_then(|rest| rest.strip_suffix("`:")) {
            path = Some(name.to_owned());
        } else if let Some(language) = line.strip_prefix("```") {
            let text: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
            if !["yaml", "json", "sh"].contains(&language) || section.is_empty() {
                continue;
            }
            let path = path.take().unwrap_or_else(|| "config.yaml".to_owned());
            let repeats = examples.last().is_some_and(|e| e.files.iter().any(|f| f.0 == path));
            if fresh || repeats {
                examples.push(Example { section: section.clone(), files: Vec::new() });
                fresh = false;
            }
            let text = text.join("\n") + "\n";
            if let Some(example) = examples.last_mut() {
                example.files.push((path, text));
            }
        } else if !line.trim().is_empty() {
            fresh = true;
        }
    }
    examples
}

fn check(lint: &Lint, example: &Example) -> Vec<String> {
    let mut workspace = Workspace::new();
    for (path, text) in &example.files {
        workspace.set(path, text);
    }
    let checked = workspace.check();
    let place = |example: &Example| format!("{}, {:#?}", example.section, example.files);
    let mut failures = Vec::new();
    if example.section == "Good" {
        for line in describe(&workspace, &checked, None) {
            failures.push(format!("{}: not silent: {line}\n{}", lint.id(), place(example)));
        }
        return failures;
    }
    let assertions: Vec<Assertion> =
        example.files.iter().flat_map(|(path, text)| assertions(path, text)).collect();
    let mut found = Vec::new();
    let findings = checked.findings.iter().filter(|f| f.diagnostic.rule == lint.id());
    for finding in findings {
        let diagnostic = &finding.diagnostic;
        for (index, label) in diagnostic.labels().enumerate() {
            let file = workspace.sources().get(label.span.file);
            let text = match index {
                0 => format!("{} {}", diagnostic.message, label.text),
                _ => label.text.clone(),
            };
            let kind = if index == 0 { diagnostic.level.name() } else { "label" };
            let line = file.position(label.span.start).line;
            found.push(Assertion { path: file.path.clone(), line, kind: kind.to_owned(), text });
        }
    }
    for assertion in &assertions {
        let fits = |place: &Assertion| {
            place.path == assertion.path
                && place.line == assertion.line
                && place.kind == assertion.kind
                && place.text.contains(&assertion.text)
        };
        match found.iter().position(fits) {
            Some(index) => drop(found.remove(index)),
            None => failures.push(format!("{}: not found: {assertion:?}", lint.id())),
        }
    }
    for place in found.iter().filter(|place| place.kind != "label") {
        failures.push(format!("{}: no comment asserts {place:?}", lint.id()));
    }
    failures
}

fn assertions(path: &str, text: &str) -> Vec<Assertion> {
    let mut assertions = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let Some((_, comment)) = line.rsplit_once("# ") else { continue };
        let (head, text) = comment.split_once(": ").unwrap_or((comment, ""));
        let (kind, offset) = head.split_once('@').unwrap_or((head, "0"));
        if !["error", "warning", "note", "label"].contains(&kind) {
            continue;
        }
        let offset: isize = offset.parse().expect("an offset such as +2");
        let line = (index as isize + 1 + offset) as usize;
        let (kind, text) = (kind.to_owned(), text.trim().to_owned());
        assertions.push(Assertion { path: path.to_owned(), line, kind, text });
    }
    assertions
}

/// Findings above the level of notes, a line each; all rules if none is given.
fn describe(workspace: &Workspace, checked: &Checked, rule: Option<&str>) -> Vec<String> {
    let findings = checked.findings.iter().map(|finding| &finding.diagnostic);
    let findings = findings.filter(|d| rule.is_none_or(|rule| d.rule == rule));
    let line = |diagnostic: &rke2lint::diag::Diagnostic| {
        let file = workspace.sources().get(diagnostic.primary.span.file);
        let line = file.position(diagnostic.primary.span.start).line;
        format!(
            "{}:{line}: {}[{}]: {}",
            file.path,
            diagnostic.level.name(),
            diagnostic.rule,
            diagnostic.message
        )
    };
    findings.filter(|diagnostic| diagnostic.level > Level::Note).map(line).collect()
}

/// A line changed, added or left out turns an example that is silent into one
/// with findings of this rule, and of no other: another example of the page,
/// or what `mutations.tsv` makes of it.
#[test]
fn one_line_turns_good_into_bad() {
    let mut failures = Vec::new();
    for lint in lints::all().filter(|lint| !matches!(lint.check, Check::Engine)) {
        let examples = examples(lint.text());
        let shown = examples.iter().filter(|example| example.section != "Fixed");
        let (good, bad): (Vec<_>, Vec<_>) = shown.partition(|example| example.section == "Good");
        let near = |bad: &&&Example| good.iter().any(|good| is_a_line_away(good, bad));
        let paired = bad.iter().filter(near).any(|bad| finds_this_alone(lint, bad));
        let mutated: Vec<bool> =
            mutations(lint.id(), &good).iter().map(|bad| finds_this_alone(lint, bad)).collect();
        if mutated.contains(&false) || !paired && mutated.is_empty() {
            failures.push(lint.id());
        }
    }
    assert!(failures.is_empty(), "{} {failures:#?}", failures.len());
}

fn finds_this_alone(lint: &Lint, example: &Example) -> bool {
    let mut workspace = Workspace::new();
    example.files.iter().for_each(|(path, text)| workspace.set(path, text));
    let checked = workspace.check();
    let own = describe(&workspace, &checked, Some(lint.id())).len();
    checked.findings.iter().any(|finding| finding.diagnostic.rule == lint.id())
        && describe(&workspace, &checked, None).len() == own
}

/// Examples with one line changed, as the table's rows for a rule say.
fn mutations(rule: &str, good: &[&Example]) -> Vec<Example> {
    let rows = include_str!("mutations.tsv").lines().filter(|line| !line.starts_with('#'));
    let rows = rows.skip(1).map(|line| line.split('\t').collect::<Vec<_>>());
    let mutate = |row: Vec<&str>| {
        let [_, path, old, new] = row[..] else { panic!("four columns: {row:?}") };
        let has = |example: &&&Example| {
            let file = example.files.iter().find(|file| file.0 == path);
            file.is_some_and(|(_, text)| old == "-" || text.lines().any(|line| line == old))
        };
        let first = good.first().filter(|_| old == "-");
        let Some(example) = good.iter().find(has).or(first) else {
            panic!("{rule}: no example has {path:?} with {old:?}")
        };
        let mut files = example.files.clone();
        if files.iter().all(|file| file.0 != path) {
            files.push((path.to_owned(), String::new()));
        }
        let (_, text) = files.iter_mut().find(|file| file.0 == path).expect("it is there");
        let mut lines: Vec<&str> = text.lines().collect();
        let at = lines.iter().position(|line| *line == old).unwrap_or(lines.len());
        lines.splice(at..lines.len().min(at + 1), (new != "-").then_some(new));
        *text = lines.join("\n") + "\n";
        Example { section: "Bad".to_owned(), files }
    };
    rows.filter(|row| row[0] == rule).map(mutate).collect()
}

fn is_a_line_away(good: &Example, bad: &Example) -> bool {
    let paths = |example: &Example| {
        example.files.iter().map(|(path, _)| path.clone()).collect::<BTreeSet<_>>()
    };
    let lines = |example: &Example, path: &str| -> Vec<String> {
        let text = example.files.iter().find(|file| file.0 == path).map_or("", |file| &file.1);
        text.lines().map(without_assertion).map(str::to_owned).collect()
    };
    let mut changed = 0;
    for path in paths(good).union(&paths(bad)) {
        let (a, b) = (lines(good, path), lines(bad, path));
        let start = a.iter().zip(&b).take_while(|(a, b)| a == b).count();
        let rest = a.len().min(b.len()) - start;
        let end = a.iter().rev().zip(b.iter().rev()).take(rest).take_while(|(a, b)| a == b).count();
        changed += a.len().max(b.len()) - start - end;
    }
    changed == 1
}

pub(crate) fn without_assertion(line: &str) -> &str {
    let kinds = ["# error", "# warning", "# note", "# label"];
    let at = kinds.iter().filter_map(|kind| line.find(kind)).min();
    line[..at.unwrap_or(line.len())].trim_end()
}
