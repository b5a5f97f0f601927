//! SARIF: what GitHub requires of each result and rule, at exact places.

use crate::{docs::examples, reports::write, repos};
use rke2lint::{
    engine::{Checked, Workspace},
    lint::{Check, Lint},
    lints,
    report::{Format, Origin},
};
use serde_json::{Value, json};
use std::{collections::BTreeSet, fs, path::Path};

fn run(workspace: &Workspace, checked: &Checked, origin: Origin) -> Value {
    let text = write(workspace, checked, Format::Sarif, origin);
    let mut root: Value = serde_json::from_str(&text).expect("it is JSON");
    root["runs"][0].take()
}

fn text<'a>(value: &'a Value, path: &str) -> &'a str {
    value.pointer(path).and_then(Value::as_str).unwrap_or_default()
}

/// All that GitHub marks as required, and what we promise beyond.
///
/// Source: github/docs `sarif-support-for-code-scanning.md`.
#[track_caller]
fn strict(run: &Value, workspace: &Workspace) {
    let rules = run["tool"]["driver"]["rules"].as_array().expect("rules");
    let ids: Vec<&str> = rules.iter().map(|rule| text(rule, "/id")).collect();
    assert!(ids.is_sorted() && ids.len() == lints::all().count(), "all rules, sorted");
    let results = run["results"].as_array().expect("an array, even if it is empty");
    for result in results {
        let index = result["ruleIndex"].as_u64().expect("an index") as usize;
        assert_eq!(text(result, "/ruleId"), ids[index]);
        assert!(["error", "warning", "note"].contains(&text(result, "/level")));
        assert!(result.get("kind").is_none());
        let is_read = text(result, "/ruleId") != "unreadable-file";
        let print = text(result, "/partialFingerprints/primaryLocationLineHash");
        let is_hash = |(hash, count): (&str, &str)| {
            u64::from_str_radix(hash, 16).is_ok() && count.parse::<u32>().is_ok()
        };
        assert!(print.split_once(':').is_some_and(is_hash) == is_read, "{result:#}");
        assert!(!text(result, "/partialFingerprints/rke2lint~1v1").is_empty());
        place(&result["locations"][0], workspace);
        let message = text(result, "/message/text");
        assert!(!message.is_empty() && message.ends_with(['.', '?']), "{message}");
        let related = result["relatedLocations"].as_array().map_or(&[][..], Vec::as_slice);
        for (index, location) in related.iter().enumerate() {
            place(location, workspace);
            assert_eq!(location["id"].as_u64(), Some(index as u64 + 1));
            assert!(message.contains(&format!("]({})", index + 1)), "{message}");
        }
        for fix in result["fixes"].as_array().map_or(&[][..], Vec::as_slice) {
            assert!(!text(fix, "/description/text").is_empty());
            let replacement = &fix["artifactChanges"][0]["replacements"][0];
            assert!(replacement["deletedRegion"]["startLine"].is_u64(), "{fix:#}");
        }
    }
}

/// A place lies in its file, and its text is what is there.
#[track_caller]
fn place(location: &Value, workspace: &Workspace) {
    let physical = &location["physicalLocation"];
    let uri = text(physical, "/artifactLocation/uri");
    assert!(!uri.starts_with('/') && !uri.starts_with("./") && !uri.starts_with(".."), "{uri}");
    assert!(!uri.contains([' ', '\\', ':']), "{uri}");
    assert_eq!(text(physical, "/artifactLocation/uriBaseId"), "%SRCROOT%");
    let bytes: Vec<u8> = unescape(uri);
    let path = String::from_utf8(bytes).expect("a path of text");
    let files = workspace.model().files;
    let Some(file) = files.iter().find(|file| file.source.path == path) else {
        return assert!(
            [".rke2lint.yaml", "known.json", "unread.yaml"].contains(&path.as_str()),
            "{path}"
        );
    };
    let number = |name: &str| physical["region"][name].as_u64().expect("a number") as usize;
    let (first, last) = (number("startLine"), number("endLine"));
    let (start, end) = (number("startColumn"), number("endColumn"));
    assert!(first >= 1 && start >= 1 && (first, start) <= (last, end), "{physical:#}");
    let lines: Vec<Vec<u16>> = file
        .source
        .text
        .trim_start_matches('\u{feff}')
        .split_inclusive('\n')
        .chain([""])
        .map(|line| line.encode_utf16().collect())
        .collect();
    assert!(last <= lines.len() && end <= lines[last - 1].len() + 1, "{physical:#}");
    let mut units = Vec::new();
    for number in first..=last {
        let line = &lines[number - 1];
        let from = if number == first { start - 1 } else { 0 };
        let to = if number == last { end - 1 } else { line.len() };
        units.extend_from_slice(&line[from..to]);
    }
    let there = String::from_utf16(&units).expect("whole characters");
    if let Some(snippet) = physical["region"]["snippet"]["text"].as_str() {
        assert!(snippet == there || snippet.contains('*'), "{snippet:?} isn't {there:?}");
    }
}

