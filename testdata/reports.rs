//! Reports to other programs, against their schemas and formats.

use crate::repos::{folders, open};
use boon::{Compiler, Schemas};
use rke2lint::{
    engine::{Checked, Finding, Silenced, Workspace},
    report::{self, Format, Origin, Report, Summary},
};
use serde_json::{Value, json};

/// All findings in a format; those that are silenced too where they can be.
pub(crate) fn write(
    workspace: &Workspace,
    checked: &Checked,
    format: Format,
    origin: Origin,
) -> String {
    let is_known = |it: &&Finding| it.silenced == Some(Silenced::Baselined);
    let baselined = checked.silenced.iter().filter(is_known).count();
    let mut summary = Summary {
        files_checked: checked.repo.files.len(),
        files_unread: checked.unread.len() + checked.templates.len(),
        templates_unread: checked.templates.len(),
        clusters: checked.repo.clusters.len(),
        suppressed: checked.silenced.len() - baselined,
        baselined,
        ..Summary::default()
    };
    checked.findings.iter().for_each(|finding| summary.count(finding.diagnostic.level));
    let shown = checked.findings.iter().collect();
    let silenced = checked.silenced.iter().collect();
    let sources = workspace.sources();
    let report = Report { checked, shown, silenced, sources, summary, color: false, origin };
    let mut out = Vec::new();
    report.write(format, &mut out).expect("memory takes all");
    String::from_utf8(out).expect("reports are text")
}

/// Panics with what is wrong.
#[track_caller]
fn validate(schema: &Value, value: &Value) {
    let (mut schemas, mut compiler) = (Schemas::new(), Compiler::new());
    compiler.enable_format_assertions();
    compiler.add_resource("mem://schema.json", schema.clone()).expect("a fresh name");
    let index = compiler.compile("mem://schema.json", &mut schemas).expect("it is a schema");
    if let Err(error) = schemas.validate(value, index) {
        panic!("{error:#}\n{value:#}");
    }
}

fn read(text: &str) -> Value {
    serde_json::from_str(text).expect("it is JSON")
}

#[test]
fn json_follows_its_schema() {
    let schema = read(include_str!("../schemas/report.schema.json"));
    let mut of_finding = schema.clone();
    of_finding["$ref"] = json!("#/$defs/finding");
    for key in ["type", "required", "properties", "additionalProperties"] {
        of_finding.as_object_mut().expect("a mapping").remove(key);
    }
    let mut all = String::new();
    for folder in folders("repos") {
        let workspace = open(&folder);
        let checked = workspace.check();
        let of = |format| write(&workspace, &checked, format, Origin::default());
        validate(&schema, &read(&of(Format::Json)));
        let lines = of(Format::Jsonl);
        lines.lines().for_each(|line| validate(&of_finding, &read(line)));
        assert_eq!(lines.lines().count(), checked.findings.len());
        all += &lines;
    }
    // A comment to be taken out is a fix.
    let mut workspace = Workspace::new();
    workspace.set("config.yaml", "cni: canal  # rke2lint: allow(invalid-cidr): a lab\n");
    let checked = workspace.check();
    let text = write(&workspace, &checked, Format::Json, Origin::default());
    validate(&schema, &read(&text));
    all += &text;
    // No part of the schema is left untried.
    for key in ["\"labels\":[{", "\"why\":[\"", "\"notes\":[\"", "\"safety\": \"safe\""] {
        assert!(all.contains(key), "{key}");
    }
}

#[test]
fn the_schema_of_the_configuration_is_fresh_and_right() {
    let mut bytes = Vec::new();
    report::write_settings_schema(&mut bytes).expect("memory takes all");
    let text = String::from_utf8(bytes).expect("JSON is text");
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/schemas/rke2lint.schema.json");
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(path, &text).expect("the file is ours");
    }
    let stored = std::fs::read_to_string(path).unwrap_or_default();
    assert!(stored == text, "`UPDATE=1 cargo test` rewrites {path}");
    let schema = read(&text);
    let config = json!({
        "rke2-version": "v1.34.2",
        "clusters": [{ "name": "a", "release": "v1.34.2+rke2r1", "servers": ["a/**"], "manifests": "m" }],
        "levels": { "cni": "warning", "invalid-cidr": "off" },
        "per-path": [{ "paths": ["lab/**"], "levels": { "multus": "note" } }],
        "not-ignorable": ["windows-unsupported-cni"],
        "baseline": ".rke2lint-baseline.json",
        "exclude": ["old"],
    });
    validate(&schema, &config);
    validate(&schema, &Value::Null);
    let mut compiler = Compiler::new();
    let mut schemas = Schemas::new();
    compiler.add_resource("mem://schema.json", schema).expect("a fresh name");
    let index = compiler.compile("mem://schema.json", &mut schemas).expect("it is a schema");
    for wrong in [
        json!({ "level": {} }),
        json!({ "levels": { "multus-not-frist": "off" } }),
        json!({ "levels": { "cni": "grave" } }),
        json!({ "rke2-version": "newest" }),
        json!({ "clusters": [{ "servers": ["a"] }] }),
        json!({ "per-path": [{ "levels": {} }] }),
        json!({ "not-ignorable": ["nothing"] }),
    ] {
        assert!(schemas.validate(&wrong, index).is_err(), "{wrong}");
        // What the schema refuses, the tool does.
        let mut workspace = Workspace::new();
        workspace.set(".rke2lint.yaml", &wrong.to_string());
        assert!(workspace.check().config_is_wrong, "{wrong}");
    }
}