fn unescape(uri: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut rest = uri.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let code = (*first == b'%').then(|| std::str::from_utf8(&after[..2]).expect("digits"));
        bytes.push(code.map_or(*first, |code| u8::from_str_radix(code, 16).expect("digits")));
        rest = if code.is_some() { &after[2..] } else { after };
    }
    bytes
}

fn workspace(files: &[(&str, &str)]) -> Workspace {
    let mut workspace = Workspace::new();
    files.iter().for_each(|(path, text)| workspace.set(path, text));
    workspace
}

/// All results of each rule's bad examples are left in one file, beside the
/// examples, for validators that we didn't write; see `.ci/run`.
#[test]
fn every_rule_says_all_that_github_requires() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("bad");
    drop(fs::remove_dir_all(&folder));
    let mut missed = BTreeSet::new();
    let mut all: Option<Value> = None;
    for lint in lints::all() {
        let bad = examples(lint.text()).into_iter().filter(|example| example.section == "Bad");
        let bad = bad.map(|example| example.files).chain(beyond_pages(lint.id()));
        let mut found = false;
        for (index, files) in bad.enumerate() {
            let prefix = format!("{}/{index}/", lint.id());
            let mut workspace = Workspace::new();
            for (path, text) in &files {
                match path.as_str() {
                    "known.json" => workspace.set_baseline(path, text),
                    "unread.yaml" => workspace.overlay(path, Some(b"kind: HelmChart\n\xff")),
                    path => workspace.set(path, text),
                }
                let path = folder.join(&prefix).join(path);
                fs::create_dir_all(path.parent().expect("a folder")).expect("it is ours");
                fs::write(path, text).expect("it is ours");
            }
            let mut origin = Origin { prefix: prefix.clone(), ..Origin::default() };
            let mut run_of = run(&workspace, &workspace.check(), origin.clone());
            let results = run_of["results"].as_array_mut().expect("an array");
            found |= results.iter().any(|result| text(result, "/ruleId") == lint.id());
            match &mut all {
                Some(all) => all["results"].as_array_mut().expect("an array").append(results),
                None => all = Some(run_of),
            }
            origin.prefix.clear();
            strict(&run(&workspace, &workspace.check(), origin), &workspace);
        }
        if !found {
            missed.insert(lint.id());
        }
    }
    assert!(missed.is_empty(), "{missed:?}");
    let log = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [all],
    });
    fs::write(folder.with_extension("sarif"), log.to_string()).expect("it is ours");
}

/// What no page can show: it takes a file system, or a baseline.
fn beyond_pages(rule: &str) -> Vec<Vec<(String, String)>> {
    let known = "{\"version\": 1, \"findings\": [\n  {\"rule\": \"invalid-cidr\", \"path\": \"a\", \"fingerprint\": \"0\"}\n]}\n";
    let (path, text) = match rule {
        "unreadable-file" => ("unread.yaml", "kind: HelmChart\n"),
        "baseline-stale" => ("known.json", known),
        _ => return Vec::new(),
    };
    vec![vec![(path.to_owned(), text.to_owned())]]
}