#[test]
fn gitlab_gets_unique_fingerprints_and_plain_paths() {
    let workspace = open(&crate::repos::root().join("repos/scripts"));
    let origin = Origin { prefix: "a b/".to_owned(), ..Origin::default() };
    let text = write(&workspace, &workspace.check(), Format::Gitlab, origin);
    let issues = read(&text);
    let issues = issues.as_array().expect("an array");
    let mut prints: Vec<&str> = issues.iter().filter_map(|it| it["fingerprint"].as_str()).collect();
    prints.sort_unstable();
    prints.dedup();
    assert!(prints.len() == issues.len() && !issues.is_empty());
    for issue in issues {
        let path = issue["location"]["path"].as_str().expect("a path");
        assert!(path.starts_with("a b/"), "{path}");
        assert!(issue["location"]["lines"]["begin"].as_u64() >= Some(1));
        let described = issue["description"].as_str().expect("a text");
        assert!(described.starts_with(issue["check_name"].as_str().expect("a name")));
    }
}

#[test]
fn github_is_told_the_gravest_first_and_what_it_hides() {
    let mut workspace = Workspace::new();
    for index in 0..12 {
        let text = "cni: canal\ncluster-cidr: 10.50.7.0/16\n";
        workspace.set(&format!("{index},a/config.yaml"), text);
    }
    workspace.set("z/config.yaml", "cni: [canal, multus]\n");
    let text = write(&workspace, &workspace.check(), Format::Github, Origin::default());
    let lines: Vec<&str> = text.lines().collect();
    assert!(lines[0].starts_with("::error file=z/config.yaml,line=1,endLine=1,col="), "{text}");
    assert!(lines[1].starts_with("::warning file=0%2Ca/config.yaml,"), "{text}");
    let last = "GitHub annotates 10 findings of a level: see this log for 2 warnings more.";
    assert_eq!(*lines.last().expect("lines"), last);
    assert!(lines[0].contains("%0Awhy: "));
}

#[test]
fn rdjson_counts_bytes() {
    let mut workspace = Workspace::new();
    workspace.set("config.yaml", "cni: canal\n\"cluster-cidr\": {é: 1}\nnode-ip: [é, 1.2.3.400]\n");
    let text = write(&workspace, &workspace.check(), Format::Rdjson, Origin::default());
    let found = read(&text);
    let found = found["diagnostics"].as_array().expect("an array");
    let columns = |it: &Value| {
        let range = &it["location"]["range"];
        (range["start"]["column"].as_u64(), range["end"]["column"].as_u64())
    };
    let of_ip = found.iter().filter(|it| it["message"].as_str().is_some_and(|m| m.contains("400")));
    let places: Vec<_> = of_ip.map(columns).collect();
    assert!(places.contains(&(Some(15), Some(24))), "{places:?}\n{text}");
}

#[test]
fn junit_has_a_test_even_if_nothing_is_found() {
    let mut workspace = Workspace::new();
    workspace.set("config.yaml", "cni: canal\n");
    let text = write(&workspace, &workspace.check(), Format::Junit, Origin::default());
    assert!(text.contains("tests=\"1\"") && text.contains("failures=\"0\""), "{text}");
    workspace.set("config.yaml", "cni: canal\ncluster-cidr: 10.42.0.0/16<&]]>\n");
    let text = write(&workspace, &workspace.check(), Format::Junit, Origin::default());
    assert!(text.contains("failures=\"1\"") && text.contains("&lt;&amp;"), "{text}");
}