#[test]
fn every_rule_is_described() {
    let workspace = Workspace::new();
    let run = run(&workspace, &workspace.check(), Origin::default());
    assert_eq!(run["results"].as_array().map(Vec::len), Some(0));
    let rules = run["tool"]["driver"]["rules"].as_array().expect("rules");
    for rule in rules {
        let lint: &Lint = lints::find(text(rule, "/id")).expect("a rule");
        for path in ["/shortDescription/text", "/fullDescription/text"] {
            let length = text(rule, path).chars().count();
            assert!((10..=1024).contains(&length), "{rule:#}");
        }
        let help = text(rule, "/help/text");
        assert!(help.contains("Sources:") && help.starts_with(lint.id()), "{help}");
        let is_complete = matches!(lint.check, Check::Engine) || help.contains("## Good");
        assert!(is_complete && text(rule, "/help/markdown").starts_with("# "), "{help}");
        assert!(text(rule, "/helpUri").ends_with(&format!("{}.md", lint.id())));
        assert_eq!(text(rule, "/defaultConfiguration/level"), lint.meta().level.name());
        let tags = rule["properties"]["tags"].as_array().expect("tags");
        assert!((1..=10).contains(&tags.len()));
        assert!(
            ["error", "warning", "recommendation"]
                .contains(&text(rule, "/properties/problem.severity"))
        );
        assert_eq!(text(rule, "/properties/precision"), "high");
    }
}

#[test]
fn places_are_exact_past_everything_but_ascii() {
    let values = "\u{feff}# é☕𐐷\r\napiVersion: helm.cattle.io/v1\r\nkind: HelmChartConfig\r\nmetadata:\r\n  \
                  name: rke2-cilium\r\n  namespace: kube-system\r\nspec:\r\n  valuesContent: |2-\r\n    \
                  cni:\r\n      \"\u{e9}☕𐐷\": [1]\r\n      exclusiv: true # 𐐷";
    let config = "tls-san: [é☕𐐷, a]\ncni: [canal, \"𐐷\", multus]\nx: \t1\ncluster-cidr: >-\n  10.42.0.0/33\n";
    let workspace = workspace(&[("a b/é:1/values.yaml", values), ("a b/config.yaml", config)]);
    let run = run(&workspace, &workspace.check(), Origin::default());
    strict(&run, &workspace);
    let results = run["results"].as_array().expect("results");
    let uris: BTreeSet<&str> = results
        .iter()
        .map(|it| text(it, "/locations/0/physicalLocation/artifactLocation/uri"))
        .collect();
    let expected = ["a%20b/%C3%A9%3A1/values.yaml", "a%20b/config.yaml"];
    assert_eq!(uris.into_iter().collect::<Vec<_>>(), expected);
}

#[test]
fn repositories_are_strict_too() {
    for folder in repos::folders("repos") {
        let workspace = repos::open(&folder);
        strict(&run(&workspace, &workspace.check(), Origin::default()), &workspace);
    }
}

/// The hash of GitHub's reaches a hundred characters down, ours nowhere.
#[test]
fn edits_above_and_below_keep_fingerprints() {
    let below = "# The ranges below were given by the team of the network, in its own plan of addresses, and \
                 are not to be changed by anybody.\n";
    let text_of = format!("token: x\ncni: [canal, multus]\n{below}cluster-cidr: 10.42.0.0/16\n");
    let prints = |text_of: &str| {
        let workspace = workspace(&[("config.yaml", text_of)]);
        let run = run(&workspace, &workspace.check(), Origin::default());
        let results = run["results"].as_array().expect("results");
        assert_eq!(results.len(), 1);
        results[0]["partialFingerprints"].clone()
    };
    let before = prints(&text_of);
    assert_eq!(prints(&format!("# a\n\nnode-name: b\n{text_of}")), before);
    assert_eq!(prints(&format!("{text_of}node-name: b\n")), before);
    assert_eq!(prints(&text_of.replace("10.42.0.0/16", "10.44.0.0/16")), before);
    let near = prints(&text_of.replace("# The", "# Those"));
    assert_eq!(near["rke2lint/v1"], before["rke2lint/v1"]);
    assert_ne!(near["primaryLocationLineHash"], before["primaryLocationLineHash"]);
}

#[test]
fn findings_of_a_rule_on_a_line_are_one() {
    let workspace = workspace(&[("config.yaml", "cni: canal\nnode-ip: [1.2.3.400, 1.2.3.500]\n")]);
    let checked = workspace.check();
    let of_rule = |rule: &str| {
        checked.findings.iter().filter(|finding| finding.diagnostic.rule == rule).count()
    };
    let run = run(&workspace, &checked, Origin::default());
    strict(&run, &workspace);
    let results = run["results"].as_array().expect("results");
    let ids: Vec<&str> = results.iter().map(|result| text(result, "/ruleId")).collect();
    let merged = ids.iter().find(|id| of_rule(id) > 1).expect("two of a rule");
    assert_eq!(ids.iter().filter(|id| *id == merged).count(), 1);
    let result = results.iter().find(|it| text(it, "/ruleId") == *merged).expect("one");
    assert!(result.to_string().contains("1.2.3.400") && result.to_string().contains("1.2.3.500"));
}

#[test]
fn too_many_results_are_cut_by_their_level() {
    let mut files = vec![("z/config.yaml".to_owned(), "cni: [canal, multus]\n")];
    for index in 0..5 {
        let text = "cni: canal\ncluster-cidr: 10.50.7.0/16\n";
        files.push((format!("{index}/config.yaml"), text));
    }
    let mut workspace = Workspace::new();
    files.iter().for_each(|(path, text)| workspace.set(path, text));
    let origin = Origin { max_results: 2, ..Origin::default() };
    let run = run(&workspace, &workspace.check(), origin);
    let results = run["results"].as_array().expect("results");
    let levels: Vec<&str> = results.iter().map(|result| text(result, "/level")).collect();
    assert_eq!(levels, ["warning", "error"]);
    let notice = text(&run, "/invocations/0/toolExecutionNotifications/0/message/text");
    assert!(notice.starts_with("4 results were left out"), "{notice}");
}

#[test]
fn what_is_silenced_is_marked() {
    let text_of =
        "cni: [canal, multus]  # rke2lint: allow(multus-not-first): a lab\ncluster-cidr: x\n";
    let mut workspace = workspace(&[("config.yaml", text_of)]);
    let checked = workspace.check();
    let run_of = run(&workspace, &checked, Origin::default());
    strict(&run_of, &workspace);
    let results = run_of["results"].as_array().expect("results");
    assert_eq!(text(&results[0], "/suppressions/0/kind"), "inSource");
    assert_eq!(text(&results[0], "/suppressions/0/justification"), "a lab");
    assert_eq!(results[1]["suppressions"].as_array().map(Vec::len), Some(0));
    assert!(results[1].get("baselineState").is_none());
    let entries = workspace.baseline(&checked, true);
    let mut bytes = Vec::new();
    rke2lint::report::write_baseline(&entries, &mut bytes).expect("memory takes all");
    workspace.set_baseline("b.json", &String::from_utf8(bytes).expect("text"));
    let origin = Origin { has_baseline: true, ..Origin::default() };
    let run = run(&workspace, &workspace.check(), origin);
    let results = run["results"].as_array().expect("results");
    assert_eq!(text(&results[1], "/suppressions/0/kind"), "external");
    assert_eq!(text(&results[1], "/baselineState"), "unchanged");
}

#[test]
fn a_category_and_a_mistake_are_told() {
    let workspace =
        workspace(&[(".rke2lint.yaml", "level: {}\n"), ("config.yaml", "cni: canal\n")]);
    let category = Some("clusters/prod".to_owned());
    let origin = Origin { category, exit_code: 2, ..Origin::default() };
    let run = run(&workspace, &workspace.check(), origin);
    assert_eq!(text(&run, "/automationDetails/id"), "clusters/prod/");
    let invocation = &run["invocations"][0];
    assert_eq!(invocation["executionSuccessful"], Value::Bool(false));
    assert_eq!(invocation["exitCode"].as_u64(), Some(2));
    let wrong = text(invocation, "/toolConfigurationNotifications/0/message/text");
    assert!(wrong.contains("unknown key `level`"), "{wrong}");
}
